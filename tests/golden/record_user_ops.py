"""Record what ops that users write do: `THEANO_FLAGS=cxx= python tests/golden/record_user_ops.py > tests/golden/user_ops.json`.

Run under real Theano 1.0.5. Each program is a function without arguments whose results, printed text and errors (class, first
sentence, the beginning of the next two lines) are recorded; the tests run the same functions.
"""

import contextlib
import io
import json
import sys

import numpy as np

import theano
import theano.tensor as T
from theano import gof
from theano.gof import Apply
from theano.ifelse import ifelse

PROGRAMS = {}
x, X, n, s = T.dvector("x"), T.dmatrix("X"), T.lscalar("n"), T.dscalar("s")
u = np.array([1.0, 2, 3])


def program(f):
    """Decorator: a row of the table."""
    PROGRAMS[f.__name__.replace("_", " ")] = f
    return f


def error_of(run):
    """What `run()` gives, or how it fails."""
    try:
        return run()
    except Exception as e:
        lines = str(e).split("\n")
        return [type(e).__name__, lines[0][:150]] + [line[:90] for line in lines[1:3]]


def printed_by(run):
    """What `run()` prints, and what it gives."""
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        result = run()
    return [text.getvalue(), result]


class Double(theano.Op):
    __props__ = ()

    def make_node(self, x):
        x = T.as_tensor_variable(x)
        return Apply(self, [x], [x.type()])

    def perform(self, node, inputs, output_storage):
        output_storage[0][0] = inputs[0] * 2

    def infer_shape(self, node, i0_shapes):
        return i0_shapes

    def grad(self, inputs, output_grads):
        return [output_grads[0] * 2]

    def R_op(self, inputs, eval_points):
        return eval_points if eval_points[0] is None else self.grad(inputs, eval_points)


class Raiser(theano.Op):
    __props__ = ()

    def make_node(self, x):
        return Apply(self, [x], [x.type()])

    def perform(self, node, inputs, output_storage):
        raise ZeroDivisionError("my own text %d" % inputs[0].shape[0])


@program
def double():
    d = Double()
    assert d == Double()
    return theano.function([x], [d(x), T.grad(d(x).sum(), x), T.Rop(d(x), x, x), d(x).shape, d(d(x))])(u)


@program
def double_in_scan():
    r, _ = theano.scan(lambda a: Double()(a) + 1, outputs_info=x, n_steps=n)
    return theano.function([x, n], [r, T.grad(r.sum(), x)])(u, 3)


@program
def double_in_ifelse():
    v = ifelse(T.gt(n, 0), Double()(x), x)
    return [theano.function([x, n], v)(u, k) for k in (0, 1)]


@program
def views():
    class V(theano.Op):
        __props__ = ()
        view_map = {0: [0]}

        def make_node(self, x):
            return Apply(self, [x], [x.type()])

        def perform(self, node, inp, out):
            out[0][0] = inp[0][::-1]

    w = theano.shared(u.copy())
    f = theano.function([], [V()(w), V()(V()(w))])
    r = f()
    r[0][:] = 9
    return [f(), w.get_value()]


@program
def keeps_inputs():
    kept = []

    class K(theano.Op):
        __props__ = ()

        def make_node(self, x):
            return Apply(self, [x], [x.type()])

        def perform(self, node, inp, out):
            kept.append(inp[0])
            out[0][0] = np.zeros(3)

    f = theano.function([x], K()(x * 1))
    f(u)
    f(u + 1)
    f(u + 2)
    return kept


@program
def reuses_storage():
    class R(theano.Op):
        __props__ = ()

        def make_node(self, x):
            return Apply(self, [x], [x.type()])

        def perform(self, node, inp, out):
            if out[0][0] is None or out[0][0].shape != inp[0].shape:
                out[0][0] = np.empty_like(inp[0])
            out[0][0][...] = inp[0] + 1

    f = theano.function([x], R()(x))
    return [f(u), f(u * 2)]


