"""The Fourier transforms of matrices of `theano.sandbox.fourier`, with complex numbers. Those with gradients are in `fft`."""
import numpy as np

from theano_compat.graph.null_type import DisconnectedType, grad_not_implemented
from theano_compat.graph.op import Op
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Apply
from theano_compat.tensor.constant import as_tensor_variable
from theano_compat.tensor.type import TensorType


@legacy_name("theano.sandbox.fourier")
class FFT(Op):
    """The transform of `n` points of the matrix `frames` along `axis`, or its inverse; `half`: the first half of it.

    complex128. ValueError for half of an odd number; no gradient, as in Theano.
    """

    __props__ = ("half", "inverse")

    def __init__(self, half=False, inverse=False):
        self.half, self.inverse = half, inverse

    def make_node(self, frames, n, axis):
        frames, n, axis = as_tensor_variable(frames, ndim=2), as_tensor_variable(n, ndim=0), as_tensor_variable(axis, ndim=0)
        if self.half and frames.dtype.startswith("complex"):
            raise TypeError("Argument to HalfFFT must not be complex", frames)
        return Apply(self, [frames, n, axis], [TensorType("complex128", (False, False))()])

    def fact_inputs(self, node):
        return (1, 2), ()

    def facts(self, node, values, shapes):
        return int(values[1]), int(values[2])

    def lower(self, node, frames, n, axis, facts):
        import jax.numpy as jnp
        n, axis = facts
        if self.half and axis not in (0, 1):
            raise NotImplementedError("half of a transform along axis %d: 0 or 1" % axis)
        if self.half and n % 2:
            raise ValueError("halfFFT on odd-length vectors is undefined")
        wide = jnp.asarray(frames).astype("complex128" if frames.dtype.kind == "c" else "float64")
        found = (jnp.fft.ifft if self.inverse else jnp.fft.fft)(wide, n, axis)
        if self.half:
            found = found[:n // 2] if axis == 0 else found[:, :n // 2]
        return found.astype("complex128")

    def grad(self, inputs, g_outputs):
        return [grad_not_implemented(self, 0, inputs[0]), DisconnectedType()(), DisconnectedType()()]

    def connection_pattern(self, node):
        return [[True], [False], [False]]


fft = FFT(half=False, inverse=False)
half_fft = FFT(half=True, inverse=False)
ifft = FFT(half=False, inverse=True)
half_ifft = FFT(half=True, inverse=True)


def dct_matrix(rows, cols, unitary=True):
    """The first `rows` rows of the matrix of the discrete cosine transform of `cols` numbers, a NumPy array."""
    angles = np.outer(np.arange(rows), 2 * np.arange(cols) + 1) * (np.pi / (2.0 * cols))
    matrix = np.cos(angles) * np.sqrt(2.0 / cols)
    if unitary:
        matrix[0] *= np.sqrt(0.5)
    return matrix
