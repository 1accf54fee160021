"""Rules for indexing padded arrays, and by padded arrays. See `rules`.

Positions from the end, and bounds of integers, are counted from where an array ends, not from where its buffer does.
"""
import numpy as np

from theano_compat.graph.checks import check
from theano_compat.padding.rules import rule
from theano_compat.padding.shapes import as_size
from theano_compat.padding.sizes import (
    Size,
    Sizes,
    Unpaddable,
    at_most,
    compared,
    filled,
    inside,
    labelled,
    minus,
    not_negative,
    plain,
    plus,
    require_fit,
    room,
    rounded_up,
    sizes_of,
    smaller,
    vector,
)
from theano_compat.tensor import slices
from theano_compat.tensor.advincindex import AdvancedIncSubtensor, AdvancedIncSubtensor1
from theano_compat.tensor.advindex import AdvancedSubtensor, AdvancedSubtensor1, check_same_shape, index_kinds
from theano_compat.tensor.incindex import IncSubtensor, as_dtype, check_sum_fits, nothing
from theano_compat.tensor.index import Subtensor


class _Window:
    """What an index takes of an axis: `size` elements from `first` on, each `step` further; `dropped` by an integer.

    `first`: an int, a Size, or a number known when the program runs.
    """

    def __init__(self, first, size, step=1, dropped=False):
        self.first, self.size, self.step, self.dropped = first, size, step, dropped

    @property
    def lies_still(self):
        """Whether it is a window of the buffer that does not depend on lengths."""
        return isinstance(self.first, int) and (self.step > 0 or not isinstance(self.size, Size))

    def positions(self):
        """Where in the buffer its elements are, or would be."""
        import jax.numpy as jnp
        first = jnp.asarray(plain(self.first)).astype("int64")
        return first + self.step * jnp.arange(room(self.size), dtype="int64")


def _windows(node, values, where):
    sizes = sizes_of(values[0])
    found = []
    for place, n in zip(where, sizes):
        if isinstance(place, tuple):
            found.append(_slice(*[None if p is None else values[p] for p in place], n))
        else:
            found.append(_Window(_position(node, values[place], n), 1, 1, True))
    return [*found, *(_Window(0, n) for n in sizes[len(where):])]


def _position(node, index, n):
    """An integer index as a position from 0 on, checked against size `n`."""
    import jax.numpy as jnp
    known = as_size(index)
    if known is not None:
        sign = compared(known, 0)
        if sign in (0, 1, ">=", -1):
            place = plus(known, n) if sign == -1 else known
            if compared(place, n) == -1 and compared(place, 0) in (0, 1, ">="):
                return place
            index = plain(known)
    index = jnp.asarray(plain(index)).astype("int64")
    end = jnp.asarray(plain(n)).astype("int64")
    check((index >= -end) & (index < end), node, IndexError, slices.OUT_OF_BOUNDS)
    return jnp.clip(jnp.where(index < 0, index + end, index), 0, max(room(n) - 1, 0))


def _bound(v, n, least, most):
    """A bound of a slice of size `n` as a position between `least` and `most`."""
    v = as_size(v)
    if v is None:
        raise Unpaddable("a bound that is known only when the program runs")
    if not at_most(0, v):
        v = plus(v, n)
    if not at_most(least, v):
        return least
    return smaller(v, most)


def _slice(start, stop, step, n):
    by = 1 if step is None else as_size(step)
    if not isinstance(by, int) or by == 0:
        raise Unpaddable("a step that is known only when the program runs")
    if by > 0:
        first = 0 if start is None else _bound(start, n, 0, n)
        last = n if stop is None else _bound(stop, n, 0, n)
        span = minus(last, first)
    else:
        first = minus(n, 1) if start is None else _bound(start, n, -1, minus(n, 1))
        last = -1 if stop is None else _bound(stop, n, -1, minus(n, 1))
        span = minus(first, last)
    span = not_negative(span)
    if span == 0:
        return _Window(0, 0)
    return _Window(first, rounded_up(span, abs(by)), by)


def _read(array, wins):
    import jax
    import jax.numpy as jnp
    for d in reversed(range(len(wins))):
        w = wins[d]
        if w.dropped:
            array = jax.lax.dynamic_index_in_dim(array, jnp.asarray(plain(w.first)).astype("int64"), d, keepdims=False)
        elif w.lies_still:
            n, last = room(w.size), w.first + (room(w.size) - 1) * w.step
            if w.step > 0:
                array = jax.lax.slice_in_dim(array, w.first, last + 1 if n else w.first, w.step, d)
            else:
                array = jax.lax.rev(jax.lax.slice_in_dim(array, last, w.first + 1, -w.step, d), (d,))
        else:
            array = jnp.take(array, w.positions(), axis=d, mode="clip")
    return array


