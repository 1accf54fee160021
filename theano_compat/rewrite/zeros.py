"""Products with zero and quotients of zero. XLA must keep them, because nan * 0 is nan; Theano drops what stands beside the zero."""
import numpy as np

from theano_compat.rewrite.engine import rule
from theano_compat.rewrite.match import is_number, like, number
from theano_compat.tensor.constant import constant
from theano_compat.tensor.names_elemwise import fill, int_div, mul, true_div


def _zeros(node):
    """Zeros of the type and the shape of the node's output, or None."""
    out = node.outputs[0]
    zeros = constant(np.asarray(0, dtype=out.type.dtype))
    for x in node.inputs:
        if number(x) is None or x.type.ndim and not all(x.type.broadcastable):
            zeros = fill(x, zeros)
    new = like(zeros, out)
    return None if new is None else [new]


@rule([mul], ("fast_run", "canonicalize"), "log(x) * 0 in a derivative is zero for negative x too")
def local_mul_zero(fgraph, node):
    """x * 0 -> zeros of the shape that the product has."""
    return _zeros(node) if any(is_number(x, 0) for x in node.inputs) else None


@rule([true_div, int_div], ("fast_run", "canonicalize"), "0 / sqrt(x), in the derivative of round(sqrt(x)), is zero for x = 0 too")
def local_zero_div(fgraph, node):
    """0 / x -> zeros of the shape that the quotient has."""
    return _zeros(node) if is_number(node.inputs[0], 0) else None
