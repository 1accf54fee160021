"""Record what loops, branches and ops that hold graphs compute: `python tests/golden/record_control.py > tests/golden/control.json`.

Run under real Theano 1.0.5. A program is a text that is executed with the names of PROLOGUE and leaves `inputs`, `outputs`,
`updates` (optional) and `calls`, lists of arguments; what the function returns for each call is recorded. The tests run the same texts.
"""
import json
import sys

PROLOGUE = """
import numpy as np
import theano
import theano.tensor as T
from theano.ifelse import ifelse
from theano.scan_module import until
from theano.tensor.shared_randomstreams import RandomStreams
from theano.sandbox.rng_mrg import MRG_RandomStreams
theano.config.floatX = "float64"
x, y, z = T.dvectors("x", "y", "z")
X, W, U = T.dmatrices("X", "W", "U")
s, t = T.dscalars("s", "t")
n, k = T.lscalars("n", "k")
one = np.float64(1)
A = np.linspace(-1, 1, 12).reshape(4, 3)
B = np.cos(np.arange(9.)).reshape(3, 3)
"""

PROGRAMS = {
    # -- the tutorial's loops
    "power": """
r, u = theano.scan(lambda p, a: p * a, outputs_info=T.ones_like(x), non_sequences=x, n_steps=n)
inputs, outputs, updates, calls = [x, n], [r[-1], T.grad(r[-1].sum(), x)], u, [([1., 2, 3], 2), ([1., 2, 3], 5)]
""",
    "polynomial": """
r, u = theano.scan(lambda c, p, v: c * v ** p, outputs_info=None, sequences=[x, T.arange(1000)], non_sequences=s)
inputs, outputs, calls = [x, s], [r.sum(), r] + T.grad(r.sum(), [x, s]), [([1., 0, 2], 3.)]
""",
    "trace by reduce": """
r, u = theano.reduce(lambda i, j, a: X[i, j] + a, sequences=[T.arange(3), T.arange(3)], outputs_info=one * 0)
inputs, outputs, calls = [X], [r, T.grad(r, X)], [(B,)]
""",
    "map": """
r, u = theano.map(lambda v: T.tanh(v) * 2, X)
inputs, outputs, calls = [X], [r, T.grad(r.sum(), X)], [(A,)]
""",
    "foldl": """
r, u = theano.foldl(lambda v, a: a * 2 + v, x, s)
inputs, outputs, calls = [x, s], [r, T.grad(r, s)], [([1., 2, 3], 4.)]
""",
    "foldr": """
r, u = theano.foldr(lambda v, a: a * 2 + v, x, s)
inputs, outputs, calls = [x, s], [r, T.grad(r, x)], [([1., 2, 3], 4.)]
""",
    "recurrence": """
r, u = theano.scan(lambda v, h, w: T.tanh(T.dot(v, U) + T.dot(h, w)), sequences=X, outputs_info=T.zeros((3,)), non_sequences=W)
c = (r[-1] ** 2).sum()
inputs, outputs, calls = [X, U, W], [r, c] + T.grad(c, [X, U, W]), [(A, B, B.T)]
""",
    "recurrence backwards": """
r, u = theano.scan(lambda v, h, w: T.tanh(T.dot(v, U) + T.dot(h, w)), sequences=X, outputs_info=T.zeros((3,)), non_sequences=W,
                   go_backwards=True)
c = (r[-1] ** 2).sum()
inputs, outputs, calls = [X, U, W], [r, c] + T.grad(c, [X, U, W]), [(A, B, B.T)]
""",
    "taps of a sequence": """
r, u = theano.scan(lambda a, b, c: a + 2 * b + 3 * c, sequences=dict(input=x, taps=[-1, 0, 2]))
inputs, outputs, calls = [x], [r, T.grad((r ** 2).sum(), x)], [(np.arange(7.),)]
""",
    "future taps": """
r, u = theano.scan(lambda a, b, c: a * b + c, sequences=[dict(input=x, taps=[1, 3]), y])
inputs, outputs, calls = [x, y], [r] + T.grad((r ** 2).sum(), [x, y]), [(np.arange(7.), np.arange(5.))]
""",
    "taps of an output": """
r, u = theano.scan(lambda a, b, c: a * .5 + b - c * .1, outputs_info=dict(initial=x, taps=[-1, -2, -4]), n_steps=n)
inputs, outputs, calls = [x, n], [r, T.grad((r ** 2).sum(), x)], [(np.arange(4.), 6), (np.arange(4.), 2)]
""",
    "fibonacci": """
r, u = theano.scan(lambda a, b: a + b, outputs_info=dict(initial=T.constant([1., 1.]), taps=[-2, -1]), n_steps=n)
inputs, outputs, calls = [n], [r], [(8,), (3,)]
""",
    "several outputs": """
def step(v, a, b1, b2):
    return a + v, b1 * .5 + b2 + a, v * 2, T.stack([v, a])
r, u = theano.scan(step, sequences=x, outputs_info=[s, dict(initial=y, taps=[-2, -1]), None, None])
c = sum(v.sum() for v in r)
inputs, outputs, calls = [x, s, y], r + T.grad(c, [x, s, y]), [([1., 2, 3], .5, [1., 2])]
""",
    "truncated gradient": """
r, u = theano.scan(lambda v, a: a * v, sequences=x, outputs_info=s, truncate_gradient=2)
inputs, outputs, calls = [x, s], [r] + T.grad(r[-1], [x, s]), [([1., 2, 3, 4], .5)]
""",
    "truncated gradient of all": """
r, u = theano.scan(lambda v, a: a * v, sequences=x, outputs_info=s, truncate_gradient=2)
inputs, outputs, calls = [x, s], [r] + T.grad(r.sum(), [x, s]), [([1., 2, 3, 4], .5)]
""",
    "until": """
r, u = theano.scan(lambda p: (p * 2, until(p * 2 > s)), outputs_info=one, n_steps=1024)
inputs, outputs, calls = [s], [r], [(45.,), (1.,), (1e4,)]
""",
    "gradient through until": """
r, u = theano.scan(lambda v, b: (v ** 2 * b, until(v > b)), sequences=x, non_sequences=s)
inputs, outputs, calls = [x, s], [r, r.shape] + T.grad(r.sum(), [x, s]), [([1., 2, 3, 4, 5], 2.5), ([1., 2, 3], 9.)]
""",
    "until truncated": """
r, u = theano.scan(lambda v, b: (v ** 2 * b, until(v > b)), sequences=x, non_sequences=s, truncate_gradient=2)
inputs, outputs, calls = [x, s], [r] + T.grad(r.sum(), [x, s]), [([1., 2, 3, 4, 5], 2.5)]
""",
    "second derivative": """
r, u = theano.scan(lambda v, a: T.sin(a) * v, sequences=x, outputs_info=s)
g = T.grad(r[-1], s)
inputs, outputs, calls = [x, s], [g, T.grad(g, s), T.grad(g, x)], [([1., 2, 3], .5)]
""",
    "Rop": """
r, u = theano.scan(lambda v, a: T.sin(a) * v, sequences=x, outputs_info=s)
inputs, outputs, calls = [x, s, y], [T.Rop(r, x, y)], [([1., 2, 3], .5, [1., -1, 2])]
""",
    "jacobian idiom": """
v = x ** 2 + T.dot(W, x)
r, u = theano.scan(lambda i, v, x: T.grad(v[i], x), sequences=T.arange(v.shape[0]), non_sequences=[v, x])
inputs, outputs, updates, calls = [x, W], [r], u, [([1., 2, 3], B)]
""",
    "hessian idiom": """
c = (x ** 3).sum() + T.dot(x, T.dot(W, x))
g = T.grad(c, x)
r, u = theano.scan(lambda i, g, x: T.grad(g[i], x), sequences=T.arange(g.shape[0]), non_sequences=[g, x])
inputs, outputs, updates, calls = [x, W], [r], u, [([1., 2, 3], B)]
""",
    "jacobian of a loop": """
r, u = theano.scan(lambda v, a: T.sin(a) * v, sequences=x, outputs_info=s)
inputs, outputs, calls = [x, s], [theano.gradient.jacobian(r, x)], [([1., 2, 3], .5)]
""",
    "nested": """
def row(v, a):
    r, u = theano.scan(lambda w, b: b * .5 + w * a, sequences=v, outputs_info=one)
    return r[-1] + a
r, u = theano.scan(row, sequences=X, outputs_info=s)
inputs, outputs, calls = [X, s], [r] + T.grad(r.sum(), [X, s]), [(A, .3)]
""",
    # -- shapes, state, randomness
    "slices by the step": """
r, u = theano.scan(lambda i, v: (v[:i] ** 2).sum(), sequences=T.arange(x.shape[0]), non_sequences=x)
inputs, outputs, calls = [x], [r, T.grad(r.sum(), x)], [(np.arange(5.),)]
""",
    "windows": """
r, u = theano.scan(lambda i, v: v[i:i + 2] * 3, sequences=T.arange(x.shape[0] - 1), non_sequences=x)
inputs, outputs, calls = [x], [r, T.grad((r ** 2).sum(), x)], [(np.arange(5.),)]
""",
    "assignment by the step": """
r, u = theano.scan(lambda i, v, a: T.set_subtensor(a[i], v), sequences=[T.arange(3), X], outputs_info=T.zeros_like(X[:3]))
inputs, outputs, calls = [X], [r[-1], T.grad((r[-1] ** 2).sum(), X)], [(A,)]
""",
    "sizes from outside": """
r, u = theano.scan(lambda v: T.zeros((n,)) + v, sequences=x)
inputs, outputs, calls = [x, n], [r, T.grad(r.sum(), x)], [([1., 2], 3), ([1., 2], 1)]
""",
    "captured shared variables": """
w = theano.shared(B, name="w")
r, u = theano.scan(lambda h: T.tanh(T.dot(w, h)), outputs_info=x, n_steps=3)
inputs, outputs, calls = [x], [r, T.grad(r.sum(), w)], [([1., 2, 3],)]
updates = [(w, w + 1)]
""",
    "a counter": """
c = theano.shared(np.int64(3))
r, u = theano.scan(lambda: (c * 2, {c: c + 1}), n_steps=n)
inputs, outputs, updates, calls = [n], [r, c], u, [(3,), (2,)]
""",
    "random streams": """
rng = RandomStreams(7)
r, u = theano.scan(lambda a: a + rng.normal((2,)), outputs_info=T.zeros((2,)), n_steps=3)
inputs, outputs, updates, calls = [], [r], u, [(), ()]
""",
    "MRG streams": """
rng = MRG_RandomStreams(7)
r, u = theano.scan(lambda a: a + rng.uniform((2,)), outputs_info=T.zeros((2,)), n_steps=3)
inputs, outputs, updates, calls = [], [r], u, [(), ()]
""",
    "gibbs": """
rng = RandomStreams(3)
def gibbs(v):
    h = rng.binomial(size=(4, 3), p=T.nnet.sigmoid(T.dot(v, W)), dtype="float64")
    return rng.binomial(size=(4, 3), p=T.nnet.sigmoid(T.dot(h, W.T)), dtype="float64")
r, u = theano.scan(gibbs, outputs_info=X, n_steps=5)
inputs, outputs, updates, calls = [X, W], [r[-1], r.mean()], u, [(A > 0, B), (A > 0, B)]
""",
    # -- derivatives that are Theano's own
    "ties in a loop": """
r, u = theano.scan(lambda v: T.maximum(v, 0.), sequences=x)
inputs, outputs, calls = [x], [T.grad(r.sum(), x)], [([0., 1, -1],)]
""",
    "clipped gradient in a loop": """
r, u = theano.scan(lambda v, a: theano.gradient.grad_clip(a * v, -1, 1) * 2, sequences=x, outputs_info=s)
inputs, outputs, calls = [x, s], [r] + T.grad(r[-1], [x, s]), [([1., 2, 3], .5)]
""",
    "disconnected gradient in a loop": """
r, u = theano.scan(lambda v, a: theano.gradient.disconnected_grad(a) * v, sequences=x, outputs_info=s)
inputs, outputs, calls = [x, s], [r, T.grad(r.sum(), x)], [([1., 2, 3], .5)]
""",
    # -- branches
    "ifelse": """
r = ifelse(T.gt(s, 0), x * 2, T.exp(x))
inputs, outputs, calls = [s, x], [r, T.grad(r.sum(), x)], [(1., [1., 2]), (-1., [1., 2])]
""",
    "ifelse of lists": """
r = ifelse(n, [x, y.sum()], [y * 3, s])
inputs, outputs, calls = [n, x, y, s], r + T.grad(r[0].sum() + r[1], [x, y, s]), [(1, [1., 2], [3., 4], 5.), (0, [1., 2], [3., 4], 5.)]
""",
    "ifelse of two sizes": """
r = ifelse(n, x, x[:1])
inputs, outputs, calls = [n, x], [r, T.grad((r ** 2).sum(), x)], [(1, [1., 2]), (0, [1., 2])]
""",
    "nested ifelse": """
r = ifelse(T.gt(n, 0), ifelse(T.gt(n, 1), T.exp(x), x ** 2), -x)
inputs, outputs, calls = [n, x], [r, T.grad(r.sum(), x)], [(0, [1., 2]), (1, [1., 2]), (2, [1., 2])]
""",
    "ifelse in a loop": """
r, u = theano.scan(lambda v, a: ifelse(T.gt(v, 1), a * v, a - v), sequences=x, outputs_info=s)
inputs, outputs, calls = [x, s], [r] + T.grad(r[-1], [x, s]), [([0., 1, 2, 3], .5)]
""",
    # -- graphs as ops
    "OpFromGraph": """
op = theano.OpFromGraph([x, y], [x * y, T.exp(x)])
r = op(x, y)
inputs, outputs, calls = [x, y], r + T.grad((r[0] * r[1]).sum(), [x, y]), [([1., 2], [3., 4])]
""",
    "OpFromGraph with other gradient": """
op = theano.OpFromGraph([x, y], [x * y], grad_overrides=[lambda i, g: g[0] * 10, "default"])
r = op(x, y)
inputs, outputs, calls = [x, y], [r] + T.grad(r.sum(), [x, y]), [([1., 2], [3., 4])]
""",
    "OpFromGraph inlined": """
w = theano.shared(np.float64(3))
op = theano.OpFromGraph([x, y], [x * y + w], inline=True)
r = op(x, op(y, x))
inputs, outputs, calls = [x, y], [r] + T.grad(r.sum(), [x, y]), [([1., 2], [3., 4])]
""",
}

