"""Linear algebra that SciPy has: Cholesky factors, solving, generalised eigenvalues, Kronecker products, exponentials.

All of it runs in XLA; SciPy itself is not needed. Inverses and determinants are in `nlinalg`, other decompositions in
`decompositions`.
"""
import numpy as np

from theano_compat.graph.checks import check
from theano_compat.graph.op import Op
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Apply
from theano_compat.scalar.types import upcast
from theano_compat.tensor.constant import as_tensor_variable
from theano_compat.tensor.decompositions import folded_on, hermitian_from
from theano_compat.tensor.diag import diag, diagonal, tril, triu
from theano_compat.tensor.dot import dot, outer
from theano_compat.tensor.methods import tensor_function
from theano_compat.tensor.nlinalg import as_matrix, inexact, pivots, solve_by_lu
from theano_compat.tensor.type import tensor_type

LinAlgError = np.linalg.LinAlgError

# Theano asks whether SciPy is there before it builds these ops; ours do without.
imported_scipy = True

MATRIX_STRUCTURES = ("general", "symmetric", "lower_triangular", "upper_triangular", "hermitian", "banded", "diagonal", "toeplitz")


def _check_finite(node, *arrays):
    import jax.numpy as jnp
    # a row of zeros times it is zero, or NaN: half the time of looking at each element
    sums = [jnp.sum(jnp.zeros(a.shape[:1], a.dtype) @ a) for a in arrays]
    check(sum(sums) == 0, node, ValueError, "array must not contain infs or NaNs")


class _Flag(int):
    """A bool that can be called."""

    def __new__(cls, flag, meaning):
        self = int.__new__(cls, flag)
        self.meaning = meaning
        return self

    def __call__(self, *args, **kwargs):
        return self.meaning(*args, **kwargs)

    def __repr__(self):
        return repr(bool(self))

    __str__ = __repr__


class _LowerTriangle:
    """Theano's flag `op.lower`, which triangle, and our method `op.lower`, the meaning in JAX: one name for both.

    The instance keeps the flag, as in old pickles; the meaning is the class's `lowered`.
    """

    def __get__(self, op, cls):
        return self if op is None else _Flag(op.__dict__["lower"], op.lowered)

    def __set__(self, op, flag):
        op.__dict__["lower"] = bool(flag)


def _half_lower(x):
    return tril(x) - diag(diagonal(x) / 2.)


def _both_sides(factor, x):
    """L^-T x L^-1 for a lower triangle L."""
    return solve_upper_triangular(factor.T, solve_upper_triangular(factor.T, x.T).T)


def _first_bad_minor(a):
    for size in range(1, len(a)):
        try:
            np.linalg.cholesky(a[:size, :size])
        except LinAlgError:
            return size
    return len(a)


