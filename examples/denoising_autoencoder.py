"""
A denoising autoencoder with tied weights: it gets images with some pixels
set to zero and learns to give the whole ones back.
"""
from __future__ import print_function

import sys
import timeit

import numpy

import theano
import theano.tensor as T
from theano.tensor.shared_randomstreams import RandomStreams

from logistic_regression_digits import load_data


class dA(object):
    def __init__(self, numpy_rng, theano_rng=None, input=None,
                 n_visible=64, n_hidden=50, W=None, bhid=None, bvis=None):
        """
        W, bhid, bvis: shared variables that belong to another layer as well
        (the stacked version needs that), None for new ones
        """
        self.n_visible = n_visible
        self.n_hidden = n_hidden

        if not theano_rng:
            theano_rng = RandomStreams(numpy_rng.randint(2 ** 30))

        if not W:
            bound = 4 * numpy.sqrt(6. / (n_hidden + n_visible))
            initial_W = numpy.asarray(
                numpy_rng.uniform(low=-bound, high=bound,
                                  size=(n_visible, n_hidden)),
                dtype=theano.config.floatX
            )
            W = theano.shared(value=initial_W, name='W', borrow=True)
        if not bvis:
            bvis = theano.shared(
                value=numpy.zeros(n_visible, dtype=theano.config.floatX),
                name='bvis',
                borrow=True
            )
        if not bhid:
            bhid = theano.shared(
                value=numpy.zeros(n_hidden, dtype=theano.config.floatX),
                name='bhid',
                borrow=True
            )

        self.W = W
        self.b = bhid
        self.b_prime = bvis
        # tied: the way back uses the same weights
        self.W_prime = self.W.T
        self.theano_rng = theano_rng
        if input is None:
            self.x = T.dmatrix(name='input')
        else:
            self.x = input
        self.params = [self.W, self.b, self.b_prime]

    def get_corrupted_input(self, input, corruption_level):
        """Each pixel stays with probability 1 - corruption_level"""
        return self.theano_rng.binomial(size=input.shape, n=1,
                                        p=1 - corruption_level,
                                        dtype=theano.config.floatX) * input

    def get_hidden_values(self, input):
        return T.nnet.sigmoid(T.dot(input, self.W) + self.b)

    def get_reconstructed_input(self, hidden):
        return T.nnet.sigmoid(T.dot(hidden, self.W_prime) + self.b_prime)

    def get_cost_updates(self, corruption_level, learning_rate):
        tilde_x = self.get_corrupted_input(self.x, corruption_level)
        y = self.get_hidden_values(tilde_x)
        z = self.get_reconstructed_input(y)
        # cross-entropy of each image, then the mean over the minibatch
        L = - T.sum(self.x * T.log(z) + (1 - self.x) * T.log(1 - z), axis=1)
        cost = T.mean(L)

        gparams = T.grad(cost, self.params)
        updates = [
            (param, param - learning_rate * gparam)
            for param, gparam in zip(self.params, gparams)
        ]
        return (cost, updates)


def train_dA(corruption_level, learning_rate=0.1, training_epochs=1,
             batch_size=20):
    train_set_x, train_set_y = load_data()[0]
    n_train_batches = train_set_x.get_value(borrow=True).shape[0] // batch_size

    index = T.lscalar()
    x = T.matrix('x')

    rng = numpy.random.RandomState(123)
    theano_rng = RandomStreams(rng.randint(2 ** 30))
    da = dA(numpy_rng=rng, theano_rng=theano_rng, input=x,
            n_visible=8 * 8, n_hidden=50)
    cost, updates = da.get_cost_updates(corruption_level=corruption_level,
                                        learning_rate=learning_rate)
    train_da = theano.function(
        [index],
        cost,
        updates=updates,
        givens={
            x: train_set_x[index * batch_size: (index + 1) * batch_size]
        }
    )

    start_time = timeit.default_timer()
    for epoch in range(training_epochs):
        c = []
        for batch_index in range(n_train_batches):
            c.append(train_da(batch_index))
            if batch_index < 20:
                print('minibatch %i, cost %.12g' % (batch_index, c[-1]))
        print('corruption %g, epoch %d, cost %.12g' %
              (corruption_level, epoch, numpy.mean(c, dtype='float64')))
    end_time = timeit.default_timer()
    print('The code ran for %.2fs' % (end_time - start_time), file=sys.stderr)
    return da


def test_dA():
    train_dA(corruption_level=0.)
    da = train_dA(corruption_level=0.3)
    print('mean |W| %.12g' % numpy.abs(da.W.get_value(borrow=True)).mean())


if __name__ == '__main__':
    test_dA()
