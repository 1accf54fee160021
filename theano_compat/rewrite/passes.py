"""Rewrites of whole graphs as programs write and run them: Optimizer, sequences, and navigators that carry local rewrites around.

Legacy path: `theano.gof.opt`. Local rewrites are in `local`, registration in `databases`, traces in `traces`.
"""
import logging
import pdb
import sys
import time
import traceback
from collections import deque

from theano_compat.config import config
from theano_compat.graph.errors import InconsistencyError
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.walk import io_toposort
from theano_compat.rewrite.local import LocalOptGroup, LocalOptimizer, applies_to

_logger = logging.getLogger("theano.gof.opt")


@legacy_name("theano.gof.opt")
class Optimizer:
    """A rewrite of a FunctionGraph: `apply(fgraph)` changes it in place; `optimize` attaches what `apply` needs, then applies."""

    def apply(self, fgraph):
        """Change `fgraph`. A plain Optimizer does nothing."""

    def optimize(self, fgraph, *args, **kwargs):
        """add_requirements, then apply."""
        self.add_requirements(fgraph)
        return self.apply(fgraph, *args, **kwargs)

    def __call__(self, fgraph):
        return self.optimize(fgraph)

    def add_requirements(self, fgraph):
        """Attach the features that `apply` needs; none by default."""

    def print_summary(self, stream=sys.stdout, level=0, depth=-1):
        """Write one line about this rewrite."""
        print("%s%s %s id=%i" % (" " * level, type(self).__name__, getattr(self, "name", None), id(self)), file=stream)


@legacy_name("theano.gof.opt")
class FromFunctionOptimizer(Optimizer):
    """A function of a FunctionGraph as an Optimizer."""

    def __init__(self, fn, requirements=()):
        self.apply = fn
        self.requirements = requirements

    def add_requirements(self, fgraph):
        """Call what was given as requirements."""
        for requirement in self.requirements:
            requirement(fgraph)

    def __str__(self):
        return getattr(self, "__name__", repr(self))


@legacy_name("theano.gof.opt")
def optimizer(f):
    """Decorator: a function of a FunctionGraph as an Optimizer."""
    made = FromFunctionOptimizer(f)
    made.__name__ = f.__name__
    return made


@legacy_name("theano.gof.opt")
def inplace_optimizer(f):
    """Decorator like `optimizer`, for what puts in ops that overwrite their inputs."""
    return optimizer(f)


@legacy_name("theano.gof.opt")
class SeqOptimizer(Optimizer, list):
    """Optimizers one after the other. `failure_callback(exception, self, optimizer)` decides what happens when one fails."""

    def __init__(self, *opts, failure_callback=None):
        list.__init__(self, opts[0] if len(opts) == 1 and isinstance(opts[0], (list, tuple)) else opts)
        self.failure_callback = failure_callback

    __hash__ = Optimizer.__hash__

    def __eq__(self, other):
        return self is other

    @staticmethod
    def warn(exc, self, optimizer):
        """Log the failure; raise it when `config.on_opt_error` says so."""
        _logger.error("SeqOptimizer apply %s\nTraceback:\n%s", optimizer, traceback.format_exc())
        if config.on_opt_error == "raise":
            raise exc

    def apply(self, fgraph):
        """Run each in turn."""
        for one in self:
            try:
                one.optimize(fgraph)
            except AssertionError:
                raise
            except Exception as e:
                if self.failure_callback is None:
                    raise
                self.failure_callback(e, self, one)

    def __str__(self):
        return "SeqOpt(%s)" % list.__str__(self)

    def print_summary(self, stream=sys.stdout, level=0, depth=-1):
        """Write a line about this and every member, down to `depth`."""
        Optimizer.print_summary(self, stream, level)
        if depth:
            for one in self:
                one.print_summary(stream, level + 2, depth - 1)


