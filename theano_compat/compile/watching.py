"""Modes that look at every value: DebugMode, NanGuardMode, MonitorMode, and the old ProfileMode.

They run the graph node by node with the reference evaluator. Numbers are those of the other modes.
"""
import sys
import time

import numpy as np

from theano_compat.compile.evaluate import evaluate
from theano_compat.compile.modes import Mode
from theano_compat.compile.program import fresh
from theano_compat.compile.sharedvalue import as_host
from theano_compat.config import config
from theano_compat.graph.utils import legacy_name


class NodeWise:
    """A graph run node by node; `on_node(node, inputs, outputs)` sees each."""

    compilations = 0

    def __init__(self, fgraph, on_node):
        self.fgraph = fgraph
        self.on_node = on_node

    def __call__(self, values):
        return [fresh(v) for v in evaluate(self.fgraph, [as_host(v) for v in values], self.on_node)]


class WatchingMode(Mode):
    """A mode whose `watch(node, inputs, outputs)` sees every node's values."""

    def make_program(self, fgraph, returned, donated):
        return NodeWise(fgraph, self.watch)

    def watch(self, node, inputs, outputs):
        """Look at one node's values; raise to stop the call."""


@legacy_name("theano.compile.debugmode")
class DebugModeError(Exception):
    """Base of what DebugMode finds."""


@legacy_name("theano.compile.debugmode")
class InvalidValueError(DebugModeError):
    """A node gave a value that its output type does not allow."""

    def __init__(self, r, v, client_node=None, hint="none", specific_hint="none"):
        Exception.__init__(self)
        self.r, self.v, self.client_node, self.hint, self.specific_hint = r, v, client_node, hint, specific_hint

    def __str__(self):
        return ("InvalidValueError\n        type(variable) = %s\n        variable       = %s\n        type(value)    = %s\n"
                "        dtype(value)   = %s\n        shape(value)   = %s\n        value          = %s"
                % (self.r.type, self.r, type(self.v), getattr(self.v, "dtype", None), getattr(self.v, "shape", None), self.v))


@legacy_name("theano.compile.debugmode")
class BadThunkOutput(DebugModeError):
    """Two evaluations of one node differ."""

    def __init__(self, r, thunk1, val1, thunk2, val2, inputs_val=()):
        Exception.__init__(self)
        self.r, self.thunk1, self.val1, self.thunk2, self.val2, self.inputs_val = r, thunk1, val1, thunk2, val2, inputs_val

    def __str__(self):
        return ("BadThunkOutput\n  Apply   : %s\n  op      : %s\n  Outputs Type: %s\n  thunk1  : %s\n  thunk2  : %s\n"
                "  val1    : %s\n  val2    : %s"
                % (self.r.owner, self.r.owner.op, self.r.type, self.thunk1, self.thunk2, self.val1, self.val2))


@legacy_name("theano.compile.debugmode")
class DebugMode(WatchingMode):
    """Check every value of every call: its type, and that NumPy's and XLA's evaluation of its node agree.

    Raises InvalidValueError or BadThunkOutput. Options about preallocated outputs and C code have no effect here.
    """

    def __init__(self, optimizer="fast_run", stability_patience=None, check_c_code=None, check_py_code=None,
                 check_isfinite=None, check_preallocated_output=None, require_matching_strides=None, linker=None):
        Mode.__init__(self, linker=linker, optimizer=optimizer)
        self.check_isfinite = config.DebugMode.check_finite if check_isfinite is None else check_isfinite

    def _rebuilt(self, linker, optimizer):
        return DebugMode(optimizer=optimizer, check_isfinite=self.check_isfinite, linker=linker)

    def watch(self, node, inputs, outputs):
        for r, value in zip(node.outputs, outputs):
            if not r.type.is_valid_value(value):
                raise InvalidValueError(r, value, hint="perform output")
            if self.check_isfinite and getattr(r.type, "filter_checks_isfinite", False) and not np.all(np.isfinite(value)):
                raise InvalidValueError(r, value, hint="non-finite value")
        if hasattr(node.op, "lower") and (hasattr(node.op, "host")):
            from theano_compat.compile.evaluate import _lower_eagerly
            for r, a, b in zip(node.outputs, outputs, _lower_eagerly(node, inputs)):
                if not r.type.values_eq_approx(a, b):
                    raise BadThunkOutput(r, "host", a, "lower", b, inputs)


