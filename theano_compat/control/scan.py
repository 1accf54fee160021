"""scan: a loop whose step is a graph. From the user's description to a Scan node; the node's op is in `scan_op`.

The order of a Scan node's inputs is Theano's: number of steps, sequences, states with several taps ("mit_sot"), states with one
tap ("sit_sot"), shared variables that are no tensors, a length for each output that is no state ("nit_sot"), everything else.
"""
import logging
from collections import OrderedDict

import numpy as np

from theano_compat.config import config
from theano_compat.control.scan_op import Scan
from theano_compat.control.scan_utils import expand_empty, get_updates_and_outputs, isNaN_or_Inf_or_None, safe_new
from theano_compat.control.scan_utils import until as until
from theano_compat.graph import Constant, Variable
from theano_compat.graph.errors import MissingInputError
from theano_compat.graph.testvalue import get_test_value
from theano_compat.graph.walk import inputs as graph_inputs
from theano_compat.graph.walk import io_toposort
from theano_compat.tensor import (
    NotScalarConstantError,
    TensorType,
    as_tensor_variable,
    get_scalar_constant_value,
    integer_dtypes,
    minimum,
    shape_padleft,
    unbroadcast,
)

_logger = logging.getLogger("theano.scan_module.scan")


def scan(fn, sequences=None, outputs_info=None, non_sequences=None, n_steps=None, truncate_gradient=-1, go_backwards=False,
         mode=None, name=None, profile=False, allow_gc=None, strict=False, return_list=False):
    """Call `fn` once to make a step, and run the step for each element of `sequences`, or `n_steps` times.

    `fn` gets slices of the sequences, earlier values of outputs that have initial values in `outputs_info`, and
    `non_sequences`; it returns outputs, then updates, then `until(condition)`. Gives `(outputs, updates)`: a variable or a
    list with the values of all steps, and OrderedUpdates for `function`. `mode`, `profile` and `allow_gc` change no result.
    Raises ValueError for a description that does not fit. Source: Theano documentation, "scan".
    """
    loop = _Loop(_as_list(sequences), _as_list(outputs_info), _as_list(non_sequences), n_steps, go_backwards)
    loop.make_arguments()
    condition, outputs, updates = get_updates_and_outputs(fn(*loop.arguments()))
    if loop.single:
        if condition is not None:
            _logger.warning("When the number of steps is fixed and equal to 1, the provided stopping condition, %s is ignored",
                            condition)
        outputs = [unbroadcast(shape_padleft(v), 0) if isinstance(v.type, TensorType) else v for v in outputs]
        return outputs[0] if return_list is not True and len(outputs) == 1 else outputs, updates
    given = set(non_sequences if isinstance(non_sequences, (list, tuple)) else [non_sequences]) if strict else None
    loop.take_step(condition, outputs, updates, given)
    info = OrderedDict(
        tap_array=[s.taps for s in loop.several] + [[-1]] * len(loop.single_states), n_seqs=len(loop.slices), n_mit_mot=0,
        n_mit_mot_outs=0, mit_mot_out_slices=[], n_mit_sot=len(loop.several), n_sit_sot=len(loop.single_states),
        n_shared_outs=len(loop.shared), n_nit_sot=len(loop.fresh), truncate_gradient=truncate_gradient, name=name, mode=mode,
        destroy_map=OrderedDict(), gpua=False, as_while=condition is not None, profile=profile,
        allow_gc=config.scan.allow_gc if allow_gc is None else allow_gc, strict=strict)
    outputs, updates = loop.results(Scan(loop.inner_inputs, loop.inner_outputs, info))
    if return_list is not True and len(outputs) == 1:
        return outputs[0], updates
    return outputs or None, updates


def _as_list(x):
    if x is None:
        return []
    return list(x) if isinstance(x, (list, tuple)) else [x]


class _Slice:
    """One tap of a sequence: the sequence cut so that step 0 finds its element first, the step's variable, the first element."""

    def __init__(self, cut, inner, first):
        self.cut = cut
        self.inner = inner
        self.first = first


