"""The same elements in another shape: Reshape, flatten, padding with ones, transposition, tile."""
import warnings

import numpy as np

from theano_compat.graph import Apply, Op
from theano_compat.graph.null_type import DisconnectedType
from theano_compat.graph.utils import legacy_name
from theano_compat.tensor.alloc import alloc
from theano_compat.tensor.casting import discrete_dtypes, int_dtypes
from theano_compat.tensor.constant import TensorConstant, as_tensor_variable
from theano_compat.tensor.elemwise import DimShuffle
from theano_compat.tensor.names_elemwise import switch
from theano_compat.tensor.scalar_constant import NotScalarConstantError, get_scalar_constant_value
from theano_compat.tensor.shape import addbroadcast, get_vector_length, shape
from theano_compat.tensor.type import tensor_type
from theano_compat.tensor.variable import TensorVariable


@legacy_name("theano.tensor.basic")
class Reshape(Op):
    """`x` in the shape `shp`, a vector of `ndim` integers, one of which may be -1.

    Raises ValueError, when the program runs, if the number of elements does not fit.
    """

    moves_only = True
    view_map = {0: [0]}
    __props__ = ("ndim",)

    def __init__(self, ndim, name=None):
        self.ndim = int(ndim)
        if ndim < 0:
            raise ValueError("The output dimensions after reshape must be 0 or greater")
        assert name is None, "name attribute for Reshape has been deprecated"

    def __str__(self):
        return "%s{%s}" % (type(self).__name__, self.ndim)

    def make_node(self, x, shp):
        x = as_tensor_variable(x)
        given = shp
        shp = as_tensor_variable(shp, ndim=1)
        if not (shp.dtype in int_dtypes or (isinstance(shp, TensorConstant) and shp.data.size == 0)):
            raise TypeError("Shape must be integers", shp, shp.dtype)
        assert shp.ndim == 1
        if isinstance(shp, TensorConstant):
            pattern = tuple([bool(n == 1) for n in shp.data])
        else:
            entries = [given] if getattr(given, "ndim", None) == 0 else given
            pattern = tuple([_is_one(entries[i]) for i in range(self.ndim)])
        return Apply(self, [x, shp], [tensor_type(x.type.dtype, pattern)()])

    def fact_inputs(self, node):
        return (1,), (0,)

    def facts(self, node, values, shapes):
        return self._target(values[1], shapes[0])

    def _target(self, shp, x_shape):
        """The full new shape. Theano's C code reads only the first `ndim` entries of `shp`."""
        if len(shp) < self.ndim:
            raise ValueError("shape argument to Reshape.perform has incorrect length %i, should be %i"
                             % (len(shp), self.ndim), shp)
        asked = [int(n) for n in shp[:self.ndim]]
        size = int(np.prod(x_shape, dtype="int64"))
        if sum(n < 0 for n in asked) > 1:
            raise ValueError("can only specify one unknown dimension")
        rest = int(np.prod([n for n in asked if n >= 0], dtype="int64"))
        unknown = any(n < 0 for n in asked)
        if (rest != size) if not unknown else (rest == 0 or size % rest != 0):
            raise ValueError("cannot reshape array of size %d into shape %s" % (size, _shape_text(asked)))
        return tuple(n if n >= 0 else size // rest for n in asked)

    def lower(self, node, x, shp, facts):
        import jax.numpy as jnp
        return jnp.reshape(x, facts)

    def host(self, node, x, shp):
        return np.reshape(x, self._target(shp, np.shape(x)))

    def connection_pattern(self, node):
        return [[True], [False]]

    def grad(self, inputs, output_grads):
        x = inputs[0]
        return [reshape(output_grads[0], shape(x), ndim=x.ndim), DisconnectedType()()]

    def R_op(self, inputs, eval_points):
        return [None] if eval_points[0] is None else self(eval_points[0], *inputs[1:], return_list=True)


def _is_one(entry):
    try:
        return bool(get_scalar_constant_value(as_tensor_variable(entry)) == 1)
    except NotScalarConstantError:
        return False


def _shape_text(sizes):
    """A shape as NumPy's message writes it: an unknown that comes first is left out."""
    shown = sizes[1:] if sizes and sizes[0] < 0 else sizes
    text = ",".join("newaxis" if n < 0 else str(n) for n in shown)
    return "(%s,)" % text if len(sizes) == len(shown) == 1 else "(%s)" % text


def reshape(x, newshape, ndim=None):
    """`x` in another shape; `ndim` is the length of `newshape` where that cannot be seen from its expression."""
    if ndim is None:
        newshape = as_tensor_variable(newshape)
        if newshape.ndim != 1:
            raise TypeError("New shape in reshape must be a vector or a list/tuple of scalar. "
                            "Got %s after conversion to a vector." % newshape)
        try:
            ndim = get_vector_length(newshape)
        except ValueError:
            raise ValueError(
                "The length of the provided shape (%s) cannot be automatically determined, so Theano is not able to know "
                "what the number of dimensions of the reshaped variable will be. You can provide the 'ndim' keyword "
                "argument to 'reshape' to avoid this problem." % newshape) from None
    return Reshape(ndim)(x, newshape)


@legacy_name("theano.tensor.basic")
class Flatten(Op):
    """The trailing dimensions made one so that `outdim` remain. Deprecated for the function `flatten`."""

    view_map = {0: [0]}
    __props__ = ("outdim",)

    def __init__(self, outdim=1):
        warnings.warn("Flatten class is deprecated, please use flatten method instead.", DeprecationWarning, stacklevel=4)
        self.outdim = int(outdim)

    def __str__(self):
        return "%s{%s}" % (type(self).__name__, self.outdim)

    def make_node(self, x):
        x = as_tensor_variable(x)
        if self.outdim < 1 or (x.ndim and self.outdim > x.ndim):
            raise ValueError("invalid output ndimensions (%i) for tensor of rank %i" % (self.outdim, x.ndim))
        return Apply(self, [x], [tensor_type(x.type.dtype, _flat_pattern(x, self.outdim))()])

    def lower(self, node, x):
        kept = x.shape[:self.outdim - 1]
        return x.reshape(kept + (int(np.prod(x.shape[self.outdim - 1:], dtype="int64")),))

    host = lower

    def grad(self, inputs, output_grads):
        x = inputs[0]
        return [reshape(output_grads[0], shape(x), ndim=x.ndim)]


def _flat_pattern(x, ndim):
    return x.broadcastable[:ndim - 1] + (all(x.broadcastable[ndim - 1:]),)


def _outdim(ndim, outdim):
    """The old keyword `outdim` means `ndim`; one of them at most."""
    if outdim is None:
        return 1 if ndim is None else ndim
    if ndim is not None:
        raise ValueError("You should only specify ndim")
    warnings.warn("flatten outdim parameter is deprecated, use ndim instead.", stacklevel=3)
    return outdim


def is_flat(var, ndim=None, outdim=None):
    """Whether `var` has `ndim` (1) dimensions."""
    return var.ndim == _outdim(ndim, outdim)


def flatten(x, ndim=None, outdim=None):
    """`x` with its trailing dimensions made one so that `ndim` (1) remain. Raises ValueError for an `ndim` out of bounds."""
    ndim = _outdim(ndim, outdim)
    if ndim < 1 or (ndim > 1 and ndim > x.ndim):
        raise ValueError("ndim %s out of bound [1, %d)" % (ndim, x.ndim + 1))
    dims = tuple(x.shape[:ndim - 1]) + (-1,) if ndim > 1 else (-1,)
    flat = x.reshape(dims)
    return addbroadcast(flat, *[i for i, b in enumerate(_flat_pattern(x, ndim)) if b])


def shape_padleft(t, n_ones=1):
    """`t` with `n_ones` broadcastable dimensions on the left."""
    t = as_tensor_variable(t)
    return DimShuffle(t.broadcastable, ["x"] * n_ones + list(range(t.type.ndim)))(t)


def shape_padright(t, n_ones=1):
    """`t` with `n_ones` broadcastable dimensions on the right."""
    t = as_tensor_variable(t)
    return DimShuffle(t.broadcastable, list(range(t.type.ndim)) + ["x"] * n_ones)(t)


def shape_padaxis(t, axis):
    """`t` with one broadcastable dimension that becomes dimension `axis`. Raises IndexError when that is out of bounds."""
    t = as_tensor_variable(t)
    ndim = t.ndim + 1
    if not -ndim <= axis < ndim:
        raise IndexError(f"axis {axis} is out of bounds [-{ndim}, {ndim})")
    order = list(range(t.type.ndim))
    order.insert(axis + ndim if axis < 0 else axis, "x")
    return DimShuffle(t.broadcastable, order)(t)


def transpose(x, axes=None):
    """`x` with its dimensions in the order `axes`, by default reversed."""
    reverse = list(range(x.ndim - 1, -1, -1))
    if axes is None:
        axes = reverse
    ret = DimShuffle(x.broadcastable, axes)(x)
    if x.name and axes == reverse:
        ret.name = x.name + ".T"
    return ret


def swapaxes(y, axis1, axis2):
    """`y` with two dimensions exchanged."""
    y = as_tensor_variable(y)
    order = list(range(y.ndim))
    order[axis1], order[axis2] = order[axis2], order[axis1]
    return y.dimshuffle(order)


@legacy_name("theano.tensor.basic")
class Tile(Op):
    """`x` repeated `reps` times along each of `ndim` dimensions. Deprecated for the function `tile`."""

    __props__ = ("ndim",)

    def __init__(self, ndim):
        self.ndim = ndim

    def __str__(self):
        return type(self).__name__ + "{ndim=%d}" % self.ndim

    def make_node(self, x, reps):
        warnings.warn("Tile op is deprecated, use tile function instead.", stacklevel=3)
        x, reps = as_tensor_variable(x), as_tensor_variable(reps)
        return Apply(self, [x, reps], [tensor_type(x.type.dtype, (False,) * self.ndim)()])

    def fact_inputs(self, node):
        return (1,), ()

    def facts(self, node, values, shapes):
        return tuple(int(n) for n in values[1])

    def lower(self, node, x, reps, facts):
        import jax.numpy as jnp
        result = jnp.tile(x, facts)
        if result.ndim != self.ndim:
            raise ValueError("Tile.perform produced incorrect number of dimensions")
        return result

    def grad(self, inputs, output_grads):
        raise NotImplementedError()


def tile(x, reps, ndim=None):
    """`x` repeated `reps` times along each dimension.

    `reps`: an int, a scalar variable, a list of these, or a symbolic vector, which needs `ndim`, the number of
    dimensions of the result.
    """
    if ndim is not None and ndim < x.ndim:
        raise ValueError("ndim should be equal or larger than x.ndim")
    reps = _repetitions(reps, ndim)
    if ndim is None:
        ndim = max(len(reps), x.ndim)
    reps = [1] * (ndim - len(reps)) + reps
    sizes = [1] * (ndim - x.ndim) + [x.shape[i] for i in range(x.ndim)]
    # a copy of x for every combination of repetitions, then each repetition beside its dimension
    y = alloc(x, *(reps + sizes))
    y = y.dimshuffle(*np.arange(ndim * 2).reshape(2, ndim).transpose().flatten())
    return y.reshape([size * reps[i] for i, size in enumerate(sizes)])


def _repetitions(reps, ndim):
    """`reps` as a list of ints and scalar variables."""
    if isinstance(reps, (list, tuple)):
        if ndim is not None and len(reps) > ndim:
            raise ValueError("len(reps) should be equal or less than ndim")
        if not all(isinstance(r, (int, np.integer)) or (isinstance(r, TensorVariable) and r.dtype in discrete_dtypes)
                   for r in reps):
            raise ValueError("elements of reps must be scalars of integer dtype")
        return list(reps)
    as_tensor = as_tensor_variable(reps)
    if as_tensor.dtype not in discrete_dtypes:
        raise ValueError("elements of reps must be integer dtype")
    if as_tensor.ndim == 0:
        return [reps]
    if as_tensor.ndim != 1:
        raise ValueError("the dimension of reps should not exceed 1")
    if ndim is None:
        raise ValueError("if reps is tensor.vector, you should specify the ndim")
    from theano_compat.tensor.assertion import assert_
    offset = ndim - reps.shape[0]
    offset = assert_(offset, offset >= 0)
    return [switch(i < offset, 1, reps[i - offset]) for i in range(ndim)]
