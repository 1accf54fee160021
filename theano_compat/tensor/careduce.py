"""Reductions by a commutative, associative scalar op: CAReduce and its named kinds (Sum, Prod, All, Any).

Here are the op classes. The functions `sum`, `prod`, `all`, ... are in `reduce`, max and argmax in `argmax`, mean,
variance and covariance in `stats`.
"""
from copy import copy

import numpy as np

from theano_compat import scalar
from theano_compat.config import config
from theano_compat.graph import Apply, Op
from theano_compat.graph.null_type import grad_not_implemented
from theano_compat.graph.utils import legacy_name
from theano_compat.tensor.casting import continuous_dtypes, discrete_dtypes
from theano_compat.tensor.constant import as_tensor_variable
from theano_compat.tensor.elemwise import DimShuffle, plain_elemwise
from theano_compat.tensor.names_elemwise import eq, neq, switch
from theano_compat.tensor.type import TensorType


@legacy_name("theano.tensor.elemwise")
class MulWithoutZeros(scalar.BinaryScalarOp):
    """Product in which a zero counts as "nothing there"; a product of zeros alone is zero."""

    identity = 0.0
    commutative = True
    associative = True

    def impl(self, x, y):
        if x == 0:
            return y
        if y == 0:
            return x
        return x * y

    def lower_elementwise(self, out_dtype, x, y):
        import jax.numpy as jnp
        x, y = x.astype(out_dtype), y.astype(out_dtype)
        return jnp.where(x == 0, y, jnp.where(y == 0, x, x * y))

    def host_elementwise(self, out_dtype, x, y):
        x, y = np.asarray(x, out_dtype), np.asarray(y, out_dtype)
        return np.where(x == 0, y, np.where(y == 0, x, x * y))


mul_without_zeros = MulWithoutZeros(scalar.upcast_out, name="mul_without_zeros")


def _fold(scalar_op, out_dtype, x, axis):
    """Fold one axis of a JAX array by any scalar op, halving it: the op is associative by contract."""
    import jax.numpy as jnp
    x = jnp.moveaxis(x, axis, 0)
    while x.shape[0] > 1:
        half = x.shape[0] // 2
        rest = x[2 * half:]
        x = scalar_op.lower_elementwise(out_dtype, x[:half], x[half:2 * half])
        x = jnp.concatenate([x, rest]) if rest.shape[0] else x
    return x[0]


def _fold_on_host(scalar_op, out_dtype, x, axis):
    x = np.moveaxis(x, axis, 0)
    result = x[0]
    for row in x[1:]:
        result = scalar_op.host_elementwise(out_dtype, result, row)
    return np.asarray(result)


def _xla_reductions():
    """Scalar op class -> reduction of a JAX array over a tuple of axes."""
    from jax import lax
    return {scalar.Add: lax.reduce_sum, scalar.Mul: lax.reduce_prod, scalar.Maximum: lax.reduce_max,
            scalar.Minimum: lax.reduce_min, scalar.AND: lax.reduce_and, scalar.OR: lax.reduce_or,
            scalar.XOR: lax.reduce_xor}


_UFUNCS = {scalar.Add: np.add, scalar.Mul: np.multiply, scalar.Maximum: np.maximum, scalar.Minimum: np.minimum,
           scalar.AND: np.bitwise_and, scalar.OR: np.bitwise_or, scalar.XOR: np.bitwise_xor}


def _as_axes(axis):
    """The `axis` argument of a reduction as None or a sorted tuple."""
    if axis is None:
        return None
    if isinstance(axis, (int, np.integer)) or (isinstance(axis, np.ndarray) and axis.ndim == 0):
        return (int(axis),)
    return tuple(sorted({int(a) for a in axis}))


