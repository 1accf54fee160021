"""What rules ask about variables: which elementwise op made it, which single number it is."""
import numpy as np

from theano_compat import scalar
from theano_compat.graph.variable import Constant
from theano_compat.tensor.elemwise import DimShuffle, Elemwise, plain_elemwise


def made_by(v, scalar_class):
    """The inputs of the elementwise op of `scalar_class` that made `v`, or None."""
    node = v.owner
    if node is not None and type(node.op) is Elemwise and type(node.op.scalar_op) is scalar_class:
        return node.inputs
    return None


def number(v):
    """The one number that `v` is made of everywhere, through dimension changes and fills, or None."""
    while v.owner is not None:
        if isinstance(v.owner.op, DimShuffle):
            v = v.owner.inputs[0]
            continue
        found = made_by(v, scalar.Second)
        if found is None:
            break
        v = found[1]
    if isinstance(v, Constant) and isinstance(v.data, np.ndarray) and v.data.size:
        first = v.data.flat[0]
        if v.data.size == 1 or (v.data.size <= 4096 and (v.data == first).all()):
            return first
    return None


def is_number(v, value):
    """Whether `v` is everywhere `value`."""
    found = number(v)
    return found is not None and found == value


def apply_plain(scalar_op, *inputs):
    """The elementwise application of a scalar op."""
    return plain_elemwise(scalar_op)(*inputs)


def aligned(new, out):
    """`new` with the dtype and the number of dimensions of `out`, which may still be longer."""
    from theano_compat.tensor.casting import cast
    if new.type.dtype != out.type.dtype:
        new = cast(new, out.type.dtype)
    if new.type.ndim < out.type.ndim:
        new = new.dimshuffle(*["x"] * (out.type.ndim - new.type.ndim), *range(new.type.ndim))
    return new


def like(new, out):
    """`new` with the type of `out`: cast and padded; None when it would have to be stretched."""
    new = aligned(new, out)
    return new if new.type == out.type else None
