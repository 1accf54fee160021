"""DebugMode: every value checked in every call. What it raises is in `debugerrors`.

A call computes each node by itself and looks at it; then it computes the whole graph as one program, and what rewrites replaced, and
compares. Theano's DebugMode compared an op's Python code with its C code; here the second evaluation is XLA's.
"""
import copy
import logging
from io import StringIO
from itertools import zip_longest

import numpy as np

from theano_compat.compile.debugerrors import BadDestroyMap, BadOptimization, BadThunkOutput, BadViewMap, InvalidValueError, StochasticOrder
from theano_compat.compile.evaluate import NodeError, evaluate_node, lower_eagerly, performer, uses_perform
from theano_compat.compile.linkers import Linker
from theano_compat.compile.maker import FunctionMaker
from theano_compat.compile.modes import Mode, by_class, predefined_modes
from theano_compat.compile.program import Program, fresh
from theano_compat.compile.sharedvalue import as_host
from theano_compat.config import config
from theano_compat.graph.op import provides
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Constant

_logger = logging.getLogger("theano.compile.debugmode")


class _Events:
    """The feature that notes what rewriting does: `events` to compare two rewritings, `replaced` variables, why nodes came."""

    def __init__(self):
        self.events, self.replaced, self.reasons = [], [], {}

    def on_import(self, fgraph, node, reason):
        """A node came in."""
        self.reasons[node] = reason
        self.events.append(("import", str(node.op), str(reason)))

    def on_change_input(self, fgraph, node, i, r, new_r, reason=None):
        """A variable was replaced."""
        self.replaced.append((r, new_r, reason))
        self.events.append(("change", "output" if node == "output" else str(node.op), i, str(r), str(new_r), str(reason)))

    def __getstate__(self):
        return {"events": [], "replaced": [], "reasons": {}}  # a function that was loaded has its graph, not its history


class _Maker(FunctionMaker):
    """Rewrites the graph `stability_patience` times, and notes what was replaced."""

    def _rewrite(self, fgraph):
        others = []
        for _ in range(max(0, self.mode.stability_patience - 1)):
            graph = fgraph.clone()
            others.append(self._rewrite_once(graph))
        first = self._rewrite_once(fgraph)
        for other in others:
            for step, (a, b) in enumerate(zip_longest(first.events, other.events)):
                if a != b:
                    raise StochasticOrder("Rewriting the same graph twice went two ways: step %i was once %s and once %s" % (step, a, b))

    def _rewrite_once(self, graph):
        events = _Events()
        graph.attach_feature(events)
        FunctionMaker._rewrite(self, graph)
        return events


@legacy_name("theano.compile.debugmode")
class _Linker(Linker):
    """The linker that DebugMode names; the mode itself makes the program."""

    name = "debug"


@legacy_name("theano.compile.debugmode")
class DebugMode(Mode):
    """Check every node of every call. `None` for an option means the flag `DebugMode.*` of that name.

    `stability_patience`: rewritings that have to agree (StochasticOrder); `check_isfinite`: nan and infinities are InvalidValueErrors;
    `check_py_code`: a `perform` keeps to its destroy_map and view_map (BadDestroyMap, BadViewMap), and gives the same into each kind of
    preallocated memory in `check_preallocated_output` (BadThunkOutput); `check_c_code`: one compiled program, and the op's own second
    evaluation, give what the nodes gave (BadThunkOutput). Replaced variables have equal values (BadOptimization).
    `require_matching_strides` and `linker` have no effect: arrays have no strides in XLA, and the mode has its own linker.
    Raises ValueError when both codes are switched off.
    """

    stability_patience = config.DebugMode.patience
    check_c_code = config.DebugMode.check_c
    check_py_code = config.DebugMode.check_py
    check_isfinite = config.DebugMode.check_finite
    check_preallocated_output = config.DebugMode.check_preallocated_output.split(":")
    require_matching_strides = config.DebugMode.check_strides

    def __init__(self, optimizer="fast_run", stability_patience=None, check_c_code=None, check_py_code=None,
                 check_isfinite=None, check_preallocated_output=None, require_matching_strides=None, linker=None):
        def chosen(value, flag):
            return getattr(config.DebugMode, flag) if value is None else value
        self.stability_patience = chosen(stability_patience, "patience")
        self.check_c_code = chosen(check_c_code, "check_c")
        self.check_py_code = chosen(check_py_code, "check_py")
        self.check_isfinite = chosen(check_isfinite, "check_finite")
        kinds = chosen(check_preallocated_output, "check_preallocated_output")
        self.check_preallocated_output = kinds.split(":") if isinstance(kinds, str) else list(kinds)
        self.require_matching_strides = chosen(require_matching_strides, "check_strides")
        if not (self.check_c_code or self.check_py_code):
            raise ValueError("DebugMode has to check at least one of c and py code")
        Mode.__init__(self, _Linker(), optimizer)

    _OPTIONS = ("stability_patience", "check_c_code", "check_py_code", "check_isfinite", "check_preallocated_output",
                "require_matching_strides")

    def clone(self, link_kwargs=None, optimizer="", **kwargs):
        """A DebugMode with the same options, save those in `kwargs`, and another optimizer."""
        made = copy.copy(self)
        for name, value in kwargs.items():
            if name in self._OPTIONS:
                setattr(made, name, value)
        if not (isinstance(optimizer, str) and optimizer == ""):
            Mode.__setstate__(made, (self.linker, optimizer))
        return made

    def __getstate__(self):
        return (*Mode.__getstate__(self), {name: getattr(self, name) for name in self._OPTIONS})

    def __setstate__(self, state):
        linker, optimizer, options = state
        Mode.__setstate__(self, (linker, optimizer))
        self.__dict__.update(options)

    def __str__(self):
        return "DebugMode(linker=%s, optimizer=%s)" % (self.provided_linker, self.provided_optimizer)

    def function_maker(self, inputs, outputs, mode, *args, **kwargs):
        """The maker of this mode's functions."""
        return _Maker(inputs, outputs, mode, *args, **kwargs)

    def make_program(self, fgraph, returned, donated):
        """The checking run."""
        return _Run(self, fgraph)


