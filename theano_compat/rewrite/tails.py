"""The error function's tail and the modulus: quotients that are 0 / 0 where both sides vanish."""
import numpy as np

from theano_compat import scalar
from theano_compat.rewrite.engine import rule
from theano_compat.rewrite.match import is_number, like, made_by, number
from theano_compat.tensor.constant import constant
from theano_compat.tensor.names_elemwise import abs_, erfc, erfcx, log, maximum, minimum, mul, sgn, sqr, switch, true_div

_TAGS = ("fast_run", "stabilize")


def _one(new, node):
    new = like(new, node.outputs[0])
    return None if new is None else [new]


@rule([abs_], ("fast_run", "canonicalize"), "x / |x| is looked for behind numbers")
def local_abs_lift(fgraph, node):
    """|c * x| -> |c| * |x| for numbers c, and the same for quotients."""
    x, dtype = node.inputs[0], node.outputs[0].type.dtype
    if not dtype.startswith("float") or len(x.clients) > 1:
        return None
    for cls, op in ((scalar.Mul, mul), (scalar.TrueDiv, true_div)):
        found = made_by(x, cls) or ()
        numbers = [number(v) for v in found]
        if any(n is not None for n in numbers) and all(n is not None or v.type.dtype == dtype for n, v in zip(numbers, found)):
            parts = [abs_(v) if n is None else constant(np.abs(np.asarray(n, dtype=dtype))) for n, v in zip(numbers, found)]
            return _one(op(*parts), node)
    return None


@rule([log], _TAGS, "the tail of erfc vanishes long before its logarithm is large")
def local_log_erfc(fgraph, node):
    """log(erfc(x)) -> log(erfcx(x)) - x ** 2 above 1."""
    found = made_by(node.inputs[0], scalar.Erfc)
    if found is None or found[0].type.dtype != node.outputs[0].type.dtype:
        return None
    x = found[0]
    below = made_by(x, scalar.Minimum)
    if below is not None and is_number(below[1], 1):
        return None  # made here
    tail = maximum(x, 1)
    return _one(switch(x > 1, log(erfcx(tail)) - sqr(tail), log(erfc(minimum(x, 1)))), node)


def merge_moduli_and_tails(num, den):
    """x / |x| as the sign of x, exp(-x ** 2) / erfc(x) as 1 / erfcx(x), in place: both are 0 / 0 at some x."""
    changed = False
    for d in list(den):
        inside = made_by(d, scalar.Abs)
        if inside is not None and any(n is inside[0] for n in num):
            num[[n is inside[0] for n in num].index(True)] = sgn(inside[0])
            den.remove(d)
            changed = True
            continue
        inside = made_by(d, scalar.Erfc)
        if inside is None:
            continue
        for n in num:
            exponent = made_by(n, scalar.Exp)
            if exponent is not None and _is_minus_square(exponent[0], inside[0]):
                num.remove(n)
                den[den.index(d)] = erfcx(inside[0])
                changed = True
                break
    return changed


def _is_minus_square(v, x):
    """Whether `v` is -x ** 2, numbers taken out of it or not."""
    from theano_compat.rewrite.algebra import factors
    num, den, value = _squares_opened(factors(v, shared=True))
    over, under, scale = factors(x, shared=True)
    return (_same_things(num, over * 2) and _same_things(den, under * 2) and scale != 0
            and abs(value / (-scale * scale) - 1) < 1e-6)


def _squares_opened(found):
    """The lists of factors with `u ** 2` as two times the factors of u."""
    from theano_compat.rewrite.algebra import factors
    num, den, value = [], list(found[1]), found[2]
    for v in found[0]:
        square = made_by(v, scalar.Sqr) or made_by(v, scalar.Pow)
        if square is None or len(square) == 2 and not is_number(square[1], 2):
            num.append(v)
            continue
        over, under, scale = factors(square[0], shared=True)
        num, den, value = num + over * 2, den + under * 2, value * scale * scale
    return num, den, value


def _same_things(a, b):
    return sorted(map(id, a)) == sorted(map(id, b))
