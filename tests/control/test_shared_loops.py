"""One loop in several functions, whose steps choose between arrays of different shapes: it is planned anew while both use it.

Values are NumPy's, gradients finite differences'.
"""

import numpy as np
import pytest

import theano
import theano.tensor as T
from theano.ifelse import ifelse

c, x, n = T.lscalar("c"), T.dvector("x"), T.lscalar("n")
A = np.array([0.5, -1.0, 2.0])


def step(e, s, x, c):
    """Sum of squares of as many numbers as a branch has: two shapes."""
    return s * 0.5 + (ifelse(T.gt(e + c, 1), x * e, x[:2] + s) ** 2).sum()


def loop(steps=3.0):
    rows, _ = theano.scan(step, sequences=T.arange(steps), outputs_info=T.constant(np.float64(1)), non_sequences=[x, c])
    return rows


def by_numpy(a, cond, steps=3):
    s, rows = 1.0, []
    for e in range(steps):
        s = s * 0.5 + ((a * e if e + cond > 1 else a[:2] + s) ** 2).sum()
        rows.append(s)
    return np.array(rows)


def differences(a, cond, small=1e-6):
    return np.array([(by_numpy(a + small * d, cond).sum() - by_numpy(a - small * d, cond).sum()) / (2 * small) for d in np.eye(3)])


def checked(kind, f, cond):
    if kind == "value":
        np.testing.assert_allclose(f(A, cond), by_numpy(A, cond), rtol=1e-12)
    elif kind == "last":
        np.testing.assert_allclose(f(A, cond), by_numpy(A, cond)[-1], rtol=1e-12)
    else:
        np.testing.assert_allclose(f(A, cond), differences(A, cond), rtol=1e-6)


def made(kind, rows, mode=None):
    out = {"value": lambda: rows, "last": lambda: rows[-1], "gradient": lambda: T.grad(rows.sum(), x)}[kind]()
    return theano.function([x, c], out, mode=mode)


ORDERS = [("value", "last", "gradient"), ("last", "gradient", "value"), ("gradient", "value", "last")]


@pytest.mark.parametrize("kinds", ORDERS, ids="-".join)
def test_functions_over_one_loop_in_any_order(kinds):
    rows = loop()
    functions = [(kind, made(kind, rows)) for kind in kinds]  # all compiled before the first call plans the loop anew
    for cond in (0, 3, 0):
        for kind, f in functions:
            checked(kind, f, cond)


def test_a_function_made_after_the_loop_was_planned_anew():
    rows = loop()
    value = made("value", rows)
    checked("value", value, 0)
    gradient, again = made("gradient", rows), made("value", rows, "FAST_COMPILE")
    for cond in (3, 0):
        for kind, f in (("gradient", gradient), ("value", again), ("value", value)):
            checked(kind, f, cond)


def test_a_loop_within_a_loop_planned_anew_by_one_of_two_functions():
    outer, _ = theano.scan(lambda k, x, c: loop_of(k, x, c).sum() * k, sequences=T.arange(1.0, 3.0), non_sequences=[x, c])
    value, gradient = theano.function([x, c], outer), theano.function([x, c], T.grad(outer.sum(), x))

    def expected(a, cond):
        return np.array([by_numpy(a * k, cond).sum() * k for k in (1.0, 2.0)])

    for cond in (0, 3):
        numeric = [(expected(A + d, cond).sum() - expected(A - d, cond).sum()) / 2e-6 for d in np.eye(3) * 1e-6]
        np.testing.assert_allclose(gradient(A, cond), numeric, rtol=1e-6)
        np.testing.assert_allclose(value(A, cond), expected(A, cond), rtol=1e-12)


def loop_of(k, x, c):
    rows, _ = theano.scan(step, sequences=T.arange(3.0), outputs_info=T.constant(np.float64(1)), non_sequences=[x * k, c])
    return rows


def test_two_branches_of_two_shapes_in_one_step():
    def both(e, x, c):
        return (ifelse(T.gt(e, c), x, x[:1]) ** 2).sum() + ifelse(T.lt(e, c), x[1:], x * e).sum()

    rows, _ = theano.scan(both, sequences=T.arange(3.0), non_sequences=[x, c])
    f, g = theano.function([x, c], rows), theano.function([x, c], T.grad(rows.sum(), x))

    def expected(a, cond):
        return np.array([((a if e > cond else a[:1]) ** 2).sum() + (a[1:] if e < cond else a * e).sum() for e in range(3)])

    for cond in (1, 0, 5):
        numeric = [(expected(A + d, cond).sum() - expected(A - d, cond).sum()) / 2e-6 for d in np.eye(3) * 1e-6]
        np.testing.assert_allclose(g(A, cond), numeric, rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(f(A, cond), expected(A, cond), rtol=1e-12)