@program
def wrong_dtype_direct():
    class W(theano.Op):
        __props__ = ()

        def make_node(self, x):
            return Apply(self, [x], [x.type()])

        def perform(self, node, inp, out):
            out[0][0] = inp[0].astype("float32")

    return error_of(lambda: theano.function([x], W()(x))(u))


@program
def raiser():
    w = theano.shared(0.0)
    f = theano.function([x], Raiser()(x), updates=[(w, w + 1)])
    return [error_of(lambda: f(u)), w.get_value()]


@program
def raiser_in_scan():
    r, _ = theano.scan(lambda a: Raiser()(a * x), sequences=x)
    return error_of(lambda: theano.function([x], r)(u))[:2]


@program
def itypes():
    class Pair(theano.Op):
        itypes = [T.dvector, T.lscalar]
        otypes = [T.dvector, T.lscalar]
        __props__ = ()

        def perform(self, node, inp, out):
            out[0][0] = inp[0] ** int(inp[1])
            out[1][0] = np.asarray(inp[1] + 1)

    return [theano.function([x, n], Pair()(x, n))(u, 2), error_of(lambda: Pair()(x)), error_of(lambda: Pair()(X, n)), str(Pair())]


@program
def eqhash():
    class E(theano.Op):
        def __init__(self, k):
            self.k = k

        def __eq__(self, o):
            return type(self) is type(o) and self.k == o.k

        def __hash__(self):
            return hash(type(self)) ^ hash(self.k)

        def __str__(self):
            return "E{%d}" % self.k

        def make_node(self, x):
            return Apply(self, [x], [x.type()])

        def perform(self, node, inp, out):
            E.calls += 1
            out[0][0] = inp[0] * self.k

    E.calls = 0
    f = theano.function([x], [E(2)(x) + E(2)(x), E(3)(x)])
    r = f(u)
    return [r, E.calls, str(E(2)(x).owner)]


@program
def nohash():
    class E(theano.Op):
        def make_node(self, x):
            return Apply(self, [x], [x.type()])

        def perform(self, node, inp, out):
            E.calls += 1
            out[0][0] = inp[0] * 2

    E.calls = 0
    f = theano.function([x], E()(x) + E()(x))
    return [f(u), E.calls]


@program
def paramop():
    class A(theano.Op):
        __props__ = ("a", "b")

        def __init__(self, a, b=1):
            self.a = a
            self.b = b

        def make_node(self, x):
            return Apply(self, [x], [x.type()])

        def perform(self, node, inp, out):
            out[0][0] = inp[0] * self.a + self.b

    return [str(A(1, 2)), A(1) == A(1, 1), theano.function([x], A(3, 4)(x))(u), repr(A(1).a)]


@program
def connection():
    class C(theano.Op):
        __props__ = ()

        def make_node(self, x, y):
            return Apply(self, [x, y], [x.type(), y.type()])

        def perform(self, node, inp, out):
            out[0][0] = inp[0] * 2
            out[1][0] = inp[1] * 3

        def connection_pattern(self, node):
            return [[True, False], [False, True]]

        def grad(self, inputs, g):
            r = []
            for gi, k in zip(g, (2, 3)):
                r.append(gi * k if not isinstance(gi.type, theano.gradient.DisconnectedType) else theano.gradient.DisconnectedType()())
            return r

    y = T.dvector("y")
    a, b = C()(x, y)
    return [
        theano.function([x, y], T.grad(a.sum(), x), on_unused_input="ignore")(u, u),
        error_of(lambda: T.grad(a.sum(), y)),
        theano.function([x, y], T.grad(a.sum(), y, disconnected_inputs="ignore"), on_unused_input="ignore")(u, u),
    ]


@program
def lop():
    class L(theano.Op):
        __props__ = ()

        def make_node(self, x):
            return Apply(self, [x], [x.type()])

        def perform(self, node, inp, out):
            out[0][0] = np.exp(inp[0])

        def L_op(self, inputs, outputs, g):
            return [g[0] * outputs[0]]

    return theano.function([x], [T.grad(L()(x).sum(), x), T.grad(T.grad(L()(x).sum(), x).sum(), x)])(u)


