"""The elementwise functions of the tensor namespace: one table, and what is written in terms of it.

Each name is `Elemwise` of the scalar op of the same name (`exp` is `Elemwise{exp,no_inplace}`); names ending in
`_inplace` are those of `theano.tensor.inplace`. Reductions and shapes are elsewhere.
"""
import warnings

import numpy as np

from theano_compat import scalar
from theano_compat.config import config
from theano_compat.printing.pretty import FunctionPrinter, IgnorePrinter, OperatorPrinter, PatternPrinter, register_printer
from theano_compat.tensor.casting import all_dtypes, cast, complex_dtypes, discrete_dtypes
from theano_compat.tensor.constant import as_tensor_variable
from theano_compat.tensor.elemwise import DimShuffle, Elemwise, plain_elemwise
from theano_compat.tensor.methods import tensor_function

# ---- the table ------------------------------------------------------------------------------------------------------

# name -> what it computes
FUNCTIONS = {
    "lt": "a < b", "gt": "a > b", "le": "a <= b", "ge": "a >= b", "eq": "a == b", "neq": "a != b",
    "switch": "if cond then ift else iff",
    "and_": "bitwise a & b", "or_": "bitwise a | b", "xor": "bitwise a ^ b", "invert": "bitwise ~a",
    "abs_": "|a|; the operator `abs(a)` is this one",
    "exp": "e ** a", "exp2": "2 ** a", "expm1": "e ** a - 1", "neg": "-a", "inv": "1.0 / a",
    "log": "base e logarithm of a", "log2": "base 2 logarithm of a", "log10": "base 10 logarithm of a", "log1p": "log(1 + a)",
    "sgn": "sign of a", "ceil": "ceiling of a", "floor": "floor of a", "trunc": "a without its fraction",
    "round_half_to_even": "a rounded; halves go to the even neighbour",
    "round_half_away_from_zero": "a rounded; halves go away from zero",
    "sqr": "square of a", "sqrt": "square root of a", "deg2rad": "degrees to radians", "rad2deg": "radians to degrees",
    "cos": "cosine of a", "arccos": "arccosine of a", "sin": "sine of a", "arcsin": "arcsine of a",
    "tan": "tangent of a", "arctan": "arctangent of a", "arctan2": "arctangent of a / b, by quadrant",
    "cosh": "hyperbolic cosine of a", "arccosh": "hyperbolic arc cosine of a", "sinh": "hyperbolic sine of a",
    "arcsinh": "hyperbolic arc sine of a", "tanh": "hyperbolic tangent of a", "arctanh": "hyperbolic arc tangent of a",
    "erf": "error function", "erfc": "complementary error function", "erfcx": "scaled complementary error function",
    "erfinv": "inverse error function", "erfcinv": "inverse complementary error function",
    "gamma": "gamma function", "gammaln": "log gamma function", "psi": "derivative of the log gamma function",
    "tri_gamma": "second derivative of the log gamma function", "chi2sf": "chi squared survival function",
    "gammainc": "regularized lower gamma function", "gammaincc": "regularized upper gamma function",
    "gammau": "upper incomplete gamma function", "gammal": "lower incomplete gamma function",
    "j0": "Bessel function of the first kind of order 0", "j1": "Bessel function of the first kind of order 1",
    "jv": "Bessel function of the first kind of order v (real)",
    "i0": "modified Bessel function of the first kind of order 0",
    "i1": "modified Bessel function of the first kind of order 1",
    "iv": "modified Bessel function of the first kind of order v (real)",
    "real": "real component", "imag": "imaginary component", "angle": "angle of a complex number",
    "complex": "complex number from real and imaginary parts", "conj": "complex conjugate",
    "complex_from_polar": "complex number from absolute value and angle",
    "second": "b in the shape of a (also known as fill)",
    "maximum": "elementwise maximum; `max` is that of one tensor", "minimum": "elementwise minimum; `min` is that of one tensor",
    "add": "sum of the arguments", "sub": "a - b", "mul": "product of the arguments",
    "true_div": "a / b", "int_div": "a // b", "mod": "a % b", "pow": "a ** b",
    "clip": "x between min and max; at the bounds the gradient goes to x",
}
# functions whose in-place form Theano named
_INPLACE = """lt gt le ge eq neq and_ or_ xor invert abs_ exp exp2 expm1 neg inv log log1p log2 log10 sgn ceil floor trunc
round_half_to_even round_half_away_from_zero sqr sqrt deg2rad rad2deg cos arccos sin arcsin tan arctan arctan2 cosh arccosh
sinh arcsinh tanh arctanh erf erfc erfcx gamma gammaln psi tri_gamma chi2sf j0 j1 jv i0 i1 iv second maximum minimum add sub
mul true_div int_div mod pow conj""".split()
# name -> arguments of its OperatorPrinter
_OPERATORS = {"add": ("+", -2, "either"), "mul": ("*", -1, "either"), "sub": ("-", -2, "left"), "neg": ("-", 0, "either"),
              "true_div": ("/", -1, "left"), "int_div": ("//", -1, "left"), "pow": ("**", 1, "right")}


def _elementwise(name, doc):
    op = Elemwise(getattr(scalar, name), name="Elemwise{%s,no_inplace}" % name)
    op.__doc__ = doc
    register_printer(op, OperatorPrinter(*_OPERATORS[name]) if name in _OPERATORS else FunctionPrinter(name))
    return op


