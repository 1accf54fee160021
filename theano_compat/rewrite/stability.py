"""Rules that keep numbers finite at extreme inputs: the log, exp, sigmoid, softplus and softmax families."""
from theano_compat import scalar
from theano_compat.rewrite.engine import rule
from theano_compat.rewrite.match import is_number, like, made_by
from theano_compat.tensor.argmax import MaxAndArgmax
from theano_compat.tensor.careduce import CAReduce
from theano_compat.tensor.elemwise import DimShuffle
from theano_compat.tensor.names_elemwise import abs_, add, exp, expm1, fill, log, log1p, maximum, mul, neg, sub, true_div

_TAGS = ("fast_run", "stabilize")


def sigmoid(x):
    """The elementwise sigmoid as T.nnet.sigmoid builds it."""
    from theano_compat.tensor.nnet.sigm import sigmoid as named
    return named(x)


def softplus(x):
    """The elementwise softplus as T.nnet.softplus builds it."""
    from theano_compat.tensor.nnet.sigm import softplus as named
    return named(x)


def _is_sigmoid(v):
    found = made_by(v, scalar.ScalarSigmoid)
    return None if found is None else found[0]


def _negated(x):
    found = made_by(x, scalar.Neg)
    return found[0] if found is not None else neg(x)


def one_plus_exp(v):
    """x when `v` is 1 + exp(x), in either order; else None."""
    inputs = made_by(v, scalar.Add)
    if inputs is None or len(inputs) != 2:
        return None
    for one, other in (inputs, inputs[::-1]):
        found = made_by(other, scalar.Exp)
        if found is not None and is_number(one, 1):
            return found[0]
    return None


def _other_than_one(v, cls=scalar.Add):
    """x when `v` is 1 + x, in either order; else None."""
    inputs = made_by(v, cls)
    if inputs is None or len(inputs) != 2:
        return None
    for one, other in (inputs, inputs[::-1]) if cls is scalar.Add else (inputs,):
        if is_number(one, 1):
            return other
    return None


def _one(new, node):
    new = None if new is None else like(new, node.outputs[0])
    return None if new is None else [new]


@rule([sub], _TAGS, "1 - sigmoid(x) loses every digit for large x")
def local_1msigmoid(fgraph, node):
    """1 - sigmoid(x) -> sigmoid(-x)."""
    x = _is_sigmoid(node.inputs[1])
    if x is None or not is_number(node.inputs[0], 1):
        return None
    return _one(sigmoid(_negated(x)), node)


@rule([add], _TAGS, "1 - sigmoid(x) loses every digit for large x")
def local_1_plus_minus_sigmoid(fgraph, node):
    """1 + -sigmoid(x) -> sigmoid(-x)."""
    minus = _other_than_one(node.outputs[0])
    found = made_by(minus, scalar.Neg) if minus is not None else None
    x = _is_sigmoid(found[0]) if found is not None else None
    return None if x is None else _one(sigmoid(_negated(x)), node)


@rule([log], _TAGS, "log of a vanishing sigmoid is -inf")
def local_log_sigmoid(fgraph, node):
    """log(sigmoid(x)) -> -softplus(-x)."""
    x = _is_sigmoid(node.inputs[0])
    return None if x is None else _one(neg(softplus(_negated(x))), node)


@rule([log], _TAGS, "exp overflows, or vanishes, where x is a plain number")
def local_log_exp(fgraph, node):
    """log(exp(x)) -> x."""
    found = made_by(node.inputs[0], scalar.Exp)
    return None if found is None or not found[0].type.dtype.startswith("float") else _one(found[0], node)


@rule([log], _TAGS, "exp overflows where softplus is x")
def local_log_1_plus_exp(fgraph, node):
    """log(1 + exp(x)) -> softplus(x)."""
    x = one_plus_exp(node.inputs[0])
    return None if x is None else _one(softplus(x), node)


@rule([log1p], _TAGS, "exp overflows where softplus is x; log1p(-sigmoid(x)) vanishes too early")
def local_log1p_exp(fgraph, node):
    """log1p(exp(x)) -> softplus(x); log1p(-sigmoid(x)) -> -softplus(x)."""
    found = made_by(node.inputs[0], scalar.Exp)
    if found is not None:
        return _one(softplus(found[0]), node)
    found = made_by(node.inputs[0], scalar.Neg)
    x = _is_sigmoid(found[0]) if found is not None else None
    return None if x is None else _one(neg(softplus(x)), node)


@rule([log], _TAGS, "1 + x rounds x away")
def local_log1p(fgraph, node):
    """log(1 + x) -> log1p(x); log(1 - x) -> log1p(-x)."""
    v = node.inputs[0]
    if one_plus_exp(v) is not None:
        return None
    x = _other_than_one(v)
    if x is None:
        x = _other_than_one(v, scalar.Sub)
        if x is None or _is_sigmoid(x) is not None:
            return None
        x = neg(x)
    return _one(log1p(x), node) if x.type.dtype.startswith("float") else None


