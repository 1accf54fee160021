"""Arithmetic: sums, products, quotients, powers, maximum and minimum, clip. Comparisons are in `compare`."""
import math
import warnings

import numpy as np

from theano_compat.config import config
from theano_compat.graph.utils import difference, legacy_name
from theano_compat.scalar.casting import as_dtype
from theano_compat.scalar.compare import eq, switch
from theano_compat.scalar.complexes import complex, imag, real
from theano_compat.scalar.device import runs_on_cpu
from theano_compat.scalar.explog import log
from theano_compat.scalar.op import (
    BinaryScalarOp,
    ScalarOp,
    printed_as_operator,
    row,
    zero_gradients,
)
from theano_compat.scalar.remainder import fmod
from theano_compat.scalar.rules import (
    same_out_nobool,
    upcast_out,
    upcast_out_min8,
    upcast_out_no_complex,
    upcast_out_nobool,
    upgrade_to_float,
)
from theano_compat.scalar.types import (
    COMPLEX,
    DISCRETE,
    ComplexError,
    IntegerDivisionError,
    as_scalar,
    constant,
    get_scalar_type,
    int_types,
)

# ---- maximum, minimum, clip -----------------------------------------------------------------------------------------

class _Extremum(BinaryScalarOp):
    own_gradient = True
    commutative = True
    associative = True

    def L_op(self, inputs, outputs, output_gradients):
        gz, = output_gradients
        if gz.type.dtype in COMPLEX:
            raise NotImplementedError()
        if outputs[0].type.dtype in DISCRETE:
            return zero_gradients(inputs)
        # at a tie all of the gradient goes to x
        e = eq(outputs[0], inputs[0])
        return e * gz, (constant(1, dtype=gz.dtype) - e) * gz


Maximum, maximum = row("Maximum", "maximum", upcast_out, "The larger; NaN if either is.", "maximum", base=_Extremum)
Minimum, minimum = row("Minimum", "minimum", upcast_out, "The smaller; NaN if either is.", "minimum", base=_Extremum)


@legacy_name("theano.scalar.basic")
class Clip(ScalarOp):
    """min where x < min, else max where x > max, else x."""

    nin = 3
    own_gradient = True

    @staticmethod
    def meaning(xp, x, low, high):
        return xp.where(x < low, low, xp.where(x > high, high, x))

    def L_op(self, inputs, outputs, gout):
        (x, low, high), (gz,) = inputs, gout
        assert gz.type.dtype not in COMPLEX
        grads = [((x >= low) & (x <= high)) * gz, (x < low) * gz, (x > high) * gz]
        if outputs[0].type in int_types:
            return [g.zeros_like().astype(config.floatX) for g in grads]
        return grads


clip = Clip(upcast_out_no_complex, name="clip")

# ---- sums and products ----------------------------------------------------------------------------------------------

def _sum(xp, *terms):
    total = terms[0] if terms else xp.asarray(0)
    for x in terms[1:]:
        total = total + x
    return total


def _product(xp, *factors):
    total = factors[0] if factors else xp.asarray(1)
    for x in factors[1:]:
        total = total * x
    return total


Add, add = row("Add", "add", upcast_out, "Sum of any number of terms; `or` of booleans.", _sum, base=ScalarOp, identity=0,
               commutative=True, associative=True, nfunc_spec=("add", 2, 1), derivative=lambda *a: [a[-1]] * (len(a) - 1))


@legacy_name("theano.scalar.basic")
class Mul(ScalarOp):
    """Product of any number of factors; `and` of booleans."""

    identity = 1
    commutative = True
    associative = True
    nfunc_spec = ("multiply", 2, 1)
    meaning = staticmethod(_product)

    def grad(self, inputs, gout):
        gz, = gout
        out = self.output_types([x.type for x in inputs])[0]
        if out.dtype in COMPLEX and gz.type.dtype not in COMPLEX:
            raise TypeError("Mul with output_type %s expected gz type to be complex, got gz with type %s" % (out, gz.type))
        if out.dtype in DISCRETE:
            return [x.zeros_like().astype(config.floatX) for x in inputs]
        if gz.type.dtype in COMPLEX:
            return [_complex_factor_gradient(x, inputs, gz) for x in inputs]
        return [mul(gz, *difference(inputs, [x])) for x in inputs]


