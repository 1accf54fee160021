"""A step on a table whose gradient is zero but for a few rows is a sum into those rows; against NumPy, and as FAST_COMPILE computes it.

Rows that are read and put, some named twice: the numbers of the real Theano 1.0.5.
"""
import json

import numpy as np
import pytest
from recorders import GOLDEN, recorder, sampled

import theano
import theano.tensor as T
from theano.tensor.subtensor import AdvancedIncSubtensor, AdvancedIncSubtensor1, IncSubtensor

ROWS = (AdvancedIncSubtensor, AdvancedIncSubtensor1, IncSubtensor)
TABLE = np.random.RandomState(0).randn(7, 3)


def table_wide(f):
    """The elementwise ops of a compiled function whose results are as large as the table."""
    return [n for n in f.maker.fgraph.toposort() if isinstance(n.op, T.Elemwise) and n.outputs[0].type == T.dmatrix
            and not isinstance(n.op.scalar_op, theano.scalar.Second) and n.outputs[0] in f.maker.fgraph.outputs]


# name: (loss of the table, a vector of integers and an integer; the step given gradient and rate)
LOSSES = {
    "rows": lambda w, i, k: (w[i] ** 2).sum(),
    "rows, some twice": lambda w, i, k: T.sqr(w[T.concatenate([i, i])]).sum(),
    "one row": lambda w, i, k: T.exp(w[k]).sum(),
    "a slice": lambda w, i, k: T.sqr(w[k:k + 2]).sum(),
    "entries": lambda w, i, k: T.sqr(w[i, T.zeros_like(i) + 1]).sum(),
    "two lookups": lambda w, i, k: (w[i] * w[i[::-1]]).sum() + T.sqr(w[k]).sum(),
    "rows of rows": lambda w, i, k: T.sqr(w[i.reshape((2, 2))]).sum(),
}
STEPS = {
    "minus": lambda w, g, r: w - r * g, "minus a quotient": lambda w, g, r: w - g * 2 / r, "plus": lambda w, g, r: w + (-r) * g,
    "plus first": lambda w, g, r: r * g + w, "bare": lambda w, g, r: w - g, "constant": lambda w, g, r: w - 0.25 * g * r * r,
}


@pytest.mark.parametrize("loss, step", [*((loss, "minus") for loss in LOSSES), *(("two lookups", step) for step in STEPS)])
def test_only_rows_are_touched(loss, step):
    w, i, k, r = theano.shared(TABLE, "w"), T.lvector("i"), T.lscalar("k"), T.dscalar("r")
    cost = LOSSES[loss](w, i, k)
    new = STEPS[step](w, T.grad(cost, w), r)
    f = theano.function([i, k, r], cost, updates=[(w, new)], on_unused_input="ignore", mode="FAST_RUN")
    plain = theano.function([i, k, r], new, on_unused_input="ignore", mode="FAST_COMPILE")
    assert not table_wide(f)
    assert any(isinstance(n.op, ROWS) for n in f.maker.fgraph.toposort())
    for indices, one in (([0, 2, 2, -1], 3), ([5, 5, 5, 5], 0), ([6, 1, 0, 3], 1), ([1, 2, 3, 4], 5)):
        expected = plain(indices, one, .5)
        f(indices, one, .5)
        np.testing.assert_allclose(w.get_value(), expected, rtol=1e-12, atol=1e-14)
    before = w.get_value()
    if loss != "a slice":  # no slice is out of range
        with pytest.raises(IndexError):
            f([0, 7, 0, 0], 9, .5)
    assert w.get_value().tobytes() == before.tobytes()


KEPT = {
    "a rate for each column": lambda w, g, r: w - g * T.stack([r, 2 * r, 3 * r]),
    "with weight decay": lambda w, g, r: w - r * (g + .1 * w),
    "clipped": lambda w, g, r: w - r * T.clip(g, -1, 1),
    "of another's form": lambda w, g, r: T.zeros((7, 3)) - r * g,
    "a quotient by it": lambda w, g, r: w - r / (g + 3),
    "squared": lambda w, g, r: w - r * g * g,
}


