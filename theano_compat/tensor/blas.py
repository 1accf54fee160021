"""The ops that Theano's optimizer put into graphs for BLAS: Gemm, Gemv, Ger, Dot22, Dot22Scalar, BatchedDot.

XLA finds such products itself, so nothing here is ever introduced by a rewrite; programs that build these nodes by hand
get the same values and errors. The in-place kinds compute like the others: storage is XLA's business.
"""

from theano_compat import scalar
from theano_compat.config import config
from theano_compat.graph import Apply, InconsistencyError, Op
from theano_compat.graph.utils import legacy_name
from theano_compat.tensor.casting import cast
from theano_compat.tensor.constant import as_tensor_variable
from theano_compat.tensor.dot import _bilinear_r_op
from theano_compat.tensor.dot import batched_dot as _batched_dot
from theano_compat.tensor.lowering import contract
from theano_compat.tensor.shape import patternbroadcast
from theano_compat.tensor.type import tensor_type

have_fblas = True


def check_init_y():
    """Whether gemv reads its output when beta is 0 (an old BLAS bug): never here."""
    return False


def ldflags(libs=True, flags=False, libs_dir=False, include_dir=False):
    """Parts of `config.blas.ldflags`: libraries (-l), directories (-L), other flags."""
    found = []
    for token in config.blas.ldflags.split():
        token = token.strip("'\"")
        if not token.startswith("-") or len(token) < 3:
            raise ValueError('invalid token "%s" in ldflags_str: "%s"' % (token, config.blas.ldflags))
        kind = token[1]
        if libs_dir and kind == "L":
            found.append(token[2:])
        elif include_dir and kind == "I":
            raise ValueError("Include dirs are not used for blas. We disable this as this can hide other headers and "
                             "this is not wanted.", token)
        elif libs and kind == "l":
            found.append(token[2:])
        elif flags and kind not in "lI":
            found.append(token)
    return found


def _view_roots(v):
    """The variables whose storage `v` may share."""
    while v.owner is not None and getattr(v.owner.op, "view_map", None):
        if v.index not in v.owner.op.view_map:
            break
        v = v.owner.inputs[v.owner.op.view_map[v.index][0]]
    return v


def _check_product(x, y):
    if x.shape[1] != y.shape[0]:
        raise ValueError("Shape mismatch: x has %d cols (and %d rows) but y has %d rows (and %d cols)"
                         % (x.shape[1], x.shape[0], y.shape[0], y.shape[1]))


@legacy_name("theano.tensor.blas")
class GemmRelated(Op):
    """Base of the ops around a matrix product."""

    __props__ = ()


def _accumulated(a, product, b, z):
    """`b*z + a*product`; b 0 means that `z` is not read, even where it is nan."""
    import jax.numpy as jnp
    return jnp.where(b == 0, jnp.zeros((), z.dtype), b * z) + a * product


@legacy_name("theano.tensor.blas")
class Gemm(GemmRelated):
    """`gemm(z, a, x, y, b)`: b*z + a*dot(x, y), all of one float or complex dtype."""

    E_rank = "gemm only works for rank 2"
    E_scalar = "gemm requires scalar argument"
    E_z_uniq = "argument z aliased to x or y"
    E_mixed = "gemm requires matching dtypes"
    E_float = "gemm requires floating-point dtypes"
    __props__ = ("inplace",)

    def __init__(self, inplace):
        self.inplace = inplace
        if inplace:
            self.destroy_map = {0: [0]}

    def __setstate__(self, state):
        self.__dict__.update(state)
        if self.inplace:
            self.destroy_map = {0: [0]}

    def __str__(self):
        return "%s{%s}" % (type(self).__name__, "inplace" if self.inplace else "no_inplace")

    def make_node(self, *inputs):
        inputs = list(map(as_tensor_variable, inputs))
        if len(inputs) != 5:
            raise TypeError("Wrong number of inputs for %s (expected 5, got %s)" % (self, len(inputs)))
        z, a, x, y, b = inputs
        if self.inplace:
            for other in (x, y):
                if _view_roots(z) is _view_roots(other):
                    raise InconsistencyError(Gemm.E_z_uniq, (z, other))
        for v, ndim, message in ((z, 2, Gemm.E_rank), (a, 0, Gemm.E_scalar), (x, 2, Gemm.E_rank), (y, 2, Gemm.E_rank),
                                 (b, 0, Gemm.E_scalar)):
            if v.ndim != ndim:
                raise TypeError(message, v)
        if not z.dtype == a.dtype == x.dtype == y.dtype == b.dtype:
            raise TypeError(Gemm.E_mixed, tuple(v.dtype for v in (z, a, x, y, b)))
        if not z.dtype.startswith(("float", "complex")):
            raise TypeError(Gemm.E_float, z.dtype)
        return Apply(self, inputs, [z.type()])

    def lower(self, node, z, a, x, y, b):
        _check_product(x, y)
        if z.shape[0] != x.shape[0]:
            raise ValueError("Shape mismatch: x has %d rows but z has %d rows" % (x.shape[0], z.shape[0]))
        if z.shape[1] != y.shape[1]:
            raise ValueError("Shape mismatch: y has %d cols but z has %d cols" % (y.shape[1], z.shape[1]))
        return _accumulated(a, contract(x, y, ((1,), (0,)), node.outputs[0].type.dtype), b, z)


