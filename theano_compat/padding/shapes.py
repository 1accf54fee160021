"""Rules for shapes of padded arrays: arithmetic on sizes, and ops that take sizes and give arrays. See `rules`.

Sizes stay polynomials as long as ops allow it (sums, products, comparisons that are the same for all lengths); otherwise they become
numbers known when the program runs, which decide no size any more.
"""
import numpy as np

from theano_compat import scalar
from theano_compat.padding.rules import rule
from theano_compat.padding.sizes import (
    DependsOnLengths,
    Size,
    Sizes,
    Unpaddable,
    at_most,
    compared,
    floored,
    greater,
    labelled,
    minus,
    not_negative,
    plain,
    plus,
    product,
    quotient,
    require_fit,
    room,
    rounded_up,
    sizes_of,
    smaller,
    times,
    vector,
)
from theano_compat.tensor.alloc import Alloc, AllocEmpty
from theano_compat.tensor.arange import ARange
from theano_compat.tensor.casting import ScalarFromTensor, TensorFromScalar
from theano_compat.tensor.diag import Eye, Tri
from theano_compat.tensor.elemwise import DimShuffle
from theano_compat.tensor.join import Join, MakeVector, Split
from theano_compat.tensor.reshape import Reshape
from theano_compat.tensor.shape import Rebroadcast, Shape, Shape_i, SpecifyShape

_LEAST = {"int8": 1 << 7, "int16": 1 << 15, "int32": 1 << 31}


def as_size(v):
    """A value as an int or a Size; None for what is only known when the program runs, and for what is no integer."""
    if isinstance(v, Size):
        return v
    if isinstance(v, (int, np.integer)) or isinstance(v, np.ndarray) and v.ndim == 0 and v.dtype.kind in "iu":
        return int(v)
    return None


def needed_size(v):
    """A value as an int or a Size. Raises Unpaddable."""
    found = as_size(v)
    if found is None:
        raise Unpaddable("a size that is known only when the program runs")
    return found


def of_dtype(n, dtype):
    """An int or Size as a value of `dtype` in a graph; None for a dtype that it need not fit."""
    if isinstance(n, Size):
        low, high = n.interval()
        if not dtype.startswith("int") or dtype in _LEAST and not -_LEAST[dtype] <= low <= high < _LEAST[dtype]:
            return None
        return Size(n.terms, dtype)
    return np.asarray(n).astype(dtype)


# -- numbers

def _equal(a, b):
    found = compared(a, b)
    if not isinstance(found, int):
        raise DependsOnLengths("whether %s is %s depends on the lengths" % (a, b))
    return found == 0


_ARITHMETIC = {
    scalar.add: lambda *n: _sum(n), scalar.mul: lambda *n: product(n), scalar.sub: minus, scalar.neg: lambda a: minus(0, a),
    scalar.maximum: greater, scalar.minimum: smaller, scalar.identity: lambda a: a,
    scalar.int_div: floored, scalar.mod: lambda a, b: minus(a, times(b, floored(a, b))),
    scalar.le: at_most, scalar.ge: lambda a, b: at_most(b, a),
    scalar.lt: lambda a, b: not at_most(b, a), scalar.gt: lambda a, b: not at_most(a, b),
    scalar.eq: _equal, scalar.neq: lambda a, b: not _equal(a, b),
}


def _sum(sizes):
    total = 0
    for n in sizes:
        total = plus(total, n)
    return total


def arithmetic(node, values):
    """The outputs of an elementwise node of numbers, as sizes where they can be; None where they cannot."""
    op, dtype = node.op.scalar_op, node.outputs[0].type.dtype
    if any(isinstance(v, Sizes) for v in values) or node.outputs[0].type.ndim:
        return None
    if op == scalar.switch and isinstance(values[0], np.ndarray):
        found = as_size(values[1 if values[0] else 2])
    elif op == scalar.second:
        found = as_size(values[1])
    else:
        compute = (lambda a: a) if isinstance(op, scalar.Cast) else _ARITHMETIC.get(op)
        sizes = [as_size(v) for v in values]
        if compute is None or None in sizes:
            return None
        try:
            found = compute(*sizes)
        except Unpaddable:
            return None
    found = None if found is None else of_dtype(found, dtype)
    return None if found is None else (found,)


def total(node, sizes):
    """The sum or product of a vector of sizes, or None."""
    op = node.op.scalar_op
    if not isinstance(sizes, Sizes) or op not in (scalar.add, scalar.mul) or any(as_size(n) is None for n in sizes):
        return None
    found = of_dtype((_sum if op == scalar.add else product)([as_size(n) for n in sizes]), node.outputs[0].type.dtype)
    return None if found is None else (found,)


