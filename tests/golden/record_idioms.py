"""Record what programs give whose shapes are known only at run time:
`THEANO_FLAGS=cxx=,optimizer=fast_compile python tests/golden/record_idioms.py > tests/golden/idioms.json`.

Run under real Theano 1.0.5. A row is a text that is executed with the names of PROLOGUE and leaves `inputs`, `outputs`, `updates`
(optional) and two lists of arguments: `calls`, and `steady`, calls whose shapes are all those of the first of `calls`. What the
function returns for each call is recorded; the tests run the same texts, and there the steady calls must compile nothing.
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
X, Y, W = T.dmatrices("X", "Y", "W")
s, t = T.dscalars("s", "t")
n, m, k = T.lscalars("n", "m", "k")
i, j = T.lvectors("i", "j")
updates, steady = None, []
one = T.constant(np.float64(1))
u = np.array([.5, -1., 2., -.25, 3., .75])
A = np.linspace(-1, 1, 12).reshape(4, 3)
B = np.cos(np.arange(12.)).reshape(4, 3)
C = np.sin(np.arange(24.)).reshape(4, 6)
def grads(cost, *wrt):
    return T.grad(cost, list(wrt))
"""

SIZES = {
    "arange(n)": "inputs, outputs, calls = [n], [T.arange(n), T.arange(n) ** 2], [(5,), (0,), (1,)]",
    "arange(a, b)": "inputs, outputs, calls, steady = [n, m], [T.arange(n, m)], [(2, 6), (5, 2)], [(3, 7), (-4, 0)]",
    "arange(a, b, c)": """
inputs, outputs, calls, steady = [n, m, k], [T.arange(n, m, k)], [(2, 9, 3), (9, 1, -2), (0, 5, 7)], [(3, 10, 3)]""",
    "arange of floats": """
inputs, outputs, calls, steady = [s, t], [T.arange(s, t, .25)], [(0., 1.), (1., 0.)], [(.5, 1.5), (.1, 1.1)]""",
    "arange(x.shape[0]) as weights": """
c = (x * T.arange(x.shape[0])).sum()
inputs, outputs, calls, steady = [x], [c] + grads(c, x), [(u,), (u[:2],)], [(u * 2,)]""",
    "zeros((n, m))": "inputs, outputs, calls = [n, m], [T.zeros((n, m)), T.ones((m, n), 'int8')], [(2, 3), (0, 3), (3, 0)]",
    "sizes in a vector": "inputs, outputs, calls = [i], [T.alloc(1., i[0], i[1]), T.zeros((i[1], i[0]), 'float32')], [([2, 3],)]",
    "zeros((X.shape[0], n))": """
inputs, outputs, calls, steady = [X, n], [T.zeros((X.shape[0], n)) + X.sum()], [(A, 2)], [(B, 2)]""",
    "alloc of a value": """
v = T.alloc(s, n, m)
inputs, outputs, calls, steady = [s, n, m], [v] + grads((v * T.arange(m)).sum(), s), [(2., 2, 3), (1., 3, 2)], [(5., 2, 3)]""",
    "alloc of a row": """
v = T.alloc(x, n, x.shape[0])
inputs, outputs, calls, steady = [x, n], [v] + grads((v ** 2).sum(), x), [(u, 3)], [(u + 1, 3)]""",
    "eye(n)": "inputs, outputs, calls = [n], [T.eye(n), T.identity_like(T.zeros((n, n)))], [(3,), (0,)]",
    "eye(n, m, k)": "inputs, outputs, calls, steady = [n, m, k], [T.eye(n, m, k)], [(3, 4, 1)], [(3, 4, -1), (3, 4, 9)]",
    "tile by a number": """
v = T.tile(x, n)
inputs, outputs, calls, steady = [x, n], [v], [(u[:3], 2), (u[:3], 1)], [(u[3:], 2)]""",
    "tile by numbers": """
v = T.tile(X, (n, m))
inputs, outputs, calls, steady = [X, n, m], [v] + grads((v * T.arange(v.shape[1])).sum(), X), [(A[:2, :2], 2, 3)], [(B[:2, :2], 2, 3)]""",
    "repeat by a number": """
v = T.repeat(x, n)
inputs, outputs, calls, steady = [x, n], [v] + grads((v * T.arange(v.shape[0])).sum(), x), [(u, 2), (u, 0)], [(u * 3, 2)]""",
    "repeat by numbers": """
v = T.repeat(x, i)
inputs, outputs, calls, steady = [x, i], [v], [(u[:3], [1, 0, 3])], [(u[3:], [2, 1, 1]), (u[:3], [0, 0, 4])]""",
    "repeat along an axis": """
v = T.repeat(X, n, axis=1)
inputs, outputs, calls, steady = [X, n], [v] + grads((v * T.arange(v.shape[1])).sum(), X), [(A, 2)], [(B, 2)]""",
    "extra_ops repeat of rows": """
v = T.extra_ops.repeat(X, i, axis=0)
inputs, outputs, calls, steady = [X, i], [v], [(A, [0, 2, 1, 0])], [(B, [3, 0, 0, 0])]""",
    "reshape to (n, m)": """
v = x.reshape((n, m))
inputs, outputs, calls, steady = [x, n, m], [v] + grads((v * T.arange(m)).sum(), x), [(u, 2, 3), (u, 3, 2)], [(u + 1, 2, 3)]""",
    "reshape with -1": """
v = X.reshape((-1, n))
inputs, outputs, calls, steady = [X, n], [v, v.shape], [(A, 2), (A, 6)], [(B, 2)]""",
    "reshape by a vector": "inputs, outputs, calls, steady = [x, i], [T.reshape(x, i, ndim=2)], [(u, [3, -1])], [(u * 2, [3, 2])]",
    "reshape by shapes": """
v = T.reshape(X, (X.shape[0] * X.shape[1] // 2, 2))
inputs, outputs, calls, steady = [X], [v] + grads((v[:, 0] ** 2).sum(), X), [(A,), (A[:2],)], [(B,)]""",
    "flatten to ndim": "inputs, outputs, calls, steady = [X], [X.flatten(), X.dimshuffle(0, 'x', 1).flatten(2)], [(A,)], [(B,)]",
    "shape arithmetic": """
h = T.maximum(X.shape[0] // 2, X.shape[1] - 1)
inputs, outputs, calls, steady = [X], [h, X[:h], T.zeros((h * 2 + 1,)) + X[0, 0]], [(A,), (A[:, :2],)], [(B,)]""",
    "switch on shapes": """
h = T.switch(T.gt(x.shape[0], 3), 3, x.shape[0])
inputs, outputs, calls, steady = [x], [x[:h]] + grads((x[:h] ** 2).sum(), x), [(u,), (u[:2],)], [(u + 1,)]""",
    "minimum of lengths": """
h = T.minimum(x.shape[0], y.shape[0])
c = (x[:h] * y[:h]).sum()
inputs, outputs, calls, steady = [x, y], [c] + grads(c, x, y), [(u, u[:4]), (u[:2], u)], [(u * 2, u[2:])]""",
    "size of a shared integer": """
size = theano.shared(3)
v = T.zeros((size,)) + T.arange(size) * s
inputs, outputs, calls, updates, steady = [s], [v], [(1.,), (2.,), (3.,)], [(size, size + 1)], []""",
    "minibatch by shared sizes": """
data, batch = theano.shared(np.arange(20.).reshape(10, 2)), theano.shared(3)
v = data[n * batch:(n + 1) * batch]
inputs, outputs, calls, steady = [n], [v, v.shape[0]], [(0,), (3,)], [(1,), (2,)]""",
    "random draws of size n": """
r = RandomStreams(12)
inputs, outputs, calls = [n], [r.uniform((n,)), r.normal((n, 2))], [(3,), (2,)]""",
    "random draws of a shape": """
r = RandomStreams(7)
inputs, outputs, calls, steady = [X], [r.binomial(X.shape, p=.5) * X, r.permutation(n=X.shape[0])], [(A,), (A[:2],)], [(B,)]""",
    "dropout by MRG": """
r = MRG_RandomStreams(5)
v = X * r.binomial(X.shape, p=.5, dtype='float64')
inputs, outputs, calls, steady = [X], [v] + grads(v.sum(), X), [(A,), (A[:3],)], [(B,)]""",
    "MRG draws of size n": """
r = MRG_RandomStreams(9)
inputs, outputs, calls = [n], [r.uniform((n,)), r.normal((n,))], [(4,), (2,)]""",
    "shuffled rows": """
r = RandomStreams(3)
v = X[r.permutation(n=X.shape[0])]
inputs, outputs, calls, steady = [X], [v], [(A,)], [(B,)]""",
    "choice of size n": """
r = RandomStreams(21)
inputs, outputs, calls = [n], [r.random_integers((n,), low=0, high=9), r.choice((n,), a=5)], [(4,), (1,)]""",
    "one hot": "inputs, outputs, calls, steady = [i, n], [T.extra_ops.to_one_hot(i, n)], [([0, 2, 1], 3), ([0, 2, 1], 5)], [([1, 1, 0], 3)]",
    "one hot by comparing": "inputs, outputs, calls, steady = [i, n], [T.eq(i.dimshuffle(0, 'x'), T.arange(n))], [([0, 2], 3)], [([1, 1], 3)]",
    "mgrid by arange": """
r = [T.arange(n).dimshuffle(0, 'x') + T.zeros((n, m)), T.arange(m) + T.zeros((n, m))]
inputs, outputs, calls = [n, m], list(r), [(2, 3)]""",
    "ogrid": "inputs, outputs, calls = [], list(T.ogrid[0:3, 0:2]) + list(T.mgrid[0:2, 1:3]), [()]",
    "tri of size n": "inputs, outputs, calls, steady = [n, k], [T.tri(n, n, k), T.tril(T.ones((n, n)), k), T.triu(T.ones((n, n)))], [(3, 0)], [(3, 1), (3, -1)]",
    "diag of a vector": """
v = T.diag(x[:n])
inputs, outputs, calls, steady = [x, n], [v] + grads((v ** 2).sum(), x), [(u, 3), (u, 1)], [(u * 2, 3)]""",
    "linear spaced": "inputs, outputs, calls, steady = [s, t, n], [s + (t - s) * T.arange(n) / (n - 1.)], [(0., 1., 5)], [(2., 7., 5)]",
    "Rebroadcast of a run-time one": """
v = T.patternbroadcast(X, (True, False)) + Y
inputs, outputs, calls, steady = [X, Y], [v] + grads((v ** 2).sum(), X), [(A[:1], B), (A[:1], B[:2])], [(B[:1], A)]""",
    "specify_shape": """
v = T.specify_shape(X, (n, 3))
inputs, outputs, calls, steady = [X, n], [v * 2] + grads((v ** 2).sum(), X), [(A, 4)], [(B, 4)]""",
    "fill": "inputs, outputs, calls, steady = [X, s], [T.fill(X, s), T.zeros_like(X) + s], [(A, 2.)], [(B, 3.)]",
    "eval of a size": "inputs, outputs, calls = [n], [T.alloc(np.float32(2), n).sum(), T.zeros((n, n)).shape], [(4,), (0,)]",
}

