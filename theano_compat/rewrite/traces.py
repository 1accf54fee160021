"""Helpers that programs' rewrites call: stack traces carried over, chains of ops looked for, constants merged early.

Legacy path: `theano.gof.opt`.
"""
import contextlib
import warnings

from theano_compat.graph.fgraph import FunctionGraph
from theano_compat.graph.op import Op
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Apply, Constant, Variable
from theano_compat.graph.walk import nodes_constructed


def _trace(v):
    trace = list(getattr(v.tag, "trace", None) or ())
    return [trace] if trace and isinstance(trace[0], tuple) else trace


@legacy_name("theano.gof.opt")
def copy_stack_trace(from_var, to_var):
    """Add where `from_var` (a variable or a list) was created to `to_var` (likewise); gives `to_var`."""
    found = [t for v in (from_var if isinstance(from_var, list) else [from_var]) for t in _trace(v)]
    for v in to_var if isinstance(to_var, list) else [to_var]:
        v.tag.trace = _trace(v) + found
    return to_var


@legacy_name("theano.gof.opt")
@contextlib.contextmanager
def inherit_stack_trace(from_var):
    """Context manager: what is created inside also carries the trace of `from_var`."""
    with nodes_constructed() as new:
        yield
    copy_stack_trace(from_var, list(new))


@legacy_name("theano.gof.opt")
def check_stack_trace(f_or_fgraph, ops_to_check="last", bug_print="raise"):
    """Whether the outputs of chosen nodes know where they were created.

    `ops_to_check`: 'last', 'all', ops or Op classes (one or several), or a function of a node; `bug_print`: 'raise', 'warn' or
    'ignore' when there is no such node. Raises ValueError for anything else.
    """
    maker = getattr(f_or_fgraph, "maker", None)
    fgraph = maker.fgraph if maker is not None else f_or_fgraph
    if not isinstance(fgraph, FunctionGraph):
        raise ValueError("The type of f_or_fgraph is not supported")
    nodes = _chosen(fgraph, ops_to_check)
    if not nodes:
        message = "Provided op instances/classes are not in the graph or the graph is empty"
        if bug_print == "raise":
            raise Exception(message)
        if bug_print == "warn":
            warnings.warn(message, stacklevel=2)
        elif bug_print != "ignore":
            raise ValueError("The string bug_print is not recognised")
    return all(getattr(out.tag, "trace", None) for node in nodes for out in node.outputs)


def _chosen(fgraph, ops_to_check):
    if isinstance(ops_to_check, str):
        if ops_to_check == "last":
            return [out.owner for out in fgraph.outputs if out.owner is not None]
        if ops_to_check == "all":
            return list(fgraph.apply_nodes)
        raise ValueError("The string ops_to_check is not recognised")
    if isinstance(ops_to_check, Op) or isinstance(ops_to_check, type) and issubclass(ops_to_check, Op):
        ops_to_check = (ops_to_check,)
    if isinstance(ops_to_check, (tuple, list)):
        classes = tuple(o for o in ops_to_check if isinstance(o, type))
        return [node for node in fgraph.apply_nodes if node.op in ops_to_check or isinstance(node.op, classes)
                or isinstance(getattr(node.op, "scalar_op", None), classes)]
    if callable(ops_to_check):
        return [node for node in fgraph.apply_nodes if ops_to_check(node)]
    raise ValueError("ops_to_check does not have the right type")


@legacy_name("theano.gof.opt")
def check_chain(r, *chain):
    """Whether `r` was made by the ops (or Op classes, or tests) of `chain`, each by its first input; numbers choose inputs."""
    if isinstance(r, Apply):
        r = r.outputs[0]
    for i, elem in enumerate(chain):
        if elem is None:
            return r.owner is None
        if r.owner is None:
            return False
        op = r.owner.op
        if isinstance(elem, type) and issubclass(elem, Op):
            matches = isinstance(op, elem)
        else:
            matches = op == elem if isinstance(elem, Op) else bool(elem(r))
        if not matches:
            return False
        if i + 1 < len(chain):
            r = r.owner.inputs[0]
    return True


@legacy_name("theano.gof.opt")
def pre_constant_merge(vars):
    """Make equal constants above `vars` one, in place; nodes that belong to a FunctionGraph are left alone."""
    seen, first, todo = set(), {}, [v for v in (vars if isinstance(vars, (list, tuple)) else [vars])]
    while todo:
        v = todo.pop()
        node = v.owner if isinstance(v, Variable) else None
        if node is None or node in seen or hasattr(node, "fgraph"):
            continue
        seen.add(node)
        for i, x in enumerate(node.inputs):
            if isinstance(x, Constant):
                node.inputs[i] = first.setdefault(x.signature(), x)
            todo.append(x)
    return vars


@legacy_name("theano.gof.opt")
def pre_greedy_local_optimizer(list_optimizations, out):
    """`out` after local rewrites of everything above it that belongs to no FunctionGraph, inputs first."""
    done, todo = {}, [out]
    while todo:
        v = todo[-1]
        node = v.owner
        if v in done or node is None or hasattr(node, "fgraph"):
            done.setdefault(v, v)
            todo.pop()
            continue
        missing = [x for x in node.inputs if x not in done]
        if missing:
            todo.extend(missing)
            continue
        todo.pop()
        node.inputs[:] = [done[x] for x in node.inputs]
        for old, new in zip(node.outputs, _greedy(list_optimizations, node)):
            done[old] = new
    return done[out]


def _greedy(list_optimizations, node):
    results = node.outputs
    for one in list_optimizations:
        new = one.transform(node)
        if new:
            results = new
            if new[0].owner is None:
                break
            node = new[0].owner
    return results
