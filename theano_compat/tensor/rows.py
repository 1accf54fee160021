"""Selecting by an array of positions: nonzero, permutations of rows, choose. Indexing is in `index` and `advindex`."""
import numpy as np

from theano_compat.graph import Apply, Op
from theano_compat.graph.checks import check
from theano_compat.graph.null_type import grad_undefined
from theano_compat.graph.utils import legacy_name
from theano_compat.tensor.arange import arange
from theano_compat.tensor.careduce import Sum
from theano_compat.tensor.casting import discrete_dtypes, integer_dtypes
from theano_compat.tensor.constant import as_tensor_variable
from theano_compat.tensor.elemwise import DimShuffle
from theano_compat.tensor.names_elemwise import eq
from theano_compat.tensor.ordering import positions
from theano_compat.tensor.reshape import shape_padleft
from theano_compat.tensor.type import tensor_type


@legacy_name("theano.tensor.basic")
class Nonzero(Op):
    """Where the elements are not zero: an int64 matrix with a row a dimension. Runs on the host."""

    sized_by_data = True
    __props__ = ()
    host_only = True

    def make_node(self, a):
        a = as_tensor_variable(a)
        if a.ndim == 0:
            raise ValueError("Nonzero only supports non-scalar arrays.")
        return Apply(self, [a], [tensor_type("int64", (False, False))()])

    def host(self, node, a):
        return np.array(np.nonzero(a), dtype="int64")

    def perform(self, node, inputs, output_storage, params=None):
        output_storage[0][0] = self.host(node, inputs[0])

    def grad(self, inputs, output_grads):
        return [grad_undefined(self, 0, inputs[0])]


_nonzero = Nonzero()


def nonzero(a, return_matrix=False):
    """Where `a` is not zero: a tuple with a vector a dimension, or one matrix."""
    matrix = _nonzero(a)
    return matrix if return_matrix else tuple([matrix[i] for i in range(a.ndim)])


def flatnonzero(a):
    """Where flattened `a` is not zero: a vector."""
    if a.ndim == 0:
        raise ValueError("Nonzero only supports non-scalar arrays.")
    return nonzero(a.flatten(), return_matrix=True)[0]


def nonzero_values(a):
    """The elements of `a` that are not zero, as a vector."""
    return a.flatten()[flatnonzero(a)]


@legacy_name("theano.tensor.basic")
class PermuteRowElements(Op):
    """The last dimension of `x` in the order of the last dimension of `y`, or back when `inverse`."""

    __props__ = ()

    def make_node(self, x, y, inverse):
        x, y = as_tensor_variable(x), as_tensor_variable(y)
        inverse = as_tensor_variable(1 if inverse else 0)
        assert y.type.dtype in integer_dtypes
        if x.type.ndim > y.type.ndim:
            y = shape_padleft(y, n_ones=x.type.ndim - y.type.ndim)
        elif x.type.ndim < y.type.ndim:
            x = shape_padleft(x, n_ones=y.type.ndim - x.type.ndim)
        pattern = tuple([a and b for a, b in zip(x.type.broadcastable, y.type.broadcastable)])
        return Apply(self, [x, y, inverse], [tensor_type(x.type.dtype, pattern)()])

    def fact_inputs(self, node):
        return (2,), ()

    def facts(self, node, values, shapes):
        return bool(values[2])

    def _shape(self, node, x, y):
        patterns = [v.type.broadcastable for v in node.inputs[:2]]
        shape = []
        for i, (n, m) in enumerate(zip(x.shape, y.shape)):
            if not (n == m or (n == 1 and patterns[0][i]) or (m == 1 and patterns[1][i])):
                raise ValueError("Dimension mismatch: %s, %s" % (n, m))
            shape.append(m if n == 1 else n)
        return tuple(shape)

    def lower(self, node, x, y, inverse, facts):
        import jax.numpy as jnp
        shape = self._shape(node, x, y)
        x, y = jnp.broadcast_to(x, shape), jnp.broadcast_to(y, shape).astype("int64")
        size = shape[-1]
        check(jnp.all((y >= -size) & (y < size)), node, IndexError,
              "index is out of bounds for axis 0 with size %d" % size)
        y = jnp.where(y < 0, y + size, y)
        if facts:
            y = positions(y, -1)
        return jnp.take_along_axis(x, y, axis=-1)

    def host(self, node, x, y, inverse):
        shape = self._shape(node, x, y)
        x, y = np.broadcast_to(x, shape), np.broadcast_to(y, shape)
        size = shape[-1]
        bad = y[(y < -size) | (y >= size)]
        if bad.size:
            raise IndexError("index %d is out of bounds for axis 0 with size %d" % (bad[0], size))
        y = np.where(y < 0, y + size, y)
        return np.take_along_axis(x, np.argsort(y, axis=-1) if inverse else y, axis=-1)

    def grad(self, inputs, output_grads):
        x, y, inverse = inputs
        gz, = output_grads
        # Theano asks for the truth of a symbolic comparison here, which is always true
        gx = permute_row_elements(gz, y, eq(inverse, 0))
        stretched = [i for i in range(gz.type.ndim) if x.type.broadcastable[i] and not gz.type.broadcastable[i]]
        gx = Sum(axis=stretched)(gx)
        kept = iter(range(gz.type.ndim))
        gx = DimShuffle(gx.type.broadcastable, ["x" if i in stretched else next(kept) for i in range(gz.type.ndim)])(gx)
        if x.type.dtype in discrete_dtypes:
            gx = x.zeros_like()
        return [gx, grad_undefined(self, 1, y), grad_undefined(self, 1, inverse)]