SLICES = {
    "x[:n]": "inputs, outputs, calls, steady = [x, n], [x[:n]] + grads((x[:n] ** 2).sum(), x), [(u, 3), (u, 99), (u, -2), (u, -99)], [(u + 1, 3), (u, -3)]",
    "x[n:]": "inputs, outputs, calls, steady = [x, n], [x[n:]] + grads((x[n:] ** 2).sum(), x), [(u, 2), (u, 99), (u, -1)], [(u + 1, 2), (u, -4)]",
    "x[a:b]": "inputs, outputs, calls, steady = [x, n, m], [x[n:m]] + grads((x[n:m] ** 2).sum(), x), [(u, 1, 4), (u, 4, 1), (u, -99, 99)], [(u, 2, 5), (u, -3, 99), (u, 0, -3)]",
    "x[a:b:c]": """
v = x[n:m:k]
inputs, outputs, calls, steady = [x, n, m, k], [v] + grads((v ** 2).sum(), x), [(u, 0, 6, 2), (u, 5, 0, -2), (u, 4, -99, -1)], [(u, 1, 6, 2)]""",
    "x[::-1]": "inputs, outputs, calls, steady = [x], [x[::-1]] + grads((x[::-1] * T.arange(x.shape[0])).sum(), x), [(u,)], [(u * 2,)]",
    "x[::n]": "inputs, outputs, calls, steady = [x, n], [x[::n]], [(u, 2), (u, -2), (u, 9)], [(u * 2, 2)]",
    "x[n::-1]": "inputs, outputs, calls, steady = [x, n], [x[n::-1]], [(u, 3), (u, 99), (u, 0)], [(u * 2, 3), (u, -3)]",
    "X[:n, m:]": "inputs, outputs, calls, steady = [X, n, m], [X[:n, m:]] + grads((X[:n, m:] ** 2).sum(), X), [(A, 2, 1), (A, 3, -1)], [(B, 2, 1), (A, -2, -2)]",
    "X[n]": "inputs, outputs, calls, steady = [X, n], [X[n]] + grads((X[n] ** 2).sum(), X), [(A, 2)], [(A, -1), (B, 0)]",
    "X[n, :m]": "inputs, outputs, calls, steady = [X, n, m], [X[n, :m]], [(A, 2, 2)], [(A, 1, -1), (B, 0, 2)]",
    "X[..., n]": "inputs, outputs, calls, steady = [X, n], [X[..., n], X[..., :n]], [(A, 1)], [(B, 1)]",
    "X[:, ::-1]": "inputs, outputs, calls, steady = [X], [X[:, ::-1], X[::-1, ::2]], [(A,)], [(B,)]",
    "windows": """
v = x[n:n + 3]
inputs, outputs, calls, steady = [x, n], [v] + grads((v ** 2).sum(), x), [(u, 0), (u, 4)], [(u, 1), (u, 2), (u, 3)]""",
    "minibatches": """
v = X[n * m:(n + 1) * m]
inputs, outputs, calls, steady = [X, n, m], [v, v.mean(axis=0)], [(A, 0, 2), (A, 0, 3), (A, 1, 3)], [(A, 1, 2), (B, 0, 2)]""",
    "all but the last n": "inputs, outputs, calls, steady = [x, n], [x[:-n], x[n:] - x[:-n]], [(u, 1), (u, 2)], [(u * 2, 1)]",
    "x[:argmax(y)]": """
v = x[:T.argmax(y)]
inputs, outputs, calls, steady = [x, y], [v] + grads((v ** 2).sum(), x), [(u, [0., 5, 1]), (u, [0., 1, 5])], [(u * 2, [1., 7, 2])]""",
    "x[argmin(y):]": "inputs, outputs, calls, steady = [x, y], [x[T.argmin(y):]], [(u, [3., 0, 1])], [(u, [9., 1, 2])]",
    "up to the first zero": """
h = T.eq(i, 0).nonzero()[0][0]
inputs, outputs, calls, steady = [x, i], [x[:h]] + grads((x[:h] ** 2).sum(), x), [(u, [1, 1, 0, 0]), (u, [1, 0, 1, 1])], [(u, [4, 2, 0, 0])]""",
    "by the sum of a mask": """
h = T.cast(z.sum(), 'int32')
inputs, outputs, calls, steady = [X, z], [X[:h], X[:h].mean(axis=0)] + grads((X[:h] ** 2).sum(), X), [(A, [1., 1, 0, 0])], [(B, [1., 0, 1, 0])]""",
    "cut and pad": """
v = T.concatenate([x[:n], T.zeros((m - n,))])
inputs, outputs, calls, steady = [x, n, m], [v] + grads((v ** 2).sum(), x), [(u, 4, 6), (u, 6, 6)], [(u * 2, 4, 6)]""",
    "set_subtensor(x[:n])": """
v = T.set_subtensor(x[:n], y[:n])
inputs, outputs, calls, steady = [x, y, n], [v] + grads((v ** 2).sum(), x, y), [(u, u[::-1], 2), (u, u[::-1], 99)], [(u, u + 1, 2)]""",
    "set_subtensor(x[:n], number)": """
v = T.set_subtensor(x[:n], s)
inputs, outputs, calls, steady = [x, s, n], [v] + grads((v ** 3).sum(), x, s), [(u, 2., 3), (u, 2., 0)], [(u, 4., 3)]""",
    "inc_subtensor(x[a:b])": """
v = T.inc_subtensor(x[n:m], s)
inputs, outputs, calls, steady = [x, s, n, m], [v] + grads((v ** 2).sum(), x, s), [(u, 2., 1, 4), (u, 1., 0, 6)], [(u, 4., 2, 5)]""",
    "set_subtensor of a column": """
v = T.set_subtensor(X[:, n], x)
inputs, outputs, calls, steady = [X, x, n], [v] + grads((v ** 2).sum(), X, x), [(A, u[:4], 1)], [(B, u[:4], 2), (B, u[:4], -1)]""",
    "set_subtensor(x[::n])": "inputs, outputs, calls, steady = [x, n], [T.set_subtensor(x[::n], 0)], [(u, 2), (u, -3)], [(u + 1, 2)]",
    "set_subtensor of a block": """
v = T.set_subtensor(T.zeros((n, m))[:X.shape[0], :X.shape[1]], X)
inputs, outputs, calls, steady = [X, n, m], [v] + grads((v * 2).sum(), X), [(A, 5, 4)], [(B, 5, 4)]""",
    "shared rows updated": """
table = theano.shared(np.zeros((5, 2)))
inputs, outputs, calls, steady = [n, s], [table[n:n + 2].sum()], [(0, 1.), (1, 2.), (4, 3.)], [(2, 5.)]
updates = [(table, T.inc_subtensor(table[n:n + 2], s))]""",
    "take": "inputs, outputs, calls, steady = [X, i], [T.take(X, i, axis=0), X.take(i), X.take(i, axis=1)], [(A, [0, 2, 2])], [(B, [1, 0, 2])]",
    "X[i]": "inputs, outputs, calls, steady = [X, i], [X[i]] + grads((X[i] ** 2).sum(), X), [(A, [0, 3, 3]), (A, [-1])], [(B, [1, 2, 0])]",
    "X[i, j]": "inputs, outputs, calls, steady = [X, i, j], [X[i, j]] + grads((X[i, j] ** 2).sum(), X), [(A, [0, 3, 3], [1, 2, 2])], [(B, [1, 2, 0], [0, -1, 1])]",
    "X[arange, y]": """
v = X[T.arange(i.shape[0]), i]
inputs, outputs, calls, steady = [X, i], [-T.log(v + 2).mean()] + grads(-T.log(v + 2).mean(), X), [(A, [0, 2, 1, 1])], [(B, [1, 1, 0, 2])]""",
    "X[i, :n]": "inputs, outputs, calls, steady = [X, i, n], [X[i, :n]] + grads((X[i, :n] ** 2).sum(), X), [(A, [0, 1], 2)], [(B, [3, 2], -1)]",
    "inc_subtensor(X[i])": """
v = T.inc_subtensor(X[i], Y)
inputs, outputs, calls, steady = [X, i, Y], [v] + grads((v ** 2).sum(), X, Y), [(A, [1, 1], B[:2])], [(B, [0, 3], A[:2])]""",
    "embedding updates": """
table = theano.shared(np.arange(12.).reshape(4, 3))
rows = table[i]
g = T.grad((rows ** 2).sum(), rows)
inputs, outputs, calls, steady = [i], [rows], [([0, 2],), ([1],), ([3, 3, 0],)], [([1, 2],)]
updates = [(table, T.inc_subtensor(rows, -.1 * g))]""",
}

