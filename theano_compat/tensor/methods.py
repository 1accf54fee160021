"""Operators and methods of tensor variables: one table, and the class made from it that variables mix in.

A row names the function of the tensor namespace that does the work; it is looked up at the first use, so that this file
stands below all families of operations. What needs more than a name (operators that may give up in favour of
the other operand, transposition, indexing) is written out below.
"""
import numpy as np

from theano_compat.graph.utils import legacy_name


@legacy_name("theano.tensor.var")
class AsTensorError(TypeError):
    """A value or variable cannot be made into a tensor variable."""


# method -> function of the tensor namespace called with (self, *args, **kwargs)
METHODS = {
    # operators
    "__abs__": "abs_", "__neg__": "neg", "__invert__": "invert", "__and__": "and_", "__or__": "or_", "__xor__": "xor",
    "__divmod__": "divmod", "__truediv__": "true_div", "__floordiv__": "floor_div", "__dot__": "dot", "dot": "dot",
    "__ceil__": "ceil", "__floor__": "floor", "__trunc__": "trunc", "__matmul__": "dot",
    # elementwise
    "arccos": "arccos", "arccosh": "arccosh", "arcsin": "arcsin", "arcsinh": "arcsinh", "arctan": "arctan",
    "arctanh": "arctanh", "ceil": "ceil", "cos": "cos", "cosh": "cosh", "deg2rad": "deg2rad", "exp": "exp", "exp2": "exp2",
    "expm1": "expm1", "floor": "floor", "log": "log", "log10": "log10", "log1p": "log1p", "log2": "log2",
    "rad2deg": "rad2deg", "sin": "sin", "sinh": "sinh", "sqrt": "sqrt", "tan": "tan", "tanh": "tanh", "trunc": "trunc",
    "conj": "conj", "conjugate": "conj", "round": "round", "astype": "cast",
    # reductions
    "any": "any", "all": "all", "sum": "sum", "prod": "prod", "mean": "mean", "var": "var", "std": "std", "min": "min",
    "max": "max", "argmin": "argmin", "argmax": "argmax", "ptp": "ptp", "cumsum": "cumsum", "cumprod": "cumprod",
    # shape and order
    "flatten": "flatten", "diagonal": "diagonal", "repeat": "repeat", "swapaxes": "swapaxes", "squeeze": "squeeze",
    "sort": "sort", "argsort": "argsort", "searchsorted": "searchsorted", "trace": "nlinalg.trace",
    # selecting
    "take": "take", "nonzero": "nonzero", "nonzero_values": "nonzero_values", "compress": "compress", "choose": "choose",
    # the rest
    "transfer": "transfer", "zeros_like": "zeros_like", "ones_like": "ones_like",
    "get_scalar_constant_value": "get_scalar_constant_value",
}
# reflected operator -> function called with (other, self)
REFLECTED = {
    "__radd__": "add", "__rsub__": "sub", "__rmul__": "mul", "__rdiv__": "div_proxy", "__rtruediv__": "true_div",
    "__rfloordiv__": "floor_div", "__rmod__": "mod", "__rdivmod__": "divmod", "__rpow__": "pow", "__rand__": "and_",
    "__ror__": "or_", "__rxor__": "xor", "__rdot__": "dot", "__rmatmul__": "dot",
}
# operator that lets Python try the other operand (a sparse variable) when that cannot become a tensor
YIELDING = {"__add__": "add", "__sub__": "sub", "__mul__": "mul", "__div__": "div_proxy", "__pow__": "pow", "__mod__": "mod_check"}
COMPARISONS = {"__lt__": "lt", "__le__": "le", "__gt__": "gt", "__ge__": "ge"}
PROPERTIES = {"T": "transpose", "shape": "shape", "real": "real", "imag": "imag"}


def tensor_function(path):
    """The function of the tensor namespace called `name`, or `module.name` in one of its rooms."""
    from theano_compat import tensor
    room, _, name = path.rpartition(".")
    return getattr(getattr(tensor, room), name) if room else getattr(tensor, name)


class _Late:
    """A function of the tensor namespace, found at its first call; from then on an instance costs one attribute."""

    __slots__ = ("path", "call")

    def __init__(self, path):
        self.path = path
        self.call = self._first_call

    def _first_call(self, *args, **kwargs):
        self.call = tensor_function(self.path)
        return self.call(*args, **kwargs)


def _method(late):
    def method(self, *args, **kwargs):
        return late.call(self, *args, **kwargs)
    return method


def _reflected(late):
    def operator(self, other):
        return late.call(other, self)
    return operator


