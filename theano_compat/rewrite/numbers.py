"""Sums and products as Theano's optimized graphs show them: one number, first, in the dtype of the result; squares as such.

`x + 1` is printed as `(TensorConstant{(1,) of 1.0} + x)`, `x - 1` as -1 + x. For XLA it is all the same, so this comes last,
when the rules that look for shapes of formulas have seen the formulas as they were written.
"""
import numpy as np

from theano_compat import scalar
from theano_compat.graph.variable import Constant
from theano_compat.rewrite.engine import rule
from theano_compat.rewrite.match import like
from theano_compat.tensor.constant import constant
from theano_compat.tensor.elemwise import DimShuffle
from theano_compat.tensor.names_elemwise import add, mul, sqr, sub

_POSITION = 48  # before Theano's fusion, at 49


@rule([add, mul], ("fast_run", "canonicalize"), "one number says what several do", position=_POSITION)
def local_numbers_first(fgraph, node):
    """x + 1 + 2 -> 3 + x, and the same for products; the number has the dtype of the result."""
    out, op = node.outputs[0], add if type(node.op.scalar_op) is scalar.Add else mul
    if node.op.inplace_pattern or out.type.dtype[:1] not in "iuf":
        return None
    values = [_number(x) for x in node.inputs]
    rest = [x for x, value in zip(node.inputs, values) if value is None]
    if not rest or len(rest) == len(values):
        return None
    first = node.inputs[0]
    if len(rest) == len(values) - 1 and values[0] is not None and first.type.dtype == out.type.dtype and node.op.name == op.name:
        return None
    total = sum if op is add else np.prod
    return _one(op(_of(total([np.asarray(v, out.type.dtype) for v in values if v is not None]), out), *rest), out)


@rule([sub], ("fast_run", "canonicalize"), "a difference from a number is a sum", position=_POSITION)
def local_minus_number(fgraph, node):
    """x - 1 -> -1 + x; of 1 - x the number gets the dtype of the result."""
    (x, y), out = node.inputs, node.outputs[0]
    if node.op.inplace_pattern or out.type.dtype[:1] not in "if":
        return None
    left, right = _number(x), _number(y)
    if right is not None and left is None:
        return _one(add(_of(-np.asarray(right, out.type.dtype), out), x), out)
    if left is not None and right is None and x.type.dtype != out.type.dtype:
        return _one(sub(_of(left, out), y), out)
    return None


@rule([mul], ("fast_run", "canonicalize"), "a square is printed as one", position=_POSITION)
def local_mul_to_sqr(fgraph, node):
    """x * x -> sqr(x)."""
    same = len(node.inputs) == 2 and node.inputs[0] is node.inputs[1] and not node.op.inplace_pattern
    return _one(sqr(node.inputs[0]), node.outputs[0]) if same else None


def _number(v):
    """The value of a constant of one element, whatever its dimensions, or None."""
    if v.owner is not None and isinstance(v.owner.op, DimShuffle):
        v = v.owner.inputs[0]
    data = v.data if isinstance(v, Constant) else None
    return data.reshape(())[()] if isinstance(data, np.ndarray) and data.size == 1 else None


def _of(value, out):
    return constant(np.full((1,) * out.type.ndim, value, out.type.dtype))


def _one(new, out):
    new = like(new, out)
    return None if new is None else [new]
