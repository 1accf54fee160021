"""Convolution ops in 2 and 3 dimensions and their gradients, and the functions that build them directly.

What they compute is in `conv_lowering`, shapes in `conv_shape`, separable, causal and up-sampling forms in `conv_forms`, the
older `ConvOp` in `conv`.
"""
from theano_compat.graph.null_type import DisconnectedType
from theano_compat.graph.op import Op
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Apply, Variable
from theano_compat.tensor.constant import TensorConstant, as_tensor_variable
from theano_compat.tensor.nnet import conv_lowering
from theano_compat.tensor.nnet.conv_shape import assert_conv_shape as assert_conv_shape
from theano_compat.tensor.nnet.conv_shape import assert_shape, border_mode_to_pad, get_conv_output_shape
from theano_compat.tensor.nnet.conv_shape import check_conv_gradinputs_shape as check_conv_gradinputs_shape
from theano_compat.tensor.nnet.conv_shape import get_conv_gradinputs_shape as get_conv_gradinputs_shape
from theano_compat.tensor.nnet.conv_shape import get_conv_gradinputs_shape_1axis as get_conv_gradinputs_shape_1axis
from theano_compat.tensor.nnet.conv_shape import get_conv_gradweights_shape as get_conv_gradweights_shape
from theano_compat.tensor.nnet.conv_shape import get_conv_gradweights_shape_1axis as get_conv_gradweights_shape_1axis
from theano_compat.tensor.nnet.conv_shape import get_conv_shape_1axis as get_conv_shape_1axis
from theano_compat.tensor.scalar_constant import NotScalarConstantError, get_scalar_constant_value
from theano_compat.tensor.shape import patternbroadcast
from theano_compat.tensor.variable import TensorVariable

# Programs ask before they compute without C; here nothing is missing.
imported_scipy_signal = True


def _border(border_mode, convdim):
    """A border mode in its normal form. Raises ValueError for what is none."""
    if isinstance(border_mode, int):
        if border_mode < 0:
            raise ValueError(f"invalid border_mode {border_mode}, which must be a non-negative integer")
        border_mode = (border_mode,) * convdim
    elif isinstance(border_mode, tuple):
        if len(border_mode) != convdim:
            raise ValueError(f"invalid border_mode {border_mode}, which must be a tuple of length {convdim}")
        border_mode = tuple(_axis_border(mode, border_mode, convdim) for mode in border_mode)
    elif border_mode not in ("valid", "full", "half"):
        raise ValueError(f'invalid border_mode {border_mode}, which must be either "valid", "full", "half", an integer or a tuple of '
                         f'length {convdim}'
                         )
    if isinstance(border_mode, tuple) and all(mode == 0 for mode in border_mode):
        return "valid"
    return border_mode


def _axis_border(mode, border_mode, convdim):
    if isinstance(mode, int) and mode >= 0:
        return mode
    if not (isinstance(mode, tuple) and len(mode) == 2 and all(isinstance(m, int) and m >= 0 for m in mode)):
        raise ValueError(f"invalid border mode {border_mode}. The tuple can only contain integers  or pairs of integers")
    if convdim != 2:
        raise NotImplementedError(f"Asymmetric padding not implemented for {convdim}D")
    return mode[0] if mode[0] == mode[1] else mode


def _constants(shape, name, default_length):
    if not shape:
        return (None,) * default_length
    for n in shape:
        if n is not None:
            try:
                get_scalar_constant_value(n, only_process_constants=True)
            except NotScalarConstantError:
                raise ValueError("%s should be None or a tuple of constant int values" % name) from None
    return tuple(shape)


def _as_variable(x):
    return x if isinstance(x, Variable) else as_tensor_variable(x)


