"""Assignment at arrays and masks: AdvancedIncSubtensor1, AdvancedIncSubtensor, AdvancedBooleanIncSubtensor.

`set_subtensor` and `inc_subtensor`, which build them, are in `incindex`.
"""
import numpy as np

from theano_compat.graph.checks import check
from theano_compat.graph.null_type import DisconnectedType
from theano_compat.graph.op import Op
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Apply
from theano_compat.tensor import slices
from theano_compat.tensor.advindex import (
    MixedIndex,
    advanced_boolean_subtensor,
    advanced_subtensor,
    advanced_subtensor1,
    as_positions,
    check_mask_shape,
    host_positions,
    index_kinds,
    refuse_masks,
    row_index,
)
from theano_compat.tensor.constant import as_tensor_variable
from theano_compat.tensor.incindex import as_dtype, gradients
from theano_compat.tensor.type import tensor_type

_NOT_BROADCASTABLE = "array is not broadcastable to correct shape"


def _fits(y_shape, shape):
    return len(y_shape) <= len(shape) and all(m in (1, n) for m, n in zip(y_shape[::-1], shape[::-1]))


def _scattered(x, y, entries, is_set):
    """`x` with `y` (of the dtype of `x`) put or added at `entries`, arrays of positions and full slices."""
    import jax
    import jax.numpy as jnp

    if not any(hasattr(e, "shape") for e in entries):  # all of `x`; a scatter of it, reversed, makes XLA end the process
        shape = [1 if e is None else next(lengths) for lengths in [iter(x.shape)] for e in entries]
        y = jnp.broadcast_to(y, [*shape, *x.shape[len(_of_axes(entries)):]]).reshape(x.shape)
        return y if is_set else x | y if x.dtype == bool else x + y

    def put(x, entries, y):
        return x.at[entries].set(y, mode="promise_in_bounds")
    if not is_set and x.dtype == bool:  # True + True is True, and adding False changes nothing
        return x.at[entries].max(y, mode="promise_in_bounds")
    if not is_set:
        return x.at[entries].add(y, mode="promise_in_bounds")
    arrays = [e for e in entries if hasattr(e, "shape")]
    if all(n == 1 for n in y.shape) or np.broadcast_shapes(*[e.shape for e in arrays]) in ((), (1,)):
        return put(x, entries, y)

    def put_last(x, entries, y):
        # XLA scatters in no particular order: of equal positions keep the one that NumPy, in order, would write last
        where = jnp.broadcast_arrays(*[e for e in entries if hasattr(e, "shape")])
        lengths = [n for n, e in zip(x.shape, _of_axes(entries)) if hasattr(e, "shape")]
        flat = jnp.ravel_multi_index(where, lengths, mode="clip").ravel()
        rank = jnp.arange(flat.size, dtype="int64")
        last = jnp.full(int(np.prod(lengths)), -1, dtype="int64").at[flat].max(rank)
        lost = (last[flat] != rank).reshape(where[0].shape)
        moved = iter([jnp.where(lost, n, w) for n, w in zip(lengths, where)])
        return x.at[tuple([next(moved) if hasattr(e, "shape") else e for e in entries])].set(y, mode="drop")
    return jax.lax.platform_dependent(x, [e for e in entries if hasattr(e, "shape")], y,
                                      cpu=_with_arrays(put, entries), default=_with_arrays(put_last, entries))


def _of_axes(entries):
    """One entry for each axis that is indexed: None indexes none."""
    return [e for e in entries if e is not None]


def _with_arrays(f, entries):
    """`f(x, entries, y)` as a function of `x`, the arrays among `entries`, and `y`."""
    def call(x, arrays, y):
        rest = iter(arrays)
        return f(x, tuple([next(rest) if hasattr(e, "shape") else e for e in entries]), y)
    return call


# ---- rows -----------------------------------------------------------------------------------------------------------

