"""cuDNN's functions by their old names (`theano.sandbox.cuda.dnn`, `theano.gpuarray.dnn`), as portable graphs.

Choices of algorithm, workspace and precision were cuDNN's: they are accepted, checked for contradictions and change nothing; XLA
computes in the dtype of its inputs.
"""
import warnings

from theano_compat.legacy.gpu import _sees_gpu
from theano_compat.tensor.constant import as_tensor_variable
from theano_compat.tensor.names_elemwise import exp, log
from theano_compat.tensor.nnet import abstract_conv, bn
from theano_compat.tensor.nnet.conv_shape import get_conv_output_shape
from theano_compat.tensor.reduce import max as tensor_max
from theano_compat.tensor.signal.pool import Pool

__all__ = ["GpuDnnConv", "GpuDnnConv3d", "GpuDnnConv3dGradI", "GpuDnnConv3dGradW", "GpuDnnConvDesc", "GpuDnnConvGradI",
           "GpuDnnConvGradW", "GpuDnnPool", "GpuDnnSoftmax", "dnn_available", "dnn_batch_normalization_test",
           "dnn_batch_normalization_train", "dnn_conv", "dnn_conv3d", "dnn_gradinput", "dnn_gradinput3d", "dnn_gradweight",
           "dnn_gradweight3d", "dnn_pool", "dnn_present", "version"]


def dnn_available(context_name=None):
    """Whether there is a GPU; the functions here work in either case."""
    return _sees_gpu()


dnn_present = dnn_available


def version(raises=True):
    """-1, as where cuDNN is not found. RuntimeError where `raises`."""
    if raises:
        raise RuntimeError("cuDNN is XLA's business here and its version is not known to programs; version(raises=False) gives -1")
    return -1


dnn_available.msg = "JAX sees no GPU on this machine; the functions of this module run on the CPU"


def _settled(dilation, conv_mode, ndim, workmem=None, algo=None, precision=None, direction="forward"):
    """(dilation, whether filters flip). Before 0.9 `conv_mode` stood where `dilation` is."""
    if isinstance(dilation, str):
        dilation, conv_mode = (1,) * ndim, dilation
    _choices(workmem, algo, precision, direction)
    if conv_mode not in ("conv", "cross"):
        raise ValueError("conv_mode must be 'conv' or 'cross', got %r" % (conv_mode,))
    return dilation, conv_mode == "conv"


_AT_RUN_TIME = ("guess_once", "guess_on_shape_change", "time_once", "time_on_shape_change")
_ALGORITHMS = {"forward": ("small", "none", "large", "fft", "fft_tiling", "winograd", "winograd_non_fused", *_AT_RUN_TIME),
               "weights": ("none", "deterministic", "fft", "small", "winograd_non_fused", "fft_tiling", *_AT_RUN_TIME),
               "inputs": ("none", "deterministic", "fft", "fft_tiling", "winograd", "winograd_non_fused", *_AT_RUN_TIME)}
_PRECISIONS = (None, "as_input_f32", "as_input", "float16", "float32", "float64")


def _choices(workmem, algo, precision, direction):
    """What cuDNN chose by: looked at as Theano did (ValueError; AssertionError for what is no algorithm), and of no effect."""
    if workmem is not None:
        if algo is not None:
            raise ValueError("You can't use both algo and workmem")
        warnings.warn("workmem is deprecated, use algo instead", stacklevel=4)
        algo = workmem
    assert algo is None or algo in _ALGORITHMS[direction], "no algorithm of cuDNN for this: %r" % (algo,)
    if precision not in _PRECISIONS:
        raise ValueError("precision must be one of %s, got %r" % (", ".join(map(str, _PRECISIONS)), precision))


def dnn_conv(img, kerns, border_mode="valid", subsample=(1, 1), dilation=(1, 1), conv_mode="conv", direction_hint=None, workmem=None,
             algo=None, precision=None, num_groups=1):
    """Convolution ('conv') or correlation ('cross') of images with filters."""
    dilation, flip = _settled(dilation, conv_mode, 2, workmem, algo, precision)
    return abstract_conv.conv2d(img, kerns, border_mode=border_mode, subsample=subsample, filter_flip=flip, filter_dilation=dilation,
                                num_groups=num_groups)


