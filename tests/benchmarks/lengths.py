"""Sentences of many lengths: a training step of a recurrent network over each of fifty lengths, against hand-written JAX.

The twin is compiled for each length (what `jax.jit` does with arguments as they come) and, second, padded to powers of two with a mask.
Seconds for the first pass over all lengths, with its compilations, and for one more.
"""
import time

import numpy as np

import theano
import theano.tensor as T

_WORDS, _WIDTH, _HIDDEN, _BATCH = 200, 32, 64, 16
_LENGTHS = [10 + (i * 23) % 50 for i in range(50)]
_SHAPES = [(_WORDS, _WIDTH), (_WIDTH, _HIDDEN), (_HIDDEN, _HIDDEN), (_HIDDEN, _WORDS)]


def _parameters():
    rng = np.random.RandomState(0)
    return [rng.uniform(-.1, .1, s).astype("float32") for s in _SHAPES]


def _sentences():
    rng = np.random.RandomState(1)
    return [(rng.randint(0, _WORDS, (n, _BATCH)), rng.randint(0, _WORDS, (n, _BATCH))) for n in _LENGTHS]


def _ours():
    shared = [theano.shared(p) for p in _parameters()]
    table, w, u, out = shared
    x, y = T.lmatrix(), T.lmatrix()
    before = T.dot(table[x], w)
    h, _ = theano.scan(lambda e, h: T.tanh(e + T.dot(h, u)), sequences=before, outputs_info=T.zeros((_BATCH, _HIDDEN), "float32"))
    rows = T.nnet.softmax(T.dot(h.reshape((h.shape[0] * h.shape[1], _HIDDEN)), out))
    cost = T.nnet.categorical_crossentropy(rows, y.flatten()).mean()
    return theano.function([x, y], cost, updates=[(p, p - np.float32(.1) * g) for p, g in zip(shared, T.grad(cost, shared))])


def _twin(masked):
    import jax
    import jax.numpy as jnp

    def cost_of(parameters, x, y, n):
        table, w, u, out = parameters
        mask = jnp.arange(x.shape[0]) < n

        def step(h, both):
            e, live = both
            new = jnp.tanh(e + h @ u)
            return (jnp.where(live, new, h) if masked else new), new

        _, h = jax.lax.scan(step, jnp.zeros((_BATCH, _HIDDEN), "float32"), (table[x] @ w, mask))
        rows = jax.nn.log_softmax(h @ out)
        picked = jnp.take_along_axis(rows, y[:, :, None], 2)[:, :, 0]
        return -jnp.where(mask[:, None], picked, 0).sum() / (n * _BATCH) if masked else -picked.mean()

    @jax.jit
    def jitted(parameters, x, y, n):
        cost, grads = jax.value_and_grad(cost_of)(parameters, x, y, n)
        return cost, [p - jnp.float32(.1) * g for p, g in zip(parameters, grads)]

    state = [_parameters()]

    def call(x, y):
        n = len(x)
        if masked:
            spare = ((0, (1 << (n - 1).bit_length()) - n), (0, 0))
            x, y = np.pad(x, spare), np.pad(y, spare)
        cost, state[0] = jitted(state[0], x.astype("int32"), y.astype("int32"), np.float32(n))
        return np.asarray(cost)
    return call


def _pass(call, sentences):
    start = time.perf_counter()
    costs = [float(call(x, y)) for x, y in sentences]
    return time.perf_counter() - start, costs


def main():
    """Print the table."""
    sentences = _sentences()
    print("\nA training step for each of fifty lengths, seconds\n--------------------------------------------------")
    print("%-34s %12s %12s %12s" % ("", "first pass", "another", "ms a call"))
    found = {}
    rivals = {"ours": _ours, "JAX, compiled for each length": lambda: _twin(False), "JAX, padded by hand": lambda: _twin(True)}
    for name, make in rivals.items():
        call = make()
        first, costs = _pass(call, sentences)
        again = min(_pass(call, sentences)[0] for _ in range(5))
        found[name] = first, again, costs
        print("%-34s %12.2f %12.3f %12.2f" % (name, first, again, again / len(sentences) * 1e3))
    np.testing.assert_allclose(found["ours"][2], found["JAX, padded by hand"][2], rtol=1e-3)
    for k, title in enumerate(("first pass", "another")):
        print("ours to JAX, %s: %.2f of one compiled for each length, %.2f of one padded by hand" % (
            title, *(found["ours"][k] / v[k] for name, v in found.items() if name != "ours")))
