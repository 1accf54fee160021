"""Evenly spaced numbers: ARange, arange, mgrid, ogrid."""
import math

import numpy as np

from theano_compat import scalar
from theano_compat.config import config
from theano_compat.graph import Apply, Op
from theano_compat.graph.null_type import DisconnectedType
from theano_compat.graph.utils import legacy_name
from theano_compat.tensor.alloc import ones_like
from theano_compat.tensor.casting import discrete_dtypes, int_dtypes, uint_dtypes
from theano_compat.tensor.constant import as_tensor_variable
from theano_compat.tensor.type import tensor_type

_SMALL = 1024


@legacy_name("theano.tensor.basic")
class ARange(Op):
    """Numbers of `dtype` from start to before stop by step. How many is known before XLA, start and step need not be."""

    __props__ = ("dtype",)

    def __init__(self, dtype):
        self.dtype = dtype

    def make_node(self, start, stop, step):
        start, stop, step = map(as_tensor_variable, (start, stop, step))
        assert start.ndim == 0
        assert stop.ndim == 0
        assert step.ndim == 0
        return Apply(self, [start, stop, step], [tensor_type(self.dtype, (False,))()])

    def fact_inputs(self, node):
        return (0, 1, 2), ()

    def facts(self, node, values, shapes):
        start, stop, step = (np.asarray(v).item() for v in values)
        # the quotient of Python numbers: NumPy's rule for the length
        return (max(0, math.ceil((stop - start) / step)),)

    def lower(self, node, start, stop, step, facts):
        import jax.numpy as jnp
        length, = facts
        if isinstance(start, np.ndarray) and isinstance(step, np.ndarray):
            first, second = _first_two(start, step, self.dtype)
            if length <= _SMALL:
                return _fill(first, second, length)
        else:
            wide = "complex128" if self.dtype.startswith("complex") else "float64"
            wide = "int64" if start.dtype.kind in "iub" and step.dtype.kind in "iub" else wide
            start, step = jnp.asarray(start).astype(wide), jnp.asarray(step).astype(wide)
            first, second = start.astype(self.dtype), (start + step).astype(self.dtype)
        return _fill_traced(first, second, length).astype(self.dtype)

    def host(self, node, start, stop, step):
        return np.arange(np.asarray(start).item(), np.asarray(stop).item(), np.asarray(step).item(), dtype=self.dtype)

    def connection_pattern(self, node):
        return [[True], [False], [True]]

    def L_op(self, inputs, outputs, output_grads):
        start, stop, step = inputs
        gz, = output_grads
        if self.dtype in discrete_dtypes:
            return [start.zeros_like(dtype=config.floatX), DisconnectedType()(), step.zeros_like(dtype=config.floatX)]
        return [gz.sum(), DisconnectedType()(), (gz * arange(outputs[0].shape[0], dtype=self.dtype)).sum()]

    def R_op(self, inputs, eval_points):
        return [None]


def _first_two(start, step, dtype):
    start, step = start.item(), step.item()
    return np.asarray(start).astype(dtype), np.asarray(start + step).astype(dtype)


def _fill(first, second, length):
    """What NumPy does after it has the first two numbers."""
    dtype = first.dtype
    work = np.dtype("float32") if dtype == "float16" else dtype
    first, delta = first.astype(work), (second.astype(work) - first.astype(work))
    return (first + np.arange(length).astype(work) * delta).astype(dtype)


def _fill_traced(first, second, length):
    """`_fill` for traced numbers.

    NumPy rounds the product before it adds; XLA would contract the two into one rounding, so the product is made of
    parts whose contraction changes nothing.
    """
    import jax
    import jax.numpy as jnp
    if not first.dtype.name.startswith("float"):
        return first + jnp.arange(length).astype(first.dtype) * (second - first)
    work = "float64" if first.dtype == "float64" else "float32"
    first = jnp.asarray(first).astype(work)
    delta = (jnp.asarray(second).astype(work) - first).astype("float64")
    index = jnp.arange(length).astype("float64")
    if work == "float32":
        product = jax.lax.reduce_precision(index * delta, exponent_bits=8, mantissa_bits=23).astype(work)
    else:
        high = jax.lax.bitcast_convert_type(jax.lax.bitcast_convert_type(delta, jnp.int64) & ~((1 << 27) - 1), jnp.float64)
        product = index * high + index * (delta - high)
    return first + product


_arange = {}


def arange(start, stop=None, step=1, dtype=None):
    """Numbers from `start` (0 if only one argument is given) to before `stop` by `step`.

    Integers give 64 bits; otherwise the dtype is the arguments' common one, or NumPy's by `config.cast_policy`.
    """
    if stop is None:
        start, stop = 0, start
    start, stop, step = map(as_tensor_variable, (start, stop, step))
    if dtype is None:
        dtype = _dtype_of(start.type.dtype, stop.type.dtype, step.type.dtype)
    if dtype not in _arange:
        _arange[dtype] = ARange(dtype)
    return _arange[dtype](start, stop, step)


def _dtype_of(start, stop, step):
    dtype = scalar.upcast(start, stop, step)
    if dtype in int_dtypes:
        dtype = "int64"
    if dtype in uint_dtypes:
        dtype = "uint64"
    if config.cast_policy not in ("numpy", "numpy+floatX"):
        return dtype
    numpy_dtype = str(np.arange(np.array(0, start), np.array(1, stop), np.array(1, step)).dtype)
    if numpy_dtype != dtype:
        if (config.cast_policy == "numpy+floatX" and config.floatX == "float32" and numpy_dtype == "float64"
                and "float64" not in (start, stop, step)):
            return "float32"
        return numpy_dtype
    return dtype


class _nd_grid:
    """`mgrid[0:5, 0:3]`: one array of coordinates a dimension; `ogrid` (sparse) leaves them unstretched."""

    def __init__(self, sparse=False):
        self.sparse = sparse

    def __getitem__(self, *args):
        slices = args[0]
        ndim = len(slices)
        if any(isinstance(s.step, complex) for s in slices):
            raise NotImplementedError("Not implemented for slices whose step is complex")
        ranges = [arange(s.start or 0, s.stop, s.step or 1) for s in slices]
        ranges = [r.reshape((1,) * j + (r.shape[0],) + (1,) * (ndim - 1 - j)) for j, r in enumerate(ranges)]
        if self.sparse:
            return ranges
        stretched = [ones_like(r) for r in ranges]
        grids = []
        for i in range(ndim):
            grid = 1
            for j in range(ndim):
                grid = grid * (ranges[j] if j == i else stretched[j])
            grids.append(grid)
        return grids


mgrid = _nd_grid()
ogrid = _nd_grid(sparse=True)
