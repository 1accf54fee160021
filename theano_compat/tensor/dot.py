"""Products over shared dimensions: Dot, dot, tensordot, batched_dot, batched_tensordot, outer. BLAS ops are in `blas`."""
import numpy as np

from theano_compat import scalar
from theano_compat.graph import Apply, Op
from theano_compat.graph.utils import legacy_name
from theano_compat.printing.pretty import OperatorPrinter, register_printer
from theano_compat.scalar.device import runs_on_cpu
from theano_compat.tensor.constant import as_tensor_variable
from theano_compat.tensor.join import concatenate
from theano_compat.tensor.lowering import contract
from theano_compat.tensor.shape import patternbroadcast
from theano_compat.tensor.type import tensor_type

# The gradient of a narrow layer's weights, dot(x.T, g) with few columns in g, as dot(g.T, x).T on a CPU: of 600 x 784 and
# 600 x 10 it takes 0.4 of the time in float32 and 0.9 in float64; of 20 rows 0.65 and 0.9; of 600 x 100 0.6 and 0.5. With more
# columns, or as few as 50 rows in the result, nothing is gained; products that sum over the other sides lose (up to twice).
_FEW_COLUMNS = {"float32": 24, "float64": 12}
_MANY_ROWS = 100


def _better_from_the_other_side(x, y, dtype):
    return (x.ndim == y.ndim == 2 and x.shape[1] >= _MANY_ROWS and 1 < y.shape[1] <= _FEW_COLUMNS.get(dtype, 0)
            and runs_on_cpu())


def _check_shapes(node, x, y):
    """Theano's ValueError when the summed lengths differ: its words depend on which BLAS routine would have run."""
    if x.shape[-1] == y.shape[0]:
        return
    types = [v.type.dtype for v in node.inputs]
    if types[0] != types[1] or not types[0].startswith(("float", "complex")):
        raise ValueError("shapes %s and %s not aligned: %d (dim %d) != %d (dim 0)" % (
            _text(x.shape), _text(y.shape), x.shape[-1], x.ndim - 1, y.shape[0]))
    if x.ndim == y.ndim == 2:
        raise ValueError("Shape mismatch: x has %d cols (and %d rows) but y has %d rows (and %d cols)"
                         % (x.shape[1], x.shape[0], y.shape[0], y.shape[1]))
    raise ValueError("Shape mismatch: A.shape[1] != x.shape[0]")


def _text(shape):
    return "(%s,)" % shape[0] if len(shape) == 1 else "(%s)" % ",".join(map(str, shape))


