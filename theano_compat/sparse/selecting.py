"""Parts of a sparse matrix by index, and matrices put side by side. What `x[...]` means is `get_item`."""
import numpy as np

from theano_compat import scalar, tensor
from theano_compat.graph.null_type import grad_undefined
from theano_compat.graph.type import generic
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Apply, Constant, Variable
from theano_compat.sparse.parts import SparseFromDense, dense_from_sparse
from theano_compat.sparse.type import SparseType, scipy_sparse
from theano_compat.sparse.variable import SparseOp, _is_sparse_variable, as_sparse_variable, integer_dtypes, stored_by_rows_or_columns

_NO_GRADIENT = "No gradient for this input"


def _integers(index, ndim=None):
    index = tensor.as_tensor_variable(index)
    assert ndim is None or index.ndim == ndim
    assert index.dtype in integer_dtypes
    return index


class _ShapeOfX(SparseOp):
    def infer_shape(self, node, shapes):
        """Legacy name: the shape of x."""
        return [shapes[0]]


@legacy_name("theano.sparse.basic")
class GetItemList(SparseOp):
    """The rows of a sparse matrix that a vector of integers names."""

    def infer_shape(self, node, shapes):
        """Legacy name: as many rows as indices."""
        return [(shapes[1][0], shapes[0][1])]

    def make_node(self, x, index):
        x = stored_by_rows_or_columns(x)
        return Apply(self, [x, _integers(index, 1)], [x.type()])

    def _result(self, node, x, indices):
        return x[indices]

    def grad(self, inputs, g_outputs):
        x, indices = inputs
        return [get_item_list_grad(x, indices, g_outputs[0]), grad_undefined(self, 1, indices, _NO_GRADIENT)]


get_item_list = GetItemList()


@legacy_name("theano.sparse.basic")
class GetItemListGrad(_ShapeOfX):
    """A matrix like `x` whose row `index[i]` is row i of `gz`. Of a row named twice the last counts, as in Theano."""

    def make_node(self, x, index, gz):
        x, gz = stored_by_rows_or_columns(x), stored_by_rows_or_columns(gz)
        return Apply(self, [x, _integers(index, 1), gz], [x.type()])

    def _result(self, node, x, indices, gz):
        return _placed(x.shape, indices, gz.tocsr())


def _placed(shape, rows, values):
    """A csr matrix with the rows of `values` (csr) at `rows`, of equal ones the last."""
    rows = np.where(rows < 0, rows + shape[0], rows)
    unique, last = np.unique(rows[::-1], return_index=True)
    kept = values[len(rows) - 1 - last]
    lengths = np.zeros(shape[0] + 1, dtype=kept.indptr.dtype)
    lengths[unique + 1] = np.diff(kept.indptr)
    return scipy_sparse().csr_matrix((kept.data, kept.indices, np.cumsum(lengths)), shape=shape)


get_item_list_grad = GetItemListGrad()


@legacy_name("theano.sparse.basic")
class GetItem2Lists(SparseOp):
    """The numbers of a sparse matrix at rows `ind1` and columns `ind2`, as a vector of floatX."""

    def make_node(self, x, ind1, ind2):
        x = stored_by_rows_or_columns(x)
        return Apply(self, [x, _integers(ind1), _integers(ind2)], [tensor.vector()])

    def _result(self, node, x, ind1, ind2):
        return np.asarray(x[ind1, ind2]).flatten()

    def grad(self, inputs, g_outputs):
        x, ind1, ind2 = inputs
        return [get_item_2lists_grad(x, ind1, ind2, g_outputs[0]), grad_undefined(self, 1, ind1, _NO_GRADIENT),
                grad_undefined(self, 1, ind2, _NO_GRADIENT)]


get_item_2lists = GetItem2Lists()


@legacy_name("theano.sparse.basic")
class GetItem2ListsGrad(_ShapeOfX):
    """A matrix like `x` with the numbers `gz` at rows `ind1` and columns `ind2`. Of a place named twice the last counts."""

    def make_node(self, x, ind1, ind2, gz):
        x = stored_by_rows_or_columns(x)
        return Apply(self, [x, _integers(ind1, 1), _integers(ind2, 1), gz], [x.type()])

    def _result(self, node, x, ind1, ind2, gz):
        rows, columns = (np.where(i < 0, i + n, i).astype("int64") for i, n in zip((ind1, ind2), x.shape))
        unique, last = np.unique((rows * x.shape[1] + columns)[::-1], return_index=True)
        numbers = gz[len(gz) - 1 - last]
        return scipy_sparse().coo_matrix((numbers, np.divmod(unique, x.shape[1])), shape=x.shape)


get_item_2lists_grad = GetItem2ListsGrad()


