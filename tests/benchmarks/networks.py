"""Networks: the programs of `programs` against idiomatic hand-written JAX in the same process, and the real Theano where it is.

The environment variable THEANO_PYTHON may name an interpreter (or a command like one) that has the real Theano 1.0.5: the same
programs are then timed there too, by `programs` in a process of its own. Before a time counts, results are compared.
"""
import json
import os
import subprocess
import sys

import jax
import jax.numpy as jnp
import numpy as np

from tests.benchmarks import convolution, programs
from tests.benchmarks.timing import contest


def lenet(dtype):
    """LeNet's step by lax.conv_general_dilated (filters turned, as Theano's) and reduce_window."""
    images, targets, values = programs.lenet_values(dtype)

    def pooled(x):
        return jax.lax.reduce_window(x, np.asarray(-np.inf, dtype), jax.lax.max, (1, 1, 2, 2), (1, 1, 2, 2), "VALID")

    def loss(p, x, y):
        for w, b in (p[:2], p[2:4]):
            x = jnp.tanh(pooled(jax.lax.conv(x, w[:, :, ::-1, ::-1], (1, 1), "VALID")) + b[None, :, None, None])
        h = jnp.tanh(x.reshape(x.shape[0], -1) @ p[4] + p[5])
        logp = jax.nn.log_softmax(h @ p[6] + p[7])
        return -jnp.mean(logp[jnp.arange(y.shape[0]), y])

    @jax.jit
    def step(p, x, y):
        cost, g = jax.value_and_grad(loss)(p, x, y)
        return cost, [q - np.asarray(0.1, dtype) * d for q, d in zip(p, g)]

    return _stepping(step, [jnp.asarray(v) for v in values], (images, targets))


def _stepping(step, state, arguments):
    """A callable that applies `step`, which gives (result, new state), and returns the result as NumPy."""
    box = [state]

    def run(*arguments):
        out, box[0] = step(box[0], *arguments)
        jax.block_until_ready(box[0])
        return np.array(out)
    return run, arguments


def _stored(function, *values):
    """A callable that keeps the result of `function` on the device until the next, as shared state is kept."""
    jitted = jax.jit(function)
    values = [jnp.asarray(v) for v in values]
    box = [None]

    def run():
        box[0] = jax.block_until_ready(jitted(*values))
        return box[0]
    return run, ()


def _window_max(x):
    return jax.lax.reduce_window(x, np.asarray(-np.inf, x.dtype), jax.lax.max, (1, 1, 2, 2), (1, 1, 2, 2), "VALID")


def pool_forward(dtype):
    """Max pooling by reduce_window."""
    run, _ = _stored(lambda x: _window_max(x).sum(), programs.pool_values(dtype)[0])
    return lambda: np.array(run()), ()


def pool_backward(dtype):
    """The derivative of reduce_window."""
    image, g = programs.pool_values(dtype)
    return _stored(lambda x, g: jax.vjp(_window_max, x)[1](g)[0], image, g)


def uniform():
    """jax.random.uniform, its key split at every call."""
    @jax.jit
    def step(key):
        key, use = jax.random.split(key)
        return jax.random.uniform(use, (1000000,), "float32"), key

    box = [jax.random.key(0)]

    def run():
        out, box[0] = step(box[0])
        return jax.block_until_ready(out)
    return run, ()


def softmax_crossentropy(dtype):
    """Softmax regression by log_softmax."""
    data, targets, weights = programs.softmax_values(dtype)

    def loss(w, x, y):
        return -jnp.mean(jax.nn.log_softmax(x @ w)[jnp.arange(y.shape[0]), y])

    @jax.jit
    def step(w, x, y):
        cost, g = jax.value_and_grad(loss)(w, x, y)
        return cost, w - np.asarray(0.1, dtype) * g
    return _stepping(step, jnp.asarray(weights), (data, targets))


def batch_norm(dtype):
    """Batch normalisation by jnp.mean and jnp.var, with running averages, and jax.grad."""
    def forward(p, x):
        mean, var = x.mean((0, 2, 3), keepdims=True), x.var((0, 2, 3), keepdims=True)
        out = (x - mean) / jnp.sqrt(var + np.asarray(1e-4, dtype)) * p[0][None, :, None, None] + p[1][None, :, None, None]
        return jnp.mean(jnp.square(jnp.square(out))), (mean.ravel(), var.ravel())

    @jax.jit
    def step(state):
        gamma, beta, x, mean, var = state
        (cost, (m, v)), (g, gx) = jax.value_and_grad(forward, argnums=(0, 1), has_aux=True)((gamma, beta), x)
        rate, tenth, kept = (np.asarray(c, dtype) for c in (0.01, 0.1, 0.9))
        n = x.size // 32
        return cost, (gamma - rate * g[0], beta - rate * g[1], x - rate * gx, mean * kept + m * tenth,
                      var * kept + v * np.asarray(0.1 * n / (n - 1), dtype))
    images, scale, offset = programs.batch_norm_values(dtype)
    state = tuple(jnp.asarray(v) for v in (scale, offset, images, np.zeros(32, dtype), np.ones(32, dtype)))
    return _stepping(step, state, ())


