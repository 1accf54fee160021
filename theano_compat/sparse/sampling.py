"""Sparse random matrices (`theano.sparse.sandbox.sp2`). Draws are NumPy's global generator's, as in Theano."""
import numpy as np

from theano_compat import tensor
from theano_compat.graph.null_type import disconnected_type, grad_undefined
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Apply
from theano_compat.sparse.scaling import Remove0, remove0
from theano_compat.sparse.type import SparseType
from theano_compat.sparse.variable import SparseOp, as_sparse_variable, stored_by_rows_or_columns

EliminateZeros = Remove0
eliminate_zeros = remove0

_UNDEFINED = "No gradient exists for %s of class %s in theano/sparse/sandbox/sp2.py"


class _Draw(SparseOp):
    """Draws differ from call to call: never folded."""

    def do_constant_folding(self, node):
        return False

    def _undefined(self, position, x, what):
        return grad_undefined(op=self, x_pos=position, x=x, comment=_UNDEFINED % (what, type(self).__name__))


@legacy_name("theano.sparse.sandbox.sp2")
class Poisson(_Draw):
    """Poisson draws whose means are the stored entries of `x`; zeros are not stored."""

    def make_node(self, x):
        x = as_sparse_variable(x)
        return Apply(self, [x], [x.type()])

    def _result(self, node, x):
        assert x.format in ["csr", "csc"]
        found = x.copy()
        found.data = np.asarray(np.random.poisson(found.data), dtype=x.dtype)
        found.eliminate_zeros()
        return found

    def grad(self, inputs, outputs_gradients):
        return [self._undefined(0, inputs[0], "the means")]

    def infer_shape(self, node, ins_shapes):
        """Legacy name: the shape of x."""
        return ins_shapes


poisson = Poisson()


@legacy_name("theano.sparse.sandbox.sp2")
class Binomial(_Draw):
    """A matrix of `shape` of binomial draws: `n` trials of probability `p`."""

    __props__ = ("format", "dtype")

    def __init__(self, format, dtype):
        self.format = format
        self.dtype = dtype

    def make_node(self, n, p, shape):
        n, p, shape = map(tensor.as_tensor_variable, (n, p, shape))
        assert n.dtype in tensor.discrete_dtypes
        assert p.dtype in tensor.float_dtypes
        assert shape.dtype in tensor.discrete_dtypes
        return Apply(self, [n, p, shape], [SparseType(dtype=self.dtype, format=self.format)()])

    def _result(self, node, n, p, shape):
        return SparseType.format_cls[self.format](np.random.binomial(n, p, size=shape), dtype=self.dtype)

    def connection_pattern(self, node):
        return [[True], [True], [False]]

    def grad(self, inputs, gout):
        return [self._undefined(0, inputs[0], "the number of samples"), self._undefined(1, inputs[1], "the prob of success"),
                disconnected_type()]

    def infer_shape(self, node, ins_shapes):
        """Legacy name: what the third input holds."""
        return [(node.inputs[2][0], node.inputs[2][1])]


csr_fbinomial = Binomial("csr", "float32")
csc_fbinomial = Binomial("csc", "float32")
csr_dbinomial = Binomial("csr", "float64")
csc_dbinomial = Binomial("csc", "float64")


@legacy_name("theano.sparse.sandbox.sp2")
class Multinomial(_Draw):
    """For each row of the csr matrix `p` of probabilities a multinomial draw of `n` (a number, or one a row) trials."""

    def make_node(self, n, p):
        n, p = tensor.as_tensor_variable(n), stored_by_rows_or_columns(p)
        return Apply(self, [n, p], [p.type()])

    def _result(self, node, n, p):
        if p.format != "csr":
            raise NotImplementedError()
        if n.ndim == 1 and n.shape[0] != p.shape[0]:
            raise ValueError("The number of element of n must be the same as the number of row of p.")
        found = p.copy()
        trials = np.broadcast_to(n, (p.shape[0],))
        for i, (k, l) in enumerate(zip(p.indptr[:-1], p.indptr[1:])):
            found.data[k:l] = np.random.multinomial(trials[i], p.data[k:l])
        return found

    def grad(self, inputs, outputs_gradients):
        return [self._undefined(0, inputs[0], "the number of samples"), self._undefined(1, inputs[1], "the prob of success")]

    def infer_shape(self, node, ins_shapes):
        """Legacy name: the shape of p."""
        return [ins_shapes[1]]


multinomial = Multinomial()