class _Run:
    """Callable on input values, as a Program is; checks while it computes."""

    compilations = 0

    def __init__(self, mode, fgraph):
        self.mode, self.fgraph = mode, fgraph
        self.order = fgraph.toposort()
        self.events = next((f for f in fgraph._features if isinstance(f, _Events)), _Events())
        self.used = {v for node in self.order for v in node.inputs}
        self._program = None
        self._previous = {}

    def __call__(self, values):
        values = [as_host(v) for v in values]
        for v, value in zip(self.fgraph.inputs, values):
            self._check_value(v, value, hint="Graph Input '%s' has invalid value %s" % (v, value))
        env = dict(zip(self.fgraph.inputs, values))
        for node in self.order:
            env.update(zip(node.outputs, self._node(node, [_value(env, v) for v in node.inputs])))
        outputs = [_value(env, v) for v in self.fgraph.outputs]
        if self.mode.check_c_code:
            self._compare_with_program(values, outputs)
        self._check_replacements(env)
        return [fresh(v) for v in outputs]

    # -- one value, one node

    def _check_value(self, v, value, **hints):
        finite = not self.mode.check_isfinite or not isinstance(value, (np.ndarray, np.generic)) or value.dtype.kind not in "fc" \
            or bool(np.isfinite(value).all())
        if not (finite and v.type.is_valid_value(value)):
            why = "non-finite elements not allowed" if not finite else _why_not(v, value)
            raise InvalidValueError(v, value, specific_hint=why, **hints)

    def _node(self, node, ins):
        python = uses_perform(node.op)
        try:
            if python and self.mode.check_py_code:
                outs = self._check_perform(node, ins)
            else:
                outs = evaluate_node(node, [copy.deepcopy(v) for v in ins] if python else ins)
        except NodeError:
            raise
        except Exception as e:
            if isinstance(e, (BadDestroyMap, BadViewMap, BadThunkOutput, InvalidValueError)):
                raise
            raise NodeError(node, ins, self._blame(node, e)) from e
        for r, value in zip(node.outputs, outs):
            self._check_value(r, value, hint="perform output")
        if self.mode.check_c_code and provides(node.op, "lower") and (python or provides(node.op, "host")):
            for r, a, b in zip(node.outputs, outs, lower_eagerly(node, ins)):
                _same(r, "perform", a, "lower", b, ins)
        return outs

    def _blame(self, node, error):
        """The error of a node that a rewrite put in says so."""
        reason = self.events.reasons.get(node)
        if reason is None or str(reason) in ("init", "on_attach"):
            return error
        message = "A rewrite (probably %s) put in a node that fails.\n\nThe original exception:\n%s" % (reason, error)
        try:
            return type(error)(message)
        except TypeError:
            return error

    def _check_perform(self, node, ins):
        given = [copy.deepcopy(v) for v in ins]
        outs = performer(node)(given, protect=False)
        for r, value in zip(node.outputs, outs):
            self._check_value(r, value, hint="perform output")
        destroyed = {i for positions in (getattr(node.op, "destroy_map", None) or {}).values() for i in positions}
        for i, (before, after) in enumerate(zip(ins, given)):
            if not isinstance(before, np.ndarray):
                continue
            unchanged = before.shape == after.shape and np.array_equal(before, after, equal_nan=before.dtype.kind in "fc")
            if i not in destroyed and not unchanged:
                raise BadDestroyMap(node, i, before, after, perform="py")
            if i in destroyed and unchanged and config.DebugMode.warn_input_not_reused:
                _logger.warning("Optimization Warning: input idx %d marked as destroyed was not changed for node '%s'", i, node)
        self._check_views(node, given, outs)
        outs = [fresh(v) if isinstance(v, np.ndarray) else v for v in outs]
        self._check_preallocated(node, ins, outs)
        return outs

    def _check_views(self, node, given, outs):
        views = getattr(node.op, "view_map", None) or {}
        destroys = getattr(node.op, "destroy_map", None) or {}
        for o, out in enumerate(outs):
            aliased = [i for i, x in enumerate(given) if _overlap(out, x)]
            bad = [i for i in aliased if [i] != list(views.get(o, ())) and [i] != list(destroys.get(o, ()))]
            if bad:
                raise BadViewMap(node, o, out, bad)
            if aliased or node.outputs[o] not in self.used:
                continue
            for other, value in enumerate(outs):
                if other != o and node.outputs[other] in self.used and _overlap(out, value):
                    raise BadViewMap(node, o, out, out_alias_idx=other)

    def _check_preallocated(self, node, ins, outs):
        wanted = self.mode.check_preallocated_output
        for kind, make in _PREALLOCATED.items():
            if kind not in wanted and "ALL" not in wanted:
                continue
            most = config.DebugMode.check_preallocated_output_ndim
            buffers = [make(v, self._previous.get(r)) if isinstance(v, np.ndarray) and v.ndim <= most else None
                       for r, v in zip(node.outputs, outs)]
            again = performer(node)([copy.deepcopy(v) for v in ins], [[b] for b in buffers])
            for r, a, b in zip(node.outputs, outs, again):
                _same(r, "perform", a, "perform with output %s" % kind, b, ins)
        if wanted != [""]:
            self._previous.update((r, np.array(v)) for r, v in zip(node.outputs, outs) if isinstance(v, np.ndarray))

    # -- the whole graph

    def _compare_with_program(self, values, outputs):
        if self._program is None:
            self._program = Program(self.fgraph)
        for v, a, b in zip(self.fgraph.outputs, outputs, self._program(values)):
            if v.owner is not None:
                _same(v, "node by node", a, "one program", b, ())

    def _check_replacements(self, env):
        for old, new, reason in self.events.replaced:
            try:
                a, b = _demand(old, env), _demand(new, env)
            except Exception:
                continue  # what a rewrite took away may be what fails; the new graph ran
            if not _equal(old, a, b) and not _repaired(old, a, b):
                raise BadOptimization(old, new, a, b, reason, *_texts(old, new))


