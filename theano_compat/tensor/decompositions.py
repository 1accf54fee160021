"""Decompositions of a matrix: eig, eigh, qr, svd, and least squares. Part of `theano.tensor.nlinalg`.

Cholesky factors and generalised eigenvalues are in `slinalg`.
"""
import warnings

import numpy as np

from theano_compat.config import config
from theano_compat.graph.null_type import DisconnectedType
from theano_compat.graph.op import Op
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Apply
from theano_compat.scalar.types import upcast
from theano_compat.tensor.constant import as_tensor_variable
from theano_compat.tensor.methods import tensor_function
from theano_compat.tensor.nlinalg import as_matrix, check_square, inexact
from theano_compat.tensor.type import tensor_type


def _vector(dtype):
    return tensor_type(dtype, (False,))()


def _matrix(dtype):
    return tensor_type(dtype, (False, False))()


def hermitian_from(x, lower):
    """The Hermitian matrix that one triangle of `x` stands for; the other triangle is not read."""
    import jax.numpy as jnp
    # the diagonal of a Hermitian matrix is real: LAPACK does not read its imaginary part
    strict = jnp.tril(x, -1) if lower else jnp.triu(x, 1)
    return strict + jnp.conj(strict.T) + jnp.diag(jnp.real(jnp.diagonal(x)).astype(x.dtype))


def folded_on(g, lower):
    """What a change of one triangle does, when the other one follows it: both halves of `g` added up in that triangle."""
    import jax.numpy as jnp
    return jnp.tril(g) + jnp.triu(g, 1).T if lower else jnp.triu(g) + jnp.tril(g, -1).T


class _Decomposition(Op):
    """An op that stands for one function of NumPy, `_numop`: a program's class may put another in its place, as into Theano's."""

    said_in_python = ("perform", "_numop")
    _numop_arguments = ()  # names of what it is called with after the matrix

    def perform(self, node, inputs, output_storage):
        """Legacy name: `_numop` into storage, in the declared dtypes."""
        found = self._numop(inputs[0], *(getattr(self, name) for name in self._numop_arguments))
        for out, storage, value in zip(node.outputs, output_storage, found if len(node.outputs) > 1 else (found,)):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", np.exceptions.ComplexWarning)
                storage[0] = np.asarray(value).astype(out.type.dtype, copy=False)


@legacy_name("theano.tensor.nlinalg")
class Eig(_Decomposition):
    """Eigenvalues and right eigenvectors of a square matrix, in its own dtype: for a real matrix their real parts.

    Runs on the host, by LAPACK: XLA has no such decomposition on accelerators.
    """

    __props__ = ()
    host_only = True
    _numop = staticmethod(np.linalg.eig)

    def make_node(self, x):
        x = as_matrix(x)
        return Apply(self, [x], [_vector(x.dtype), _matrix(x.dtype)])

    def infer_shape(self, node, shapes):
        n = shapes[0][0]
        return [(n,), (n, n)]


@legacy_name("theano.tensor.nlinalg")
class Eigh(Eig):
    """Eigenvalues in ascending order and eigenvectors of a Hermitian matrix; only triangle `UPLO` of it is read."""

    __props__ = ("UPLO",)
    host_only = False
    _numop = staticmethod(np.linalg.eigh)
    _numop_arguments = ("UPLO",)

    def __init__(self, UPLO="L"):
        assert UPLO in ["L", "U"]
        self.UPLO = UPLO

    def make_node(self, x):
        x = as_matrix(x)
        w_dtype = np.linalg.eigh(np.ones((1, 1), x.dtype))[0].dtype.name
        return Apply(self, [x], [_vector(w_dtype), _matrix(x.dtype)])

    def lower(self, node, x):
        import jax.numpy as jnp
        check_square(x)
        if not x.shape[0]:
            return tuple(jnp.zeros(shape, out.dtype) for shape, out in zip(((0,), (0, 0)), node.outputs))
        w, v = jnp.linalg.eigh(hermitian_from(inexact(x), self.UPLO == "L"), symmetrize_input=False)
        return w.astype(node.outputs[0].dtype), v.astype(x.dtype)

    def grad(self, inputs, output_grads):
        x, = inputs
        w, v = self(x)
        gw, gv = (out.zeros_like() if isinstance(g.type, DisconnectedType) else g for out, g in zip((w, v), output_grads))
        return [EighGrad(self.UPLO)(x, w, v, gw, gv)]


@legacy_name("theano.tensor.nlinalg")
class EighGrad(Op):
    """Gradient of `Eigh`, in the triangle that it reads. Not finite where eigenvalues coincide."""

    __props__ = ("UPLO",)

    def __init__(self, UPLO="L"):
        assert UPLO in ["L", "U"]
        self.UPLO = UPLO

    def make_node(self, x, w, v, gw, gv):
        inputs = [as_tensor_variable(i) for i in (x, w, v, gw, gv)]
        assert [i.ndim for i in inputs] == [2, 1, 2, 1, 2]
        return Apply(self, inputs, [_matrix(upcast(*[i.dtype for i in inputs]))])

    def lower(self, node, x, w, v, gw, gv):
        import jax.numpy as jnp
        w, v, gw, gv = (jnp.asarray(i).astype(node.outputs[0].dtype) for i in (w, v, gw, gv))
        off = ~jnp.eye(w.shape[0], dtype=bool)
        gaps = jnp.where(off, w[None, :] - w[:, None], jnp.ones((), w.dtype))
        # along eigenvector m of eigenvector n: how gv changes it, by the distance of their eigenvalues
        mixed = jnp.where(off, (v.T @ gv) / gaps, jnp.diag(gw))
        return folded_on(v @ mixed.T @ v.T, self.UPLO == "L")

    def infer_shape(self, node, shapes):
        return [shapes[0]]


