"""Convolution of plain matrices, or stacks of them; images with channels are convolved in `nnet`."""
import warnings

from theano_compat.config import config
from theano_compat.tensor.join import join, stack
from theano_compat.tensor.nnet.conv import ConvOp
from theano_compat.tensor.reshape import flatten, reshape


def conv2d(input, filters, image_shape=None, filter_shape=None, border_mode="valid", subsample=(1, 1), **kargs):
    """Every matrix of `input` convolved with every one of `filters`; each may be one matrix or a stack.

    `image_shape` and `filter_shape` (both or none) tell the sizes; `subsample` keeps every n-th row and column.
    """
    assert input.ndim in (2, 3)
    assert filters.ndim in (2, 3)
    bsize = imshp = nkern = kshp = None
    if filter_shape and image_shape:
        bsize = image_shape[0] if input.ndim == 3 else 1
        imshp = (1, *image_shape[-2:])
        nkern = filter_shape[0] if filters.ndim == 3 else 1
        kshp = filter_shape[-2:]
    images, kernels = (reshape(x, join(0, stack([x.shape[0] if x.ndim == 3 else 1, 1]), x.shape[-2:]), ndim=4)
                       for x in (input, filters))
    op = ConvOp(output_mode=border_mode, dx=subsample[0], dy=subsample[1], imshp=imshp, kshp=kshp, nkern=nkern, bsize=bsize, **kargs)
    output = op(images, kernels)
    if input.ndim == 2 and filters.ndim == 2:
        if config.warn.signal_conv2d_interface:
            warnings.warn("theano.tensor.signal.conv2d() now outputs a 2d tensor when both inputs are 2d. To disable this warning, set "
                          "the Theano flag warn.signal_conv2d_interface to False", stacklevel=3)
        return flatten(output.T, ndim=2).T
    if input.ndim == 2 or filters.ndim == 2:
        return flatten(output.T, ndim=3).T
    return output
