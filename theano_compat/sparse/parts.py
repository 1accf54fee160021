"""A sparse matrix and its parts: arrays of entries and places, its dense twin, its transpose, another dtype."""
import numpy as np

from theano_compat import tensor
from theano_compat.config import config
from theano_compat.graph.null_type import DisconnectedType
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Apply, Variable
from theano_compat.sparse.type import SparseType, scipy_sparse
from theano_compat.sparse.variable import (
    SparseOp,
    _is_sparse_variable,
    as_sparse_variable,
    complex_dtypes,
    discrete_dtypes,
    stored_by_rows_or_columns,
)

_NO_KMAP = "Do not use kmap, it is removed"


def major_positions(indptr):
    """For each stored entry the number of its row (csr) or column (csc)."""
    return np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))


def entry_places(x):
    """(rows, columns) of the stored entries of a csr or csc matrix."""
    major = major_positions(x.indptr)
    return (major, x.indices) if x.format == "csr" else (x.indices, major)


def with_data(x, data):
    """A matrix with the structure of `x`, not sharing its arrays, and other numbers."""
    return type(x)((data, x.indices.copy(), x.indptr.copy()), shape=x.shape)


@legacy_name("theano.sparse.basic")
class CSMProperties(SparseOp):
    """`data, indices, indptr, shape` of a csr or csc matrix; the last three int32. The gradient is not structured."""

    view_map = {0: [0], 1: [0], 2: [0]}

    def __init__(self, kmap=None):
        if kmap is not None:
            raise Exception(_NO_KMAP)

    def make_node(self, csm):
        csm = stored_by_rows_or_columns(csm)
        data = tensor.TensorType(dtype=csm.type.dtype, broadcastable=(False,))()
        return Apply(self, [csm], [data, tensor.ivector(), tensor.ivector(), tensor.ivector()])

    def _result(self, node, csm):
        return csm.data, csm.indices, csm.indptr, csm.shape

    def grad(self, inputs, g):
        csm, = inputs
        if isinstance(g[0].type, DisconnectedType):
            return [csm.zeros_like()]
        _, indices, indptr, shape = csm_properties(csm)
        return [CSM(csm.format)(g[0], indices, indptr, shape)]


csm_properties = CSMProperties()


def csm_data(csm):
    """The stored entries."""
    return csm_properties(csm)[0]


def csm_indices(csm):
    """The column (csr) or row (csc) of each stored entry."""
    return csm_properties(csm)[1]


def csm_indptr(csm):
    """Where each row (csr) or column (csc) begins among the entries, and where the last ends."""
    return csm_properties(csm)[2]


def csm_shape(csm):
    """(rows, columns), int32."""
    return csm_properties(csm)[3]


@legacy_name("theano.sparse.basic")
class CSM(SparseOp):
    """The csr or csc matrix of `data, indices, indptr, shape`. The gradient is regular: that of `data`.

    Raises ValueError for a format that is neither, TypeError for parts that are no vectors of the right kind.
    """

    __props__ = ("format",)

    def __init__(self, format, kmap=None):
        if format not in ("csr", "csc"):
            raise ValueError("format must be one of: 'csr', 'csc'", format)
        if kmap is not None:
            raise Exception(_NO_KMAP)
        self.format = format
        self.view_map = {0: [0]}

    def make_node(self, data, indices, indptr, shape):
        data = tensor.as_tensor_variable(data)
        indices, indptr, shape = (tensor.as_tensor_variable(_as_int32(x)) for x in (indices, indptr, shape))
        if data.type.ndim != 1:
            raise TypeError("data argument must be a vector", data.type, data.type.ndim)
        for x, what in ((indices, "indices must be vector of integers"), (indptr, "indices must be vector of integers"),
                        (shape, "n_rows must be integer type")):
            if x.type.ndim != 1 or x.type.dtype not in discrete_dtypes:
                raise TypeError(what, x, x.type)
        return Apply(self, [data, indices, indptr, shape], [SparseType(dtype=data.type.dtype, format=self.format)()])

    def _result(self, node, data, indices, indptr, shape):
        if len(shape) != 2:
            raise ValueError("Shape should be an array of length 2")
        if data.shape != indices.shape:
            raise ValueError("Data (shape %r must have the same number of elements as indices (shape%r)"
                             % (data.shape, indices.shape))
        cls = SparseType.format_cls[self.format]
        return cls((np.array(data), np.array(indices), np.array(indptr)), shape=tuple(int(n) for n in shape))

    def connection_pattern(self, node):
        return [[True], [False], [False], [False]]

    def grad(self, inputs, gout):
        g_data = csm_grad()(*inputs, *csm_properties(gout[0]))
        return [g_data, DisconnectedType()(), DisconnectedType()(), DisconnectedType()()]

    def infer_shape(self, node, shapes):
        """Legacy name: what the fourth input holds."""
        return [(node.inputs[3][0], node.inputs[3][1])]


