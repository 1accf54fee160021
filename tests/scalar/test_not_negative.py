"""Comparisons with 0 of what a compiler takes for not negative: NaN is not, and squares of integers wrap around."""
import numpy as np
import pytest

import theano
import theano.tensor as T

NUMBERS = np.array([np.nan, 1.0, -2.0, 0.0, np.inf])
FLOATS = {"exp": (T.exp, np.exp), "square": (T.sqr, np.square), "product": (lambda x: x * x, lambda x: x * x), "abs": (abs, abs),
          "root": (lambda x: T.sqrt(abs(x)), lambda x: np.sqrt(abs(x)))}
COMPARISONS = {">=": (T.ge, np.greater_equal), "<=": (T.le, np.less_equal), "<": (T.lt, np.less), ">": (T.gt, np.greater)}


@pytest.mark.parametrize("zero", [0, 0.0, -0.0])
@pytest.mark.parametrize("name", FLOATS)
def test_nan_is_not_at_least_zero(name, zero):
    x = T.dvector("x")
    ours, theirs = FLOATS[name]
    outputs = [f(*order) for f, _ in COMPARISONS.values() for order in ((ours(x), zero), (zero, ours(x)))]
    expected = [f(*order) for _, f in COMPARISONS.values() for order in ((theirs(NUMBERS), zero), (zero, theirs(NUMBERS)))]
    np.testing.assert_array_equal(theano.function([x], outputs)(NUMBERS), expected)


@pytest.mark.parametrize("dtype", ["int8", "int16", "int32", "int64"])
def test_integers_that_wrapped_around(dtype):
    info = np.iinfo(dtype)
    values = np.array([12, 7, 3, info.max, info.min, 0, -5, 1 << (info.bits // 2)], dtype)
    x = T.vector("x", dtype=dtype)
    with np.errstate(all="ignore"):
        results = [values * values, abs(values)]
    outputs = [f(*order) for y in (x * x, abs(x)) for f, _ in COMPARISONS.values() for order in ((y, 0), (0, y))]
    expected = [f(*order) for y in results for _, f in COMPARISONS.values() for order in ((y, 0), (0, y))]
    for found, wanted in zip(theano.function([x], outputs)(values), expected, strict=True):
        np.testing.assert_array_equal(found, wanted)
