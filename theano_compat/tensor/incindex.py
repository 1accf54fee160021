"""Assignment: `set_subtensor(x[...], y)`, `inc_subtensor(x[...], y)`, and IncSubtensor, the op for integers and slices.

Assignment at arrays and masks is in `advincindex`, indexing in `index` and `advindex`.
"""
import warnings

import numpy as np

from theano_compat.config import config
from theano_compat.graph.null_type import DisconnectedType
from theano_compat.graph.op import Op
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Apply
from theano_compat.scalar import casting
from theano_compat.tensor import advindex, slices
from theano_compat.tensor.casting import complex_dtypes, discrete_dtypes
from theano_compat.tensor.constant import as_tensor_variable
from theano_compat.tensor.elemwise import DimShuffle
from theano_compat.tensor.index import Subtensor
from theano_compat.tensor.methods import tensor_function

# ---- what all assignments share -------------------------------------------------------------------------------------

def sum_over_stretched(x, gx):
    """`gx` summed over the dimensions in which `x` was stretched, so that it fits `x`."""
    if gx.broadcastable == x.broadcastable:
        return gx
    added = gx.ndim - x.ndim
    stretched = [True] * added + list(x.broadcastable)
    axes = [d for d, (b, s) in enumerate(zip(gx.broadcastable, stretched)) if s and not b]
    gx = gx.sum(axis=axes, keepdims=True)
    return gx.dimshuffle(*range(added, gx.ndim)) if added else gx


def gradients(op, x, y, g_output, read, overwrite):
    """Gradients with respect to `x` and `y` of an assignment; `read(g)` indexes, `overwrite(g, zeros)` assigns zeros."""
    if x.dtype in discrete_dtypes:
        gy = y.zeros_like(dtype=config.floatX) if y.dtype in discrete_dtypes else y.zeros_like()
        return x.zeros_like(dtype=config.floatX), gy
    if x.dtype in complex_dtypes:
        raise NotImplementedError("No support for complex grad yet")
    gx = overwrite(g_output, tensor_function("zeros_like")(y)) if op.set_instead_of_inc else g_output
    return gx, sum_over_stretched(y, read(g_output))


def as_dtype(y, dtype):
    """`y` cast as C casts: what does not fit is cut, the imaginary part dropped."""
    if isinstance(y, (np.ndarray, np.generic)):
        return casting.as_dtype(np, y, str(np.dtype(dtype)))
    import jax.numpy as jnp
    return casting.as_dtype(jnp, y, str(np.dtype(dtype)))


def _shape_text(shape):
    return "(%s)" % ",".join(map(str, shape))


def stretched(y, shape, is_set, broadcast):
    """`y` broadcast to `shape`, that of what it is assigned to. Raises NumPy's ValueError when it does not fit."""
    if is_set:  # leading dimensions of length 1 too many are forgiven, as NumPy does
        while len(y.shape) > len(shape) and y.shape[0] == 1:
            y = y[0]
    if len(y.shape) > len(shape) or any(m not in (1, n) for m, n in zip(y.shape[::-1], shape[::-1])):
        if is_set:
            raise ValueError("could not broadcast input array from shape %s into shape %s"
                             % (_shape_text(y.shape), _shape_text(shape)))
        raise ValueError("operands could not be broadcast together with shapes %s %s %s "
                         % tuple([str(tuple(s)).replace(" ", "") for s in (shape, y.shape, shape)]))
    return y if tuple(y.shape) == tuple(shape) else broadcast(y, shape)


def nothing(dtype):
    """What can be added to any number of `dtype` and leaves it: minus zero, as zero added to minus zero is zero."""
    return -0.0 if np.issubdtype(dtype, np.inexact) else 0


def check_sum_fits(x_dtype, y, ndim):
    """The dtype in which `y` is added to an array of `ndim` dimensions. TypeError when NumPy refuses to cast the sum back, such
    as float to integer."""
    y_dtype = np.dtype(y.dtype)
    common = np.result_type(x_dtype, y_dtype)
    if ndim and not np.ndim(y) and y_dtype.kind in "iu" and np.dtype(x_dtype).kind in "iu":
        return np.dtype(x_dtype)  # NumPy of the time looked at a lone number's value, not at its dtype: it fits
    if not np.can_cast(common, x_dtype, "same_kind"):
        raise TypeError("Cannot cast ufunc add output from %r to %r with casting rule 'same_kind'" % (common, np.dtype(x_dtype)))
    return common


# ---- IncSubtensor ---------------------------------------------------------------------------------------------------

