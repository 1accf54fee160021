"""Simplifications that make graphs readable and let the stability rules see through: fills, products and quotients, switches.

XLA would find most of the speed by itself; it would not find the cancellations, which decide whether inf / inf appears.
"""
import numpy as np

from theano_compat import scalar
from theano_compat.rewrite.engine import rule
from theano_compat.rewrite.match import aligned, is_number, like, made_by, number
from theano_compat.rewrite.passes import in2out
from theano_compat.tensor.constant import constant
from theano_compat.tensor.elemwise import DimShuffle, Elemwise
from theano_compat.tensor.names_elemwise import add, fill, inv, mul, neg, pow, second, sqr, sqrt, sub, switch, tensor_copy, true_div

_BOTH = ("fast_run", "fast_compile", "canonicalize")


@rule([second], _BOTH, "the shape of the model is that of the value already")
def local_useless_fill(fgraph, node):
    """fill(model, value) -> value when their types agree; else the model is the first thing that has its shape."""
    model, value = node.inputs
    if value.type == node.outputs[0].type and not _stretched(value, model):
        return [value]
    first = model
    while first.owner is not None and type(first.owner.op) is Elemwise:
        below = next((x for x in first.owner.inputs if x.type.broadcastable == model.type.broadcastable), None)
        if below is None:
            break
        first = below
    return _one(like(fill(first, value), node.outputs[0])) if first is not model else None


def _stretched(value, model):
    return any(b and not m for b, m in zip(value.type.broadcastable, model.type.broadcastable))


@rule([Elemwise], _BOTH, "a constant behind a fill becomes visible")
def local_fill_sink(fgraph, node):
    """op(fill(a, b), c) -> op(b, c), or fill(a, op(b, c)) when only the fill gave the shape."""
    if type(node.op.scalar_op) is scalar.Second or len(node.outputs) != 1 or node.op.inplace_pattern:
        return None
    models, inputs = [], []
    for x in node.inputs:
        found = made_by(x, scalar.Second)
        if found is None:
            inputs.append(x)
        else:
            models.append(found[0])
            inputs.append(found[1])
    if not models:
        return None
    out = node.outputs[0]
    new = node.op(*inputs)
    for model in models:
        if new.type == out.type:
            break
        new = fill(model, new)
    return [new] if new.type == out.type else None


@rule([DimShuffle], _BOTH, "one change of dimensions says what two said")
def local_dimshuffle_lift(fgraph, node):
    """DimShuffle of a DimShuffle as one; none at all when nothing changes."""
    x, order = node.inputs[0], node.op.new_order
    if len(order) == x.type.ndim and all(i == k or i == "x" and x.type.broadcastable[k] for k, i in enumerate(order)):
        return [x]
    inner = x.owner
    if inner is None or not isinstance(inner.op, DimShuffle):
        return None
    combined = tuple("x" if i == "x" else inner.op.new_order[i] for i in order)
    base = inner.inputs[0]
    return [base if combined == tuple(range(base.type.ndim)) else base.dimshuffle(combined)]


@rule([DimShuffle], ("fast_run", "canonicalize"), "products are looked for through new dimensions")
def local_dimshuffle_through_quotient(fgraph, node):
    """New dimensions of a product or quotient that nobody else uses become those of its factors."""
    v = node.inputs[0]
    if len(v.clients) != 1 or v.owner is None or not node.op.augment:
        return None
    if not any(made_by(v, cls) for cls in (scalar.Mul, scalar.TrueDiv, scalar.Neg)):
        return None
    return [v.owner.op(*[x.dimshuffle(node.op.new_order) for x in v.owner.inputs])]


@rule([tensor_copy], _BOTH, "a value is its own copy")
def local_useless_identity(fgraph, node):
    """identity(x) -> x."""
    return [node.inputs[0]]


@rule([pow], _BOTH, "small powers need no pow")
def local_pow_canonicalize(fgraph, node):
    """x ** 1 -> x, x ** 0 -> ones."""
    x, y = node.inputs
    out = node.outputs[0]
    if is_number(y, 1):
        return _one(like(x, out))
    if is_number(y, 0):
        return _one(like(fill(x, constant(1, dtype=out.dtype)), out))
    return None


