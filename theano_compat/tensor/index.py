"""Indexing: `getitem`, which says what `x[...]` becomes, and Subtensor, the op for integers and slices.

Arrays and masks as indices are in `advindex`, assignment in `incindex` and `advincindex`; index arithmetic in `slices`.
"""
from collections.abc import Iterable

import numpy as np

from theano_compat.config import config
from theano_compat.graph.null_type import DisconnectedType
from theano_compat.graph.op import Op
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Apply, Variable
from theano_compat.printing.pretty import register_printer
from theano_compat.printing.structure import SubtensorPrinter as SubtensorPrinter
from theano_compat.tensor import slices
from theano_compat.tensor.casting import discrete_dtypes
from theano_compat.tensor.constant import as_tensor_variable
from theano_compat.tensor.methods import _tensor_py_operators
from theano_compat.tensor.scalar_constant import NotScalarConstantError, get_scalar_constant_value
from theano_compat.tensor.slices import AdvancedBooleanIndexingError as AdvancedBooleanIndexingError
from theano_compat.tensor.slices import AdvancedIndexingError as AdvancedIndexingError
from theano_compat.tensor.slices import get_canonical_form_slice as get_canonical_form_slice
from theano_compat.tensor.slices import get_idx_list as get_idx_list
from theano_compat.tensor.slices import make_constant as make_constant
from theano_compat.tensor.type import tensor_type


@legacy_name("theano.tensor.subtensor")
class Subtensor(Op):
    """`x` at integers and slices. `idx_list` holds their types, one entry for each of the first dimensions.

    Running it raises IndexError for an integer out of bounds and ValueError for a step of zero.
    """

    moves_only = True
    e_indextype = "Invalid index type or slice for Subtensor"
    e_subslice = "nested slicing is not supported"
    view_map = {0: [0]}
    __props__ = ("idx_list",)

    # other ops and old code reach these through the class
    collapse = staticmethod(slices.collapse)
    convert = staticmethod(slices.index_type)
    my_as_scalar = staticmethod(slices.as_scalar_index)

    def __init__(self, idx_list):
        self.idx_list = tuple([slices.index_type(entry) for entry in idx_list])
        self._where = slices.places(self.idx_list, 1)

    def __setstate__(self, state):
        # a pickle that Theano wrote has the types only
        self.__dict__.update(state)
        self._where = slices.places(self.idx_list, 1)

    def __hash__(self):
        return hash((type(self), slices.idx_list_key(self.idx_list)))

    def __str__(self):
        return "%s{%s}" % (type(self).__name__, slices.idx_list_text(self.idx_list))

    @property
    def can_fail(self):
        """Whether an index may be out of bounds: slices never are."""
        return any(not isinstance(entry, slice) for entry in self.idx_list)

    def make_node(self, x, *inputs):
        x = as_tensor_variable(x)
        inputs = slices.check_index_inputs(self.idx_list, inputs, x.type.ndim)
        pattern = x.type.broadcastable
        if any(pattern[:len(self.idx_list)]):
            indices = self.get_constant_idx((None, *inputs), allow_partial=True)
            kept = [b and _takes_first(i) for i, b in zip(indices, pattern) if isinstance(i, slice)]
        else:
            kept = [False for entry in self.idx_list if isinstance(entry, slice)]
        out = tensor_type(x.type.dtype, (*kept, *pattern[len(self.idx_list):]))
        return Apply(self, [x, *inputs], [out()])

    def get_constant_idx(self, inputs, allow_partial=False, only_process_constants=False, elemwise=True):
        """The indices with constants as numbers, as a list.

        Raises NotScalarConstantError for one that is not constant; with `allow_partial` it stays a variable.
        """
        def number(entry):
            if entry is None:
                return None
            if isinstance(entry, slice):
                return slice(number(entry.start), number(entry.stop), number(entry.step))
            try:
                return get_scalar_constant_value(entry, only_process_constants=only_process_constants, elemwise=elemwise)
            except NotScalarConstantError:
                if allow_partial:
                    return entry
                raise
        return [number(entry) for entry in get_idx_list(inputs, self.idx_list)]

    # ---- running ----

    def unsafe_indices(self, node):
        """Where an index may be out of bounds: see compile.guards."""
        return slices.integer_places(self._where)

    def fact_inputs(self, node):
        return slices.slice_inputs(self._where), (0,)

    def facts(self, node, values, shapes):
        return slices.slice_facts(self._where, values, shapes[0])

    def lower(self, node, x, *indices, facts):
        return slices.read(x, slices.windows(node, self._where, (x, *indices), x.shape, facts))

    def host(self, node, x, *indices):
        index = slices.concrete_indices(self._where, (x, *indices))
        try:
            return np.asarray(np.asarray(x)[index])
        except IndexError:
            raise IndexError(slices.OUT_OF_BOUNDS) from None

    def perform(self, node, inputs, output_storage, params=None):
        output_storage[0][0] = self.host(node, *inputs)

    # ---- what is known about it ----

    def infer_shape(self, node, shapes):
        indices = get_idx_list(node.inputs, self.idx_list)
        lengths = [_length(entry, n) for entry, n in zip(indices, shapes[0]) if isinstance(entry, slice)]
        return [[*lengths, *shapes[0][len(indices):]]]

    def connection_pattern(self, node):
        return [[True], *[[False] for _ in node.inputs[1:]]]

    def grad(self, inputs, output_grads):
        x, *indices = inputs
        if x.dtype in discrete_dtypes:
            gx = x.zeros_like().astype(config.floatX)
        else:
            from theano_compat.tensor.incindex import IncSubtensor
            gx = IncSubtensor(self.idx_list)(x.zeros_like(), output_grads[0], *indices)
        return [gx, *[DisconnectedType()() for _ in indices]]

    def R_op(self, inputs, eval_points):
        return [None] if eval_points[0] is None else self(eval_points[0], *inputs[1:], return_list=True)


