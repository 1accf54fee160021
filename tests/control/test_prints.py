"""Print where something fails: what is printed, under the real Theano 1.0.5, is what came before."""
import numpy as np
import pytest

import theano
import theano.tensor as T
from theano.printing import Print

X = np.array([1.0, 2.0, 3.0])


def _lines(capfd):
    out, err = capfd.readouterr()
    assert "Traceback" not in err
    return out.splitlines()


def test_a_loop_prints_up_to_the_step_that_fails(capfd):
    x, y = T.dvector("x"), T.dscalar("y")
    each, _ = theano.scan(lambda i: Print("step")(x[i]), sequences=[T.arange(5)])
    total, _ = theano.scan(lambda i, a: Print("st", attrs=("shape", "__str__"))(a + x[i]), sequences=[T.arange(5)], outputs_info=[y])
    state = theano.shared(0)
    for f, values, expected in (
            (theano.function([x], each, updates=[(state, state + 1)]), (X,), ["step __str__ = %.1f" % n for n in (1, 2, 3)]),
            (theano.function([x, y], total[-1]), (X, 0.0),
             [line for n in (1, 3, 6) for line in ("st shape = ()", "st __str__ = %.1f" % n)])):
        with pytest.raises(IndexError, match="index out of bounds"):
            f(*values)
        assert _lines(capfd) == expected
    assert state.get_value() == 0


def test_a_loop_that_could_fail_and_does_not_prints_each_step_once(capfd):
    x = T.dvector("x")
    each, _ = theano.scan(lambda i: Print("step")(x[i] * 2), sequences=[T.arange(3)])
    g = T.grad(each.sum(), x)
    found = theano.function([x], [each, g])(X)
    np.testing.assert_array_equal(found[0], X * 2)
    np.testing.assert_array_equal(found[1], [2, 2, 2])
    assert _lines(capfd) == ["step __str__ = %.1f" % n for n in (2, 4, 6)]


def test_nothing_is_printed_of_what_was_not_computed(capfd):
    x = T.dvector("x")
    f = theano.function([x], Print("after")(x[10]))
    with pytest.raises(IndexError):
        f(X)
    assert _lines(capfd) == []
    f = theano.function([x], Print("before")(x)[10])
    with pytest.raises(IndexError):
        f(X)
    assert _lines(capfd) == ["before __str__ = [1. 2. 3.]"]


def test_a_function_that_raises_does_so_once_and_by_itself(capfd):
    seen = []

    def refuse(op, value):
        seen.append(value)
        raise ValueError("no more of %s" % op.message)

    x = T.dvector("x")
    state = theano.shared(0)
    f = theano.function([x], Print("them", global_fn=refuse)(x) * 2, updates=[(state, state + 1)])
    with pytest.raises(ValueError, match="^no more of them"):
        f(X)
    assert len(seen) == 1 and state.get_value() == 0 and _lines(capfd) == []
    f = theano.function([x], Print("m", attrs=["shape", "nonexistent"])(x))
    with pytest.raises(AttributeError, match="nonexistent"):
        f(X)
    assert _lines(capfd) == ["m shape = (3,)"]


def test_a_function_of_the_programs_sees_each_step(capfd):
    seen = []
    x = T.dvector("x")
    each, _ = theano.scan(lambda v: Print("v", global_fn=lambda op, value: seen.append(float(value)))(v) + 1, sequences=[x])
    np.testing.assert_array_equal(theano.function([x], each)(X), X + 1)
    assert seen == [1.0, 2.0, 3.0]
