"""The names by which old programs spoke to a GPU, as portable graphs: they run wherever JAX runs.

`theano.sandbox.cuda` (gone since 1.0) and `theano.gpuarray`. cuDNN's functions are in `gpu_dnn`; what cannot be served is in
`removed`. Variables that lived on the GPU are ordinary tensor variables here, so moving between the two is nothing.
"""
from theano_compat.compile.sharedvalue import tensor_constructor
from theano_compat.graph.op import Op
from theano_compat.scalar.device import before_the_backend
from theano_compat.tensor.advindex import AdvancedSubtensor1
from theano_compat.tensor.alloc import AllocEmpty, alloc
from theano_compat.tensor.constant import as_tensor_variable
from theano_compat.tensor.diag import Eye
from theano_compat.tensor.elemwise import DimShuffle
from theano_compat.tensor.fft import irfft as cuirfft
from theano_compat.tensor.fft import rfft as curfft
from theano_compat.tensor.join import join as gpu_join
from theano_compat.tensor.nnet.blocksparse import sparse_block_dot as sparse_block_dot_SS
from theano_compat.tensor.nnet.corr import CorrMM, CorrMM_gradInputs, CorrMM_gradWeights
from theano_compat.tensor.reshape import Reshape
from theano_compat.tensor.signal.pool import Pool
from theano_compat.tensor.type import TensorType
from theano_compat.tensor.variable import TensorVariable

# two of them are answered by __getattr__
__all__ = ["CudaNdarrayType", "CudaNdarrayVariable", "GpuAdvancedSubtensor1", "GpuAllocEmpty", "GpuContiguous", "GpuCorrMM",  # noqa: F822
           "GpuCorrMM_gradInputs", "GpuCorrMM_gradWeights", "GpuDimShuffle", "GpuEye", "GpuFromHost", "GpuOp", "GpuPool", "GpuReshape",
           "HostFromGpu", "active_device_name", "active_device_number", "as_cuda_ndarray_variable", "as_gpuarray_variable",
           "cuda_available", "cuda_enabled", "cuirfft", "curfft", "device_properties", "float32_shared_constructor", "gpu_alloc",
           "gpu_alloc_empty", "gpu_contiguous", "gpu_from_host", "gpu_join", "host_from_gpu", "infer_context_name", "mem_info",
           "register_opt", "shared_constructor", "sparse_block_dot_SS", "synchronize", "unuse", "use"]


def _sees_gpu():
    import jax
    before_the_backend()
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
GpuReshape, GpuDimShuffle, GpuEye, GpuAdvancedSubtensor1, GpuPool = Reshape, DimShuffle, Eye, AdvancedSubtensor1, Pool
GpuCorrMM, GpuCorrMM_gradWeights, GpuCorrMM_gradInputs = CorrMM, CorrMM_gradWeights, CorrMM_gradInputs


class _Moved(Op):
    """What moved an array to or from the GPU; a graph never has such a node, for calling one gives its argument."""

    __props__ = ()

    def __init__(self, context_name=None):
        pass

    def __call__(self, x):
        return as_tensor_variable(x)


class HostFromGpu(_Moved):
    """Of `x`: `x`."""


class GpuFromHost(_Moved):
    """Of `x`: `x`."""


class GpuContiguous(_Moved):
    """Of `x`: `x`."""


def GpuAllocEmpty(dtype, context_name=None):
    """The op that makes arrays of `dtype` with any content."""
    return AllocEmpty(dtype)


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


shared_constructor = float32_shared_constructor


def unuse():
    """Nothing to take back: `use` changed nothing."""


def register_opt(*tags, **kwargs):
    """A decorator that keeps the function as it is: rewrites that brought ops to the GPU have nothing to do."""
    return lambda rewrite: rewrite


def _gpu():
    import jax
    if not _sees_gpu():
        raise RuntimeError("JAX sees no GPU on this machine; see cuda_available")
    return jax.devices()[0]


def active_device_number():
    """The number of the GPU in use. Raises RuntimeError where there is none, as the next three do."""
    return _gpu().id


def active_device_name():
    """The name of the GPU in use."""
    return _gpu().device_kind


def device_properties(number):
    """{'name': ...} of the GPU in use, and its compute capability where JAX knows it."""
    device = _gpu()
    return {"name": device.device_kind, "compute_capability": getattr(device, "compute_capability", None)}


def mem_info():
    """(free, total) bytes of what the process may use of the GPU's memory."""
    stats = _gpu().memory_stats()
    return stats["bytes_limit"] - stats["bytes_in_use"], stats["bytes_limit"]
