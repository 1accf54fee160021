"""Sums: what is the same in every term leaves them, so that quotients of sums of exponentials can meet and cancel."""
from theano_compat import scalar
from theano_compat.rewrite.engine import rule
from theano_compat.rewrite.match import like, made_by
from theano_compat.tensor.careduce import CAReduce, Sum
from theano_compat.tensor.names_elemwise import mul, neg, true_div

_TAGS = ("fast_run", "canonicalize", "specialize")


def _axes(node):
    return node.op._axes(node.inputs[0].type.ndim)


def _without(v, axes):
    """`v`, of length 1 along `axes`, without them."""
    return v.dimshuffle([i for i in range(v.type.ndim) if i not in axes])


def _same_in_every_term(v, axes):
    """Whether `v` has length 1 along `axes`."""
    return all(v.type.broadcastable[i] for i in axes)


@rule([CAReduce], ("fast_run", "fast_compile", "canonicalize"), "there is nothing to fold")
def local_cut_useless_reduce(fgraph, node):
    """A sum, product, all or any over no dimension is its input. (Theano keeps the largest and smallest.)"""
    x, out = node.inputs[0], node.outputs[0]
    extreme = isinstance(node.op.scalar_op, scalar.Maximum | scalar.Minimum)
    return [x] if not _axes(node) and x.type == out.type and not extreme else None


@rule([Sum], _TAGS, "sums of exponentials in numerator and denominator must meet outside the sum")
def local_sum_prod_mul_by_scalar(fgraph, node):
    """sum(-x) -> -sum(x); sum(c * x) -> c * sum(x) and sum(x / c) -> sum(x) / c for what all terms share."""
    x, out, axes = node.inputs[0], node.outputs[0], _axes(node)
    if x.type.dtype != out.type.dtype or not out.type.dtype.startswith("float") or len(x.clients) > 1 or not axes:
        return None
    found = made_by(x, scalar.Neg)
    if found is not None:
        return [neg(node.op(found[0]))]
    found = made_by(x, scalar.TrueDiv)
    if found is not None:
        top, bottom = found
        if _same_in_every_term(bottom, axes) and top.type == x.type and bottom.type.dtype == out.type.dtype:
            return _one(true_div(node.op(top), _without(bottom, axes)), out)
        return None
    found = made_by(x, scalar.Mul)
    if found is None:
        return None
    shared = [v for v in found if all(v.type.broadcastable)]
    rest = [v for v in found if not all(v.type.broadcastable)]
    if not shared or not rest or any(v.type.dtype != out.type.dtype for v in found):
        return None
    inner = rest[0] if len(rest) == 1 else mul(*rest)
    if inner.type != x.type:
        return None
    return _one(mul(*[_without(v, axes) for v in shared], node.op(inner)), out)


@rule([Sum], _TAGS, "a sum of one thing is that thing many times")
def local_sum_of_fill(fgraph, node):
    """sum(fill(model, v)) -> v times the model's length, where v has length 1 along the summed dimensions."""
    x, out, axes = node.inputs[0], node.outputs[0], _axes(node)
    found = made_by(x, scalar.Second)
    if found is None or not axes or x.type.dtype != out.type.dtype or not out.type.dtype.startswith("float"):
        return None
    model, v = found
    if not _same_in_every_term(v, axes) or v.type.dtype != out.type.dtype:
        return None
    value = _without(v, axes)
    if value.type != out.type:
        return None
    sizes = [model.shape[i].astype(out.type.dtype) for i in axes if not model.type.broadcastable[i]]
    return _one(mul(value, *sizes), out) if sizes else [value]


def _one(new, out):
    new = like(new, out)
    return None if new is None else [new]