def entries(v):
    """The numbers of a vector of sizes, one by one."""
    if isinstance(v, Sizes):
        return list(v)
    if isinstance(v, np.ndarray):
        return [n for n in v]
    raise Unpaddable("sizes that are known only when the program runs")


# -- from arrays to sizes and back

@rule(Shape)
def shape(node, values, lower):
    """The sizes, not those of the buffer."""
    return (vector(sizes_of(values[0])),)


@rule(Shape_i)
def shape_i(node, values, lower):
    """The size of one axis."""
    n = sizes_of(values[0])[node.op.i]
    return (n if isinstance(n, Size) else np.asarray(n, "int64"),)


@rule(MakeVector)
def make_vector(node, values, lower):
    """A vector of sizes."""
    if node.op.dtype != "int64":
        return lower([plain(v) for v in values])
    return (vector(n if as_size(n) is None else as_size(n) for n in values),)


@rule(ScalarFromTensor, TensorFromScalar, Rebroadcast)
def unchanged(node, values, lower):
    """What it is; of an array the sizes stay."""
    v = values[0]
    if isinstance(v, Size):
        return (v,)
    return (labelled(lower([plain(v)])[0], sizes_of(v)),)


@rule(SpecifyShape)
def specify_shape(node, values, lower):
    """The sizes have to be those that are said."""
    x, sizes = values
    if [as_size(n) for n in entries(sizes)] != [as_size(n) for n in sizes_of(x)]:
        raise Unpaddable("the sizes %s where %s are specified" % (sizes_of(x), sizes))
    return (x,)


@rule(DimShuffle)
def dimshuffle(node, values, lower):
    """Sizes change places with their axes."""
    x = values[0]
    sizes = sizes_of(x)
    return (labelled(lower([plain(x)])[0], [1 if i == "x" else sizes[i] for i in node.op.new_order]),)


@rule(Alloc)
def alloc(node, values, lower):
    """A buffer for the greatest lengths."""
    value, sizes = values[0], [needed_size(n) for n in values[1:]]
    require_fit(value, sizes)
    outs = lower([plain(value), *(np.asarray(room(n)) for n in sizes)], facts=tuple(room(n) for n in sizes))
    return (labelled(outs[0], sizes),)


@rule(AllocEmpty)
def alloc_empty(node, values, lower):
    """A buffer for the greatest lengths."""
    sizes = [needed_size(n) for n in values]
    return (labelled(lower([np.asarray(room(n)) for n in sizes], facts=tuple(room(n) for n in sizes))[0], sizes),)


@rule(Eye, Tri)
def diagonals(node, values, lower):
    """Where diagonals are does not depend on sizes."""
    sizes = [needed_size(n) for n in values[:2]]
    facts = tuple(room(n) for n in sizes)
    return (labelled(lower([*map(np.asarray, facts), plain(values[2])], facts=facts)[0], sizes),)


@rule(ARange)
def arange(node, values, lower):
    """The numbers go on behind the size."""
    start, stop, step = values
    first, last, by = map(as_size, values)
    if not isinstance(step, np.ndarray) or by is None or last is None:
        raise Unpaddable("arange whose step or end is known only when the program runs")
    if first is None:
        raise Unpaddable("arange(%s, %s, %s)" % (first, last, by))
    n = rounded_up(not_negative(minus(last, first) if by > 0 else minus(first, last)), abs(by))
    return (labelled(lower([plain(start), np.asarray(0), step], facts=(room(n),))[0], [n]),)


# -- other forms of the same elements

@rule(Reshape)
def reshape(node, values, lower):
    """Elements move where an axis that is not the first one of those that are merged or split is padded."""
    x, asked = values[0], entries(values[1])[:node.op.ndim]
    given = sizes_of(x)
    asked = [n if as_size(n) is None else as_size(n) for n in asked]
    unknown = [i for i, n in enumerate(asked) if not isinstance(n, Size) and isinstance(n, int) and n < 0]
    whole = product(given)
    if len(unknown) > 1 or len(asked) < node.op.ndim:
        raise Unpaddable("a reshape to %s" % (asked,))
    asked = [n if i in unknown else needed_size(n) for i, n in enumerate(asked)]
    if unknown:
        asked[unknown[0]] = quotient(whole, product(n for i, n in enumerate(asked) if i not in unknown))
    if product(asked) != whole:
        raise Unpaddable("%s elements as %s" % (whole, asked))
    return (labelled(rearranged(plain(x), given, asked), asked),)


