"""Record more of what loops and branches compute: `python tests/golden/record_loops.py > tests/golden/loops.json`.

Run under real Theano 1.0.5. Programs and errors are texts, as in `record_control.py`, whose functions run them.
"""
import json
import runpy
import sys
from pathlib import Path

PROLOGUE = """
import numpy as np
import theano
import theano.tensor as T
from collections import OrderedDict
from theano.ifelse import ifelse
from theano.scan_module import until
from theano.tensor.shared_randomstreams import RandomStreams
from theano.sandbox.rng_mrg import MRG_RandomStreams
theano.config.floatX = "float64"
x, y, z = T.dvectors("x", "y", "z")
X, W, U = T.dmatrices("X", "W", "U")
s, t = T.dscalars("s", "t")
n, k = T.lscalars("n", "k")
i, j = T.lvectors("i", "j")
A = np.linspace(-1, 1, 12).reshape(4, 3)
B = np.cos(np.arange(9.)).reshape(3, 3)
"""

PROGRAMS = {
    "strict given shared": """
w = theano.shared(B, name="w")
r, u = theano.scan(lambda h, w: T.tanh(T.dot(w, h)), outputs_info=x, non_sequences=[w], n_steps=3, strict=True)
inputs, outputs, calls = [x], [r], [([1., 2, 3],)]
""",
    "one step with taps": """
r, u = theano.scan(lambda v, w, a, b: (a + v * w, b * v), sequences=[dict(input=x, taps=[0, -1])],
                   outputs_info=[s, dict(initial=y, taps=[-2])], n_steps=1)
inputs, outputs, calls = [x, s, y], r, [([1., 2, 3, 4], 2., [3., 4.])]
""",
    "go backwards with taps": """
r, u = theano.scan(lambda a, b, c: a + 2 * b + 3 * c, sequences=dict(input=x, taps=[-1, 0, 2]), go_backwards=True)
inputs, outputs, calls = [x], [r, T.grad((r ** 2).sum(), x)], [(np.arange(7.),)]
""",
    "taps order": """
r, u = theano.scan(lambda a, b, c, d: (a + 2 * b, c * .5 + d * a), sequences=dict(input=x, taps=[2, 0]),
                   outputs_info=[None, dict(initial=y, taps=[-1, -3])])
inputs, outputs, calls = [x, y], r + T.grad((r[1] ** 2).sum(), [x, y]), [(np.arange(7.), [1., 2., 3.])]
""",
    "int counts": """
r, u = theano.scan(lambda v, a: a + v, sequences=i, outputs_info=np.int64(0))
inputs, outputs, calls = [i], [r], [([1, 2],)]
""",
    "return list": """
r, u = theano.scan(lambda v, a: a + v, sequences=x, outputs_info=s, return_list=True)
inputs, outputs, calls = [x, s], r, [([1., 2, 3, 4], 2.)]
""",
    "updates as list": """
c = theano.shared(np.int64(3))
r, u = theano.scan(lambda: (c * 2, [(c, c + 1)]), n_steps=n)
inputs, outputs, updates, calls = [n], [r, c], u, [(3,), (2,)]
""",
    "updates and until": """
c = theano.shared(np.int64(3))
r, u = theano.scan(lambda: (c * 2, {c: c + 1}, until(c > 5)), n_steps=n)
inputs, outputs, updates, calls = [n], [r, c], u, [(30,), (2,)]
""",
    "updates only": """
c = theano.shared(np.int64(3))
r, u = theano.scan(lambda: {c: c + 1}, n_steps=n)
inputs, outputs, updates, calls = [n], [c], u, [(3,), (2,)]
""",
    "updates forgotten": """
c = theano.shared(np.int64(3))
r, u = theano.scan(lambda: (c * 2, {c: c + 1}), n_steps=n)
inputs, outputs, calls = [n], [r, c], [(3,), (2,)]
""",
    "random updates forgotten": """
rng = RandomStreams(7)
r, u = theano.scan(lambda a: a + rng.normal((2,)), outputs_info=T.zeros((2,)), n_steps=3)
inputs, outputs, calls = [], [r], [(), ()]
""",
    "shared update with sequences": """
w = theano.shared(np.zeros(3), name="w")
r, u = theano.scan(lambda v: ((w * v).sum(), OrderedDict([(w, w + v)])), sequences=X)
inputs, outputs, updates, calls = [X], [r], u, [(A,), (A,)]
""",
    "sgd in a scan": """
w = theano.shared(np.ones(3), name="w")
def step(v):
    g = T.grad(((w * v).sum() - 1) ** 2, w)
    return {w: w - .1 * g}
r, u = theano.scan(step, sequences=X)
inputs, outputs, updates, calls = [X], [w], u, [(A,), (A,)]
""",
    "nested with updates": """
c = theano.shared(np.float64(3))
def outer(v):
    r, u = theano.scan(lambda w: (w * c, {c: c + 1}), sequences=x)
    return r.sum() * v, u
r, u = theano.scan(outer, sequences=y)
inputs, outputs, updates, calls = [x, y], [r, c], u, [([1., 2.], [1., 1., 2.]), ([1., 2.], [1., 1., 2.])]
""",
    "nested random": """
rng = RandomStreams(5)
def outer(v):
    r, u = theano.scan(lambda w: w * rng.uniform((2,)).sum(), sequences=x)
    return r.sum() * v, u
r, u = theano.scan(outer, sequences=y)
inputs, outputs, updates, calls = [x, y], [r], u, [([1., 2.], [1., 1., 2.]), ([1., 2.], [1., 1., 2.])]
""",
    "one stream drawn outside and inside": """
rng = RandomStreams(5)
d = rng.uniform((2,))
r, u = theano.scan(lambda v: d * v + rng.uniform((2,)), sequences=x)
inputs, outputs, updates, calls = [x], [r, d], u, [([1., 2., 3.],), ([1., 2., 3.],)]
""",
    "draw of size from input": """
rng = RandomStreams(5)
r, u = theano.scan(lambda v: v + rng.uniform((n,)), sequences=x)
inputs, outputs, updates, calls = [x, n], [r], u, [([1., 2., 3.], 2), ([1., 2., 3.], 3)]
""",
    "permutation and choice": """
rng = RandomStreams(5)
r, u = theano.scan(lambda v: (v[rng.permutation(n=3, size=())], rng.random_integers((2,), 0, 5), rng.multinomial((), 1, [.2,.3,.5])),
                   sequences=X)
inputs, outputs, updates, calls = [X], r, u, [(A,), (B,)]
""",
    "until with draws": """
rng = RandomStreams(5)
r, u = theano.scan(lambda a: (a + rng.uniform(), until(a > 2)), outputs_info=s, n_steps=50)
inputs, outputs, updates, calls = [s], [r, T.grad(r.sum(), s)], u, [(0.,), (1.,)]
""",
    "draws with numbers of the step": """
rng = RandomStreams(5)
r, u = theano.scan(lambda p: rng.binomial((3,), n=1, p=p), sequences=x)
inputs, outputs, updates, calls = [x], [r], u, [([.1, .5, .9],), ([.1, .5, .9],)]
""",
    "Rop": """
r, u = theano.scan(lambda v, a: T.tanh(T.dot(a, W) + v), sequences=X, outputs_info=x)
inputs, outputs, calls = [X, x, W, U], [T.Rop(r, W, U)], [(A, B[0], B, B.T)]
""",
    "hessian of a loop": """
r, u = theano.scan(lambda v, a: T.sin(a * v), sequences=x, outputs_info=s)
inputs, outputs, calls = [x, s], [theano.gradient.hessian(r[-1], x)], [([1., 2, 3], .5)]
""",
    "Rop through until": """
r, u = theano.scan(lambda v, a: (T.sin(a * v), until(v > 2)), sequences=x, outputs_info=s)
inputs, outputs, calls = [x, s, t], [T.Rop(r, s, t)], [([1., 2, 3, 4], .5, 1.), ([1., 2., 1.], .5, 2.)]
""",
    "learning to learn": """
def step(w):
    return w - t * T.grad(((w * x).sum() - 1) ** 2, w)
r, u = theano.scan(step, outputs_info=y, n_steps=4)
c = (r[-1] ** 2).sum()
inputs, outputs, calls = [x, y, t], [r[-1], T.grad(c, t), T.grad(c, y)], [([1., 2.], [.1, .2], .05)]
""",
    "identity outputs": """
r, u = theano.scan(lambda v, a: [v, a, v, T.constant(2.), s, x], sequences=x, outputs_info=[None, s, None, None, None, None])
inputs, outputs, calls = [x, s], r, [([1., 2, 3], .5)]
""",
    "delay line": """
r, u = theano.scan(lambda v, a, b: [v, a, a + b], sequences=x, outputs_info=[s, t, None])
inputs, outputs, calls = [x, s, t], r + T.grad((r[2] ** 2).sum(), [x, s, t]), [([1., 2, 3], .5, .7)]
""",
    "outer shape use": """
r, u = theano.scan(lambda v, h: h + v, sequences=X, outputs_info=T.zeros_like(X[0]))
inputs, outputs, calls = [X], [r.shape, T.ones_like(r), r[::-1][0], r[:, 1], r[1:-1]], [(A,)]
""",
    "n_steps from shape and shared": """
c = theano.shared(np.int64(3))
r, u = theano.scan(lambda h: h * 2, outputs_info=s, n_steps=c)
r2, u = theano.scan(lambda h: h * 2, outputs_info=s, n_steps=x.shape[0] * 2)
inputs, outputs, updates, calls = [x, s], [r, r2], [(c, c + 1)], [([1., 2.], 1.), ([1.], 1.)]
""",
    "decode by argmax": """
E = theano.shared(A, name="E")
def step(w, h):
    h = T.tanh(E[w] + T.dot(W, h))
    p = T.nnet.softmax(T.dot(h, E.T))[0]
    w = T.argmax(p)
    return w, h, p
(r, h, p), u = theano.scan(step, outputs_info=[T.constant(np.int64(1)), x, None], n_steps=n)
inputs, outputs, calls = [x, W, n], [r, h, p], [([1., 2., 3.], B, 4)]
""",
    "advanced set in step": """
r, u = theano.scan(lambda w, v, h: T.inc_subtensor(h[w], v), sequences=[i, x], outputs_info=T.zeros((4,)))
inputs, outputs, calls = [i, x], [r[-1], T.grad((r[-1] ** 2).sum(), x)], [([0, 2, 2], [1., 2., 3.])]
""",
    "windows of fixed length": """
r, u = theano.scan(lambda q, v: (v[q * 2:q * 2 + 3] * x[q]).sum(), sequences=T.arange(3), non_sequences=y)
inputs, outputs, calls = [x, y], [r] + T.grad((r ** 2).sum(), [x, y]), [(np.arange(5.), np.arange(9.))]
""",
    "windows past the end": """
r, u = theano.scan(lambda q, v: (v[q * 2:q * 2 + 3] * x[q]).sum(), sequences=T.arange(3), non_sequences=y)
inputs, outputs, calls = [x, y], [r] + T.grad((r ** 2).sum(), [x, y]), [(np.arange(5.), np.arange(6.))]
""",
    "prefix of the state": """
r, u = theano.scan(lambda q, h: T.set_subtensor(h[q], h[:q].sum() + 1), sequences=T.arange(1, 4),
                   outputs_info=T.ones((5,)) * s)
inputs, outputs, calls = [s], [r[-1], T.grad(r[-1].sum(), s)], [(1.,), (2.,)]
""",
    "until last": """
r, u = theano.scan(lambda a: (a * 2, until(a > t)), outputs_info=s, n_steps=100)
inputs, outputs, calls = [s, t], [r[-1], r.shape[0]] + T.grad(r[-1], [s, t], disconnected_inputs="ignore"), \\
    [(1., 30.), (1., 100.), (1., 200.)]
""",
    "ifelse counts in scan with grads": """
r, u = theano.scan(lambda v, a: ifelse(T.lt(v, 1), ifelse(T.lt(a, 0), a * 2, T.exp(a * v)), a - v), sequences=x,
                   outputs_info=s)
inputs, outputs, calls = [x, s], [r] + T.grad((r ** 2).sum(), [x, s]), [([0., .5, 2, 3], .5)]
""",
    "ifelse float condition": """
r = ifelse(s, x, y)
inputs, outputs, calls = [s, x, y], [r] + T.grad(r.sum(), [s, x, y]), [(.5, [1.], [2.]), (0., [1.], [2.])]
""",
    "ifelse second derivative": """
r = ifelse(T.gt(s, 0), (x ** 3).sum() * s, T.exp(x * s).sum())
g = T.grad(r, s)
gx = T.grad(r, x)
inputs, outputs, calls = [s, x], [g, T.grad(g, s), T.grad(gx.sum(), x), T.Rop(gx, x, x)], [(.5, [1., 2.]), (-1., [1., 2.])]
""",
    "ifelse updates": """
w = theano.shared(np.float64(1))
inputs, outputs, updates, calls = [s], [w], [(w, ifelse(T.gt(s, 0), w + s, w))], [(.5,), (-1.,), (1.,)]
""",
    "unequal lengths": """
r, u = theano.scan(lambda v, w: v * w, [x, y])
inputs, outputs, calls = [x, y], [r] + T.grad(r.sum(), [x, y]), [([1., 2, 3], [1., 1., 2., 5.]), ([1., 2, 3], [1.])]
""",
    "truncate with taps": """
r, u = theano.scan(lambda v, a, b: a * v + b * .5, sequences=x,
                   outputs_info=dict(initial=y, taps=[-1, -2]), truncate_gradient=3)
inputs, outputs, calls = [x, y], [r] + T.grad(r[-1], [x, y]), [([1., 2, 3, 4, 5], [.5, .2])]
""",
    "truncate with nonseq": """
r, u = theano.scan(lambda v, a, c: a * v * c, sequences=x, outputs_info=s, non_sequences=t, truncate_gradient=2)
inputs, outputs, calls = [x, s, t], [r] + T.grad(r[-1], [x, s, t]), \\
    [([1., 2, 3, 4, 5], .5, .3), ([1., 2], .5, .3), ([1.], .5, .3)]
""",
    "grad of mean of middle": """
r, u = theano.scan(lambda h: T.tanh(h * s), outputs_info=x, n_steps=5)
inputs, outputs, calls = [x, s], [T.grad(r[2].sum() + r[1:3].mean(), [x, s])[1], T.grad(r[::2].sum(), s)], [([1., 2, 3], 3)]
""",
    "known grads": """
r, u = theano.scan(lambda v, a: v * a, x, s)
g = T.grad(None, [x, s], known_grads={r: y})
inputs, outputs, calls = [x, s, y], g, [([1., 2, 3], 2., [1., 0., 1.])]
""",
    "mrg nested": """
rng = MRG_RandomStreams(7)
def outer(v):
    r, u = theano.scan(lambda w: w * rng.uniform((2,)).sum(), sequences=x)
    return r.sum() * v, u
r, u = theano.scan(outer, sequences=y)
inputs, outputs, updates, calls = [x, y], [r], u, [([1., 2.], [1., 1., 2.]), ([1., 2.], [1., 1., 2.])]
""",
    "mrg dropout grad": """
rng = MRG_RandomStreams(7)
r, u = theano.scan(lambda v, h: T.tanh(h * rng.binomial(h.shape, p=.5, dtype="float64") + v), sequences=X, outputs_info=x)
inputs, outputs, updates, calls = [X, x], [r] + T.grad(r.sum(), [X, x]), u, [(A, [1., 2, 3]), (A, [1., 2, 3])]
""",
    "consider constant in loop": """
r, u = theano.scan(lambda v, a: v * theano.gradient.zero_grad(a), x, s)
inputs, outputs, calls = [x, s], T.grad(r.sum(), [x, s]), [([1., 2, 3], 2.)]
""",
    "scalar ops mixing int8": """
b = T.bvector("b")
r, u = theano.scan(lambda v, h: T.cast(h + v, "int8"), sequences=b, outputs_info=np.int8(0))
inputs, outputs, calls = [b], [r], [(np.asarray([100, 100], "int8"),)]
""",
}