gemm_inplace = Gemm(inplace=True)
gemm_no_inplace = Gemm(inplace=False)
gemm = gemm_no_inplace


@legacy_name("theano.tensor.blas")
class Gemv(Op):
    """`gemv(y, alpha, A, x, beta)`: beta*y + alpha*dot(A, x)."""

    __props__ = ("inplace",)

    def __init__(self, inplace):
        self.inplace = inplace
        if inplace:
            self.destroy_map = {0: [0]}

    def __str__(self):
        return "%s{%s}" % (type(self).__name__, "inplace" if self.inplace else "no_inplace")

    def make_node(self, y, alpha, A, x, beta):
        y, x, A, alpha, beta = map(as_tensor_variable, (y, x, A, alpha, beta))
        if y.dtype != A.dtype or y.dtype != x.dtype:
            raise TypeError("Gemv requires matching dtypes", (y.dtype, A.dtype, x.dtype))
        if A.ndim != 2:
            raise TypeError("gemv requires matrix for A", A.type)
        if x.ndim != 1:
            raise TypeError("gemv requires vector for x", x.type)
        if y.ndim != 1:
            raise TypeError("gemv requires vector for y", y.type)
        return Apply(self, [y, alpha, A, x, beta], [y.type()])

    def lower(self, node, y, alpha, A, x, beta):
        if A.shape[0] != y.shape[0]:
            raise ValueError("Shape mismatch: A.shape[0] != y.shape[0]")
        if A.shape[1] != x.shape[0]:
            raise ValueError("Shape mismatch: A.shape[1] != x.shape[0]")
        dtype = node.outputs[0].type.dtype
        alpha, beta = alpha.astype(dtype), beta.astype(dtype)
        return _accumulated(alpha, contract(A, x, ((1,), (0,)), dtype), beta, y)


gemv_no_inplace = Gemv(inplace=False)
gemv_inplace = Gemv(inplace=True)
gemv = gemv_no_inplace


@legacy_name("theano.tensor.blas")
class Ger(Op):
    """`ger(A, alpha, x, y)`: A + alpha*outer(x, y)."""

    __props__ = ("destructive",)

    def __init__(self, destructive):
        self.destructive = destructive
        if destructive:
            self.destroy_map = {0: [0]}

    def __str__(self):
        return "%s{%s}" % (type(self).__name__, "destructive" if self.destructive else "non-destructive")

    def make_node(self, A, alpha, x, y):
        A, y, x, alpha = map(as_tensor_variable, (A, y, x, alpha))
        if not A.dtype == x.dtype == y.dtype == alpha.dtype:
            raise TypeError("ger requires matching dtypes", (A.dtype, alpha.dtype, x.dtype, y.dtype))
        for v, ndim, message in ((alpha, 0, "ger requires scalar alpha"), (A, 2, "ger requires matrix for A"),
                                 (x, 1, "ger requires vector for x"), (y, 1, "ger requires vector for y")):
            if v.ndim != ndim:
                raise TypeError(message, v.type)
        if x.dtype not in ("float32", "float64", "complex64", "complex128"):
            raise TypeError("only float and complex types supported", x.dtype)
        return Apply(self, [A, alpha, x, y], [A.type()])

    def lower(self, node, A, alpha, x, y):
        if A.shape[0] != x.shape[0]:
            raise ValueError("Shape mismatch: A.shape[0] != x.shape[0]")
        if A.shape[1] != y.shape[0]:
            raise ValueError("Shape mismatch: A.shape[1] != y.shape[0]")
        return A + alpha * (x[:, None] * y[None, :])


ger = Ger(destructive=False)
ger_destructive = Ger(destructive=True)