eig = Eig()


def eigh(a, UPLO="L"):
    """Eigenvalues in ascending order and eigenvectors of a Hermitian matrix of which triangle `UPLO` is read."""
    return Eigh(UPLO)(a)


class _QR(_Decomposition):
    """What both QR ops share."""

    __props__ = _numop_arguments = ("mode",)
    _numop = staticmethod(np.linalg.qr)

    def __init__(self, mode):
        self.mode = mode

    def _decomposed(self, x):
        import jax.numpy as jnp
        result = jnp.linalg.qr(inexact(x), mode=self.mode)
        return result.astype(x.dtype) if self.mode == "r" else tuple(part.astype(x.dtype) for part in result)


@legacy_name("theano.tensor.nlinalg")
class QRFull(_QR):
    """QR decomposition with both parts: q, r ('reduced', 'complete') or h, tau as LAPACK has them ('raw')."""

    def make_node(self, x):
        x = as_matrix(x, "The input of qr function should be a matrix.")
        return Apply(self, [x], [_matrix(x.dtype), (_vector if self.mode == "raw" else _matrix)(x.dtype)])

    def lower(self, node, x):
        return tuple(self._decomposed(x))


@legacy_name("theano.tensor.nlinalg")
class QRIncomplete(_QR):
    """The factor r of a QR decomposition."""

    def make_node(self, x):
        x = as_matrix(x, "The input of qr function should be a matrix.")
        return Apply(self, [x], [_matrix(x.dtype)])

    def lower(self, node, x):
        return self._decomposed(x)


def qr(a, mode="reduced"):
    """QR decomposition: q and r for 'reduced' and 'complete', r for 'r', h and tau for 'raw'."""
    if mode not in ("reduced", "complete", "r", "raw"):
        raise ValueError("Unrecognized mode '%s'" % (mode,))
    return QRIncomplete(mode)(a) if mode == "r" else QRFull(mode)(a)


@legacy_name("theano.tensor.nlinalg")
class SVD(_Decomposition):
    """Singular value decomposition: u, s, vt, or s alone without `compute_uv`. `full_matrices`: u and vt are square."""

    __props__ = _numop_arguments = ("full_matrices", "compute_uv")
    _numop = staticmethod(np.linalg.svd)

    def __init__(self, full_matrices=True, compute_uv=True):
        self.full_matrices = full_matrices
        self.compute_uv = compute_uv

    def make_node(self, x):
        x = as_matrix(x, "The input of svd function should be a matrix.")
        s = _vector(x.dtype)
        return Apply(self, [x], [_matrix(x.dtype), s, _matrix(x.dtype)] if self.compute_uv else [s])

    def lower(self, node, x):
        import jax.numpy as jnp
        # of a square matrix both forms are the same, and one of them has a derivative
        full = bool(self.full_matrices) and x.shape[0] != x.shape[1]
        result = jnp.linalg.svd(inexact(x), full_matrices=full, compute_uv=bool(self.compute_uv))
        return tuple(part.astype(x.dtype) for part in result) if self.compute_uv else result.astype(x.dtype)

    def infer_shape(self, node, shapes):
        m, n = shapes[0]
        k = tensor_function("minimum")(m, n)
        if not self.compute_uv:
            return [(k,)]
        return [(m, m), (k,), (n, n)] if self.full_matrices else [(m, k), (k,), (k, n)]


def svd(a, full_matrices=1, compute_uv=1):
    """Singular value decomposition: u, s, vt, or s alone without `compute_uv`. `full_matrices`: u and vt are square."""
    return SVD(full_matrices, compute_uv)(a)


@legacy_name("theano.tensor.nlinalg")
class lstsq(Op):
    """Least squares: solution, residuals, rank, singular values. Runs on the host: how many residuals there are depends on
    the rank."""

    sized_by_data = True
    __props__ = ()
    host_only = True

    def make_node(self, x, y, rcond):
        inputs = [as_tensor_variable(i) for i in (x, y, rcond)]
        return Apply(self, inputs, [_matrix(config.floatX), _vector("float64"), tensor_type("int64", ())(), _vector("float64")])

    def perform(self, node, inputs, output_storage):
        """Legacy name: by NumPy into storage."""
        x, residuals, rank, s = np.linalg.lstsq(*inputs)
        # NumPy's dtypes are those of the inputs, the declared ones those of floatX, as in Theano, where nothing was checked
        for out, storage, value in zip(node.outputs, output_storage, (x, residuals, None, s)):
            storage[0] = np.array(rank) if value is None else value.astype(out.type.dtype, copy=False)
