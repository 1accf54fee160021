"""Convolutions made of others: separable, causal, and the up-sampling of images. The ops are in `abstract_conv`."""
from math import gcd

import numpy as np

from theano_compat.config import config
from theano_compat.tensor.alloc import zeros
from theano_compat.tensor.arange import arange
from theano_compat.tensor.casting import cast
from theano_compat.tensor.constant import as_tensor, as_tensor_variable
from theano_compat.tensor.join import concatenate
from theano_compat.tensor.nnet.abstract_conv import AbstractConv2d, AbstractConv3d, conv2d, conv2d_grad_wrt_inputs, conv3d
from theano_compat.tensor.nnet.conv_functions import conv2d as convolve


def _separable(op_class, pointwise, ones, input, depthwise_filters, pointwise_filters, num_channels, input_shape,
               depthwise_filter_shape, pointwise_filter_shape, border_mode, subsample, filter_flip, filter_dilation):
    op = op_class(input_shape, depthwise_filter_shape, border_mode, subsample, filter_flip, filter_dilation, num_channels)
    between = None
    if input_shape is not None and depthwise_filter_shape is not None:
        between = op.infer_shape(None, [input_shape, depthwise_filter_shape])[0]
    inner = op(as_tensor_variable(input), as_tensor_variable(depthwise_filters))
    return pointwise(input=inner, filters=pointwise_filters, input_shape=between, filter_shape=pointwise_filter_shape,
                     border_mode="valid", subsample=ones, filter_flip=filter_flip, filter_dilation=ones, num_groups=1)


def separable_conv2d(input, depthwise_filters, pointwise_filters, num_channels, input_shape=None, depthwise_filter_shape=None,
                     pointwise_filter_shape=None, border_mode="valid", subsample=(1, 1), filter_flip=True, filter_dilation=(1, 1)):
    """Filters for every channel alone, then 1x1 filters over all that came out."""
    return _separable(AbstractConv2d, conv2d, (1, 1), input, depthwise_filters, pointwise_filters, num_channels, input_shape,
                      depthwise_filter_shape, pointwise_filter_shape, border_mode, subsample, filter_flip, filter_dilation)


def separable_conv3d(input, depthwise_filters, pointwise_filters, num_channels, input_shape=None, depthwise_filter_shape=None,
                     pointwise_filter_shape=None, border_mode="valid", subsample=(1, 1, 1), filter_flip=True,
                     filter_dilation=(1, 1, 1)):
    """`separable_conv2d` in three dimensions."""
    return _separable(AbstractConv3d, conv3d, (1, 1, 1), input, depthwise_filters, pointwise_filters, num_channels, input_shape,
                      depthwise_filter_shape, pointwise_filter_shape, border_mode, subsample, filter_flip, filter_dilation)


def causal_conv1d(input, filters, filter_shape, input_shape=None, subsample=1, filter_flip=True, filter_dilation=1, num_groups=1,
                  unshared=False):
    """Convolution along time (batch, channels, time) that sees no later time; the output is as long as the input."""
    input, filters = as_tensor_variable(input), as_tensor_variable(filters)
    if input.ndim != 3:
        raise ValueError("Input should be 3D for causal convolution.")
    if filters.ndim != 3:
        raise ValueError("Filters should be 3D for causal convolution")
    assert len(filter_shape) == 3
    if input_shape is not None:
        assert len(input_shape) == 3
        input_shape = (*input_shape, 1)
    before = filter_dilation * (filter_shape[2] - 1)
    op = AbstractConv2d(input_shape, (*filter_shape, 1), ((before, 0), 0), (subsample, 1), filter_flip, (filter_dilation, 1),
                        num_groups, unshared)
    return op(input.dimshuffle(0, 1, 2, "x"), filters.dimshuffle(0, 1, 2, "x"))[:, :, :, 0]


def bilinear_kernel_1D(ratio, normalize=True):
    """The triangle 1..ratio..1, divided by `ratio` unless `normalize` is False."""
    half = arange(1, ratio + 1, dtype=config.floatX)
    kernel = concatenate([half, half[-2::-1]])
    return kernel / cast(ratio, config.floatX) if normalize else kernel