@legacy_name("theano.sparse.basic")
class GetItem2d(SparseOp):
    """The part of a sparse matrix at one or two slices, sparse. No gradient is written, as in Theano."""

    def make_node(self, x, index):
        x = stored_by_rows_or_columns(x)
        assert len(index) in (1, 2)
        none = Constant(generic, None)
        inputs = [x]
        for ind in index:
            if isinstance(ind, slice):
                step = None if not isinstance(ind.step, Variable) and ind.step == 1 else ind.step
                bounds = (("start", ind.start), ("stop", ind.stop), ("step", step))
                inputs += [none if bound is None else _bound(bound, name) for name, bound in bounds]
            elif (isinstance(ind, Variable) and getattr(ind, "ndim", -1) == 0) or np.isscalar(ind):
                raise NotImplementedError("Theano has no sparse vectorUse X[a:b, c:d], X[a:b, c:c+1] or X[a:b] instead.")
            else:
                raise ValueError("Advanced indexing is not implemented for sparse matrices. Argument not supported: %s" % ind)
        if len(index) == 1:
            inputs += [none, none, none]
        return Apply(self, inputs, [x.type()])

    def _result(self, node, x, *bounds):
        bounds = [None if b is None else int(b) for b in bounds]
        return x[slice(*bounds[:3]), slice(*bounds[3:])]


def _bound(bound, name):
    if not isinstance(bound, Variable):
        bound = tensor.as_tensor_variable(bound)
    if not (bound.ndim == 0 and bound.dtype in tensor.discrete_dtypes):
        raise ValueError("Impossible to index into a sparse matrix with slice where %s=%s" % (name, bound), bound.ndim, bound.dtype)
    return bound


get_item_2d = GetItem2d()


@legacy_name("theano.sparse.basic")
class GetItemScalar(SparseOp):
    """The number of a sparse matrix at a row and a column. No gradient is written, as in Theano."""

    def infer_shape(self, node, shapes):
        """Legacy name: a number."""
        return [()]

    def make_node(self, x, index):
        x = stored_by_rows_or_columns(x)
        assert len(index) == 2
        inputs = [x]
        for ind in index:
            if isinstance(ind, slice):
                raise Exception("GetItemScalar called with a slice as index!")
            if isinstance(ind, (int, np.integer)):
                ind = tensor.constant(int(ind))
            if ind.ndim != 0:
                raise NotImplementedError()
            inputs.append(ind)
        return Apply(self, inputs, [tensor.scalar(dtype=x.dtype)])

    def _result(self, node, x, row, column):
        for what, index, length in (("row", row, x.shape[0]), ("column", column, x.shape[1])):
            if not -length <= index < length:
                raise IndexError("%s index (%d) out of range" % (what, index))
        return x[int(row), int(column)]


get_item_scalar = GetItemScalar()


def get_item(x, index):
    """`x[index]`: two integers give a number, a list gives rows, two lists numbers, slices a part."""
    if not isinstance(index, tuple):
        index = (index,)
    if len(index) == 2:
        if all(np.isscalar(i) or (isinstance(i, Variable) and i.type == tensor.iscalar) for i in index):
            return get_item_scalar(x, index)
        if isinstance(index[0], list):
            return get_item_2lists(x, index[0], index[1])
    elif isinstance(index[0], list):
        return get_item_list(x, index[0])
    return get_item_2d(x, index)


@legacy_name("theano.sparse.basic")
class HStack(SparseOp):
    """Sparse matrices side by side, in `format` (csc by default) and `dtype`."""

    __props__ = ("format", "dtype")
    _axis = 1

    def __init__(self, format=None, dtype=None):
        self.format = "csc" if format is None else format
        if dtype is None:
            raise ValueError("The output dtype must be specified.")
        self.dtype = dtype

    def make_node(self, *mat):
        if not mat:
            raise ValueError("Cannot join an empty list of sparses.")
        return Apply(self, [stored_by_rows_or_columns(x) for x in mat], [SparseType(dtype=self.dtype, format=self.format)()])

    def _result(self, node, *block):
        join = scipy_sparse().hstack if self._axis else scipy_sparse().vstack
        return join(block, format=self.format, dtype=self.dtype)

    def grad(self, inputs, gout):
        gz = dense_from_sparse(gout[0]) if _is_sparse_variable(gout[0]) else gout[0]
        pieces = tensor.Split(len(inputs))(gz, self._axis, tensor.stack([x.shape[self._axis] for x in inputs]))
        pieces = pieces if isinstance(pieces, (list, tuple)) else [pieces]
        # in the format of the op, not of the input, as in Theano
        return [SparseFromDense(self.format)(piece) if x.dtype in tensor.continuous_dtypes else None
                for x, piece in zip(inputs, pieces)]

    def infer_shape(self, node, ins_shapes):
        """Legacy name: lengths along the axis add up."""
        total = sum(s[self._axis] for s in ins_shapes)
        return [(ins_shapes[0][0], total) if self._axis else (total, ins_shapes[0][1])]

    def __str__(self):
        return "%s(%s,%s)" % (self.__class__.__name__, self.format, self.dtype)


@legacy_name("theano.sparse.basic")
class VStack(HStack):
    """Sparse matrices one above the other."""

    _axis = 0


def _stacked(cls, blocks, format, dtype):
    blocks = [as_sparse_variable(x) for x in blocks]
    return cls(format=format, dtype=scalar.upcast(*[x.dtype for x in blocks]) if dtype is None else dtype)(*blocks)


def hstack(blocks, format=None, dtype=None):
    """Sparse matrices side by side; format csc and the common dtype by default."""
    return _stacked(HStack, blocks, format, dtype)


def vstack(blocks, format=None, dtype=None):
    """Sparse matrices one above the other; format csc and the common dtype by default."""
    return _stacked(VStack, blocks, format, dtype)
