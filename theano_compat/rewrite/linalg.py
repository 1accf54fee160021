"""Rules for linear algebra: solving instead of inverting, and what a triangular or positive matrix makes simpler.

As in Theano they act in programs that import `theano.sandbox.linalg`, which loads this file.
"""
from theano_compat.rewrite.engine import rule
from theano_compat.tensor.diag import ExtractDiag
from theano_compat.tensor.dot import Dot
from theano_compat.tensor.elemwise import DimShuffle
from theano_compat.tensor.hints import Hint, hints, is_psd, is_symmetric
from theano_compat.tensor.nlinalg import Det, MatrixInverse, matrix_inverse
from theano_compat.tensor.reduce import prod
from theano_compat.tensor.slinalg import Cholesky, Solve, cholesky, solve


def _is_transpose(node):
    return node is not None and isinstance(node.op, DimShuffle) and tuple(node.op.new_order) == (1, 0) and node.inputs[0].ndim == 2


@rule([Hint], ("fast_run", "fast_compile", "canonicalize"), "what is said stays with the variable")
def remove_hint_nodes(fgraph, node):
    """Hint(x) -> x, which keeps what was said."""
    x = node.inputs[0]
    x.tag.hints = {**hints(x), **dict(node.op.hints)}
    return [x]


@rule([DimShuffle], ("fast_run", "canonicalize"), "a transposed product can then be turned into a solution")
def transinv_to_invtrans(fgraph, node):
    """inv(X).T -> inv(X.T)."""
    inverse = node.inputs[0].owner
    if not _is_transpose(node) or inverse is None or not isinstance(inverse.op, MatrixInverse):
        return None
    return [inverse.op(node.op(inverse.inputs[0]))]


@rule([Dot], ("fast_run", "stabilize"), "solving is faster and closer than multiplying by an inverse")
def inv_as_solve(fgraph, node):
    """dot(inv(A), b) -> solve(A, b); dot(b, inv(A)) -> solve(A.T, b.T).T."""
    left, right = node.inputs
    if left.owner is not None and left.owner.op == matrix_inverse and right.ndim in (1, 2):
        return _of_same_type(node, solve(left.owner.inputs[0], right))
    if right.owner is not None and right.owner.op == matrix_inverse and left.ndim in (1, 2):
        A = right.owner.inputs[0]
        return _of_same_type(node, solve(A if is_symmetric(A) else A.T, left.T).T)
    return None


def _of_same_type(node, found):
    return [found] if found.type == node.outputs[0].type else None


@rule([Solve], ("fast_run", "stabilize", "canonicalize"), "a triangular system needs no factors")
def tag_solve_triangular(fgraph, node):
    """solve(cholesky(A), b) -> a triangular solution; the same for the transposed factor."""
    if node.op != solve:
        return None
    A, b = node.inputs
    transposed = _is_transpose(A.owner)
    factor = (A.owner.inputs[0] if transposed else A).owner
    if factor is None or not isinstance(factor.op, Cholesky):
        return None
    lower = bool(factor.op.lower) != transposed
    return [Solve("lower_triangular" if lower else "upper_triangular")(A, b)]


@rule([DimShuffle], ("fast_run", "canonicalize", "stabilize", "specialize"), "it changes nothing")
def no_transpose_symmetric(fgraph, node):
    """x.T -> x for a matrix said to be symmetric."""
    x = node.inputs[0]
    return [x] if _is_transpose(node) and x.type == node.outputs[0].type and is_symmetric(x) else None


@rule([Solve], ("fast_run", "stabilize"), "half the work of a general solution")
def psd_solve_with_chol(fgraph, node):
    """solve(A, b) by a Cholesky factor for a matrix said to be positive semi-definite."""
    A, b = node.inputs
    if node.op != solve or not is_psd(A):
        return None
    factor = cholesky(A)
    return [Solve("upper_triangular")(factor.T, Solve("lower_triangular")(factor, b))]


@rule([Det], ("fast_run", "stabilize", "specialize"), "the factor is there already")
def local_det_chol(fgraph, node):
    """det(x) -> prod(diag(L) ** 2) where the graph has L = cholesky(x)."""
    for client, _ in node.inputs[0].clients:
        if client != "output" and isinstance(client.op, Cholesky):
            found = prod(ExtractDiag()(client.outputs[0]) ** 2)
            return [found] if found.type == node.outputs[0].type else None
    return None