def rearranged(array, given, asked):
    """A buffer of sizes `given` as one of sizes `asked`, of as many elements."""
    import jax.numpy as jnp
    array, target = jnp.asarray(array), [room(n) for n in asked]
    if 0 in target:
        return jnp.zeros(target, array.dtype)
    if _in_front(given) and _in_front(asked):
        return jnp.reshape(array, target)
    # where each element of the new buffer lies in the old one, by way of its place without any padding
    place = jnp.zeros([1] * len(asked), "int64")
    for d, step in enumerate(_steps(asked)):
        here = jnp.arange(target[d], dtype="int64").reshape([-1 if d == i else 1 for i in range(len(asked))])
        place = place + here * step
    found = jnp.zeros(place.shape, "int64")
    for d, (step, n) in enumerate(zip(_steps(given), given)):
        found = found * room(n) + (place // step) % jnp.asarray(plain(n)).astype("int64")
    return jnp.take(array.ravel(), found, mode="clip")


def _in_front(sizes):
    """Whether the elements lie side by side in a buffer of `sizes`: no axis is padded but the first that is longer than 1."""
    longer = [n for n in sizes if n != 1]
    return not any(isinstance(n, Size) for n in longer[1:])


def _steps(sizes):
    """How many elements are between neighbours on each axis."""
    import jax.numpy as jnp
    return [jnp.maximum(jnp.asarray(plain(product(sizes[d + 1:]))).astype("int64"), 1) for d in range(len(sizes))]


@rule(Join)
def join(node, values, lower):
    """What comes behind a padded part begins where that ends."""
    import jax
    import jax.numpy as jnp
    axis, parts = as_size(values[0]), values[1:]
    if not isinstance(axis, int):
        raise Unpaddable("an axis that is known only when the program runs")
    if any(isinstance(v, Sizes) for v in parts):
        return (vector(n for v in parts for n in entries(v)),)
    all_sizes = [sizes_of(v) for v in parts]
    axis %= len(all_sizes[0])
    if len({s[:axis] + s[axis + 1:] for s in map(tuple, all_sizes)}) > 1:
        raise Unpaddable("pieces of sizes %s" % (all_sizes,))
    sizes = list(all_sizes[0])
    sizes[axis] = _sum(s[axis] for s in all_sizes)
    if not any(isinstance(s[axis], Size) for s in all_sizes[:-1]):
        return (labelled(lower([values[0], *map(plain, parts)], facts=axis)[0], sizes),)
    dtype = node.outputs[0].type.dtype
    whole, at = None, 0
    for v, mine in zip(parts, all_sizes):
        array = jnp.asarray(plain(v)).astype(dtype)
        if whole is None:
            spare = [(0, room(sizes[axis]) - array.shape[axis] if d == axis else 0, 0) for d in range(array.ndim)]
            whole = jax.lax.pad(array, np.zeros((), dtype), spare)
        else:
            # the padding of this part is overwritten by the next, or lies behind the end; a part at the end must not be shifted to fit
            start = jnp.asarray(plain(at)).astype("int64")
            wide = jax.lax.pad(whole, np.zeros((), dtype), [(0, array.shape[axis] if d == axis else 0, 0) for d in range(array.ndim)])
            wide = jax.lax.dynamic_update_slice_in_dim(wide, array, start, axis)
            whole = jax.lax.slice_in_dim(wide, 0, room(sizes[axis]), axis=axis)
        at = plus(at, mine[axis])
    return (labelled(whole, sizes),)


@rule(Split)
def split(node, values, lower):
    """Each part begins where the one before ends."""
    import jax
    import jax.numpy as jnp
    x, axis, parts = values[0], as_size(values[1]), [needed_size(n) for n in entries(values[2])]
    sizes = list(sizes_of(x))
    if not isinstance(axis, int) or len(parts) != node.op.len_splits:
        raise Unpaddable("a split on an axis that is known only when the program runs")
    axis %= len(sizes)
    if _sum(parts) != sizes[axis] or any(not at_most(0, n) for n in parts):
        raise Unpaddable("%s split into %s" % (sizes[axis], parts))
    array, at, found = jnp.asarray(plain(x)), 0, []
    for n in parts:
        if isinstance(at, Size):
            where = jnp.asarray(at.traced()).astype("int64") + jnp.arange(room(n))
            piece = jnp.take(array, where, axis=axis, mode="clip")
        else:
            piece = jax.lax.slice_in_dim(array, at, at + room(n), axis=axis)
        found.append(labelled(piece, [n if d == axis else m for d, m in enumerate(sizes)]))
        at = plus(at, n)
    return tuple(found)


