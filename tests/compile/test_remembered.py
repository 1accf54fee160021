"""What lengths and numbers decide is worked out once, also beside draws and Python ops, which run each time."""
import numpy as np
import pytest

import theano
import theano.tensor as T
from theano.tensor.shared_randomstreams import RandomStreams


@pytest.fixture
def step():
    """A corrupted minibatch of a data set, `size` of it at a time: function, its shared values, and the stream's twin in NumPy."""
    streams = RandomStreams(7)
    data, size, total = theano.shared(np.arange(20.0).reshape(10, 2)), theano.shared(np.int64(3)), theano.shared(0.0)
    i, x = T.lscalar("i"), T.matrix("x")
    mask = streams.binomial(size=x.shape, n=1, p=.5)
    f = theano.function([i], [mask * x, mask.shape[0]], updates=[(total, total + x.sum())], givens={x: data[i * size:(i + 1) * size]})
    twin = np.random.RandomState(int(np.random.RandomState(7).randint(2 ** 30)))
    return f, data, size, total, twin


def test_slices_are_those_of_the_call(step):
    f, data, size, total, twin = step
    sums, calls = 0.0, [(0, 3, 2), (1, 3, 2), (0, 3, 2), (3, 3, 2), (3, 3, 2), (1, 4, 2), (1, 4, 2), (2, 4, 2), (0, 3, 3), (1, 4, 3)]
    for k, (number, length, columns) in enumerate(calls):
        now = np.arange(10.0 * columns).reshape(10, columns) + k
        data.set_value(now)
        size.set_value(np.int64(length))
        batch = now[number * length:(number + 1) * length]
        found, rows = f(number)
        np.testing.assert_array_equal(found, twin.binomial(1, .5, batch.shape) * batch)
        assert rows == len(batch) and rows.flags.writeable
        rows[...] = -1  # it is the caller's own
        sums += batch.sum()
        assert total.get_value() == sums


def test_a_call_that_fails_moves_no_stream_and_is_not_remembered():
    streams, data = RandomStreams(7), theano.shared(np.arange(5.0))
    i = T.lscalar("i")
    draw = streams.normal(size=(i + 1,))
    f = theano.function([i], draw + data[i])
    twin = np.random.RandomState(int(np.random.RandomState(7).randint(2 ** 30)))
    for number, fails in [(1, False), (6, True), (6, True), (1, False), (4, False), (5, True), (4, False)]:
        if fails:
            with pytest.raises(IndexError):
                f(number)
        else:
            np.testing.assert_allclose(f(number), twin.normal(size=number + 1) + number, rtol=1e-15)
    data.set_value(np.arange(10.0))
    np.testing.assert_allclose(f(6), twin.normal(size=7) + 6, rtol=1e-15)


def test_python_ops_run_each_time_with_arrays_of_their_own():
    seen = []

    @theano.compile.as_op([T.lvector, T.lscalar], [T.lvector])
    def spoil(lengths, n):
        seen.append((lengths.tolist(), n.item()))
        lengths[:] = 0
        return lengths + n

    x, n = T.dmatrix("x"), T.lscalar("n")
    f = theano.function([x, n], [spoil(T.stack([x.shape[0], x[n:].shape[0]]), n), x[n:].sum()])
    for rows, number in [(4, 1), (4, 1), (5, 1), (4, 2), (4, 1)]:
        found, total = f(np.ones((rows, 2)), number)
        assert found.tolist() == [number, number] and total == 2 * (rows - number)
        found[:] = 9
    assert seen == [([4, 3], 1), ([4, 3], 1), ([5, 4], 1), ([4, 2], 2), ([4, 3], 1)]