@rule([pow], ("fast_run", "specialize"), "pow costs ten products on a CPU")
def local_pow_specialize(fgraph, node):
    """x ** 2 -> sqr(x), x ** 0.5 -> sqrt(x), x ** -1 -> inv(x)."""
    x, y = node.inputs
    out = node.outputs[0]
    if x.type != out.type:
        return None
    for exponent, op in ((2, sqr), (0.5, sqrt), (-1, inv)):
        if is_number(y, exponent):
            return _one(like(op(x), out))
    return None


def _one(v):
    return None if v is None else [v]


@rule([sub], _BOTH, "a difference of one thing is zero")
def local_sub_itself(fgraph, node):
    """x - x stays for floats (nan - nan is nan), integers give zeros; x - 0 -> x."""
    x, y = node.inputs
    if is_number(y, 0) and x.type == node.outputs[0].type:
        return [x]
    if x is y and x.type.dtype.startswith(("int", "uint")):
        return _one(like(x.zeros_like(), node.outputs[0]))
    return None


@rule([add], _BOTH, "zeros add nothing")
def local_add_specialize(fgraph, node):
    """Zeros leave a sum."""
    out = node.outputs[0]
    rest = [x for x in node.inputs if not is_number(x, 0)]
    if len(rest) == len(node.inputs):
        return None
    if not rest:
        model = next((x for x in node.inputs if x.type == out.type), None)
        return None if model is None and len(node.inputs) > 1 else _one(like(node.inputs[0] if model is None else model, out))
    return _one(like(rest[0] if len(rest) == 1 else add(*rest), out))


@rule([add], ("fast_run", "fusion"), "a sum is one node, as in Theano's graphs")
def local_add_fusion(fgraph, node):
    """Sums that only this sum uses become part of it: (a + b) + (c + d) -> add(a, b, c, d)."""
    out = node.outputs[0]
    if len(out.clients) == 1 and getattr(out.clients[0][0], "op", None) == node.op:
        return None  # the outermost sum takes all at once: adding them up one by one would be quadratic
    terms, todo = [], list(reversed(node.inputs))
    while todo:
        x = todo.pop()
        if x.owner is not None and x.owner.op == node.op and len(x.clients) == 1 and x.type.dtype == out.type.dtype:
            todo.extend(reversed(x.owner.inputs))
        else:
            terms.append(x)
    return _one(like(add(*terms), out)) if len(terms) > len(node.inputs) else None


@rule([neg], _BOTH, "two signs cancel")
def local_neg_neg(fgraph, node):
    """--x -> x."""
    found = made_by(node.inputs[0], scalar.Neg)
    return None if found is None else [found[0]]


# -- products and quotients as lists of factors

_MANY = 40
# which inputs of the ops that make products stand below the line
_SIGNS = {scalar.Mul: (), scalar.TrueDiv: (False, True), scalar.Inv: (True,), scalar.Neg: (False,)}


def factors(v, shared=False):
    """Numerator and denominator of a float `v` as lists of variables, and the number that multiplies them.

    Products that others use too are looked into with `shared`. They are computed anyway, so that taking them apart pays
    only where something cancels; otherwise their factors would be copied at every use.
    """
    num, den, value, opened, dtype = [], [], 1.0, 0, v.type.dtype
    most = _MANY if dtype.startswith("float") else 0
    todo = [(v, False)]
    while todo:
        x, below = todo.pop()
        node = x.owner
        if node is not None and type(node.op) is Elemwise:  # most of what comes: nothing is asked twice
            cls = type(node.op.scalar_op)
            signs = _SIGNS.get(cls)
            if (signs is not None and opened < most and x.type.dtype == dtype
                    and (shared or x is v or len(getattr(x, "clients", ())) <= 1)):
                opened += 1
                if cls is scalar.Neg:
                    value = -value
                todo.extend([(i, below ^ (signs[k] if signs else False)) for k, i in enumerate(node.inputs)][::-1])
                continue
            if cls is not scalar.Second:
                (den if below else num).append(x)
                continue
        n = number(x)
        if n is not None and not (below and n == 0) and x.type.dtype[:1] in "fiub":
            value = value / float(n) if below else value * float(n)
        else:
            (den if below else num).append(x)
    return num, den, value


