"""Sizes known only when a compiled program runs, and arrays of such sizes: buffers of which the front is what counts.

A program for many lengths is traced over buffers of the greatest of them. A `Size` is a polynomial in the lengths and in quotients of
such (half a length, rounded down), with whole coefficients; a `Padded` array has a buffer, and a size for each axis. What lies behind a
size is arbitrary, NaN even. How ops work on these is stated in `padding.rules` and beside; what has no rule raises Unpaddable, and the
program is made for one length.
"""
import threading
from typing import NamedTuple

import numpy as np

from theano_compat.graph.utils import setting

_state = threading.local()


class Unpaddable(Exception):
    """Something cannot be staged for many lengths at once; the reason is its text."""


class DependsOnLengths(Unpaddable):
    """What is staged would differ among the lengths that a program is for: one for fewer of them may do."""


class Lengths:
    """The lengths of a program that is being traced: for each a least and a greatest number, and its value when the program runs."""

    def __init__(self, bounds, values):
        self.bounds = bounds
        self.values = values


def tracing(lengths):
    """A block inside of which sizes refer to `lengths`; None: there are no sizes."""
    return setting(_state, "lengths", lengths)


def traced_lengths():
    """The Lengths of the program that is traced, or None."""
    return getattr(_state, "lengths", None)


class _Quotient(NamedTuple):
    """The polynomial of `terms` divided by a positive int, rounded down: what stands in a polynomial as lengths do."""

    terms: tuple
    by: int

    def at(self, numbers):
        return Size(self.terms).at(numbers) // self.by

    def interval(self):
        low, high = Size(self.terms).interval()
        return low // self.by, high // self.by


class _Remainder(_Quotient):
    """What such a division leaves."""

    __slots__ = ()

    def interval(self):
        return 0, self.by - 1


