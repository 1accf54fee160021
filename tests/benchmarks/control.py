"""Loops and branches, ours through scan and ifelse against hand-written JAX over the same numbers."""
import jax
import jax.numpy as jnp
import numpy as np

import theano
import theano.tensor as T
from tests.benchmarks.timing import contest, show
from theano.ifelse import ifelse
from theano.sandbox.rng_mrg import MRG_RandomStreams


def _agree(ours, other):
    for a, b in zip(ours, other, strict=True):
        np.testing.assert_allclose(a, b, rtol=2e-4, atol=1e-6)


def _lstm_weights(rng, n_in, n, dtype):
    shapes = [(n_in, 4 * n), (n, 4 * n), (4 * n,), (n, 10), (10,)]
    return [(rng.randn(*shape) * .1).astype(dtype) for shape in shapes]


def lstm(dtype):
    """A training step: hidden 128, 50 steps, batch 16, cross-entropy of the last state over 10 classes."""
    rng = np.random.RandomState(0)
    n = 128
    data, target = rng.randn(50, 16, 64).astype(dtype), rng.randint(0, 10, 16)
    values = _lstm_weights(rng, 64, n, dtype)
    x, y = T.tensor3("x", dtype=dtype), T.lvector("y")
    W, U, b, V, c = params = [theano.shared(v) for v in values]
    rate = np.asarray(.01, dtype)

    def step(x_t, h, s):
        z = T.dot(x_t, W) + T.dot(h, U) + b
        i, f, o = (T.nnet.sigmoid(z[:, k * n:(k + 1) * n]) for k in range(3))
        s = f * s + i * T.tanh(z[:, 3 * n:])
        return o * T.tanh(s), s

    zeros = T.zeros((x.shape[1], n), dtype)
    (h, _), _ = theano.scan(step, sequences=x, outputs_info=[zeros, zeros])
    p = T.nnet.softmax(T.dot(h[-1], V) + c)
    cost = -T.mean(T.log(p)[T.arange(y.shape[0]), y])
    train = theano.function([x, y], cost, updates=[(q, q - rate * g) for q, g in zip(params, T.grad(cost, params))])

    def loss(params, x, y):
        W, U, b, V, c = params

        def step(carry, x_t):
            h, s = carry
            i, f, o, g = jnp.split(x_t @ W + h @ U + b, 4, axis=1)
            s = jax.nn.sigmoid(f) * s + jax.nn.sigmoid(i) * jnp.tanh(g)
            return (jax.nn.sigmoid(o) * jnp.tanh(s), s), None

        (h, _), _ = jax.lax.scan(step, (jnp.zeros((x.shape[1], n), x.dtype),) * 2, x)
        return -jnp.mean(jax.nn.log_softmax(h @ V + c)[jnp.arange(y.shape[0]), y])

    @jax.jit
    def jax_step(params, x, y):
        cost, g = jax.value_and_grad(loss)(params, x, y)
        return jax.tree.map(lambda p, d: p - rate * d, params, g), cost

    with jax.enable_x64(True):
        box = [[jnp.asarray(v) for v in values]]

    def other():
        with jax.enable_x64(True):
            box[0], cost = jax_step(box[0], data, target)
            return np.array(cost)

    _agree([train(data, target) for _ in range(5)], [other() for _ in range(5)])
    return contest({"ours": lambda: train(data, target), "jax": other}, seconds=3.0)


def scalar_loop():
    """10,000 steps of one number, all of them kept."""
    s = T.dscalar("s")
    r, _ = theano.scan(lambda a: a * .999 + .1, outputs_info=s, n_steps=10000)
    f = theano.function([s], r)
    jitted = jax.jit(lambda s: jax.lax.scan(lambda a, _: (a * .999 + .1,) * 2, s, length=10000)[1])

    def other():
        with jax.enable_x64(True):
            return np.array(jitted(np.float64(.5)))

    _agree([f(.5)], [other()])
    return contest({"ours": lambda: f(.5), "jax": other})