def _value(env, v):
    return v.data if isinstance(v, Constant) else env[v]


def _demand(v, env):
    """The value of `v`, computing what `env` lacks."""
    stack = [v]
    while stack:
        top = stack[-1]
        if top in env or isinstance(top, Constant):
            stack.pop()
            continue
        missing = [x for x in top.owner.inputs if x not in env and not isinstance(x, Constant)]
        if missing:
            stack.extend(missing)
        else:
            env.update(zip(top.owner.outputs, evaluate_node(top.owner, [_value(env, x) for x in top.owner.inputs])))
    return _value(env, v)


def _equal(r, a, b):
    return getattr(r.tag, "values_eq_approx", r.type.values_eq_approx)(a, b)


def _repaired(r, old, new):
    """Whether `new` is equal but for places where `old` is no finite number: rewrites for stability do that."""
    if not isinstance(old, np.ndarray) or old.dtype.kind not in "fc" or np.shape(old) != np.shape(new):
        return False
    lost = ~np.isfinite(old)
    return bool(lost.any()) and _equal(r, np.where(lost, 0, old).astype(old.dtype), np.where(lost, 0, new).astype(old.dtype))


def _same(r, one, a, other, b, ins):
    if not _equal(r, a, b):
        raise BadThunkOutput(r, one, a, other, b, ins)


def _overlap(a, b):
    return isinstance(a, np.ndarray) and isinstance(b, np.ndarray) and np.may_share_memory(a, b)


def _why_not(v, value):
    try:
        return v.type.value_validity_msg(value)
    except Exception as e:
        return str(e)


def _texts(*variables):
    """Each variable's graph as text; what they share has one name."""
    from theano_compat.printing.tree import debugprint
    done, used_ids, texts = {}, {}, []
    for v in variables:
        text = StringIO()
        debugprint(v, prefix="  ", depth=6, file=text, print_type=True, done=done, used_ids=used_ids)
        texts.append(text.getvalue())
    return texts


def _garbage(shape, like, order="C"):
    made = np.empty(shape, like.dtype, order=order)
    made[...] = np.asarray(77).astype(like.dtype)  # an op that relies on zeros shows itself
    return made


_PREALLOCATED = {
    "initial": lambda v, previous: _garbage(v.shape, v),
    "previous": lambda v, previous: None if previous is None else np.array(previous),
    "c_contiguous": lambda v, previous: _garbage(v.shape, v),
    "f_contiguous": lambda v, previous: _garbage(v.shape, v, "F"),
    "strided": lambda v, previous: _garbage(tuple(2 * n for n in v.shape), v)[tuple(slice(None, None, 2) for _ in v.shape)],
    "wrong_size": lambda v, previous: _garbage(tuple(n + 1 for n in v.shape), v)}

by_class["DebugMode"] = lambda: DebugMode(optimizer=config.optimizer)
predefined_modes["DEBUG_MODE"] = DebugMode(optimizer="fast_run")
