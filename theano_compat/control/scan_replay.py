"""A loop whose steps have work for Python, as a loop of known length in XLA over what that work gave.

Draws, results of Python ops and numbers that decide shapes are recorded (`scan_record`), and put into the steps here.
"""
import functools

import numpy as np

from theano_compat.control.ifelse import BranchesDiffer
from theano_compat.control.inner import hoisted, thawed
from theano_compat.control.scan_choices import Guarded
from theano_compat.control.scan_run import Body, loop, outputs_of, sequences_of
from theano_compat.graph import Apply, Op, generic
from theano_compat.graph.op import provides
from theano_compat.tensor import Shape


class Watched:
    """Variables of a step whose values tell all that Python has to find out.

    `numbers` decide shapes, `sized` are the arrays whose shapes matter for that; `made`: arrays that host nodes give; `nested`:
    loops within the step that run on the host, `told`: what a derivative has to know of their runs.
    """

    def __init__(self, plan):
        self._plan, inner = plan, plan.plan
        self.nodes = list(inner.host_facts)
        self.numbers = list(dict.fromkeys(n.inputs[i] for n in self.nodes for i in n.op.fact_inputs(n)[0]
                                          if not inner.is_trace(n.inputs[i])))
        self.sized = list(dict.fromkeys(n.inputs[i] for n in self.nodes for i in n.op.fact_inputs(n)[1]))
        hosted = [n for n in inner.order if n in inner.host_nodes]
        self.nested = [n for n in hosted if provides(n.op, "record")]
        self.made = list(dict.fromkeys(v for n in hosted if n not in self.nested for v in n.outputs
                                       if hasattr(v.type, "broadcastable")))
        self.told = [RunOf(n.op, [v.type for v in n.outputs])(*n.inputs) for n in self.nested]
        self.shapes = [Shape()(v) for v in self.sized]
        self.variables = [*self.numbers, *self.shapes, *self.made, *self.told]
        self.known = {v: None for n in self.nodes for v in n.inputs if inner.is_trace(v)}

    @property
    def ends(self):
        """Where numbers, shapes and `made` end among the variables."""
        m = len(self.numbers) + len(self.shapes)
        return len(self.numbers), m, m + len(self.made)

    def facts(self, step):
        """The facts of each node from one step's values of `numbers` and `shapes`; None when they need a value traced."""
        k = len(self.numbers)
        values = dict(zip(self.numbers, step[:k]))
        shapes = dict(zip(self.sized, step[k:]))
        found = []
        for node in self.nodes:
            by_value, by_shape = node.op.fact_inputs(node)
            known, sized = [None] * len(node.inputs), [None] * len(node.inputs)
            for i in by_value:
                v = node.inputs[i]
                if v not in values and not hasattr(v, "data"):
                    return None
                known[i] = values[v] if v in values else v.data
            for i in by_shape:
                sized[i] = tuple(int(d) for d in shapes[node.inputs[i]])
            found.append(node.op.facts(node, known, sized))
        return tuple(found)

    @functools.cached_property
    def guarded(self):
        """How to ask for the variables."""
        stands_for = {run: n for run, n in zip(self.told, self.nested)} | {s: v.owner for s, v in zip(self.shapes, self.sized)}
        return Guarded(self._plan.plan.order, self._plan.fgraph.outputs, self.variables, stands_for)

    def read(self, given):
        """{("value", "shape" or "run", variable): value} from what a program gave in a step, and what the step decided."""
        found = self.guarded.values(given)
        values = {("value", v): x for v, x in found.items()}
        values.update((("shape", v), found[shape]) for v, shape in zip(self.sized, self.shapes) if shape in found)
        values.update((("run", n.outputs[0]), found[run]) for n, run in zip(self.nested, self.told) if run in found)
        return values, self.guarded.taken(found)

    def row(self, values):
        """What `read` gave for a step, for each of `variables`."""
        value = self._plan.value
        return [*(value(v, values) for v in self.numbers), *(value(v, values, "shape") for v in self.sized),
                *(value(v, values) for v in self.made), *(value(n.outputs[0], values, "run") for n in self.nested)]


class RunOf(Op):
    """`RunOf(op, types of its outputs)(*inputs)`: the Run of a loop within a step, or of a derivative of one, that the host runs."""

    __props__ = ("base_op", "out_types")
    host_only = True
    only_reads = True

    def __init__(self, base_op, out_types):
        self.base_op, self.out_types = base_op, tuple(out_types)

    def make_node(self, *inputs):
        return Apply(self, list(inputs), [generic()])

    def _base_node(self, node):
        return Apply(self.base_op, node.inputs, [t() for t in self.out_types])

    def run_of(self, node):
        """The loop, as a node."""
        return self.base_op.run_of(self._base_node(node))

    def from_record(self, node, values, record):
        """The output of a node, in a tuple, where `record` gave this for its values."""
        return (Run(*record),)

    def perform(self, node, inputs, output_storage, params=None):
        output_storage[0][0] = Run(*self.base_op.record(self._base_node(node), inputs))


class Run:
    """What a derivative needs to know about a run of a loop within the step: what decides its program, and arrays.

    `extra`: how many rows too many the replay gives.
    """

    def __init__(self, key, arrays, extra):
        import jax
        self.leaves, form = jax.tree.flatten(arrays)
        self.leaves = [np.asarray(v) for v in self.leaves]
        self.key = key, extra, form