def _as_int32(x):
    if isinstance(x, Variable):
        return x
    found = np.asarray(x)
    narrow = found.astype("int32")
    assert (found == narrow).all()
    return narrow


CSC = CSM("csc")
CSR = CSM("csr")


@legacy_name("theano.sparse.basic")
class CSMGrad(SparseOp):
    """For each entry of a matrix `x` the number that a matrix `g` has in its place: the gradient of CSM."""

    def __init__(self, kmap=None):
        if kmap is not None:
            raise Exception(_NO_KMAP)

    def make_node(self, x_data, x_indices, x_indptr, x_shape, g_data, g_indices, g_indptr, g_shape):
        return Apply(self, [x_data, x_indices, x_indptr, x_shape, g_data, g_indices, g_indptr, g_shape], [g_data.type()])

    def _result(self, node, x_data, x_indices, x_indptr, x_shape, g_data, g_indices, g_indptr, g_shape):
        width = int(max(x_shape))
        x_keys = major_positions(x_indptr) * width + x_indices
        g_keys = major_positions(g_indptr) * width + g_indices
        keys, places = np.unique(g_keys, return_inverse=True)
        sums = np.zeros(len(keys) + 1, dtype=g_data.dtype)
        np.add.at(sums, places, g_data)  # entries that share a place count together
        found = np.searchsorted(keys, x_keys)
        hit = found < len(keys)
        hit[hit] = keys[found[hit]] == x_keys[hit]
        return np.where(hit, sums[found], 0)

    def infer_shape(self, node, shapes):
        """Legacy name: as many numbers as x has entries."""
        return [shapes[1]]


csm_grad = CSMGrad


@legacy_name("theano.sparse.basic")
class Cast(SparseOp):
    """The matrix in the dtype `out_type`."""

    __props__ = ("out_type",)

    def __init__(self, out_type):
        self.out_type = out_type

    def make_node(self, x):
        x = stored_by_rows_or_columns(x)
        return Apply(self, [x], [SparseType(dtype=self.out_type, format=x.format)()])

    def _result(self, node, x):
        return x.astype(self.out_type)

    def grad(self, inputs, outputs_gradients):
        x, gz = inputs[0], outputs_gradients[0]
        if gz.dtype in complex_dtypes or x.dtype in complex_dtypes:
            raise NotImplementedError("grad not implemented for complex types")
        if gz.dtype in discrete_dtypes:
            return [sp_zeros_like(x, config.floatX if x.dtype in discrete_dtypes else None)]
        return [gz if x.dtype in discrete_dtypes else Cast(x.dtype)(gz)]

    def infer_shape(self, node, ins_shapes):
        """Legacy name: the shape of x."""
        return ins_shapes

    def __str__(self):
        return "%s(%s)" % (self.__class__.__name__, self.out_type)


bcast = Cast("int8")
wcast = Cast("int16")
icast = Cast("int32")
lcast = Cast("int64")
fcast = Cast("float32")
dcast = Cast("float64")
ccast = Cast("complex64")
zcast = Cast("complex128")


def cast(variable, dtype):
    """A sparse matrix in another dtype."""
    return Cast(dtype)(variable)


@legacy_name("theano.sparse.basic")
class DenseFromSparse(SparseOp):
    """The matrix as a tensor. `structured`: the gradient has entries only where x has."""

    def __init__(self, structured=True):
        self.sparse_grad = structured

    def __str__(self):
        return "%s{structured_grad=%s}" % (self.__class__.__name__, self.sparse_grad)

    def make_node(self, x):
        x = as_sparse_variable(x)
        return Apply(self, [x], [tensor.TensorType(dtype=x.type.dtype, broadcastable=(False, False))()])

    def _result(self, node, x):
        return x.toarray() if hasattr(x, "toarray") else x

    def grad(self, inputs, gout):
        (x,), (gz,) = inputs, gout
        if not self.sparse_grad:
            return [SparseFromDense(x.type.format)(gz)]
        left, right = sp_ones_like(x), gz
        if right.dtype == "float64" and left.dtype == "float32":
            left = left.astype("float64")
        if right.dtype == "float32" and left.dtype == "float64":
            right = right.astype("float64")
        return [left * right]

    def infer_shape(self, node, shapes):
        """Legacy name: the shape of x."""
        return [shapes[0]]


dense_from_sparse = DenseFromSparse()


