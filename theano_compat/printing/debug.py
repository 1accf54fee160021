"""The tree of a graph as text: `debugprint`.

Each line is a variable: the op that computes it or its own text, an identifier, its type, its name. Not here: formulas
(`pretty.py`), tags and digests (`describe.py`), pictures (`dot.py`).

What a compiled function, a profile or a scan must have to be shown is read from their public attributes (`maker.fgraph`,
`fn.storage_map`, `profile.apply_time`, `op.var_mappings`), so that nothing here imports them.
"""
import sys
from dataclasses import dataclass, field
from io import StringIO

import numpy as np

from theano_compat.graph.fgraph import FunctionGraph
from theano_compat.graph.variable import Apply, Variable
from theano_compat.printing.describe import char_from_number

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
    tree = _Tree(file=out, ids=ids, print_type=print_type, stop_on_name=stop_on_name, print_clients=print_clients,
                 done={} if done is None else done)
    for root in roots:
        if _is_scan(root.variable):
            tree.scans.append(root.variable)
        tree.show(root.variable, depth=depth, look=root)
    if tree.scans:
        _show_inner_graphs(tree, depth, out)
    if file == "str":
        return out.getvalue()
    if file is None:
        out.flush()
    return file


def _debugprint(r, prefix="", depth=-1, done=None, print_type=False, file=None, print_destroy_map=False,
                print_view_map=False, order=None, ids="CHAR", stop_on_name=False, prefix_child=None, scan_ops=None,
                profile=None, scan_inner_to_outer_inputs=None, smap=None, used_ids=None, print_clients=False):
    """`theano.compile.debugmode.debugprint`: one variable's tree, with prefixes and the maps of inplace operations."""
    out = sys.stdout if file is None else file
    tree = _Tree(file=out, ids=ids, print_type=print_type, stop_on_name=stop_on_name, print_clients=print_clients,
                 done={} if done is None else done, used_ids={} if used_ids is None else used_ids,
                 scans=[] if scan_ops is None else scan_ops, destroy_map=print_destroy_map, view_map=print_view_map)
    look = _Look(r, profile, smap, order or (), scan_inner_to_outer_inputs or {})
    tree.show(r, prefix, prefix_child, depth, look)
    return out if depth != 0 else None


# ---- what to show ---------------------------------------------------------------------------------------------------

class _Look:
    """A variable to show, with what is known about the program it belongs to."""

    def __init__(self, variable, profile=None, storage=None, order=(), outer_of=None):
        self.variable = variable
        self.profile = profile
        self.storage = storage
        self.position = {node: i for i, node in enumerate(order)}
        self.outer_of = outer_of or {}


def _roots_of(thing, print_storage, out):
    if isinstance(thing, Variable):
        return [_Look(thing)]
    if isinstance(thing, Apply):
        return [_Look(output) for output in thing.outputs]
    if hasattr(getattr(thing, "maker", None), "fgraph"):  # a compiled function
        fgraph = thing.maker.fgraph
        storage = thing.fn.storage_map if print_storage else None
        return _looks(fgraph, thing.profile, storage)
    if isinstance(thing, FunctionGraph):
        return _looks(thing, getattr(thing, "profile", None), getattr(thing, "storage_map", None))
    if isinstance(thing, (int, float, np.ndarray)):
        print(thing, file=out)
        return []
    if isinstance(getattr(thing, "variable", None), Variable):  # In, Out
        return [_Look(thing.variable)]
    raise TypeError("debugprint cannot print an object of this type", thing)


def _looks(fgraph, profile, storage):
    order = fgraph.toposort()
    return [_Look(output, profile, storage, order) for output in fgraph.outputs]


# ---- scans ----------------------------------------------------------------------------------------------------------

def _is_scan(variable):
    owner = getattr(variable, "owner", None)
    return owner is not None and hasattr(owner.op, "var_mappings")


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
        tree.show(scan, depth=depth, look=_Look(scan, outer_of=outer_of))
        for output in outputs:
            if _is_scan(output):
                tree.scans.append(output)
            tree.show(output, " >", " >", depth, _Look(output, outer_of=outer_of))


