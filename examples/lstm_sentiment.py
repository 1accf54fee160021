"""
Is a review friendly? An LSTM reads sentences of different lengths (a mask
tells words from padding), the mean over its states goes through dropout into
a softmax. Trained by AdaDelta; the best parameters are pickled to disk.

The reviews are made up here, so that no corpus is needed.
"""
from __future__ import print_function

import os
import shutil
import sys
import tempfile
import time
from collections import OrderedDict

import numpy

import theano
import theano.tensor as tensor
from theano import config
from theano.sandbox.rng_mrg import MRG_RandomStreams as RandomStreams

try:
    import cPickle as pickle
except ImportError:
    import pickle

SEED = 123
GOOD = 'great lovely fine superb warm witty'.split()
BAD = 'dull awful weak clumsy cold flat'.split()
PLAIN = 'the film plot was a an and with actors story end it'.split()
WORDS = ['<pad>', '<unk>', 'not'] + GOOD + BAD + PLAIN


def numpy_floatX(data):
    return numpy.asarray(data, dtype=config.floatX)


def _p(pp, name):
    return '%s_%s' % (pp, name)


def make_reviews(rng, n):
    """Lists of word numbers, and labels: 'not' turns the next opinion round"""
    xs, ys = [], []
    for i in range(n):
        words, score = [], 0
        while score == 0 or len(words) < rng.randint(4, 10):
            words += [PLAIN[j] for j in rng.randint(0, len(PLAIN), 2)]
            good, negated = rng.randint(0, 2), rng.randint(0, 4) == 0
            words += ['not'] * negated
            words.append((GOOD if good else BAD)[rng.randint(0, 6)])
            score += 1 if good != negated else -1
        xs.append([WORDS.index(w) for w in words])
        ys.append(int(score > 0))
    return xs, ys


