"""Cumulative ops, repeat, squeeze, compress, searchsorted and sorting against NumPy; their gradients by differences."""
import numpy as np
import pytest

import theano
import theano.tensor as T

x, v = T.dmatrix("x"), T.dvector("v")
A = np.array([[3.0, -1.0, 2.0], [0.5, 4.0, -2.0]])
V = np.array([2.0, 0.5, 3.0, 0.5])


def run(variable, **given):
    values = {"x": A, "v": V, **given}
    inputs = [i for i in theano.gof.graph.inputs([variable]) if not isinstance(i, theano.gof.Constant)]
    inputs = list(dict.fromkeys(inputs))
    return theano.function(inputs, variable)(*[values[i.name] for i in inputs])


CASES = {
    "cumsum": (lambda: T.cumsum(x), np.cumsum(A)),
    "cumsum of rows": (lambda: x.cumsum(1), np.cumsum(A, 1)),
    "cumprod": (lambda: x.cumprod(axis=0), np.cumprod(A, 0)),
    "small integers stay": (lambda: T.cumsum(T.constant(np.array([100, 100], "int8"))), np.array([100, -56], "int8")),
    "repeat": (lambda: x.repeat(2), A.repeat(2)),
    "repeat rows": (lambda: T.repeat(x, 3, axis=0), A.repeat(3, 0)),
    "repeat by counts": (lambda: T.repeat(x, np.array([2, 0, 1]), axis=1), A.repeat([2, 0, 1], 1)),
    "squeeze": (lambda: x.dimshuffle(0, "x", 1).squeeze(), A),
    "compress": (lambda: T.compress(T.constant(np.array([1, 0, 2])), x, axis=1), A.compress([1, 0, 2], 1)),
    "trace": (lambda: x.trace(), np.trace(A)),
    "sort": (lambda: x.sort(), np.sort(A)),
    "sort columns": (lambda: T.sort(x, 0), np.sort(A, 0)),
    "sort all": (lambda: T.sort(x, None), np.sort(A, None)),
    "argsort": (lambda: v.argsort(), np.argsort(V, kind="stable")),
    "searchsorted": (lambda: T.searchsorted(T.sort(v), np.array([0.0, 0.5, 9.0])), np.searchsorted(np.sort(V), [0.0, 0.5, 9.0])),
    "searchsorted after": (lambda: T.sort(v).searchsorted(v, side="right"), np.searchsorted(np.sort(V), V, side="right")),
}


@pytest.mark.parametrize("name", CASES)
def test_values_and_dtypes_are_numpys(name):
    make, expected = CASES[name]
    got = run(make())
    assert got.dtype == np.asarray(expected).dtype
    np.testing.assert_allclose(got, expected, rtol=1e-12)


@pytest.mark.parametrize("function", [
    lambda a: T.cumsum(a), lambda a: T.cumprod(a, axis=1), lambda a: T.cumsum(a, axis=0), lambda a: T.repeat(a, 2, axis=1),
    lambda a: T.repeat(a, np.array([2, 1]), axis=0), lambda a: T.sort(a), lambda a: a.dimshuffle(0, "x", 1).squeeze()])
def test_gradients_are_differences(function):
    theano.gradient.verify_grad(lambda a: function(a), [A], rng=np.random.RandomState(0))


def test_counts_known_at_run_time_give_the_length():
    counts = T.ivector("counts")
    f = theano.function([v, counts], T.repeat(v, counts))
    assert f(V, np.array([1, 0, 2, 1], "int32")).tolist() == [2.0, 3.0, 3.0, 0.5]
    assert f(V, np.array([0, 0, 0, 300], "int32")).shape == (300,)


def test_misuse_is_told_when_the_graph_is_built():
    with pytest.raises(ValueError, match="out of bounds"):
        T.cumsum(x, axis=2)
    with pytest.raises(ValueError, match="should not exceed 1"):
        T.repeat(x, x.astype("int64"))
    with pytest.raises(TypeError, match="must be an integer"):
        T.repeat(x, v)
    with pytest.raises(ValueError, match="invalid value for keyword 'side'"):
        T.searchsorted(v, v, side="middle")


@pytest.mark.cpu("an accelerator sums in the order of a tree")
@pytest.mark.parametrize("dtype", ["float64", "float32", "int8", "uint16"])
@pytest.mark.parametrize("mode", ["cumsum", "cumprod"])
def test_cumulative_results_are_rounded_in_order_as_numpys_are(mode, dtype):
    values = np.random.RandomState(3).uniform(0.5, 1.7, (37, 5, 4)) * (3 if dtype[0] in "iu" else 1)
    values = values.astype(dtype)
    x = T.tensor3(dtype=dtype)
    for axis in (None, 0, 1, -1):
        found = theano.function([x], getattr(T, mode)(x, axis))(values)
        expected = getattr(np, mode)(values, axis, dtype=dtype)
        assert found.tobytes() == expected.tobytes() and found.dtype == expected.dtype
    if dtype == "float64":
        for value in (np.array([-0.0, -0.0, 0.0]), np.array([np.inf, -np.inf, 1]), np.zeros(0)):
            found = theano.function([], getattr(T, mode)(T.constant(value) + theano.shared(-0.0)))()
            np.testing.assert_array_equal(np.signbit(found), np.signbit(getattr(np, mode)(value)))
            np.testing.assert_array_equal(found, getattr(np, mode)(value))
