"""Networks where no recording is needed: formulations agree, extreme inputs, temporal classification, blocks, GPU names."""
import itertools
import warnings

import numpy as np
import pytest
from recorders import sampled

import theano
import theano.tensor as T
from theano.tensor.nnet import blocksparse, conv3d2d, conv_lowering
from theano.tensor.nnet.corr import CorrMM
from theano.tensor.nnet.ctc import ctc

RNG = np.random.RandomState(5)


@pytest.mark.parametrize("options, dtype", sampled([(options, dtype) for options in (
    {}, {"border_mode": "full"}, {"border_mode": "half", "subsample": (2, 3)}, {"filter_dilation": (2, 1), "border_mode": (1, 2)},
    {"subsample": (2, 2), "filter_flip": False, "border_mode": ((0, 2), 1)}) for dtype in ("float32", "float64")], .5))
def test_products_and_xlas_convolution_give_the_same(options, dtype, monkeypatch):
    x, w = (theano.shared(RNG.randn(*s).astype(dtype)) for s in ((5, 2, 9, 8), (4, 2, 3, 2)))
    out = T.nnet.conv2d(x, w, **options)
    results = []
    # the columns of two images at a time and a rest of one
    monkeypatch.setattr(conv_lowering, "_COLUMNS", 2 * _bytes_of_columns(options, dtype))
    for form in ("xla", "columns"):
        monkeypatch.setattr(conv_lowering, "choose", lambda *a, form=form: form)
        results.append(theano.function([], [out, *T.grad((out ** 2).sum(), [x, w])])())
    for a, b in zip(*results, strict=True):
        assert a.dtype == dtype
        np.testing.assert_allclose(a, b, rtol=1e-4 if dtype == "float32" else 1e-10, atol=1e-4 if dtype == "float32" else 1e-10)


def _bytes_of_columns(options, dtype):
    places = np.prod(_output_shape(options)[2:])
    return int(places) * 2 * 3 * 2 * np.dtype(dtype).itemsize


def _output_shape(options):
    """The output's shape, from the function that infers it without a value."""
    from theano.tensor.nnet.abstract_conv import get_conv_output_shape
    return get_conv_output_shape((5, 2, 9, 8), (4, 2, 3, 2), options.get("border_mode", "valid"), options.get("subsample", (1, 1)),
                                 options.get("filter_dilation", (1, 1)))


def test_the_shape_of_an_image_may_come_at_run_time():
    x, n = T.tensor4("x"), T.lscalar("n")
    w = theano.shared(RNG.randn(2, 3, 2, 2))
    out = T.nnet.conv2d_transpose(x, w, (None, 3, n, n + 1), input_dilation=(2, 2))
    f = theano.function([x, n], out)
    assert f(np.ones((1, 2, 4, 4)), 8).shape == (1, 3, 8, 9)
    with pytest.raises(ValueError, match="invalid input_shape for gradInputs"):
        f(np.ones((1, 2, 4, 4)), 12)


def test_told_shapes_are_checked_when_asked_for():
    x = T.tensor4("x")
    with theano.configparser.change_flags({"conv.assert_shape": True}):
        out = T.nnet.conv2d(x, np.ones((1, 1, 2, 2)), input_shape=(2, 1, 5, 5))
    f = theano.function([x], out)
    f(np.ones((2, 1, 5, 5)))
    with pytest.raises(AssertionError, match="shape of image does not match given imshp"):
        f(np.ones((3, 1, 5, 5)))


def test_second_derivatives_of_convolutions():
    x, w = RNG.rand(1, 2, 4, 4), RNG.rand(2, 2, 2, 2)
    theano.gradient.verify_grad(lambda a, b: T.grad((T.nnet.conv2d(a, b) ** 2).sum(), a), [x, w], rng=np.random.RandomState(1))


