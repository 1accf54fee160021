"""Errors that graphs raise, under the names and paths old code catches them by."""
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
