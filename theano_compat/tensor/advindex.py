"""Arrays and masks as indices: AdvancedSubtensor1 (a vector of rows), AdvancedSubtensor, AdvancedBooleanSubtensor, `take`.

Integers and slices are in `index`, assignment by such indices in `advincindex`.
"""
import numpy as np

from theano_compat.config import config
from theano_compat.graph.checks import check
from theano_compat.graph.null_type import DisconnectedType
from theano_compat.graph.op import Op
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Apply, Variable
from theano_compat.tensor import slices
from theano_compat.tensor.casting import complex_dtypes, discrete_dtypes, integer_dtypes
from theano_compat.tensor.constant import as_tensor_variable
from theano_compat.tensor.methods import tensor_function
from theano_compat.tensor.type import tensor_type
from theano_compat.tensor.type_other import NoneConst, NoneTypeT, SliceType, make_slice

_NO_MASKS = ("AdvancedSubtensor does not support boolean masks for indexing. Use AdvancedBooleanSubtensor instead. ")


# ---- building -------------------------------------------------------------------------------------------------------

def as_index_variable(idx):
    """One index of an advanced op as a variable: an array of integers or booleans, a slice, or None."""
    if idx is None:
        return NoneConst.clone()
    if isinstance(idx, slice):
        return make_slice(idx)
    if isinstance(idx, Variable) and isinstance(idx.type, (SliceType, NoneTypeT)):
        return idx
    idx = as_tensor_variable(idx)
    if idx.type.dtype not in discrete_dtypes:
        raise TypeError("index must be integers or a boolean mask")
    return idx


def adv_index_broadcastable_pattern(a, idx):
    """Which dimensions of `a[idx]` are known to have length 1: NumPy is asked, with small arrays in their place."""
    def stand_in(v):
        v = v.out if isinstance(v, Apply) else v
        if NoneConst.equals(v):
            return None
        if isinstance(v.type, SliceType):
            return slice(None)
        if v.dtype == "bool":
            return np.ones((2,) * v.ndim, "bool")
        return np.zeros((2,) * v.ndim, "int64")
    result = np.empty([2 - b for b in a.broadcastable])[tuple([stand_in(v) for v in idx])]
    return tuple([n == 1 for n in result.shape])


def refuse_masks(index):
    """Raise TypeError when there is a boolean in `index`, however deep in lists."""
    if isinstance(index, (np.bool_, bool)) or getattr(index, "dtype", None) == "bool":
        raise TypeError(_NO_MASKS)
    if isinstance(index, (tuple, list)):
        for element in index:
            refuse_masks(element)


def row_index(x, ilist):
    """`x` and `ilist`, the inputs of an op that takes rows, as variables. Raises TypeError when they do not fit."""
    x, ilist = as_tensor_variable(x), as_tensor_variable(ilist)
    if ilist.type.dtype not in integer_dtypes:
        raise TypeError("index must be integers")
    if ilist.type.ndim != 1:
        raise TypeError("index must be vector")
    if x.type.ndim == 0:
        raise TypeError("cannot index into a scalar")
    return x, ilist


def zeros_for_gradient(x):
    """Zeros like `x`, of a dtype that can hold a gradient. Raises NotImplementedError for complex `x`."""
    if x.dtype in discrete_dtypes:
        return x.zeros_like(dtype=config.floatX)
    if x.dtype in complex_dtypes:
        raise NotImplementedError("No support for complex grad yet")
    return x.zeros_like()


# ---- running --------------------------------------------------------------------------------------------------------

def as_positions(node, index, n, axis):
    """An array of indices, traced or not, as positions from 0 on; checked to lie within a dimension of length `n`."""
    import jax.numpy as jnp
    if slices.is_concrete(index):
        index = np.asarray(index).astype("int64")
        if not index.size:
            return index
    else:
        index = jnp.asarray(index).astype("int64")
    if index.size:
        ok = (index >= -n) & (index < n) if n else False
        check(ok.all() if n else False, node, IndexError, "index out of bounds for axis %d with size %d" % (axis, n))
    where = np.where if isinstance(index, np.ndarray) else jnp.where
    return where(index < 0, index + n, index)


