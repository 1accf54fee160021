"""Pooling over the last 2 or 3 dimensions, its gradients, and the functions that build them.

How windows are reduced is in `windows`. Window sizes, strides and padding are inputs of the ops and may be variables.
"""
import warnings

import numpy as np

from theano_compat.config import config
from theano_compat.graph.null_type import DisconnectedType
from theano_compat.graph.op import Op
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Apply, Variable
from theano_compat.tensor.alloc import zeros_like
from theano_compat.tensor.casting import int_dtypes
from theano_compat.tensor.constant import as_tensor_variable
from theano_compat.tensor.names_elemwise import ge, maximum, switch
from theano_compat.tensor.scalar_constant import extract_constant
from theano_compat.tensor.signal import windows as rule
from theano_compat.tensor.type import TensorType

_MODES = ("max", "sum", "average_inc_pad", "average_exc_pad")


def _one_name(new, old, new_name, old_name, unset=(None,), level=3):
    """The value given under either name of a parameter. Raises ValueError when both are."""
    if old is None:
        return new
    if new not in unset:
        if new_name == "pad":
            raise ValueError("You can't provide a tuple value to both 'padding' and pad.  Please provide a value only to pad.")
        quote = "'" if new_name == "ws" else ""
        raise ValueError("You can't provide a tuple value to both '%s%s and '%s'. Please provide a value only to '%s'."
                         % (new_name if new_name == "ws" else "st", quote, old_name if new_name == "ws" else "stride", new_name))
    warnings.warn("DEPRECATION: the '%s' parameter is not going to exist anymore as it is going to be replaced by the parameter '%s'."
                  % (old_name, new_name), stacklevel=level + 1)
    return old


def _parameters(ndim, ws, stride, pad, ds, st, padding):
    if ds is None and ws is None:
        raise ValueError("You must provide a tuple value for the window size.")
    ws = _one_name(ws, ds, "ws", "ds", level=4)
    stride = _one_name(stride, st, "stride", "st", level=4)
    return ws, stride, _one_name(pad, padding, "pad", "padding", unset=(None, (0,) * ndim), level=4)


def _pooled(ndim, input, ws, ignore_border, stride, pad, mode):
    if input.ndim < ndim:
        raise NotImplementedError("pool_%dd requires a dimension >= %d" % (ndim, ndim))
    if ignore_border is None:
        warnings.warn("pool_%dd() will have the parameter ignore_border default value changed to True (currently False). To have "
                      "consistent behavior with all Theano version, explicitly add the parameter ignore_border=True." % ndim,
                      stacklevel=3)
        ignore_border = False
    return Pool(ignore_border, ndim=ndim, mode=mode)(input, ws, stride, pad)


def pool_2d(input, ws=None, ignore_border=None, stride=None, pad=(0, 0), mode="max", ds=None, st=None, padding=None):
    """Pool the last two dimensions in windows of `ws`, `stride` apart (default: side by side), after padding by `pad`.

    `mode`: 'max', 'sum', 'average_inc_pad' or 'average_exc_pad'. Without `ignore_border` windows that stick out at the end count too.
    `ds`, `st` and `padding` are the old names of `ws`, `stride` and `pad`.
    """
    ws, stride, pad = _parameters(2, ws, stride, pad, ds, st, padding)
    return _pooled(2, input, ws, ignore_border, stride, pad, mode)


def pool_3d(input, ws=None, ignore_border=None, stride=None, pad=(0, 0, 0), mode="max", ds=None, st=None, padding=None):
    """`pool_2d` of the last three dimensions."""
    ws, stride, pad = _parameters(3, ws, stride, pad, ds, st, padding)
    return _pooled(3, input, ws, ignore_border, stride, pad, mode)


def max_pool_2d(input, ds, ignore_border=None, st=None, padding=(0, 0), mode="max"):
    """`pool_2d` under the name and with the parameters it had in Theano 0.8 and before."""
    if input.ndim < 2:
        raise NotImplementedError("max_pool_2d requires a dimension >= 2")
    return _pooled(2, input, ds, bool(ignore_border), st, padding, mode)


