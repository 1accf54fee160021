"""Record linear algebra, extra_ops, top k, Fourier transforms, typed lists: `python tests/golden/record_library.py >
tests/golden/library.json` under real Theano 1.0.5.

What is recorded of a program, and how programs are written, is in record_families; here are the programs and more variables.
"""
import record_families as families

families.PROLOGUE += """
import theano.typed_list
from theano.sandbox.linalg import ops as hints
from theano.tensor import extra_ops as E, fft, nlinalg as N, slinalg as S, xlogx
from theano.tensor.sort import TopKOp
P, Q, Z = T.dmatrix('P'), T.fmatrix('Q'), T.dmatrix('Z')
M = T.lmatrix('M')
"""
families.VALUES += """
P = np.array([[4., 1, 0.5], [1, 3, -1], [0.5, -1, 2]])
Q = P.astype('float32')
Z = np.array([[2., 0.5, 1], [-1, 3, 0.25], [0.5, 1, -2]])
M = np.array([[2, 1], [5, 3]])
"""
families.FAMILIES = {
    "nlinalg": """
N.matrix_inverse(Z)|N.matrix_inverse(Q)|N.matrix_inverse(x)|N.matrix_inverse(Z) @ Z=np.ones((3, 3))|N.matrix_inverse(v)
N.matrix_inverse(M)|N.matrix_inverse(Z) @ Z=R(0, 0)|N.matrix_inverse(Z) @ Z=np.full((2, 2), np.nan)
N.pinv(x)|N.pinv(Z)|N.pinv(Q)|N.pinv(x.T)|N.pinv(v)|N.det(Z)|N.det(Q)|N.det(x)|N.det(M)|N.det(Z) @ Z=R(0, 0)|N.det(v)
N.matrix_dot(Z, P, Z)|N.matrix_dot(Z)|N.trace(Z)|N.trace(x)|N.diag(v)|N.diag(x)|N.diag(t3)|N.alloc_diag(v)|N.alloc_diag(x)
N.extract_diag(x)|N.matrix_power(Z, 3)|N.matrix_power(Z, 1)|N.matrix_power(Z, 0)|N.matrix_power(Z, -1)
N.eigh(P)[0]|N.eigh(P)[1] ** 2|N.eigh(P, 'U')[0]|N.eigh(Z)[0]|N.eigh(Z, 'U')[0]|N.eigh(Q)[0]|N.eigh(P, 'X')|N.eigh(v)|N.eigh(x)[0]
N.eig(P)[0].sum()|N.eig(v)|N.eig(x)[0]|N.qr(Z)[1] ** 2|N.qr(x)[1] ** 2|N.qr(Z, 'r') ** 2|N.qr(Z, 'complete')[1] ** 2
N.qr(Z, 'raw')[1]|N.qr(x.T, 'complete')[0] ** 2|N.qr(Z, 'raw')[0]|N.qr(v)|N.QRFull('reduced')|N.QRIncomplete('r')
N.svd(Z)[1]|N.svd(x)[1]|N.svd(x)[0] ** 2|N.svd(x, full_matrices=0)[2] ** 2|N.svd(x, compute_uv=0)|N.svd(v)|N.svd(Q)[1]
N.svd(x, compute_uv=False, full_matrices=False)
N.norm(v, None)|N.norm(v, 'inf')|N.norm(v, '-inf')|N.norm(v, 0)|N.norm(v, 1)|N.norm(v, 3)|N.norm(v, 'a')|N.norm(x, None)
N.norm(x, 'fro')|N.norm(x, 'inf')|N.norm(x, '-inf')|N.norm(x, 1)|N.norm(x, -1)|N.norm(x, 2)|N.norm(t3, None)|N.norm(s, None)
N.lstsq()(x.T, v, -1.)[0]|N.lstsq()(x.T, y.T, 0.01)[0]|N.lstsq()(x.T, y.T, 0.01)[2]|N.lstsq()(x.T, y.T, 0.01)[3]
N.tensorinv(Z, 1)|N.tensorinv(t4) @ t4=np.eye(6).reshape(2, 3, 3, 2) + R(2, 3, 3, 2) / 9|N.tensorinv(Z, 2)|N.tensorinv(x, 1)
N.tensorsolve(Z, v)|N.tensorsolve(t4, x) @ t4=np.eye(6).reshape(2, 3, 3, 2) + R(2, 3, 3, 2) / 9|N.tensorsolve(x, v)
N.pinv|N.det|N.eig|N.matrix_inverse|N.TensorInv()|N.TensorSolve()|N.SVD()|N.Eigh()|N.EighGrad()|N.lstsq()
""",
    "slinalg": """
S.cholesky(P)|S.cholesky(Q)|S.Cholesky(lower=False)(P)|S.cholesky(x)|S.cholesky(v)|S.Cholesky(on_error='nan')(P)
S.Cholesky(on_error='nan')(Z) @ Z=-np.eye(2)|S.Cholesky(lower=False, on_error='nan')(P)|S.Cholesky(on_error='foo')
S.cholesky(Z) @ Z=np.array([[1., 2], [2, 1]])|S.cholesky(Z) @ Z=np.full((2, 2), np.nan)
S.solve(Z, v)|S.solve(Z, x.T)|S.solve(P, y.T)|S.solve(Q, v)|S.solve(Q, v.astype('float32'))|S.solve(M, iv) @ iv=np.array([1, 2], 'int32')
S.solve(Z, s)|S.solve(x, v)|S.solve(Z, v) @ v=R(2)|S.solve(Z, v) @ Z=np.zeros((3, 3))|S.solve(Z, v) @ v=np.array([1., np.nan, 2])
S.solve_lower_triangular(Z, v)|S.solve_upper_triangular(Z, v)|S.solve_lower_triangular(Z, x.T)|S.solve_upper_triangular(Z, x.T)
S.solve_symmetric(P, v)|S.Solve('banded')(P, v)|S.Solve('foo')|S.Solve('lower_triangular')(P, v)|S.solve_lower_triangular(x, v)
S.solve_lower_triangular(Z, v) @ v=R(2)|S.Solve('hermitian', True)(P, v)|S.Solve('diagonal', overwrite_A=True)(P, v)
S.eigvalsh(P, Z.dot(Z.T))|S.eigvalsh(P, P)|S.eigvalsh(Z, P, lower=False)|S.eigvalsh(Q, Q)|S.eigvalsh(P, v)|S.Eigvalsh(2)
S.EigvalshGrad()(P, P, v)[0]|S.EigvalshGrad(lower=False)(P, P, v)[1]
S.kron(x, y)|S.kron(v, x)|S.kron(x, v)|S.kron(v, w)|S.kron(t3, x)|S.kron(x, t3)|S.kron(Q, x)
S.expm(Z)|S.expm(x)|S.expm(Q)|S.expm(v)|S.expm(Z) @ Z=-500 * np.eye(2)|S.ExpmGrad()(Z, P)
S.solve|S.cholesky|S.expm|S.solve_lower_triangular|S.Eigvalsh()|S.CholeskyGrad()|S.Solve('symmetric') == S.solve_symmetric
S.Cholesky(lower=False).lower|S.MATRIX_STRUCTURES|S.Solve(lower=True).lower
hints.spectral_radius_bound(P, 4)|hints.spectral_radius_bound(v, 4)|hints.spectral_radius_bound(P, 0)
hints.spectral_radius_bound(P, 1.5)|hints.psd(P)|hints.is_psd(hints.psd(P))|hints.is_symmetric(hints.psd(P))|hints.is_positive(P ** 2)
hints.is_psd(hints.Hint(positive=True)(P))
""",
    "extra_ops": """
E.diff(v)|E.diff(x)|E.diff(x, axis=0)|E.diff(x, n=2)|E.diff(v, n=0)|E.diff(iv)|E.diff(b)|E.diff(U)|E.diff(v, n=5)
E.bartlett(5)|E.bartlett(i)|E.bartlett(1)|E.bartlett(0)|E.bartlett(-3)|E.bartlett(s)|E.bartlett(iv)|E.bartlett(j)
E.fill_diagonal(x, 3)|E.fill_diagonal(x, s)|E.fill_diagonal(x.T, s)|E.fill_diagonal(A, f)|E.fill_diagonal(A, s)|E.fill_diagonal(v, s)
E.fill_diagonal(x, v)|E.fill_diagonal(t3, 1) @ t3=R(2, 2, 2)|E.fill_diagonal(t3, 1)|E.fill_diagonal(J, j)
E.fill_diagonal_offset(x, s, 1)|E.fill_diagonal_offset(x, s, -1)|E.fill_diagonal_offset(x, 2, i)|E.fill_diagonal_offset(x.T, s, -1)
E.fill_diagonal_offset(t3, s, 1)|E.fill_diagonal_offset(x, v, 1)|E.fill_diagonal_offset(x, s, s)|E.fill_diagonal_offset(x, s, lv)
E.fill_diagonal_offset(A, f, i)|E.fill_diagonal_offset(A, s, i)|E.fill_diagonal_offset(x, s, 0)
E.to_one_hot(iv, 3)|E.to_one_hot(iv, 4, dtype='int32')|E.to_one_hot(lv, i + 1)|E.to_one_hot(iv, 3, dtype='float32')
E.to_one_hot(iv, 2)
E.bincount(iv)|E.bincount(lv, minlength=5)|E.bincount(iv, weights=v)|E.bincount(iv, assert_nonneg=True)|E.bincount(x)
E.bincount(lv, assert_nonneg=True) @ lv=np.array([1, -2])|E.bincount(U.flatten())|E.bincount(iv, weights=v, minlength=2)
E.Unique()(v)|E.Unique(True)(v)[1]|E.Unique(False, True)(v)[1]|E.Unique(False, False, True)(iv)[1]|E.Unique(axis=0)(x)
E.Unique(True, True, True)(lv)[2]|E.Unique(axis=3)(x)|E.Unique(axis=-1)(x)|E.Unique()(x)|E.Unique()(b)|E.Unique(True, axis=1)
E.unravel_index(iv, (3, 4))[0]|E.unravel_index(iv, (3, 4))[1]|E.unravel_index(iv, (3, 4), order='F')[0]|E.unravel_index(7, (2, 2, 2))[2]
E.unravel_index(iv, (2, 1))[0]|E.unravel_index(iv, lv)|E.unravel_index(iv, lv, ndim=2)[1] @ lv=np.array([2, 4])
E.unravel_index(v, (3, 4))|E.unravel_index(iv, x.shape)[0]|E.unravel_index(iv, (3, 4), ndim=0)|E.unravel_index(iv, 3)
E.unravel_index(M, (3, 4))[1]|E.unravel_index(i, (5,))[0]|E.UnravelIndex(2)|E.RavelMultiIndex()
E.ravel_multi_index((iv, iv), (3, 4))|E.ravel_multi_index((iv, iv), (3, 4), order='F')|E.ravel_multi_index((iv, iv), (2, 4))
E.ravel_multi_index((iv, iv - 1), (2, 2), mode='wrap')|E.ravel_multi_index((iv, iv - 1), (2, 2), mode='clip')
E.ravel_multi_index((i, i), lv) @ lv=np.array([3, 4])|E.ravel_multi_index(iv, (3, 4))|E.ravel_multi_index((v, v), (3, 4))
E.cpu_contiguous(x.T)|E.cpu_contiguous|E.diff(v).owner.op|E.DiffOp(2, 0)|E.CpuContiguous()(v[::-1])
xlogx.xlogx(abs(x))|xlogx.xlogy0(abs(x), abs(y))|xlogx.xlogx(v) @ v=np.array([0., 1, 2])|xlogx.xlogy0(v, w) @ v=np.zeros(3)
xlogx.xlogx(iv)|xlogx.xlogx
""",
    "ranked": """
T.sort(T.topk(x, 2, sorted=False))|T.sort(T.topk(x, -2, sorted=False))|T.topk(x, 1, sorted=False)|T.topk(x, 3, sorted=False)
T.topk(x, -1, axis=0, sorted=False)|T.topk(v, 1, axis=None, sorted=False)|T.topk(x, 1, axis=None, sorted=False)
T.topk(x, 0, sorted=False)|T.topk(x, 4, sorted=False)|T.topk(x, 2)|T.topk(s, 1, sorted=False)|T.topk(x, 1, axis=2, sorted=False)
T.topk(x, 1, axis=1.5, sorted=False)|T.topk(x, v, sorted=False)|T.topk(x, i, axis=0, sorted=False)
T.argtopk(x, 1, sorted=False)|T.argtopk(x, 2, axis=0, sorted=False)|T.argtopk(x, 1, sorted=False, idx_dtype='int8')
T.argtopk(x, 1, sorted=False, idx_dtype='float32')|T.sort(T.argtopk(v, 2, sorted=False))|T.argtopk(v, -1, sorted=False)
T.topk_and_argtopk(x, 1, sorted=False)[0]|T.topk_and_argtopk(x, 1, sorted=False)[1]|TopKOp(sorted=False)
TopKOp(sorted=False, return_values=False, return_indices=False)|T.topk(A, 1, sorted=False)|T.topk(J, 1, sorted=False)
T.sort(T.topk(h, 2, sorted=False))
""",
    "transforms": """
fft.rfft(x)|fft.rfft(A)|fft.rfft(t3)|fft.rfft(x, norm='ortho')|fft.rfft(x, norm='no_norm')|fft.rfft(x, norm='foo')|fft.rfft(v)
fft.irfft(t3) @ t3=R(2, 3, 2)|fft.irfft(t3, is_odd=True) @ t3=R(2, 3, 2)|fft.irfft(t3, norm='ortho') @ t3=R(2, 3, 2)
fft.irfft(t3, norm='no_norm') @ t3=R(2, 3, 2)|fft.irfft(t3, is_odd=2)|fft.irfft(x)|fft.irfft(t4) @ t4=R(2, 3, 3, 2)
fft.rfft_op(x, [4])|fft.rfft_op(x, [2])|fft.rfft_op(x, v)|fft.irfft_op(t3) @ t3=R(2, 3, 2)|fft.irfft_op(t3, [3]) @ t3=R(2, 3, 2)
fft.irfft(fft.rfft(x))|fft.irfft(fft.rfft(x), is_odd=True)|fft.rfft_op|fft.irfft_op
""",
    "lists": """
theano.typed_list.make_list([x, y])[1]|theano.typed_list.make_list([x, v])|theano.typed_list.make_list([x, y]).append(x)[-1]
theano.typed_list.make_list([x, y]).ttype|theano.typed_list.make_list([x, y]).reverse()[0]|theano.typed_list.make_list([v, w]).count(v)
theano.typed_list.length(theano.typed_list.make_list([v, w]).insert(1, v))|theano.typed_list.make_list([v, w]).ind(w)
theano.typed_list.length(theano.typed_list.make_list([v, w]).remove(w))|theano.typed_list.make_list([v, w])[0:1][0]
theano.typed_list.TypedListType(T.dmatrix)|theano.typed_list.TypedListType(T.dmatrix, 2).get_depth()
theano.typed_list.TypedListType(None)|theano.typed_list.TypedListType(T.dvector, -1)|theano.typed_list.make_list([v, w])[v]
""",
}

if __name__ == "__main__":
    families.main("library")
