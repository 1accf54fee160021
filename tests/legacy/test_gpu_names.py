"""GPU names and old convolutions: what programs built with them is the portable graph, checked against NumPy and today's names."""
import importlib

import numpy as np
import pytest

import theano
import theano.tensor as T

RNG = np.random.RandomState(3)

NAMES = {
    "theano.sandbox.cuda": "CudaNdarray CudaNdarrayConstant CudaNdarraySharedVariable CudaNdarrayType GpuOp active_device_name "
                           "active_device_number cuda_available cuda_enabled cuda_ndarray device_properties float32_shared_constructor "
                           "ftensor4 mem_info register_opt shared_constructor unuse use",
    "theano.sandbox.cuda.basic_ops": "GpuContiguous GpuDimShuffle GpuFromHost HostFromGpu as_cuda_ndarray_variable gpu_alloc_empty "
                                     "gpu_contiguous gpu_from_host host_from_gpu",
    "theano.sandbox.cuda.blocksparse": "sparse_block_dot_SS",
    "theano.sandbox.cuda.dnn": "GpuDnnConv GpuDnnConv3dGradI GpuDnnConvDesc GpuDnnConvGradI dnn_available dnn_conv dnn_pool version",
    "theano.sandbox.cuda.fftconv": "conv2d_fft",
    "theano.sandbox.cuda.rng_curand": "CURAND_RandomStreams",
    "theano.sandbox.gpuarray": "GpuArrayType pygpu_activated",
    "theano.sandbox.gpuarray.dnn": "dnn_conv dnn_pool",
    "theano.gpuarray": "get_context",
    "theano.gpuarray.basic_ops": "GpuAllocEmpty GpuEye",
    "theano.gpuarray.fft": "curfft cuirfft",
    "theano.gpuarray.fp16_help": "work_dtype",
    "theano.gpuarray.pool": "GpuPool",
    "theano.gpuarray.subtensor": "GpuAdvancedSubtensor1",
    "theano.gpuarray.type": "ContextNotDefined GpuArrayConstant GpuArraySharedVariable GpuArrayType get_context gpu_context_type "
                            "gpuarray_shared_constructor list_contexts",
    "theano.sandbox.blocksparse": "SparseBlockGemv SparseBlockOuter sparse_block_dot",
    "theano.sandbox.fourier": "fft half_fft ifft half_ifft dct_matrix",
    "theano.sandbox.scan": "scan",
    "theano.sandbox.solve": "solve",
    "theano.tensor.nnet.Conv3D": "conv3D Conv3D",
    "theano.tensor.nnet.ConvGrad3D": "convGrad3D ConvGrad3D",
    "theano.tensor.nnet.ConvTransp3D": "convTransp3D ConvTransp3D",
}


@pytest.mark.parametrize("path", NAMES)
def test_names_that_programs_used_are_served(path):
    module = importlib.import_module(path)
    for name in NAMES[path].split():
        assert hasattr(module, name), name


def test_a_transposed_convolution_through_cudnns_descriptor():
    from theano.sandbox.cuda.basic_ops import gpu_alloc_empty, gpu_contiguous
    from theano.sandbox.cuda.dnn import GpuDnnConvDesc, GpuDnnConvGradI

    x, w = T.ftensor4(), T.ftensor4()
    image, filters = gpu_contiguous(x), gpu_contiguous(w)
    out = gpu_alloc_empty(image.shape[0], filters.shape[1], image.shape[2] * 2, image.shape[3] * 2)
    desc = GpuDnnConvDesc(border_mode=(2, 2), subsample=(2, 2), conv_mode="conv")(out.shape, filters.shape)
    result = GpuDnnConvGradI()(filters, image, out, desc)
    expected = T.nnet.conv2d_transpose(x, w, (None, 3, x.shape[2] * 2, x.shape[3] * 2), border_mode=(2, 2), input_dilation=(2, 2))
    values = [RNG.randn(*s).astype("float32") for s in ((2, 4, 5, 5), (4, 3, 5, 5))]
    got, want = theano.function([x, w], [result, expected])(*values)
    np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-5)
    half = theano.function([x, w], GpuDnnConvGradI()(filters, image, T.ones_like(expected), desc, 0.5, 2.0))(*values)
    np.testing.assert_allclose(half, 0.5 * want + 2, rtol=1e-5, atol=1e-5)


