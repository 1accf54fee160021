"""What a variable is worth when that can be seen in the graph: `get_scalar_constant_value`."""
import numpy as np

from theano_compat import scalar
from theano_compat.config import config
from theano_compat.graph.type import Type
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Constant
from theano_compat.tensor.casting import ScalarFromTensor, TensorFromScalar
from theano_compat.tensor.constant import TensorConstant, as_tensor_variable
from theano_compat.tensor.elemwise import DimShuffle, Elemwise


@legacy_name("theano.tensor.basic")
class NotScalarConstantError(Exception):
    """A variable is not known to be one number."""


@legacy_name("theano.tensor.basic")
class EmptyConstantError(NotScalarConstantError):
    """A constant has no elements."""


# scalar ops that are computed on the way
get_scalar_constant_value_elemwises = (
    scalar.Cast, scalar.Switch, scalar.NEQ, scalar.EQ, scalar.LT, scalar.GT, scalar.LE, scalar.GE, scalar.Sub, scalar.Add,
    scalar.Mod, scalar.Mul, scalar.IntDiv, scalar.TrueDiv, scalar.Minimum, scalar.Maximum)
# ops (by name, they live in rooms above) whose first input has the value of the output
_TRANSPARENT = {"Alloc", "Rebroadcast", "OutputGuard", "DeepCopyOp"}


def numpy_scalar(data):
    """`data` if it is one number. Raises EmptyConstantError or NotScalarConstantError."""
    if data.ndim > 0 and max(data.shape) == 0:
        raise EmptyConstantError()
    try:
        complex(data)
        return data
    except Exception:
        raise NotScalarConstantError("v.data is non-numeric, non-scalar, or has more than one unique value", data) from None


class _Dig:
    """One search: how deep it may go, and whether Elemwise nodes are computed."""

    def __init__(self, elemwise, only_process_constants, max_recur):
        self.elemwise = elemwise
        self.only_constants = only_process_constants
        self.left = max_recur

    def inner(self, v):
        """The value of an input, by a search of its own with the depth that is left."""
        return get_scalar_constant_value(v, max_recur=self.left)

    def value(self, v):
        start = v
        while True:
            if v is None:
                raise NotScalarConstantError()
            if isinstance(v, (np.integer, int, float)):
                return np.asarray(v)
            if isinstance(v, np.ndarray):
                return numpy_scalar(v).copy()
            if isinstance(v, Constant):
                unique = getattr(v.tag, "unique_value", None)
                return numpy_scalar(np.asarray(v.data if unique is None else unique)).copy()
            if self.only_constants or getattr(v, "owner", None) is None or self.left <= 0:
                raise NotScalarConstantError(v if v is not None else start)
            self.left -= 1
            found = self.step(v, v.owner)
            if found is None:
                raise NotScalarConstantError(v)
            kind, v = found
            if kind == "value":
                return v

    def step(self, v, node):
        """('value', number), ('variable', where to look on), or None."""
        op, first = node.op, node.inputs[0] if node.inputs else None
        name = type(op).__name__
        if isinstance(op, (DimShuffle, ScalarFromTensor, TensorFromScalar)) or name in _TRANSPARENT:
            return "variable", first
        if name == "Shape_i":
            return _value(_shape_entry(first, op.i))
        if name == "Assert":
            conditions = [self.inner(c) for c in node.inputs[1:]]
            return ("variable", first) if all(c.ndim == 0 and c != 0 for c in conditions) else None
        if isinstance(op, scalar.ScalarOp):
            return self.computed(node, op, True)
        if isinstance(op, Elemwise):
            return self.computed(node, op.scalar_op, self.elemwise)
        if name == "Subtensor" and v.ndim == 0:
            return self.element(v, node)
        return None

    def computed(self, node, scalar_op, allowed):
        if isinstance(scalar_op, scalar.Second):
            return "variable", node.inputs[1]
        if not (allowed and isinstance(scalar_op, get_scalar_constant_value_elemwises)):
            return None
        values = [self.inner(i) for i in node.inputs]
        storage = [[None]]
        node.op.perform(node, values, storage)
        return "value", np.asarray(storage[0][0]).copy()

    def element(self, v, node):
        """One element taken out of a constant, a join, a vector made of scalars, or a shape."""
        whole = node.inputs[0]
        if isinstance(whole, TensorConstant):
            where = tuple(node.op.get_constant_idx(node.inputs))
            try:
                return "value", np.asarray(whole.data[where]).copy()
            except IndexError:
                raise IndexError("%s is not a valid index into %s" % (tuple(node.op.idx_list), whole.data)) from None
        if whole.owner is None or len(node.op.idx_list) != whole.ndim or len(node.op.idx_list) != 1:
            return None
        kind = type(whole.owner.op).__name__
        if kind in ("Join", "MakeVector"):
            parts = whole.owner.inputs[1:] if kind == "Join" else whole.owner.inputs
            return self.part(v, parts, self.index(node))
        if kind == "Shape":
            return _value(self.shape_entry(v, whole.owner.inputs[0], self.index(node)))
        return None

    def index(self, node):
        entry = node.op.idx_list[0]
        return int(self.inner(node.inputs[1])) if isinstance(entry, Type) else int(entry)

    def part(self, v, parts, idx):
        if all(p.ndim == 0 for p in parts):
            return "value", np.asarray(self.inner(parts[idx])).astype(v.type.dtype)
        if not all(p.ndim == 1 for p in parts):
            return None
        from theano_compat.tensor.methods import tensor_function
        try:
            start = 0
            for p in parts:
                length = tensor_function("get_vector_length")(p)
                if idx < start + length:
                    return "variable", p[idx - start]
                start += length
        except (TypeError, ValueError):
            pass
        return None

    def shape_entry(self, v, whole, idx):
        if idx >= whole.type.ndim:
            text = "get_scalar_constant_value detected deterministic IndexError: x.shape[%d] when x.ndim=%d." % (idx, whole.type.ndim)
            raise ValueError(text + " x=%s" % (_described(v),))
        if whole.owner is not None and type(whole.owner.op).__name__ == "Rebroadcast" and whole.owner.inputs[0].broadcastable[idx]:
            return 1
        return 1 if whole.type.broadcastable[idx] else None


def _described(v):
    if config.exception_verbosity == "high":
        from theano_compat.printing import min_informative_str
        return min_informative_str(v)
    return str(v)


def _shape_entry(x, i):
    if isinstance(x, Constant):
        return x.data.shape[i]
    return 1 if hasattr(x.type, "broadcastable") and x.type.broadcastable[i] else None


def _value(number):
    return None if number is None else ("value", np.asarray(number))


def get_scalar_constant_value(orig_v, elemwise=True, only_process_constants=False, max_recur=10):
    """The one number that all elements of `orig_v` are known to be, as an array without dimensions.

    Looks through dimshuffles, fills, allocs, casts, simple arithmetic (`elemwise`) and entries of shapes, at most
    `max_recur` ops deep; `only_process_constants`: not at all. Raises NotScalarConstantError.
    """
    return _Dig(elemwise, only_process_constants, max_recur).value(orig_v)


def extract_constant(x, elemwise=True, only_process_constants=False):
    """get_scalar_constant_value, or the variable `x` itself as a tensor where there is no such number."""
    try:
        x = get_scalar_constant_value(x, elemwise, only_process_constants)
    except NotScalarConstantError:
        pass
    if isinstance(x, scalar.ScalarVariable) or type(x).__name__ == "ScalarSharedVariable":
        if x.owner is not None and isinstance(x.owner.op, ScalarFromTensor):
            return x.owner.inputs[0]
        return as_tensor_variable(x)
    return x
