"""Putting tensors together and taking them apart: Join, concatenate, stack, MakeVector, Split, roll."""
import warnings

import numpy as np

from theano_compat import scalar
from theano_compat.config import config
from theano_compat.graph import Apply, Op, Variable
from theano_compat.graph.null_type import DisconnectedType, grad_undefined
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Constant
from theano_compat.printing.pretty import FunctionPrinter, register_printer
from theano_compat.tensor.casting import cast, discrete_dtypes
from theano_compat.tensor.constant import as_tensor_variable
from theano_compat.tensor.reshape import shape_padaxis
from theano_compat.tensor.scalar_constant import NotScalarConstantError, get_scalar_constant_value
from theano_compat.tensor.shape import patternbroadcast, shape
from theano_compat.tensor.type import TensorType, tensor_type

# Theano's int_types: an axis or a vector of sizes may not be unsigned.
_SIGNED = ("int8", "int16", "int32", "int64")


@legacy_name("theano.tensor.opt")
class MakeVector(Op):
    """Scalars as the elements of a vector of `dtype`."""

    __props__ = ("dtype",)

    def __init__(self, dtype="int64"):
        self.dtype = dtype

    def make_node(self, *inputs):
        inputs = list(map(as_tensor_variable, inputs))
        if inputs and not all(a.type == inputs[0].type and a.dtype == self.dtype for a in inputs):
            dtype = scalar.upcast(self.dtype, *[i.dtype for i in inputs])
            assert dtype == self.dtype, ("The upcast of the inputs to MakeVector should match the dtype given in __init__.")
            inputs = [cast(i, dtype=dtype) for i in inputs]
        assert all(self.dtype == a.dtype for a in inputs)
        assert all(a.ndim == 0 for a in inputs)
        return Apply(self, inputs, [tensor_type(self.dtype, (False,))()])

    def lower(self, node, *values):
        import jax.numpy as jnp
        if not values:
            return np.zeros(0, self.dtype)
        return jnp.stack([jnp.asarray(v, self.dtype) for v in values])

    def host(self, node, *values):
        return np.array(values, dtype=self.dtype)

    def infer_shape(self, node, ishapes):
        """Legacy name: how many."""
        return [(len(ishapes),)]

    def grad(self, inputs, output_grads):
        if self.dtype in discrete_dtypes:
            return [x.zeros_like().astype(config.floatX) for x in inputs]
        return [output_grads[0][i] for i in range(len(inputs))]

    def R_op(self, inputs, eval_points):
        return [None] if None in eval_points else self.make_node(*eval_points).outputs


make_vector = MakeVector()


@legacy_name("theano.tensor.opt")
class MakeVectorPrinter:
    """`pp` of a MakeVector: a list."""

    def process(self, r, pstate):
        if r.owner is None or not isinstance(r.owner.op, MakeVector):
            raise TypeError("Can only print make_vector.")
        before = getattr(pstate, "precedence", None)
        try:
            pstate.precedence = 1000
            parts = [pstate.pprinter.process(x) for x in r.owner.inputs]
        finally:
            pstate.precedence = before
        return "[%s]" % ", ".join(parts)


register_printer(MakeVector, MakeVectorPrinter())


