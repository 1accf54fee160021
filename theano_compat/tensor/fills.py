"""Tensors with a diagonal filled, and one-hot rows. Part of `theano.tensor.extra_ops`."""
from theano_compat.graph.null_type import grad_undefined
from theano_compat.graph.op import Op
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Apply
from theano_compat.scalar.types import upcast
from theano_compat.tensor import nlinalg
from theano_compat.tensor.alloc import zeros
from theano_compat.tensor.arange import arange
from theano_compat.tensor.casting import cast, integer_dtypes
from theano_compat.tensor.constant import as_tensor_variable
from theano_compat.tensor.incindex import set_subtensor
from theano_compat.tensor.methods import tensor_function


class _Filling(Op):
    """What both ops share: the tensor `a` and the scalar that takes the place of some of its elements."""

    __props__ = ()

    def _tensor_and_value(self, a, val, right_ndim, wanted):
        a, val = as_tensor_variable(a), as_tensor_variable(val)
        name = type(self).__name__
        if not right_ndim(a.ndim):
            raise TypeError("%s: first parameter must have %s two dimensions" % (name, wanted))
        if val.ndim != 0:
            raise TypeError("%s: second parameter must be a scalar" % name)
        val = cast(val, dtype=upcast(a.dtype, val.dtype))
        if val.dtype != a.dtype:
            raise TypeError("%s: type of second parameter must be the same as the first's" % name)
        return a, val

    def infer_shape(self, node, shapes):
        return [shapes[0]]


@legacy_name("theano.tensor.extra_ops")
class FillDiagonal(_Filling):
    """`a` with `val` where all indices are equal. More than two dimensions must be of equal length."""

    def make_node(self, a, val):
        a, val = self._tensor_and_value(a, val, lambda ndim: ndim >= 2, "at least")
        return Apply(self, [a, val], [a.type()])

    def lower(self, node, a, val):
        import jax.numpy as jnp
        a = jnp.asarray(a)
        if a.ndim > 2 and len(set(a.shape)) > 1:
            raise ValueError("All dimensions of input must be of equal length")
        return jnp.fill_diagonal(a, jnp.asarray(val), inplace=False)

    def grad(self, inputs, output_grads):
        (a, _), (g,) = inputs, output_grads
        filled = nlinalg.diag(g) if a.ndim == 2 else g[(arange(g.shape[0]),) * a.ndim]
        return [fill_diagonal(g, 0), filled.sum()]


@legacy_name("theano.tensor.extra_ops")
class FillDiagonalOffset(_Filling):
    """The matrix `a` with `val` on diagonal `offset`, an integer variable."""

    def make_node(self, a, val, offset):
        offset = as_tensor_variable(offset)
        a, val = self._tensor_and_value(a, val, lambda ndim: ndim == 2, "exactly")
        name = type(self).__name__
        if offset.ndim != 0:
            raise TypeError("%s: third parameter must be a scalar" % name)
        if offset.dtype not in integer_dtypes:
            raise TypeError("%s: type of third parameter must be as integer use theano.tensor.cast( input, 'int32/int64')" % name)
        return Apply(self, [a, val, offset], [a.type()])

    def _on_diagonal(self, shape, offset):
        import jax.numpy as jnp
        rows, columns = jnp.indices(shape, dtype="int64", sparse=True)
        return columns - rows == jnp.asarray(offset, dtype="int64")

    def lower(self, node, a, val, offset):
        import jax.numpy as jnp
        return jnp.where(self._on_diagonal(a.shape, offset), jnp.asarray(val), jnp.asarray(a))

    def grad(self, inputs, output_grads):
        (a, _, offset), (g,) = inputs, output_grads
        height, width = g.shape
        distance, above, below = abs(offset), tensor_function("ge")(offset, 0), tensor_function("lt")(offset, 0)
        minimum = tensor_function("minimum")
        # the diagonal in the flattened matrix: where it starts, how far its elements lie apart, where it ends
        start = offset * above + distance * width * below
        length = minimum(minimum(width, height), width * above + height * below - distance)
        step = a.shape[1] + 1
        start, step, end = (cast(v, "int32") for v in (start, step, start + step * length))
        undefined = grad_undefined(self, 2, offset, "offset is not defined for non-integer offset so "
                                                    "fill_diagonal_offset(a,val,offset+eps) is undefined")
        return [fill_diagonal_offset(g, 0, offset), g.flatten()[start:end:step].sum(), undefined]


fill_diagonal_ = FillDiagonal()
fill_diagonal_offset_ = FillDiagonalOffset()


def fill_diagonal(a, val):
    """A copy of `a` with `val` on its main diagonal. Unlike NumPy's: a tall matrix does not wrap around."""
    return fill_diagonal_(a, val)


def fill_diagonal_offset(a, val, offset):
    """A copy of the matrix `a` with `val` on diagonal `offset`, above the main one if positive."""
    return fill_diagonal_offset_(a, val, offset)


def to_one_hot(y, nb_class, dtype=None):
    """A matrix with a row for each integer of the vector `y`: 1 in that column, 0 in the other of `nb_class` columns."""
    rows = zeros((y.shape[0], nb_class), dtype=dtype)
    return set_subtensor(rows[arange(y.shape[0]), y], 1)
