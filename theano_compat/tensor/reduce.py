"""Reductions by name: sum, prod, max, min, argmax, argmin, all, any, ptp and what goes with them. Ops are elsewhere.

Mean, variance and covariance are in `stats`.
"""
import numpy as np

from theano_compat.graph import Variable
from theano_compat.scalar import maximum as scalar_maximum
from theano_compat.tensor.argmax import MaxAndArgmax
from theano_compat.tensor.careduce import All, Any, CAReduce, Prod, Sum, _as_axes
from theano_compat.tensor.casting import int_dtypes, integer_dtypes, uint_dtypes
from theano_compat.tensor.constant import TensorConstant, as_tensor_variable
from theano_compat.tensor.elemwise import DimShuffle
from theano_compat.tensor.join import stack
from theano_compat.tensor.names_elemwise import switch
from theano_compat.tensor.type_other import NoneConst


def check_and_normalize_axes(x, axis):
    """`axis` (int, several, constant variable, None) as a sorted list of non-negative ints; None gives an empty list.

    Raises TypeError for an axis that is no constant, ValueError for one that `x` does not have.
    """
    x = as_tensor_variable(x)
    if axis is None:
        return []
    if isinstance(axis, Variable):
        if NoneConst.equals(axis):
            return []
        if not isinstance(axis, TensorConstant):
            raise TypeError("Computation needs a constant axis. Got %s" % axis)
        assert axis.dtype in integer_dtypes
        axis = axis.data
    if not isinstance(axis, (int, np.integer, np.ndarray, tuple, list)):
        raise TypeError("Axis must be an integer, tuple, list of integers or a TensorVariable. Got %s" % axis)
    axes, ndim = [], x.type.ndim
    for a in np.atleast_1d(np.asarray(axis)).tolist() if not isinstance(axis, (tuple, list)) else axis:
        a = int(a) + (ndim if int(a) < 0 else 0)
        if a < 0 or a >= ndim:
            raise ValueError("Computation needs a valid axis number for %d-D tensor. Got %d" % (ndim, a))
        axes.append(a)
    return sorted(set(axes))


def makeKeepDims(x, y, axis):
    """`y`, a reduction of `x` along `axis`, with the reduced axes put back as broadcastable ones."""
    x, y = as_tensor_variable(x), as_tensor_variable(y)
    ndim = x.type.ndim
    axes = range(ndim) if axis is None else _as_axes(axis)
    axes = {a + ndim if a < 0 else a for a in axes}
    kept = iter(range(ndim))
    return DimShuffle(y.type.broadcastable, ["x" if i in axes else next(kept) for i in range(ndim)])(y)


def _kept(x, out, axis, keepdims):
    return makeKeepDims(x, out, axis) if keepdims else out


def sum(input, axis=None, dtype=None, keepdims=False, acc_dtype=None):
    """Sum along `axis`. Integers are summed and returned in 64 bits; float32 accumulates in float64."""
    return _kept(input, Sum(axis=axis, dtype=dtype, acc_dtype=acc_dtype)(input), axis, keepdims)


def prod(input, axis=None, dtype=None, keepdims=False, acc_dtype=None, no_zeros_in_input=False):
    """Product along `axis`, with dtypes as in `sum`; `no_zeros_in_input` allows a simpler gradient."""
    out = Prod(axis, dtype=dtype, acc_dtype=acc_dtype, no_zeros_in_input=no_zeros_in_input)(input)
    return _kept(input, out, axis, keepdims)


def any(x, axis=None, keepdims=False):
    """Whether any element along `axis` is nonzero."""
    return _kept(x, Any(axis)(x), axis, keepdims)


def all(x, axis=None, keepdims=False):
    """Whether all elements along `axis` are nonzero."""
    return _kept(x, All(axis)(x), axis, keepdims)


def max_and_argmax(a, axis=None, keepdims=False):
    """[maximum, its index] along `axis`; several axes are indexed as if flattened."""
    a = as_tensor_variable(a)
    axis = check_and_normalize_axes(a, axis) or list(range(a.type.ndim))
    out, index = MaxAndArgmax(axis)(a)
    return [_kept(a, out, axis, keepdims), _kept(a, index, axis, keepdims)]


def max(x, axis=None, keepdims=False):
    """Maximum along `axis`; nan if there is one."""
    # Theano takes the op that also knows the position, because that one has a gradient.
    try:
        out = max_and_argmax(x, axis)[0]
    except Exception:
        out = CAReduce(scalar_maximum, axis)(x)
    return _kept(x, out, axis, keepdims)


def argmax(x, axis=None, keepdims=False):
    """Index of the maximum along `axis`, int64."""
    return _kept(x, max_and_argmax(x, axis)[1], axis, keepdims)


def min(x, axis=None, keepdims=False):
    """Minimum along `axis`, written as the maximum of the mirrored values."""
    x = as_tensor_variable(x)
    if x.dtype.startswith("float") or x.dtype in int_dtypes:
        return -max(-x, axis=axis, keepdims=keepdims)
    if x.dtype in uint_dtypes:
        top = np.array(np.iinfo(x.dtype).max, dtype=x.dtype)
        return top - max(top - x, axis=axis, keepdims=keepdims)
    if x.dtype == "bool":
        return ~max(~x, axis=axis, keepdims=keepdims)
    raise NotImplementedError()


def argmin(x, axis=None, keepdims=False):
    """Index of the minimum along `axis`, int64."""
    x = as_tensor_variable(x)
    if x.dtype.startswith("float") or x.dtype in int_dtypes:
        return argmax(-x, axis=axis, keepdims=keepdims)
    if x.dtype in uint_dtypes:
        return argmax(np.iinfo(x.dtype).max - x, axis=axis, keepdims=keepdims)
    if x.dtype == "bool":
        return argmax(~x, axis=axis, keepdims=keepdims)
    raise NotImplementedError()


def smallest(*args):
    """Elementwise smallest of the arguments."""
    if len(args) == 2:
        a, b = args
        return switch(a < b, a, b)
    return min(stack(args), axis=0)


def largest(*args):
    """Elementwise largest of the arguments."""
    if len(args) == 2:
        a, b = args
        return switch(a > b, a, b)
    return max(stack(args), axis=0)


def ptp(a, axis=None):
    """Maximum minus minimum along `axis`."""
    a = as_tensor_variable(a)
    return max(a, axis) - min(a, axis)
