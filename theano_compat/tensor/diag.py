"""Diagonals and triangles: eye, tri, tril, triu, diag, diagonal."""
import warnings

import numpy as np

from theano_compat.config import config
from theano_compat.graph import Apply, Op
from theano_compat.graph.null_type import grad_not_implemented, grad_undefined
from theano_compat.graph.utils import legacy_name
from theano_compat.tensor.alloc import zeros_like
from theano_compat.tensor.constant import as_tensor_variable
from theano_compat.tensor.type import tensor_type

numpy_diagonal_return_view = True


class _OfThreeIntegers(Op):
    """What Eye and Tri share: a matrix of `dtype` made of rows, columns and a diagonal's number, which may be known late."""

    def __init__(self, dtype=None):
        self.dtype = config.floatX if dtype is None else dtype

    def fact_inputs(self, node):
        return (0, 1), ()

    def facts(self, node, values, shapes):
        n, m = values[:2]
        # a function may be called with None for the columns, which NumPy takes as "square"
        return int(n), int(n if m is None else m)

    def infer_shape(self, node, in_shapes):
        """Legacy name: rows and columns."""
        return [[node.inputs[0], node.inputs[1]]]

    def grad(self, inputs, output_grads):
        return [grad_undefined(self, i, inputs[i]) for i in range(3)]


@legacy_name("theano.tensor.basic")
class Eye(_OfThreeIntegers):
    """Ones on diagonal `k` of an n by m matrix of zeros."""

    __props__ = ("dtype",)
    takes_none = True  # for the number of columns: as many as rows

    def make_node(self, n, m, k):
        n, m, k = map(as_tensor_variable, (n, m, k))
        assert n.ndim == 0
        assert m.ndim == 0
        assert k.ndim == 0
        return Apply(self, [n, m, k], [tensor_type(self.dtype, (False, False))()])

    def lower(self, node, n, m, k, facts):
        import jax.numpy as jnp
        if facts[0] < 0 or facts[1] < 0:
            raise ValueError("negative dimensions are not allowed")
        return (_offsets(*facts) == jnp.asarray(k).astype("int64")).astype(self.dtype)

    def host(self, node, n, m, k):
        return np.eye(int(n), None if m is None else int(m), int(k), dtype=self.dtype)


@legacy_name("theano.tensor.basic")
class Tri(_OfThreeIntegers):
    """Ones at and below diagonal `k` of an N by M matrix of zeros."""

    __props__ = ("dtype",)

    def make_node(self, N, M, k):
        N, M, k = map(as_tensor_variable, (N, M, k))
        return Apply(self, [N, M, k], [tensor_type(self.dtype, (False, False))()])

    def lower(self, node, N, M, k, facts):
        import jax.numpy as jnp
        return (_offsets(*facts) <= jnp.asarray(k).astype("int64")).astype(self.dtype)

    def host(self, node, N, M, k):
        return np.tri(max(0, int(N)), max(0, int(M)), int(k), dtype=self.dtype)


def _offsets(n, m):
    """For each place of an n by m matrix the number of its diagonal."""
    import jax.numpy as jnp
    return jnp.arange(max(0, m), dtype="int64")[None, :] - jnp.arange(max(0, n), dtype="int64")[:, None]


def eye(n, m=None, k=0, dtype=None):
    """Ones on diagonal `k` (above the main one if positive) of an n by m (n) matrix of zeros."""
    return Eye(dtype)(n, n if m is None else m, k)


def identity_like(x):
    """An identity matrix of the shape and dtype of `x`."""
    return eye(x.shape[0], x.shape[1], k=0, dtype=x.dtype)


def tri(N, M=None, k=0, dtype=None):
    """Ones at and below diagonal `k` of an N by M (N) matrix of zeros."""
    return Tri(dtype)(N, N if M is None else M, k)


def tril(m, k=0):
    """`m` with the elements above diagonal `k` made zero."""
    return m * tri(m.shape[0], m.shape[1], k=k, dtype=m.dtype)


def triu(m, k=0):
    """`m` with the elements below diagonal `k` made zero."""
    return m * (1 - tri(m.shape[0], m.shape[1], k=k - 1, dtype=m.dtype))