@legacy_name("theano.tensor.basic")
class Join(Op):
    """`Join()(axis, *tensors)`: the tensors one behind the other along `axis`, which may be symbolic.

    Raises ValueError, when the program runs, if their other dimensions differ.
    """

    __props__ = ("view",)

    def __init__(self, view=-1):
        self.view = view
        if view != -1:
            self.view_map = {0: [1 + view]}

    def __setstate__(self, state):
        self.__dict__.update({"view": -1, **state})

    def __str__(self):
        return "Join" if self.view == -1 else "Join{view=%r}" % self.view

    def make_node(self, *axis_and_tensors):
        axis, tensors = axis_and_tensors[0], axis_and_tensors[1:]
        if not tensors:
            raise ValueError("Cannot join an empty list of tensors")
        tensors = [as_tensor_variable(x) for x in tensors]
        dtype = scalar.upcast(*[x.type.dtype for x in tensors])
        if not all(x.type.ndim for x in tensors):
            raise TypeError("Join cannot handle arguments of dimension 0. For joining scalar values, see @stack")
        axis, pattern = self._pattern(axis, tensors)
        if not all(x.ndim == len(pattern) for x in tensors[1:]):
            raise TypeError("Join() can only join tensors with the same number of dimensions.")
        axis_variable = as_tensor_variable(axis)
        if axis_variable.ndim != 0 or axis_variable.dtype not in _SIGNED:
            raise TypeError("Axis could not be cast to an integer type", axis, axis_variable.type,
                            tuple(tensor_type(d, ()) for d in _SIGNED))
        return Apply(self, [axis_variable, *tensors], [tensor_type(dtype, tuple(pattern))()])

    def _pattern(self, axis, tensors):
        """(`axis`, as a non-negative int if known, and the broadcastable pattern of the result)."""
        ndim = tensors[0].type.ndim
        if len(tensors) == 1:
            return axis, tensors[0].type.broadcastable
        if not isinstance(axis, int):
            try:
                axis = int(get_scalar_constant_value(axis))
            except NotScalarConstantError:
                return axis, [False] * ndim
        if axis < -ndim:
            raise IndexError("Join axis %d out of bounds [0, %d)" % (axis, ndim))
        if axis < 0:
            axis += ndim
        # one tensor that is broadcastable somewhere says that all have length 1 there
        longest = max(x.type.ndim for x in tensors)
        pattern = [any(i < x.type.ndim and x.type.broadcastable[i] for x in tensors) for i in range(longest)][:ndim]
        if axis >= ndim:
            raise ValueError('Join argument "axis" is out of range (given input dimensions)')
        pattern[axis] = False
        return axis, pattern

    def fact_inputs(self, node):
        return (0,), tuple(range(1, len(node.inputs)))

    def facts(self, node, values, shapes):
        return self._checked_axis(values[0], shapes[1:])

    def _checked_axis(self, axis, shapes):
        axis, ndim = int(axis), len(shapes[0])
        if axis < -ndim:
            raise IndexError("Join axis %d out of bounds [0, %d)" % (axis, ndim))
        if axis >= ndim:
            raise np.exceptions.AxisError(axis, ndim)
        others = {tuple(n for i, n in enumerate(s) if i != axis % ndim) for s in shapes}
        if len(others) > 1:
            raise ValueError("all the input array dimensions except for the concatenation axis must match exactly")
        return axis

    def lower(self, node, axis, *tensors, facts):
        import jax.numpy as jnp
        dtype = node.outputs[0].type.dtype
        return jnp.concatenate([jnp.asarray(x).astype(dtype) for x in tensors], axis=facts)

    def host(self, node, axis, *tensors):
        axis = self._checked_axis(axis, [np.shape(x) for x in tensors])
        return np.concatenate(tensors, axis=axis).astype(node.outputs[0].type.dtype, copy=False)

    def grad(self, inputs, output_grads):
        axis, tensors = inputs[0], inputs[1:]
        gz, = output_grads
        undefined = grad_undefined(self, 0, axis)
        dtype = scalar.upcast(*[x.type.dtype for x in tensors])
        if "float" not in dtype and "complex" not in dtype:
            return [undefined] + [x.zeros_like(dtype=config.floatX) for x in tensors]
        parts = Split(len(tensors))(gz, axis, stack([shape(x)[axis] for x in tensors]), return_list=True)
        return [undefined] + [patternbroadcast(g, x.broadcastable) for x, g in zip(tensors, parts)]

    def R_op(self, inputs, eval_points):
        return [None] if None in eval_points[1:] else self.make_node(inputs[0], *eval_points[1:]).outputs


join_ = Join()
register_printer(Join, FunctionPrinter("join"))


def join(axis, *tensors_list):
    """The tensors one behind the other along `axis`; a single one is returned as it is."""
    return tensors_list[0] if len(tensors_list) == 1 else join_(axis, *tensors_list)


def concatenate(tensor_list, axis=0):
    """`join` with NumPy's arguments. Raises TypeError unless given a list or tuple."""
    if not isinstance(tensor_list, (tuple, list)):
        raise TypeError("The 'tensors' argument must be either a tuple or a list, make sure you did not forget () or [] "
                        "around arguments of concatenate.", tensor_list)
    return join(axis, *tensor_list)


def horizontal_stack(*args):
    """Matrices side by side."""
    assert len(args) >= 2
    assert all(arg.type.ndim == 2 for arg in args)
    return concatenate(args, axis=1)


def vertical_stack(*args):
    """Matrices one below the other."""
    assert len(args) >= 2
    assert all(arg.type.ndim == 2 for arg in args)
    return concatenate(args, axis=0)


def _is_scalar(t):
    return (isinstance(t, (np.number, float, int, complex))
            or (isinstance(t, Variable) and isinstance(t.type, TensorType) and t.ndim == 0))


def stack(*tensors, **kwargs):
    """`stack(tensors, axis=0)`: tensors of one shape along a new axis. `stack(a, b, ...)` is deprecated."""
    if not tensors and not kwargs:
        raise Exception("theano.tensor.stack(tensors, axis) must have at least one parameter")
    axis = kwargs.get("axis", 0)
    if "tensors" in kwargs:
        tensors = kwargs["tensors"]
    elif not kwargs and not isinstance(tensors[0], (list, tuple)):
        warnings.warn("stack(*tensors) interface is deprecated, use stack(tensors, axis=0) instead.",
                      DeprecationWarning, stacklevel=2)
    else:
        if len(tensors) == 2:
            axis = tensors[1]
        tensors = tensors[0]
    if len(tensors) == 0:
        raise Exception("tensors is empty. You should at least provide one tensor to theano.tensor.stack(tensors, axis).")
    if all(_is_scalar(t) for t in tensors):
        tensors = list(map(as_tensor_variable, tensors))
        return MakeVector(scalar.upcast(*[t.dtype for t in tensors]))(*tensors)
    return join(axis, *[shape_padaxis(t, axis) for t in tensors])


