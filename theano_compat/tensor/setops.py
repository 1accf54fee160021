"""Distinct elements, and flat indices to coordinates and back. Part of `theano.tensor.extra_ops`."""
import numpy as np

from theano_compat.graph.checks import check
from theano_compat.graph.op import Op
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Apply
from theano_compat.tensor.casting import int_dtypes
from theano_compat.tensor.constant import as_tensor_variable
from theano_compat.tensor.methods import tensor_function
from theano_compat.tensor.shape import get_vector_length
from theano_compat.tensor.type import tensor_type


@legacy_name("theano.tensor.extra_ops")
class Unique(Op):
    """The distinct elements of `x` (or slices along `axis`), sorted; on request where each came first, which of them each
    element is, and how often it is there.

    Runs on the host: how many there are depends on the data.
    """

    sized_by_data = True
    __props__ = ("return_index", "return_inverse", "return_counts", "axis")
    host_only = True

    def __init__(self, return_index=False, return_inverse=False, return_counts=False, axis=None):
        self.return_index = return_index
        self.return_inverse = return_inverse
        self.return_counts = return_counts
        self.axis = axis

    def __setstate__(self, state):
        # pickles of older releases know no axis
        self.__dict__.update({"axis": None, **state})

    def make_node(self, x):
        x = as_tensor_variable(x)
        pattern = [False]
        if self.axis is not None:
            if not -x.ndim <= self.axis < x.ndim:
                raise RuntimeError("Unique axis `%s` is outside of input ndim = %d." % (self.axis, x.ndim))
            pattern = list(x.broadcastable)
            pattern[self.axis] = False
        positions = [tensor_type("int64", (False,))() for wanted in self._wanted().values() if wanted]
        return Apply(self, [x], [tensor_type(x.dtype, tuple(pattern))(), *positions])

    def _wanted(self):
        return {"return_index": self.return_index, "return_inverse": self.return_inverse, "return_counts": self.return_counts}

    def perform(self, node, inputs, output_storage):
        """Legacy name: by NumPy into storage."""
        found = np.unique(inputs[0], axis=self.axis, **{name: bool(wanted) for name, wanted in self._wanted().items()})
        found = found if isinstance(found, tuple) else (found,)
        # NumPy 2 gives the inverse in the shape of x
        values = [found[0], *(np.asarray(positions, dtype="int64").reshape(-1) for positions in found[1:])]
        for storage, value in zip(output_storage, values):
            storage[0] = value

    def infer_shape(self, node, shapes):
        """Legacy name: the inverse has as many elements as `x`, or slices along `axis`; the rest takes the values."""
        found = [[out.shape[i] for i in range(out.ndim)] for out in node.outputs]
        if self.axis is not None:
            found[0] = [out if i == self.axis % len(shapes[0]) else n for i, (out, n) in enumerate(zip(found[0], shapes[0]))]
        if self.return_inverse:
            found[1 + bool(self.return_index)] = [tensor_function("prod")(shapes[0]) if self.axis is None else shapes[0][self.axis]]
        return found


def _as_integers(x):
    x = as_tensor_variable(x)
    if x.dtype not in int_dtypes:
        raise TypeError("'%s' object cannot be interpreted as an index" % x.dtype)
    return x


def _as_dims(dims):
    dims = _as_integers(dims)
    if dims.ndim != 1:
        raise TypeError("dims must be a 1D array")
    return dims


@legacy_name("theano.tensor.extra_ops")
class UnravelIndex(Op):
    """Coordinates in a tensor of shape `dims` of the elements at flat `indices`.

    As in Theano 1.0.5 `order` changes nothing: rows come first.
    """

    __props__ = ("ndim", "order")
    can_fail = True

    def __init__(self, ndim, order="C"):
        assert order in ("C", "F")
        if not isinstance(ndim, int) or ndim < 1:
            raise ValueError("ndim must be an integer greater than 0")
        self.ndim = int(ndim)
        self.order = order

    def make_node(self, indices, dims):
        indices, dims = _as_integers(indices), _as_dims(dims)
        return Apply(self, [indices, dims], [tensor_type("int64", (False,) * indices.ndim)() for _ in range(self.ndim)])

    def lower(self, node, indices, dims):
        import jax.numpy as jnp
        if dims.shape[0] != self.ndim:
            raise AssertionError("dims has %d elements, %d are needed" % (dims.shape[0], self.ndim))
        rest, dims = jnp.asarray(indices).astype("int64"), jnp.asarray(dims).astype("int64")
        check(jnp.all((rest >= 0) & (rest < jnp.prod(dims))), node, ValueError, "index is out of bounds for the dimensions given")
        coordinates = []
        for i in reversed(range(self.ndim)):
            length = jnp.maximum(dims[i], 1)
            coordinates.insert(0, rest % length)
            rest = rest // length
        return tuple(coordinates) if self.ndim > 1 else coordinates[0]

    def host(self, node, indices, dims):
        found = tuple(np.asarray(c, dtype="int64").copy() for c in np.unravel_index(indices, dims))
        return found if len(found) > 1 else found[0]

    def infer_shape(self, node, shapes):
        return [shapes[0]] * len(node.outputs)


