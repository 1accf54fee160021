"""The softmax family on matrices: rows are distributions. Cross-entropies are in `crossentropy`."""
import warnings

import numpy as np

from theano_compat.graph.null_type import DisconnectedType
from theano_compat.graph.op import Op
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Apply
from theano_compat.tensor.casting import float_dtypes
from theano_compat.tensor.constant import as_tensor_variable
from theano_compat.tensor.names_elemwise import exp, neg
from theano_compat.tensor.reduce import sum as tensor_sum
from theano_compat.tensor.reshape import shape_padleft


def check_floats(x, what, ndims, message=None):
    """Raise Theano's ValueError unless `x` is a float tensor of one of `ndims` dimensions."""
    if x.type.ndim not in ndims or x.type.dtype not in float_dtypes:
        raise ValueError(message or "%s must be %s tensor of floats. Got %s" % (what, " or ".join("%d-d" % n for n in ndims), x.type))


def _padded(x, name):
    if x.ndim != 1:
        return x
    warnings.warn("DEPRECATION: If x is a vector, %s will not automatically pad x anymore in next releases. If you need it, "
                  "please do it manually. The vector case is gonna be supported soon and the output will be a vector." % name,
                  stacklevel=5)
    return shape_padleft(x, n_ones=1)


def _computed(xp, x):
    """float16 is computed in float32, as C does."""
    return x.astype("float32") if x.dtype == "float16" else x


def _softmax_rows(xp, x):
    wide = _computed(xp, x)
    if not x.size:
        return x
    e = xp.exp(wide - wide.max(axis=1, keepdims=True))
    return (e / e.sum(axis=1, keepdims=True)).astype(x.dtype)


@legacy_name("theano.tensor.nnet.nnet")
class Softmax(Op):
    """`exp(x) / sum(exp(x))` over each row, shifted by the row's maximum. A vector becomes a matrix of one row.

    Raises ValueError unless `x` is a float vector or matrix.
    """

    nin = nout = 1
    __props__ = ()

    def make_node(self, x):
        x = as_tensor_variable(x)
        check_floats(x, "x", (1, 2))
        x = _padded(x, "Softmax")
        return Apply(self, [x], [x.type()])

    def lower(self, node, x):
        import jax.numpy as jnp
        return _softmax_rows(jnp, x)

    def host(self, node, x):
        return _softmax_rows(np, x)

    def L_op(self, inputs, outputs, output_grads):
        return [softmax_grad(output_grads[0], outputs[0])]

    def R_op(self, inputs, eval_points):
        # the Jacobian is symmetric
        return [None] if eval_points[0] is None else self.L_op(inputs, [self(*inputs)], eval_points)

    def infer_shape(self, node, shape):
        return shape


@legacy_name("theano.tensor.nnet.nnet")
class SoftmaxGrad(Op):
    """The gradient of a softmax with value `sm`, given that of the value."""

    nin, nout = 2, 1
    __props__ = ()

    def make_node(self, dy, sm):
        dy, sm = as_tensor_variable(dy), as_tensor_variable(sm)
        if dy.type.ndim not in (1, 2) or dy.type.dtype not in float_dtypes:
            raise ValueError("dy must be 1-d or 2-d tensor of floats. Got ", dy.type)
        dy = shape_padleft(dy, n_ones=1) if dy.ndim == 1 else dy
        sm = shape_padleft(sm, n_ones=1) if sm.ndim == 1 else sm
        return Apply(self, [dy, sm], [sm.type()])

    def lower(self, node, dy, sm):
        product = dy.astype(sm.dtype) * sm
        return product - product.sum(axis=1, keepdims=True) * sm

    host = lower

    def grad(self, inputs, output_grads):
        dy, sm = inputs
        g, = output_grads
        tmp = g + neg(tensor_sum(g * sm, axis=1).dimshuffle((0, "x")))
        return tmp * sm, tmp * dy - g * tensor_sum(dy * sm, axis=1).dimshuffle((0, "x"))

    def infer_shape(self, node, shape):
        return [shape[1]]


@legacy_name("theano.tensor.nnet.nnet")
class LogSoftmax(Op):
    """The logarithm of the softmax of each row, without ever forming it. A vector becomes a matrix of one row."""

    __props__ = ()

    def make_node(self, x):
        x = as_tensor_variable(x)
        check_floats(x, "x", (1, 2))
        x = _padded(x, "LogSoftmax")
        return Apply(self, [x], [x.type()])

    def lower(self, node, x):
        import jax.numpy as jnp
        return self._rows(jnp, x)

    def host(self, node, x):
        return self._rows(np, x)

    @staticmethod
    def _rows(xp, x):
        wide = _computed(xp, x)
        if not x.size:
            return x
        shifted = wide - wide.max(axis=1, keepdims=True)
        return (shifted - xp.log(xp.exp(shifted).sum(axis=1, keepdims=True))).astype(x.dtype)

    def grad(self, inputs, output_grads):
        return [output_grads[0] - tensor_sum(output_grads[0], axis=1, keepdims=True) * softmax_op(inputs[0])]

    def infer_shape(self, node, shape):
        return shape


@legacy_name("theano.tensor.nnet.nnet")
class SoftmaxWithBias(Op):
    """The softmax of each row of `x + b`. Raises ValueError unless `x` is a float matrix and `b` a float vector."""

    nin, nout = 2, 1
    __props__ = ()

    def make_node(self, x, b):
        x, b = as_tensor_variable(x), as_tensor_variable(b)
        check_floats(x, "x", (2,), "x must be 2-d tensor of floats")
        check_floats(b, "b", (1,), "b must be 1-d tensor of floats")
        return Apply(self, [x, b], [x.type()])

    def lower(self, node, x, b):
        import jax.numpy as jnp
        return _softmax_rows(jnp, biased(x, b))

    def host(self, node, x, b):
        return _softmax_rows(np, biased(x, b))

    def L_op(self, inputs, outputs, output_grads):
        if isinstance(output_grads[0].type, DisconnectedType):
            return [DisconnectedType()(), DisconnectedType()()]
        dx = softmax_grad(output_grads[0], outputs[0])
        return dx, tensor_sum(dx, axis=0)

    def infer_shape(self, node, shape):
        return [shape[0]]


def biased(x, b):
    """`x + b` row by row in the dtype of `x`. Raises ValueError where lengths differ."""
    if b.shape[0] != x.shape[1]:
        raise ValueError("b must have same number of columns as x")
    return x + b[None, :].astype(x.dtype)


softmax_op = Softmax()
softmax_grad = SoftmaxGrad()
logsoftmax_op = LogSoftmax()
softmax_with_bias = SoftmaxWithBias()


def softmax(c):
    """The softmax of the rows of `c`; see Softmax."""
    c = as_tensor_variable(c)
    if c.broadcastable[-1]:
        warnings.warn("The softmax is applied on a dimension of shape 1, which does not have a semantic meaning.", stacklevel=2)
    return softmax_op(c)


def logsoftmax(c):
    """The logarithm of the softmax of the rows of `c`."""
    return logsoftmax_op(c)


def softmax_graph(c):
    """The softmax over the last dimension, of any number of dimensions, as elementary ops."""
    return exp(c) / exp(c).sum(axis=-1, keepdims=True)