@legacy_name("theano.tensor.subtensor")
class AdvancedIncSubtensor1(Op):
    """`x` with `y` added (or put) at its rows `ilist`. A row named twice is added to twice; of two puts the last stays."""

    __props__ = ("inplace", "set_instead_of_inc")
    can_fail = True

    def __init__(self, inplace=False, set_instead_of_inc=False):
        self.inplace = bool(inplace)
        self.own_gradient = self.set_instead_of_inc = bool(set_instead_of_inc)  # of puts at one place Theano gives to all
        if inplace:
            self.destroy_map = {0: [0]}

    @property
    def adds_into_first(self):
        """Whether it adds."""
        return not self.set_instead_of_inc

    def clone_inplace(self):
        """This op, inplace."""
        return type(self)(inplace=True, set_instead_of_inc=self.set_instead_of_inc)

    def __str__(self):
        return "%s{%s,%s}" % (type(self).__name__, "inplace" if self.inplace else "no_inplace",
                              "set" if self.set_instead_of_inc else "inc")

    def make_node(self, x, y, ilist):
        y = as_tensor_variable(y)
        x, ilist = row_index(x, ilist)
        if y.type.ndim > x.type.ndim:
            raise TypeError("cannot %s x subtensor with ndim=%s by y with ndim=%s to x subtensor with ndim=%s "
                            % ("set" if self.set_instead_of_inc else "increment", x.type.ndim, y.type.ndim, "?"))
        return Apply(self, [x, y, ilist], [x.type()])

    def unsafe_indices(self, node):
        """Where an index may be out of bounds: see compile.guards."""
        return [(0, 0, 2)]

    def lower(self, node, x, y, ilist):
        import jax.numpy as jnp
        x, y = jnp.asarray(x), jnp.asarray(y)
        self._check_shape(x, y, ilist)
        return _scattered(x, as_dtype(y, x.dtype), (as_positions(node, ilist, x.shape[0], 0),), self.set_instead_of_inc)

    def _check_shape(self, x, y, ilist):
        if not _fits(y.shape, (*ilist.shape, *x.shape[1:])):
            raise ValueError(_NOT_BROADCASTABLE)

    def host(self, node, x, y, ilist):
        x, y, ilist = np.array(x), np.asarray(y), np.asarray(ilist)
        rows = host_positions(ilist, len(x), "axis 0 with ")
        self._check_shape(x, y, ilist)
        if self.set_instead_of_inc:
            x[rows] = as_dtype(y, x.dtype)
        else:
            np.add.at(x, rows, as_dtype(y, x.dtype))
        return x

    def perform(self, node, inputs, output_storage, params=None):
        output_storage[0][0] = self.host(node, *inputs)

    def infer_shape(self, node, shapes):
        return [shapes[0]]

    def connection_pattern(self, node):
        return [[True], [True], [False]]

    def grad(self, inputs, output_grads):
        x, y, ilist = inputs
        gx, gy = gradients(self, x, y, output_grads[0], lambda g: advanced_subtensor1(g, ilist),
                           lambda g, zeros: advanced_set_subtensor1(g, zeros, ilist))
        return [gx, gy, DisconnectedType()()]

    def R_op(self, inputs, eval_points):
        if None in eval_points[:2]:
            return [None]
        return self.make_node(eval_points[0], eval_points[1], *inputs[2:]).outputs


advanced_inc_subtensor1 = AdvancedIncSubtensor1()
advanced_set_subtensor1 = AdvancedIncSubtensor1(set_instead_of_inc=True)


# ---- any arrays -----------------------------------------------------------------------------------------------------

@legacy_name("theano.tensor.subtensor")
class BaseAdvancedIncSubtensor(MixedIndex, Op):
    """Common part of AdvancedIncSubtensor and AdvancedBooleanIncSubtensor: NumPy's assignment by arrays."""

    __props__ = ("inplace", "set_instead_of_inc")
    first_index = 2
    can_fail = True

    def __init__(self, inplace=False, set_instead_of_inc=False):
        assert isinstance(inplace, bool)
        self.inplace = inplace
        self.own_gradient = self.set_instead_of_inc = set_instead_of_inc
        if inplace:
            raise NotImplementedError("In place computation is not implemented")

    def __str__(self):
        return "%s{inplace=%s,  set_instead_of_inc=%s}" % (type(self).__name__, self.inplace, self.set_instead_of_inc)

    def make_node(self, x, y, *inputs):
        x, y = as_tensor_variable(x), as_tensor_variable(y)
        inputs = [as_tensor_variable(i) if isinstance(i, (list, tuple)) else i for i in inputs]
        return Apply(self, [x, y, *inputs], [tensor_type(x.type.dtype, x.type.broadcastable)()])

    def lower(self, node, x, y, *indices, facts):
        import jax
        import jax.numpy as jnp
        x, y = jnp.asarray(x), jnp.asarray(y)
        wins, entries = self.resolved(node, x.shape, indices, facts)
        part = slices.read(x, wins)
        shape = jax.eval_shape(lambda part: part.at[entries].get(mode="promise_in_bounds"), part).shape
        self._check_shape(y, shape)
        part = _scattered(part, as_dtype(y, x.dtype), entries, self.set_instead_of_inc)
        return slices.written(x, part, wins, None, node)

    def _check_shape(self, y, shape):
        if _fits(y.shape, shape):
            return
        if self.set_instead_of_inc:
            raise ValueError("shape mismatch: value array of shape %s could not be broadcast to indexing result of shape %s"
                             % tuple([str(tuple(s)).replace(" ", "") for s in (y.shape, shape)]))
        raise ValueError(_NOT_BROADCASTABLE)

    def host(self, node, x, y, *indices):
        x, y = np.array(x), np.asarray(y)
        index = self.host_index(node, x.shape, indices)
        self._check_shape(y, x[index].shape)
        if self.set_instead_of_inc:
            x[index] = as_dtype(y, x.dtype)
        else:
            np.add.at(x, index, as_dtype(y, x.dtype))
        return x

    def perform(self, node, inputs, output_storage, params=None):
        output_storage[0][0] = self.host(node, *inputs)

    def infer_shape(self, node, shapes):
        return [shapes[0]]

    def connection_pattern(self, node):
        return [[True], [True], *[[False] for _ in node.inputs[2:]]]

    def R_op(self, inputs, eval_points):
        if None in eval_points[:2]:
            return [None]
        return self.make_node(eval_points[0], eval_points[1], *inputs[2:]).outputs


