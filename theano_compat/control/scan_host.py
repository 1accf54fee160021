"""How a Scan runs when XLA alone cannot: `until` as a while loop in chunks, steps with work for Python one by one.

Derivatives of both are taken of a replay: a loop of known length over what the host found out on the way (draws, results of Python
ops, numbers that decide shapes), as one jitted program.
"""
import numpy as np

from theano_compat.control.inner import frozen, thawed
from theano_compat.control.scan_run import Body, bucket, loop, lower_scan, outputs_of, sequences_of, static_facts

_CHUNK = 1024


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
            result = lower_scan(op, node, values, (n, static_facts(op, values)))[0]
            return [np.array(v) for v in (result if isinstance(result, tuple) else (result,))]
        return _run_until(op, node, values, n)


def _run_until(op, node, values, n):
    import jax
    static = static_facts(op, values)
    sequences = [np.asarray(s) for s in sequences_of(op, node, values, n)]
    arrays = [np.asarray(v) for v in values]
    for i, taps in enumerate(op.tap_array):  # the room for results would make a new program for each length
        arrays[op.first_state + i] = arrays[op.first_state + i][:abs(min(taps))]
    for i in range(op.n_seqs):
        arrays[1 + i] = np.zeros((0,), "int8")
    programs = op.plan.__dict__.setdefault("programs", {})
    carry, at, done, found = None, 0, False, []
    first = True
    while first or (at < n and not done):
        length = min(_CHUNK, bucket(n - at))
        key = (static, first, length)
        if key not in programs:
            programs[key] = _Chunk(op, static, length, first)
        chunk = programs[key]
        carry, rows, count, done, failed = chunk(carry, [_filled(s[at:at + length], length) for s in sequences],
                                                 min(length, n - at), arrays)
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


def _filled(rows, length):
    """`rows` and zeros behind them up to `length`."""
    missing = length - rows.shape[0]
    return rows if not missing else np.concatenate([rows, np.zeros((missing, *rows.shape[1:]), rows.dtype)])


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
            body = Body(self.op, values, self.static)
            if self.first:
                carry = body.start(values)

        def once(carry, i):
            with collecting() as made:
                carry, rows, done = body(carry, [jax.lax.dynamic_index_in_dim(s, i, keepdims=False) for s in sequences])
            self.checks[:] = [*outside, *made]
            oks = [jnp.all(jnp.asarray(c.ok)) for c in self.checks]
            failed = jnp.where(jnp.all(jnp.stack(oks)), -1, jnp.argmin(jnp.stack(oks))) if oks else jnp.asarray(-1)
            return carry, rows, done if done.dtype == bool else done != 0, failed.astype("int32")

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


def retrace(op, node, values):
    """The steps, node by node: for what raises NodeError."""
    from theano_compat.compile.evaluate import evaluate
    _run_by_steps(op, node, values, int(values[0]), program=lambda ins: evaluate(op.plan.fgraph, ins))


def _run_by_steps(op, node, values, n, watch=None, program=None):
    """A Python loop over the compiled step. `watch`: variables of the step; with it also their values, a list a step.

    `program`: what runs a step otherwise.
    """
    plan, seen = op.plan, None if watch is None else []
    if program is None:
        program = plan.program if watch is None else plan.watching(watch)
    sequences = sequences_of(op, node, values, n)
    states = []
    for i, taps in enumerate(op.tap_array):
        states.append([np.asarray(values[op.first_state + i][k]) for k in range(abs(min(taps)))])
    shared, others = list(values[op.first_shared:op.first_length]), list(values[op.first_other:])
    end, n_outs = op.n_states + op.n_nit_sot, len(op.outputs)
    rows = [[] for _ in range(end)]
    for t in range(n):
        taken = [state[abs(min(taps)) + k] for state, taps in zip(states, op.tap_array) for k in taps]
        outs = program([*[np.asarray(s[t]) for s in sequences], *taken, *shared, *others])
        if watch is not None:
            seen.append(outs[n_outs:])
        for found, out in zip(rows, outs):
            found.append(out)
        for state, out in zip(states, outs):
            state[:] = [*state[1:], out]
        shared = outs[end:end + op.n_shared_outs]
        if op.as_while and outs[n_outs - 1]:
            break
    outputs = []
    for i, found in enumerate(rows):
        dtype, ndim = node.outputs[i].type.dtype, node.outputs[i].type.ndim
        before = [np.asarray(values[op.first_state + i])[:abs(min(op.tap_array[i]))]] if i < op.n_states else []
        now = np.stack(found).astype(dtype, copy=False) if found else np.zeros((0,) * ndim, dtype)
        outputs.append(np.concatenate([*before, now]) if before and found else before[0] if before else now)
    return [*outputs, *shared] if watch is None else ([*outputs, *shared], seen)


# -- replays

