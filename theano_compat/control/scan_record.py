"""What a loop's work for Python gave: recorded on the way, step by step (`record`), for a derivative; or before the loop (`run_ahead`)
where it depends on no state, for the loop itself. What is made of it: `scan_replay`.
"""
import copy

import numpy as np

from theano_compat.control.inner import frozen
from theano_compat.control.scan_choices import agreed, filled
from theano_compat.control.scan_host import run_by_steps, run_on_host
from theano_compat.control.scan_replay import replay
from theano_compat.control.scan_run import bucket, sequences_of, static_facts
from theano_compat.graph import Constant, FunctionGraph
from theano_compat.graph.checks import collecting
from theano_compat.graph.op import provides
from theano_compat.graph.walk import clone_get_equiv
from theano_compat.scalar.device import jitted
from theano_compat.tensor.random.apart import take_apart


def record(op, node, values):
    """What decides the replay's program, arrays that it reads, and how many rows too many it gives; for a node of the host."""
    n = int(values[0])
    if op.plan.by_host and op.plan.ahead is not None and not op.plan.ahead.fallible and n:
        key, arrays, _ = _look_ahead(op, node, values, n)
        return key, arrays, 0
    return run_and_record(op, node, values)[1]


def run_and_record(op, node, values):
    """The outputs of a node of the host, as a list, and what `record` gives, from one run."""
    n = int(values[0])
    if n < 0 or not op.plan.by_host:
        outputs = run_on_host(op, node, values)
        rows = _rows(op, outputs, n)
        steps = min(bucket(rows), n)
        return outputs, ((steps, static_facts(op, values), None, (), ()), [np.int64(rows)], steps - rows)
    ahead = op.plan.ahead
    if ahead is not None and not ahead.fallible and _shapes(values) not in ahead.unlike and n:
        key, arrays, shared = _look_ahead(op, node, values, n)
        outputs = _outputs_ahead(op, node, values, key, arrays, shared)
        if outputs is not None:
            return outputs, (key, arrays, 0)
    outputs, seen = run_by_steps(op, node, values, n, op.plan.watched.guarded.asked)
    return outputs, (*_summary(op, seen), 0)


def _rows(op, outputs, n):
    if op.n_states:
        return outputs[0].shape[0] - abs(min(op.tap_array[0]))
    return outputs[0].shape[0] if op.n_nit_sot else n


def _summary(op, seen):
    """The key of a replay (number of steps, facts or None, fixed numbers or None, keys of loops within, decisions) and its arrays.

    The arrays are stacked where the steps differ in nothing but numbers.
    """
    steps, taken = zip(*map(op.plan.watched.read, seen)) if seen else ((), ())
    together = agreed(taken) if seen else tuple(True for _ in op.plan.watched.guarded.conditions)
    found = _alike(op.plan.decided(together), steps)
    if found is not None:
        facts, keys, arrays = found
        return (len(seen), facts, None, keys, together), arrays
    fixed, keys, arrays = [], [], []
    for decisions, values in zip(taken, steps):
        watched = op.plan.decided(decisions).watched
        k, m, end = watched.ends
        step = watched.row(values)
        runs = step[end:]
        fixed.append(tuple(frozen(v) for v in step[:k]))
        keys.append(tuple((run.key, len(run.leaves)) for run in runs))
        arrays.append([*(np.asarray(x) for v, x in zip(watched.made, step[m:end]) if v not in set(watched.numbers)),
                       *(v for run in runs for v in run.leaves)])
    return (len(seen), None, tuple(fixed), tuple(keys), taken), arrays


