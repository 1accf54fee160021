"""Linear algebra that NumPy has: inverses, determinants, diagonals, powers, norms, tensor equations.

Decompositions (eig, eigh, qr, svd) and lstsq are in `decompositions`; Cholesky factors, solving and the matrix exponential are
in `slinalg`.
"""
import warnings

import numpy as np

from theano_compat.graph.checks import check
from theano_compat.graph.op import Op
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Apply
from theano_compat.scalar.types import upcast
from theano_compat.tensor.constant import as_tensor_variable
from theano_compat.tensor.diag import ExtractDiag, identity_like
from theano_compat.tensor.dot import dot
from theano_compat.tensor.methods import tensor_function
from theano_compat.tensor.type import tensor_type


def as_matrix(x, message=""):
    """`x` as a tensor variable of two dimensions. Raises AssertionError for another number of them."""
    x = as_tensor_variable(x)
    assert x.ndim == 2, message
    return x


def inexact(x):
    """`x` in a dtype that linear algebra is done in: integers and booleans as float64, float16 as float32."""
    import jax.numpy as jnp
    x = jnp.asarray(x)
    if x.dtype == "float16":
        return x.astype("float32")
    return x if jnp.issubdtype(x.dtype, jnp.inexact) else x.astype("float64")


def check_square(x):
    """Raise NumPy's LinAlgError for a matrix that is not square; shapes are known when a program is traced."""
    if x.shape[0] != x.shape[1]:
        raise np.linalg.LinAlgError("Last 2 dimensions of the array must be square")


def pivots(a):
    """The diagonal of a square `a`, by a strided slice: jnp.diagonal masks the whole matrix, a third of what factoring it takes."""
    import jax
    return jax.lax.slice(a.reshape(-1), (0,), (a.size,), (a.shape[0] + 1,))


def solve_by_lu(node, A, b, message):
    """The x with A x = b. The call fails with LinAlgError(message) when LAPACK would find A singular: a zero on U's diagonal."""
    import jax.numpy as jnp
    from jax.scipy.linalg import lu_factor, lu_solve
    if 0 in A.shape:
        return b
    factors = lu_factor(A)
    check(jnp.all(pivots(factors[0]) != 0), node, np.linalg.LinAlgError, message)
    return lu_solve(factors, b)


def matrix_dot(*args):
    """The product of matrices, from left to right."""
    product = args[0]
    for matrix in args[1:]:
        product = dot(product, matrix)
    return product


@legacy_name("theano.tensor.nlinalg")
class MatrixPinv(Op):
    """Moore-Penrose pseudo-inverse of a matrix. Singular values below 1e-15 of the largest count as zero."""

    __props__ = ()

    def make_node(self, x):
        x = as_matrix(x)
        return Apply(self, [x], [tensor_type(x.dtype, (False, False))()])

    def lower(self, node, x):
        import jax.numpy as jnp
        return jnp.linalg.pinv(inexact(x), rtol=1e-15).astype(x.dtype)

    def infer_shape(self, node, shapes):
        return [(shapes[0][1], shapes[0][0])]

    def L_op(self, inputs, outputs, output_grads):
        (x,), (z,), (gz,) = inputs, outputs, output_grads
        x_dot_z, z_dot_x = dot(x, z), dot(z, x)
        return [(-matrix_dot(z, gz.T, z)
                 + matrix_dot(z, z.T, gz, identity_like(x_dot_z) - x_dot_z)
                 + matrix_dot(identity_like(z_dot_x) - z_dot_x, gz, z.T, z)).T]


@legacy_name("theano.tensor.nlinalg")
class MatrixInverse(Op):
    """Inverse of a square matrix. The call fails with LinAlgError for a singular one."""

    __props__ = ()
    can_fail = True

    def make_node(self, x):
        x = as_matrix(x)
        return Apply(self, [x], [x.type()])

    def lower(self, node, x):
        import jax.numpy as jnp
        check_square(x)
        a = inexact(x)
        return solve_by_lu(node, a, jnp.eye(a.shape[0], dtype=a.dtype), "Singular matrix").astype(x.dtype)

    def infer_shape(self, node, shapes):
        return shapes

    def grad(self, inputs, output_grads):
        inverse = self(inputs[0])
        return [-matrix_dot(inverse, output_grads[0].T, inverse).T]

    def R_op(self, inputs, eval_points):
        """Legacy name: the derivative in direction `eval_points`."""
        if eval_points[0] is None:
            return [None]
        inverse = self(inputs[0])
        return [-matrix_dot(inverse, eval_points[0], inverse)]


@legacy_name("theano.tensor.nlinalg")
class AllocDiag(Op):
    """A square matrix with the given vector as its diagonal. Deprecated: `theano.tensor.AllocDiag` does more."""

    __props__ = ()

    def make_node(self, _x):
        warnings.warn("DeprecationWarning: theano.tensor.nlinalg.AllocDiagis deprecated, please use theano.tensor.AllocDiaginstead.",
                      category=DeprecationWarning, stacklevel=3)
        x = as_tensor_variable(_x)
        if x.type.ndim != 1:
            raise TypeError("AllocDiag only works on vectors", _x)
        return Apply(self, [x], [tensor_type(x.type.dtype, (False, False))()])

    def lower(self, node, x):
        import jax.numpy as jnp
        return jnp.diag(jnp.asarray(x))

    def host(self, node, x):
        return np.diag(x)

    def infer_shape(self, node, shapes):
        return [(shapes[0][0], shapes[0][0])]

    def grad(self, inputs, output_grads):
        return [extract_diag(output_grads[0])]


