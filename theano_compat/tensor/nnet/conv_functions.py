"""The front names of convolution, `T.nnet.conv2d` and `T.nnet.conv2d_transpose`. Their ops are in `abstract_conv`."""
import warnings

from theano_compat.tensor.nnet import abstract_conv


def conv2d(input, filters, input_shape=None, filter_shape=None, border_mode="valid", subsample=(1, 1), filter_flip=True,
           image_shape=None, filter_dilation=(1, 1), num_groups=1, unshared=False, **kwargs):
    """Convolution of images (batch, channels, rows, columns) with filters (filters, channels, rows, columns).

    Filters are turned around unless `filter_flip` is False. `image_shape` is the old name of `input_shape`; keywords of the old
    ConvOp are ignored with a warning. Raises ValueError for `imshp_logical` and `kshp_logical`.
    """
    if "imshp_logical" in kwargs or "kshp_logical" in kwargs:
        raise ValueError("Keyword arguments 'imshp_logical' and 'kshp_logical' for conv2d are not supported anymore (and have not been "
                         "a reliable way to perform upsampling). That feature is still available by calling "
                         "theano.tensor.nnet.conv.conv2d() for the time being.")
    if kwargs:
        warnings.warn(str(kwargs.keys()) + " are now deprecated in `tensor.nnet.abstract_conv.conv2d` interface and will be ignored.",
                      stacklevel=2)
    if image_shape is not None:
        warnings.warn("The `image_shape` keyword argument to `tensor.nnet.conv2d` is deprecated, it has been renamed to `input_shape`.",
                      stacklevel=2)
        if input_shape is not None:
            raise ValueError("input_shape and image_shape should not be provided at the same time.")
        input_shape = image_shape
    return abstract_conv.conv2d(input, filters, input_shape, filter_shape, border_mode, subsample, filter_flip, filter_dilation,
                                num_groups, unshared)


def conv2d_transpose(input, filters, output_shape, filter_shape=None, border_mode="valid", input_dilation=(1, 1), filter_flip=True,
                     filter_dilation=(1, 1), num_groups=1, unshared=False):
    """The transpose of the `conv2d` that takes an image of `output_shape` to one of the shape of `input`."""
    return abstract_conv.conv2d_grad_wrt_inputs(output_grad=input, filters=filters, input_shape=output_shape, filter_shape=filter_shape,
                                                border_mode=border_mode, subsample=input_dilation, filter_flip=filter_flip,
                                                filter_dilation=filter_dilation, num_groups=num_groups, unshared=unshared)
