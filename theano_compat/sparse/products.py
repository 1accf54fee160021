"""Matrix products in which at least one factor is sparse, and the gradients of those that keep a structure."""
import numpy as np

from theano_compat import scalar, tensor
from theano_compat.graph.null_type import grad_not_implemented
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Apply
from theano_compat.sparse.kernel import product
from theano_compat.sparse.parts import (
    CSM,
    csm_indices,
    csm_indptr,
    csm_shape,
    dense_from_sparse,
    entry_places,
    major_positions,
    transpose,
    with_data,
)
from theano_compat.sparse.type import SparseType, _is_sparse
from theano_compat.sparse.variable import (
    SparseOp,
    _is_dense_variable,
    _is_sparse_variable,
    as_sparse_variable,
    sparse_formats,
    stored_by_rows_or_columns,
)

# So many rows are gathered at a time: two blocks of them stay in a core's cache.
_ROWS_AT_ONCE = 2048


def _paired_rows(x, i, y, j):
    """For each k the product of row `i[k]` of `x` and row `j[k]` of `y`; both dense or both sparse."""
    if _is_sparse(x) or _is_sparse(y):
        x, y = (v if _is_sparse(v) else SparseType.format_cls["csr"](v) for v in (x, y))
        return np.asarray(x.tocsr()[i].multiply(y.tocsr()[j]).sum(axis=1)).ravel()
    found = np.empty(len(i), dtype=np.result_type(x, y))
    for k in range(0, len(i), _ROWS_AT_ONCE):
        part = slice(k, k + _ROWS_AT_ONCE)
        np.einsum("ij,ij->i", x[i[part]], y[j[part]], out=found[part])
    return found


class _MatrixProduct(SparseOp):
    """An op whose result has the rows of its first and the columns of its second input."""

    def infer_shape(self, node, shapes):
        """Legacy name: rows of one, columns of the other."""
        return [(shapes[0][0], shapes[1][1])]


def _constants_stored(*factors):
    """Factors with SciPy matrices made into constants. Raises AssertionError for other formats than csr and csc."""
    return [stored_by_rows_or_columns(x) if hasattr(x, "getnnz") else x for x in factors]


def _require_common_length(x, y):
    if x.shape[-1] != y.shape[0]:
        raise ValueError("dimension mismatch: a product of the shapes %s and %s" % (x.shape, y.shape))


@legacy_name("theano.sparse.basic")
class TrueDot(_MatrixProduct):
    """The product of a sparse matrix and any matrix, sparse. The gradient is regular; dense for a dense factor if asked."""

    def __init__(self, grad_preserves_dense=True):
        self.grad_preserves_dense = grad_preserves_dense

    def make_node(self, x, y):
        if x.type.dtype != y.type.dtype:
            raise NotImplementedError()
        if not _is_sparse_variable(x):
            raise TypeError(x)
        if x.type.format not in sparse_formats:
            raise NotImplementedError()
        return Apply(self, [x, y], [SparseType(dtype=x.type.dtype, format=x.type.format)()])

    def _result(self, node, x, y):
        _require_common_length(x, y)
        return x.dot(y)

    def grad(self, inputs, gout):
        (x, y), (gz,) = inputs, gout
        assert _is_sparse_variable(gz)
        assert _is_sparse_variable(x)
        gx, gy = true_dot(gz, y.T), true_dot(x.T, gz)
        if _is_dense_variable(y) and self.grad_preserves_dense:
            gy = dense_from_sparse(gy)
        return [gx, gy]


def true_dot(x, y, grad_preserves_dense=True):
    """The product of two matrices of which at least one is sparse; sparse. Raises TypeError when neither is."""
    x, y = _constants_stored(x, y)
    if _is_sparse_variable(x):
        return TrueDot(grad_preserves_dense)(x, y)
    if not _is_sparse_variable(y):
        raise TypeError()
    return transpose(TrueDot(grad_preserves_dense)(y.T, x.T))