def _yielding(late):
    def operator(self, other):
        from theano_compat.scalar import ComplexError, IntegerDivisionError
        try:
            return late.call(self, other)
        except (IntegerDivisionError, ComplexError):
            raise
        except (NotImplementedError, AsTensorError):
            return NotImplemented
    return operator


def _comparison(late):
    def operator(self, other):
        result = late.call(self, other)
        # `a < b < c` means `(a < b) and (b < c)` to Python; the truth value of a comparison is therefore refused
        result._is_nonzero = False
        return result
    return operator


def _property(late):
    return property(lambda self: late.call(self), doc="See theano.tensor.%s." % late.path)


def _from_tables(cls):
    for table, make in ((METHODS, _method), (REFLECTED, _reflected), (YIELDING, _yielding), (COMPARISONS, _comparison),
                        (PROPERTIES, _property)):
        for name, path in table.items():
            if name in cls.__dict__:
                continue
            attribute = make(_Late(path))
            if not isinstance(attribute, property):
                attribute.__name__ = name
                attribute.__qualname__ = "%s.%s" % (cls.__name__, name)
                attribute.__doc__ = "See theano.tensor.%s." % path
            setattr(cls, name, attribute)
    return cls


@_from_tables
@legacy_name("theano.tensor.var")
class _tensor_py_operators:
    """What variables, constants and shared variables of tensor type can do. `==` compares identity: see `tensor.eq`."""

    # NumPy gives its operators up in favour of ours
    __array_priority__ = 1000
    _is_nonzero = True

    def __bool__(self):
        if self._is_nonzero:
            return True
        raise TypeError("Variables do not support boolean operations.")

    __nonzero__ = __bool__

    ndim = property(lambda self: self.type.ndim, doc="Number of dimensions.")
    broadcastable = property(lambda self: self.type.broadcastable, doc="Which dimensions are known to have length 1.")
    dtype = property(lambda self: self.type.dtype, doc="Name of the dtype.")

    @property
    def size(self):
        """Number of elements, symbolic."""
        return self.shape[0] if self.ndim == 1 else tensor_function("prod")(self.shape)

    def transpose(self, *axes):
        """Reorder the dimensions: none (reverse), a tuple, or one axis an argument."""
        if not axes:
            return tensor_function("transpose")(self)
        if len(axes) == 1 and hasattr(axes[0], "__iter__"):
            axes = axes[0]
        return tensor_function("transpose")(self, axes)

    def reshape(self, shape, ndim=None):
        """See theano.tensor.reshape; `shape` is one argument, `ndim` its length where that cannot be seen."""
        if ndim is not None and not isinstance(ndim, int):
            raise ValueError("Expected ndim to be an integer, is " + str(type(ndim)))
        return tensor_function("reshape")(self, shape, ndim=ndim)

    def dimshuffle(self, *pattern):
        """Reorder dimensions by number, drop those left out (known to be 1), insert new ones at 'x'."""
        if len(pattern) == 1 and isinstance(pattern[0], (list, tuple)):
            pattern = pattern[0]
        from theano_compat.tensor.elemwise import dimshuffle
        return dimshuffle(self, pattern)

    def ravel(self):
        """See theano.tensor.flatten."""
        return tensor_function("flatten")(self)

    def clip(self, a_min, a_max):
        """See theano.tensor.clip."""
        return tensor_function("clip")(self, a_min, a_max)

    def fill(self, value):
        """See theano.tensor.fill."""
        return tensor_function("fill")(self, value)

    def copy(self, name=None):
        """A symbolic copy called `name`; tags are not copied."""
        copied = tensor_function("tensor_copy")(self)
        copied.name = name
        return copied

    def norm(self, L, axis=None, keepdims=False):
        """(sum |x|**L) ** (1/L) along `axis`. Raises NotImplementedError for L 0 or infinite."""
        if L == 0 or np.isinf(L):
            raise NotImplementedError()
        power = tensor_function("pow")
        y = power(power(tensor_function("abs_")(self), L).sum(axis=axis), 1.0 / L)
        return tensor_function("makeKeepDims")(self, y, axis) if keepdims else y

    def __getitem__(self, args):
        from theano_compat.tensor.index import getitem
        return getitem(self, args)

    # No __len__: Python wants an int from it, and asks it before __getitem__ with negative bounds.

    def __iter__(self):
        try:
            for i in range(tensor_function("get_vector_length")(self)):
                yield self[i]
        except TypeError:
            # what sum(x), max(x) of the builtins run into
            raise TypeError("TensorType does not support iteration. Maybe you are using builtin.sum instead of "
                            "theano.tensor.sum? (Maybe .max?)") from None
