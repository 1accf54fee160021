"""How a Scan runs when XLA alone cannot: `until` as a while loop in chunks, steps with work for Python one by one.

What needs neither: `scan_run`. What of a step's work for Python can be done before the loop: `scan_record`. Derivatives: `scan_replay`.
"""
import numpy as np

from theano_compat.control.scan_run import Body, bucket, lower_scan, sequences_of, static_facts
from theano_compat.scalar.device import jitted

_CHUNK = 1024


def run_on_host(op, node, values):
    """The outputs of a Scan node as NumPy arrays, from NumPy inputs: loops with `until`, and steps that need Python."""
    n = int(values[0])
    if n < 0:
        raise IndexError("Scan was asked to run for negative number of step %d" % n)
    if op.plan.by_host:
        from theano_compat.control.scan_record import run_ahead, run_drawn
        outputs = run_ahead(op, node, values, n)
        if outputs is None:
            outputs = run_drawn(op, node, values, n)
        return run_by_steps(op, node, values, n) if outputs is None else outputs
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
    programs = op.plan.programs
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
        self.op, self.static, self.length, self.first = op, static, length, first
        self.checks = []
        self._call = jitted(self._traced)

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
    run_by_steps(op, node, values, int(values[0]), program=lambda ins: evaluate(op.plan.fgraph, ins))


def _naming(program):
    """`program` of a step, with the node that fails in its error: NodeError."""
    from theano_compat.compile.evaluate import NodeError, evaluate
    from theano_compat.compile.guards import CheckFailed

    def run(values):
        try:
            return program(values)
        except Exception as e:
            if not isinstance(e, NodeError) or e.values is None:
                evaluate(program.fgraph, values, known=getattr(e, "known", None), quiet=isinstance(e, CheckFailed))
            raise
    return run


def run_by_steps(op, node, values, n, watch=None, program=None):
    """A Python loop over the compiled step. `watch`: variables of the step; with it also their values, a list a step.

    `program`: what runs a step otherwise.
    """
    plan, seen = op.plan, None if watch is None else []
    if program is None:
        program = _naming(plan.program if watch is None else plan.watching(watch))
    sequences = sequences_of(op, node, values, n)
    states = []
    for i, taps in enumerate(op.tap_array):
        states.append([np.asarray(values[op.first_state + i][k]) for k in range(abs(min(taps)))])
    shared, others = list(values[op.first_shared:op.first_length]), list(values[op.first_other:])
    end, n_outs = op.n_states + op.n_nit_sot, len(op.outputs)
    rows = [[] for _ in range(end)]
    read = [(state, len(state) + k) for state, taps in zip(states, op.tap_array) for k in taps]
    for t in range(n):
        outs = program([*[np.asarray(s[t]) for s in sequences], *[state[k] for state, k in read], *shared, *others])
        if watch is not None:
            seen.append(outs[n_outs:])
        for found, out in zip(rows, outs):
            found.append(out)
        for state, out in zip(states, outs):
            state.append(out)
            del state[0]
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
