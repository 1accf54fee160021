"""Record loops as users wrote them: `THEANO_FLAGS=cxx= python tests/golden/record_written.py > tests/golden/written.json`.

Run under real Theano 1.0.5. Programs are texts, as in `record_control.py`, whose functions run them.
"""
import json
import re
import runpy
import sys
from pathlib import Path

PROLOGUE = """
import numpy as np
import theano
import theano.tensor as T
from collections import OrderedDict
from theano import tensor
from theano.ifelse import ifelse
from theano.scan_module import until
from theano.tensor.shared_randomstreams import RandomStreams
theano.config.floatX = floatX = "float64"
rng = np.random.RandomState(3)
def weight(*shape):
    return theano.shared(rng.uniform(-.5, .5, shape).astype(floatX))
def zero():
    return T.constant(np.float64(0))
x, y, w = T.dvectors("x", "y", "w")
X, W, U = T.dmatrices("X", "W", "U")
s = T.dscalar("s")
n, k = T.lscalars("n", "k")
i, j = T.lvectors("i", "j")
A = rng.rand(5, 4)
v = rng.rand(4)
"""

BRANCHES = {
    "a branch that would not fit, chosen by a sequence": """
r, u = theano.scan(lambda c, a: a + ifelse(c, T.dot(X, w).sum(), T.dot(X.T, w).sum()), sequences=i, outputs_info=zero())
inputs, outputs, calls = [i, X, w], [r], [([1, 1, 1], np.ones((2, 3)), np.ones(3)), ([0, 0], np.ones((2, 3)), np.ones(2))]
""",
    "branches of two sizes, by the state": """
r, u = theano.scan(lambda q, a: a + ifelse(T.gt(a, 2), X[:q + 1], X).sum(), sequences=T.arange(3), outputs_info=zero())
inputs, outputs, calls = [X], [r, T.grad(r[-1], X)], [(A,)]
""",
    "branches of two sizes in a nested loop": """
def outer(q, a):
    r, u = theano.scan(lambda p, b: b + ifelse(T.gt(b, 2), X[:2], X[:3]).sum() * q, sequences=T.arange(3), outputs_info=a)
    return r[-1]
r, u = theano.scan(outer, sequences=T.arange(2), outputs_info=zero())
inputs, outputs, calls = [X], [r, T.grad(r[-1], X)], [(A,)]
""",
    "branches of two sizes in an OpFromGraph": """
a, b, c = T.dmatrix(), T.dvector(), T.lscalar()
op = theano.OpFromGraph([c, a, b], [ifelse(c, T.dot(a, b).sum(), T.dot(a.T, b).sum())])
inputs, outputs, calls = [k, X, w], [op(k, X, w) * 2], [(1, np.ones((2, 3)), np.ones(3)), (0, np.ones((2, 3)), np.ones(2))]
""",
}

