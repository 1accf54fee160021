"""Linkers: how a graph is made into something that runs. Legacy paths: `theano.gof.link`, `theano.gof.cc`, `theano.gof.vm`.

Every linker gives the same numbers, by XLA: `py`, `c`, `vm` and `cvm` are names for one program. A linker that is told to look at
nodes (VM_Linker's callbacks, WrapLinker) runs the graph node by node. `accept(fgraph)` then `make_function()` or `make_thunk()`
serve programs that use a linker by hand.
"""
import copy

from theano_compat.compile.errors import raise_with_op
from theano_compat.compile.evaluate import NodeError, evaluate
from theano_compat.compile.nodewise import NodeWise, Thunk
from theano_compat.compile.program import CheckFailed, Program
from theano_compat.compile.sharedvalue import Container
from theano_compat.config import config
from theano_compat.graph.utils import legacy_name, undef


@legacy_name("theano.gof.link")
class Linker:
    """Joins the nodes of a FunctionGraph into one callable."""

    name = "cvm"
    fgraph = None
    no_recycling = ()

    def __init__(self, name=None, allow_gc=None):
        self.name = name or self.name
        self.allow_gc = config.allow_gc if allow_gc is None else allow_gc

    def clone(self, allow_gc=undef):
        """The same linker for no graph yet, with another `allow_gc` if given."""
        made = copy.copy(self)
        made.fgraph = None
        if allow_gc is not undef and allow_gc is not None:
            made.allow_gc = allow_gc
        return made

    def __str__(self):
        return self.name

    def make_program(self, fgraph, returned=None, donated=()):
        """What computes `fgraph`: callable on a list of the inputs' values."""
        return Program(fgraph, returned, donated)

    # -- used by hand

    def accept(self, fgraph, no_recycling=None, profile=None):
        """This linker for `fgraph`, or a clone when it has another graph already. `no_recycling`: no storage is reused here."""
        made = self if self.fgraph is None or self.fgraph is fgraph else self.clone()
        made.fgraph, made.no_recycling = fgraph, no_recycling or []
        return made

    def make_thunk(self, input_storage=None, output_storage=None, storage_map=None):
        """(thunk, input containers, output containers): the thunk reads the ones and fills the others."""
        graph = self.fgraph
        inputs = _containers(graph.inputs, input_storage)
        outputs = _containers(graph.outputs, output_storage)
        program = self.make_program(graph)

        def thunk():
            values = [c.storage[0] for c in inputs]
            for container, value in zip(outputs, _run(program, graph, values)):
                container.storage[0] = value

        return thunk, inputs, outputs

    def make_function(self, unpack_single=True, **kwargs):
        """A function of the inputs' values that gives the list of outputs, or the one output under `unpack_single`."""
        thunk, inputs, outputs = self.make_thunk(**kwargs)

        def execute(*args):
            if len(args) != len(inputs):
                raise TypeError("Function call takes exactly %i %s (%i given)"
                                % (len(inputs), ["argument", "arguments"][len(inputs) > 1], len(args)))
            for container, arg in zip(inputs, args):
                container.value = arg
            thunk()
            results = [c.storage[0] for c in outputs]
            return results[0] if unpack_single and len(results) == 1 else results

        execute.thunk, execute.inputs, execute.outputs, execute.unpack_single = thunk, inputs, outputs, unpack_single
        return execute


def _containers(variables, storages):
    if storages is None:
        storages = [[None] for _ in variables]
    elif len(storages) != len(variables):
        raise TypeError("expected %i storages, got %i" % (len(variables), len(storages)))
    return [s if isinstance(s, Container) else Container(v, s) for v, s in zip(variables, storages)]


def _run(program, graph, values):
    try:
        return program(values)
    except NodeError as e:
        raise_with_op(e.node, e.values, e.cause, graph)
    except CheckFailed:
        try:
            return evaluate(graph, values)
        except NodeError as e:
            raise_with_op(e.node, e.values, e.cause, graph)


@legacy_name("theano.gof.link")
class LocalLinker(Linker):
    """A linker that can also give a thunk for every node (`make_all`)."""

    def make_all(self, input_storage=None, output_storage=None, storage_map=None):
        """(function, input containers, output containers, thunks, nodes in order)."""
        run = NodeWise(self.fgraph, lambda i, node, thunk: thunk())
        cells = run.storage()
        if storage_map is not None:
            cells.update(storage_map)
        for v, given in (*zip(self.fgraph.inputs, input_storage or ()), *zip(self.fgraph.outputs, output_storage or ())):
            cells[v] = given.storage if isinstance(given, Container) else given
        thunks = {node: Thunk(node, cells, run.compute) for node in run.order}

        def function():
            for node in run.nodes(cells):
                try:
                    thunks[node]()
                except NodeError as e:
                    raise_with_op(e.node, e.values, e.cause, self.fgraph)

        return (function, *([Container(v, cells[v]) for v in side] for side in (self.fgraph.inputs, self.fgraph.outputs)),
                [thunks[node] for node in run.order], run.order)


