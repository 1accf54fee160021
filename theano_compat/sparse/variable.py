"""Sparse variables and constants, how to make them, and what their operators mean. The ops are in the other files."""
from collections.abc import Mapping, Sequence

import numpy as np

from theano_compat import tensor
from theano_compat.config import config
from theano_compat.graph.op import Op
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Apply, Constant, Variable
from theano_compat.sparse.type import SparseType, _is_sparse
from theano_compat.sparse.utils import hash_from_sparse
from theano_compat.tensor.shape import Shape

sparse_formats = ["csc", "csr"]

all_dtypes = SparseType.dtype_set
complex_dtypes = [t for t in all_dtypes if t.startswith("complex")]
float_dtypes = [t for t in all_dtypes if t.startswith("float")]
int_dtypes = [t for t in all_dtypes if t.startswith("int")]
uint_dtypes = [t for t in all_dtypes if t.startswith("uint")]
integer_dtypes = int_dtypes + uint_dtypes
continuous_dtypes = complex_dtypes + float_dtypes
discrete_dtypes = int_dtypes + uint_dtypes

_NO_VARIABLE = ("this function should only be called on *variables* (of type sparse.SparseType or tensor.TensorType, for "
                "instance), not ")


class _SciPyClasses(Sequence):
    """SciPy's classes for `sparse_formats`, looked up when asked for."""

    def __getitem__(self, i):
        return [SparseType.format_cls[format] for format in sparse_formats][i]

    def __len__(self):
        return len(sparse_formats)


class _FormatOfClass(Mapping):
    """{SciPy's class: format}, looked up when asked for."""

    def __getitem__(self, cls):
        return dict(zip(_mtypes, sparse_formats))[cls]

    def __iter__(self):
        return iter(_mtypes)

    def __len__(self):
        return len(sparse_formats)


# Theano's private names, which tests loop over.
_mtypes = _SciPyClasses()
_mtype_to_str = _FormatOfClass()


def _is_sparse_variable(x):
    """Whether the variable `x` is sparse. Raises NotImplementedError for what is no variable."""
    if not isinstance(x, Variable):
        raise NotImplementedError(_NO_VARIABLE, x)
    return isinstance(x.type, SparseType)


def _is_dense_variable(x):
    """Whether the variable `x` is a tensor. Raises NotImplementedError for what is no variable."""
    if not isinstance(x, Variable):
        raise NotImplementedError(_NO_VARIABLE, x)
    return isinstance(x.type, tensor.TensorType)


def _is_dense(x):
    """Whether the value `x` is an array, not a sparse matrix."""
    return not _is_sparse(x)


class SparseOp(Op):
    """What the ops of this room share: their values are SciPy's, so they run on the host, by `_result(node, *values)`.

    Stored entries and their number depend on data, and what is compiled is compiled anew for each number of entries; a gather with a
    sorted segment sum in XLA, for any number, takes three times as long as SciPy's product. `kernel` has the one exception.
    """

    sized_by_data = True
    __props__ = ()
    host_only = True
    only_reads = True

    def perform(self, node, inputs, output_storage):
        """Legacy name: `_result` into storage, in the declared format and dtype."""
        for variable, value in zip(node.inputs, inputs):
            if value is None and isinstance(variable.type, SparseType):
                _is_sparse(value)
        results = self._result(node, *inputs)
        results = results if isinstance(results, tuple) else (results,)
        for out, cell, result in zip(node.outputs, output_storage, results):
            cell[0] = fitted(out.type, result)

    perform.only_computes = True  # it may be run again


def fitted(type, value):
    """`value` in the format and dtype that `type` declares."""
    if isinstance(type, SparseType):
        cls = type.format_cls[type.format]
        if not isinstance(value, cls):
            value = cls(value)
        return value if value.dtype == type.dtype else value.astype(type.dtype)
    return np.asarray(value, dtype=type.dtype)


def assert_same_shape(x, y):
    """AssertionError where two values differ in shape: Theano's class, which said nothing more."""
    assert x.shape == y.shape, "matrices of the shapes %s and %s" % (x.shape, y.shape)


def stored_by_rows_or_columns(x):
    """`x` as a sparse variable of format csr or csc; AssertionError for another format."""
    x = as_sparse_variable(x)
    assert x.format in sparse_formats
    return x


def as_sparse_variable(x, name=None):
    """`x` (a variable, an Apply of one output, or a SciPy matrix) as a sparse variable. Raises TypeError or ValueError."""
    if isinstance(x, Apply):
        if len(x.outputs) != 1:
            raise ValueError("It is ambiguous which output of a multi-output Op has to be fetched.", x)
        x = x.outputs[0]
    if isinstance(x, Variable):
        if not isinstance(x.type, SparseType):
            raise TypeError("Variable type field must be a SparseType.", x, x.type)
        return x
    try:
        return constant(x, name=name)
    except TypeError:
        raise TypeError("Cannot convert %s to SparseType" % x, type(x)) from None


as_sparse = as_sparse_variable


def as_sparse_or_tensor_variable(x, name=None):
    """`x` as a sparse variable, or where that cannot be as a tensor."""
    try:
        return as_sparse_variable(x, name)
    except (ValueError, TypeError):
        return tensor.as_tensor_variable(x, name)


def as_matrix_operand(x):
    """`x` as a variable: a SciPy matrix as a sparse one, a number or array as a tensor."""
    if isinstance(x, Variable):
        return x
    return as_sparse_variable(x) if hasattr(x, "tocsr") else tensor.as_tensor_variable(x)


