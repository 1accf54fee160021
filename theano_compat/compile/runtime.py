"""Function: a compiled graph with the calling conventions of Theano. Making one is in `maker` and `front`.

A call checks its arguments by the variables' types, runs the program, and commits all updates together at the end: a call
that fails changes nothing.
"""
import copy
import time

from theano_compat.compile import forked
from theano_compat.compile.calling import Calling
from theano_compat.compile.device import start
from theano_compat.compile.direct import short_call
from theano_compat.compile.errors import raise_with_op
from theano_compat.compile.evaluate import NodeError, evaluate
from theano_compat.compile.guards import CheckFailed
from theano_compat.compile.inout import SymbolicOutput
from theano_compat.compile.lengths import SizesVary
from theano_compat.compile.linkers import LocalLinker
from theano_compat.compile.profiling import as_stats
from theano_compat.compile.sharedvalue import Container, SharedVariable, as_host
from theano_compat.control.ifelse import BranchesDiffer
from theano_compat.graph import utils
from theano_compat.graph.fgraph import FunctionGraph
from theano_compat.graph.staging import forget
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.walk import clone_get_equiv

_AMBIGUOUS = object()


class _Values:
    """`f.value`: the value of an input or state by position, name or variable."""

    def __init__(self, function):
        self._function = function

    def _find(self, item, more=""):
        found = self._function.finder.get(item)
        if found is None:
            raise TypeError("Unknown input or state: %s%s" % (str(item), more))
        if found is _AMBIGUOUS:
            raise TypeError("Ambiguous name: %s - please check the names of the inputs of your function for duplicates."
                            % str(item))
        return found

    def __getitem__(self, item):
        return self._find(item).value

    def __setitem__(self, item, value):
        f = self._function
        container = self._find(item, ". " + _describe_inputs(f.maker.inputs))
        container.value = value
        f._provided[container] = f._provided.get(container, 0) + 1

    def __contains__(self, item):
        return item in self._function.finder


class _Containers:
    """`f.container`: the Container of an input or state by position, name or variable."""

    def __init__(self, function):
        self._function = function

    def __getitem__(self, item):
        return self._function.finder[item]

    def __contains__(self, item):
        return item in self._function.finder


def _describe_inputs(specs):
    named = [i.name for i in specs if i.name is not None]
    unnamed = len(specs) - len(named)
    if not named:
        if unnamed == 0:
            return "The function is supposed to have no input."
        return "The function has %s unnamed input%s." % ("one" if unnamed == 1 else "%d" % unnamed, "" if unnamed == 1 else "s")
    text = "The function has %d named input%s (%s)" % (len(named), "" if len(named) == 1 else "s", ", ".join(named))
    if unnamed == 0:
        return text + "."
    return text + (", and %d unnamed input%s which thus cannot be accessed through keyword argument%s."
                   % (unnamed, "" if unnamed == 1 else "s", " (use 'name=...' in a variable's constructor to give it a name)"))


