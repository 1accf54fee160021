"""
A variational autoencoder of handwritten digits: a Gaussian encoder, a
Bernoulli decoder, the lower bound by the reparametrization trick, Adam.
"""
from __future__ import print_function

import sys
import time
from collections import OrderedDict

import numpy as np

import theano
import theano.tensor as T
from theano.sandbox.rng_mrg import MRG_RandomStreams

from digits import load_digits

epsilon = 1e-8


class VAE(object):
    def __init__(self, rng, n_x, n_h, n_z, batch_size, learning_rate):
        self.batch_size = batch_size

        def init_w(n_in, n_out):
            return (rng.normal(0., 0.1, (n_in, n_out))).astype(
                theano.config.floatX)

        def init_b(n_out):
            return np.zeros((n_out,), dtype=theano.config.floatX)

        self.params = OrderedDict()
        for name, n_in, n_out in [('xh', n_x, n_h), ('hmu', n_h, n_z),
                                  ('hsigma', n_h, n_z), ('zh', n_z, n_h),
                                  ('hx', n_h, n_x)]:
            self.params['W_' + name] = theano.shared(init_w(n_in, n_out),
                                                     name='W_' + name)
            self.params['b_' + name] = theano.shared(init_b(n_out),
                                                     name='b_' + name)
        self.srng = MRG_RandomStreams(seed=234)

    def linear(self, x, name):
        return T.dot(x, self.params['W_' + name]) + self.params['b_' + name]

    def encoder(self, x):
        h = T.nnet.relu(self.linear(x, 'xh'))
        return self.linear(h, 'hmu'), self.linear(h, 'hsigma')

    def sampler(self, mu, log_sigma):
        eps = self.srng.normal(mu.shape)
        return mu + T.exp(0.5 * log_sigma) * eps

    def decoder(self, x, z):
        h = T.nnet.relu(self.linear(z, 'zh'))
        reconstructed_x = T.nnet.sigmoid(self.linear(h, 'hx'))
        logpxz = -T.nnet.binary_crossentropy(reconstructed_x, x).sum(axis=1)
        return reconstructed_x, logpxz

    def create_functions(self, data, learning_rate, b1=0.95, b2=0.999):
        x = T.matrix('x')
        epoch = T.scalar('epoch')
        batch = T.iscalar('batch')

        mu, log_sigma = self.encoder(x)
        z = self.sampler(mu, log_sigma)
        reconstructed_x, logpxz = self.decoder(x, z)
        # minus the divergence from the prior
        KLD = 0.5 * T.sum(1 + log_sigma - mu ** 2 - T.exp(log_sigma), axis=1)
        logpx = T.mean(logpxz + KLD)
        gradients = T.grad(logpx, list(self.params.values()))

        updates = OrderedDict()
        gamma = T.sqrt(1 - b2 ** epoch) / (1 - b1 ** epoch)
        for parameter, gradient in zip(self.params.values(), gradients):
            m = theano.shared(parameter.get_value() * 0.)
            v = theano.shared(parameter.get_value() * 0.)
            new_m = b1 * m + (1 - b1) * gradient
            new_v = b2 * v + (1 - b2) * (gradient ** 2)
            updates[parameter] = parameter + (learning_rate * gamma * new_m /
                                              (T.sqrt(new_v) + epsilon))
            updates[m] = new_m
            updates[v] = new_v

        self.update = theano.function(
            [batch, epoch], [logpx, KLD.mean()], updates=updates,
            givens={x: data[batch * self.batch_size:
                            (batch + 1) * self.batch_size, :]})
        self.encode = theano.function([x], [mu, log_sigma],
                                      allow_input_downcast=True)
        # from a point of the latent space, without the encoder
        self.decode = theano.function([z], reconstructed_x,
                                      allow_input_downcast=True)


def main(n_updates=40, batch_size=50):
    images, _ = load_digits()
    images = images.astype(theano.config.floatX)
    data = theano.shared(images, name='images')
    model = VAE(np.random.RandomState(42), n_x=64, n_h=40, n_z=3,
                batch_size=batch_size, learning_rate=0.003)
    model.create_functions(data, learning_rate=0.003)

    n_batches = len(images) // batch_size
    start_time = time.time()
    for i in range(n_updates):
        epoch, batch = i // n_batches + 1, i % n_batches
        bound, kld = model.update(batch, epoch)
        print('update %i: lower bound %.10g, KLD %.10g' % (i, bound, kld))
    mu, log_sigma = model.encode(images[:5])
    print('codes:')
    for row in mu:
        print(' '.join('%.10g' % v for v in row))
    print('brightness of what is at the origin: %.10g' %
          model.decode(np.zeros((1, 3))).mean())
    print('%.1fs' % (time.time() - start_time), file=sys.stderr)


if __name__ == '__main__':
    main()