@program
def nograd():
    class N(theano.Op):
        __props__ = ()

        def make_node(self, x):
            return Apply(self, [x], [x.type()])

        def perform(self, node, inp, out):
            out[0][0] = inp[0]

    return [error_of(lambda: T.grad(N()(x).sum(), x)), error_of(lambda: T.Rop(N()(x), x, x)), error_of(lambda: T.Lop(N()(x), x, x))]


@program
def badgrads():
    def mk(ret):
        class N(theano.Op):
            __props__ = ()

            def make_node(self, x, y):
                return Apply(self, [x, y], [x.type()])

            def perform(self, node, inp, out):
                out[0][0] = inp[0]

            def grad(self, inputs, g):
                return ret(inputs, g)

        return N()(x, x * 2)

    R = [
        lambda i, g: [g[0]],
        lambda i, g: [None, g[0]],
        lambda i, g: g[0],
        lambda i, g: [g[0], T.cast(g[0], "int32")],
        lambda i, g: [g[0], g[0].sum()],
        lambda i, g: [g[0], theano.gradient.grad_not_implemented(theano.Op(), 1, i[1], "why so")],
        lambda i, g: [g[0], theano.gradient.grad_undefined(theano.Op(), 1, i[1], "just so")],
        lambda i, g: [g[0], theano.gradient.DisconnectedType()()],
        lambda i, g: [g[0], 3.0],
    ]
    return [error_of(lambda: str(T.grad(mk(r).sum(), x).type)) for r in R]


@program
def own_thunk():
    class M(theano.Op):
        __props__ = ()

        def make_node(self, x):
            return Apply(self, [x], [x.type()])

        def make_thunk(self, node, storage_map, compute_map, no_recycling, impl=None):
            i = storage_map[node.inputs[0]]
            o = storage_map[node.outputs[0]]

            def thunk():
                o[0] = i[0] * 7
                compute_map[node.outputs[0]][0] = True

            thunk.inputs = [i]
            thunk.outputs = [o]
            thunk.lazy = False
            return thunk

    return theano.function([x], M()(x) + 1)(u)


@program
def function_as_op():
    @theano.compile.ops.as_op(itypes=[T.dmatrix, T.dmatrix], otypes=[T.dmatrix])
    def dot(a, b):
        return np.dot(a, b)

    Y = T.dmatrix("Y")
    f = theano.function([X, Y], dot(X, Y))
    a = np.arange(4.0).reshape(2, 2)
    return [
        f(a, a),
        str(dot),
        error_of(lambda: T.grad(dot(X, Y).sum(), X)),
        error_of(lambda: dot(X, x)),
        error_of(lambda: f(a, np.ones((3, 1)))),
    ]


@program
def as_op_shape():
    @theano.as_op(itypes=[T.lscalar], otypes=[T.dvector], infer_shape=lambda node, shp: [(node.inputs[0],)])
    def ones(k):
        return np.ones(int(k))

    return theano.function([n], [ones(n).shape, ones(n).sum(), ones(n) * ones(n)])(4)


@program
def scalar_op():
    class Cube(theano.scalar.UnaryScalarOp):
        def impl(self, x):
            return x**3

        def grad(self, inp, g):
            return [g[0] * 3 * inp[0] ** 2]

    cube = T.Elemwise(Cube(theano.scalar.upgrade_to_float, name="cube"), name="cube")
    return [theano.function([x], [cube(x), T.grad(cube(x).sum(), x), cube(T.cast(x, "int32"))])(u), str(cube(x).owner.op), str(cube)]


@program
def scalar_binary():
    class Hyp(theano.scalar.BinaryScalarOp):
        nfunc_spec = ("hypot", 2, 1)

        def impl(self, a, b):
            return np.hypot(a, b)

    h = T.Elemwise(Hyp(theano.scalar.upgrade_to_float, name="hyp"))
    return theano.function([x, X], h(x, X))(u, np.ones((2, 3)))