def host_positions(index, n, of_axis=""):
    """NumPy indices as positions. Raises IndexError naming the first that is out of bounds, as NumPy does."""
    index = np.asarray(index)
    bad = (index < -n) | (index >= n)
    if bad.any():
        raise IndexError("index %d is out of bounds for %ssize %d" % (index[bad].flat[0], of_axis, n))
    index = index.astype("int64")
    return np.where(index < 0, index + n, index)


@legacy_name("theano.tensor.subtensor")
class AdvancedSubtensor1(Op):
    """The rows `ilist` (a vector of integers) of `x`. Running it raises IndexError for one out of bounds.

    `sparse_grad`: the gradient is a sparse matrix.
    """

    __props__ = ()
    can_fail = True

    def __init__(self, sparse_grad=False):
        self.sparse_grad = sparse_grad

    def make_node(self, x, ilist):
        x, ilist = row_index(x, ilist)
        pattern = ilist.broadcastable[0], *x.broadcastable[1:]
        return Apply(self, [x, ilist], [tensor_type(x.type.dtype, pattern)()])

    def unsafe_indices(self, node):
        """Where an index may be out of bounds: see compile.guards."""
        return [(0, 0, 1)]

    def lower(self, node, x, ilist):
        import jax.numpy as jnp
        return jnp.take(x, as_positions(node, ilist, x.shape[0], 0), axis=0, mode="clip")

    def host(self, node, x, ilist):
        return np.take(x, host_positions(ilist, len(x)), axis=0)

    def perform(self, node, inputs, output_storage, params=None):
        output_storage[0][0] = self.host(node, *inputs)

    def infer_shape(self, node, shapes):
        return [(*shapes[1], *shapes[0][1:])]

    def connection_pattern(self, node):
        return [[True], [False]]

    def grad(self, inputs, output_grads):
        (x, ilist), (gz,) = inputs, output_grads
        if self.sparse_grad:
            if x.type.ndim != 2:
                raise TypeError("AdvancedSubtensor1: you can't take the sparse grad from a tensor with ndim != 2. ndim is "
                                + str(x.type.ndim))
            from theano_compat.sparse import construct_sparse_from_list
            return [construct_sparse_from_list(x, gz, ilist), DisconnectedType()()]
        from theano_compat.tensor.advincindex import advanced_inc_subtensor1
        return [advanced_inc_subtensor1(zeros_for_gradient(x), gz, ilist), DisconnectedType()()]

    def R_op(self, inputs, eval_points):
        return [None] if eval_points[0] is None else self.make_node(eval_points[0], *inputs[1:]).outputs


advanced_subtensor1 = AdvancedSubtensor1()


def index_kinds(node, first):
    """What each index of a node is, from its input `first` on: "none", "slice", "mask" or "array"."""
    kinds = []
    for v in node.inputs[first:]:
        if isinstance(v.type, NoneTypeT):
            kinds.append("none")
        elif isinstance(v.type, SliceType):
            kinds.append("slice")
        else:
            kinds.append("mask" if v.type.dtype == "bool" else "array")
    return kinds


