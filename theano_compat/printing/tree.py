"""The walk that prints one variable's tree, line by line, without recursion; it is `theano.compile.debugmode.debugprint`.

Not here: what a function, a list or a scan has to show (`debug.py`, which is `theano.printing.debugprint`).
"""
import sys
from dataclasses import dataclass, field

from theano_compat.printing.describe import char_from_number


class Look:
    """A variable to show, with what is known about the program it belongs to."""

    def __init__(self, variable, profile=None, storage=None, order=(), outer_of=None):
        self.variable = variable
        self.profile = profile
        self.storage = storage
        self.position = {node: i for i, node in enumerate(order)}
        self.outer_of = outer_of or {}


def is_scan(variable):
    owner = getattr(variable, "owner", None)
    return owner is not None and hasattr(owner.op, "var_mappings")


@dataclass
class Tree:
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
            if not root and is_scan(r):
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


def debugprint(r, prefix="", depth=-1, done=None, print_type=False, file=None, print_destroy_map=False,
               print_view_map=False, order=None, ids="CHAR", stop_on_name=False, prefix_child=None, scan_ops=None,
               profile=None, scan_inner_to_outer_inputs=None, smap=None, used_ids=None, print_clients=False):
    """One variable's tree, with prefixes and the maps of inplace operations: `theano.compile.debugmode.debugprint`."""
    out = sys.stdout if file is None else file
    tree = Tree(file=out, ids=ids, print_type=print_type, stop_on_name=stop_on_name, print_clients=print_clients,
                 done={} if done is None else done, used_ids={} if used_ids is None else used_ids,
                 scans=[] if scan_ops is None else scan_ops, destroy_map=print_destroy_map, view_map=print_view_map)
    look = Look(r, profile, smap, order or (), scan_inner_to_outer_inputs or {})
    tree.show(r, prefix, prefix_child, depth, look)
    return out if depth != 0 else None
