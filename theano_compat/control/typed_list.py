"""Lists of values of one type (`theano.typed_list`). They are Python lists, so their ops run on the host."""
import copy

import numpy as np

from theano_compat.config import config
from theano_compat.graph.op import Op
from theano_compat.graph.type import Type
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Apply, Constant, Variable
from theano_compat.tensor.constant import as_tensor_variable, constant
from theano_compat.tensor.type import tensor_type
from theano_compat.tensor.type_other import SliceType
from theano_compat.tensor.variable import TensorVariable


@legacy_name("theano.typed_list.type")
class TypedListType(Type):
    """Lists of values of type `ttype`; `depth` more levels of lists around them."""

    def __init__(self, ttype, depth=0):
        if depth < 0:
            raise ValueError("Please specify a depth superior orequal to 0")
        if not isinstance(ttype, Type):
            raise TypeError("Expected a Theano Type")
        self.ttype = ttype if depth == 0 else TypedListType(ttype, depth - 1)

    def filter(self, x, strict=False, allow_downcast=None):
        """`x` with every element filtered by `ttype`; if `strict`, a list of such elements as it is."""
        if strict and not isinstance(x, list):
            raise TypeError("Expected a python list")
        x = x if strict else [self.ttype.filter(y) for y in x]
        if not all(self.ttype.is_valid_value(y) for y in x):
            raise TypeError("Expected all elements to be %s" % str(self.ttype))
        return x

    def __eq__(self, other):
        return type(self) is type(other) and self.ttype == other.ttype

    def __hash__(self):
        return hash((type(self), self.ttype))

    def __str__(self):
        return "TypedList <%s>" % self.ttype

    def get_depth(self):
        """How many levels of lists are inside of this one."""
        return self.ttype.get_depth() + 1 if isinstance(self.ttype, TypedListType) else 0

    def values_eq(self, a, b):
        """Whether two lists have equal elements."""
        return len(a) == len(b) and all(self.ttype.values_eq(x, y) for x, y in zip(a, b))

    def may_share_memory(self, a, b):
        """Whether an element of one list may share memory with one of the other."""
        a, b = (x if isinstance(x, list) else [x] for x in (a, b))
        return a is b or any(self.ttype.may_share_memory(x, y) for x in a for y in b)

    dtype = property(lambda self: self.ttype)
    ndim = property(lambda self: self.ttype.ndim + 1)


@legacy_name("theano.typed_list.basic")
class _typed_list_py_operators:
    """Methods of variables and constants that are lists."""

    def __getitem__(self, index):
        return getitem(self, index)

    def __len__(self):
        return length(self)

    def append(self, toAppend):
        """The list with one more element."""
        return append(self, toAppend)

    def extend(self, toAppend):
        """The list with the elements of another."""
        return extend(self, toAppend)

    def insert(self, index, toInsert):
        """The list with an element put in before position `index`."""
        return insert(self, index, toInsert)

    def remove(self, toRemove):
        """The list without the first element equal to `toRemove`."""
        return remove(self, toRemove)

    def reverse(self):
        """The list backwards."""
        return reverse(self)

    def count(self, elem):
        """How many elements are equal to `elem`."""
        return count(self, elem)

    def ind(self, elem):
        """The position of the first element equal to `elem`."""
        return index_(self, elem)

    ttype = property(lambda self: self.type.ttype)
    dtype = property(lambda self: self.type.ttype.dtype)
    ndim = property(lambda self: self.type.ttype.ndim + 1)


@legacy_name("theano.typed_list.basic")
class TypedListVariable(_typed_list_py_operators, Variable):
    """A variable whose value is a list."""


@legacy_name("theano.typed_list.basic")
class TypedListConstant(_typed_list_py_operators, Constant):
    """A constant that is a list."""


TypedListType.Variable = TypedListVariable
TypedListType.Constant = TypedListConstant


def _position(index):
    if not isinstance(index, Variable):
        return constant(index, ndim=0, dtype="int64")
    assert index.dtype == "int64"
    assert isinstance(index, TensorVariable)
    assert index.ndim == 0
    return index


class _OfList(Op):
    """What the ops share: they run on the host and print as their class."""

    sized_by_data = True
    __props__ = ()
    host_only = True

    def __str__(self):
        return type(self).__name__

    def perform(self, node, inputs, output_storage):
        """Legacy name: `_result` into storage."""
        output_storage[0][0] = self._result(node, *inputs)


@legacy_name("theano.typed_list.basic")
class GetItem(_OfList):
    """The element of a list at an integer, or the list at a slice."""

    view_map = {0: [0]}

    def make_node(self, x, index):
        assert isinstance(x.type, TypedListType)
        if isinstance(index, slice):
            index = Constant(SliceType(), index)
        if isinstance(index, Variable) and isinstance(index.type, SliceType):
            return Apply(self, [x, index], [x.type()])
        if isinstance(index, Variable) and not (isinstance(index, TensorVariable) and index.ndim == 0):
            raise TypeError("Expected scalar or slice as index.")
        return Apply(self, [x, _position(index)], [x.ttype()])

    def _result(self, node, x, index):
        return x[index if isinstance(index, slice) else int(index)]


