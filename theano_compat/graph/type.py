"""Types: what values a variable may hold. Tensor, scalar and random types live in their own rooms."""
from theano_compat.graph import utils
from theano_compat.graph.utils import MethodNotDefined, legacy_name, object2
from theano_compat.graph.variable import Constant, Variable


@legacy_name("theano.gof.type")
class PureType:
    """What every type answers: is this value mine, and how do variables of me look."""

    Variable = Variable
    Constant = Constant

    def filter(self, data, strict=False, allow_downcast=None):
        """`data` as a value of this type. Raises TypeError when it cannot be (or, if `strict`, is not) one."""
        raise MethodNotDefined("filter", type(self), self.__class__.__name__)

    def filter_variable(self, other, allow_convert=True):
        """`other` (a variable, or a value to wrap as a constant) as a variable of this type.

        Raises TypeError when there is no conversion.
        """
        if not isinstance(other, Variable):
            other = self.Constant(type=self, data=other)
        if other.type != self and allow_convert:
            converted = self.convert_variable(other)
            if converted is not None:
                return converted
        if other.type != self:
            raise TypeError(
                "Cannot convert Type %(othertype)s (of Variable %(other)s) into Type %(self)s. You can try to manually "
                "convert %(other)s into a %(self)s." % dict(othertype=other.type, other=other, self=self))
        return other

    def convert_variable(self, var):
        """A variable of this type that always has the value of `var`, or None."""
        return None

    def is_valid_value(self, a):
        """Whether `a` passes a strict filter."""
        try:
            self.filter(a, strict=True)
            return True
        except (TypeError, ValueError):
            return False

    def value_validity_msg(self, a):
        """Why `a` is no value of this type, when there is something to say."""
        return "none"

    def make_variable(self, name=None):
        """A new variable of this type without owner."""
        return self.Variable(self, name=name)

    def make_constant(self, value, name=None):
        """A constant of this type."""
        return self.Constant(type=self, data=value, name=name)

    def __call__(self, name=None):
        return utils.add_tag_trace(self.make_variable(name))

    def values_eq(self, a, b):
        """Whether two values are equal."""
        return a == b

    def values_eq_approx(self, a, b):
        """Whether two values are equal up to the rounding that this type expects."""
        return self.values_eq(a, b)


@legacy_name("theano.gof.type")
class Type(object2, PureType):
    """Base class of types; see PureType for the protocol."""


@legacy_name("theano.gof.type")
class SingletonType(Type):
    """A type without parameters: one instance a class."""

    __instance = None

    def __new__(cls):
        if cls.__instance is None or type(cls.__instance) is not cls:
            cls.__instance = Type.__new__(cls)
        return cls.__instance

    def __str__(self):
        return type(self).__name__

    def __eq__(self, other):
        return self is other or type(self) is type(other)

    def __hash__(self):
        return hash(type(self))


@legacy_name("theano.gof.type")
class Generic(SingletonType):
    """Any Python object."""

    def filter(self, data, strict=False, allow_downcast=None):
        return data

    def is_valid_value(self, a):
        return True

    def __str__(self):
        return type(self).__name__


generic = Generic()
