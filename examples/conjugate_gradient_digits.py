"""
Logistic regression on handwritten digits, trained by the conjugate gradient
of scipy.optimize: all parameters live in one vector `theta`, which scipy
sets and whose gradient it asks for.
"""
from __future__ import print_function

import sys
import timeit

import numpy
import scipy.optimize

import theano
import theano.tensor as T

from logistic_regression_digits import load_data


class LogisticRegression(object):
    def __init__(self, input, n_in, n_out):
        self.theta = theano.shared(
            value=numpy.zeros(n_in * n_out + n_out,
                              dtype=theano.config.floatX),
            name='theta',
            borrow=True
        )
        # weights and biases are views of it
        self.W = self.theta[0:n_in * n_out].reshape((n_in, n_out))
        self.b = self.theta[n_in * n_out:n_in * n_out + n_out]
        self.p_y_given_x = T.nnet.softmax(T.dot(input, self.W) + self.b)
        self.y_pred = T.argmax(self.p_y_given_x, axis=1)

    def negative_log_likelihood(self, y):
        return -T.mean(T.log(self.p_y_given_x)[T.arange(y.shape[0]), y])

    def errors(self, y):
        return T.mean(T.neq(self.y_pred, y))


def cg_optimization(n_epochs=8, batch_size=300):
    datasets = load_data()
    train_set_x, train_set_y = datasets[0]
    valid_set_x, valid_set_y = datasets[1]
    n_train_batches = train_set_x.get_value(borrow=True).shape[0] // batch_size

    minibatch_offset = T.lscalar()
    x = T.matrix()
    y = T.ivector()
    classifier = LogisticRegression(input=x, n_in=8 * 8, n_out=10)
    cost = classifier.negative_log_likelihood(y).mean()
    print(theano.printing.pp(classifier.b))
    theano.printing.debugprint(classifier.y_pred)

    givens = {
        x: train_set_x[minibatch_offset:minibatch_offset + batch_size],
        y: train_set_y[minibatch_offset:minibatch_offset + batch_size]
    }
    batch_cost = theano.function([minibatch_offset], cost, givens=givens,
                                 name='batch_cost')
    batch_grad = theano.function([minibatch_offset],
                                 T.grad(cost, classifier.theta),
                                 givens=givens, name='batch_grad')
    validate = theano.function([], classifier.errors(y),
                               givens={x: valid_set_x, y: valid_set_y},
                               name='validate')

    def train_fn(theta_value):
        classifier.theta.set_value(theta_value, borrow=True)
        train_losses = [batch_cost(i * batch_size)
                        for i in range(n_train_batches)]
        return numpy.mean(train_losses)

    def train_fn_grad(theta_value):
        classifier.theta.set_value(theta_value, borrow=True)
        grad = batch_grad(0)
        for i in range(1, n_train_batches):
            grad += batch_grad(i * batch_size)
        return grad / n_train_batches

    def callback(theta_value):
        classifier.theta.set_value(theta_value, borrow=True)
        print('cost %.12g, validation error %.4g %%' %
              (train_fn(theta_value), validate() * 100.))

    start_time = timeit.default_timer()
    best_theta = scipy.optimize.fmin_cg(
        f=train_fn,
        x0=numpy.zeros((8 * 8 + 1) * 10, dtype=x.dtype),
        fprime=train_fn_grad,
        callback=callback,
        disp=0,
        maxiter=n_epochs
    )
    classifier.theta.set_value(best_theta, borrow=True)
    print('norm of theta %.12g' %
          numpy.sqrt((classifier.theta.get_value() ** 2).sum()))
    print('The code ran for %.2fs' % (timeit.default_timer() - start_time),
          file=sys.stderr)


if __name__ == '__main__':
    cg_optimization()
