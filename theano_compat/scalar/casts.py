"""Casts between dtypes, and ops that hand a value on: identity, second."""
from theano_compat.config import config
from theano_compat.graph.null_type import DisconnectedType
from theano_compat.graph.utils import legacy_name
from theano_compat.scalar import types
from theano_compat.scalar.op import BinaryScalarOp, UnaryScalarOp, float_zeros, row
from theano_compat.scalar.rules import same_out, specific_out, transfer_type
from theano_compat.scalar.types import DISCRETE, Scalar, as_scalar


@legacy_name("theano.scalar.basic")
class Second(BinaryScalarOp):
    """y; x counts for its shape only. Under the name `fill` in the tensor namespace."""

    @staticmethod
    def meaning(xp, x, y):
        return y

    def lower_elementwise(self, out_dtype, x, y):
        return super().lower_elementwise(out_dtype, y, y)

    def host_elementwise(self, out_dtype, x, y):
        return super().host_elementwise(out_dtype, y, y)

    def connection_pattern(self, node):
        return [[False], [True]]

    def grad(self, inputs, gout):
        y, gz = inputs[1], gout[0]
        # an integer y is taken for a rounded real number: flat, not undefined
        return DisconnectedType()(), y.zeros_like() if y.type.dtype in DISCRETE else gz


second = Second(transfer_type(1), name="second")
Identity, identity = row("Identity", "identity", same_out, "x.", lambda xp, x: x, complex_derivative=True,
                         derivative=lambda x, gz: gz)


@legacy_name("theano.scalar.basic")
class Cast(UnaryScalarOp):
    """The input as a number of type `o_type`."""

    def __init__(self, o_type, name=None):
        if not isinstance(o_type, Scalar):
            raise TypeError(o_type)
        super().__init__(specific_out(o_type), name=name)
        self.o_type = o_type
        self.ctor = o_type.dtype_specs()[0]

    def __str__(self):
        return "%s{%s}" % (type(self).__name__, self.o_type.dtype)

    def make_new_inplace(self, output_types_preference=None, name=None):
        """A copy; the rule of output types stays that of the cast."""
        return type(self)(self.o_type, name)

    @staticmethod
    def meaning(xp, x):
        return x

    def grad(self, inputs, gout):
        return float_zeros(inputs) if self.o_type.dtype in DISCRETE else [gout[0]]


_cast_mapping = {t.dtype: Cast(t, name="convert_to_" + t.dtype) for t in types.all_types}
globals().update({op.name: op for op in _cast_mapping.values()})
__all__ = ["Cast", "Identity", "Second", "cast", "identity", "second"] + [op.name for op in _cast_mapping.values()]


def cast(x, dtype):
    """`x` as a scalar of `dtype`, itself when it is one. Raises TypeError for complex to real."""
    if dtype == "floatX":
        dtype = config.floatX
    x = as_scalar(x)
    if x.type.dtype == dtype:
        return x
    if x.type.dtype.startswith("complex") and not dtype.startswith("complex"):
        raise TypeError("Casting from complex to real is ambiguous: consider real(), imag(), angle() or abs()")
    return _cast_mapping[dtype](x)
