"""Gradients through loops where JAX's derivative is not Theano's: kinks, ties, barriers. Values of the real Theano 1.0.5.

The rows are those of golden/record_loop_gradients.py. Whatever the rows of scalar ops give outside of a loop they give inside.
"""
import itertools
import json
import runpy
from pathlib import Path

import numpy as np
import pytest

import theano
import theano.tensor as T
import theano_compat.scalar as scalar

GOLDEN = Path(__file__).parents[1] / "golden"
RECORDED = json.loads((GOLDEN / "loop_gradients.json").read_text())
TABLE = runpy.run_path(str(GOLDEN / "record_loop_gradients.py"))
# at poles, a derivative of the one form is infinite and of the other nan; nor are these named derivatives of real numbers
_POLES = {"erfcx", "gamma", "gammaln", "psi", "pow", "iv", "jv", "tri_gamma", "real", "imag"}
UNLIKE = sorted(n for n in dir(scalar) if isinstance(getattr(scalar, n), scalar.ScalarOp) and n not in _POLES
                and getattr(scalar, n).nin in (1, 2) and getattr(getattr(scalar, n), "derivative", None) is not None)


def test_every_row_is_recorded():
    assert sorted([*TABLE["ROWS"], "buffers", "directions"]) == sorted(RECORDED)
    assert sorted(TABLE["ROWS"]) == sorted(RECORDED["directions"]) and sum(v is not None for v in RECORDED["directions"].values()) > 15


@pytest.mark.parametrize("name", sorted(TABLE["ROWS"]))
def test_row(name):
    np.testing.assert_allclose(TABLE["gradient"](TABLE["ROWS"][name]), RECORDED[name], rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", [name for name, v in sorted(RECORDED["directions"].items()) if v is not None])
def test_row_along_a_direction(name):
    np.testing.assert_allclose(TABLE["direction"](TABLE["ROWS"][name]), RECORDED["directions"][name], rtol=1e-12, atol=1e-14)


def test_the_gradient_of_a_buffer_is_that_of_the_states_it_is_room_for():
    for ours, theirs in zip(TABLE["buffers"](), RECORDED["buffers"], strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-12)


def test_scalar_ops_have_one_derivative_within_and_without_loops():
    points = [0.0, 1.0, -1.0, 0.5, 2.0, -2.0]
    inside, outside = [], []
    for name in UNLIKE:
        op = getattr(scalar, name)
        at = [theano.shared(np.array(v)) for v in zip(*itertools.product(points, repeat=op.nin))]
        rows, _ = theano.scan(lambda s, *at, op=op: T.Elemwise(op)(*at) * s, sequences=np.ones(1), non_sequences=at)
        inside += T.grad(rows.sum(), at, disconnected_inputs="ignore")
        outside += T.grad(T.Elemwise(op)(*at).sum(), at, disconnected_inputs="ignore")
    assert len(UNLIKE) > 40
    found, expected = theano.function([], inside)(), theano.function([], outside)()
    assert not [name for name, a, b in zip([n for n in UNLIKE for _ in range(getattr(scalar, n).nin)], found, expected)
                if not np.allclose(a, b, rtol=1e-9, atol=1e-12, equal_nan=True)]


def test_powers_in_loops_have_second_derivatives():
    v = theano.shared(np.array([0.0, 0.25, 4.0]))
    rows, _ = theano.scan(lambda s, v: v ** 2.5 * s, sequences=np.ones(1), non_sequences=v)
    first = T.grad(rows.sum(), v)
    np.testing.assert_allclose(theano.function([], [first, T.grad(first.sum(), v)])(),
                               [[0, 2.5 * 0.125, 20], [0, 3.75 * 0.5, 7.5]], atol=1e-12)


def test_a_mode_gives_what_rewrites_a_graph():
    x = T.dscalar("x")
    fgraph = theano.gof.FunctionGraph([x], [x * 1 + T.log(T.exp(x))], clone=True)
    theano.compile.get_default_mode().excluding("fusion").optimizer.optimize(fgraph)
    assert "exp" not in theano.printing.debugprint(fgraph.outputs[0], file="str")
    untouched = theano.gof.FunctionGraph([x], [x * 1], clone=True)
    theano.Mode(optimizer=None).optimizer.optimize(untouched)
    assert len(untouched.apply_nodes) == 1


def test_what_is_written_into_the_value_of_a_container_counts():
    state = theano.shared(np.arange(4.0))
    count = theano.function([], state * 1, updates=[(state, state + 1)])
    for _ in range(3):
        count()
        state.container.data[1] = 9
        np.testing.assert_array_equal(count()[1], 9)


F, D, K = T.fvector("F"), T.dvector("D"), T.lvector("K")
DTYPES = {
    "times float64": (lambda a, w: (a * w).sum(), D, F, "float64"),
    "times int64": (lambda a, w: (a * w).sum(), K, F, "float64"),
    "cast within": (lambda a, w: (a * T.cast(w, "float64")).sum(), D, F, "float64"),
    "cast at the end": (lambda a, w: T.cast((a * w).sum(), "float32"), D, F, "float64"),
    "an element of it": (lambda a, w: w[0] * a, D, F, "float32"),
    "its product": (lambda a, w: T.dot(w, w) * a, D, F, "float32"),
    "float32 alone": (lambda a, w: T.dot(w, w) * a, F, F, "float32"),
    "in a loop within": (lambda a, w: theano.scan(lambda b: (b * w).sum() * a, sequences=D)[0].sum(), D, F, "float64"),
    "until": (lambda a, w: ((a * w).sum(), theano.scan_module.until(a > 1)), D, F, "float64"),
    "float64": (lambda a, w: T.cast((a * w).sum(), "float32"), F, D, "float64"),
}


@pytest.mark.parametrize("name", sorted(DTYPES))
def test_gradients_of_what_does_not_change_have_the_dtype_of_those_of_a_step(name):
    """Recorded from the real Theano 1.0.5; that of a sequence is the sequence's."""
    step, sequence, w, dtype = DTYPES[name]
    rows, _ = theano.scan(step, sequences=sequence, non_sequences=w)
    g = T.grad(rows.sum(), w)
    assert g.dtype == dtype
    expected = theano.config.floatX if sequence is K else sequence.dtype
    assert T.grad(rows.sum(), sequence, disconnected_inputs="ignore").dtype == expected


def test_a_wide_gradient_has_the_value_of_a_narrow_one():
    rows, _ = theano.scan(lambda a, w: (a * w).sum(), sequences=D, non_sequences=F)
    two, _ = theano.scan(lambda a, w: [(a * w).sum(), w.sum()], sequences=D, non_sequences=F)
    found = theano.function([D, F], [T.grad(r.sum(), F) for r in (rows, *two)])(np.arange(3.0), np.ones(2, "float32"))
    assert [v.dtype.name for v in found] == ["float64", "float64", "float32"]
    np.testing.assert_array_equal(found, [[3, 3]] * 3)
