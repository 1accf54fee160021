"""From input and output specifications to a Function: checks, the function's own graph, rewrites, the program."""
import copy
import time
import warnings
from collections import Counter

from theano_compat.compile.inout import In, SymbolicInput, wrap_in, wrap_out
from theano_compat.compile.modes import Mode, Query, get_mode
from theano_compat.compile.plan import refuse_without_meaning
from theano_compat.compile.profilerun import TimedRun
from theano_compat.compile.profiling import Rewrites, note_making
from theano_compat.compile.runtime import Function
from theano_compat.compile.sharedvalue import Container
from theano_compat.config import config
from theano_compat.graph.errors import UnusedInputError
from theano_compat.graph.fgraph import FunctionGraph
from theano_compat.graph.garbage import uncollected
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Constant, Variable
from theano_compat.graph.walk import ancestors


@legacy_name("theano.compile.function_module")
class FunctionMaker:
    """Checks specifications, owns the rewritten `fgraph`, and `create`s Functions over it.

    `inputs`: In objects, shared variables included; `outputs`: Out objects. Raises UnusedInputError (by `on_unused_input`),
    MissingInputError, TypeError for in-place ops unless `accept_inplace`.
    """

    def __init__(self, inputs, outputs, mode=None, accept_inplace=False, function_builder=Function, profile=None,
                 on_unused_input=None, fgraph=None, output_keys=None, name=None):
        started = time.perf_counter()
        self.mode = get_mode(mode)
        self.unpack_single = not isinstance(outputs, (list, tuple))
        self.return_none = False
        if outputs is None:
            self.return_none, outputs = True, []
        outputs = list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]
        inputs = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
        self.inputs = [wrap_in(i) for i in inputs]
        self.outputs = [wrap_out(o) for o in outputs]
        self.expanded_inputs = self.inputs
        self.indices = [[i, None, [i]] for i in self.inputs]
        self.profile = profile
        self.accept_inplace = accept_inplace
        self.function_builder = function_builder
        self.on_unused_input = on_unused_input
        self.output_keys = output_keys
        self.name = name
        check_unused_inputs(self.inputs, self.outputs, on_unused_input)
        if fgraph is None:
            fgraph = self._make_graph()
            rewrite_started = time.perf_counter()
            self._rewrite(fgraph)
            spent = time.perf_counter() - rewrite_started
            note_making(optimizer_seconds=spent)
            if profile:
                profile.optimizer_time += spent
                profile.nb_nodes += len(fgraph.apply_nodes)
        self.fgraph = fgraph
        for op in dict.fromkeys(node.op for node in fgraph.apply_nodes):
            refuse_without_meaning(op)
        self.written = getattr(fgraph, "written", ())
        fgraph.name = name
        self._program = self._linker = None
        if profile:
            profile.compile_time += time.perf_counter() - started

    @property
    def env(self):
        """`fgraph` by its name until Theano 0.6, which tutorials of that time use."""
        warnings.warn("FunctionMaker.env has been renamed: use fgraph", DeprecationWarning, stacklevel=2)
        return self.fgraph

    def _make_graph(self):
        updates = [i.update for i in self.inputs if i.update is not None]
        fgraph = FunctionGraph([i.variable for i in self.inputs], [o.variable for o in self.outputs] + updates, clone=True)
        fgraph.update_mapping = {}
        for position, i in enumerate(k for k, spec in enumerate(self.inputs) if spec.update is not None):
            fgraph.update_mapping[len(self.outputs) + position] = i
        if not self.accept_inplace:
            for node in fgraph.apply_nodes:
                if getattr(node.op, "destroy_map", None):
                    raise TypeError("Graph must not contain inplace operations", node, node.op)
        elif any(getattr(node.op, "destroy_map", None) for node in fgraph.apply_nodes):
            fgraph.written = _show_what_is_written(fgraph, self.inputs)
        return fgraph

    def _rewrite(self, fgraph):
        if self.profile and config.profile_optimizer:
            fgraph.attach_feature(Rewrites(self.profile))
        _rewrite(fgraph, self.mode)

    @property
    def linker(self):
        """The mode's linker, for this graph: with `fgraph`, `allow_gc` and `make_all()`, which gives a thunk for every node."""
        if self._linker is None:
            linker = self.mode.linker
            self._linker = linker.clone().accept(self.fgraph) if hasattr(linker, "clone") else linker
        return self._linker

    @property
    def program(self):
        """What computes the graph; planned when first needed."""
        if self._program is None:
            updated = [(v, _container(i)) for v, i in zip(self.fgraph.inputs, self.inputs) if i.update is not None]
            # a clone of a shared variable may stand for the same value: what is read twice cannot be replaced in place
            stored = Counter(id(_container(i)) for i in self.inputs)
            donated = {v: len(self.outputs) + k for k, (v, container) in enumerate(updated)
                       if hasattr(v.type, "broadcastable") and (container is None or stored[id(container)] == 1)}
            timed = self.profile and self.profile.flag_time_thunks and type(self.mode).make_program is Mode.make_program
            with uncollected(), config.change_flags(compute_test_value="off"):  # whatever the program has set by the first call
                self._program = (TimedRun(self.fgraph, self.profile) if timed else
                                 self.mode.make_program(self.fgraph, len(self.outputs), donated))
        return self._program

    def create(self, input_storage=None, trustme=False, storage_map=None):
        """A Function over this graph. `input_storage`: a default, a Container or None for each input."""
        given = [i.value if hasattr(i, "value") else None for i in self.inputs] if input_storage is None else input_storage
        containers, defaults = [], []
        for spec, value in zip(self.inputs, given):
            if isinstance(value, Variable) and hasattr(value, "container"):
                value = value.container
            if isinstance(value, Container):
                containers.append(value)
                required, refeed = False, False
            else:
                containers.append(Container(spec.variable, [None], strict=spec.strict, allow_downcast=spec.allow_downcast))
                required = value is None and not isinstance(spec, In) or value is None
                refeed = value is not None and spec.update is None
            defaults.append((required, refeed, value))
        return self.function_builder(self, containers, defaults)

    def __getstate__(self):
        state = dict(self.__dict__)
        state["_program"] = state["_linker"] = None
        return state


