"""Exponentials and logarithms, square and square root, and conversions between degrees and radians."""
import math

import numpy as np

from theano_compat.scalar.casting import rounded_once
from theano_compat.scalar.op import row
from theano_compat.scalar.rules import same_out, upgrade_to_float
from theano_compat.scalar.types import DISCRETE, constant


def _typed(value, x, gz):
    """`value` as a constant of x's dtype; of the gradient's where x is an integer, which could not hold it."""
    return constant(np.asarray(value).astype(gz.dtype if x.type.dtype in DISCRETE else x.dtype))


Log, log = row("Log", "log", upgrade_to_float, "Base e logarithm.", "log", derivative=lambda x, gz: gz / x)
Log2, log2 = row("Log2", "log2", upgrade_to_float, "Base 2 logarithm.", "log2",
                 derivative=lambda x, gz: gz / (x * _typed(math.log(2.0), x, gz)))
Log10, log10 = row("Log10", "log10", upgrade_to_float, "Base 10 logarithm.", "log10",
                   derivative=lambda x, gz: gz / (x * np.log(10.0)))
Log1p, log1p = row("Log1p", "log1p", upgrade_to_float, "log(1 + x).", "log1p", derivative=lambda x, gz: gz / (1 + x))
Exp, exp = row("Exp", "exp", upgrade_to_float, "e ** x.", "exp", derivative=lambda x, gz: gz * exp(x))
Exp2, exp2 = row("Exp2", "exp2", upgrade_to_float, "2 ** x.", rounded_once("exp2"), host_meaning="exp2",
                 nfunc_spec=("exp2", 1, 1), derivative=lambda x, gz: gz * exp2(x) * log(constant(2, dtype=x.dtype)))
Expm1, expm1 = row("Expm1", "expm1", upgrade_to_float, "e ** x - 1.", "expm1", derivative=lambda x, gz: gz * exp(x))
Sqr, sqr = row("Sqr", "sqr", same_out, "x * x.", lambda xp, x: x * x, nfunc_spec=("square", 1, 1),
               derivative=lambda x, gz: gz * x * 2)
Sqrt, sqrt = row("Sqrt", "sqrt", upgrade_to_float, "Square root.", "sqrt", derivative=lambda x, gz: (gz * 0.5) / sqrt(x))
Deg2Rad, deg2rad = row("Deg2Rad", "deg2rad", upgrade_to_float, "Degrees as radians.", "deg2rad",
                       derivative=lambda x, gz: gz * constant(np.pi / 180, dtype=gz.dtype))
Rad2Deg, rad2deg = row("Rad2Deg", "rad2deg", upgrade_to_float, "Radians as degrees.", "rad2deg",
                       derivative=lambda x, gz: gz * constant(180. / np.pi, dtype=gz.dtype))