def bilinear_kernel_2D(ratio, normalize=True):
    """The product of two triangles; a pair of ratios is (vertical, horizontal)."""
    vertical, horizontal = ratio if isinstance(ratio, tuple) else (ratio, ratio)
    across = bilinear_kernel_1D(ratio=horizontal, normalize=normalize).dimshuffle("x", 0)
    return across * bilinear_kernel_1D(ratio=vertical, normalize=normalize).dimshuffle(0, "x")


def _with_edges(images):
    """Images with their first and last rows and columns doubled."""
    images = concatenate((images[:, :, :1, :], images, images[:, :, -1:, :]), axis=2)
    return concatenate((images[:, :, :, :1], images, images[:, :, :, -1:]), axis=3)


def _reduced(p, q):
    divisor = gcd(p, q)
    return int(p) // divisor, int(q) // divisor


def frac_bilinear_upsampling(input, frac_ratio):
    """Images enlarged by a fraction: (p, q), or one for each direction. Raises ValueError for anything but a tuple."""
    if not isinstance(frac_ratio, tuple):
        raise ValueError("frac_ratio must be a tuple")
    pairs = [_reduced(*pair) for pair in (frac_ratio if isinstance(frac_ratio[0], tuple) else (frac_ratio, frac_ratio))]
    ratio, subsample = tuple(p for p, _ in pairs), tuple(q for _, q in pairs)
    row, col = input.shape[2:]
    edged = _with_edges(input.reshape((-1, 1, row, col)))
    both = (2 * as_tensor([row, col]) - 1) * np.array(ratio) + 1
    before = both // 2
    kernel = bilinear_kernel_2D(ratio=ratio)[np.newaxis, np.newaxis, :, :].astype(config.floatX)
    for i in (0, 1):
        shape = list(kernel.shape)
        ends = [zeros((*shape[:2 + i], n, *shape[3 + i:]), dtype=config.floatX) for n in (before[i], both[i] - before[i])]
        kernel = concatenate((ends[0], kernel, ends[1]), axis=2 + i)
    # kernel and images change places: the images are what is dilated
    up = convolve(kernel, edged, border_mode="valid", filter_dilation=ratio, subsample=subsample)
    return up.reshape((input.shape[0], input.shape[1], up.shape[2], up.shape[3]))


def bilinear_upsampling(input, ratio=None, frac_ratio=None, batch_size=None, num_input_channels=None, use_1D_kernel=True):
    """Images enlarged `ratio` times (or by a fraction) with bilinear interpolation.

    Raises ValueError unless exactly one of `ratio` and `frac_ratio` is given, and for fractions with a 1D kernel.
    """
    if ratio and frac_ratio:
        raise ValueError("can't use ratio and frac_ratio together")
    if not (ratio or frac_ratio):
        raise ValueError("No ratio (or frac_ratio) provided")
    if frac_ratio:
        if use_1D_kernel:
            raise ValueError("For fractional ratios 1D kernel method not implemented. You may want to pass use_1D_kernel as False")
        return frac_bilinear_upsampling(input, frac_ratio=frac_ratio)
    batch = None if batch_size is None or num_input_channels is None else batch_size * num_input_channels
    row, col = input.shape[2:]
    edged = _with_edges(input.reshape((-1, 1, row, col)))
    pad = 2 * ratio - (ratio - 1) // 2 - 1
    new = np.newaxis

    def enlarged(images, kernel, shape, extents, border, steps):
        return conv2d_grad_wrt_inputs(output_grad=images, filters=kernel, input_shape=(batch, 1, *shape), filter_shape=(1, 1, *extents),
                                      border_mode=border, subsample=steps)
    if use_1D_kernel:
        kernel = bilinear_kernel_1D(ratio=ratio)
        rows = enlarged(edged, kernel[new, new, :, new], (row * ratio, col + 2), (None, 1), (pad, 0), (ratio, 1))
        up = enlarged(rows, kernel[new, new, new, :], (row * ratio, col * ratio), (1, None), (0, pad), (1, ratio))
    else:
        kernel = bilinear_kernel_2D(ratio=ratio)
        up = enlarged(edged, kernel[new, new, :, :], (row * ratio, col * ratio), (None, None), (pad, pad), (ratio, ratio))
    return up.reshape((input.shape[0], input.shape[1], row * ratio, col * ratio))