def _elementwise_inplace(name, doc):
    scalar_op = type(getattr(scalar, name))(scalar.transfer_type(0))
    op = Elemwise(scalar_op, {0: 0}, name=name + "_inplace")
    op.__doc__ = doc + " (inplace on a)"
    if name in _OPERATORS:
        symbol, *rest = _OPERATORS[name]
        register_printer(op, OperatorPrinter(symbol + "=", *rest))
    else:
        register_printer(op, FunctionPrinter(("fill" if name == "second" else name) + "="))
    return op


_made = {name: _elementwise(name, doc) for name, doc in FUNCTIONS.items()}
_made |= {name + "_inplace": _elementwise_inplace(name, FUNCTIONS[name]) for name in _INPLACE}
for _alias, _name in {"where": "switch", "bitwise_and": "and_", "bitwise_or": "or_", "bitwise_xor": "xor",
                      "bitwise_not": "invert", "square": "sqr", "fill": "second", "floor_div": "int_div",
                      "fill_inplace": "second_inplace"}.items():
    _made[_alias] = _made[_name]
globals().update(_made)

isnan_ = _elementwise("isnan", "whether a is NaN, also for integers")
isinf_ = _elementwise("isinf", "whether a is infinite, also for integers")
register_printer(_made["abs_"], PatternPrinter(("|%(0)s|", -1000)))
register_printer(_made["fill"], FunctionPrinter("fill"))

tensor_copy = plain_elemwise(scalar.identity)
register_printer(tensor_copy, IgnorePrinter())

# Casts know no better: `cast` asks first whether one is allowed.
_cast_mapping = {dtype: plain_elemwise(getattr(scalar, "convert_to_" + dtype)) for dtype in all_dtypes}
for _dtype, _op in _cast_mapping.items():
    register_printer(_op, FunctionPrinter(_dtype))
    globals()["_convert_to_" + _dtype] = _op


# ---- in terms of the table ------------------------------------------------------------------------------------------

def _never(a):
    return tensor_function("alloc")(np.asarray(False, dtype="bool"), *[a.shape[i] for i in range(a.ndim)])


def isnan(a):
    """Whether a is NaN; for integers no element is looked at."""
    a = as_tensor_variable(a)
    return _never(a) if a.dtype in discrete_dtypes else isnan_(a)


def isinf(a):
    """Whether a is infinite; for integers no element is looked at."""
    a = as_tensor_variable(a)
    return _never(a) if a.dtype in discrete_dtypes else isinf_(a)


def isclose(a, b, rtol=1.0e-5, atol=1.0e-8, equal_nan=False):
    """`|a - b| <= atol + rtol * |b|` by element; infinities of one sign are close, NaN to NaN if `equal_nan`."""
    either, both, abs_ = _made["or_"], _made["and_"], _made["abs_"]
    close = _made["le"](abs_(a - b), atol + rtol * abs_(b))
    a_nan, b_nan = isnan(a), isnan(b)
    a_inf, b_inf = isinf(a), isinf(b)
    special = either(either(a_nan, b_nan), either(a_inf, b_inf))
    close = both(close, _made["invert"](special))
    same_sign = _made["eq"](a_inf * _made["sgn"](a), b_inf * _made["sgn"](b))
    close = either(close, both(both(a_inf, b_inf), same_sign))
    return either(close, both(a_nan, b_nan)) if equal_nan else close


def allclose(a, b, rtol=1.0e-5, atol=1.0e-8, equal_nan=False):
    """Whether all elements of `isclose` are true."""
    return tensor_function("all")(isclose(a, b, rtol, atol, equal_nan))


def iround(a, mode=None):
    """`round(a, mode)` as int64."""
    return cast(round(a, mode), "int64")


def round(a, mode=None):
    """a rounded by mode 'half_to_even' (the default) or 'half_away_from_zero'."""
    if mode is None:
        mode = "half_to_even"
        if config.warn.round:
            warnings.warn("theano.tensor.round() changed its default from `half_away_from_zero` to `half_to_even` to have the "
                          "same default as NumPy. Use the Theano flag `warn.round=False` to disable this warning.", stacklevel=2)
    if mode not in ("half_to_even", "half_away_from_zero"):
        raise Exception("round mode %s is not implemented." % mode)
    return _made["round_" + mode](a)


def div_proxy(x, y):
    """x / y as Python 2 wrote it: what two integers do is said by the flag `int_division`."""
    integers = [as_tensor_variable(v).dtype in discrete_dtypes for v in (x, y)]
    op = scalar.int_or_true_div(*integers)
    return _made["int_div" if op is scalar.int_div else "true_div"](x, y)


def mod_check(x, y):
    """x % y. Raises ComplexError for complex numbers."""
    if any(as_tensor_variable(v).dtype in complex_dtypes for v in (x, y)):
        raise scalar.Mod.complex_error
    return _made["mod"](x, y)


def divmod(x, y):
    """(x // y, x % y)."""
    return _made["int_div"](x, y), mod_check(x, y)


def power(x, y):
    """`x ** y`."""
    return x ** y


def transpose_inplace(x, **kwargs):
    """The dimensions of `x` in reverse order, sharing its memory as any transpose does."""
    return DimShuffle(x.broadcastable, list(range(x.ndim - 1, -1, -1)))(x)


def ceil_intdiv(a, b):
    """x / y rounded up, exact for integers."""
    quotient = _made["int_div"](a, b)
    return cast(_made["neq"](a % b, 0), quotient.dtype) + quotient


__all__ = [name for name in _made if not name.endswith("_inplace")]
__all__ += ["isnan", "isnan_", "isinf", "isinf_", "isclose", "allclose", "iround", "round", "div_proxy", "mod_check", "divmod",
            "power", "ceil_intdiv", "tensor_copy"]
