"""Sums and products entry by entry, of sparse matrices with sparse ones, dense ones, vectors and numbers."""
import numpy as np

from theano_compat import scalar, tensor
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Apply
from theano_compat.sparse.parts import dense_from_sparse, entry_places, sp_ones_like, with_data
from theano_compat.sparse.scaling import sp_sum
from theano_compat.sparse.type import SparseType
from theano_compat.sparse.variable import (
    SparseOp,
    _is_dense_variable,
    _is_sparse_variable,
    as_sparse_or_tensor_variable,
    assert_same_shape,
    by_kind,
    continuous_dtypes,
    stored_by_rows_or_columns,
)


class _ShapeOfFirst(SparseOp):
    """An op whose result has the shape of its first input."""

    def infer_shape(self, node, shapes):
        """Legacy name: the shape of the first input."""
        return [shapes[0]]


class _Pair(_ShapeOfFirst):
    """An op of two sparse matrices of one shape; the result has the format of the first and the common dtype."""

    def make_node(self, x, y):
        x, y = stored_by_rows_or_columns(x), stored_by_rows_or_columns(y)
        dtype = scalar.upcast(x.type.dtype, y.type.dtype)
        return Apply(self, [x, y], [SparseType(dtype=dtype, format=x.type.format)()])

    def _result(self, node, x, y):
        assert_same_shape(x, y)
        return self._combine(x, y)


class _WithVector(_ShapeOfFirst):
    """An op of a sparse matrix and a vector, one number a column, of one dtype."""

    def make_node(self, x, y):
        x, y = stored_by_rows_or_columns(x), tensor.as_tensor_variable(y)
        assert y.type.ndim == 1
        if x.type.dtype != y.type.dtype:
            raise NotImplementedError("%s not implemented for differing dtypes.Got %s and %s."
                                      % (type(self).__name__, x.type.dtype, y.type.dtype))
        return Apply(self, [x, y], [SparseType(dtype=x.type.dtype, format=x.type.format)()])

    def _result(self, node, x, y):
        assert x.shape[1] == y.shape[0], "a matrix of %d columns with a vector of length %d" % (x.shape[1], y.shape[0])
        return with_data(x, self._numbers(x, y[entry_places(x)[1]]))


@legacy_name("theano.sparse.basic")
class Neg(_ShapeOfFirst):
    """The negative."""

    def __str__(self):
        return "Sparse" + self.__class__.__name__

    def make_node(self, x):
        x = stored_by_rows_or_columns(x)
        return Apply(self, [x], [x.type()])

    def _result(self, node, x):
        return -x

    def grad(self, inputs, gout):
        assert _is_sparse_variable(inputs[0]) and _is_sparse_variable(gout[0])
        return (-gout[0],)


neg = Neg()


@legacy_name("theano.sparse.basic")
class AddSS(_Pair):
    """The sum of two sparse matrices."""

    def _combine(self, x, y):
        return x + y

    def grad(self, inputs, gout):
        assert all(map(_is_sparse_variable, (*inputs, gout[0])))
        return (gout[0], gout[0])


add_s_s = AddSS()


@legacy_name("theano.sparse.basic")
class AddSSData(_ShapeOfFirst):
    """The sum of two sparse matrices of one structure, which is not looked at: entries are added in their order."""

    def make_node(self, x, y):
        x, y = stored_by_rows_or_columns(x), stored_by_rows_or_columns(y)
        if x.type.dtype != y.type.dtype:
            raise NotImplementedError()
        if x.type.format != y.type.format:
            raise NotImplementedError()
        return Apply(self, [x, y], [x.type()])

    def _result(self, node, x, y):
        assert_same_shape(x, y)
        assert x.data.shape == y.data.shape, "matrices of %d and %d entries" % (len(x.data), len(y.data))
        return with_data(x, x.data + y.data)

    def grad(self, inputs, gout):
        return [gout[0] if x.dtype in continuous_dtypes else None for x in inputs]


add_s_s_data = AddSSData()


