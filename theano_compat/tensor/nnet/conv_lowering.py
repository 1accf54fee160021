"""How convolutions are computed: the one place that chooses between XLA's own convolution and other forms of it.

A `Plan` says everything about a convolution but its arrays. `convolve`, `weights_gradient` and `inputs_gradient` are the three
directions, `FORMS` the forms of each, `choose` the choice. Filters arrive as Theano keeps them; a true convolution (`flip`) turns them
around. The ops are in `abstract_conv`.

Measured on 2 CPU cores (ms, batch 100; xla / columns of the whole batch / columns in pieces); again by
`python -m tests.benchmarks networks --conv`:

    LeNet layer 1, f32: forward 2.9 / 3.2 / 3.2    weights 10.5 / 4.6 / 3.4    inputs 20 / 2.4
    LeNet layer 1, f64: forward 5.3 / 5.2 / 5.8    weights 20 / 8.9 / 6.5      inputs 40 / 6.7
    LeNet layer 2, f32: forward 9.8 / 10 / 7.7     weights 11.5 / 8.9 / 6.3    inputs 19 / 6.3 / 8.4
    LeNet layer 2, f64: forward 16 / 40 / 11       weights 25 / 41 / 9.8       inputs 70 / 11 / 11

and for other sizes xla / columns in pieces, forward, weights, inputs:

    3x3, 3 channels to 32 of 32x32, batch 64    f32  3.5 / 5.1, 31 / 5.4, 16 / 4.6     f64  25 / 14, 26 / 9.9, 24 / 8.6
    3x3, 32 to 32 of 16x16, batch 32            f32  3.4 / 3.8, 5.9 / 4.0, 2.9 / 5.1   f64  6.4 / 8.0, 15 / 9.0, 7.3 / 6.9
    3x3, 64 to 64 of 16x16, batch 16            f32  6.9 / 4.8, 12 / 5.0, 5.3 / 4.5    f64  12 / 8.7, 23 / 9.0, 11 / 8.1
    1x1, 64 to 64 of 16x16, batch 32            f32  1.6 / 1.3, 7.4 / 1.5, 1.5 / 0.9   f64  5.6 / 2.5, 15 / 3.9, 5.8 / 2.8
    11x11, 3 to 16 of 64x64, batch 8            f32  5.8 / 7.7, 4.3 / 12, 21 / 5.3     f64  87 / 22, 145 / 26, 90 / 22
    3x3, 128 to 128 of 28x28, batch 8           f32  26 / 24, 29 / 17, 13 / 16         f64  30 / 35, 90 / 40, 33 / 45
    3x3x3, 3 to 8 of 16x16x16, batch 4          f32  11 / 1.0, 7.0 / 1.2, 9.5 / 1.5    f64  3.7 / 1.8, 7.0 / 2.3, 4.4 / 1.9

and for small ones (us, f32, f64: forward, weights, inputs):

    3x3, 2 to 3 of 5x5, batch 2        22 / 155, 18 / 108, 22 / 15          15 / 81, 17 / 131, 13 / 16
    3x3, 3 to 8 of 12x12, batch 10     154 / 168, 154 / 185, 151 / 76       119 / 322, 415 / 408, 253 / 109
    5x5, 1 to 4 of 28x28, batch 20     1337 / 411, 248 / 507, 3242 / 355    233 / 708, 382 / 518, 1057 / 608

The pieces win because the columns of a batch are 25 times its image: past 32 MB the C library maps memory anew at every call.
The sum of 25 shifted images times one number a filter takes 1.5 and 1.8 for layer 1 forward when alone, but inside a whole step
it made the step three times slower (125 ms against 35 to 50), so it is not among the forms.
"""
import math
from typing import NamedTuple

from theano_compat.scalar.device import runs_on_cpu
from theano_compat.tensor.lowering import precision


class Plan(NamedTuple):
    """Padding (pairs), strides and dilations by axis, the number of groups, whether filters flip, whether each place has its own."""

    pads: tuple
    strides: tuple
    dilation: tuple
    groups: int = 1
    flip: bool = True
    unshared: bool = False


def output_extent(plan, image, kernel):
    """The output's extents; ValueError where the filter does not fit into the padded image, or strides or dilations are no steps."""
    if min(plan.strides + plan.dilation) < 1:
        raise ValueError("strides and dilations of a convolution must be positive; got %s and %s" % (plan.strides, plan.dilation))
    extents = tuple((n + sum(p) - ((k - 1) * d + 1)) // s + 1
                    for n, k, p, s, d in zip(image, kernel, plan.pads, plan.strides, plan.dilation))
    if any(e <= 0 for e in extents):
        raise ValueError("The convolution would produce an invalid shape: image %s, filters %s, output %s" % (image, kernel, extents))
    return extents


