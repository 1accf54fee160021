"""Sizes told to a convolution that are not those of its arrays. Numbers were recorded under the real Theano 1.0.5.

`conv2d` takes them for hints: what is computed is the convolution of the arrays that came (a last minibatch is shorter). The old op checks.
"""
import numpy as np
import pytest

import theano
import theano.tensor as T
from theano.tensor.nnet import conv2d
from theano.tensor.nnet.conv import conv2d as old_conv2d

RNG = np.random.RandomState(0)
X, W = RNG.rand(2, 3, 6, 7), RNG.rand(4, 3, 3, 2)
# the sum of the output, and the sums of the gradients of the sum of its squares
SUMS = {"valid": (854.60850998, 15830.30975709, 15492.42295414), "half": (1305.03540914, 20539.9814624, 20217.56977333),
        "full": (1473.57249979, 21616.31042533, 21103.82445652), (1, 0): (1116.59698973, 18918.06040649, 18592.79019329)}
WRONG = [((2, 3, 5, 7), None), ((2, 3, None, 9), None), ((5, 3, 6, 7), None), ((2, 2, 6, 7), None), (None, (4, 3, 2, 2)),
         (None, (5, 3, 3, 2)), ((2, 3, 8, 8), (4, 3, 1, 1))]


@pytest.mark.parametrize("border_mode", SUMS, ids=str)
def test_hints_that_do_not_fit_change_no_number(border_mode):
    x, w = T.tensor4("x"), T.tensor4("w")
    outs = []
    for told in WRONG:
        y = conv2d(x, w, *told, border_mode=border_mode)
        outs += [y.sum(), *(g.sum() for g in T.grad((y ** 2).sum(), [x, w]))]
    found = np.reshape(theano.function([x, w], outs)(X, W), (len(WRONG), 3))
    np.testing.assert_allclose(found, [SUMS[border_mode]] * len(WRONG), rtol=1e-9)


def test_hints_that_do_not_fit_change_no_shape_either():
    """Where only a shape was needed Theano took it from the hint, and failed or gave a gradient of another shape than the variable's."""
    x, w = T.tensor4("x"), T.tensor4("w")
    for told in WRONG:
        y = conv2d(x, w, *told)
        *shape, gx, gw = theano.function([x, w], [*y.shape, *T.grad(y.sum(), [x, w])])(X, W)
        assert shape == [2, 4, 4, 6] and gx.shape == X.shape and gw.shape == W.shape
        assert gx.sum() == pytest.approx(1710.23194222) and gw.sum() == pytest.approx(1727.79469878)


CHECKED = [((5, 3, 6, 7), None, "batch size (5) isn't the run time shape (2)"),
           ((2, 3, 6, 7), (5, 3, 3, 2), "number of kernels in the filter (5) isn't the run time shape (4)"),
           ((2, 3, 5, 7), (4, 3, 3, 2), "number of rows in the image (5) isn't the run time shape (6)"),
           ((2, 3, 6, 7), (4, 3, 2, 2), "number of rows in the filter (2) isn't the run time shape (3)"),
           ((2, 3, 6, 9), None, "number of columns in the image (9) isn't the run time shape (7)"),
           ((2, 2, 6, 7), None, "image stack size (2) isn't the run time shape (3)")]


@pytest.mark.filterwarnings("ignore:theano.tensor.nnet.conv.conv2d is deprecated")
@pytest.mark.parametrize("image_shape, filter_shape, sentence", CHECKED, ids=[row[2][:24] for row in CHECKED])
def test_the_old_convolution_says_which_size_is_not_what_it_was_told(image_shape, filter_shape, sentence):
    x, w = T.tensor4("x"), T.tensor4("w")
    y = old_conv2d(x, w, image_shape, filter_shape)
    # of the gradients Theano checked only the sizes that it used, and gave one of the wrong shape
    for out in (y, T.grad(y.sum(), x), T.grad(y.sum(), w)):
        with pytest.raises(ValueError) as e:
            theano.function([x, w], out)(X, W)
        assert str(e.value).startswith("The hardcoded shape for the " + sentence)