def by_kind(x, y, both, dense, turned):
    """`both(x, y)` of two sparse matrices, `dense(x, y)` where `y` is dense, `turned(y, x)` where `x` is."""
    x, y = as_matrix_operand(x), as_matrix_operand(y)
    x_sparse, y_sparse = _is_sparse_variable(x), _is_sparse_variable(y)
    assert x_sparse or y_sparse
    if x_sparse and y_sparse:
        return both(x, y)
    return dense(x, y) if x_sparse else turned(y, x)


def constant(x, name=None):
    """A sparse constant holding a copy of the SciPy matrix `x`. Raises TypeError for anything else."""
    if not hasattr(x, "tocsr") or isinstance(x, Variable):
        raise TypeError("sparse.constant must be called on a scipy.sparse.spmatrix")
    type_ = SparseType(format=x.format, dtype=x.dtype)
    return SparseConstant(type_, type_.format_cls[x.format](x, copy=True), name=name)


@legacy_name("theano.sparse.basic")
class _sparse_py_operators:
    """Methods and operators of sparse variables, constants and shared variables."""

    T = property(lambda self: _ops().transpose(self), doc="The transpose; csr becomes csc and the other way round.")
    shape = property(lambda self: Shape()(self), doc="The shape, an int64 vector.")
    ndim = property(lambda self: self.type.ndim)
    dtype = property(lambda self: self.type.dtype)
    format = property(lambda self: self.type.format)
    size = property(lambda self: _ops().csm_data(self).size, doc="How many entries are stored.")

    def astype(self, dtype):
        """The same matrix in another dtype."""
        return _ops().cast(self, dtype)

    def __neg__(self):
        return _ops().neg(self)

    def __add__(self, other):
        return _ops().add(self, other)

    def __radd__(self, other):
        return _ops().add(other, self)

    def __sub__(self, other):
        return _ops().sub(self, other)

    def __rsub__(self, other):
        return _ops().sub(other, self)

    def __mul__(self, other):
        return _ops().mul(self, other)

    def __rmul__(self, other):
        return _ops().mul(self, other)

    def __lt__(self, other):
        return _ops().lt(self, other)

    def __le__(self, other):
        return _ops().le(self, other)

    def __gt__(self, other):
        return _ops().gt(self, other)

    def __ge__(self, other):
        return _ops().ge(self, other)

    def __dot__(self, other):
        return _ops().structured_dot(self, other)

    def __rdot__(self, other):
        return _ops().structured_dot(other, self)

    def toarray(self):
        """The matrix as a tensor."""
        return _ops().dense_from_sparse(self)

    def zeros_like(self):
        """A matrix of the same shape, format and dtype without stored entries."""
        return _ops().sp_zeros_like(self)

    def __getitem__(self, args):
        return _ops().get_item(self, args)


def _ops():
    from theano_compat.sparse import operations
    return operations


@legacy_name("theano.sparse.basic")
class SparseVariable(_sparse_py_operators, Variable):
    """A variable whose value is a sparse matrix."""

    def __str__(self):
        return "%s{%s,%s}" % (self.__class__.__name__, self.format, self.dtype)

    __repr__ = __str__


@legacy_name("theano.sparse.basic")
class SparseConstantSignature(tuple):
    """(type, matrix): equal when the matrices hold the same numbers up to rounding."""

    def __eq__(self, other):
        (a, b), (x, y) = self, other
        return (a == x and b.dtype == y.dtype and type(b) is type(y) and b.shape == y.shape
                and bool(abs(b - y).sum() < 1e-6 * b.nnz or b.nnz == y.nnz == 0))

    def __ne__(self, other):
        return not self == other

    def __hash__(self):
        a, b = self
        return hash(type(self)) ^ hash(a) ^ hash(type(b))

    def theano_hash(self):
        """A digest of the matrix."""
        return hash_from_sparse(self[1])


@legacy_name("theano.sparse.basic")
class SparseConstant(_sparse_py_operators, Constant):
    """A constant that is a sparse matrix."""

    def signature(self):
        """What tells this constant from others."""
        assert self.data is not None
        return SparseConstantSignature((self.type, self.data))

    def __str__(self):
        return "%s{%s,%s,shape=%s,nnz=%s}" % (self.__class__.__name__, self.format, self.dtype, self.data.shape, self.data.nnz)

    __repr__ = __str__


SparseType.Variable = SparseVariable
SparseType.Constant = SparseConstant


def matrix(format, name=None, dtype=None):
    """A sparse variable of that format; dtype floatX by default."""
    return SparseType(format=format, dtype=config.floatX if dtype is None else dtype)(name)


def csc_matrix(name=None, dtype=None):
    """A sparse variable stored by columns."""
    return matrix("csc", name, dtype)


def csr_matrix(name=None, dtype=None):
    """A sparse variable stored by rows."""
    return matrix("csr", name, dtype)


def bsr_matrix(name=None, dtype=None):
    """A sparse variable stored by blocks."""
    return matrix("bsr", name, dtype)


csc_dmatrix = SparseType(format="csc", dtype="float64")
csr_dmatrix = SparseType(format="csr", dtype="float64")
bsr_dmatrix = SparseType(format="bsr", dtype="float64")
csc_fmatrix = SparseType(format="csc", dtype="float32")
csr_fmatrix = SparseType(format="csr", dtype="float32")
bsr_fmatrix = SparseType(format="bsr", dtype="float32")