@legacy_name("theano.tensor.elemwise")
class CAReduce(Op):
    """Fold a tensor by `scalar_op` along `axis`: an int, several, or None for all."""

    __props__ = ("scalar_op", "axis")

    def __init__(self, scalar_op, axis=None):
        if scalar_op.nin not in (-1, 2) or scalar_op.nout != 1:
            raise NotImplementedError("CAReduce only supports binary functions with a single output.")
        self.scalar_op = scalar_op
        self.axis = _as_axes(axis)

    @property
    def host_only(self):
        """Whether the scalar op is known by its Python function alone."""
        return self.scalar_op.host_only

    def _output_dtype(self, input_dtype):
        return input_dtype

    def make_node(self, input):
        input = as_tensor_variable(input)
        ndim = input.type.ndim
        for axis in self.axis or ():
            if axis >= ndim or axis < -ndim:
                raise ValueError("Not enough dimensions on %s to reduce on axis %s" % (input, axis))
        op = self
        if self.axis is not None and any(a < 0 for a in self.axis):
            op = copy(self)
            op.axis = tuple(a + ndim if a < 0 else a for a in self.axis)
        kept = [b for i, b in enumerate(input.type.broadcastable) if i not in op._axes(ndim)]
        return Apply(op, [input], [TensorType(self._output_dtype(input.type.dtype), kept)()])

    def __str__(self):
        if self.axis is None:
            return "Reduce{%s}" % self.scalar_op
        return "Reduce{%s}{%s}" % (self.scalar_op, ", ".join(map(str, self.axis)))

    def _axes(self, ndim):
        return tuple(range(ndim)) if self.axis is None else self.axis

    def _accumulator(self, node):
        return getattr(self, "acc_dtype", None) or node.outputs[0].type.dtype

    def _empty(self, x, axes, dtype):
        """The shape and value of a reduction over no elements, or None when there are some."""
        empty = [a for a in axes if x.shape[a] == 0]
        if not empty:
            return None
        if not hasattr(self.scalar_op, "identity"):
            raise ValueError("Input of CAReduce{%s} has zero-size on axis %d" % (self.scalar_op, empty[0]))
        shape = tuple(n for i, n in enumerate(x.shape) if i not in axes)
        return np.full(shape, np.asarray(self.scalar_op.identity).astype(dtype))

    def lower(self, node, x):
        import jax.numpy as jnp
        axes, acc, out = self._axes(x.ndim), self._accumulator(node), node.outputs[0].type.dtype
        result = self._empty(x, axes, acc)
        if result is None:
            result = jnp.asarray(x).astype(acc)
            reduction = _xla_reductions().get(type(self.scalar_op))
            if reduction is not None:
                result = reduction(result, axes)
            elif isinstance(self.scalar_op, MulWithoutZeros):
                nothing = jnp.all(result == 0, axes)
                product = jnp.prod(jnp.where(result == 0, jnp.ones((), acc), result), axes, dtype=acc)
                result = jnp.where(nothing, jnp.zeros((), acc), product)
            else:
                for axis in sorted(axes, reverse=True):
                    result = _fold(self.scalar_op, acc, result, axis)
        return jnp.asarray(result).astype(out)

    def host(self, node, x):
        x = np.asarray(x)
        axes, acc, out = self._axes(x.ndim), self._accumulator(node), node.outputs[0].type.dtype
        result = self._empty(x, axes, acc)
        if result is None:
            result = x.astype(acc)
            ufunc = _UFUNCS.get(type(self.scalar_op))
            for axis in sorted(axes, reverse=True):
                if ufunc is not None:
                    result = ufunc.reduce(result, axis, dtype=acc)
                else:
                    result = _fold_on_host(self.scalar_op, acc, result, axis)
        return np.array(result, dtype=out)


class _Truth(CAReduce):
    """What All and Any share: any input is compared with zero first, the result is bool, no gradient flows."""

    __props__ = ("axis",)
    _scalar_op = None

    def __init__(self, axis=None):
        CAReduce.__init__(self, self._scalar_op, axis)

    def _output_dtype(self, input_dtype):
        return "bool"

    def __str__(self):
        name = type(self).__name__
        return name if self.axis is None else "%s{%s}" % (name, ", ".join(map(str, self.axis)))

    def make_node(self, input):
        input = as_tensor_variable(input)
        return CAReduce.make_node(self, input if input.dtype == "bool" else neq(input, 0))

    def grad(self, inputs, output_grads):
        return [inputs[0].zeros_like(config.floatX)]


