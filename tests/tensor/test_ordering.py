"""Sorting and positions against NumPy, for every dtype and what is odd about it."""
import jax
import numpy as np
import pytest

import theano
import theano.tensor as T
from theano_compat.tensor.ordering import positions, sorted_along

INTEGERS = ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
FLOATS = ["float16", "float32", "float64"]


def numbers(dtype, shape, rng):
    """Many equal ones, the extremes, and of floats what is odd: both zeros, infinities, NaN of both signs, the smallest."""
    if dtype == "bool":
        return rng.rand(*shape) > .5
    if dtype in FLOATS:
        info = np.finfo(dtype)
        odd = [0.0, -0.0, np.inf, -np.inf, np.nan, -np.nan, info.tiny, -info.tiny, info.smallest_subnormal, -info.smallest_subnormal,
               2 * info.smallest_subnormal, info.max, info.min, 1.0, 1.0 + info.eps, -1.0]
        found = rng.randn(*shape).astype(dtype)
    else:
        info = np.iinfo(dtype)
        odd = [info.min, info.max, info.min + 1, info.max - 1, 0, 1]
        found = rng.randint(0, 5, shape).astype(dtype)
    where = rng.rand(*shape) < .6
    found[where] = rng.choice(np.array(odd, dtype), where.sum())
    return found


@pytest.mark.parametrize("dtype", INTEGERS + FLOATS + ["complex64", "complex128"])
def test_as_numpy_has_it(dtype):
    rng = np.random.RandomState(3)
    for shape, axes in (((300,), (0,)), ((7, 40), (0, -1)), ((3, 1, 5), (1,)), ((4, 0), (1,))):
        real = dtype.replace("complex64", "float32").replace("complex128", "float64")
        a = numbers(real, shape, rng)
        if dtype.startswith("complex"):
            a = np.where(np.isfinite(a), a, 0) + 1j * rng.randint(0, 3, shape).astype(real)
        for axis in axes:
            with jax.enable_x64(True):
                order, values = (np.asarray(jax.jit(f, static_argnums=1)(a, axis)) for f in (positions, sorted_along))
            np.testing.assert_array_equal(order, np.argsort(a, axis=axis, kind="stable"))
            np.testing.assert_array_equal(values, np.sort(a, axis=axis))
            assert order.dtype == "int64" and values.dtype == a.dtype
            if dtype in FLOATS:  # bit for bit but for which NaN, and for which zero comes first
                a_bits, bits = (np.sort(np.where(np.isnan(x), np.nan, x).view("u%d" % a.itemsize), axis=axis) for x in (a, values))
                np.testing.assert_array_equal(a_bits, bits)


@pytest.mark.parametrize("axis", [0, 1, None])
def test_derivatives_go_where_the_numbers_went(axis):
    a, g = np.random.RandomState(0).randn(4, 5), np.random.RandomState(1).randn(4, 5)
    x = T.dmatrix("x")
    y = T.sort(x, axis)
    w = g if axis is not None else g.ravel()
    f = theano.function([x], [T.grad((y ** 2 * w).sum(), x), T.Rop(y, x, g)])
    order = np.argsort(a, axis=axis)
    expected = np.zeros_like(a)
    if axis is None:
        expected.ravel()[order] = 2 * np.sort(a, axis=None) * w
        moved = g.ravel()[order]
    else:
        np.put_along_axis(expected, order, 2 * np.sort(a, axis) * g, axis)
        moved = np.take_along_axis(g, order, axis)
    found = f(a)
    np.testing.assert_allclose(found[0], expected)
    np.testing.assert_allclose(found[1], moved)
    theano.gradient.verify_grad(lambda v: T.sqr(T.sort(v, axis)), [a], rng=np.random.RandomState(2))
    second = theano.function([x], T.hessian((T.sort(x.flatten()) ** 3).sum(), [x.flatten()], disconnected_inputs="ignore")[0])
    assert second(a).shape == (20, 20)


def test_the_median_of_a_loop_and_its_gradient():
    x = T.dmatrix("x")
    medians, _ = theano.scan(lambda row: T.sort(row)[row.shape[0] // 2], sequences=x)
    f = theano.function([x], [medians, T.grad(medians.sum(), x)])
    a = np.random.RandomState(0).randn(6, 9)
    got, g = f(a)
    np.testing.assert_array_equal(got, np.median(a, axis=1))
    np.testing.assert_array_equal(g, (a == got[:, None]).astype("float64"))
