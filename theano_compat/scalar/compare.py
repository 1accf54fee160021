"""Comparisons, `switch`, and operations on bits."""
import numpy as np

from theano_compat.config import config
from theano_compat.graph.utils import legacy_name
from theano_compat.scalar.casting import as_dtype
from theano_compat.scalar.op import BinaryBitOp, FixedLogicalComparison, LogicalComparison, ScalarOp, UnaryBitOp, row
from theano_compat.scalar.rules import upcast_out
from theano_compat.scalar.types import COMPLEX, DISCRETE


def _comparison(class_name, doc, name, meaning=None, commutative=False):
    return row(class_name, None, None, doc, meaning or name, base=LogicalComparison, identity=False, commutative=commutative,
               associative=False, nfunc_spec=(name, 2, 1))


def _with_zero(name, zero, always):
    """The comparison `name` such that XLA does not answer it from what it believes of squares, exponentials and absolute values.

    Where the argument numbered `zero` is the constant 0 it takes the other one for not negative (XLA's AlgebraicSimplifier): exp(x) >= 0
    holds for it though x be NaN, and so does x * x >= 0 where integers wrap around. `always`: what it then answers.
    """
    def meaning(xp, x, y):
        constant = (x, y)[zero]
        if xp is np or not isinstance(constant, (np.ndarray, np.generic)) or np.any(constant):
            return getattr(xp, name)(x, y)
        not_negative = (y > x if zero == 0 else x > y) | (x == y)
        return not_negative if always else ~not_negative if x.dtype.kind in "biu" else getattr(xp, name)(x, y)

    return meaning


LT, lt = _comparison("LT", "x < y", "less", _with_zero("less", 1, False))
GT, gt = _comparison("GT", "x > y", "greater", _with_zero("greater", 0, False))
LE, le = _comparison("LE", "x <= y", "less_equal", _with_zero("less_equal", 0, True))
GE, ge = _comparison("GE", "x >= y", "greater_equal", _with_zero("greater_equal", 1, True))
EQ, eq = _comparison("EQ", "x == y", "equal", commutative=True)
NEQ, neq = _comparison("NEQ", "x != y", "not_equal", commutative=True)


def _never_for_integers(name):
    def meaning(xp, x):
        return xp.zeros(x.shape, "bool") if x.dtype.kind in "biu" else getattr(xp, name)(x)

    return meaning


IsNan, isnan = row("IsNan", None, None, "Whether x is NaN.", _never_for_integers("isnan"), base=FixedLogicalComparison,
                   nfunc_spec=("isnan", 1, 1))
IsInf, isinf = row("IsInf", None, None, "Whether x is infinite.", _never_for_integers("isinf"), base=FixedLogicalComparison,
                   nfunc_spec=("isinf", 1, 1))


@legacy_name("theano.scalar.basic")
class InRange(LogicalComparison):
    """Whether low < x < hi, bounds excluded where open."""

    nin = 3

    def __init__(self, openlow, openhi):
        self.openlow = openlow
        self.openhi = openhi

    def output_types(self, *input_dtypes):
        # its constructor never went through that of other comparisons, whose flag asks for bool
        return super().output_types(*input_dtypes)

    def meaning(self, xp, x, low, hi):
        above = x > low if self.openlow else x >= low
        below = x < hi if self.openhi else x <= hi
        return above & below

    def L_op(self, inputs, outputs, gout):
        if any(x.type.dtype in COMPLEX for x in inputs):
            raise NotImplementedError("No gradient implemented for complex numbers in class scalar.basic.InRange")
        return [x.zeros_like().astype(config.floatX) if x.type.dtype in DISCRETE else x.zeros_like() for x in inputs]


inopenrange = InRange(True, True)
inclosedrange = InRange(False, False)


@legacy_name("theano.scalar.basic")
class Switch(ScalarOp):
    """ift where cond is not zero, else iff."""

    nin = 3
    nfunc_spec = ("where", 3, 1)

    def output_types(self, types):
        return upcast_out(*types[1:])

    def _choose(self, xp, out_dtype, cond, ift, iff):
        return xp.where(as_dtype(xp, cond, "bool"), as_dtype(xp, ift, out_dtype), as_dtype(xp, iff, out_dtype))

    def lower_elementwise(self, out_dtype, *arrays):
        import jax.numpy as jnp
        return self._choose(jnp, out_dtype, *arrays)

    def host_elementwise(self, out_dtype, *arrays):
        with np.errstate(all="ignore"):
            return self._choose(np, out_dtype, *arrays)

    def L_op(self, inputs, outputs, gout):
        cond, ift, iff = inputs
        gz, = gout
        # a small change of the condition chooses the same branch
        return (cond.zeros_like().astype(config.floatX), switch(cond, gz, 0.), switch(cond, 0., gz))


switch = Switch()

OR, or_ = row("OR", None, None, "x | y", "bitwise_or", base=BinaryBitOp, identity=0, commutative=True, associative=True)
XOR, xor = row("XOR", None, None, "x ^ y", "bitwise_xor", base=BinaryBitOp, identity=0, commutative=True, associative=True)
AND, and_ = row("AND", None, None, "x & y", "bitwise_and", base=BinaryBitOp, identity=-1, commutative=True, associative=True)
Invert, invert = row("Invert", None, None, "~x", "invert", base=UnaryBitOp)
