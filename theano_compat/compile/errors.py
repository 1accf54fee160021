"""How a failing call tells where: Theano's furniture around an exception, added once, at the border of a call.

The first sentence is the op's; then come the node, its inputs, the user's line and a hint.
Source: Theano documentation, "Debugging Theano: FAQ and Troubleshooting".
"""
import traceback
from io import StringIO

import numpy as np

from theano_compat.compile.evaluate import NodeError
from theano_compat.config import config
from theano_compat.graph.op import provides
from theano_compat.graph.variable import Constant

_HINT_OPTIMIZER = (
    "HINT: Re-running with most Theano optimization disabled could give you a back-trace of when this node was created. "
    "This can be done with by setting the Theano flag 'optimizer=fast_compile'. If that does not work, Theano optimizations "
    "can be disabled with 'optimizer=None'.")
_HINT_VERBOSITY = ("HINT: Use the Theano flag 'exception_verbosity=high' for a debugprint and storage map footprint of this "
                   "apply node.")


def raise_with_op(node, values=None, exc=None, fgraph=None, known=None):
    """Raise `exc` again, its message completed by what is known about `node`.

    The exception keeps its class and gets `__op_instance__`, `__thunk_trace__` and `__applynode_index__`; a class that
    cannot be made from one string is raised as it was. `known`: {variable: value} for the storage map. A node inside of
    `node` (in the step of a loop) is described first, as in Theano.
    """
    while isinstance(exc, NodeError) and provides(node.op, "stands_for_its_nodes"):
        node, values, exc, fgraph = exc.node, exc.values, exc.cause, None
    if isinstance(exc, NodeError):
        try:
            raise_with_op(exc.node, exc.values, exc.cause, getattr(exc.node, "fgraph", None))
        except Exception as inner:
            exc = inner
    trace = getattr(node.outputs[0].tag, "trace", ()) if node.outputs else ()
    fgraph = fgraph if fgraph is not None else getattr(node, "fgraph", None)
    order = fgraph.toposort() if fgraph is not None else []
    index = order.index(node) if node in order else None
    hints = []
    text = ["\nApply node that caused the error: %s" % (node,)]
    if index is not None:
        text.append("\nToposort index: %d" % index)
    text.append("\nInputs types: %s\n" % [getattr(x, "type", "No type") for x in node.inputs])
    if values is not None:
        text.append(_describe_values(node, values))
    if len(trace) > 0:
        text.append("\nBacktrace when the node is created(use Theano flag traceback.limit=N to make it longer):\n")
        text.append(_trace_text(trace))
    else:
        hints.append(_HINT_OPTIMIZER)
    if config.exception_verbosity == "high":
        text.append("\nDebugprint of the apply node: \n" + _debugprint(node))
        text.append(_storage_map(fgraph, known or {}))
    else:
        hints.append(_HINT_VERBOSITY)
    dressed = _same_class(exc, str(exc) + "".join(text) + "\n" + "\n".join(hints))
    dressed.__op_instance__ = node
    dressed.__thunk_trace__ = trace
    dressed.__applynode_index__ = index
    raise dressed.with_traceback(exc.__traceback__) from exc.__cause__


def _same_class(exc, message):
    try:
        return type(exc)(message)
    except Exception:  # a class that is not made of one text
        exc.args = (message,)
        return exc


def _describe_values(node, values):
    small = [v if getattr(v, "size", -1) <= 5 else "not shown" for v in values]
    clients = [[c[0] for c in getattr(out, "clients", ())] for out in node.outputs]
    with np.printoptions(legacy="1.25"):  # numbers as old NumPy showed them: 7, not np.int64(7)
        text = "Inputs shapes: %s\nInputs strides: %s\nInputs values: %s" % (
            [getattr(v, "shape", "No shapes") for v in values], [getattr(v, "strides", "No strides") for v in values], small)
    if config.exception_verbosity == "high":
        text += "\nInputs type_num: %s" % [getattr(getattr(v, "dtype", ""), "num", "") for v in values]
    if hasattr(node.op, "__input_name__"):
        text += "\nInputs name: %s\n" % str(node.op.__input_name__)
    return text + "\nOutputs clients: %s\n" % clients


def _trace_text(trace):
    out = StringIO()
    for part in trace:
        traceback.print_list([traceback.FrameSummary(*e[:3], line=e[3]) for e in part], out)
    return out.getvalue()


def _debugprint(node):
    from theano_compat.printing import debugprint
    out = StringIO()
    debugprint(node, file=out, stop_on_name=True, print_type=True)
    return out.getvalue()


def _storage_map(fgraph, known):
    """What each known value takes: the largest first."""
    rows, total, total_inputs = [], 0, 0
    constants = {v: v.data for node in (fgraph.apply_nodes if fgraph is not None else ()) for v in node.inputs if isinstance(v, Constant)}
    for v, value in {**known, **constants}.items():
        size = getattr(value, "nbytes", None)
        if size is None:
            continue
        total += size
        role = ""
        if v.owner is None:
            total_inputs += size
            role = "" if isinstance(v, Constant) else "Shared Input, " if hasattr(v, "container") else "Input, "
        rows.append((size, " - %s, %sShape: %s, ElemSize: %s Byte(s), TotalSize: %s Byte(s)\n"
                     % (v, role, value.shape, value.dtype.itemsize, size)))
    rows.sort(key=lambda row: -row[0])
    return ("\nStorage map footprint:\n" + "".join(row for _, row in rows)
            + " TotalSize: %s Byte(s) %.3f GB\n" % (total, total / 2**30)
            + " TotalSize inputs: %s Byte(s) %.3f GB\n" % (total_inputs, total_inputs / 2**30))