class _Changed(_OfList):
    """A list changed: a new one, or (`inplace`) the list itself."""

    __props__ = ("inplace",)

    def __init__(self, inplace=False):
        self.inplace = inplace
        if inplace:
            self.destroy_map = {0: [0]}
        else:
            self.view_map = {0: [0]}

    def __str__(self):
        return type(self).__name__

    def _result(self, node, x, *others):
        result = x if self.inplace else list(x)
        self._change(node, result, *[copy.deepcopy(v) for v in others])
        return result


@legacy_name("theano.typed_list.basic")
class Append(_Changed):
    """A list with one more element."""

    def make_node(self, x, toAppend):
        assert isinstance(x.type, TypedListType)
        assert x.ttype == toAppend.type, (x.ttype, toAppend.type)
        return Apply(self, [x, toAppend], [x.type()])

    def _change(self, node, result, value):
        result.append(value)


@legacy_name("theano.typed_list.basic")
class Extend(_Changed):
    """A list with the elements of another."""

    def make_node(self, x, toAppend):
        assert isinstance(x.type, TypedListType)
        assert x.type == toAppend.type
        return Apply(self, [x, toAppend], [x.type()])

    def _change(self, node, result, values):
        result.extend(values)


@legacy_name("theano.typed_list.basic")
class Insert(_Changed):
    """A list with an element put in before a position."""

    def make_node(self, x, index, toInsert):
        assert isinstance(x.type, TypedListType)
        assert x.ttype == toInsert.type
        return Apply(self, [x, _position(index), toInsert], [x.type()])

    def _change(self, node, result, index, value):
        result.insert(int(index), value)


def _equal(node, x, elem):
    """Positions in the list `x` of the elements equal to `elem`; arrays have no plain truth value, types know."""
    return [i for i, y in enumerate(x) if node.inputs[0].ttype.values_eq(y, elem)]


@legacy_name("theano.typed_list.basic")
class Remove(_Changed):
    """A list without the first element equal to a value; the list itself when there is none."""

    def make_node(self, x, toRemove):
        assert isinstance(x.type, TypedListType)
        assert x.ttype == toRemove.type
        return Apply(self, [x, toRemove], [x.type()])

    def _change(self, node, result, value):
        for i in _equal(node, result, value)[:1]:
            del result[i]


@legacy_name("theano.typed_list.basic")
class Reverse(_Changed):
    """A list backwards."""

    def make_node(self, x):
        assert isinstance(x.type, TypedListType)
        return Apply(self, [x], [x.type()])

    def _change(self, node, result):
        result.reverse()


class _Question(_OfList):
    """A number, in floatX, about the elements of a list that are equal to a value."""

    def make_node(self, x, elem):
        assert isinstance(x.type, TypedListType)
        assert x.ttype == elem.type
        return Apply(self, [x, elem], [tensor_type(config.floatX, ())()])

    def _result(self, node, x, elem):
        return np.asarray(self._answer(_equal(node, x, elem)), dtype=node.outputs[0].dtype)


@legacy_name("theano.typed_list.basic")
class Index(_Question):
    """The position of the first element equal to a value. Raises ValueError when there is none."""

    def _answer(self, positions):
        if not positions:
            raise ValueError("the value is not in the list")
        return positions[0]


@legacy_name("theano.typed_list.basic")
class Count(_Question):
    """How many elements are equal to a value."""

    def _answer(self, positions):
        return len(positions)


@legacy_name("theano.typed_list.basic")
class Length(_OfList):
    """How many elements a list has; int64."""

    def make_node(self, x):
        assert isinstance(x.type, TypedListType)
        return Apply(self, [x], [tensor_type("int64", ())()])

    def _result(self, node, x):
        return np.asarray(len(x), "int64")


@legacy_name("theano.typed_list.basic")
class MakeList(_OfList):
    """A list of variables, which must have one type."""

    def make_node(self, a):
        assert isinstance(a, (tuple, list))
        elements = [v if isinstance(v, Variable) else as_tensor_variable(v) for v in a]
        if not all(v.type == elements[0].type for v in elements):
            raise TypeError("MakeList need all input variable to be of the same type.")
        return Apply(self, elements, [TypedListType(elements[0].type)()])

    def _result(self, node, *values):
        return [copy.deepcopy(v) for v in values]


getitem = GetItem()
append = Append()
extend = Extend()
insert = Insert()
remove = Remove()
reverse = Reverse()
index_ = Index()
count = Count()
length = Length()
make_list = MakeList()
