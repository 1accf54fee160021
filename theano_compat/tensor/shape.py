"""What is known or promised about shapes: Shape, Shape_i, SpecifyShape, Rebroadcast, and get_vector_length.

Ops that change a shape are in `reshape`, ops that make arrays of a given shape in `alloc`.
"""
from collections import OrderedDict
from numbers import Integral

import numpy as np

from theano_compat.graph import Apply, Constant, Op, Variable
from theano_compat.graph.null_type import DisconnectedType, grad_not_implemented
from theano_compat.graph.utils import legacy_name
from theano_compat.tensor.casting import integer_dtypes
from theano_compat.tensor.constant import TensorConstant, as_tensor_variable
from theano_compat.tensor.type import tensor_type

_lvector = tensor_type("int64", (False,))
_lscalar = tensor_type("int64", ())


@legacy_name("theano.compile.ops")
class Shape(Op):
    """The shape of a variable as an int64 vector. Known while a program is traced."""

    __props__ = ()
    shape_only = True

    def make_node(self, x):
        if not isinstance(x, Variable):
            x = as_tensor_variable(x)
        return Apply(self, [x], [_lvector()])

    def lower(self, node, x):
        return np.array(x.shape, dtype="int64")

    host = lower

    def infer_shape(self, node, in_shapes):
        """Legacy name: the length of the shape."""
        return [[len(in_shapes[0])]]

    def connection_pattern(self, node):
        return [[False]]

    def grad(self, inputs, output_grads):
        return [DisconnectedType()()]

    def R_op(self, inputs, eval_points):
        return [None]


shape = _shape = Shape()


@legacy_name("theano.compile.ops")
class Shape_i(Op):
    """The length of dimension `i`, an int64 scalar. Known while a program is traced."""

    __props__ = ("i",)
    shape_only = True

    def __init__(self, i):
        if isinstance(i, np.ndarray):
            assert i.dtype in integer_dtypes
        assert i == int(i)
        self.i = int(i)

    def __str__(self):
        return "%s{%i}" % (type(self).__name__, self.i)

    def make_node(self, x):
        if not isinstance(x, Variable):
            raise TypeError("x must be Variable with ndim attribute", x)
        if x.ndim <= self.i:
            raise TypeError("x has too few dimensions for Shape_i", (x, self.i))
        return Apply(self, [x], [_lscalar()])

    def lower(self, node, x):
        return np.array(x.shape[self.i], dtype="int64")

    host = lower

    def infer_shape(self, node, in_shapes):
        """Legacy name: a scalar."""
        return [()]

    def connection_pattern(self, node):
        return [[False]]

    def grad(self, inputs, output_grads):
        return [grad_not_implemented(self, 0, inputs[0], "No gradient for the shape of a matrix is implemented.")]


def shape_i_op(i):
    """The one Shape_i op for dimension `i`."""
    if i not in shape_i_op.cache:
        shape_i_op.cache[i] = Shape_i(i)
    return shape_i_op.cache[i]


shape_i_op.cache = {}


def shape_i(var, i, fgraph=None):
    """The length of dimension `i` of `var`; a FunctionGraph with a shape feature may know a simpler expression."""
    feature = getattr(fgraph if fgraph is not None else getattr(var, "fgraph", None), "shape_feature", None)
    if feature is not None and var in feature.shape_of:
        return feature.shape_of[var][i]
    return var.shape[i]


@legacy_name("theano.compile.ops")
class SpecifyShape(Op):
    """`x`, whose shape is checked when the program runs to be `shape`. Raises AssertionError then."""

    view_map = {0: [0]}
    __props__ = ()

    def make_node(self, x, shape):
        if not isinstance(x, Variable):
            x = as_tensor_variable(x)
        shape = as_tensor_variable(shape)
        assert shape.ndim == 1
        assert shape.dtype in integer_dtypes
        if isinstance(shape, TensorConstant):
            assert shape.data.size == x.ndim
        return Apply(self, [x, shape], [x.type()])

    def fact_inputs(self, node):
        return (1,), (0,)

    def facts(self, node, values, shapes):
        expected, found = tuple(int(n) for n in values[1]), tuple(shapes[0])
        if len(expected) != len(found):
            raise AssertionError("SpecifyShape: vector of shape has %d elements, but the input has %d dimensions."
                                 % (len(expected), len(found)))
        for i, (n, m) in enumerate(zip(found, expected)):
            if n != m:
                raise AssertionError("SpecifyShape: dim %d of input has shape %d, expected %d." % (i, n, m))
        return expected

    def lower(self, node, x, shape, facts=None):
        return x

    def host(self, node, x, shape):
        self.facts(node, [None, shape], [np.shape(x), None])
        return x

    def connection_pattern(self, node):
        return [[True], [False]]

    def grad(self, inputs, output_grads):
        return [output_grads[0], DisconnectedType()()]

    def R_op(self, inputs, eval_points):
        return [None] if eval_points[0] is None else self.make_node(eval_points[0], *inputs[1:]).outputs


specify_shape = SpecifyShape()


