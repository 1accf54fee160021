"""The complex Fourier transform along one axis. Transforms of real tensors, in pairs of real numbers, are in `fft`."""
from theano_compat.graph.op import Op
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Apply
from theano_compat.tensor.casting import integer_dtypes
from theano_compat.tensor.constant import TensorConstant, as_tensor_variable
from theano_compat.tensor.type import tensor_type


@legacy_name("theano.tensor.fourier")
class Fourier(Op):
    """Transform of `a` along `axis` (None: the last), which is first cut or padded with zeros to length `n` (None: its own).

    Always complex128. TypeError for a scalar `a`, and for an `n` or `axis` that no integer of the right size is.
    """

    __props__ = ()

    def make_node(self, a, n, axis):
        a = as_tensor_variable(a)
        name = type(self).__name__
        if a.ndim < 1:
            raise TypeError("%s: input must be an array, not a scalar" % name)
        axis = as_tensor_variable(a.ndim - 1 if axis is None else axis)
        if axis.dtype not in integer_dtypes:
            raise TypeError("%s: index of the transformed axis must be of type integer" % name)
        if axis.ndim != 0 or (isinstance(axis, TensorConstant) and not 0 <= axis.data < a.ndim):
            raise TypeError("%s: index of the transformed axis must be a scalar not smaller than 0 and smaller than dimension of array"
                            % name)
        n = as_tensor_variable(a.shape[axis] if n is None else n)
        if n.dtype not in integer_dtypes:
            raise TypeError("%s: length of the transformed axis must be of type integer" % name)
        if n.ndim != 0 or (isinstance(n, TensorConstant) and n.data < 1):
            raise TypeError("%s: length of the transformed axis must be a strictly positive scalar" % name)
        return Apply(self, [a, n, axis], [tensor_type("complex128", a.type.broadcastable)()])

    def fact_inputs(self, node):
        return (1, 2), ()

    def facts(self, node, values, shapes):
        return int(values[1]), int(values[2])

    def connection_pattern(self, node):
        return [[True], [False], [False]]

    def lower(self, node, a, n, axis, facts):
        import jax.numpy as jnp
        return jnp.fft.fft(jnp.asarray(a).astype("complex128"), n=facts[0], axis=facts[1])


fft = Fourier()