def _elementwise(function):
    return lambda: _stored(function, np.random.RandomState(0).randn(1000000))


def _power(x):
    return 1 / (x * jnp.sqrt(x))


_JAX = {
    "LeNet step f32": lambda: lenet("float32"),
    "LeNet step f64": lambda: lenet("float64"),
    "max pool f32": lambda: pool_forward("float32"),
    "max pool f64": lambda: pool_forward("float64"),
    "max pool backward f32": lambda: pool_backward("float32"),
    "max pool backward f64": lambda: pool_backward("float64"),
    "MRG uniform 1e6 f32": uniform,
    "softmax regression step f32": lambda: softmax_crossentropy("float32"),
    "softmax regression step f64": lambda: softmax_crossentropy("float64"),
    "softmax step f32, x is copied": lambda: softmax_crossentropy("float32"),
    "softmax step f64, x is copied": lambda: softmax_crossentropy("float64"),
    "batch norm step f32": lambda: batch_norm("float32"),
    "batch norm step f64": lambda: batch_norm("float64"),
    "sin 1e6 f64": _elementwise(jnp.sin),
    "x ** 3 1e6 f64": _elementwise(lambda x: x * x * x),
    "x ** -1.5 of abs 1e6 f64": _elementwise(lambda x: _power(jnp.abs(x))),
    "x ** 0.75 of abs 1e6 f64": _elementwise(lambda x: jnp.sqrt(jnp.abs(x)) * jnp.sqrt(jnp.sqrt(jnp.abs(x)))),
    "softplus 1e6 f64": _elementwise(lambda x: jnp.maximum(x, 0) + jnp.log1p(jnp.exp(-jnp.abs(x)))),
}
LIMITS = {"LeNet step f32": 0.6, "LeNet step f64": 0.6, "max pool backward f32": 0.2, "max pool backward f64": 0.2,
          "max pool f32": 1.0, "max pool f64": 1.0, "MRG uniform 1e6 f32": 1.5,
          "softmax regression step f32": 1.05, "softmax regression step f64": 1.05,
          "softmax step f32, x is copied": 1.05, "softmax step f64, x is copied": 1.05,
          "batch norm step f32": 1.1, "batch norm step f64": 1.1, "sin 1e6 f64": 1.0, "x ** 3 1e6 f64": 1.0,
          "x ** -1.5 of abs 1e6 f64": 1.0, "x ** 0.75 of abs 1e6 f64": 1.0, "softplus 1e6 f64": 1.0}
assert _JAX.keys() == programs.PROGRAMS.keys()


def compared(name):
    """{"ours": seconds, "jax": seconds} of one program. Raises AssertionError where the two give other costs."""
    (run, arguments), (other, _) = programs.PROGRAMS[name](), _JAX[name]()
    # the same arrays for both: XLA copies one that does not start at a multiple of 64 bytes
    if "step" in name:
        np.testing.assert_allclose([run(*arguments) for _ in range(3)], [other(*arguments) for _ in range(3)], rtol=2e-4)
    return contest({"ours": lambda: run(*arguments), "jax": lambda: other(*arguments)}, seconds=2.0)


def real_theano(names):
    """{name: seconds} under the real Theano, {} where THEANO_PYTHON names none."""
    python = os.environ.get("THEANO_PYTHON")
    if not python:
        return {}
    done = subprocess.run([python, programs.__file__, *names], capture_output=True, text=True)
    if done.returncode:
        sys.exit("THEANO_PYTHON=%s failed:\n%s" % (python, done.stderr[-2000:]))
    return json.loads(done.stdout.splitlines()[-1])


def main(names=()):
    """Print the table of the programs whose names have one of `names` in them, or all; with '--conv' that of the forms of a convolution."""
    if "--conv" in names:
        return convolution.main()
    names = [n for n in programs.PROGRAMS if not names or any(part in n for part in names)]
    with jax.enable_x64(True):
        rows = {name: compared(name) for name in names}
    theano = real_theano(names)
    title = "Networks"
    print("\n%s\n%s" % (title, "-" * len(title)))
    print("%-32s %10s %10s %8s %6s %10s %8s" % ("workload", "ours ms", "jax ms", "ours/jax", "limit", "Theano ms", "ours/Th"))
    for name, t in rows.items():
        line = "%-32s %10.2f %10.2f %8.2f %6s" % (name, t["ours"] * 1e3, t["jax"] * 1e3, t["ours"] / t["jax"], LIMITS.get(name, ""))
        if name in theano:
            line += " %10.2f %8.2f" % (theano[name] * 1e3, t["ours"] / theano[name])
        print(line, flush=True)
