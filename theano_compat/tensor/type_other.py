"""Slices and None as variables, which advanced indexing takes beside arrays. Basic indexing does without: see `index`."""
import numpy as np

from theano_compat.graph.null_type import DisconnectedType
from theano_compat.graph.op import Op
from theano_compat.graph.type import Generic, Type
from theano_compat.graph.utils import hashtype, legacy_name
from theano_compat.graph.variable import Apply, Constant
from theano_compat.tensor.casting import integer_dtypes
from theano_compat.tensor.constant import as_tensor_variable


@legacy_name("theano.tensor.type_other")
class NoneTypeT(Generic):
    """The type of None."""

    def filter(self, x, strict=False, allow_downcast=None):
        if x is None:
            return x
        raise TypeError("Expected None!")

    @staticmethod
    def may_share_memory(a, b):
        """Nothing to share."""
        return False


none_type_t = NoneTypeT()

# One object for all programs: `NoneConst.equals(x)` asks whether x is None, `NoneConst.clone()` goes into a graph.
NoneConst = Constant(none_type_t, None, name="NoneConst")


@legacy_name("theano.tensor.type_other")
class SliceType(Type):
    """The type of Python's slices."""

    def filter(self, x, strict=False, allow_downcast=None):
        if isinstance(x, slice):
            return x
        raise TypeError("Expected a slice!")

    def __str__(self):
        return "slice"

    def __eq__(self, other):
        return type(self) is type(other)

    def __hash__(self):
        return hashtype(self)

    @staticmethod
    def may_share_memory(a, b):
        """Whether both are one slice."""
        return isinstance(a, slice) and a is b


slicetype = SliceType()


@legacy_name("theano.tensor.type_other")
class SliceConstant(Constant):
    """A slice that is known when the graph is built; bounds given as arrays become ints."""

    def __init__(self, type, data, name=None):
        assert isinstance(data, slice)
        Constant.__init__(self, type, slice(*map(_plain_bound, (data.start, data.stop, data.step))), name)

    def signature(self):
        return (SliceConstant, self.data.start, self.data.stop, self.data.step)

    def __str__(self):
        return "%s{%s, %s, %s}" % (type(self).__name__, self.data.start, self.data.stop, self.data.step)


def _plain_bound(bound):
    if isinstance(bound, np.ndarray):
        assert bound.ndim == 0 and str(bound.dtype) in integer_dtypes
        return int(bound)
    return bound


SliceType.Constant = SliceConstant


def as_int_none_variable(x):
    """`x` as an integer variable without dimensions, or NoneConst. Raises TypeError for what is neither."""
    if x is None or NoneConst.equals(x):
        return NoneConst if x is None else x
    x = as_tensor_variable(x, ndim=0)
    if x.type.dtype not in integer_dtypes:
        raise TypeError("index must be integers")
    return x


@legacy_name("theano.tensor.type_other")
class MakeSlice(Op):
    """`make_slice(slice(start, stop, step))` or `make_slice(start, stop, step)` as a variable."""

    __props__ = ()

    def make_node(self, slc, stop=None, step=None):
        if isinstance(slc, slice):
            assert stop is None and step is None
            bounds = (slc.start, slc.stop, slc.step)
        else:
            bounds = (slc, stop, step)
        return Apply(self, [as_int_none_variable(b) for b in bounds], [slicetype()])

    def lower(self, node, start, stop, step):
        return slice(start, stop, step)

    host = lower

    def perform(self, node, inputs, output_storage, params=None):
        output_storage[0][0] = slice(*inputs)

    def grad(self, inputs, output_grads):
        return [DisconnectedType()() for _ in inputs]


make_slice = MakeSlice()