def dnn_conv3d(img, kerns, border_mode="valid", subsample=(1, 1, 1), dilation=(1, 1, 1), conv_mode="conv", direction_hint=None,
               algo=None, precision=None, num_groups=1):
    """`dnn_conv` in three dimensions."""
    dilation, flip = _settled(dilation, conv_mode, 3, None, algo, precision)
    return abstract_conv.conv3d(img, kerns, border_mode=border_mode, subsample=subsample, filter_flip=flip, filter_dilation=dilation,
                                num_groups=num_groups)


def _gradient(op_class, ndim, shape, border_mode, subsample, dilation, conv_mode, num_groups, algo, precision):
    direction = "weights" if issubclass(op_class, abstract_conv.AbstractConv_gradWeights) else "inputs"
    dilation, flip = _settled(dilation, conv_mode, ndim, None, algo, precision, direction)
    op = op_class(None, None, border_mode, subsample, flip, dilation, num_groups)
    return lambda a, b: op(as_tensor_variable(a), as_tensor_variable(b), as_tensor_variable(shape)[-ndim:])


def dnn_gradweight(img, topgrad, kerns_shp, border_mode="valid", subsample=(1, 1), dilation=(1, 1), conv_mode="conv", precision=None,
                   algo=None, num_groups=1):
    """The gradient of `dnn_conv` by filters of shape `kerns_shp`."""
    return _gradient(abstract_conv.AbstractConv2d_gradWeights, 2, kerns_shp, border_mode, subsample, dilation, conv_mode,
                     num_groups, algo, precision)(img, topgrad)


def dnn_gradweight3d(img, topgrad, kerns_shp, border_mode="valid", subsample=(1, 1, 1), dilation=(1, 1, 1), conv_mode="conv",
                     precision=None, algo=None, num_groups=1):
    """The gradient of `dnn_conv3d` by filters of shape `kerns_shp`."""
    return _gradient(abstract_conv.AbstractConv3d_gradWeights, 3, kerns_shp, border_mode, subsample, dilation, conv_mode,
                     num_groups, algo, precision)(img, topgrad)


def dnn_gradinput(kerns, topgrad, img_shp, border_mode="valid", subsample=(1, 1), dilation=(1, 1), conv_mode="conv", precision=None,
                  algo=None, num_groups=1):
    """The gradient of `dnn_conv` by images of shape `img_shp`."""
    return _gradient(abstract_conv.AbstractConv2d_gradInputs, 2, img_shp, border_mode, subsample, dilation, conv_mode,
                     num_groups, algo, precision)(kerns, topgrad)


def dnn_gradinput3d(kerns, topgrad, img_shp, border_mode="valid", subsample=(1, 1, 1), dilation=(1, 1, 1), conv_mode="conv",
                    precision=None, algo=None, num_groups=1):
    """The gradient of `dnn_conv3d` by volumes of shape `img_shp`."""
    return _gradient(abstract_conv.AbstractConv3d_gradInputs, 3, img_shp, border_mode, subsample, dilation, conv_mode,
                     num_groups, algo, precision)(kerns, topgrad)


def dnn_pool(img, ws, stride=None, mode="max", pad=None):
    """Pooling of the last two or three dimensions; windows are one apart unless `stride` says more."""
    ndim = len(ws)
    stride = (1,) * ndim if stride is None else stride
    return Pool(ignore_border=True, mode="average_inc_pad" if mode == "average" else mode, ndim=ndim)(img, ws, stride, pad)


def GpuDnnPool(mode="max"):
    """A function of (img, ws, stride, pad)."""
    return lambda img, ws, stride=None, pad=None: dnn_pool(img, ws, stride, mode, pad)


class GpuDnnSoftmax:
    """The softmax of 4-dimensional arrays over channels ('channel') or everything but the batch ('instance').

    Also as before 0.9, with the order of dimensions first: `GpuDnnSoftmax('bc01', 'accurate', 'channel')`. `algo` 'log' gives logarithms.
    """

    def __init__(self, *args):
        order, (algo, mode) = args[0] if len(args) == 3 else "bc01", args[-2:]
        if order != "bc01" or algo not in ("fast", "accurate", "log") or mode not in ("channel", "instance"):
            raise ValueError("GpuDnnSoftmax%r" % (args,))
        self.algo, self.axis = algo, 1 if mode == "channel" else (1, 2, 3)

    def __call__(self, x):
        x = as_tensor_variable(x)
        shifted = x - tensor_max(x, axis=self.axis, keepdims=True)
        total = exp(shifted).sum(axis=self.axis, keepdims=True)
        return shifted - log(total) if self.algo == "log" else exp(shifted) / total