RAGGED = {
    "prefixes by a sequence": """
r, u = theano.scan(lambda m, a: a * .5 + T.tanh(T.dot(X[:m], w)).sum(), sequences=i, outputs_info=zero())
inputs, outputs, calls = [X, i, w], [r] + T.grad(r[-1], [X, w]), [(A, [1, 3, 2], v)]
""",
    "prefixes by the state": """
r, u = theano.scan(lambda q, a: (q + 1, a * .5 + T.tanh(T.dot(X[:q], w)).sum()), n_steps=3,
                   outputs_info=[T.constant(np.int64(1)), zero()])
inputs, outputs, calls = [X, w], [r[1]] + T.grad(r[1][-1], [X, w]), [(A, v)]
""",
    "loops over prefixes by a sequence, twice differentiated": """
def step(m, a):
    r, u = theano.scan(lambda row, h: T.tanh(h + T.dot(row, w)), sequences=X[:m], outputs_info=a)
    return r[-1]
r, u = theano.scan(step, sequences=i, outputs_info=zero())
g = T.grad(r.sum(), w)
h, u = theano.scan(lambda q: T.grad(g[q], w), sequences=T.arange(4))
inputs, outputs, calls = [X, i, w], [r, h] + T.grad(r[-1], [X, w]), [(A, [1, 3, 2], v)]
""",
    "loops over prefixes by the state": """
def step(q, a):
    r, u = theano.scan(lambda row, h: T.tanh(h + T.dot(row, w)), sequences=X[:q], outputs_info=a)
    return q + 1, r[-1]
r, u = theano.scan(step, n_steps=3, outputs_info=[T.constant(np.int64(1)), zero()])
inputs, outputs, calls = [X, w], [r[1]] + T.grad(r[1][-1], [X, w]), [(A, v)]
""",
    "loops until, in a loop": """
def step(a):
    r, u = theano.scan(lambda h: (h * w.sum() + 1, until(h > 6)), outputs_info=a, n_steps=10)
    return r[-1] * .1
r, u = theano.scan(step, n_steps=3, outputs_info=zero())
inputs, outputs, calls = [w], [r, T.grad(r.sum(), w)], [(v,)]
""",
    "masks": """
M = T.bmatrix()
r, u = theano.scan(lambda m, a: a * .3 + (X[m.nonzero()] ** 2).sum(), sequences=M, outputs_info=zero())
inputs, outputs = [X, M], [r, T.grad(r[-1], X)]
calls = [(A, np.array([[1, 0, 1, 1, 0], [0, 0, 0, 0, 1], [1, 1, 1, 1, 1]], "int8"))]
""",
    "ops in Python whose gradients are ops in Python, nested": """
class Square(theano.Op):
    __props__ = ()
    def make_node(self, a):
        return theano.Apply(self, [T.as_tensor_variable(a)], [T.as_tensor_variable(a).type()])
    def perform(self, node, inputs, outputs):
        outputs[0][0] = np.asarray(inputs[0] ** 2)
    def grad(self, inputs, gs):
        return [SquareGrad()(inputs[0], gs[0])]
class SquareGrad(theano.Op):
    __props__ = ()
    def make_node(self, a, g):
        return theano.Apply(self, [a, T.as_tensor_variable(g)], [a.type()])
    def perform(self, node, inputs, outputs):
        outputs[0][0] = np.asarray(2 * inputs[0] * inputs[1])
def step(a):
    r, u = theano.scan(lambda b: Square()(b) * .5 + w, n_steps=2, outputs_info=a)
    return r[-1]
r, u = theano.scan(step, n_steps=2, outputs_info=w)
q, u = theano.scan(lambda a: Square()(a * .5) + a * w, n_steps=3, outputs_info=w)
inputs, outputs, calls = [w], [r, q, T.grad(r[-1].sum(), w), T.grad(q[-1].sum(), w)], [(v,)]
""",
}

