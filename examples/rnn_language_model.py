"""
A vanilla recurrent network learns the letters of a small language, one
sequence at a time: scan with truncated gradient, gradients clipped by their
norm, RMSProp.
"""
from __future__ import print_function

import sys
import time
from collections import OrderedDict

import numpy as np

import theano
import theano.tensor as T

LETTERS = '^abcdefghijklmnopqrstuvwxyz .'


def make_sentences(rng, n):
    subjects = ['the cat', 'a dog', 'my bird', 'the fish']
    verbs = ['sees', 'likes', 'finds', 'eats']
    objects = ['food', 'the tree', 'a ball', 'me']
    pick = lambda words: words[rng.randint(0, len(words))]
    return ['^%s %s %s.' % (pick(subjects), pick(verbs), pick(objects))
            for i in range(n)]


class RNN(object):
    def __init__(self, rng, n_in, n_hidden, bptt_truncate=8):
        self.n_hidden = n_hidden
        self.bptt_truncate = bptt_truncate

        def weights(name, n_row, n_col):
            bound = np.sqrt(1. / n_row)
            values = rng.uniform(-bound, bound, (n_row, n_col))
            return theano.shared(values.astype(theano.config.floatX), name)

        self.E = weights('E', n_in, n_hidden)
        self.W = weights('W', n_hidden, n_hidden)
        self.V = weights('V', n_hidden, n_in)
        self.b = theano.shared(np.zeros(n_hidden, theano.config.floatX), 'b')
        self.c = theano.shared(np.zeros(n_in, theano.config.floatX), 'c')
        self.h0 = theano.shared(np.zeros(n_hidden, theano.config.floatX), 'h0')
        self.params = [self.E, self.W, self.V, self.b, self.c, self.h0]

    def cost(self, x, y):
        def recurrence(x_t, h_tm1, E, W, b):
            return T.tanh(E[x_t] + T.dot(h_tm1, W) + b)

        h, _ = theano.scan(
            recurrence,
            sequences=x,
            outputs_info=self.h0,
            non_sequences=[self.E, self.W, self.b],
            truncate_gradient=self.bptt_truncate,
            strict=True)
        o = T.nnet.softmax(T.dot(h, self.V) + self.c)
        return T.sum(T.nnet.categorical_crossentropy(o, y)), o


def clip_by_norm(grads, limit):
    norm = T.sqrt(sum([T.sum(g ** 2) for g in grads]))
    scale = T.switch(T.gt(norm, limit), limit / norm, 1.)
    return [g * scale for g in grads], norm


def rmsprop(params, grads, learning_rate, decay=0.9, momentum=0.5):
    updates = OrderedDict()
    for p, g in zip(params, grads):
        cache = theano.shared(np.zeros_like(p.get_value()))
        step = theano.shared(np.zeros_like(p.get_value()))
        new_cache = decay * cache + (1 - decay) * T.sqr(g)
        new_step = momentum * step - learning_rate * g / T.sqrt(new_cache +
                                                                1e-6)
        updates[cache] = new_cache
        updates[step] = new_step
        updates[p] = p + new_step
    return updates


def main(n_hidden=24, n_updates=30):
    rng = np.random.RandomState(7)
    sentences = [s for s in make_sentences(rng, 200)
                 if len(s) in (18, 23)][:n_updates]
    model = RNN(rng, len(LETTERS), n_hidden)

    x = T.ivector('x')
    y = T.ivector('y')
    learning_rate = T.scalar('learning_rate')
    cost, o = model.cost(x, y)
    grads, norm = clip_by_norm(T.grad(cost, model.params), 5.)
    train = theano.function([x, y, learning_rate], [cost, norm],
                            updates=rmsprop(model.params, grads,
                                            learning_rate),
                            allow_input_downcast=True)
    predict = theano.function([x], T.argmax(o, axis=1))

    start_time = time.time()
    for i, sentence in enumerate(sentences):
        codes = [LETTERS.index(letter) for letter in sentence]
        c, n = train(codes[:-1], codes[1:], 0.01)
        print('%i: %i letters, cost %.12g, norm of the gradient %.12g' %
              (i, len(codes), c, n))
    codes = [LETTERS.index(letter) for letter in sentences[0]]
    print('after each letter: ' + ''.join(
        LETTERS[k] for k in predict(np.asarray(codes, 'int32'))))
    print('%.1fs' % (time.time() - start_time), file=sys.stderr)


if __name__ == '__main__':
    main()
