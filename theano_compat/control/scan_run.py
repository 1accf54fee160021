"""How a Scan runs: lax.scan when the number of steps is known, a while loop in chunks for `until`, a Python loop in the last resort.

The step's nodes are staged by the machinery of `compile`, which is imported late: a room that holds programs needs what runs
programs. What does not change from step to step is computed before the loop.
"""
import numpy as np

from theano_compat.graph import Constant, FunctionGraph

_CHUNK = 1024


class StepPlan:
    """The step's graph, rewritten, and where its nodes run.

    `fgraph`; `static`: positions among the unchanging inputs whose values must be known when the step is traced;
    `by_steps`: whether only a Python loop can run it; `before`, `during`: nodes that run once, and in each step.
    """

    def __init__(self, op):
        from theano_compat.compile.lower import XlaStep
        from theano_compat.compile.plan import Plan
        self.fgraph = _inner_program(op)
        first_other = len(op.inputs) - len(op.inner_non_seqs(op.inputs))
        others = self.fgraph.inputs[first_other:]
        plan = Plan(self.fgraph)
        self.static, self.by_steps = (), bool(plan.host_nodes)
        if plan.host_facts and not self.by_steps:
            needed = _leaves_of_facts(plan)
            self.by_steps = not needed <= set(others)
            self.static = tuple(i for i, v in enumerate(others) if v in needed)
            if not self.by_steps:
                plan = Plan(self.fgraph, known=[others[i] for i in self.static])
                self.by_steps = bool(plan.host_facts)
        if self.by_steps:
            self.static = ()
            return
        trace_nodes = {n for n in plan.order if n.outputs[0] in plan.trace}
        self.step = XlaStep(plan.order, trace_nodes, self.fgraph.outputs, [], rules=True)
        self.before, self.during = self._hoisted(plan.order, others)

    def _hoisted(self, order, others):
        """Nodes that depend on unchanging inputs alone, and the rest. Work in a branch stays there."""
        path = {} if self.step.places is None else self.step.places.path
        still, before = set(others), []
        for node in order:
            if path.get(node, ()) == () and all(v in still or isinstance(v, Constant) for v in node.inputs):
                before.append(node)
                still.update(node.outputs)
        hoisted = set(before)
        during = order if self.step.places is None else self.step.places.inside.get((), ())
        return before, [n for n in during if n not in hoisted]


def _inner_program(op):
    from theano_compat.compile.modes import get_mode
    from theano_compat.compile.modes import Query
    from theano_compat.rewrite import rewrite_graph
    fgraph = FunctionGraph(op.inputs, op.outputs, clone=True)
    optimizer = get_mode(op.mode).optimizer
    if isinstance(optimizer, Query):
        rewrite_graph(fgraph, optimizer)
    return fgraph


def _leaves_of_facts(plan):
    """What decides the facts that cannot be known from shapes: inputs of the step, and outputs of nodes that do real work."""
    from theano_compat.compile.plan import is_cheap
    found, seen = set(), set()
    todo = [node.inputs[i] for node in plan.host_facts for i in node.op.fact_inputs(node)[0]]
    while todo:
        v = todo.pop()
        if v in seen or plan.is_trace(v):
            continue
        seen.add(v)
        if v.owner is None or not is_cheap(v.owner):
            found.add(v)
        elif not getattr(v.owner.op, "shape_only", False):
            todo.extend(v.owner.inputs)
    return found


# -- facts

def facts_of(op, node, values):
    """(number of steps, static values); of a loop with `until` the number of steps that it makes."""
    n = int(values[0])
    if n < 0:
        raise IndexError("Scan was asked to run for negative number of step %d" % n)
    if op.as_while:
        outputs = run_on_host(op, node, values)
        n = outputs[-1] if op.n_states + op.n_nit_sot == 0 else _rows(op, outputs)
    static = () if op.plan.by_steps else tuple(_frozen(values[op.first_other + i]) for i in op.plan.static)
    return n, static


def _rows(op, outputs):
    return outputs[0].shape[0] - abs(min(op.tap_array[0])) if op.n_states else outputs[0].shape[0]


def _frozen(value):
    value = np.asarray(value)
    return str(value.dtype), value.shape, value.tobytes()


def _thawed(fact):
    dtype, shape, data = fact
    return np.frombuffer(data, dtype=dtype).reshape(shape).copy()


# -- in XLA

class _Body:
    """The step as a JAX function `carry, slices -> carry, rows`; the carry is (states, shared variables).

    A state is the list of its last values, oldest first.
    """

    def __init__(self, op, values, static):
        self.op, self.plan = op, op.plan
        self.inputs = self.plan.fgraph.inputs
        self.env, self.pullbacks = {}, {}
        others = list(values[op.first_other:])
        for i, fact in zip(self.plan.static, static):
            others[i] = _thawed(fact)
        self.n_varying = len(self.inputs) - len(others)
        self.env.update(zip(self.inputs[self.n_varying:], others))
        self._run(self.plan.before, self.env, self.pullbacks)

    def _run(self, nodes, env, pullbacks):
        from theano_compat.compile.lower import run_nodes
        run_nodes(self.plan.step, nodes, {}, env, pullbacks)

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
        import jax.numpy as jnp
        op = self.op
        states, shared = carry
        taken = [state[abs(min(taps)) + t] for state, taps in zip(states, op.tap_array) for t in taps]
        env = dict(self.env)
        env.update(zip(self.inputs, [*slices, *taken, *shared]))
        self._run(self.plan.during, env, dict(self.pullbacks))
        outs = [jnp.asarray(env[v] if v in env else v.data, dtype=getattr(v.type, "dtype", None))
                for v in self.plan.fgraph.outputs]
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
    if op.plan.by_steps:
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
    if op.plan.by_steps:
        return _run_by_steps(op, node, values, n)
    import jax
    with jax.enable_x64(True):
        if not op.as_while:
            result = lower_scan(op, node, values, (n, tuple(_frozen(values[op.first_other + i]) for i in op.plan.static)))
            return [np.array(v) for v in (result if isinstance(result, tuple) else (result,))]
        return _run_until(op, node, values, n)


def _run_until(op, node, values, n):
    import jax
    static = tuple(_frozen(values[op.first_other + i]) for i in op.plan.static)
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
    from theano_compat.compile.program import Program
    plan = op.plan
    if not hasattr(plan, "program"):
        plan.program = Program(plan.fgraph)
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
