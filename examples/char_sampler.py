"""
A recurrent network that writes: trained on letters in minibatches, then fed
its own output, one letter drawn after the other inside a scan that ends at
the full stop.
"""
from __future__ import print_function

import sys
import time

import numpy as np

import theano
import theano.tensor as T
from theano.tensor.shared_randomstreams import RandomStreams

from rnn_language_model import LETTERS, make_sentences


class CharRNN(object):
    def __init__(self, rng, n_letters, n_hidden):
        def weights(name, *size):
            return theano.shared(
                (rng.randn(*size) * 0.15).astype(theano.config.floatX),
                name=name, borrow=True)

        self.n_hidden = n_hidden
        self.n_letters = n_letters
        self.W_xh = weights('W_xh', n_letters, n_hidden)
        self.W_hh = weights('W_hh', n_hidden, n_hidden)
        self.W_hy = weights('W_hy', n_hidden, n_letters)
        self.b_h = theano.shared(np.zeros(n_hidden, theano.config.floatX))
        self.b_y = theano.shared(np.zeros(n_letters, theano.config.floatX))
        self.params = [self.W_xh, self.W_hh, self.W_hy, self.b_h, self.b_y]
        self.srng = RandomStreams(seed=2015)

    def step(self, x_t, h_tm1):
        """x_t: one-hot rows"""
        h_t = T.tanh(T.dot(x_t, self.W_xh) + T.dot(h_tm1, self.W_hh) +
                     self.b_h)
        y_t = T.dot(h_t, self.W_hy) + self.b_y
        return h_t, y_t

    def cost(self, x):
        """x: letters (time, sample)"""
        one_hot = T.eye(self.n_letters)[x[:-1]]
        h0 = T.zeros((x.shape[1], self.n_hidden))
        [h, y], _ = theano.scan(self.step, sequences=one_hot,
                                outputs_info=[h0, None])
        y = y.reshape((y.shape[0] * y.shape[1], y.shape[2]))
        return T.nnet.categorical_crossentropy(T.nnet.softmax(y),
                                               x[1:].flatten()).mean()

    def sample(self, first, temperature, max_length, stop):
        """Letters after `first`, up to the letter `stop`"""
        def feed_back(letter, h_tm1, temperature):
            x_t = T.extra_ops.to_one_hot(letter.dimshuffle('x'),
                                         self.n_letters)
            h_t, y_t = self.step(x_t, h_tm1)
            p = T.nnet.softmax(y_t / temperature)
            drawn = self.srng.multinomial(size=(1,), n=1, pvals=p)
            next_letter = T.cast(T.argmax(drawn, axis=1)[0], 'int64')
            return ([next_letter, h_t],
                    theano.scan_module.until(T.eq(next_letter, stop)))

        [letters, _], updates = theano.scan(
            feed_back,
            outputs_info=[first, T.zeros((1, self.n_hidden))],
            non_sequences=[temperature],
            n_steps=max_length)
        return letters, updates


def main(n_hidden=40, n_updates=30, batch_size=16):
    rng = np.random.RandomState(17)
    model = CharRNN(rng, len(LETTERS), n_hidden)

    x = T.lmatrix('x')
    cost = model.cost(x)
    memory = [theano.shared(p.get_value() * 0.) for p in model.params]
    updates = []
    for p, m, g in zip(model.params, memory, T.grad(cost, model.params)):
        # Adagrad
        m_new = m + T.sqr(g)
        updates += [(m, m_new), (p, p - 0.1 * g / T.sqrt(m_new + 1e-8))]
    train = theano.function([x], cost, updates=updates)

    first = T.lscalar('first')
    temperature = T.scalar('temperature')
    letters, sample_updates = model.sample(first, temperature, 30,
                                           LETTERS.index('.'))
    write = theano.function([first, temperature], letters,
                            updates=sample_updates,
                            allow_input_downcast=True)

    start_time = time.time()
    for i in range(n_updates):
        sentences = ['^' + s[-13:] for s in make_sentences(rng, batch_size)]
        batch = np.array([[LETTERS.index(c) for c in s] for s in sentences]).T
        print('%i: cost %.12g' % (i, train(batch)))
    for temp in (0.3, 0.6, 1.):
        codes = write(LETTERS.index('^'), temp)
        print('at temperature %g, %i letters: %s' %
              (temp, len(codes), ''.join(LETTERS[k] for k in codes)))
    print('%.1fs' % (time.time() - start_time), file=sys.stderr)


if __name__ == '__main__':
    main()
