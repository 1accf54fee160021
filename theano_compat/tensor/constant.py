"""Constants, and how any value becomes a tensor variable: `constant`, `as_tensor_variable`.

The dtype of a Python number is decided in `scalar` (autocasting). What a variable is known to be worth without running
it is in `scalar_constant`.
"""
import copy
import math

import numpy as np

from theano_compat.config import config
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Apply, Constant, Variable
from theano_compat.scalar.types import Scalar, autocast_float, autocast_int, convert
from theano_compat.tensor.methods import AsTensorError, _tensor_py_operators, tensor_function
from theano_compat.tensor.type import TensorType, tensor_type

_INTEGERS = frozenset(["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"])
_FLOATS = frozenset(["float16", "float32", "float64"])


@legacy_name("theano.tensor.var")
class TensorConstantSignature(tuple):
    """A pair (type, array) that is equal to another, and hashes alike, when type, shape and bits are."""

    def _key(self):
        found = self.__dict__.get("_bits")
        if found is None:
            data = self[1]
            found = self._bits = (self[0], data.shape, data.tobytes())
        return found

    def __eq__(self, other):
        return type(self) is type(other) and self._key() == other._key()

    def __ne__(self, other):
        return not self == other

    def __hash__(self):
        return hash(self._key())


@legacy_name("theano.tensor.var")
class TensorConstant(_tensor_py_operators, Constant):
    """A tensor whose value is known when the graph is built. Programs make one by `constant`."""

    def __init__(self, type, data, name=None):
        Constant.__init__(self, type, data, name)
        self.tag.unique_value = None
        if isinstance(data, np.ndarray) and data.ndim > 0 and data.size:
            flat = data.ravel()
            if (flat == flat[0]).all():
                self.tag.unique_value = flat[0]

    def __str__(self):
        unique = self.tag.unique_value
        text = "%s" % self.data if unique is None else "%s of %s" % (self.data.shape, unique)
        if len(text) > 20:
            text = text[:10] + ".." + text[-10:]
        return "TensorConstant{%s}" % text

    def signature(self):
        return TensorConstantSignature((self.type, self.data))

    def equals(self, other):
        """Whether `other` (a constant, array or number) is a constant of the same type and value."""
        if isinstance(other, (np.ndarray, int, float)):
            other = constant(other)
        return isinstance(other, TensorConstant) and self.signature() == other.signature()

    # `cached` must not travel: a copy is not the object that `constant` hands out again

    def __copy__(self):
        return type(self)(self.type, self.data, self.name)

    def __deepcopy__(self, memo):
        return type(self)(copy.deepcopy(self.type, memo), copy.deepcopy(self.data, memo), copy.deepcopy(self.name, memo))


TensorType.Constant = TensorConstant

constant_cache = {}


def constant(x, name=None, ndim=None, dtype=None):
    """A TensorConstant of value `x`; `ndim` adds dimensions on the left.

    Small numbers are the same object each time, so that merging has less to do. Raises TypeError when `x` is no array of
    numbers, ValueError when it has more than `ndim` dimensions.
    """
    # nearly every constant of a program is a Python number: do not find its dtype anew each time
    key = None
    if (type(x) is int or type(x) is float) and dtype is None and constant.enable and (x or math.copysign(1, x) > 0):
        key = (type(x), x, ndim, config.floatX, config.cast_policy, autocast_float.dtypes, autocast_int.dtypes)
        found = constant_cache.get(key)
        if found is not None:
            return found
    try:
        data = convert(x, dtype=dtype)
    except ValueError:
        if isinstance(x, (list, tuple)):  # rows of several lengths, of which NumPy used to make an array of objects
            raise TypeError("Could not convert %s to TensorType" % (x,), type(x)) from None
        raise
    pattern = tuple([n == 1 for n in data.shape])
    if ndim is not None:
        if len(pattern) > ndim:
            raise ValueError("ndarray could not be cast to constant with %i dimensions" % ndim)
        pattern = (True,) * (ndim - len(pattern)) + pattern
    try:
        made = _constant_of(data, pattern, name)
    except Exception:
        raise TypeError("Could not convert %s to TensorType" % x, type(x)) from None
    if key is not None and getattr(made, "cached", False):
        constant_cache[key] = made
    return made


constant.enable = True


def _constant_of(data, pattern, name):
    type = tensor_type(str(data.dtype), pattern)
    if not constant.enable or data.size != 1:
        return TensorConstant(type, data, name=name)
    signature = TensorConstantSignature((type, data))
    found = constant_cache.get(signature)
    if found is not None:
        return found
    made = TensorConstant(type, data, name=name)
    if (type.dtype in _INTEGERS or (type.dtype in _FLOATS and len(constant_cache) < 10000)) and -10 <= data.item() <= 10:
        constant_cache[signature] = made
        made.cached = True
    return made


def _obj_is_wrappable_as_tensor(x):
    try:
        constant(x)
        return True
    except TypeError:
        return False


def as_tensor_variable(x, name=None, ndim=None):
    """`x` (a variable, an Apply with one output, an array, a number, a list of such) as a tensor variable.

    `name` is for a constant that is made. `ndim` asks for that many dimensions, added or (known to be 1) dropped on the
    left. Raises AsTensorError, a TypeError, when there is no way; ValueError for an ambiguous Apply or `ndim`.
    """
    if ndim is None and isinstance(x, _tensor_py_operators) and isinstance(x.type, TensorType):
        return x
    if hasattr(x, "_as_TensorVariable"):
        return x._as_TensorVariable()
    if isinstance(x, Apply):
        if x.op.default_output is None and len(x.outputs) != 1:
            raise ValueError("It is ambiguous which output of a multi-output Op has to be fetched.", x)
        x = x.default_output()
    if isinstance(x, Variable):
        return _variable_as_tensor(x, ndim)
    if isinstance(x, (tuple, list)) and any(isinstance(xi, Variable) for xi in x):
        try:
            return tensor_function("stack")(x)
        except (TypeError, ValueError):
            pass
    if isinstance(x, bool):
        raise AsTensorError(
            "Cannot cast True or False as a tensor variable. Please use np.array(True) or np.array(False) if you need these "
            "constants. This error might be caused by using the == operator on Variables. v == w does not do what you think "
            "it does, use theano.tensor.eq(v, w) instead.")
    try:
        return constant(x, name=name, ndim=ndim)
    except TypeError:
        try:
            text = str(x)
        except Exception:
            text = repr(x)
        raise AsTensorError("Cannot convert %s to TensorType" % text, type(x)) from None


def _variable_as_tensor(x, ndim):
    if isinstance(x.type, Scalar):
        x = tensor_function("tensor_from_scalar")(x)
    if not isinstance(x.type, TensorType):
        raise AsTensorError("Variable type field must be a TensorType.", x, x.type)
    if ndim is None or x.type.ndim == ndim:
        return x
    if x.type.ndim < ndim:
        return tensor_function("shape_padleft")(x, n_ones=ndim - x.type.ndim)
    first = x.type.broadcastable.index(False)
    x = x.dimshuffle(list(range(first, x.type.ndim)))
    if x.type.ndim > ndim:
        raise ValueError("TensorType could not be cast to have %i dimensions" % ndim, x.type)
    return x


_as_tensor_variable = as_tensor = as_tensor_variable
