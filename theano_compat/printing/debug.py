"""The tree of a graph as text: `debugprint`.

Each line is a variable: the op that computes it or its own text, an identifier, its type, its name. Not here: formulas
(`pretty.py`), tags and digests (`describe.py`), pictures (`dot.py`); the walk that prints the lines is in `tree.py`.

What a compiled function, a profile or a scan must have to be shown is read from their public attributes (`maker.fgraph`,
`input_storage`, `profile.apply_time`, `op.var_mappings`), so that nothing here imports them.
"""
import sys
from io import StringIO

import numpy as np

from theano_compat.graph.fgraph import FunctionGraph
from theano_compat.graph.variable import Apply, Constant, Variable
from theano_compat.printing.tree import Look, Tree, is_scan

_TIMING_LEGEND = """
Timing Info
-----------
--> <time> <% time> - <total time> <% total time>'

<time>         computation time for this node
<% time>       fraction of total computation time for this node
<total time>   time for this node + total times for this node's ancestors
<% total time> total time for this node over total computation time

N.B.:
* Times include the node time and the function overhead.
* <total time> and <% total time> may over-count computation times
  if inputs to a node share a common ancestor and should be viewed as a
  loose upper bound. Their intended use is to help rule out potential nodes
  to remove when optimizing a graph because their <total time> is very low.
"""


def debugprint(obj, depth=-1, print_type=False, file=None, ids="CHAR", stop_on_name=False, done=None,
               print_storage=False, print_clients=False, used_ids=None):
    """Print the graph of a variable, a node, a compiled function, a FunctionGraph, or of a list of them.

    `depth` -1 is all of it. `file` is a file, None for standard output, or 'str' to get the text back. `ids` is 'CHAR',
    'int', 'id' (Python's) or ''. `stop_on_name` stops at named variables; `done` (a dict) holds the nodes that were
    shown already; `print_storage` adds the values that a function holds, `print_clients` who uses a result that has
    several users. As in Theano 1.0.5 identifiers start anew at each call, whatever `used_ids` holds.
    """
    if not isinstance(depth, int):
        raise Exception("depth parameter must be an int")
    out = StringIO() if file == "str" else sys.stdout if file is None else file
    roots = []
    for thing in obj if isinstance(obj, (list, tuple, set)) else [obj]:
        roots.extend(_roots_of(thing, print_storage, out))
    if any(root.profile is not None and root.profile.fct_callcount > 0 for root in roots):
        print(_TIMING_LEGEND, file=out)
    tree = Tree(file=out, ids=ids, print_type=print_type, stop_on_name=stop_on_name, print_clients=print_clients,
                 done={} if done is None else done)
    for root in roots:
        if is_scan(root.variable):
            tree.scans.append(root.variable)
        tree.show(root.variable, depth=depth, look=root)
    if tree.scans:
        _show_inner_graphs(tree, depth, out)
    if file == "str":
        return out.getvalue()
    if file is None:
        out.flush()
    return file


# ---- what to show ---------------------------------------------------------------------------------------------------

def _roots_of(thing, print_storage, out):
    if isinstance(thing, Variable):
        return [Look(thing)]
    if isinstance(thing, Apply):
        return [Look(output) for output in thing.outputs]
    if hasattr(getattr(thing, "maker", None), "fgraph"):  # a compiled function
        fgraph = thing.maker.fgraph
        return _looks(fgraph, thing.profile, _storage_of(thing) if print_storage else None)
    if isinstance(thing, FunctionGraph):
        return _looks(thing, getattr(thing, "profile", None), getattr(thing, "storage_map", None))
    if isinstance(thing, (int, float, np.ndarray)):
        print(thing, file=out)
        return []
    if isinstance(getattr(thing, "variable", None), Variable):  # In, Out
        return [Look(thing.variable)]
    raise TypeError("debugprint cannot print an object of this type", thing)


def _storage_of(function):
    """Variable -> text of the value that the function holds for it; few results are kept between calls."""
    fgraph = function.maker.fgraph
    storage = {v: _cell(v.data if isinstance(v, Constant) else None) for v in fgraph.variables}
    for variable, container in zip(fgraph.inputs, getattr(function, "input_storage", ())):
        storage[variable] = _cell(container.storage[0])
    kept = getattr(getattr(function, "fn", None), "storage_map", {})
    return {**storage, **{variable: _cell(cell[0]) for variable, cell in kept.items()}}


def _cell(value):
    if isinstance(value, np.generic):
        return f"[{value}]"
    return str([np.asarray(value) if hasattr(value, "__array__") else value])


def _looks(fgraph, profile, storage):
    order = fgraph.toposort()
    return [Look(output, profile, storage, order) for output in fgraph.outputs]


# ---- scans ----------------------------------------------------------------------------------------------------------

def _inner_graph(node):
    """Inner outputs of a scan's node, and the outer input that stands behind each inner one."""
    op = node.op
    fn = getattr(op, "fn", None)
    inner = fn.maker.fgraph if fn is not None else op  # once compiled, show what really runs
    mapping = op.var_mappings["outer_inp_from_inner_inp"]
    return inner.outputs, {inner.inputs[i]: node.inputs[o] for i, o in mapping.items()}


def _show_inner_graphs(tree, depth, out):
    print("", file=out)
    print("Inner graphs of the scan ops:", file=out)
    for scan in tree.scans:  # grows while scans inside of scans are met
        outputs, outer_of = _inner_graph(scan.owner)
        print("", file=out)
        tree.show(scan, depth=depth, look=Look(scan, outer_of=outer_of))
        for output in outputs:
            if is_scan(output):
                tree.scans.append(output)
            tree.show(output, " >", " >", depth, Look(output, outer_of=outer_of))