@legacy_name("theano.tensor.slinalg")
class Cholesky(Op):
    """The triangular L with L L^T = x (`lower`), or the U with U^T U = x. Only that triangle of `x` is read.

    Where `x` is not positive definite the call fails with LinAlgError (`on_error` 'raise') or gives NaN ('nan').
    """

    __props__ = ("lower", "destructive", "on_error")
    lower = _LowerTriangle()
    can_fail = True

    def __init__(self, lower=True, on_error="raise"):
        if on_error not in ("raise", "nan"):
            raise ValueError('on_error must be one of "raise" or ""nan"')
        self.lower = lower
        self.destructive = False
        self.on_error = on_error

    def make_node(self, x):
        x = as_matrix(x)
        return Apply(self, [x], [x.type()])

    def lowered(self, node, x):
        """The meaning in JAX."""
        import jax
        import jax.numpy as jnp
        if x.shape[0] != x.shape[1]:
            raise ValueError("Input array is expected to be square but has the shape: %s." % (tuple(x.shape),))
        if not x.shape[0]:
            return jnp.asarray(x)
        a = inexact(x)
        _check_finite(node, a)
        factor = jax.lax.linalg.cholesky(a if self.lower else jnp.conj(a.T), symmetrize_input=False)
        # where LAPACK gives up the whole factor is NaN: the last pivot tells
        failed = jnp.isnan(factor[-1, -1])
        if self.on_error == "raise":
            check(~failed, node, LinAlgError, "a leading minor of the array is not positive definite")
        else:
            factor = jnp.where(failed, jnp.full((), np.nan, factor.dtype), factor)
        return (factor if self.lower else jnp.conj(factor.T)).astype(x.dtype)

    def host(self, node, x):
        """The NumPy twin; it also finds which minor it is that a failed call names."""
        x = np.asarray(x)
        if x.shape[0] != x.shape[1]:
            raise ValueError("Input array is expected to be square but has the shape: %s." % (x.shape,))
        a = (x if self.lower else x.conj().T).astype("float32" if x.dtype == "float16" else np.result_type(x.dtype, "float32"))
        if not np.isfinite(a).all():
            raise ValueError("array must not contain infs or NaNs")
        try:
            factor = np.linalg.cholesky(a)
        except LinAlgError:
            if self.on_error == "nan":
                return np.full(x.shape, np.nan, x.dtype)
            raise LinAlgError("%d-th leading minor of the array is not positive definite" % _first_bad_minor(a)) from None
        return (factor if self.lower else factor.conj().T).astype(x.dtype)

    def infer_shape(self, node, shapes):
        return [shapes[0]]

    def L_op(self, inputs, outputs, output_grads):
        # I. Murray, Differentiation of the Cholesky decomposition, arXiv:1602.07527
        (factor,), (g,) = outputs, output_grads
        if self.on_error == "nan":
            # a triangular solve refuses NaN, so that where the factor is NaN something else goes through it
            switch = tensor_function("switch")
            ok = ~tensor_function("any")(tensor_function("isnan")(factor))
            factor, g = switch(ok, factor, 1), switch(ok, g, 1)
        if not self.lower:
            factor, g = factor.T, g.T
        s = _both_sides(factor, _half_lower(dot(factor.T, g)))
        grad = (tril if self.lower else triu)(s + s.T) - diag(diagonal(s))
        return [switch(ok, grad, np.nan) if self.on_error == "nan" else grad]


@legacy_name("theano.tensor.slinalg")
class CholeskyGrad(Op):
    """Gradient of `x` from its factor `l` and the factor's gradient `dz`. `Cholesky` states its gradient without it."""

    __props__ = ("lower", "destructive")
    lower = _LowerTriangle()

    def __init__(self, lower=True):
        self.lower = lower
        self.destructive = False

    def make_node(self, x, l, dz):
        x, l, dz = (as_matrix(i) for i in (x, l, dz))
        assert l.owner.op.lower == self.lower, "lower/upper mismatch between Cholesky op and CholeskyGrad op"
        return Apply(self, [x, l, dz], [x.type()])

    def lowered(self, node, x, l, dz):
        """The meaning in JAX."""
        import jax.numpy as jnp
        from jax.scipy.linalg import solve_triangular
        dtype = node.outputs[0].dtype
        factor, g = (jnp.asarray(i, dtype=dtype) if self.lower else jnp.asarray(i, dtype=dtype).T for i in (l, dz))
        middle = jnp.tril(factor.T @ g)
        middle = middle - jnp.diag(jnp.diagonal(middle) / 2)
        s = solve_triangular(factor, solve_triangular(factor, middle.T, trans=1, lower=True).T, trans=1, lower=True)
        grad = jnp.tril(s + s.T) - jnp.diag(jnp.diagonal(s))
        return grad if self.lower else grad.T

    def infer_shape(self, node, shapes):
        return [shapes[0]]


def _solution_dtype(*dtypes):
    """What LAPACK solves in: what fits into a float32 exactly goes as one, all else in double precision."""
    single = all(d in ("bool", "int8", "uint8", "int16", "uint16", "float16", "float32", "complex64") for d in dtypes)
    if any(d.startswith("complex") for d in dtypes):
        return "complex64" if single else "complex128"
    return "float32" if single else "float64"