def test_correlation_is_convolution_with_turned_filters():
    x, w = T.tensor4(), T.tensor4()
    a, b = RNG.randn(2, 2, 5, 5), RNG.randn(3, 2, 3, 2)
    f = theano.function([x, w], [CorrMM("half", (2, 1))(x, w),
                                 T.nnet.conv2d(x, w, border_mode="half", subsample=(2, 1), filter_flip=False)])
    np.testing.assert_array_equal(*f(a, b))


def test_sigmoid_cross_entropy_is_stable_and_has_a_smooth_gradient_at_zero():
    x, t = T.dvectors("x", "t")
    cost = T.nnet.sigmoid_binary_crossentropy(x, t)
    f = theano.function([x, t], [cost, *T.grad(cost.sum(), [x, t])])
    at, bits = np.array([-800.0, -2.0, 0.0, 3.0, 800.0]), np.array([0.0, 1.0, 0.25, 0.5, 1.0])
    value, by_x, by_t = f(at, bits)
    np.testing.assert_allclose(value, np.logaddexp(0, at) - at * bits, atol=1e-12)
    np.testing.assert_allclose(by_x, 1 / (1 + np.exp(-np.clip(at, -700, 700))) - bits, atol=1e-12)
    np.testing.assert_allclose(by_t, -at)


def _cost_by_all_paths(activations, labels):
    p = np.exp(activations) / np.exp(activations).sum(-1, keepdims=True)
    total = 0
    for path in itertools.product(range(p.shape[1]), repeat=len(p)):
        if [k for k, _ in itertools.groupby(path) if k] == labels:
            total += np.prod([p[t, k] for t, k in enumerate(path)])
    return -np.log(total)


def test_temporal_classification_sums_over_all_paths():
    a, labels, lengths = T.ftensor3(), T.imatrix(), T.ivector()
    cost = ctc(a, labels, lengths)
    f = theano.function([a, labels, lengths], [cost, T.grad(cost.sum(), a)])
    values = RNG.randn(5, 3, 3).astype("float32")
    costs, gradient = f(values, np.array([[1, 2, -1], [2, 2, -1], [-1, -1, -1]], "int32"), np.array([5, 4, 3], "int32"))
    expected = [_cost_by_all_paths(values[:n, b], y) for b, (n, y) in enumerate(((5, [1, 2]), (4, [2, 2]), (3, [])))]
    np.testing.assert_allclose(costs, expected, rtol=1e-5)
    assert np.isfinite(gradient).all()
    # past its length nothing counts, and shifting all activations of a moment changes nothing
    assert not gradient[4, 1].any()
    np.testing.assert_allclose(gradient.sum(-1), 0, atol=1e-5)


def test_the_gradient_of_temporal_classification_is_its_slope():
    labels, lengths = [[1, 2], [2, 2]], np.array([5, 4], "int32")
    a, y, n = T.ftensor3(), T.imatrix(), T.ivector()
    values = RNG.randn(5, 2, 3).astype("float32")
    cost = (ctc(a, y, n) * np.array([1, 2], "float32")).sum()
    gradient = theano.function([a, y, n], T.grad(cost, a))(values, np.array(labels, "int32"), lengths)
    for b, t, k in itertools.product(range(2), range(5), range(3)):
        ends = []
        for step in (1e-4, -1e-4):
            moved = values.astype("float64")
            moved[t, b, k] += step
            ends.append((b + 1) * _cost_by_all_paths(moved[:lengths[b], b], labels[b]))
        np.testing.assert_allclose(gradient[t, b, k], (ends[0] - ends[1]) / 2e-4, atol=2e-5)


