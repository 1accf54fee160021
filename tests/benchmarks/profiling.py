"""What `profile=True` costs: a function of nodes that are timed one by one, against the one program it is otherwise."""
import numpy as np

import theano
import theano.tensor as T
from tests.benchmarks.timing import contest


def _network(size, profile):
    x, y = T.matrix("x"), T.ivector("y")
    rng = np.random.RandomState(0)
    layers = [theano.shared(rng.randn(size, size) / size ** 0.5, "w%d" % i) for i in range(2)]
    hidden = x
    for w in layers:
        hidden = T.tanh(T.dot(hidden, w))
    cost = T.nnet.categorical_crossentropy(T.nnet.softmax(hidden), y).mean()
    updates = [(w, w - 0.1 * g) for w, g in zip(layers, T.grad(cost, layers))]
    f = theano.function([x, y], cost, updates=updates, profile=profile)
    return lambda: f(rng.randn(64, size), np.arange(64, dtype="int32") % size)


def main():
    """Print the table."""
    print("\nprofile=True: a training step of two tanh layers, batch 64 (microseconds)")
    print("%-12s %12s %14s %22s %8s" % ("width", "one program", "calls timed", "every node timed", "ratio"))
    for size in (64, 512):
        with theano.config.change_flags(profiling__time_thunks=False):
            calls = _network(size, theano.ProfileStats(atexit_print=False))
        every = _network(size, theano.ProfileStats(atexit_print=False))
        t = contest({"plain": _network(size, None), "calls": calls, "every": every})
        print("%-12d %12.0f %14.0f %22.0f %8.2f" % (size, *(1e6 * t[k] for k in ("plain", "calls", "every")), t["every"] / t["plain"]))