@legacy_name("theano.compile.nanguardmode")
class NanGuardMode(WatchingMode):
    """Stop (by `config.NanGuardMode.action`) at the first nan, infinite or very big (> 1e10) value.

    Raises AssertionError under action `raise`.
    """

    def __init__(self, nan_is_error=None, inf_is_error=None, big_is_error=None, optimizer="default", linker=None):
        flags = config.NanGuardMode
        self.nan_is_error = flags.nan_is_error if nan_is_error is None else nan_is_error
        self.inf_is_error = flags.inf_is_error if inf_is_error is None else inf_is_error
        self.big_is_error = flags.big_is_error if big_is_error is None else big_is_error
        Mode.__init__(self, linker=linker, optimizer=optimizer)

    def _rebuilt(self, linker, optimizer):
        return NanGuardMode(self.nan_is_error, self.inf_is_error, self.big_is_error, optimizer, linker)

    def watch(self, node, inputs, outputs):
        for v, value in zip(node.inputs, inputs):
            if v.owner is None:
                self._look(v, value, node, True)
        for v, value in zip(node.outputs, outputs):
            self._look(v, value, node, False)

    def _look(self, v, value, node, is_input):
        found = self._finding(value)
        if found is None:
            return
        text = [found]
        if is_input:
            text.append("NanGuardMode found an error in an input of the graph.\nThe input is: %s" % v)
        else:
            text.append("NanGuardMode found an error in the output of a node in this variable:\n%s\n\nApply node: %s" % (v, node))
        message = "\n".join(text)
        action = config.NanGuardMode.action
        if action == "raise":
            raise AssertionError(message)
        if action == "pdb":
            import pdb
            print(message)
            pdb.set_trace()
        else:
            print("WARNING: " + message, file=sys.stderr)

    def _finding(self, value):
        if not isinstance(value, np.ndarray) or value.dtype.kind not in "fc" or value.size == 0:
            return None
        if self.nan_is_error and np.isnan(value).any():
            return "NaN detected"
        if self.inf_is_error and np.isinf(value).any():
            return "Inf detected"
        if self.big_is_error and np.abs(value).max() > 1e10:
            return "Big value detected"
        return None


class _Thunk:
    """What MonitorMode's functions get: `inputs` and `outputs`, lists of one-element lists."""

    def __init__(self, inputs, outputs):
        self.inputs = [[v] for v in inputs]
        self.outputs = [[v] for v in outputs]


@legacy_name("theano.compile.monitormode")
class MonitorMode(WatchingMode):
    """Call `pre_func(i, node, thunk)` and `post_func(i, node, thunk)` around every node.

    Values are seen once a node has run: `pre_func` is called then too, before `post_func`.
    """

    def __init__(self, pre_func=None, post_func=None, optimizer="default", linker=None):
        self.pre_func = pre_func
        self.post_func = post_func
        Mode.__init__(self, linker=linker, optimizer=optimizer)

    def _rebuilt(self, linker, optimizer):
        return MonitorMode(self.pre_func, self.post_func, optimizer, linker)

    def watch(self, node, inputs, outputs):
        thunk = _Thunk(inputs, outputs)
        index = node.fgraph.toposort().index(node)
        for f in (self.pre_func, self.post_func):
            if f is not None:
                f(index, node, thunk)


def detect_nan(i, node, fn):
    """A `post_func` that prints the first node whose output has a nan."""
    from theano_compat.printing import debugprint
    for output in fn.outputs:
        if isinstance(output[0], np.ndarray) and output[0].dtype.kind in "fc" and np.isnan(output[0]).any():
            print("*** NaN detected ***")
            debugprint(node)
            print("Inputs : %s" % [x[0] for x in fn.inputs])
            print("Outputs: %s" % [x[0] for x in fn.outputs])
            return


@legacy_name("theano.compile.profilemode")
class ProfileMode(WatchingMode):
    """The profiler of Theano before 0.7: time by op, shown by `print_summary`."""

    def __init__(self, linker=None, optimizer="default"):
        Mode.__init__(self, linker=linker, optimizer=optimizer)
        self.op_calls, self.op_time = {}, {}
        self._last = time.perf_counter()

    def watch(self, node, inputs, outputs):
        now = time.perf_counter()
        self.op_calls[node.op] = self.op_calls.get(node.op, 0) + 1
        self.op_time[node.op] = self.op_time.get(node.op, 0.0) + now - self._last
        self._last = time.perf_counter()

    def make_program(self, fgraph, returned, donated):
        run = NodeWise(fgraph, self.watch)

        def timed(values):
            self._last = time.perf_counter()
            return run(values)

        timed.compilations = 0
        return timed

    def print_summary(self, **kwargs):
        """Print calls and seconds by op, the slowest first."""
        print("ProfileMode.print_summary()\n---------------------------\n")
        total = sum(self.op_time.values()) or 1.0
        print("Op-wise summary: <% of local_time spent on this kind of Op> <self seconds> <nb call> <Op name>")
        for op in sorted(self.op_time, key=lambda op: -self.op_time[op]):
            print("   %5.1f%%  %.3fs  %d  %s" % (100 * self.op_time[op] / total, self.op_time[op], self.op_calls[op], op))


by_name = {"DebugMode": lambda: DebugMode(optimizer=config.optimizer),
           "DEBUG_MODE": lambda: DebugMode(optimizer=config.optimizer),
           "NanGuardMode": lambda: NanGuardMode(True, True, True, optimizer=config.optimizer),
           "ProfileMode": ProfileMode, "PROFILE_MODE": ProfileMode}