@rule([sub], _TAGS, "exp(x) - 1 loses every digit for small x")
def local_expm1(fgraph, node):
    """exp(x) - 1 -> expm1(x)."""
    x, one = node.inputs
    found = made_by(x, scalar.Exp)
    return _one(expm1(found[0]), node) if found is not None and is_number(one, 1) else None


def _is_shifted(x):
    """Whether `x` is something less its own maximum, as the rule below or the program itself has it."""
    found = made_by(x, scalar.Sub)
    if found is None:
        return False
    whole, todo = found[0], [found[1]]
    while todo:
        node = todo.pop().owner
        op = getattr(node, "op", None)
        if isinstance(op, DimShuffle) or type(getattr(op, "scalar_op", None)) is scalar.Switch:
            todo.extend(node.inputs)
        elif isinstance(op, MaxAndArgmax) or isinstance(op, CAReduce) and type(op.scalar_op) is scalar.Maximum:
            if node.inputs[0] is whole:
                return True
    return False


@rule([log], _TAGS, "the sum of exponentials overflows")
def local_log_sum_exp(fgraph, node):
    """log(sum(exp(x))) -> max(x) + log(sum(exp(x - max(x))))."""
    from theano_compat.tensor.reduce import Sum
    from theano_compat.tensor.reduce import max as tensor_max
    from theano_compat.tensor.reduce import sum as tensor_sum
    v, dims = node.inputs[0], None
    if v.owner is not None and isinstance(v.owner.op, DimShuffle):
        dims, v = v.owner.op.new_order, v.owner.inputs[0]
    if v.owner is None or not isinstance(v.owner.op, Sum) or len(v.clients) > 1:
        return None
    found = made_by(v.owner.inputs[0], scalar.Exp)
    if found is None:
        return None
    x, axis = found[0], v.owner.op.axis
    if _is_shifted(x):
        return None
    top = tensor_max(x, axis=axis)
    shift = tensor_max(x, axis=axis, keepdims=True)
    from theano_compat.tensor.names_elemwise import isinf, switch
    # an infinite maximum must not make inf - inf
    safe = switch(isinf(shift), shift.zeros_like(), shift)
    safe_top = switch(isinf(top), top.zeros_like(), top)
    new = log(tensor_sum(exp(x - safe), axis=axis)) + safe_top
    return _one(new if dims is None else new.dimshuffle(dims), node)


@rule([log], _TAGS, "exponentials overflow before their logarithm is taken")
def local_log_add(fgraph, node):
    """log(exp(x) + exp(y)) -> max(x, y) + log1p(exp(-|x - y|))."""
    inputs = made_by(node.inputs[0], scalar.Add)
    if inputs is None or len(inputs) != 2:
        return None
    parts = [made_by(i, scalar.Exp) for i in inputs]
    if None in parts:
        return None
    x, y = parts[0][0], parts[1][0]
    return _one(maximum(x, y) + log1p(exp(-abs_(x - y))), node)


# -- softmax


def _softmax_inputs(v):
    from theano_compat.tensor.nnet.softmax import Softmax
    return v.owner.inputs if v.owner is not None and isinstance(v.owner.op, Softmax) else None


@rule([log], _TAGS, "the logarithm of a vanishing probability is -inf")
def local_logsoftmax(fgraph, node):
    """log(softmax(x)) -> logsoftmax(x)."""
    from theano_compat.tensor.nnet.softmax import LogSoftmax
    sm, order = _unturned(node.inputs[0])
    inputs = _softmax_inputs(sm)
    if inputs is None:
        return None
    found = LogSoftmax()(*inputs)
    return _one(found if order is None else found.dimshuffle(order), node)


def _unturned(v):
    """(x, order) where `v` is x with its dimensions in another order, or with others of length 1; else (v, None)."""
    if v.owner is not None and isinstance(v.owner.op, DimShuffle):
        return v.owner.inputs[0], v.owner.op.new_order
    return v, None


def _numerator(dy, sm):
    """g where `dy` is g / sm, its sign or the order of its dimensions changed in between; else None."""
    minus = made_by(dy, scalar.Neg)
    if minus is not None:
        g = _numerator(minus[0], sm)
        return None if g is None else neg(g)
    inner, order = _unturned(dy)
    quotient = made_by(inner, scalar.TrueDiv)
    if quotient is None:
        return None
    below, turned = _unturned(quotient[1])
    if order is None:
        return quotient[0] if quotient[1] is sm else None
    back = below is sm and turned is not None and "x" not in order and [turned[i] for i in order] == [0, 1]
    return quotient[0].dimshuffle(order) if back else None


@rule([log], _TAGS, "the logarithm of a vanishing probability is -inf")
def local_log_of_picked_softmax(fgraph, node):
    """log(softmax(x)[rows, columns]) -> logsoftmax(x)[rows, columns]."""
    from theano_compat.tensor.nnet.softmax import LogSoftmax
    picked = node.inputs[0].owner
    if picked is None or not _picks(picked):
        return None
    inputs = _softmax_inputs(picked.inputs[0])
    return None if inputs is None else _one(picked.op(LogSoftmax()(*inputs), *picked.inputs[1:]), node)


