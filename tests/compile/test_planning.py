"""How a program becomes XLA steps: what compiles once, what a new shape costs, what is remembered, what explain says."""
import numpy as np
import pytest

import theano
import theano.tensor as T
from theano_compat import explain


def compilations(f):
    return explain(f).compilations


def test_minibatches_compile_once_and_once_for_a_short_one():
    data, w = theano.shared(np.arange(100.0).reshape(25, 4)), theano.shared(np.zeros(4))
    i, x = T.lscalar("i"), T.dmatrix("x")
    cost = ((T.dot(x, w) - 1) ** 2).mean()
    train = theano.function([i], cost, updates=[(w, w - 1e-4 * T.grad(cost, w))], givens={x: data[i * 10:(i + 1) * 10]})
    for _ in range(3):
        train(0), train(1)
    assert compilations(train) == 1
    train(2)
    assert compilations(train) == 2
    for k in (1, 0, 2, 1):
        train(k)
    assert compilations(train) == 2


def test_minibatches_of_the_last_kind_equal_numpys():
    data, i = theano.shared(np.random.RandomState(0).rand(25, 4)), T.lscalar("i")
    f = theano.function([i], data[i * 10:(i + 1) * 10].sum(axis=0))
    values = data.get_value()
    for k in (0, 1, 2, 3, -1):
        np.testing.assert_allclose(f(k), values[k * 10:(k + 1) * 10].sum(axis=0), atol=1e-12)


def test_a_running_index_compiles_once():
    x, i = T.dmatrix("x"), T.lscalar("i")
    f = theano.function([x, i], [x[i], x[i - 1, 0], T.set_subtensor(x[i], 0.0)])
    data = np.arange(12.0).reshape(4, 3)
    for k in range(-3, 4):
        np.testing.assert_array_equal(f(data, k)[0], data[k])
    assert compilations(f) == 1


def test_each_new_shape_compiles_and_old_ones_are_kept():
    x = T.dvector("x")
    f = theano.function([x], (x * 2).sum())
    for n in (3, 5, 3, 0, 5, 1, 3, 0):
        assert f(np.ones(n)) == 2 * n
    assert compilations(f) == 4


def test_lengths_that_arrive_at_run_time():
    n, x = T.lscalar("n"), T.dvector("x")
    f = theano.function([n, x], [T.arange(n), T.zeros((n, 2)), T.eye(n), x[:n], x.reshape((n, -1)), T.alloc(x[0], n)])
    data = np.arange(6.0)
    for k in (1, 2, 3, 2, 6):
        expected = [np.arange(k), np.zeros((k, 2)), np.eye(k), data[:k], data.reshape(k, -1), np.zeros(k)]
        for ours, theirs in zip(f(k, data), expected):
            np.testing.assert_array_equal(ours, theirs)
    assert compilations(f) == 4


def test_lengths_that_are_computed_on_the_way():
    x = T.dvector("x")
    big = (x > 1).nonzero()[0]
    f = theano.function([x], [x[big] * 2, T.arange(big.shape[0]), T.zeros((T.cast(x.max(), "int64"),))])
    for data in ([0.0, 2.0, 3.0], [0.0, 1.0], [4.0, 5.0, 6.0, 7.0]):
        data = np.array(data)
        kept = data[data > 1]
        for ours, theirs in zip(f(data), [kept * 2, np.arange(len(kept)), np.zeros(int(data.max()))]):
            np.testing.assert_array_equal(ours, theirs)


def test_what_the_host_computes_is_recalled_by_the_numbers_it_reads():
    from theano_compat.compile.hoststeps import HostStep
    x, i, n = T.dmatrix("x"), T.lscalar("i"), T.lscalar("n")
    f = theano.function([x, i, n], x[i * n:(i + 1) * n].sum())
    data = np.arange(20.0).reshape(10, 2)
    for _ in range(2):
        for k, m in [(0, 2), (1, 2), (4, 2), (0, 3), (3, 3)]:
            assert f(data, k, m) == data[k * m:(k + 1) * m].sum()
            assert f(data[:4], k, m) == data[:4][k * m:(k + 1) * m].sum()
    host = [s for s in f.maker.program.steps if isinstance(s, HostStep)]
    assert len(host) == 1 and sum(map(len, host[0]._memories.values())) == 10


def test_random_draws_are_never_recalled():
    draw = theano.function([], T.shared_randomstreams.RandomStreams(3).uniform((2,)) * 2)
    assert len({tuple(draw()) for _ in range(5)}) == 5


def test_explain_counts_nodes_steps_and_programs():
    x, i = T.dvector("x"), T.lscalar("i")
    f = theano.function([x], x * 2, name="doubling")
    assert compilations(f) == 0
    f([1.0])
    plain = explain(f)
    assert (plain.compilations, len(plain.steps)) == (1, 1) and "doubling" in str(plain)
    g = theano.function([x, i], x[:i])
    assert len(explain(g).steps) == 2


@pytest.mark.parametrize("outputs", [0, 1, 2])
def test_a_function_may_compute_nothing(outputs):
    x = T.dvector("x")
    f = theano.function([x], [x] * outputs, on_unused_input="ignore")
    assert [r.tolist() for r in f([1.0])] == [[1.0]] * outputs


def test_shapes_that_data_decide_run_in_numpy_until_they_come_again():
    x = T.dvector()
    picked = x[(x > 0).nonzero()]
    f = theano.function([x], [picked.sum(), T.grad((T.log(picked) ** 2).mean(), x)])
    program = f.maker.program

    def check(values):
        total, gradient = f(values)
        on = values > 0
        np.testing.assert_allclose(total, values[on].sum(), rtol=1e-13)
        expected = np.zeros_like(values)
        expected[on] = 2 * np.log(values[on]) / values[on] / on.sum()
        np.testing.assert_allclose(gradient, expected, rtol=1e-12)

    def with_positive(n):
        return np.where(np.arange(80) < n, 1.5, -1.0) * (1 + np.arange(80) / 7)

    for n in range(1, 70):
        check(with_positive(n))
    assert program.compilations == 1  # of the comparison
    for n in range(1, 4):
        check(with_positive(n))
        check(with_positive(n))
    assert program.compilations == 4
    assert "in NumPy while its shapes, which the data decide, are new" in str(explain(f))


def test_a_step_whose_shapes_keep_changing_is_compiled_a_bounded_number_of_times():
    x = T.dvector()
    f = theano.function([x], (x[(x > 0).nonzero()] * 2).sum())
    for n in range(1, 41):
        values = np.where(np.arange(50) < n, 1.0, -1.0)
        assert [float(f(values)) for _ in range(4)] == [2.0 * n] * 4
    assert f.maker.program.compilations == 17
