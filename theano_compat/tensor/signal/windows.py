"""How pooling is computed: windows over the last axes of an array, reduced, spread back, and compared with their maxima.

The ops are in `pool`. Measured on CPU with 2x2 windows of 100x20x24x24 (ms, float32 / float64): axis after axis by strided slices
0.43 / 0.47, the four places of a window at once 0.55 / 0.55, reduce_window 1.2 / 1.2; summed afterwards 0.79 / 1.3, 0.92 / 2.3, 0.99 / 1.5.
Going back by the derivative of reduce_window 10.2, by comparing the input with the kept maxima 0.40.

Negative padding leaves out so many places at both ends. Theano, pooling, then takes places from the end a second time (`_read`); its
gradients do not, and go to the whole window.
"""
import functools
import itertools
import math
from typing import NamedTuple

import numpy as np

from theano_compat.scalar.device import runs_on_cpu

# up to this many places along an axis of a window one strided slice for each is faster than XLA's own window reduction
FEW = 16


class Windows(NamedTuple):
    """Size, stride and padding of the windows by axis, and whether those that stick out at the end are dropped."""

    size: tuple
    stride: tuple
    pad: tuple
    ignore_border: bool

    def counts(self, extents):
        """How many windows fit along each axis of an image of `extents`."""
        return tuple(_count(n + 2 * p, w, s, self.ignore_border) for n, w, s, p in zip(extents, self.size, self.stride, self.pad))

    def tiles(self):
        """Whether windows lie side by side."""
        return self.size == self.stride