def dnn_batch_normalization_train(inputs, gamma, beta, mode="per-activation", epsilon=1e-4, running_average_factor=0.1,
                                  running_mean=None, running_var=None):
    """`batch_normalization_train` with its `axes` under the name `mode`."""
    return bn.batch_normalization_train(inputs, gamma, beta, mode, epsilon, running_average_factor, running_mean, running_var)


def dnn_batch_normalization_test(inputs, gamma, beta, mean, var, mode="per-activation", epsilon=1e-4):
    """`batch_normalization_test` with its `axes` under the name `mode`."""
    return bn.batch_normalization_test(inputs, gamma, beta, mean, var, mode, epsilon)


class GpuDnnConvDesc:
    """What a convolution is but its arrays. Calling it with shapes gives itself: shapes are known from the arrays."""

    def __init__(self, border_mode, subsample=(1, 1), dilation=(1, 1), conv_mode="conv", precision=None, num_groups=1):
        dilation, self.flip = _settled(dilation, conv_mode, len(subsample), precision=precision)
        self.dilation = (1,) * len(subsample) if len(dilation) != len(subsample) else tuple(dilation)
        self.border_mode, self.subsample, self.num_groups = border_mode, tuple(subsample), num_groups

    def __call__(self, *shapes):
        return self

    def op(self, classes):
        """The op of `classes` (for two and for three dimensions) that this describes."""
        return classes[len(self.subsample) - 2](None, None, self.border_mode, self.subsample, self.flip, self.dilation, self.num_groups)


class _DnnOp:
    """An op of cuDNN as a function of (first, second, output, desc, alpha, beta): `alpha` times its result plus `beta` times `output`."""

    def __init__(self, algo=None, inplace=False, workmem=None, num_groups=1):
        _choices(workmem, algo, None, self._direction)

    def __call__(self, first, second, output, desc, alpha=1.0, beta=0.0):
        first, second, output = (as_tensor_variable(v) for v in (first, second, output))
        result = self._result(first, second, output.shape[2:], desc)
        if alpha is not None and not (isinstance(alpha, (int, float)) and alpha == 1):
            result = result * as_tensor_variable(alpha).astype(result.dtype)
        if beta is not None and not (isinstance(beta, (int, float)) and beta == 0):
            result = result + as_tensor_variable(beta).astype(result.dtype) * output
        return result


class GpuDnnConv(_DnnOp):
    """Of (image, filters, output, desc): the convolution."""

    _direction = "forward"

    def _result(self, image, filters, shape, desc):
        return desc.op((abstract_conv.AbstractConv2d, abstract_conv.AbstractConv3d))(image, filters)

    @staticmethod
    def get_out_shape(ishape, kshape, border_mode, subsample, dilation=None):
        """The shape of the output, of numbers or variables."""
        n = len(subsample) + 2
        ishape, kshape = ([shape[i] for i in range(n)] for shape in (ishape, kshape))
        return get_conv_output_shape(ishape, kshape, border_mode, subsample, dilation)


class GpuDnnConvGradW(_DnnOp):
    """Of (image, gradient, output, desc): the gradient by filters of the shape of `output`."""

    _direction = "weights"

    def _result(self, image, gradient, shape, desc):
        return desc.op((abstract_conv.AbstractConv2d_gradWeights, abstract_conv.AbstractConv3d_gradWeights))(image, gradient, shape)


class GpuDnnConvGradI(_DnnOp):
    """Of (filters, gradient, output, desc): the gradient by an image of the shape of `output`."""

    _direction = "inputs"

    def _result(self, filters, gradient, shape, desc):
        return desc.op((abstract_conv.AbstractConv2d_gradInputs, abstract_conv.AbstractConv3d_gradInputs))(filters, gradient, shape)


GpuDnnConv3d, GpuDnnConv3dGradW, GpuDnnConv3dGradI = GpuDnnConv, GpuDnnConvGradW, GpuDnnConvGradI
