"""Rules for convolution and pooling over axes that vary: sentences under filters, maxima over time. See `rules`.

An axis that varies is gone through in steps of 1 (otherwise how many steps there are is no polynomial in its length), or pooled as a whole.
"""
import numpy as np

from theano_compat.padding.rules import least, rule
from theano_compat.padding.shapes import entries, needed_size
from theano_compat.padding.sizes import Padded, Size, Unpaddable, at_most, filled, labelled, minus, plain, plus, room, sizes_of
from theano_compat.tensor.nnet import conv_lowering
from theano_compat.tensor.nnet.abstract_conv import (
    AbstractConv2d,
    AbstractConv2d_gradInputs,
    AbstractConv2d_gradWeights,
    AbstractConv3d,
    AbstractConv3d_gradInputs,
    AbstractConv3d_gradWeights,
)
from theano_compat.tensor.nnet.conv import ConvOp
from theano_compat.tensor.signal.pool import AveragePoolGrad, MaxPoolGrad, Pool


def _extents(plan, image, kernel):
    """The output's extents, ints or Sizes. Raises Unpaddable where one may be less than 1, or is no polynomial."""
    found = []
    for n, k, pads, step, by in zip(image, kernel, plan.pads, plan.strides, plan.dilation):
        free = plus(minus(n, (k - 1) * by + 1), sum(pads))
        if not isinstance(free, Size):
            found.append(free // step + 1)
            continue
        if step != 1:
            raise Unpaddable("a convolution in steps of %d over a length" % step)
        if not at_most(0, free):
            raise Unpaddable("a filter of %d over %s" % (k, n))
        found.append(plus(free, 1))
    if plan.unshared and any(isinstance(n, Size) for n in found):
        raise Unpaddable("filters for each place of a length")
    return tuple(found)


def _fixed(*sizes):
    if any(isinstance(n, Size) for n in sizes):
        raise Unpaddable("channels or filters of a number that varies")


def _convolved(plan, image, kernel, lower):
    """What lies beside the image counts as 0, and so does what lies behind its end where filters reach there."""
    shape = np.shape(plain(kernel))
    _fixed(sizes_of(image)[1], *sizes_of(kernel))
    sizes = sizes_of(image)
    outer = _extents(plan, sizes[2:], shape[-len(plan.strides):])
    beyond = [2 + d for d, pads in enumerate(plan.pads) if any(pads)]
    return (labelled(lower([filled(image, 0, beyond), kernel])[0], (sizes[0], shape[0], *outer)),)


@rule(AbstractConv2d, AbstractConv3d)
def convolution(node, values, lower):
    """Places of filters that end before the image does."""
    return _convolved(node.op._plan(np.shape(plain(values[1]))[-node.op.convdim:]), *values, lower)


@rule(ConvOp)
def old_convolution(node, values, lower):
    """The same."""
    op, kernel = node.op, np.shape(plain(values[1]))[2:]
    if (op.imshp_logical, op.kshp_logical) != (op.imshp, op.kshp):
        raise Unpaddable("images or filters that are spread")
    border = tuple((k - 1,) * 2 if op.out_mode == "full" else (0, 0) for k in kernel)
    return _convolved(conv_lowering.Plan(border, (op.dx, op.dy), (1, 1)), *values, lower)


@rule(AbstractConv2d_gradWeights, AbstractConv3d_gradWeights)
def gradient_of_filters(node, values, lower):
    """No gradient comes from padding, and nothing for it to be multiplied with."""
    image, gradient, shape = values
    kernel = [needed_size(n) for n in entries(shape)]
    (batch, channels, *extents), (batch_too, filters, *outer) = sizes_of(image), sizes_of(gradient)
    _fixed(channels, filters, *kernel)
    if batch != batch_too or _extents(node.op._plan(kernel), extents, kernel) != tuple(outer):
        raise Unpaddable("a gradient of sizes %s for an image of %s" % (sizes_of(gradient), sizes_of(image)))
    return (lower([filled(image, 0), filled(gradient, 0), np.asarray(kernel)], facts=tuple(kernel))[0],)


@rule(AbstractConv2d_gradInputs, AbstractConv3d_gradInputs)
def gradient_of_images(node, values, lower):
    """No gradient comes from padding."""
    kernel, gradient, shape = values
    extents = [needed_size(n) for n in entries(shape)]
    (batch, filters, *outer), inner = sizes_of(gradient), np.shape(plain(kernel))[-node.op.convdim:]
    _fixed(filters, *sizes_of(kernel))
    if _extents(node.op._plan(inner), extents, inner) != tuple(outer):
        raise Unpaddable("a gradient of sizes %s for an image of %s" % (sizes_of(gradient), extents))
    rooms = tuple(room(n) for n in extents)
    found = lower([kernel, filled(gradient, 0, range(2, 2 + len(outer))), np.asarray(rooms)], facts=rooms)[0]
    return (labelled(found, (batch, found.shape[1], *extents)),)


# -- pooling

def _pooling(node, x, parameters):
    """(facts for the buffers; the sizes of what is pooled, None where that is as for any array; axes that are pooled as a whole)."""
    op, sizes = node.op, sizes_of(x)
    if op._is_old(node):
        raise Unpaddable("pooling of an old pickle")
    windows, steps, pads = ([needed_size(n) for n in entries(v)] for v in parameters)
    first, found, whole = len(sizes) - op.ndim, list(sizes), []
    for d, (w, s, p) in enumerate(zip(windows, steps, pads), first):
        n = sizes[d]
        if not any(isinstance(v, Size) for v in (n, w, s, p)):
            found[d] = None
        elif n == w and p == 0:
            whole.append(d)
            found[d] = 1
        elif w == n or isinstance(w, Size) or s != 1 or p != 0:
            raise Unpaddable("pooling in windows of %s, %s apart, over %s" % (w, s, n))
        elif at_most(w, n):
            found[d] = plus(minus(n, w), 1)
        else:
            raise Unpaddable("a window of %s over %s" % (w, n))
    if whole and op.mode.startswith("average"):
        raise Unpaddable("an average over a length")
    facts = tuple(tuple(room(n) for n in v) for v in (windows, steps, pads))
    op._require_possible(*facts)
    return facts, found, whole


def _pooled(node, x, value, lower, arrays, parameters):
    """What is pooled where an axis that is pooled as a whole has `value` behind its end, and the sizes of that as far as they vary."""
    facts, found, whole = _pooling(node, x, parameters)
    given = [np.asarray(v) for v in facts]
    return lower([filled(x, value, whole), *arrays, *given], facts=facts)[0], found


def _nothing(op, x):
    return least(x.dtype) if op.mode == "max" else 0


@rule(Pool)
def pool(node, values, lower):
    """Windows that end before the array does; of a whole axis the padding is what changes nothing."""
    x = values[0]
    made, found = _pooled(node, x, _nothing(node.op, x), lower, [], values[1:])
    return (labelled(made, [m if n is None else n for n, m in zip(found, made.shape)]),)


@rule(MaxPoolGrad, AveragePoolGrad)
def pool_gradient(node, values, lower):
    """No gradient comes from windows of the padding."""
    x, *arrays = values[:node.op.n_arrays]
    _, found, _ = _pooling(node, x, values[node.op.n_arrays:])
    for v in arrays:
        if any(n is not None and n != m for n, m in zip(found, sizes_of(v))):
            raise Unpaddable("a gradient of sizes %s for %s" % (sizes_of(v), found))
    filled_arrays = [filled(v, 0) if isinstance(v, Padded) else v for v in arrays]
    made, _ = _pooled(node, x, _nothing(node.op, x), lower, filled_arrays, values[node.op.n_arrays:])
    return (labelled(made, sizes_of(x)),)
