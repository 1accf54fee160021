"""FunctionGraph: a closed program with inputs, outputs, and who uses what. Features that watch it are in `features`."""
from collections import OrderedDict

from theano_compat.config import config
from theano_compat.graph.errors import AlreadyThere, BadOptimization, MissingInputError
from theano_compat.graph.null_type import NullType
from theano_compat.graph.utils import legacy_name, object2
from theano_compat.graph.variable import Constant
from theano_compat.graph.walk import as_string, clone, clone_get_equiv, io_toposort


@legacy_name("theano.gof.fg")
class FunctionGraph(object2):
    """The subgraph between `inputs` and `outputs`, owned by this object and kept consistent under replacement.

    With `clone` (the default) it works on a copy. Each variable in it has `clients`, pairs (node or 'output', index).
    Raises MissingInputError when an output needs a variable that is no input, no constant and not computed.
    """

    def __init__(self, inputs, outputs, features=None, clone=True, update_mapping=None):
        if clone:
            inputs, outputs = _clone(inputs, outputs)
        self.execute_callbacks_time = 0
        self.execute_callbacks_times = {}
        self._features = []
        self.apply_nodes = set()
        self.variables = set()
        self.inputs = []
        self.outputs = []
        for feature in features or ():  # before there are nodes: each is told to them once, when it comes in
            self.attach_feature(feature)
        self.attach_feature(ReplaceValidate())
        self.outputs = list(outputs)
        for x in inputs:
            if x.owner is not None:
                raise ValueError("One of the provided inputs is the output of an already existing node. If that is okay, "
                                 "either discard that input's owner or use graph.clone.")
            self.add_input(x)
        for i, out in enumerate(self.outputs):
            self.__import_r__(out, reason="init")
            out.clients.append(("output", i))
        self.profile = None
        self.update_mapping = update_mapping

    def add_input(self, input):
        """Take `input` in as a further input."""
        if input not in self.inputs:
            self.inputs.append(input)
            self.__setup_r__(input)

    def __setup_r__(self, r):
        if getattr(r, "fgraph", None) is not None and r.fgraph is not self:
            raise Exception("%s is already owned by another fgraph" % r)
        if getattr(r, "fgraph", None) is not self:
            r.fgraph = self
            r.clients = []
        self.variables.add(r)

    def disown(self):
        """Give all nodes and variables back, so that another FunctionGraph may own them."""
        for feature in list(self._features):
            self.remove_feature(feature)
        for node in self.apply_nodes:
            del node.fgraph
        for v in self.variables:
            del v.fgraph
            del v.clients
        self.apply_nodes, self.variables = set(), set()
        self.inputs, self.outputs = None, None

    def clients(self, r):
        """Pairs (node or 'output', input index) that use `r`."""
        return r.clients

    def __import_r__(self, variable, reason):
        if variable.owner is not None and variable.owner not in self.apply_nodes:
            self.__import__(variable.owner, reason=reason)
        elif variable.owner is None and not isinstance(variable, Constant) and variable not in self.inputs:
            if isinstance(variable.type, NullType):
                raise TypeError("Computation graph contains a NaN. " + variable.type.why_null)
            raise MissingInputError("Undeclared input", variable=variable)
        self.__setup_r__(variable)

    def __import__(self, apply_node, check=True, reason=None):
        given = set(self.inputs)
        known = all([x.owner is None or x.owner in self.apply_nodes for x in apply_node.inputs])
        if known and not any([v in self.variables for v in apply_node.outputs]):
            new_nodes = [apply_node]  # as most rewrites put in
        else:
            new_nodes = [n for n in io_toposort(self.variables, apply_node.outputs) if n not in self.apply_nodes]
        for node in new_nodes if check else ():
            if getattr(node, "fgraph", self) is not self:
                raise Exception("%s is already owned by another fgraph" % node)
            # one constant may stand in many programs; each graph owns its own copy
            node.inputs[:] = [self._own(x) for x in node.inputs]
            for r in node.inputs:
                if getattr(r, "fgraph", self) is not self:
                    raise Exception("%s is already owned by another fgraph" % r)
                if r.owner is None and not isinstance(r, Constant) and r not in given:
                    raise MissingInputError(
                        "Input %d of the graph (indices start from 0), used to compute %s, was not provided and not given "
                        "a value. Use the Theano flag exception_verbosity='high', for more information on this error."
                        % (node.inputs.index(r), str(node)), variable=r)
        for node in new_nodes:
            assert node not in self.apply_nodes
            node.fgraph = self
            self.apply_nodes.add(node)
            node.tag.__dict__.setdefault("imported_by", []).append(str(reason))
            for out in node.outputs:
                self.__setup_r__(out)
            for i, x in enumerate(node.inputs):
                self.__setup_r__(x)
                x.clients.append((node, i))
            self.execute_callbacks("on_import", node, reason)

    def _remove_client(self, r, client, reason=None):
        r.clients.remove(client)
        todo = [r]
        while todo:
            v = todo.pop()
            if v.clients or getattr(v, "fgraph", None) is not self:
                continue
            node = v.owner
            if node is None:
                if v not in self.inputs:
                    self.variables.discard(v)
                    del v.fgraph
                continue
            if node not in self.apply_nodes or any(out.clients for out in node.outputs):
                continue
            self.apply_nodes.remove(node)
            self.variables.difference_update(node.outputs)
            self.execute_callbacks("on_prune", node, reason)
            del node.fgraph
            for out in node.outputs:
                del out.fgraph
            for i, x in enumerate(node.inputs):
                x.clients.remove((node, i))
                todo.append(x)

    def _own(self, v):
        """`v`, or for a constant of another graph a copy of it."""
        return v.clone() if isinstance(v, Constant) and getattr(v, "fgraph", self) is not self else v

    def change_input(self, node, i, new_r, reason=None):
        """Make `new_r` input `i` of `node` (or output `i`, when `node` is 'output'). Types must be equal."""
        if node == "output":
            r = self.outputs[i]
        else:
            if node.fgraph is not self:
                raise Exception("Cannot operate on %s because it does not belong to this FunctionGraph" % node)
            r = node.inputs[i]
        if r.type != new_r.type:
            raise TypeError("The type of the replacement must be the same as the type of the original Variable.",
                            r, new_r, r.type, new_r.type, str(reason))
        if r is new_r:
            return
        if node == "output":
            self.outputs[i] = new_r
        else:
            node.inputs[i] = new_r
        self.__import_r__(new_r, reason=reason)
        new_r.clients.append((node, i))
        self._remove_client(r, (node, i), reason)
        self.execute_callbacks("on_change_input", node, i, r, new_r, reason=reason)

    def replace(self, r, new_r, reason=None, verbose=None):
        """Make every user of `r` use `new_r`; nothing happens when `r` is no longer in the graph."""
        if verbose if verbose is not None else config.optimizer_verbose:
            print(reason, r, new_r)
        if getattr(r, "fgraph", self) is not self:
            raise Exception("Cannot replace %s because it does not belong to this FunctionGraph" % r, str(reason))
        if r.type != new_r.type:
            converted = r.type.convert_variable(new_r)
            if converted is None or converted.type != r.type:
                raise BadOptimization(r, new_r, None, None, str(reason) + ". The type of the replacement must be the same.",
                                      *(as_string([], [v])[0] for v in (r, new_r)))
            new_r = converted
        if r not in self.variables:
            return
        new_r = self._own(new_r)
        for node, i in list(r.clients):
            self.change_input(node, i, new_r, reason=reason)

    def replace_all(self, pairs, reason=None):
        """`replace` for every pair (old, new)."""
        for r, new_r in pairs:
            self.replace(r, new_r, reason=reason)

    def attach_feature(self, feature):
        """Let `feature` watch this graph; a feature that is there already is left alone."""
        if feature in self._features:
            return
        attach = getattr(feature, "on_attach", None)
        if attach is not None:
            try:
                attach(self)
            except AlreadyThere:
                return
        self.execute_callbacks_times.setdefault(feature, 0)
        self._features.append(feature)

    def remove_feature(self, feature):
        """Stop `feature` watching."""
        if feature not in self._features:
            return
        self._features.remove(feature)
        detach = getattr(feature, "on_detach", None)
        if detach is not None:
            detach(self)

    def execute_callbacks(self, name, *args, **kwargs):
        """Call method `name` of every feature that has it, with this graph first."""
        for feature in self._features:
            method = getattr(feature, name, None)
            if method is not None:
                method(self, *args, **kwargs)

    def collect_callbacks(self, name, *args):
        """{feature: result of its method `name`}."""
        return {f: getattr(f, name)(*args) for f in self._features if hasattr(f, name)}

    def toposort(self):
        """All Apply nodes, prerequisites first."""
        return io_toposort(self.inputs, self.outputs, self.orderings())

    def orderings(self):
        """{node: nodes that must come before it} by the wish of features."""
        result = OrderedDict()
        for feature in self._features:
            if hasattr(feature, "orderings"):
                for node, earlier in feature.orderings(self).items():
                    result.setdefault(node, []).extend(earlier)
        return result

    def check_integrity(self):
        """Raise Exception when owners, clients and node sets contradict each other."""
        nodes = set(io_toposort(self.inputs, self.outputs))
        if self.apply_nodes != nodes:
            raise Exception("The nodes are inappropriately cached. missing, in excess: ",
                            nodes - self.apply_nodes, self.apply_nodes - nodes)
        for node in nodes:
            if node.fgraph is not self:
                raise Exception("Node should belong to the FunctionGraph.", node)
            for i, v in enumerate(node.inputs):
                if getattr(v, "fgraph", None) is not self:
                    raise Exception("Input of node should belong to the FunctionGraph.", v, (node, i))
                if (node, i) not in v.clients:
                    raise Exception("Inconsistent clients list.", (node, i), v.clients)
        for v in self.variables:
            if v.owner is None and v not in self.inputs and not isinstance(v, Constant):
                raise Exception("Undeclared input.", v)
            for node, i in v.clients:
                used = self.outputs[i] if node == "output" else node.inputs[i]
                if used is not v or (node != "output" and node not in nodes):
                    raise Exception("Inconsistent clients list.", v, (node, i))

    def __str__(self):
        return "[%s]" % ", ".join(as_string(self.inputs, self.outputs))

    __repr__ = __str__

    def clone(self, check_integrity=True):
        """A copy that owns copies of all nodes."""
        return self.clone_get_equiv(check_integrity)[0]

    def clone_get_equiv(self, check_integrity=True, attach_feature=True):
        """The copy and the dict from each node and variable to its copy."""
        if check_integrity:
            self.check_integrity()
        memo = clone_get_equiv(self.inputs, self.outputs)
        for copied in list(memo.values()):
            copied.__dict__.pop("fgraph", None)
            copied.__dict__.pop("clients", None)
        new = FunctionGraph([memo[i] for i in self.inputs], [memo[o] for o in self.outputs], clone=False)
        new.update_mapping = self.update_mapping
        if attach_feature:
            for feature in self._features:
                new.attach_feature(feature)
        return new, memo

    def __contains__(self, item):
        return item in self.variables or item in self.apply_nodes

    def __getstate__(self):
        # Nodes travel without `fgraph` and `clients`, through which pickle would recurse from node to node; observers attach
        # again where the graph comes to life.
        state = dict(self.__dict__)
        del state["apply_nodes"], state["variables"]
        for feature in self._features:
            for name in getattr(feature, "pickle_rm_attr", ()):
                state.pop(name, None)
        return state

    def __setstate__(self, state):
        self.__dict__.update(state)
        if "apply_nodes" in state:
            # Theano's own pickle holds all that is counted here, and comes while its nodes are half read; what watched the graph there
            # has no work here.
            self._features = []
            return
        self._count()
        for feature in self._features:
            if hasattr(feature, "unpickle"):
                feature.unpickle(self)

    def _count(self):
        """Find nodes, variables and clients again, from the inputs and outputs."""
        self.apply_nodes, self.variables = set(), set()
        if self.outputs is None:  # given back by `disown`
            return
        order = io_toposort(self.inputs, self.outputs)
        for v in (*self.inputs, *(v for node in order for v in (*node.inputs, *node.outputs)), *self.outputs):
            if v not in self.variables:
                self.__setup_r__(v)
        for node in order:
            node.fgraph = self
            self.apply_nodes.add(node)
            for i, v in enumerate(node.inputs):
                v.clients.append((node, i))
        for i, v in enumerate(self.outputs):
            v.clients.append(("output", i))


