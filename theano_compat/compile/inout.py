"""What the inputs and outputs of a function are: In, Param, Out. Legacy path: `theano.compile.io`."""
import warnings

from theano_compat.compile.sharedvalue import SharedVariable
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Variable


@legacy_name("theano.compile.io")
class SymbolicInput:
    """An input variable with its name, update expression and rules of conversion.

    `mutable` and `borrow` have no effect here: a call never writes to or keeps its arguments.
    """

    def __init__(self, variable, name=None, update=None, mutable=None, strict=False, allow_downcast=None, autoname=True,
                 implicit=False):
        assert implicit is not None
        self.variable = variable
        self.name = variable.name if autoname and name is None else name
        if self.name is not None and not isinstance(self.name, str):
            raise TypeError("name must be a string! (got: %s)" % self.name)
        self.update = update
        if update is not None and not variable.type == update.type:
            raise TypeError("Variable '%s' has type %s but an update of type %s. The type of the update should be the same as "
                            "the type of the variable" % (variable, variable.type, update.type))
        self.mutable = mutable if mutable is not None else update is not None
        self.strict = strict
        self.allow_downcast = allow_downcast
        self.implicit = implicit

    def __str__(self):
        if self.update:
            return "In(%s -> %s)" % (self.variable, self.update)
        return "In(%s)" % self.variable

    def __repr__(self):
        return str(self)


@legacy_name("theano.compile.io")
class In(SymbolicInput):
    """An input of a function: a variable, and optionally a default `value`, a `name` for keyword calls, an `update`.

    An input with a default may be left out of the call. One with `value` and `update` is state of its function.
    """

    def __init__(self, variable, name=None, value=None, update=None, mutable=None, strict=False, allow_downcast=None,
                 autoname=True, implicit=None, borrow=None, shared=False):
        self.shared = shared
        if borrow is None:
            borrow = bool(mutable)
        if mutable and not borrow:
            raise AssertionError("Symbolic input for variable %s (name=%s) has flags mutable=True, borrow=False. This "
                                 "combination is incompatible since mutable=True implies that the input variable may be both "
                                 "aliased (borrow=True) and overwritten." % (variable, name))
        if implicit is None:
            implicit = hasattr(value, "storage") or isinstance(value, SharedVariable)
        SymbolicInput.__init__(self, variable, name, update, mutable, strict, allow_downcast, autoname, implicit)
        self.borrow = borrow
        self.value = value
        if self.implicit and value is None:
            raise TypeError("An implicit input must be given a default value")


@legacy_name("theano.compile.pfunc")
class Param(In):
    """The old name of In: `default` is In's `value`."""

    def __init__(self, variable, default=None, name=None, mutable=False, strict=False, allow_downcast=None, implicit=None,
                 borrow=None):
        warnings.warn("The Param class is deprecated. Replace Param(default=N) by theano.In(value=N)", stacklevel=2)
        In.__init__(self, variable, name=name, value=default, mutable=mutable, strict=strict, allow_downcast=allow_downcast,
                    implicit=implicit, borrow=borrow)


@legacy_name("theano.compile.io")
class SymbolicOutput:
    """An output variable. `borrow` has no effect here: results are always the caller's own."""

    def __init__(self, variable, borrow=False):
        self.variable = variable
        self.borrow = borrow

    def __str__(self):
        return "Out(%s,%s)" % (self.variable, self.borrow)

    def __repr__(self):
        return "Out(%s,%s)" % (self.variable, self.borrow)


Out = SymbolicOutput


def wrap_in(input):
    """An element of a function's input list as a SymbolicInput. Raises TypeError for what cannot be one."""
    if isinstance(input, SymbolicInput):
        return input
    if isinstance(input, Variable):
        return In(input)
    if isinstance(input, (list, tuple)):
        if len(input) == 2:
            return SymbolicInput(input[0], update=input[1])
        raise TypeError("Expected two elements in the list or tuple.", input)
    raise TypeError("Unknown input type: %s (%s), expected Variable instance" % (type(input), input))


def wrap_out(output):
    """An element of a function's output list as a SymbolicOutput. Raises TypeError for what cannot be one."""
    if isinstance(output, SymbolicOutput):
        return output
    if isinstance(output, Variable):
        return SymbolicOutput(output)
    raise TypeError("Unknown output type: %s (%s)" % (type(output), output))
