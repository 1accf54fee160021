"""Trigonometric and hyperbolic functions and their inverses."""
from theano_compat.scalar.casting import rounded_once
from theano_compat.scalar.explog import sqr, sqrt
from theano_compat.scalar.op import BinaryScalarOp, row
from theano_compat.scalar.rules import upgrade_to_float
from theano_compat.scalar.types import constant


def _one(x):
    return constant(1, dtype=x.dtype)


def _one_before(x):
    # on the left of an operator Theano's constant met NumPy first and came out as a Python number
    return _one(x).data.item()


def _row(class_name, name, doc, derivative, **stated):
    return row(class_name, name, upgrade_to_float, doc, stated.pop("meaning", name), derivative=derivative, **stated)


Cos, cos = _row("Cos", "cos", "Cosine.", lambda x, gz: -gz * sin(x))
ArcCos, arccos = _row("ArcCos", "arccos", "Inverse of cos.", lambda x, gz: -gz / sqrt(_one_before(x) - sqr(x)))
Sin, sin = _row("Sin", "sin", "Sine.", lambda x, gz: gz * cos(x))
ArcSin, arcsin = _row("ArcSin", "arcsin", "Inverse of sin.", lambda x, gz: gz / sqrt(_one_before(x) - sqr(x)))
Tan, tan = _row("Tan", "tan", "Tangent.", lambda x, gz: gz / sqr(cos(x)))
ArcTan, arctan = _row("ArcTan", "arctan", "Inverse of tan.", lambda x, gz: gz / (_one_before(x) + sqr(x)))
ArcTan2, arctan2 = row(
    "ArcTan2", "arctan2", upgrade_to_float, "Angle of the point (x, y), from y and x.", "arctan2", base=BinaryScalarOp,
    derivative=lambda y, x, gz: (gz * x / (sqr(x) + sqr(y)), gz * -y / (sqr(x) + sqr(y))))
Cosh, cosh = _row("Cosh", "cosh", "Hyperbolic cosine.", lambda x, gz: gz * sinh(x),
                  meaning=rounded_once("cosh"), host_meaning="cosh", nfunc_spec=("cosh", 1, 1))
ArcCosh, arccosh = _row("ArcCosh", "arccosh", "Inverse of cosh.", lambda x, gz: gz / sqrt(sqr(x) - _one(x)),
                        own_gradient=True)  # JAX's own depends on its version
Sinh, sinh = _row("Sinh", "sinh", "Hyperbolic sine.", lambda x, gz: gz * cosh(x),
                  meaning=rounded_once("sinh"), host_meaning="sinh", nfunc_spec=("sinh", 1, 1))
ArcSinh, arcsinh = _row("ArcSinh", "arcsinh", "Inverse of sinh.", lambda x, gz: gz / sqrt(sqr(x) + _one(x)))
Tanh, tanh = _row("Tanh", "tanh", "Hyperbolic tangent.", lambda x, gz: gz * (1 - sqr(tanh(x))))
ArcTanh, arctanh = _row("ArcTanh", "arctanh", "Inverse of tanh.", lambda x, gz: gz / (_one_before(x) - sqr(x)))
