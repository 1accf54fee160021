"""Functions on whole tensors that NumPy has: cumulative sums, differences, repetition, squeezing, searching, windows.

The rest of `theano.tensor.extra_ops`: filled diagonals and one-hot rows are in `fills`, distinct elements, counts and flat
indices in `setops`. Sorting is in `sorting`.
"""
import numpy as np

from theano_compat.graph.op import Op
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Apply
from theano_compat.scalar.device import runs_on_cpu
from theano_compat.tensor.alloc import alloc
from theano_compat.tensor.casting import integer_dtypes
from theano_compat.tensor.constant import as_tensor_variable
from theano_compat.tensor.diag import ExtractDiag
from theano_compat.tensor.join import concatenate
from theano_compat.tensor.methods import tensor_function
from theano_compat.tensor.names_types import int_vector_types
from theano_compat.tensor.scalar_constant import NotScalarConstantError, get_scalar_constant_value
from theano_compat.tensor.type import tensor_type


@legacy_name("theano.tensor.extra_ops")
class CumOp(Op):
    """Cumulative sum or product (mode 'add', 'mul') along `axis`; None: of the flattened tensor. Same dtype as the input."""

    __props__ = ("axis", "mode")

    def __init__(self, axis=None, mode="add"):
        if mode not in ("add", "mul"):
            raise ValueError('%s: Unknown mode "%s"' % (type(self).__name__, mode))
        self.axis = axis
        self.mode = mode

    def make_node(self, x):
        x = as_tensor_variable(x)
        if self.axis is None:
            return Apply(self, [x], [tensor_type(x.type.dtype, (False,))()])
        if not -x.ndim <= self.axis < x.ndim:
            raise ValueError("axis(=%s) out of bounds" % (self.axis,))
        return Apply(self, [x], [x.type()])

    def __str__(self):
        return "%s{%s, %s}" % (type(self).__name__, self.axis, self.mode)

    def _accumulated(self, xp, node, x):
        function = xp.cumsum if self.mode == "add" else xp.cumprod
        if x.dtype == "bool":
            # of NumPy's sums only booleans do not stay what they are
            return function(x.astype("int64"), axis=self.axis).astype("bool")
        return function(x, axis=self.axis, dtype=x.dtype)

    def lower(self, node, x):
        import jax
        if runs_on_cpu() and x.dtype.kind in "fiu":
            return self._one_after_another(x)
        return self._accumulated(jax.numpy, node, x)

    def _one_after_another(self, x):
        """The result by a loop, which rounds in Theano's order.

        On a quiet CPU it takes 0.5 ms for columns of (1000, 1000) float32 and 1.6 for rows, 5 for a million in a vector; `jnp.cumsum` takes
        6, 6 and 8, and sums in the order of a tree.
        """
        import jax
        add = self.mode == "add"
        rows = x.ravel() if self.axis is None else jax.numpy.moveaxis(x, self.axis, 0)
        # minus zero leaves what is added to it, minus zero too, as it is
        start = jax.numpy.full(rows.shape[1:], (-0.0 if x.dtype.kind == "f" else 0) if add else 1, x.dtype)

        def step(total, row):
            total = total + row if add else total * row
            return total, total

        found = jax.lax.scan(step, start, rows)[1]
        return found if self.axis is None else jax.numpy.moveaxis(found, 0, self.axis)

    def host(self, node, x):
        return self._accumulated(np, node, np.asarray(x))

    def infer_shape(self, node, shapes):
        return [(tensor_function("prod")(shapes[0]),)] if self.axis is None else shapes

    def grad(self, inputs, output_grads):
        (x,), (g,) = inputs, output_grads
        if self.mode == "mul":
            g = cumprod(x, axis=self.axis) * g
        if self.axis is None:
            g = cumsum(g[::-1])[::-1].reshape(x.shape)
        else:
            backwards = [slice(None)] * g.ndim
            backwards[self.axis] = slice(None, None, -1)
            g = cumsum(g[tuple(backwards)], self.axis)[tuple(backwards)]
        return [g / x if self.mode == "mul" else g]


class CumsumOp:
    """The name by which pickles of older releases know a cumulative sum; gives a CumOp."""

    def __new__(cls, *args, **kwargs):
        return CumOp(*args, mode="add", **kwargs)


class CumprodOp:
    """The name by which pickles of older releases know a cumulative product; gives a CumOp."""

    def __new__(cls, *args, **kwargs):
        return CumOp(*args, mode="mul", **kwargs)


def cumsum(x, axis=None):
    """Cumulative sum along `axis`, or of the flattened tensor."""
    return CumOp(axis=axis, mode="add")(x)


def cumprod(x, axis=None):
    """Cumulative product along `axis`, or of the flattened tensor."""
    return CumOp(axis=axis, mode="mul")(x)


