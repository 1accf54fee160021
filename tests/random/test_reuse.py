"""Generators that a call has replaced are written into by later draws, but only those that nobody has kept."""
import copy

import numpy as np

import theano
from theano.tensor.random.type import copied_state, leave_to_reuse
from theano.tensor.shared_randomstreams import RandomStreams


def state(rng):
    return rng.get_state()[1:]


def same(a, b):
    return all(np.array_equal(x, y) for x, y in zip(a, b))


def test_a_generator_that_was_kept_stays_as_it_was():
    streams = RandomStreams(3)
    draw = streams.normal((3,))
    f = theano.function([], draw)
    kept = []
    for _ in range(8):
        kept.append((draw.rng.get_value(borrow=True), None))
        kept[-1] = kept[-1][0], state(kept[-1][0])
        kept.append((copy.copy(draw.rng.get_value(borrow=True)), kept[-1][1]))  # another handle on the same stream
        if len(kept) > 8:
            del kept[:2]  # some are let go
        f()
    assert len({id(rng) for rng, _ in kept}) == len(kept)
    for rng, was in kept:
        assert same(state(rng), was)


def test_draws_go_on_as_numpys_whoever_was_written_into():
    streams = RandomStreams(5)
    draws = [streams.normal((2,)), streams.uniform((3,)), streams.random_integers((2,), 0, 9)]
    f = theano.function([], draws)
    seeds = np.random.RandomState(5)
    twins = [np.random.RandomState(int(seeds.randint(2 ** 30))) for _ in draws]
    for _ in range(6):
        a, b, c = f()
        np.testing.assert_array_equal(a, twins[0].normal(size=(2,)))
        np.testing.assert_array_equal(b, twins[1].uniform(size=(3,)))
        np.testing.assert_array_equal(c, [twins[2].randint(0, 10) for _ in range(2)])


def test_one_whose_stream_another_has_is_not_taken():
    old = np.random.RandomState(1)
    other = np.random.RandomState(old._bit_generator)
    was = state(other)
    leave_to_reuse(old)
    del old
    made = [copied_state(np.random.RandomState(2)) for _ in range(20)]
    assert same(state(other), was)
    for rng in made:
        assert same(state(rng), state(np.random.RandomState(2)))


def test_one_that_nobody_has_is_taken_but_once():
    for _ in range(20):
        copied_state(np.random.RandomState(0))  # none is left over
    old = np.random.RandomState(1)
    leave_to_reuse(old)
    was = id(old)
    del old
    first, second = copied_state(np.random.RandomState(2)), copied_state(np.random.RandomState(3))
    assert id(first) == was and first is not second
    assert same(state(first), state(np.random.RandomState(2))) and same(state(second), state(np.random.RandomState(3)))
