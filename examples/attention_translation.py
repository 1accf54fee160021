"""
An encoder-decoder with attention learns to say a sequence of symbols
backwards. The encoder is a GRU that reads both ways; the decoder's GRU looks
at a weighted mean of the encoder's states, chosen anew for each symbol.
Sequences have different lengths: masks everywhere. Trained by Adam.
"""
from __future__ import print_function

import sys
import time
from collections import OrderedDict

import numpy

import theano
import theano.tensor as tensor

profile = False


def norm_weight(rng, nin, nout=None, scale=0.1):
    if nout is None:
        nout = nin
    return (scale * rng.randn(nin, nout)).astype(theano.config.floatX)


def zeros(*size):
    return numpy.zeros(size).astype(theano.config.floatX)


def param_init_gru(params, rng, prefix, nin, dim):
    params[prefix + '_W'] = norm_weight(rng, nin, 2 * dim)
    params[prefix + '_U'] = norm_weight(rng, dim, 2 * dim)
    params[prefix + '_b'] = zeros(2 * dim)
    params[prefix + '_Wx'] = norm_weight(rng, nin, dim)
    params[prefix + '_Ux'] = norm_weight(rng, dim, dim)
    params[prefix + '_bx'] = zeros(dim)


def init_params(rng, n_symbols, dim_word, dim):
    params = OrderedDict()
    params['Wemb'] = norm_weight(rng, n_symbols, dim_word)
    params['Wemb_dec'] = norm_weight(rng, n_symbols, dim_word)
    param_init_gru(params, rng, 'encoder', dim_word, dim)
    param_init_gru(params, rng, 'encoder_r', dim_word, dim)
    params['ff_state_W'] = norm_weight(rng, 2 * dim, dim)
    params['ff_state_b'] = zeros(dim)
    param_init_gru(params, rng, 'decoder', dim_word, dim)
    params['decoder_Wc'] = norm_weight(rng, 2 * dim, 3 * dim)
    # attention
    params['decoder_Wc_att'] = norm_weight(rng, 2 * dim, dim)
    params['decoder_W_comb_att'] = norm_weight(rng, dim, dim)
    params['decoder_b_att'] = zeros(dim)
    params['decoder_U_att'] = norm_weight(rng, dim, 1)
    params['decoder_c_tt'] = zeros(1)
    # readout
    params['ff_logit_W'] = norm_weight(rng, dim, n_symbols)
    params['ff_logit_ctx_W'] = norm_weight(rng, 2 * dim, n_symbols)
    params['ff_logit_b'] = zeros(n_symbols)
    return params


def init_tparams(params):
    tparams = OrderedDict()
    for kk, pp in params.items():
        tparams[kk] = theano.shared(params[kk], name=kk)
    return tparams


def _slice(_x, n, dim):
    if _x.ndim == 3:
        return _x[:, :, n * dim:(n + 1) * dim]
    return _x[:, n * dim:(n + 1) * dim]


def gru_layer(tparams, state_below, prefix, mask):
    nsteps, n_samples = state_below.shape[0], state_below.shape[1]
    dim = tparams[prefix + '_Ux'].shape[1]
    state_below_ = (tensor.dot(state_below, tparams[prefix + '_W']) +
                    tparams[prefix + '_b'])
    state_belowx = (tensor.dot(state_below, tparams[prefix + '_Wx']) +
                    tparams[prefix + '_bx'])

    def _step_slice(m_, x_, xx_, h_, U, Ux):
        preact = tensor.dot(h_, U) + x_
        r = tensor.nnet.sigmoid(_slice(preact, 0, dim))
        u = tensor.nnet.sigmoid(_slice(preact, 1, dim))
        h = tensor.tanh(tensor.dot(h_, Ux) * r + xx_)
        h = u * h_ + (1. - u) * h
        h = m_[:, None] * h + (1. - m_)[:, None] * h_
        return h

    rval, updates = theano.scan(
        _step_slice,
        sequences=[mask, state_below_, state_belowx],
        outputs_info=[tensor.alloc(0., n_samples, dim)],
        non_sequences=[tparams[prefix + '_U'], tparams[prefix + '_Ux']],
        name=prefix + '_layers',
        n_steps=nsteps,
        profile=profile,
        strict=True)
    return rval


