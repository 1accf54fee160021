"""What stands on top of a network: the stable sigmoid cross-entropy, the two-level softmax, counts of confusions, biases as columns."""
import numpy as np

from theano_compat.graph.op import Op
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Apply, Constant
from theano_compat.tensor.alloc import zeros, zeros_like
from theano_compat.tensor.arange import arange
from theano_compat.tensor.constant import as_tensor_variable, constant
from theano_compat.tensor.dot import dot, tensordot
from theano_compat.tensor.join import concatenate
from theano_compat.tensor.names_elemwise import eq
from theano_compat.tensor.nnet.blocksparse import sparse_block_dot
from theano_compat.tensor.nnet.sigm import sigmoid, softplus
from theano_compat.tensor.nnet.softmax import softmax
from theano_compat.tensor.reduce import sum as tensor_sum
from theano_compat.tensor.setops import Unique


class SigmoidBinaryCrossentropy(Op):
    """The cross-entropy of bits `target` under sigmoid(`output`), element by element, without forming the sigmoid."""

    __props__ = ()

    def make_node(self, output, target):
        output, target = as_tensor_variable(output), as_tensor_variable(target)
        result = _bits(output, target).type
        return Apply(self, [output, target], [result()])

    def __str__(self):
        # there it was a graph to be inlined
        return "sigmoid_binary_crossentropy{inline=True}"

    def lower(self, node, output, target):
        import jax.numpy as jnp
        dtype = node.outputs[0].type.dtype
        output, target = output.astype(dtype), target.astype(dtype)
        # stable for large outputs of either sign
        return jnp.log1p(jnp.exp(-abs(output))) + output * ((output > 0).astype(dtype) - target)

    def grad(self, inputs, output_grads):
        output, target = inputs
        g, = output_grads
        return [_summed_to(g * (sigmoid(output) - target), output), _summed_to(g * -output, target)]

    def infer_shape(self, node, shapes):
        return [tuple(b if out_x else a for a, b, out_x in zip(*shapes, node.inputs[0].broadcastable))]


def _bits(output, target):
    return softplus(-abs(output)) + output * ((output > 0) - target)


def _summed_to(term, x):
    """`term` summed over the dimensions along which `x` was broadcast."""
    axes = [i for i, (wide, narrow) in enumerate(zip(term.broadcastable, x.broadcastable)) if narrow and not wide]
    return tensor_sum(term, axis=axes, keepdims=True) if axes else term


def sigmoid_binary_crossentropy(output, target):
    """Cross-entropy of bits `target` under sigmoid(`output`); see SigmoidBinaryCrossentropy."""
    output, target = as_tensor_variable(output), as_tensor_variable(target)
    n = max(output.ndim, target.ndim)
    output, target = (v.dimshuffle(*["x"] * (n - v.ndim), *range(v.ndim)) if v.ndim < n else v for v in (output, target))
    return SigmoidBinaryCrossentropy()(output, target)


def h_softmax(x, batch_size, n_outputs, n_classes, n_outputs_per_class, W1, b1, W2, b2, target=None):
    """A softmax in two levels: of classes, then of outputs within the class. All probabilities, or those of `target` alone.

    Source: Goodman, "Classes for fast maximum entropy training", 2001.
    """
    class_probs = softmax(dot(x, W1) + b1)
    if target is None:
        activations = tensordot(x, W2, (1, 1)) + b2
        inner = softmax(activations.reshape((-1, n_outputs_per_class))).reshape((batch_size, n_classes, -1))
        return (class_probs.dimshuffle(0, 1, "x") * inner).reshape((batch_size, -1))[:, :n_outputs]
    target = target.flatten()
    classes, within = target // n_outputs_per_class, target % n_outputs_per_class
    activations = sparse_block_dot(W2.dimshuffle("x", 0, 1, 2), x.dimshuffle(0, "x", 1), zeros((batch_size, 1), dtype="int32"), b2,
                                   classes.dimshuffle(0, "x"))
    rows = arange(batch_size)
    return class_probs[rows, classes] * softmax(activations.dimshuffle(0, 2))[rows, within]


def confusion_matrix(actual, pred):
    """[how often class i was taken for class j, the classes in order]. Raises ValueError unless both are vectors."""
    if actual.ndim != 1:
        raise ValueError("actual must be 1-d tensor variable")
    if pred.ndim != 1:
        raise ValueError("pred must be 1-d tensor variable")
    order = Unique(False, False, False)(concatenate([actual, pred]))
    rows, columns = (eq(v.dimshuffle(0, "x"), order).astype("int64") for v in (actual, pred))
    return [dot(rows.T, columns), order]


def _matrix(x):
    x = as_tensor_variable(x)
    if x.type.broadcastable != (False, False):
        raise TypeError("Expected a matrix as input")
    return x


@legacy_name("theano.tensor.nnet.nnet")
class Prepend_scalar_constant_to_each_row(Op):
    """A matrix with a column of `val` before the others."""

    __props__ = ("_number",)

    def __init__(self, val=0):
        self.val = val if isinstance(val, Constant) else constant(val)
        self._number = float(self.val.data)

    def __str__(self):
        return "%s{%s}" % (type(self).__name__, self._number)

    def make_node(self, mat):
        mat = _matrix(mat)
        return Apply(self, [mat], [mat.type()])

    def lower(self, node, mat):
        import jax.numpy as jnp
        return jnp.pad(jnp.asarray(mat), ((0, 0), (1, 0)), constant_values=np.asarray(self._number, mat.dtype))

    def infer_shape(self, node, in_shapes):
        return [(in_shapes[0][0], in_shapes[0][1] + 1)]

    def grad(self, inp, grads):
        return [grads[0][:, 1:]]


@legacy_name("theano.tensor.nnet.nnet")
class Prepend_scalar_to_each_row(Op):
    """A matrix with a column of the scalar `val` before the others."""

    __props__ = ()

    def make_node(self, val, mat):
        mat, val = _matrix(mat), as_tensor_variable(val)
        assert val.ndim == 0
        return Apply(self, [val, mat], [mat.type()])

    def lower(self, node, val, mat):
        import jax.numpy as jnp
        column = jnp.broadcast_to(jnp.asarray(val).astype(mat.dtype), (mat.shape[0], 1))
        return jnp.concatenate([column, jnp.asarray(mat)], axis=1)

    def infer_shape(self, node, in_shapes):
        return [(in_shapes[1][0], in_shapes[1][1] + 1)]

    def grad(self, inp, grads):
        val, mat = inp
        # Theano gave a vector for the scalar here, which its own grad then refused
        return [tensor_sum(grads[0][:, 0]) if val.dtype == mat.dtype else zeros_like(val), grads[0][:, 1:]]


prepend_scalar_to_each_row = Prepend_scalar_to_each_row()
prepend_0_to_each_row = Prepend_scalar_constant_to_each_row(0.0)
prepend_1_to_each_row = Prepend_scalar_constant_to_each_row(1.0)