def _alike(plan, steps):
    """(facts, keys of loops within, stacked arrays) of steps that differ in nothing but numbers, or None."""
    watched = plan.watched
    _, m, end = watched.ends
    rows = [watched.row(values) for values in steps]
    columns = filled([list(column) for column in zip(*(row[:end] for row in rows))])
    runs = filled([list(column) for column in zip(*(row[end:] for row in rows))])
    if columns is None or runs is None or plan.replay(True).eager:
        return None
    facts = {watched.facts(step) for step in zip(*columns[:m])}
    made = [[np.asarray(v) for v in column] for column in columns[m:]] or [[] for _ in watched.made]
    keys = [{(run.key, len(run.leaves)) for run in column} for column in runs]
    for column in runs:
        made += [list(leaves) for leaves in zip(*(run.leaves for run in column))]
    if (len(facts) > 1 or None in facts or any(len(found) > 1 for found in keys)
            or any(len({v.shape for v in column}) > 1 for column in made)):
        return None
    return (next(iter(facts), ()), tuple(found.pop() for found in keys),
            [np.stack(column) if column else np.zeros((0, 0)) for column in made])


# -- before the loop

class Ahead:
    """The part of a step that gives the watched variables and the next shared values, where no state decides them.

    `fallible`: whether some step may fail, which is then found out by running them one by one. `unlike`: shapes of inputs for which
    steps were found to differ in shapes; then they run one by one at once, and ops in Python run once.
    """

    def __init__(self, plan, outputs, fallible):
        self.unlike = set()
        self.fallible = fallible
        memo = clone_get_equiv(plan.fgraph.inputs, outputs)
        self.inputs, self.outputs = [memo[v] for v in plan.fgraph.inputs], [memo[v] for v in outputs]
        fgraph = FunctionGraph(self.inputs, self.outputs, clone=False)
        for node in fgraph.toposort():
            if provides(node.op, "moving"):  # a generator that nobody else holds: see run_ahead
                fgraph.replace_all(list(zip(node.outputs, node.op.moving()(*node.inputs, return_list=True))), reason="ahead")
        self.outputs, self.order = fgraph.outputs, fgraph.toposort()
        self.memory, self._known = {}, {}
        # what shapes alone decide is computed once for all steps; what is needed for nothing else is not computed again
        shapely = set()
        for node in self.order:
            if provides(node.op, "shape_only") or (not node.op.host_only and all(
                    v in shapely or isinstance(v, Constant) for v in node.inputs)):
                shapely.update(node.outputs)
        self._shapely = [v for v in shapely if any(c != "output" and not set(c.outputs) <= shapely or c == "output"
                                                   for c, _ in v.clients)]
        needed, self._moving = set(self.outputs) - shapely, []
        for node in reversed(self.order):
            if any(v in needed for v in node.outputs):
                self._moving.append(node)
                needed.update(v for v in node.inputs if v not in shapely)
        self._moving.reverse()
        # positions of the inputs whose values, not shapes alone, are read
        decided = _decided_by(plan.watched.numbers)
        self.read = [i for i, v in enumerate(plan.fgraph.inputs) if v in decided]

    def __call__(self, values):
        from theano_compat.compile.evaluate import evaluate_node
        env = dict(zip(self.inputs, values))
        shapes = _shapes(values)
        known = self._known.get(shapes)
        env.update(known or {})
        for node in self.order if known is None else self._moving:
            env.update(zip(node.outputs, evaluate_node(node, [env[v] if v in env else v.data for v in node.inputs])))
        if known is None:
            self._known[shapes] = {v: env[v] for v in self._shapely}
        return [env[v] if v in env else v.data for v in self.outputs]


def _shapes(values):
    return tuple(getattr(v, "shape", ()) for v in values)  # a typed list has none


def _decided_by(variables):
    """The inputs and constants whose values, not shapes alone, `variables` depend on."""
    found, todo = set(), list(variables)
    while todo:
        v = todo.pop()
        if v not in found:
            found.add(v)
            if v.owner is not None and not provides(v.owner.op, "shape_only"):
                todo.extend(v.owner.inputs)
    return found


