"""A Scan in a program for many lengths: as many steps as there are, over buffers for the greatest length (padding.sizes).

Steps behind the last do nothing, in values and in derivatives. Within a step, arrays that do not change may be padded too.
"""
import numpy as np

from theano_compat.control.ifelse import BranchesDiffer
from theano_compat.control.scan_gradient import steps_kept
from theano_compat.control.scan_run import Body
from theano_compat.control.trips import repeat
from theano_compat.graph.checks import collecting, state_again
from theano_compat.graph.op import provides
from theano_compat.padding.sizes import Padded, Size, Unpaddable, at_most, compared, filled, is_sized, labelled, plain, plus, room, sizes_of


def padded_scan(op, node, values):
    """The outputs of Scan `node`, whose inputs are padded or whose number of steps is a size. Raises Unpaddable."""
    import jax.numpy as jnp
    if op.as_while or op.plan.by_host or any(provides(n.op, "has_effect") for n in op.plan.plan.order):
        raise Unpaddable("%s, which does not run in XLA alone" % op)
    shared = values[op.first_shared:op.first_length]
    if not all(isinstance(getattr(v, "dtype", None), np.dtype) and v.dtype.kind in "iub" for v in shared):
        raise Unpaddable("%s, whose steps replace what is no state of a stream of random numbers" % op)
    n = _number_of_steps(values[0])
    sequences = [_cut(v, n) for v in values[1:1 + op.n_seqs]]
    carry = _start(op, values, n)
    body = Body(op, values, ())
    rows, last = _repeat(body, carry, sequences, n)
    outputs = []
    for i, made in enumerate(rows):
        sizes = (n, *(made.sizes[1:] if isinstance(made, Padded) else made.shape[1:]))
        array = plain(made)
        if i < op.n_states:
            m = -min(op.tap_array[i])
            array = jnp.concatenate([jnp.asarray(plain(values[op.first_state + i]))[:m], array])
            sizes = (plus(n, m), *sizes[1:])
        outputs.append(labelled(array, sizes))
    return (*outputs, *last)


def _number_of_steps(n):
    from theano_compat.padding.shapes import needed_size
    n = needed_size(n)
    if not at_most(0, n):
        raise Unpaddable("a negative number of steps")
    return n


def _cut(v, n):
    """A sequence as the rows that `n` steps read, each padded as the sequence is."""
    import jax.numpy as jnp
    sizes = sizes_of(v)
    if not at_most(n, sizes[0]):
        raise Unpaddable("a sequence of length %s for %s steps" % (sizes[0], n))
    # behind the last step rows may be anything, but not NaN: they meet gradients of zero
    array = filled(v, 0, (0,)) if isinstance(v, Padded) else jnp.asarray(v)
    return labelled(array[:room(n)], (room(n), *sizes[1:]))


def _start(op, values, n):
    """The first carry."""
    import jax.numpy as jnp
    states = []
    for i, taps in enumerate(op.tap_array):
        v, m = values[op.first_state + i], -min(taps)
        sizes = sizes_of(v)
        if sizes[0] != m and (compared(sizes[0], plus(n, m)) not in (0, 1, ">=")):
            raise Unpaddable("room for %s rows of a state in %s steps" % (sizes[0], n))
        buffer = jnp.asarray(plain(v))
        states.append([labelled(buffer[k], sizes[1:]) for k in range(m)])
    return states, [jnp.asarray(v) for v in values[op.first_shared:op.first_length]]


def _rows_of(v):
    """A sequence's rows: what lax.scan hands to a step has one axis less."""
    return Padded(v.array, v.sizes[1:]) if isinstance(v, Padded) else v


def _repeat(body, carry, sequences, n):
    """The rows that `n` steps of `body` give, with zeros behind the last, and what is shared after these."""
    import jax.numpy as jnp
    checks = []

    def step(carry, slices):
        with collecting() as made:
            carry, rows, _ = body(carry, slices)
        checks[:] = made
        return carry, rows, [jnp.all(jnp.asarray(c.ok)) for c in made]

    limit = n.traced() if isinstance(n, Size) else n
    rows, flags, (_, last) = repeat(step, carry, [_rows_of(v) for v in sequences], limit, room(n), steps_kept(body.op), _shifted)
    state_again(checks, flags)
    # the sizes of rows are those of one row
    return [Padded(v.array, (n, *v.sizes)) if isinstance(v, Padded) else v for v in rows], last


def _shifted(carry):
    """The gradient of a carry before a step that passes none: what the step keeps of each state moves one place."""
    import jax
    import jax.numpy as jnp
    states, shared = carry
    return [[jax.tree.map(jnp.zeros_like, state[0]), *state[:-1]] for state in states], shared


def lower_padded_scan(op, node, values, ordinary):
    """The rule for Scan, as padding.rules states them."""
    if not any(is_sized(v) for v in values):
        return ordinary(values)
    try:
        return padded_scan(op, node, values)
    except BranchesDiffer as e:
        raise Unpaddable("branches of different shapes in a step") from e
