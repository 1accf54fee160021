"""The names by which old programs spoke to a GPU, as portable graphs: they run wherever JAX runs.

`theano.sandbox.cuda` (gone since 1.0) and `theano.gpuarray`. cuDNN's functions are in `gpu_dnn`; what cannot be served is in
`removed`. Variables that lived on the GPU are ordinary tensor variables here, so moving between the two is nothing.
"""
from theano_compat.compile.sharedvalue import tensor_constructor
from theano_compat.graph.op import Op
from theano_compat.tensor.alloc import AllocEmpty, alloc
from theano_compat.tensor.constant import as_tensor_variable
from theano_compat.tensor.join import join as gpu_join
from theano_compat.tensor.nnet.corr import CorrMM, CorrMM_gradInputs, CorrMM_gradWeights
from theano_compat.tensor.reshape import Reshape
from theano_compat.tensor.type import TensorType
from theano_compat.tensor.variable import TensorVariable

# two of them are answered by __getattr__
__all__ = ["CudaNdarrayType", "GpuCorrMM", "GpuCorrMM_gradInputs", "GpuCorrMM_gradWeights", "GpuOp", "GpuReshape",  # noqa: F822
           "as_cuda_ndarray_variable", "as_gpuarray_variable", "cuda_available", "cuda_enabled", "float32_shared_constructor",
           "gpu_alloc", "gpu_alloc_empty", "gpu_contiguous", "gpu_from_host", "gpu_join", "host_from_gpu", "infer_context_name",
           "synchronize", "use"]


def _sees_gpu():
    import jax
    return jax.default_backend() == "gpu"


def __getattr__(name):
    # asked late: the answer starts JAX's backend
    if name in ("cuda_available", "cuda_enabled"):
        return _sees_gpu()
    raise AttributeError(name)


class GpuOp(Op):
    """Base of ops written for the GPU. One that states `perform` or `lower` runs anywhere; CUDA code is not looked at."""


def CudaNdarrayType(broadcastable, name=None, dtype=None):
    """The type of float32 tensors."""
    return TensorType("float32" if dtype is None else dtype, broadcastable, name=name)


CudaNdarrayVariable = TensorVariable
GpuReshape = Reshape
GpuCorrMM, GpuCorrMM_gradWeights, GpuCorrMM_gradInputs = CorrMM, CorrMM_gradWeights, CorrMM_gradInputs


def gpu_contiguous(x):
    """`x`: XLA lays arrays out as it needs them."""
    return as_tensor_variable(x)


gpu_from_host = host_from_gpu = as_cuda_ndarray_variable = gpu_contiguous


def as_gpuarray_variable(x, context_name=None):
    """`x` as a tensor variable; there is one context only."""
    return as_tensor_variable(x)


def infer_context_name(*variables):
    """None: the one context there is."""


def gpu_alloc(value, *shape):
    """An array of `shape` filled with `value`."""
    return alloc(value, *shape)


def gpu_alloc_empty(*shape):
    """A float32 array of `shape` with any content."""
    return AllocEmpty("float32")(*shape)


def float32_shared_constructor(value, name=None, strict=False, allow_downcast=None, borrow=False, broadcastable=None, target="gpu"):
    """A shared variable of float32. Raises TypeError for values of other dtypes."""
    if str(value.dtype) != "float32":
        raise TypeError("float32 ndarray required")
    return tensor_constructor(value, name=name, strict=strict, allow_downcast=allow_downcast, borrow=borrow, broadcastable=broadcastable)


def use(device, *args, **kwargs):
    """Nothing to do where JAX sees an accelerator. Raises RuntimeError where it sees none and `device` names one."""
    if str(device) != "cpu" and not _sees_gpu():
        raise RuntimeError("use(%r): JAX sees no GPU on this machine; the program runs on the CPU without this call" % (device,))


def synchronize():
    """Nothing to wait for: a call returns when its results are there."""
