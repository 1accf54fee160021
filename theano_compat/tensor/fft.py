"""Fourier transforms of real tensors; complex numbers are pairs in a last dimension of two, as on Theano's GPUs."""
import numpy as np

from theano_compat.graph.op import Op
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Apply
from theano_compat.tensor.casting import integer_dtypes
from theano_compat.tensor.constant import as_tensor_variable
from theano_compat.tensor.incindex import set_subtensor
from theano_compat.tensor.methods import tensor_function
from theano_compat.tensor.type import tensor_type


class _Transform(Op):
    """What both ops share: `s`, the lengths of the transformed axes, which decides shapes."""

    __props__ = ()

    def _lengths(self, s):
        s = as_tensor_variable(s)
        if s.dtype not in integer_dtypes:
            raise TypeError("%s: length of the transformed axis must be of type integer" % type(self).__name__)
        return s

    def fact_inputs(self, node):
        return (1,), ()

    def facts(self, node, values, shapes):
        return tuple(int(n) for n in values[1])

    def connection_pattern(self, node):
        return [[True], [False]]


def _real(x):
    """`x` in a dtype that transforms work in."""
    import jax.numpy as jnp
    x = jnp.asarray(x)
    return x if x.dtype in ("float32", "float64") else x.astype("float32" if x.dtype == "float16" else "float64")


@legacy_name("theano.tensor.fft")
class RFFTOp(_Transform):
    """Transform of each of the real tensors that `a`, a batch of them, holds; cut or padded to lengths `s`."""

    def output_type(self, inp):
        """Type of the result for input `inp`."""
        return tensor_type(inp.dtype, (False,) * (inp.type.ndim + 1))

    def make_node(self, a, s=None):
        a = as_tensor_variable(a)
        if a.ndim < 2:
            raise TypeError("%s: input must have dimension > 2, with first dimension batches" % type(self).__name__)
        s = as_tensor_variable(a.shape[1:]) if s is None else self._lengths(s)
        return Apply(self, [a, s], [self.output_type(a)()])

    def lower(self, node, a, s, facts):
        import jax.numpy as jnp
        found = jnp.fft.rfftn(_real(a), s=facts, axes=tuple(range(-len(facts), 0)))
        return jnp.stack([found.real, found.imag], axis=-1).astype(a.dtype)


@legacy_name("theano.tensor.fft")
class IRFFTOp(_Transform):
    """The real tensors of lengths `s` whose transforms `a` holds, without the division by their size."""

    def output_type(self, inp):
        """Type of the result for input `inp`."""
        return tensor_type(inp.dtype, (False,) * (inp.type.ndim - 1))

    def make_node(self, a, s=None):
        a = as_tensor_variable(a)
        if a.ndim < 3:
            raise TypeError("%s: input must have dimension >= 3,  with first dimension batches and last real/imag parts"
                            % type(self).__name__)
        s = as_tensor_variable(_lengths_of_inverse(a, 0)) if s is None else self._lengths(s)
        return Apply(self, [a, s], [self.output_type(a)()])

    def lower(self, node, a, s, facts):
        import jax
        import jax.numpy as jnp
        x = _real(a)
        found = jnp.fft.irfftn(jax.lax.complex(x[..., 0], x[..., 1]), s=facts, axes=tuple(range(-len(facts), 0)))
        return (found * int(np.prod(facts))).astype(a.dtype)


rfft_op = RFFTOp()
irfft_op = IRFFTOp()


def _lengths_of_inverse(a, odd):
    s = a.shape[1:-1]
    return set_subtensor(s[-1], (s[-1] - 1) * 2 + odd) if odd else set_subtensor(s[-1], (s[-1] - 1) * 2)


def _unitary(norm):
    if norm not in (None, "ortho", "no_norm"):
        raise ValueError("Invalid value %s for norm, must be None, 'ortho' or 'no norm'" % norm)
    return norm


def _root_of_size(s, dtype):
    return tensor_function("sqrt")(s.prod().astype(dtype))


def rfft(inp, norm=None):
    """Fourier transforms of the real tensors that `inp` holds, all its dimensions but the first.

    The last dimension, of n, becomes n // 2 + 1 and a dimension of two, real and imaginary part. `norm`: None, 'ortho'
    (divided by the root of the size) or 'no_norm'.
    """
    s = inp.shape[1:]
    scaling = _root_of_size(s, inp.dtype) if _unitary(norm) == "ortho" else 1
    return rfft_op(inp, s) / scaling


def irfft(inp, norm=None, is_odd=False):
    """The real tensors whose Fourier transforms `inp` holds, as `rfft` gives them.

    `is_odd`: their last dimension is. `norm`: None (divided by the size), 'ortho' (by its root) or 'no_norm'.
    """
    if is_odd not in (True, False):
        raise ValueError("Invalid value %s for id_odd, must be True or False" % is_odd)
    s = _lengths_of_inverse(inp, 1 if is_odd else 0)
    scaling = 1
    if _unitary(norm) is None:
        scaling = s.prod().astype(inp.dtype)
    elif norm == "ortho":
        scaling = _root_of_size(s, inp.dtype)
    return irfft_op(inp, s) / scaling