def _container(spec):
    """The Container of an input's value, if the input has one."""
    value = getattr(spec, "value", None)
    return getattr(value, "container", value if isinstance(value, Container) else None)


def _show_what_is_written(fgraph, specs):
    """Make what in-place ops leave in explicit inputs outputs of `fgraph`, the last; gives the positions of these inputs.

    Nothing is computed in place here; a call copies these values into the caller's arrays, where Theano would have put them.
    """
    place = {v: i for i, (v, spec) in enumerate(zip(fgraph.inputs, specs))
             if hasattr(v.type, "broadcastable") and spec.update is None and not isinstance(getattr(spec, "value", None), Container)}
    last = {}
    for node in fgraph.toposort():
        for output, (destroyed, *_) in (getattr(node.op, "destroy_map", None) or {}).items():
            i = place.get(node.inputs[destroyed])
            if i is not None:
                place[node.outputs[output]] = i
                last[i] = node.outputs[output]
    for v in last.values():
        v.clients.append(("output", len(fgraph.outputs)))
        fgraph.outputs.append(v)
    return tuple(last)


def check_unused_inputs(inputs, outputs, on_unused_input=None):
    """Raise, warn or ignore (by the argument, then `config.on_unused_input`) when an input computes nothing."""
    if on_unused_input is None:
        on_unused_input = config.on_unused_input
    if on_unused_input == "ignore":
        return
    # what lies above an input is not computed: x of function([x, y], y + 1) with y = 2 * x is unused
    used = set(ancestors([o.variable for o in outputs] + [i.update for i in inputs if i.update is not None],
                         blockers=[i.variable for i in inputs]))
    advice = ("To make this %s into %s, you can pass the parameter on_unused_input='%s' to theano.function. To disable it completely, "
              "use on_unused_input='ignore'.")
    for position, spec in enumerate(inputs):
        if spec.variable in used or spec.update is not None or spec.implicit:
            continue
        message = ("theano.function was asked to create a function computing outputs given certain inputs, but the provided "
                   "input variable at index %i is not part of the computational graph needed to compute the outputs: %s.\n%s")
        if on_unused_input == "warn":
            warnings.warn(message % (position, spec.variable, advice % ("warning", "an error", "raise")), stacklevel=6)
        elif on_unused_input == "raise":
            raise UnusedInputError(message % (position, spec.variable, advice % ("error", "a warning", "warn")))
        else:
            raise ValueError("Invalid value for keyword on_unused_input of theano.function: '%s'.\nValid values are 'raise', "
                             "'warn', and 'ignore'." % on_unused_input)