@legacy_name("theano.tensor.basic")
class Dot(Op):
    """Matrix or vector product of two variables of one or two dimensions."""

    __props__ = ()

    def make_node(self, *inputs):
        inputs = list(map(as_tensor_variable, inputs))
        if len(inputs) != 2:
            raise TypeError("theano.tensor.Dot: 2 arguments required, %d given " % len(inputs))
        for i, x in enumerate(inputs):
            if x.ndim not in (1, 2):
                raise TypeError("theano.tensor.Dot: input %d (0-indexed) must have ndim of 1 or 2, %d given. "
                                "Consider calling theano.tensor.dot instead." % (i, x.ndim))
        bx, by = (x.type.broadcastable for x in inputs)
        pattern = bx[:-1] + (by[-1:] if len(by) == 2 else ())
        return Apply(self, inputs, [tensor_type(scalar.upcast(*[x.type.dtype for x in inputs]), pattern)()])

    def __str__(self):
        return "dot"

    def lower(self, node, x, y):
        _check_shapes(node, x, y)
        return contract(x, y, ((x.ndim - 1,), (0,)), node.outputs[0].type.dtype)

    def lower_turned(self, node, x, y, x_turned, y_turned):
        """`lower` for factors given before their transposition: XLA would copy the transpose of a large matrix."""
        _check_shapes(node, x.T if x_turned else x, y.T if y_turned else y)
        axes = ((0 if x_turned else x.ndim - 1,), (1 if y_turned else 0,))
        dtype = node.outputs[0].type.dtype
        if x_turned and not y_turned and _better_from_the_other_side(x, y, dtype):
            import jax
            # without the barrier XLA turns the factors back
            return jax.lax.optimization_barrier(contract(y, x, ((0,), (0,)), dtype)).T
        return contract(x, y, axes, dtype)

    def host(self, node, x, y):
        _check_shapes(node, x, y)
        return np.asarray(np.dot(x, y), dtype=node.outputs[0].type.dtype)

    def for_test_value(self, node, x, y):
        """The product of test values: by NumPy, as in Theano, whose words for lengths that differ are not those of BLAS."""
        return [np.asarray(np.dot(x, y), dtype=node.outputs[0].type.dtype)]

    def infer_shape(self, node, shapes):
        """Legacy name."""
        x, y = node.inputs
        return [tuple(shapes[0][:-1]) + tuple(shapes[1][1:] if y.ndim == 2 else ())]

    def grad(self, inputs, output_grads):
        x, y = inputs
        gz, = output_grads
        xdim, ydim = x.type.ndim, y.type.ndim
        if gz.type.ndim == 0:
            grads = gz * y, gz * x
        elif xdim == 1:
            grads = dot(gz, y.T), outer(x.T, gz)
        elif ydim == 1:
            grads = outer(gz, y.T), dot(x.T, gz)
        else:
            grads = dot(gz, y.T), dot(x.T, gz)
        grads = [g if g.broadcastable == v.broadcastable else patternbroadcast(g, v.broadcastable)
                 for g, v in zip(grads, inputs)]
        assert all("float" in g.dtype for g in grads)
        return grads

    def R_op(self, inputs, eval_points):
        return _bilinear_r_op(self, inputs, eval_points)


def _bilinear_r_op(op, inputs, eval_points):
    """The derivative of a product along a direction: each factor in turn replaced by its own derivative."""
    (x, y), (ex, ey) = inputs, eval_points
    terms = ([op(ex, y)] if ex is not None else []) + ([op(x, ey)] if ey is not None else [])
    if not terms:
        return [None]
    return [terms[0] + terms[1] if len(terms) == 2 else terms[0]]


_dot = Dot()
# U+2022 with the precedence and direction that Theano's printer uses
register_printer(_dot, OperatorPrinter("\\dot", -1, "left"))


def dot(a, b):
    """Matrix or vector product; with a scalar, the elementwise product; beyond two dimensions, as NumPy's dot."""
    a, b = as_tensor_variable(a), as_tensor_variable(b)
    if a.ndim == 0 or b.ndim == 0:
        return a * b
    if a.ndim > 2 or b.ndim > 2:
        return tensordot(a, b, [[a.ndim - 1], [np.maximum(0, b.ndim - 2)]])
    return _dot(a, b)


def _as_list(axes):
    try:
        return list(axes)
    except TypeError:
        return [axes]


def _tensordot_as_dot(a, b, axes, dot, batched):
    """tensordot as reshapes around `dot`, a product of matrices (of stacks of matrices when `batched`)."""
    a, b = as_tensor_variable(a), as_tensor_variable(b)
    if np.isscalar(axes):
        return _tensordot_of_trailing(a, b, int(axes), dot, batched)
    if len(axes) != 2:
        raise ValueError("Axes should be an integer or a list/tuple of len 2 (%s was provided)" % str(axes))
    axes = [_as_list(axes_) for axes_ in axes]
    if len(axes[0]) != len(axes[1]):
        raise ValueError("Axes elements must have the same length.")
    for i, (name, x) in enumerate((("a", a), ("b", b))):
        if len(axes[i]) > x.ndim:
            raise ValueError("axes[%i] should be array_like with length less than the dimensions of %s (%s.ndim=%i, "
                             "len(axes[0])=%i)." % (i, name, name, x.ndim, len(axes[i])))
        if len(axes[i]) > 0 and np.max(axes[i]) >= x.ndim:
            raise ValueError("axes[%i] contains dimensions greater than or equal to %s.ndim (%s.ndim=%i, max(axes[0])=%i)."
                             % (i, name, name, x.ndim, np.max(np.array(axes[i]))))
        if batched and 0 in axes[i]:
            raise ValueError("axes to sum over must not contain the batch axis (axes[%i]=%s)" % (i, axes[i]))
    batch = [0] if batched else []
    kept = [[d for d in range(x.ndim) if d not in axes[i] and d not in batch] for i, x in enumerate((a, b))]
    # summed dimensions last in a, first in b
    a = a.dimshuffle(batch + kept[0] + axes[0])
    b = b.dimshuffle(batch + axes[1] + kept[1])
    return _tensordot_of_trailing(a, b, len(axes[0]), dot, batched)