def gru_cond_layer(tparams, state_below, mask, context, context_mask,
                   init_state, prefix='decoder'):
    """States, contexts and attention weights of each step of the decoder"""
    nsteps, n_samples = state_below.shape[0], state_below.shape[1]
    dim = tparams[prefix + '_Ux'].shape[1]
    # what attention knows of the source does not change from step to step
    pctx_ = (tensor.dot(context, tparams[prefix + '_Wc_att']) +
             tparams[prefix + '_b_att'])
    state_below_ = (tensor.dot(state_below, tparams[prefix + '_W']) +
                    tparams[prefix + '_b'])
    state_belowx = (tensor.dot(state_below, tparams[prefix + '_Wx']) +
                    tparams[prefix + '_bx'])

    def _step_slice(m_, x_, xx_, h_, ctx_, alpha_, pctx_, cc_, U, Ux, Wc,
                    W_comb_att, U_att, c_tt):
        pstate_ = tensor.dot(h_, W_comb_att)
        pctx__ = tensor.tanh(pctx_ + pstate_[None, :, :])
        alpha = tensor.dot(pctx__, U_att) + c_tt
        alpha = alpha.reshape([alpha.shape[0], alpha.shape[1]])
        alpha = tensor.exp(alpha - alpha.max(axis=0, keepdims=True))
        if context_mask:
            alpha = alpha * context_mask
        alpha = alpha / alpha.sum(0, keepdims=True)
        ctx_ = (cc_ * alpha[:, :, None]).sum(0)

        from_ctx = tensor.dot(ctx_, Wc)
        preact = tensor.dot(h_, U) + x_ + from_ctx[:, :2 * dim]
        preact = tensor.nnet.sigmoid(preact)
        r = _slice(preact, 0, dim)
        u = _slice(preact, 1, dim)
        h = tensor.tanh(tensor.dot(h_, Ux) * r + xx_ + from_ctx[:, 2 * dim:])
        h = u * h_ + (1. - u) * h
        h = m_[:, None] * h + (1. - m_)[:, None] * h_
        return h, ctx_, alpha.T

    shared_vars = [tparams[prefix + name] for name in
                   ('_U', '_Ux', '_Wc', '_W_comb_att', '_U_att', '_c_tt')]
    rval, updates = theano.scan(
        _step_slice,
        sequences=[mask, state_below_, state_belowx],
        outputs_info=[init_state,
                      tensor.alloc(0., n_samples, context.shape[2]),
                      tensor.alloc(0., n_samples, context.shape[0])],
        non_sequences=[pctx_, context] + shared_vars,
        name=prefix + '_layers',
        n_steps=nsteps,
        profile=profile)
    return rval


def build_model(tparams):
    x = tensor.matrix('x', dtype='int64')
    x_mask = tensor.matrix('x_mask', dtype=theano.config.floatX)
    y = tensor.matrix('y', dtype='int64')
    y_mask = tensor.matrix('y_mask', dtype=theano.config.floatX)
    n_timesteps, n_timesteps_trg = x.shape[0], y.shape[0]
    n_samples = x.shape[1]
    dim_word = tparams['Wemb'].shape[1]

    emb = tparams['Wemb'][x.flatten()]
    emb = emb.reshape([n_timesteps, n_samples, dim_word])
    proj = gru_layer(tparams, emb, 'encoder', x_mask)
    projr = gru_layer(tparams, emb[::-1], 'encoder_r', x_mask[::-1])
    ctx = tensor.concatenate([proj, projr[::-1]], axis=proj.ndim - 1)
    ctx_mean = ((ctx * x_mask[:, :, None]).sum(0) /
                x_mask.sum(0)[:, None])
    init_state = tensor.tanh(tensor.dot(ctx_mean, tparams['ff_state_W']) +
                             tparams['ff_state_b'])

    # the decoder sees the symbol before; at first, zeros
    emb = tparams['Wemb_dec'][y.flatten()]
    emb = emb.reshape([n_timesteps_trg, n_samples, dim_word])
    emb_shifted = tensor.zeros_like(emb)
    emb_shifted = tensor.set_subtensor(emb_shifted[1:], emb[:-1])
    proj, ctxs, alphas = gru_cond_layer(tparams, emb_shifted, y_mask, ctx,
                                        x_mask, init_state)

    logit = (tensor.dot(proj, tparams['ff_logit_W']) +
             tensor.dot(ctxs, tparams['ff_logit_ctx_W']) +
             tparams['ff_logit_b'])
    logit_shp = logit.shape
    probs = tensor.nnet.softmax(logit.reshape([logit_shp[0] * logit_shp[1],
                                               logit_shp[2]]))
    # pick each target out of the flattened probabilities
    y_flat = y.flatten()
    y_flat_idx = (tensor.arange(y_flat.shape[0]) *
                  tparams['ff_logit_b'].shape[0] + y_flat)
    cost = -tensor.log(probs.flatten()[y_flat_idx])
    cost = cost.reshape([y.shape[0], y.shape[1]])
    cost = (cost * y_mask).sum(0)
    return x, x_mask, y, y_mask, alphas, cost