@legacy_name("theano.gof.opt")
class MergeOptimizer(Optimizer):
    """Makes nodes with one op and the same inputs one, and equal constants one."""

    def apply(self, fgraph):
        """Merge `fgraph`. Gives (0, seconds, None, None, {}, variables merged, constants among them), a profile in Theano's form."""
        from theano_compat.rewrite.engine import merge
        started = time.perf_counter()
        merged = merge(fgraph)
        return (0, time.perf_counter() - started, None, None, {}, *merged)


class _Watcher:
    """The feature by which a navigator hears of new nodes."""

    def __init__(self, imported, changed=None):
        self.imported, self.changed = imported, changed

    def on_import(self, fgraph, node, reason):
        """A node came in."""
        if self.imported:
            self.imported(node)

    def on_change_input(self, fgraph, node, i, r, new_r, reason=None):
        """A node has another input."""
        if self.changed and node != "output":
            self.changed(node)


@legacy_name("theano.gof.opt")
class NavigatorOptimizer(Optimizer):
    """Base of what carries a LocalOptimizer around a graph.

    `ignore_newtrees`: nodes that a rewrite put in are not looked at again ('auto': as the rewrite's `reentrant` says);
    `failure_callback(exception, navigator, pairs, local_opt, node)`: what to do about failures; None lets them through.
    """

    def __init__(self, local_opt, ignore_newtrees="auto", failure_callback=None):
        self.local_opt = local_opt
        self.ignore_newtrees = (not getattr(local_opt, "reentrant", True)) if ignore_newtrees == "auto" else ignore_newtrees
        self.failure_callback = failure_callback

    @staticmethod
    def warn(exc, nav, repl_pairs, local_opt, node):
        """Log a failure as `config.on_opt_error` says; AssertionErrors are always raised."""
        if config.on_opt_error != "ignore":
            _logger.error("Optimization failure due to: %s\nnode: %s\nTRACEBACK:\n%s", local_opt, node, traceback.format_exc())
        if config.on_opt_error == "pdb":
            pdb.post_mortem(exc.__traceback__)
        if isinstance(exc, AssertionError) or config.on_opt_error == "raise":
            raise exc

    @staticmethod
    def warn_inplace(exc, nav, repl_pairs, local_opt, node):
        """`warn`, but an InconsistencyError only means that the replacement was refused."""
        if not isinstance(exc, InconsistencyError):
            NavigatorOptimizer.warn(exc, nav, repl_pairs, local_opt, node)

    @staticmethod
    def warn_ignore(exc, nav, repl_pairs, local_opt, node):
        """Say nothing."""

    def process_node(self, fgraph, node, lopt=None):
        """Offer `node` to the local rewrite; whether something was replaced."""
        return replace_by(fgraph, node, lopt or self.local_opt, self, self.failure_callback)

    def add_requirements(self, fgraph):
        """Those of the local rewrite."""
        if self.local_opt:
            self.local_opt.add_requirements(fgraph)

    def _visit(self, fgraph, nodes, visit, pop, take=None, on_change=False):
        """Call `visit` for every node, new ones included unless ignored; `take(node)` says which new ones."""
        queue, current = deque(nodes), [None]

        def push(node):
            if node is not current[0] and (take is None or take(node)):
                queue.append(node)

        watcher = None if self.ignore_newtrees else _Watcher(push, push if on_change else None)
        if watcher:
            fgraph.attach_feature(watcher)
        try:
            while queue:
                node = getattr(queue, pop)()
                if node in fgraph.apply_nodes:
                    current[0] = node
                    visit(node)
        finally:
            if watcher:
                fgraph.remove_feature(watcher)

    def print_summary(self, stream=sys.stdout, level=0, depth=-1):
        """Write a line about this and its local rewrite."""
        print("%s%s (%i)" % (" " * level, type(self).__name__, id(self)), file=stream)
        if depth and self.local_opt:
            self.local_opt.print_summary(stream, level + 2, depth - 1)