@legacy_name("theano.compile.ops")
class Rebroadcast(Op):
    """`Rebroadcast((0, True), (1, False))(x)`: `x` declared broadcastable in axis 0 and not in axis 1.

    Raises ValueError when the program runs and a dimension declared broadcastable has not length 1.
    """

    moves_only = True
    view_map = {0: [0]}
    __props__ = ("axis",)

    def __init__(self, *axis):
        self.axis = OrderedDict(sorted(axis))
        for dim, broadcastable in self.axis.items():
            if not isinstance(dim, (np.integer, int)):
                raise TypeError(f"Rebroadcast needs integer axes. Got {dim}")
            if not isinstance(broadcastable, (np.bool_, bool)):
                raise TypeError(f"Rebroadcast needs bool for new broadcast pattern. Got {broadcastable}")

    def __hash__(self):
        return hash((type(self), tuple(sorted(self.axis.items()))))

    def __str__(self):
        pattern = ["?"] * (1 + max(self.axis)) if self.axis else []
        for dim, broadcastable in self.axis.items():
            pattern[dim] = str(int(broadcastable))
        return "%s{%s}" % (type(self).__name__, ",".join(pattern))

    def make_node(self, x):
        if self.axis and x.ndim <= max(self.axis):
            raise ValueError("Trying to rebroadcast non-existent dimension")
        pattern = [self.axis.get(i, b) for i, b in enumerate(x.type.broadcastable)]
        return Apply(self, [x], [x.type.clone(broadcastable=pattern)()])

    def lower(self, node, x):
        for dim, broadcastable in self.axis.items():
            if broadcastable and x.shape[dim] != 1:
                raise ValueError("Dimension %s in Rebroadcast's input was supposed to be 1 (got %s instead)"
                                 % (dim, x.shape[dim]))
        return x

    host = lower

    def grad(self, inputs, output_grads):
        pattern = inputs[0].type.broadcastable
        return [Rebroadcast(*[(dim, pattern[dim]) for dim in self.axis])(output_grads[0])]

    def R_op(self, inputs, eval_points):
        return [None] if eval_points[0] is None else self(*eval_points, return_list=True)


def apply_rebroadcast_opt(rval):
    """`rval` without Rebroadcasts that change nothing, and with one instead of several in a row."""
    while rval.owner is not None and isinstance(rval.owner.op, Rebroadcast):
        inner, axis = rval.owner.inputs[0], rval.owner.op.axis
        if inner.broadcastable == rval.broadcastable:
            return inner
        useful = {dim: b for dim, b in axis.items() if inner.broadcastable[dim] != b}
        if useful != axis:
            rval = Rebroadcast(*useful.items())(inner)
        elif inner.owner is not None and isinstance(inner.owner.op, Rebroadcast):
            rval = Rebroadcast(*{**inner.owner.op.axis, **axis}.items())(inner.owner.inputs[0])
        else:
            return rval
    return rval


def addbroadcast(x, *axes):
    """`x` declared broadcastable along `axes`. Running it raises ValueError when their length is not 1."""
    return apply_rebroadcast_opt(Rebroadcast(*[(axis, True) for axis in axes])(x))


def unbroadcast(x, *axes):
    """`x` declared not broadcastable along `axes`."""
    return apply_rebroadcast_opt(Rebroadcast(*[(axis, False) for axis in axes])(x))


def patternbroadcast(x, broadcastable):
    """`x` declared broadcastable exactly where `broadcastable` says."""
    return apply_rebroadcast_opt(Rebroadcast(*[(i, broadcastable[i]) for i in range(len(broadcastable))])(x))


def get_vector_length(v):
    """How many elements the vector `v` will have, where its expression tells.

    Raises TypeError when `v` is no vector, ValueError when the length cannot be seen.
    """
    from theano_compat.tensor.join import MakeVector
    v = as_tensor_variable(v)
    if v.ndim != 1:
        raise TypeError("argument must be symbolic vector, got '%s'" % v)
    if v.type.broadcastable[0]:
        return 1
    if isinstance(v, Constant):
        return len(v.data)
    if v.owner is not None:
        op, inputs = v.owner.op, v.owner.inputs
        if isinstance(op, MakeVector):
            return len(inputs)
        if isinstance(op, Shape):
            return inputs[0].type.ndim
        length = _length_of_shape_slice(op, inputs)
        if length is not None:
            return length
    from theano_compat.printing import debugprint
    raise ValueError("length not known: %s" % debugprint(v, file="str"))


def _length_of_shape_slice(op, inputs):
    """The length of `x.shape[start:stop:step]` with constant bounds, else None."""
    from theano_compat.tensor.index import Subtensor, get_idx_list
    from theano_compat.tensor.scalar_constant import extract_constant
    if not (isinstance(op, Subtensor) and isinstance(op.idx_list[0], slice)
            and inputs[0].owner is not None and isinstance(inputs[0].owner.op, Shape)):
        return None
    index = get_idx_list(inputs, op.idx_list)[0]
    ndim = inputs[0].owner.inputs[0].ndim
    bounds = [None if b is None else extract_constant(b) for b in (index.start, index.stop, index.step)]
    bounds = [int(b) if isinstance(b, (Integral, np.integer, np.ndarray)) else b for b in bounds]
    if not all(b is None or isinstance(b, int) for b in bounds) or (bounds[2] is not None and bounds[2] <= 0):
        return None
    start, stop, step = slice(*bounds).indices(ndim)
    # Theano does not look further when the bounds are the wrong way round
    return len(range(start, stop, step)) if start <= stop else None


@legacy_name("theano.tensor.basic")
class ShapeError(Exception):
    """The shape of a variable cannot be computed."""
