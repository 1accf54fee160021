"""Casts: groups of dtypes by name, `cast`, and the passage between scalar and tensor variables.

How Python numbers find a dtype is in `scalar` (autocasting).
"""
import numpy as np

from theano_compat import scalar
from theano_compat.config import config
from theano_compat.graph.op import Op
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Apply
from theano_compat.scalar.types import Scalar, as_scalar_conversions, get_scalar_type
from theano_compat.tensor.constant import as_tensor_variable
from theano_compat.tensor.type import TensorType, tensor_type

complex_dtypes = [str(t) for t in scalar.complex_types]
continuous_dtypes = [str(t) for t in scalar.continuous_types]
float_dtypes = [str(t) for t in scalar.float_types]
integer_dtypes = [str(t) for t in scalar.integer_types]
discrete_dtypes = [str(t) for t in scalar.discrete_types]
all_dtypes = [str(t) for t in scalar.all_types]
int_dtypes = [str(t) for t in scalar.int_types]
uint_dtypes = [str(t) for t in scalar.uint_types]


def cast(x, dtype):
    """`x` as a tensor of `dtype`, itself when it is one. Raises TypeError for complex to real."""
    if dtype == "floatX":
        dtype = config.floatX
    x = as_tensor_variable(x)
    if x.type.dtype == dtype:
        return x
    if x.type.dtype.startswith("complex") and not dtype.startswith("complex"):
        raise TypeError("Casting from complex to real is ambiguous: consider real(), imag(), angle() or abs()")
    from theano_compat.tensor.names_elemwise import _cast_mapping
    return _cast_mapping[dtype](x)


@legacy_name("theano.tensor.basic")
class TensorFromScalar(Op):
    """A scalar variable as a tensor without dimensions."""

    moves_only = True
    __props__ = ()

    def make_node(self, s):
        assert isinstance(s.type, Scalar)
        return Apply(self, [s], [tensor_type(s.type.dtype, ())()])

    def lower(self, node, s):
        import jax.numpy as jnp
        return jnp.asarray(s, dtype=node.outputs[0].type.dtype)

    def host(self, node, s):
        return np.asarray(s)

    def perform(self, node, inputs, output_storage, params=None):
        output_storage[0][0] = np.asarray(inputs[0])

    def infer_shape(self, node, in_shapes):
        return [()]

    def grad(self, inputs, output_grads):
        (s,), (dt,) = inputs, output_grads
        if s.type.dtype in float_dtypes:
            assert dt.type.dtype in float_dtypes
            return [scalar_from_tensor(dt)]
        if s.type.dtype in discrete_dtypes:
            return [s.zeros_like().astype(config.floatX)]
        raise NotImplementedError("grad not implemented for complex dtypes")


tensor_from_scalar = TensorFromScalar()


@legacy_name("theano.tensor.basic")
class ScalarFromTensor(Op):
    """A tensor without dimensions as a scalar variable."""

    moves_only = True
    __props__ = ()

    def make_node(self, t):
        assert isinstance(t.type, TensorType)
        assert t.type.broadcastable == ()
        return Apply(self, [t], [get_scalar_type(dtype=t.type.dtype).make_variable()])

    def lower(self, node, t):
        return t

    def host(self, node, t):
        return np.asarray(t)[()]

    def perform(self, node, inputs, output_storage, params=None):
        output_storage[0][0] = inputs[0].flatten()[0]

    def infer_shape(self, node, in_shapes):
        return [()]

    def grad(self, inputs, output_grads):
        return [tensor_from_scalar(output_grads[0])]

    def R_op(self, inputs, eval_points):
        return [None] if None in eval_points else self.make_node(*eval_points).outputs


scalar_from_tensor = ScalarFromTensor()
as_scalar_conversions.append((lambda x: isinstance(x.type, TensorType) and x.type.ndim == 0, scalar_from_tensor))
