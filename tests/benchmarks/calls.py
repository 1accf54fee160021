"""What a call costs: tiny functions against `np.array(jit(f)(numpy))`."""
import jax
import numpy as np

import theano
import theano.tensor as T
from tests.benchmarks.timing import contest, show


def _pair(build, jax_fn, args):
    f = build()
    jitted = jax.jit(jax_fn)

    def other():
        with jax.enable_x64(True):
            return [np.array(v) for v in jitted(*args)]

    return contest({"ours": lambda: f(*args), "jax": other})


def _accumulator():
    state = theano.shared(0.0)
    inc = T.dscalar("inc")
    f = theano.function([inc], state, updates=[(state, state + inc)])
    jitted = jax.jit(lambda s, i: (s, s + i))
    with jax.enable_x64(True):
        box = [jax.numpy.asarray(0.0)]
    one = np.asarray(1.0)

    def other():
        with jax.enable_x64(True):
            old, box[0] = jitted(box[0], one)
            return np.array(old)

    return contest({"ours": lambda: f(1.0), "jax": other})


def main():
    """Print the table."""
    x, v = T.dscalar("x"), T.dvector("v")
    ten = T.dvectors(*["v%d" % i for i in range(10)])
    rows = []
    for name, build, jax_fn, args in [
            ("scalar", lambda: theano.function([x], [x * 2 + 1]), lambda a: [a * 2 + 1], [np.asarray(1.5)]),
            ("vector of 10", lambda: theano.function([v], [v * 2 + 1]), lambda a: [a * 2 + 1], [np.arange(10.0)]),
            ("ten vectors of 10", lambda: theano.function(ten, [sum(ten)]), lambda *a: [sum(a)],
             [np.arange(10.0)] * 10)]:
        t = _pair(build, jax_fn, args)
        rows.append((name, t["ours"], t["jax"], 1.5))
    t = _accumulator()
    rows.append(("accumulator with update", t["ours"], t["jax"], 1.5))
    show("Call overhead", rows)
