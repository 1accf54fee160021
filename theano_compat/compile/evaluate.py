"""One node at a time: the reference evaluator.

It computes test values, folds constants, runs the host steps of a program, and finds the node behind a failed call. Its
numbers are the definition of right; compiled programs are tested against it.
"""
import copy
import inspect
from contextlib import nullcontext
from functools import partial

import numpy as np

from theano_compat.compile import forked
from theano_compat.control.ifelse import BranchesDiffer
from theano_compat.control.print_op import silence
from theano_compat.graph import testvalue
from theano_compat.graph.checks import collecting
from theano_compat.graph.op import has_own_thunk, has_perform, provides, runs_on_host_only
from theano_compat.graph.utils import MethodNotDefined


class NodeError(Exception):
    """Carries a node's failure to the border, where `errors.raise_with_op` dresses it: node, input values, cause."""

    def __init__(self, node, values, cause):
        Exception.__init__(self, node, cause)
        self.node = node
        self.values = values
        self.cause = cause


def evaluate_node(node, values, found=None):
    """The outputs of `node` for NumPy (or Python object) input `values`, as a list. `found`: {node: its evaluator}, for further calls."""
    run = found.get(node) if found else None
    try:
        return (run or _evaluator(node, found))(values)
    except BranchesDiffer as e:
        if not e.settled:
            raise
        return _evaluator(node, found)(values)  # the op runs another way now


def _evaluator(node, found):
    run = way_of(node)
    if found is not None:
        found[node] = run
    return run


def way_of(node):
    """How `node` is evaluated: a function of its input values."""
    op = node.op
    if has_own_thunk(op):
        return partial(_run_own_thunk, node)
    if provides(op, "host"):
        host = op.host
        return lambda values: _as_outputs(node, host(node, *values))
    return performer(node) if uses_perform(op) else partial(lower_eagerly, node)


def repeats(op):
    """Whether a node of `op` may simply be computed again: in NumPy it gives the same for the same, and leaves what it reads as it was."""
    if has_own_thunk(op) or any(provides(op, word) for word in ("shape_only", "branches", "inner", "plan", "run_of")):
        return False
    # a `perform` that says so: what a program wrote, or an op that holds what it wrote, runs once, also where it fails
    return provides(op, "host") or bool(uses_perform(op) and getattr(op.perform, "only_computes", False))


def uses_perform(op):
    """Whether `evaluate_node` computes nodes of `op` by its `perform`."""
    if provides(op, "host") or has_own_thunk(op):
        return False
    return not provides(op, "lower") or has_perform(op) and runs_on_host_only(op)


def _as_outputs(node, result):
    return list(result) if len(node.outputs) > 1 or isinstance(result, (tuple, list)) else [result]


def performer(node):
    """A function that gives the outputs of `node` by its `perform`: of the input values, and the storage for the outputs if given.

    With `protect` the op gets copies: of the arrays, which a program's op may overwrite or keep whatever its destroy_map says (not those
    that promise the contrary), and of other objects that it says it destroys.
    """
    op = node.op
    only_reads = getattr(op, "only_reads", False)
    destroyed = {i for idx in (getattr(op, "destroy_map", None) or {}).values() for i in idx}
    try:
        params = (op.get_params(node),)
    except MethodNotDefined as e:
        if e.args and e.args[0] != "get_params":
            raise
        params = ()

    def perform(values, storage=None, protect=True):
        copied = protect and not only_reads
        values = [np.array(v) if copied and isinstance(v, np.ndarray) else v for v in values]
        for i in destroyed if protect else ():
            if not isinstance(values[i], np.ndarray):
                # not copy.copy: of a RandomState it gives a second handle on the same stream
                values[i] = copy.deepcopy(values[i])
        storage = [[None] for _ in node.outputs] if storage is None else storage
        op.perform(node, values, storage, *params)
        return [cell[0] for cell in storage]

    return perform


def _run_own_thunk(node, values):
    storage = {v: [np.array(value) if isinstance(value, np.ndarray) else value] for v, value in zip(node.inputs, values)}
    storage.update((v, [None]) for v in node.outputs)
    computed = {v: [v not in node.outputs] for v in storage}
    make_thunk = node.op.make_thunk
    # older ones know no `impl`, and nobody here has a choice of implementations
    more = {"impl": None} if "impl" in inspect.signature(make_thunk).parameters else {}
    thunk = make_thunk(node, storage, computed, [], **more)
    # a lazy thunk answers which inputs it lacks; all are there, so one more call must do
    if thunk() and not all(computed[v][0] for v in node.outputs):
        thunk()
    return [storage[v][0] for v in node.outputs]


