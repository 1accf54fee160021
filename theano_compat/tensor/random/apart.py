"""Draws taken apart: numbers that depend on no argument, drawn on the host, and what the arguments make of them, in XLA.

A loop whose draws take their arguments from its state can so be drawn for before it runs (control/scan_record.py). The numbers are
those of NumPy's generator bit for bit; where that cannot be promised a condition fails, and the loop runs step by step.
"""
import numpy as np

from theano_compat.graph import Apply, Constant, Op
from theano_compat.graph.checks import check
from theano_compat.tensor.random.function import RandomFunction

_RAW = {"uniform": "uniform", "normal": "normal", "binomial": "uniform"}
_NEAR = 2.0 ** -49


class DrawAgain(Exception):
    """A number that has to be drawn with its arguments known."""


class Made(Op):
    """The numbers of a draw by `fn` of raw numbers (uniform or Gaussian) and its two arguments. Dtype and pattern of `outtype`."""

    __props__ = ("fn", "outtype")

    def __init__(self, fn, outtype):
        self.fn = fn
        self.outtype = outtype

    def make_node(self, raw, first, second):
        return Apply(self, [raw, first, second], [self.outtype()])

    def lower(self, node, raw, first, second):
        """The formulas of NumPy's legacy generator, each operation rounded by itself."""
        import jax.numpy as jnp
        first, second = (jnp.broadcast_to(jnp.asarray(v).astype("float64"), raw.shape) for v in (first, second))
        made, ok = getattr(self, "_" + self.fn)(raw, first, second)
        check(jnp.all(ok), node, DrawAgain, "draw with the arguments known")
        dtype = self.outtype.dtype
        # as RandomFunction: floats wrap into integers by way of int64
        return (made.astype("int64") if np.dtype(dtype).kind in "iu" else made).astype(dtype)

    def _uniform(self, raw, low, high):
        import jax.numpy as jnp
        return low + _rounded((high - low) * raw), jnp.isfinite(high - low)

    def _normal(self, raw, mean, std):
        import jax.numpy as jnp
        return mean + _rounded(std * raw), ~jnp.signbit(std) & ~jnp.isnan(std)

    def _binomial(self, raw, n, p):
        import jax.numpy as jnp
        # one trial: NumPy asks whether a uniform number is above the chance of the likelier outcome, which it takes by way of a
        # logarithm; p = 0 draws nothing
        q = jnp.where(p <= .5, 1 - p, p)
        above = raw > q
        ok = (p > 0) & (p <= 1) & (jnp.abs(raw - q) > _NEAR) & (raw < 1 - _NEAR)
        return jnp.where(p <= .5, above, ~above).astype("float64"), ok


def _rounded(product):
    """A product that the compiler does not fuse with a sum, for there is a choice between; NumPy rounds both."""
    import jax.numpy as jnp
    return jnp.where(product == product, product, 0)


def take_apart(fgraph):
    """Replace draws in `fgraph` by raw draws and Made; whether there was one to replace."""
    found = False
    for node in fgraph.toposort():
        op = node.op
        if not (type(op) is RandomFunction and op.fn in _RAW and op.ndim_added == 0 and len(node.inputs) == 4):
            continue
        rng, size, first, second = node.inputs
        if op.fn == "binomial" and not (isinstance(first, Constant) and first.data.ndim == 0 and first.data == 1):
            continue
        if (isinstance(size, Constant) and size.data.size == 0) != (op.outtype.ndim == 0):
            continue  # a size that the arguments decide
        raw = RandomFunction(_RAW[op.fn], type(op.outtype)("float64", op.outtype.broadcastable))
        moved, numbers = raw(rng, size, np.float64(0), np.float64(1), return_list=True)
        fgraph.replace_all([(node.outputs[0], moved), (node.outputs[1], Made(op.fn, op.outtype)(numbers, first, second))],
                           reason="apart")
        found = True
    return found