def ahead_of(op):
    """The Ahead of a Scan, or None when the loop has to find out as it goes."""
    plan = op.plan
    inner, watched = plan.plan, plan.watched
    end = op.n_states + op.n_nit_sot
    shared = plan.fgraph.outputs[end:end + op.n_shared_outs]
    states = {v for taps in op.inner_taps(plan.fgraph.inputs) for v in taps}
    decided = [*watched.numbers, *watched.made, *watched.told, *shared]
    if op.as_while or not states.isdisjoint(_decided_by(decided)) or any(provides(n.op, "branches") for n in inner.order):
        return None
    if any(provides(n.op, "has_effect") for n in inner.order if n not in watched.nodes):
        return None  # what comes after a step that fails must not have been printed
    fallible = any(provides(n.op, "can_fail") for n in inner.order)
    if plan.replay(True).eager or fallible and any(type(n.op).__name__ != "RandomFunction" for n in inner.host_nodes):
        return None  # draws are from copies: that they were made for a step that is not reached, nobody sees
    return Ahead(plan, [*watched.variables, *shared], fallible)


def run_drawn(op, node, values, n):
    """The outputs of a node whose draws take arguments from its state, drawn for before the loop; None as `run_ahead`."""
    from theano_compat.control.scan_op import Scan
    plan = op.plan
    if plan.drawn is None:
        fgraph = FunctionGraph(plan.fgraph.inputs, plan.fgraph.outputs, clone=True)
        plan.drawn = take_apart(fgraph) and Scan(fgraph.inputs, fgraph.outputs, dict(op.info))
    if not plan.drawn:
        return None
    try:
        return run_ahead(plan.drawn, node, values, n)
    except (TypeError, ValueError):
        return None  # arguments that do not fit a draw: run by steps, it says so


def run_ahead(op, node, values, n):
    """The outputs of a node, its work for Python done before the loop; None when that cannot be, or its steps differ in shapes."""
    if op.plan.ahead is None or _shapes(values) in op.plan.ahead.unlike or n == 0:
        return None
    return _outputs_ahead(op, node, values, *_look_ahead(op, node, values, n))


def _outputs_ahead(op, node, values, key, arrays, shared):
    """The outputs of a node from what `_look_ahead` gave; None as `run_ahead`."""
    import jax
    if key[1] is None:
        if op.plan.watched.made or op.plan.watched.nested:
            op.plan.ahead.unlike.add(_shapes(values))
        return None
    fixed = [i for i, v in enumerate(values) if not hasattr(v, "dtype")]
    programs = op.plan.programs
    if key not in programs:
        def run(given, arrays):
            with collecting() as checks:
                result = replay(op, node, [None if i in fixed else v for i, v in enumerate(given)], key, arrays)
            return result, [jax.numpy.all(c.ok) for c in checks]

        programs[key] = jitted(run)
    with jax.enable_x64(True):
        result, draws_hold = programs[key]([0 if i in fixed else v for i, v in enumerate(values)], arrays)
    if not all(draws_hold):
        return None
    result = result if isinstance(result, tuple) else (result,)
    return [*(np.array(v) for v in result[:op.n_states + op.n_nit_sot]), *shared]


def _look_ahead(op, node, values, n):
    """The key and arrays of a replay, as `_summary` gives them, and the last shared values."""
    ahead, watched = op.plan.ahead, op.plan.watched
    sequences = [np.asarray(s) for s in sequences_of(op, node, values, n)]
    taken = [np.asarray(values[op.first_state + i][abs(min(taps)) + k]) for i, taps in enumerate(op.tap_array) for k in taps]
    shared, others = copy.deepcopy(list(values[op.first_shared:op.first_length])), list(values[op.first_other:])
    size, seen, known = len(watched.variables), [], None
    if not watched.made and not watched.nested and not shared:
        # nothing but numbers that decide shapes: equal ones need not be looked at again
        every = [*sequences, *taken, *others]
        if sum(np.size(every[i]) for i in ahead.read) <= 10000:
            known = (n, tuple(frozen(every[i]) for i in ahead.read), _shapes(every))
            if known in ahead.memory:
                return *ahead.memory[known], []
    for t in range(n):
        outs = ahead([*[s[t] for s in sequences], *taken, *shared, *others])
        seen.append(outs[:size])
        shared = outs[size:]
    found = _summary(op, seen)
    if known is not None:
        if len(ahead.memory) > 1000:
            ahead.memory.clear()
        ahead.memory[known] = found
    return *found, shared
