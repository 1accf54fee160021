"""What sizes known only at run time cost: a length found on the host, and a sum over a mask, against the same without and NumPy."""
import numpy as np

import theano
import theano.tensor as T
from tests.benchmarks.timing import contest

_LIMIT_US = 30


def _length():
    x, n = T.dvector("x"), T.lscalar("n")
    without = theano.function([x, n], [(x * 2).sum(), n + 1])
    within = theano.function([x, n], [(x[:n] * 2).sum(), n + 1])
    of_shape = theano.function([x, n], [(x[:T.minimum(n, x.shape[0])] * T.arange(T.minimum(n, x.shape[0]))).sum(), n + 1])
    v, k = np.arange(100.0), np.asarray(100)
    return contest({"without": lambda: without(v, k), "x[:n]": lambda: within(v, k), "of a shape": lambda: of_shape(v, k)})


def _mask(numbers, changing):
    x = T.dvector("x")
    f = theano.function([x], x[x > 0].sum())
    rng = np.random.RandomState(0)
    values = [rng.randn(numbers) for _ in range(3 if changing else 1)]
    turn = [0]

    def next_value():
        turn[0] += 1
        return values[turn[0] % len(values)]

    def twin():
        v = next_value()
        return v[v > 0].sum()

    np.testing.assert_allclose(f(values[0]), values[0][values[0] > 0].sum())
    return contest({"ours": lambda: f(next_value()), "numpy": twin})


def main():
    """Print the tables."""
    t = _length()
    print("\nA length found on the host\n--------------------------")
    for name in ("x[:n]", "of a shape"):
        print("%-44s %9.1f us over %9.1f us without; limit %d us over" % (
            name, (t[name] - t["without"]) * 1e6, t["without"] * 1e6, _LIMIT_US))
    print("\nx[x > 0].sum() against NumPy\n----------------------------")
    for numbers, changing in ((1000, False), (10 ** 6, False), (10 ** 6, True)):
        t = _mask(numbers, changing)
        print("%-44s %9.1f us %9.1f us %7.2f %7s" % (
            "%d numbers%s" % (numbers, ", another mask each call" if changing else ""),
            t["ours"] * 1e6, t["numpy"] * 1e6, t["ours"] / t["numpy"], 2))