# ---- the tree -------------------------------------------------------------------------------------------------------

@dataclass
class _Tree:
    """The walk, and what one call remembers: identifiers given, nodes shown, scans met."""

    file: object
    ids: str
    print_type: bool = False
    stop_on_name: bool = False
    print_clients: bool = False
    done: dict = field(default_factory=dict)
    used_ids: dict = field(default_factory=dict)
    scans: list = field(default_factory=list)
    destroy_map: bool = False
    view_map: bool = False

    def show(self, variable, prefix="", prefix_child=None, depth=-1, look=None):
        """Print the tree under `variable`: its own line after `prefix`, the lines below it after `prefix_child`."""
        stack = [(variable, prefix, prefix if prefix_child is None else prefix_child, depth)]
        root = True
        while stack:
            r, prefix, below, depth = stack.pop()
            if not root and _is_scan(r):
                self.scans.append(r)
            root = False
            if depth == 0:
                continue
            if r.owner is None:
                print(self._leaf_line(r, prefix, look), file=self.file)
                continue
            shown = r.owner in self.done
            print(self._node_line(r, prefix, look), file=self.file)
            if not shown and not (self.stop_on_name and r.name is not None):
                inputs = r.owner.inputs
                last = len(inputs) - 1
                stack.extend((variable, below + " |", below + ("  " if i == last else " |"), depth - 1)
                             for i, variable in reversed(list(enumerate(inputs))))

    def _id(self, thing, variable, shown=True):
        if thing not in self.used_ids:
            self.used_ids[thing] = self._new_id(thing, variable)
        if shown:
            self.done[thing] = self.used_ids[thing]
        return self.used_ids[thing]

    def _new_id(self, thing, variable):
        if isinstance(thing, str):  # the client 'output'
            return thing
        if self.ids == "":
            return ""
        number = len(self.used_ids)
        if self.ids == "id":
            return f"[id {id(variable)}]"
        if self.ids == "int":
            return f"[id {number}]"
        if self.ids == "CHAR":
            return f"[id {char_from_number(number)}]"
        raise ValueError(f"ids must be 'CHAR', 'int', 'id' or '', not {self.ids!r}")

    def _leaf_line(self, r, prefix, look):
        identifier = self._id(r, r)
        type_text = f" <{r.type}>" if self.print_type else ""
        if r in look.outer_of:
            outer = look.outer_of[r]
            behind = outer if outer.owner is None else outer.owner
            return f"{prefix}{r} {identifier}{type_text} -> {self._id(behind, r)}"
        data = f" {look.storage.get(r, '')}" if look.storage else ""
        return f"{prefix}{r} {identifier}{type_text}{data}"

    def _node_line(self, r, prefix, look):
        node = r.owner
        identifier = self._id(node, r)
        which = f".{node.outputs.index(r)}" if len(node.outputs) > 1 else ""
        type_text = f" <{r.type}>" if self.print_type else ""
        name = r.name or ""
        maps = " ".join([_map_text(node.op, "destroy_map", self.destroy_map),
                         _map_text(node.op, "view_map", self.view_map)])
        position = look.position[node] if look.position else ""
        data = f" {look.storage.get(node.outputs[0], '')}" if look.storage else ""
        return (f"{prefix}{node.op}{which} {identifier}{type_text} '{name}' {maps} {position}{data}"
                f"{self._clients(r, look)}{_times(node, look.profile)}")

    def _clients(self, r, look):
        clients = getattr(r, "clients", [])
        if not self.print_clients or len(clients) <= 1:
            return ""
        pairs = [(self._id(c, r, shown=False), look.position.get(c, "")) for c, _ in clients]
        return f" clients:{pairs}"


def _map_text(op, name, wanted):
    text = str(getattr(op, name, "")) if wanted else ""
    return f"{name[0]}={text}" if text and text != "{}" else text


def _times(node, profile):
    if profile is None or node not in profile.apply_time:
        return ""
    whole = profile.fct_call_time
    own, total = profile.apply_time[node], profile.compute_total_times()[node]
    return f" --> {own:8.2e}s {own / whole * 100:4.1f}% {total:8.2e}s {total / whole * 100:4.1f}%"