@legacy_name("theano.tensor.nlinalg")
class Det(Op):
    """Determinant of a square matrix."""

    __props__ = ()

    def make_node(self, x):
        x = as_matrix(x)
        return Apply(self, [x], [tensor_type(x.dtype, ())()])

    def lower(self, node, x):
        import jax.numpy as jnp
        check_square(x)
        if not x.shape[0]:
            return jnp.ones((), x.dtype)
        return jnp.linalg.det(inexact(x)).astype(x.dtype)

    def infer_shape(self, node, shapes):
        return [()]

    def grad(self, inputs, output_grads):
        return [output_grads[0] * self(inputs[0]) * matrix_inverse(inputs[0]).T]

    def __str__(self):
        return "Det"


pinv = MatrixPinv()
matrix_inverse = MatrixInverse()
alloc_diag = AllocDiag()
extract_diag = ExtractDiag()
det = Det()


def diag(x):
    """The diagonal of a matrix, or a matrix with the vector `x` as its diagonal."""
    xx = as_tensor_variable(x)
    if xx.type.ndim == 1:
        return alloc_diag(xx)
    if xx.type.ndim == 2:
        return extract_diag(xx)
    raise TypeError("diag requires vector or matrix argument", x)


def trace(X):
    """Sum of the diagonal of a matrix."""
    return extract_diag(X).sum()


def matrix_power(M, n):
    """`M` times itself `n` times, a Python integer; the number 1 for n = 0."""
    result = 1
    for _ in range(n):
        result = dot(result, M)
    return result


def norm(x, ord):
    """Norm of a vector or matrix; infinities are the strings 'inf' and '-inf', None is the Euclidean norm."""
    x = as_tensor_variable(x)
    if x.ndim == 0:
        raise ValueError("'axis' entry is out of bounds.")
    if x.ndim > 2:
        raise NotImplementedError("We don't support norm with ndim > 2")
    return _vector_norm(x, ord) if x.ndim == 1 else _matrix_norm(x, ord)


def _vector_norm(x, ord):
    total = tensor_function("sum")
    if ord is None:
        return total(x ** 2) ** 0.5
    if ord == "inf":
        return tensor_function("max")(abs(x))
    if ord == "-inf":
        return tensor_function("min")(abs(x))
    if ord == 0:
        return x[x.nonzero()].shape[0]
    try:
        return total(abs(x ** ord)) ** (1. / ord)
    except TypeError:
        raise ValueError("Invalid norm order for vectors.") from None


def _matrix_norm(x, ord):
    total = tensor_function("sum")
    if ord is None or ord == "fro":
        return total(abs(x ** 2)) ** 0.5
    # what is summed along which axis, and the extreme of the sums
    for extreme, axis, name in (("max", 1, "inf"), ("min", 1, "-inf"), ("max", 0, 1), ("min", 0, -1)):
        if ord == name:
            return tensor_function(extreme)(total(abs(x), axis))
    raise ValueError(0)


@legacy_name("theano.tensor.nlinalg")
class TensorInv(Op):
    """The inverse of a tensor under tensordot over its first `ind` indices."""

    __props__ = ("ind",)
    can_fail = True

    def __init__(self, ind=2):
        self.ind = ind

    def make_node(self, a):
        a = as_tensor_variable(a)
        return Apply(self, [a], [a.type()])

    def lower(self, node, a):
        import jax.numpy as jnp
        if self.ind <= 0:
            raise ValueError("Invalid ind argument.")
        shape = a.shape[self.ind:] + a.shape[:self.ind]
        rows = int(np.prod(a.shape[:self.ind]))
        x = inexact(a).reshape(rows, -1)
        check_square(x)
        return solve_by_lu(node, x, jnp.eye(rows, dtype=x.dtype), "Singular matrix").reshape(shape).astype(a.dtype)

    def infer_shape(self, node, shapes):
        return [shapes[0][self.ind:] + shapes[0][:self.ind]]


def tensorinv(a, ind=2):
    """The inverse of the tensor `a` under tensordot over its first `ind` indices."""
    return TensorInv(ind)(a)


@legacy_name("theano.tensor.nlinalg")
class TensorSolve(Op):
    """The tensor x with tensordot(a, x, x.ndim) = b. As in Theano the result's type says matrix, so x has two dimensions."""

    __props__ = ("axes",)
    can_fail = True

    def __init__(self, axes=None):
        self.axes = axes

    def make_node(self, a, b):
        a, b = as_tensor_variable(a), as_tensor_variable(b)
        return Apply(self, [a, b], [tensor_type(upcast(a.dtype, b.dtype), (False, False))()])

    def lower(self, node, a, b):
        import jax.numpy as jnp
        dtype = node.outputs[0].dtype
        a, b = jnp.asarray(a).astype(dtype), jnp.asarray(b).astype(dtype)
        if self.axes is not None:
            # the axes named go to the end, in their order
            a = jnp.transpose(a, [i for i in range(a.ndim) if i not in self.axes] + list(self.axes))
        shape = a.shape[b.ndim:]
        x = inexact(a).reshape(-1, int(np.prod(shape)))
        check_square(x)
        return solve_by_lu(node, x, inexact(b).reshape(-1), "Singular matrix").reshape(shape).astype(dtype)


def tensorsolve(a, b, axes=None):
    """The tensor x with tensordot(a, x, x.ndim) = b; `axes` of `a` are moved to its end before."""
    return TensorSolve(axes)(a, b)
