"""How a Scan runs: lax.scan when the number of steps is known, a while loop in chunks for `until`, a Python loop in the last resort.

What does not change from step to step is computed before the loop.
"""
import numpy as np

from theano_compat.control.inner import InnerGraph, frozen, thawed
from theano_compat.graph import Constant

_CHUNK = 1024


class StepPlan(InnerGraph):
    """The step's graph. `before`, `during`: nodes that run once, as they need unchanging inputs alone, and in each step."""

    def __init__(self, op):
        first = len(op.inputs) - len(op.inner_non_seqs(op.inputs))
        InnerGraph.__init__(self, op.inputs, op.outputs, tuple(range(first, len(op.inputs))), op.mode)
        self.n_varying = first
        if not self.by_host:
            self._hoist()

    def _hoist(self):
        # work in a branch stays there
        path = {} if self.step.places is None else self.step.places.path
        still, before = set(self.fgraph.inputs[self.n_varying:]), []
        for node in self.plan.order:
            if path.get(node, ()) == () and all(v in still or isinstance(v, Constant) for v in node.inputs):
                before.append(node)
                still.update(node.outputs)
        hoisted = set(before)
        self.before, self.during = before, [n for n in self.nodes if n not in hoisted]


# -- facts

def facts_of(op, node, values):
    """(number of steps, static values); of a loop with `until` the number of steps that it makes."""
    n = int(values[0])
    if n < 0:
        raise IndexError("Scan was asked to run for negative number of step %d" % n)
    if op.as_while:
        outputs = run_on_host(op, node, values)
        n = outputs[-1] if op.n_states + op.n_nit_sot == 0 else _rows(op, outputs)
    return n, static_facts(op, values)


def _rows(op, outputs):
    return outputs[0].shape[0] - abs(min(op.tap_array[0])) if op.n_states else outputs[0].shape[0]


def static_facts(op, values):
    """The values of inputs that decide shapes in the step."""
    first = op.first_other - op.plan.n_varying
    return tuple(frozen(values[first + i]) for i in op.plan.static)


# -- in XLA

class _Body:
    """The step as a JAX function `carry, slices -> carry, rows`; the carry is (states, shared variables).

    A state is the list of its last values, oldest first.
    """

    def __init__(self, op, values, static):
        self.op, self.plan = op, op.plan
        self.inputs = self.plan.fgraph.inputs
        self.env, self.pullbacks = {}, {}
        self.env.update(zip(self.inputs[self.plan.n_varying:], values[op.first_other:]))
        self.env.update((self.inputs[i], thawed(fact)) for i, fact in zip(self.plan.static, static))
        self.plan.stage(self.plan.before, self.env, self.pullbacks)

    def start(self, values):
        """The first carry."""
        import jax.numpy as jnp
        op = self.op
        states = []
        for i, taps in enumerate(op.tap_array):
            buffer, m = jnp.asarray(values[op.first_state + i]), abs(min(taps))
            states.append([buffer[k] for k in range(m)])
        return states, [jnp.asarray(v) for v in values[op.first_shared:op.first_length]]

    def frozen(self):
        """The same step, through which no gradient passes."""
        import copy

        import jax
        other = copy.copy(self)
        other.env = {v: x if isinstance(x, (np.ndarray, np.generic)) else jax.lax.stop_gradient(x) for v, x in self.env.items()}
        # a pullback of a node outside of the loop belongs to the values that are differentiated
        other.pullbacks = {}
        return other

    def __call__(self, carry, slices):
        op = self.op
        states, shared = carry
        taken = [state[abs(min(taps)) + t] for state, taps in zip(states, op.tap_array) for t in taps]
        env = dict(self.env)
        env.update(zip(self.inputs, [*slices, *taken, *shared]))
        self.plan.stage(self.plan.during, env, dict(self.pullbacks))
        outs = self.plan.results(env)
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


