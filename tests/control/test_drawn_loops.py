"""Loops whose draws take arguments from the state: the same numbers, drawn before the loop runs."""
import numpy as np
import pytest

import theano
import theano.tensor as T
from theano.tensor.shared_randomstreams import RandomStreams
from theano_compat.control import scan_host, scan_record
from theano_compat.tensor.random.apart import Made


@pytest.mark.parametrize("fn, first, second", [
    ("uniform", [-1.3, 0.0, 2.5, 1e-8], [4.1, 1 / 3, 2.6, 7e5]), ("normal", [-1.3, 0.0, 2.5, 1e-8], [4.1, 1 / 3, 0.0, 7e5]),
    ("binomial", 1, [1 / 3, 0.5, 1 - 1e-9, 0.7])])
def test_a_draw_taken_apart_is_numpys_bit_for_bit(fn, first, second):
    outtype, kind = T.TensorType("float64", [False, False]), {"binomial": "uniform"}.get(fn, fn)
    raw = getattr(np.random.RandomState(9), kind)(0.0, 1.0, (5000, 4))
    given = T.dmatrix(), T.as_tensor_variable(np.asarray(first)).type(), T.dvector()
    made = theano.function(given, Made(fn, outtype)(*given))(raw, np.asarray(first), np.asarray(second))
    np.testing.assert_array_equal(made, getattr(np.random.RandomState(9), fn)(first, second, (5000, 4)))


def test_a_loop_whose_draws_read_its_state_is_drawn_for_before_it_runs(monkeypatch):
    draws, x = RandomStreams(3), T.dvector()
    r, updates = theano.scan(lambda a: draws.normal(size=a.shape, avg=a, std=T.abs_(a) + 1)
                             * draws.uniform(size=(1,), high=T.tanh(a[0]) + 2)[0],
                             outputs_info=x, n_steps=20)
    f, ends = theano.function([x], r, updates=updates), []
    for by_steps in (False, True):
        draws.seed(3)
        if by_steps:
            monkeypatch.setattr("theano_compat.control.scan_record.run_drawn", lambda *a: None)
        else:
            for module in (scan_host, scan_record):
                monkeypatch.setattr(module, "run_by_steps", None)
        ends.append([f([1.0, -2.0]), *(rng.get_value().uniform() for rng, _ in draws.state_updates)])
        monkeypatch.undo()
    np.testing.assert_allclose(ends[0][0], ends[1][0], rtol=1e-12)
    assert ends[0][1:] == ends[1][1:]
