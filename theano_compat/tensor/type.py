"""TensorType: NumPy arrays of one dtype and one number of dimensions, each of which may be known to be 1.

The ready-made types and the functions that make variables of them (`dmatrix`, `matrix`, `dscalars`, ...) are in
`names_types`; how close two values must be to pass as equal is in `closeness`.
"""
import warnings

import numpy as np

from theano_compat.config import config
from theano_compat.graph.type import Type
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Variable
from theano_compat.scalar.types import _asarray, get_scalar_type, upcast
from theano_compat.tensor.closeness import values_eq_approx

_DTYPE_SPECS = {
    "float16": (float, "npy_float16", "NPY_FLOAT16"),
    "float32": (float, "npy_float32", "NPY_FLOAT32"),
    "float64": (float, "npy_float64", "NPY_FLOAT64"),
    "bool": (bool, "npy_bool", "NPY_BOOL"),
    "uint8": (int, "npy_uint8", "NPY_UINT8"),
    "int8": (int, "npy_int8", "NPY_INT8"),
    "uint16": (int, "npy_uint16", "NPY_UINT16"),
    "int16": (int, "npy_int16", "NPY_INT16"),
    "uint32": (int, "npy_uint32", "NPY_UINT32"),
    "int32": (int, "npy_int32", "NPY_INT32"),
    "uint64": (int, "npy_uint64", "NPY_UINT64"),
    "int64": (int, "npy_int64", "NPY_INT64"),
    "complex128": (complex, "theano_complex128", "NPY_COMPLEX128"),
    "complex64": (complex, "theano_complex64", "NPY_COMPLEX64"),
}
_PATTERN_NAMES = {(): "scalar", (False,): "vector", (False, True): "col", (True, False): "row", (False, False): "matrix"}