NETWORKS = {
    "LSTM with a mask": """
H = 3
Wx, Wh, b = weight(4, 4 * H), weight(H, 4 * H), weight(4 * H)
state_below, mask = tensor.tensor3(dtype=floatX), tensor.matrix(dtype=floatX)
def _slice(_x, n, dim):
    if _x.ndim == 3:
        return _x[:, :, n * dim:(n + 1) * dim]
    return _x[:, n * dim:(n + 1) * dim]
def _step(m_, x_, h_, c_):
    preact = tensor.dot(h_, Wh)
    preact += x_
    i = tensor.nnet.sigmoid(_slice(preact, 0, H))
    f = tensor.nnet.sigmoid(_slice(preact, 1, H))
    o = tensor.nnet.sigmoid(_slice(preact, 2, H))
    c = tensor.tanh(_slice(preact, 3, H))
    c = f * c_ + i * c
    c = m_[:, None] * c + (1. - m_)[:, None] * c_
    h = o * tensor.tanh(c)
    h = m_[:, None] * h + (1. - m_)[:, None] * h_
    return h, c
nsteps, n_samples = state_below.shape[0], state_below.shape[1]
rval, updates = theano.scan(_step, sequences=[mask, tensor.dot(state_below, Wx) + b],
                            outputs_info=[tensor.alloc(np.asarray(0., dtype=floatX), n_samples, H),
                                          tensor.alloc(np.asarray(0., dtype=floatX), n_samples, H)],
                            name="lstm_layers", n_steps=nsteps)
proj = (rval[0] * mask[:, :, None]).sum(axis=0) / mask.sum(axis=0)[:, None]
pred = tensor.nnet.softmax(proj)
cost = -tensor.log(pred[tensor.arange(n_samples), i[:n_samples]] + 1e-8).mean()
inputs, outputs = [state_below, mask, i], [pred, cost] + tensor.grad(cost, [Wx, Wh, b])
calls = [(rng.rand(4, 2, 4), np.array([[1, 1], [1, 1], [1, 0], [1, 0.]]), [0, 2]), (rng.rand(2, 3, 4), np.ones((2, 3)), [1, 1, 0])]
""",
    "GRU with a mask, strict": """
D = 3
Wg, bg, Ug, Wc, bc, Uc = weight(4, 2 * D), weight(2 * D), weight(D, 2 * D), weight(4, D), weight(D), weight(D, D)
below, mask = T.dtensor3(), T.dmatrix()
def _slice(_x, n, dim):
    return _x[:, :, n * dim:(n + 1) * dim] if _x.ndim == 3 else _x[:, n * dim:(n + 1) * dim]
def _step_slice(m_, x_, xx_, h_, U, Ux):
    preact = T.nnet.sigmoid(T.dot(h_, U) + x_)
    r, u = _slice(preact, 0, D), _slice(preact, 1, D)
    h = T.tanh(T.dot(h_, Ux) * r + xx_)
    h = u * h_ + (1. - u) * h
    return m_[:, None] * h + (1. - m_)[:, None] * h_
rval, u = theano.scan(_step_slice, sequences=[mask, T.dot(below, Wg) + bg, T.dot(below, Wc) + bc],
                      outputs_info=[T.alloc(np.float64(0), below.shape[1], D)], non_sequences=[Ug, Uc], name="gru", n_steps=below.shape[0],
                      profile=False, strict=True)
ctx = T.concatenate([rval, rval[::-1]], axis=rval.ndim - 1)
cost = (ctx.mean(0) ** 2).sum()
inputs, outputs, calls = [below, mask], [ctx, *T.grad(cost, [Wg, bg, Ug, Wc, bc, Uc])], [
    (rng.rand(3, 2, 4), np.array([[1, 1], [1, 0], [1, 0.]]))]
""",
    "Elman network of the tutorial on slot filling": """
emb, wx, wh, wo, bh, bo, h0 = weight(7, 2), weight(6, 3), weight(3, 3), weight(3, 4), weight(3), weight(4), weight(3)
idxs, y_sentence = T.imatrix(), T.ivector("y_sentence")
xs = emb[idxs].reshape((idxs.shape[0], 6))
def recurrence(x_t, h_tm1):
    h_t = T.nnet.sigmoid(T.dot(x_t, wx) + T.dot(h_tm1, wh) + bh)
    s_t = T.nnet.softmax(T.dot(h_t, wo) + bo)
    return [h_t, s_t]
[h, sm], _ = theano.scan(fn=recurrence, sequences=xs, outputs_info=[h0, None], n_steps=xs.shape[0])
p = sm[:, 0, :]
lr = T.scalar("lr")
nll = -T.mean(T.log(p)[T.arange(xs.shape[0]), y_sentence])
params = [emb, wx, wh, wo, bh, bo, h0]
updates = OrderedDict((q, q - lr * g) for q, g in zip(params, T.grad(nll, params)))
inputs, outputs = [idxs, y_sentence, lr], [nll, T.argmax(p, axis=1), p[-1]]
calls = [([[0, 1, 2], [1, 2, 3]], [1, 2], .5), ([[4, 5, 6], [0, 0, 1], [2, 3, 3]], [0, 3, 1], .5), ([[0, 1, 2]], [1], .5)]
""",
    "RNN-RBM": """
nv, nh, nr = 4, 3, 2
RW, bv, bh, Wuh, Wuv, Wvu, Wuu, bu = (weight(nv, nh), weight(nv), weight(nh), weight(nr, nh), weight(nr, nv), weight(nv, nr),
                                      weight(nr, nr), weight(nr))
srng = RandomStreams(seed=11)
def build_rbm(v, W, bv, bh, k):
    def gibbs_step(v):
        mean_h = T.nnet.sigmoid(T.dot(v, W) + bh)
        h = srng.binomial(size=mean_h.shape, n=1, p=mean_h, dtype=theano.config.floatX)
        mean_v = T.nnet.sigmoid(T.dot(h, W.T) + bv)
        v = srng.binomial(size=mean_v.shape, n=1, p=mean_v, dtype=theano.config.floatX)
        return mean_v, v
    chain, updates = theano.scan(lambda v: gibbs_step(v)[1], outputs_info=[v], n_steps=k)
    v_sample = chain[-1]
    mean_v = gibbs_step(v_sample)[0]
    monitor = T.xlogx.xlogy0(v, mean_v) + T.xlogx.xlogy0(1 - v, 1 - mean_v)
    monitor = monitor.sum() / v.shape[0]
    def free_energy(v):
        return -(v * bv).sum() - T.log(1 + T.exp(T.dot(v, W) + bh)).sum()
    cost = (free_energy(v) - free_energy(v_sample)) / v.shape[0]
    return v_sample, cost, monitor, updates
vv = T.matrix()
u0 = T.zeros((nr,))
def recurrence(v_t, u_tm1):
    bv_t = bv + T.dot(u_tm1, Wuv)
    bh_t = bh + T.dot(u_tm1, Wuh)
    generate = v_t is None
    if generate:
        v_t, _, _, updates = build_rbm(T.zeros((nv,)), RW, bv_t, bh_t, k=5)
    u_t = T.tanh(bu + T.dot(v_t, Wvu) + T.dot(u_tm1, Wuu))
    return ([v_t, u_t], updates) if generate else [u_t, bv_t, bh_t]
(u_t, bv_t, bh_t), updates_train = theano.scan(lambda v_t, u_tm1, *_: recurrence(v_t, u_tm1), sequences=vv,
                                               outputs_info=[u0, None, None], non_sequences=[RW, bv, bh, Wuh, Wuv, Wvu, Wuu, bu])
v_sample, cost, monitor, updates_rbm = build_rbm(vv, RW, bv_t[:], bh_t[:], k=3)
updates_train.update(updates_rbm)
params = [RW, bv, bh, Wuh, Wuv, Wvu, Wuu, bu]
gradient = T.grad(cost, params, consider_constant=[v_sample])
updates_train.update((q, q - .1 * g) for q, g in zip(params, gradient))
(v_t, _), updates_generate = theano.scan(lambda u_tm1, *_: recurrence(None, u_tm1), outputs_info=[None, u0],
                                         non_sequences=params, n_steps=4)
updates_train.update(updates_generate)
inputs, outputs, updates = [vv], [monitor, v_sample, v_t], updates_train
calls = [(rng.binomial(1, .5, (3, nv)),), (rng.binomial(1, .5, (5, nv)),)]
""",
    "an RBM's chain, and chances that reach zero": """
Wg, hb, vb, srng = weight(6, 5), weight(5), weight(6), RandomStreams(123)
def step(v):
    mh = T.nnet.sigmoid(T.dot(v, Wg) + hb)
    h = srng.binomial(size=mh.shape, n=1, p=mh, dtype=theano.config.floatX)
    mv = T.nnet.sigmoid(T.dot(h, Wg.T) + vb)
    return srng.binomial(size=mv.shape, n=1, p=mv, dtype=theano.config.floatX), mv
(r, m), updates = theano.scan(step, outputs_info=[X, None], n_steps=7)
q, more = theano.scan(lambda a: srng.binomial(size=(4,), p=T.switch(T.gt(a, 0), 0, .5), dtype=floatX), outputs_info=T.zeros(4),
                      n_steps=6)
updates += more
inputs, outputs, calls = [X], [r, m, q], [(rng.binomial(1, .5, (4, 6)),), (rng.binomial(1, .5, (2, 6)),)]
""",
    "truncated backpropagation": """
Wh, Wx, wo = weight(3, 3), weight(4, 3), weight(3)
r, u = theano.scan(lambda a, h: T.tanh(T.dot(a, Wx) + T.dot(h, Wh)), sequences=X, outputs_info=T.zeros(3), truncate_gradient=2)
cost = ((T.dot(r, wo) - 1) ** 2).mean()
inputs, outputs, calls = [X], [cost] + T.grad(cost, [Wh, Wx, wo]), [(A,)]
""",
    "attention over annotations": """
Wa, Ua, va, Wy = weight(3, 4), weight(2, 4), weight(4), weight(2, 3)
ann = T.dtensor3()
proj = T.dot(ann, Ua)
def step(h, ann, proj):
    e = T.dot(T.tanh(proj + T.dot(h, Wa)[None, :, :]), va)
    alpha = T.exp(e - e.max(0, keepdims=True))
    alpha = alpha / alpha.sum(0, keepdims=True)
    ctx = (ann * alpha[:, :, None]).sum(0)
    return T.tanh(T.dot(ctx, Wy) + h), ctx, alpha.T
r, u = theano.scan(step, outputs_info=[T.zeros((ann.shape[1], 3)), None, None], non_sequences=[ann, proj], n_steps=n)
cost = (r[0] ** 2).sum() + r[2].max(0).sum()
inputs, outputs, calls = [ann, n], [r[0][-1], r[2], *T.grad(cost, [Wa, Ua, va, Wy])], [(rng.rand(5, 2, 2), 3)]
""",
}