@legacy_name("theano.tensor.subtensor")
class IncSubtensor(Op):
    """`x` with `y` added (or, if `set_instead_of_inc`, put) at integers and slices; `idx_list` as in Subtensor.

    `inplace` is printed; where results are stored is XLA's business.
    """

    __props__ = ("idx_list", "inplace", "set_instead_of_inc")

    def __init__(self, idx_list, inplace=False, set_instead_of_inc=False, destroyhandler_tolerate_aliased=None):
        self.idx_list = [slices.index_type(entry) for entry in idx_list]
        self.inplace = inplace
        if inplace:
            self.destroy_map = {0: [0]}
        self.destroyhandler_tolerate_aliased = list(destroyhandler_tolerate_aliased or ())
        self.set_instead_of_inc = set_instead_of_inc
        self._where = slices.places(self.idx_list, 2)

    def __setstate__(self, state):
        # a pickle that Theano wrote has the types only
        self.__dict__.update(state)
        self._where = slices.places(self.idx_list, 2)

    def __hash__(self):
        return hash((type(self), slices.idx_list_key(self.idx_list), self.inplace, self.set_instead_of_inc))

    def __str__(self):
        return "%s{%s%s;%s}" % (type(self).__name__, "Inplace" if self.inplace else "",
                                "Set" if self.set_instead_of_inc else "Inc", slices.idx_list_text(self.idx_list))

    @property
    def moves_only(self):
        """Whether it puts, and does not add."""
        return self.set_instead_of_inc

    @property
    def adds_into_first(self):
        """Whether it adds."""
        return not self.set_instead_of_inc

    @property
    def can_fail(self):
        """Whether an index may be out of bounds: slices never are."""
        return any(not isinstance(entry, slice) for entry in self.idx_list)

    def make_node(self, x, y, *inputs):
        x, y = as_tensor_variable(x), as_tensor_variable(y)
        if y.ndim > x.ndim:
            raise ValueError("Trying to increment a %d-dimensional subtensor with a %d-dimensional value." % (x.ndim, y.ndim))
        inputs = slices.check_index_inputs(self.idx_list, inputs, x.type.ndim)
        return Apply(self, [x, y, *inputs], [x.type()])

    # ---- running ----

    def unsafe_indices(self, node):
        """Where an index may be out of bounds: see compile.guards."""
        return slices.integer_places(self._where)

    def fact_inputs(self, node):
        return slices.slice_inputs(self._where), (0,)

    def facts(self, node, values, shapes):
        return slices.slice_facts(self._where, values, shapes[0])

    def lower(self, node, x, y, *indices, facts):
        import jax.numpy as jnp
        wins = slices.windows(node, self._where, (x, y, *indices), x.shape, facts)
        shape = [w.length for w in wins if not w.dropped]
        common = x.dtype if self.set_instead_of_inc else check_sum_fits(x.dtype, y, len(shape))
        y = stretched(jnp.asarray(y), shape, self.set_instead_of_inc, jnp.broadcast_to)
        if self.set_instead_of_inc:
            return slices.written(x, as_dtype(y, x.dtype), wins, None, node)

        def added(old, y):
            return as_dtype(jnp.add(as_dtype(old, common), as_dtype(y, common)), x.dtype)
        return slices.written(x, y, wins, added, node)

    def host(self, node, x, y, *indices):
        x, y = np.array(x), np.asarray(y)
        index = slices.concrete_indices(self._where, (x, y, *indices))
        try:
            old = x[index]
        except IndexError:
            raise IndexError(slices.OUT_OF_BOUNDS) from None
        common = x.dtype if self.set_instead_of_inc else check_sum_fits(x.dtype, y, np.ndim(old))
        y = stretched(y, np.shape(old), self.set_instead_of_inc, np.broadcast_to)
        if not self.set_instead_of_inc:
            y = np.add(old, as_dtype(y, common))
        x[index] = as_dtype(y, x.dtype)
        return x

    def perform(self, node, inputs, output_storage, params=None):
        output_storage[0][0] = self.host(node, *inputs)

    # ---- what is known about it ----

    def infer_shape(self, node, shapes):
        return [shapes[0]]

    def connection_pattern(self, node):
        return [[True], [True], *[[False] for _ in node.inputs[2:]]]

    def grad(self, inputs, output_grads):
        x, y, *indices = inputs
        read = Subtensor(self.idx_list)
        gx, gy = gradients(self, x, y, output_grads[0], lambda g: read(g, *indices),
                           lambda g, zeros: set_subtensor(read(g, *indices), zeros))
        return [gx, gy, *[DisconnectedType()() for _ in indices]]

    def R_op(self, inputs, eval_points):
        if eval_points[0] is None or eval_points[1] is None:
            return [None]
        return self(eval_points[0], eval_points[1], *inputs[2:], return_list=True)


