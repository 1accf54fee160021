"""How a Scan runs in XLA: lax.scan, when the number of steps is known. Loops that end by a condition or need Python: `scan_host`.

What does not change from step to step is computed before the loop.
"""
import functools

import numpy as np

from theano_compat.control.ifelse import BranchesDiffer
from theano_compat.control.inner import InnerGraph, as_program, frozen, hoisted, thawed
from theano_compat.graph import FunctionGraph
from theano_compat.graph.op import provides
from theano_compat.graph.walk import clone_get_equiv


class StepPlan(InnerGraph):
    """The step's graph. `before`, `during`: nodes that run once, as they need unchanging inputs alone, and in each step."""

    def __init__(self, op):
        first = len(op.inputs) - len(op.inner_non_seqs(op.inputs))
        self.op, self.n_varying = op, first
        InnerGraph.__init__(self, op.inputs, op.outputs, tuple(range(first, len(op.inputs))), op.mode)

    def _plan_nodes(self):
        InnerGraph._plan_nodes(self)
        self._watching, self._replays, self._decided, self.programs, self.drawn = None, {}, {}, {}, None
        for name in ("watched", "ahead"):
            self.__dict__.pop(name, None)
        if not self.by_host:
            self.before = hoisted(self.step.places, self.plan.order, self.fgraph.inputs[self.n_varying:])
            early = set(self.before)
            self.during = [n for n in self.nodes if n not in early]

    @functools.cached_property
    def watched(self):
        """What Python has to find out in a step: scan_replay.Watched."""
        from theano_compat.control.scan_replay import Watched
        return Watched(self)

    @functools.cached_property
    def ahead(self):
        """The part of the step that Python can do before the loop: scan_record.Ahead, or None."""
        from theano_compat.control.scan_record import ahead_of
        return ahead_of(self.op)

    def reads(self, i):
        """Whether the step uses its input `i`."""
        return bool(self.fgraph.clients(self.fgraph.inputs[i]))

    def replay(self, by_facts):
        """The step without its work for the host: scan_replay.Replay."""
        if by_facts not in self._replays:
            from theano_compat.control.scan_replay import Replay
            self._replays[by_facts] = Replay(self, by_facts)
        return self._replays[by_facts]

    def decided(self, decisions):
        """The step where its choices that need Python go as `decisions` say: scan_choices.Decided."""
        if all(d is None for d in decisions):
            return self
        if decisions not in self._decided:
            from theano_compat.control.scan_choices import Decided
            self._decided[decisions] = Decided(self, self.watched.guarded.conditions, decisions)
        return self._decided[decisions]

    def value(self, v, values, kind="value"):
        """What `values`, {(kind, variable): value}, say of a variable; scan_choices.MISSING where they say nothing."""
        from theano_compat.control.scan_choices import MISSING
        return values.get((kind, v), MISSING)

    def watching(self, variables):
        """The step as a program that also gives the values of `variables`."""
        if self._watching is None:
            outputs = self.fgraph.outputs
            memo = clone_get_equiv(self.fgraph.inputs, [*outputs, *variables])
            fgraph = FunctionGraph([memo[v] for v in self.fgraph.inputs], [memo[v] for v in [*outputs, *variables]], clone=True)
            self._watching = as_program(fgraph)
        return self._watching


# -- facts

def facts_of(op, node, values):
    """(number of steps, static values)."""
    n = int(values[0])
    if n < 0:
        raise IndexError("Scan was asked to run for negative number of step %d" % n)
    return n, static_facts(op, values)


def static_facts(op, values):
    """The values of inputs that decide shapes in the step."""
    first = op.first_other - op.plan.n_varying
    return tuple(frozen(values[first + i]) for i in op.plan.static)


# -- in XLA

