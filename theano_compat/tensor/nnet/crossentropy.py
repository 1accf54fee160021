"""Cross-entropies: of integer targets, of distributions, of bits; and their joint forms with the softmax."""
import numpy as np

from theano_compat.graph.checks import check
from theano_compat.graph.null_type import DisconnectedType, grad_not_implemented
from theano_compat.graph.op import Op
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Apply
from theano_compat.tensor.alloc import zeros_like
from theano_compat.tensor.casting import discrete_dtypes, float_dtypes
from theano_compat.tensor.constant import as_tensor_variable
from theano_compat.tensor.names_elemwise import log
from theano_compat.tensor.nnet.softmax import biased, check_floats, softmax_with_bias
from theano_compat.tensor.reduce import max_and_argmax
from theano_compat.tensor.reduce import sum as tensor_sum
from theano_compat.tensor.type import TensorType


@legacy_name("theano.tensor.nnet.nnet")
class CrossentropySoftmaxArgmax1HotWithBias(Op):
    """Cross-entropy of each row of softmax(x + b) against the class `y_idx`, the softmax, and the best class.

    Raises ValueError for wrong kinds of input, for lengths that do not agree and for a class out of range.
    """

    nin = nout = 3
    __props__ = ()
    can_fail = True

    def make_node(self, x, b, y_idx):
        x, b, y_idx = as_tensor_variable(x), as_tensor_variable(b), as_tensor_variable(y_idx)
        if x.type.ndim != 2 or x.type.dtype not in float_dtypes:
            raise ValueError("x must be 2-d tensor of floats", x.type)
        if b.type.ndim != 1 or x.type.dtype not in float_dtypes:
            raise ValueError("b must be 1-d tensor of floats", b.type)
        if y_idx.type.ndim != 1 or y_idx.type.dtype not in discrete_dtypes:
            raise ValueError("y_idx must be 1-d tensor of [u]ints", y_idx.type)
        nll = TensorType(x.type.dtype, y_idx.type.broadcastable).make_variable()
        return Apply(self, [x, b, y_idx], [nll, x.type(), y_idx.type()])

    def lower(self, node, x, b, y_idx):
        import jax.numpy as jnp
        return self._compute(jnp, node, x, b, y_idx)

    def host(self, node, x, b, y_idx):
        return self._compute(np, node, x, b, y_idx)

    def _compute(self, xp, node, x, b, y_idx):
        row = biased(x, b)
        classes = one_hot_rows(xp, node, row, y_idx)
        best = xp.argmax(row, axis=1)
        shifted = row - row.max(axis=1, keepdims=True)
        e = xp.exp(shifted)
        total = e.sum(axis=1)
        # picked by a gather: its derivative stays out of the forward pass
        nll = xp.log(total) - shifted[xp.arange(row.shape[0]), classes]
        return nll, e / total[:, None], best.astype(node.outputs[2].type.dtype)

    def connection_pattern(self, node):
        return [[True, True, True], [True, True, True], [False, False, True]]

    def infer_shape(self, node, shapes):
        return [(shapes[2][0],), shapes[0], shapes[2]]

    def grad(self, inputs, output_grads):
        x, b, y_idx = inputs
        g_nll, g_sm, g_am = output_grads
        dx, db, d_idx = [], [], []
        if not isinstance(g_nll.type, DisconnectedType):
            sm = crossentropy_softmax_1hot_with_bias(x, b, y_idx)[1]
            dx.append(crossentropy_softmax_1hot_with_bias_dx(g_nll, sm, y_idx))
            db.append(tensor_sum(dx[-1], axis=[0]))
        if not isinstance(g_sm.type, DisconnectedType):
            for terms, g in zip((dx, db), softmax_with_bias.L_op((x, b), [softmax_with_bias(x, b)], (g_sm,))):
                terms.append(g)
        if not isinstance(g_am.type, DisconnectedType):
            dx.append(x.zeros_like())
            db.append(b.zeros_like())
            d_idx.append(y_idx.zeros_like())
        return [_total(terms) for terms in (dx, db, d_idx)]


