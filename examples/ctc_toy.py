"""
Connectionist temporal classification: a recurrent network reads noisy frames
and is told which symbols were said, but not when. The forward algorithm runs
over time in a scan, in the logarithm, for a whole minibatch.
"""
from __future__ import print_function

import sys
import time

import numpy as np

import theano
import theano.tensor as T

LOG_ZERO = -1e5


def log_add(*terms):
    """log of the sum of exp"""
    largest = T.max(T.stack(terms), axis=0)
    return largest + T.log(sum(T.exp(t - largest) for t in terms))


def add_blanks(labels, blank):
    """Labels (sample, symbol) with a blank before, between and after"""
    n, length = labels.shape[0], labels.shape[1]
    with_blanks = T.alloc(np.asarray(blank, 'int32'), n, 2 * length + 1)
    return T.set_subtensor(with_blanks[:, 1::2], labels)


def shift(log_alpha, by):
    """log_alpha[:, s - by], with log 0 from the left"""
    return T.concatenate([T.zeros_like(log_alpha[:, :by]) + LOG_ZERO,
                          log_alpha[:, :-by]], axis=1)


def ctc_cost(log_probs, mask, labels, label_lengths, blank=0):
    """
    -log p(labels) of each sample

    log_probs: (time, sample, symbol); mask: (time, sample);
    labels: (sample, symbol), padded with the blank
    """
    z = add_blanks(labels, blank)
    n_samples, n_states = z.shape[0], z.shape[1]
    # a state may be entered from two before, unless that is the same symbol
    not_blank = T.neq(z, blank)
    differs = T.concatenate([T.zeros_like(z[:, :2]),
                             T.cast(T.neq(z[:, 2:], z[:, :-2]), 'int32')],
                            axis=1)
    skip = T.switch(not_blank * differs, 0., LOG_ZERO)
    rows = T.arange(n_samples).dimshuffle(0, 'x')

    start = T.alloc(np.asarray(LOG_ZERO, theano.config.floatX),
                    n_samples, n_states)
    start = T.set_subtensor(start[:, 0], 0.)

    def step(log_p, m, log_alpha, z, skip, rows):
        new = log_add(log_alpha, shift(log_alpha, 1),
                      shift(log_alpha, 2) + skip) + log_p[rows, z]
        return T.switch(m.dimshuffle(0, 'x'), new, log_alpha)

    # the virtual state before the first frame leads to the first two states
    log_alphas, _ = theano.scan(step, sequences=[log_probs, mask],
                                outputs_info=[start],
                                non_sequences=[z, skip, rows])
    last = log_alphas[-1]
    i = T.arange(n_samples)
    return -log_add(last[i, 2 * label_lengths],
                    last[i, 2 * label_lengths - 1])


def make_batch(rng, n_symbols, n_samples):
    """Frames: each symbol is said for one to three frames, with noise"""
    label_lengths = rng.randint(2, 5, n_samples)
    labels = np.zeros((n_samples, 4), 'int32')
    spoken = []
    for k, length in enumerate(label_lengths):
        labels[k, :length] = rng.randint(1, n_symbols + 1, length)
        frames = []
        for symbol in labels[k, :length]:
            frames += [symbol] * rng.randint(1, 4) + [0]
        spoken.append(frames)
    n_frames = max(len(frames) for frames in spoken)
    # few different lengths: every fourth
    n_frames += -n_frames % 4
    x = rng.randn(n_frames, n_samples, n_symbols) * 0.3
    mask = np.zeros((n_frames, n_samples), 'int8')
    for k, frames in enumerate(spoken):
        mask[:len(frames), k] = 1
        for t, symbol in enumerate(frames):
            if symbol:
                x[t, k, symbol - 1] += 1.
    return (x.astype(theano.config.floatX), mask, labels,
            label_lengths.astype('int32'))


class Recognizer(object):
    def __init__(self, rng, n_in, n_hidden, n_out):
        def weights(name, *size):
            return theano.shared((rng.randn(*size) * 0.3).astype(
                theano.config.floatX), name=name)
        self.W_in = weights('W_in', n_in, n_hidden)
        self.W = weights('W', n_hidden, n_hidden)
        self.W_out = weights('W_out', n_hidden, n_out)
        self.b = weights('b', n_hidden)
        self.b_out = weights('b_out', n_out)
        self.params = [self.W_in, self.W, self.W_out, self.b, self.b_out]
        self.n_hidden = n_hidden

    def activations(self, x):
        h, _ = theano.scan(
            lambda x_t, h_tm1, W: T.tanh(x_t + T.dot(h_tm1, W)),
            sequences=T.dot(x, self.W_in) + self.b,
            outputs_info=T.zeros((x.shape[1], self.n_hidden)),
            non_sequences=self.W)
        return T.dot(h, self.W_out) + self.b_out


def build(n_symbols=3, n_hidden=12):
    """Inputs, activations before the softmax, cost of each sample, model"""
    rng = np.random.RandomState(8)
    model = Recognizer(rng, n_symbols, n_hidden, n_symbols + 1)
    x = T.tensor3('x')
    mask = T.bmatrix('mask')
    labels = T.imatrix('labels')
    label_lengths = T.ivector('label_lengths')

    activations = model.activations(x)
    centered = activations - activations.max(axis=2, keepdims=True)
    log_probs = centered - T.log(T.exp(centered).sum(axis=2, keepdims=True))
    costs = ctc_cost(log_probs, mask, labels, label_lengths)
    return [x, mask, labels, label_lengths], activations, costs, model


def main(n_updates=15, batch_size=10):
    inputs, activations, costs, model = build()
    cost = T.mean(costs)
    updates = [(p, p - 0.05 * g) for p, g in
               zip(model.params, T.grad(cost, model.params))]
    train = theano.function(inputs, [cost, costs[0]], updates=updates)
    best_path = theano.function(inputs[:1], T.argmax(activations, axis=2))

    rng = np.random.RandomState(20)
    start_time = time.time()
    for i in range(n_updates):
        batch = make_batch(rng, 3, batch_size)
        c, first = train(*batch)
        print('%i: %i frames, cost %.12g, of the first %.12g' %
              (i, len(batch[0]), c, first))
    x, mask, labels, label_lengths = make_batch(rng, 3, 3)
    paths = best_path(x)
    for k in range(3):
        frames = paths[:, k][mask[:, k] == 1]
        read = [s for t, s in enumerate(frames)
                if s and (t == 0 or frames[t - 1] != s)]
        print('said %s, heard %s' % ([int(s) for s in labels[k, :label_lengths[k]]],
                                     [int(s) for s in read]))
    print('%.1fs' % (time.time() - start_time), file=sys.stderr)


if __name__ == '__main__':
    main()