@legacy_name("theano.compile.function_module")
class Function:
    """What `theano.function` returns. `f(*args, **kwargs)` gives the outputs and commits the updates.

    `f[name]`, `f.value`, `f.container` reach defaults and state; `f.maker.fgraph` is the rewritten graph.
    """

    trust_input = False
    _keeps = False
    nodes_with_inner_function = ()
    pickle_aliased_memory_strategy = "warn"
    # what every function has; here, so that the class can be asked too
    maker = input_storage = output_storage = defaults = indices = outputs = finder = inv_finder = None
    unpack_single = return_none = None

    def __init__(self, maker, input_storage, defaults):
        self.maker = maker
        self.input_storage = input_storage
        self.defaults = defaults
        self.name = maker.name
        self.return_none = maker.return_none
        self.unpack_single = maker.unpack_single
        self.output_keys = maker.output_keys
        self._profile = maker.profile
        self.indices = maker.indices
        self.outputs = maker.outputs
        self.output_storage = [Container(v, [None]) for v in maker.fgraph.outputs]
        self.n_returned_outputs = len(maker.outputs)
        for (_, _, value), container in zip(defaults, input_storage):
            if value is not None and not isinstance(value, Container):
                container.value = value
        self._prepare()

    def _prepare(self):
        specs = self.maker.inputs
        self._provided = {}
        self.finder, self.inv_finder = {}, {}
        for i, (spec, container) in enumerate(zip(specs, self.input_storage)):
            self.finder[i] = container
            self.finder[spec.variable] = container
            if spec.name is not None:
                self.finder[spec.name] = _AMBIGUOUS if spec.name in self.finder else container
            self.inv_finder[container] = spec
        self._cells = [c.storage for c in self.input_storage]
        # explicit inputs of the plain kind come first; a function of only those has a short path
        plain = [required for required, _, _ in self.defaults]
        self._n_plain = plain.index(False) if False in plain else len(plain)
        self._all_plain = not any(plain[self._n_plain:]) and all(
            isinstance(value, Container) or spec.update is not None
            for (_, _, value), spec in list(zip(self.defaults, specs))[self._n_plain:])
        self._single = self.unpack_single and len(self.outputs) == 1 and not self.return_none
        self._lay_out()
        forked.remember(self)
        self._fn = None

    def _lay_out(self):
        """Settle how the state is read and replaced. The short way through a call is written at the second call."""
        updated = [c for c, spec in zip(self.input_storage, self.maker.inputs) if spec.update is not None]
        self._calling = Calling(self, self.input_storage[self._n_plain:], updated)
        self._compute = forked.Elsewhere(self, self._calling).compute if forked.in_child else self._calling.compute
        self._short, self._calls = None, 0

    @property
    def profile(self):
        """Where calls write their times, or a false value."""
        return self._profile

    @profile.setter
    def profile(self, value):
        self._profile, self._short = value, None

    value = property(lambda self: _Values(self), doc="dictionary-like access to the values of inputs and state")
    container = property(lambda self: _Containers(self), doc="dictionary-like access to their containers")

    @property
    def fn(self):
        """What runs the graph: callable, with the `storage_map` of inputs and constants."""
        if self._fn is None:
            self._fn = Runner(self)
        return self._fn

    def __contains__(self, item):
        return item in self.finder

    def __getitem__(self, item):
        return self.value[item]

    def __setitem__(self, item, value):
        self.value[item] = value

    # -- calling

    def __call__(self, *args, **kwargs):
        short = self._short
        if short is None or kwargs or len(args) != self._n_plain:
            return self._call_fully(args, kwargs)
        return short(self, *args)

    def _call_fully(self, args, kwargs):
        if self._short is None and self._all_plain and not (self._profile or self._keeps or self.maker.written or forked.in_child):
            if self._calls:
                self._short = short_call(self, self._calling)
            self._calls += 1
        subset = kwargs.pop("output_subset", None)
        if subset is not None and self.output_keys is not None:
            subset = [self.output_keys.index(key) for key in subset]
        if self.profile:
            start()
        started = time.perf_counter()
        try:
            values = self._take_arguments(args, kwargs)
            run_started = time.perf_counter()
            outputs = self._compute(values)
        finally:
            self._restore_defaults()
        if self.profile:
            now = time.perf_counter()
            self.profile.note_call(now - started, now - run_started)
        if self._keeps:
            for container, value in zip(self.output_storage, outputs):
                container.storage[0] = value
        return self._pack(outputs, subset)

    def _take_arguments(self, args, kwargs):
        """Fill the containers from a call's arguments; the values of the explicit inputs."""
        containers = self.input_storage
        self._provided = {}
        if self.trust_input:
            for container, arg in zip(containers, args):
                if hasattr(container.type, "broadcastable"):
                    arg.dtype  # trusted, yet it has to be an array
                    if container.type.ndim == 0 and arg.size == 1:  # Theano's C code reads the first number
                        arg = arg.reshape(())
                container.storage[0] = arg
                self._provided[container] = 1
        else:
            if len(args) + len(kwargs) > len(containers):
                raise TypeError("Too many parameter passed to theano function")
            for i, arg in enumerate(args):
                self._take_positional(i, arg)
        for name, arg in kwargs.items():
            self[name] = arg
        if not self.trust_input:
            self._check_provided()
        return [c.storage[0] for c in containers[:self._n_plain]]

    def _take_positional(self, i, arg):
        container, spec = self.input_storage[i], self.maker.inputs[i]
        if arg is None:
            container.storage[0] = None
        else:
            try:
                container.storage[0] = spec.variable.type.filter(
                    arg, strict=spec.strict, allow_downcast=spec.allow_downcast)
            except Exception as e:
                function_name = "theano function" + (' with name "%s"' % self.name if self.name else "")
                argument_name = "argument" + (' with name "%s"' % arg.name if getattr(arg, "name", None) else "")
                where = utils.get_variable_trace_string(spec.variable)
                text = "Bad input %s to %s at index %d (0-based). %s" % (argument_name, function_name, i, where)
                e.args = (text + str(e.args[0]),) if len(e.args) == 1 else (text,) + e.args
                raise
        self._provided[container] = self._provided.get(container, 0) + 1

    def _check_provided(self):
        for spec, container, (required, _, _) in zip(self.maker.inputs, self.input_storage, self.defaults):
            times = self._provided.get(container, 0)
            if required and not times:
                raise TypeError("Missing required input: %s" % spec.variable)
            if times > 1:
                raise TypeError("Multiple values for input: %s" % spec.variable)
            if spec.implicit and times:
                raise TypeError("Tried to provide value for implicit input: %s" % spec.variable)

    def _restore_defaults(self):
        for container, (required, refeed, value) in zip(self.input_storage, self.defaults):
            if refeed:
                container.value = value
            elif required:
                container.storage[0] = None

    def _run_again(self, error, values):
        """The outputs where only the program's form did not fit; any other error is raised as Theano would."""
        for variable, array in getattr(error, "kept", {}).items():
            position = self.maker.fgraph.inputs.index(variable)
            values[position] = self._cells[position][0] = array
        if not isinstance(error, Exception):
            raise error
        if isinstance(error, (BranchesDiffer, SizesVary)):
            self._short, self._calls, program = None, 0, self.maker.program
            try:
                program.adapt(error)
                return program(values)
            except Exception as e:
                error = e
        return self._explain(error, values)

    def _explain(self, error, values):
        """Raise what Theano would raise: find the node by running node by node, then dress its error."""
        fgraph = self.maker.fgraph
        if isinstance(error, NodeError) and error.values is not None:  # Python ran the node, and has seen what it got
            raise_with_op(error.node, error.values, error.cause, fgraph, dict(zip(fgraph.inputs, values)))
        # None is taken for an argument that was not given yet, and found out by the node that reads it
        if isinstance(error, (NodeError, CheckFailed)) or type(error).__module__.startswith("jax") or _some_none(values):
            try:
                outputs = evaluate(fgraph, [as_host(v) for v in values], known=getattr(error, "known", None),
                                   quiet=isinstance(error, CheckFailed))
                if _some_none(values):  # some ops can do with None: the number of columns of eye
                    return outputs
            except NodeError as found:
                raise_with_op(found.node, found.values, found.cause, fgraph, dict(zip(fgraph.inputs, values)))
        if isinstance(error, NodeError):
            raise_with_op(error.node, error.values, error.cause, fgraph)
        if isinstance(error, CheckFailed):
            raise_with_op(error.check.node, None, error.check.exc_class(error.check.message), fgraph)
        raise error

    def _pack(self, outputs, subset=None):
        if self.return_none:
            return None
        if self.unpack_single and len(outputs) == 1 and subset is None:
            return outputs[0]
        if self.output_keys is not None:
            chosen = range(len(outputs)) if subset is None else subset
            return {self.output_keys[i]: outputs[i] for i in chosen}
        return outputs if subset is None else [outputs[i] for i in subset]

    # -- the rest of the facade

    def get_shared(self):
        """The shared variables that this function uses."""
        return [i.variable for i in self.maker.inputs if i.implicit]

    def free(self):
        """Drop the outputs that were kept because `f.fn.allow_gc` is false, and the memory that large arguments were copied into."""
        forget()
        for container in self.output_storage:
            container.storage[0] = None

    def sync_shared(self):
        """Wait for the device. Calls are synchronous, so there is nothing to wait for."""

    def __copy__(self):
        return self.copy()

    def _repr_svg_(self):
        """A picture of the rewritten graph, for notebooks that find Graphviz."""
        from theano_compat.printing.latex import repr_svg
        return repr_svg(self, len(self.maker.fgraph.apply_nodes))

    def copy(self, share_memory=False, swap=None, delete_updates=False, name=None, profile=None):
        """Another function over a copy of the graph; it gives its outputs as a list.

        `swap`: {shared variable: the one to use instead}, of equal types; `delete_updates`: compute outputs only.
        `share_memory` has no effect here: no intermediate storage is kept. Raises ValueError for an unknown shared variable.
        """
        maker = self.maker
        specs = [copy.copy(i) for i in maker.inputs]
        n_out = len(maker.outputs)
        kept = maker.fgraph.outputs[:n_out] if delete_updates else maker.fgraph.outputs
        memo = clone_get_equiv(maker.fgraph.inputs, kept)
        graph = FunctionGraph([memo[i] for i in maker.fgraph.inputs], [memo[o] for o in kept], clone=False)
        if not delete_updates:
            graph.written = maker.written
        outs = [SymbolicOutput(v, o.borrow) for v, o in zip(graph.outputs[:n_out], maker.outputs)]
        swap = swap or {}
        known = [i.variable for i in maker.inputs]
        for old, new in swap.items():
            if old not in known:
                raise ValueError("SharedVariable: %s not found" % old.name)
            assert isinstance(old, SharedVariable) and isinstance(new, SharedVariable), (
                "Key and value of swap should be SharedVariable, given:", old, new)
            assert old.type == new.type, ("Type of given SharedVariable conflicts with original one",
                                          "Type of given SharedVariable:", new.type,
                                          "Type of original SharedVariable:", old.type)
        next_update = n_out
        storage = []
        for spec, original, container in zip(specs, maker.inputs, self.input_storage):
            if original.variable in swap:
                spec.variable = swap[original.variable]
                spec.value = spec.variable.container
            value = getattr(spec, "value", None)
            if isinstance(value, SharedVariable):
                value = value.container
            if value is None and original.update is not None:
                value = container.value
            storage.append(value)
            if spec.update is not None and not delete_updates:
                spec.update = graph.outputs[next_update]
                next_update += 1
            else:
                spec.update = None
        if not name and self.name:
            name = self.name + " copy"
        # Theano's copies always give a list, whatever the original gives
        new_maker = type(maker)(specs, outs, mode=maker.mode, accept_inplace=True, function_builder=maker.function_builder,
                                profile=as_stats(profile, name), on_unused_input="ignore", fgraph=graph, name=name)
        f = new_maker.create(storage)
        for mine, theirs, (_, refeed, _) in zip(f.input_storage, self.input_storage, self.defaults):
            if refeed:
                mine.storage[0] = theirs.storage[0]
        return f

    def __getstate__(self):
        state = dict(self.__dict__)
        # plans and lookups are made anew; containers travel, so that what shared one goes on sharing it
        for name in ("finder", "inv_finder", "_provided", "_cells", "_calling", "_compute", "_short", "_fn", "output_storage"):
            state.pop(name, None)
        return state

    def __setstate__(self, state):
        self.__dict__.update(state)
        self.output_storage = [Container(v, [None]) for v in self.maker.fgraph.outputs]
        self._prepare()