MASKS = {
    "x[x > 0]": "inputs, outputs, calls, steady = [x], [x[x > 0], x[x > 0].sum()] + grads((x[x > 0] ** 2).sum(), x), [(u,), (-u,)], [(u * 2,), (u[::-1],)]",
    "x[(x > 0).nonzero()]": """
v = x[(x > 0).nonzero()]
inputs, outputs, calls, steady = [x], [v, v.shape[0]] + grads((v ** 2).sum(), x), [(u,), (-u,), (abs(u),)], [(u * 2,), (u[::-1],)]""",
    "X[mask]": """
mask = T.bmatrix('mask')
v = X[T.neq(mask, 0)]
inputs, outputs, calls, steady = [X, mask], [v] + grads((v ** 2).sum(), X), [(A, A > 0), (A, A > .5)], [(B, A < 0)]""",
    "X[rows]": "inputs, outputs, calls, steady = [X, i], [X[T.eq(i, 1).nonzero()]], [(A, [1, 0, 1, 0]), (A, [0, 0, 0, 0])], [(B, [0, 1, 0, 1])]",
    "X[mask of rows]": "inputs, outputs, calls, steady = [X, i], [X[T.eq(i, 1)]], [(A, [1, 0, 1, 0]), (A, [0, 0, 0, 0])], [(B, [0, 1, 0, 1])]",
    "set through a mask": """
v = T.set_subtensor(x[x > 0], s)
inputs, outputs, calls, steady = [x, s], [v, v[x > 0]], [(u, 9.), (-u, 9.)], [(u * 2, 8.)]""",
    "set through nonzero": """
v = T.set_subtensor(x[T.lt(x, 0).nonzero()], 0)
inputs, outputs, calls, steady = [x], [v] + grads((v ** 2).sum(), x), [(u,), (abs(u),)], [(u * 2,)]""",
    "increase through a mask": """
v = T.inc_subtensor(X[X > 0], 1)
inputs, outputs, calls, steady = [X], [v] + grads((v ** 2).sum(), X), [(A,), (B,)], [(A * 2,)]""",
    "clip by masks": """
v = T.set_subtensor(X[(X > .5).nonzero()], .5)
inputs, outputs, calls, steady = [X], [v] + grads((v ** 2).sum(), X), [(A,)], [(A * .9,)]""",
    "a mean over a mask": """
c = x[z.nonzero()].mean()
inputs, outputs, calls, steady = [x, z], [c] + grads(c, x), [(u, [1., 0, 1, 0, 0, 1])], [(u * 2, [0., 1, 1, 0, 1, 0])]""",
    "a cost where labels are known": """
keep = T.ge(i, 0).nonzero()
c = -T.log(T.nnet.softmax(X)[keep[0], i[keep]]).mean()
inputs, outputs, calls, steady = [X, i], [c] + grads(c, X), [(A, [0, -1, 2, -1])], [(B, [-1, 1, -1, 0])]""",
    "nonzero": "inputs, outputs, calls, steady = [X], list(T.nonzero(X)) + [T.nonzero(X, return_matrix=True)], [(A > 0,), (A > 2,)], [(A < 0,)]",
    "nonzero_values": "inputs, outputs, calls, steady = [X], [T.nonzero_values(X)], [(A * (A > 0),)], [(B * (A > 0),)]",
    "flatnonzero": "inputs, outputs, calls, steady = [X], [T.flatnonzero(X), T.flatnonzero(X).shape], [(A > 0,), (A > 9,)], [(A < 0,)]",
    "count by a mask": "inputs, outputs, calls, steady = [x], [(x > 0).sum(), T.sum(T.gt(x, 0) * x), x.nonzero()[0].size], [(u,)], [(-u,)]",
    "unique": "inputs, outputs, calls, steady = [i], [T.extra_ops.Unique()(i)], [([3, 1, 3, 2],), ([1, 1, 1, 1],)], [([9, 4, 4, 7],)]",
    "unique with everything": """
inputs, outputs, calls, steady = [x], T.extra_ops.Unique(True, True, True)(x), [([3., 1, 3, 2],), ([1., 1],)], [([9., 4, 4, 7],)]""",
    "how many differ": "inputs, outputs, calls, steady = [i], [T.extra_ops.Unique()(i).shape[0]], [([3, 1, 3, 2],)], [([9, 4, 4, 7],)]",
    "bincount": "inputs, outputs, calls, steady = [i], [T.extra_ops.bincount(i)], [([3, 1, 3],), ([0],)], [([3, 0, 0],), ([1, 2, 3],)]",
    "bincount with weights": """
inputs, outputs, calls, steady = [i, x], [T.extra_ops.bincount(i, x, minlength=5)], [([3, 1, 3], u[:3]), ([0], [2.])], [([4, 0, 0], u[3:])]""",
    "histogram by comparing": """
h = T.sum(T.ge(x.dimshuffle(0, 'x'), y[:-1]) * T.lt(x.dimshuffle(0, 'x'), y[1:]), axis=0)
inputs, outputs, calls, steady = [x, y], [h], [(u, [-2., 0, 1, 4])], [(u, [-3., -.5, .6, 9])]""",
    "histogram by searchsorted": """
h = T.extra_ops.bincount(T.extra_ops.searchsorted(y, x), minlength=4)
inputs, outputs, calls, steady = [x, y], [h], [(u, [-2., 0, 1])], [(u * .9, [-2., 0, 1])]""",
    "digitize": "inputs, outputs, calls, steady = [x, y], [T.extra_ops.searchsorted(y, x, side='right')], [(u, [-1., 0, 1])], [(u + 1, [-2., 0, 1])]",
}