def check_groups(plan, channels, filters, channels_of_filter):
    """Raise ValueError unless channels and filters divide into the groups and agree."""
    if channels % plan.groups:
        raise ValueError("number of input channels must be divible by num_groups")
    if filters % plan.groups:
        raise ValueError("number of filters must be divisible by num_groups")
    if channels // plan.groups != channels_of_filter:
        raise ValueError("the number of input channels in the kernel should specify the number of channels of 1 group")


def _turned(w, n):
    return w[(Ellipsis,) + (slice(None, None, -1),) * n]


def convolve(x, w, plan):
    """The output: batch, filters, extents."""
    n = len(plan.strides)
    check_groups(plan, x.shape[1], w.shape[0], w.shape[-n - 1])
    output_extent(plan, x.shape[2:], w.shape[-n:])
    return FORMS["forward"][choose("forward", x.shape, w.shape, x.dtype, plan)](x, w, plan)


def weights_gradient(x, g, w_shape, plan):
    """The gradient of filters of shape `w_shape`, given that of the output."""
    _check_gradient(plan, x.shape, w_shape, g.shape)
    return FORMS["weights"][choose("weights", x.shape, w_shape, x.dtype, plan)](x, g, tuple(w_shape), plan)


def inputs_gradient(w, g, x_shape, plan):
    """The gradient of an image of shape `x_shape`, given that of the output."""
    _check_gradient(plan, x_shape, w.shape, g.shape)
    return FORMS["inputs"][choose("inputs", x_shape, w.shape, w.dtype, plan)](w, g, tuple(x_shape), plan)


# XLA's own convolution. --------------------------------------------------------------------------------------------------------

def _forward_xla(x, w, plan):
    n = len(plan.strides)
    if plan.flip:
        w = _turned(w, n)
    extents = output_extent(plan, x.shape[2:], w.shape[-n:])
    if plan.unshared:
        return _unshared(x, w, plan, extents)
    if x.size == 0 or w.size == 0:
        import jax.numpy as jnp
        return jnp.zeros((x.shape[0], w.shape[0]) + extents, x.dtype)
    return _xla(x, w, plan)


def _weights_xla(x, g, w_shape, plan):
    return _transposed(lambda w: _forward_xla(x, w, plan), w_shape, g)


def _inputs_xla(w, g, x_shape, plan):
    if plan.groups > 1 and not plan.unshared and g.size and w.size:
        return _grouped_inputs_gradient(w, g, x_shape, plan)
    return _transposed(lambda x: _forward_xla(x, w, plan), x_shape, g)