def _complex_factor_gradient(x, inputs, gz):
    others = mul(*difference(inputs, [x]))
    yr, yi = real(others), imag(others)
    if x.type.dtype in COMPLEX:
        return complex(yr * real(gz) + yi * imag(gz), yr * imag(gz) - yi * real(gz))
    return yr * real(gz) + yi * imag(gz)


mul = Mul(upcast_out, name="mul")
Sub, sub = row("Sub", "sub", upcast_out_nobool, "x - y.", "subtract", base=BinaryScalarOp,
               derivative=lambda x, y, gz: (gz, -gz))
Neg, neg = row("Neg", "neg", same_out_nobool, "-x.", "negative", derivative=lambda x, gz: -gz)

# ---- division -------------------------------------------------------------------------------------------------------

Inv, inv = row("Inv", "inv", upgrade_to_float, "1 / x.", lambda xp, x: xp.asarray(1, x.dtype) / x,
               derivative=lambda x, gz: -gz / (x * x))


@legacy_name("theano.scalar.basic")
class TrueDiv(BinaryScalarOp):
    """x / y; of two integers in floatX."""

    nfunc_spec = ("true_divide", 2, 1)

    @staticmethod
    def meaning(xp, x, y):
        return x / y

    def output_types(self, types):
        if all(t.dtype in DISCRETE for t in types):
            return [get_scalar_type(config.floatX)]
        return super().output_types(types)

    def lower_elementwise(self, out_dtype, *arrays):
        import jax.numpy as jnp
        return self._quotient(jnp, out_dtype, *arrays)

    def host_elementwise(self, out_dtype, *arrays):
        with np.errstate(all="ignore"):
            return self._quotient(np, out_dtype, *arrays)

    def _quotient(self, xp, out_dtype, x, y):
        x, y = xp.asarray(x), xp.asarray(y)
        # integers divide as doubles even where floatX is less
        between = "float64" if x.dtype.kind in "biu" and y.dtype.kind in "biu" else out_dtype
        return as_dtype(xp, as_dtype(xp, x, between) / as_dtype(xp, y, between), out_dtype)

    def grad(self, inputs, gout):
        (x, y), (gz,) = inputs, gout
        if x.type.dtype in COMPLEX or y.type.dtype in COMPLEX:
            raise NotImplementedError()
        return gz / y, -(gz * x) / (y * y)


true_div = TrueDiv(upcast_out, name="true_div")


def _nonzero(message):
    def checks(x, y):
        if y.dtype.kind in "biu" and x.dtype.kind in "biu":
            return [(y.astype("bool").all(), ZeroDivisionError, message)]
        return ()

    return checks


def _never_zero(xp, y):
    # the check speaks; what is computed meanwhile must only not stop the machine
    return xp.where(y == 0, xp.ones_like(y), y)


def _rounded_quotient(xp, x, y):
    """x / y as IEEE 754 rounds it: accelerators divide float32 numbers only nearly so, and a quotient of doubles, rounded, is the same."""
    if xp is np or x.dtype != "float32" or runs_on_cpu():
        return x / y
    from jax import lax
    # rounded by name: the compiler knows too that it is the same, and would divide float32 numbers
    return lax.reduce_precision(x.astype("float64") / y.astype("float64"), exponent_bits=8, mantissa_bits=23).astype("float32")


def _floor_quotient(xp, x, y):
    if x.dtype.kind == "b":
        return x
    if x.dtype.kind in "iu":
        return xp.floor_divide(x, _never_zero(xp, y))
    if x.dtype.kind == "c":
        raise IntDiv.complex_error
    if x.dtype == "float16":
        return _floor_quotient(xp, x.astype("float32"), y.astype("float32"))
    # by the absolute values, as C did: NumPy's floor_divide differs where x / y rounds up to a whole number
    same = (x < 0) == (y < 0)
    quotient = xp.floor(_rounded_quotient(xp, abs(x), abs(y)))
    rest = fmod(xp, abs(x), abs(y)) != 0
    result = xp.where(same, quotient, -quotient - rest.astype(x.dtype))
    return xp.where(y == 0, xp.floor(x / y), result)


