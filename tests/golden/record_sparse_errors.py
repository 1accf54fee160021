"""Record how sparse programs fail: `python tests/golden/record_sparse_errors.py > tests/golden/sparse_errors.json`, under real Theano 1.0.5.

Each case is an expression of the names of PROLOGUE; `run(variable, a=..., b=...)` computes it. Recorded are the class of its error and
the first line of what it says, or null and the type of what it gives. tests/sparse/test_sparse_errors.py compares.
"""
import json
import re

PROLOGUE = """
import warnings
import numpy as np
import scipy.sparse as sp
import theano
import theano.tensor as T
import theano.sparse as S
from theano.sparse.sandbox import sp2
warnings.simplefilter("ignore")
x, y = S.csr_matrix("x", "float64"), S.csc_matrix("y", "float64")
f, i, c = S.csr_matrix("f", "float32"), S.csr_matrix("i", "int32"), S.csc_matrix("c", "complex128")
d, v, s, t, n = T.dmatrix("d"), T.dvector("v"), T.dscalar("s"), T.dtensor3("t"), T.iscalar("n")
ints, m = T.ivector("ints"), T.imatrix("m")
X = sp.csr_matrix(np.array([[0, 2., 0], [1, 0, 3]]))
Y = sp.csc_matrix(np.array([[0, 2., 0], [1, 0, 3]]))
def run(out, **values):
    given = [u for u in theano.gof.graph.inputs([out]) if u.name in values]
    return theano.function(given, out)(*[values[u.name] for u in given])
"""

