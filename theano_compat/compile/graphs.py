"""Helpers around the graphs of functions that programs import from `theano.compile.function_module`."""
from theano_compat.graph.errors import InconsistencyError
from theano_compat.graph.features import PreserveVariableAttributes
from theano_compat.graph.fgraph import FunctionGraph
from theano_compat.graph.utils import legacy_name

DUPLICATE = ["DUPLICATE"]  # marks a name that several inputs have
NODEFAULT = ["NODEFAULT"]  # marks an input without a default
_checkers = []


@legacy_name("theano.compile.function_module")
class AliasedMemoryError(Exception):
    """Values share memory that should not. Never raised here: states and results have memory of their own."""


@legacy_name("theano.compile.function_module")
class Supervisor:
    """The feature that refuses a graph in which one of `protected`, or a view of it, is overwritten (InconsistencyError)."""

    def __init__(self, protected):
        self.protected = list(protected)

    def validate(self, fgraph):
        """Raise InconsistencyError when a node destroys a protected variable."""
        for node in fgraph.apply_nodes:
            for positions in (getattr(node.op, "destroy_map", None) or {}).values():
                for i in positions:
                    if alias_root(node.inputs[i]) in self.protected:
                        raise InconsistencyError("Trying to destroy a protected Variable.", node.inputs[i])


def _aliased(node, output):
    maps = (getattr(node.op, "view_map", None) or {}, getattr(node.op, "destroy_map", None) or {})
    return [i for table in maps for i in table.get(output, ())]


def alias_root(v):
    """The variable whose memory `v` is, by the view_maps and destroy_maps. Raises NotImplementedError for a view of several."""
    while v.owner is not None:
        positions = _aliased(v.owner, v.owner.outputs.index(v))
        if len(positions) > 1:
            raise NotImplementedError("%s is a view of, or destroys, more than one input: only one is supported" % v)
        if not positions:
            return v
        v = v.owner.inputs[positions[0]]
    return v


def view_tree_set(v, treeset):
    """Add to `treeset` the variable `v` and all that share its memory."""
    todo = [v]
    while todo:
        x = todo.pop()
        treeset.add(x)
        for node, i in x.clients:
            if node == "output":
                continue
            todo.extend(out for o, out in enumerate(node.outputs) if i in _aliased(node, o) and out not in treeset)


def infer_reuse_pattern(fgraph, outputs_to_disown):
    """The variables of `fgraph` that share memory with one of `outputs_to_disown`."""
    found = set()
    for v in outputs_to_disown:
        view_tree_set(alias_root(v), found)
    return found


def fgraph_updated_vars(fgraph, expanded_inputs):
    """{input of `fgraph`: the output that replaces its value}, for inputs whose specification has an update."""
    if len(expanded_inputs) != len(fgraph.inputs):
        raise ValueError("expanded_inputs must match len(fgraph.inputs)")
    updated = [v for spec, v in zip(expanded_inputs, fgraph.inputs) if spec.update is not None]
    return dict(zip(updated, fgraph.outputs[len(fgraph.outputs) - len(updated):] if updated else ()))


def std_fgraph(input_specs, output_specs, accept_inplace=False):
    """(FunctionGraph, list of outputs for the updates) as a function of these specifications has it.

    Raises TypeError for in-place ops unless `accept_inplace`. Inputs that are not `mutable` are protected by a Supervisor.
    """
    from theano_compat.compile.inout import SymbolicOutput
    updates = [spec.update for spec in input_specs if spec.update is not None]
    graph = FunctionGraph([spec.variable for spec in input_specs], [spec.variable for spec in output_specs] + updates)
    if not accept_inplace:
        for node in graph.apply_nodes:
            if getattr(node.op, "destroy_map", None):
                raise TypeError("Graph must not contain inplace operations", node, node.op)
    graph.attach_feature(Supervisor(
        v for spec, v in zip(input_specs, graph.inputs)
        if not (spec.mutable or any(spec.variable is other.update for other in input_specs))))
    graph.attach_feature(PreserveVariableAttributes())
    return graph, [SymbolicOutput(v) for v in updates]


def register_checker(checker):
    """Let `check_equal` ask `checker(x, y)` first."""
    _checkers.insert(0, checker)


def check_equal(x, y):
    """Whether two values are equal, by the first registered checker that does not fail, or `==`."""
    for checker in _checkers:
        try:
            return checker(x, y)
        except Exception:
            continue
    return x == y