class Size:
    """A polynomial in the lengths: `terms`, a sorted tuple of (lengths multiplied, coefficient). An integer scalar of `dtype` in graphs.

    In the place of a length may be a _Quotient.
    """

    __slots__ = ("terms", "dtype")

    def __init__(self, terms, dtype="int64"):
        self.terms = tuple(sorted(((k, c) for k, c in dict(terms).items() if c), key=repr))
        self.dtype = dtype

    def __eq__(self, other):
        return isinstance(other, Size) and self.terms == other.terms

    def __hash__(self):
        return hash(self.terms)

    def __repr__(self):
        names = ("n%d" % i if isinstance(i, int) else "(%s)//%d" % (Size(i.terms), i.by) for k, _ in self.terms for i in k)
        return " + ".join("*".join([str(c), *(next(names) for _ in k)]) for k, c in self.terms)

    def at(self, numbers):
        """Its value where length i is `numbers[i]`."""
        total = 0
        for lengths, c in self.terms:
            for i in lengths:
                c = c * (numbers[i] if isinstance(i, int) else i.at(numbers))
            total = total + c
        return total

    def interval(self):
        """(least, greatest value), or bounds of these."""
        bounds = traced_lengths().bounds
        least = greatest = 0
        for lengths, c in self.terms:
            low = high = c
            for i in lengths:
                ends = bounds[i] if isinstance(i, int) else i.interval()
                products = [a * b for a in (low, high) for b in ends]
                low, high = min(products), max(products)
            least, greatest = least + low, greatest + high
        q = next((i for k, _ in self.terms for i in k if type(i) is _Quotient), None)
        if q is not None and all(k.count(q) < 2 for k, _ in self.terms):
            # what is divided also tells: n - n//2 is never negative
            low, high = _interval(self._multiplied(q))
            least, greatest = max(least, -(-low // q.by)), min(greatest, high // q.by)
        return least, greatest

    def _multiplied(self, q):
        """This size times the divisor of a quotient in it, without that quotient."""
        dividend = minus(Size(q.terms), Size({(_Remainder(*q),): 1}))
        total = 0
        for k, c in self.terms:
            rest = settled({tuple(i for i in k if i != q or type(i) is not _Quotient): c})
            total = plus(total, times(rest, dividend if q in k else q.by))
        return total

    def traced(self):
        """Its value when the program runs, as a JAX number."""
        import jax.numpy as jnp
        return jnp.asarray(self.at(traced_lengths().values)).astype(self.dtype)


def length(i):
    """Length `i` as a size."""
    return Size({(i,): 1})


def _interval(n):
    return n.interval() if isinstance(n, Size) else (n, n)


def _terms(x):
    return dict(x.terms) if isinstance(x, Size) else {(): int(x)} if x else {}


def settled(terms):
    """A polynomial as an int where it has no lengths, else a Size."""
    size = Size(terms)
    if all(not k for k, _ in size.terms):
        return size.terms[0][1] if size.terms else 0
    return size


def plus(a, b, sign=1):
    """The sum of two ints or Sizes, or their difference for `sign` -1."""
    found = _terms(a)
    for k, c in _terms(b).items():
        found[k] = found.get(k, 0) + sign * c
    return settled(found)


def minus(a, b):
    """The difference of two ints or Sizes."""
    return plus(a, b, -1)


def times(a, b):
    """The product of two ints or Sizes."""
    found = {}
    for k, c in _terms(a).items():
        for m, d in _terms(b).items():
            key = tuple(sorted(k + m, key=repr))
            found[key] = found.get(key, 0) + c * d
    return settled(found)


def product(sizes):
    """The product of ints and Sizes."""
    total = 1
    for n in sizes:
        total = times(total, n)
    return total


def quotient(a, b):
    """a / b where `b` is an int, or lengths multiplied, that divides `a`. Raises Unpaddable where it does not."""
    divisor = _terms(b)
    if len(divisor) != 1:
        raise Unpaddable("the division of %s by %s" % (a, b))
    (by, d), = divisor.items()
    found = {}
    for k, c in _terms(a).items():
        rest = list(k)
        for i in by:
            if i not in rest:
                raise Unpaddable("the division of %s by %s" % (a, b))
            rest.remove(i)
        if c % d:
            raise Unpaddable("the division of %s by %s" % (a, b))
        found[tuple(rest)] = c // d
    return settled(found)


def floored(a, b):
    """a / b rounded down, where `b` is a positive int or divides `a`. Raises Unpaddable where it is neither."""
    try:
        return quotient(a, b)
    except Unpaddable:
        if not isinstance(b, int) or b < 1:
            raise
    return Size({(_Quotient(a.terms, b),): 1}) if isinstance(a, Size) else a // b


def rounded_up(a, b):
    """a / b rounded up, for a positive int `b`."""
    return floored(plus(a, b - 1), b)


def compared(a, b):
    """-1, 0 or 1 as `a` is always less, equal or greater than `b` (ints or Sizes), "<=" or ">=" where that is all; None: it depends."""
    difference = minus(a, b)
    if not isinstance(difference, Size):
        return (difference > 0) - (difference < 0)
    least, greatest = difference.interval()
    if greatest < 0 or least > 0:
        return -1 if greatest < 0 else 1
    return "<=" if greatest == 0 else ">=" if least == 0 else None


def at_most(a, b):
    """Whether a <= b for all lengths. Raises Unpaddable where it depends on them."""
    found = compared(a, b)
    if found is None or found == ">=":
        raise DependsOnLengths("whether %s is at most %s depends on the lengths" % (a, b))
    return found != 1


def not_negative(n):
    """`n`, or 0 where it is never more. Raises Unpaddable where that depends on the lengths."""
    found = compared(n, 0)
    if found is None:
        raise DependsOnLengths("whether %s is negative depends on the lengths" % n)
    return n if found in (1, ">=") else 0


def smaller(a, b):
    """The smaller of two ints or Sizes. Raises Unpaddable where that depends on the lengths."""
    found = compared(a, b)
    if found is None:
        raise DependsOnLengths("which of %s and %s is smaller depends on the lengths" % (a, b))
    return a if found in (-1, 0, "<=") else b


def greater(a, b):
    """The greater of two ints or Sizes. Raises Unpaddable where that depends on the lengths."""
    return b if smaller(a, b) is a else a


def room(n):
    """How many elements a buffer for size `n` has: no fewer than it can be. Raises Unpaddable for a size that could be negative."""
    least, most = _interval(n)
    if least < 0:
        raise Unpaddable("the size %s" % n)
    return most


class Sizes(tuple):
    """A vector of ints, Sizes and traced numbers in a graph: a shape. `dtype` is int64."""

    dtype = "int64"
    __slots__ = ()


def vector(entries):
    """A vector of ints and of sizes in a graph: of ints alone an array like any other."""
    entries = tuple(entries)
    return np.array(entries, "int64") if all(isinstance(n, (int, np.integer)) for n in entries) else Sizes(entries)


class Padded:
    """An array whose axes have `sizes` (ints or Sizes); `array` is its buffer, `shape` that of the buffer."""

    __slots__ = ("array", "sizes")

    def __init__(self, array, sizes):
        self.array = array
        self.sizes = tuple(sizes)

    shape = property(lambda self: self.array.shape)
    dtype = property(lambda self: self.array.dtype)
    ndim = property(lambda self: len(self.sizes))


def is_sized(v):
    """Whether a value of a graph is known only together with the lengths."""
    return isinstance(v, (Padded, Size, Sizes))


def sizes_of(v):
    """The sizes of an array's axes: ints, or Sizes where it is padded."""
    return v.sizes if isinstance(v, Padded) else np.shape(plain(v))


def require_fit(v, sizes):
    """Raise Unpaddable unless an array can be stretched to `sizes`: no more axes, each of the same size or of 1."""
    own = sizes_of(v)
    if len(own) > len(sizes) or any(m != 1 and m != n for m, n in zip(own[::-1], sizes[::-1])):
        raise Unpaddable("lengths %s put into %s" % (own, sizes))


def labelled(array, sizes):
    """`array` with sizes, or itself where all of them are ints."""
    return Padded(array, sizes) if any(isinstance(n, Size) for n in sizes) else array


def plain(v):
    """A value as an array: the buffer of a padded one; a size as a traced number."""
    if isinstance(v, Padded):
        return v.array
    if isinstance(v, Size):
        return v.traced()
    if isinstance(v, Sizes):
        import jax.numpy as jnp
        return jnp.stack([jnp.asarray(n.traced() if isinstance(n, Size) else n).astype(v.dtype) for n in v]) if v else np.zeros(0, v.dtype)
    return v


def inside(sizes, axes=None):
    """Which elements of a buffer for `sizes` count, on `axes` (all if None): bools that broadcast against it; None: all do."""
    import jax
    import jax.numpy as jnp
    found = None
    for d, n in enumerate(sizes):
        if isinstance(n, Size) and (axes is None or d in axes):
            shape = [room(n) if d == i else 1 for i in range(len(sizes))]
            mask = jax.lax.broadcasted_iota("int64", shape, d) < jnp.asarray(n.traced()).astype("int64")
            found = mask if found is None else found & mask
    return found


def filled(v, value, axes=None):
    """The buffer of `v` with `value` behind its sizes on `axes`."""
    import jax.numpy as jnp
    mask = inside(v.sizes, axes) if isinstance(v, Padded) else None
    array = jnp.asarray(plain(v))
    return array if mask is None else jnp.where(mask, array, jnp.asarray(value).astype(array.dtype))


def is_differentiated():
    """Whether JAX differentiates what is staged."""
    return bool(getattr(_state, "differentiated", None))


def differentiated():
    """A block inside of which JAX differentiates what is staged: see `harmless`."""
    return setting(_state, "differentiated", True)


def harmless(v):
    """A value as it may stand where JAX differentiates: each axis of a padded array continues with what it begins with.

    A gradient of zero times the derivative at rubbish may be NaN, and is summed where an operand has no such axis. At what an array begins
    with, the derivative is taken anyway. No gradient passes to or from the padding.
    """
    import jax
    import jax.numpy as jnp
    if not is_differentiated() or not isinstance(v, Padded) or not jnp.issubdtype(v.dtype, jnp.inexact):
        return v
    array = v.array
    for d, n in enumerate(v.sizes):
        if isinstance(n, Size) and array.shape[d]:
            first = jax.lax.stop_gradient(jax.lax.slice_in_dim(array, 0, 1, axis=d))
            array = jnp.where(inside(v.sizes, (d,)), array, first)
    return Padded(array, v.sizes)


def register_with_jax():
    """Let JAX's transformations see the buffers of padded arrays; sizes are a part of the form."""
    if getattr(register_with_jax, "done", False):
        return
    import jax
    jax.tree_util.register_pytree_node(Padded, lambda v: ((v.array,), v.sizes), lambda sizes, arrays: Padded(arrays[0], sizes))
    jax.tree_util.register_pytree_node(Size, lambda v: ((), v), lambda v, _: v)
    jax.tree_util.register_pytree_node(Sizes, lambda v: (tuple(v), None), lambda _, entries: Sizes(entries))
    register_with_jax.done = True