def replay_run(node, values, run_key, leaves):
    """The outputs of loop `node` within a step, replayed."""
    import jax
    import jax.numpy as jnp
    key, extra, form = run_key
    rowed_inputs, rowed_outputs = node.op.rowed
    values = list(values)
    for i in rowed_inputs if extra else ():
        values[i] = jnp.concatenate([values[i], jnp.zeros((extra, *values[i].shape[1:]), values[i].dtype)])
    outs = node.op.replay(node, values, key, jax.tree.unflatten(form, leaves))
    outs = outs if isinstance(outs, tuple) else (outs,)
    return [v[:v.shape[0] - extra] if extra and k in rowed_outputs else v for k, v in enumerate(outs)]


class Replay:
    """The step without its work for the host: what that gave is put in, `made` as arrays.

    `fixed`: numbers that the trace sees; with `by_facts` none, as nodes are told their facts instead.
    """

    stops = False  # the steps ran before, and did not fail

    def __init__(self, plan, by_facts):
        from theano_compat.compile.lower import XlaStep
        from theano_compat.compile.rules import own_rules, replayed_rules
        self.plan, self.fgraph, self.n_varying, self.static = plan, plan.fgraph, plan.n_varying, ()
        inner = plan.plan
        self.fixed = [] if by_facts else plan.watched.numbers
        self.made = [v for v in plan.watched.made if v not in set(self.fixed)]
        self.nested = set(plan.watched.nested)
        self.rules, self.eager = replayed_rules([n for n in inner.order if n in inner.host_nodes and n not in self.nested])
        self.eager = self.eager or any(n.op.replayed_eagerly for n in self.nested)
        known = {*self.fixed, *self.made}
        nodes = [n for n in inner.order if n in self.rules or n in self.nested
                 or n not in inner.host_nodes and not all(v in known for v in n.outputs)]
        trace_nodes = {n for n in nodes if n.outputs[0] in inner.trace}
        self.step = XlaStep(nodes, trace_nodes, self.fgraph.outputs, [])
        self.step.rules = own_rules(nodes)
        self.step.recorded = {n: self._nested if n in self.nested else self._ruled for n in (*self.rules, *self.nested)}
        staged = [n for n in nodes if n not in self.step.recorded]
        self.before = hoisted(self.step.places, staged, self.fgraph.inputs[self.n_varying:])
        early = set(self.before)
        self.during = [n for n in (nodes if self.step.places is None else self.step.places.inside.get((), ())) if n not in early]

    def _ruled(self, node, values, env):
        return self.rules[node](values, [env[v] for v in node.outputs])

    def _nested(self, node, values, env):
        key, n = env[node]
        return replay_run(node, values, key, [env[node, k] for k in range(n)])

    def stage(self, nodes, env, pullbacks, facts):
        """Stage `nodes`, with the recorded values in `env`."""
        from theano_compat.compile.lower import run_nodes
        for node in nodes:
            kept = {v: env[v] for v in node.outputs if v in env}
            try:
                run_nodes(self.step, [node], facts, env, pullbacks)
            except BranchesDiffer as e:
                self.plan.settle(e)
                raise
            if node not in self.step.recorded:
                env.update(kept)

    def results(self, env):
        """The outputs' values; None for what is no array."""
        import jax.numpy as jnp
        return [jnp.asarray(env[v] if v in env else v.data, dtype=v.type.dtype)
                if (v in env or hasattr(v, "data")) and hasattr(v.type, "dtype") else None for v in self.fgraph.outputs]


def _keyed(watched, keys):
    """What a replay of the step has to know of the loops within it, and names for their arrays."""
    known = dict(zip(watched.nested, keys))
    return known, [(node, k) for node, (_, n) in known.items() for k in range(n)]


def replay(op, node, values, key, arrays):
    """The outputs of a node that ran as `record` says, staged."""
    n, facts, fixed, keys, decisions = key
    sequences = sequences_of(op, node, values, n)
    if not op.plan.by_host:
        return loop(op, values, Body(op, values, facts), sequences, n, limit=arrays[0])[0]
    if facts is None:
        return _unrolled(op, values, sequences, key, arrays)
    decided = op.plan.decided(decisions)
    plan = decided.replay(True)
    known, names = _keyed(decided.watched, keys)
    body = Body(op, values, (), plan, [*plan.made, *names], dict(zip(decided.watched.nodes, facts)))
    body.fixed = known
    return loop(op, values, body, [*sequences, *arrays], n)[0]


def _unrolled(op, values, sequences, key, arrays):
    """A replay whose steps differ in shapes: written out step by step."""
    import jax.numpy as jnp

    from theano_compat.control.scan_gradient import steps_kept
    n, _, fixed, keys, decisions = key
    kept = steps_kept(op)
    kept = n if kept == -1 else min(kept, n)
    bodies, rows, carry = {}, [], None
    for t in range(n):
        which = decisions[t], t < n - kept
        if which not in bodies:
            body = Body(op, values, (), op.plan.decided(decisions[t]).replay(False))
            bodies[which] = body.frozen() if which[1] else body
        body = bodies[which]
        carry = body.start(values) if carry is None else carry
        watched = op.plan.decided(decisions[t]).watched
        known, names = _keyed(watched, keys[t])
        body.fixed, body.recorded = {**dict(zip(body.plan.fixed, map(thawed, fixed[t]))), **known}, [*body.plan.made, *names]
        carry, row, _ = body(carry, [jnp.asarray(v) for v in (*(s[t] for s in sequences), *arrays[t])])
        rows.append(row)
    rows = [jnp.stack(found) for found in zip(*rows)]
    return outputs_of(op, values, rows, carry)
