"""Elemwise and DimShuffle: the promises that recorded programs (test_tensor_golden) do not show."""
import copy
import pickle

import numpy as np
import pytest

import theano
import theano.tensor as T
from theano import scalar
from theano.graph.testvalue import get_test_value
from theano.tensor.elemwise import DimShuffle, Elemwise, plain_elemwise

x, y, v = T.dmatrix("x"), T.dmatrix("y"), T.dvector("v")


def eager(variable, *values):
    """The node above `variable`, lowered on JAX without a function around it."""
    import jax
    with jax.enable_x64(True):
        return np.asarray(variable.owner.op.lower(variable.owner, *values))


@pytest.mark.parametrize("way", ["lower", "host", "function"])
def test_lengths_must_agree_even_where_one_of_them_is_1(way):
    def run(a, b):
        if way == "lower":
            return eager(x + y, a, b)
        if way == "host":
            return (x + y).owner.op.host((x + y).owner, a, b)
        return theano.function([x, y], x + y)(a, b)

    with pytest.raises(ValueError, match=r"Input dimension mis-match. \(input\[0\].shape\[0\] = 3, input\[1\].shape\[0\] = 4\)"):
        run(np.ones((3, 2)), np.ones((4, 2)))
    with pytest.raises(ValueError, match=r"\(input\[0\].shape\[1\] = 1, input\[1\].shape\[1\] = 2\)"):
        run(np.ones((4, 1)), np.ones((4, 2)))
    assert run(np.ones((0, 2)), np.ones((0, 2))).shape == (0, 2)


def test_dimensions_declared_broadcastable_stretch():
    row, col = T.drow("r"), T.dcol("c")
    assert eager(row + col, np.ones((1, 3)), np.ones((2, 1))).shape == (2, 3)
    assert eager(row + x, np.ones((1, 3)), np.ones((0, 3))).shape == (0, 3)
    # an input that gives only its shape counts as much as one that gives numbers
    assert eager(T.second(x, row), np.ones((2, 3)), np.ones((1, 3))).shape == (2, 3)


@pytest.mark.parametrize("order", [(1, 0), (0, "x", 1), ("x", 1, "x", 0)])
def test_dimshuffle_means_the_same_on_both_sides(order):
    node = x.dimshuffle(order).owner
    a = np.arange(6.0).reshape(2, 3)
    assert np.array_equal(eager(node.outputs[0], a), node.op.host(node, a))
    expected = a.transpose([i for i in order if i != "x"])
    assert np.array_equal(expected, node.op.host(node, a).squeeze())


def test_ops_are_equal_by_what_they_compute_and_travel():
    assert Elemwise(scalar.exp) == T.exp and hash(Elemwise(scalar.exp)) == hash(T.exp)
    assert Elemwise(scalar.exp, {0: 0}) != T.exp
    assert plain_elemwise(scalar.exp) is plain_elemwise(scalar.exp)
    for op in (T.exp, T.inplace.exp_inplace, T.cast(x, "int8").owner.op, DimShuffle((False,), ("x", 0))):
        for copied in (pickle.loads(pickle.dumps(op)), copy.deepcopy(op)):
            assert copied == op and str(copied) == str(op) and hash(copied) == hash(op)
    again = pickle.loads(pickle.dumps(T.exp(x) * 2))
    assert str(again.owner) == str((T.exp(x) * 2).owner)


def test_perform_writes_where_the_pattern_says():
    node = T.inplace.add_inplace(x, y).owner
    a, b, out = np.ones((2, 2)), np.ones((2, 2)), [[None]]
    node.op.perform(node, [a, b], out)
    assert out[0][0] is a and (a == 2).all()


def test_output_dtypes_follow_the_flags_of_the_moment():
    i = T.imatrix()
    assert T.exp(i).dtype == "float64"
    with theano.configparser.change_flags(floatX="float32", cast_policy="numpy+floatX"):
        assert (T.fmatrix() * i).dtype == "float32"
    assert (T.fmatrix() * i).dtype == "float64"


def test_a_scalar_op_written_in_python_runs():
    class Twice(scalar.UnaryScalarOp):
        def impl(self, x):
            return 2 * x

        def grad(self, inputs, output_grads):
            return [output_grads[0] * 2]

    twice = Elemwise(Twice(scalar.upgrade_to_float, name="twice"))
    assert theano.function([x], twice(x))(np.ones((2, 2))).tolist() == [[2, 2], [2, 2]]
    assert theano.function([x], theano.grad(twice(x).sum(), x))(np.ones((1, 2))).tolist() == [[2, 2]]


def test_test_values_are_computed_with_the_graph():
    with theano.configparser.change_flags(compute_test_value="raise"):
        a = T.dmatrix()
        a.tag.test_value = np.ones((2, 3))
        b = T.dvector()
        b.tag.test_value = np.arange(3.0)
        assert get_test_value(T.exp(a * b)).shape == (2, 3)
        with pytest.raises(ValueError):
            a + T.dmatrix()


def test_infer_shape_takes_the_first_length_that_counts():
    node = T.add(T.drow(), x).owner
    assert node.op.infer_shape(node, [(1, "n"), ("m", "k")]) == [("m", "n")]


def test_Rop_is_the_directional_derivative():
    direction = T.dmatrix("direction")
    (r,) = T.tanh.R_op([x], [direction])
    f = theano.function([x, direction], r)
    a, d = np.full((1, 2), 0.5), np.array([[1.0, 2.0]])
    np.testing.assert_allclose(f(a, d), d * (1 - np.tanh(a) ** 2))
    assert T.tanh.R_op([x], [None]) == [None]


def test_gradient_graphs_are_made_once_and_not_shared():
    g1, g2 = (T.tanh.L_op([x], [T.tanh(x)], [y])[0] for _ in range(2))
    assert g1 is not g2 and g1.owner.op is g2.owner.op