# What building or calling a program says when it is wrong: the class, and the beginning of the text.
ERRORS = {
    "no length": "theano.scan(lambda: x)",
    "float steps": "theano.scan(lambda v: v, outputs_info=x, n_steps=s)",
    "wrong dtype": "theano.scan(lambda v: T.cast(v, 'float32'), outputs_info=x, n_steps=2)",
    "wrong ndim": "theano.scan(lambda v: v.sum(), outputs_info=x, n_steps=2)",
    "missing None": "theano.scan(lambda v: [v, v], outputs_info=[s], n_steps=2)",
    "constant": "theano.scan(lambda v: 3, sequences=x)",
    "future taps": "theano.scan(lambda a: a, outputs_info=dict(initial=x, taps=[1]), n_steps=2)",
    "doubled taps": "theano.scan(lambda a, b: a, outputs_info=dict(initial=x, taps=[-1, -1]), n_steps=2)",
    "no initial": "theano.scan(lambda a: a, outputs_info=dict(taps=[-2]), n_steps=2)",
    "negative steps": "theano.function([n], theano.scan(lambda: T.ones(()), n_steps=n)[0])(-3)",
    "short sequence": "theano.function([x], theano.scan(lambda v: v, sequences=x, n_steps=4)[0])([1., 2])",
    "ifelse types": "ifelse(n, x, X)",
    "ifelse lengths": "ifelse(n, [x, x], [y])",
    "ifelse condition": "ifelse(x, x, y)",
    "forgotten input": "theano.function([x], theano.scan(lambda v: v * s, sequences=x)[0])",
}


def plain(value):
    """A value as JSON: shape, dtype and elements."""
    import numpy as np
    value = np.asarray(value)
    return [list(value.shape), str(value.dtype), value.ravel().tolist()]


def run(text, prologue=PROLOGUE):
    """What a program gives for each of its calls."""
    scope = {}
    exec(prologue, scope)
    exec(text, scope)
    theano = scope["theano"]
    f = theano.function(scope["inputs"], scope["outputs"], updates=scope.get("updates"), on_unused_input="ignore",
                        allow_input_downcast=True)
    return [[plain(v) for v in f(*call)] for call in scope["calls"]]


def error(text):
    """Class and first words of what `text` raises."""
    scope = {}
    exec(PROLOGUE, scope)
    try:
        eval(text, scope)
    except Exception as e:
        return [type(e).__name__, " ".join(str(e).split())[:60]]
    return None


def main():
    import theano
    recorded = {"command": "python tests/golden/record_control.py", "under": "real Theano " + theano.__version__,
                "programs": {name: run(text) for name, text in PROGRAMS.items()},
                "errors": {name: error(text) for name, text in ERRORS.items()}}
    json.dump(recorded, sys.stdout, indent=1, sort_keys=True)


if __name__ == "__main__":
    main()