def quotient(num, den, value, dtype):
    """The inverse of `factors`."""
    if value == -1.0 and (num or den):
        top, sign = num, True
    else:
        top, sign = ([constant(np.asarray(value, dtype=dtype)), *num] if value != 1.0 or not num else num), False
    if not top:
        top = [constant(np.asarray(1.0, dtype=dtype))]
    new = top[0] if len(top) == 1 else mul(*top)
    if den:
        new = true_div(new, den[0] if len(den) == 1 else mul(*den))
    return neg(new) if sign else new


def product(num, den, value, out):
    """The quotient in the type of `out`; None when its shape cannot be had from what is left."""
    return like(quotient(num, den, value, out.type.dtype), out)


@rule([mul, true_div, inv, neg], ("fast_run", "canonicalize"), "x * y / x is y, and inf / inf never appears")
def local_mul_canonizer(fgraph, node):
    """Products, quotients and signs as one product over one product: equal factors cancel, numbers become one."""
    out = node.outputs[0]
    if not out.type.dtype.startswith("float"):
        return None
    climbed = 0
    while len(out.clients) == 1 and out.clients[0][0] != "output" and _is_product(out.clients[0][0], out) and climbed < _MANY:
        node = out.clients[0][0]  # the whole product at once
        out = node.outputs[0]
        climbed += 1
    new = _canonical(node, out)
    return None if new is None else {out: new}


def _canonical(node, out):
    num, den, value, changed = _simplified(out, True)
    if not changed:
        if not _untidy(node):
            return None
        num, den, value, _ = _simplified(out, False)
        if node.op == mul and not den and value == 1.0 and len(num) > 1 and num == node.inputs:
            return None  # without making it once more
    if not np.isfinite(value) or value == 0.0:
        return None
    flat = quotient(num, den, value, out.type.dtype)
    new = like(flat, out)
    if new is None and changed:
        # what cancelled gave the shape
        model = next((x for x in out.owner.inputs if x.type.broadcastable == out.type.broadcastable), None)
        new = like(fill(model, flat), out) if model is not None else None
    return None if new is None or _same(new, out) else new


def _simplified(out, shared):
    """The factors of `out` after all that cancels or merges, and whether anything did."""
    num, den, value = factors(out, shared)
    before, changed = (len(num), len(den)), False
    kinds = {type(x.owner.op.scalar_op) for x in num if x.owner is not None and type(x.owner.op) is Elemwise}
    if den:
        _cancel(num, den)
    if den or scalar.ScalarSigmoid in kinds:
        num, den, changed = _merge_exponentials(num, den)
    if changed:
        _cancel(num, den)
    if changed or scalar.Add in kinds:
        while _distribute(num):
            changed = True
    return num, den, value, changed or before != (len(num), len(den))


def _cancel(num, den):
    """Take out pairs of equal factors, in place."""
    for x in list(num):
        for y in den:
            if x.type == y.type and _same(x, y):
                num.remove(x)
                den.remove(y)
                break


def _same(a, b):
    """Whether two variables are made by one op from the same inputs, so that replacing would go on for ever."""
    todo = [(a, b)]
    while todo:
        x, y = todo.pop()
        if x is y or (number(x) is not None and number(y) == number(x) and x.type == y.type):
            continue
        if x.owner is None or y.owner is None or x.owner.op != y.owner.op or len(x.owner.inputs) != len(y.owner.inputs):
            return False
        todo.extend(zip(x.owner.inputs, y.owner.inputs))
    return True


def _is_product(node, out):
    return (type(node.op) is Elemwise and type(node.op.scalar_op) in (scalar.Mul, scalar.TrueDiv, scalar.Inv, scalar.Neg)
            and node.outputs[0].type.dtype == out.type.dtype)


def _untidy(node):
    """Whether a product has several numbers, a number after another factor, a one, or a product inside it."""
    if type(node.op.scalar_op) is scalar.TrueDiv:
        x, y = node.inputs
        return number(y) is not None or (type(getattr(x.owner, "op", None)) is Elemwise and
                                         type(x.owner.op.scalar_op) in (scalar.TrueDiv,)) or \
            any(made_by(v, scalar.Neg) for v in node.inputs)
    if type(node.op.scalar_op) is not scalar.Mul:
        return any(made_by(x, cls) for x in node.inputs for cls in (scalar.Mul, scalar.Neg, scalar.TrueDiv))
    numbers = [number(x) is not None for x in node.inputs]
    return (sum(numbers) > 1 or any(numbers[1:]) or any(is_number(x, 1) for x in node.inputs)
            or any(made_by(x, cls) for x in node.inputs for cls in (scalar.Mul, scalar.Neg, scalar.TrueDiv, scalar.Inv)))


