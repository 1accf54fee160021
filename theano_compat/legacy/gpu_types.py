"""The types, values and contexts of the GPU names: what lived on the GPU is an ordinary tensor or NumPy array here.

Functions are in `gpu` and `gpu_dnn`.
"""
import warnings

import numpy as np

from theano_compat.compile.sharedvalue import TensorSharedVariable, tensor_constructor
from theano_compat.scalar.device import before_the_backend
from theano_compat.tensor.constant import TensorConstant
from theano_compat.tensor.names_types import KINDS
from theano_compat.tensor.nnet.conv_functions import conv2d
from theano_compat.tensor.random.mrg import MRG_RandomStreams
from theano_compat.tensor.type import TensorType
from theano_compat.tensor.variable import TensorVariable

__all__ = ["CURAND_RandomStreams", "ContextNotDefined", "CudaNdarray", "CudaNdarrayConstant", "CudaNdarraySharedVariable",
           "GpuArrayConstant", "GpuArraySharedVariable", "GpuArrayType", "GpuArrayVariable", "conv2d_fft", "ftensor3", "ftensor4",
           "get_context", "gpu_context_type", "gpuarray_shared_constructor", "list_contexts", "reg_context", "work_dtype"]

CudaNdarrayConstant = GpuArrayConstant = TensorConstant
CudaNdarraySharedVariable = GpuArraySharedVariable = TensorSharedVariable
GpuArrayVariable = TensorVariable
ftensor3, ftensor4 = (TensorType("float32", KINDS[kind]) for kind in ("tensor3", "tensor4"))


def CudaNdarray(value):
    """A copy of `value`, a float32 array. Raises TypeError for other dtypes."""
    value = np.asarray(value)
    if value.dtype != "float32":
        raise TypeError("only float32 arrays can be made into a CudaNdarray, not %s" % value.dtype)
    return value.copy()


def GpuArrayType(dtype, broadcastable, context_name=None, name=None):
    """The type of tensors of `dtype`; there is one context only."""
    return TensorType(dtype, broadcastable, name=name)


def gpuarray_shared_constructor(value, name=None, strict=False, allow_downcast=None, borrow=False, broadcastable=None, target=None):
    """A shared variable; `target` names a context, and there is one only. TypeError for what is no array."""
    if not isinstance(value, (np.ndarray, np.generic)):
        raise TypeError("ndarray or GpuArray required")
    return tensor_constructor(value, name=name, strict=strict, allow_downcast=allow_downcast, borrow=borrow, broadcastable=broadcastable)


class ContextNotDefined(ValueError):
    """No device has been registered under the name that was asked for."""


class _Context:
    """JAX's first accelerator, as far as programs ask about it."""

    kind = b"cuda"

    def __init__(self, device):
        self.devname, self.unique_id = device.device_kind, str(device)


def _accelerators():
    import jax
    before_the_backend()
    return [d for d in jax.devices() if d.platform == "gpu"]


def list_contexts():
    """[None] where JAX sees a GPU, else []."""
    return [None] if _accelerators() else []


def get_context(name):
    """The GPU that JAX sees. Raises ContextNotDefined where there is none, and for any other name than None."""
    if name is not None or not _accelerators():
        raise ContextNotDefined("context name %s not defined" % (name,))
    return _Context(_accelerators()[0])


def reg_context(name, ctx):
    """Contexts cannot be added: raises NotImplementedError with what to do."""
    raise NotImplementedError("reg_context(%r): there is one device a process here, JAX's default; choose it by JAX_PLATFORMS or "
                              "CUDA_VISIBLE_DEVICES" % (name,))


class _GpuContextType:
    """What `gpu_context_type` was: the type of contexts. Values are what `get_context` gives."""

    def filter(self, data, strict=False, allow_downcast=None):
        if not isinstance(data, _Context):
            raise TypeError("context is not a GpuContext")
        return data


gpu_context_type = _GpuContextType()


def work_dtype(dtype):
    """float32 for float16, the dtype itself else: what sums are kept in."""
    return "float32" if dtype == "float16" else dtype


def conv2d_fft(input, filters, image_shape=None, filter_shape=None, border_mode="valid", pad_last_dim=False):
    """`conv2d`; the algorithm is XLA's choice, and no dimension needs padding for it."""
    return conv2d(input, filters, image_shape, filter_shape, border_mode)


class CURAND_RandomStreams(MRG_RandomStreams):
    """MRG31k3p under cuRAND's name: the distributions are the same, the numbers are not those that cuRAND drew."""

    def __init__(self, seed):
        warnings.warn("cuRAND's generator is not there: CURAND_RandomStreams draws other numbers, those of MRG_RandomStreams", stacklevel=2)
        super().__init__(seed)
