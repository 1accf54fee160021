"""NullType: the type of a value that does not exist, such as an undefined gradient. Says why it does not."""
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