ORDER = {
    "sort": "inputs, outputs, calls, steady = [x], [T.sort(x)] + grads((T.sort(x) * T.arange(x.shape[0])).sum(), x), [(u,)], [(-u,)]",
    "sort along an axis": "inputs, outputs, calls, steady = [X], [T.sort(X, axis=0), T.sort(X, axis=1), T.sort(X, axis=None)], [(B,)], [(-B,)]",
    "argsort": "inputs, outputs, calls, steady = [x], [T.argsort(x), T.argsort(-x)], [(u,)], [(-u,)]",
    "rows by score": """
v = X[T.argsort(y)[::-1]][:n]
inputs, outputs, calls, steady = [X, y, n], [v] + grads((v ** 2).sum(), X), [(A, [.1, .9, .3, .4], 2), (A, [.1, .9, .3, .4], 3)], [(B, [.8, .2, .5, .6], 2)]""",
    "the n largest by argsort": "inputs, outputs, calls, steady = [x, n], [T.argsort(x)[-n:], x[T.argsort(x)[-n:]]], [(u, 2), (u, 4)], [(-u, 2)]",
    "topk": """
v = T.sort(T.topk(x, n, sorted=False))
inputs, outputs, calls, steady = [x, n], [v] + grads((v ** 2).sum(), x), [(u, 2), (u, 4), (u, -3)], [(-u, 2)]""",
    "argtopk": "inputs, outputs, calls, steady = [x, n], [T.sort(T.argtopk(x, n, sorted=False))], [(u, 2), (u, -1)], [(-u, 2)]",
    "topk and argtopk": """
v, w = T.topk_and_argtopk(X, n, axis=1, sorted=False)
inputs, outputs, calls, steady = [X, n], [T.sort(v, axis=1), T.sort(w, axis=1)], [(C, 2), (C, 5)], [(-C, 2)]""",
    "median": "inputs, outputs, calls, steady = [x], [T.sort(x)[x.shape[0] // 2], T.mean(T.sort(x)[(x.shape[0] - 1) // 2:x.shape[0] // 2 + 1])], [(u,), (u[:3],)], [(-u,)]",
    "ranks": "inputs, outputs, calls, steady = [x], [T.argsort(T.argsort(x))], [(u,)], [(-u,)]",
    "trimmed mean": "inputs, outputs, calls, steady = [x, n], [T.sort(x)[n:-n].mean()], [(u, 1), (u, 2)], [(-u, 1)]",
    "argmax one hot": "inputs, outputs, calls, steady = [X], [T.eq(T.arange(X.shape[1]), T.argmax(X, axis=1, keepdims=True))], [(B,), (C,)], [(-B,)]",
    "split by sizes": """
a, b, c = T.split(x, i, 3)
inputs, outputs, calls, steady = [x, i], [a, b, c] + grads((b ** 2).sum() + (c * 3).sum(), x), [(u, [1, 2, 3]), (u, [0, 6, 0])], [(-u, [1, 2, 3])]""",
    "split columns": """
a, b = T.split(X, [n, X.shape[1] - n], 2, axis=1)
inputs, outputs, calls, steady = [X, n], [a, b] + grads((a.sum() * b ** 2).sum(), X), [(C, 2), (C, 5)], [(-C, 2)]""",
    "join of pieces": """
v = T.join(0, x[:n], y[n:], x[:1])
inputs, outputs, calls, steady = [x, y, n], [v] + grads((v * T.arange(v.shape[0])).sum(), x, y), [(u, u + 1, 2), (u, u, 0), (u, u, 6)], [(u * 2, u, 2)]""",
    "join along a run-time axis": "inputs, outputs, calls, steady = [X, Y, k], [T.join(k, X, Y)], [(A, B, 0), (A, B, 1)], [(B, A, 0)]",
    "concatenate of masks": "inputs, outputs, calls, steady = [x], [T.concatenate([x[x > 0], x[x <= 0]])], [(u,)], [(u[::-1],)]",
    "stack of slices": "inputs, outputs, calls, steady = [x, n], [T.stack([x[:n], x[-n:]]), T.stacklists([[x[0], x[1]], [x[2], x[3]]])], [(u, 3), (u, 2)], [(-u, 3)]",
    "roll": """
v = T.roll(x, n)
inputs, outputs, calls, steady = [x, n], [v] + grads((v * T.arange(x.shape[0])).sum(), x), [(u, 2)], [(u, -1), (u, 0), (u, 8)]""",
    "roll along an axis": "inputs, outputs, calls, steady = [X, n], [T.roll(X, n, axis=1), T.roll(X, 1, axis=0)], [(A, 1)], [(A, -2), (B, 7)]",
    "diagonal": """
inputs, outputs, calls, steady = [X], [T.diagonal(X), T.diagonal(X, offset=1), T.diagonal(X, offset=-2), X.diagonal(1)], [(A[:3],), (B[1:],)], [(B[:3],)]
outputs = outputs + grads((T.diagonal(X) ** 2).sum(), X)""",
    "trace of a run-time block": "inputs, outputs, calls, steady = [X, n], [T.nlinalg.trace(X[:n, :n])] + grads(T.nlinalg.trace(X[:n, :n]) ** 2, X), [(A, 2), (A, 3)], [(B, 2)]",
    "fill_diagonal": "inputs, outputs, calls, steady = [X, s], [T.fill_diagonal(X, s)] + grads((T.fill_diagonal(X, s) ** 2).sum(), X, s), [(A, 9.)], [(B, 8.)]",
    "fill_diagonal_offset": "inputs, outputs, calls, steady = [X, s, n], [T.extra_ops.fill_diagonal_offset(X, s, n)], [(A, 9., 1)], [(B, 8., -1)]",
    "cumulated sums": "inputs, outputs, calls, steady = [x, n], [T.cumsum(x[:n]), T.extra_ops.cumprod(x)[n:], T.extra_ops.diff(x[:n])], [(u, 3)], [(-u, 3)]",
    "squeeze and pad": "inputs, outputs, calls, steady = [x, n], [T.shape_padleft(x[:n], 2), T.shape_padright(x[:n]), x[:n].dimshuffle(0, 'x')], [(u, 3)], [(-u, 3)]",
    "swapaxes of a tensor": """
v = X.reshape((n, m, -1)).dimshuffle(1, 0, 2)
inputs, outputs, calls, steady = [X, n, m], [v, v.reshape((m, -1)), v.swapaxes(0, 2)], [(C, 2, 3)], [(-C, 2, 3)]""",
    "choose": "inputs, outputs, calls, steady = [i, x, y], [T.choose(i, [x, y])], [([0, 1, 0], u[:3], u[3:])], [([1, 1, 0], u[:3], u[3:])]",
}