def _sequences(op, node, values, n):
    for i, v in enumerate(values[1:1 + op.n_seqs]):
        if np.shape(v)[0] < n:
            raise ValueError("Sequence is shorter then the required number of steps : (n_steps, seq, seq.shape):", n,
                             node.inputs[1 + i], np.shape(v))
    return [v if np.shape(v)[0] == n else v[:n] for v in values[1:1 + op.n_seqs]]


def lower_scan(op, node, values, facts):
    """The outputs of a Scan `node` whose number of steps is known."""
    import jax
    import jax.numpy as jnp
    if op.plan.by_host:
        outputs = run_on_host(op, node, [np.asarray(v) if hasattr(v, "dtype") else v for v in values])
        return tuple(outputs) if len(outputs) > 1 else outputs[0]
    n, static = facts
    sequences = [jnp.asarray(s) for s in _sequences(op, node, values, n)]
    body = _Body(op, values, static)
    carry = body.start(values)
    rows, kept = [], op.truncate_gradient
    parts = [(0, n)] if kept == -1 or kept >= n else [(0, n - kept), (n - kept, n)]
    for start, stop in parts:
        last = stop == n
        mine, xs = (body, sequences) if last else (body.frozen(), jax.lax.stop_gradient(sequences))
        if not last:
            carry = jax.lax.stop_gradient(carry)
        carry, made = _repeat(mine, carry, [x[start:stop] for x in xs] if len(parts) > 1 else xs, stop - start)
        rows.append(made)
    rows = [jnp.concatenate(parts) if len(parts) > 1 else parts[0] for parts in zip(*rows)]
    outputs = [jnp.concatenate([jnp.asarray(values[op.first_state + i])[:abs(min(taps))], rows[i]])
               for i, taps in enumerate(op.tap_array)]
    outputs += [*rows[op.n_states:], *carry[1]]
    return tuple(outputs) if len(outputs) > 1 else outputs[0]


def _repeat(body, carry, sequences, n):
    """lax.scan; conditions that the step states are collected over all steps and stated once."""
    import jax
    import jax.numpy as jnp

    from theano_compat.graph.checks import check, collecting
    checks = []

    def step(carry, slices):
        with collecting() as made:
            carry, rows, _ = body(carry, slices)
        checks[:] = made
        return carry, (rows, [jnp.all(jnp.asarray(c.ok)) for c in made])

    carry, (rows, flags) = jax.lax.scan(step, carry, sequences, length=n)
    for c, ok in zip(checks, flags):
        check(jnp.all(ok), c.node, c.exc_class, c.message)
    return carry, rows


# -- on the host

def run_on_host(op, node, values):
    """The outputs of a Scan node as NumPy arrays, from NumPy inputs: loops with `until`, and steps that need Python."""
    n = int(values[0])
    if n < 0:
        raise IndexError("Scan was asked to run for negative number of step %d" % n)
    if op.plan.by_host:
        return _run_by_steps(op, node, values, n)
    import jax
    with jax.enable_x64(True):
        if not op.as_while:
            result = lower_scan(op, node, values, (n, static_facts(op, values)))
            return [np.array(v) for v in (result if isinstance(result, tuple) else (result,))]
        return _run_until(op, node, values, n)


def _run_until(op, node, values, n):
    import jax
    static = static_facts(op, values)
    sequences = [np.asarray(s) for s in _sequences(op, node, values, n)]
    arrays = [np.asarray(v) for v in values]
    for i, taps in enumerate(op.tap_array):  # the room for results would make a new program for each length
        arrays[op.first_state + i] = arrays[op.first_state + i][:abs(min(taps))]
    for i in range(op.n_seqs):
        arrays[1 + i] = np.zeros((0,), "int8")
    programs = op.plan.__dict__.setdefault("programs", {})
    carry, at, done, found = None, 0, False, []
    first = True
    while first or (at < n and not done):
        length = min(_CHUNK, n - at) if sequences else min(_CHUNK, max(n, 1))
        key = (static, first, length)
        if key not in programs:
            programs[key] = _Chunk(op, static, length, first)
        chunk = programs[key]
        carry, rows, count, done, failed = chunk(carry, [s[at:at + length] for s in sequences], min(length, n - at), arrays)
        if failed >= 0:
            c = chunk.checks[int(failed)]
            raise c.exc_class(c.message)
        count, done = int(count), bool(done)
        found.append([np.asarray(r)[:count] for r in rows])
        at += count
        first = False
    rows = [np.concatenate(parts) if len(parts) > 1 else np.array(parts[0]) for parts in zip(*found)]
    outputs = [np.concatenate([arrays[op.first_state + i], rows[i]]) for i in range(op.n_states)]
    return [*outputs, *rows[op.n_states:], *(np.array(v) for v in jax.device_get(carry[1]))]