def _modulo(xp, x, y):
    if x.dtype.kind == "b":
        return xp.zeros_like(x & y)
    if x.dtype.kind in "iu":
        return xp.mod(x, _never_zero(xp, y))
    if x.dtype.kind == "c":
        raise Mod.complex_error
    rest = fmod(xp, x, y)
    return xp.where((rest != 0) & ((x < 0) != (y < 0)), rest + y, rest)


IntDiv, int_div = row(
    "IntDiv", "int_div", upcast_out, "x // y. Raises ZeroDivisionError for integers.", _floor_quotient, base=BinaryScalarOp,
    own_gradient=True, nfunc_spec=("floor_divide", 2, 1), can_fail=True, checks=_nonzero("integer division by zero"),
    complex_error=ComplexError("Theano does not support integer division (//) on complex numbers, since numpy deprecated it."),
    grad=lambda self, inputs, g_output: [x.zeros_like(dtype=config.floatX) for x in inputs])
floor_div = int_div
Mod, mod = row(
    "Mod", "mod", upcast_out, "x % y, with the sign of y. Raises ZeroDivisionError for integers.", _modulo, own_gradient=True,
    base=BinaryScalarOp, nfunc_spec=("mod", 2, 1), can_fail=True, checks=_nonzero("integer modulo by zero"),
    complex_error=ComplexError("Theano does not support the mod operator (%) on complex numbers, since numpy deprecated it."),
    derivative=lambda x, y, gz: (gz, -(x // y) * gz))


def int_or_true_div(x_discrete, y_discrete):
    """The op that `/` means, by the flag `int_division` when both sides are integers."""
    if not (x_discrete and y_discrete):
        return true_div
    if config.int_division == "raise":
        raise IntegerDivisionError(
            "With `config.int_division` set to 'raise', dividing two integer types with '/' is forbidden to avoid confusion "
            "between integer and floating point divisions. Please use // for integer division, or if you want a float result "
            "either cast one of the arguments to a float or directly call `x.__truediv__(y)`.")
    if config.int_division == "int":
        warnings.warn("Division of two integer types with x / y is deprecated, please use x // y for an integer division.",
                      DeprecationWarning, stacklevel=4)
        return int_div
    return true_div


def div_proxy(x, y):
    """x / y by true_div or int_div."""
    return int_or_true_div(as_scalar(x).type.dtype in DISCRETE, as_scalar(y).type.dtype in DISCRETE)(x, y)


def mod_check(x, y):
    """x % y. Raises ComplexError for complex numbers."""
    if as_scalar(x).type.dtype in COMPLEX or as_scalar(y).type.dtype in COMPLEX:
        raise Mod.complex_error
    return mod(x, y)

# ---- powers ---------------------------------------------------------------------------------------------------------

def _known_exponent(y):
    """The value of `y` when it is real, known while tracing and one for all elements, else None."""
    if isinstance(y, (np.ndarray, np.generic)) and np.size(y) == 1 and np.imag(y) == 0:
        return np.real(np.asarray(y)).item()
    return None


def _whole_power(xp, x, n):
    """x ** n for a whole n >= 1 by repeated squaring."""
    result = None
    while n:
        if n & 1:
            result = x if result is None else result * x
        n >>= 1
        x = x * x if n else x
    return result


def _simple_power(xp, x, exponent):
    """x ** exponent without a general power, or None where that is no gain."""
    if isinstance(exponent, (bool, int, float)) and abs(exponent) <= 32 and exponent == int(exponent):
        n = int(exponent)
        if n == 0:
            return xp.ones_like(x)
        if n > 0:
            return _whole_power(xp, x, n)
        return None if x.dtype.kind in "biu" else xp.asarray(1, x.dtype) / _whole_power(xp, x, -n)
    if x.dtype.kind in "biu":
        return None
    if exponent in (0.5, -0.5):
        return xp.sqrt(x) if exponent > 0 else xp.asarray(1, x.dtype) / xp.sqrt(x)
    if not isinstance(exponent, float) or not math.isfinite(exponent) or x.dtype.name not in ("float32", "float64"):
        return None
    if abs(exponent) <= 32 and 4 * exponent == int(4 * exponent):
        return _quarter_power(xp, _without_sign(xp, x), int(4 * exponent))
    if x.dtype.name == "float32" and runs_on_cpu():
        # exp and log are fast on a CPU and pow is not (float32: 1.4 ns a number against 3.4), and doubles keep it as exact
        wide = xp.exp(exponent * xp.log(_without_sign(xp, x).astype("float64")))
        return wide.astype("float32")
    return None


def _smooth_power(jnp, x, exponent):
    """`_simple_power` with the derivative of a power, where that of the roots it is made of would be 0 * infinity at 0."""
    import jax
    if isinstance(exponent, (bool, int)) or exponent < 1 or exponent == int(exponent) or _simple_power(jnp, x, exponent) is None:
        return _simple_power(jnp, x, exponent)

    @jax.custom_jvp
    def power(x):
        return _simple_power(jnp, x, exponent)

    power.defjvp(lambda at, along: (power(*at), along[0] * (exponent * _smooth_power(jnp, at[0], exponent - 1))))
    return power(x)


def _without_sign(xp, x):
    """`x` with 0 for -0 and infinity for minus infinity, whose powers by no whole number have no sign; other negatives stay."""
    return xp.where((x == 0) | (x == -np.inf), abs(x), x)


def _quarter_power(xp, x, quarters):
    """x ** (quarters / 4) by roots and products: 8 times as fast as pow."""
    whole, rest = divmod(abs(quarters), 4)
    root = xp.sqrt(x)
    factors = ([root] if rest in (2, 3) else []) + ([xp.sqrt(root)] if rest in (1, 3) else [])
    result = _whole_power(xp, x, whole) if whole else None
    for factor in factors:
        result = factor if result is None else result * factor
    return result if quarters > 0 else xp.asarray(1, x.dtype) / result


def _integer_power(xp, x, y):
    """x ** y of integers as C's pow() of doubles gives it, cut to the dtype; exact where a double is."""
    wide = xp.power(x.astype("float64"), y.astype("float64"))
    # only -1, 0 and 1 have larger powers that fit, and those repeat
    rest = xp.where(y > 62, 62 + y % 2 * xp.ones_like(y), xp.where(y < 0, xp.zeros_like(y), y)).astype("int64")
    base, exact = x.astype("int64"), xp.ones_like(wide, dtype="int64")
    for _ in range(6):
        exact = xp.where(rest % 2 == 1, exact * base, exact)
        base, rest = base * base, rest // 2
    return as_dtype(xp, xp.where((y >= 0) & (abs(wide) < 2.0 ** 53), exact.astype("float64"), wide), str(x.dtype))


@legacy_name("theano.scalar.basic")
class Pow(BinaryScalarOp):
    """x ** y."""

    nfunc_spec = ("power", 2, 1)

    @staticmethod
    def meaning(xp, x, y):
        return _integer_power(xp, x, y) if x.dtype.kind in "biu" else xp.power(x, y)

    def lower_elementwise(self, out_dtype, x, y):
        import jax.numpy as jnp
        exponent = _known_exponent(y)
        if exponent is not None:
            simple = _smooth_power(jnp, as_dtype(jnp, x, out_dtype), exponent)
            if simple is not None:
                return simple
        return super().lower_elementwise(out_dtype, x, y)

    @staticmethod
    def derivative(x, y, gz):
        second_part = gz * log(x) * x ** y
        return gz * y * x ** (y - 1), switch(eq(x, 0), 0, second_part)


pow = Pow(upcast_out_min8, name="pow")

for _op, _symbol, _precedence, _assoc in [
        (add, "+", -2, "either"), (mul, "*", -1, "either"), (sub, "-", -2, "left"), (neg, "-", 0, "either"),
        (true_div, "/", -1, "left"), (int_div, "//", -1, "left"), (pow, "**", 1, "right"), (mod, "%", -1, "left")]:
    printed_as_operator(_op, _symbol, _precedence, _assoc)