INSIDE = {
    "scan over arange(n)": """
r, _ = theano.scan(lambda a, v: a * v, sequences=T.arange(n), non_sequences=s)
inputs, outputs, calls, steady = [n, s], [r] + grads(r.sum(), s), [(4, 2.), (2, 2.)], [(4, 3.)]""",
    "scan of growing slices": """
r, _ = theano.scan(lambda a, v: (v[:a] ** 2).sum(), sequences=T.arange(x.shape[0]), non_sequences=x)
inputs, outputs, calls, steady = [x], [r] + grads(r.sum(), x), [(u,), (u[:3],)], [(u + 1,)]""",
    "scan of growing slices backwards": """
r, _ = theano.scan(lambda a, v: v[a:].sum() * a, sequences=T.arange(1, x.shape[0]), non_sequences=x)
inputs, outputs, calls, steady = [x], [r] + grads((r ** 2).sum(), x), [(u[:4],)], [(u[2:],)]""",
    "scan over windows": """
r, _ = theano.scan(lambda a, v, w: T.dot(v[a:a + w.shape[0]], w), sequences=T.arange(x.shape[0] - y.shape[0] + 1), non_sequences=[x, y])
inputs, outputs, calls, steady = [x, y], [r] + grads((r ** 2).sum(), x, y), [(u, [1., 2]), (u[:4], [1., 2, 3])], [(-u, [3., 2])]""",
    "scan over segments": """
r, _ = theano.scan(lambda a, b, v: v[a:b].sum(axis=0), sequences=[i, j], non_sequences=X)
inputs, outputs, calls, steady = [X, i, j], [r] + grads((r ** 2).sum(), X), [(A, [0, 1], [2, 4])], [(B, [0, 2], [2, 3])]""",
    "scan with masks inside": """
r, _ = theano.scan(lambda row: row[row.nonzero()].sum() * row[row > 0].sum(), sequences=X)
inputs, outputs, calls = [X], [r], [(A,), (B,)]""",
    "scan writing slices": """
r, _ = theano.scan(lambda a, acc: T.set_subtensor(acc[a:a + 2], a), sequences=T.arange(n), outputs_info=T.zeros((n + 1,)))
inputs, outputs, calls = [n], [r[-1]], [(3,), (1,)]""",
    "scan with steps from data": """
r, _ = theano.scan(lambda a: a * 2, outputs_info=s, n_steps=T.cast(y.max(), 'int64'))
inputs, outputs, calls, steady = [s, y], [r[-1]] + grads(r[-1], s), [(1., [2., 5]), (1., [1., 3])], [(3., [5., 0])]""",
    "scan until": """
r, _ = theano.scan(lambda a: (a * 2, until(a * 2 > t)), outputs_info=s, n_steps=50)
inputs, outputs, calls, steady = [s, t], [r] + grads(r[-1], s), [(1., 20.), (1., 3.)], [(1.5, 30.)]""",
    "scan until over a slice": """
r, _ = theano.scan(lambda a, b: (a + b, until(a + b > t)), sequences=x[:n], outputs_info=one * 0)
inputs, outputs, calls = [x, n, t], [r, r.shape[0]], [(abs(u), 5, 3.), (abs(u), 2, 99.)]""",
    "scan with repeat and tile": """
r, _ = theano.scan(lambda v: T.tile(v, n) + T.repeat(v, n), sequences=X)
inputs, outputs, calls, steady = [X, n], [r] + grads((r ** 2).sum(), X), [(A, 2), (A, 1)], [(B, 2)]""",
    "scan of random draws of size n": """
r = RandomStreams(5)
v, up = theano.scan(lambda: r.uniform((n,)), n_steps=m)
inputs, outputs, calls, updates = [n, m], [v], [(2, 3), (3, 1)], up""",
    "jacobian of a slice": """
v = x[:n] ** 2
inputs, outputs, calls, steady = [x, n], [theano.gradient.jacobian(v, x)], [(u, 2), (u, 3)], [(-u, 2)]""",
    "hessian of a masked cost": "inputs, outputs, calls, steady = [x], [theano.gradient.hessian((x[x > 0] ** 3).sum(), x)], [(u[:3],)], [(u[:3][::-1],)]",
    "reduce over a slice": """
r, _ = theano.reduce(lambda a, b: a * b, x[:n], one)
inputs, outputs, calls, steady = [x, n], [r] + grads(r, x), [(u, 3), (u, 5)], [(u * 2, 3)]""",
    "map over nonzero": """
r, _ = theano.map(lambda a, v: v[a] ** 2, T.gt(x, 0).nonzero()[0], non_sequences=x)
inputs, outputs, calls, steady = [x], [r] + grads(r.sum(), x), [(u,), (-u,)], [(u[::-1],)]""",
    "ifelse of two lengths": """
v = ifelse(T.gt(s, 0), x[:n], x[n:])
inputs, outputs, calls, steady = [x, n, s], [v] + grads((v ** 2).sum(), x), [(u, 2, 1.), (u, 2, -1.)], [(u + 1, 2, 3.)]""",
    "ifelse on a shape": """
v = ifelse(T.gt(x.shape[0], 3), x[:3].sum(), x.sum() * 100)
inputs, outputs, calls, steady = [x], [v] + grads(v, x), [(u,), (u[:2],)], [(u + 1,)]""",
    "ifelse of a mask": """
v = ifelse(T.any(x > 0), x[x > 0].mean(), one * 0)
inputs, outputs, calls, steady = [x], [v] + grads(v, x), [(u,), (-abs(u),)], [(u[::-1],)]""",
    "ifelse with arange": """
v = ifelse(T.eq(k, 1), T.arange(n), T.zeros((m,), 'int64'))
inputs, outputs, calls, steady = [n, m, k], [v], [(3, 2, 1), (3, 2, 0), (3, 7, 1)], []""",
    "ifelse in scan": """
r, _ = theano.scan(lambda a, v: ifelse(T.gt(a, 1), v[:2].sum(), v[2:].prod()), sequences=T.arange(n), non_sequences=x)
inputs, outputs, calls, steady = [n, x], [r] + grads(r.sum(), x), [(4, u)], [(4, u + 1)]""",
    "ifelse of lists": """
a, b = ifelse(T.lt(n, 3), [x[:n], X[:n]], [x[n:], X[:1]])
inputs, outputs, calls, steady = [n, x, X], [a, b], [(2, u, A), (4, u, A)], [(2, -u, B)]""",
}

