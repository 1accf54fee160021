"""Basic indices, that is integers and slices: how an op remembers them, their symbolic form, and how they run.

An op's `idx_list` holds the *types* of the indices; the scalar variables themselves are inputs of its nodes. XLA needs
to know how many elements a slice takes but not where it starts: `slice_facts` gives lengths and steps from the values,
`windows` joins them with the starts, which may be traced. The ops are in `index` and `incindex`.
"""
import sys
from typing import Any, NamedTuple

import numpy as np

from theano_compat import scalar
from theano_compat.graph.checks import check
from theano_compat.graph.type import Type
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Constant, Variable
from theano_compat.scalar.device import runs_on_cpu
from theano_compat.tensor.methods import tensor_function
from theano_compat.tensor.scalar_constant import NotScalarConstantError, extract_constant, get_scalar_constant_value
from theano_compat.tensor.type import TensorType

_INDEX_DTYPES = frozenset(["int8", "int16", "int32", "int64"])
_NOT_INTEGERS = frozenset(["float16", "float32", "float64", "complex64", "complex128"])
_BAD_INDEX = "Invalid index type or slice for Subtensor"
OUT_OF_BOUNDS = "index out of bounds"


@legacy_name("theano.tensor.subtensor")
class AdvancedIndexingError(TypeError):
    """An index is neither an integer nor a slice."""


@legacy_name("theano.tensor.subtensor")
class AdvancedBooleanIndexingError(TypeError):
    """An index is a boolean mask."""


# ---- how an op remembers its indices --------------------------------------------------------------------------------

def make_constant(args):
    """Indices with Python and NumPy integers made int64 scalar constants, inside slices too."""
    def converted(a):
        if isinstance(a, slice):
            return slice(converted(a.start), converted(a.stop), converted(a.step))
        if isinstance(a, (int, np.integer)):
            return scalar.ScalarConstant(scalar.int64, a)
        return a
    return tuple([converted(a) for a in args])


def index_type(entry, slice_ok=True):
    """What stands for `entry` in an `idx_list`: the scalar type of an index, or a slice of such.

    Raises AdvancedIndexingError or AdvancedBooleanIndexingError for what basic indexing cannot do, TypeError for numbers
    that are no integers.
    """
    if isinstance(entry, Variable):
        type = entry.type
    else:
        type = entry
    if isinstance(type, (scalar.Scalar, TensorType)) and getattr(type, "ndim", 0) == 0:
        dtype = type.dtype
        if dtype in _INDEX_DTYPES:
            return scalar.get_scalar_type(dtype)
        # a uint8 scalar, say, is an index for advanced indexing only
        if isinstance(entry, Variable) and dtype in _NOT_INTEGERS:
            raise TypeError("Expected an integer")
    if isinstance(entry, (np.ndarray, Variable)) and getattr(entry, "dtype", None) == "bool":
        raise AdvancedBooleanIndexingError(_BAD_INDEX, entry)
    if slice_ok and isinstance(entry, slice):
        stop = None if isinstance(entry.stop, int) and entry.stop == sys.maxsize else entry.stop
        return slice(*[None if b is None else index_type(b, False) for b in (entry.start, stop, entry.step)])
    if isinstance(entry, (int, np.integer)):
        raise TypeError("Python scalar in idx_list.Please report this error to theano-dev.")
    raise AdvancedIndexingError(_BAD_INDEX, entry)


def collapse(idxs, cond):
    """The entries, and bounds of slices among them, that `cond(entry)` accepts, in order."""
    found = []
    for entry in idxs:
        if cond(entry):
            found.append(entry)
        elif isinstance(entry, slice):
            found.extend([b for b in (entry.start, entry.stop, entry.step) if cond(b)])
    return found


def equal_slices(s1, s2):
    """Whether two slices have the same bounds and step."""
    return (s1.start, s1.stop, s1.step) == (s2.start, s2.stop, s2.step)


def is_type(entry):
    """Whether an entry of an `idx_list` stands for an input."""
    return isinstance(entry, Type)


def idx_list_key(idx_list):
    """A hashable form of an `idx_list` (slices are not hashable before Python 3.12)."""
    return tuple([(e.start, e.stop, e.step) if isinstance(e, slice) else e for e in idx_list])


def idx_list_text(idx_list):
    """`int64:int64:, ::` as ops print it."""
    def text(entry):
        if isinstance(entry, slice):
            return ":".join(["" if b is None else str(b) for b in (entry.start, entry.stop, entry.step)])
        return str(entry)
    return ", ".join([text(e) for e in idx_list])


