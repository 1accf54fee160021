"""Training steps: logistic regression and an MLP, ours against hand-written jitted JAX over the same numbers."""
import jax
import jax.numpy as jnp
import numpy as np

import theano
import theano.tensor as T
from tests.benchmarks.timing import contest, show


def logistic_full():
    """The tutorial's step: 400 x 784, float64, weights as shared variables."""
    rng = np.random.RandomState(0)
    data, target = rng.randn(400, 784), rng.randint(0, 2, 400).astype("float64")
    x, y = T.dmatrix("x"), T.dvector("y")
    w, b = theano.shared(rng.randn(784), name="w"), theano.shared(0.0, name="b")
    w0 = w.get_value()
    p = 1 / (1 + T.exp(-T.dot(x, w) - b))
    xent = -y * T.log(p) - (1 - y) * T.log(1 - p)
    cost = xent.mean() + 0.01 * (w ** 2).sum()
    gw, gb = T.grad(cost, [w, b])
    train = theano.function([x, y], [p > 0.5, xent], updates=[(w, w - 0.1 * gw), (b, b - 0.1 * gb)])

    def loss(params, x, y):
        z = x @ params[0] + params[1]
        xent = y * jax.nn.softplus(-z) + (1 - y) * jax.nn.softplus(z)
        return xent.mean() + 0.01 * (params[0] ** 2).sum(), (z > 0, xent)

    @jax.jit
    def step(params, x, y):
        (_, out), g = jax.value_and_grad(loss, has_aux=True)(params, x, y)
        return jax.tree.map(lambda p, d: p - 0.1 * d, params, g), out

    with jax.enable_x64(True):
        box = [(jnp.asarray(w0), jnp.asarray(0.0))]

    def other():
        with jax.enable_x64(True):
            box[0], out = step(box[0], data, target)
            return [np.array(v) for v in out]

    return contest({"ours": lambda: train(data, target), "jax": other})


def logistic_minibatch(batch):
    """A minibatch step from a shared 20,000 x 784 data set by index, float64."""
    rng = np.random.RandomState(0)
    data, target = rng.randn(20000, 784), rng.randint(0, 2, 20000).astype("float64")
    sx, sy = theano.shared(data, borrow=True), theano.shared(target, borrow=True)
    index, x, y = T.lscalar("index"), T.dmatrix("x"), T.dvector("y")
    w, b = theano.shared(np.zeros(784), name="w"), theano.shared(0.0, name="b")
    p = T.nnet.sigmoid(T.dot(x, w) + b)
    cost = T.nnet.binary_crossentropy(p, y).mean()
    gw, gb = T.grad(cost, [w, b])
    train = theano.function([index], cost, updates=[(w, w - 0.1 * gw), (b, b - 0.1 * gb)],
                            givens={x: sx[index * batch:(index + 1) * batch], y: sy[index * batch:(index + 1) * batch]})

    def loss(params, x, y):
        z = x @ params[0] + params[1]
        return (y * jax.nn.softplus(-z) + (1 - y) * jax.nn.softplus(z)).mean()

    @jax.jit
    def step(params, dx, dy, i):
        x = jax.lax.dynamic_slice_in_dim(dx, i * batch, batch)
        y = jax.lax.dynamic_slice_in_dim(dy, i * batch, batch)
        cost, g = jax.value_and_grad(loss)(params, x, y)
        return jax.tree.map(lambda p, d: p - 0.1 * d, params, g), cost

    with jax.enable_x64(True):
        box = [(jnp.zeros(784), jnp.asarray(0.0))]
        dx, dy = jnp.asarray(data), jnp.asarray(target)
    count = [0, 0]

    def ours():
        count[0] = (count[0] + 1) % (20000 // batch)
        return train(count[0])

    def other():
        count[1] = (count[1] + 1) % (20000 // batch)
        with jax.enable_x64(True):
            box[0], cost = step(box[0], dx, dy, np.asarray(count[1]))
            return np.array(cost)

    for _ in range(20000 // batch):  # an epoch: where each slice starts is worked out once
        ours()
    return contest({"ours": ours, "jax": other})


def mlp(batch, dtype):
    """A 784-500-10 step on given arrays."""
    rng = np.random.RandomState(0)
    data, target = rng.randn(batch, 784).astype(dtype), rng.randint(0, 10, batch)
    values = [(rng.randn(784, 500) * 0.01).astype(dtype), np.zeros(500, dtype),
              (rng.randn(500, 10) * 0.01).astype(dtype), np.zeros(10, dtype)]
    x, y = T.matrix("x", dtype=dtype), T.lvector("y")
    params = [theano.shared(v) for v in values]
    hidden = T.tanh(T.dot(x, params[0]) + params[1])
    p = T.nnet.softmax(T.dot(hidden, params[2]) + params[3])
    cost = -T.mean(T.log(p)[T.arange(y.shape[0]), y])
    rate = np.asarray(0.01, dtype)
    train = theano.function([x, y], cost, updates=[(q, q - rate * g) for q, g in zip(params, T.grad(cost, params))])

    def loss(params, x, y):
        h = jnp.tanh(x @ params[0] + params[1])
        logp = jax.nn.log_softmax(h @ params[2] + params[3])
        return -jnp.mean(logp[jnp.arange(y.shape[0]), y])

    @jax.jit
    def step(params, x, y):
        cost, g = jax.value_and_grad(loss)(params, x, y)
        return jax.tree.map(lambda p, d: p - rate * d, params, g), cost

    with jax.enable_x64(True):
        box = [[jnp.asarray(v) for v in values]]

    def other():
        with jax.enable_x64(True):
            box[0], cost = step(box[0], data, target)
            return np.array(cost)

    return contest({"ours": lambda: train(data, target), "jax": other}, seconds=2.0)


def chain():
    """Twenty elementwise ops on a million numbers."""
    data = np.random.RandomState(0).rand(1000000)
    v = T.dvector("v")
    y = v
    for i in range(10):
        y = y * 1.01 + 0.5
    f = theano.function([v], y)

    def jax_chain(a):
        for i in range(10):
            a = a * 1.01 + 0.5
        return a

    jitted = jax.jit(jax_chain)

    def other():
        with jax.enable_x64(True):
            return np.array(jitted(data))

    return contest({"ours": lambda: f(data), "jax": other})


def main():
    """Print the table."""
    rows = []
    for name, run, limit in [
            ("logistic regression 400x784 f64", logistic_full, 1.15),
            ("  by minibatches of 20", lambda: logistic_minibatch(20), 1.15),
            ("  by minibatches of 600", lambda: logistic_minibatch(600), 1.15),
            ("MLP 784-500-10 f32 batch 20", lambda: mlp(20, "float32"), 1.3),
            ("MLP 784-500-10 f64 batch 20", lambda: mlp(20, "float64"), 1.3),
            ("MLP 784-500-10 f32 batch 128", lambda: mlp(128, "float32"), 1.15),
            ("MLP 784-500-10 f64 batch 128", lambda: mlp(128, "float64"), 1.15),
            ("20 elementwise ops on 1e6 f64", chain, 1.05)]:
        t = run()
        rows.append((name, t["ours"], t["jax"], limit))
    show("Training steps", rows)