def adam(lr, tparams, grads, inp, cost, beta1=0.9, beta2=0.999, e=1e-8):
    gshared = [theano.shared(p.get_value() * 0., name='%s_grad' % k)
               for k, p in tparams.items()]
    gsup = [(gs, g) for gs, g in zip(gshared, grads)]
    f_grad_shared = theano.function(inp, cost, updates=gsup, profile=profile)

    updates = []
    t_prev = theano.shared(numpy.asarray(0., theano.config.floatX))
    t = t_prev + 1.
    lr_t = lr * tensor.sqrt(1. - beta2 ** t) / (1. - beta1 ** t)
    for p, g in zip(tparams.values(), gshared):
        m = theano.shared(p.get_value() * 0., p.name + '_mean')
        v = theano.shared(p.get_value() * 0., p.name + '_variance')
        m_t = beta1 * m + (1. - beta1) * g
        v_t = beta2 * v + (1. - beta2) * g ** 2
        step = lr_t * m_t / (tensor.sqrt(v_t) + e)
        updates.append((m, m_t))
        updates.append((v, v_t))
        updates.append((p, p - step))
    updates.append((t_prev, t))
    f_update = theano.function([lr], [], updates=updates,
                               on_unused_input='ignore', profile=profile)
    return f_grad_shared, f_update


def prepare_data(rng, n_symbols, n_samples):
    """Sources of 3 to 5 symbols (0 ends them) and their reversals"""
    lengths = rng.randint(3, 6, n_samples)
    maxlen = lengths.max() + 1
    x = numpy.zeros((maxlen, n_samples)).astype('int64')
    y = numpy.zeros((maxlen, n_samples)).astype('int64')
    mask = numpy.zeros((maxlen, n_samples)).astype(theano.config.floatX)
    for idx, length in enumerate(lengths):
        s = rng.randint(1, n_symbols, length)
        x[:length, idx] = s
        y[:length, idx] = s[::-1]
        mask[:length + 1, idx] = 1.
    return x, mask, y, mask


def main(n_symbols=6, dim_word=8, dim=12, batch_size=8, n_updates=12,
         clip_c=1., lrate=0.01):
    rng = numpy.random.RandomState(1234)
    tparams = init_tparams(init_params(rng, n_symbols, dim_word, dim))
    x, x_mask, y, y_mask, alphas, cost = build_model(tparams)
    inps = [x, x_mask, y, y_mask]

    cost = cost.mean()
    grads = tensor.grad(cost, wrt=list(tparams.values()))
    # the gradients together are no longer than clip_c
    g2 = 0.
    for g in grads:
        g2 += (g ** 2).sum()
    grads = [tensor.switch(g2 > (clip_c ** 2),
                           g / tensor.sqrt(g2) * clip_c,
                           g) for g in grads]
    lr = tensor.scalar(name='lr')
    f_grad_shared, f_update = adam(lr, tparams, grads, inps, cost)
    f_alphas = theano.function(inps, alphas, on_unused_input='ignore')

    ud_start = time.time()
    for uidx in range(n_updates):
        batch = prepare_data(rng, n_symbols, batch_size)
        c = f_grad_shared(*batch)
        f_update(lrate)
        print('Update %d Length %d Cost %.12g' % (uidx, len(batch[0]), c))
    batch = prepare_data(rng, n_symbols, 1)
    print('where the decoder looks:')
    for row in f_alphas(*batch)[:, 0]:
        print(' '.join('%.12g' % a for a in row))
    print('%.1fs' % (time.time() - ud_start), file=sys.stderr)


if __name__ == '__main__':
    main()