ALGORITHMS = {
    "CRF: forward sums, best paths": """
def log_sum_exp(x, axis=None):
    xmax = x.max(axis=axis, keepdims=True)
    xmax_ = x.max(axis=axis)
    return xmax_ + T.log(T.exp(x - xmax).sum(axis=axis))
def forward(observations, transitions, viterbi=False):
    def recurrence(obs, previous, transitions):
        previous = previous.dimshuffle(0, "x")
        obs = obs.dimshuffle("x", 0)
        if viterbi:
            scores = previous + obs + transitions
            return scores.max(axis=0), scores.argmax(axis=0)
        return log_sum_exp(previous + obs + transitions, axis=0)
    initial = observations[0]
    alpha, _ = theano.scan(fn=recurrence, outputs_info=(initial, None) if viterbi else initial,
                           sequences=[observations[1:]], non_sequences=transitions)
    if viterbi:
        sequence, _ = theano.scan(fn=lambda beta_i, previous: beta_i[previous], outputs_info=T.cast(T.argmax(alpha[0][-1]), "int32"),
                                  sequences=T.cast(alpha[1][::-1], "int32"))
        return T.concatenate([sequence[::-1], [T.argmax(alpha[0][-1])]])
    return log_sum_exp(alpha[-1], axis=0)
z = forward(X, W)
inputs, outputs, calls = [X, W], [z, forward(X, W, True)] + T.grad(z, [X, W]), [(A, rng.randn(4, 4))]
""",
    "Bellman iteration until it rests": """
P, R = T.dtensor3(), T.dmatrix()
def bellman(V):
    new = T.max(R + s * T.dot(P, V), axis=0)
    return new, until(T.abs_(new - V).max() < 1e-6)
Vs, u = theano.scan(bellman, outputs_info=T.zeros((P.shape[1],)), n_steps=1000)
policy = T.argmax(R + s * T.dot(P, Vs[-1]), axis=0)
q = rng.rand(2, 3, 3)
inputs, outputs, calls = [P, R, s], [Vs[-1], Vs.shape[0], policy, T.grad(Vs[-1].sum(), R)], [
    (q / q.sum(2, keepdims=True), rng.rand(2, 3), .8), (q / q.sum(2, keepdims=True), rng.rand(2, 3), .3)]
""",
    "beam search in one graph": """
E, Wh, Wo = weight(6, 3), weight(3, 3), weight(3, 6)
K = 3
def step(words, scores, hidden, done):
    h = T.tanh(E[words] + T.dot(hidden, Wh))
    logp = T.log(T.nnet.softmax(T.dot(h, Wo)))
    logp = T.switch(done[:, None], T.switch(T.eq(T.arange(6), 0)[None, :], 0., -np.inf), logp)
    total = scores[:, None] + logp
    best = T.argsort(-total.flatten())[:K]
    parent, word = best // 6, best % 6
    return word, total.flatten()[best], h[parent], T.or_(done[parent], T.eq(word, 0)), parent
start = T.constant(np.array([0., -np.inf, -np.inf]))
(words, scores, hid, done, parents), u = theano.scan(
    step, outputs_info=[T.zeros((K,), "int64") + 1, start, T.zeros((K, 3)), T.zeros((K,), "bool"), None], n_steps=n)
path, u = theano.scan(lambda word, parent, at: (parent[at], word[at]), sequences=[words, parents], go_backwards=True,
                      outputs_info=[T.constant(np.int64(0)), None])
inputs, outputs, calls = [n], [words, scores[-1], parents, path[1][::-1]], [(4,), (2,)]
""",
    "CTC by a loop of log-probabilities": """
def logadd(a, b):
    m = T.maximum(a, b)
    return T.switch(T.eq(m, -1e30), -1e30, m + T.log1p(T.exp(-abs(a - b))))
def forward(logits, labels):
    n_out = labels.shape[0] * 2 + 1
    ext = T.zeros((n_out,), "int64")
    ext = T.set_subtensor(ext[1::2], labels)
    logp = T.log(T.nnet.softmax(logits))[:, ext]
    skip = T.concatenate([[0, 0], T.and_(T.neq(ext[2:], 0), T.neq(ext[2:], ext[:-2]))])
    def step(lp, a):
        low = T.constant(-1e30)
        one = T.concatenate([T.stack([low]), a[:-1]])
        two = T.switch(skip, T.concatenate([T.stack([low, low]), a[:-2]]), -1e30)
        return logadd(logadd(a, one), two) + lp
    a0 = T.concatenate([[0.], -1e30 * T.ones((n_out - 1,))])
    r, u = theano.scan(step, sequences=logp, outputs_info=a0)
    return -logadd(r[-1][-1], r[-1][-2])
cost = forward(X, i)
inputs, outputs, calls = [X, i], [cost, T.grad(cost, X)], [(A, [1, 2]), (A[:4], [3, 1])]
""",
    "Runge-Kutta with a parameter's gradient": """
f = lambda q: T.stack([q[1], s * (1 - q[0] ** 2) * q[1] - q[0]])
def step(q):
    k1 = f(q)
    k2 = f(q + .05 * k1)
    k3 = f(q + .05 * k2)
    k4 = f(q + .1 * k3)
    return q + .1 / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
r, u = theano.scan(step, outputs_info=x, n_steps=n)
inputs, outputs, calls = [x, s, n], [r[-1], T.grad(r[-1][0], s), T.grad(r[-1][0], x)], [([2., 0.], 1.5, 20), ([1., 1.], .5, 5)]
""",
    "Metropolis with shared state and counts": """
srng = RandomStreams(5)
at, accepted = theano.shared(np.array([.1, -.2])), theano.shared(np.int64(0))
def step():
    new = at + srng.normal(size=(2,), std=.7)
    u = srng.uniform()
    ok = T.lt(T.log(u), (at ** 2).sum() - (new ** 2).sum())
    return ifelse(ok, new, at + 0), OrderedDict([(at, ifelse(ok, new, at + 0)), (accepted, accepted + ok)])
r, updates = theano.scan(step, n_steps=n)
inputs, outputs, calls = [n], [r, accepted], [(8,), (4,), (1000,)][:2]
""",
    "Hamiltonian dynamics": """
energy = lambda q: (q ** 4).sum() - 2 * (q ** 2).sum()
def leapfrog(pos, vel, step):
    new = vel - step * T.grad(energy(pos), pos)
    return [pos + step * new, new], {}
(ps, vs), u = theano.scan(leapfrog, outputs_info=[dict(initial=x), dict(initial=y)], non_sequences=[s], n_steps=n)
final = T.grad(energy(ps[-1]) + .5 * (vs[-1] ** 2).sum(), [x, y])
inputs, outputs, calls = [x, y, s, n], [ps[-1], vs[-1]] + final, [([.3, 1.1], [.5, -.2], .05, 7)]
""",
    "Kalman filter": """
F, Hm = T.dmatrix(), T.dmatrix()
def step(z, m, P):
    m, P = T.dot(F, m), T.dot(T.dot(F, P), F.T) + .1 * T.eye(2)
    S = T.dot(T.dot(Hm, P), Hm.T) + .5 * T.eye(1)
    K = T.dot(T.dot(P, Hm.T), T.nlinalg.matrix_inverse(S))
    e = z - T.dot(Hm, m)
    return m + T.dot(K, e), T.dot(T.eye(2) - T.dot(K, Hm), P), -.5 * (T.log(T.nlinalg.det(S)) + T.dot(e, T.dot(T.nlinalg.matrix_inverse(S), e)))
(m, P, ll), u = theano.scan(step, sequences=X, outputs_info=[T.zeros(2), T.eye(2), None])
inputs, outputs, calls = [X, F, Hm], [m[-1], P[-1], ll.sum()] + T.grad(ll.sum(), [F, Hm]), [
    (A[:, :1], np.array([[1., .1], [0, 1]]), np.array([[1., 0]]))]
""",
    "momentum over minibatches within one call": """
Wm, vel = weight(4, 2), theano.shared(np.zeros((4, 2)))
data, target = theano.shared(rng.rand(12, 4)), theano.shared(rng.rand(12, 2))
def step(q, W_, V_):
    xb, yb = data[q * n:(q + 1) * n], target[q * n:(q + 1) * n]
    cost = ((T.dot(xb, W_) - yb) ** 2).mean()
    V_new = .9 * V_ - .1 * T.grad(cost, W_)
    return [W_ + V_new, V_new, cost]
(ws, vs, costs), u = theano.scan(step, sequences=T.arange(12 // n), outputs_info=[Wm, vel, None])
inputs, outputs, updates, calls = [n], [costs], [(Wm, ws[-1]), (vel, vs[-1])], [(3,), (4,), (5,)]
""",
    "pairwise distances, map in map": """
r, u = theano.map(lambda a, B: theano.map(lambda b, a: T.sqrt(((a - b) ** 2).sum() + 1e-6), B, non_sequences=a)[0], X, non_sequences=W)
inputs, outputs, calls = [X, W], [r] + T.grad((r ** 2).sum(), [X, W]), [(A, A[:3] + .5)]
""",
    "Mandelbrot counts with complex numbers": """
c = T.zvector()
def step(z, count):
    z = T.switch(T.lt(abs(z), 2), z ** 2 + c, z)
    return z, count + T.lt(abs(z), 2)
(z, counts), u = theano.scan(step, outputs_info=[T.zeros_like(c), T.zeros_like(c.real).astype("int64")], n_steps=20)
inputs, outputs, calls = [c], [counts[-1], z[-1].real], [(np.array([0j, 1, -1, .3 + .5j, -2, 2j]),)]
""",
    "delayed echo with several taps and a window": """
def step(a, b, h1, h3, win):
    return .5 * h1 - .2 * h3 + a * b + win.sum()
r, u = theano.scan(step, sequences=[dict(input=x, taps=[-2, 0])], outputs_info=[dict(initial=y, taps=[-1, -3])],
                   non_sequences=x[:2])
inputs, outputs, calls = [x, y], [r] + T.grad(r[-1], [x, y]), [(np.linspace(0, 1, 7), [.1, .2, .3])]
""",
    "sorted and taken in a loop": """
def step(row, best):
    order = T.argsort(row)
    top = row[order[-2:]]
    return T.sort(T.concatenate([best, top]))[-2:]
r, u = theano.scan(step, sequences=X, outputs_info=T.zeros(2))
inputs, outputs, calls = [X], [r, T.grad(r[-1].sum(), X)], [(A,)]
""",
    "while a stack of lists grows by concatenation": """
r, u = theano.scan(lambda q, acc: T.set_subtensor(acc[q:q + 2], acc[q:q + 2] + x[q]), sequences=T.arange(x.shape[0]),
                   outputs_info=T.zeros((x.shape[0] + 1,)))
inputs, outputs, calls = [x], [r[-1], T.grad((r[-1] ** 2).sum(), x)], [(np.arange(4.),), (np.arange(2.),)]
""",
}