register_printer(Subtensor, SubtensorPrinter())


def _takes_first(index):
    """Whether a slice of a dimension of length 1 is known to take its one element."""
    start = index.start
    if isinstance(start, Variable) or (start is not None and start != 0):
        return False
    return index.stop is None or (not isinstance(index.stop, Variable) and bool(index.stop > 0))


def _length(index, n):
    """The symbolic length of a slice of a dimension of length `n`."""
    if index.start is None and index.stop is None and index.step is None:
        return n
    canonical = get_canonical_form_slice(index, n)[0]
    if isinstance(canonical.step, int) and canonical.step == 1:
        return canonical.stop - canonical.start
    return (canonical.stop - canonical.start - 1) // canonical.step + 1


# ---- x[...] ---------------------------------------------------------------------------------------------------------

_PYTHON_BOOLS = ("TensorType does not support Python bools for indexing, such as tensor[[True, False]]. To use a boolean mask, "
                 "convert the mask to a NumPy array first, e.g., tensor[numpy.array([True, False])].")


def getitem(x, args):
    """`x[args]`: Subtensor where integers, slices and None will do, else one of the advanced ops.

    Raises IndexError for too many indices, TypeError for what is no index.
    """
    if not isinstance(args, tuple) and not (isinstance(args, list) and any(isinstance(a, slice) for a in args)):
        args = (args,)
    args = make_constant([_int64_if_empty(a) for a in _without_ellipsis(args, x.ndim)])
    kind, axis = _kind_of_index(args)
    if kind == "basic":
        return _basic(x, args)
    from theano_compat.tensor import advindex
    if kind == "mask":
        return advindex.advanced_boolean_subtensor(x, *args)
    if axis is not None and isinstance(args[axis], (np.ndarray, list, _tensor_py_operators)):
        if all(_is_full(a) for i, a in enumerate(args) if i != axis):
            return advindex.take(x, args[axis], axis)
    return advindex.advanced_subtensor(x, *args)


def _without_ellipsis(args, ndim):
    """The indices with `...` replaced by the full slices that it stands for; checks their number."""
    used = sum([_dims_used(a) for a in args])
    if used > ndim:
        raise IndexError("too many indices for array")
    at = [i for i, a in enumerate(args) if a is Ellipsis]
    if len(at) > 1:
        raise IndexError("an index can only have a single Ellipsis (`...`)")
    if at:
        args = [*args[:at[0]], *[slice(None)] * (ndim - used), *args[at[0] + 1:]]
    return args


def _dims_used(arg):
    if arg is None or arg is Ellipsis:
        return 0
    if isinstance(arg, (int, slice)) and not isinstance(arg, bool):
        return 1
    if isinstance(arg, (np.ndarray, Variable)) and getattr(arg, "dtype", None) == "bool":
        return arg.ndim
    if _includes_bool(arg):
        raise TypeError(_PYTHON_BOOLS)
    return 1


def _includes_bool(arg):
    if isinstance(arg, (np.bool_, bool)) or getattr(arg, "dtype", None) == "bool":
        return True
    if isinstance(arg, (Variable, str, np.ndarray)) or not isinstance(arg, Iterable):
        return False
    return any(_includes_bool(element) for element in arg)


def _int64_if_empty(arg):
    """An empty list, tuple or array as an empty index; NumPy would make it float."""
    if (isinstance(arg, (tuple, list)) and len(arg) == 0) or (isinstance(arg, np.ndarray) and arg.size == 0):
        return np.array(arg, dtype="int64")
    return arg


def _kind_of_index(args):
    """("basic" | "arrays" | "mask", the place of the only index that is no integer, slice or None)."""
    axis, found = None, False
    for i, arg in enumerate(args):
        if arg is None:
            continue
        try:
            slices.index_type(arg)
        except AdvancedIndexingError:
            if found:
                return "arrays", None
            axis, found = i, True
        except AdvancedBooleanIndexingError:
            return "mask", None
    return ("arrays" if found else "basic"), axis


def _is_full(arg):
    return isinstance(arg, slice) and arg.start is None and arg.stop is None and arg.step is None


def _basic(x, args):
    if any(a is None for a in args):
        # Theano names only the dimensions that the index names: x[None] of a matrix is refused by DimShuffle
        kept = iter(range(len(args)))
        view = x.dimshuffle(["x" if a is None else next(kept) for a in args])
        args = tuple([slice(None) if a is None else a for a in args])
        return view if all(_is_full(a) for a in args) else _basic(view, args)
    return Subtensor(args)(x, *slices.collapse(args, lambda entry: isinstance(entry, Variable)))