@legacy_name("theano.tensor.nnet.abstract_conv")
class BaseAbstractConv(Op):
    """What a convolution and its two gradients share: everything about it but the arrays.

    Raises ValueError for modes, subsamplings, dilations, shapes and groups that cannot be.
    """

    check_broadcast = False
    __props__ = ("convdim", "border_mode", "subsample", "filter_flip", "imshp", "kshp", "filter_dilation", "num_groups", "unshared")

    def __init__(self, convdim, imshp=None, kshp=None, border_mode="valid", subsample=None, filter_flip=True, filter_dilation=None,
                 num_groups=1, unshared=False):
        if convdim not in (2, 3):
            raise ValueError("convolution dimension {} is not supported", convdim)
        self.convdim = convdim
        subsample = (1,) * convdim if subsample is None else subsample
        filter_dilation = (1,) * convdim if filter_dilation is None else filter_dilation
        self.border_mode = _border(border_mode, convdim)
        self.imshp = _constants(imshp, "imshp", 2 + convdim)
        self.kshp = _constants(kshp, "kshp", 2 + (2 * convdim if unshared else convdim))
        self.filter_flip = filter_flip
        if len(subsample) != convdim:
            raise ValueError(f"subsample must have {convdim} elements")
        if len(filter_dilation) != convdim:
            raise ValueError(f"filter_dilation must have {convdim} elements")
        self.subsample, self.filter_dilation = tuple(subsample), tuple(filter_dilation)
        if num_groups < 1:
            raise ValueError("num_groups must have value greater than zero")
        if unshared and convdim != 2:
            raise NotImplementedError("Unshared convolution not implemented for %dD" % convdim)
        self.num_groups, self.unshared = num_groups, unshared

    def do_constant_folding(self, node):
        return False

    def flops(self, inp, outp):
        """Additions and multiplications of one run, for inputs and outputs of these shapes."""
        if self.convdim != 2:
            raise NotImplementedError("flops not implemented for convdim={}", self.convdim)
        image, filters = inp
        output, = outp
        assert image[1] == filters[1] * self.num_groups
        return filters[2] * filters[3] * 2 * output[2] * output[3] * image[1] * filters[0] * image[0] / self.num_groups

    def _same(self, cls):
        """The op of another direction of this convolution."""
        args = [self.imshp, self.kshp, self.border_mode, self.subsample, self.filter_flip, self.filter_dilation, self.num_groups]
        return cls(*args, self.unshared) if self.convdim == 2 else cls(*args)

    def _plan(self, kernel):
        dilated = tuple((k - 1) * d + 1 for k, d in zip(kernel, self.filter_dilation))
        return conv_lowering.Plan(border_mode_to_pad(self.border_mode, self.convdim, dilated), self.subsample, self.filter_dilation,
                                  self.num_groups, bool(self.filter_flip), self.unshared)

    def _require_dims(self, x, name, own_places=False):
        n = 2 + (2 if own_places and self.unshared else 1) * self.convdim
        if x.type.ndim != n:
            raise TypeError("%s must be %dD tensor%s" % (name, n, " for unshared convolution" if n > 2 + self.convdim else ""))

    def _lowered(self, compute, node, *values):
        """`compute` on the arrays in a common dtype (float16 in float32), the result in that of the output."""
        import jax.numpy as jnp
        import numpy as np
        common = np.result_type(*(v.dtype for v in values))
        work = np.dtype("float32") if common == "float16" else common
        return compute(*(jnp.asarray(v).astype(work) for v in values)).astype(node.outputs[0].type.dtype)


def _fitted(term, x):
    """A gradient as a variable of the type of `x`."""
    return x.type.filter_variable(patternbroadcast(term, x.broadcastable))


@legacy_name("theano.tensor.nnet.abstract_conv")
class AbstractConv(BaseAbstractConv):
    """Convolution of a batch of images (batch, channels, extents) with filters (filters, channels of a group, extents)."""

    def make_node(self, img, kern):
        img, kern = _as_variable(img), _as_variable(kern)
        kern = img.type.clone(dtype=kern.dtype, broadcastable=kern.broadcastable).filter_variable(kern)
        self._require_dims(img, "img")
        self._require_dims(kern, "kern", own_places=True)
        img = assert_shape(img, self.imshp, "AbstractConv shape mismatch: shape of image does not match given imshp.")
        kern = assert_shape(kern, self.kshp, "AbstractConv shape mismatch: shape of filters does not match given kshp.")
        pattern = [img.broadcastable[0], kern.broadcastable[0]] + [False] * self.convdim
        return Apply(self, [img, kern], [img.type.clone(broadcastable=pattern)()])

    def lower(self, node, img, kern):
        plan = self._plan(kern.shape[-self.convdim:])
        return self._lowered(lambda x, w: conv_lowering.convolve(x, w, plan), node, img, kern)

    def R_op(self, inputs, eval_points):
        terms = []
        if eval_points[0] is not None:
            terms.append(self(eval_points[0], inputs[1]))
        if eval_points[1] is not None:
            terms.append(self(inputs[0], eval_points[1]))
        return [terms[0] + terms[1] if len(terms) == 2 else terms[0] if terms else None]

    def infer_shape(self, node, input_shapes):
        imshp, kshp = (tuple(found if given is None else given for given, found in zip(known, shape))
                       for known, shape in zip((self.imshp, self.kshp), input_shapes))
        return [get_conv_output_shape(imshp, kshp, self.border_mode, self.subsample, self.filter_dilation)]

    def grad(self, inp, grads):
        bottom, weights = inp
        top, = grads
        n = self.convdim
        # in two dimensions the shapes were asserted on the way forward
        options = {"add_assert_shape": False} if n == 2 else {}
        d_bottom = self._same(self.grad_inputs)(weights, top, bottom.shape[-n:], **options)
        d_weights = self._same(self.grad_weights)(bottom, top, weights.shape[-n:], **options)
        return _fitted(d_bottom, bottom), _fitted(d_weights, weights)


