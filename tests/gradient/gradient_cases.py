"""What is compared with real Theano 1.0.5: programs as text, read by the recorder (Python 3.7) and by the tests."""

# In every program: these variables (VALUES holds what they stand for), T, theano, np, and `G` for theano.gradient.
VARIABLES = """
s = T.dscalar('s'); t = T.dscalar('t'); u = T.dscalar()
x = T.dvector('x'); y = T.dvector('y'); v = T.dvector('v')
m = T.dmatrix('m'); n = T.dmatrix('n'); q = T.dmatrix('q')
f = T.fvector('f'); fs = T.fscalar('fs'); fm = T.fmatrix('fm')
i = T.ivector('i'); k = T.iscalar('k'); im = T.imatrix('im')
r = T.drow('r'); c = T.dcol('c'); d3 = T.dtensor3('d3')
"""
VALUES = {
    "s": 0.7, "t": -1.3, "u": 2.0,
    "x": [0.5, -1.5, 2.0], "y": [1.5, 0.25, -0.75], "v": [1.0, 2.0, -3.0],
    "m": [[0.1, -0.2, 0.3], [1.1, 0.9, -0.7]], "n": [[1.0, 2.0], [-0.5, 0.25], [0.75, -1.25]], "q": [[0.3, 0.6], [-0.9, 1.2]],
    "f": [0.5, 1.5, -2.5], "fs": 1.25, "fm": [[0.5, -0.25], [1.5, 2.0]],
    "i": [2, 0, 1], "k": 1, "im": [[1, -2], [3, 4]],
    "r": [[0.4, -0.8, 1.6]], "c": [[0.5], [-1.5]], "d3": [[[0.1, 0.2], [0.3, -0.4]], [[1.5, 0.6], [-0.7, 0.8]]],
}

