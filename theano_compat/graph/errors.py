"""Errors that graphs raise, under the names and paths old code catches them by."""
import numpy as np

from theano_compat.graph import utils
from theano_compat.graph.utils import legacy_name


@legacy_name("theano.gof.fg")
class CachedConstantError(Exception):
    """A cached constant was put into a FunctionGraph."""


@legacy_name("theano.gof.fg")
class InconsistencyError(Exception):
    """A FunctionGraph would break a promise of one of its features."""


@legacy_name("theano.gof.fg")
class MissingInputError(Exception):
    """A graph needs a variable that is neither an input nor computed; names it and where it was made."""

    def __init__(self, *args, **kwargs):
        if kwargs:
            assert len(kwargs) == 1 and "variable" in kwargs
            trace = utils.get_variable_trace_string(kwargs["variable"])
            if trace:
                args = args + (trace,)
        self.args = args
        Exception.__init__(self, "\n".join(str(a) for a in args))


@legacy_name("theano.gof.toolbox")
class AlreadyThere(Exception):
    """A feature that a FunctionGraph already has was attached again."""


@legacy_name("theano.gof.toolbox")
class ReplacementDidntRemovedError(Exception):
    """A replacement that should have removed variables from a graph left them in it."""


@legacy_name("theano.gradient")
class NullTypeGradError(TypeError):
    """A gradient that is not defined or not implemented was needed."""


@legacy_name("theano.compile.function_module")
class UnusedInputError(Exception):
    """A symbolic input passed to function is not needed."""


@legacy_name("theano.gof.toolbox")
class BadOptimization(Exception):
    """A variable was replaced by one that is not the same: of another type, or (DebugMode) with another value.

    Holds `old_r`, `new_r`, their values `old_r_val` and `new_r_val`, the `reason` and both graphs as text. With one string alone it is an
    error with that message.
    """

    def __init__(self, old_r, new_r=None, old_r_val=None, new_r_val=None, reason=None, old_graph="", new_graph=""):
        Exception.__init__(self)
        self.old_r, self.new_r, self.old_r_val, self.new_r_val = old_r, new_r, old_r_val, new_r_val
        self.reason, self.old_graph, self.new_graph = reason, old_graph, new_graph

    def str_diagnostic(self):
        """The variables, the reason, both values and the places where they differ most."""
        return self.__str__()

    def __str__(self):
        if isinstance(self.old_r, str) and self.new_r is None:
            return self.old_r
        lines = ["BadOptimization Error ", "  Variable: id %i %s" % (id(self.new_r), self.new_r), "  Op %s" % (self.new_r.owner,),
                 "  Value Type: %s" % type(self.new_r_val)]
        for title, value in (("Old", self.old_r_val), ("New", self.new_r_val)):
            lines.append("  %s Value shape, dtype, strides: %s %s %s\n\n  %s Value:  %s" % (
                title, *(getattr(value, a, None) for a in ("shape", "dtype", "strides")), title, value))
        lines += _difference(self.old_r_val, self.new_r_val)
        lines += ["", "  Reason:  %s" % (self.reason,), "  Old Graph:", str(self.old_graph), "  New Graph:", str(self.new_graph), "",
                  "Hint: relax the tolerance by setting tensor.cmp_sloppy=1",
                  "  or even tensor.cmp_sloppy=2 for less-strict comparison", ""]
        return "\n".join(lines)


def _difference(old, new):
    """How far two values are apart, as lines; none where that cannot be told."""
    try:
        old, new = np.asarray(old), np.asarray(new)
        gap = np.abs(new - old)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = gap / (np.abs(new) + np.abs(old))
        lines = []
        for kind, d in (("Abs", gap), ("Rel", ratio)):
            lines += ["  %s %s Diff:  %s" % (name, kind, measure(d)) for name, measure in (
                ("Max", np.max), ("Mean", np.mean), ("Median", np.median), ("Std", np.std))]
            lines.append("  Value at Max Diff:  (%s, %s)" % (new.flat[np.argmax(d)], old.flat[np.argmax(d)]))
        return lines
    except (TypeError, ValueError):
        return []
