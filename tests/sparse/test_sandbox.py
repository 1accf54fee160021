"""Convolution and pooling by sparse matrices (`theano.sparse.sandbox.sp`), against SciPy's correlation and NumPy."""
import numpy as np
import pytest
from scipy.signal import correlate2d

import theano
import theano.tensor as T
from theano.sparse.sandbox import sp

RNG = np.random.RandomState(3)
IMAGES, KERNELS = RNG.rand(3, 2 * 4 * 6), RNG.rand(2, 2 * 2 * 3)


@pytest.mark.parametrize("mode", ["valid", "full"])
@pytest.mark.parametrize("step", [(1, 1), (3, 2)])
def test_convolve_correlates_each_map_and_adds_up(mode, step):
    x, k = T.dmatrices("xk")
    filtered, shape = sp.convolve(k, (2, 3), 2, x, (2, 4, 6), step=step, bias=0.5, mode=mode, flatten=False)
    found = theano.function([k, x], filtered)(KERNELS, IMAGES)
    maps, kernels = IMAGES.reshape(3, 2, 4, 6), KERNELS.reshape(2, 2, 2, 3)
    expected = np.array([[sum(correlate2d(m, k, mode) for m, k in zip(image, kernel)) for kernel in kernels] for image in maps]) + 0.5
    expected = expected[:, :, ::step[1], ::step[0]]
    assert tuple(shape) == expected.shape[1:]
    np.testing.assert_allclose(found, expected.reshape(3, 2, -1))
    flat = sp.convolve(k, (2, 3), 2, x, (2, 4, 6), step=step, bias=0.5, mode=mode)[0]
    np.testing.assert_allclose(flat.eval({x: IMAGES, k: KERNELS}), expected.reshape(3, -1))
    T.verify_grad(lambda x, k: sp.convolve(k, (2, 3), 2, x, (2, 4, 6), step=step, mode=mode)[0], [IMAGES, KERNELS], rng=RNG)


def test_max_pool_is_numpys_over_areas():
    x = T.dmatrix()
    pooled, shape = sp.max_pool(x, (2, 4, 6), (2, 2))
    assert tuple(shape) == (2, 3)
    expected = IMAGES.reshape(3, 2, 2, 2, 3, 2).max(axis=(3, 5)).reshape(3, -1)
    np.testing.assert_array_equal(pooled.eval({x: IMAGES}), expected)


def test_a_kernel_larger_than_the_image_is_an_error():
    with pytest.raises(ValueError, match="Invalid kernel"):
        sp.ConvolutionIndices.evaluate((4, 5), (5, 2))