def _count(n, window, stride, ignore_border):
    if ignore_border:
        return max(n // stride if window == stride else (n - window) // stride + 1, 0)
    if stride >= window:
        return (n - 1) // stride + 1
    return max(0, (n - 1 - window + stride) // stride) + 1


def padded(x, windows, fill):
    """`x` with its padding, and as far filled at the end that the last window of each axis is complete."""
    n = len(windows.size)
    counts = windows.counts(x.shape[-n:])
    ends = [max(p, (c - 1) * s + w - e - p) for e, c, w, s, p in zip(x.shape[-n:], counts, windows.size, windows.stride, windows.pad)]
    return _widened(x, list(zip(windows.pad, ends)), fill)


def _widened(x, widths, fill):
    """`x` with so many places more (or, if negative, fewer) before and after its last axes."""
    import jax
    if not any(map(any, widths)):
        return x
    return jax.lax.pad(x, np.asarray(fill, x.dtype), [(0, 0, 0)] * (x.ndim - len(widths)) + [(a, b, 0) for a, b in widths])


def _read(x, windows, fill):
    """`x` as pooling reads it: with negative padding its end counts as `fill`, as long as the places left out at both ends."""
    if not windows.ignore_border or min(windows.pad) >= 0:
        return x
    left_out = [(0, min(2 * p, 0)) for p in windows.pad]
    return _widened(_widened(x, left_out, fill), [(a, -b) for a, b in left_out], fill)


def _taps(y, windows, counts):
    """For each place in a window: the values at that place in all windows."""
    import jax
    lead = y.ndim - len(counts)
    for offset in itertools.product(*(range(w) for w in windows.size)):
        limits = [o + (c - 1) * s + 1 for o, c, s in zip(offset, counts, windows.stride)]
        yield jax.lax.slice(y, (0,) * lead + offset, (*y.shape[:lead], *limits), (1,) * lead + windows.stride)


def lowest(dtype):
    """What no maximum is made of: minus infinity, or the least integer."""
    dtype = np.dtype(dtype)
    if dtype.kind == "b":
        return False
    return np.asarray(-np.inf, dtype) if dtype.kind == "f" else np.asarray(np.iinfo(dtype).min, dtype)


def reduced(x, windows, kind):
    """The maximum ('max') or sum ('sum') of every window of `x`."""
    import jax
    import jax.numpy as jnp
    n = len(windows.size)
    counts = windows.counts(x.shape[-n:])
    if min(counts) == 0 or x.size == 0:
        return jnp.zeros(x.shape[:-n] + counts, x.dtype)
    fill = lowest(x.dtype) if kind == "max" else np.zeros((), x.dtype)
    y = padded(_read(x, windows, fill), windows, fill)
    combine = (jax.lax.max if kind == "max" else jax.lax.add) if x.dtype != bool else jax.lax.bitwise_or
    if kind == "max" and min(windows.pad) < 0:  # a maximum starts from a window's first place, whether it is read or not
        return combine(_combined(y, windows, counts, combine, fill), next(_taps(padded(x, windows, fill), windows, counts)))
    return _combined(y, windows, counts, combine, fill)


def _combined(y, windows, counts, combine, fill):
    """`combine` over every window of the padded `y`."""
    import jax
    n = len(counts)
    if max(windows.size) <= FEW and runs_on_cpu():
        for axis, (w, s, count) in enumerate(zip(windows.size, windows.stride, counts), y.ndim - n):
            y = _reduced_along(y, axis, w, s, count, combine)
        return y
    lead = (1,) * (y.ndim - n)
    y = jax.lax.slice(y, (0,) * y.ndim, (*y.shape[:-n], *((c - 1) * s + w for c, s, w in zip(counts, windows.stride, windows.size))))
    return jax.lax.reduce_window(y, fill, combine, lead + windows.size, lead + windows.stride, "VALID")


def _reduced_along(y, axis, window, stride, count, combine):
    """`combine` over the windows of one axis: each place in a window is one strided slice."""
    import jax
    taps = [jax.lax.slice_in_dim(y, o, o + (count - 1) * stride + 1, stride, axis) for o in range(window)]
    return functools.reduce(combine, taps)


def sizes(extents, windows, count_padding, reading=False):
    """How many places of the image (or also of its padding) each window covers: an array over the windows.

    `reading`: for pooling itself, which with negative padding has places of its own (see `_read`), and may have less than none.
    """
    shape, factors = windows.counts(extents), []
    for axis, (n, c, w, s, p) in enumerate(zip(extents, shape, windows.size, windows.stride, windows.pad)):
        starts = np.arange(c) * s
        ends = np.minimum(starts + w, n + 2 * p)
        if reading and p < 0:
            ends = starts + w if count_padding and windows.ignore_border else np.minimum(
                starts + w, n + 3 * p if windows.ignore_border else n + p)
        elif not count_padding:
            starts, ends = np.maximum(starts, p), np.minimum(ends, n + p)
        factors.append((ends - starts).reshape([-1 if i == axis else 1 for i in range(len(shape))]))
    return np.broadcast_to(math.prod(factors), shape)


def spread(g, x_shape, windows, chosen=None):
    """The transpose of `reduced(..., 'sum')`: each window's `g` at all its places; `chosen` = (x, maxima): where x equals its own."""
    import jax
    import jax.numpy as jnp
    n = len(windows.size)
    counts = windows.counts(x_shape[-n:])
    if min(counts) == 0 or g.size == 0:
        return jnp.zeros(x_shape, g.dtype)
    y = None if chosen is None else padded(chosen[0], windows, lowest(chosen[0].dtype))
    grown = [max(e + 2 * p, (c - 1) * s + w) for e, p, c, s, w in
             zip(x_shape[-n:], windows.pad, counts, windows.stride, windows.size)]
    if windows.tiles():
        out = _tiled(g, y, None if chosen is None else chosen[1], windows, counts, grown)
    else:
        lead, total = len(x_shape) - n, None
        taps = _taps(y, windows, counts) if chosen is not None else itertools.repeat(None)
        for offset, tap in zip(itertools.product(*(range(w) for w in windows.size)), taps):
            term = g if tap is None else jnp.where(tap == chosen[1], g, jnp.zeros((), g.dtype))
            ends = [e - o - (c - 1) * s - 1 for e, o, c, s in zip(grown, offset, counts, windows.stride)]
            config = [(0, 0, 0)] * lead + [(o, e, s - 1) for o, e, s in zip(offset, ends, windows.stride)]
            term = jax.lax.pad(term, jnp.zeros((), g.dtype), config)
            total = term if total is None else total + term
        out = total
    if chosen is None:  # no share beyond the padded image
        grown = [e + 2 * p for e, p in zip(x_shape[-n:], windows.pad)]
        out = out[(Ellipsis, *(slice(0, g) for g in grown))]
    return _widened(out, [(-p, e + p - g) for e, p, g in zip(x_shape[-n:], windows.pad, grown)], 0)


def _tiled(g, y, maxima, windows, counts, grown):
    """`spread` for windows side by side: every place belongs to one window, so it is a comparison and no sum."""
    import jax.numpy as jnp
    n, lead = len(counts), g.shape[:-len(counts)]
    covered = tuple(c * w for c, w in zip(counts, windows.size))
    apart = lead + tuple(itertools.chain(*zip(counts, windows.size)))
    between = (Ellipsis,) + (slice(None), None) * n
    wide = jnp.broadcast_to(g[between], apart)
    if y is not None:
        seen = y[(Ellipsis, *(slice(0, c) for c in covered))].reshape(apart)
        wide = jnp.where(seen == maxima[between], wide, jnp.zeros((), g.dtype))
    rest = [(0, 0)] * len(lead) + [(0, e - c) for e, c in zip(grown, covered)]
    return jnp.pad(wide.reshape(lead + covered), rest)


def summed_where(x, maxima, values, windows, first_only=False):
    """For each window the sum of `values` where `x` equals the window's maximum (`first_only`: the value where it first does)."""
    import jax.numpy as jnp
    n = len(windows.size)
    counts = windows.counts(x.shape[-n:])
    if min(counts) == 0 or x.size == 0:
        return jnp.zeros(maxima.shape, values.dtype)
    y, v = padded(x, windows, lowest(x.dtype)), padded(values, windows, np.zeros((), values.dtype))
    total = jnp.zeros(maxima.shape, values.dtype)
    taken = jnp.zeros(maxima.shape, bool)
    for here, value in zip(_taps(y, windows, counts), _taps(v, windows, counts)):
        hit = here == maxima
        if first_only:
            total = jnp.where(hit & ~taken, value, total)
            taken = taken | hit
        else:
            total = total + jnp.where(hit, value, jnp.zeros((), values.dtype))
    return total