class MixedIndex:
    """How an op runs whose indices are its inputs from `first_index` on: arrays, masks, slices and None together."""

    first_index = 1

    def fact_inputs(self, node):
        wanted = [i for i, kind in enumerate(index_kinds(node, self.first_index), self.first_index)
                  if kind in ("slice", "mask")]
        return tuple(wanted), (0,)

    def facts(self, node, values, shapes):
        """For each index: (length, step) of a slice, the number of true elements of a mask, else None."""
        facts, axis = [], 0
        kinds = index_kinds(node, self.first_index)
        for kind, value in zip(kinds, values[self.first_index:]):
            if kind == "slice":
                bounds = plain_slice(value).indices(shapes[0][axis])
                facts.append((len(range(*bounds)), bounds[2]))
            elif kind == "mask":
                check_mask_shape(np.shape(value), shapes[0], axis)
                facts.append(int(np.count_nonzero(value)))
            else:
                facts.append(None)
            axis += {"none": 0, "mask": np.ndim(value)}.get(kind, 1)
        return tuple(facts)

    def resolved(self, node, shape, indices, facts):
        """(windows of the slices, index for NumPy or JAX in which a slice is full and masks are arrays of positions)."""
        import jax.numpy as jnp
        wins, entries, axis = [], [], 0
        for kind, value, fact in zip(index_kinds(node, self.first_index), indices, facts):
            if kind == "none":
                entries.append(None)
            elif kind == "slice":
                start = getattr(value, "start", None)  # no value at all where only shapes are wanted
                wins += slices.windows(node, ((0, None, None),), (start,), shape[axis:axis + 1], (fact,))
                entries.append(slice(None))
                axis += 1
            elif kind == "mask":
                if not np.ndim(value):
                    raise NotImplementedError("Assignment by a mask without dimensions mixed with other indices")
                entries += jnp.nonzero(jnp.asarray(value), size=fact)
                wins += [slices.Window(0, n, 1, False) for n in shape[axis:axis + np.ndim(value)]]
                axis += np.ndim(value)
            else:
                entries.append(as_positions(node, value, shape[axis], axis))
                wins.append(slices.Window(0, shape[axis], 1, False))
                axis += 1
        wins += [slices.Window(0, n, 1, False) for n in shape[axis:]]
        check_same_shape([e for e in entries if hasattr(e, "shape")])
        return wins, tuple(entries)

    def host_index(self, node, shape, indices):
        """The index for NumPy; raises Theano's IndexError where it does not fit an array of `shape`."""
        entries, axis = [], 0
        for kind, value in zip(index_kinds(node, self.first_index), indices):
            if kind == "array":
                value = host_positions(value, shape[axis], "axis %d with " % axis)
            elif kind == "mask":
                value = np.asarray(value)
                check_mask_shape(value.shape, shape, axis)
            elif kind == "slice":
                value = plain_slice(value)
            entries.append(value)
            axis += {"none": 0, "mask": np.ndim(value)}.get(kind, 1)
        check_same_shape([v for v, kind in zip(entries, index_kinds(node, self.first_index)) if kind == "array"])
        return tuple(entries)


def plain_slice(value):
    """A slice with its bounds, which may be arrays without dimensions, as ints."""
    return slice(*[None if b is None else int(b) for b in (value.start, value.stop, value.step)])


def check_mask_shape(mask_shape, shape, axis):
    """Raise IndexError when a mask that starts at `axis` has not the lengths of the array it indexes."""
    for d, n in enumerate(mask_shape, axis):
        if shape[d] != n:
            raise IndexError("boolean index did not match indexed array along dimension %d; dimension is %d but corresponding "
                             "boolean dimension is %d" % (d, shape[d], n))


def check_same_shape(arrays):
    """Raise IndexError when index arrays do not broadcast to one shape."""
    try:
        np.broadcast_shapes(*[np.shape(a) for a in arrays])
    except ValueError:
        raise IndexError("shape mismatch: indexing arrays could not be broadcast together with shapes %s "
                         % " ".join([str(np.shape(a)).replace(" ", "") for a in arrays])) from None


@legacy_name("theano.tensor.subtensor")
class BaseAdvancedSubtensor(MixedIndex, Op):
    """Common part of AdvancedSubtensor and AdvancedBooleanSubtensor: NumPy's indexing by arrays."""

    __props__ = ()

    def make_node(self, x, *index):
        x = as_tensor_variable(x)
        index = [as_index_variable(i) for i in index]
        return Apply(self, [x, *index], [tensor_type(x.type.dtype, adv_index_broadcastable_pattern(x, index))()])

    def host(self, node, x, *indices):
        x = np.asarray(x)
        return np.array(x[self.host_index(node, x.shape, indices)])

    def perform(self, node, inputs, output_storage, params=None):
        output_storage[0][0] = self.host(node, *inputs)

    def connection_pattern(self, node):
        return [[True], *[[False] for _ in node.inputs[1:]]]

    def R_op(self, inputs, eval_points):
        return [None] if eval_points[0] is None else self.make_node(eval_points[0], *inputs[1:]).outputs


