"""Record what sparse expressions give: `python tests/golden/record_sparse.py > tests/golden/sparse.json`.

Run under real Theano 1.0.5. Each case is an expression of the names of PROLOGUE, computed with VALUES; its type, its numbers, and the
gradients of the sum of its numbers with respect to what it reads are recorded, or the class of the error.
"""
import json

PROLOGUE = """
import numpy as np
import scipy.sparse as sp
import theano
import theano.tensor as T
import theano.sparse as S
from theano.sparse.sandbox import sp2
x, x2 = S.csr_matrix("x", "float64"), S.csr_matrix("x2", "float64")
y, q = S.csc_matrix("y", "float64"), S.csc_matrix("q", "float64")
f = S.csr_matrix("f", "float32")
i = S.csr_matrix("i", "int32")
d, e, z = T.dmatrix("d"), T.dmatrix("e"), T.dmatrix("z")
v, w, s = T.dvector("v"), T.dvector("w"), T.dscalar("s")
def pattern(m, n, k):
    a = np.zeros((m, n))
    a[np.arange(m) % m, (np.arange(m) * k) % n] = np.linspace(-.9, .8, m) + .05
    a[(np.arange(n) * 2 + 1) % m, np.arange(n)] = np.linspace(.7, -.6, n)
    return a
X, Y, Q = pattern(4, 5, 2), pattern(4, 5, 3), pattern(4, 4, 1)
VALUES = dict(x=sp.csr_matrix(X), x2=sp.csr_matrix(Y * .5), y=sp.csc_matrix(Y), q=sp.csc_matrix(Q), f=sp.csr_matrix(X.astype("float32")),
              i=sp.csr_matrix((X * 10).astype("int32")), d=np.cos(np.arange(20.)).reshape(4, 5), e=np.sin(np.arange(15.)).reshape(5, 3),
              z=np.ones((4, 3)), v=np.linspace(-1, 1, 5), w=np.linspace(1, 2, 4), s=np.array(1.5))
"""

