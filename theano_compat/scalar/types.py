"""Scalar types, variables and constants, and how Python numbers find a dtype (autocasting).

A scalar is a number without the ceremony of a tensor: what elementwise ops are stated on. How output dtypes follow from
input dtypes is in `rules`; what the operators of scalar variables do is in `operators`.
"""
import builtins
from functools import partial

import numpy as np

from theano_compat.config import config
from theano_compat.graph.type import Type
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Apply, Constant, Variable

builtin_bool, builtin_complex, builtin_int, builtin_float = builtins.bool, builtins.complex, builtins.int, builtins.float


@legacy_name("theano.scalar.basic")
class ComplexError(NotImplementedError):
    """Complex numbers met an operation that is not defined for them."""


@legacy_name("theano.scalar.basic")
class IntegerDivisionError(Exception):
    """`/` between integers while the flag `int_division` forbids it."""


# ---- dtypes ---------------------------------------------------------------------------------------------------------

_upcasts = {}


def upcast(dtype, *dtypes):
    """The dtype (a string) that holds values of all `dtypes`.

    With `cast_policy='numpy+floatX'` floats stay at floatX unless one of the dtypes asks for more explicitly.
    """
    floor = config.floatX if config.cast_policy == "numpy+floatX" else None
    key = (dtype, dtypes, floor)
    found = _upcasts.get(key)
    if found is None:
        found = np.dtype(dtype)
        for other in dtypes:
            found = np.promote_types(found, other)
        found = str(found)
        given = (dtype,) + dtypes
        if floor == "float16" and found in ("float32", "float64") and "float32" not in given and "float64" not in given:
            found = "float16"
        elif floor == "float32" and found == "float64" and "float64" not in given:
            found = "float32"
        _upcasts[key] = found
    return found


def as_common_dtype(*vars):
    """The variables, each cast to the dtype that holds them all."""
    dtype = upcast(*[v.dtype for v in vars])
    return (v.astype(dtype) for v in vars)


def _asarray(a, dtype, order=None):
    """`a` as an array of `dtype` ('floatX' is what the flag says); integers out of range wrap, as NumPy once did.

    Raises OverflowError for Python integers that no int64 or uint64 holds.
    """
    if str(dtype) == "floatX":
        dtype = config.floatX
    try:
        return np.asarray(a, dtype=dtype, order=order)
    except OverflowError:
        wide = np.asarray(a)
        if wide.dtype != np.int64:
            raise
        return wide.astype(dtype, order=order or "K")


@legacy_name("theano.scalar.basic")
class NumpyAutocaster:
    """Gives a Python number its array, whose dtype is decided by `config.cast_policy`.

    With the policy 'custom' it is the first of `dtypes` that holds the number exactly (the last, if none does).
    """

    def __init__(self, dtypes):
        self.dtypes = tuple(dtypes)

    def __call__(self, x):
        assert isinstance(x, (int, float)) or (isinstance(x, np.ndarray) and x.ndim == 0)
        if config.cast_policy == "numpy":
            return np.asarray(x)
        if config.cast_policy == "numpy+floatX":
            value = np.asarray(x)
            if not hasattr(x, "dtype") and value.dtype in ("float64", "float32"):
                value = _asarray(value, dtype=config.floatX)
            return value
        return self._smallest(x)

    def _smallest(self, x):
        # NumPy numbers have a type on purpose
        if str(getattr(x, "dtype", None)) in self.dtypes:
            return np.asarray(x)
        if isinstance(x, float) and config.floatX in self.dtypes and config.floatX != "float64":
            return _asarray(x, dtype=config.floatX)
        # float16 only for those who compute in it
        candidates = [d for d in self.dtypes if d != "float16" or config.floatX == "float16"]
        with np.errstate(over="ignore"):
            for dtype in candidates:
                value = _asarray(x, dtype=dtype)
                # as Python numbers: NumPy would round x to the dtype before it compares
                if x == value.item():
                    break
        return value


autocast_int = NumpyAutocaster(("int8", "int16", "int32", "int64"))
autocast_float = NumpyAutocaster(("float16", "float32", "float64"))