def stacklists(arg):
    """A nested list of scalars or tensors as one tensor of the same nesting."""
    return stack(list(map(stacklists, arg))) if isinstance(arg, (tuple, list)) else arg


@legacy_name("theano.tensor.basic")
class Split(Op):
    """`Split(n)(x, axis, sizes)`: `x` cut along `axis` into `n` parts of the given sizes."""

    __props__ = ("len_splits",)
    len_splits = None

    def __init__(self, len_splits):
        self.len_splits = int(len_splits)

    def __str__(self):
        return "%s{%s}" % (type(self).__name__, self.len_splits)

    def make_node(self, x, axis, splits):
        x, axis, splits = map(as_tensor_variable, (x, axis, splits))
        if splits.ndim != 1 or splits.broadcastable[0] or splits.dtype not in _SIGNED:
            raise TypeError("splits must have type tensor.lvector", splits.type)
        if axis.ndim != 0 or axis.dtype not in _SIGNED:
            raise TypeError("axis must have type lscalar", axis.type)
        return Apply(self, [x, axis, splits], [x.type() for _ in range(self.len_splits)])

    def fact_inputs(self, node):
        return (1, 2), (0,)

    def facts(self, node, values, shapes):
        axis, sizes, ndim = int(values[1]), tuple(int(n) for n in values[2]), len(shapes[0])
        if axis < -ndim or axis >= ndim:
            raise IndexError("Split: invalid axis %d for a %d-D array." % (axis, ndim))
        axis %= ndim
        if len(sizes) != self.len_splits:
            raise ValueError("Split: splits count (%d) != expected count (%d)." % (len(sizes), self.len_splits))
        for n in sizes:
            if n < 0:
                raise ValueError("Split: you try to take a negative number (%d) of elements." % n)
        if sum(sizes) != shapes[0][axis]:
            raise ValueError("Split: the splits sums to %d, expected %d." % (sum(sizes), shapes[0][axis]))
        return axis, sizes

    def lower(self, node, x, axis, splits, facts):
        axis, sizes = facts
        parts, begin = [], 0
        for n in sizes:
            parts.append(x[(slice(None),) * axis + (slice(begin, begin + n),)])
            begin += n
        return tuple(parts) if len(parts) != 1 else parts[0]

    def host(self, node, x, axis, splits):
        return self.lower(node, np.asarray(x), axis, splits, self.facts(node, [None, axis, splits], [np.shape(x)]))

    def grad(self, inputs, output_grads):
        x, axis, sizes = inputs
        undefined = [grad_undefined(self, 1, axis), grad_undefined(self, 2, sizes)]
        if all(isinstance(g.type, DisconnectedType) for g in output_grads):
            return [DisconnectedType()()] + undefined
        outputs = self(*inputs, return_list=True)
        parts = [o.zeros_like() if isinstance(g.type, DisconnectedType) else g for o, g in zip(outputs, output_grads)]
        return [join(axis, *parts)] + undefined

    def R_op(self, inputs, eval_points):
        if eval_points[0] is None:
            return [None] * self.len_splits
        return self.make_node(eval_points[0], *inputs[1:]).outputs


def split(x, splits_size, n_splits, axis=0):
    """`x` cut along `axis` into `n_splits` parts of the sizes in the vector `splits_size`."""
    return Split(n_splits)(x, axis, splits_size)


class Roll(Op):
    """`x` moved around along `axis` by a `shift` that arrives at run time: one program for all shifts.

    Theano joins two slices, whose lengths would have to be known before XLA.
    """

    __props__ = ("axis",)

    def __init__(self, axis):
        self.axis = axis

    def make_node(self, x, shift):
        pattern = tuple([b and d != self.axis for d, b in enumerate(x.type.broadcastable)])  # as of two parts joined
        return Apply(self, [x, shift], [tensor_type(x.type.dtype, pattern)()])

    def lower(self, node, x, shift):
        """jnp.roll."""
        import jax.numpy as jnp
        return jnp.roll(jnp.asarray(x), shift, self.axis)

    def host(self, node, x, shift):
        return np.roll(x, int(shift), self.axis)

    def infer_shape(self, node, in_shapes):
        """Legacy name: the shape of `x`."""
        return [in_shapes[0]]


def roll(x, shift, axis=None):
    """`x` moved around by `shift` along `axis`, or in its flattened form."""
    if axis is None:
        if x.ndim > 1:
            return roll(x.flatten(), shift, axis=0).reshape(x.shape)
        axis = 0
    if axis < 0:
        axis += x.ndim
    if isinstance(shift, Variable) and not isinstance(shift, Constant) and shift.ndim == 0 and shift.dtype in discrete_dtypes:
        return Roll(axis)(x, shift)
    shift = shift % x.shape[axis]
    before, after = (slice(None),) * axis, (slice(None),) * (x.ndim - axis - 1)
    return join(axis, x[before + (slice(-shift, None),) + after], x[before + (slice(0, -shift),) + after])