TUTORIALS = {
    "logistic": "inputs, outputs, calls, steady = [X], [1 / (1 + T.exp(-X))], [(A,), (A[:1],)], [(B,)]",
    "several outputs": "inputs, outputs, calls, steady = [X, Y], [X - Y, abs(X - Y), (X - Y) ** 2], [(A, B)], [(B, A)]",
    "accumulator": """
state = theano.shared(0)
inputs, outputs, updates, calls, steady = [n], [state], [(state, state + n)], [(1,), (300,)], [(10,)]""",
    "givens by a shared slice": """
data = theano.shared(np.arange(12.).reshape(6, 2))
c = (data[n * 2:(n + 1) * 2] ** 2).sum()
inputs, outputs, calls, steady = [n], [c], [(0,)], [(1,), (2,)]""",
    "jacobian by scan": """
v = x ** 2
r, _ = theano.scan(lambda a, b, c: T.grad(b[a], c), sequences=T.arange(v.shape[0]), non_sequences=[v, x])
inputs, outputs, calls, steady = [x], [r], [(u[:3],), (u[:2],)], [(u[3:],)]""",
    "hessian by scan": """
c = (x ** 3).sum()
g = T.grad(c, x)
r, _ = theano.scan(lambda a, b, d: T.grad(b[a], d), sequences=T.arange(g.shape[0]), non_sequences=[g, x])
inputs, outputs, calls, steady = [x], [r], [(u[:3],)], [(u[3:],)]""",
    "hessian times vector": "inputs, outputs, calls, steady = [x, y], [T.grad(T.sum(T.grad((x ** 3).sum(), x) * y), x), T.Rop(T.grad((x ** 3).sum(), x), x, y)], [(abs(u), u + 1)], [(abs(u) * 2, u)]",
    "R and L operators": "inputs, outputs, calls, steady = [X, Y, x, y], [T.Rop(T.dot(x, X), X, Y), T.Lop(T.dot(x, X), X, y)], [(A, B, u[:4], u[:3])], [(B, A, u[2:], u[:3])]",
    "computing powers": """
r, _ = theano.scan(lambda p, a: p * a, outputs_info=T.ones_like(x), non_sequences=x, n_steps=n)
inputs, outputs, calls, steady = [x, n], [r[-1]], [(u, 2), (u, 3)], [(u * 2, 2)]""",
    "polynomial": """
top = 1000
r, _ = theano.scan(lambda c, p, v: c * v ** p, sequences=[x, T.arange(top)], outputs_info=None, non_sequences=s)
inputs, outputs, calls, steady = [x, s], [r.sum()], [([1., 0, 2], 3.), ([1., 2], 2.)], [([4., 5, 6], 1.)]""",
    "embedding of a context window": """
table = theano.shared(np.arange(10.).reshape(5, 2))
idx = T.lmatrix('idx')
v = table[idx].reshape((idx.shape[0], 2 * 3))
inputs, outputs, calls, steady = [idx], [v] + grads((v ** 2).sum(), table), [([[0, 1, 2], [1, 2, 4]],), ([[3, 3, 3]],)], [([[4, 0, 0], [2, 2, 1]],)]""",
    "negative log likelihood": """
p = T.nnet.softmax(X)
c = -T.mean(T.log(p)[T.arange(i.shape[0]), i])
inputs, outputs, calls, steady = [X, i], [c, T.argmax(p, axis=1), T.mean(T.neq(T.argmax(p, axis=1), i))] + grads(c, X), [(A, [0, 1, 2, 0])], [(B, [2, 2, 1, 0])]""",
    "masked mean over time": """
v = (X * Y).sum(axis=0) / Y.sum(axis=0)
inputs, outputs, calls, steady = [X, Y], [v] + grads(v.sum(), X), [(A, (B > -.9) * 1.)], [(B, (A > -1.5) * 1.)]""",
    "attention over n words": """
a = T.nnet.softmax(T.dot(X[:n], x).dimshuffle('x', 0)).flatten()
v = T.dot(a, X[:n])
inputs, outputs, calls, steady = [X, x, n], [a, v] + grads((v ** 2).sum(), X, x), [(A, u[:3], 2), (A, u[:3], 4)], [(B, u[3:], 2)]""",
    "padding of an image": """
v = T.set_subtensor(T.zeros((X.shape[0] + 2 * n, X.shape[1] + 2 * n))[n:-n, n:-n], X)
inputs, outputs, calls, steady = [X, n], [v] + grads((v * 3).sum(), X), [(A, 1), (A, 2)], [(B, 1)]""",
    "upsampling by repeat": """
v = X.repeat(n, axis=0).repeat(n, axis=1)
inputs, outputs, calls, steady = [X, n], [v] + grads((v ** 2).sum(), X), [(A, 2)], [(B, 2)]""",
    "pairwise distances": """
d = ((X.dimshuffle(0, 'x', 1) - Y.dimshuffle('x', 0, 1)) ** 2).sum(axis=2)
inputs, outputs, calls, steady = [X, Y], [d, T.argmin(d, axis=1)] + grads(d.min(axis=1).sum(), Y), [(A, B[:2])], [(B, A[:2])]""",
    "last step of each sequence": """
t3 = T.dtensor3('t3')
v = t3[i - 1, T.arange(t3.shape[1])]
inputs, outputs, calls, steady = [t3, i], [v] + grads((v ** 2).sum(), t3), [(C.reshape(4, 3, 2), [1, 4, 2])], [(-C.reshape(4, 3, 2), [3, 3, 1])]""",
    "mask from lengths": "inputs, outputs, calls, steady = [i, n], [T.lt(T.arange(n).dimshuffle('x', 0), i.dimshuffle(0, 'x'))], [([1, 3], 4)], [([4, 0], 4)]",
    "mask to the longest": "inputs, outputs, calls, steady = [i], [T.lt(T.arange(i.max()), i.dimshuffle(0, 'x'))], [([1, 3],), ([2, 2],)], [([3, 0],)]",
    "running mean": """
mean, count = theano.shared(np.zeros(3)), theano.shared(0)
total = count + X.shape[0]
inputs, outputs, calls, steady = [X], [mean], [(A,), (B,), (A[:1],)], [(B,)]
updates = [(mean, (mean * count + X.sum(axis=0)) / total), (count, total)]""",
    "k largest of each row": """
top = T.sort(X, axis=1)[:, -n:]
inputs, outputs, calls, steady = [X, n], [top, T.switch(X >= top[:, 0].dimshuffle(0, 'x'), X, 0)], [(C, 2), (C, 3)], [(-C, 2)]""",
    "unrolled convolution by slices": """
v = sum(x[a:x.shape[0] - 2 + a] * y[a] for a in range(3))
inputs, outputs, calls, steady = [x, y], [v] + grads((v ** 2).sum(), x, y), [(u, [1., 2, 3]), (u[:4], [1., 2, 3])], [(-u, [3., 2, 1])]""",
    "queue of states": """
hist = theano.shared(np.zeros((3, 2)))
inputs, outputs, calls, steady = [x], [hist], [(u[:2],), (u[4:],), (u[:2],)], [(u[2:4],)]
updates = [(hist, T.concatenate([hist[1:], x.dimshuffle('x', 0)]))]""",
    "a growing memory": """
hist = theano.shared(np.zeros((0, 2)))
inputs, outputs, calls = [x], [hist.sum(axis=0)], [(u[:2],), (u[2:4],), (u[4:],)]
updates = [(hist, T.concatenate([hist, x.dimshuffle('x', 0)]))]""",
}