class Body:
    """The step as a JAX function `carry, slices -> carry, rows`; the carry is (states, shared variables).

    A state is the list of its last values, oldest first. `plan` says which nodes run; `recorded`: variables of the step whose
    values come behind the slices; `facts` of nodes that are told them.
    """

    def __init__(self, op, values, static, plan=None, recorded=(), facts=None):
        self.op, self.plan, self.recorded = op, op.plan if plan is None else plan, list(recorded)
        self.facts = facts or {}
        self.ranges = {}  # the least and the greatest element of sequences that are numbers while the loop is traced
        self.fixed = {}  # variables of the step that are numbers while it is traced
        self.cut = False  # whether gradients stop at what the step computes
        self.inputs = self.plan.fgraph.inputs
        self.env, self.pullbacks = {}, {}
        self.env.update(zip(self.inputs[self.plan.n_varying:], values[op.first_other:]))
        self.env.update((self.inputs[i], thawed(fact)) for i, fact in zip(self.plan.static, static))
        self.plan.stage(self.plan.before, self.env, self.pullbacks, self.facts)

    def start(self, values):
        """The first carry."""
        import jax.numpy as jnp
        op = self.op
        states = []
        for i, taps in enumerate(op.tap_array):
            buffer, m = jnp.asarray(values[op.first_state + i]), abs(min(taps))
            states.append([buffer[k] for k in range(m)])
        return states, [jnp.asarray(v) if hasattr(v, "dtype") else None for v in values[op.first_shared:op.first_length]]

    def frozen(self):
        """The same step, through which no gradient passes."""
        import copy

        import jax
        other = copy.copy(self)
        other.cut = True
        other.env = {v: x if isinstance(x, (np.ndarray, np.generic)) else jax.lax.stop_gradient(x) for v, x in self.env.items()}
        # a pullback of a node outside of the loop belongs to the values that are differentiated
        other.pullbacks = {}
        return other

    def __call__(self, carry, slices):
        op = self.op
        states, shared = carry
        taken = [state[abs(min(taps)) + t] for state, taps in zip(states, op.tap_array) for t in taps]
        if self.cut:  # the rows that a state still has of its initial value stay as they are: a later step may look at them
            import jax
            slices, taken, shared = jax.lax.stop_gradient((slices, taken, shared))
        env = dict(self.env)
        n = len(slices) - len(self.recorded)
        env.update(zip(self.inputs, [*slices[:n], *taken, *shared]))
        env.update(zip(self.recorded, slices[n:]))
        env.update(self.fixed)
        self.plan.stage(self.plan.during, env, dict(self.pullbacks), self.facts)
        outs = self.plan.results(env)
        self.shapes = {v: np.shape(x) for v, x in env.items() if hasattr(v, "type")}
        new_states = []
        for state, out, v in zip(states, outs, self.plan.fgraph.outputs):
            if out.shape != state[-1].shape:
                raise ValueError("could not broadcast input array from shape %s into shape %s: the state %s of %s changes its "
                                 "shape" % (out.shape, state[-1].shape, v, op))
            new_states.append([*state[1:], out])
        end = op.n_states + op.n_nit_sot
        rows = outs[:end]
        done = outs[-1] if op.as_while else None
        return (new_states, outs[end:end + op.n_shared_outs]), rows, done


def raise_short(op, i, rows):
    """Raise ValueError for the initial value of state `i`, which has `rows` rows."""
    raise ValueError("The initial value of state %d of %s has %d rows, but its step looks %d rows back"
                     % (i, op, rows, -min(op.tap_array[i])))


def _open(checks, body):
    """Those of the `checks` of a step that are not settled: an element of a known sequence may be known to be in bounds."""
    return [c for c in checks if not (body.ranges and provides(c.node.op, "unsafe_indices") and all(
        _within(body, c.node.inputs[array], axis, c.node.inputs[index])
        for array, axis, index in c.node.op.unsafe_indices(c.node)))]


def _within(body, array, axis, index):
    if index.owner is not None and type(index.owner.op).__name__ == "ScalarFromTensor":
        index = index.owner.inputs[0]
    if index not in body.ranges or array not in body.shapes:
        return False
    least, greatest = body.ranges[index]
    size = body.shapes[array][axis]
    return -size <= least and greatest < size


def sequences_of(op, node, values, n):
    """The sequences of a node, cut to `n` elements. Raises ValueError for one that is shorter, or an initial value that is.

    One that no step reads may have any length, as in Theano.
    """
    for i, taps in enumerate(op.tap_array):
        rows, m = np.shape(values[op.first_state + i])[0], -min(taps)
        # the initial rows alone, or with room for what the steps give
        if rows != m and rows < n + m:
            raise_short(op, i, rows - n)
    found = []
    for i, v in enumerate(values[1:1 + op.n_seqs]):
        length, *shape = np.shape(v)
        if length < n and op.plan.reads(i):
            raise ValueError("Sequence is shorter then the required number of steps : (n_steps, seq, seq.shape):",
                             values[0] if isinstance(values[0], np.ndarray) else n,
                             node.inputs[1 + i], np.shape(v))
        found.append(v if length == n else v[:n] if length > n else np.zeros((n, *shape), v.dtype))
    return found


def lower_scan(op, node, values, facts, last=()):
    """The outputs of a Scan `node` whose number of steps is known, its last states, and the last rows of outputs `last`."""
    n, static = facts
    if op.plan.by_host or len(static) != len(op.plan.static):  # planned anew since the facts were found
        raise BranchesDiffer(node, settled=True)
    return loop(op, values, Body(op, values, static), sequences_of(op, node, values, n), n, last=last)


def bucket(n):
    """The power of two that is not below `n`: programs for a few lengths serve all."""
    return 1 << max(n - 1, 0).bit_length()