# ---- the functions --------------------------------------------------------------------------------------------------

_BUG_BEFORE_0_7 = (
    "Although your current code is fine, please note that earlier versions prior to 0.7 (or this development version) may have "
    "yielded an incorrect result in this `inc_subtensor` or `set_subtensor` operation. To remove this warning, you can either "
    "set the `warn.inc_set_subtensor1` config option to `False`, or `warn.ignore_bug_before` to at least \"0.7\".")


def set_subtensor(x, y, inplace=False, tolerate_inplace_aliasing=False):
    """The array that `x` is a part of, with that part overwritten by `y`: `set_subtensor(r[10:], 5)`."""
    return inc_subtensor(x, y, inplace, set_instead_of_inc=True, tolerate_inplace_aliasing=tolerate_inplace_aliasing)


def inc_subtensor(x, y, inplace=False, set_instead_of_inc=False, tolerate_inplace_aliasing=False):
    """The array that `x` is a part of, with `y` added to that part: `inc_subtensor(r[10:], 5)`.

    A row that is named twice by an array of indices is added to twice. Raises TypeError when `x` is not the result of
    indexing (perhaps transposed or reshaped), or has fewer dimensions than `y`.
    """
    x, y = as_tensor_variable(x), as_tensor_variable(y)
    if y.ndim > x.ndim:
        raise TypeError("Trying to increment a %d-dimensional subtensor with a %d-dimensional value." % (x.ndim, y.ndim))
    offset = x.ndim - y.ndim
    for dim in range(y.ndim):
        if x.broadcastable[dim + offset] and not y.broadcastable[dim]:
            y = tensor_function("addbroadcast")(y, dim)
    if not x.owner:
        raise TypeError("x must be the result of a subtensor operation")
    op, (whole, *indices) = x.owner.op, x.owner.inputs
    options = dict(inplace=inplace, set_instead_of_inc=set_instead_of_inc)
    if isinstance(op, Subtensor):
        aliased = [[0, 1]] if tolerate_inplace_aliasing else []
        return IncSubtensor(op.idx_list, destroyhandler_tolerate_aliased=aliased, **options)(whole, y, *indices)
    assigning = _advanced_counterpart(op)
    if assigning is not None:
        return assigning(**options)(whole, y, *indices)
    options["tolerate_inplace_aliasing"] = tolerate_inplace_aliasing
    if isinstance(op, DimShuffle):
        return _through_dimshuffle(op, whole, y, offset, options)
    if isinstance(op, tensor_function("Reshape")):
        return _through_reshape(x, whole, y, options)
    raise TypeError("x must be the result of a subtensor operation")


def _advanced_counterpart(op):
    from theano_compat.tensor import advincindex
    for reading, assigning in ((advindex.AdvancedSubtensor1, advincindex.AdvancedIncSubtensor1),
                               (advindex.AdvancedSubtensor, advincindex.AdvancedIncSubtensor),
                               (advindex.AdvancedBooleanSubtensor, advincindex.AdvancedBooleanIncSubtensor)):
        if isinstance(op, reading):
            return assigning
    return None


def _through_dimshuffle(op, inner, y, offset, options):
    """Assign to the array under a DimShuffle, `y` shuffled back, and shuffle the result."""
    order = ["x"] * len(op.new_order)
    for i, v in enumerate(op.new_order):
        if v != "x" and v >= offset:
            order[v - offset] = i
    if config.warn.inc_set_subtensor1 and order != ["x"] * offset + list(range(y.ndim)):
        warnings.warn(_BUG_BEFORE_0_7, stacklevel=4)
    return inc_subtensor(inner, y.dimshuffle(order), **options).dimshuffle(op.new_order)


def _through_reshape(x, inner, y, options):
    """Assign to the array under a Reshape: `y`, stretched to the reshaped form, is reshaped back."""
    flat = y
    if y.ndim > 0:
        flat = tensor_function("alloc")(y, *[x.shape[i] for i in range(x.ndim)]).reshape(inner.shape)
    if config.warn.inc_set_subtensor1 and inner.ndim > 1 and any(y.broadcastable):
        warnings.warn(_BUG_BEFORE_0_7, stacklevel=4)
    return inc_subtensor(inner, flat, **options)
