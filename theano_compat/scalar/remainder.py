"""The remainder of a division of floating point numbers, exact as C's `fmod` is, and fast where quotients are not huge.

XLA calls the C library for each number (76 ns on a CPU). Here the remainder is found by multiplications that are exact, so that neither
rounding nor fused operations can change it: 5 ns, of doubles 10. An array with a huge quotient, or near the ends of the range, goes the
long way.
"""
import numpy as np

# Quotients below it times either half of a float64 are exact, and what is left then fits a float64 (see _of_doubles).
_LARGEST_QUOTIENT = 2.0 ** 24
# Between these no half of a number is subnormal and no product overflows.
_SMALLEST, _LARGEST = 2.0 ** -900, 2.0 ** 1000


def fmod(xp, x, y):
    """x - y * trunc(x / y) without rounding, with the sign of x; nan where y is 0 or x infinite. Both of one floating dtype."""
    if xp is np or _is_power_of_two(y) or x.dtype.name not in ("float16", "float32", "float64"):
        return xp.fmod(x, y)
    from jax import lax
    dtype = x.dtype
    x, y = xp.broadcast_arrays(x.astype("float64"), y.astype("float64"))
    a, b = abs(x), abs(y)
    invalid = xp.isnan(a) | xp.isnan(b) | xp.isinf(a) | (b == 0)
    easy = (a < b) | ((b > _SMALLEST) & (a < _LARGEST) & (a < b * _LARGEST_QUOTIENT))
    parts = _of_doubles if dtype == "float64" else _of_singles
    rest = lax.cond((easy | invalid).all(), lambda a, b: xp.where(a < b, a, parts(xp, a, b)), xp.fmod, a, b)
    return xp.where(invalid, np.nan, xp.copysign(rest, x)).astype(dtype)


def _is_power_of_two(y):
    """Whether it is known to be: such a remainder is compiled into a few instructions."""
    return isinstance(y, (np.ndarray, np.generic)) and y.size == 1 and abs(np.frexp(np.float64(y.item()))[0]) == 0.5


def _of_singles(xp, a, b):
    """The remainder of numbers of at most 24 bits: the product has at most 24 more, and is exact."""
    q = xp.round(a / b)
    return _not_negative(xp, a - q * b, b)


def _of_doubles(xp, a, b):
    """The remainder of doubles by the nearest quotient.

    b is cut into 26 and 27 bits, so both products are exact. With the nearest quotient |rest| is at most b / 2, so a minus the first
    product has no more than 53 bits either.
    """
    from jax import lax
    low_bits = np.int64((1 << 27) - 1)
    high = lax.bitcast_convert_type(lax.bitcast_convert_type(lax.stop_gradient(b), np.dtype("int64")) & ~low_bits, np.dtype("float64"))
    q = xp.round(a / b)
    return _not_negative(xp, (a - q * high) - q * (b - high), b)


def _not_negative(xp, rest, b):
    return xp.where(rest < 0, rest + b, xp.where(rest >= b, rest - b, rest))