def max_pool_2d_same_size(input, patch_size):
    """`input` with every number that is not the maximum of its window replaced by 0."""
    output = Pool(True)(input, patch_size)
    return MaxPoolGrad(True)(input, output, output, patch_size)


def _integers(op, ws, stride, pad, nd, strict):
    """The three parameters as integer vectors. Raises TypeError, or NotImplementedError for padding that cannot be."""
    stride = ws if stride is None else stride
    if pad is None:
        pad = (0,) * nd
    elif strict and isinstance(pad, (tuple, list)):
        if max(pad) != 0 and not op.ignore_border:
            raise NotImplementedError("padding works only with ignore_border=True")
        if isinstance(ws, (tuple, list)) and any(pad[i] >= ws[i] for i in range(nd)):
            raise NotImplementedError("padding must be smaller than strides")
    ws, stride, pad = as_tensor_variable(ws), as_tensor_variable(stride), as_tensor_variable(pad)
    assert ws.ndim == stride.ndim == pad.ndim == 1
    for x, what in ((ws, "Pool downsample"), (stride, "Stride"), (pad, "Padding")):
        if x.dtype not in int_dtypes:
            raise TypeError("%s parameters must be ints." % what)
    return [ws, stride, pad]


def _symbolic_count(v, window, stride, ignore_border, tiles_exactly):
    """How many windows fit along an axis of extent `v`, any of the three a variable."""
    if not any(isinstance(n, Variable) for n in (v, window, stride)):
        return rule._count(int(v), int(window), int(stride), ignore_border)
    if ignore_border:
        return v // stride if tiles_exactly else maximum((v - window) // stride + 1, 0)
    return switch(ge(stride, window), (v - 1) // stride + 1, maximum(0, (v - 1 - window) // stride + 1) + 1)


@legacy_name("theano.tensor.signal.pool")
class _PoolOp(Op):
    """What pooling and its gradients share. The last three inputs are window size, stride and padding."""

    __props__ = ("ignore_border", "mode", "ndim")
    n_arrays = 1

    def __init__(self, ignore_border=False, mode="max", ndim=2, openmp=None):
        self.ndim = ndim
        self.ignore_border = ignore_border
        self.openmp = config.openmp if openmp is None else openmp
        mode = "max" if mode == "max_deterministic" else mode
        if mode not in _MODES:
            raise ValueError("Pool mode parameter only support 'max', 'sum', 'average_inc_pad' and 'average_exc_pad'. Got %s" % mode)
        self.mode = mode

    def __setstate__(self, state):
        self.__dict__.update(state)
        # pickles of older versions kept parameters here that are inputs now: `ds`, `st` and `padding`
        self.__dict__.setdefault("ndim", 2)

    @staticmethod
    def out_shape(imgshape, ws=None, ignore_border=False, stride=None, pad=None, ndim=2, ds=None, st=None, padding=None):
        """The shape of the pooled array, as a list."""
        ndim = 2 if ndim is None else ndim
        ws, stride, pad = _parameters(ndim, ws, stride, pad, ds, st, padding)
        if len(imgshape) < ndim:
            raise TypeError(f"imgshape must have at least {ndim} dimensions")
        stride = ws if stride is None else stride
        pad = (0,) * ndim if pad is None else pad
        extents = [extract_constant(imgshape[i - ndim]) + pad[i] * 2 for i in range(ndim)]
        return list(imgshape[:-ndim]) + [
            _symbolic_count(v, ws[i], stride[i], ignore_border, ws[i] is stride[i]) for i, v in enumerate(extents)]

    def __eq__(self, other):
        return type(self) is type(other) and self._identity() == other._identity()

    def __hash__(self):
        return hash((type(self), self._identity()))

    def _identity(self):
        return self._props() + tuple(getattr(self, name, None) for name in ("ds", "st", "padding"))

    def _is_old(self, node):
        """Whether a node comes from a pickle of Theano 0.8: the op, not its inputs, has the parameters."""
        return len(node.inputs) == self.n_arrays

    def fact_inputs(self, node):
        return () if self._is_old(node) else tuple(range(self.n_arrays, self.n_arrays + 3)), ()

    def facts(self, node, values, shapes):
        if self._is_old(node):
            return tuple(self.ds), tuple(self.st), tuple(self.padding)
        parameters = [tuple(int(n) for n in v) for v in values[self.n_arrays:self.n_arrays + 3]]
        assert all(len(p) == self.ndim for p in parameters)
        self._require_possible(*parameters)
        return tuple(parameters)

    def _require_possible(self, ws, stride, pad):
        """ValueError for windows that cannot be; strides of 0 ended Theano's process, other cases read beside its arrays."""
        if min(ws) < 1 or min(stride) < 1:
            raise ValueError("Pool windows and strides must be at least 1: got windows of %s, %s apart" % (ws, stride))
        if max(pad) > 0 and not self.ignore_border:
            raise ValueError("padding must be zero when ignore border is False")

    def _windows(self, facts):
        return rule.Windows(*facts, bool(self.ignore_border))

    def _arrays(self, strict, *inputs):
        """The inputs as variables; `inputs` ends with the three parameters."""
        arrays = [as_tensor_variable(x) for x in inputs[:-3]]
        assert all(x.ndim >= self.ndim for x in arrays)
        assert len({x.ndim for x in arrays}) == 1
        return arrays + _integers(self, *inputs[-3:], self.ndim, strict)

    def connection_pattern(self, node):
        return [[1]] * self.n_arrays + [[0]] * 3


def _disconnected(n=3):
    return [DisconnectedType()() for _ in range(n)]


@legacy_name("theano.tensor.signal.pool")
class Pool(_PoolOp):
    """Maximum, sum or average over windows of the last `ndim` dimensions."""

    @property
    def own_gradient(self):
        """Whether it is a maximum, whose gradient goes to each of the numbers that are the largest."""
        return self.mode == "max"

    def make_node(self, x, ws, stride=None, pad=None):
        x = as_tensor_variable(x)
        parameters = _integers(self, ws, stride, pad, self.ndim, strict=True)
        if x.type.ndim < self.ndim:
            raise TypeError()
        pattern = x.broadcastable[:-self.ndim] + (False,) * self.ndim
        return Apply(self, [x, *parameters], [TensorType(x.dtype, pattern)()])

    def lower(self, node, x, *parameters, facts):
        windows, dtype = self._windows(facts), node.outputs[0].type.dtype
        if self.mode in ("max", "sum"):
            return rule.reduced(x, windows, self.mode)
        total = rule.reduced(x, windows, "sum")
        n = rule.sizes(x.shape[-self.ndim:], windows, self.mode == "average_inc_pad", reading=True)
        return (total / n.astype(dtype if np.dtype(dtype).kind == "f" else "float64")).astype(dtype)

    def infer_shape(self, node, in_shapes):
        ws, stride, pad = node.inputs[1:]
        shape = self.out_shape(in_shapes[0], ws, self.ignore_border, None if stride is ws else stride, pad, self.ndim)
        return [shape]

    def L_op(self, inputs, outputs, grads):
        x, ws, stride, pad = inputs
        if self.mode == "max":
            op = MaxPoolGrad(ndim=self.ndim, ignore_border=self.ignore_border)
            return [op(x, outputs[0], grads[0], ws=ws, stride=stride, pad=pad), *_disconnected()]
        op = AveragePoolGrad(ndim=self.ndim, ignore_border=self.ignore_border, mode=self.mode)
        return [op(x, grads[0], ws=ws, stride=stride, pad=pad), *_disconnected()]

    def R_op(self, inputs, eval_points):
        if eval_points[0] is None:
            return [None]
        x, ws, stride, pad = inputs
        if self.mode != "max":
            return [self(eval_points[0], ws, stride, pad)]
        op = DownsampleFactorMaxGradGrad(self.ignore_border, self.mode, self.ndim)
        return [op(x, self(*inputs), eval_points[0], ws, stride, pad)]


@legacy_name("theano.tensor.signal.pool")
class PoolGrad(_PoolOp):
    """The gradient of pooling by the array that was pooled."""

    def infer_shape(self, node, in_shapes):
        return [in_shapes[0]]


@legacy_name("theano.tensor.signal.pool")
class MaxPoolGrad(PoolGrad):
    """Each window's gradient goes to every number in it that equals the maximum: all of them, where several do."""

    n_arrays = 3

    def __init__(self, ignore_border, ndim=2, openmp=None):
        super().__init__(ignore_border, mode="max", ndim=ndim, openmp=openmp)

    def make_node(self, x, maxout, gz, ws, stride=None, pad=None):
        inputs = self._arrays(False, x, maxout, gz, ws, stride, pad)
        return Apply(self, inputs, [inputs[0].type()])

    def lower(self, node, x, maxout, gz, *parameters, facts):
        return rule.spread(gz.astype(x.dtype), x.shape, self._windows(facts), chosen=(x, maxout.astype(x.dtype)))

    def grad(self, inp, grads):
        x, maxout, gz, ws, stride, pad = inp
        op = DownsampleFactorMaxGradGrad(ndim=self.ndim, ignore_border=self.ignore_border)
        return [zeros_like(x), zeros_like(maxout), op(x, maxout, grads[0], ws, stride, pad), *_disconnected()]


@legacy_name("theano.tensor.signal.pool")
class AveragePoolGrad(PoolGrad):
    """Each window's gradient in equal parts (or, for sums, whole) to all places of the window."""

    n_arrays = 2

    def __init__(self, ignore_border, mode="average_inc_pad", ndim=2):
        assert mode in _MODES[1:]
        super().__init__(ignore_border, mode, ndim)

    def make_node(self, x, gz, ws, stride=None, pad=None, dummy=None):
        inputs = self._arrays(False, x, gz, ws, stride, pad)
        return Apply(self, inputs, [inputs[0].type()])

    def lower(self, node, x, gz, *parameters, facts):
        windows, g = self._windows(facts), gz.astype(x.dtype)
        if self.mode != "sum":
            g = g / rule.sizes(x.shape[-self.ndim:], windows, self.mode == "average_inc_pad").astype(x.dtype)
        return rule.spread(g, x.shape, windows)

    def grad(self, inp, grads):
        x, gz, ws, stride, pad = inp
        op = Pool(ignore_border=self.ignore_border, ndim=self.ndim, mode=self.mode)
        return [zeros_like(x), op(grads[0], ws, stride, pad), *_disconnected()]


@legacy_name("theano.tensor.signal.pool")
class DownsampleFactorMaxGradGrad(_PoolOp):
    """For each window the sum of `gz` over the places where `x` equals the window's maximum."""

    n_arrays = 3

    def __init__(self, ignore_border, mode="max", ndim=2, openmp=None):
        assert mode == "max"
        super().__init__(ignore_border, mode, ndim, openmp)

    def make_node(self, x, maxout, gz, ws, stride=None, pad=None):
        inputs = self._arrays(True, x, maxout, gz, ws, stride, pad)
        return Apply(self, inputs, [inputs[0].type()])

    def lower(self, node, x, maxout, gz, *parameters, facts):
        return rule.summed_where(x, maxout.astype(x.dtype), gz.astype(x.dtype), self._windows(facts))

    def infer_shape(self, node, in_shapes):
        return [in_shapes[1]]

    def grad(self, inp, grads):
        x, maxout, ggx, ws, stride, pad = inp
        op = MaxPoolGrad(ignore_border=self.ignore_border, ndim=self.ndim)
        return [zeros_like(x), zeros_like(maxout), op(x, maxout, grads[0], ws, stride, pad), *_disconnected()]


@legacy_name("theano.tensor.signal.pool")
class MaxPoolRop(_PoolOp):
    """For each window the number of `eval_point` at the place of the window's (first) maximum in `x`."""

    n_arrays = 2

    def __init__(self, ignore_border=False, mode="max", ndim=2, openmp=None):
        assert mode == "max"
        super().__init__(ignore_border, mode, ndim, openmp)

    def make_node(self, x, eval_point, ws, stride=None, pad=None):
        inputs = self._arrays(True, x, eval_point, ws, stride, pad)
        pattern = inputs[0].broadcastable[:-self.ndim] + (False,) * self.ndim
        return Apply(self, inputs, [TensorType(inputs[1].dtype, pattern)()])

    def lower(self, node, x, eval_point, *parameters, facts):
        windows = self._windows(facts)
        return rule.summed_where(x, rule.reduced(x, windows, "max"), eval_point, windows, first_only=True)
