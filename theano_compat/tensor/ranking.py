"""The k largest or smallest elements along an axis. Part of `theano.tensor.sort`."""
from theano_compat.graph.null_type import grad_undefined
from theano_compat.graph.op import Op
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Apply
from theano_compat.tensor.arange import arange
from theano_compat.tensor.casting import integer_dtypes
from theano_compat.tensor.constant import as_tensor_variable
from theano_compat.tensor.incindex import set_subtensor
from theano_compat.tensor.ordering import positions
from theano_compat.tensor.type import tensor_type


@legacy_name("theano.tensor.sort")
class TopKOp(Op):
    """The k largest (k < 0: the -k smallest) elements along `axis`, and where they are.

    They come in ascending order, where Theano promises none; all elements of an axis come in the order they have. NaN is the
    largest. `sorted=True` is refused, as in Theano.
    """

    __props__ = ("axis", "sorted", "return_values", "return_indices", "idx_dtype")

    def __init__(self, axis=-1, sorted=True, idx_dtype="int64", return_values=True, return_indices=True):
        if not isinstance(axis, int):
            raise TypeError('"axis" parameter must be integer, got "%s"' % type(axis))
        if sorted:
            raise NotImplementedError("The sorted parameter is not yet implemented. Use sorted=False for now.")
        if idx_dtype not in integer_dtypes:
            raise TypeError('"idx_dtype" parameter must be an integer dtype, got "%s"' % idx_dtype)
        if not (return_indices or return_values):
            raise ValueError("Neither return_values nor return_indices is True, this isn't allowed")
        self.axis = axis
        self.sorted = sorted
        self.return_values = return_values
        self.return_indices = return_indices
        self.idx_dtype = idx_dtype

    def __str__(self):
        return "%s{axis=%d, sorted=%s}" % (type(self).__name__, self.axis, self.sorted)

    def make_node(self, inp, kth):
        inp, kth = as_tensor_variable(inp), as_tensor_variable(kth)
        if inp.ndim == 0:
            raise ValueError("Cannot take scalar as input")
        if not -inp.ndim <= self.axis < inp.ndim:
            raise IndexError('"axis" parameter out of range, expected integer within [%d, %d]' % (-inp.ndim, inp.ndim - 1))
        if kth.ndim != 0:
            raise ValueError("%s is expected to be 0d tensor, got %d" % (kth, kth.ndim))
        outputs = [inp.type()] if self.return_values else []
        if self.return_indices:
            outputs.append(tensor_type(self.idx_dtype, inp.type.broadcastable)())
        return Apply(self, [inp, kth], outputs)

    def fact_inputs(self, node):
        return (1,), (0,)

    def facts(self, node, values, shapes):
        k, axis = int(values[1]), self.axis % len(shapes[0])
        if k == 0:
            raise ValueError("topk: kth cannot be zero")
        if abs(k) > shapes[0][axis]:
            raise ValueError("topk: kth cannot be larger than the size of specified axis %d" % axis)
        return (k,)

    def lower(self, node, x, kth, facts):
        import jax
        import jax.numpy as jnp
        x, k, axis = jnp.asarray(x), facts[0], self.axis % x.ndim
        size = x.shape[axis]
        places = jax.lax.broadcasted_iota("int32", x.shape, axis)
        if abs(k) < size:
            first = size - k if k > 0 else 0
            places = jax.lax.slice_in_dim(positions(x, axis), first, first + abs(k), axis=axis)
        found = []
        if self.return_values:
            found.append(jnp.take_along_axis(x, places, axis=axis) if abs(k) < size else x)
        if self.return_indices:
            found.append(places.astype(self.idx_dtype))
        return tuple(found) if len(found) > 1 else found[0]

    def infer_shape(self, node, shapes):
        shape = list(shapes[0])
        shape[self.axis] = abs(node.inputs[1])
        return [tuple(shape)] * len(node.outputs)

    def L_op(self, inputs, outputs, output_grads):
        (x, k), g = inputs, output_grads[0]
        undefined = grad_undefined(self, 1, k, "topk: k is not differentiable")
        if not self.return_values:
            return [x.zeros_like(), undefined]
        places = outputs[1] if self.return_indices else _with_indices(self)(x, k)[1]
        index = tuple(places if i == self.axis % x.ndim else arange(x.shape[i]).dimshuffle([0] + ["x"] * (x.ndim - i - 1))
                      for i in range(x.ndim))
        zeros = x.zeros_like(dtype=g.dtype)
        return [set_subtensor(zeros[index], g), undefined]


def _with_indices(op):
    return TopKOp(op.axis, op.sorted, op.idx_dtype)


def _top(x, kth, axis, sorted, idx_dtype):
    if axis is None:
        x, axis = x.flatten(), 0
    return TopKOp(axis=axis, sorted=sorted, idx_dtype=idx_dtype)(x, kth)


def topk(x, kth, axis=-1, sorted=True, idx_dtype="int64"):
    """The `kth` largest elements along `axis` (None: of the flattened tensor); the smallest if `kth` is negative.

    As in Theano `sorted=True` is refused with NotImplementedError.
    """
    return _top(x, kth, axis, sorted, idx_dtype)[0]


def argtopk(x, kth, axis=-1, sorted=True, idx_dtype="int64"):
    """Where the elements are that `topk` gives."""
    return _top(x, kth, axis, sorted, idx_dtype)[1]


def topk_and_argtopk(x, kth, axis=-1, sorted=True, idx_dtype="int64"):
    """The elements that `topk` gives, and where they are."""
    return _top(x, kth, axis, sorted, idx_dtype)