class _State:
    """An output that feeds back: `position` among the outputs (None for a shared variable), what the Scan node gets, and what
    the step gets (variables, or the initial values themselves)."""

    def __init__(self, position, taps, outer, inner, first, shared=None):
        self.position = position
        self.taps = taps
        self.outer = outer
        self.inner = inner
        self.first = first
        self.shared = shared


class _Loop:
    """A scan under construction."""

    def __init__(self, sequences, outputs_info, non_sequences, n_steps, go_backwards):
        self.non_sequences = [x if isinstance(x, Variable) else as_tensor_variable(x) for x in non_sequences]
        self.n_steps = n_steps
        if hasattr(n_steps, "dtype") and str(n_steps.dtype) not in integer_dtypes:
            raise ValueError(" n_steps must be an int. dtype provided is %s" % n_steps.dtype)
        self.single = _fixed(n_steps) in (1, -1)
        self.sequences = [_sequence_info(s) for s in sequences]
        self.infos = [_output_info(i, info) for i, info in enumerate(outputs_info)]
        self.go_backwards = go_backwards

    # -- what the step is called with

    def make_arguments(self):
        """Variables that stand for slices and states, and what the Scan node gets for them."""
        self.slices = [s for info in self.sequences for s in self._slices(info)]
        lengths = [s.cut.shape[0] for s in self.slices]
        if isNaN_or_Inf_or_None(self.n_steps):
            if not lengths:
                raise ValueError("No information about the number of steps provided. Either provide a value for n_steps "
                                 "argument of scan or provide an input sequence")
            self.steps = lengths[0]
            for other in lengths[1:]:
                self.steps = minimum(self.steps, other)
        else:
            self.steps = as_tensor_variable(self.n_steps)
        self.several, self.single_states = [], []
        for position, info in enumerate(self.infos):
            if info.get("taps", None) == [-1]:
                self.single_states.append(self._single_state(position, info))
            elif info.get("taps", None):
                self.several.append(self._state(position, info))

    def _slices(self, info):
        source, taps = info["input"], info["taps"]
        # every tap's sequence is as long as if tap 0 were among them
        lowest, highest = min(min(taps), 0), max(max(taps), 0)
        label = getattr(source, "name", None)
        made = []
        for k in taps:
            start = k - lowest
            first = source[start]
            inner = _like_slice(as_tensor_variable(source)[start])
            if label is not None:
                inner.name = label + _tap_text(k)
            if k == highest:
                cut, text = source[start:], "[%d:]" % start
            else:
                cut, text = source[start:k - highest], "[%d:%d]" % (start, k - highest)
            if self.go_backwards:
                cut = cut[::-1]
            if label is not None:
                cut.name = label + text
            made.append(_Slice(cut, inner, first))
        return made

    def _single_state(self, position, info):
        first = info["initial"]
        if not isinstance(first, Variable):
            first = as_tensor_variable(first)
        inner = safe_new(first)
        if isinstance(inner, Constant):
            inner = inner.type()
        _hand_test_value(first, inner)
        if getattr(info["initial"], "name", None) is not None:
            inner.name = info["initial"].name + "[t-1]"
        outer = expand_empty(unbroadcast(shape_padleft(first), 0), self.steps, 1)
        return _State(position, [-1], outer, [inner], [first])

    def _state(self, position, info):
        initial, taps = info["initial"], info["taps"]
        if any(t > 0 for t in taps):
            raise ValueError("Can not use future taps of outputs", info)
        oldest = abs(min(taps))
        outer = expand_empty(initial[:oldest], self.steps, oldest)
        inner, first = [], []
        for k in taps:
            first.append(initial[k + oldest])
            made = _like_slice(as_tensor_variable(initial)[k + oldest])
            if getattr(initial, "name", None) is not None:
                made.name = initial.name + _tap_text(k)
            inner.append(made)
        return _State(position, taps, outer, inner, first)

    def arguments(self):
        """What the user's function is called with, in the order of the description."""
        states = sorted([*self.several, *self.single_states], key=lambda s: s.position)
        if self.single:
            return [*[s.first for s in self.slices], *[v for s in states for v in s.first], *self.non_sequences]
        return [*[s.inner for s in self.slices], *[v for s in states for v in s.inner], *self.non_sequences]

    # -- what the step gave

    def take_step(self, condition, outputs, updates, strict_given):
        """Find shared and other variables that the step uses without being told, and make the inner graph."""
        every = outputs + ([condition] if condition is not None else [])
        arguments = self.arguments()
        self._take_extra_inputs(every, arguments)
        shared, update_of = _shared_of(every, updates, arguments, self.non_sequences)
        if self.infos and len(outputs) != len(self.infos):
            raise ValueError("Please provide None as outputs_info for any output that does not feed back into scan (i.e. it "
                             "behaves like a map) ")
        infos = self.infos or [{} for _ in outputs]
        outputs_of = {s.position: outputs[s.position] for s in (*self.several, *self.single_states)}
        new_states = [outputs_of[s.position] for s in self.several], [outputs_of[s.position] for s in self.single_states]
        self.fresh = [i for i, info in enumerate(infos) if "taps" not in info]
        self.shared, replace, shared_outputs = [], OrderedDict(), []
        for v in shared:
            if v in update_of:
                replace[v] = self._shared_state(v, update_of[v], new_states[1], shared_outputs)
        others = [v for v in self.non_sequences if not isinstance(v, Constant) and not _is_shared(v)]
        captured = [v for v in shared if v not in update_of and (strict_given is None or v in strict_given)]
        captured_inner, others_inner = ([safe_new(v, "_copy") for v in vs] for vs in (captured, others))
        replace.update(zip(others, others_inner))
        replace.update(zip(captured, captured_inner))
        self.others = [*captured, *others]
        self.inner_inputs = [*[s.inner for s in self.slices], *[v for s in self.several for v in s.inner],
                             *[v for s in self.single_states for v in s.inner], *[inner for _, inner in self.shared],
                             *captured_inner, *others_inner]
        inner_outputs = [*new_states[0], *new_states[1], *[outputs[i] for i in self.fresh], *shared_outputs]
        from theano_compat.compile.rebuild import clone
        self.inner_outputs = clone(inner_outputs + ([condition] if condition is not None else []), replace=replace)

    def _take_extra_inputs(self, outputs, arguments):
        from theano_compat.compile.rebuild import clone
        stand_ins = [x.type() for x in self.non_sequences]
        # a variable may be given twice, as a constant of a step with several masks is
        found = graph_inputs(clone(outputs, replace=dict(zip(self.non_sequences, stand_ins))))
        known = {*arguments, *stand_ins}
        extra = dict.fromkeys(v for v in found
                              if not isinstance(v, Constant) and not _is_shared(v) and v not in known)
        self.non_sequences = self.non_sequences + list(extra)

    def _shared_state(self, v, update, new_states, shared_outputs):
        """Carry a shared variable through the loop; gives what stands for it in the step."""
        inner = safe_new(v)
        if v.name is not None:
            inner.name = v.name + "_copy"
        if isinstance(inner.type, TensorType):
            outer = expand_empty(unbroadcast(shape_padleft(v), 0), self.steps, 1)
            self.single_states.append(_State(None, [-1], outer, [inner], None, shared=v))
            new_states.append(as_tensor_variable(update))
        else:
            self.shared.append((v, inner))
            shared_outputs.append(update)
        return inner

    # -- the node

    def results(self, op):
        """Apply `op`; the user's outputs in order, and the updates."""
        from theano_compat.compile.rebuild import OrderedUpdates
        outer = [self.steps, *[s.cut[:self.steps] for s in self.slices], *[s.outer for s in self.several],
                 *[s.outer for s in self.single_states], *[v for v, _ in self.shared], *[self.steps] * len(self.fresh),
                 *self.others]
        made = op(*[_tensor_or_same(v) for v in outer], return_list=True)
        n, states = len(self.several), len(self.several) + len(self.single_states)
        found, updates = {}, OrderedUpdates()
        for (v, _), new in zip(self.shared, made[states + len(self.fresh):]):
            updates[v] = new
        for s, out in zip(self.several, made[:n]):
            found[s.position] = out[abs(min(s.taps)):]
        for s, out in zip(self.single_states, made[n:states]):
            if s.shared is None:
                found[s.position] = out[1:]
            else:
                updates[s.shared] = out[1:][-1]
        found.update(zip(self.fresh, made[states:states + len(self.fresh)]))
        return [found[i] for i in sorted(found)], updates