def get_idx_list(inputs, idx_list, get_count=False):
    """The indices of a node: `idx_list` with its types replaced by `inputs[1:]`; with `get_count`, how many were used."""
    if len(inputs) == 1 and not get_count:
        return tuple(idx_list)
    rest = iter(inputs[1:])

    def filled(entry):
        if isinstance(entry, Type):
            return next(rest)
        if isinstance(entry, slice):
            return slice(filled(entry.start), filled(entry.stop), filled(entry.step))
        return entry
    indices = tuple([filled(e) for e in idx_list])
    return len(inputs) - 1 - len(list(rest)) if get_count else indices


def check_index_inputs(idx_list, inputs, ndim):
    """`inputs` as scalar variables that fit `idx_list`. Raises IndexError or TypeError when they do not."""
    inputs = tuple([as_scalar_index(a) for a in inputs])
    if len(idx_list) > ndim:
        raise IndexError("too many indices for array")
    types = collapse(idx_list, is_type)
    if len(inputs) != len(types):
        raise IndexError("Not enough inputs to fill in the Subtensor template.", inputs, list(idx_list))
    for given, expected in zip(inputs, types):
        if given.type != expected:
            raise TypeError("Wrong type for Subtensor template. Expected %s, got %s." % (given.type, expected))
    return inputs


def as_scalar_index(a):
    """An index as a scalar variable."""
    if isinstance(a, Variable) and isinstance(a.type, TensorType):
        return tensor_function("scalar_from_tensor")(a)
    return scalar.as_scalar(a)


# ---- symbolic form --------------------------------------------------------------------------------------------------

def _constant_or_variable(x):
    """(the number or variable that `x` is, whether it is a number)."""
    try:
        return get_scalar_constant_value(x), True
    except NotScalarConstantError:
        return extract_constant(x), False


def get_canonical_form_slice(theslice, length):
    """A slice of a dimension of `length` as (slice with 0 <= start <= stop <= length and step > 0, 1 or -1).

    -1 means that the elements come in reverse. Every part may be symbolic. An integer index gives (non-negative index, 1).
    """
    switch, lt = tensor_function("switch"), tensor_function("lt")
    if not isinstance(theslice, slice):
        value = extract_constant(theslice)
        return switch(lt(value, 0), value + length, value), 1
    start, start_known = _constant_or_variable(theslice.start)
    stop, stop_known = _constant_or_variable(theslice.stop)
    step, step_known = _constant_or_variable(theslice.step)
    length, length_known = _constant_or_variable(length)
    if step is None:
        step, step_known = 1, True
    if step_known and step == 1:
        from_0 = start is None or (start_known and (start == 0 or (length_known and start < 0 and start + length <= 0)))
        to_end = stop is None or (stop_known and (stop == sys.maxsize or (length_known and stop >= length)))
        to_end = to_end or stop is length
        if from_0 or to_end:
            first = 0 if from_0 else _within(start, start_known, length)
            last = length if to_end else _within(stop, stop_known, length)
            return slice(first, last, 1), 1
    return _canonical_by_step(start, stop, step, step_known, length)


def _within(bound, known, length):
    """A bound of a slice as a position between 0 and `length`."""
    switch, lt = tensor_function("switch"), tensor_function("lt")
    capped = switch(lt(bound, length), bound, length)
    if known and bound >= 0:
        return capped
    from_end = bound + length
    return switch(lt(bound, 0), switch(lt(from_end, 0), 0, from_end), capped)


def _canonical_by_step(start, stop, step, step_known, length):
    switch, lt, ge = tensor_function("switch"), tensor_function("lt"), tensor_function("ge")
    if step_known:
        assert step != 0
        backward = step < 0
        abs_step, direction = abs(step), -1 if backward else 1

        def either(if_backward, if_forward):
            return if_backward if backward else if_forward
    else:
        is_backward = lt(step, 0)
        abs_step, direction = abs(step), tensor_function("sgn")(step)

        def either(if_backward, if_forward):
            return switch(is_backward, if_backward, if_forward)

    def clamped(bound, below, above):
        bound = switch(lt(bound, 0), bound + length, bound)
        bound = switch(lt(bound, 0), below, bound)
        return switch(ge(bound, length), above, bound)
    if start is None:
        start = either(length - 1, 0)
    else:
        start = clamped(start, either(-1, 0), either(length - 1, length))
    if stop is None or (not isinstance(stop, Variable) and stop == sys.maxsize):
        stop = either(-1, length)
    else:
        stop = clamped(stop, -1, length)
    # backwards from start to stop is forwards from the last element reached to start
    count = (start - stop - 1) // abs_step + 1
    count = switch(lt(count, 0), 0, count)
    new_stop = either(start + 1, stop)
    last_reached = new_stop - (count - 1) * abs_step - 1
    last_reached = switch(lt(last_reached, 0), new_stop - 1, last_reached)
    new_start = either(last_reached, start)
    new_start = switch(lt(new_start, 0), 0, new_start)
    new_stop = switch(lt(new_stop, 0), 0, new_stop)
    new_start = switch(lt(new_start, new_stop), new_start, new_stop)
    return slice(new_start, new_stop, abs_step), direction


