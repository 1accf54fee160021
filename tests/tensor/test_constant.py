"""Constants: sharing, signatures, copies; closeness of values."""
import copy
import pickle

import numpy as np
import pytest

import theano
import theano.tensor as T
from theano.tensor import closeness


def test_small_numbers_are_one_object():
    assert T.constant(3) is T.constant(3) and T.constant(0.5) is T.constant(0.5)
    assert T.constant(3) is not T.constant(3, dtype="int64")
    assert T.constant(3) is not T.constant(3.0) and T.constant(1e6) is not T.constant(1e6)
    with theano.configparser.change_flags(floatX="float32"):
        assert T.constant(0.1).dtype == "float32"
    assert T.constant(0.1).dtype == "float64"


def test_zero_keeps_its_sign():
    assert np.signbit(T.constant(-0.0).data) and not np.signbit(T.constant(0.0).data)
    assert T.constant(-0.0).signature() != T.constant(0.0).signature()


def test_signatures_tell_values_apart():
    arrays = [[np.nan, np.inf, 0, 1], [np.nan, np.inf, -np.inf, 1], [0, np.inf, -np.inf, 1], [0, 3, -np.inf, 1], [0, 3, np.inf, 1],
              [np.nan, 3, 4, 1], [0, 3, 4, 1], [np.nan, np.nan, np.nan, np.nan], np.arange(4.0), np.arange(4), [[0, 3, 4, 1]]]
    constants = [T.constant(np.array(a)) for a in arrays]
    for i, one in enumerate(constants):
        for j, two in enumerate(constants):
            again = T.constant(np.array(two.data)).signature()
            assert (one.signature() == again) == (i == j)
            assert i != j or hash(one.signature()) == hash(again)


def test_copies_are_not_the_cached_object():
    cached = T.constant(3)
    for copied in (copy.copy(cached), copy.deepcopy(cached), pickle.loads(pickle.dumps(cached)), cached.clone()):
        assert copied is not cached and copied.equals(cached) and str(copied) == "TensorConstant{3}"


def test_long_texts_are_cut_in_the_middle():
    assert str(T.constant(np.arange(100.0))) == "TensorConstant{[ 0.  1.  ... 98. 99.]}"


def test_tolerances_may_be_set_where_theano_keeps_them():
    import theano.tensor.basic as basic
    a, b = np.array([1.0]), np.array([1.001])
    assert not closeness.values_eq_approx(a, b)
    basic.float64_rtol = 0.01
    try:
        assert closeness.values_eq_approx(a, b)
    finally:
        del basic.float64_rtol
    assert not closeness.values_eq_approx(a, b)


@pytest.mark.parametrize("path", ["theano.tensor.basic", "theano.tensor.var", "theano.tensor.type", "theano.tensor.elemwise"])
def test_old_paths_give_the_same_objects(path):
    module = __import__(path, fromlist=["x"])
    for name in ("TensorType", "TensorVariable", "TensorConstant", "as_tensor_variable", "Elemwise", "DimShuffle"):
        assert getattr(module, name) is getattr(T, name)


def test_rows_of_several_lengths_are_no_tensor():
    rows = [[1, 2], [3]]
    with pytest.raises(TypeError, match=r"Could not convert \[\[1, 2\], \[3\]\] to TensorType"):
        T.constant(rows)
    with pytest.raises(T.AsTensorError, match=r"Cannot convert \[\[1, 2\], \[3\]\] to TensorType"):
        T.as_tensor_variable(rows)
    with pytest.raises(TypeError, match="unsupported operand"):
        T.dvector() + rows
