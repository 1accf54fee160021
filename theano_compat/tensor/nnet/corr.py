"""Correlation (no turned filters) in 2 and 3 dimensions by the names of Theano's C implementations: `CorrMM`, `Corr3dMM`.

They are the ops of `abstract_conv` with `filter_flip` off; `openmp` was C's affair and is kept as an attribute only.
"""
from theano_compat.graph.utils import legacy_name
from theano_compat.scalar import as_common_dtype
from theano_compat.tensor.constant import as_tensor_variable
from theano_compat.tensor.nnet import abstract_conv


class _OneDtype:
    """Images, filters and gradients of different dtypes meet in a common one."""

    def make_node(self, a, b, *args, **kwargs):
        return super().make_node(*as_common_dtype(as_tensor_variable(a), as_tensor_variable(b)), *args, **kwargs)


def _check_counts(ndim, subsample, filter_dilation, num_groups):
    for name, steps in (("subsample", subsample), ("filter_dilation", filter_dilation)):
        if len(steps) != ndim:
            raise ValueError("%s must have %s elements" % (name, {2: "two", 3: "three"}[ndim]))
    if num_groups < 1:
        raise ValueError("Number of groups should be greater than 0")


def _check_border(border_mode):
    """The three-dimensional ops take no pairs, unlike the two-dimensional, and say so in other words."""
    if isinstance(border_mode, tuple) and (len(border_mode) != 3 or any(not isinstance(b, int) or b < 0 for b in border_mode)):
        raise ValueError(f"invalid border_mode {border_mode}, which must be a tuple of three non-negative integers")
    if not isinstance(border_mode, (tuple, int)) and border_mode not in ("valid", "full", "half"):
        raise ValueError(f'invalid border_mode {border_mode}, which must be either "valid", "full", "half", an integer or a tuple of three '
                         "integers")


class _Correlation2d(_OneDtype):
    def __init__(self, border_mode="valid", subsample=(1, 1), filter_dilation=(1, 1), num_groups=1, unshared=False, openmp=None):
        _check_counts(2, subsample, filter_dilation, num_groups)
        super().__init__(None, None, border_mode, subsample, False, filter_dilation, num_groups, unshared)
        self.openmp = bool(openmp)

    def _same(self, cls):
        return cls(self.border_mode, self.subsample, self.filter_dilation, self.num_groups, self.unshared)

    def __str__(self):
        return "%s{%s, %s, %s, %s %s}" % (type(self).__name__, self.border_mode, self.subsample, self.filter_dilation,
                                          self.num_groups, self.unshared)


class _Correlation3d(_OneDtype):
    def __init__(self, border_mode="valid", subsample=(1, 1, 1), filter_dilation=(1, 1, 1), openmp=None, num_groups=1):
        _check_counts(3, subsample, filter_dilation, num_groups)
        _check_border(border_mode)
        super().__init__(None, None, border_mode, subsample, False, filter_dilation, num_groups)
        self.openmp = bool(openmp)

    def _same(self, cls):
        return cls(self.border_mode, self.subsample, self.filter_dilation, num_groups=self.num_groups)

    def __str__(self):
        return "%s{%s, %s, %s, %s}" % (type(self).__name__, self.border_mode, self.subsample, self.filter_dilation, self.num_groups)


class _ExtentsMayBeKnown:
    """A gradient whose extents may be left out where the border mode and stride decide them."""

    def make_node(self, other, topgrad, shape=None, add_assert_shape=True):
        if shape is None:
            shape = self._decided(other, topgrad)
        return super().make_node(other, topgrad, shape, add_assert_shape)


class _Weights(_ExtentsMayBeKnown):
    def _decided(self, img, topgrad):
        if any(s != 1 for s in self.subsample) or self.border_mode == "half":
            raise ValueError('shape must be given if subsample != (1, 1) or border_mode == "half"')
        found = abstract_conv.get_conv_gradweights_shape(tuple(img.shape[i] for i in range(img.ndim)),
                                                         tuple(topgrad.shape[i] for i in range(topgrad.ndim)),
                                                         self.border_mode, self.subsample, self.filter_dilation)
        return found[-self.convdim:]


class _Inputs(_ExtentsMayBeKnown):
    def _decided(self, kern, topgrad):
        if any(s != 1 for s in self.subsample):
            raise ValueError("shape must be given if subsample != (1, 1)")
        found = abstract_conv.get_conv_gradinputs_shape(tuple(kern.shape[i] for i in range(kern.ndim)),
                                                        tuple(topgrad.shape[i] for i in range(topgrad.ndim)),
                                                        self.border_mode, self.subsample, self.filter_dilation)
        return found[-self.convdim:]


@legacy_name("theano.tensor.nnet.corr")
class CorrMM(_Correlation2d, abstract_conv.AbstractConv2d):
    """Correlation of images with filters."""


@legacy_name("theano.tensor.nnet.corr")
class CorrMM_gradWeights(_Correlation2d, _Weights, abstract_conv.AbstractConv2d_gradWeights):
    """Its gradient by the filters."""


@legacy_name("theano.tensor.nnet.corr")
class CorrMM_gradInputs(_Correlation2d, _Inputs, abstract_conv.AbstractConv2d_gradInputs):
    """Its gradient by the images."""


@legacy_name("theano.tensor.nnet.corr3d")
class Corr3dMM(_Correlation3d, abstract_conv.AbstractConv3d):
    """Correlation of volumes with filters."""


@legacy_name("theano.tensor.nnet.corr3d")
class Corr3dMM_gradWeights(_Correlation3d, _Weights, abstract_conv.AbstractConv3d_gradWeights):
    """Its gradient by the filters."""


@legacy_name("theano.tensor.nnet.corr3d")
class Corr3dMM_gradInputs(_Correlation3d, _Inputs, abstract_conv.AbstractConv3d_gradInputs):
    """Its gradient by the volumes."""


for _forward, _weights, _inputs in ((CorrMM, CorrMM_gradWeights, CorrMM_gradInputs),
                                    (Corr3dMM, Corr3dMM_gradWeights, Corr3dMM_gradInputs)):
    for _cls in (_forward, _weights, _inputs):
        _cls.forward, _cls.grad_weights, _cls.grad_inputs = _forward, _weights, _inputs