def replace_by(fgraph, node, lopt, navigator, failure_callback):
    """Replace what `lopt` wants replaced for `node`. Raises TypeError or ValueError when it gives nonsense."""
    try:
        new = lopt.transform(node)
    except Exception as e:
        if failure_callback is None:
            raise
        failure_callback(e, navigator, [(x, None) for x in node.outputs], lopt, node)
        return False
    if new is False or new is None:
        return False
    old, remove = node.outputs, []
    if isinstance(new, dict):
        new = dict(new)
        remove = new.pop("remove", [])
        old, new = list(new), list(new.values())
    elif not isinstance(new, (tuple, list)):
        raise TypeError("Optimizer %s gave wrong type of replacement. Expected list or tuple. Got %s" % (lopt, new))
    if len(old) != len(new):
        raise ValueError("Optimizer %s gave wrong number of replacements" % lopt)
    if any(v is None and r.clients for r, v in zip(old, new)):
        raise ValueError("A local optimizer tried to remove a Variable that is used")
    pairs = [(r, v) for r, v in zip(old, new) if v is not None and v is not r]
    if not pairs:
        return False
    try:
        fgraph.replace_all_validate(pairs, reason=lopt)
        if any(gone in fgraph for gone in remove):
            raise InconsistencyError("a rewrite promised to remove what is still used", lopt, remove)
        return True
    except Exception as e:
        if failure_callback is None:
            raise
        failure_callback(e, navigator, pairs, lopt, node)
        return False


@legacy_name("theano.gof.opt")
class TopoOptimizer(NavigatorOptimizer):
    """Offers every node once, in topological order or ('out_to_in') backwards.

    Every one, whatever the local rewrite `tracks`: that says where EquilibriumOptimizer and LocalOptGroup ask it.
    """

    def __init__(self, local_opt, order="in_to_out", ignore_newtrees=False, failure_callback=None):
        if order not in ("out_to_in", "in_to_out"):
            raise ValueError("order must be 'out_to_in' or 'in_to_out'")
        self.order = order
        NavigatorOptimizer.__init__(self, local_opt, ignore_newtrees, failure_callback)

    def apply(self, fgraph, start_from=None):
        """Walk what lies above `start_from` (default: the outputs).

        Gives a profile in Theano's form: (self, nodes changed, nodes before, nodes after, seconds to sort them, seconds
        to walk them, None, the local rewrite).
        """
        started = time.perf_counter()
        nodes = io_toposort(fgraph.inputs, fgraph.outputs if start_from is None else start_from)
        before, changed, sorted_at = len(nodes), [], time.perf_counter()
        self._visit(fgraph, nodes, lambda node: changed.append(bool(self.process_node(fgraph, node))),
                    "pop" if self.order == "out_to_in" else "popleft")
        return (self, sum(changed), before, len(fgraph.apply_nodes), sorted_at - started, time.perf_counter() - sorted_at, None,
                self.local_opt)

    def __str__(self):
        return getattr(self, "__name__", "<TopoOptimizer instance>")


def _topo(order, local_opts, name, ignore_newtrees):
    one = local_opts[0] if len(local_opts) == 1 else LocalOptGroup(*local_opts)
    made = TopoOptimizer(one, order, ignore_newtrees, TopoOptimizer.warn_inplace)
    if name or len(local_opts) == 1:
        made.__name__ = name or getattr(one, "__name__", str(one))
    return made


@legacy_name("theano.gof.opt")
def out2in(*local_opts, name=None, ignore_newtrees=False):
    """A TopoOptimizer from the outputs to the inputs."""
    return _topo("out_to_in", local_opts, name, ignore_newtrees)


@legacy_name("theano.gof.opt")
def in2out(*local_opts, name=None, ignore_newtrees=False):
    """A TopoOptimizer from the inputs to the outputs."""
    return _topo("in_to_out", local_opts, name, ignore_newtrees)


