"""Where the largest element is: the ops MaxAndArgmax and Argmax. The functions over them are in `reduce`."""
import numpy as np

from theano_compat import scalar
from theano_compat.graph import Apply, Op
from theano_compat.graph.null_type import DisconnectedType
from theano_compat.graph.utils import legacy_name
from theano_compat.tensor.careduce import CAReduce
from theano_compat.tensor.constant import as_tensor_variable
from theano_compat.tensor.elemwise import DimShuffle
from theano_compat.tensor.names_elemwise import eq
from theano_compat.tensor.type import TensorType


def _reduced_last(xp, x, axes):
    """`x` with `axes` moved to the end and made one."""
    kept = tuple(i for i in range(x.ndim) if i not in axes)
    size = int(np.prod([x.shape[a] for a in axes], dtype="int64"))
    return xp.reshape(xp.transpose(x, kept + tuple(axes)), tuple(x.shape[i] for i in kept) + (size,))


def _check_not_empty(node, x, axes):
    """Theano's ValueError for a maximum of nothing: its words tell which of the outputs somebody uses."""
    empty = [a for a in axes if x.shape[a] == 0]
    if not empty:
        return
    used = [bool(getattr(out, "clients", True)) for out in node.outputs]
    if len(used) == 1 or used == [False, True]:
        raise ValueError("attempt to get argmax of an empty sequence")
    if used == [True, False]:
        raise ValueError("Input of CAReduce{maximum} has zero-size on axis %d" % empty[0])
    raise ValueError("zero-size array to reduction operation maximum which has no identity")


def _position(rows):
    """Where the maximum of each row is. XLA orders no complex numbers by position: look for the maximum itself."""
    import jax.numpy as jnp
    if jnp.iscomplexobj(rows):
        rows = rows == jnp.max(rows, -1, keepdims=True)
    return jnp.argmax(rows, -1).astype("int64")


@legacy_name("theano.tensor.basic")
class MaxAndArgmax(Op):
    """The maximum over a list of axes, and its position in those axes flattened together (int64)."""

    nin = 2
    nout = 2
    E_axis = "invalid axis"
    own_gradient = True  # all of it goes to each of the numbers that are the largest
    __props__ = ("axis",)

    def __init__(self, axis):
        assert isinstance(axis, list)
        self.axis = tuple(axis)

    def make_node(self, x):
        x = as_tensor_variable(x)
        kept = [b for i, b in enumerate(x.type.broadcastable) if i not in self.axis]
        outputs = [TensorType(x.type.dtype, kept)(name="max"), TensorType("int64", kept)(name="argmax")]
        return Apply(self, [x], outputs)

    def lower(self, node, x):
        import jax.numpy as jnp
        _check_not_empty(node, x, self.axis)
        rows = _reduced_last(jnp, x, self.axis)
        return jnp.max(rows, -1), _position(rows)

    def host(self, node, x):
        _check_not_empty(node, x, self.axis)
        rows = _reduced_last(np, np.asarray(x), self.axis)
        return np.asarray(np.max(rows, -1)), np.asarray(np.argmax(rows, -1), dtype="int64")

    def grad(self, inputs, output_grads):
        x = inputs[0]
        g_max, g_index = output_grads
        if isinstance(g_max.type, DisconnectedType):
            if isinstance(g_index.type, DisconnectedType):
                return [DisconnectedType()()]
            return [x.zeros_like()]
        # every element that equals the maximum gets the whole gradient
        largest = MaxAndArgmax(list(self.axis))(x)[0] if self.axis else CAReduce(scalar.maximum, ())(x)
        kept = iter(range(x.ndim))
        order = ["x" if i in self.axis else next(kept) for i in range(x.ndim)]
        g_max = DimShuffle(g_max.broadcastable, order)(g_max)
        largest = DimShuffle(largest.broadcastable, order)(largest)
        return [eq(largest, x) * g_max]

    def R_op(self, inputs, eval_points):
        point = eval_points[0]
        if point is None:
            return [None, None]
        if len(self.axis) != 1 or inputs[0].ndim != 2:
            return NotImplemented  # Theano refuses; ours is derived from the lowering
        from theano_compat.tensor.arange import arange
        where = MaxAndArgmax(list(self.axis))(*inputs)[1]
        if self.axis[0] == 0:
            return [point[where, arange(point.shape[1])], None]
        return [point[arange(point.shape[0]), where], None]


@legacy_name("theano.tensor.basic")
class Argmax(Op):
    """The position of the maximum over a tuple of axes, flattened together (int64)."""

    nin = 2
    nout = 1
    E_axis = "invalid axis"
    __props__ = ("axis",)

    def __init__(self, axis):
        self.axis = tuple(axis)

    def make_node(self, x, axis=None):
        x = as_tensor_variable(x)
        kept = [b for i, b in enumerate(x.type.broadcastable) if i not in self.axis]
        return Apply(self, [x], [TensorType("int64", kept)(name="argmax")])

    def lower(self, node, x):
        import jax.numpy as jnp
        _check_not_empty(node, x, self.axis)
        return _position(_reduced_last(jnp, x, self.axis))

    def host(self, node, x):
        _check_not_empty(node, x, self.axis)
        return np.asarray(np.argmax(_reduced_last(np, np.asarray(x), self.axis), -1), dtype="int64")

    def grad(self, inputs, output_grads):
        return [inputs[0].zeros_like()]