@legacy_name("theano.tensor.subtensor")
class AdvancedIncSubtensor(BaseAdvancedIncSubtensor):
    """`x` with `y` added (or put) at arrays of integers, mixed with slices and None."""

    @property
    def adds_into_first(self):
        """Whether it adds."""
        return not self.set_instead_of_inc

    def make_node(self, x, y, *inputs):
        refuse_masks(inputs)
        return BaseAdvancedIncSubtensor.make_node(self, x, y, *inputs)

    def grad(self, inputs, output_grads):
        x, y, *indices = inputs
        gx, gy = gradients(self, x, y, output_grads[0], lambda g: advanced_subtensor(g, *indices),
                           lambda g, zeros: advanced_set_subtensor(g, zeros, *indices))
        return [gx, gy, *[DisconnectedType()() for _ in indices]]


advanced_inc_subtensor = AdvancedIncSubtensor()
advanced_set_subtensor = AdvancedIncSubtensor(set_instead_of_inc=True)


@legacy_name("theano.tensor.subtensor")
class AdvancedBooleanIncSubtensor(BaseAdvancedIncSubtensor):
    """`x` with `y` added (or put) where a mask is true, mixed with other indices."""

    def fact_inputs(self, node):
        # a mask alone needs no count: where it is true decides element by element
        return ((), ()) if index_kinds(node, 2) == ["mask"] else MixedIndex.fact_inputs(self, node)

    def facts(self, node, values, shapes):
        return () if index_kinds(node, 2) == ["mask"] else MixedIndex.facts(self, node, values, shapes)

    def lower(self, node, x, y, *indices, facts):
        import jax.numpy as jnp
        if facts == ():
            return self._where_true(node, jnp.asarray(x), jnp.asarray(y), jnp.asarray(indices[0]))
        return BaseAdvancedIncSubtensor.lower(self, node, x, y, *indices, facts=facts)

    def _where_true(self, node, x, y, mask):
        """Assignment at one mask over the first dimensions: the k-th true element takes the k-th of `y`."""
        import jax.numpy as jnp
        check_mask_shape(mask.shape, x.shape, 0)
        rest = x.shape[mask.ndim:]
        y = as_dtype(y, x.dtype)
        if y.ndim > len(rest) + 1 or not _fits(y.shape[1:] if y.ndim > len(rest) else y.shape, rest):
            self._check_shape(y, (1, *rest))
        if y.ndim > len(rest) and y.shape[0] != 1:
            check(jnp.count_nonzero(mask) == len(y), node, ValueError, self._miscounted("?", len(y)))
            rank = jnp.cumsum(mask.ravel().astype("int64")) - 1
            y = jnp.take(y, rank, axis=0, mode="clip").reshape(mask.shape + y.shape[1:]) if len(y) else jnp.zeros_like(x)
        elif y.ndim > len(rest):
            y = y[0]
        new = y if self.set_instead_of_inc else jnp.add(x, y)
        return jnp.where(mask.reshape(mask.shape + (1,) * len(rest)), new, x)

    def _miscounted(self, expected, given):
        if not self.set_instead_of_inc:
            return _NOT_BROADCASTABLE
        return ("NumPy boolean array indexing assignment cannot assign %s input values to the %s output values where the mask "
                "is true" % (given, expected))

    def host(self, node, x, y, *indices):
        # one mask of all elements: NumPy has words of its own for the wrong number of values
        if len(indices) == 1 and np.ndim(indices[0]) == np.ndim(x) and np.ndim(y) == 1 and np.shape(x) == np.shape(indices[0]):
            expected = np.count_nonzero(indices[0])
            if len(y) not in (1, expected):
                raise ValueError(self._miscounted(expected, len(y)))
        return BaseAdvancedIncSubtensor.host(self, node, x, y, *indices)

    def grad(self, inputs, output_grads):
        x, y, *indices = inputs
        # Theano's gradient of putting at a mask asks for an op that takes no masks; this one takes them
        gx, gy = gradients(self, x, y, output_grads[0], lambda g: advanced_boolean_subtensor(g, *indices),
                           lambda g, zeros: advanced_boolean_set_subtensor(g, zeros, *indices))
        return [gx, gy, *[DisconnectedType()() for _ in indices]]


advanced_boolean_inc_subtensor = AdvancedBooleanIncSubtensor()
advanced_boolean_set_subtensor = AdvancedBooleanIncSubtensor(set_instead_of_inc=True)