def squeeze(x):
    """`x` without its broadcastable dimensions."""
    return x.dimshuffle([i for i in range(x.ndim) if not x.broadcastable[i]])


def compress(condition, x, axis=None):
    """The slices of `x` along `axis` (None: elements) at which the vector `condition` is not zero."""
    return x.take(tensor_function("flatnonzero")(condition), axis=axis)


def trace(X):
    """Sum of the diagonal of a matrix."""
    return ExtractDiag()(X).sum()


@legacy_name("theano.tensor.extra_ops")
class RepeatOp(Op):
    """Each slice of `x` along `axis` (None: each element) repeated as often as `repeats` says for it."""

    __props__ = ("axis",)

    def __init__(self, axis=None):
        self.axis = axis

    def make_node(self, x, repeats):
        x, repeats = as_tensor_variable(x), as_tensor_variable(repeats)
        if repeats.dtype not in integer_dtypes:
            raise TypeError("repeats.dtype must be an integer.")
        if repeats.dtype == "uint64":
            raise TypeError("dtypes ('uint64',) are not supported by numpy.repeat for the 'repeats' parameter, ", repeats.dtype)
        if self.axis is None:
            return Apply(self, [x, repeats], [tensor_type(x.dtype, (False,))()])
        pattern = list(x.broadcastable)
        try:
            once = get_scalar_constant_value(repeats) == 1
        except NotScalarConstantError:
            once = False
        if not once:
            pattern[self.axis] = False
        return Apply(self, [x, repeats], [tensor_type(x.dtype, tuple(pattern))()])

    def fact_inputs(self, node):
        return (1,), (0,)

    def facts(self, node, values, shapes):
        length = int(np.prod(shapes[0])) if self.axis is None else shapes[0][self.axis]
        return (int(np.broadcast_to(values[1], (length,)).sum(dtype="int64")),)

    def lower(self, node, x, repeats, facts):
        import jax.numpy as jnp
        return jnp.repeat(jnp.asarray(x), jnp.asarray(repeats, "int64"), axis=self.axis, total_repeat_length=facts[0])

    def host(self, node, x, repeats):
        return np.repeat(x, np.asarray(repeats, "int64"), axis=self.axis)

    def connection_pattern(self, node):
        return [[True], [False]]

    def infer_shape(self, node, shapes):
        repeats = node.inputs[1]
        total = tensor_function("sum")(repeats, dtype="int64" if repeats.dtype in ("uint8", "uint16", "uint32") else None)
        shape = [tensor_function("prod")(shapes[0])] if self.axis is None else list(shapes[0])
        axis = self.axis or 0
        shape[axis] = total if repeats.ndim else shape[axis] * repeats
        return [shape]


def repeat(x, repeats, axis=None):
    """Each slice of `x` along `axis` (None: each element) `repeats` times; `repeats` is one number or one for each slice.

    Raises ValueError for `repeats` of more than one dimension or an axis that is not there.
    """
    repeats = as_tensor_variable(repeats)
    if repeats.ndim > 1:
        raise ValueError("The dimension of repeats should not exceed 1.")
    if repeats.ndim == 1 and not repeats.broadcastable[0]:
        return RepeatOp(axis=axis)(x, repeats)
    if repeats.ndim == 1:
        repeats = repeats[0]
    if x.dtype == "uint64":
        raise TypeError("theano.tensor.repeat don't support dtype uint64")
    if axis is None:
        axis, x = 0, x.flatten()
    elif axis >= x.ndim:
        raise ValueError("Axis should not exceed x.ndim-1.")
    elif axis < 0:
        axis += x.ndim
    # the copies go along a new dimension, which is then joined with the one repeated
    shape = [x.shape[i] for i in range(x.ndim)]
    wide = [*shape[:axis + 1], repeats, *shape[axis + 1:]]
    shape[axis] = shape[axis] * repeats
    order = [*range(axis + 1), "x", *range(axis + 1, x.ndim)]
    return alloc(x.dimshuffle(*order), *wide).reshape(shape)