def gibbs(k, learn):
    """`k` steps of Gibbs sampling in an RBM 784-500, batch 20, float32; with `learn` the update of contrastive divergence."""
    rng = np.random.RandomState(0)
    data = (rng.rand(20, 784) > .5).astype("float32")
    values = [(rng.randn(784, 500) * .01).astype("float32"), np.zeros(500, "float32"), np.zeros(784, "float32")]
    W, hb, vb = params = [theano.shared(v) for v in values]
    draws = MRG_RandomStreams(1)
    x = T.fmatrix("x")

    def step(v):
        h = draws.binomial(size=(20, 500), p=T.nnet.sigmoid(T.dot(v, W) + hb), dtype="float32")
        return draws.binomial(size=(20, 784), p=T.nnet.sigmoid(T.dot(h, W.T) + vb), dtype="float32")

    with theano.configparser.change_flags(floatX="float32"):
        r, updates = theano.scan(step, outputs_info=x, n_steps=k)

    def energy(v):
        return -T.dot(v, vb).sum() - T.nnet.softplus(T.dot(v, W) + hb).sum()

    if learn:
        end = r[-1]
        cost = (energy(x) - energy(end)) / 20
        for p, g in zip(params, T.grad(cost, params, consider_constant=[end])):
            updates[p] = p - np.float32(.01) * g
    f = theano.function([x], r[-1].mean(), updates=updates)

    def jax_energy(params, v):
        W, hb, vb = params
        return -(v @ vb).sum() - jax.nn.softplus(v @ W + hb).sum()

    def chain(params, key, x):
        W, hb, vb = params

        def step(carry, _):
            v, key = carry
            key, a, b = jax.random.split(key, 3)
            h = jax.random.bernoulli(a, jax.nn.sigmoid(v @ W + hb)).astype("float32")
            return (jax.random.bernoulli(b, jax.nn.sigmoid(h @ W.T + vb)).astype("float32"), key), None

        return jax.lax.scan(step, (x, key), length=k)[0]

    @jax.jit
    def jax_step(params, key, x):
        v, key = chain(params, key, x)
        if learn:
            g = jax.grad(lambda p: (jax_energy(p, x) - jax_energy(p, v)) / 20)(params)
            params = jax.tree.map(lambda p, d: p - np.float32(.01) * d, params, g)
        return params, key, v.mean()

    box = [[jnp.asarray(v) for v in values], jax.random.key(0)]

    def other():
        box[0], box[1], mean = jax_step(*box, data)
        return np.array(mean)

    assert abs(f(data) - other()) < .05
    return contest({"ours": lambda: f(data), "jax": other}, seconds=3.0)


def jacobian():
    """The tutorial's jacobian: a scan over 100 rows, each a gradient."""
    rng = np.random.RandomState(0)
    data, w = rng.randn(100), rng.randn(100, 100) * .1
    x, W = T.dvector("x"), theano.shared(w)
    y = T.tanh(T.dot(W, x)) ** 2
    J, updates = theano.scan(lambda i, y, x: T.grad(y[i], x), sequences=T.arange(y.shape[0]), non_sequences=[y, x])
    f = theano.function([x], J, updates=updates)

    @jax.jit
    def jitted(x, w):
        def y(x):
            return jnp.tanh(w @ x) ** 2

        _, back = jax.vjp(y, x)
        return jax.lax.scan(lambda _, i: (None, back(jnp.zeros(100).at[i].set(1.))[0]), None, jnp.arange(100))[1]

    with jax.enable_x64(True):
        device_w = jnp.asarray(w)

    def other():
        with jax.enable_x64(True):
            return np.array(jitted(data, device_w))

    _agree([f(data)], [other()])
    return contest({"ours": lambda: f(data), "jax": other})


def branch():
    """A product of 600x600 matrices in the branch that is not taken, against a program without it."""
    rng = np.random.RandomState(0)
    a = rng.randn(600, 600)
    x, c = T.dmatrix("x"), T.lscalar("c")
    f = theano.function([x, c], ifelse(c, T.dot(x, x).sum(), x.sum()))
    jitted = jax.jit(lambda x, c: x.sum())

    def other():
        with jax.enable_x64(True):
            return np.array(jitted(a, np.int64(0)))

    _agree([f(a, 0)], [other()])
    return contest({"ours": lambda: f(a, np.int64(0)), "jax": other})


def main():
    """Print the table."""
    rows = []
    for name, run, limit in [
            ("LSTM 128, 50 steps, batch 16, f32", lambda: lstm("float32"), 1.15),
            ("LSTM 128, 50 steps, batch 16, f64", lambda: lstm("float64"), 1.15),
            ("10,000 steps of a scalar", scalar_loop, 1.1),
            ("15 Gibbs steps of an RBM 784-500, MRG", lambda: gibbs(15, False), 1.2),
            ("CD-15 step of an RBM 784-500, MRG", lambda: gibbs(15, True), 1.2),
            ("jacobian by scan, 100 rows", jacobian, 1.2),
            ("ifelse that does not take a product", branch, 1.2)]:
        t = run()
        rows.append((name, t["ours"], t["jax"], limit))
    show("Loops and branches", rows)