@legacy_name("theano.gof.opt")
class OpKeyOptimizer(NavigatorOptimizer):
    """Offers the nodes of the op that the local rewrite names by `op_key()`."""

    def __init__(self, local_opt, ignore_newtrees=False, failure_callback=None):
        if not hasattr(local_opt, "op_key"):
            raise TypeError("LocalOptimizer for OpKeyOptimizer must have an 'op_key' method.")
        NavigatorOptimizer.__init__(self, local_opt, ignore_newtrees, failure_callback)

    def apply(self, fgraph):
        """Walk the nodes of that op, last first."""
        key = self.local_opt.op_key()
        keys = list(key) if isinstance(key, (list, tuple)) else [key]
        nodes = [node for node in fgraph.toposort() if node.op in keys]
        self._visit(fgraph, nodes, lambda node: self.process_node(fgraph, node), "pop", lambda node: node.op in keys)


@legacy_name("theano.gof.opt")
class EquilibriumOptimizer(NavigatorOptimizer):
    """Applies local and global rewrites until none changes anything.

    None may be used more than `max_use_ratio` times the number of nodes; then it stops with an error in the log.
    """

    def __init__(self, optimizers, failure_callback=None, ignore_newtrees=True, tracks_on_change_inputs=False,
                 max_use_ratio=None, final_optimizers=None, cleanup_optimizers=None):
        NavigatorOptimizer.__init__(self, None, ignore_newtrees, failure_callback)
        self.local_optimizers = [o for o in optimizers if isinstance(o, LocalOptimizer)]
        self.global_optimizers = [o for o in optimizers if not isinstance(o, LocalOptimizer)]
        self.final_optimizers = list(final_optimizers or ())
        self.cleanup_optimizers = list(cleanup_optimizers or ())
        self.tracks_on_change_inputs = tracks_on_change_inputs
        self.max_use_ratio = config.optdb.max_use_ratio if max_use_ratio is None else max_use_ratio
        self.__name__ = "EquilibriumOptimizer"

    def get_local_optimizers(self):
        """The local rewrites among them."""
        return list(self.local_optimizers)

    def add_requirements(self, fgraph):
        """Those of all members."""
        for o in [*self.local_optimizers, *self.global_optimizers, *self.final_optimizers, *self.cleanup_optimizers]:
            o.add_requirements(fgraph)

    def apply(self, fgraph, start_from=None):
        """Go on until nothing changes."""
        uses, by_op, limit, worn_out, changed = {}, {}, 0, None, True

        def count(one):
            nonlocal changed, worn_out
            uses[one] = uses.get(one, 0) + 1
            changed = True
            if uses[one] > limit:
                worn_out = worn_out or one

        def run(members):
            for one in members:
                seen = []
                watcher = _Watcher(seen.append, seen.append)
                fgraph.attach_feature(watcher)
                try:
                    one.apply(fgraph)
                finally:
                    fgraph.remove_feature(watcher)
                if seen:
                    count(one)

        def visit(node):
            if node.op not in by_op:
                by_op[node.op] = [o for o in self.local_optimizers if applies_to(o, node.op)]
            for lopt in by_op[node.op]:
                if self.process_node(fgraph, node, lopt):
                    count(lopt)
                    run(self.cleanup_optimizers)
                    if node not in fgraph.apply_nodes:
                        break

        while changed and worn_out is None:
            changed = False
            limit = max(limit, len(fgraph.apply_nodes) * self.max_use_ratio)
            run([*self.global_optimizers, *self.cleanup_optimizers])
            nodes = io_toposort(fgraph.inputs, fgraph.outputs if start_from is None else start_from)
            self._visit(fgraph, nodes, visit, "pop", on_change=self.tracks_on_change_inputs)
            run([*self.final_optimizers, *self.cleanup_optimizers])
        if worn_out is not None:
            message = ("EquilibriumOptimizer max'ed out by '%s'. You can safely raise the current threshold of %f with the "
                       "theano flag 'optdb.max_use_ratio'." % (worn_out, self.max_use_ratio))
            if config.on_opt_error == "raise":
                raise AssertionError(message)
            _logger.error(message)