def _fixed(n_steps):
    """The number of steps, when it is known already."""
    if isinstance(n_steps, (float, int, np.integer)):
        return None if np.isnan(n_steps) or np.isinf(n_steps) else int(n_steps)
    try:
        return get_scalar_constant_value(n_steps)
    except (NotScalarConstantError, TypeError):
        return None


def _sequence_info(s):
    if not isinstance(s, dict):
        return OrderedDict(input=s, taps=[0])
    s = OrderedDict(s)
    s["taps"] = [0] if s.get("taps", None) is None else _as_list(s["taps"])
    return s


def _output_info(i, info):
    if info is None:
        return {}
    if not isinstance(info, dict):
        return dict(initial=info, taps=[-1])
    if info.get("return_steps", None) is not None:
        raise ValueError("Using `return_steps` has been deprecated. Simply select the entries you need using a subtensor. Scan "
                         "will optimize memory consumption, so do not worry about that.")
    initial, taps = info.get("initial", None), info.get("taps", None)
    if initial is None and taps is not None:
        raise ValueError("If you are using slices of an output you need to provide a initial state for it", info)
    info = dict(info)
    if initial is not None and taps is None:
        if "taps" in info:
            _logger.warning("Output %s ( index %d) has a initial state but taps is explicitly set to None ",
                            getattr(initial, "name", "None"), i)
        info["taps"] = [-1]
    elif taps is not None:
        if len(taps) > len(set(taps)):
            raise ValueError("All the taps must be different in  `outputs_info`", info)
        if any(t >= 0 for t in taps):
            raise ValueError("All the tap values must be smaller than 0.", info)
    return info