def _distribute(num):
    """(a / x + b) * x -> a + b * x, in place: 0 / 0 where x vanishes goes away. Whether it was done once."""
    for i, total in enumerate(num):
        terms = made_by(total, scalar.Add)
        if terms is None or len(total.clients) > 1:
            continue
        parts = [factors(t) for t in terms]
        for j, f in enumerate(num):
            if i != j and f.type == total.type and any(_same(f, d) for _, den, _ in parts for d in den):
                new_terms = []
                for t, (n, d, value) in zip(terms, parts):
                    n, d = [*n, f], list(d)
                    _cancel(n, d)
                    new_terms.append(aligned(quotient(n, d, value, total.type.dtype), total))
                new = add(*new_terms)
                if new.type != total.type:  # of one term at least the shape must be left
                    continue
                num[i] = new
                num[i].clients = []  # not in a graph yet, so that a second factor may be distributed too
                del num[j]
                return True
    return False


def _merge_exponentials(num, den):
    """Factors exp(x) over 1 + exp(x) as sigmoids, and over the sum of each row as softmaxes: both stay finite."""
    from theano_compat.rewrite.stability import one_plus_exp, row_sum_of_exp, sigmoid
    from theano_compat.rewrite.tails import merge_moduli_and_tails
    changed = False
    for d in list(den):
        top = row_sum_of_exp(d)
        if top is not None and any(n is top for n in num):
            from theano_compat.tensor.nnet.softmax import softmax_op
            num[num.index(top)] = softmax_op(top.owner.inputs[0])
            den.remove(d)
            changed = True
            continue
        x = one_plus_exp(d)
        if x is None:
            continue
        for n in num:
            found = made_by(n, scalar.Exp)
            if found is not None and found[0] is x:
                num.remove(n)
                num.append(sigmoid(x))
                break
        else:
            negated = made_by(x, scalar.Neg)
            num.append(sigmoid(negated[0] if negated is not None else neg(x)))
        den.remove(d)
        changed = True
    for n in list(num):
        s = made_by(n, scalar.ScalarSigmoid)
        if s is None:
            continue
        for e in num:
            found = made_by(e, scalar.Exp)
            if found is not None and (_minus(found[0], s[0]) or _minus(s[0], found[0])):
                num[num.index(n)] = sigmoid(found[0])
                num.remove(e)
                changed = True
                break
    return num, den, merge_moduli_and_tails(num, den) or changed


def _minus(x, y):
    """Whether `x` is -y."""
    found = made_by(x, scalar.Neg)
    return found is not None and found[0] is y


# -- switches


@rule([mul, true_div], ("fast_run", "canonicalize"), "0 * inf and 0 / 0 in the branch not taken would give nan")
def local_switch_sink(fgraph, node):
    """switch(c, 0, x) * y -> switch(c, 0, x * y), and the same for division."""
    out = node.outputs[0]
    division = type(node.op.scalar_op) is scalar.TrueDiv
    for i, x in enumerate(node.inputs[:1] if division else node.inputs):
        found = made_by(x, scalar.Switch)
        if found is None or len(x.clients) > 1:
            continue
        cond, left, right = found
        rest = list(node.inputs)
        for zero_first in (True, False):
            zero, other = (left, right) if zero_first else (right, left)
            if not is_number(zero, 0):
                continue
            rest[i] = other
            value = node.op(*rest)
            zeros = constant(np.asarray(0, dtype=out.type.dtype))
            new = like(switch(cond, zeros, value) if zero_first else switch(cond, value, zeros), out)
            if new is not None:
                return [new]
    return None


@rule([switch], _BOTH, "a known condition needs no choice")
def local_useless_switch(fgraph, node):
    """switch with a constant condition, or with equal branches, is the branch."""
    cond, left, right = node.inputs
    out = node.outputs[0]
    if left is right:
        return _one(like(left, out)) if left.type == out.type else None
    value = number(cond)
    if value is None:
        return None
    chosen = left if value else right
    return [chosen] if chosen.type == out.type else None


mul_canonizer = in2out(local_mul_canonizer, name="mul_canonizer")