def _rewrite(fgraph, mode):
    """Apply the mode's rewrites to `fgraph`, without computing test values."""
    optimizer = mode._optimizer
    with config.change_flags(compute_test_value=config.compute_test_value_opt, traceback__limit=config.traceback.compile_limit):
        if isinstance(optimizer, Query):
            from theano_compat.rewrite import rewrite_graph
            rewrite_graph(fgraph, optimizer)
        elif hasattr(optimizer, "optimize"):
            optimizer.optimize(fgraph)
        elif callable(optimizer):
            optimizer(fgraph)


def orig_function(inputs, outputs, mode=None, accept_inplace=False, name=None, profile=None, on_unused_input=None,
                  output_keys=None):
    """A Function from In specifications (or the old tuples) and outputs, without shared-variable handling."""
    mode = get_mode(mode)
    inputs = [convert_function_input(i) for i in inputs]
    if outputs is not None:
        outputs = [wrap_out(o) for o in outputs] if isinstance(outputs, (list, tuple)) else wrap_out(outputs)
    defaults = [getattr(i, "value", None) for i in inputs]
    if isinstance(mode, (list, tuple)):
        raise Exception("We do not support the passing of multiple modes")
    maker_class = getattr(mode, "function_maker", FunctionMaker)
    fn = maker_class(inputs, outputs, mode, accept_inplace=accept_inplace, profile=profile, on_unused_input=on_unused_input,
                     output_keys=output_keys, name=name).create(defaults)
    fn.name = name
    return fn


def convert_function_input(input):
    """One input specification as an In: a variable, an In, or the old tuples (name, (variable, update), value)."""
    if isinstance(input, SymbolicInput):
        return input
    if isinstance(input, Constant):
        raise TypeError("A Constant instance is not a legal function input", input)
    if isinstance(input, Variable):
        return In(input)
    if not isinstance(input, (list, tuple)):
        raise TypeError("Unknown input type: %s, expected Variable instance" % type(input), input)
    original, name, variable, update, value = input, None, None, None, None
    if not input:
        raise TypeError("Nonsensical input specification: %s" % (input,))
    if isinstance(input[0], str):
        name, input = input[0], input[1:]
    if isinstance(input[0], (list, tuple)):
        if len(input[0]) != 2 or len(input) != 2:
            raise TypeError("Invalid input syntax: %s (check documentation or use an In instance)" % (original,))
        (variable, update), value = input
    elif isinstance(input[0], SymbolicInput):
        if len(input) == 1:
            return input[0]
        if len(input) == 2:
            spec, value = copy.copy(input[0]), input[1]
            if name is not None:
                spec.name = name
            spec.value = value
            return spec
        raise TypeError("The input specification is not valid: %s" % (original,))
    elif isinstance(input[0], Variable):
        if len(input) == 1:
            variable = input[0]
        elif len(input) == 2:
            variable, value = input
        elif len(input) == 3:
            (variable, update), value = input[:2], input[2]
        else:
            raise TypeError("Invalid input syntax: %s (check documentation or use an In instance)" % (original,))
    if not isinstance(variable, Variable):
        raise TypeError("Unknown input type: %s, expected Variable instance" % type(variable), variable)
    if update is not None and not isinstance(update, Variable):
        raise TypeError("Unknown update type: %s, expected Variable instance" % type(update), update)
    if value is not None and isinstance(value, (Variable, SymbolicInput)):
        raise TypeError("The value for input %s should not be a Variable or SymbolicInput instance (got: %s)"
                        % (variable, value))
    return In(variable, name=name, value=value, update=update)