# ---- running --------------------------------------------------------------------------------------------------------

def places(idx_list, first):
    """For each entry where its values are among a node's inputs: a position, or (start, stop, step) of positions or None."""
    position = first
    found = []

    def next_place(entry):
        nonlocal position
        if entry is None:
            return None
        position += 1
        return position - 1
    for entry in idx_list:
        if isinstance(entry, slice):
            found.append((next_place(entry.start), next_place(entry.stop), next_place(entry.step)))
        else:
            found.append(next_place(entry))
    return tuple(found)


def slice_inputs(where):
    """Positions of the inputs that bound slices: what facts need the values of."""
    return tuple([p for place in where if isinstance(place, tuple) for p in place if p is not None])


def integer_places(where):
    """(0, axis, position of its input) of each integer index into the first input."""
    return [(0, axis, place) for axis, place in enumerate(where) if not isinstance(place, tuple)]


def concrete_indices(where, values):
    """The indices of a node as Python ints and slices, from NumPy values."""
    return tuple([slice(*[None if p is None else int(values[p]) for p in place]) if isinstance(place, tuple)
                  else int(values[place]) for place in where])


def slice_facts(where, values, shape):
    """(length, step) of each slice of an index. Raises ValueError for a step of zero, as Python does."""
    facts = []
    for place, n in zip(where, shape):
        if isinstance(place, tuple):
            bounds = slice(*[None if p is None else int(values[p]) for p in place]).indices(n)
            facts.append((len(range(*bounds)), bounds[2]))
    return tuple(facts)


class Window(NamedTuple):
    """What an index takes of one dimension: `length` elements from `lo` on, every |step|-th, backwards for step < 0.

    `lo` may be traced. `dropped`: by an integer index, so that the dimension disappears.
    """

    lo: Any
    length: int
    step: int
    dropped: bool

    @property
    def span(self):
        """How many elements lie between the first and the last, both included."""
        return (self.length - 1) * abs(self.step) + 1 if self.length else 0


def windows(node, where, values, shape, facts):
    """One Window for each dimension of an array of `shape`; integer indices are checked to be within bounds."""
    facts = iter(facts)
    found = []
    for place, n in zip(where, shape):
        if isinstance(place, tuple):
            length, step = next(facts)
            start = None if place[0] is None else values[place[0]]
            found.append(Window(_lowest(start, n, length, step), length, step, False))
        else:
            found.append(Window(_position(node, values[place], n), 1, 1, True))
    found.extend([Window(0, n, 1, False) for n in shape[len(where):]])
    return found


def is_concrete(value):
    """Whether a value is known now, not traced."""
    return isinstance(value, (int, np.integer, np.ndarray))


def _lowest(start, n, length, step):
    """The lowest position that a slice touches; `start` as Python takes it (None, negative, beyond the end)."""
    if length == 0 or (length == n and abs(step) == 1):
        return 0
    if start is None or is_concrete(start):
        first = slice(None if start is None else int(start), None, step).indices(n)[0]
    else:
        import jax.numpy as jnp
        start = jnp.asarray(start).astype("int64")
        first = jnp.clip(jnp.where(start < 0, start + n, start), 0, n - 1)
    return first if step > 0 else first + (length - 1) * step


def _position(node, index, n):
    if index is None:  # only the shape of the result is wanted
        return 0
    if is_concrete(index):
        index = int(index)
        check(-n <= index < n, node, IndexError, OUT_OF_BOUNDS)
        return index + n if index < 0 else index
    import jax.numpy as jnp
    index = jnp.asarray(index).astype("int64")
    check((index >= -n) & (index < n) if n else False, node, IndexError, OUT_OF_BOUNDS)
    return jnp.where(index < 0, index + n, index)


def block(x, wins):
    """The smallest box of `x` that holds all windows."""
    from jax import lax
    los, spans = [w.lo for w in wins], [w.span for w in wins]
    if tuple(spans) == tuple(x.shape):
        return x
    if all(isinstance(lo, int) for lo in los):
        return lax.slice(x, los, [lo + span for lo, span in zip(los, spans)])
    return lax.dynamic_slice(x, _starts(los), spans, allow_negative_indices=False)


def _starts(los):
    import jax.numpy as jnp
    return [jnp.asarray(lo, dtype="int64") for lo in los]


