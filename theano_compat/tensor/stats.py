"""Mean, variance, standard deviation, covariance. Sums and products are in `reduce`."""
import numpy as np

from theano_compat import scalar
from theano_compat.graph.utils import legacy_name
from theano_compat.tensor.careduce import CAReduce, _as_axes
from theano_compat.tensor.casting import cast, discrete_dtypes
from theano_compat.tensor.constant import as_tensor_variable, constant
from theano_compat.tensor.join import concatenate
from theano_compat.tensor.names_elemwise import sqrt, true_div
from theano_compat.tensor.reduce import makeKeepDims, sum
from theano_compat.tensor.shape import shape


@legacy_name("theano.tensor.basic")
class Mean(CAReduce):
    """The mean along one axis or all, always in float64. `mean(..., op=True)` makes it."""

    __props__ = ("scalar_op", "axis")

    def __init__(self, axis=None):
        CAReduce.__init__(self, scalar.add, axis)
        assert self.axis is None or len(self.axis) == 1

    def __str__(self):
        return "Mean" if self.axis is None else "Mean{%s}" % ", ".join(map(str, self.axis))

    def _output_dtype(self, input_dtype):
        return "float64"

    def lower(self, node, x):
        import jax.numpy as jnp
        return jnp.mean(x.astype("float64"), self._axes(x.ndim))

    def host(self, node, x):
        return np.asarray(np.mean(x, dtype="float64", axis=self._axes(np.ndim(x))))


def _listed(axis, ndim):
    """`axis` as the list over which mean and variance divide."""
    if axis is None:
        return list(range(ndim))
    if isinstance(axis, (int, np.integer)) or (isinstance(axis, np.ndarray) and axis.ndim == 0):
        return list(_as_axes(axis))
    return [int(a) for a in axis]


def mean(input, axis=None, dtype=None, op=False, keepdims=False, acc_dtype=None):
    """Mean along `axis`: a sum, with its dtypes, divided by the lengths. Integers give floats.

    `op` makes a single Mean node, which is float64 and has no gradient. Raises NotImplementedError for another dtype then.
    """
    input = as_tensor_variable(input)
    if op:
        for name, asked in (("dtype", dtype), ("acc_dtype", acc_dtype)):
            if asked not in (None, "float64"):
                raise NotImplementedError(
                    "The Mean op does not support the %s argument, and will always use float64. If you want to specify "
                    "%s, call tensor.mean(..., op=False)." % (name, "the dtype" if name == "dtype" else name), dtype)
        out = Mean(axis)(input)
        return makeKeepDims(input, out, axis) if keepdims else out
    sum_dtype = "float32" if dtype is None and input.dtype == "float16" else dtype
    s = sum(input, axis=axis, dtype=sum_dtype, keepdims=keepdims, acc_dtype=acc_dtype)
    # lengths are cast, so that dividing by them does not turn float32 into float64
    shp = cast(shape(input), "float32" if s.dtype in ("float16", "float32", "complex64") else "float64")
    for i in _listed(axis, input.ndim):
        s = true_div(s, shp[i])
    if s.dtype != shp.dtype and s.dtype in discrete_dtypes:
        s = cast(s, shp.dtype)
    if dtype == "float16" or (dtype is None and input.dtype == "float16"):
        s = cast(s, "float16")
    s.name = "mean"
    return s


def _no_old_keepdims(ddof):
    if isinstance(ddof, bool):
        raise ValueError("Parameter keepdims is now at index 3: (input,                           axis=None, ddof=0, "
                         "keepdims=False, corrected=False)")


def var(input, axis=None, ddof=0, keepdims=False, corrected=False):
    """Variance along `axis`, in two passes; `corrected` subtracts the rounding error of the mean.

    `ddof` is subtracted from each length.
    """
    _no_old_keepdims(ddof)
    axis = _listed(axis, input.type.ndim)
    centered = input - mean(input, axis, keepdims=True)
    squares = centered ** constant(2, dtype=centered.dtype)
    if ddof == 0:
        v = mean(squares, axis, keepdims=keepdims)
    else:
        lengths = shape(input) - ddof
        v = sum(squares, axis=axis, keepdims=keepdims)
        for i in axis:
            v = true_div(v, lengths[i])
    if corrected:
        if ddof == 0:
            error = mean(centered, axis, keepdims=keepdims) ** 2
        else:
            lengths, all_lengths = shape(input) - ddof, shape(input)
            error = sum(centered, axis=axis, keepdims=keepdims) ** 2
            for i in axis:
                error = true_div(error, lengths[i] * all_lengths[i])
        v = v - error
    v.name = "var"
    return v


def std(input, axis=None, ddof=0, keepdims=False, corrected=False):
    """Square root of `var`."""
    _no_old_keepdims(ddof)
    ret = sqrt(var(input=input, axis=axis, ddof=ddof, keepdims=keepdims, corrected=corrected))
    ret.name = "std"
    return ret


def cov(m, y=None, rowvar=True, bias=False, ddof=None, fweights=None, aweights=None):
    """Covariance matrix of the rows of `m` (and `y`). Weights are not implemented."""
    if fweights is not None:
        raise NotImplementedError("fweights are not implemented")
    if aweights is not None:
        raise NotImplementedError("aweights are not implemented")
    # `x.shape[0] != 1` compares a variable with a number: always true, in Theano as well
    if not rowvar:
        m = m.T
    if y is not None:
        m = concatenate((m, y if rowvar else y.T), axis=0)
    if ddof is None:
        ddof = 0 if bias else 1
    fact = m.shape[1] - ddof
    m = m - m.mean(axis=1, keepdims=1)
    c = m.dot(m.T)
    c = c * (constant(1) / fact)
    return c.squeeze()