@pytest.mark.parametrize("kind", list(KEPT))
def test_steps_that_need_the_whole_gradient_have_it(kind):
    w, i, r = theano.shared(TABLE), T.lvector("i"), T.dscalar("r")
    new = KEPT[kind](w, T.grad((w[i] ** 3).sum(), w), r)
    got, expected = (theano.function([i, r], new, mode=mode)([0, 2, 2, 5], .5) for mode in ("FAST_RUN", "FAST_COMPILE"))
    np.testing.assert_allclose(got, expected, rtol=1e-12)
    gradient = np.zeros((7, 3))
    np.add.at(gradient, [0, 2, 2, 5], 3 * TABLE[[0, 2, 2, 5]] ** 2)
    if kind == "clipped":
        np.testing.assert_allclose(got, TABLE - .5 * np.clip(gradient, -1, 1), rtol=1e-12)


def test_a_gradient_that_others_read_is_computed_once():
    w, i = theano.shared(TABLE), T.lvector("i")
    g = T.grad((w[i] ** 2).sum(), w)
    f = theano.function([i], T.sqrt((g ** 2).sum()), updates=[(w, w - .1 * g)])
    norm = f([1, 1, 4])
    gradient = np.zeros((7, 3))
    np.add.at(gradient, [1, 1, 4], 2 * TABLE[[1, 1, 4]])
    np.testing.assert_allclose(norm, np.sqrt((gradient ** 2).sum()))
    np.testing.assert_allclose(w.get_value(), TABLE - .1 * gradient)


def test_shapes_that_do_not_fit_are_still_an_error():
    x, y, i = T.dmatrix("x"), T.dmatrix("y"), T.lvector("i")
    f = theano.function([x, y, i], x - T.inc_subtensor(T.zeros_like(y)[i], 1.0))
    np.testing.assert_allclose(f(TABLE, TABLE, [0, 0]), TABLE - np.array([[2.0]] + [[0.0]] * 6))
    with pytest.raises(ValueError):
        f(TABLE, TABLE[:5], [0])


def test_long_sums_are_left_alone_in_little_time():
    x, i = T.dmatrix("x"), T.lvector("i")
    total = T.inc_subtensor(T.zeros_like(x)[i], 1.0)
    for _ in range(1500):
        total = total + x
    f = theano.function([x, i], x - total, mode="FAST_RUN")
    np.testing.assert_allclose(f(TABLE, [0, 0]), -1499 * TABLE - np.array([[2.0]] + [[0.0]] * 6))


RECORDED = json.loads((GOLDEN / "rows.json").read_text())

with recorder("record_rows") as record:
    pass


@pytest.mark.parametrize("name", sampled(record.EXPRESSIONS, .5))
def test_rows_named_twice_get_what_theano_gives_them(name):
    for mode in ("FAST_RUN", "FAST_COMPILE"):
        dtype, shape, numbers = record.outcome(name, mode)
        assert [dtype, shape] == RECORDED[name][mode][:2], mode
        np.testing.assert_allclose(numbers, RECORDED[name][mode][2], rtol=1e-11, err_msg=mode)


def test_what_is_put_and_read_is_checked():
    x, i, y = T.matrix("x"), T.ivector("i"), T.matrix("y")
    f = theano.function([x, i, y], T.set_subtensor(x[i], y)[i], mode="FAST_RUN")
    for rows, values in (([0, 7], TABLE[:2]), ([0, -8], TABLE[:2]), ([0, 1], TABLE[:3])):
        with pytest.raises(AssertionError, match="Bad indexing or shapes in a AdvancedIncSubtensor1 that was optimized away"):
            f(TABLE, rows, values)
    np.testing.assert_array_equal(f(TABLE, [-1, 6, 0], TABLE[:3]), TABLE[:3])