_permute_row_elements = PermuteRowElements()


def permute_row_elements(x, y, inverse=0):
    """The elements of each row of `x` in the order of the rows of `y`, or back when `inverse`."""
    return _permute_row_elements(x, y, inverse)


def inverse_permutation(perm):
    """The permutation that undoes each row of `perm`."""
    return permute_row_elements(arange(perm.shape[-1], dtype=perm.dtype), perm, inverse=True)


@legacy_name("theano.tensor.basic")
class Choose(Op):
    """Each element from the choice whose number stands at its place in `a`.

    `mode` says what happens to numbers out of range: 'raise' (ValueError), 'wrap' or 'clip'. Choices are a tensor whose
    first dimension counts them, a typed list, or a Python list of tensors (each then is an input of the node).
    """

    __props__ = ("mode",)

    def __init__(self, mode):
        assert mode in ("raise", "wrap", "clip")
        self.mode = mode

    def make_node(self, a, choices):
        a = as_tensor_variable(a)
        if a.dtype not in discrete_dtypes:
            raise TypeError("choose first argument must have an [u]int* dtype. Got %s." % a.dtype)
        if isinstance(choices, (tuple, list)):
            inputs = [as_tensor_variable(c) for c in choices]
            dtype, pattern = inputs[0].dtype, inputs[0].broadcastable
            if any(c.type != inputs[0].type for c in inputs):
                raise TypeError("MakeList need all input variable to be of the same type.")
        elif hasattr(choices, "ttype"):
            inputs, dtype, pattern = [choices], choices.ttype.dtype, choices.ttype.broadcastable
        else:
            inputs = [as_tensor_variable(choices)]
            dtype, pattern = inputs[0].dtype, inputs[0].broadcastable[1:]
        ndim = max(a.ndim, len(pattern))
        a = shape_padleft(a, ndim - a.ndim)
        if len(pattern) != ndim:
            if len(inputs) != 1 or hasattr(choices, "ttype"):
                raise NotImplementedError("We currently didn't implemented that case. To make it work, explicitly add "
                                          "dimensions of size one for dimensions that will be broadcasted")
            new = ndim - len(pattern)
            inputs = [inputs[0].dimshuffle(0, *(("x",) * new + tuple(range(1, inputs[0].ndim))))]
            pattern = inputs[0].broadcastable[1:]
        out = tuple([x and y for x, y in zip(a.broadcastable, pattern)])
        return Apply(self, [a, *inputs], [tensor_type(dtype, out)()])

    def lower(self, node, a, *choices):
        import jax.numpy as jnp
        if len(choices) == 1:
            choices = [choices[0][i] for i in range(len(choices[0]) if isinstance(choices[0], (list, tuple))
                                                    else choices[0].shape[0])]
        a = jnp.asarray(a)
        if self.mode == "raise":
            check(jnp.all((a >= 0) & (a < len(choices))), node, ValueError, "invalid entry in choice array")
        a = a % len(choices) if self.mode == "wrap" else jnp.clip(a, 0, len(choices) - 1)
        shape = np.broadcast_shapes(a.shape, *[c.shape for c in choices])
        result = jnp.broadcast_to(choices[0], shape)
        for i, c in enumerate(choices):
            result = jnp.where(a == i, c, result)
        return result


def choose(a, choices, out=None, mode="raise"):
    """Each element from the choice whose number stands at its place in `a`; see Choose. `out` must be None."""
    assert out is None
    return Choose(mode)(a, choices)