@legacy_name("theano.sparse.basic")
class AddSD(SparseOp):
    """The sum of a sparse matrix and a dense one, dense."""

    def make_node(self, x, y):
        x, y = stored_by_rows_or_columns(x), tensor.as_tensor_variable(y)
        dtype = scalar.upcast(x.type.dtype, y.type.dtype)
        assert y.type.ndim == 2
        return Apply(self, [x, y], [tensor.TensorType(dtype=dtype, broadcastable=y.type.broadcastable)()])

    def _result(self, node, x, y):
        return np.asarray(x + y)

    def grad(self, inputs, gout):
        (x, y), (gz,) = inputs, gout
        assert _is_sparse_variable(x) and _is_dense_variable(y)
        assert _is_dense_variable(gz)
        return (sp_ones_like(x) * gz, gz)

    def infer_shape(self, node, shapes):
        """Legacy name: the shape of the dense one."""
        return [shapes[1]]


add_s_d = AddSD()


@legacy_name("theano.sparse.basic")
class StructuredAddSV(_WithVector):
    """A vector added to the entries of each row of a sparse matrix, nothing elsewhere."""

    def _numbers(self, x, numbers):
        # stored by columns, Theano looked for numbers that are not zero; by rows, for what is stored
        return x.data + (numbers if x.format == "csr" else numbers * (x.data != 0))

    def grad(self, inputs, gout):
        gz, = gout
        assert _is_sparse_variable(gz)
        return (gz, sp_sum(gz, axis=0, sparse_grad=True))


structured_add_s_v = StructuredAddSV()


@legacy_name("theano.sparse.basic")
class MulSS(_Pair):
    """The product, entry by entry, of two sparse matrices."""

    def _combine(self, x, y):
        return x.multiply(y)

    def grad(self, inputs, gout):
        (x, y), (gz,) = inputs, gout
        return (y * gz, x * gz)


mul_s_s = MulSS()


@legacy_name("theano.sparse.basic")
class MulSD(_ShapeOfFirst):
    """The product, entry by entry, of a sparse matrix and a dense matrix or a number; sparse, of the same structure."""

    def make_node(self, x, y):
        x, y = stored_by_rows_or_columns(x), tensor.as_tensor_variable(y)
        dtype = scalar.upcast(x.type.dtype, y.type.dtype)
        # A dense matrix of one row or column would have to be stretched, which Theano's product did not do.
        assert y.type.ndim in (0, 2)
        return Apply(self, [x, y], [SparseType(dtype=dtype, format=x.type.format)()])

    def _result(self, node, x, y):
        if y.ndim:
            assert_same_shape(x, y)
            y = y[entry_places(x)]
        return with_data(x, x.data.astype(node.outputs[0].type.dtype) * y)

    def grad(self, inputs, gout):
        (x, y), (gz,) = inputs, gout
        assert _is_sparse_variable(x) and _is_dense_variable(y)
        assert _is_sparse_variable(gz)
        if y.ndim == 0:
            # the real Theano gave a matrix here, which no number could take as its gradient
            return (y * gz, sp_sum(x * gz, sparse_grad=True))
        return (y * gz, dense_from_sparse(x * gz))


mul_s_d = MulSD()


@legacy_name("theano.sparse.basic")
class MulSV(_WithVector):
    """Each column of a sparse matrix times a number of a vector."""

    def _numbers(self, x, numbers):
        return x.data * numbers

    def grad(self, inputs, gout):
        (x, y), (gz,) = inputs, gout
        assert _is_sparse_variable(x) and _is_dense_variable(y)
        assert _is_sparse_variable(gz)
        if gz.dtype == "float64" and y.dtype == "float32":
            y = y.astype("float64")
        if gz.dtype == "float32" and y.dtype == "float64":
            gz = gz.astype("float64")
        return (mul_s_v(gz, y), sp_sum(x * gz, axis=0, sparse_grad=True))


mul_s_v = MulSV()


def add(x, y):
    """The sum of two matrices of which at least one is sparse; sparse if both are."""
    return by_kind(x, y, add_s_s, add_s_d, add_s_d)


def sub(x, y):
    """The difference of two matrices of which at least one is sparse."""
    return x + (-y)


def mul(x, y):
    """The product, entry by entry, of two matrices of which at least one is sparse, or of one and a number; sparse."""
    x, y = as_sparse_or_tensor_variable(x), as_sparse_or_tensor_variable(y)
    x_sparse, y_sparse = _is_sparse_variable(x), _is_sparse_variable(y)
    assert x_sparse or y_sparse
    if not x_sparse:
        return mul_s_d(y, x)
    if y.dtype == "float64" and x.dtype == "float32":
        x = x.astype("float64")
    return mul_s_s(x, y) if y_sparse else mul_s_d(x, y)