@legacy_name("theano.tensor.elemwise")
class All(_Truth):
    """Whether all elements along `axis` are true. The result is bool."""

    _scalar_op = scalar.and_


@legacy_name("theano.tensor.elemwise")
class Any(_Truth):
    """Whether any element along `axis` is true. The result is bool."""

    _scalar_op = scalar.or_


# By default small integers are summed, and returned, in 64 bits; floats accumulate one size wider than they are returned.
_DEFAULT_DTYPE = {"bool": "int64", "int8": "int64", "int16": "int64", "int32": "int64",
                  "uint8": "uint64", "uint16": "uint64", "uint32": "uint64"}
_DEFAULT_ACC_DTYPE = {**_DEFAULT_DTYPE, "float16": "float32", "float32": "float64", "complex64": "complex128"}
# What ops pickled before `dtype` existed returned.
_OLD_DTYPE = {"int8": "int32", "int16": "int32", "int32": "int64", "uint8": "uint32", "uint16": "uint32",
              "uint32": "uint64"}


@legacy_name("theano.tensor.elemwise")
class CAReduceDtype(CAReduce):
    """CAReduce that accumulates in `acc_dtype` and returns `dtype`.

    None for `dtype` means the input's, widened to 64 bits for integers; None for `acc_dtype` also widens floats.
    An `acc_dtype` that would lose precision is a TypeError.
    """

    __props__ = ("scalar_op", "axis", "dtype", "acc_dtype")

    def __init__(self, scalar_op, axis=None, dtype=None, acc_dtype=None):
        CAReduce.__init__(self, scalar_op, axis=axis)
        self.dtype = dtype
        self.acc_dtype = acc_dtype

    def __setstate__(self, state):
        self.__dict__.update(state)
        self.__dict__.setdefault("dtype", "OLD")
        self.__dict__.setdefault("acc_dtype", None)

    def _output_dtype(self, input_dtype):
        if self.dtype == "OLD":
            return _OLD_DTYPE.get(input_dtype, input_dtype)
        return self.dtype if self.dtype is not None else _DEFAULT_DTYPE.get(input_dtype, input_dtype)

    def _acc_dtype(self, input_dtype):
        acc = self.acc_dtype
        if acc is None:
            return _DEFAULT_ACC_DTYPE.get(input_dtype, input_dtype)
        if acc in continuous_dtypes and input_dtype in discrete_dtypes:
            return acc
        upcasted = scalar.upcast(input_dtype, acc)
        if acc != upcasted:
            raise TypeError(
                "Cannot build %s node with input dtype %s and acc_dtype %s, as precision would be lost. To correct this "
                "error, you can:\n  - not specify acc_dtype, or\n  - use an acc_dtype at least as precise as %s.\n"
                "  - specify \"dtype\" instead of \"acc_dtype\", so the reduction will be precise, but the result will be "
                "casted into \"dtype\" at the end.\nIf you are expecting the precision loss, you can use "
                "tensor.cast(..., dtype=\"%s\"), on your input." % (self, input_dtype, acc, upcasted, acc))
        return acc

    def make_node(self, input):
        input = as_tensor_variable(input)
        dtype, acc_dtype = self._output_dtype(input.dtype), self._acc_dtype(input.dtype)
        op = self
        if (dtype, acc_dtype) != (self.dtype, self.acc_dtype):
            op = copy(self)
            op.dtype, op.acc_dtype = dtype, acc_dtype
        return CAReduce.make_node(op, input)

    def __str__(self):
        name = type(self).__name__
        if name == "CAReduceDtype":
            name = ("ReduceDtype{%s}" % self.scalar_op,)
        axis = "" if self.axis is None else "axis=[%s], " % ", ".join(map(str, self.axis))
        return "%s{%sacc_dtype=%s}" % (name, axis, self.acc_dtype)