def prepare_data(seqs, labels):
    """Matrices (time, sample) of word numbers and of the mask"""
    lengths = [len(s) for s in seqs]
    # lengths in steps of six words
    maxlen = -(-numpy.max(lengths) // 6) * 6
    x = numpy.zeros((maxlen, len(seqs))).astype('int64')
    x_mask = numpy.zeros((maxlen, len(seqs))).astype(config.floatX)
    for idx, s in enumerate(seqs):
        x[:lengths[idx], idx] = s
        x_mask[:lengths[idx], idx] = 1.
    return x, x_mask, numpy.asarray(labels, dtype='int64')


def get_minibatches_idx(n, minibatch_size, rng=None):
    idx_list = numpy.arange(n, dtype='int32')
    if rng is not None:
        rng.shuffle(idx_list)
    return [idx_list[i:i + minibatch_size]
            for i in range(0, n, minibatch_size)]


def zipp(params, tparams):
    for kk, vv in params.items():
        tparams[kk].set_value(vv)


def unzip(zipped):
    new_params = OrderedDict()
    for kk, vv in zipped.items():
        new_params[kk] = vv.get_value()
    return new_params


def ortho_weight(rng, ndim):
    u, s, v = numpy.linalg.svd(rng.randn(ndim, ndim))
    # a singular vector's sign is the library's choice
    u = u * numpy.sign(u[0])
    return u.astype(config.floatX)


def init_params(options, rng):
    params = OrderedDict()
    dim = options['dim_proj']
    params['Wemb'] = numpy_floatX(0.1 * rng.randn(len(WORDS), dim))
    params[_p('lstm', 'W')] = numpy.concatenate(
        [ortho_weight(rng, dim) for _ in range(4)], axis=1)
    params[_p('lstm', 'U')] = numpy.concatenate(
        [ortho_weight(rng, dim) for _ in range(4)], axis=1)
    params[_p('lstm', 'b')] = numpy.zeros((4 * dim,)).astype(config.floatX)
    params['U'] = 0.1 * rng.randn(dim, options['ydim']).astype(config.floatX)
    params['b'] = numpy.zeros((options['ydim'],)).astype(config.floatX)
    return params


def init_tparams(params):
    tparams = OrderedDict()
    for kk, pp in params.items():
        tparams[kk] = theano.shared(numpy_floatX(pp), name=kk)
    return tparams


def dropout_layer(state_before, use_noise, trng):
    return tensor.switch(use_noise,
                         (state_before *
                          trng.binomial(state_before.shape,
                                        p=0.5, n=1,
                                        dtype=state_before.dtype)),
                         state_before * 0.5)


def lstm_layer(tparams, state_below, options, prefix='lstm', mask=None):
    nsteps = state_below.shape[0]
    if state_below.ndim == 3:
        n_samples = state_below.shape[1]
    else:
        n_samples = 1
    assert mask is not None

    def _slice(_x, n, dim):
        if _x.ndim == 3:
            return _x[:, :, n * dim:(n + 1) * dim]
        return _x[:, n * dim:(n + 1) * dim]

    def _step(m_, x_, h_, c_):
        preact = tensor.dot(h_, tparams[_p(prefix, 'U')])
        preact += x_

        i = tensor.nnet.sigmoid(_slice(preact, 0, options['dim_proj']))
        f = tensor.nnet.sigmoid(_slice(preact, 1, options['dim_proj']))
        o = tensor.nnet.sigmoid(_slice(preact, 2, options['dim_proj']))
        c = tensor.tanh(_slice(preact, 3, options['dim_proj']))

        c = f * c_ + i * c
        c = m_[:, None] * c + (1. - m_)[:, None] * c_
        h = o * tensor.tanh(c)
        h = m_[:, None] * h + (1. - m_)[:, None] * h_
        return h, c

    state_below = (tensor.dot(state_below, tparams[_p(prefix, 'W')]) +
                   tparams[_p(prefix, 'b')])
    dim_proj = options['dim_proj']
    rval, updates = theano.scan(_step,
                                sequences=[mask, state_below],
                                outputs_info=[tensor.alloc(numpy_floatX(0.),
                                                           n_samples,
                                                           dim_proj),
                                              tensor.alloc(numpy_floatX(0.),
                                                           n_samples,
                                                           dim_proj)],
                                name=_p(prefix, '_layers'),
                                n_steps=nsteps)
    return rval[0]


def adadelta(lr, tparams, grads, x, mask, y, cost):
    """Two functions: gradients into shared variables, then the step"""
    zipped_grads = [theano.shared(p.get_value() * numpy_floatX(0.),
                                  name='%s_grad' % k)
                    for k, p in tparams.items()]
    running_up2 = [theano.shared(p.get_value() * numpy_floatX(0.),
                                 name='%s_rup2' % k)
                   for k, p in tparams.items()]
    running_grads2 = [theano.shared(p.get_value() * numpy_floatX(0.),
                                    name='%s_rgrad2' % k)
                      for k, p in tparams.items()]
    zgup = [(zg, g) for zg, g in zip(zipped_grads, grads)]
    rg2up = [(rg2, 0.95 * rg2 + 0.05 * (g ** 2))
             for rg2, g in zip(running_grads2, grads)]
    f_grad_shared = theano.function([x, mask, y], cost, updates=zgup + rg2up,
                                    name='adadelta_f_grad_shared')

    updir = [-tensor.sqrt(ru2 + 1e-6) / tensor.sqrt(rg2 + 1e-6) * zg
             for zg, ru2, rg2 in zip(zipped_grads, running_up2,
                                     running_grads2)]
    ru2up = [(ru2, 0.95 * ru2 + 0.05 * (ud ** 2))
             for ru2, ud in zip(running_up2, updir)]
    param_up = [(p, p + ud) for p, ud in zip(tparams.values(), updir)]
    f_update = theano.function([lr], [], updates=ru2up + param_up,
                               on_unused_input='ignore',
                               name='adadelta_f_update')
    return f_grad_shared, f_update


def build_model(tparams, options):
    trng = RandomStreams(SEED)
    use_noise = theano.shared(numpy_floatX(0.))
    x = tensor.matrix('x', dtype='int64')
    mask = tensor.matrix('mask', dtype=config.floatX)
    y = tensor.vector('y', dtype='int64')
    n_timesteps = x.shape[0]
    n_samples = x.shape[1]

    emb = tparams['Wemb'][x.flatten()].reshape([n_timesteps, n_samples,
                                                options['dim_proj']])
    proj = lstm_layer(tparams, emb, options, mask=mask)
    # the mean over the words that are there
    proj = (proj * mask[:, :, None]).sum(axis=0)
    proj = proj / mask.sum(axis=0)[:, None]
    proj = dropout_layer(proj, use_noise, trng)
    pred = tensor.nnet.softmax(tensor.dot(proj, tparams['U']) + tparams['b'])

    f_pred = theano.function([x, mask], pred.argmax(axis=1), name='f_pred')
    off = 1e-8
    if pred.dtype == 'float16':
        off = 1e-6
    cost = -tensor.log(pred[tensor.arange(n_samples), y] + off).mean()
    return use_noise, x, mask, y, f_pred, cost


def pred_error(f_pred, data, batches):
    valid_err = 0.
    for idx in batches:
        x, mask, y = prepare_data([data[0][t] for t in idx],
                                  [data[1][t] for t in idx])
        valid_err += (f_pred(x, mask) == y).sum()
    return 1. - valid_err / float(len(data[0]))


def train_lstm(dim_proj=16, max_epochs=2, decay_c=1e-4, lrate=1.,
               batch_size=16, valid_batch_size=40):
    model_options = {'dim_proj': dim_proj, 'ydim': 2}
    rng = numpy.random.RandomState(SEED)
    train = make_reviews(rng, 160)
    valid = make_reviews(rng, 80)
    print('%d train examples, %d valid examples, %d words' %
          (len(train[0]), len(valid[0]), len(WORDS)))

    params = init_params(model_options, rng)
    tparams = init_tparams(params)
    (use_noise, x, mask, y, f_pred, cost) = build_model(tparams,
                                                        model_options)
    # weight decay on the classifier
    decay_c = theano.shared(numpy_floatX(decay_c), name='decay_c')
    weight_decay = (tparams['U'] ** 2).sum()
    weight_decay *= decay_c
    cost += weight_decay

    grads = tensor.grad(cost, wrt=list(tparams.values()))
    lr = tensor.scalar(name='lr')
    f_grad_shared, f_update = adadelta(lr, tparams, grads, x, mask, y, cost)

    valid_batches = get_minibatches_idx(len(valid[0]), valid_batch_size)
    folder = tempfile.mkdtemp()
    saveto = os.path.join(folder, 'lstm_model.npz')
    best_p, best_err = None, numpy.inf
    uidx = 0
    start_time = time.time()
    for eidx in range(max_epochs):
        for train_index in get_minibatches_idx(len(train[0]), batch_size, rng):
            uidx += 1
            use_noise.set_value(numpy_floatX(1.))
            xb, mb, yb = prepare_data([train[0][t] for t in train_index],
                                      [train[1][t] for t in train_index])
            c = f_grad_shared(xb, mb, yb)
            f_update(lrate)
            if numpy.isnan(c) or numpy.isinf(c):
                raise ValueError('bad cost %s' % c)
            print('Epoch %d Update %d Words %d Cost %.10g' %
                  (eidx, uidx, xb.shape[0], c))
        use_noise.set_value(numpy_floatX(0.))
        valid_err = pred_error(f_pred, valid, valid_batches)
        print('Valid %.4g' % valid_err)
        if valid_err <= best_err:
            best_p, best_err = unzip(tparams), valid_err
            numpy.savez(saveto, best_err=best_err, **best_p)
            with open('%s.pkl' % saveto, 'wb') as f:
                pickle.dump((model_options, best_p), f, -1)
    end_time = time.time()

    # as another program would: parameters from the files, predictions again
    with open('%s.pkl' % saveto, 'rb') as f:
        options, loaded = pickle.load(f)
    zipp(loaded, tparams)
    stored = numpy.load(saveto)
    assert all((stored[kk] == vv).all() for kk, vv in loaded.items())
    print('Best valid error %.4g, reloaded %.4g' %
          (best_err, pred_error(f_pred, valid, valid_batches)))
    shutil.rmtree(folder)
    print('Training took %.1fs' % (end_time - start_time), file=sys.stderr)


if __name__ == '__main__':
    train_lstm()
