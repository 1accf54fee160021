"""Sign, absolute value and the ways of rounding."""
import numpy as np

from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Apply
from theano_compat.scalar.op import UnaryScalarOp, float_zeros, row
from theano_compat.scalar.rules import same_out, same_out_float_only, same_out_nocomplex, upgrade_to_float_no_complex
from theano_compat.scalar.types import COMPLEX, DISCRETE, FLOAT, as_scalar, bool, float32, float64


@legacy_name("theano.scalar.basic")
class Abs(UnaryScalarOp):
    """|x|; of complex numbers their length."""

    nfunc_spec = ("abs", 1, 1)
    own_gradient = True
    complex_derivative = True

    def make_node(self, x):
        x = as_scalar(x)
        if x.type.dtype in COMPLEX:
            return Apply(self, [x], [(float32 if x.type.dtype == "complex64" else float64)()])
        return Apply(self, [x], [t() for t in self.output_types([x.type])])

    def _result(self, xp, out_dtype, x):
        x = xp.asarray(x)
        return x if x.dtype.kind in "bu" else xp.abs(x)

    def lower_elementwise(self, out_dtype, x):
        import jax.numpy as jnp
        return self._result(jnp, out_dtype, x).astype(out_dtype)

    def host_elementwise(self, out_dtype, x):
        with np.errstate(all="ignore"):
            return np.asarray(self._result(np, out_dtype, x)).astype(out_dtype)

    def impl(self, x):
        return np.abs(x)

    @staticmethod
    def derivative(x, gz):
        if x.type.dtype in FLOAT:
            return gz * sgn(x)
        # right for complex numbers as well
        return gz * x / abs(x)


abs_ = Abs(same_out)


@legacy_name("theano.scalar.basic")
class _Flat(UnaryScalarOp):
    """An op whose value changes only in jumps: its gradient is zero."""

    def grad(self, inputs, output_gradients):
        zeros = inputs[0].zeros_like()
        return float_zeros(inputs) if zeros.type.dtype in DISCRETE else [zeros]


def _sign_of(type):
    if type == bool:
        raise TypeError(type)
    return same_out_nocomplex(type)


Sgn, sgn = row("Sgn", None, None, "-1, 0 or 1 by the sign of x; NaN for NaN.", "sign", base=_Flat,
               output_types_preference=staticmethod(_sign_of))
sgn.name = "sgn"
Ceil, ceil = row("Ceil", "ceil", upgrade_to_float_no_complex, "The next whole number up.", "ceil", base=_Flat)
Floor, floor = row("Floor", "floor", upgrade_to_float_no_complex, "The next whole number down.", "floor", base=_Flat)
Trunc, trunc = row("Trunc", "trunc", upgrade_to_float_no_complex, "x without its fraction.", "trunc", base=_Flat,
                   grad=lambda self, inputs, output_gradients: float_zeros(inputs))
RoundHalfToEven, round_half_to_even = row(
    "RoundHalfToEven", None, same_out_float_only, "x rounded; halves go to the even neighbour, as NumPy has it.",
    lambda xp, x: xp.round(x), base=_Flat, nfunc_spec=("around", 1, 1))


def _half_away(xp, x):
    # not floor(x + 0.5): the sum rounds up just below one half
    whole = xp.trunc(x)
    up = abs(x - whole) >= xp.asarray(0.5, x.dtype)
    return xp.where(up, whole + xp.copysign(xp.asarray(1, x.dtype), x), whole)


RoundHalfAwayFromZero, round_half_away_from_zero = row(
    "RoundHalfAwayFromZero", None, same_out_float_only, "x rounded; halves go away from zero, as C's round() has it.",
    _half_away, base=_Flat)


def round_half_away_from_zero_(a):
    """A number rounded, halves away from zero."""
    return round_half_away_from_zero_vec(a)[()]


def round_half_away_from_zero_vec(a):
    """An array of floats rounded, halves away from zero."""
    return _half_away(np, np.asarray(a, dtype=getattr(a, "dtype", "float64")))
