"""Features: objects that watch a FunctionGraph (legacy path `theano.gof.toolbox`). ReplaceValidate is with FunctionGraph."""
from theano_compat.graph.errors import AlreadyThere, InconsistencyError
from theano_compat.graph.fgraph import ReplaceValidate, is_consistent
from theano_compat.graph.utils import legacy_name, object2

__all__ = ["Feature", "Bookkeeper", "History", "NodeFinder", "NoOutputFromInplace", "PreserveNames", "PreserveVariableAttributes",
           "PrintListener", "ReplaceValidate", "Validator"]


@legacy_name("theano.gof.toolbox")
class Feature(object2):
    """Base of features; every method is optional."""

    def on_attach(self, function_graph):
        """The graph takes this feature."""

    def on_detach(self, function_graph):
        """The graph lets this feature go."""

    def on_import(self, function_graph, node, reason):
        """`node` came into the graph."""

    def on_prune(self, function_graph, node, reason):
        """`node` left the graph."""

    def on_change_input(self, function_graph, node, i, r, new_r, reason=None):
        """Input `i` of `node` changed from `r` to `new_r`."""

    def orderings(self, function_graph):
        """{node: nodes that must run before it}."""
        return {}


@legacy_name("theano.gof.toolbox")
class Bookkeeper(Feature):
    """A feature that imports what is there when it comes and prunes it when it goes."""

    def on_attach(self, fgraph):
        for node in fgraph.toposort():
            self.on_import(fgraph, node, "on_attach")

    def on_detach(self, fgraph):
        for node in fgraph.toposort():
            self.on_prune(fgraph, node, "Bookkeeper.detach")


@legacy_name("theano.gof.toolbox")
class History(Feature):
    """Remember changes: `fgraph.checkpoint()` and `fgraph.revert(checkpoint)`."""

    def __init__(self):
        self.history = {}

    pickle_rm_attr = ("checkpoint", "revert")

    def on_attach(self, fgraph):
        if hasattr(fgraph, "checkpoint") or hasattr(fgraph, "revert"):
            raise AlreadyThere("History feature is already present or in conflict with another plugin.")
        self.unpickle(fgraph)

    def unpickle(self, fgraph):
        """Begin to remember the changes of a graph that was loaded."""
        self.history[fgraph] = []
        fgraph.checkpoint = lambda: len(self.history[fgraph])
        fgraph.revert = lambda checkpoint: self.revert(fgraph, checkpoint)

    def on_detach(self, fgraph):
        del fgraph.checkpoint, fgraph.revert, self.history[fgraph]

    def on_change_input(self, fgraph, node, i, r, new_r, reason=None):
        if self.history[fgraph] is not None:
            self.history[fgraph].append((node, i, r, reason))

    def revert(self, fgraph, checkpoint):
        """Undo every change made since `checkpoint`."""
        changes, self.history[fgraph] = self.history[fgraph], None
        while len(changes) > checkpoint:
            node, i, r, reason = changes.pop()
            fgraph.change_input(node, i, r, reason=("Revert", reason))
        self.history[fgraph] = changes


@legacy_name("theano.gof.toolbox")
class NodeFinder(Bookkeeper):
    """`fgraph.get_nodes(op)`: the nodes of an op, kept current."""

    def __init__(self):
        self.d = {}

    pickle_rm_attr = ("get_nodes",)

    def on_attach(self, fgraph):
        if hasattr(fgraph, "get_nodes"):
            raise AlreadyThere("NodeFinder is already present or in conflict with another plugin.")
        self.unpickle(fgraph)
        Bookkeeper.on_attach(self, fgraph)

    def unpickle(self, fgraph):
        """Put the method on a graph that was loaded."""
        fgraph.get_nodes = lambda op: list(self.d.get(op, ()))

    def on_detach(self, fgraph):
        del fgraph.get_nodes

    def on_import(self, fgraph, node, reason):
        self.d.setdefault(node.op, []).append(node)

    def on_prune(self, fgraph, node, reason):
        self.d.get(node.op, []).remove(node)


@legacy_name("theano.gof.toolbox")
class PrintListener(Feature):
    """Print what happens to a graph."""

    def __init__(self, active=True):
        self.active = active

    def on_attach(self, fgraph):
        if self.active:
            print("-- attaching to: ", fgraph)

    def on_detach(self, fgraph):
        if self.active:
            print("-- detaching from: ", fgraph)

    def on_import(self, fgraph, node, reason):
        if self.active:
            print("-- importing: %s, reason: %s" % (node, reason))

    def on_prune(self, fgraph, node, reason):
        if self.active:
            print("-- pruning: %s, reason: %s" % (node, reason))

    def on_change_input(self, fgraph, node, i, r, new_r, reason=None):
        if self.active:
            print("-- changing (%s.inputs[%s]) from %s to %s" % (node, i, r, new_r))


@legacy_name("theano.gof.toolbox")
class Validator(Feature):
    """`fgraph.validate()` asks every feature; `fgraph.consistent()` says whether none objects. Part of ReplaceValidate, too."""

    pickle_rm_attr = ("validate", "consistent")

    def on_attach(self, fgraph):
        """Put the methods on the graph. Raises AlreadyThere when they are there."""
        if hasattr(fgraph, "validate"):
            raise AlreadyThere("Validator feature is already present or in conflict with another plugin.")
        self.unpickle(fgraph)

    def unpickle(self, fgraph):
        """Put the methods on a graph that was loaded."""
        fgraph.validate = lambda: fgraph.execute_callbacks("validate")
        fgraph.consistent = lambda: is_consistent(fgraph)

    def on_detach(self, fgraph):
        del fgraph.validate, fgraph.consistent


@legacy_name("theano.gof.toolbox")
class PreserveNames(Feature):
    """A replacement without a name gets that of what it replaces."""

    def on_change_input(self, fgraph, node, i, r, new_r, reason=None):
        if r.name is not None and new_r.name is None:
            new_r.name = r.name


@legacy_name("theano.gof.toolbox")
class PreserveVariableAttributes(PreserveNames):
    """As PreserveNames, and `tag.nan_guard_mode_check` is kept."""

    def on_change_input(self, fgraph, node, i, r, new_r, reason=None):
        PreserveNames.on_change_input(self, fgraph, node, i, r, new_r, reason)
        if hasattr(r.tag, "nan_guard_mode_check") and not hasattr(new_r.tag, "nan_guard_mode_check"):
            new_r.tag.nan_guard_mode_check = r.tag.nan_guard_mode_check


@legacy_name("theano.gof.toolbox")
class NoOutputFromInplace(Feature):
    """Refuses graphs whose outputs, from the first to before the last of the positions given, are computed by overwriting something."""

    def __init__(self, first_output_idx=0, last_output_idx=None):
        self.first_idx, self.last_idx = first_output_idx, last_output_idx

    def validate(self, fgraph):
        """Raise InconsistencyError for such a graph."""
        for out in fgraph.outputs[self.first_idx:self.last_idx]:
            node = out.owner
            if node is not None and node.outputs.index(out) in (getattr(node.op, "destroy_map", None) or {}):
                raise InconsistencyError("A feature of this graph wants no output computed by overwriting a variable, and %s is." % out)
