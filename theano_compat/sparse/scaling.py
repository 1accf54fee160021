"""Rows and columns scaled or summed, diagonals, and entries put in order or taken out."""
import numpy as np

from theano_compat import tensor
from theano_compat.config import config
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Apply
from theano_compat.sparse.parts import SparseFromDense, dense_from_sparse, entry_places, sp_ones_like, sp_zeros_like, with_data
from theano_compat.sparse.type import SparseType, scipy_sparse
from theano_compat.sparse.variable import SparseOp, _is_sparse_variable, continuous_dtypes, stored_by_rows_or_columns


class _Unchanged(SparseOp):
    """An op whose result has the type and the shape of its first input."""

    def make_node(self, x):
        x = stored_by_rows_or_columns(x)
        return Apply(self, [x], [x.type()])

    def infer_shape(self, node, shapes):
        """Legacy name: the shape of x."""
        return [shapes[0]]


@legacy_name("theano.sparse.basic")
class ColScaleCSC(_Unchanged):
    """Each column of a csc matrix times a number of the vector `s`."""

    def make_node(self, x, s):
        if x.format != "csc":
            raise ValueError("x was not a csc matrix")
        return Apply(self, [x, s], [x.type()])

    def _result(self, node, x, s):
        assert x.format == "csc"
        assert s.shape == (x.shape[1],)
        return with_data(x, x.data * s[entry_places(x)[1]])

    def grad(self, inputs, gout):
        (x, s), (gz,) = inputs, gout
        return [col_scale(gz, s), sp_sum(x * gz, axis=0)]


@legacy_name("theano.sparse.basic")
class RowScaleCSC(_Unchanged):
    """Each row of a csc matrix times a number of the vector `s`."""

    view_map = {0: [0]}

    def make_node(self, x, s):
        x = stored_by_rows_or_columns(x)
        return Apply(self, [x, s], [x.type()])

    def _result(self, node, x, s):
        assert x.format == "csc"
        assert s.shape == (x.shape[0],)
        return with_data(x, x.data * s[x.indices])

    def grad(self, inputs, gout):
        (x, s), (gz,) = inputs, gout
        return [row_scale(gz, s), sp_sum(x * gz, axis=1)]


def col_scale(x, s):
    """The sparse matrix `x` with column j times `s[j]`."""
    if x.format == "csc":
        return ColScaleCSC()(x, s)
    if x.format == "csr":
        return RowScaleCSC()(x.T, s).T
    raise NotImplementedError()


def row_scale(x, s):
    """The sparse matrix `x` with row i times `s[i]`."""
    return col_scale(x.T, s).T


@legacy_name("theano.sparse.basic")
class SpSum(SparseOp):
    """The sum of all entries, or over an axis; dense. `sparse_grad`: the gradient has entries only where x has."""

    __props__ = ("axis",)

    def __init__(self, axis=None, sparse_grad=True):
        self.axis = axis
        self.structured = sparse_grad
        if self.axis not in (None, 0, 1):
            raise ValueError("Illegal value for self.axis.")

    def make_node(self, x):
        x = stored_by_rows_or_columns(x)
        pattern = () if self.axis is None else (False,)
        return Apply(self, [x], [tensor.TensorType(broadcastable=pattern, dtype=x.dtype)()])

    def _result(self, node, x):
        return x.sum() if self.axis is None else np.asarray(x.sum(self.axis)).ravel()

    def grad(self, inputs, gout):
        (x,), (gz,) = inputs, gout
        if x.dtype not in continuous_dtypes:
            return [sp_zeros_like(x, config.floatX)]
        if self.structured:
            ones = sp_ones_like(x)
            return [gz * ones if self.axis is None else (col_scale if self.axis == 0 else row_scale)(ones, gz)]
        dense = dense_from_sparse(x)
        if _is_sparse_variable(gz):
            gz = dense_from_sparse(gz)
        if self.axis is None:
            spread = tensor.second(dense, gz)
        else:
            spread = tensor.addbroadcast(gz.dimshuffle(*(("x", 0) if self.axis == 0 else (0, "x"))), self.axis)
            spread = spread * tensor.ones_like(dense)
        return [SparseFromDense(x.format)(spread)]

    def infer_shape(self, node, shapes):
        """Legacy name: the axis that is left."""
        return [() if self.axis is None else (shapes[0][1 - self.axis],)]

    def __str__(self):
        return self.__class__.__name__ + "{axis=%s}" % str(self.axis)


def sp_sum(x, axis=None, sparse_grad=False):
    """The sum of the sparse matrix `x`, of all of it or over an axis; dense."""
    return SpSum(axis, sparse_grad)(x)


@legacy_name("theano.sparse.basic")
class Diag(SparseOp):
    """The diagonal of a square sparse matrix as a vector. The gradient is regular."""

    def make_node(self, x):
        x = stored_by_rows_or_columns(x)
        return Apply(self, [x], [tensor.tensor(broadcastable=(False,), dtype=x.dtype)])

    def _result(self, node, x):
        if x.shape[0] != x.shape[1]:
            raise ValueError("Diag only apply on square matrix")
        return x.diagonal()

    def grad(self, inputs, gout):
        return [square_diagonal(gout[0])]

    def infer_shape(self, node, shapes):
        """Legacy name: the smaller side."""
        return [(tensor.minimum(*shapes[0]),)]


diag = Diag()


@legacy_name("theano.sparse.basic")
class SquareDiagonal(SparseOp):
    """The square csc matrix whose diagonal is a vector. The gradient is regular."""

    def make_node(self, diag):
        diag = tensor.as_tensor_variable(diag)
        if diag.type.ndim != 1:
            raise TypeError("data argument must be a vector", diag.type)
        return Apply(self, [diag], [SparseType(dtype=diag.dtype, format="csc")()])

    def _result(self, node, diag):
        n = len(diag)
        return scipy_sparse().csc_matrix((np.array(diag), np.arange(n), np.arange(n + 1)), shape=(n, n))

    def grad(self, inputs, gout):
        return [diag(gout[0])]

    def infer_shape(self, node, shapes):
        """Legacy name: square."""
        return [(shapes[0][0], shapes[0][0])]


square_diagonal = SquareDiagonal()


@legacy_name("theano.sparse.basic")
class EnsureSortedIndices(_Unchanged):
    """The same matrix with the entries of each row (csr) or column (csc) in the order of their indices."""

    __props__ = ("inplace",)

    def __init__(self, inplace):
        self.inplace = inplace
        if inplace:
            self.view_map = {0: [0]}

    def _result(self, node, x):
        return x.sorted_indices()

    def grad(self, inputs, output_grad):
        return [output_grad[0]]

    def __str__(self):
        return self.__class__.__name__ + ("{inplace}" if self.inplace else "{no_inplace}")


ensure_sorted_indices = EnsureSortedIndices(inplace=False)


@legacy_name("theano.sparse.basic")
class Remove0(_Unchanged):
    """The same matrix without stored zeros. The gradient is regular."""

    __props__ = ("inplace",)

    def __init__(self, inplace=False):
        self.inplace = inplace
        if inplace:
            self.destroy_map = {0: [0]}

    def __str__(self):
        return self.__class__.__name__ + "{%s}" % ("inplace" if self.inplace else "")

    def _result(self, node, x):
        kept = x if self.inplace else x.copy()
        kept.eliminate_zeros()
        return kept

    def grad(self, inputs, gout):
        return [gout[0]]


remove0 = Remove0()


def clean(x):
    """The same matrix without stored zeros, its indices in order."""
    return ensure_sorted_indices(remove0(x))