ERRORS = {
    "initial value of another dtype": "theano.scan(lambda h: T.cast(h * 2, 'float32'), outputs_info=x, n_steps=2)",
    "initial value of another dtype, named by position": "theano.scan(lambda a, h: T.cast(a + h, 'int64'), X, [T.zeros(4)])",
    "a number where a vector is given back": "theano.scan(lambda h: h + x, outputs_info=s, n_steps=2)",
    "a vector where a number is given back": "theano.scan(lambda h: h.sum(), outputs_info=x, n_steps=2)",
    "a matrix for one step": "theano.scan(lambda h: h[0], outputs_info=[dict(initial=X, taps=[-1])], n_steps=2)",
    "fewer outputs than initial values": "theano.scan(lambda a, h: a + h, x, [s, None])",
    "more outputs than initial values": "theano.scan(lambda a, h: [a + h, a], x, [s])",
    "no length": "theano.scan(lambda h: h * 2, outputs_info=x)",
    "a float for the number of steps": "theano.scan(lambda h: h * 2, outputs_info=x, n_steps=s)",
    "a tap in the future of an output": "theano.scan(lambda h: h * 2, outputs_info=[dict(initial=x, taps=[1])], n_steps=2)",
    "taps without an initial value": "theano.scan(lambda h: h * 2, outputs_info=[dict(taps=[-1])], n_steps=2)",
    "a text for an output": "theano.scan(lambda h: 'a', outputs_info=x, n_steps=2)",
    "updates in the wrong place": "theano.scan(lambda h: (OrderedDict(), h), outputs_info=x, n_steps=2)",
    "a broadcastable start": "T.grad(theano.scan(lambda h: h * 2 + x[:1], outputs_info=T.zeros((1,)), n_steps=2)[0].sum(), x)",
    "strict without what it reads": "theano.scan(lambda h: h * theano.shared(2.), outputs_info=x, n_steps=2, strict=True)",
    "a short sequence": "theano.function([x], theano.scan(lambda a: a, sequences=x, n_steps=3)[0])([1.])",
    "checkpoints with taps": "theano.scan_checkpoints(lambda h: h * 2, outputs_info=[dict(initial=x, taps=[-1])], n_steps=4)",
    "the gradient by a shared variable that the loop updates": """T.grad((lambda c: theano.scan(
        lambda: (c * 2, {c: c + 1}), n_steps=3)[0])(theano.shared(1.)).sum(), x)""",
    "branches of two types": "ifelse(k, x, X)",
    "branches of two lengths": "ifelse(k, [x, y], [x])",
    "a vector as a condition": "ifelse(x, x, y)",
    "a gradient of nothing": "T.grad(theano.scan(lambda a: a * 2, sequences=x)[0].sum(), w)",
    "an undefined gradient in a step": "T.grad(theano.scan(lambda a: theano.gradient.undefined_grad(a), sequences=x)[0].sum(), x)",
    "a cost that is no number": "T.grad(theano.scan(lambda a: a * 2, sequences=x)[0], x)",
    "Rop of a loop by a direction of another type": "T.Rop(theano.scan(lambda a: a * 2, sequences=x)[0], x, X)",
    "OpFromGraph without a list": "theano.OpFromGraph([x], x * 2)",
    "OpFromGraph with a forgotten input": "theano.OpFromGraph([x], [x * y])",
    "OpFromGraph with too many arguments": "theano.OpFromGraph([x], [x * 2])(x, y)",
    "OpFromGraph with a wrong gradient": "T.grad(theano.OpFromGraph([x], [x * 2], grad_overrides=lambda i, g: g[0])(x).sum(), x)",
}

PROGRAMS = {**BRANCHES, **RAGGED, **NETWORKS, **ALGORITHMS}


run = runpy.run_path(str(Path(__file__).with_name("record_control.py")))["run"]


def error(text):
    """Class and first sentences of what `text` raises, or None."""
    scope = {}
    exec(PROLOGUE, scope)
    try:
        eval(text, scope)
    except Exception as e:
        words = str(e).split("Apply node that caused the error")[0].split("Backtrace when")[0]
        return [type(e).__name__, re.sub("0x[0-9a-f]+", "0x", " ".join(words.split()))[:320]]
    return None


def main(*names):
    import theano
    programs = {}
    for name in names or PROGRAMS:
        programs[name] = run(PROGRAMS[name], PROLOGUE)
        print(name, file=sys.stderr)
    recorded = {"command": "python tests/golden/record_written.py", "under": "real Theano " + theano.__version__,
                "programs": programs, "errors": {name: error(text) for name, text in ERRORS.items()}}
    json.dump(recorded, sys.stdout, indent=1, sort_keys=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
