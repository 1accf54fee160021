"""Arrays of a given shape: Alloc, AllocEmpty, zeros, ones and their `_like` forms."""
import numpy as np

from theano_compat.config import config
from theano_compat.graph import Apply, Op
from theano_compat.graph.null_type import DisconnectedType
from theano_compat.graph.utils import legacy_name
from theano_compat.printing.pretty import FunctionPrinter, register_printer
from theano_compat.tensor.casting import integer_dtypes
from theano_compat.tensor.closeness import values_eq_approx_always_true
from theano_compat.tensor.constant import as_tensor_variable, constant
from theano_compat.tensor.names_elemwise import fill
from theano_compat.tensor.scalar_constant import NotScalarConstantError, get_scalar_constant_value
from theano_compat.tensor.type import TensorType, tensor_type
from theano_compat.tensor.variable import TensorVariable


def _describe(variable):
    if config.exception_verbosity == "high":
        from theano_compat.printing import min_informative_str
        return "\n" + min_informative_str(variable)
    return str(variable)


def alloc_validate_shape(shape):
    """([scalar integer variables], [whether each is known to be 1]). Raises TypeError for anything else in `shape`."""
    sizes = [as_tensor_variable(s) for s in shape]
    pattern = []
    for i, s in enumerate(sizes):
        if s.type.dtype not in integer_dtypes:
            raise TypeError("Shape arguments to Alloc must be integers, but argument %s is not for apply node: %s"
                            % (i, _describe(s)))
        if s.ndim != 0:
            raise TypeError("Each shape dimension to Alloc must be a scalar, ",
                            "but dimension %s have %d dimensions for apply node: %s" % (i, s.ndim, _describe(s)))
        try:
            pattern.append(bool(get_scalar_constant_value(s) == 1))
        except NotScalarConstantError:
            pattern.append(False)
    return sizes, pattern


def _sizes(values):
    """Run-time sizes as ints. Raises MemoryError, as Theano does, for a negative one."""
    sizes = tuple(int(n) for n in values)
    if any(n < 0 for n in sizes):
        raise MemoryError("alloc failed")
    return sizes


@legacy_name("theano.tensor.basic")
class Alloc(Op):
    """`alloc(value, *shape)`: `value` broadcast to `shape`."""

    moves_only = True
    __props__ = ()

    def validate_shape(self, shape):
        """See alloc_validate_shape."""
        return alloc_validate_shape(shape)

    def make_node(self, value, *shape):
        value = as_tensor_variable(value)
        sizes, pattern = alloc_validate_shape(shape)
        if value.ndim > len(sizes):
            raise TypeError("The Alloc value to use has more dimensions than the specified dimensions",
                            value.ndim, len(sizes))
        return Apply(self, [value] + sizes, [tensor_type(value.dtype, tuple(pattern))()])

    def fact_inputs(self, node):
        return tuple(range(1, len(node.inputs))), ()

    def facts(self, node, values, shapes):
        return _sizes(values[1:])

    def _checked(self, value, sizes):
        found = value.shape
        if any(n not in (1, m) for n, m in zip(found[::-1], sizes[::-1])):
            raise ValueError("could not broadcast input array from shape (%s) into shape (%s)"
                             % (",".join(map(str, found)), ",".join(map(str, sizes))))
        return sizes

    def lower(self, node, value, *shape, facts):
        import jax.numpy as jnp
        return jnp.broadcast_to(value, self._checked(value, facts))

    def host(self, node, value, *shape):
        value = np.asarray(value)
        return np.broadcast_to(value, self._checked(value, _sizes(shape))).copy()

    def do_constant_folding(self, node):
        # a big array of one number is better made when it is needed
        return False

    def infer_shape(self, node, input_shapes):
        """Legacy name: the sizes asked for."""
        return [node.inputs[1:]]

    def connection_pattern(self, node):
        return [[True]] + [[False]] * (len(node.inputs) - 1)

    def grad(self, inputs, output_grads):
        x, gz = inputs[0], output_grads[0]
        new = gz.ndim - x.ndim
        pattern = gz.broadcastable[gz.ndim - x.ndim:]
        stretched = [i for i in range(x.ndim) if x.broadcastable[i] and not pattern[i]]
        gx = gz.sum(axis=list(range(new)) + [i + new for i in stretched])
        if stretched:
            kept = iter(range(x.ndim))
            gx = gx.dimshuffle(["x" if i in stretched else next(kept) for i in range(x.ndim)])
        return [gx] + [DisconnectedType()() for _ in inputs[1:]]

    def R_op(self, inputs, eval_points):
        return [None] if eval_points[0] is None else self(eval_points[0], *inputs[1:], return_list=True)


alloc = Alloc()
register_printer(alloc, FunctionPrinter("alloc"))


@legacy_name("theano.tensor.basic")
class AllocEmpty(Op):
    """An array of `dtype` whose content is not defined (here: zeros)."""

    moves_only = True
    __props__ = ("dtype",)

    def __init__(self, dtype):
        assert isinstance(dtype, str), dtype
        self.dtype = dtype.lower()

    def make_node(self, *shape):
        sizes, pattern = alloc_validate_shape(shape)
        # a type of its own: its values are never checked
        output = TensorType(dtype=self.dtype, broadcastable=pattern)()
        output.tag.values_eq_approx = values_eq_approx_always_true
        output.type.filter_checks_isfinite = False
        output.tag.nan_guard_mode_check = False
        return Apply(self, sizes, [output])

    def fact_inputs(self, node):
        return tuple(range(len(node.inputs))), ()

    def facts(self, node, values, shapes):
        return _sizes(values)

    def lower(self, node, *shape, facts):
        import jax.numpy as jnp
        return jnp.zeros(facts, self.dtype)

    def host(self, node, *shape):
        return np.zeros(_sizes(shape), self.dtype)

    def do_constant_folding(self, node):
        return False

    def infer_shape(self, node, input_shapes):
        """Legacy name: the sizes asked for."""
        return [node.inputs]

    def connection_pattern(self, node):
        return [[False] for _ in node.inputs]

    def grad(self, inputs, output_grads):
        return [DisconnectedType()() for _ in inputs]

    def R_op(self, inputs, eval_points):
        return [zeros(inputs, self.dtype)]


def _filled(value, shape, dtype):
    if not isinstance(shape, (list, tuple, TensorVariable)):
        shape = [shape]
    return alloc(np.array(value, dtype=config.floatX if dtype is None else dtype), *shape)


def zeros(shape, dtype=None):
    """Zeros of `shape` (an int, ints and scalars, or a vector of known length), by default of floatX."""
    return _filled(0, shape, dtype)


def ones(shape, dtype=None):
    """Ones of `shape`, as in `zeros`."""
    return _filled(1, shape, dtype)


def _like(value, model, dtype, opt):
    made = constant(value, dtype=model.type.dtype if dtype is None else dtype)
    if opt and made.type == model.type:
        return made
    return fill(model, made)


def zeros_like(model, dtype=None, opt=False):
    """Zeros of the shape of `model`; `opt` gives a constant where the types allow."""
    return _like(0.0, model, dtype, opt)


def ones_like(model, dtype=None, opt=False):
    """Ones of the shape of `model`; `opt` gives a constant where the types allow."""
    return _like(1.0, model, dtype, opt)