@legacy_name("theano.sparse.basic")
class StructuredDot(_MatrixProduct):
    """The product of a sparse matrix and a matrix, whose gradient has entries only where the sparse factor has."""

    takes_device_arrays = True

    def make_node(self, a, b):
        a = as_sparse_variable(a)
        assert a.format in ("csr", "csc", "bsr")
        dtype = scalar.upcast(a.type.dtype, b.type.dtype)
        if b.type.ndim != 2:
            raise NotImplementedError("non-matrix b")
        if _is_sparse_variable(b):
            return Apply(self, [a, b], [SparseType(a.type.format, dtype)()])
        return Apply(self, [a, b], [tensor.tensor(dtype, (False, b.type.broadcastable[1]))])

    def _result(self, node, a, b):
        if a.shape[1] != b.shape[0]:
            raise ValueError("shape mismatch in StructuredDot.perform", (a.shape, b.shape))
        return product(a, b)

    def grad(self, inputs, gout):
        (a, b), (g_out,) = inputs, gout
        return [structured_dot_grad(a, b, g_out), structured_dot(a.T, g_out)]


_structured_dot = StructuredDot()


def structured_dot(x, y):
    """The product of two matrices of which at least one is sparse; the gradient keeps its structure. Raises TypeError."""
    x, y = _constants_stored(x, y)
    if _is_sparse_variable(x):
        return _structured_dot(x, y)
    if not _is_sparse_variable(y):
        raise TypeError("structured_dot requires at least one sparse argument")
    return _structured_dot(y.T, x.T).T


class _StructuredDotGrad(SparseOp):
    """For each entry of the sparse factor `a` the product of a row of `g_ab` and a row of `b`."""

    def infer_shape(self, node, shapes):
        """Legacy name: as many numbers as entries."""
        return [shapes[0]]


@legacy_name("theano.sparse.basic")
class StructuredDotGradCSC(_StructuredDotGrad):
    """Gradient of StructuredDot for the entries of a csc factor."""

    def make_node(self, a_indices, a_indptr, b, g_ab):
        return Apply(self, [a_indices, a_indptr, b, g_ab], [tensor.tensor(g_ab.dtype, (False,))])

    def _result(self, node, a_indices, a_indptr, b, g_ab):
        return _paired_rows(g_ab, a_indices, b, major_positions(a_indptr))


@legacy_name("theano.sparse.basic")
class StructuredDotGradCSR(_StructuredDotGrad):
    """Gradient of StructuredDot for the entries of a csr factor."""

    def make_node(self, a_indices, a_indptr, b, g_ab):
        return Apply(self, [a_indices, a_indptr, b, g_ab], [tensor.tensor(b.dtype, (False,))])

    def _result(self, node, a_indices, a_indptr, b, g_ab):
        return _paired_rows(g_ab, major_positions(a_indptr), b, a_indices)


sdg_csc = StructuredDotGradCSC()
sdg_csr = StructuredDotGradCSR()


def structured_dot_grad(sparse_A, dense_B, ga):
    """The gradient of `structured_dot(sparse_A, dense_B)` for `sparse_A`, with the structure of that."""
    if sparse_A.type.format not in sparse_formats:
        raise NotImplementedError()
    op = sdg_csc if sparse_A.type.format == "csc" else sdg_csr
    numbers = op(csm_indices(sparse_A), csm_indptr(sparse_A), dense_B, ga)
    return CSM(sparse_A.type.format)(numbers, csm_indices(sparse_A), csm_indptr(sparse_A), csm_shape(sparse_A))


@legacy_name("theano.sparse.basic")
class SamplingDot(SparseOp):
    """`p * dot(x, y.T)`, of which only the numbers where `p` has entries are computed. The gradient is regular."""

    def make_node(self, x, y, p):
        x, y = tensor.as_tensor_variable(x), tensor.as_tensor_variable(y)
        p = stored_by_rows_or_columns(p)
        return Apply(self, [x, y, p], [p.type()])

    def _result(self, node, x, y, p):
        if (x.shape[0], y.shape[0]) != p.shape or x.shape[1] != y.shape[1]:
            sizes = "x %s, y %s, p %s" % (x.shape, y.shape, p.shape)
            raise NotImplementedError("The dimension of the pattern and the output must match: " + sizes)
        rows, columns = entry_places(p)
        return with_data(p, p.data * _paired_rows(x, rows, y, columns))

    def grad(self, inputs, gout):
        (x, y, p), (gz,) = inputs, gout
        return [dot(p * gz, y), dot((p * gz).T, x), grad_not_implemented(self, 2, p)]

    def infer_shape(self, node, ins_shapes):
        """Legacy name: the shape of p."""
        return [ins_shapes[2]]


sampling_dot = SamplingDot()