def _tap_text(k):
    return "[t+%d]" % k if k > 0 else "[t]" if k == 0 else "[t%d]" % k


def _like_slice(value):
    made = value.type()
    _hand_test_value(value, made)
    return made


def _hand_test_value(source, target):
    if config.compute_test_value != "off":
        try:
            target.tag.test_value = get_test_value(source)
        except AttributeError:
            if config.compute_test_value != "ignore":
                _logger.info("Cannot compute test value for the inner function of scan, input value missing")


def _is_shared(v):
    from theano_compat.compile.sharedvalue import SharedVariable
    return isinstance(v, SharedVariable)


def _shared_of(outputs, updates, arguments, non_sequences):
    """Shared variables that the step uses or updates, in Theano's order, and {one that changes: its new value}."""
    from theano_compat.compile.rebuild import rebuild_collect_shared
    plain = [v for v in dict.fromkeys([*arguments, *non_sequences]) if not isinstance(v, Constant) and not _is_shared(v)]
    _, copies, (_, update_of, _, shared) = rebuild_collect_shared(outputs, plain, updates=updates, reuse=True)
    wanted, given = [*copies, *update_of.values()], set(plain)
    for v in graph_inputs(wanted, blockers=plain):
        if not isinstance(v, Constant) and not _is_shared(v) and v not in given:
            reader = next((n for n in io_toposort(plain, wanted) if v in n.inputs), None)
            said = ("Undeclared input" if reader is None else "Input %d of the graph (indices start from 0), used to compute %s, was not "
                    "provided and not given a value. Use the Theano flag exception_verbosity='high', for more information on this error."
                    % (reader.inputs.index(v), reader))
            raise MissingInputError(said + "\nPlease pass %s to the scan's inner function. Do not forget to also pass it to the "
                                    "`non_sequences` attribute of scan." % v, variable=v)
    return shared, update_of


def _tensor_or_same(v):
    try:
        return as_tensor_variable(v)
    except TypeError:
        return v