CASES = """
S.as_sparse_variable(d)|S.as_sparse_variable(3)|S.as_sparse_variable(X.toarray())|S.as_sparse_variable("text")|S.as_sparse_or_tensor_variable("text")
S.constant(np.eye(2))|S.constant(sp.coo_matrix(np.eye(2)))|S.constant("text")|S.matrix("coo")|S.matrix("dense")|S.csr_matrix(dtype="bool")|S.csr_matrix("z", "text")
S.SparseType("csr", "text")|S.SparseType("coo", "float64")|S.SparseType("csr")|S.SparseType("csr", None)|S.SparseType(None, "float64")
S.SparseType("csr", "float64").filter(np.eye(2))|S.SparseType("csr", "float64").filter(Y)|S.SparseType("csr", "float32").filter(X)|S.SparseType("csr", "float32").filter(X, strict=True)
S.SparseType("csr", "int32").filter(X)|S.SparseType("csr", "float32").filter(X, allow_downcast=True)|S.SparseType("csr", "float64").filter(3)
S.CSR(d, ints, ints, ints)|S.CSR(v, v, ints, ints)|S.CSR(v, ints, v, ints)|S.CSR(v, ints, ints, v)|S.CSR(v, ints, ints, n)|S.CSM("coo")|S.CSM("csr", kmap=[1])|S.CSC(v, m, ints, ints)
S.CSMProperties(kmap=[1])|S.csm_properties(d)|S.csm_data(d)|S.csm_shape(3)
run(S.CSR(v, ints, ints, m[0]), v=np.ones(2), ints=np.array([0, 1, 1], "int32"), m=np.array([[2, 2]], "int32"))
run(S.CSR(v, ints, ints, m[0]), v=np.ones(2), ints=np.array([0, 1], "int32"), m=np.array([[2, 2, 2]], "int32"))
S.DenseFromSparse()(d)|S.dense_from_sparse(3)|S.csr_from_dense(t)|S.csc_from_dense("text")|S.csr_from_dense(s)|S.SparseFromDense("coo")(d)|x.toarray(3)
x[v]|x[s]|x[1.5]|x[0, 1, 2]|x[None]|x[..., 0]|x[x]|x[0:s]|x[v:3]|x[::n]|x[::2, 0]|x[d]|x[m]|x["text"]|x[[0, 1], 2]|x[m, m]|x[0, v]|x[s, 0]|x[n, None]|y[[0, 1]]|y[[0], [0]]|y[0]|x[0]
run(x[5, 0], x=X)|run(x[0, -9], x=X)|run(x[[7]], x=X)|run(x[[0], [9]], x=X)|run(x[n, 0], x=X, n=np.int32(4))|run(x[5:9], x=X)
S.transpose(d)|S.neg(d)|S.cast(d, "float32")|S.cast(x, "text")|S.bcast(x)|S.zcast(x)|x.astype("text")
S.col_scale(x, s)|S.col_scale(x, d)|S.col_scale(d, v)|S.row_scale(d, v)|S.row_scale(x, d)|S.ColScaleCSC()(x, v)|S.RowScaleCSC()(x, v)|S.ColScaleCSC()(y, d)|S.ColScaleCSC()(d, v)
run(S.col_scale(x, v), x=X, v=np.ones(2))|run(S.row_scale(x, v), x=X, v=np.ones(3))|run(S.col_scale(y, v), y=Y, v=np.ones(2))
S.sp_sum(d)|S.sp_sum(x, axis=2)|S.sp_sum(x, axis=-1)|S.sp_sum(x, axis="text")|S.SpSum(axis=3)|S.diag(d)|run(S.diag(x), x=X)|run(S.diag(y), y=Y)|S.square_diagonal(d)|S.square_diagonal(x)
S.ensure_sorted_indices(d)|S.clean(d)|S.Remove0()(d)|S.remove0(3)|S.sp_ones_like(d)|S.sp_zeros_like(d)
S.add(d, d)|S.add(d, v)|S.sub(d, d)|S.mul(d, d)|S.add(x, s)|S.add(x, v)|S.add(x, 1)|x + 1|x + v|x - 1|1 + x|x + t|x * t|x * v|x / 2|x / x|x // 2|x ** 2|x % 2|abs(x)|x > 1|x == 1|-x + 1|S.add_s_s_data(x, y)|S.add_s_s_data(x, d)
S.AddSS()(x, d)|S.AddSD()(x, v)|S.AddSD()(d, x)|S.structured_add_s_v(x, d)|S.structured_add_s_v(f, v)|S.mul_s_v(f, v)|S.mul_s_v(x, d)|S.MulSD()(x, v)|S.MulSD()(x, t)|S.MulSS()(x, d)|S.mul(x, v)
run(x + x.T, x=X)|run(x * x.T, x=X)|run(x + d, x=X, d=np.ones((3, 3)))|run(x * d, x=X, d=np.ones((3, 3)))|run(x * y, x=X, y=Y.T.tocsc())|run(S.mul_s_v(x, v), x=X, v=np.ones(2))|run(S.structured_add_s_v(x, v), x=X, v=np.ones(2))
S.eq(d, d)|S.lt(x, y)|S.lt(x, v)|S.gt(x, 1)|S.le(1, x)|S.ge(x, "text")|S.equal_s_s(x, d)|S.equal_s_d(d, d)|run(S.lt(x, x.T), x=X)|run(S.lt(x, d), x=X, d=np.ones((3, 3)))
S.hstack([])|S.vstack([])|S.hstack([d])|S.hstack([x, d])|S.HStack()|S.VStack("csr")|S.hstack([x, x], format="text")|S.hstack(x)|S.hstack([x, 3])|run(S.hstack([x, x.T]), x=X)|run(S.vstack([x, x.T]), x=X)
S.structured_monoid(T.exp)(d)|S.structured_sigmoid(d)|S.structured_pow(d, 2)|S.structured_add(d, 1)|S.sqrt(d)|S.sin(v)|S.structured_minimum(x, v)|S.structured_pow(x, v)
S.dot(d, d)|S.dot(x, t)|S.dot(t, x)|S.dot(x, s)|S.dot(s, x)|S.dot(x, "text")|S.dot(3, 4)|S.Dot()(d, d)|S.true_dot(d, d)|S.true_dot(x, v)|S.true_dot(x, t)|S.TrueDot()(d, x)|S.TrueDot()(x, s)
S.structured_dot(d, d)|S.structured_dot(x, v)|S.structured_dot(x, s)|S.structured_dot(x, t)|S.structured_dot(v, x)|S.StructuredDot()(d, x)|S.structured_dot(3, x)|theano.dot(x, t)
run(S.dot(x, d), x=X, d=np.ones((2, 2)))|run(S.dot(d, x), x=X, d=np.ones((3, 3)))|run(S.dot(x, v), x=X, v=np.ones(2))|run(S.dot(x, x), x=X)|run(S.dot(x, y), x=X, y=Y)|run(S.true_dot(x, x), x=X)|run(S.true_dot(x, d), x=X, d=np.ones((2, 2)))
run(S.structured_dot(x, d), x=X, d=np.ones((2, 2)))|run(S.structured_dot(y, d), y=Y, d=np.ones((2, 2)))|run(S.structured_dot(x, x), x=X)|run(S.structured_dot(d, x.T), x=X, d=np.ones((2, 2)))|run(S.structured_dot(x, y), x=X, y=Y)
S.sampling_dot(d, d, d)|S.sampling_dot(x, d, x)|S.sampling_dot(d, x, x)|S.sampling_dot(v, d, x)|S.sampling_dot(d, d, 3)|run(S.sampling_dot(d, d, x), x=X, d=np.ones((2, 2)))|run(S.sampling_dot(d, d, x), x=X, d=np.ones((3, 3)))
S.usmm(1.0, d, d, d)|S.usmm(s, x, d, x)|S.usmm(s, x, x, d)|S.usmm(v, x, d, d)|S.Usmm()(s, d, d, d)|S.usmm(s, x, v, d)|run(S.usmm(T.constant(2.), x, d, d), x=X, d=np.ones((2, 2)))|run(S.usmm(T.constant(2.), x, d, T.zeros((2, 2))), x=X, d=np.ones((3, 3)))
S.construct_sparse_from_list(d, v, ints)|S.construct_sparse_from_list(d, d, v)|S.construct_sparse_from_list(x, d, ints)|S.sparse_grad(d)|S.sparse_grad(d[ints, ints])|S.sparse_grad(x)|theano.sparse_grad(d[0])
theano.shared(X.tocoo())|theano.shared(X).set_value(np.eye(2))|theano.shared(X).set_value(Y)|theano.shared(X, borrow=True, strict=True).set_value(X.astype("float32"))|theano.shared(X).set_value(3)|theano.shared(X).set_value(X.astype("float32"))
run(x, x=np.eye(2))|run(x * 2, x=Y)|run(f * 2, f=X)|run(x * 2, x=3)|run(x * 2, x=None)|run(i + i, i=X)|run(x * 2, x="text")|run(d * 2, d=X)|run(x * 2, x=X.astype("int8"))|run(x * 2, x=X.tocoo())
T.grad(x, x)|T.grad(S.sp_sum(i), i)|T.grad(S.sp_sum(S.eq(x, x)), x)|T.grad(S.sp_sum(x), d)|T.grad(S.sp_sum(S.csm_data(i)), i)|T.grad(S.csm_indices(x).sum(), x)|T.grad(S.sp_sum(x)**2, x)|T.grad(S.dot(x, d).sum(), [x, v])
T.exp(x)|T.sum(x)|T.dot(d, x)|T.tanh(x)|T.as_tensor_variable(x)|T.add(x, d)|T.concatenate([x, d])|T.stack([x, x])|x.sum()|x.T.dot(d)|x.dot(v)|x.reshape((2, 3))|x.dimshuffle(1, 0)|x.flatten()|x.mean()|x.max()|x.norm(2)|T.switch(x, d, d)|T.set_subtensor(x[0:1], 1)
len(x)|iter(x)|bool(x)|x.ndim|x.shape[2]|S.clone|x.size + 1|T.ones_like(x)|T.zeros_like(x)|T.eq(x, 1)|x.get_scalar_constant_value()|x.tag|x.nonsense
sp2.multinomial(n, d)|sp2.multinomial(d, x)|sp2.poisson(d)|sp2.csr_fbinomial(n, s, d)|sp2.csr_dbinomial(n, s, ints)|sp2.csr_fbinomial(s, s, ints)
"""


def cases():
    return [case for line in CASES.strip().splitlines() for case in line.split("|")]


def plain(text):
    """The first line, without addresses and what differs between versions of Python."""
    text = text.splitlines()[0] if text else ""
    text = re.sub(r"0x[0-9a-f]+", "0x", text)
    text = re.sub(r"<class '([\w.]+)'>", r"\1", text)
    return re.sub(r"^\w+\.(?=\w+\(\) )", "", text)  # the class of a method, which newer Pythons name


def one(case, names):
    """[class, first line] of its error, or [null, what it gives]."""
    try:
        out = eval(case, names)
    except Exception as error:
        first = error.args[0] if error.args else ""
        return [type(error).__name__, plain(first if isinstance(first, str) else repr(first))]
    return [None, str(out.type) if isinstance(out, names["theano"].Variable) else type(out).__name__]


if __name__ == "__main__":
    found = {}
    exec(PROLOGUE, found)
    print("{\n" + ",\n".join("%s: %s" % (json.dumps(case), json.dumps(one(case, found))) for case in cases()) + "\n}")