class Replay:
    """The step without its work for the host: what that gave is put in.

    `watched`: variables whose values are recorded, `fixed` of them as numbers that the trace sees.
    """

    def __init__(self, plan):
        from theano_compat.compile.lower import XlaStep
        from theano_compat.compile.rules import own_rules, replayed_rules
        self.plan, self.fgraph, self.n_varying, self.static = plan, plan.fgraph, plan.n_varying, ()
        self.before = ()
        inner = plan.plan
        fixed = {node.inputs[i]: True for node in inner.host_facts for i in node.op.fact_inputs(node)[0]
                 if not inner.is_trace(node.inputs[i])}
        self.rules = replayed_rules([n for n in inner.order if n in inner.host_nodes])
        made = {v: True for n in inner.order if n in inner.host_nodes for v in n.outputs
                if hasattr(v.type, "broadcastable") and v not in fixed}
        self.fixed, self.made = list(fixed), list(made)
        self.watched = self.fixed + self.made
        known = {*self.fixed, *self.made}
        nodes = [n for n in inner.order if n not in inner.host_nodes and not all(v in known for v in n.outputs)]
        trace_nodes = {n for n in nodes if n.outputs[0] in inner.trace}
        self.step = XlaStep(nodes, trace_nodes, self.fgraph.outputs, [])
        self.step.rules = own_rules(nodes)
        self._order = [n for n in inner.order if n in set(nodes) or n in self.rules]
        self.during = self._order if self.step.places is None else self.step.places.inside.get((), ())

    def stage(self, nodes, env, pullbacks):
        """Stage `nodes`, with the recorded values in `env`."""
        from theano_compat.compile.lower import run_nodes
        for node in nodes:
            if node in self.rules:
                recorded = [env[v] for v in node.outputs]
                values = [env[v] if v in env else getattr(v, "data", None) for v in node.inputs]
                env.update(zip(node.outputs, self.rules[node](values, recorded)))
            else:
                kept = {v: env[v] for v in node.outputs if v in env}
                run_nodes(self.step, [node], {}, env, pullbacks)
                env.update(kept)

    def results(self, env):
        """The outputs' values; None for what is no array."""
        import jax.numpy as jnp
        return [jnp.asarray(env[v] if v in env else v.data, dtype=v.type.dtype)
                if (v in env or hasattr(v, "data")) and hasattr(v.type, "dtype") else None for v in self.fgraph.outputs]


def record(op, node, values):
    """What decides the replay's program, arrays that it reads, and how many rows too many it gives; for a node of the host."""
    n = int(values[0])
    if not op.plan.by_host:
        rows = _rows(op, run_on_host(op, node, values), n)
        steps = min(bucket(rows), n)
        return (steps, static_facts(op, values)), [np.int64(rows)], steps - rows
    replay = op.plan.replay
    outputs, seen = _run_by_steps(op, node, values, n, replay.watched)
    k = len(replay.fixed)
    fixed = tuple(tuple(frozen(v) for v in step[:k]) for step in seen)
    if len(set(fixed)) == 1:
        fixed = fixed[:1]
    return (len(seen), fixed), [[step[k + i] for step in seen] for i in range(len(replay.made))], 0


def _rows(op, outputs, n):
    if op.n_states:
        return outputs[0].shape[0] - abs(min(op.tap_array[0]))
    return outputs[0].shape[0] if op.n_nit_sot else n


def replay(op, node, values, key, arrays):
    """The outputs of a node that ran as `record` says, staged."""
    import jax.numpy as jnp
    n, fixed = key
    if not op.plan.by_host:
        return loop(op, values, Body(op, values, fixed), sequences_of(op, node, values, n), n, limit=arrays[0])[0]
    plan = op.plan.replay
    alike = all(len({np.shape(v) for v in steps}) <= 1 for steps in arrays)
    sequences = sequences_of(op, node, values, n)
    body = Body(op, values, (), plan, plan.made)
    if len(fixed) <= 1 and alike:
        for step in fixed:
            body.fixed = dict(zip(plan.fixed, map(thawed, step)))
        made = [jnp.stack([jnp.asarray(v) for v in steps]) if steps else jnp.zeros((0, 0)) for steps in arrays]
        return loop(op, values, body, [*sequences, *made], n)[0]
    return _unrolled(op, values, body, sequences, n, [map(thawed, step) for step in (fixed if len(fixed) > 1 else fixed * n)],
                     arrays)


def _unrolled(op, values, body, sequences, n, fixed, arrays):
    """A replay whose steps differ in shapes: written out step by step."""
    import jax
    import jax.numpy as jnp
    carry, rows = body.start(values), []
    kept = n if op.truncate_gradient == -1 else min(op.truncate_gradient, n)
    frozen_body = body.frozen() if kept < n else None
    for t, numbers in enumerate(fixed):
        mine, slices = body, [*[s[t] for s in sequences], *[steps[t] for steps in arrays]]
        if t < n - kept:
            mine, slices, carry = frozen_body, jax.lax.stop_gradient(slices), jax.lax.stop_gradient(carry)
        mine.fixed = dict(zip(mine.plan.fixed, numbers))
        carry, row, _ = mine(carry, [jnp.asarray(v) for v in slices])
        rows.append(row)
    rows = [jnp.stack(found) for found in zip(*rows)]
    return outputs_of(op, values, rows, carry)
