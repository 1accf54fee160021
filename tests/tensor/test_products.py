"""Products with transposed factors, which are computed from whichever side is quicker: NumPy's numbers, and derivatives through them."""
import numpy as np
import pytest

import theano
import theano.tensor as T

SIZES = [(7, 100, 2), (7, 100, 12), (3, 130, 24), (7, 100, 25), (7, 99, 3), (40, 200, 1), (1, 100, 3), (0, 100, 3), (5, 3, 100)]


@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64", "int32"])
def test_products_of_transposed_matrices_are_numpys(dtype):
    rng = np.random.RandomState(1)
    x, g = T.matrix("x", dtype), T.matrix("g", dtype)
    f = theano.function([x, g], [T.dot(x.T, g), T.dot(g.T, x), T.dot(x.T, g) - 2 * T.dot(g.T, x).T])
    for n, rows, columns in SIZES:
        a, b = ((10 * rng.randn(n, size)).astype(dtype) for size in (rows, columns))
        expected = a.T.dot(b), b.T.dot(a), a.T.dot(b) - 2 * b.T.dot(a).T
        for found, wanted in zip(f(a, b), expected):
            assert found.dtype == wanted.dtype and found.flags.writeable
            np.testing.assert_allclose(found, wanted, rtol=1e-4 if dtype in ("float32", "complex64") else 1e-12, atol=1e-2)


def test_lengths_that_differ_are_an_error():
    x, g = T.dmatrix("x"), T.dmatrix("g")
    f = theano.function([x, g], T.dot(x.T, g))
    with pytest.raises(ValueError, match=r"Shape mismatch: x has 4 cols \(and 120 rows\) but y has 5 rows \(and 3 cols\)"):
        f(np.ones((4, 120)), np.ones((5, 3)))


def test_the_step_of_a_narrow_layer_and_its_second_derivatives():
    rng = np.random.RandomState(2)
    data, weights = rng.randn(6, 110), rng.randn(110, 3) / 10
    x, w, v = T.dmatrix("x"), T.dmatrix("w"), T.dmatrix("v")
    cost = (T.tanh(T.dot(x, w)) ** 2).sum()
    gradient = T.grad(cost, w)
    along = theano.function([x, w, v], [gradient, T.grad((gradient * v).sum(), w), T.Rop(gradient, w, v)])
    direction, step = rng.randn(110, 3), 1e-5
    first, second, forward = along(data, weights, direction)
    h = np.tanh(data.dot(weights))
    np.testing.assert_allclose(first, data.T.dot(2 * h * (1 - h ** 2)), rtol=1e-10)
    ahead, behind = (along(data, weights + s * direction, direction)[0] for s in (step, -step))
    np.testing.assert_allclose(second, (ahead - behind) / (2 * step), rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(forward, second, rtol=1e-9)


def test_a_loop_over_steps_of_a_narrow_layer():
    rng = np.random.RandomState(3)
    data, start = rng.randn(4, 6, 110), rng.randn(110, 3) / 10
    x, w = T.dtensor3("x"), T.dmatrix("w")
    states, _ = theano.scan(lambda x_t, s: s - 0.01 * T.dot(x_t.T, T.dot(x_t, s)), sequences=x, outputs_info=w)
    f = theano.function([x, w], [states[-1], T.grad((states[-1] ** 2).sum(), w)])
    found, gradient = f(data, start)
    step = np.eye(110)
    for x_t in data:
        step = (np.eye(110) - 0.01 * x_t.T.dot(x_t)).dot(step)
    np.testing.assert_allclose(found, step.dot(start), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(gradient, 2 * step.T.dot(step).dot(start), rtol=1e-9, atol=1e-11)