def loop(op, values, body, sequences, n, limit=None, last=()):
    """The outputs of a node from `body` over `sequences`, its last states, the last rows of outputs `last`.

    Only `truncate_gradient` steps pass gradients. `limit`: a number of steps known when the loop runs, at most `n`; the rows behind
    them are zero.
    """
    import jax
    import jax.numpy as jnp

    from theano_compat.control.scan_gradient import steps_kept
    body.ranges = {v: (s.min(), s.max()) for v, s in zip(body.inputs, sequences)
                   if isinstance(s, np.ndarray) and s.dtype.kind in "iu" and s.ndim == 1 and s.size}
    sequences = [jnp.asarray(s) for s in sequences]
    carry = body.start(values)
    rows, kept = [], steps_kept(op)
    if limit is not None:
        carry, made = _repeat_limited(body, carry, sequences, n, limit, kept)
        return outputs_of(op, values, made, carry), carry[0], None
    parts = [(0, n)] if kept == -1 or kept >= n else [(0, n - kept), (n - kept, n)]
    for start, stop in parts:
        live = stop == n
        mine, xs = (body, sequences) if live else (body.frozen(), jax.lax.stop_gradient(sequences))
        if not live:
            carry = [s if len(s) > 1 else jax.lax.stop_gradient(s) for s in carry[0]], jax.lax.stop_gradient(carry[1])
        carry, made, ends = _repeat(mine, carry, [x[start:stop] for x in xs] if len(parts) > 1 else xs, stop - start, last)
        rows.append(made)
    rows = [jnp.concatenate(parts) if len(parts) > 1 else parts[0] for parts in zip(*rows)]
    return outputs_of(op, values, rows, carry), carry[0], ends


def outputs_of(op, values, rows, carry):
    """A node's outputs from the rows that its steps gave."""
    import jax.numpy as jnp
    outputs = [jnp.concatenate([jnp.asarray(values[op.first_state + i])[:abs(min(taps))], rows[i]])
               for i, taps in enumerate(op.tap_array)]
    outputs += [*rows[op.n_states:], *carry[1]]
    return tuple(outputs) if len(outputs) > 1 else outputs[0]


def _repeat_limited(body, carry, sequences, n, limit, kept):
    """lax.scan over `n` steps of which those from `limit` on do nothing, in values and in derivatives.

    Conditions that the step states are not looked at: it has run before.
    """
    import jax
    import jax.numpy as jnp

    from theano_compat.graph.checks import collecting

    def live(carry, slices):
        with collecting():
            carry, rows, _ = body(carry, slices)
        return carry, rows

    def frozen(carry, slices):
        with collecting():
            carry, rows, _ = body.frozen()(carry, slices)
        return carry, rows

    def idle(carry, slices):
        return carry, [jnp.zeros(f.shape, f.dtype) for f in jax.eval_shape(live, carry, slices)[1]]

    def step(carry, both):
        i, slices = both
        which = jnp.where(i >= limit, 0, 1) if kept == -1 else jnp.where(i >= limit, 0, jnp.where(i < limit - kept, 2, 1))
        return jax.lax.switch(which, [idle, live] + ([] if kept == -1 else [frozen]), carry, slices)

    return jax.lax.scan(step, carry, (jnp.arange(n), sequences), length=n)


def no_rows(body, carry, sequences, which):
    """Zeros like rows `which` of a step, where no step has given any yet."""
    import jax
    import jax.numpy as jnp

    from theano_compat.graph.checks import collecting
    if not which:
        return []
    slices = [jax.ShapeDtypeStruct(s.shape[1:], s.dtype) for s in sequences]
    with collecting():
        forms = jax.eval_shape(lambda carry, slices: body(carry, slices)[1], carry, slices)
    return [jnp.zeros(forms[k].shape, forms[k].dtype) for k in which]


def _repeat(body, carry, sequences, n, last):
    """lax.scan; conditions that the step states are collected over all steps and stated once.

    Rows `last` are carried too: where only they are read of an output, it is not kept.
    """
    import jax
    import jax.numpy as jnp

    from theano_compat.graph.checks import check, collecting, holding
    checks = []

    def step(state, slices):
        with collecting(state[2]) as made:
            carry, rows, _ = body(state[0], slices)
            held = None if state[2] is None else jnp.asarray(holding())
        checks[:] = _open(made, body)
        return (carry, [rows[k] for k in last], held), (rows, [jnp.all(jnp.asarray(c.ok)) for c in checks])

    before = holding()
    held = None if not body.plan.stops else jnp.asarray(True if before is None else before)
    start = carry, no_rows(body, carry, sequences, last), held
    (carry, ends, _), (rows, flags) = jax.lax.scan(step, start, sequences, length=n)
    for c, ok in zip(checks, flags):
        check(jnp.all(ok), c.node, c.exc_class, c.message)
    return carry, rows, ends