@legacy_name("theano.sparse.basic")
class Dot(SparseOp):
    """The product of two matrices, or a matrix and a vector, of which at least one is sparse; dense. Regular gradient."""

    takes_device_arrays = True

    def __str__(self):
        return "Sparse" + self.__class__.__name__

    def infer_shape(self, node, shapes):
        """Legacy name: by the rules of dot."""
        return [(*shapes[0][:-1], *shapes[1][1:])]

    def make_node(self, x, y):
        dtype = scalar.upcast(x.dtype, y.dtype)
        x, y = (as_sparse_variable(v) if hasattr(v, "getnnz") else v for v in (x, y))
        x_sparse, y_sparse = _is_sparse_variable(x), _is_sparse_variable(y)
        if not x_sparse and not y_sparse:
            raise TypeError("Sparse dot product should have at least one sparse variable as inputs, but the inputs are "
                            "%s (%s) and %s (%s)." % (x, x.type, y, y.type))
        if not x_sparse:
            x = _dense_factor(x, y, "input 0 (0-indexed)")
        if not y_sparse:
            y = _dense_factor(y, x, "input 1 (1-indexed)")
        patterns = [(False, False) if _is_sparse_variable(v) else v.type.broadcastable for v in (x, y)]
        return Apply(self, [x, y], [tensor.tensor(dtype=dtype, broadcastable=patterns[0][:-1] + patterns[1][1:])])

    def _result(self, node, x, y):
        _require_common_length(x, y)
        found = product(x, y)
        return found.toarray() if hasattr(found, "toarray") else found

    def grad(self, inputs, gout):
        (x, y), (gz,) = inputs, gout
        assert _is_sparse_variable(x) or _is_sparse_variable(y)
        return [tensor.dot(gz, y.T) if _is_dense_variable(y) else dot(gz, y.T),
                tensor.dot(x.T, gz) if _is_dense_variable(x) else dot(x.T, gz)]


def _dense_factor(dense, sparse, place):
    dense = tensor.as_tensor_variable(dense)
    assert sparse.format in sparse_formats
    if dense.ndim not in (1, 2):
        raise TypeError("theano.sparse.Dot: %s must have ndim of 1 or 2, %d given." % (place, dense.ndim))
    return dense


_dot = Dot()


def dot(x, y):
    """The product of two matrices of which at least one is sparse; dense. Raises TypeError when neither is."""
    x, y = (as_sparse_variable(v) if hasattr(v, "getnnz") else v for v in (x, y))
    x_sparse, y_sparse = _is_sparse_variable(x), _is_sparse_variable(y)  # both looked at: either may be no variable
    if not x_sparse and not y_sparse:
        raise TypeError()
    return _dot(x, y)


@legacy_name("theano.sparse.basic")
class Usmm(SparseOp):
    """`alpha * dot(x, y) + z`, dense, where `x` or `y` is sparse. No gradient is written, as in Theano."""

    def __str__(self):
        return "Usmm{no_inplace}"

    def make_node(self, alpha, x, y, z):
        if not _is_sparse_variable(x) and not _is_sparse_variable(y):
            raise TypeError(x)
        dtype = scalar.upcast(alpha.type.dtype, x.type.dtype, y.type.dtype, z.type.dtype)
        alpha, z = tensor.as_tensor_variable(alpha), tensor.as_tensor_variable(z)
        assert z.ndim == 2
        assert alpha.type.broadcastable == (True,) * alpha.ndim
        if not _is_sparse_variable(x):
            x = tensor.as_tensor_variable(x)
            assert y.format in sparse_formats
            assert x.ndim == 2
        if not _is_sparse_variable(y):
            y = tensor.as_tensor_variable(y)
            assert x.format in sparse_formats
            assert y.ndim == 2
        return Apply(self, [alpha, x, y, z], [tensor.tensor(dtype=dtype, broadcastable=(False, False))])

    def _result(self, node, alpha, x, y, z):
        _require_common_length(x, y)
        found = product(x, y)
        found = found.toarray() if hasattr(found, "toarray") else found
        if found.shape != z.shape:
            shapes = " ".join(str(a.shape).replace(" ", "") for a in (found, z, found))
            raise ValueError("operands could not be broadcast together with shapes %s : the product, z and the result" % shapes)
        return found * alpha + z


usmm = Usmm()