CASES = """
x + x2|x - x2|x + y|x * x2|x * y|x + d|d + x|x - d|x * d|y * d|x * 2.0|x * s|-y|f + x|f * x|f * d|i * 2|i + x|i * 0.5
S.mul_s_v(x, v)|S.mul_s_v(y, v)|S.structured_add_s_v(x, v)|S.structured_add_s_v(y, v)|S.add_s_s_data(x, x * 2.0)
x.T|y.T|x.toarray()|y.toarray()|S.DenseFromSparse(structured=False)(x)|S.csr_from_dense(d)|S.csc_from_dense(d)|S.csr_from_dense(v)
x.shape|x.size|x.zeros_like()|S.sp_ones_like(y)|S.csm_data(x)|S.csm_indices(x)|S.csm_indptr(y)|S.csm_shape(x)
S.CSR(S.csm_data(x) * 2, S.csm_indices(x), S.csm_indptr(x), S.csm_shape(x))|S.CSC(S.csm_data(y), S.csm_indices(y), S.csm_indptr(y), S.csm_shape(y))
S.cast(x, "float32")|S.cast(f, "float64")|S.icast(x)|x.astype("float32")
S.structured_dot(x, e)|S.structured_dot(y, e)|S.structured_dot(e.T, x.T)|S.structured_dot(x, y.T)|S.structured_dot(f, e)|S.structured_dot(q, z)
S.dot(x, e)|S.dot(y, e)|S.dot(e.T, x.T)|S.dot(x, v)|S.dot(w, x)|S.dot(x, y.T)|S.true_dot(x, e)|S.true_dot(x, y.T)|S.true_dot(e.T, x.T)
S.usmm(T.constant(2.0), x, e, z)|S.usmm(T.constant(2.0), e.T, x.T, z.T)|S.sampling_dot(z, e, x)|S.sampling_dot(z, e, y)|theano.dot(x, e)
S.col_scale(x, v)|S.col_scale(y, v)|S.row_scale(x, w)|S.row_scale(y, w)
S.sp_sum(x)|S.sp_sum(x, axis=0)|S.sp_sum(y, axis=1)|S.sp_sum(x, sparse_grad=True)|S.sp_sum(x, axis=0, sparse_grad=True)|S.sp_sum(y, axis=1, sparse_grad=True)|S.sp_sum(i)
S.diag(q)|S.diag(x)|S.square_diagonal(v)|S.ensure_sorted_indices(x)|S.remove0(x * 0.0)|S.clean(y * d)
S.hstack([x, y])|S.vstack([x, y])|S.hstack([x, f], format="csr")|S.vstack([f, f], format="csr", dtype="float64")
S.eq(x, x2)|S.neq(x, x2)|S.lt(x, x2)|S.gt(x, x2)|S.le(x, x2)|S.ge(x, x2)|S.lt(x, d)|S.lt(d, x)|S.ge(d, x)|S.eq(x, d)|x < d|x > x2
S.structured_sigmoid(x)|S.structured_exp(x)|S.structured_log(x * x)|S.structured_pow(x, 2)|S.structured_minimum(x, 0.2)|S.structured_maximum(x, 0.2)|S.structured_add(x, 1.0)
S.sin(x)|S.tan(y)|S.arcsin(x)|S.arctan(x)|S.sinh(x)|S.arcsinh(x)|S.tanh(x)|S.arctanh(x)|S.rint(x)|S.sgn(x)|S.ceil(x)|S.floor(y)
S.log1p(x)|S.expm1(x)|S.deg2rad(x)|S.rad2deg(x)|S.trunc(x)|S.sqr(x)|S.sqrt(x * x)|S.conj(x)|S.sqr(f)|S.structured_exp(i)
x[1:3]|x[1:3, 2:]|y[::2]|x[0:4:2, 1]|x[1, 2]|x[[0, 2]]|x[[0, 2, 2]]|x[[0, 1], [2, 0]]|x[v]|S.get_item_list(y, [3, 1])|x[-1, -1]
S.construct_sparse_from_list(d, d[:2], T.constant([3, 0]))|theano.sparse_grad(d[T.constant([1, 1, 3])])
S.dot(d, d)|S.structured_dot(d, d)|S.true_dot(d, d)|x + 1|x * v|S.mul_s_v(f, v)|S.add_s_s_data(x, y)|S.lt(x, y)|S.structured_dot(x, x2)|S.dot(x, x2)
S.as_sparse_variable(d)|S.CSR(d, v, v, v)|S.matrix("coo")|S.csr_matrix(dtype="bool")|S.constant(X)|S.hstack([])|S.diag(d)|S.square_diagonal(d)|S.SpSum(axis=2)(x)
""".strip().replace("\n", "|").split("|")


def dense(value):
    value = value.toarray() if hasattr(value, "tocsr") else value
    return [repr(float(n)) for n in value.ravel()], list(value.shape), str(value.dtype)


def one(case, names):
    """[type, numbers, shape, dtype, {variable: [type, numbers, shape, dtype]}] or the class of the error."""
    theano, inputs_of = names["theano"], names["theano"].gof.graph.inputs
    try:
        out = eval(case, names)
        used = [u for u in inputs_of([out]) if u.name in names["VALUES"]]
        run = lambda outs: theano.function(used, outs, on_unused_input="ignore")(*[names["VALUES"][u.name] for u in used])
        result = [str(out.type)] + list(dense(run(out)))
    except Exception as error:
        return type(error).__name__
    grads = {}
    if "float" in str(out.dtype) and "<" not in case:
        for u in used:
            try:
                cost = names["S"].sp_sum(out, sparse_grad=True) if hasattr(out.type, "format") else out.sum()
                g = theano.grad(cost, u)
                grads[u.name] = [str(g.type)] + list(dense(run(g)))
            except Exception as error:
                grads[u.name] = type(error).__name__
    return result + [grads]


if __name__ == "__main__":
    found = {}
    exec(PROLOGUE, found)
    lines = ["%s: %s" % (json.dumps(case), json.dumps(one(case, found), sort_keys=True)) for case in CASES]
    print("{\n" + ",\n".join(lines) + "\n}")
