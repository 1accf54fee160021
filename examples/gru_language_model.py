"""
A GRU language model over minibatches of words, with elementwise clipped
gradients; the same model trained by Adam and by AdaDelta.
"""
from __future__ import print_function

import sys
import time
from collections import OrderedDict

import numpy as np

import theano
import theano.tensor as T

from rnn_language_model import make_sentences


def floatX(x):
    return np.asarray(x, dtype=theano.config.floatX)


class GRU(object):
    def __init__(self, rng, n_words, n_embed, n_hidden):
        self.n_hidden = n_hidden
        shape = OrderedDict([
            ('E', (n_words, n_embed)),
            ('Wzr', (n_embed, 2 * n_hidden)), ('Uzr', (n_hidden, 2 * n_hidden)),
            ('bzr', (2 * n_hidden,)),
            ('Wh', (n_embed, n_hidden)), ('Uh', (n_hidden, n_hidden)),
            ('bh', (n_hidden,)),
            ('V', (n_hidden, n_words)), ('c', (n_words,)),
        ])
        self.params = OrderedDict(
            (name, theano.shared(floatX(rng.normal(0, 0.2, size)), name=name))
            for name, size in shape.items())

    def states(self, x):
        """x: word numbers (time, sample); all states (time, sample, unit)"""
        p = self.params
        emb = p['E'][x]
        x_zr = T.dot(emb, p['Wzr']) + p['bzr']
        x_h = T.dot(emb, p['Wh']) + p['bh']

        def step(xzr_t, xh_t, h_tm1, Uzr, Uh):
            zr = T.nnet.sigmoid(xzr_t + T.dot(h_tm1, Uzr))
            z, r = zr[:, :self.n_hidden], zr[:, self.n_hidden:]
            h_new = T.tanh(xh_t + T.dot(r * h_tm1, Uh))
            return (1. - z) * h_tm1 + z * h_new

        h, _ = theano.scan(step,
                           sequences=[x_zr, x_h],
                           outputs_info=[T.zeros((x.shape[1], self.n_hidden))],
                           non_sequences=[p['Uzr'], p['Uh']],
                           strict=True)
        return h

    def cost(self, x):
        """Mean of -log p of each word given those before it"""
        h = self.states(x[:-1])
        logits = T.dot(h, self.params['V']) + self.params['c']
        probs = T.nnet.softmax(logits.reshape((-1, logits.shape[2])))
        target = x[1:].flatten()
        return -T.log(probs[T.arange(target.shape[0]), target]).mean()


def clip(grads, limit=0.05):
    return [T.clip(g, -limit, limit) for g in grads]


def adam(params, grads, lr=0.01, b1=0.1, b2=0.001, e=1e-8):
    """The form that went round in 2015: b1 and b2 are one minus the decay"""
    updates = []
    i = theano.shared(floatX(0.))
    i_t = i + 1.
    fix1 = 1. - (1. - b1) ** i_t
    fix2 = 1. - (1. - b2) ** i_t
    lr_t = lr * (T.sqrt(fix2) / fix1)
    for p, g in zip(params, grads):
        m = theano.shared(p.get_value() * 0.)
        v = theano.shared(p.get_value() * 0.)
        m_t = (b1 * g) + ((1. - b1) * m)
        v_t = (b2 * T.sqr(g)) + ((1. - b2) * v)
        g_t = m_t / (T.sqrt(v_t) + e)
        updates.append((m, m_t))
        updates.append((v, v_t))
        updates.append((p, p - (lr_t * g_t)))
    updates.append((i, i_t))
    return updates


def adadelta(params, grads, rho=0.95, eps=1e-6):
    updates = OrderedDict()
    for p, g in zip(params, grads):
        value = p.get_value(borrow=True)
        accu = theano.shared(np.zeros(value.shape, dtype=value.dtype),
                             broadcastable=p.broadcastable)
        delta_accu = theano.shared(np.zeros(value.shape, dtype=value.dtype),
                                   broadcastable=p.broadcastable)
        accu_new = rho * accu + (1 - rho) * g ** 2
        updates[accu] = accu_new
        update = g * T.sqrt(delta_accu + eps) / T.sqrt(accu_new + eps)
        updates[p] = p - update
        updates[delta_accu] = rho * delta_accu + (1 - rho) * update ** 2
    return updates


def main(batch_size=8, n_updates=10):
    rng = np.random.RandomState(11)
    sentences = [s[1:-1].split() for s in make_sentences(rng, 200)]
    words = sorted(set(w for s in sentences for w in s))
    # minibatches of one length each, as there is no mask here
    by_length = OrderedDict()
    for s in sentences:
        by_length.setdefault(len(s), []).append([words.index(w) for w in s])
    batches = []
    for length in sorted(by_length):
        group = np.asarray(by_length[length], dtype='int32').T
        batches += [group[:, i:i + batch_size] for i in
                    range(0, group.shape[1] - batch_size + 1, batch_size)]
    order = rng.permutation(len(batches))[:n_updates]

    for method in (adam, adadelta):
        model = GRU(np.random.RandomState(5), len(words), 12, 20)
        x = T.imatrix('x')
        cost = model.cost(x)
        params = list(model.params.values())
        grads = clip(T.grad(cost, params))
        train = theano.function([x], cost, updates=method(params, grads))
        start_time = time.time()
        for i, k in enumerate(order):
            print('%s %i: cost %.10g' %
                  (method.__name__, i, train(batches[k])))
        print('%.1fs' % (time.time() - start_time), file=sys.stderr)


if __name__ == '__main__':
    main()