def test_the_old_convolution_of_videos_and_its_companions():
    from theano.tensor.nnet.Conv3D import conv3D
    from theano.tensor.nnet.ConvGrad3D import convGrad3D
    from theano.tensor.nnet.ConvTransp3D import convTransp3D

    video, filters, bias, d = RNG.randn(2, 5, 4, 6, 3), RNG.randn(4, 2, 2, 3, 3), RNG.randn(4), (2, 1, 2)
    V, W, b = T.TensorType("float64", (False,) * 5)(), theano.shared(filters), theano.shared(bias)
    H = conv3D(V, W, b, d)
    expected = np.zeros((2, 2, 3, 2, 4)) + bias
    for r, c, t in np.ndindex(2, 3, 2):
        window = video[:, r * 2:r * 2 + 2, c:c + 2, t * 2:t * 2 + 3]
        expected[:, r, c, t] += np.einsum("nrctz,jrctz->nj", window, filters)
    top = T.ones_like(H) * H
    found = theano.function([V], [H, T.grad((H ** 2).sum() / 2, W), convGrad3D(V, d, W.shape, top), T.grad((H ** 2).sum() / 2, V),
                                  convTransp3D(W, np.zeros(3), d, top, V.shape[1:4])])(video)
    np.testing.assert_allclose(found[0], expected, rtol=1e-10)
    np.testing.assert_allclose(found[1], found[2], rtol=1e-10)
    np.testing.assert_allclose(found[3], found[4], rtol=1e-10, atol=1e-12)


def test_transforms_of_matrices():
    from theano.sandbox import fourier

    m, z = T.dmatrix(), T.zmatrix()
    frames = RNG.randn(3, 6)
    got = theano.function([m, z], [fourier.fft(m, 8, 1), fourier.ifft(z, 4, 0), fourier.half_fft(m, 6, 1)])(frames, frames * 1j)
    wanted = np.fft.fft(frames, 8, 1), np.fft.ifft(frames * 1j, 4, 0), np.fft.fft(frames, 6, 1)[:, :3]
    for value, expected in zip(got, wanted, strict=True):
        assert value.dtype == "complex128"
        np.testing.assert_allclose(value, expected, atol=1e-12)
    with pytest.raises(ValueError, match="halfFFT on odd-length vectors is undefined"):
        theano.function([m], fourier.half_fft(m, 5, 1))(frames)
    with pytest.raises(TypeError, match="must not be complex"):
        fourier.half_fft(z, 4, 1)
    square = fourier.dct_matrix(5, 5)
    np.testing.assert_allclose(square @ square.T, np.eye(5), atol=1e-12)


def test_what_is_asked_of_a_gpu_that_is_not_there_is_an_error_and_not_an_answer():
    import jax
    if jax.default_backend() == "gpu":
        pytest.skip("there is one")
    from theano.gpuarray.type import ContextNotDefined, get_context, list_contexts
    from theano.sandbox import cuda

    assert list_contexts() == [] and not cuda.cuda_available
    with pytest.raises(ContextNotDefined):
        get_context(None)
    for ask in (cuda.mem_info, cuda.active_device_name):
        with pytest.raises(RuntimeError, match="no GPU"):
            ask()
    with pytest.warns(UserWarning, match="draws other numbers"):
        from theano.sandbox.cuda.rng_curand import CURAND_RandomStreams
        CURAND_RandomStreams(5)


def test_cudnns_choices_are_looked_at_and_change_nothing():
    dnn = importlib.import_module("theano.gpuarray.dnn")
    x, w = T.tensor4("x"), T.tensor4("w")
    images, filters = np.random.RandomState(0).rand(2, 3, 6, 7), np.random.RandomState(1).rand(4, 3, 3, 2)
    plain = dnn.dnn_conv(x, w)
    with pytest.warns(UserWarning, match="workmem is deprecated, use algo instead"):
        older = dnn.dnn_conv(x, w, workmem="small")
    outs = [plain, older, dnn.dnn_conv(x, w, algo="fft_tiling", precision="float32", direction_hint="bprop weights"),
            dnn.dnn_conv(x, w[:, :, ::-1, ::-1], conv_mode="cross", direction_hint="forward!")]
    found = theano.function([x, w], outs)(images, filters)
    for other in found[1:]:
        np.testing.assert_allclose(other, found[0])
    for bad, error in (({"algo": "quick"}, AssertionError), ({"algo": "deterministic"}, AssertionError), ({"conv_mode": "no"}, ValueError),
                       ({"precision": "double"}, ValueError), ({"algo": "fft", "workmem": "small"}, ValueError)):
        with pytest.raises(error):
            dnn.dnn_conv(x, w, **bad)
    with pytest.raises(AssertionError):
        dnn.dnn_gradinput(w, plain, x.shape, algo="small")
    with pytest.raises(ValueError, match="Pool mode"):
        dnn.dnn_pool(x, (2, 2), mode="median")
    with pytest.raises(ValueError):
        dnn.dnn_batch_normalization_train(x, x, x, mode="by-channel")