def _grouped_inputs_gradient(w, g, x_shape, plan):
    """The gradient of a grouped convolution by its image, with the strides as zeros in `g`.

    The transpose that JAX makes has them as a dilation, and XLA's CPU compiler aborts the process on that in some shapes.
    """
    import jax
    import jax.numpy as jnp
    n, groups = len(plan.strides), plan.groups
    g = jax.lax.pad(g, jnp.zeros((), g.dtype), [(0, 0, 0)] * 2 + [(0, 0, s - 1) for s in plan.strides])
    pads = []
    for extent, inner, k, d, (before, _) in zip(x_shape[2:], g.shape[2:], w.shape[-n:], plan.dilation, plan.pads):
        reach = (k - 1) * d
        pads.append((reach - before, extent - inner + before))
    w = w.reshape((groups, w.shape[0] // groups, *w.shape[1:]))
    w = jnp.swapaxes(w, 1, 2).reshape((-1, w.shape[1], *w.shape[3:]))
    if not plan.flip:
        w = _turned(w, n)
    return _xla(g, w, plan._replace(pads=tuple(pads), strides=(1,) * n))


def _check_gradient(plan, x_shape, w_shape, g_shape):
    n = len(plan.strides)
    expected = (x_shape[0], w_shape[0], *output_extent(plan, x_shape[2:], w_shape[-n:]))
    if tuple(g_shape) != expected:
        raise ValueError(f"invalid input_shape for gradInputs: the given input_shape would produce an output of shape {expected}, but the "
                         f"given topgrad has shape {tuple(g_shape)}")


def _transposed(linear, shape, g):
    """The transpose of a linear function of an array of `shape` and the dtype of `g`, applied to `g`."""
    import jax
    transpose = jax.linear_transpose(linear, jax.ShapeDtypeStruct(tuple(shape), g.dtype))
    return transpose(g)[0]


def _xla(x, w, plan):
    import jax
    letters = "DHW"[-len(plan.strides):]
    return jax.lax.conv_general_dilated(x, w, plan.strides, plan.pads, rhs_dilation=plan.dilation, feature_group_count=plan.groups,
                                        dimension_numbers=("NC" + letters, "OI" + letters, "NC" + letters), precision=precision())


# Convolution as products of the filters with the columns of a few images at a time. ---------------------------------------------

def _weights_columns(x, g, w_shape, plan):
    import jax
    import jax.numpy as jnp
    n, columns_of = len(plan.strides), _column_bytes(x.shape, w_shape, x.dtype, plan)

    def piece(x, g):
        columns = _columns(x, w_shape[-n:], plan, g.shape[2:])
        return _dot(jnp.moveaxis(g, 1, 0).reshape(g.shape[1], -1), columns, 1, 1)

    total = None
    for count, size, start in _pieces(x.shape[0], columns_of):
        several = [_stacked(a, count, size, start) for a in (x, g)]
        if count == 1:
            part = piece(*(a[0] for a in several))
        else:
            zeros = jnp.zeros((w_shape[0], w_shape[1] * math.prod(w_shape[-n:])), x.dtype)
            part = jax.lax.scan(lambda t, both: (t + piece(*both), None), zeros, tuple(several))[0]
        total = part if total is None else total + part
    dw = jnp.moveaxis(total.reshape((w_shape[0], *w_shape[-n:], w_shape[1])), -1, 1)
    return _turned(dw, n) if plan.flip else dw


def _inputs_columns(w, g, x_shape, plan):
    import jax.numpy as jnp
    n = len(plan.strides)
    if plan.flip:
        w = _turned(w, n)
    flat = jnp.moveaxis(w, 1, -1).reshape(w.shape[0], -1)

    def piece(g):
        columns = _dot(flat, jnp.moveaxis(g, 1, 0).reshape(g.shape[1], -1), 0, 0)
        return _image(columns, (g.shape[0], *x_shape[1:]), w.shape[-n:], plan, g.shape[2:])
    return _by_pieces(piece, g, _column_bytes(x_shape, w.shape, g.dtype, plan))


def _forward_columns(x, w, plan):
    import jax.numpy as jnp
    n = len(plan.strides)
    if plan.flip:
        w = _turned(w, n)
    extents = output_extent(plan, x.shape[2:], w.shape[-n:])
    flat = jnp.moveaxis(w, 1, -1).reshape(w.shape[0], -1)

    def piece(x):
        out = _dot(flat, _columns(x, w.shape[-n:], plan, extents), 1, 0)
        return jnp.swapaxes(out.reshape((w.shape[0], x.shape[0], *extents)), 0, 1)
    return _by_pieces(piece, x, _column_bytes(x.shape, w.shape, x.dtype, plan))


def _column_bytes(x_shape, w_shape, dtype, plan):
    """What the columns of one image take."""
    n = len(plan.strides)
    return math.prod(w_shape[1:]) * math.prod(output_extent(plan, x_shape[2:], w_shape[-n:])) * dtype.itemsize


def _pieces(batch, each):
    """(how many, of how many images, from where): equal pieces whose columns fit into the limit, and the rest."""
    size = min(batch, max(1, _COLUMNS // each))
    # pieces that leave no rest, where not much smaller
    size = next((s for s in range(size, size // 2, -1) if batch % s == 0), size)
    yield batch // size, size, 0
    if batch % size:
        yield 1, batch % size, batch - batch % size


def _stacked(a, count, size, start):
    return a[start:start + count * size].reshape((count, size, *a.shape[1:]))


def _by_pieces(piece, a, each):
    """`piece` of `a`, a few images at a time, the results one after the other."""
    import jax
    import jax.numpy as jnp
    parts = []
    for count, size, start in _pieces(a.shape[0], each):
        several = _stacked(a, count, size, start)
        out = piece(several[0])[None] if count == 1 else jax.lax.map(piece, several)
        parts.append(out.reshape((-1, *out.shape[2:])))
    return parts[0] if len(parts) == 1 else jnp.concatenate(parts)


def _dot(a, b, axis_a, axis_b):
    import jax
    return jax.lax.dot_general(a, b, (((axis_a,), (axis_b,)), ((), ())), precision=precision())


def _taps(kernel, plan, extents):
    """For each tap of the filter the (start, limit) of the places it reads in the padded image, by axis."""
    import itertools
    for tap in itertools.product(*(range(k) for k in kernel)):
        starts = tuple(t * d for t, d in zip(tap, plan.dilation))
        yield starts, tuple(s + (e - 1) * step + 1 for s, e, step in zip(starts, extents, plan.strides))


def _columns(x, kernel, plan, extents):
    """The image as a matrix (taps * channels, batch * places); taps by axis, then channels."""
    import jax
    import jax.numpy as jnp
    x = jnp.pad(jnp.swapaxes(x, 0, 1), ((0, 0), (0, 0), *plan.pads))
    # or XLA computes what gave the image once for every tap
    x = jax.lax.optimization_barrier(x)
    steps = (1, 1, *plan.strides)
    parts = [jax.lax.slice(x, (0, 0, *starts), (*x.shape[:2], *limits), steps) for starts, limits in _taps(kernel, plan, extents)]
    return jnp.concatenate(parts, axis=0).reshape(len(parts) * x.shape[0], -1)


def _image(columns, x_shape, kernel, plan, extents):
    """The transpose of `_columns`: each tap's part added where it came from."""
    import jax.numpy as jnp
    batch, channels = x_shape[:2]
    padded = tuple(e + sum(p) for e, p in zip(x_shape[2:], plan.pads))
    parts = columns.reshape((-1, channels, batch, *extents))
    image = jnp.zeros((channels, batch, *padded), columns.dtype)
    for part, (starts, limits) in zip(parts, _taps(kernel, plan, extents)):
        places = tuple(slice(a, b, s) for a, b, s in zip(starts, limits, plan.strides))
        image = image.at[(slice(None), slice(None), *places)].add(part)
    inner = tuple(slice(p[0], p[0] + e) for p, e in zip(plan.pads, x_shape[2:]))
    return jnp.swapaxes(image[(slice(None), slice(None), *inner)], 0, 1)


def _unshared(x, w, plan, extents):
    """Every place of the output has filters of its own: (filters, *places, channels of a group, *extents of a filter)."""
    import jax
    import jax.numpy as jnp
    n, groups = len(extents), plan.groups
    if tuple(w.shape[1:1 + n]) != extents:
        raise ValueError(f"Kernel shape {tuple(w.shape[1:1 + n])} does not match computed output size {extents}")
    x = jnp.pad(x, ((0, 0), (0, 0), *plan.pads))
    x = x.reshape((x.shape[0], groups, x.shape[1] // groups, *x.shape[2:]))
    w = w.reshape((groups, w.shape[0] // groups, *w.shape[1:]))
    steps = (1, 1, 1, *plan.strides)
    total = None
    for starts, limits in _taps(w.shape[-n:], plan, extents):
        tap = tuple(s // d for s, d in zip(starts, plan.dilation))
        seen = jax.lax.slice(x, (0, 0, 0, *starts), (*x.shape[:3], *limits), steps)
        term = jnp.einsum("bgcyx,goyxc->bgoyx", seen, w[(Ellipsis, *tap)], precision=precision())
        total = term if total is None else total + term
    return total.reshape((x.shape[0], -1, *extents))


FORMS = {"forward": {"xla": _forward_xla, "columns": _forward_columns},
         "weights": {"xla": _weights_xla, "columns": _weights_columns},
         "inputs": {"xla": _inputs_xla, "columns": _inputs_columns}}

# bytes of columns at a time
_COLUMNS = 1 << 22
# taps of a filter past which compiling a slice for each takes too long
_TAPS = 128
# products up to which XLA's own convolution is as fast, and compiles in a quarter of the time (0.25 s against 0.3 to 1.6)
_FEW_PRODUCTS = 1 << 18


def choose(direction, x_shape, w_shape, dtype, plan):
    """The name of the form of `direction` that is fastest here: on accelerators XLA's own, on the CPU nearly always columns."""
    n, taps = len(plan.strides), math.prod(w_shape[-len(plan.strides):])
    if plan.groups != 1 or plan.unshared or str(dtype) not in ("float32", "float64") or 0 in (*x_shape, *w_shape):
        return "xla"
    places = output_extent(plan, x_shape[2:], w_shape[-n:])
    few = x_shape[0] * math.prod(places) * math.prod(w_shape) <= _FEW_PRODUCTS
    if not runs_on_cpu() or taps > _TAPS or few:
        return "xla"
    if str(dtype) == "float32" and n == 2:
        # where XLA's float32 convolution wins: few channels forward, large filters
        if direction == "forward" and x_shape[1] <= 4 or direction == "weights" and taps > 64:
            return "xla"
    return "columns"