def read(x, wins):
    """The elements of `x` in its windows."""
    from jax import lax
    if any(abs(w.step) > 1 for w in wins) and all(isinstance(w.lo, int) for w in wins):
        x = lax.slice(x, [w.lo for w in wins], [w.lo + w.span for w in wins], [abs(w.step) for w in wins])
    else:
        x = block(x, wins)
        if any(abs(w.step) > 1 for w in wins):
            x = lax.slice(x, [0] * x.ndim, x.shape, [abs(w.step) for w in wins])
    backward = [d for d, w in enumerate(wins) if w.step < 0 and w.length > 1]
    if backward:
        x = lax.rev(x, backward)
    dropped = [d for d, w in enumerate(wins) if w.dropped]
    return x.reshape([w.length for w in wins if not w.dropped]) if dropped else x


def written(x, y, wins, combine, node):
    """`x` with the elements in its windows replaced by `combine(old, y)`; `y` has the shape that `read` gives.

    `combine` None: by `y` alone. `node`: the one that is lowered, whose first two inputs `x` and `y` are.
    """
    import jax.numpy as jnp
    from jax import lax
    if any(w.length == 0 for w in wins):
        return jnp.asarray(x)
    y = y.reshape([w.length for w in wins])
    backward = [d for d, w in enumerate(wins) if w.step < 0 and w.length > 1]
    if backward:
        y = lax.rev(y, backward)
    strided = [d for d, w in enumerate(wins) if abs(w.step) > 1 and w.length > 1]
    if strided:
        y = lax.pad(y, np.zeros((), dtype=y.dtype), [(0, 0, abs(w.step) - 1 if d in strided else 0) for d, w in enumerate(wins)])
    if strided or combine is not None:
        old = block(x, wins)
        new = y if combine is None else combine(old, y)
        if strided:
            new = jnp.where(_touched(wins), new, old)
    else:
        new = y
    if new.shape == x.shape:
        return new
    los = [w.lo for w in wins]
    if runs_on_cpu() and _may_read_what_it_writes(node):
        if x.size <= _SMALL or x.size <= _FEW_BOXES * new.size:
            return _put_beside(x, new, los)
        new = _in_memory_of_its_own(new)
    return lax.dynamic_update_slice(x, new, _starts(los), allow_negative_indices=False)


# XLA reuses the memory of what is written into. Where the values that are written are read from it, it takes care; but not on a CPU where a
# reshape stands between (openxla/xla issue 49176, seen in JAX 0.10 to 0.12): set_subtensor(x[1:], x[:-1]).reshape(...) is x[0] everywhere.

_MOST_ANCESTORS = 100  # that are looked at one by one
_SMALL, _FEW_BOXES = 1 << 14, 8  # arrays, and boxes in them, for which a copy of the array costs no more than a loop


def _may_read_what_it_writes(node):
    """Whether the second input of `node` could be computed from the memory of the first."""
    from theano_compat.tensor.alloc import Alloc
    x, y = node.inputs[:2]
    if isinstance(x, Constant) or x.owner is not None and isinstance(x.owner.op, Alloc) and isinstance(x.owner.inputs[0], Constant):
        return False
    # whatever both depend on, they may depend on in the same memory: in an inner graph even two inputs may be one array
    seen = [y]
    for v in seen:
        if v.owner is None and not isinstance(v, Constant) or len(seen) > _MOST_ANCESTORS:
            return True
        seen += v.owner.inputs if v.owner is not None else []
    return False


def _put_beside(x, box, los):
    """`x` with `box` from `los` on, chosen number by number."""
    import jax.numpy as jnp
    from jax import lax
    if all(isinstance(lo, int) for lo in los):
        wide = lax.pad(box, np.zeros((), box.dtype), [(lo, n - lo - m, 0) for lo, n, m in zip(los, x.shape, box.shape)])
    else:
        wide = lax.dynamic_update_slice(jnp.zeros(x.shape, box.dtype), box, _starts(los), allow_negative_indices=False)
    inside = True
    for d, (lo, n, m) in enumerate(zip(los, x.shape, box.shape)):
        if m < n:
            place = lax.broadcasted_iota("int64", x.shape, d)
            inside &= (place >= lo) & (place < lo + m)
    return jnp.where(inside, wide, x)


def _in_memory_of_its_own(box):
    """A copy of `box` by a loop over its halves, which no compiler takes for the identity."""
    import jax.numpy as jnp
    from jax import lax
    half = (box.size + 1) // 2
    row = jnp.pad(box.reshape(-1), (0, 2 * half - box.size))

    def copied(i, made):
        return lax.dynamic_update_slice_in_dim(made, lax.dynamic_slice_in_dim(row, i * half, half), i * half, 0)
    return lax.fori_loop(0, 2, copied, jnp.zeros_like(row))[:box.size].reshape(box.shape)


def _touched(wins):
    """Which elements of the block of strided windows they touch."""
    mask = np.ones((), dtype=bool)
    for w in wins:
        mask = np.logical_and(mask[..., None], np.arange(w.span) % abs(w.step) == 0)
    return mask