@legacy_name("theano.scalar.basic")
class autocast_float_as:
    """Context: Python floats become the first of `dtypes` that fits. Only with `cast_policy='custom'`."""

    def __init__(self, *dtypes):
        self.dtypes = dtypes
        assert config.cast_policy == "custom"

    def __enter__(self):
        assert config.cast_policy == "custom"
        self.old_dtypes = autocast_float.dtypes
        autocast_float.dtypes = self.dtypes

    def __exit__(self, *args):
        assert config.cast_policy == "custom"
        autocast_float.dtypes = self.old_dtypes


def convert(x, dtype=None):
    """`x` as an array: of `dtype`, or of the dtype that autocasting finds for Python numbers."""
    if dtype is not None:
        return _asarray(x, dtype=dtype)
    if isinstance(x, np.ndarray):
        return x
    if isinstance(x, int):
        try:
            return autocast_int(x)
        except OverflowError:
            return _asarray(x, dtype="uint64")
    if isinstance(x, float):
        return autocast_float(x)
    value = np.asarray(x)
    if value.size == 0 and not hasattr(x, "dtype"):
        value = np.asarray(x, dtype=config.floatX)
    return value


# ---- the type -------------------------------------------------------------------------------------------------------

_SPECS = {
    "float16": (np.float16, "npy_float16", "Float16"),
    "float32": (np.float32, "npy_float32", "Float32"),
    "float64": (np.float64, "npy_float64", "Float64"),
    "complex128": (np.complex128, "theano_complex128", "Complex128"),
    "complex64": (np.complex64, "theano_complex64", "Complex64"),
    "bool": (np.bool_, "npy_bool", "Bool"),
    "uint8": (np.uint8, "npy_uint8", "UInt8"),
    "int8": (np.int8, "npy_int8", "Int8"),
    "uint16": (np.uint16, "npy_uint16", "UInt16"),
    "int16": (np.int16, "npy_int16", "Int16"),
    "uint32": (np.uint32, "npy_uint32", "UInt32"),
    "int32": (np.int32, "npy_int32", "Int32"),
    "uint64": (np.uint64, "npy_uint64", "UInt64"),
    "int64": (np.int64, "npy_int64", "Int64"),
}


@legacy_name("theano.scalar.basic")
class Scalar(Type):
    """Numbers of one dtype ('floatX' is what the flag says). Raises TypeError for a dtype Theano does not have."""

    __props__ = ("dtype",)
    ndim = 0

    def __init__(self, dtype):
        self.dtype = config.floatX if dtype == "floatX" else dtype
        self.dtype_specs()

    def __eq__(self, other):
        return self is other or (type(self) is type(other) and self.dtype == other.dtype)

    def __hash__(self):
        return hash((Scalar, self.dtype))

    @staticmethod
    def may_share_memory(a, b):
        """NumPy's numbers cannot be written to."""
        return False

    def filter(self, data, strict=False, allow_downcast=None):
        py_type = self.dtype_specs()[0]
        if strict and not isinstance(data, py_type):
            raise TypeError("%s expected a %s, got %s of type %s" % (self, py_type, data, type(data)), data)
        try:
            try:
                converted = py_type(data)
            except OverflowError:
                converted = _asarray(data, self.dtype)[()]
            if (allow_downcast or (allow_downcast is None and type(data) is float and self.dtype == config.floatX)
                    or data == converted):
                return converted
            raise TypeError("Value cannot accurately be converted to dtype (%s) and allow_downcast is not True" % self.dtype)
        except Exception as e:
            raise TypeError("Could not convert %s (value=%s) to %s" % (type(data), data, self.dtype), e) from None

    def values_eq_approx(self, a, b, tolerance=1e-4):
        if self.dtype == "bool":
            return a == b
        difference = a - b
        return difference == 0 or abs(difference) <= abs(a) * tolerance + abs(b) * tolerance

    def dtype_specs(self):
        """(NumPy class, C name, legacy class name). Raises TypeError when the dtype is not one of Theano's."""
        try:
            return _SPECS[self.dtype]
        except (KeyError, TypeError):
            raise TypeError("Unsupported dtype for %s: %s" % (self.__class__.__name__, self.dtype)) from None

    def upcast(self, *others):
        """The dtype that holds values of this and all other types."""
        return upcast(self.dtype, *[x.dtype for x in others])

    def make_variable(self, name=None):
        return ScalarVariable(self, name=name)

    def __str__(self):
        return str(self.dtype)

    def __repr__(self):
        return "Scalar(%s)" % self.dtype

    def get_shape_info(self, obj):
        """Bytes of `obj`."""
        return obj.itemsize

    def get_size(self, shape_info):
        """Bytes of something whose shape information is `shape_info`."""
        return shape_info


