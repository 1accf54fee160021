"""Linear algebra in programs that import `theano.sandbox.linalg`: solving instead of inverting, and triangular systems."""
import numpy as np
import pytest

import theano
import theano.tensor as T
from theano.sandbox.linalg import ops as linalg

VALUE = np.array([[4., 1, 0.5], [1, 3, -1], [0.5, -1, 2]])
A, b = T.dmatrix("A"), T.dvector("b")


def ops_of(f):
    return [str(node.op) for node in f.maker.fgraph.toposort()]


@pytest.mark.parametrize(("program", "present", "absent"), [
    (linalg.matrix_inverse(A).dot(b), "A_structure='general'", "MatrixInverse"),
    (b.dot(linalg.matrix_inverse(A)), "A_structure='general'", "MatrixInverse"),
    (linalg.matrix_inverse(linalg.psd(A)).dot(b), "Cholesky", "A_structure='general'"),
    (linalg.solve(linalg.psd(A), b), "Cholesky", "A_structure='general'"),
    (linalg.solve(linalg.cholesky(A), b), "A_structure='lower_triangular'", "A_structure='general'"),
    (linalg.solve(linalg.cholesky(A).T, b), "A_structure='upper_triangular'", "A_structure='general'"),
    (linalg.solve(linalg.Cholesky(lower=False)(A), b), "A_structure='upper_triangular'", "A_structure='general'"),
    (T.log(linalg.det(A)) + linalg.cholesky(A)[0, 0] * b[0], "Prod", "Det"),
])
def test_what_is_said_or_seen_of_a_matrix_is_used(program, present, absent):
    f = theano.function([A, b], program, mode="FAST_RUN", on_unused_input="ignore")
    assert any(present in op for op in ops_of(f))
    assert not any(absent in op for op in ops_of(f))
    plain = theano.function([A, b], program, mode=theano.Mode(optimizer=None), on_unused_input="ignore")
    np.testing.assert_allclose(f(VALUE, [1., 2, 3]), plain(VALUE, [1., 2, 3]), rtol=1e-12)


def test_a_hint_leaves_no_node():
    f = theano.function([A], linalg.psd(A) + 1)
    assert not any("Hint" in op for op in ops_of(f))
    np.testing.assert_array_equal(f(VALUE), VALUE + 1)