# name: (cost, wrt) for T.grad(cost, wrt)
GRADIENTS = {
    "square of a scalar": ("s ** 2", "s"),
    "cube": ("s ** 3", "s"),
    "power of a variable": ("s ** t", "[s]"),
    "product": ("s * t", "[s, t]"),
    "quotient": ("s / (t + 3)", "[s, t]"),
    "the same variable twice": ("s * s + s", "s"),
    "a variable without name": ("u * s", "[u, s]"),
    "sum": ("x.sum()", "x"),
    "sum of products": ("(x * y).sum()", "[x, y]"),
    "sum of squares": ("(x ** 2).sum()", "x"),
    "mean": ("x.mean()", "x"),
    "product of elements": ("x.prod()", "x"),
    "sum over an axis": ("(m.sum(axis=0) ** 2).sum()", "m"),
    "sum with keepdims": ("(m / m.sum(axis=1, keepdims=True)).sum()", "m"),
    "exp": ("T.exp(x).sum()", "x"),
    "log": ("T.log(x ** 2).sum()", "x"),
    "logistic": ("(1 / (1 + T.exp(-x))).sum()", "x"),
    "tanh": ("T.tanh(x).sum()", "x"),
    "sin and cos": ("(T.sin(x) * T.cos(y)).sum()", "[x, y]"),
    "sqrt": ("T.sqrt(abs(x)).sum()", "x"),
    "abs": ("abs(x).sum()", "x"),
    "maximum": ("T.maximum(x, y).sum()", "[x, y]"),
    "minimum with a tie": ("T.minimum(x, x).sum()", "x"),
    "clip": ("T.clip(x, -1, 1).sum()", "x"),
    "switch": ("T.switch(x > 0, x, 2 * y).sum()", "[x, y]"),
    "comparison": ("((x > 0) * x).sum()", "x"),
    "negation": ("(-x).sum()", "x"),
    "sqr": ("T.sqr(x - y).sum()", "[x, y]"),
    "floor": ("(T.floor(x) * x).sum()", "x"),
    "sigmoid": ("T.nnet.sigmoid(x).sum()", "x"),
    "softplus": ("T.nnet.softplus(x).sum()", "x"),
    "vector dot vector": ("T.dot(x, y)", "[x, y]"),
    "matrix dot vector": ("T.dot(m, x).sum()", "[m, x]"),
    "vector dot matrix": ("T.dot(x, n).sum()", "[x, n]"),
    "matrix dot matrix": ("T.dot(m, n).sum()", "[m, n]"),
    "quadratic form": ("T.dot(T.dot(x, m.T), T.dot(m, x))", "[x, m]"),
    "broadcast of a vector": ("(m * x).sum()", "[m, x]"),
    "broadcast of a scalar": ("(m * s).sum()", "[m, s]"),
    "broadcast of a row": ("(m + r).sum()", "[m, r]"),
    "broadcast of a column": ("(m * c).sum()", "[m, c]"),
    "dimshuffle": ("(x.dimshuffle('x', 0) * m).sum()", "[x, m]"),
    "transpose": ("(m.T * n).sum()", "[m, n]"),
    "reshape": ("(m.reshape((3, 2)) * n).sum()", "[m, n]"),
    "flatten": ("(m.flatten() ** 2).sum()", "m"),
    "index": ("x[1]", "x"),
    "slice": ("(x[:2] ** 2).sum()", "x"),
    "slice with a step": ("x[::2].sum()", "x"),
    "a row of a matrix": ("m[0].sum()", "m"),
    "a run-time index": ("x[k]", "x"),
    "integer array index": ("(x[i] * y).sum()", "[x, y]"),
    "set_subtensor": ("(T.set_subtensor(x[:2], y[1:]) ** 2).sum()", "[x, y]"),
    "inc_subtensor": ("(T.inc_subtensor(x[:2], y[1:]) ** 2).sum()", "[x, y]"),
    "join": ("(T.concatenate([x, y]) ** 2).sum()", "[x, y]"),
    "stack": ("(T.stack([x, y]) * m).sum()", "[x, y, m]"),
    "alloc": ("(T.alloc(s, 2, 3) * m).sum()", "[s, m]"),
    "zeros_like": ("(T.zeros_like(x) + x).sum()", "x"),
    "fill": ("T.fill(x, s).sum()", "s"),
    "max": ("x.max()", "x"),
    "max over an axis": ("m.max(axis=1).sum()", "m"),
    "norm": ("x.norm(2)", "x"),
    "var": ("x.var()", "x"),
    "float32": ("(f * 2).sum()", "f"),
    "float32 and float64": ("(f * x).sum()", "[f, x]"),
    "float32 scalar and an integer": ("fs * k", "[fs, k]"),
    "integers": ("(i * 1.5).sum()", "i"),
    "integers all through": ("i.sum()", "i"),
    "an integer cost": ("k * k", "k"),
    "cast": ("T.cast(x, 'float32').sum()", "x"),
    "cast to integers": ("(T.cast(x, 'int32') * x).sum()", "x"),
    "integer matrix times floats": ("T.dot(im, q).sum()", "[im, q]"),
    "logistic regression": ("-(i * T.log(T.nnet.sigmoid(T.dot(m.T, x[:2]) + s))).mean() + 0.01 * (x ** 2).sum()", "[x, s]"),
    "two layers": ("T.sqr(T.dot(T.tanh(T.dot(m, n)), q) - 1).sum()", "[m, n, q]"),
    "weighted sums of many uses": ("(x * 2 + x * 3 + T.exp(x) * x - x / 4).sum()", "x"),
    "second derivative": ("T.grad((x ** 3).sum(), x).sum()", "x"),
    "third derivative": ("T.grad(T.grad(s ** 4, s), s)", "s"),
    "second derivative of tanh": ("T.grad(T.tanh(s), s)", "s"),
    "a mixed second derivative": ("T.grad((x * y ** 2).sum(), x).sum()", "y"),
    "zero_grad": ("(x * G.zero_grad(x ** 2)).sum()", "x"),
    "disconnected_grad": ("(x * G.disconnected_grad(x ** 2)).sum()", "x"),
    "consider_constant": ("(x * G.consider_constant(x ** 2)).sum()", "x"),
    "grad_clip": ("(G.grad_clip(x, -1, 1) ** 2).sum()", "x"),
    "grad_scale": ("(G.grad_scale(x, -2.5) ** 2).sum()", "x"),
    "the cost itself": ("s", "s"),
    "a constant": ("s * T.constant(2.0)", "s"),
    "shape in the cost": ("x.sum() / x.shape[0]", "x"),
    "tensor3": ("(d3 ** 2).sum(axis=(0, 2)).prod()", "d3"),
}

