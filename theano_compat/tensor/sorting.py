"""Sorting along an axis: `sort` and `argsort`."""
import numpy as np

from theano_compat.graph.op import Op
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Apply
from theano_compat.tensor.constant import as_tensor_variable
from theano_compat.tensor.ordering import positions, sorted_along
from theano_compat.tensor.type import tensor_type


class _Sorting(Op):
    """What both ops share. The order of equal elements is kept, whatever algorithm `kind` names."""

    __props__ = ("kind", "order")

    def __init__(self, kind, order=None):
        self.kind = kind
        self.order = order

    def fact_inputs(self, node):
        return (1,), ()

    def facts(self, node, values, shapes):
        axis = values[1]
        if axis is not None and axis != int(axis):
            raise ValueError("sort axis must be an integer or None")
        if self.order is not None:
            raise ValueError("Cannot specify order when the array has no fields.")
        return (None if axis is None else int(axis),)

    def infer_shape(self, node, shapes):
        return [shapes[0]]


@legacy_name("theano.tensor.sort")
class SortOp(_Sorting):
    """`a` sorted along `axis`, NaN last."""

    def __str__(self):
        return "SortOp{%s, %s}" % (self.kind, self.order)

    def make_node(self, input, axis=-1):
        input, axis = as_tensor_variable(input), as_tensor_variable(axis)
        return Apply(self, [input, axis], [input.type()])

    def lower(self, node, a, axis, facts):
        return sorted_along(*_flat(a, facts[0]))

    def host(self, node, a, axis):
        return np.sort(a, self.facts(node, (a, axis), None)[0], kind="stable")


@legacy_name("theano.tensor.sort")
class ArgSortOp(_Sorting):
    """The positions in `a` along `axis` of its elements in sorted order; int64."""

    def __str__(self):
        return "ArgSortOp{%s, %s}" % (self.kind, self.order)

    def make_node(self, input, axis=-1):
        input, axis = as_tensor_variable(input), as_tensor_variable(axis)
        return Apply(self, [input, axis], [tensor_type("int64", input.type.broadcastable)()])

    def lower(self, node, a, axis, facts):
        return positions(*_flat(a, facts[0]))

    def host(self, node, a, axis):
        return np.argsort(a, self.facts(node, (a, axis), None)[0], kind="stable").astype("int64")

    def grad(self, inputs, output_grads):
        from theano_compat.graph.null_type import grad_undefined
        a, axis = inputs
        return [a.zeros_like(), grad_undefined(self, 1, axis, "argsort is not defined for non-integer axes so argsort(x, axis+eps) "
                                                              "is undefined")]


def _flat(a, axis):
    return (a.flatten(), 0) if axis is None else (a, axis)


def sort(a, axis=-1, kind="quicksort", order=None):
    """`a` sorted along `axis` (None: flattened first)."""
    return SortOp(kind, order)(*_flat(a, axis))


def argsort(a, axis=-1, kind="quicksort", order=None):
    """The positions that sort `a` along `axis` (None: flattened first)."""
    return ArgSortOp(kind, order)(*_flat(a, axis))
