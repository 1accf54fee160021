"""Random indices: what `x[...]` and its assignments compute, and their gradients, equal NumPy's."""
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import theano
import theano.tensor as T


class Symbols:
    """Turns the numbers of an index into inputs of a program, or leaves them constants."""

    def __init__(self):
        self.inputs, self.values = [], []

    def number(self, value, dtype):
        if dtype is None or value is None:
            return value
        variable = T.scalar(dtype=dtype)
        self.inputs.append(variable)
        self.values.append(np.array(value, dtype=dtype))
        return variable

    def array(self, value, dtype):
        if dtype is None:
            return value
        variable = T.TensorType(str(value.dtype), (False,) * value.ndim)()
        self.inputs.append(variable)
        self.values.append(value)
        return variable


dtypes = st.sampled_from([None, "int64", "int32", "int8"])


@st.composite
def basic_indices(draw, shape, symbols):
    """(index for NumPy, the same for Theano) of integers and slices, in bounds where Python wants it."""
    ours, numpys = [], []
    for n in shape[:draw(st.integers(0, len(shape)))]:
        dtype = draw(dtypes)
        if draw(st.booleans()):
            i = draw(st.integers(-n, n - 1))
            numpys.append(i)
            ours.append(symbols.number(i, dtype))
        else:
            bound = st.none() | st.integers(-n - 2, n + 2)
            parts = [draw(bound), draw(bound), draw(st.none() | st.sampled_from([-3, -2, -1, 1, 2, 3]))]
            numpys.append(slice(*parts))
            ours.append(slice(*[symbols.number(p, dtype) for p in parts]))
    if draw(st.booleans()):
        at = draw(st.integers(0, len(ours)))
        rest = len(shape) - len(ours)
        # an ellipsis takes the dimensions that it stands for from where it stands: only at the end is that nothing new
        if at == len(ours) or rest == 0:
            ours.insert(at, Ellipsis)
            numpys.insert(at, Ellipsis)
    return tuple(numpys), tuple(ours)


@st.composite
def array_indices(draw, shape, symbols):
    """Indices with at least one array of integers (in bounds, with duplicates) or mask."""
    ours, numpys = [], []
    length = draw(st.integers(0, 3))
    for d, n in enumerate(shape[:draw(st.integers(1, len(shape)))]):
        dtype = draw(dtypes)
        kind = "array" if d == 0 else draw(st.sampled_from(["array", "number", "slice"]))
        if kind == "array":
            value = np.array(draw(st.lists(st.integers(-n, n - 1), min_size=length, max_size=length)), dtype="int64")
            numpys.append(value)
            ours.append(symbols.array(value, dtype))
        elif kind == "number":
            value = draw(st.integers(-n, n - 1))
            numpys.append(value)
            ours.append(symbols.number(value, dtype))
        else:
            start, stop = draw(st.none() | st.integers(-n, n)), draw(st.none() | st.integers(-n, n))
            step = draw(st.sampled_from([None, -1, 2]))
            numpys.append(slice(start, stop, step))
            ours.append(slice(symbols.number(start, dtype), symbols.number(stop, dtype), step))
    return tuple(numpys), tuple(ours)


@st.composite
def mask_indices(draw, shape, symbols):
    """One mask over some dimensions, before, after or without slices."""
    ndim = draw(st.integers(1, len(shape)))
    at = draw(st.integers(0, len(shape) - ndim))
    size = int(np.prod(shape[at:at + ndim]))
    mask = np.array(draw(st.lists(st.booleans(), min_size=size, max_size=size))).reshape(shape[at:at + ndim])
    before = (slice(None),) * at
    return (*before, mask), (*before, symbols.array(mask, draw(st.sampled_from([None, "bool"]))))


def check_everything(x, numpys, ours, symbols, rng):
    """Read, its gradient, increment, put and their gradients at one index."""
    vx = T.TensorType("float64", (False,) * x.ndim)("x")
    part = vx[ours]
    expected = x[numpys]
    weights = rng.uniform(size=expected.shape)
    scattered = np.zeros_like(x)
    np.add.at(scattered, numpys, weights)
    outputs = [part, T.grad((part * weights).sum(), vx)]
    wanted = [expected, scattered]
    y = rng.uniform(size=expected.shape)
    added, put = x.copy(), x.copy()
    np.add.at(added, numpys, y)
    put[numpys] = y
    vy = T.TensorType("float64", (False,) * y.ndim)("y")
    if part.owner is not None and part is not vx:
        g = rng.uniform(size=x.shape)
        kept = g.copy()
        kept[numpys] = 0
        increased, overwritten = T.inc_subtensor(part, vy), T.set_subtensor(part, vy)
        outputs += [increased, overwritten, *T.grad((increased * g).sum(), [vx, vy]), T.grad((overwritten * g).sum(), vx)]
        wanted += [added, put, g, g[numpys], kept]
    f = theano.function([vx, vy, *symbols.inputs], outputs, on_unused_input="ignore")
    for got, want in zip(f(x, y, *symbols.values), wanted):
        assert got.shape == want.shape
        np.testing.assert_allclose(got, want)


shapes = st.lists(st.integers(1, 4), min_size=1, max_size=3).map(tuple)


@pytest.mark.parametrize("indices", [basic_indices, array_indices, mask_indices], ids=lambda f: f.__name__)
def test_random_indices_equal_numpy(indices):
    @settings(max_examples=15)
    @given(st.data())
    def run(data):
        shape = data.draw(shapes)
        symbols = Symbols()
        numpys, ours = data.draw(indices(shape, symbols))
        rng = np.random.RandomState(0)
        check_everything(rng.uniform(size=shape), numpys, ours, symbols, rng)
    run()