@legacy_name("theano.gof.link")
class PerformLinker(LocalLinker):
    """The linker `py`. Here it compiles like the others."""

    name = "py"

    def __init__(self, allow_gc=None, schedule=None):
        Linker.__init__(self, None, allow_gc)
        self.schedule = schedule


@legacy_name("theano.gof.cc")
class CLinker(Linker):
    """The linker `c`. There is no C code here: XLA compiles."""

    name = "c"

    def __init__(self, schedule=None):
        Linker.__init__(self)
        self.schedule = schedule


@legacy_name("theano.gof.cc")
class OpWiseCLinker(LocalLinker):
    """The linker `c|py`."""

    name = "c|py"

    def __init__(self, fallback_on_perform=True, allow_gc=None, nice_errors=True, schedule=None):
        Linker.__init__(self, None, allow_gc)
        self.fallback_on_perform, self.nice_errors, self.schedule = fallback_on_perform, nice_errors, schedule


@legacy_name("theano.gof.vm")
class VM_Linker(LocalLinker):
    """The linkers `vm` and `cvm`.

    `callback(node, thunk, storage_map, compute_map)` is called after every node, `callback_input(variable, value)` before the first for
    inputs and constants; with one of them the graph runs node by node. `use_cloop`, `lazy`, `c_thunks`: no effect, branches are lazy.
    """

    def __init__(self, allow_gc=None, use_cloop=False, callback=None, callback_input=None, lazy=None, schedule=None,
                 c_thunks=None, allow_partial_eval=None):
        Linker.__init__(self, "cvm" if use_cloop else "vm", allow_gc)
        self.use_cloop, self.callback, self.callback_input = use_cloop, callback, callback_input
        self.lazy, self.schedule, self.c_thunks, self.allow_partial_eval = lazy, schedule, c_thunks, allow_partial_eval

    def make_program(self, fgraph, returned=None, donated=()):
        if self.callback is None and self.callback_input is None:
            return Program(fgraph, returned, donated)
        cells, ran = {}, {}

        def begin(storage):
            cells.clear()
            cells.update(storage)
            ran.update((v, [v.owner is None]) for v in storage)
            for v in storage if self.callback_input else ():
                if v.owner is None:
                    self.callback_input(v, storage[v][0])

        def step(i, node, thunk):
            thunk()
            ran.update((v, [True]) for v in node.outputs)
            if self.callback:
                self.callback(node=node, thunk=thunk, storage_map=cells, compute_map=ran)

        return NodeWise(fgraph, step, begin=begin)


@legacy_name("theano.gof.link")
class WrapLinker(Linker):
    """Runs the graph node by node: `wrapper(i, node, *thunks)` is called for every node, with a thunk for each of `linkers`.

    Nothing runs unless the wrapper calls the thunks. Each has its own storage; the outputs of the first are returned.
    """

    name = "wrap"

    def __init__(self, linkers, wrapper):
        Linker.__init__(self)
        self.linkers, self.wrapper = linkers, wrapper

    def clone(self, allow_gc=undef):
        """The same wrapper around clones of the linkers."""
        return type(self)([one.clone(allow_gc=allow_gc) for one in self.linkers], self.wrapper)

    def make_program(self, fgraph, returned=None, donated=()):
        return NodeWise(fgraph, self._step, copies=len(self.linkers))

    def _step(self, i, node, *thunks):
        try:
            self.wrapper(i, node, *thunks)
        except NodeError:
            raise
        except Exception as e:  # a wrapper's own errors tell the node, too
            raise NodeError(node, [cell[0] for cell in thunks[0].inputs], e) from e


@legacy_name("theano.gof.link")
def WrapLinkerMany(linkers, wrappers):
    """A WrapLinker that calls several wrapper functions in turn."""
    def wrapper(*args):
        for one in wrappers:
            one(*args)
    return WrapLinker(linkers, wrapper)


@legacy_name("theano.gof.cc")
class DualLinker(Linker):
    """Runs the graph twice, node by node and as one program, and compares the outputs by `checker([one], [other])`.

    The default checker asks the type's `values_eq_approx` and raises Exception("Output mismatch.", ...).
    """

    name = "c&py"

    def __init__(self, checker=None, schedule=None):
        Linker.__init__(self)
        self.checker, self.schedule = checker, schedule

    def make_program(self, fgraph, returned=None, donated=()):
        one, other = NodeWise(fgraph, lambda i, node, thunk: thunk()), Program(fgraph, returned)

        def both(values):
            outputs = one(values)
            for v, a, b in zip(fgraph.outputs, outputs, other(values)):
                if self.checker is not None:
                    self.checker([a], [b])
                elif not v.type.values_eq_approx(a, b):
                    raise Exception("Output mismatch.", {"performlinker": a, "clinker": b})
            return outputs

        both.compilations = 0
        return both
