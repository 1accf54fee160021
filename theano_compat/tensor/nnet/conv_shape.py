"""The arithmetic of convolution shapes: of outputs, filters and images, on numbers, variables and None (unknown).

The ops are in `abstract_conv`, what they compute in `conv_lowering`.
"""
from theano_compat.config import config
from theano_compat.tensor.assertion import Assert
from theano_compat.tensor.names_elemwise import eq, ge, gt
from theano_compat.tensor.scalar_constant import NotScalarConstantError, get_scalar_constant_value


def _axis_modes(border_mode, n):
    return border_mode if isinstance(border_mode, tuple) else (border_mode,) * n


def _axis_padding(border_mode, dilated):
    """(before, after) of one axis for any border mode and the extent of the dilated filter."""
    if border_mode == "half":
        return dilated // 2, dilated // 2
    if border_mode == "full":
        return dilated - 1, dilated - 1
    if border_mode == "valid":
        return 0, 0
    before, after = border_mode if isinstance(border_mode, tuple) else (border_mode, border_mode)
    if before < 0 or after < 0:
        raise ValueError("border_mode must be >= 0")
    return before, after


def _is_zero(x):
    return isinstance(x, int) and x == 0


def get_conv_output_shape(image_shape, kernel_shape, border_mode, subsample, filter_dilation=None):
    """The shape of a convolution's output; None where it depends on an unknown size."""
    n = len(image_shape) - 2
    dilation = (1,) * n if filter_dilation is None else filter_dilation
    modes, kernel = _axis_modes(border_mode, n), kernel_shape[-n:]
    return (image_shape[0], kernel_shape[0]) + tuple(
        get_conv_shape_1axis(image_shape[2 + i], kernel[i], modes[i], subsample[i], dilation[i]) for i in range(n))


def get_conv_shape_1axis(image_shape, kernel_shape, border_mode, subsample, dilation=1):
    """The output's extent on one axis, or None."""
    if any(x is None for x in (image_shape, kernel_shape, border_mode, subsample, dilation)):
        return None
    dilated = (kernel_shape - 1) * dilation + 1
    before, after = _axis_padding(border_mode, dilated)
    out = image_shape - dilated
    for pad in (before, after):
        # no `+ 0` in symbolic shapes
        out = out if _is_zero(pad) else out + pad
    if subsample != 1:
        out = out // subsample
    return out + 1


def get_conv_gradweights_shape(image_shape, top_shape, border_mode, subsample, filter_dilation=None, num_groups=1, unshared=False):
    """The shape of the filters, as far as image and output decide it (None where several would do)."""
    n = len(image_shape) - 2
    dilation = (1,) * n if filter_dilation is None else filter_dilation
    modes = _axis_modes(border_mode, n)
    channels = top_shape[1] // num_groups if num_groups > 1 else top_shape[1]
    extents = tuple(get_conv_gradweights_shape_1axis(image_shape[2 + i], top_shape[2 + i], modes[i], subsample[i], dilation[i])
                    for i in range(n))
    middle = tuple(top_shape[2:]) if unshared else ()
    return (channels, *middle, image_shape[1], *extents)