@program
def scalar_nobroadcast_reduce():
    class Mx(theano.scalar.BinaryScalarOp):
        commutative = True
        associative = True
        identity = 0

        def impl(self, a, b):
            return max(a, b)

    r = T.CAReduce(Mx(theano.scalar.upcast_out, name="mx"), axis=0)
    return theano.function([X], r(X))(np.arange(6.0).reshape(2, 3))


@program
def prints():
    p = theano.printing.Print("first")(x)
    q = theano.printing.Print("second")(p * 2)
    return printed_by(lambda: theano.function([x], q + 1)(u))


@program
def prints_attrs():
    return printed_by(lambda: theano.function([x], theano.printing.Print("m", ["shape", "__str__", "sum"])(x))(u))


@program
def prints_scan():
    r, _ = theano.scan(lambda a: theano.printing.Print("step")(a) * 2, outputs_info=s, n_steps=n)
    return printed_by(lambda: theano.function([s, n], r)(1.0, 3))


@program
def prints_fn():
    return printed_by(
        lambda: theano.function(
            [x],
            theano.printing.Print("hi", global_fn=lambda op, v: sys.stdout.write("%s %s %s\n" % (op.message, type(v).__name__, v.dtype)))(
                x
            ).sum(),
        )(u)
    )


@program
def asserts():
    w = theano.shared(0.0)
    v = T.opt.assert_(x, T.gt(x.sum(), 0))
    f = theano.function([x], T.opt.Assert("sum must be positive")(x, T.gt(x.sum(), 0)), updates=[(w, w + 1)])
    return [f(u), error_of(lambda: f(-u)), w.get_value(), error_of(lambda: theano.function([x], v)(-u))]


@program
def ofg():
    a, b = T.dvectors("a", "b")
    op = theano.OpFromGraph([a, b], [a * b + 1, a - b])
    y = T.dvector("y")
    p, q = op(x, y)
    return theano.function([x, y], [p, q] + T.grad((p * q).sum(), [x, y]) + [T.Rop(p, x, y)])(u, u + 1)


@program
def ofg_inline_over():
    a = T.dvector("a")
    op = theano.OpFromGraph([a], [a**2], inline=True, grad_overrides=lambda i, g: [g[0] * 100])
    op2 = theano.OpFromGraph([a], [a**2], lop_overrides=lambda i, o, g: [g[0] * o[0]], rop_overrides=lambda i, e: [e[0] * 5])
    return theano.function([x], [op(x), T.grad(op(x).sum(), x), T.grad(op2(x).sum(), x), T.Rop(op2(x), x, x)])(u)


@program
def ofg_shared_nested():
    w = theano.shared(3.0)
    a = T.dvector("a")
    op = theano.OpFromGraph([a], [a * w])
    op2 = theano.OpFromGraph([a], [op(a) + 1])
    f = theano.function([x], [op2(x), T.grad(op2(x).sum(), x), T.grad(op2(x).sum(), w)])
    r = f(u)
    w.set_value(5.0)
    return [r, f(u)]


@program
def ofg_errors():
    a = T.dvector("a")
    return [
        error_of(lambda: theano.OpFromGraph([a], a)),
        error_of(lambda: theano.OpFromGraph([a], [a], updates={})),
        error_of(lambda: theano.OpFromGraph([a], [a])(x, x)),
        error_of(lambda: theano.OpFromGraph([a], [a])(X)),
    ]


@program
def rebroadcast():
    r = T.Rebroadcast((0, True))(x)
    return [str(r.type), theano.function([x], r)(u[:1]), error_of(lambda: theano.function([x], r)(u))]


@program
def specify():
    r = T.specify_shape(X, (2, 3))
    return [theano.function([X], [r, r.shape])(np.ones((2, 3))), error_of(lambda: theano.function([X], r)(np.ones((3, 3))))[0]]


@program
def viewops():
    from theano.compile import ViewOp, deep_copy_op, view_op

    class Id(ViewOp):
        def grad(self, i, g):
            return [g[0] * 10]

    return theano.function([x], [view_op(x), deep_copy_op(x), T.grad(Id()(x).sum(), x), T.grad(view_op(x).sum(), x)])(u)


