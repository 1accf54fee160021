"""SparseType: matrices of SciPy in one of three formats. SciPy is imported when a value is first asked for, not before."""
import numpy as np

from theano_compat.graph.type import Type
from theano_compat.graph.utils import legacy_name

enable_sparse = True
imported_scipy = True


def scipy_sparse():
    """The module scipy.sparse. Raises ImportError naming the extra that brings it."""
    try:
        import scipy.sparse
    except ImportError as e:
        raise ImportError("Values of sparse variables are SciPy's matrices, and SciPy is not installed here. "
                          "Hint: pip install 'theano_compat[sparse]'.") from e
    return scipy.sparse


class _Formats:
    """{format: SciPy's class}, made when a type is first asked for it."""

    def __get__(self, instance, owner):
        sparse = scipy_sparse()
        return {"csr": sparse.csr_matrix, "csc": sparse.csc_matrix, "bsr": sparse.bsr_matrix}


def _is_sparse(x):
    """Whether the value `x` is sparse. Raises NotImplementedError for what is no matrix at all."""
    if isinstance(x, (np.ndarray, np.generic, tuple, list)):
        return False
    if not scipy_sparse().issparse(x):
        raise NotImplementedError("this function should only be called on sparse.scipy.sparse.spmatrix or numpy.ndarray, not,", x)
    return True


@legacy_name("theano.sparse.type")
class SparseType(Type):
    """Matrices of `dtype` stored by columns ("csc"), rows ("csr") or blocks ("bsr").

    Raises NotImplementedError for another dtype or format. Source: Theano documentation, "sparse".
    """

    formats = ("csr", "csc", "bsr")
    format_cls = _Formats()
    dtype_set = {"int8", "int16", "int32", "int64", "float32", "uint8", "uint16", "uint32", "uint64", "float64", "complex64",
                 "complex128"}
    ndim = 2

    def __init__(self, format, dtype):
        dtype = str(dtype)
        if dtype not in self.dtype_set:
            raise NotImplementedError('unsupported dtype "%s" not in list' % dtype, list(self.dtype_set))
        assert isinstance(format, str)
        if format not in self.formats:
            raise NotImplementedError('unsupported format "%s" not in list' % format, list(self.formats))
        self.dtype = dtype
        self.format = format

    def filter(self, value, strict=False, allow_downcast=None):
        """`value` as a matrix of this type. Raises TypeError if `strict`, NotImplementedError for another dtype."""
        cls = self.format_cls[self.format]
        if isinstance(value, cls) and value.dtype == self.dtype:
            return value
        if strict:
            raise TypeError("%s is not sparse, or not the right dtype (is %s, expected %s)"
                            % (value, getattr(value, "dtype", type(value)), self.dtype))
        if allow_downcast:
            return cls(value, dtype=self.dtype)
        try:
            found = cls(value)
        except ValueError as e:  # what older releases of SciPy called a TypeError
            raise TypeError(*e.args) from e
        if str(found.dtype) != self.dtype:
            raise NotImplementedError("Expected %s dtype but got %s" % (self.dtype, str(found.dtype)))
        return found

    @staticmethod
    def may_share_memory(a, b):
        """Whether two matrices, or a matrix and an array, share one of their arrays."""
        parts = [[x.data, x.indices, x.indptr] if _is_sparse(x) else [x] for x in (a, b)]
        if all(len(p) == 1 for p in parts):
            return False
        return any(np.may_share_memory(x, y) for x in parts[0] for y in parts[1])

    def __eq__(self, other):
        return type(self) is type(other) and other.dtype == self.dtype and other.format == self.format

    def __hash__(self):
        return hash(self.dtype) ^ hash(self.format)

    def __str__(self):
        return "Sparse[%s, %s]" % (self.dtype, self.format)

    __repr__ = __str__

    def values_eq_approx(self, a, b, eps=1e-6):
        """Whether two matrices differ nowhere by `eps` or more."""
        if not (_sparse_value(a) and _sparse_value(b)):
            return False
        difference = abs(a - b)
        return difference.nnz == 0 or bool(difference.data.max() < eps)

    def values_eq(self, a, b):
        """Whether two matrices hold the same numbers."""
        return _sparse_value(a) and _sparse_value(b) and bool(abs(a - b).sum() == 0.0)

    def is_valid_value(self, a):
        """Whether `a` is a sparse matrix of this format."""
        return _sparse_value(a) and a.format == self.format

    def get_shape_info(self, obj):
        """Shape, lengths of the three arrays and number of stored entries of `obj`: what `get_size` wants."""
        obj = self.filter(obj)
        assert obj.indices.dtype == "int32"
        assert obj.indptr.dtype == "int32"
        return obj.shape, obj.data.size, obj.indices.size, obj.indptr.size, obj.nnz

    def get_size(self, shape_info):
        """Bytes of a matrix of that shape info."""
        return shape_info[1] * np.dtype(self.dtype).itemsize + (shape_info[2] + shape_info[3]) * np.dtype("int32").itemsize


def _sparse_value(x):
    return not isinstance(x, np.ndarray) and bool(scipy_sparse().issparse(x))