# What building says when it is wrong.
ERRORS = {
    "strict captured shared": """
w = theano.shared(B, name="w")
r, u = theano.scan(lambda h: T.tanh(T.dot(w, h)), outputs_info=x, n_steps=3, strict=True)
""",
    "python int state": """
r, u = theano.scan(lambda v, a: a + v, sequences=x, outputs_info=0)
""",
    "alloc broadcast state": """
r, u = theano.scan(lambda h: h + x, outputs_info=T.alloc(0., 1, 3), n_steps=2)
""",
    "float32 state upcast": """
r, u = theano.scan(lambda h: h * s, outputs_info=T.zeros((3,), "float32"), n_steps=2)
""",
    "n_steps float const": """
r, u = theano.scan(lambda h: h * 2, outputs_info=s, n_steps=3.)
""",
    "dict of sequences wrong": """
r, u = theano.scan(lambda v: v, sequences=dict(taps=[0]))
""",
    "ifelse dtype mix": """
r = ifelse(n, x, T.cast(y, "float32"))
""",
    "ifelse broadcast mix": """
r = ifelse(n, X, T.ones((1, 3)))
""",
    "string return": """
r, u = theano.scan(lambda h: "a", outputs_info=x, n_steps=2)
""",
    "wrong order": """
c = theano.shared(np.int64(3))
r, u = theano.scan(lambda h: ({c: c + 1}, h), outputs_info=x, n_steps=2)
""",
    "until vector": """
r, u = theano.scan(lambda h: (h * 2, until(h > 3)), outputs_info=x, n_steps=2)
""",
    "return_steps": """
r, u = theano.scan(lambda a, h: a * 2 + h, sequences=x, outputs_info=[dict(initial=y, return_steps=2)])
""",
}


def error(text):
    """Class and first words of what building `text` raises."""
    scope = {}
    exec(PROLOGUE, scope)
    try:
        exec(text, scope)
    except Exception as e:
        return [type(e).__name__, " ".join(str(e).split())[:60]]
    return None


run = runpy.run_path(str(Path(__file__).with_name("record_control.py")))["run"]


def main():
    import theano
    recorded = {"command": "python tests/golden/record_loops.py", "under": "real Theano " + theano.__version__,
                "programs": {name: run(text, PROLOGUE) for name, text in PROGRAMS.items()},
                "errors": {name: error(text) for name, text in ERRORS.items()}}
    json.dump(recorded, sys.stdout, indent=1, sort_keys=True)


if __name__ == "__main__":
    main()
