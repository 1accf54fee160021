"""
A generative adversarial network in one dimension: the generator learns to
turn uniform noise into a Gaussian, while the discriminator learns to tell
its samples from true ones. One function a player.
"""
from __future__ import print_function

import sys
import time

import numpy as np

import theano
import theano.tensor as T
from theano.tensor.shared_randomstreams import RandomStreams


class Layer(object):
    def __init__(self, rng, n_in, n_out, activation):
        W = rng.randn(n_in, n_out) * np.sqrt(2. / n_in)
        self.W = theano.shared(W.astype(theano.config.floatX), 'W')
        self.b = theano.shared(np.zeros(n_out, theano.config.floatX), 'b')
        self.activation = activation
        self.params = [self.W, self.b]

    def __call__(self, x):
        return self.activation(T.dot(x, self.W) + self.b)


class MLP(object):
    def __init__(self, rng, sizes, last):
        acts = [T.nnet.softplus] * (len(sizes) - 2) + [last]
        self.layers = [Layer(rng, n, m, act) for n, m, act in
                       zip(sizes[:-1], sizes[1:], acts)]
        self.params = [p for layer in self.layers for p in layer.params]

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


def momentum_updates(cost, params, learning_rate, momentum=0.6):
    updates = []
    for p in params:
        v = theano.shared(p.get_value() * 0., broadcastable=p.broadcastable)
        updates.append((p, p - learning_rate * v))
        updates.append((v, momentum * v + (1. - momentum) * T.grad(cost, p)))
    return updates


def main(n_updates=40, batch_size=32):
    rng = np.random.RandomState(3)
    theano_rng = RandomStreams(rng.randint(2 ** 30))
    G = MLP(rng, [1, 8, 1], lambda x: x)
    D = MLP(rng, [1, 12, 12, 1], T.nnet.sigmoid)
    learning_rate = theano.shared(np.asarray(0.1, theano.config.floatX), 'lr')

    x = T.matrix('x')
    z = theano_rng.uniform(size=(batch_size, 1), low=-1., high=1.,
                           dtype=theano.config.floatX)
    fake = G(z)
    p_real = D(x)
    # the same discriminator, with the samples in place of the data
    p_fake = theano.clone(p_real, replace={x: fake})

    d_cost = (T.nnet.binary_crossentropy(p_real, T.ones_like(p_real)).mean() +
              T.nnet.binary_crossentropy(p_fake, T.zeros_like(p_fake)).mean())
    g_cost = T.nnet.binary_crossentropy(p_fake, T.ones_like(p_fake)).mean()

    train_d = theano.function(
        [x], [d_cost, p_real.mean(), p_fake.mean()],
        updates=momentum_updates(d_cost, D.params, learning_rate))
    train_g = theano.function(
        [], g_cost,
        updates=momentum_updates(g_cost, G.params, learning_rate))
    sample = theano.function([], fake)

    start_time = time.time()
    for i in range(n_updates):
        data = rng.normal(2., 0.5, (batch_size, 1)).astype(
            theano.config.floatX)
        dc, pr, pf = train_d(data)
        gc = train_g()
        print('%i: D %.12g (real %.12g, fake %.12g), G %.12g' %
              (i, dc, pr, pf, gc))
        if i % 10 == 9:
            learning_rate.set_value(
                np.asarray(learning_rate.get_value() * 0.8,
                           dtype=theano.config.floatX))
    s = sample()
    print('samples: mean %.12g, deviation %.12g' % (s.mean(), s.std()))
    # seeded anew, the streams start again
    theano_rng.seed(99)
    first = sample()
    theano_rng.seed(99)
    print('seeded anew: %.12g, again the same: %s' %
          (first.mean(), (sample() == first).all()))
    print('%.1fs' % (time.time() - start_time), file=sys.stderr)


if __name__ == '__main__':
    main()
