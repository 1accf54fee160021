"""How long elementwise functions take: `python -m theano.misc.elemwise_time_test`."""
import time
from optparse import OptionParser

import numpy as np

from theano_compat import tensor
from theano_compat.compile import function

parser = OptionParser(usage="%prog <options>\nTime a cheap and a costly elementwise function of a vector")
parser.add_option("-N", "--N", action="store", dest="N", default=100000, type="int", help="length of the vector")
parser.add_option("--iters", "--iter", action="store", dest="iter", default=100, type="int", help="how often")
parser.add_option("--script", action="store_true", dest="script", default=False, help="print numbers only")


def evalTime(f, v, script=False, loops=1000):
    """The fastest of `loops` calls of `f(v)` in seconds; printed with the slowest, unless for a script."""
    f(v)  # compiles
    seconds = []
    for _ in range(loops):
        started = time.perf_counter()
        f(v)
        seconds.append(time.perf_counter() - started)
    if not script:
        print(f" fastest {min(seconds):.2e} s, slowest {max(seconds):.2e} s")
    return min(seconds)


def ElemwiseOpTime(N, script=False, loops=1000):
    """Time `x**2 + x**3 + x` and `sin(x)` of a vector of length N; gives both times."""
    x = tensor.vector("x")
    v = np.random.RandomState(0).rand(N).astype(x.dtype)
    found = []
    for name, expression in (("x**2 + x**3 + x", x**2 + x**3 + x), ("sin(x)", tensor.sin(x))):
        if not script:
            print(f"{name}, {N} numbers:")
        found.append(evalTime(function([x], expression), v, script=script, loops=loops))
    if script:
        print(*found)
    return tuple(found)


if __name__ == "__main__":
    options, _ = parser.parse_args()
    ElemwiseOpTime(options.N, script=options.script, loops=options.iter)