class _OnDiagonal(Op):
    """What ExtractDiag and AllocDiag share: the parameters, and those that old pickles lack."""

    def __setstate__(self, state):
        defaults = {"offset": 0, "axis1": 0, "axis2": 1}
        self.__dict__.update({**defaults, **state})


@legacy_name("theano.tensor.basic")
class ExtractDiag(_OnDiagonal):
    """Diagonal `offset` of the matrices that `axis1` and `axis2` span, as the last dimension."""

    __props__ = ("offset", "axis1", "axis2", "view")

    def __init__(self, offset=0, axis1=0, axis2=1, view=False):
        self.view = view
        if view:
            self.view_map = {0: [0]}
        self.offset = offset
        self.axis1 = axis1
        self.axis2 = axis2

    def make_node(self, x):
        x = as_tensor_variable(x)
        if x.ndim < 2:
            raise ValueError("ExtractDiag needs an input with 2 or more dimensions", x)
        return Apply(self, [x], [x.type.clone(broadcastable=(False,) * (x.ndim - 1))()])

    def lower(self, node, x):
        import jax.numpy as jnp
        return jnp.diagonal(x, self.offset, self.axis1, self.axis2)

    def host(self, node, x):
        return np.asarray(x).diagonal(self.offset, self.axis1, self.axis2).copy()

    def grad(self, inputs, output_grads):
        x, = inputs
        if x.ndim != 2:
            warnings.warn("gradient of theano.tensor.basic.ExtractDiag onlyworks for matrices.", stacklevel=2)
            return [grad_not_implemented(self, 0, x)]
        from theano_compat.tensor.incindex import set_subtensor
        placed = AllocDiag(offset=self.offset)(output_grads[0])
        x = zeros_like(x)
        return [set_subtensor(x[:placed.shape[0], :placed.shape[1]], placed)]


@legacy_name("theano.tensor.basic")
class AllocDiag(_OnDiagonal):
    """The last dimension of `x` on diagonal `offset` of square matrices of zeros, spanned by `axis1` and `axis2`."""

    __props__ = ("offset", "axis1", "axis2")

    def __init__(self, offset=0, axis1=0, axis2=1):
        self.offset = offset
        self.axis1 = axis1
        self.axis2 = axis2

    def make_node(self, diag):
        diag = as_tensor_variable(diag)
        if diag.type.ndim < 1:
            raise ValueError("AllocDiag needs an input with 1 or more dimensions", diag.type)
        return Apply(self, [diag], [diag.type.clone(broadcastable=(False,) * (diag.ndim + 1))()])

    def _place(self, x):
        """(shape of the result, row indices, column indices, where the last two dimensions go)."""
        length = x.shape[-1]
        size = length + abs(self.offset)
        index = np.arange(length)
        return (x.shape[:-1] + (size, size), index + max(0, -self.offset), index + max(0, self.offset),
                sorted((self.axis1, self.axis2)))

    def lower(self, node, x):
        import jax.numpy as jnp
        shape, rows, columns, axes = self._place(x)
        result = jnp.zeros(shape, x.dtype).at[..., rows, columns].set(x)
        return jnp.moveaxis(result, (-2, -1), axes)

    def host(self, node, x):
        x = np.asarray(x)
        shape, rows, columns, axes = self._place(x)
        result = np.zeros(shape, x.dtype)
        result[..., rows, columns] = x
        return np.moveaxis(result, (-2, -1), axes)

    def grad(self, inputs, output_grads):
        return [diagonal(output_grads[0], offset=self.offset, axis1=self.axis1, axis2=self.axis2)]


def diagonal(a, offset=0, axis1=0, axis2=1):
    """Diagonal `offset` of the matrices that two axes of `a` span."""
    return ExtractDiag(offset, axis1, axis2)(a)


def diag(v, k=0):
    """A matrix with the vector `v` on diagonal `k`, or diagonal `k` of a tensor of more dimensions."""
    if v.ndim == 1:
        return AllocDiag(k)(v)
    if v.ndim >= 2:
        return diagonal(v, offset=k)
    raise ValueError("Input must has v.ndim >= 1.")
