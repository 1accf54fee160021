"""Scalar types, variables, constants and the op classes that programs derive from."""

import copy
import pickle

import numpy as np
import pytest

import theano
import theano.tensor as T
from theano import scalar
from theano.scalar.basic import Composite, UnaryScalarOp, floats, int8, ints, upgrade_to_float
from theano.tensor.elemwise import Elemwise


def test_types_print_and_compare():
    assert str(scalar.float64) == "float64" and repr(scalar.Scalar("int8")) == "Scalar(int8)"
    assert scalar.Scalar("int8") == scalar.int8 and hash(scalar.Scalar("int8")) == hash(scalar.int8)
    assert scalar.get_scalar_type("bool") is scalar.bool
    with pytest.raises(TypeError, match="Unsupported dtype for Scalar: int128"):
        scalar.Scalar("int128")


@pytest.mark.parametrize(("value", "dtype"), [
    (1, "int8"), (-129, "int16"), (70000, "int32"), (2**40, "int64"), (2**63, "uint64"), (True, "int8"), (1.5, "float32"),
    (0.1, "float64"), (np.float64(1.5), "float64"), (np.int64(1), "int64"), (np.bool_(True), "bool"), (1j, "complex128")])
def test_python_numbers_find_the_smallest_dtype(value, dtype):
    assert scalar.constant(value).type.dtype == dtype


def test_integers_wrap_into_a_dtype_asked_for():
    assert scalar.constant(300, dtype="int8").data == 44
    with pytest.raises(OverflowError):
        scalar.constant(2**63, dtype="int64")


def test_upcast_keeps_to_floatx_under_that_policy():
    with theano.configparser.change_flags(cast_policy="numpy+floatX", floatX="float32"):
        assert scalar.upcast("int32", "float32") == "float32"
        assert scalar.upcast("float32", "float64") == "float64"
    assert scalar.upcast("int32", "float32") == "float64"
    assert scalar.upcast("int64", "uint64") == "float64"


def test_filter_refuses_what_does_not_fit():
    assert int8.filter(3) == 3 and int8.filter(300, allow_downcast=True) == 44
    for bad in (300, 1.5, "a"):
        with pytest.raises(TypeError):
            int8.filter(bad)
    with pytest.raises(TypeError):
        int8.filter(3, strict=True)


def test_division_of_integers_is_what_the_flag_says():
    x, y = ints("xy")
    with theano.configparser.change_flags(int_division="floatX"):
        assert (x / y).owner.op == scalar.true_div
    with theano.configparser.change_flags(int_division="int"), pytest.warns(DeprecationWarning, match="deprecated"):
        assert (x / y).owner.op == scalar.int_div
    with theano.configparser.change_flags(int_division="raise"), pytest.raises(scalar.IntegerDivisionError):
        x / y


@pytest.mark.parametrize(("op", "message"), [(scalar.int_div, "integer division by zero"), (scalar.mod, "integer modulo by zero")])
def test_integer_division_by_zero_raises(op, message):
    x, y = T.ivectors("xy")
    f = theano.function([x, y], Elemwise(op)(x, y))
    assert f([7, -7], [2, 2]).tolist() == [op.impl(7, 2), op.impl(-7, 2)]
    with pytest.raises(ZeroDivisionError, match=message):
        f([7, 1], [2, 0])


@pytest.mark.parametrize("power", [0, 1, 2, 3, 7, 32, -1, -2, 0.5, -0.5, 2.5])
def test_powers_known_in_advance_agree_with_numpy(power):
    x = T.dvector("x")
    value = np.array([0.5, 1.0, 2.0, 3.25])
    np.testing.assert_allclose(theano.function([x], x ** power)(value), value ** power, rtol=1e-14)


def test_an_op_with_only_impl_runs_element_by_element():
    class Twice(UnaryScalarOp):
        def impl(self, x):
            assert isinstance(x, float)
            return 2 * x

    x = T.dvector("x")
    op = Elemwise(Twice(upgrade_to_float, name="twice"))
    assert op.host_only and str(op) == "Elemwise{twice}"
    assert theano.function([x], op(x) + 1)([1.0, 2.0]).tolist() == [3.0, 5.0]


def test_a_subclass_with_its_own_impl_means_that():
    class Exp(scalar.Exp):
        def impl(self, x):
            return -x

    x = T.dvector("x")
    assert theano.function([x], Elemwise(Exp(upgrade_to_float))(x))([1.0]).tolist() == [-1.0]


def test_ops_are_equal_by_class_and_rule_and_travel():
    for name in ("exp", "add", "switch", "convert_to_int8", "sgn", "inopenrange", "angle", "jv", "gammainc", "scalar_sigmoid"):
        op = getattr(scalar, name)
        assert pickle.loads(pickle.dumps(op)) == op and copy.deepcopy(op) == op
    assert scalar.Exp(upgrade_to_float) == scalar.exp
    assert scalar.Exp(scalar.transfer_type(0)) != scalar.exp


def test_composite_is_one_op_equal_by_what_it_computes():
    x, y, _ = floats("xyz")
    first, second = Composite([x, y], [x * y + 2, x // y]), Composite([x, y], [x * y + 2, x // y])
    assert first == second and hash(first) == hash(second) and first != Composite([x, y], [x * y + 3, x // y])
    assert str(first) == "Composite{((i0 * i1) + Constant{2}), (i0 // i1)}"
    assert pickle.loads(pickle.dumps(first)) == first
    a, b = T.dvectors("ab")
    found = theano.function([a, b], Elemwise(first)(a, b))([1.0, 5.0], [3.0, 2.0])
    assert [r.tolist() for r in found] == [[5.0, 12.0], [0.0, 2.0]]
    inner = Composite([x, y], [first(x, y)[0] - x])
    assert inner.impl(2.0, 3.0) == 6.0


def test_composite_takes_a_single_inner_composite_apart():
    x, y, z = floats("xyz")
    inner = Composite([x, y], [x + y])
    assert not isinstance(Composite([x, y], [inner(x * y, y)]).outputs[0].owner.op, Composite)
    assert isinstance(Composite([x, y, z], [inner(x * y, y), inner(x * z, y)]).outputs[0].owner.op, Composite)


def test_casts_of_what_does_not_fit_are_as_on_x86():
    z = T.dvector("z")
    values = [300.7, -300.7, 3e9, 1e19, np.nan, np.inf, -1.5, 1.9]
    expected = {"int8": [44, -44, 0, 0, 0, 0, -1, 1], "uint8": [44, 212, 0, 0, 0, 0, 255, 1],
                "int32": [300, -300] + [-2**31] * 4 + [-1, 1], "int64": [300, -300, 3 * 10**9] + [-2**63] * 3 + [-1, 1],
                "uint32": [300, 2**32 - 300, 3 * 10**9, 0, 2**31, 0, 2**32 - 1, 1]}
    for dtype, numbers in expected.items():
        assert theano.function([z], T.cast(z, dtype))(values).tolist() == numbers, dtype