def _padded_order(x, axes):
    """The dimshuffle that puts broadcastable axes back where a reduction of `x` over `axes` took them away."""
    kept = iter(range(x.type.ndim))
    return ["x" if i in axes else next(kept) for i in range(x.type.ndim)]


@legacy_name("theano.tensor.elemwise")
class Sum(CAReduceDtype):
    """Sum along `axis`."""

    __props__ = ("axis", "dtype", "acc_dtype")
    __str__ = CAReduceDtype.__str__  # the properties would print otherwise, as they do for Prod

    def __init__(self, axis=None, dtype=None, acc_dtype=None):
        CAReduceDtype.__init__(self, scalar.add, axis=axis, dtype=dtype, acc_dtype=acc_dtype)

    def R_op(self, inputs, eval_points):
        return [None] if eval_points[0] is None else self(eval_points[0], return_list=True)

    def L_op(self, inputs, outputs, output_grads):
        x, = inputs
        if outputs[0].dtype not in continuous_dtypes:
            return [x.zeros_like(dtype=config.floatX)]
        gz = as_tensor_variable(output_grads[0])
        if self.axis == ():
            return [gz]
        # not `fill`: Theano makes an Elemwise without a name here, and prints it so
        return [plain_elemwise(scalar.second)(x, DimShuffle(gz.type.broadcastable, _padded_order(x, self._axes(x.type.ndim)))(gz))]


@legacy_name("theano.tensor.elemwise")
class Prod(CAReduceDtype):
    """Product along `axis`. With `no_zeros_in_input` the gradient is the simple quotient, wrong where there are zeros."""

    __props__ = ("axis", "dtype", "acc_dtype")

    def __init__(self, axis=None, dtype=None, acc_dtype=None, no_zeros_in_input=False):
        CAReduceDtype.__init__(self, scalar.mul, axis=axis, dtype=dtype, acc_dtype=acc_dtype)
        self.no_zeros_in_input = no_zeros_in_input

    def __setstate__(self, state):
        CAReduceDtype.__setstate__(self, state)
        self.__dict__.setdefault("no_zeros_in_input", False)

    def L_op(self, inputs, outputs, output_grads):
        x, = inputs
        if outputs[0].dtype in discrete_dtypes or self.acc_dtype in discrete_dtypes:
            return [x.zeros_like(dtype=config.floatX)]
        gz = as_tensor_variable(output_grads[0])
        if self.axis == ():
            return [gz]
        order = _padded_order(x, self._axes(x.type.ndim))
        product = self(x).dimshuffle(order)
        gz = gz.dimshuffle(order)
        quotient = gz * product / x
        if self.no_zeros_in_input:
            return [quotient]
        # A group (elements multiplied together) without zeros has the quotient as its gradient. One zero: only that
        # element has a gradient, the product of the others. Two or more: all gradients vanish.
        is_zero = eq(x, 0.0)
        zeros = Sum(axis=self.axis)(is_zero)
        single = eq(zeros, 1).dimshuffle(order)
        the_zero = single * is_zero
        # groups whose gradient is not needed are multiplied by zero, which ProdWithoutZeros skips
        others_of = (single * neq(gz, 0.0)) * x
        others = ProdWithoutZeros(axis=self.axis)(others_of).dimshuffle(order)
        no_zero = eq(zeros, 0).dimshuffle(order)
        return [switch(no_zero, quotient, switch(the_zero, others, 0.0) * gz)]


@legacy_name("theano.tensor.elemwise")
class ProdWithoutZeros(CAReduceDtype):
    """Product along `axis` of the elements that are not zero; zero where there are none. Gradient of Prod."""

    __props__ = ("axis", "dtype", "acc_dtype")

    def __init__(self, axis=None, dtype=None, acc_dtype=None):
        CAReduceDtype.__init__(self, mul_without_zeros, axis=axis, dtype=dtype, acc_dtype=acc_dtype)

    def grad(self, inputs, output_grads):
        return [grad_not_implemented(
            self, 0, inputs[0],
            "2nd derivatives of `product(a)` is not currently supported.If `a` is guaranteed to contains no zeros, use "
            "`product(a, no_zeros_in_input=True)`.")]
