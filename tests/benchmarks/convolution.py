"""Every form of every direction of a convolution, by size and dtype: what `conv_lowering.choose` is decided by."""
import jax
import jax.numpy as jnp
import numpy as np

from tests.benchmarks.timing import contest
from theano_compat.tensor.nnet import conv_lowering
from theano_compat.tensor.nnet.conv_lowering import Plan

_SIZES = {
    "LeNet layer 1": ((100, 1, 28, 28), (20, 1, 5, 5), 0),
    "LeNet layer 2": ((100, 20, 12, 12), (50, 20, 5, 5), 0),
    "RGB 3x3": ((64, 3, 32, 32), (32, 3, 3, 3), 1),
    "32 channels 3x3": ((32, 32, 16, 16), (32, 32, 3, 3), 1),
    "64 channels 3x3": ((16, 64, 16, 16), (64, 64, 3, 3), 1),
    "128 channels 3x3": ((8, 128, 28, 28), (128, 128, 3, 3), 1),
    "1x1, 64 channels": ((32, 64, 16, 16), (64, 64, 1, 1), 0),
    "11x11": ((8, 3, 64, 64), (16, 3, 11, 11), 0),
    "3-d, 3x3x3": ((4, 3, 16, 16, 16), (8, 3, 3, 3, 3), 0),
}


def _cases(x_shape, w_shape, pad, dtype):
    rng, n = np.random.RandomState(0), len(x_shape) - 2
    plan = Plan(((pad, pad),) * n, (1,) * n, (1,) * n)
    places = conv_lowering.output_extent(plan, x_shape[2:], w_shape[2:])
    x, w, g = (jnp.asarray(rng.randn(*s), dtype) for s in (x_shape, w_shape, (x_shape[0], w_shape[0], *places)))
    return plan, {"forward": lambda form: (lambda x, w: form(x, w, plan), x, w),
                  "weights": lambda form: (lambda x, g: form(x, g, w_shape, plan), x, g),
                  "inputs": lambda form: (lambda w, g: form(w, g, x_shape, plan), w, g)}


def _runner(function, a, b):
    jitted = jax.jit(function)
    return lambda: jax.block_until_ready(jitted(a, b))


def main():
    """Print the table; the form that is chosen has a star."""
    names = ("xla", "columns")
    print("\nConvolution (ms; * is chosen)\n%-18s %-8s %-8s" % ("size", "dtype", "direction"), *("%11s" % n for n in names))
    with jax.enable_x64(True):
        for size, (x_shape, w_shape, pad) in _SIZES.items():
            for dtype in ("float32", "float64"):
                plan, cases = _cases(x_shape, w_shape, pad, dtype)
                for direction, case in cases.items():
                    times = contest({n: _runner(*case(conv_lowering.FORMS[direction][n])) for n in names}, seconds=0.4)
                    chosen = conv_lowering.choose(direction, x_shape, w_shape, np.dtype(dtype), plan)
                    shown = ("%10.2f%s" % (times[n] * 1e3, "*" if n == chosen else " ") for n in names)
                    print("%-18s %-8s %-8s" % (size, dtype, direction), *shown, flush=True)
