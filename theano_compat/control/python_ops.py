"""Ops made of a Python function: as_op, and Raise, which only fails. Ops that users write as classes need nothing from here."""
import importlib
import pickle

from theano_compat.graph import Apply, Op, Type
from theano_compat.graph.utils import legacy_name
from theano_compat.tensor import TensorType

# Types whose values can grow by a dimension: what a scan can stack.
expandable_types = (TensorType,)


def load_back(mod, name):
    """The object `name` of module `mod`: how an op made by `as_op` is unpickled."""
    return getattr(importlib.import_module(mod), name)


@legacy_name("theano.compile.ops")
class FromFunctionOp(Op):
    """An op around the Python function `fn` on arrays. It has no gradient. Made by `as_op`."""

    sized_by_data = True

    def __init__(self, fn, itypes, otypes, infer_shape):
        self._fn = fn
        self.itypes = itypes
        self.otypes = otypes
        self._infer_shape = infer_shape
        if infer_shape is not None:
            self.infer_shape = infer_shape

    def __eq__(self, other):
        return type(self) is type(other) and self._fn == other._fn

    def __hash__(self):
        return hash((type(self), self._fn))

    def __str__(self):
        return "FromFunctionOp{%s}" % self._fn.__name__

    def perform(self, node, inputs, output_storage):
        outs = self._fn(*inputs)
        outs = outs if isinstance(outs, (list, tuple)) else (outs,)
        assert len(outs) == len(output_storage)
        for cell, value in zip(output_storage, outs):
            cell[0] = value

    def __reduce__(self):
        mod, name = self._fn.__module__, self._fn.__name__
        try:
            found = load_back(mod, name)
        except (ImportError, KeyError, AttributeError):
            raise pickle.PicklingError("Can't pickle as_op(), not found as %s.%s" % (mod, name)) from None
        if found is not self:
            raise pickle.PicklingError("Can't pickle as_op(), not the object at %s.%s" % (mod, name))
        return load_back, (mod, name)


def as_op(itypes, otypes, infer_shape=None):
    """Decorator: make an op of a function on arrays with inputs of `itypes` and outputs of `otypes` (a Type or a list).

    `infer_shape(node, input_shapes)` gives the outputs' shapes. Raises TypeError for anything else.
    """
    itypes, otypes = (list(t) if isinstance(t, (list, tuple)) else [t] for t in (itypes, otypes))
    for name, types in (("itypes", itypes), ("otypes", otypes)):
        if any(not isinstance(t, Type) for t in types):
            raise TypeError("%s has to be a list of Theano types" % name)
    if infer_shape is not None and not callable(infer_shape):
        raise TypeError("infer_shape needs to be a callable")
    return lambda fn: FromFunctionOp(fn, itypes, otypes, infer_shape)


@legacy_name("theano.raise_op")
class Raise(Op):
    """Raises `exc(msg)` when it is computed."""

    __props__ = ("msg", "exc")
    host_only = True

    def __init__(self, msg="", exc=NotImplementedError):
        self.msg = msg
        self.exc = exc

    def __str__(self):
        return "Raise{%s(%s)}" % (self.exc, self.msg)

    def make_node(self, x):
        return Apply(self, [x], [x.type()])

    def do_constant_folding(self, node):
        return False

    def perform(self, node, inputs, output_storage, params=None):
        raise self.exc(self.msg)
