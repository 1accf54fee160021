"""Shared sparse matrices: `theano.shared` of a SciPy matrix. They stay on the host, where sparse ops run."""
import copy

from theano_compat.compile.sharedvalue import SharedVariable, shared_constructor
from theano_compat.graph.utils import legacy_name
from theano_compat.sparse.type import SparseType, scipy_sparse
from theano_compat.sparse.variable import _sparse_py_operators


@legacy_name("theano.sparse.sharedvar")
class SparseTensorSharedVariable(_sparse_py_operators, SharedVariable):
    """A shared sparse matrix."""


@shared_constructor
def sparse_constructor(value, name=None, strict=False, allow_downcast=None, borrow=False, format=None):
    """A shared variable for a SciPy matrix, in its own format unless `format` says otherwise; `borrow`: that very one."""
    if not hasattr(value, "tocsr") or not scipy_sparse().issparse(value):
        raise TypeError("Expected a sparse matrix in the sparse shared variable constructor. Received: ", value.__class__)
    type_ = SparseType(format=value.format if format is None else format, dtype=value.dtype)
    return SparseTensorSharedVariable(type=type_, value=value if borrow else copy.deepcopy(value), name=name, strict=strict,
                                      allow_downcast=allow_downcast)


shared = sparse_constructor