class _Chunk:
    """A jitted run of at most `length` steps that ends early when the condition holds."""

    def __init__(self, op, static, length, first):
        import jax
        self.op, self.static, self.length, self.first = op, static, length, first
        self.checks = []
        self._call = jax.jit(self._traced)

    def __call__(self, carry, sequences, limit, values):
        return self._call(carry, sequences, np.int64(limit), values)

    def _traced(self, carry, sequences, limit, values):
        import jax
        import jax.numpy as jnp

        from theano_compat.graph.checks import collecting
        with collecting() as outside:
            body = _Body(self.op, values, self.static)
            if self.first:
                carry = body.start(values)

        def once(carry, i):
            with collecting() as made:
                carry, rows, done = body(carry, [jax.lax.dynamic_index_in_dim(s, i, keepdims=False) for s in sequences])
            self.checks[:] = [*outside, *made]
            oks = [jnp.all(jnp.asarray(c.ok)) for c in self.checks]
            failed = jnp.where(jnp.all(jnp.stack(oks)), -1, jnp.argmin(jnp.stack(oks))) if oks else jnp.asarray(-1)
            return carry, rows, done != 0, failed.astype("int32")

        forms = jax.eval_shape(once, carry, jnp.asarray(0, "int64"))[1]
        buffers = [jnp.zeros((self.length, *f.shape), f.dtype) for f in forms]

        def more(state):
            i, done, failed = state[:3]
            return (i < limit) & ~done & (failed < 0)

        def advance(state):
            i, _, _, carry, buffers = state
            carry, rows, done, failed = once(carry, i)
            buffers = [jax.lax.dynamic_update_index_in_dim(b, r, i, 0) for b, r in zip(buffers, rows)]
            return i + 1, done, failed, carry, buffers

        i, done, failed, carry, buffers = jax.lax.while_loop(
            more, advance, (jnp.asarray(0, "int64"), jnp.asarray(False), jnp.asarray(-1, "int32"), carry, buffers))
        return carry, buffers, i, done, failed


def _run_by_steps(op, node, values, n):
    """A Python loop over the compiled step."""
    plan = op.plan
    sequences = _sequences(op, node, values, n)
    states = []
    for i, taps in enumerate(op.tap_array):
        m = abs(min(taps))
        states.append([np.asarray(values[op.first_state + i][k]) for k in range(m)])
    shared, others = list(values[op.first_shared:op.first_length]), list(values[op.first_other:])
    end = op.n_states + op.n_nit_sot
    rows = [[] for _ in range(end)]
    for t in range(n):
        taken = [state[abs(min(taps)) + k] for state, taps in zip(states, op.tap_array) for k in taps]
        outs = plan.program([*[np.asarray(s[t]) for s in sequences], *taken, *shared, *others])
        for found, out in zip(rows, outs):
            found.append(out)
        for state, out in zip(states, outs):
            state[:] = [*state[1:], out]
        shared = outs[end:end + op.n_shared_outs]
        if op.as_while and outs[-1]:
            break
    outputs = []
    for i, found in enumerate(rows):
        dtype, ndim = node.outputs[i].type.dtype, node.outputs[i].type.ndim
        before = [np.asarray(values[op.first_state + i])[:abs(min(op.tap_array[i]))]] if i < op.n_states else []
        now = np.stack(found).astype(dtype, copy=False) if found else np.zeros((0,) * ndim, dtype)
        outputs.append(np.concatenate([*before, now]) if before and found else before[0] if before else now)
    return [*outputs, *shared]