@legacy_name("theano.sparse.basic")
class SparseFromDense(SparseOp):
    """A tensor of at most two dimensions as a matrix of that format; a vector is one row."""

    def __init__(self, format):
        self.format = format

    def __eq__(self, other):
        return type(self) is type(other) and self.format == other.format

    def __hash__(self):
        return hash((type(self), self.format))

    def __str__(self):
        return "%s{%s}" % (self.__class__.__name__, self.format)

    def make_node(self, x):
        x = tensor.as_tensor_variable(x)
        if x.ndim > 2:
            raise TypeError("Theano does not have sparse tensor types with more than 2 dimensions, but %s.ndim = %i" % (x, x.ndim))
        if x.ndim < 2:
            x = x.dimshuffle("x", 0) if x.ndim else x.dimshuffle("x", "x")
        return Apply(self, [x], [SparseType(dtype=x.type.dtype, format=self.format)()])

    def _result(self, node, x):
        return SparseType.format_cls[self.format](x)

    def grad(self, inputs, gout):
        return (tensor.patternbroadcast(dense_from_sparse(gout[0]), inputs[0].broadcastable),)

    def infer_shape(self, node, shapes):
        """Legacy name: the shape of x."""
        return [shapes[0]]


csr_from_dense = SparseFromDense("csr")
csc_from_dense = SparseFromDense("csc")


def sp_ones_like(x):
    """Ones where `x` has entries."""
    data, indices, indptr, shape = csm_properties(x)
    return CSM(format=x.format)(tensor.ones_like(data), indices, indptr, shape)


def sp_zeros_like(x, dtype=None):
    """A matrix of the shape and format of `x` without entries."""
    _, _, indptr, shape = csm_properties(x)
    return CSM(format=x.format)(np.array([], dtype=dtype or x.type.dtype), np.array([], dtype="int32"),
                                tensor.zeros_like(indptr), shape)


@legacy_name("theano.sparse.basic")
class Transpose(SparseOp):
    """The transpose; csr becomes csc and csc becomes csr."""

    view_map = {0: [0]}
    format_map = {"csr": "csc", "csc": "csr"}

    def __str__(self):
        return "Sparse" + self.__class__.__name__

    def make_node(self, x):
        x = stored_by_rows_or_columns(x)
        return Apply(self, [x], [SparseType(dtype=x.type.dtype, format=self.format_map[x.type.format])()])

    def _result(self, node, x):
        return x.transpose()

    def grad(self, inputs, gout):
        assert _is_sparse_variable(inputs[0]) and _is_sparse_variable(gout[0])
        return (transpose(gout[0]),)

    def infer_shape(self, node, shapes):
        """Legacy name: the shape of x backwards."""
        return [shapes[0][::-1]]


transpose = Transpose()


@legacy_name("theano.sparse.basic")
class ConstructSparseFromList(SparseOp):
    """A csc matrix of the shape of `x` whose row `ilist[i]` is row i of `values`; equal indices add up.

    The gradient of `theano.sparse_grad(x[ilist])`.
    """

    def make_node(self, x, values, ilist):
        x, values, ilist = map(tensor.as_tensor_variable, (x, values, ilist))
        if ilist.type.dtype not in discrete_dtypes:
            raise TypeError("index must be integers")
        if ilist.type.ndim != 1:
            raise TypeError("index must be vector")
        if x.type.ndim != 2:
            raise TypeError("cannot create a sparse matrix with %d dimensions" % x.type.ndim)
        if values.type.ndim != 2:
            raise TypeError("cannot create a sparse matrix from values with %d ndim" % values.type.ndim)
        return Apply(self, [x.shape, values, ilist], [SparseType("csc", x.dtype)()])

    def _result(self, node, shape, values, ilist):
        rows, columns = values.shape
        assert rows == len(ilist)
        shape = tuple(int(n) for n in shape)
        places = np.where(ilist < 0, ilist + shape[0], ilist)
        return scipy_sparse().csc_matrix((values.T.flatten(), np.tile(places, columns), np.arange(columns + 1) * rows), shape=shape,
                                         dtype=values.dtype)

    def infer_shape(self, node, ishapes):
        """Legacy name: what the first input holds."""
        return [[node.inputs[0][0], node.inputs[0][1]]]

    def R_op(self, inputs, eval_points):
        return [None] if None in eval_points[:2] else self.make_node(eval_points[0], eval_points[1], *inputs[2:]).outputs

    def connection_pattern(self, node):
        return [[True], [True], [False]]

    def grad(self, inputs, grads):
        g = grads[0]
        g_values = dense_from_sparse(g) if _is_sparse_variable(g) else g
        return [g, tensor.advanced_subtensor1(g_values, inputs[2]), DisconnectedType()()]


construct_sparse_from_list = ConstructSparseFromList()
