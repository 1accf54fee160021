"""Products of blocks of which each example picks a few: `sparse_block_dot` and its ops."""
from theano_compat.graph.checks import check
from theano_compat.graph.null_type import grad_undefined
from theano_compat.graph.op import Op
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Apply
from theano_compat.tensor.casting import discrete_dtypes
from theano_compat.tensor.constant import as_tensor_variable, constant
from theano_compat.tensor.lowering import precision


class _Blocks(Op):
    __props__ = ("inplace",)
    can_fail = True

    def __init__(self, inplace=False):
        self.inplace = inplace
        if inplace:
            self.destroy_map = {0: [0]}

    def infer_shape(self, node, input_shapes):
        return [input_shapes[0]]


def _check_blocks(node, blocks, rows, columns):
    """IndexError where a row or column of blocks is none of `blocks`; negative ones count from the end."""
    import jax.numpy as jnp
    for axis, index in enumerate((rows, columns)):
        n = blocks.shape[axis]
        check(jnp.all((index >= -n) & (index < n)), node, IndexError, "index out of bounds for axis %d with size %d" % (axis, n))


@legacy_name("theano.tensor.nnet.blocksparse")
class SparseBlockGemv(_Blocks):
    """`o[b, j] + sum_i dot(h[b, i], W[inputIdx[b, i], outputIdx[b, j]])`."""

    def make_node(self, o, W, h, inputIdx, outputIdx):
        o, W, h, inputIdx, outputIdx = (as_tensor_variable(v) for v in (o, W, h, inputIdx, outputIdx))
        if o.ndim != 3:
            raise TypeError("The output o must be a 2D tensor")
        if W.ndim != 4:
            raise TypeError("The weight matrix W must be a 4D tensor")
        if h.ndim != 3:
            raise TypeError("The input h must be a 3D tensor")
        if inputIdx.ndim != 2:
            raise TypeError("The input indices inputIdx must be a 2D tensor")
        if outputIdx.ndim != 2:
            raise TypeError("The output indices outputIdx must be a 2D tensor")
        assert inputIdx.type.dtype in discrete_dtypes
        assert outputIdx.type.dtype in discrete_dtypes
        return Apply(self, [o, W, h, inputIdx, outputIdx], [o.type()])

    def lower(self, node, o, W, h, inputs, outputs):
        import jax.numpy as jnp
        _check_blocks(node, W, inputs, outputs)
        blocks = jnp.asarray(W)[inputs[:, :, None], outputs[:, None, :]].astype(o.dtype)
        return o + jnp.einsum("bim,bijmn->bjn", h.astype(o.dtype), blocks, precision=precision())

    def grad(self, inputs, grads):
        o, W, h, inputIdx, outputIdx = inputs
        go, = grads
        gW = SparseBlockOuter(self.inplace)(W.zeros_like(), h, go, inputIdx, outputIdx)
        gh = SparseBlockGemv(self.inplace)(h.zeros_like(), W.dimshuffle((1, 0, 3, 2)), go, outputIdx, inputIdx)
        return [go, gW, gh, grad_undefined(self, 3, inputIdx, "grad of inputIdx makes no sense"),
                grad_undefined(self, 4, outputIdx, "grad of outputIdx makes no sense")]


@legacy_name("theano.tensor.nnet.blocksparse")
class SparseBlockOuter(_Blocks):
    """`o` with `outer(x[b, i], y[b, j])` added to its block (xIdx[b, i], yIdx[b, j]), for all b, i, j."""

    def make_node(self, o, x, y, xIdx, yIdx, alpha=None):
        alpha = constant(1.0, dtype="float32") if alpha is None else as_tensor_variable(alpha)
        o, x, y, xIdx, yIdx = (as_tensor_variable(v) for v in (o, x, y, xIdx, yIdx))
        return Apply(self, [o, x, y, xIdx, yIdx, alpha], [o.type()])

    def lower(self, node, o, x, y, rows, columns, alpha):
        import jax.numpy as jnp
        _check_blocks(node, o, rows, columns)
        o = jnp.asarray(o)
        terms = x.astype(o.dtype)[:, :, None, :, None] * y.astype(o.dtype)[:, None, :, None, :] * alpha.astype(o.dtype)
        return o.at[rows[:, :, None], columns[:, None, :]].add(terms)


sparse_block_gemv = SparseBlockGemv(False)
sparse_block_gemv_inplace = SparseBlockGemv(True)
sparse_block_outer = SparseBlockOuter(False)
sparse_block_outer_inplace = SparseBlockOuter(True)


def sparse_block_dot(W, h, inputIdx, b, outputIdx):
    """For each example the products of its blocks `inputIdx` of `h` with the blocks of `W` that lead to `outputIdx`, plus `b` there."""
    assert inputIdx.ndim == h.ndim - 1
    assert outputIdx.ndim == inputIdx.ndim
    if h.ndim == 2:
        h, inputIdx, outputIdx = h.dimshuffle("x", 0, 1), inputIdx.dimshuffle("x", 0), outputIdx.dimshuffle("x", 0)
    return SparseBlockGemv()(b.take(outputIdx, axis=0), W, h, inputIdx, outputIdx)