def _total(terms):
    if not terms:
        return DisconnectedType()()
    result = terms[0]
    for term in terms[1:]:
        result = result + term
    return result


def one_hot_rows(xp, node, x, y_idx):
    """`y_idx` as int64 classes of the rows of `x`, with checks on their number and range."""
    if y_idx.shape[0] != x.shape[0]:
        raise ValueError("y_idx must have same number of rows as x")
    classes = y_idx.astype("int64")
    check(xp.all((classes >= 0) & (classes < x.shape[1])), node, ValueError, "y_i value out of bounds")
    return classes


@legacy_name("theano.tensor.nnet.nnet")
class CrossentropySoftmax1HotWithBiasDx(Op):
    """The gradient of the cross-entropy of a softmax with value `sm` by the softmax's argument."""

    nin, nout = 3, 1
    __props__ = ()
    can_fail = True

    def make_node(self, dy, sm, y_idx, **kwargs):
        dy, sm, y_idx = as_tensor_variable(dy), as_tensor_variable(sm), as_tensor_variable(y_idx)
        if dy.type.ndim > 1 or dy.type.dtype not in float_dtypes:
            raise ValueError("dy must be {0,1}-d tensor of floats", dy.type)
        check_floats(sm, "sm", (2,))
        if y_idx.type.ndim != 1 or y_idx.type.dtype not in discrete_dtypes:
            raise ValueError("y_idx must be 1-d tensor of [u]ints", y_idx.type)
        return Apply(self, [dy, sm, y_idx], [sm.type()])

    def lower(self, node, dy, sm, y_idx):
        import jax.numpy as jnp
        classes = one_hot_rows(jnp, node, sm, y_idx)
        scale = jnp.broadcast_to(dy.astype(sm.dtype).reshape((-1, 1)), (sm.shape[0], 1))
        # a comparison fuses with the product; a scatter would not
        hit = jnp.arange(sm.shape[1])[None, :] == classes[:, None]
        return scale * (sm - hit.astype(sm.dtype))

    def host(self, node, dy, sm, y_idx):
        classes = one_hot_rows(np, node, sm, y_idx)
        hit = np.arange(sm.shape[1])[None, :] == classes[:, None]
        return np.broadcast_to(np.reshape(dy, (-1, 1)), (sm.shape[0], 1)).astype(sm.dtype) * (sm - hit.astype(sm.dtype))

    def infer_shape(self, node, shapes):
        return [shapes[1]]

    def grad(self, inputs, output_grads):
        dy, sm, y_idx = inputs
        g_dx, = output_grads
        from theano_compat.tensor.arange import arange
        from theano_compat.tensor.incindex import inc_subtensor
        dropped = inc_subtensor(sm[arange(y_idx.shape[0]), y_idx], -1)
        return [tensor_sum(g_dx * dropped, axis=1), dy.dimshuffle(0, "x") * g_dx, grad_not_implemented(self, 2, y_idx)]


@legacy_name("theano.tensor.nnet.nnet")
class CrossentropyCategorical1Hot(Op):
    """`-log(coding_dist[i, true_one_of_n[i]])` for each row. Raises TypeError unless given a matrix and an integer vector."""

    __props__ = ()
    can_fail = True

    def make_node(self, coding_dist, true_one_of_n):
        coding, target = as_tensor_variable(coding_dist), as_tensor_variable(true_one_of_n)
        if coding.type.ndim != 2:
            raise TypeError("matrix required for argument: coding_dist")
        if target.type not in (TensorType("int64", (False,)), TensorType("int32", (False,))):
            raise TypeError("integer vector required for argument: true_one_of_n(got type: %s instead of: %s)"
                            % (target.type, TensorType("int64", (False,))))
        return Apply(self, [coding, target], [TensorType(coding.dtype, [False])()])

    def lower(self, node, coding, target):
        import jax.numpy as jnp
        return -jnp.log(picked(jnp, node, coding, target))

    def host(self, node, coding, target):
        return -np.log(picked(np, node, coding, target))

    def infer_shape(self, node, shapes):
        return [(shapes[0][0],)]

    def grad(self, inputs, output_grads):
        coding, target = inputs
        return [crossentropy_categorical_1hot_grad(output_grads[0], coding, target), grad_not_implemented(self, 1, target)]