_types = {}


def get_scalar_type(dtype):
    """The Scalar of that dtype, one object for each."""
    found = _types.get(dtype)
    if found is None:
        found = _types[dtype] = Scalar(dtype=dtype)
    return found


get_scalar_type.cache = _types


# ---- variables ------------------------------------------------------------------------------------------------------

@legacy_name("theano.scalar.basic")
class _scalar_py_operators:
    """Operators and methods of scalar variables; the table in `operators` fills it."""

    ndim = 0
    dtype = property(lambda self: self.type.dtype, doc="The dtype of this scalar.")


@legacy_name("theano.scalar.basic")
class ScalarVariable(_scalar_py_operators, Variable):
    """A scalar that depends on others or is an input."""


@legacy_name("theano.scalar.basic")
class ScalarConstant(_scalar_py_operators, Constant):
    """A scalar known when the graph is built."""


Scalar.Variable = ScalarVariable
Scalar.Constant = ScalarConstant


def constant(x, name=None, dtype=None):
    """The number `x` as a ScalarConstant; its dtype is found by autocasting."""
    value = convert(x, dtype=dtype)
    assert value.ndim == 0
    return ScalarConstant(get_scalar_type(str(value.dtype)), value, name=name)


# Ways from other variables to scalars, told by the rooms that have such variables: (predicate, conversion).
as_scalar_conversions = []


def as_scalar(x, name=None):
    """`x` (a number, a scalar or a tensor without dimensions, an Apply with one output) as a scalar variable."""
    if isinstance(x, Apply):
        if len(x.outputs) != 1:
            raise ValueError("It is ambiguous which output of a multi-output Op has to be fetched.", x)
        x = x.outputs[0]
    if isinstance(x, Variable):
        if isinstance(x.type, Scalar):
            return x
        for applies, conversion in as_scalar_conversions:
            if applies(x):
                return conversion(x)
        raise TypeError("Variable type field must be a Scalar.", x, x.type)
    try:
        return constant(x)
    except TypeError:
        raise TypeError("Cannot convert %s to Scalar" % x, type(x)) from None


# ---- the fourteen types and their groups ----------------------------------------------------------------------------

bool = get_scalar_type("bool")
int8 = get_scalar_type("int8")
int16 = get_scalar_type("int16")
int32 = get_scalar_type("int32")
int64 = get_scalar_type("int64")
uint8 = get_scalar_type("uint8")
uint16 = get_scalar_type("uint16")
uint32 = get_scalar_type("uint32")
uint64 = get_scalar_type("uint64")
float16 = get_scalar_type("float16")
float32 = get_scalar_type("float32")
float64 = get_scalar_type("float64")
complex64 = get_scalar_type("complex64")
complex128 = get_scalar_type("complex128")

int_types = int8, int16, int32, int64
uint_types = uint8, uint16, uint32, uint64
float_types = float16, float32, float64
complex_types = complex64, complex128

integer_types = int_types + uint_types
discrete_types = (bool,) + integer_types
continuous_types = float_types + complex_types
all_types = discrete_types + continuous_types

DISCRETE = frozenset(t.dtype for t in discrete_types)
COMPLEX = frozenset(t.dtype for t in complex_types)
FLOAT = frozenset(t.dtype for t in float_types)


def _variables(make, names):
    made = [make(name) for name in names]
    return made[0] if len(made) == 1 else made


ints = partial(_variables, int64)
floats = partial(_variables, float64)
complexs = partial(_variables, complex128)
complexs64 = partial(_variables, complex64)
complexs128 = partial(_variables, complex128)