@program
def multi_default():
    class D(theano.Op):
        __props__ = ()
        default_output = 1

        def make_node(self, x):
            return Apply(self, [x], [x.type(), T.dscalar()])

        def perform(self, node, inp, out):
            out[0][0] = inp[0]
            out[1][0] = np.asarray(inp[0].sum())

        def infer_shape(self, node, s):
            return [s[0], ()]

    d = D()(x)
    return theano.function([x], [d, d.owner.outputs[0], d.owner.outputs[0].shape])(u)


@program
def generic_types():
    class G(theano.Op):
        __props__ = ()

        def make_node(self, a):
            return Apply(self, [a], [T.dscalar()])

        def perform(self, node, inp, out):
            out[0][0] = np.asarray(float(len(inp[0])))

    g = gof.generic()
    return theano.function([g], G()(g))({"a": 1, "b": 2})


@program
def data_dependent_rows():
    class Pos(theano.Op):
        __props__ = ()

        def make_node(self, x):
            return Apply(self, [x], [x.type(), T.lvector()])

        def perform(self, node, inp, out):
            i = np.where(inp[0] > 0)[0]
            out[0][0] = inp[0][i]
            out[1][0] = i

        def grad(self, inp, g):
            return [T.inc_subtensor(T.zeros_like(inp[0])[self(inp[0])[1]], g[0])]

    p, i = Pos()(x)
    f = theano.function([x], [p * 2, i, p.sum(), T.grad((p**2).sum(), x), T.zeros((p.shape[0], 2))])
    return [f(u - 2), f(u), f(-u)]


@program
def typed_lists():
    import theano.typed_list as tl

    L = tl.TypedListType(T.dvector)("L")
    i = n
    f = theano.function(
        [L, x, n],
        [
            tl.append(L, x),
            tl.extend(L, L),
            tl.insert(L, i, x),
            tl.reverse(L),
            tl.getitem(L, i),
            tl.length(L),
            tl.index_(L, x),
            tl.count(L, x),
            L[0:2],
        ],
    )
    r = f([u, u + 1], u, 1)
    g = theano.function([L, x], tl.remove(L, x))
    m = theano.function([x], tl.make_list([x, x * 2]))
    return [r, g([u, u + 1], u), m(u), error_of(lambda: g([u], u + 5)), error_of(lambda: f([u], u, 7))[:3]]


@program
def param_type_perform():
    class PP(theano.Op):
        __props__ = ("k",)
        params_type = gof.Generic()

        def __init__(self, k):
            self.k = k

        def get_params(self, node):
            return self.k

        def make_node(self, x):
            return Apply(self, [x], [x.type()])

        def perform(self, node, inp, out, params):
            out[0][0] = inp[0] * params

    return theano.function([x], PP(5)(x))(u)


@program
def raise_op():
    from theano.raise_op import Raise

    return error_of(lambda: theano.function([x], Raise("no way", ValueError)(x))(u))


@program
def call_kwargs():
    class K(theano.Op):
        __props__ = ()

        def make_node(self, x, scale=1):
            return Apply(self, [T.as_tensor_variable(x), T.as_tensor_variable(scale)], [x.type()])

        def perform(self, node, inp, out):
            out[0][0] = inp[0] * inp[1]

    return theano.function([x], [K()(x), K()(x, scale=4), K()(x, return_list=True)[0]])(u)


def of_matrix(op, *more):
    """`op(X, ...)` at a matrix that any decomposition takes, and the gradient of the sum of its squares."""
    y = op(X, *more)
    values = theano.function([X], [y, T.grad((y ** 2).sum(), X)])(np.array([[2.0, 1.0], [1.0, 3.0]]))
    return [np.round(v, 9) for v in values]


@program
def cholesky_that_never_fails():
    class C(T.slinalg.Cholesky):
        def perform(self, node, inp, out):
            try:
                out[0][0] = np.linalg.cholesky(inp[0])
            except np.linalg.LinAlgError:
                out[0][0] = np.zeros_like(inp[0])

    return [of_matrix(C()), theano.function([X], C()(X))(-np.eye(2))]


