"""Pooling: ties, directions, second derivatives, sizes that come at run time, and windows of every kind against plain loops."""
import itertools

import numpy as np
import pytest

import theano
import theano.tensor as T
from theano.tensor.signal import downsample, pool

RNG = np.random.RandomState(3)


def looped(x, ws, stride, ignore_border, pad, mode):
    """Pooling of a matrix, window by window."""
    rows, cols = (n + 2 * p for n, p in zip(x.shape, pad))
    counts = pool.Pool.out_shape(x.shape, ws, ignore_border, stride, pad)
    out = np.empty(counts)
    for at in itertools.product(*map(range, counts)):
        parts = []
        for start, w, end, p, n in zip((i * s for i, s in zip(at, stride)), ws, (rows, cols), pad, x.shape):
            stop = min(start + w, end)
            parts.append((slice(max(start - p, 0), min(stop - p, n)), stop - start))
        seen = x[parts[0][0], parts[1][0]]
        size = parts[0][1] * parts[1][1]
        out[at] = {"max": lambda: seen.max(), "sum": lambda: seen.sum(), "average_inc_pad": lambda: seen.sum() / size,
                   "average_exc_pad": lambda: seen.mean()}[mode]()
    return out


@pytest.mark.parametrize("ws,stride,ignore_border,pad", [
    ((2, 2), (2, 2), True, (0, 0)), ((2, 3), (1, 2), False, (0, 0)), ((3, 3), (2, 2), True, (1, 2)), ((2, 2), (3, 4), False, (0, 0)),
    ((5, 4), (1, 1), True, (2, 1)), ((2, 2), (2, 2), False, (0, 0))])
@pytest.mark.parametrize("mode", ["max", "sum", "average_inc_pad", "average_exc_pad"])
def test_windows_are_what_a_loop_sees(ws, stride, ignore_border, pad, mode):
    x = RNG.randn(7, 9)
    got = pool.pool_2d(theano.shared(x), ws, ignore_border, stride, pad, mode)
    np.testing.assert_allclose(got.eval(), looped(x, ws, stride, ignore_border, pad, mode))
    theano.gradient.verify_grad(lambda v: pool.pool_2d(v, ws, ignore_border, stride, pad, mode), [x], rng=np.random.RandomState(0))


@pytest.mark.parametrize("stride", [None, (1, 1)])
def test_every_number_that_equals_the_maximum_gets_the_gradient(stride):
    x = theano.shared(np.zeros((4, 4)))
    g = T.grad(pool.pool_2d(x, (2, 2), True, stride).sum(), x).eval()
    expected = np.ones((4, 4)) if stride is None else np.outer([1, 2, 2, 1], [1, 2, 2, 1])
    np.testing.assert_array_equal(g, expected)


def test_sizes_may_come_at_run_time():
    x, ws, stride, pad = T.dmatrix(), T.lvector(), T.lvector(), T.lvector()
    out = pool.pool_2d(x, ws, True, stride, pad)
    f = theano.function([x, ws, stride, pad], [out, out.shape, T.grad(out.sum(), x)])
    value = RNG.randn(6, 8)
    for sizes in (((2, 2), (2, 2), (0, 0)), ((3, 2), (1, 2), (1, 0))):
        got, shape, _ = f(value, *sizes)
        np.testing.assert_allclose(got, looped(value, sizes[0], sizes[1], True, sizes[2], "max"))
        assert tuple(shape) == got.shape


def test_directional_and_second_derivatives_choose_the_maxima():
    x, v = theano.shared(RNG.randn(4, 6)), theano.shared(RNG.randn(4, 6))
    out = pool.pool_2d(x, (2, 3), True)
    np.testing.assert_allclose(T.Rop(out, x, v).eval(), T.Rop(T.grad((out ** 2).sum() / 2, out), out, T.Rop(out, x, v)).eval())
    theano.gradient.verify_grad(lambda a: T.grad((pool.pool_2d(a, (2, 3), True) ** 3).sum(), a), [x.get_value()],
                                rng=np.random.RandomState(0))


def test_three_dimensions():
    x = RNG.randn(2, 4, 4, 6)
    got = pool.pool_3d(theano.shared(x), (2, 2, 3), True).eval()
    np.testing.assert_allclose(got, x.reshape(2, 2, 2, 2, 2, 2, 3).max(axis=(2, 4, 6)))


def test_names_before_nine():
    x = theano.shared(RNG.randn(1, 1, 5, 5))
    with pytest.warns(UserWarning, match="'ds' parameter"):
        old = pool.pool_2d(x, ds=(2, 2), ignore_border=True)
    np.testing.assert_array_equal(old.eval(), downsample.max_pool_2d(x, (2, 2), ignore_border=True).eval())
    assert downsample.max_pool_2d(x, (2, 2)).eval().shape == (1, 1, 3, 3)


def _from_theano_08(ds, x):
    """Max pooling as a pickle of Theano 0.8 brings it: the op has the parameters and the node one input."""
    op = pool.Pool.__new__(pool.Pool)
    op.__setstate__({"ds": ds, "st": ds, "padding": (0, 0), "mode": "max", "ignore_border": True})
    return theano.gof.Apply(op, [x], [x.type()]).outputs[0]


def test_pooling_in_pickles_of_theano_08_has_its_parameters_in_the_op():
    x = T.dtensor4()
    value = np.random.RandomState(3).rand(1, 2, 6, 6)
    old = [_from_theano_08(ds, x) for ds in ((2, 2), (3, 2), (2, 2))]
    new = [pool.pool_2d(x, ds, ignore_border=True) for ds in ((2, 2), (3, 2), (2, 2))]
    for a, b in zip(theano.function([x], old)(value), theano.function([x], new)(value), strict=True):
        np.testing.assert_array_equal(a, b)
    assert old[0].owner.op == old[2].owner.op != old[1].owner.op


@pytest.mark.parametrize("ws, stride, pad, sentence", [
    ((2, 2), (0, 1), (0, 0), "strides must be at least 1"),  # a division by zero in C ended the process
    ((2, 0), (1, 1), (0, 0), "windows and strides must be at least 1"),
    ((2, 2), (-1, 1), (0, 0), "strides must be at least 1"),
])
def test_windows_that_cannot_be_are_refused_when_they_are_known(ws, stride, pad, sentence):
    x, at_run_time = T.tensor4("x"), [T.ivector(n) for n in ("ws", "stride", "pad")]
    f = theano.function([x, *at_run_time], pool.pool_2d(x, at_run_time[0], True, at_run_time[1], at_run_time[2]))
    with pytest.raises(ValueError, match=sentence):
        f(np.ones((1, 1, 6, 6), theano.config.floatX), *(np.array(p, "int32") for p in (ws, stride, pad)))


def test_padding_of_windows_that_stick_out_is_theanos_error_at_run_time_too():
    x, pad = T.tensor4("x"), T.ivector("pad")
    f = theano.function([x, pad], pool.pool_2d(x, (3, 3), False, (2, 2), pad))
    with pytest.raises(ValueError, match="^padding must be zero when ignore border is False"):
        f(np.ones((1, 1, 6, 6), theano.config.floatX), np.array([1, 1], "int32"))
    assert f(np.ones((1, 1, 6, 6), theano.config.floatX), np.array([0, 0], "int32")).shape == (1, 1, 3, 3)