# Published with Baidu's warp-ctc (the tutorial of its Torch binding, and its own unit test): activations by moment, lengths, labels, costs,
# and the gradients of the sum of the costs. Theano called that library, and tested with these numbers.
_FIVE = [0.01165623125, 0.03168492019, 0.08612854034, 0.2341216654, 0.636408627]
PUBLISHED = {
    "tutorial": ([[[0, 0, 0, 0, 0], [1, 2, 3, 4, 5], [-5, -4, -3, -2, -1]], [[0, 0, 0, 0, 0], [6, 7, 8, 9, 10], [-10, -9, -8, -7, -6]],
                  [[0, 0, 0, 0, 0], [11, 12, 13, 14, 15], [-15, -14, -13, -12, -11]]], [1, 3, 3], [[1, -1], [3, 3], [2, 3]],
                 [1.609437943, 7.355742931, 4.938849926],
                 [[[.2, -.8, .2, .2, .2], [*_FIVE[:3], -0.7658783197, _FIVE[4]], [-0.02115798369, _FIVE[1], -0.8810571432, *_FIVE[3:]]],
                  [[0] * 5, [-0.9883437753, *_FIVE[1:]], [-0.02115798369, _FIVE[1], -0.1891518533, -0.4577836394, _FIVE[4]]],
                  [[0] * 5, [*_FIVE[:3], -0.7658783197, _FIVE[4]], [-0.02115798369, *_FIVE[1:3], -0.7330639958, _FIVE[4]]]]),
    "unit test": ([[[.1, .6, .1, .1, .1], [.1, .1, .6, .1, .1]], [[.6, .1, .1, .1, .1], [.1, .1, .5, .2, .1]]], [2, 2], [[1, 2], [1, 2]],
                  [2.962858438, 3.053659201],
                  [[[0.177031219, -0.7081246376, 0.177031219, 0.177031219, 0.177031219],
                    [0.177031219, -0.8229685426, 0.291875124, 0.177031219, 0.177031219]],
                   [[0.291875124, 0.177031219, -0.8229685426, 0.177031219, 0.177031219],
                    [0.1786672771, 0.1786672771, -0.7334594727, 0.1974578798, 0.1786672771]]]),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_temporal_classification_gives_the_published_numbers(name):
    activations, lengths, labels, costs, gradients = PUBLISHED[name]
    a, y, n = T.ftensor3(), T.imatrix(), T.ivector()
    cost = ctc(a, y, n)
    f = theano.function([a, y, n], [cost, T.grad(cost.sum(), a)])
    found = f(np.array(activations, "float32"), np.array(labels, "int32"), np.array(lengths, "int32"))
    np.testing.assert_allclose(found[0], costs, rtol=1e-6)
    np.testing.assert_allclose(found[1], gradients, rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize("rows, columns", [([[0, 4], [1, 1]], [[2], [0]]), ([[0, 3], [1, 1]], [[5], [0]])])
def test_sparse_blocks_that_are_not_there_are_an_error(rows, columns):
    W, h, b = RNG.randn(4, 5, 2, 3), RNG.randn(2, 2, 2), RNG.randn(5, 3)
    arrays = [theano.shared(np.asarray(v)) for v in (W, h, rows, b[:, :], columns)]
    with pytest.raises(IndexError, match="out of bounds"):
        blocksparse.sparse_block_dot(*arrays).eval()


@pytest.mark.parametrize("n", [3, 1])
def test_normalisation_does_not_repeat_parameters_that_are_too_short(n):
    x, short = T.tensor4(), theano.shared(np.ones(n))
    for out in (T.nnet.bn.batch_normalization_train(x, short, short, "spatial")[0],
                T.nnet.bn.batch_normalization_test(x, short, short, short, short, "spatial")):
        with pytest.raises(ValueError, match="mis-match"):
            theano.function([x], out)(np.ones((2, 4, 3, 2)))


@pytest.mark.cpu("on accelerators all are")
def test_small_convolutions_are_xlas_own():
    plan = conv_lowering.Plan(((0, 0), (0, 0)), (1, 1), (1, 1))
    chosen = [conv_lowering.choose("inputs", (batch, 4, 12, 12), (8, 4, 3, 3), np.dtype("float64"), plan) for batch in (1, 100)]
    assert chosen == ["xla", "columns"]


def test_sparse_blocks_are_the_chosen_part_of_a_dense_product():
    W, h, b = RNG.randn(4, 3, 2, 5), RNG.randn(2, 2, 2), RNG.randn(3, 5)
    rows, columns = np.array([[0, 3], [1, 1]]), np.array([[2], [0]])
    got = blocksparse.sparse_block_dot(*(theano.shared(v) for v in (W, h, rows, b, columns))).eval()
    expected = [[b[j] + sum(h[n, i] @ W[r, j] for i, r in enumerate(rows[n])) for j in columns[n]] for n in range(2)]
    np.testing.assert_allclose(got, expected)


def test_videos_may_have_a_border_mode_for_time_alone():
    x, w = RNG.randn(1, 5, 2, 6, 6), RNG.randn(3, 2, 2, 3, 3)
    full = conv3d2d.conv3d(theano.shared(x), theano.shared(w), border_mode="full").eval()
    mixed = conv3d2d.conv3d(theano.shared(x), theano.shared(w), border_mode=("full", "valid", "valid")).eval()
    np.testing.assert_allclose(mixed, full[:, :, :, 2:-2, 2:-2], atol=1e-10)


def test_gpu_names_build_portable_graphs():
    import jax

    from theano.sandbox.cuda import cuda_available, dnn
    from theano.sandbox.cuda.basic_ops import gpu_contiguous
    assert cuda_available == (jax.default_backend() == "gpu") == dnn.dnn_available()
    x, w = theano.shared(RNG.randn(1, 2, 6, 6)), theano.shared(RNG.randn(3, 2, 3, 3))
    got = dnn.dnn_pool(dnn.dnn_conv(gpu_contiguous(x), w, conv_mode="cross"), (2, 2), stride=(2, 2)).eval()
    conv = T.nnet.conv2d(x, w, filter_flip=False).eval()
    np.testing.assert_allclose(got, conv.reshape(1, 3, 2, 2, 2, 2).max(axis=(3, 5)))


def test_the_old_convolution_warns_and_checks_what_it_was_told():
    from theano.tensor.nnet import conv
    x = T.tensor4()
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        out = conv.conv2d(x, theano.shared(np.ones((1, 1, 2, 2), theano.config.floatX)),
                          image_shape=(1, 1, 4, 4), filter_shape=(1, 1, 2, 2))
    assert any("deprecated" in str(w.message) for w in seen)
    with pytest.raises(ValueError, match="The hardcoded shape for the number of rows in the image"):
        theano.function([x], out)(np.ones((1, 1, 5, 5), theano.config.floatX))


@pytest.mark.parametrize("options", [{"border_mode": "full", "subsample": (3, 2)}, {"filter_dilation": (2, 1), "filter_flip": False},
                                     {"border_mode": "half", "subsample": (2, 1)}])
def test_groups_are_convolutions_side_by_side(options):
    x, w = theano.shared(RNG.randn(3, 4, 6, 5)), theano.shared(RNG.randn(4, 2, 3, 2))
    out = T.nnet.conv2d(x, w, num_groups=2, **options)
    apart = T.concatenate([T.nnet.conv2d(x[:, :2], w[:2], **options), T.nnet.conv2d(x[:, 2:], w[2:], **options)], axis=1)
    both = [theano.function([], [o, *T.grad((o ** 3).sum(), [x, w])])() for o in (out, apart)]
    for a, b in zip(*both, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-9)


def test_running_averages_of_normalisation_have_their_gradient():
    x, scale, shift, mean, var = RNG.rand(4, 3), RNG.rand(1, 3), RNG.rand(1, 3), RNG.rand(1, 3), RNG.rand(1, 3) + 1
    for k in (3, 4):  # the mean, the variance
        theano.gradient.verify_grad(lambda x, mean, var, k=k: T.nnet.bn.batch_normalization_train(
            x, T.patternbroadcast(T.constant(scale), (True, False)), T.patternbroadcast(T.constant(shift), (True, False)), "per-activation",
            1e-3, 0.2, mean, var)[k] ** 2, [x, mean, var], rng=np.random.RandomState(1))