def known_facts(node, values, shapes=None):
    """`op.facts` of a node all of whose input values are known; None for an op without facts."""
    op = node.op
    if not provides(op, "facts"):
        return None
    if shapes is None:
        shapes = [np.shape(v) if hasattr(x.type, "broadcastable") else None for x, v in zip(node.inputs, values)]
    needed = set(op.fact_inputs(node)[0])
    return op.facts(node, [v if i in needed else None for i, v in enumerate(values)], shapes)


def lower_eagerly(node, values):
    """The outputs of `node` by its `lower`, outside any program."""
    import jax
    forked.refuse()
    with jax.enable_x64(True), collecting() as checks:
        kwargs = {"facts": known_facts(node, values)} if provides(node.op, "facts") else {}
        result = node.op.lower(node, *values, **kwargs)
        for c in checks:
            if not np.all(np.asarray(c.ok)):
                raise c.exc_class(c.message)
        outputs = result if len(node.outputs) > 1 else (result,)
        return [np.array(v) if hasattr(v, "dtype") and not hasattr(v, "tocsr") else v for v in outputs]


def evaluate(fgraph, values, on_node=None, known=None, quiet=False):
    """The outputs of a FunctionGraph for input `values`, node by node. A failing node gives NodeError.

    Nodes whose outputs are all in `known` {variable: value} do not run again; with `quiet` nothing is printed again.

    `on_node(node, input values, output values)` sees every node after it ran; without it, what only a branch that is not
    taken needs does not run.
    """
    env = {**(known or {}), **dict(zip(fgraph.inputs, values))}

    def value_of(v):
        return env[v] if v in env else getattr(v, "data", None)

    order = fgraph.toposort()
    for node in order if on_node is not None else needed_nodes(order, fgraph.outputs, value_of):
        if known and all(v in known for v in node.outputs):
            continue
        ins = [value_of(v) for v in node.inputs]
        try:
            if not provides(node.op, "takes_none"):
                for v, x in zip(ins, node.inputs):
                    if v is None and hasattr(x.type, "broadcastable") and (x.owner is None or x in env):
                        raise ValueError("expected an ndarray, not None")
            with silence() if quiet else nullcontext():
                outs = evaluate_node(node, ins)
        except Exception as e:
            with silence():
                raise NodeError(node, ins, _inside(node, ins, e)) from e
        env.update(zip(node.outputs, outs))
        if on_node is not None:
            on_node(node, ins, outs)
    return [value_of(v) for v in fgraph.outputs]


def needed_nodes(order, outputs, value_of):
    """The nodes of `order` that `outputs` need, in order; of an IfElse only the branch that is taken.

    `value_of(v)`: the value of a condition, asked for once it has been computed.
    """
    if not any(provides(node.op, "branches") for node in order):
        yield from order
        return
    stack, done = [v.owner for v in reversed(outputs) if v.owner is not None], set()
    while stack:
        node = stack[-1]
        missing = []
        if node not in done:
            wanted = node.inputs
            if provides(node.op, "branches"):
                condition = node.inputs[0]
                known = condition.owner is None or condition.owner in done
                wanted = [node.inputs[i] for i in taken(node, value_of(condition))] if known else [condition]
            missing = [v.owner for v in wanted if v.owner is not None and v.owner not in done]
        if missing:
            stack.extend(reversed(missing))
            continue
        stack.pop()
        if node not in done:
            done.add(node)
            yield node


def taken(node, condition):
    """The positions of the inputs that an IfElse hands on."""
    n = node.op.n_outs
    first = 1 if condition else 1 + n
    return range(first, first + n)


def _inside(node, values, error):
    """`error`, or the NodeError of the node that failed inside of `node`, when that holds a graph that can be gone through."""
    if isinstance(error, BranchesDiffer):
        error = error.plain()
    if provides(node.op, "retrace"):
        try:
            node.op.retrace(node, values)
        except NodeError as found:
            return found
        except Exception:
            pass  # what is known already says more than how the search ended
    return error.cause if isinstance(error, NodeError) and error.values is None else error


testvalue.evaluate_node = evaluate_node