class Runner:
    """`f.fn`: runs the graph of a Function on the values in its containers.

    With `allow_gc` false the last outputs are kept until `f.free()`; nothing between inputs and outputs ever is.
    `storage_map`: {variable: its one-element storage} of inputs, constants and outputs.
    """

    @property
    def allow_gc(self):
        """Whether outputs are forgotten once a call returned them."""
        return not self._function._keeps

    @allow_gc.setter
    def allow_gc(self, value):
        self._function._keeps = not value
        self._function._short = None

    def __init__(self, function):
        self._function = function

    def __call__(self, output_subset=None):
        f = self._function
        outputs = f._compute([cell[0] for cell in f._cells[:f._n_plain]])
        # who calls this by hand, to save time, reads the results there
        for container, value in zip(f.output_storage, outputs):
            container.storage[0] = value
        return outputs if output_subset is None else [outputs[i] for i in output_subset]

    @property
    def nodes(self):
        """The graph's nodes in the order of a run."""
        return self._function.maker.fgraph.toposort()

    @property
    def thunks(self):
        """A thunk for each of `nodes`, over the inputs' and outputs' own cells: called in turn they compute the graph node by node."""
        f = self._function
        return LocalLinker().accept(f.maker.fgraph).make_all(f._cells, [c.storage for c in f.output_storage])[3]

    @property
    def storage_map(self):
        """Inputs' own cells; constants in cells of their own; outputs, filled while `allow_gc` is false."""
        f = self._function
        found = {v: c.storage for v, c in zip(f.maker.fgraph.outputs, f.output_storage)}
        found.update(zip(f.maker.fgraph.inputs, f._cells))
        for node in f.maker.fgraph.apply_nodes:
            for v in node.inputs:
                if v.owner is None and v not in found:
                    found[v] = [v.data]
        return found


def _some_none(values):
    return any(v is None for v in values)