@legacy_name("theano.tensor.blas")
class Dot22(GemmRelated):
    """Product of two matrices of one float or complex dtype."""

    __props__ = ()

    def make_node(self, x, y):
        x, y = as_tensor_variable(x), as_tensor_variable(y)
        for v in (x, y):
            if v.type.ndim != 2 or not v.type.dtype.startswith(("float", "complex")):
                raise TypeError(v)
        if y.type.dtype != x.type.dtype:
            raise TypeError("dtype mismatch to Dot22")
        pattern = (x.type.broadcastable[0], y.type.broadcastable[1])
        return Apply(self, [x, y], [tensor_type(x.type.dtype, pattern)()])

    def lower(self, node, x, y):
        _check_product(x, y)
        return contract(x, y, ((1,), (0,)), node.outputs[0].type.dtype)


_dot22 = Dot22()


@legacy_name("theano.tensor.blas")
class Dot22Scalar(GemmRelated):
    """`_dot22scalar(x, y, a)`: a*dot(x, y), all of one float or complex dtype."""

    __props__ = ()

    def make_node(self, x, y, a):
        for v, ndim, message in ((a, 0, Gemm.E_scalar), (x, 2, Gemm.E_rank), (y, 2, Gemm.E_rank)):
            if v.ndim != ndim:
                raise TypeError(message, v)
        if not a.dtype == x.dtype == y.dtype:
            raise TypeError("Dot22Scalar requires matching dtypes", (a.dtype, x.dtype, y.dtype))
        if not a.dtype.startswith(("float", "complex")):
            raise TypeError("Dot22Scalar requires float or complex args", a.dtype)
        pattern = (x.type.broadcastable[0], y.type.broadcastable[1])
        return Apply(self, [x, y, a], [tensor_type(x.type.dtype, pattern)()])

    def lower(self, node, x, y, a):
        _check_product(x, y)
        return a * contract(x, y, ((1,), (0,)), node.outputs[0].type.dtype)


_dot22scalar = Dot22Scalar()


@legacy_name("theano.tensor.blas")
class BatchedDot(Op):
    """`dot(x[i], y[i])` for every i, of inputs with two or three dimensions."""

    __props__ = ()

    def make_node(self, *inputs):
        inputs = list(map(as_tensor_variable, inputs))
        if len(inputs) != 2:
            raise TypeError("theano.tensor.blas.BatchedDot: 2 arguments required, %d given " % len(inputs))
        for i, x in enumerate(inputs):
            if x.ndim not in (2, 3):
                raise TypeError("theano.tensor.blas.BatchedDot: input %d (0-indexed) must have ndim of 2 or 3, %d given. "
                                "Consider calling theano.tensor.batched_dot instead." % (i, x.ndim))
        dtype = scalar.upcast(*[x.type.dtype for x in inputs])
        bx, by = (x.type.broadcastable for x in inputs)
        pattern = (bx[0] or by[0],) + bx[1:-1] + by[2:]
        return Apply(self, [cast(x, dtype) for x in inputs], [tensor_type(dtype, pattern)()])

    def lower(self, node, x, y):
        shapes = tuple([(v.shape[0], 1, v.shape[1]) if v is x and v.ndim == 2 else v.shape for v in (x, y)])
        if y.ndim == 2:
            shapes = (shapes[0], (y.shape[0], y.shape[1], 1))
        if x.shape[0] != y.shape[0]:
            raise ValueError("Shape mismatch: batch sizes unequal. x.shape is (%d, %d, %d), y.shape is (%d, %d, %d)."
                             % (shapes[0] + shapes[1]))
        if x.shape[-1] != y.shape[1]:
            raise ValueError("Shape mismatch: summation axis sizes unequal. x.shape is (%d, %d, %d), y.shape is "
                             "(%d, %d, %d)." % (shapes[0] + shapes[1]))
        return contract(x, y, ((x.ndim - 1,), (1,)), node.outputs[0].type.dtype, batch=((0,), (0,)))

    def grad(self, inputs, output_grads):
        x, y = inputs
        gz, = output_grads
        xdim, ydim = x.type.ndim, y.type.ndim
        if gz.type.ndim == 1:
            grads = gz.dimshuffle(0, "x") * y, gz.dimshuffle(0, "x") * x
        elif xdim == 2:
            grads = _batched_dot(gz, y.dimshuffle(0, 2, 1)), x.dimshuffle(0, 1, "x") * gz.dimshuffle(0, "x", 1)
        elif ydim == 2:
            grads = gz.dimshuffle(0, 1, "x") * y.dimshuffle(0, "x", 1), _batched_dot(x.dimshuffle(0, 2, 1), gz)
        else:
            grads = _batched_dot(gz, y.dimshuffle(0, 2, 1)), _batched_dot(x.dimshuffle(0, 2, 1), gz)
        return [g if g.broadcastable == v.broadcastable else patternbroadcast(g, v.broadcastable)
                for g, v in zip(grads, inputs)]

    def R_op(self, inputs, eval_points):
        return _bilinear_r_op(self, inputs, eval_points)


batched_dot = BatchedDot()