def _picks(node):
    from theano_compat.tensor.advindex import AdvancedSubtensor, AdvancedSubtensor1
    return isinstance(node.op, (AdvancedSubtensor, AdvancedSubtensor1))


def _softmax_grad_heads():
    from theano_compat.tensor.nnet.softmax import SoftmaxGrad
    return [SoftmaxGrad]


@rule(_softmax_grad_heads, _TAGS, "g / softmax overflows where the softmax vanishes, though the product does not")
def local_logsoftmax_grad(fgraph, node):
    """The gradient of log(softmax(x)): SoftmaxGrad(g / sm, sm) -> g - sum(g) * sm."""
    from theano_compat.tensor.reduce import sum as tensor_sum
    dy, sm = node.inputs
    g = _numerator(dy, sm) if _softmax_inputs(sm) is not None else None
    if g is None:
        return None
    if g.type.broadcastable != sm.type.broadcastable:
        g = fill(sm, g)
    return _one(g - tensor_sum(g, axis=1, keepdims=True) * sm, node)


@rule(_softmax_grad_heads, _TAGS, "v / softmax[rows, columns] overflows where the softmax vanishes, though the product does not")
def local_picked_softmax_grad(fgraph, node):
    """The gradient of log(softmax(x)[rows, columns]) without its division."""
    from theano_compat.rewrite.algebra import factors
    from theano_compat.tensor.advincindex import AdvancedIncSubtensor
    from theano_compat.tensor.reduce import sum as tensor_sum
    put, sm = node.inputs[0].owner, node.inputs[1]
    if put is None or not isinstance(put.op, AdvancedIncSubtensor) or put.op.set_instead_of_inc or not is_number(_filled(put.inputs[0]), 0):
        return None
    v = put.inputs[1]
    for picked in factors(v)[1]:
        if picked.owner is not None and _picks(picked.owner) and picked.owner.inputs == [sm, *put.inputs[2:]] and picked.type == v.type:
            break
    else:
        return None
    top = mul(v, picked)  # which cancels
    g = put.op(put.inputs[0], top, *put.inputs[2:])
    return _one(g - tensor_sum(g, axis=1, keepdims=True) * sm, node)


def _filled(v):
    """The value behind fills and allocs."""
    from theano_compat.tensor.alloc import Alloc
    while v.owner is not None:
        found = made_by(v, scalar.Second)
        if found is not None:
            v = found[1]
        elif isinstance(v.owner.op, Alloc):
            v = v.owner.inputs[0]
        else:
            break
    return v


def _categorical_heads():
    from theano_compat.tensor.nnet.crossentropy import CrossentropyCategorical1Hot
    return [CrossentropyCategorical1Hot]


@rule(_categorical_heads, _TAGS, "the logarithm of a vanishing probability is -inf")
def crossentropy_to_crossentropy_with_softmax(fgraph, node):
    """Cross-entropy of softmax(x) computed from x."""
    from theano_compat.tensor.nnet.crossentropy import crossentropy_softmax_1hot
    sm, target = node.inputs
    inputs = _softmax_inputs(sm)
    return None if inputs is None else _one(crossentropy_softmax_1hot(inputs[0], target)[0], node)


@rule(_softmax_grad_heads, _TAGS, "the gradient of the joint cross-entropy has no division")
def crossentropy_softmax_grad(fgraph, node):
    """SoftmaxGrad of the gradient of a cross-entropy of the same softmax, as one op."""
    from theano_compat.tensor.nnet.crossentropy import CrossentropyCategorical1HotGrad, crossentropy_softmax_1hot_with_bias_dx
    dy, sm = node.inputs
    if dy.owner is None or not isinstance(dy.owner.op, CrossentropyCategorical1HotGrad) or _softmax_inputs(sm) is None:
        return None
    g, coding, target = dy.owner.inputs
    return _one(crossentropy_softmax_1hot_with_bias_dx(g, sm, target), node) if coding is sm else None


def row_sum_of_exp(v):
    """exp(x) when `v` is the column of its row sums, x a matrix; else None."""
    from theano_compat.tensor.reduce import Sum
    if v.type.ndim != 2 or v.owner is None or not isinstance(v.owner.op, DimShuffle):
        return None
    total = v.owner.inputs[0]
    if v.owner.op.new_order != (0, "x") or total.owner is None or not isinstance(total.owner.op, Sum):
        return None
    top = total.owner.inputs[0]
    return top if total.owner.op.axis == (1,) and made_by(top, scalar.Exp) is not None else None


@rule([true_div], _TAGS, "exponentials overflow before the quotient is taken")
def local_softmax(fgraph, node):
    """exp(x) / sum(exp(x), axis=1) of a matrix -> softmax(x)."""
    from theano_compat.tensor.nnet.softmax import softmax_op
    top = row_sum_of_exp(node.inputs[1])
    if top is None or top is not node.inputs[0]:
        return None
    return _one(softmax_op(top.owner.inputs[0]), node)