def unravel_index(indices, dims, order="C", ndim=None):
    """A tuple of coordinates, each like `indices`, in a tensor of shape `dims`.

    `ndim`, the length of `dims`, is needed when it cannot be seen. As in Theano 1.0.5 `order` changes nothing.
    """
    if ndim is None:
        try:
            ndim = get_vector_length(dims)
        except ValueError:
            raise ValueError("The length of the provided dimension list (%s) cannot be automatically determined, so Theano is not "
                             "able to know what the number of dimensions of the unraveled index will be. You can provide the 'ndim' "
                             "keyword argument to 'unravel_index' to avoid this problem." % str(dims)) from None
    return tuple(UnravelIndex(ndim=ndim, order=order)(indices, dims, return_list=True))


@legacy_name("theano.tensor.extra_ops")
class RavelMultiIndex(Op):
    """Flat indices in a tensor of shape `dims`, the last input, of the elements at the coordinates before it."""

    __props__ = ("mode", "order")
    can_fail = True

    def __init__(self, mode="raise", order="C"):
        assert mode in ("raise", "wrap", "clip")
        assert order in ("C", "F")
        self.mode = mode
        self.order = order

    def make_node(self, *inp):
        multi_index = [_as_integers(i) for i in inp[:-1]]
        dims = _as_dims(inp[-1])
        return Apply(self, [*multi_index, dims], [tensor_type("int64", (False,) * multi_index[0].ndim)()])

    def lower(self, node, *values):
        import jax.numpy as jnp
        coordinates = [jnp.asarray(v).astype("int64") for v in values[:-1]]
        dims = jnp.asarray(values[-1]).astype("int64")
        if dims.shape[0] != len(coordinates):
            raise ValueError("parameter multi_index must be a sequence of length %d" % dims.shape[0])
        flat = jnp.zeros((), "int64")
        for i in range(len(coordinates)) if self.order == "C" else reversed(range(len(coordinates))):
            flat = flat * dims[i] + self._within(node, coordinates[i], dims[i])
        return flat

    def _within(self, node, coordinate, length):
        import jax.numpy as jnp
        if self.mode == "clip":
            return jnp.clip(coordinate, 0, length - 1)
        if self.mode == "wrap":
            return coordinate % jnp.maximum(length, 1)
        check(jnp.all((coordinate >= 0) & (coordinate < length)), node, ValueError, "invalid entry in coordinates array")
        return coordinate

    def host(self, node, *values):
        return np.asarray(np.ravel_multi_index(values[:-1], values[-1], mode=self.mode, order=self.order), dtype="int64")

    def infer_shape(self, node, shapes):
        return [shapes[0]]


def ravel_multi_index(multi_index, dims, mode="raise", order="C"):
    """Flat indices in a tensor of shape `dims` from a tuple of coordinates; `mode` 'raise', 'wrap' or 'clip' for those outside."""
    if not isinstance(multi_index, (tuple, list)):
        raise TypeError("multi_index must be a tuple or a list.")
    return RavelMultiIndex(mode=mode, order=order)(*multi_index, dims)


def bincount(x, weights=None, minlength=None, assert_nonneg=False):
    """How often each number from 0 to the largest in the integer vector `x` is there, or the sum of its `weights`.

    At least `minlength` numbers are counted. The counts have the dtype of `x`, unlike NumPy's.
    """
    if x.ndim != 1:
        raise TypeError("Inputs must be of dimension 1.")
    if assert_nonneg:
        x = tensor_function("opt.Assert")("Input to bincount has negative values!")(x, tensor_function("all")(x >= 0))
    length = (x.max() + 1).astype("int64")
    if minlength is not None:
        length = tensor_function("maximum")(length, minlength)
    counts = tensor_function("zeros")([length], dtype=(x if weights is None else weights).dtype)
    return tensor_function("advanced_inc_subtensor1")(counts, 1 if weights is None else weights, x)