@legacy_name("theano.tensor.type")
class TensorType(Type):
    """Arrays of `dtype` ('floatX' is what the flag says) whose dimension i has length 1 where `broadcastable[i]`.

    Raises TypeError for a dtype that is not one of Theano's fourteen.
    """

    context_name = "cpu"
    # DebugMode sets this: strict filtering then refuses NaN and Inf.
    filter_checks_isfinite = False

    def __init__(self, dtype, broadcastable, name=None, sparse_grad=False):
        self.dtype = str(dtype)
        if self.dtype == "floatX":
            self.dtype = config.floatX
        self.broadcastable = tuple([bool(b) for b in broadcastable])
        self.dtype_specs()
        self.name = name
        self.numpy_dtype = np.dtype(self.dtype)
        self.sparse_grad = sparse_grad
        if sparse_grad:
            warnings.warn("DEPRECATION WARNING: You use an old interface to AdvancedSubtensor1 sparse_grad. Now use "
                          "theano.sparse_grad(a_tensor[an_int_vector]).", stacklevel=2)

    @property
    def ndim(self):
        """Number of dimensions."""
        return len(self.broadcastable)

    def clone(self, dtype=None, broadcastable=None):
        """This type with another dtype or pattern."""
        return self.__class__(self.dtype if dtype is None else dtype,
                              self.broadcastable if broadcastable is None else broadcastable,
                              name=self.name, sparse_grad=self.sparse_grad)

    def __eq__(self, other):
        return self is other or (type(self) is type(other) and other.dtype == self.dtype
                                 and other.broadcastable == self.broadcastable)

    def __ne__(self, other):
        return not self == other

    def __hash__(self):
        return hash((type(self), self.dtype, self.broadcastable))

    def __str__(self):
        if self.name:
            return self.name
        pattern = self.broadcastable
        text = _PATTERN_NAMES.get(pattern) or (str(pattern) if any(pattern) else "%iD" % len(pattern))
        return "TensorType(%s, %s)" % (self.dtype, text)

    __repr__ = __str__

    def dtype_specs(self):
        """(Python type, C type, NumPy's C name) of the dtype."""
        try:
            return _DTYPE_SPECS[self.dtype]
        except KeyError:
            raise TypeError("Unsupported dtype for %s: %s" % (self.__class__.__name__, self.dtype)) from None

    def c_element_type(self):
        """C type of an element."""
        return self.dtype_specs()[1]

    def to_scalar_type(self):
        """The Scalar type of an element."""
        return get_scalar_type(dtype=self.dtype)

    # ---- values ----

    def filter(self, data, strict=False, allow_downcast=None):
        """`data` as an array of this type.

        `strict`: only an array of the very dtype passes. Otherwise `data` is converted where nothing is lost;
        `allow_downcast` True takes any loss, None (not False) lets a Python float become a floatX of lower precision.
        Raises TypeError.
        """
        if type(data) is not np.ndarray or data.dtype is not self.numpy_dtype:
            data = self._converted(data, strict, allow_downcast)
        pattern = self.broadcastable
        if len(pattern) != data.ndim:
            raise TypeError("Wrong number of dimensions: expected %s, got %s with shape %s."
                            % (self.ndim, data.ndim, data.shape))
        if not data.flags.aligned:
            raise TypeError("The numpy.ndarray object is not aligned. Theano C code does not support that.",
                            "object buffer" + str(data.data), "object shape", data.shape,
                            "object strides", data.strides, "object dtype", data.dtype)
        if True in pattern and any(b and n != 1 for b, n in zip(pattern, data.shape)):
            raise TypeError("Non-unit value on shape on a broadcastable dimension.", data.shape, pattern)
        if self.filter_checks_isfinite and not np.all(np.isfinite(data)):
            raise ValueError("non-finite elements not allowed")
        return data

    def _converted(self, data, strict, allow_downcast):
        if isinstance(data, Variable):
            raise TypeError("Expected an array-like object, but found a Variable: maybe you are trying to call a function "
                            "on a (possibly shared) variable instead of a numeric array?")
        if type(data) in (np.ndarray, np.memmap) and data.dtype == self.numpy_dtype:
            # same dtype by another object (a memmap stays one: casting would load it), or one of foreign byte order
            return data if data.dtype.num == self.numpy_dtype.num else _asarray(data, self.dtype)
        if strict:
            if type(data) is not np.ndarray:
                raise TypeError("%s expected a ndarray object." % self, data, type(data))
            raise TypeError("%s expected a ndarray object with dtype = %s (got %s)." % (self, self.numpy_dtype, data.dtype))
        if allow_downcast:
            return _asarray(data, self.dtype)
        if isinstance(data, np.ndarray):
            if upcast(self.dtype, data.dtype) != self.dtype:
                raise TypeError(
                    '%s cannot store a value of dtype %s without risking loss of precision. If you do not mind this loss, '
                    'you can: 1) explicitly cast your data to %s, or 2) set "allow_input_downcast=True" when calling '
                    '"function". Value: "%s"' % (self, data.dtype, self.dtype, repr(data)))
            return _asarray(data, self.dtype)
        if allow_downcast is None and type(data) is float and self.dtype == config.floatX:
            return _asarray(data, self.dtype)
        converted = _asarray(data, self.dtype)
        if not TensorType.values_eq(np.asarray(data), converted, force_same_dtype=False):
            raise TypeError(
                '%s cannot store accurately value %s, it would be represented as %s. If you do not mind this precision '
                'loss, you can: 1) explicitly convert your data to a numpy array of dtype %s, or 2) set '
                '"allow_input_downcast=True" when calling "function".' % (self, data, converted, self.dtype), data)
        return converted

    def value_validity_msg(self, a):
        try:
            self.filter(a, strict=True)
        except Exception as e:
            return str(e)
        return "value is valid"

    def value_zeros(self, shape):
        """An array of zeros of this dtype."""
        return np.zeros(shape, dtype=self.dtype)

    def get_shape_info(self, obj):
        """What `get_size` needs to know about a value: its shape."""
        return obj.shape

    def get_size(self, shape_info):
        """Bytes that an array of that shape takes."""
        size = np.prod(shape_info) if shape_info else 1
        return size * self.numpy_dtype.itemsize

    @staticmethod
    def may_share_memory(a, b):
        """Whether two arrays may overlap."""
        return isinstance(a, np.ndarray) and isinstance(b, np.ndarray) and np.may_share_memory(a, b)

    @staticmethod
    def values_eq(a, b, force_same_dtype=True):
        """Whether shapes, dtypes (if asked) and elements are equal; NaN equals NaN."""
        if a.shape != b.shape or (force_same_dtype and a.dtype != b.dtype):
            return False
        same = a == b
        if np.all(same):
            return True
        a_missing = np.isnan(a)
        if not a_missing.any():
            return False
        return np.all(same + (a_missing == np.isnan(b)))

    @staticmethod
    def values_eq_approx(a, b, allow_remove_inf=False, allow_remove_nan=False, rtol=None, atol=None):
        """See `closeness.values_eq_approx`."""
        return values_eq_approx(a, b, allow_remove_inf, allow_remove_nan, rtol, atol)

    # ---- variables ----

    def filter_variable(self, other, allow_convert=True):
        if hasattr(other, "_as_TensorVariable"):
            other = other._as_TensorVariable()
        if not isinstance(other, Variable):
            other = self.Constant(type=self, data=other)
        if other.type == self:
            return other
        if allow_convert:
            converted = self.convert_variable(other)
            if converted is not None and converted.type == self:
                return converted
        raise TypeError("Cannot convert Type %(othertype)s (of Variable %(other)s) into Type %(self)s. You can try to "
                        "manually convert %(other)s into a %(self)s." % dict(othertype=other.type, other=other, self=self))

    def convert_variable(self, var):
        """`var` declared less broadcastable, when that is all that keeps it from being of this type."""
        if (type(self) is type(var.type) and self.dtype == var.type.dtype and self.ndim == var.type.ndim
                and all(mine == its or its for mine, its in zip(self.broadcastable, var.type.broadcastable))):
            from theano_compat import tensor
            return tensor.patternbroadcast(var, self.broadcastable)


Tensor = TensorType
_interned = {}


def tensor_type(dtype, broadcastable):
    """The one nameless TensorType of `dtype` and the tuple `broadcastable` that nodes share, so that types compare fast."""
    key = (dtype, broadcastable)
    found = _interned.get(key)
    if found is None:
        found = _interned[key] = TensorType(dtype, broadcastable)
    return found
