"""
A small LeNet: two layers of convolution and max pooling, a fully connected
layer of tanh units and logistic regression on top.

The top layers and the data set are those of mlp_digits.py and
logistic_regression_digits.py.
"""
from __future__ import print_function

import sys
import timeit

import numpy

import theano
import theano.tensor as T
from theano.tensor.nnet import conv2d
from theano.tensor.signal import pool

from logistic_regression_digits import LogisticRegression, load_data
from mlp_digits import HiddenLayer


class LeNetConvPoolLayer(object):
    """Convolution, max pooling and tanh"""

    def __init__(self, rng, input, filter_shape, image_shape, poolsize=(2, 2)):
        """
        filter_shape: (filters, input maps, height, width)
        image_shape: (batch size, input maps, height, width)
        """
        assert image_shape[1] == filter_shape[1]
        self.input = input

        # each hidden unit sees this many inputs ...
        fan_in = numpy.prod(filter_shape[1:])
        # ... and each unit below hears from this many
        fan_out = (filter_shape[0] * numpy.prod(filter_shape[2:]) //
                   numpy.prod(poolsize))
        W_bound = numpy.sqrt(6. / (fan_in + fan_out))
        self.W = theano.shared(
            numpy.asarray(
                rng.uniform(low=-W_bound, high=W_bound, size=filter_shape),
                dtype=theano.config.floatX
            ),
            borrow=True
        )
        # one bias for each output map
        b_values = numpy.zeros((filter_shape[0],), dtype=theano.config.floatX)
        self.b = theano.shared(value=b_values, borrow=True)

        conv_out = conv2d(
            input=input,
            filters=self.W,
            filter_shape=filter_shape,
            input_shape=image_shape
        )
        pooled_out = pool.pool_2d(
            input=conv_out,
            ws=poolsize,
            ignore_border=True
        )
        self.output = T.tanh(pooled_out + self.b.dimshuffle('x', 0, 'x', 'x'))
        self.params = [self.W, self.b]


def evaluate_lenet(learning_rate=0.2, n_epochs=2, nkerns=(6, 12),
                   batch_size=50):
    rng = numpy.random.RandomState(23455)

    datasets = load_data()
    train_set_x, train_set_y = datasets[0]
    valid_set_x, valid_set_y = datasets[1]

    n_train_batches = train_set_x.get_value(borrow=True).shape[0] // batch_size
    n_valid_batches = valid_set_x.get_value(borrow=True).shape[0] // batch_size

    index = T.lscalar()
    x = T.matrix('x')
    y = T.ivector('y')

    print('... building the model')
    layer0_input = x.reshape((batch_size, 1, 8, 8))

    # 8 x 8 becomes 6 x 6, then 3 x 3
    layer0 = LeNetConvPoolLayer(
        rng,
        input=layer0_input,
        image_shape=(batch_size, 1, 8, 8),
        filter_shape=(nkerns[0], 1, 3, 3),
        poolsize=(2, 2)
    )
    # 3 x 3 becomes 2 x 2, then 1 x 1
    layer1 = LeNetConvPoolLayer(
        rng,
        input=layer0.output,
        image_shape=(batch_size, nkerns[0], 3, 3),
        filter_shape=(nkerns[1], nkerns[0], 2, 2),
        poolsize=(2, 2)
    )
    layer2 = HiddenLayer(
        rng,
        input=layer1.output.flatten(2),
        n_in=nkerns[1] * 1 * 1,
        n_out=30,
        activation=T.tanh
    )
    layer3 = LogisticRegression(input=layer2.output, n_in=30, n_out=10)
    cost = layer3.negative_log_likelihood(y)

    validate_model = theano.function(
        [index],
        layer3.errors(y),
        givens={
            x: valid_set_x[index * batch_size: (index + 1) * batch_size],
            y: valid_set_y[index * batch_size: (index + 1) * batch_size]
        }
    )

    params = layer3.params + layer2.params + layer1.params + layer0.params
    grads = T.grad(cost, params)
    updates = [
        (param_i, param_i - learning_rate * grad_i)
        for param_i, grad_i in zip(params, grads)
    ]
    train_model = theano.function(
        [index],
        cost,
        updates=updates,
        givens={
            x: train_set_x[index * batch_size: (index + 1) * batch_size],
            y: train_set_y[index * batch_size: (index + 1) * batch_size]
        }
    )

    print('... training')
    start_time = timeit.default_timer()
    for epoch in range(1, n_epochs + 1):
        for minibatch_index in range(n_train_batches):
            cost_ij = train_model(minibatch_index)
            iter = (epoch - 1) * n_train_batches + minibatch_index
            if iter < 30:
                print('iter %i, cost %.10g' % (iter, cost_ij))
        validation_losses = [validate_model(i) for i
                             in range(n_valid_batches)]
        print('epoch %i, validation error %.4g %%' %
              (epoch, numpy.mean(validation_losses) * 100.))
    end_time = timeit.default_timer()
    print('The code ran for %.2fs' % (end_time - start_time), file=sys.stderr)


if __name__ == '__main__':
    evaluate_lenet()