# name: an expression that gives one variable, or several
PROGRAMS = {
    "consider_constant argument": "T.grad((x * y).sum(), x, consider_constant=[y])",
    "consider_constant cuts": "T.grad((T.exp(x) * x).sum(), x, consider_constant=[x])",
    "known_grads in place of a cost": "T.grad(None, x, known_grads={y * 1: v} and {x: v})",
    "known_grads of an intermediate": "(lambda z: T.grad(None, [x, y], known_grads={z: v}))(x * y)",
    "known_grads beside a cost": "(lambda z: T.grad(z.sum(), x, known_grads={z: v}))(x ** 2)",
    "known_grads of the cost": "(lambda z: T.grad(z, x, known_grads={z: s}))((x ** 2).sum())",
    "known_grads of an integer": "T.grad(None, k, known_grads={k: s})",
    "no names": "T.grad(s ** 2, s, add_names=False)",
    "named cost": "(lambda z: (setattr(z, 'name', 'cost'), T.grad(z, [s, t]))[1])(s * t)",
    "disconnected ignored": "T.grad(s ** 2, [s, x], disconnected_inputs='ignore')",
    "disconnected integer": "T.grad(s ** 2, [s, i], disconnected_inputs='ignore')",
    "Lop": "T.Lop(T.dot(m, x), x, s * T.dot(m, y))",
    "Lop of two": "T.Lop([x * 2, y * x], [x, y], [v, v])",
    "Rop of a product": "T.Rop(x * y, x, v)",
    "Rop of both": "T.Rop(x * y, [x, y], [v, v + 1])",
    "Rop of dot": "T.Rop(T.dot(m, x), x, v)",
    "Rop of exp": "T.Rop(T.exp(x) * 2, x, v)",
    "Rop of a sum": "T.Rop((x ** 2).sum(), x, v)",
    "Rop of a gradient": "T.Rop(T.grad((x ** 3).sum(), x), x, v)",
    "Rop of a slice": "T.Rop(x[1:] ** 2, x, v)",
    "Rop of a reshape": "T.Rop(m.flatten() * 2, m, m + 1)",
    "Rop of dimshuffle": "T.Rop(x.dimshuffle('x', 0), x, v)",
    "Rop of join": "T.Rop(T.concatenate([x, y * 2]), [x, y], [v, v])",
    "Rop of a shared subgraph": "(lambda z: T.Rop(z * z + T.sin(z), x, v))(T.tanh(x))",
    "Rop of several outputs": "T.Rop([x * 2, y * x], x, v)",
    "Rop of what it is asked for": "T.Rop(x, x, v)",
    "Rop of max": "T.Rop(m.max(axis=1), m, m * 2)",
    "Rop through an integer": "T.Rop(x + T.cast(x, 'int32'), x, v)",
    "subgraph_grad": "sum(G.subgraph_grad(wrt=[x], end=[y], cost=(x * y ** 2).sum()), [])",
    "jacobian": "G.jacobian(x ** 2, x)",
    "jacobian of a matrix": "G.jacobian(T.dot(m, x), [x, m])",
    "jacobian of a slice": "G.jacobian(x[1:] ** 2, x)",
    "jacobian of a run-time slice": "G.jacobian(x[k:] ** 2, x)",
    "jacobian of a reshape": "G.jacobian((m.reshape((3, 2)) ** 2).sum(axis=1), m)",
    "jacobian of a scalar": "G.jacobian(s ** 2, s)",
    "jacobian of a join": "G.jacobian(T.concatenate([x * 2, T.sin(y)]), [x, y])",
    "jacobian of integers": "G.jacobian(i * 1.5, i)",
    "jacobian in float32": "G.jacobian(f ** 3, f)",
    "jacobian of indices": "G.jacobian(x[i] ** 2, x)",
    "jacobian of what does not depend": "G.jacobian(x ** 2, y, disconnected_inputs='ignore')",
    "jacobian of a softmax": "G.jacobian(T.exp(x) / T.exp(x).sum(), x)",
    "hessian": "G.hessian((x ** 3).sum(), x)",
    "hessian, mixed": "G.hessian(T.exp(x.sum()) * (x ** 2).sum(), x)",
    "hessian of a linear cost": "G.hessian(x.sum(), x)",
    "hessian of two": "G.hessian((x ** 2 * y ** 3).sum(), [x, y])",
    "gradient of a jacobian": "T.grad((G.jacobian(x ** 3, x) ** 2).sum(), x)",
    "gradient of cumsum": "T.grad((T.cumsum(x) ** 2).sum(), x)",
    "second derivative of cumprod": "T.grad(T.grad((T.cumprod(x) ** 2).sum(), x).sum(), x)",
    "gradient of sort": "T.grad((T.sort(x) * y).sum(), [x, y])",
    "gradient of diag": "T.grad((T.diag(q) ** 2).sum(), q)",
    "gradient of a matrix inverse": "T.grad(T.nlinalg.matrix_inverse(q).sum(), q)",
    "gradient of a determinant": "T.grad(T.nlinalg.det(q), q)",
}

