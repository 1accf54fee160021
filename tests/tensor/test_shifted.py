"""Parts of an array that get values computed from other parts of it: nothing is read after it was written."""
import numpy as np
import pytest
from fuzz import mistakes

import theano
import theano.tensor as T
from theano_compat.tensor import slices

SHIFTS = [(slice(1, None), slice(None, -1)), (slice(None, -2), slice(2, None)), (slice(None, None), slice(None, None, -1)),
          (slice(0, 3), slice(1, 2)), (slice(0, 4, 2), slice(0, 2)), (slice(2, None), slice(-3, None, -1))]
AROUND = {
    "as it is": lambda a: a,
    "a column": lambda a: a.reshape((5, -1, 1)),
    "a row": lambda a: a.reshape((1, 5, -1)),
    "turned": lambda a: a.transpose((0, 1) if a.ndim == 2 else (1, 0, 2)),
}


def _put(library, x, to, of, add):
    """`x` with `x[to]` replaced by twice `x[of]`, or that added to it; `library` is NumPy or theano.tensor."""
    if library is T:
        return (T.inc_subtensor if add else T.set_subtensor)(x[to], x[of] * 2)
    values, x = x[of] * 2, x.copy()
    x[to] = x[to] + values if add else values
    return x


@pytest.mark.parametrize(("add", "loop"), [(False, False), (True, False), (True, True)])
@pytest.mark.parametrize("after", AROUND)
@pytest.mark.parametrize("before", ["as it is", "a column"])
def test_values_that_are_read_are_the_old_ones(before, after, add, loop, monkeypatch):
    if loop:
        monkeypatch.setattr(slices, "_SMALL", 0)
        monkeypatch.setattr(slices, "_FEW_BOXES", 0)
    value = np.arange(15).reshape(5, 3) - 4

    def programs(library, x):
        return [AROUND[after](_put(library, AROUND[before](x + 1), to, of, add)) for to, of in SHIFTS]
    x = T.lmatrix("x")
    for shift, found, expected in zip(SHIFTS, theano.function([x], programs(T, x))(value), programs(np, value), strict=True):
        np.testing.assert_array_equal(found, expected, str(shift))


def test_places_that_the_program_learns_late():
    x, i, n = T.dmatrix("x"), T.lscalar("i"), T.lscalar("n")
    out = T.set_subtensor(x.reshape((5, 3, 1))[i:], x.reshape((5, 3, 1))[:n] + 1).reshape((1, 15))
    f = theano.function([x, i, n], out)
    value = np.random.RandomState(0).rand(5, 3)
    for at in (1, 2, -3):
        expected = value.copy()
        rows = expected[at:].shape[0]
        expected[at:] = value[:rows] + 1
        np.testing.assert_array_equal(f(value, at, rows), expected.reshape(1, 15))


def test_in_a_loop_whose_state_is_shifted():
    start = T.dvector("start")
    states, _ = theano.scan(lambda h: T.set_subtensor(h[1:], h[:-1]).reshape((1, 4)).flatten() * 2, outputs_info=start, n_steps=3)
    f = theano.function([start], [states, T.grad(states[-1].sum(), start)])
    found, gradient = f(np.arange(1., 5))
    np.testing.assert_array_equal(found, [[2, 2, 4, 6], [4, 4, 4, 8], [8, 8, 8, 8]])
    np.testing.assert_array_equal(gradient, [32, 0, 0, 0])


@pytest.mark.parametrize("seed", [105, 121, 123, 0, 1, 2, 3])
@pytest.mark.filterwarnings("ignore")
def test_random_programs_of_data_that_moves(seed):
    """The first three are programs that were wrong; `python -m tests.fuzz` runs as many as one likes."""
    assert mistakes(seed) == []
