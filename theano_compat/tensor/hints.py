"""What programs say about matrices (`theano.sandbox.linalg`): positive semi-definite, symmetric; and a bound on eigenvalues.

The rewrites that use what is said are in rewrite/linalg.py, and act once `theano.sandbox.linalg` is imported.
"""
from theano_compat import scalar
from theano_compat.graph.op import Op
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Apply
from theano_compat.tensor.dot import dot
from theano_compat.tensor.elemwise import Elemwise
from theano_compat.tensor.methods import tensor_function
from theano_compat.tensor.nlinalg import trace
from theano_compat.tensor.scalar_constant import NotScalarConstantError, get_scalar_constant_value


@legacy_name("theano.sandbox.linalg.ops")
class Hint(Op):
    """`x` itself, of which the keywords are true. Leaves the graph before it runs."""

    __props__ = ("hints",)
    view_map = {0: [0]}

    def __init__(self, **kwargs):
        self.hints = tuple(kwargs.items())

    def make_node(self, x):
        return Apply(self, [x], [x.type()])

    def lower(self, node, x):
        return x

    def host(self, node, x):
        return x

    def grad(self, inputs, output_grads):
        return output_grads

    def R_op(self, inputs, eval_points):
        """Legacy name: the direction itself."""
        return eval_points


def is_hint_node(node):
    """Whether a node, or None, is a hint."""
    return node is not None and isinstance(node.op, Hint)


def hints(variable):
    """What is said of `variable`: by a hint that made it, or by one that a rewrite took out of the graph."""
    if is_hint_node(variable.owner):
        return dict(variable.owner.op.hints)
    return getattr(variable.tag, "hints", {})


def psd(v):
    """The matrix `v`, of which it is said that it is symmetric and positive semi-definite."""
    return Hint(psd=True, symmetric=True)(v)


def is_psd(v):
    """Whether it is said of `v` that it is positive semi-definite."""
    return hints(v).get("psd", False)


def is_symmetric(v):
    """Whether it is said of `v` that it is symmetric."""
    return hints(v).get("symmetric", False)


def is_positive(v):
    """Whether it is said of `v`, or can be seen, that it has no negative elements."""
    if hints(v).get("positive", False):
        return True
    if v.owner is not None and isinstance(v.owner.op, Elemwise) and v.owner.op.scalar_op == scalar.pow:
        try:
            return get_scalar_constant_value(v.owner.inputs[1]) % 2 == 0
        except NotScalarConstantError:
            return False
    return False


def spectral_radius_bound(X, log2_exponent):
    """An upper bound of the largest eigenvalue of a symmetric matrix: the tighter, the larger `log2_exponent`.

    V. Pan, Estimating the extremal eigenvalues of a symmetric matrix, 1990.
    """
    if X.type.ndim != 2:
        raise TypeError("spectral_radius_bound requires a matrix argument", X)
    if not isinstance(log2_exponent, int):
        raise TypeError("spectral_radius_bound requires an integer exponent", log2_exponent)
    if log2_exponent <= 0:
        raise ValueError("spectral_radius_bound requires a strictly positive exponent", log2_exponent)
    power = X
    for _ in range(log2_exponent):
        power = dot(power, power)
    return tensor_function("pow")(trace(power), 2 ** (-log2_exponent))