def _clone(inputs, outputs):
    return clone(inputs, outputs)


class ReplaceValidate:
    """Feature behind `fgraph.replace_validate` and `replace_all_validate`: undo replacements that break a feature's rule."""

    def __eq__(self, other):
        return type(self) is type(other)

    def __hash__(self):
        return hash(type(self))

    def on_attach(self, fgraph):
        """Put the methods on the graph."""
        fgraph.replace_validate = lambda r, new_r, reason=None, **kw: self.replace_all(fgraph, [(r, new_r)], reason)
        fgraph.replace_all_validate = lambda pairs, reason=None, **kw: self.replace_all(fgraph, pairs, reason)
        fgraph.validate = lambda: fgraph.execute_callbacks("validate")
        fgraph.consistent = lambda: is_consistent(fgraph)

    pickle_rm_attr = ("replace_validate", "replace_all_validate", "validate", "consistent")
    unpickle = on_attach

    def replace_all(self, fgraph, pairs, reason):
        """Replace all pairs, or none when a feature objects."""
        done = []
        try:
            for r, new_r in pairs:
                clients = list(r.clients) if r in fgraph.variables else []
                fgraph.replace(r, new_r, reason=reason)
                done.append((clients, r))
            fgraph.execute_callbacks("validate")
        except Exception:
            for clients, r in reversed(done):
                for node, i in clients:
                    if node == "output" or node in fgraph.apply_nodes:
                        fgraph.change_input(node, i, r, reason="undo")
            raise


def is_consistent(fgraph):
    """Whether no feature of `fgraph` objects to it."""
    try:
        fgraph.execute_callbacks("validate")
        return True
    except Exception:
        return False


Env = FunctionGraph  # its name until Theano 0.6