@rule(Subtensor)
def subtensor(node, values, lower):
    """Windows of the buffer; of a vector of sizes, sizes."""
    import jax.numpy as jnp
    x = values[0]
    if isinstance(x, Sizes):
        return (_of_sizes(node, values),)
    wins = _windows(node, values, node.op._where)
    return (labelled(_read(jnp.asarray(plain(x)), wins), [w.size for w in wins if not w.dropped]),)


def _of_sizes(node, values):
    place, = node.op._where
    v = values[0]
    if isinstance(place, tuple):
        return vector(v[slice(*[None if p is None else int(as_size(values[p])) for p in place])])
    i = as_size(values[place])
    if not isinstance(i, int) or not -len(v) <= i < len(v):
        raise Unpaddable("a size that is chosen when the program runs")
    return v[i] if isinstance(v[i], Size) else np.asarray(v[i], "int64")


@rule(IncSubtensor)
def inc_subtensor(node, values, lower):
    """Padding of what is put or added changes nothing."""
    import jax.numpy as jnp
    x, y, op = values[0], values[1], node.op
    wins = _windows(node, values, op._where)
    sizes = [w.size for w in wins if not w.dropped]
    require_fit(y, sizes)
    array, dtype = jnp.asarray(plain(x)), node.outputs[0].type.dtype
    target = [room(n) for n in sizes]
    counts = inside(sizes)
    y = jnp.broadcast_to(jnp.asarray(plain(y)), target)
    if any(not w.dropped and not w.lies_still for w in wins):
        return (labelled(_scattered(op, array, y, wins, counts), sizes_of(x)),)
    # with bounds that are numbers it is the op that it always was
    windows = [slices.Window(_lowest(w), room(w.size), w.step, w.dropped) for w in wins]
    if op.set_instead_of_inc:
        y = as_dtype(y, dtype)
        y = y if counts is None else jnp.where(counts, y, _read(array, wins))
        return (labelled(slices.written(array, y, windows, None, node), sizes_of(x)),)
    y = y if counts is None else jnp.where(counts, y, jnp.asarray(nothing(y.dtype), y.dtype))
    common = check_sum_fits(array.dtype, y, len(sizes))
    new = slices.written(array, y, windows, lambda old, y: as_dtype(jnp.add(as_dtype(old, common), as_dtype(y, common)), dtype),
                         node)
    return (labelled(new, sizes_of(x)),)


def _lowest(w):
    if w.dropped:
        return plain(w.first)
    return w.first if w.step > 0 else w.first + (room(w.size) - 1) * w.step


def _scattered(op, array, y, wins, counts):
    """`array` with `y` put or added where a window moves with the lengths; padding goes nowhere."""
    import jax.numpy as jnp
    if sum(not w.dropped and not w.lies_still for w in wins) > 1:
        raise Unpaddable("several slices from the end")
    if not op.set_instead_of_inc and check_sum_fits(array.dtype, y, array.ndim) != array.dtype:
        raise Unpaddable("a sum of %s that is put into %s" % (y.dtype, array.dtype))
    y = as_dtype(y, array.dtype)
    index, at = [], None
    for d, w in enumerate(wins):
        if w.dropped:
            raise Unpaddable("a slice from the end beside an integer")
        if w.lies_still:
            if w.step < 0 or room(w.size) == 0:
                raise Unpaddable("a slice from the end beside one that runs backwards")
            index.append(slice(w.first, w.first + (room(w.size) - 1) * w.step + 1, w.step))
        else:
            index.append(w.positions())
            at = d
    w = wins[at]
    if isinstance(w.size, Size):
        index[at] = jnp.where(jnp.arange(room(w.size)) < w.size.traced(), index[at], array.shape[at])
    if counts is not None and not op.set_instead_of_inc:
        y = jnp.where(counts, y, jnp.asarray(nothing(y.dtype), y.dtype))
    elif counts is not None and any(isinstance(v.size, Size) for d, v in enumerate(wins) if d != at):
        y = jnp.where(counts, y, _read(array, wins))
    where = array.at[tuple(index)]
    return where.set(y, mode="drop") if op.set_instead_of_inc else where.add(y, mode="drop")