@legacy_name("theano.tensor.slinalg")
class Solve(Op):
    """The x with A x = b, for a vector or matrix b; of a triangular A the other triangle is not read.

    The call fails with LinAlgError for a singular A. As in Theano the other structures are solved as a general matrix is.
    """

    __props__ = ("A_structure", "lower", "overwrite_A", "overwrite_b")
    lower = _LowerTriangle()
    can_fail = True

    def __init__(self, A_structure="general", lower=False, overwrite_A=False, overwrite_b=False):
        if A_structure not in MATRIX_STRUCTURES:
            raise ValueError("Invalid matrix structure argument", A_structure)
        self.A_structure = A_structure
        self.lower = lower
        self.overwrite_A = overwrite_A
        self.overwrite_b = overwrite_b

    def __repr__(self):
        return "Solve{%s}" % str(self._props())

    def make_node(self, A, b):
        A, b = as_matrix(A), as_tensor_variable(b)
        assert b.ndim in (1, 2)
        return Apply(self, [A, b], [tensor_type(_solution_dtype(A.dtype, b.dtype), b.broadcastable)()])

    def lowered(self, node, A, b):
        """The meaning in JAX."""
        import jax.numpy as jnp
        triangular = self.A_structure in ("lower_triangular", "upper_triangular")
        if A.shape[0] != A.shape[1]:
            raise ValueError("expected square matrix" if triangular else "Input a needs to be a square matrix.")
        if A.shape[0] != b.shape[0]:
            raise ValueError("incompatible dimensions" if triangular else "Input b has to have same number of rows as input a")
        A, b = (jnp.asarray(i).astype(node.outputs[0].dtype) for i in (A, b))
        _check_finite(node, A, b)
        if not triangular:
            return solve_by_lu(node, A, b, "Matrix is singular.")
        if 0 in A.shape or 0 in b.shape:
            return b
        from jax.scipy.linalg import solve_triangular
        check(jnp.all(pivots(A) != 0), node, LinAlgError, "singular matrix: resolution failed at a zero on the diagonal")
        return solve_triangular(A, b, lower=self.A_structure == "lower_triangular")

    def infer_shape(self, node, shapes):
        rows = shapes[0][1]
        return [(rows,) if len(shapes[1]) == 1 else (rows, shapes[1][1])]

    def L_op(self, inputs, outputs, output_grads):
        # M. B. Giles, An extended collection of matrix derivative results
        (A, _), (c,), (gc,) = inputs, outputs, output_grads
        structure = {"lower_triangular": "upper_triangular", "upper_triangular": "lower_triangular"}.get(self.A_structure,
                                                                                                     self.A_structure)
        gb = Solve(A_structure=structure, lower=not self.lower)(A.T, gc)
        gA = -outer(gb, c) if c.ndim == 1 else -dot(gb, c.T)
        if self.A_structure == "lower_triangular":
            gA = tril(gA)
        elif self.A_structure == "upper_triangular":
            gA = triu(gA)
        return [gA, gb]


cholesky = Cholesky()
solve = Solve()
solve_lower_triangular = Solve(A_structure="lower_triangular", lower=True)
solve_upper_triangular = Solve(A_structure="upper_triangular", lower=False)
solve_symmetric = Solve(A_structure="symmetric")


def _generalised(node, a, b, lower):
    """(Hermitian a in the coordinates in which b is the identity, b's Cholesky factor or None)."""
    import jax
    import jax.numpy as jnp
    from jax.scipy.linalg import solve_triangular
    a = hermitian_from(a, lower)
    if b is None:
        return a, None
    factor = jax.lax.linalg.cholesky(hermitian_from(b, lower), symmetrize_input=False)
    check(~jnp.any(jnp.isnan(factor)), node, LinAlgError, "'b' is not positive definite")
    a = solve_triangular(factor, a, lower=True)
    return solve_triangular(factor, jnp.conj(a.T), lower=True), factor


@legacy_name("theano.tensor.slinalg")
class Eigvalsh(Op):
    """The numbers w with a v = w b v for some v, ascending: a Hermitian, b positive definite (None: the identity)."""

    __props__ = ("lower",)
    lower = _LowerTriangle()
    can_fail = True

    def __init__(self, lower=True):
        assert lower in (True, False)
        self.lower = lower

    def make_node(self, a, b):
        a = as_matrix(a)
        if b is None or b == tensor_function("NoneConst"):
            return Apply(self, [a], [tensor_type(upcast(a.dtype), (False,))()])
        b = as_matrix(b)
        return Apply(self, [a, b], [tensor_type(upcast(a.dtype, b.dtype), (False,))()])

    def lowered(self, node, a, b=None):
        """The meaning in JAX."""
        import jax.numpy as jnp
        dtype = node.outputs[0].dtype
        a, b = (i if i is None else inexact(jnp.asarray(i).astype(dtype)) for i in (a, b))
        _check_finite(node, a, *([] if b is None else [b]))
        return jnp.linalg.eigvalsh(_generalised(node, a, b, self.lower)[0], symmetrize_input=True).astype(dtype)

    def infer_shape(self, node, shapes):
        return [(shapes[0][0],)]

    def grad(self, inputs, output_grads):
        if len(inputs) == 2:
            return EigvalshGrad(self.lower)(*inputs, output_grads[0])
        identity = tensor_function("identity_like")(inputs[0])
        return [EigvalshGrad(self.lower)(inputs[0], identity, output_grads[0])[0]]


