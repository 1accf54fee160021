"""Ctrl-C in the middle of a training step, the common way to end one: the parameters are those of before the step or after it."""
import signal

import numpy as np
import pytest

import theano
import theano.tensor as T


class Late(Exception):
    """What the handler of an alarm raises."""


def step(how):
    """A function that takes some 20 ms over its state, and its state: a count of the steps, and weights that grow by one each."""
    x, n, w = T.matrix("x"), theano.shared(0.0), theano.shared(np.zeros((300, 300)))
    y = x
    for _ in range(20):
        y = T.tanh(T.dot(y, x))
    cost = y.sum()
    if how == "with a check":
        cost = T.opt.Assert("the count is one")(cost, T.eq(n, n))
    outputs = {"nothing returned": [], "old state returned": [n, w]}.get(how, cost)
    return theano.function([x], outputs, updates=[(n, n + 1 + 0 * cost), (w, w + 1)]), n, w


WAYS = ["short way", "general way", "nothing returned", "old state returned", "with a check"]


def test_an_interrupted_step_leaves_the_state_of_before_or_after(python):
    # in a process of its own: an interrupt on JAX's way into 64-bit mode, which no one can see there, leaves it on
    done = python(None, __file__)
    assert done.stdout.splitlines() == ["%s, %s" % (how, error.__name__) for how in WAYS for error in (KeyboardInterrupt, Late)]


def interrupt(how, error):
    f, n, w = step(how)
    x = np.full((300, 300), 1e-3)
    call = (lambda: f(x=x)) if how == "general way" else lambda: f(x)
    for _ in range(3):
        call()

    def handler(*_):
        raise error

    before, done = signal.signal(signal.SIGALRM, handler), 3
    try:
        for _ in range(4):
            with pytest.raises(error):
                try:
                    signal.setitimer(signal.ITIMER_REAL, 0.004)
                    while True:
                        call()
                        done += 1
                finally:
                    signal.setitimer(signal.ITIMER_REAL, 0)
            assert n.get_value() in (done, done + 1)
            np.testing.assert_array_equal(w.get_value(), np.full((300, 300), n.get_value()))
            done = n.get_value()
    finally:
        signal.signal(signal.SIGALRM, before)
    call()
    assert n.get_value() == done + 1
    print("%s, %s" % (how, error.__name__))


if __name__ == "__main__":
    for way in WAYS:
        for kind in (KeyboardInterrupt, Late):
            interrupt(way, kind)