# name: an expression that raises
ERRORS = {
    "cost is a vector": "T.grad(x, x)",
    "cost is nothing": "T.grad(None, x)",
    "cost is a number": "T.grad(1.0, x)",
    "wrt is a set": "T.grad(s, {s})",
    "wrt is a number": "T.grad(s, 3)",
    "disconnected": "T.grad(s ** 2, x)",
    "disconnected, bad keyword": "T.grad(s ** 2, x, disconnected_inputs='no')",
    "return_disconnected, bad keyword": "T.grad(s ** 2, x, disconnected_inputs='ignore', return_disconnected='no')",
    "only the shape is used": "T.grad(x.shape[0] * 1.0, x)",
    "index": "T.grad(x[k], k)",
    "consider_constant is no list": "T.grad(s, s, consider_constant=3)",
    "consider_constant holds a number": "T.grad(s, s, consider_constant=[3])",
    "known_grads without order": "T.grad(s, s, known_grads={s: s, t: s})",
    "known_grads of integers": "T.grad(None, x, known_grads={x: i})",
    "known_grads is a number": "T.grad(None, x, known_grads={x: 3})",
    "undefined_grad": "T.grad(G.undefined_grad(x).sum(), x)",
    "disconnected_grad": "T.grad(G.disconnected_grad(x).sum(), x)",
    "complex cost": "T.grad(T.zscalar('z'), s)",
    "complex intermediate": "T.grad(abs(T.complex(x, x)).sum(), x)",
    "complex variable": "(lambda z: T.grad(abs(z), z))(T.zscalar('z'))",
    "null cost": "T.grad(G.grad_undefined(T.add, 0, s), s)",
    "not implemented cost": "T.grad(G.grad_not_implemented(T.add, 0, s, 'why'), s)",
    "Rop with other dimensions": "T.Rop(s, [m], [x])",
    "Rop of a shape": "T.Rop(x.shape[0], x, v)",
    "Rop of something else": "T.Rop(y * 2, m, m)" ,
    "Rop through disconnected_grad": "T.Rop(G.disconnected_grad(x) * 2, x, v)",
    "Rop, bad keyword": "T.Rop(x.shape, x, v, disconnected_outputs='no')",
    "Rop, bad form": "T.Rop(x.shape, x, v, disconnected_outputs='ignore', return_disconnected='no')",
    "Rop of argmax": "T.Rop(T.argmax(m, axis=1), m, m)",
    "Lop with one point too few": "T.Lop([x, y], x, [v])",
    "jacobian of a matrix": "G.jacobian(m, x)",
    "jacobian of a number": "G.jacobian(1.0, x)",
    "jacobian, disconnected": "G.jacobian(x ** 2, y)",
    "hessian of a vector": "G.hessian(x, x)",
    "hessian with respect to a matrix": "G.hessian(s, m)",
    "format_as both": "G.format_as(True, True, [1])",
    "format_as of two": "G.format_as(False, False, [1, 2])",
    "grad_clip with crossed bounds": "G.grad_clip(x, 1, -1)",
    "subgraph_grad of nothing": "G.subgraph_grad([x], [y])",
    "verify_grad without rng": "G.verify_grad(T.tanh, [np.ones(2)])",
    "verify_grad of integers": "G.verify_grad(T.tanh, [np.ones(2, dtype='int32')], rng=np.random.RandomState(1))",
    "grad returns None": "T.grad(user('none')(x).sum(), x)",
    "grad returns a list with None": "T.grad(user('none in a list')(x).sum(), x)",
    "grad returns too many": "T.grad(user('two')(x).sum(), x)",
    "grad returns a number": "T.grad(user('number')(x).sum(), x)",
    "grad returns integers": "T.grad(user('integers')(x).sum(), x)",
    "grad returns another dimension": "T.grad(user('dimension')(x).sum(), x)",
    "grad is null": "T.grad(user('null')(x).sum(), x)",
    "grad is not written": "T.grad(user('missing')(x).sum(), x)",
    "grad against the connection pattern": "T.grad(user('against')(x).sum(), x)",
    "grad without the connection": "T.grad(user('without')(x).sum() + x.sum(), x)",
    "a nonzero gradient through integers": "T.grad(user('through integers')(x).sum(), x)",
    "connection pattern is no list": "T.grad(user('pattern no list')(x).sum(), x)",
    "connection pattern is too short": "T.grad(user('pattern too short')(x).sum(), x)",
    "connection pattern of no lists": "T.grad(user('pattern of no lists')(x).sum(), x)",
    "Rop is not written": "T.Rop(user('missing')(x), x, v)",
}

