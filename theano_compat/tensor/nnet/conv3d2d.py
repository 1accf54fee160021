"""Convolution of videos (batch, time, channels, rows, columns) in the axis order of the old `conv3d2d` and `Conv3D`.

Theano made `conv3d` here of two-dimensional convolutions and a sum along diagonals; XLA convolves three dimensions directly.
"""
import numpy as np

from theano_compat.graph.null_type import DisconnectedType
from theano_compat.graph.op import Op
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Apply
from theano_compat.tensor.constant import as_tensor_variable
from theano_compat.tensor.nnet import abstract_conv, conv_lowering


def _diagonal(x, i0, i1):
    """`y[..., t, ..., k, ...] = x[..., t + K - 1 - k, ..., k, ...]`, t along `i0` and k along `i1` with K places."""
    count = x.shape[i1]
    kept = x.shape[i0] - count + 1
    if kept < 0:
        raise NotImplementedError("is this allowed?")
    lead = np.arange(kept)[:, None] + (count - 1 - np.arange(count))[None, :]
    shape = [1] * x.ndim
    shape[i0], shape[i1] = kept, count
    order = lead if i0 < i1 else lead.T
    indices = [np.arange(n).reshape([-1 if j == axis else 1 for j in range(x.ndim)]) for axis, n in enumerate(x.shape)]
    indices[i0] = order.reshape(shape)
    return tuple(indices)


def get_diagonal_subtensor_view(x, i0, i1):
    """The same part of a NumPy array `x`, as a view that can be written to."""
    if x.shape[i0] < x.shape[i1]:
        raise NotImplementedError("is this allowed?")
    kept = np.moveaxis(np.moveaxis(x, i0, 0)[x.shape[i1] - 1:], 0, i0)
    strides = list(x.strides)
    strides[i1] -= strides[i0]
    return np.lib.stride_tricks.as_strided(kept, kept.shape, strides)


@legacy_name("theano.tensor.nnet.conv3d2d")
class DiagonalSubtensor(Op):
    """The part of `x` along the diagonals of dimensions `i0` and `i1`."""

    __props__ = ("inplace",)

    def __init__(self, inplace=False):
        self.inplace = inplace
        if inplace:
            self.view_map = {0: [0]}

    def __str__(self):
        return "%s{inplace}" % type(self).__name__ if self.inplace else type(self).__name__

    def make_node(self, x, i0, i1):
        i0, i1 = as_tensor_variable(i0), as_tensor_variable(i1)
        return Apply(self, [x, i0, i1], [x.type()])

    def fact_inputs(self, node):
        return (1, 2), ()

    def facts(self, node, values, shapes):
        return int(values[1]), int(values[2])

    def lower(self, node, x, i0, i1, facts):
        return x[_diagonal(x, *facts)]

    def grad(self, inputs, g_outputs):
        x, i0, i1 = inputs
        return [IncDiagonalSubtensor()(x.zeros_like(), i0, i1, g_outputs[0]), DisconnectedType()(), DisconnectedType()()]

    def connection_pattern(self, node):
        return [[True], [False], [False]]


@legacy_name("theano.tensor.nnet.conv3d2d")
class IncDiagonalSubtensor(DiagonalSubtensor):
    """`x` with `amt` added to the part that DiagonalSubtensor takes."""

    def __init__(self, inplace=False):
        self.inplace = inplace
        if inplace:
            self.destroy_map = {0: [0]}

    def make_node(self, x, i0, i1, amt):
        return Apply(self, [x, as_tensor_variable(i0), as_tensor_variable(i1), amt], [x.type()])

    def lower(self, node, x, i0, i1, amt, facts):
        import jax.numpy as jnp
        return jnp.asarray(x).at[_diagonal(x, *facts)].add(amt.astype(x.dtype))

    def grad(self, inputs, g_outputs):
        _, i0, i1, _ = inputs
        gy, = g_outputs
        return [gy, DisconnectedType()(), DisconnectedType()(), diagonal_subtensor(gy, i0, i1)]

    def connection_pattern(self, node):
        return [[True], [False], [False], [True]]


diagonal_subtensor = DiagonalSubtensor(False)
inc_diagonal_subtensor = IncDiagonalSubtensor(False)


class _VideoConv(Op):
    """Convolution in three dimensions with a border mode of its own for time; channels come second, as in `abstract_conv`."""

    __props__ = ("modes",)

    def __init__(self, modes):
        self.modes = modes

    def make_node(self, signals, filters):
        pattern = (signals.broadcastable[0], filters.broadcastable[0], False, False, False)
        return Apply(self, [signals, filters], [signals.type.clone(broadcastable=pattern)()])

    def lower(self, node, signals, filters):
        widths = {"valid": lambda k: 0, "full": lambda k: k - 1, "half": lambda k: k // 2}
        pads = tuple((widths[mode](k),) * 2 for mode, k in zip(self.modes, filters.shape[2:]))
        return conv_lowering.convolve(signals, filters.astype(signals.dtype), conv_lowering.Plan(pads, (1, 1, 1), (1, 1, 1)))


def _swapped(shape):
    """From (batch, time, channels, ...) to (batch, channels, time, ...)."""
    return None if shape is None else (shape[0], shape[2], shape[1], *shape[3:])


def conv3d(signals, filters, signals_shape=None, filters_shape=None, border_mode="valid"):
    """Convolution of videos with filters (filters, time, channels, rows, columns); the output is a video of filters.

    `border_mode`: 'valid', 'full' or 'half', or one for each of time, rows and columns. Raises NotImplementedError where rows and
    columns differ and for 'same'.
    """
    modes = (border_mode,) * 3 if isinstance(border_mode, str) else tuple(border_mode)
    if modes[1] != modes[2]:
        raise NotImplementedError("height and width bordermodes must match")
    if "same" in modes:
        raise NotImplementedError()
    for mode in modes:
        if mode not in ("valid", "full", "half"):
            raise ValueError(f'invalid border_mode {mode}, which must be either "valid", "full", "half", an integer or a tuple of length 2')
    signals, filters = (as_tensor_variable(v).dimshuffle(0, 2, 1, 3, 4) for v in (signals, filters))
    if len(set(modes)) == 1:
        out = abstract_conv.conv3d(signals, filters, _swapped(signals_shape), _swapped(filters_shape), modes[0])
    else:
        out = _VideoConv(modes)(signals, filters)
    return out.dimshuffle(0, 2, 1, 3, 4)