def picked(xp, node, coding, target):
    """`coding[i, target[i]]`; negative classes count from the end. An IndexError outside the range."""
    n, wide = coding.shape[1], target.astype("int64")
    check(xp.all((wide >= -n) & (wide < n)), node, IndexError, "index out of bounds for axis 1 with size %d" % n)
    return coding[xp.arange(coding.shape[0]), xp.where(wide < 0, wide + n, wide)]


@legacy_name("theano.tensor.nnet.nnet")
class CrossentropyCategorical1HotGrad(Op):
    """The gradient of CrossentropyCategorical1Hot by the distributions."""

    __props__ = ()

    def make_node(self, g_y, coding_dist, true_one_of_n):
        return Apply(self, [as_tensor_variable(g_y), as_tensor_variable(coding_dist), as_tensor_variable(true_one_of_n)],
                     [coding_dist.type()])

    def lower(self, node, g_y, coding, target):
        import jax.numpy as jnp
        rows = jnp.arange(coding.shape[0])
        value = -g_y.astype(coding.dtype) / coding[rows, target]
        return jnp.zeros_like(coding).at[rows, target].set(value)

    def infer_shape(self, node, shapes):
        return [shapes[1]]


crossentropy_softmax_argmax_1hot_with_bias = CrossentropySoftmaxArgmax1HotWithBias()
crossentropy_softmax_1hot_with_bias_dx = CrossentropySoftmax1HotWithBiasDx()
crossentropy_categorical_1hot = CrossentropyCategorical1Hot()
crossentropy_categorical_1hot_grad = CrossentropyCategorical1HotGrad()


def crossentropy_softmax_1hot_with_bias(x, b, y_idx, **kwargs):
    """Cross-entropy of softmax(x + b) against classes, and the softmax."""
    return crossentropy_softmax_argmax_1hot_with_bias(x, b, y_idx, **kwargs)[0:2]


def crossentropy_softmax_1hot(x, y_idx, **kwargs):
    """Cross-entropy of softmax(x) against classes, and the softmax."""
    return crossentropy_softmax_1hot_with_bias(x, zeros_like(x[0, :]), y_idx, **kwargs)


def crossentropy_softmax_max_and_argmax_1hot_with_bias(x, b, y_idx, **kwargs):
    """Cross-entropy, softmax, its maximum and the best class, of softmax(x + b)."""
    xent, softmax = crossentropy_softmax_1hot_with_bias(x, b, y_idx, **kwargs)
    return (xent, softmax, *max_and_argmax(softmax, axis=-1))


def crossentropy_softmax_max_and_argmax_1hot(x, y_idx, **kwargs):
    """Cross-entropy, softmax, its maximum and the best class, of softmax(x)."""
    return crossentropy_softmax_max_and_argmax_1hot_with_bias(x, zeros_like(x[0, :]), y_idx, **kwargs)


def categorical_crossentropy(coding_dist, true_dist):
    """Cross-entropy of each row of `coding_dist` against `true_dist`: rows of probabilities, or an integer a row.

    Raises TypeError when the numbers of dimensions fit neither.
    """
    if true_dist.ndim == coding_dist.ndim:
        return -tensor_sum(true_dist * log(coding_dist), axis=coding_dist.ndim - 1)
    if true_dist.ndim == coding_dist.ndim - 1:
        return crossentropy_categorical_1hot(coding_dist, true_dist)
    raise TypeError("rank mismatch between coding and true distributions")


def binary_crossentropy(output, target):
    """Cross-entropy of probabilities `output` of bits `target`, element by element."""
    return -(target * log(output) + (1.0 - target) * log(1.0 - output))