@legacy_name("theano.tensor.extra_ops")
class SearchsortedOp(Op):
    """Where `v` would go into the sorted vector `x`: before ('left') or after ('right') equal elements."""

    __props__ = ("side",)

    def __init__(self, side="left"):
        if side not in ("left", "right"):
            raise ValueError("'%s' is an invalid value for keyword 'side'" % (side,))
        self.side = side

    def make_node(self, x, v, sorter=None):
        x, v = as_tensor_variable(x, ndim=1), as_tensor_variable(v)
        inputs = [x, v]
        if sorter is not None:
            sorter = as_tensor_variable(sorter, ndim=1)
            if sorter.type not in int_vector_types:
                raise TypeError("sorter must be an integer vector", sorter.type)
            inputs.append(sorter)
        return Apply(self, inputs, [v.type.clone(dtype="int64")()])

    def host(self, node, x, v, sorter=None):
        return np.asarray(np.searchsorted(x, v, side=self.side, sorter=sorter)).astype("int64")

    def lower(self, node, x, v, sorter=None):
        import jax.numpy as jnp
        common = np.promote_types(x.dtype, v.dtype)
        x, v = jnp.asarray(x, common), jnp.asarray(v, common)
        return jnp.searchsorted(x if sorter is None else x[sorter], v, side=self.side).astype("int64")

    def infer_shape(self, node, shapes):
        return [shapes[1]]

    def connection_pattern(self, node):
        return [[False]] * len(node.inputs)

    def grad(self, inputs, output_grads):
        from theano_compat.graph.null_type import grad_undefined
        return [grad_undefined(self, i, x, "searchsorted gives positions") if i == 2 else x.zeros_like(dtype="float64")
                for i, x in enumerate(inputs)]


def searchsorted(x, v, side="left", sorter=None):
    """Positions at which `v` would keep the vector `x` sorted; `sorter` is the order that sorts x."""
    return SearchsortedOp(side=side)(x, v) if sorter is None else SearchsortedOp(side=side)(x, v, sorter)


@legacy_name("theano.tensor.extra_ops")
class DiffOp(Op):
    """Differences of neighbours along `axis`, `n` times over."""

    __props__ = ("n", "axis")

    def __init__(self, n=1, axis=-1):
        self.n = n
        self.axis = axis
        if n == 0:
            self.view_map = {0: [0]}

    def make_node(self, x):
        x = as_tensor_variable(x)
        return Apply(self, [x], [x.type()])

    def lower(self, node, x):
        import jax.numpy as jnp
        return jnp.diff(jnp.asarray(x), n=self.n, axis=self.axis)

    def host(self, node, x):
        return np.diff(x, n=self.n, axis=self.axis)

    def infer_shape(self, node, shapes):
        shape = list(shapes[0])
        shape[self.axis] = shape[self.axis] - self.n
        return [shape]

    def grad(self, inputs, output_grads):
        g = output_grads[0]
        for _ in range(self.n):
            zero = [0.] if g.ndim == 1 else self._zeros_beside(g)
            g = concatenate([zero, g], self.axis) - concatenate([g, zero], self.axis)
        return [g]

    def _zeros_beside(self, g):
        shape = [g.shape[i] for i in range(g.ndim)]
        shape[self.axis] = 1
        return alloc(np.zeros((), g.dtype), *shape)


def diff(x, n=1, axis=-1):
    """Differences of neighbours along `axis`, `n` times over."""
    return DiffOp(n=n, axis=axis)(x)


@legacy_name("theano.tensor.extra_ops")
class Bartlett(Op):
    """The triangular window of `M` points, from 0 to 1 to 0; float64."""

    __props__ = ()

    def make_node(self, M):
        M = as_tensor_variable(M)
        if M.ndim != 0:
            raise TypeError("%s only works on scalar input" % type(self).__name__)
        if M.dtype not in integer_dtypes:
            raise TypeError("%s only works on integer input" % type(self).__name__)
        return Apply(self, [M], [tensor_type("float64", (False,))()])

    def fact_inputs(self, node):
        return (0,), ()

    def facts(self, node, values, shapes):
        return (int(values[0]),)

    def lower(self, node, M, facts):
        import jax.numpy as jnp
        return jnp.asarray(np.bartlett(facts[0]), dtype="float64")

    def host(self, node, M):
        return np.bartlett(int(M)).astype("float64")

    def infer_shape(self, node, shapes):
        return [[tensor_function("maximum")(node.inputs[0], 0)]]

    def grad(self, inputs, output_grads):
        from theano_compat.graph.null_type import grad_undefined
        return [grad_undefined(self, 0, inputs[0], "a number of points is an integer")]


bartlett_ = Bartlett()


def bartlett(M):
    """The triangular window of `M` points, from 0 to 1 to 0; empty for M below 1."""
    return bartlett_(M)


@legacy_name("theano.tensor.extra_ops")
class CpuContiguous(Op):
    """`x` itself. Theano puts its elements in order in memory, where XLA always keeps them."""

    __props__ = ()
    view_map = {0: [0]}

    def make_node(self, x):
        x = as_tensor_variable(x)
        return Apply(self, [x], [x.type()])

    def lower(self, node, x):
        return x

    def host(self, node, x):
        return np.ascontiguousarray(x).reshape(np.shape(x))

    def infer_shape(self, node, shapes):
        return [shapes[0]]

    def grad(self, inputs, output_grads):
        return [as_tensor_variable(output_grads[0])]


cpu_contiguous = CpuContiguous()