@program
def inverse_of_anything():
    class I(T.nlinalg.MatrixInverse):
        def perform(self, node, inp, out):
            out[0][0] = np.linalg.pinv(inp[0])

    return [of_matrix(I()), theano.function([X], I()(X))(np.zeros((2, 2)))]


@program
def eigh_before_theano_had_it():
    class Eigh(T.nlinalg.Eig):
        _numop = staticmethod(np.linalg.eigh)
        __props__ = ("UPLO",)

        def __init__(self, UPLO="L"):
            self.UPLO = UPLO

        def make_node(self, x):
            x = T.as_tensor_variable(x)
            return Apply(self, [x], [T.dvector(), T.dmatrix()])

        def perform(self, node, inp, out):
            out[0][0], out[1][0] = self._numop(inp[0], self.UPLO)

        def grad(self, inp, grads):
            return [inp[0] * grads[0].sum()]

    w, v = Eigh()(X)
    values = theano.function([X], [w, abs(v), T.grad(w.sum(), X)])(np.array([[2.0, 1.0], [1.0, 3.0]]))
    return [np.round(v, 9) for v in values]


@program
def another_numop():
    class Turned(T.nlinalg.Eig):
        _numop = staticmethod(lambda a: (a[0] * 2, a.T))

    class Singular(T.nlinalg.SVD):
        _numop = staticmethod(lambda a, full, uv: np.arange(2.) + full)

    w, v = Turned()(X)
    return theano.function([X], [w, v, Singular(True, False)(X)])(np.array([[2.0, 1.0], [1.0, 3.0]]))


@program
def other_performs():
    class Exp(T.Elemwise):
        def perform(self, node, inp, out):
            out[0][0] = inp[0] + 1

    class Sevens(T.nnet.Softmax):
        def perform(self, node, inp, out):
            out[0][0] = inp[0] * 0 + 7

    class Twice(T.Sum):
        def perform(self, node, inp, out):
            out[0][0] = np.asarray(inp[0].sum() * 2)

    class Solved(T.slinalg.Solve):
        def perform(self, node, inp, out):
            out[0][0] = inp[1] - inp[0]

    rows, _ = theano.scan(lambda r: Sevens()(X) + r, sequences=X)
    at = np.array([[2.0, 1.0], [1.0, 3.0]])
    return [of_matrix(op) for op in (Exp(theano.scalar.exp), Sevens(), Twice())] + [
        theano.function([X], [Solved()(X, X * 3), rows])(at)]


@program
def attributes_of_any_name():
    class Keeper(theano.Op):
        __props__ = ("lower",)

        def __init__(self, lower):
            self.lower = self.host = self.facts = self.record = self.branches = self.inner = self.plan = self.can_fail = lower

        def make_node(self, x):
            return Apply(self, [x], [x.type()])

        def perform(self, node, inp, out):
            out[0][0] = np.tril(inp[0]) if self.lower else np.triu(inp[0])

        def grad(self, inp, grads):
            return [grads[0] * 2]

    rows, _ = theano.scan(lambda r: Keeper(True)(r * X), sequences=X)
    return [of_matrix(Keeper(flag)) for flag in (True, False)] + [theano.function([X], [rows, Keeper(True)(X).shape])(np.ones((2, 2)))]


def plain(value):
    """A result as JSON."""
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    value = np.asarray(value)
    return [str(value.dtype), list(value.shape), value.ravel().tolist()]


def run(name):
    """What program `name` gives, as JSON."""
    kept, theano.config.floatX = theano.config.floatX, "float64"
    try:
        return plain(PROGRAMS[name]())
    finally:
        theano.config.floatX = kept


def main():
    command = "THEANO_FLAGS=cxx= python tests/golden/record_user_ops.py"
    recorded = {"command": command, "under": "real Theano " + theano.__version__, "programs": {name: run(name) for name in PROGRAMS}}
    json.dump(recorded, sys.stdout, sort_keys=True)


if __name__ == "__main__":
    main()