@legacy_name("theano.tensor.subtensor")
class AdvancedSubtensor(BaseAdvancedSubtensor):
    """`x` at arrays of integers, mixed with slices and None. Running it raises IndexError for an index out of bounds."""

    can_fail = True

    def make_node(self, x, *index):
        refuse_masks(index)
        return BaseAdvancedSubtensor.make_node(self, x, *index)

    def lower(self, node, x, *indices, facts):
        import jax.numpy as jnp
        wins, entries = self.resolved(node, x.shape, indices, facts)
        return jnp.asarray(slices.read(x, wins)).at[entries].get(mode="promise_in_bounds")

    def infer_shape(self, node, shapes):
        # two vectors of indices into a matrix; the shape of anything else is found when the program runs
        if len(shapes) == 3 and len(shapes[0]) == 2 and all(s is not None and len(s) == 1 for s in shapes[1:]):
            return [shapes[2] if node.inputs[2].owner is None else shapes[1]]
        raise tensor_function("ShapeError")("case not implemented")

    def grad(self, inputs, output_grads):
        from theano_compat.tensor.advincindex import advanced_inc_subtensor
        x, *indices = inputs
        return [advanced_inc_subtensor(zeros_for_gradient(x), output_grads[0], *indices),
                *[DisconnectedType()() for _ in indices]]


advanced_subtensor = AdvancedSubtensor()


@legacy_name("theano.tensor.subtensor")
class AdvancedBooleanSubtensor(BaseAdvancedSubtensor):
    """`x` where a mask is true, mixed with other indices. How much that is only the data say: it runs in NumPy."""

    sized_by_data = True
    host_only = True

    def grad(self, inputs, output_grads):
        from theano_compat.tensor.advincindex import advanced_boolean_inc_subtensor
        x, *indices = inputs
        return [advanced_boolean_inc_subtensor(zeros_for_gradient(x), output_grads[0], *indices),
                *[DisconnectedType()() for _ in indices]]


advanced_boolean_subtensor = AdvancedBooleanSubtensor()


# ---- take -----------------------------------------------------------------------------------------------------------

def take(a, indices, axis=None, mode="raise"):
    """The elements `indices` of `a` along `axis` (None: of `a` flattened). `mode`: "raise", "clip" or "wrap"."""
    a, indices = as_tensor_variable(a), as_tensor_variable(indices)
    if indices.ndim == 1:
        return _take_rows(a, indices, axis, mode)
    if axis is None:
        shape, ndim = indices.shape, indices.ndim
    else:
        axis = axis + a.ndim if axis < 0 else axis
        parts = [indices.shape, a.shape[axis + 1:]]
        shape = tensor_function("concatenate")(parts if axis == 0 else [a.shape[:axis], *parts])
        ndim = a.ndim + indices.ndim - 1
    return take(a, indices.flatten(), axis, mode).reshape(shape, ndim)


def _take_rows(a, indices, axis, mode):
    if mode == "clip":
        indices = tensor_function("clip")(indices, 0, a.shape[axis] - 1)
    elif mode == "wrap":
        indices = indices % a.shape[axis]
    if axis is None:
        return advanced_subtensor1(a.flatten(), indices)
    if axis == 0:
        return advanced_subtensor1(a, indices)
    axis = axis + a.ndim if axis < 0 else axis
    assert axis >= 0
    # the axis is swapped to the front and back
    order = list(range(a.ndim))
    order[0], order[axis] = axis, 0
    return advanced_subtensor1(a.dimshuffle(order), indices).dimshuffle(order)
