"""The main job in a few seconds, run before everything else. The numbers and texts are those of the real Theano 1.0.5."""

import numpy as np

import theano
import theano.tensor as T


def test_a_classifier_learns_by_minibatches_as_under_theano():
    rng = np.random.RandomState(0)
    data_x, data_y = rng.randn(60, 5), rng.randint(0, 3, 60)
    shared_x = theano.shared(data_x, borrow=True)
    shared_y = T.cast(theano.shared(data_y.astype("float64")), "int32")
    x, y, i = T.dmatrix("x"), T.ivector("y"), T.lscalar("i")
    w, b = theano.shared(np.zeros((5, 3)), name="w"), theano.shared(np.zeros(3), name="b")
    p = T.nnet.softmax(T.dot(x, w) + b)
    cost = -T.mean(T.log(p)[T.arange(y.shape[0]), y])
    gw, gb = T.grad(cost, [w, b])
    train = theano.function(
        [i],
        cost,
        updates=[(w, w - 0.5 * gw), (b, b - 0.5 * gb)],
        givens={x: shared_x[i * 8 : (i + 1) * 8], y: shared_y[i * 8 : (i + 1) * 8]},  # the last batch is short
    )
    costs = [train(k) for _ in range(3) for k in range(8)]
    np.testing.assert_allclose(costs[-3:], [1.2418018503, 1.1368091223, 1.0362496215], rtol=1e-9)
    np.testing.assert_allclose(w.get_value()[0], [0.2726016154, -0.3293865512, 0.0567849358], rtol=1e-8)


def test_a_gradient_prints_as_theanos():
    z = T.dscalar("z")
    assert theano.pp(T.grad(z**2, z)) == (
        "((fill((z ** TensorConstant{2}), TensorConstant{1.0}) * TensorConstant{2}) * "
        "(z ** (TensorConstant{2} - TensorConstant{1})))"
    )


def test_state_is_updated_by_calls():
    state, increment = theano.shared(0), T.iscalar("increment")
    accumulate = theano.function([increment], state, updates=[(state, state + increment)])
    assert [int(accumulate(1)), int(accumulate(300)), int(state.get_value())] == [0, 1, 301]


def test_random_draws_are_theanos_own():
    draw = theano.function([], T.shared_randomstreams.RandomStreams(234).uniform((2,)))
    assert draw().tolist() == [0.12672381400898758, 0.9709159656786431]
    assert draw().tolist() == [0.13989097862581312, 0.887548254199325]