def get_conv_gradweights_shape_1axis(image_shape, top_shape, border_mode, subsample, dilation):
    """The filter's extent on one axis, or None."""
    if any(x is None for x in (image_shape, top_shape, border_mode, subsample, dilation)):
        return None
    if subsample != 1 or border_mode == "half":
        return None
    if border_mode == "full":
        extent = top_shape - image_shape
    elif border_mode == "valid":
        extent = image_shape - top_shape
    else:
        before, after = _axis_padding(border_mode, 1)
        extent = image_shape + before + after - top_shape
    return (extent // dilation if dilation > 1 else extent) + 1


def get_conv_gradinputs_shape(kernel_shape, top_shape, border_mode, subsample, filter_dilation=None, num_groups=1):
    """The shape of the image, as far as filters and output decide it (None where several would do)."""
    n = len(top_shape) - 2
    dilation = (1,) * n if filter_dilation is None else filter_dilation
    modes, kernel = _axis_modes(border_mode, n), kernel_shape[-n:]
    channels = kernel_shape[1] * num_groups if num_groups > 1 else kernel_shape[1]
    return (top_shape[0], channels) + tuple(
        get_conv_gradinputs_shape_1axis(kernel[i], top_shape[2 + i], modes[i], subsample[i], dilation[i]) for i in range(n))


def get_conv_gradinputs_shape_1axis(kernel_shape, top_shape, border_mode, subsample, dilation):
    """The image's extent on one axis, or None."""
    if any(x is None for x in (kernel_shape, top_shape, border_mode, subsample, dilation)) or subsample != 1:
        return None
    dilated = (kernel_shape - 1) * dilation + 1
    image = top_shape + dilated - 1
    for pad in _axis_padding(border_mode, dilated):
        image = image if _is_zero(pad) else image - pad
    return image


def check_conv_gradinputs_shape(image_shape, kernel_shape, output_shape, border_mode, subsample, filter_dilation=None):
    """Whether an image of `image_shape` could have given `output_shape`; unknown sizes count as fitting."""
    image_shape, kernel_shape, output_shape = tuple(image_shape), tuple(kernel_shape), tuple(output_shape)
    n = len(image_shape) - 2
    if not len(image_shape) == len(kernel_shape) == len(output_shape) or n != len(subsample):
        return False
    if filter_dilation is not None and n != len(filter_dilation):
        return False
    computed = get_conv_output_shape(image_shape, kernel_shape, border_mode, subsample, filter_dilation)
    return all(_agree(a, b) for a, b in zip(output_shape, computed))


def _agree(given, computed):
    if given is None or computed is None:
        return True
    try:
        return int(get_scalar_constant_value(given)) == int(get_scalar_constant_value(computed))
    except NotScalarConstantError:
        return True


def assert_conv_shape(shape):
    """`shape` with a check on each size: batch and channels at least 0, the rest more. Known sizes raise ValueError at once."""
    checked = []
    for i, n in enumerate(shape):
        sign, bad, holds = ("<", lambda c: c < 0, ge) if i < 2 else ("<=", lambda c: c <= 0, gt)
        try:
            known = get_scalar_constant_value(n)
        except NotScalarConstantError:
            says = "The convolution would produce an invalid shape (dim[%d] %s 0)." % (i, sign)
            checked.append(Assert(says)(n, holds(n, 0)))
            continue
        if bad(known):
            raise ValueError("The convolution would produce an invalid shape (dim[%d]: %d %s 0)." % (i, known, sign))
        checked.append(n)
    return tuple(checked)


def assert_shape(x, expected_shape, msg="Unexpected shape."):
    """`x`, checked at run time against the known sizes of `expected_shape` when `config.conv.assert_shape` is set."""
    if expected_shape is None or not config.conv.assert_shape:
        return x
    shape = x.shape
    tests = [eq(shape[i], expected_shape[i]) for i in range(x.ndim) if expected_shape[i] is not None]
    return Assert(msg)(x, *tests) if tests else x


def border_mode_to_pad(mode, convdim, kshp):
    """(before, after) for each axis; `kshp` is the extent of the dilated filters. Raises ValueError for unknown modes."""
    if isinstance(mode, int):
        mode = (mode,) * convdim
    if isinstance(mode, tuple):
        if len(mode) != convdim:
            raise ValueError(f"invalid border_mode {mode} which must be a tuple of length {convdim}")
        return tuple(_pair(m, mode) for m in mode)
    if mode not in ("valid", "half", "full"):
        raise ValueError(f'invalid border_mode {mode}, which must be either "valid", "full", "half", an integer or a tuple of '
                         f'length {convdim}'
                         )
    return tuple(_axis_padding(mode, k) for k in kshp)


def _pair(m, mode):
    if isinstance(m, int) and m >= 0:
        return m, m
    if isinstance(m, tuple) and all(isinstance(b, int) for b in m) and min(m) >= 0:
        if len(m) != 2:
            raise NotImplementedError(f"Asymmetric padding not implemented for {len(m)}d")
        return m
    raise ValueError(f"invalid border mode {mode}. The tuple can only contain integers or tuples of length 2")
