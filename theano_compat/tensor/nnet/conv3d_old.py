"""`Conv3D`, `ConvTransp3D` and `ConvGrad3D` of Theano 0.8 and before, on videos (batch, rows, columns, times, channels).

Filters are (filters, rows, columns, times, channels) and are not turned around; `d` holds the strides. `computeH`, `computeR` and
`computeW` of those modules were loops in Python over the same sums. The convolution of today is `abstract_conv.conv3d`.
"""
from theano_compat.tensor.constant import as_tensor_variable
from theano_compat.tensor.nnet import abstract_conv
from theano_compat.tensor.scalar_constant import extract_constant


def _channels_second(x):
    return as_tensor_variable(x).dimshuffle(0, 4, 1, 2, 3)


def _channels_last(x):
    return x.dimshuffle(0, 2, 3, 4, 1)


def _strides(d):
    """The three strides as integers. Raises NotImplementedError where they are known at run time only."""
    d = as_tensor_variable(d)
    strides = [extract_constant(d[i]) for i in range(3)]
    if not all(hasattr(s, "item") or isinstance(s, int) for s in strides):
        raise NotImplementedError("the strides d must be constants: got %s" % (d,))
    return tuple(int(s) for s in strides)


def conv3D(V, W, b, d):
    """`b` and for each place, `d` apart, the sum of `V` times `W` over rows, columns, times and channels there."""
    out = abstract_conv.conv3d(_channels_second(V), _channels_second(W), subsample=_strides(d), filter_flip=False)
    return _channels_last(out) + as_tensor_variable(b).dimshuffle("x", "x", "x", "x", 0)


def convTransp3D(W, b, d, H, RShape=None):
    """`b` and the transpose of `conv3D` applied to `H`; `RShape` gives rows, columns and times where the strides leave them open."""
    strides, W, H = _strides(d), as_tensor_variable(W), as_tensor_variable(H)
    if RShape is None:
        RShape = [(H.shape[i + 1] - 1) * strides[i] + W.shape[i + 1] for i in range(3)]
    op = abstract_conv.AbstractConv3d_gradInputs(None, None, "valid", strides, False)
    image = op(_channels_second(W), _channels_second(H), as_tensor_variable(RShape))
    return _channels_last(image) + as_tensor_variable(b).dimshuffle("x", "x", "x", "x", 0)


def convGrad3D(V, d, WShape, dCdH):
    """The gradient of `conv3D` by filters of shape `WShape`, given that of its output."""
    op = abstract_conv.AbstractConv3d_gradWeights(None, None, "valid", _strides(d), False)
    return _channels_last(op(_channels_second(V), _channels_second(dCdH), as_tensor_variable(WShape)[1:4]))


def Conv3D():
    """`conv3D`, which was an instance of an op of this name."""
    return conv3D


def ConvTransp3D():
    """`convTransp3D`."""
    return convTransp3D


def ConvGrad3D():
    """`convGrad3D`."""
    return convGrad3D
