"""What indexing promises beyond values: few compilations, state in place, failures that change nothing."""
import numpy as np
import pytest

import theano
import theano.tensor as T
from theano.tensor.subtensor import get_canonical_form_slice


def test_minibatches_compile_once_and_once_more_for_a_short_last_one():
    x, i = theano.shared(np.arange(50.0).reshape(25, 2)), T.lscalar()
    f = theano.function([i], x[i * 10:(i + 1) * 10].sum(axis=0))
    for k in range(3):
        np.testing.assert_allclose(f(k), x.get_value()[k * 10:(k + 1) * 10].sum(axis=0))
    assert f.maker.program.compilations == 2


def test_update_of_rows_is_in_place_and_a_bad_row_changes_nothing():
    table, rows = theano.shared(np.ones((5, 2))), T.ivector()
    f = theano.function([rows], table[rows].sum(), updates=[(table, T.inc_subtensor(table[rows], 1))])
    assert f.maker.program.donated
    assert f([0, 0]) == 4
    assert table.get_value()[:, 0].tolist() == [3, 1, 1, 1, 1]
    with pytest.raises(IndexError, match="index 5 is out of bounds for size 5"):
        f([0, 5])
    assert table.get_value()[:, 0].tolist() == [3, 1, 1, 1, 1]


def test_computed_row_that_is_out_of_bounds_changes_nothing():
    table, v = theano.shared(np.ones((5, 2))), T.dvector()
    rows = T.cast(T.sqr(v), "int64")
    f = theano.function([v], updates=[(table, T.set_subtensor(table[rows], 0))])
    f([1, 2])
    with pytest.raises(IndexError):
        f([0, 3])
    assert table.get_value()[:, 0].tolist() == [1, 0, 1, 1, 0]


@pytest.mark.parametrize("index", ["int64", "int8"])
def test_last_of_equal_rows_stays(index):
    x, y, rows = T.matrix(), T.matrix(), T.vector(dtype=index)
    f = theano.function([x, y, rows], T.set_subtensor(x[rows], y))
    assert f(np.zeros((2, 1)), [[1.0], [2.0], [3.0]], np.array([0, -2, 1], dtype=index)).tolist() == [[2.0], [3.0]]


def test_masked_put_with_one_value_needs_no_second_step():
    x = T.matrix()
    f = theano.function([x], T.set_subtensor(x[x < 0], 0))
    np.testing.assert_array_equal(f([[-1.0, 2.0], [3.0, -4.0]]), [[0, 2], [3, 0]])
    assert len(f.maker.program.steps) == 1


def test_gradient_of_masked_put():
    x, b = T.dmatrix(), T.TensorType("bool", (False, False))()
    g = theano.function([x, b], T.grad(T.sqr(T.set_subtensor(x[b], 0)).sum(), x))
    np.testing.assert_array_equal(g([[1.0, 2.0]], np.array([[True, False]])), [[0, 4]])


@pytest.mark.parametrize("step", [1, 2, -1, -3, None, "symbolic"])
def test_canonical_slice_takes_the_same_elements(step):
    start, stop, length, sign = T.lscalar(), T.lscalar(), T.lscalar(), T.lscalar()
    canonical, direction = get_canonical_form_slice(slice(start, stop, sign if step == "symbolic" else step), length)
    parts = [T.as_tensor_variable(p) for p in (canonical.start, canonical.stop, canonical.step, direction)]
    f = theano.function([start, stop, length, sign], parts, on_unused_input="ignore")
    for a in (-7, -2, 0, 3, 9):
        for b in (-7, -1, 0, 2, 5, 9):
            for s in ((-2, 1) if step == "symbolic" else (step,)):
                first, last, stride, sense = [int(p) for p in f(a, b, 5, s or 1)]
                taken = list(range(5))[first:last:stride][::sense]
                assert taken == list(range(5))[a:b:s], (a, b, s)


def test_directional_derivative_of_indexing_is_indexing():
    x, v, rows = T.dmatrix(), T.dmatrix(), T.lvector()
    for y in (x[1], x[rows], x[rows, 0], T.set_subtensor(x[0], x[1])):
        jv = theano.function([x, v, rows], T.Rop(y, x, v), on_unused_input="ignore")
        linear = theano.function([x, rows], y, on_unused_input="ignore")
        a, d, r = np.arange(6.0).reshape(2, 3), np.ones((2, 3)) * [1, 2, 3], [1, 0, 1]
        np.testing.assert_allclose(jv(a, d, r), linear(a + d, r) - linear(a, r))