@legacy_name("theano.tensor.nnet.abstract_conv")
class AbstractConv_gradWeights(BaseAbstractConv):
    """The gradient of a convolution by its filters, whose extents are `shape`, given the image and the output's gradient."""

    def make_node(self, img, topgrad, shape, add_assert_shape=True):
        img, topgrad = _as_variable(img), _as_variable(topgrad)
        topgrad = img.type.clone(dtype=topgrad.dtype, broadcastable=topgrad.broadcastable).filter_variable(topgrad)
        self._require_dims(img, "img")
        self._require_dims(topgrad, "topgrad")
        if add_assert_shape:
            img = assert_shape(img, self.imshp, "AbstractConv_gradWeights shape mismatch: shape of image does not match given imshp.")
        places = [False] * self.convdim
        pattern = [topgrad.broadcastable[1]] + (places if self.unshared else []) + [img.broadcastable[1]] + places
        return Apply(self, [img, topgrad, as_tensor_variable(shape)], [img.type.clone(broadcastable=pattern)()])

    def fact_inputs(self, node):
        return (2,), ()

    def facts(self, node, values, shapes):
        return tuple(int(n) for n in values[2])

    def lower(self, node, img, topgrad, shape, facts):
        n = self.convdim
        places = tuple(topgrad.shape[2:]) if self.unshared else ()
        w_shape = (topgrad.shape[1], *places, img.shape[1] // self.num_groups, *facts[-n:])
        plan = self._plan(facts[-n:])
        return self._lowered(lambda x, g: conv_lowering.weights_gradient(x, g, w_shape, plan), node, img, topgrad)

    def connection_pattern(self, node):
        return [[1], [1], [0]]

    def infer_shape(self, node, input_shapes):
        imshp, topshp = input_shapes[:2]
        places = list(topshp[2:]) if self.unshared else []
        found = [topshp[1], *places, imshp[1] // self.num_groups, *(node.inputs[2][i] for i in range(self.convdim))]
        return [[f if given is None else given for given, f in zip(self.kshp, found)]]

    def grad(self, inp, grads):
        bottom, top = inp[:2]
        weights, = grads
        d_bottom = self._same(self.grad_inputs)(weights, top, bottom.shape[-self.convdim:])
        d_top = self._same(self.forward)(bottom, weights)
        return _fitted(d_bottom, bottom), _fitted(d_top, top), DisconnectedType()()


@legacy_name("theano.tensor.nnet.abstract_conv")
class AbstractConv_gradInputs(BaseAbstractConv):
    """The gradient of a convolution by its image, whose extents are `shape`, given the filters and the output's gradient."""

    def make_node(self, kern, topgrad, shape, add_assert_shape=True):
        kern, topgrad = _as_variable(kern), _as_variable(topgrad)
        topgrad = kern.type.clone(dtype=topgrad.dtype, broadcastable=topgrad.broadcastable).filter_variable(topgrad)
        self._require_dims(kern, "kern", own_places=True)
        self._require_dims(topgrad, "topgrad")
        if add_assert_shape:
            kern = assert_shape(kern, self.kshp, "AbstractConv_gradInputs shape mismatch: shape of filters does not match given kshp.")
        one_channel = self.num_groups == 1 and kern.type.broadcastable[-self.convdim - 1]
        pattern = [topgrad.type.broadcastable[0], one_channel] + [False] * self.convdim
        return Apply(self, [kern, topgrad, as_tensor_variable(shape)], [kern.type.clone(broadcastable=pattern)()])

    fact_inputs = AbstractConv_gradWeights.fact_inputs
    facts = AbstractConv_gradWeights.facts

    def lower(self, node, kern, topgrad, shape, facts):
        n = self.convdim
        x_shape = (topgrad.shape[0], kern.shape[-n - 1] * self.num_groups, *facts[-n:])
        plan = self._plan(kern.shape[-n:])
        return self._lowered(lambda w, g: conv_lowering.inputs_gradient(w, g, x_shape, plan), node, kern, topgrad)

    def connection_pattern(self, node):
        return [[1], [1], [0]]

    def infer_shape(self, node, input_shapes):
        kshp, topshp = input_shapes[:2]
        channels = kshp[-self.convdim - 1]
        if self.num_groups > 1:
            channels = channels * self.num_groups
        found = [topshp[0], channels, *(node.inputs[2][i] for i in range(self.convdim))]
        return [[f if given is None else given for given, f in zip(self.imshp, found)]]

    def grad(self, inp, grads):
        weights, top = inp[:2]
        bottom, = grads
        d_weights = self._same(self.grad_weights)(bottom, top, weights.shape[-self.convdim:])
        d_top = self._same(self.forward)(bottom, weights)
        return _fitted(d_weights, weights), _fitted(d_top, top), DisconnectedType()()


class _In2d:
    def __init__(self, imshp=None, kshp=None, border_mode="valid", subsample=(1, 1), filter_flip=True, filter_dilation=(1, 1),
                 num_groups=1, unshared=False):
        super().__init__(2, imshp, kshp, border_mode, subsample, filter_flip, filter_dilation, num_groups, unshared)


class _In3d:
    def __init__(self, imshp=None, kshp=None, border_mode="valid", subsample=(1, 1, 1), filter_flip=True,
                 filter_dilation=(1, 1, 1), num_groups=1):
        super().__init__(3, imshp, kshp, border_mode, subsample, filter_flip, filter_dilation, num_groups)


def _direction(mixin, base, name):
    """The class of one direction in 2 or 3 dimensions."""
    return type(name, (mixin, base), {"__doc__": base.__doc__, "__module__": "theano.tensor.nnet.abstract_conv"})


AbstractConv2d = _direction(_In2d, AbstractConv, "AbstractConv2d")
AbstractConv2d_gradWeights = _direction(_In2d, AbstractConv_gradWeights, "AbstractConv2d_gradWeights")
AbstractConv2d_gradInputs = _direction(_In2d, AbstractConv_gradInputs, "AbstractConv2d_gradInputs")
AbstractConv3d = _direction(_In3d, AbstractConv, "AbstractConv3d")
AbstractConv3d_gradWeights = _direction(_In3d, AbstractConv_gradWeights, "AbstractConv3d_gradWeights")
AbstractConv3d_gradInputs = _direction(_In3d, AbstractConv_gradInputs, "AbstractConv3d_gradInputs")

for _forward, _weights, _inputs in ((AbstractConv2d, AbstractConv2d_gradWeights, AbstractConv2d_gradInputs),
                                    (AbstractConv3d, AbstractConv3d_gradWeights, AbstractConv3d_gradInputs)):
    for _cls in (_forward, _weights, _inputs):
        _cls.forward, _cls.grad_weights, _cls.grad_inputs = _forward, _weights, _inputs


def conv2d(input, filters, input_shape=None, filter_shape=None, border_mode="valid", subsample=(1, 1), filter_flip=True,
           filter_dilation=(1, 1), num_groups=1, unshared=False):
    """Convolution of images (batch, channels, rows, columns) with filters; see AbstractConv."""
    op = AbstractConv2d(input_shape, filter_shape, border_mode, subsample, filter_flip, filter_dilation, num_groups, unshared)
    return op(as_tensor_variable(input), as_tensor_variable(filters))


def conv3d(input, filters, input_shape=None, filter_shape=None, border_mode="valid", subsample=(1, 1, 1), filter_flip=True,
           filter_dilation=(1, 1, 1), num_groups=1):
    """Convolution of volumes (batch, channels, depth, rows, columns) with filters; see AbstractConv."""
    op = AbstractConv3d(input_shape, filter_shape, border_mode, subsample, filter_flip, filter_dilation, num_groups)
    return op(as_tensor_variable(input), as_tensor_variable(filters))


_CONSTANT = (TensorConstant, int, type(None))
_KNOWN = (TensorVariable, TensorConstant, int)


def _without_variables(shape, n):
    """`shape` with None for its last `n` sizes where they are variables."""
    shape = list(shape)
    return [None if i >= len(shape) - n and isinstance(s, TensorVariable) else s for i, s in enumerate(shape)]


def conv2d_grad_wrt_inputs(output_grad, filters, input_shape, filter_shape=None, border_mode="valid", subsample=(1, 1),
                           filter_flip=True, filter_dilation=(1, 1), num_groups=1, unshared=False):
    """The gradient of `conv2d` by images of `input_shape` (extents may be variables), given that of its output."""
    filters, output_grad = as_tensor_variable(filters), as_tensor_variable(output_grad)
    for dim in (0, 1):
        if not isinstance(input_shape[dim], _CONSTANT):
            raise ValueError("input_shape[%d] must be a constant or None." % dim)
    for dim in (2, 3):
        if not isinstance(input_shape[dim], _KNOWN):
            raise ValueError("input_shape[%d] must be a symbolic variable, a constant or None." % dim)
    if filter_shape is not None:
        expected = 6 if unshared else 4
        if len(filter_shape) != expected:
            raise ValueError("The lenght of filter_shape was %d, but we expected %d." % (len(filter_shape), expected))
        for dim in range(expected):
            if not isinstance(filter_shape[dim], _CONSTANT):
                raise ValueError("filter_shape[%d] must be a constant or None" % dim)
    op = AbstractConv2d_gradInputs(_without_variables(input_shape, 2), filter_shape, border_mode, subsample, filter_flip,
                                   filter_dilation, num_groups, unshared)
    return op(filters, output_grad, input_shape[-2:])


def conv3d_grad_wrt_inputs(output_grad, filters, input_shape, filter_shape=None, border_mode="valid", subsample=(1, 1, 1),
                           filter_flip=True, filter_dilation=(1, 1, 1), num_groups=1):
    """The gradient of `conv3d` by volumes of `input_shape`, given that of its output."""
    filters, output_grad = as_tensor_variable(filters), as_tensor_variable(output_grad)
    assert all(isinstance(n, _CONSTANT) for n in input_shape[:2])
    assert all(isinstance(n, _KNOWN) for n in input_shape[2:5])
    assert filter_shape is None or all(isinstance(n, _CONSTANT) for n in filter_shape)
    op = AbstractConv3d_gradInputs(_without_variables(input_shape, 3), filter_shape, border_mode, subsample, filter_flip,
                                   filter_dilation, num_groups)
    return op(filters, output_grad, input_shape[-3:])


def conv2d_grad_wrt_weights(input, output_grad, filter_shape, input_shape=None, border_mode="valid", subsample=(1, 1),
                            filter_flip=True, filter_dilation=(1, 1), num_groups=1, unshared=False):
    """The gradient of `conv2d` by filters of `filter_shape` (extents may be variables), given that of its output."""
    input, output_grad = as_tensor_variable(input), as_tensor_variable(output_grad)
    assert all(isinstance(n, _CONSTANT) for n in filter_shape[:-2][:4 if unshared else 2])
    assert all(isinstance(n, _KNOWN) for n in filter_shape[-2:])
    assert input_shape is None or all(isinstance(n, _CONSTANT) for n in input_shape)
    op = AbstractConv2d_gradWeights(input_shape, _without_variables(filter_shape, 2), border_mode, subsample, filter_flip,
                                    filter_dilation, num_groups, unshared)
    return op(input, output_grad, filter_shape[-2:])


def conv3d_grad_wrt_weights(input, output_grad, filter_shape, input_shape=None, border_mode="valid", subsample=(1, 1, 1),
                            filter_flip=True, filter_dilation=(1, 1, 1), num_groups=1):
    """The gradient of `conv3d` by filters of `filter_shape`, given that of its output."""
    input, output_grad = as_tensor_variable(input), as_tensor_variable(output_grad)
    assert all(isinstance(n, _CONSTANT) for n in filter_shape[:2])
    assert all(isinstance(n, _KNOWN) for n in filter_shape[2:5])
    assert input_shape is None or all(isinstance(n, _CONSTANT) for n in input_shape)
    op = AbstractConv3d_gradWeights(input_shape, _without_variables(filter_shape, 3), border_mode, subsample, filter_flip,
                                    filter_dilation, num_groups)
    return op(input, output_grad, filter_shape[-3:])