# `user(kind)`: an op whose gradient is wrong in the way that `kind` says.
USER_OPS = """
def user(kind):
    class User(theano.Op):
        __props__ = ()
        def make_node(self, x):
            out = T.lvector() if kind == 'through integers' else x.type()
            return theano.Apply(self, [x], [out])
        def perform(self, node, inputs, outputs):
            outputs[0][0] = inputs[0].copy()
    def grad(self, inputs, output_grads):
        x, = inputs
        return {'none': None, 'none in a list': [None], 'two': [x, x], 'number': [3.0], 'integers': [T.cast(x, 'int64')],
                'dimension': [x.sum()], 'null': [G.grad_undefined(self, 0, x, 'because')],
                'against': [x], 'without': [G.DisconnectedType()()], 'through integers': [T.fill(x, 2.0)]}.get(kind, [x])
    patterns = {'against': [[False]], 'without': [[True]], 'pattern no list': ((True,),), 'pattern too short': [],
                'pattern of no lists': [(True,)]}
    if kind != 'missing':
        User.grad = grad
    if kind in patterns:
        User.connection_pattern = lambda self, node: patterns[kind]
    return User()
"""


def namespace(theano):
    """Names that programs use, made with the package `theano`."""
    import numpy as np

    names = {"theano": theano, "T": theano.tensor, "G": theano.gradient, "np": np}
    exec(VARIABLES, names)
    exec(USER_OPS, names)
    return names


def as_list(result):
    """One variable as a list of one."""
    return list(result) if isinstance(result, (list, tuple)) else [result]


def record(theano, program):
    """What a program gives: for each variable its texts, name, type and value."""
    names = namespace(theano)
    variables = as_list(eval(program, names))
    inputs = [names[key] for key in VALUES]
    values = theano.function(inputs, variables, on_unused_input="ignore")(*[cast_value(key) for key in VALUES])
    return [{"pp": theano.pp(g), "debugprint": theano.printing.debugprint(g, file="str"), "name": g.name, "type": str(g.type),
             "value": value.tolist()} for g, value in zip(variables, values)]


def cast_value(key):
    """The value of an input in its own dtype."""
    import numpy as np

    return np.array(VALUES[key], dtype={"f": "float32", "i": "int32", "k": "int32"}.get(key[0], "float64"))


def record_error(theano, program):
    """Class and first line of what a program raises."""
    try:
        eval(program, namespace(theano))
    except Exception as error:
        return {"class": type(error).__name__, "line": str(error).split("\n")[0]}
    return None


def record_all(theano):
    """Everything, as a dict that JSON can hold."""
    return {"gradients": {name: record(theano, "T.grad(%s, %s)" % case) for name, case in GRADIENTS.items()},
            "programs": {name: record(theano, program) for name, program in PROGRAMS.items()},
            "errors": {name: record_error(theano, program) for name, program in ERRORS.items()}}