ROWS = {}
for _table in (SIZES, SLICES, MASKS, ORDER, INSIDE, TUTORIALS):
    assert not set(ROWS) & set(_table)
    ROWS.update(_table)


def plain(value):
    """A value as JSON: shape, dtype and elements."""
    import numpy as np
    value = np.asarray(value)
    return [list(value.shape), str(value.dtype), value.ravel().tolist()]


def build(text):
    """The function of a row, its calls, and its steady calls."""
    scope = {}
    exec(PROLOGUE, scope)
    exec(text, scope)
    f = scope["theano"].function(scope["inputs"], scope["outputs"], updates=scope["updates"], on_unused_input="ignore",
                                 allow_input_downcast=True)
    return f, scope["calls"], scope["steady"]


def run(text):
    """What a row gives: for its first call, its steady calls, and the other calls."""
    f, calls, steady = build(text)
    return [[plain(v) for v in f(*call)] for call in calls[:1] + steady + calls[1:]]


def main():
    import theano
    recorded = {"command": "THEANO_FLAGS=cxx=,optimizer=fast_compile python tests/golden/record_idioms.py", "under": "real Theano " + theano.__version__, "rows": {}}
    for name, text in ROWS.items():
        try:
            recorded["rows"][name] = run(text)
        except Exception as e:
            sys.stderr.write("%s: %s: %s\n" % (name, type(e).__name__, str(e)[:300]))
    json.dump(recorded, sys.stdout, sort_keys=True)


if __name__ == "__main__":
    main()