def _tensordot_of_trailing(a, b, axes, dot, batched):
    """tensordot over the last `axes` dimensions of `a` and the first of `b` (after the batch dimension)."""
    for name, x in (("a", a), ("b", b)):
        if axes > x.ndim:
            raise ValueError("axes can not be larger than the dimension of %s (%s.ndim=%i, axes=%i)"
                             % (name, name, x.ndim, axes))
        if batched and axes == x.ndim:
            raise ValueError("axes to sum over must not include the batch axis of %s (%s.ndim=%i, axes=%i)"
                             % (name, name, x.ndim, axes))
    batch = 1 if batched else 0
    a_out, b_out = slice(0, a.ndim - axes), slice(batch + axes, b.ndim)
    out_shape = concatenate([a.shape[a_out], b.shape[b_out]])
    out_pattern = a.broadcastable[a_out] + b.broadcastable[b_out]
    a_shape, b_shape = [1, 1], [1, 1]
    for i in range(axes):
        a_shape[1] *= a.shape[-(i + 1)]
        b_shape[0] *= b.shape[batch + i]
    for i in range(a.ndim - axes - batch):
        a_shape[0] *= a.shape[batch + i]
    for i in range(b.ndim - axes - batch):
        b_shape[1] *= b.shape[-(i + 1)]
    if batched:
        a_shape.insert(0, a.shape[0])
        b_shape.insert(0, b.shape[0])
    out = dot(a.reshape(a_shape), b.reshape(b_shape)).reshape(out_shape, len(out_pattern))
    return patternbroadcast(out, out_pattern)


def tensordot(a, b, axes=2):
    """Product summed over `axes`: a number (last of `a`, first of `b`) or a pair of lists.

    Raises ValueError for axes that do not fit.
    """
    return _tensordot_as_dot(a, b, axes, dot=dot, batched=False)


def outer(x, y):
    """Outer product of two vectors; anything else is flattened first."""
    if x.ndim != 1:
        x = x.flatten()
    if y.ndim != 1:
        y = y.flatten()
    return dot(x.dimshuffle(0, "x"), y.dimshuffle("x", 0))


def batched_dot(a, b):
    """`dot(a[i], b[i])` for every i; vectors count as scalars a batch. Raises TypeError for scalars."""
    from theano_compat.tensor.blas import batched_dot as batched_dot_op
    a, b = as_tensor_variable(a), as_tensor_variable(b)
    if a.ndim == 0:
        raise TypeError("a must have at least one (batch) axis")
    if b.ndim == 0:
        raise TypeError("b must have at least one (batch) axis")
    if a.ndim == 1:
        return a.dimshuffle(*([0] + ["x"] * (b.ndim - 1))) * b
    if b.ndim == 1:
        return a * b.dimshuffle(*([0] + ["x"] * (a.ndim - 1)))
    if a.ndim > 3 or b.ndim > 3:
        return batched_tensordot(a, b, [[a.ndim - 1], [np.maximum(1, b.ndim - 2)]])
    return batched_dot_op(a, b)


def batched_tensordot(x, y, axes=2):
    """`tensordot(x[i], y[i])` for every i; `axes` counts the batch dimension as 0."""
    return _tensordot_as_dot(x, y, axes, dot=batched_dot, batched=True)
