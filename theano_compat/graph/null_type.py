"""What an op's gradient says when there is no value to give: NullType (undefined, not written) and DisconnectedType.

They live here because every op may need them; the walk that understands them is `gradient`.
"""
from theano_compat.graph.type import Type
from theano_compat.graph.utils import legacy_name


@legacy_name("theano.gof.null_type")
class NullType(Type):
    """A type without values; `why_null` is the reason that errors give."""

    def __init__(self, why_null="(no explanation given)"):
        self.why_null = why_null

    def filter(self, data, strict=False, allow_downcast=None):
        raise ValueError("No values may be assigned to a NullType")

    def filter_variable(self, other, allow_convert=True):
        raise ValueError("No values may be assigned to a NullType")

    def may_share_memory(a, b):
        """Nothing to share."""
        return False

    def values_eq(self, a, b, force_same_dtype=True):
        raise ValueError("NullType has no values to compare")

    def __eq__(self, other):
        return type(self) is type(other)

    def __hash__(self):
        return hash(type(self))

    def __str__(self):
        return "NullType"


null_type = NullType()


@legacy_name("theano.gradient")
class DisconnectedType(Type):
    """The gradient with respect to something the cost does not depend on at all."""

    _no_values = ("If you're assigning to a DisconnectedType you're doing something wrong. It should only be used as "
                  "a symbolic placeholder.")

    def filter(self, data, strict=False, allow_downcast=None):
        raise AssertionError(self._no_values)

    def filter_variable(self, other, allow_convert=True):
        raise AssertionError(self._no_values)

    def may_share_memory(a, b):
        """Nothing to share."""
        return False

    def values_eq(self, a, b, force_same_dtype=True):
        raise AssertionError(self._no_values)

    def __eq__(self, other):
        return type(self) is type(other)

    def __hash__(self):
        return hash(type(self))

    def __str__(self):
        return "DisconnectedType"


disconnected_type = DisconnectedType()


def grad_not_implemented(op, x_pos, x, comment=""):
    """A variable that stands for the gradient nobody wrote for input `x_pos` of `op`; using it is an error."""
    return NullType("This variable is Null because the grad method for input %s (%s) of the %s op is not implemented. %s"
                    % (x_pos, x, op, comment))()


def grad_undefined(op, x_pos, x, comment=""):
    """A variable that stands for the gradient that mathematics does not define; using it is an error."""
    return NullType("This variable is Null because the grad method for input %s (%s) of the %s op is mathematically "
                    "undefined. %s" % (x_pos, x, op, comment))()
