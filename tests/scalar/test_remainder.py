"""Remainders and floor quotients of floating point numbers: bit for bit those of C, on the fast way and on the long one."""
import numpy as np
import pytest

import theano
import theano.tensor as T

RNG = np.random.RandomState(5)


def _numbers(kind, dtype):
    """Dividends and divisors."""
    n, whole = 20_000, {"float32": np.int32, "float64": np.int64}[dtype]
    if kind == "special":
        some = np.array([0.0, -0.0, 1, -1, np.inf, -np.inf, np.nan, 0.1, 3, 1e4, -7.5, 2.5], dtype)
        return [np.ascontiguousarray(v.ravel()) for v in np.meshgrid(some, some)]
    if kind == "huge quotients":
        top = 2.0 ** RNG.randint(0, {"float32": 100, "float64": 900}[dtype], n)
        return (RNG.randn(n) * top).astype(dtype), (RNG.rand(n) + 0.1).astype(dtype)
    y = (RNG.rand(n) + 0.5).astype(dtype) * np.where(RNG.rand(n) < 0.5, -1, 1).astype(dtype)
    if kind == "any":
        return (RNG.randn(n) * 30).astype(dtype), y
    multiples = (RNG.randint(-2000, 2000, n).astype(dtype) * y).astype(dtype)
    # next to them x / y rounds to a whole number
    return (multiples.view(whole) + RNG.randint(-1, 2, n).astype(whole)).view(dtype) if kind == "next to multiples" else multiples, y


def _python(x, y):
    """Floor quotient and remainder by C's rules, which NumPy's differ from where x / y rounds up to a whole number."""
    with np.errstate(all="ignore"):
        rest = np.fmod(x, y)
        mod = np.where((rest != 0) & ((x < 0) != (y < 0)), rest + y, rest)
        quotient = np.floor(abs(x) / abs(y))
        other = -quotient - (np.fmod(abs(x), abs(y)) != 0)
        return np.where(y == 0, np.floor(x / y), np.where((x < 0) == (y < 0), quotient, other)).astype(x.dtype), mod.astype(x.dtype)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("kind", ["special", "any", "multiples", "next to multiples", "huge quotients"])
def test_quotients_and_remainders_are_exact(kind, dtype):
    x, y = (T.vector(dtype=dtype) for _ in range(2))
    a, b = _numbers(kind, dtype)
    normal = (a == 0) | ~(abs(a) < np.finfo(dtype).tiny)
    a, b = a[normal], b[normal]
    for found, expected in zip(theano.function([x, y], [x // y, x % y])(a, b), _python(a, b), strict=True):
        bits = {"float32": "u4", "float64": "u8"}[dtype]
        same = (found.view(bits) == expected.view(bits)) | (np.isnan(found) & np.isnan(expected))
        assert same.all(), (a[~same][:3], b[~same][:3], found[~same][:3], expected[~same][:3])


def test_a_remainder_by_a_number_is_that_by_the_same_in_an_array():
    x, y = T.dvectors("x", "y")
    a = np.concatenate(_numbers("any", "float64"))
    for number in (2.0, 0.25, 3.0, 0.1, -1.5):
        expected = np.fmod(a, number)
        expected = np.where((expected != 0) & ((a < 0) != (number < 0)), expected + number, expected)
        np.testing.assert_array_equal(theano.function([x], x % number)(a), expected)