@legacy_name("theano.tensor.slinalg")
class EigvalshGrad(Op):
    """Gradients of `Eigvalsh` for both matrices, in the triangle that it reads."""

    __props__ = ("lower",)
    lower = _LowerTriangle()
    can_fail = True

    def __init__(self, lower=True):
        assert lower in (True, False)
        self.lower = lower

    def make_node(self, a, b, gw):
        a, b, gw = as_matrix(a), as_matrix(b), as_tensor_variable(gw)
        assert gw.ndim == 1
        dtype = upcast(a.dtype, b.dtype, gw.dtype)
        return Apply(self, [a, b, gw], [tensor_type(dtype, (False, False))(), tensor_type(dtype, (False, False))()])

    def lowered(self, node, a, b, gw):
        """The meaning in JAX."""
        import jax.numpy as jnp
        from jax.scipy.linalg import solve_triangular
        a, b, gw = (jnp.asarray(i).astype(node.outputs[0].dtype) for i in (a, b, gw))
        a, factor = _generalised(node, a, b, self.lower)
        w, v = jnp.linalg.eigh(a)
        v = solve_triangular(factor, v, lower=True, trans=1)
        return tuple(folded_on((v * scale) @ v.T, self.lower) for scale in (gw, -gw * w))

    def infer_shape(self, node, shapes):
        return [shapes[0], shapes[1]]


def eigvalsh(a, b, lower=True):
    """The numbers w with a v = w b v for some v, ascending; b None: the identity."""
    return Eigvalsh(lower)(a, b)


def kron(a, b):
    """Kronecker product. As SciPy's, not NumPy's, where the two have different numbers of dimensions."""
    a, b = as_tensor_variable(a), as_tensor_variable(b)
    if a.ndim + b.ndim <= 2:
        raise TypeError("kron: inputs dimensions must sum to 3 or more. You passed %d and %d." % (a.ndim, b.ndim))
    o = outer(a, b).reshape(tensor_function("concatenate")((a.shape, b.shape)), a.ndim + b.ndim)
    if o.ndim == 3:
        return o.dimshuffle(1, 0, 2).flatten()
    shape = (o.shape[0] * o.shape[2], o.shape[1] * o.shape[3]) + tuple(o.shape[i] for i in range(4, o.ndim))
    return o.dimshuffle(0, 2, 1, *range(3, o.ndim)).reshape(shape)


@legacy_name("theano.tensor.slinalg")
class Expm(Op):
    """The matrix exponential."""

    __props__ = ()

    def make_node(self, A):
        A = as_matrix(A)
        return Apply(self, [A], [tensor_type(A.dtype, (False, False))()])

    def lower(self, node, A):
        return _exponential(A).astype(A.dtype)

    def infer_shape(self, node, shapes):
        return [shapes[0]]

    def grad(self, inputs, output_grads):
        return [ExpmGrad()(inputs[0], output_grads[0])]


def _exponential(A):
    from jax.scipy.linalg import expm
    if A.shape[0] != A.shape[1]:
        raise ValueError("expected a square matrix")
    # the default gives NaN for norms above 350,000, where exponentials of negative matrices are still good numbers
    return expm(inexact(A), max_squarings=32) if A.shape[0] else inexact(A)


@legacy_name("theano.tensor.slinalg")
class ExpmGrad(Op):
    """Gradient of the matrix exponential; unlike Theano's also right where eigenvectors do not span the space."""

    __props__ = ()

    def make_node(self, A, gw):
        A, gw = as_matrix(A), as_tensor_variable(gw)
        return Apply(self, [A, gw], [tensor_type(A.dtype, (False, False))()])

    def lower(self, node, A, gw):
        import jax
        import jax.numpy as jnp
        value, pullback = jax.vjp(_exponential, inexact(A))
        return pullback(jnp.asarray(gw).astype(value.dtype))[0].astype(A.dtype)

    def infer_shape(self, node, shapes):
        return [shapes[0]]


expm = Expm()
