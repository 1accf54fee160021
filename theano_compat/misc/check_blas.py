"""How fast products of matrices are here: `python -m theano.misc.check_blas`.

Theano's program of this name compared BLAS libraries; products are XLA's now, so this says what XLA needs and, as a scale, what
NumPy needs for the same work in the same process.
"""
import os
import sys
import time
from optparse import OptionParser

import numpy as np

from theano_compat.compile import function, shared
from theano_compat.config import config
from theano_compat.tensor import dot


def execute(execute=True, verbose=True, M=2000, N=2000, K=2000, iters=10, order="C"):
    """Time `iters` updates of an M x K matrix: 0.8 * C + 0.4 * dot(A, B). Gives (seconds, what computed).

    `order`: layout of the matrices ('C' or 'F'). Without `execute` only the settings are printed, and seconds are 0.
    """
    if verbose:
        _print_settings()
    a = shared(np.ones((M, N), dtype=config.floatX, order=order))
    b = shared(np.ones((N, K), dtype=config.floatX, order=order))
    c = shared(np.ones((M, K), dtype=config.floatX, order=order))
    f = function([], updates=[(c, 0.4 * c + 0.8 * dot(a, b))])
    if not execute:
        return 0, _device()
    f()  # compiles
    c.set_value(np.ones((M, K), dtype=config.floatX))
    started = time.perf_counter()
    for _ in range(iters):
        f()
    return time.perf_counter() - started, _device()


def _device():
    import jax
    return f"XLA on {jax.devices()[0].device_kind}"


def _numpy_seconds(M, N, K, iters):
    a, b, c = (np.ones(shape, dtype=config.floatX) for shape in ((M, N), (N, K), (M, K)))
    started = time.perf_counter()
    for _ in range(iters):
        c = 0.4 * c + 0.8 * np.dot(a, b)
    return time.perf_counter() - started


def _print_settings():
    import jax
    print("Some flags:")
    for name in ("floatX", "device", "compiledir"):
        print(f"    {name}=", getattr(config, name))
    print("Some OS information:")
    for name in ("platform", "version", "prefix"):
        print(f"    sys.{name}=", getattr(sys, name))
    print("Some environment variables:")
    for name in ("MKL_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "XLA_FLAGS"):
        print(f"    {name}=", os.getenv(name))
    print("Versions: NumPy", np.__version__, "from", os.path.dirname(np.__file__), "- JAX", jax.__version__)


def jobman_job(state, channel):
    """The same as a job of the scheduler jobman, which gives sizes in `state` and gets `gemm_time` and `impl` back in it."""
    state.gemm_time, state.impl = execute()
    return channel.COMPLETE


def test():
    """One run with the defaults."""
    return execute()


parser = OptionParser(usage="%prog <options>\nTime products of matrices: C = 0.4 * C + 0.8 * dot(A, B)")
parser.add_option("-q", "--quiet", action="store_true", dest="quiet", default=False, help="print the time only")
parser.add_option("--print_only", action="store_true", dest="print_only", default=False, help="print the settings, time nothing")
for _letter, _what in (("M", "rows of A"), ("N", "columns of A"), ("K", "columns of B")):
    parser.add_option(f"-{_letter}", f"--{_letter}", action="store", dest=_letter, default=0, type="int", help=f"{_what} (2000)")
parser.add_option("--iter", action="store", dest="iter", default=10, type="int", help="how often (10)")
parser.add_option("--order", action="store", dest="order", default="C", help="layout of the matrices, C or F")
parser.add_option("-B", "--B", action="store", dest="B", default=0, type="int", help="one size for M, N and K")


def main(arguments=None):
    """The command line."""
    options, _ = parser.parse_args(arguments)
    M, N, K = (getattr(options, letter) or options.B or 2000 for letter in "MNK")
    seconds, what = execute(not options.print_only, not options.quiet, M=M, N=N, K=K, iters=options.iter, order=options.order)
    if options.print_only:
        return
    if options.quiet:
        print(seconds)
        return
    print(f"\n{options.iter} products of {M} x {N} and {N} x {K} in {config.floatX}:")
    for name, spent in ((what, seconds), ("NumPy", _numpy_seconds(M, N, K, options.iter))):
        print(f"    {spent:8.3f} s, {2 * M * N * K * options.iter / spent / 1e9:8.1f} Gflop/s: {name}")


if __name__ == "__main__":
    main()