# -- by arrays

def _positions(node, index, n, axis):
    """Indices as positions from 0 on, checked against size `n` where they are not padding, which is 0."""
    import jax.numpy as jnp
    mask = inside(sizes_of(index))
    index = jnp.asarray(filled(index, 0)).astype("int64")
    end = jnp.asarray(plain(n)).astype("int64")
    ok = (index >= -end) & (index < end)
    check(jnp.all(ok if mask is None else ok | ~mask), node, IndexError, "index out of bounds for axis %d with size %s" % (axis, n))
    return jnp.clip(jnp.where(index < 0, index + end, index), 0, max(room(n) - 1, 0))


@rule(AdvancedSubtensor1)
def rows(node, values, lower):
    """Any row will do for padding."""
    import jax.numpy as jnp
    x, index = values
    if isinstance(x, Sizes) or isinstance(index, Sizes):
        raise Unpaddable("sizes by an array of indices")
    place = _positions(node, index, sizes_of(x)[0], 0)
    return (labelled(jnp.take(plain(x), place, axis=0, mode="clip"), [*sizes_of(index), *sizes_of(x)[1:]]),)


def _entries(node, values):
    """(an index for JAX, the sizes of what it takes) of a node whose indices are arrays, behind each other or all of the axes."""
    op = node.op
    first = op.first_index
    kinds = index_kinds(node, first)
    x, indices = values[0], values[first:]
    if any(k not in ("array", "slice") for k in kinds) or any(isinstance(v, Sizes) for v in indices):
        raise Unpaddable("masks and new axes among indices of varying size")
    if any(k == "slice" and v != slice(None) for k, v in zip(kinds, indices)):
        raise Unpaddable("slices beside arrays of indices")
    arrays = [d for d, k in enumerate(kinds) if k == "array"]
    if not arrays or arrays != list(range(arrays[0], arrays[-1] + 1)):
        raise Unpaddable("arrays of indices apart from each other")
    sizes = sizes_of(x)
    check_same_shape([plain(indices[d]) for d in arrays])
    common = _broadcast([sizes_of(indices[d]) for d in arrays])
    places = [_positions(node, indices[d], sizes[d], d) if k == "array" else slice(None) for d, k in enumerate(kinds)]
    return tuple(places), (*sizes[:arrays[0]], *common, *sizes[arrays[-1] + 1:])


def _broadcast(all_sizes):
    ndim = max(map(len, all_sizes))
    found = [1] * ndim
    for sizes in all_sizes:
        for d, n in enumerate(sizes, ndim - len(sizes)):
            if n != 1 and found[d] not in (1, n):
                raise Unpaddable("indices of lengths %s and %s" % (found[d], n))
            found[d] = n if n != 1 else found[d]
    return found


@rule(AdvancedSubtensor)
def elements(node, values, lower):
    """Any element will do for padding."""
    import jax.numpy as jnp
    places, sizes = _entries(node, values)
    return (labelled(jnp.asarray(plain(values[0])).at[places].get(mode="promise_in_bounds"), sizes),)


@rule(AdvancedIncSubtensor1, AdvancedIncSubtensor)
def inc_elements(node, values, lower):
    """To nothing nothing is added; where something is put, padding is put nowhere."""
    import jax.numpy as jnp
    x, y, op = values[0], values[1], node.op
    if isinstance(op, AdvancedIncSubtensor1):
        index = values[2]
        places = (_positions(node, index, sizes_of(x)[0], 0),)
        sizes = (*sizes_of(index), *sizes_of(x)[1:])
    else:
        places, sizes = _entries(node, values)
    require_fit(y, sizes)
    if op.set_instead_of_inc and any(isinstance(n, Size) for v in values[2:] if np.ndim(plain(v)) for n in sizes_of(v)):
        raise Unpaddable("assignment at arrays of indices of varying size")
    target = [room(n) for n in sizes]
    y = jnp.broadcast_to(jnp.asarray(as_dtype(jnp.asarray(plain(y)), x.dtype)), target)
    array = jnp.asarray(plain(x))
    if op.set_instead_of_inc:  # padding is put to padding
        return (labelled(array.at[places].set(y, mode="promise_in_bounds"), sizes_of(x)),)
    y = filled(labelled(y, sizes), nothing(y.dtype))
    if array.dtype == bool:
        raise Unpaddable("bools that are added to")
    return (labelled(array.at[places].add(y, mode="promise_in_bounds"), sizes_of(x)),)
