"""
A multilayer perceptron of rectified linear units with dropout on input and
hidden units: momentum that grows, a learning rate that decays, and a bound
on the norm of the weights that go into a unit.
"""
from __future__ import print_function

import sys
import timeit
from collections import OrderedDict

import numpy as np

import theano
import theano.printing
import theano.tensor as T
from theano.sandbox.rng_mrg import MRG_RandomStreams

from logistic_regression_digits import LogisticRegression, load_data
from mlp_digits import HiddenLayer


def ReLU(x):
    return T.maximum(0.0, x)


def _dropout_from_layer(srng, layer, p):
    """Units are zeroed with probability p"""
    mask = srng.binomial(n=1, p=1 - p, size=layer.shape)
    # floatX times int64 would be float64
    return layer * T.cast(mask, theano.config.floatX)


class DropoutHiddenLayer(HiddenLayer):
    def __init__(self, rng, srng, input, n_in, n_out, activation,
                 dropout_rate, W=None, b=None):
        super(DropoutHiddenLayer, self).__init__(
            rng=rng, input=input, n_in=n_in, n_out=n_out, W=W, b=b,
            activation=activation)
        self.output = _dropout_from_layer(srng, self.output, dropout_rate)


class MLP(object):
    """Two networks with the same weights: one that drops units, for
    training, and one that scales them, for the predictions"""

    def __init__(self, rng, input, layer_sizes, dropout_rates):
        srng = MRG_RandomStreams(rng.randint(999999))
        self.dropout_layers = []
        self.layers = []
        next_layer_input = input
        next_dropout_input = _dropout_from_layer(srng, input,
                                                 dropout_rates[0])
        sizes = list(zip(layer_sizes[:-1], layer_sizes[1:]))
        for i, (n_in, n_out) in enumerate(sizes[:-1]):
            dropout_layer = DropoutHiddenLayer(
                rng=rng, srng=srng, input=next_dropout_input, n_in=n_in,
                n_out=n_out, activation=ReLU,
                dropout_rate=dropout_rates[i + 1])
            self.dropout_layers.append(dropout_layer)
            next_dropout_input = dropout_layer.output
            layer = HiddenLayer(
                rng=rng, input=next_layer_input, n_in=n_in, n_out=n_out,
                activation=ReLU,
                W=dropout_layer.W * (1 - dropout_rates[i]),
                b=dropout_layer.b)
            self.layers.append(layer)
            next_layer_input = layer.output

        n_in, n_out = sizes[-1]
        top = LogisticRegression(input=next_dropout_input, n_in=n_in,
                                 n_out=n_out)
        self.dropout_layers.append(top)
        p_y_given_x = T.nnet.softmax(
            T.dot(next_layer_input, top.W * (1 - dropout_rates[-1])) + top.b)
        self.errors = lambda y: T.mean(T.neq(T.argmax(p_y_given_x, axis=1),
                                             y))
        self.dropout_negative_log_likelihood = top.negative_log_likelihood
        self.params = [p for layer in self.dropout_layers
                       for p in layer.params]


def test_dropout(initial_learning_rate=1., learning_rate_decay=0.95,
                 squared_filter_length_limit=4., n_epochs=2, batch_size=50):
    datasets = load_data()
    train_set_x, train_set_y = datasets[0]
    valid_set_x, valid_set_y = datasets[1]
    n_train_batches = train_set_x.get_value(borrow=True).shape[0] // batch_size

    index = T.lscalar()
    epoch = T.scalar()
    x = T.matrix('x')
    y = T.ivector('y')
    learning_rate = theano.shared(np.asarray(initial_learning_rate,
                                             dtype=theano.config.floatX))
    rng = np.random.RandomState(1234)
    classifier = MLP(rng=rng, input=x, layer_sizes=[64, 60, 40, 10],
                     dropout_rates=[0.2, 0.5, 0.5])
    cost = classifier.dropout_negative_log_likelihood(y)

    test_model = theano.function(
        inputs=[], outputs=classifier.errors(y),
        givens={x: valid_set_x, y: valid_set_y})

    gparams = []
    for param in classifier.params:
        gparams.append(T.grad(cost, param))
    gparams_mom = []
    for param in classifier.params:
        gparam_mom = theano.shared(np.zeros(
            param.get_value(borrow=True).shape, dtype=theano.config.floatX))
        gparams_mom.append(gparam_mom)
    mom = T.switch(epoch < 3, 0.5 * (1. - epoch / 3) + 0.9 * (epoch / 3), 0.9)

    updates = OrderedDict()
    for gparam_mom, gparam in zip(gparams_mom, gparams):
        updates[gparam_mom] = mom * gparam_mom - (1. - mom) * learning_rate * \
            gparam
    for param, gparam_mom in zip(classifier.params, gparams_mom):
        stepped_param = param + updates[gparam_mom]
        if param.get_value(borrow=True).ndim == 2:
            # columns that are too long are cut back
            col_norms = T.sqrt(T.sum(T.sqr(stepped_param), axis=0))
            desired_norms = T.clip(col_norms, 0,
                                   T.sqrt(squared_filter_length_limit))
            scale = desired_norms / (1e-7 + col_norms)
            updates[param] = stepped_param * scale
        else:
            updates[param] = stepped_param

    train_model = theano.function(
        inputs=[epoch, index], outputs=cost, updates=updates,
        givens={x: train_set_x[index * batch_size:(index + 1) * batch_size],
                y: train_set_y[index * batch_size:(index + 1) * batch_size]})
    decay_learning_rate = theano.function(
        inputs=[], outputs=learning_rate,
        updates={learning_rate: learning_rate * learning_rate_decay})
    # prints the norm whenever the value passes
    norm_of_W = theano.function([], theano.printing.Print('norm of W')(
        classifier.params[0].norm(2)))

    start_time = timeit.default_timer()
    for epoch_counter in range(n_epochs):
        costs = [train_model(epoch_counter, i) for i in range(n_train_batches)]
        if epoch_counter == 0:
            for i, c in enumerate(costs[:12]):
                print('minibatch %i, cost %.10g' % (i, c))
        print('epoch %i, mean cost %.10g, validation error %.4g %%, '
              'learning rate %.10g' %
              (epoch_counter, np.mean(costs, dtype='float64'),
               test_model() * 100., decay_learning_rate()))
    norm_of_W()
    print('The code ran for %.2fs' % (timeit.default_timer() - start_time),
          file=sys.stderr)


if __name__ == '__main__':
    test_dropout()
