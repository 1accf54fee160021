"""Programs that draw, reseed, and move generators about; the numbers are those of the real Theano or of NumPy itself."""
import pickle

import numpy as np
import pytest

import theano
import theano.tensor as T
from theano.sandbox.rng_mrg import MRG_RandomStreams
from theano.tensor.raw_random import RandomFunction, random_state_type
from theano.tensor.shared_randomstreams import RandomStreams
from theano_compat.tensor.random import mrg_arith
from theano_compat.tensor.random.type import copied_state


def test_the_tutorials_program():
    srng = RandomStreams(seed=234)
    rv_u, rv_n = srng.uniform((2, 2)), srng.normal((2, 2))
    f = theano.function([], rv_u)
    g = theano.function([], rv_n, no_default_updates=True)
    nearly_zeros = theano.function([], rv_u + rv_u - 2 * rv_u)
    first = f()
    np.testing.assert_allclose(first, [[0.12672381, 0.97091597], [0.13989098, 0.88754825]], atol=5e-9)
    assert not np.array_equal(f(), first)
    np.testing.assert_array_equal(g(), g())
    np.testing.assert_allclose(nearly_zeros(), 0, atol=1e-15)
    rng_val = rv_u.rng.get_value(borrow=True)
    rng_val.seed(89234)
    rv_u.rng.set_value(rng_val, borrow=True)
    np.testing.assert_array_equal(f(), np.random.RandomState(89234).uniform(size=(2, 2)))
    srng.seed(902340)
    seeds = np.random.RandomState(902340)
    np.testing.assert_array_equal(f(), np.random.RandomState(int(seeds.randint(2 ** 30))).uniform(size=(2, 2)))


def test_a_state_put_back_draws_again():
    rv = RandomStreams(seed=902340).uniform((2, 2))
    f, move = theano.function([], rv), theano.function([], rv + rv)
    f()
    state = rv.rng.get_value().get_state()
    move()
    v1 = f()
    rng = rv.rng.get_value(borrow=True)
    rng.set_state(state)
    rv.rng.set_value(rng, borrow=True)
    v2, v3 = f(), f()
    assert not np.array_equal(v1, v2)
    np.testing.assert_array_equal(v1, v3)


@pytest.mark.parametrize("streams", [RandomStreams, MRG_RandomStreams])
def test_random_state_copied_between_two_graphs(streams):
    class Graph:
        def __init__(self, seed):
            self.rng = streams(seed)
            self.y = self.rng.uniform(size=(1,))

    g1, g2 = Graph(123), Graph(987)
    f1, f2 = theano.function([], g1.y), theano.function([], g2.y)
    assert f1() != f2()
    if streams is MRG_RandomStreams:
        g2.rng.rstate = g1.rng.rstate
    for su1, su2 in zip(g1.rng.state_updates, g2.rng.state_updates, strict=True):
        su2[0].set_value(su1[0].get_value())
    assert f1() == f2()


def test_one_draw_used_twice_is_one_draw():
    rv = RandomStreams(3).normal((4,))
    a, b = theano.function([], [rv, rv * 2])()
    np.testing.assert_array_equal(a * 2, b)


def test_two_functions_share_a_stream():
    rv = RandomStreams(3).uniform((2,))
    f, g = theano.function([], rv), theano.function([], rv + 0)
    seed = int(np.random.RandomState(3).randint(2 ** 30))
    expected = np.random.RandomState(seed).uniform(size=(3, 2))
    np.testing.assert_array_equal([f(), g(), f()], expected)


def test_a_failing_call_moves_no_generator():
    rv = RandomStreams(3).uniform((2,))
    x = T.dvector()
    f = theano.function([x], rv + x)
    before = rv.rng.get_value().get_state()
    with pytest.raises(ValueError):
        f(np.ones(3))
    after = rv.rng.get_value().get_state()
    assert before[2] == after[2] and np.array_equal(before[1], after[1])


def test_a_function_of_a_generator_leaves_the_callers_alone():
    for inplace in (False, True):
        r = random_state_type()
        moved, out = RandomFunction("uniform", T.dvector, inplace=inplace)(r, (3,), 0., 1.)
        f = theano.function([theano.In(r, mutable=True)], [moved, out], accept_inplace=True)
        rng = np.random.RandomState(5)
        rng2, value = f(rng)
        np.testing.assert_array_equal(value, np.random.RandomState(5).uniform(size=3))
        assert rng2 is not rng
        if not inplace:
            np.testing.assert_array_equal(rng.uniform(size=3), value)


def test_a_copied_generator_moves_by_itself():
    rng = np.random.RandomState(5)
    rng.normal()
    copy = copied_state(rng)
    assert random_state_type.values_eq(rng, copy)
    assert copy.normal() == rng.normal()
    copy.uniform()
    assert not random_state_type.values_eq(rng, copy)


def test_streams_and_ops_pickle():
    rv = RandomStreams(3).uniform((2,))
    op = pickle.loads(pickle.dumps(rv.owner.op))
    assert op == rv.owner.op and hash(op) == hash(rv.owner.op)
    again = pickle.loads(pickle.dumps(RandomStreams(3)))
    np.testing.assert_array_equal(again.uniform((2,)).eval(), rv.eval())


def test_mrg_reseeds_every_stream():
    srng = MRG_RandomStreams(234)
    fns = [theano.function([], srng.uniform((2, 2))), theano.function([], srng.uniform((3, 3), nstreams=2))]
    before = [f() for f in fns]
    assert not np.array_equal(fns[0](), before[0])
    srng.seed(234)
    for f, value in zip(fns, before, strict=True):
        np.testing.assert_array_equal(f(), value)


@pytest.mark.parametrize("streams, count", [(1, 1), (1, 97), (1, 5000), (3, 4001), (7, 3), (7, 7), (7, 700), (100, 6400), (2048, 70000)])
def test_mrg_in_jax_and_numpy_is_the_scalar_recurrence(streams, count):
    import jax
    import jax.numpy as jnp
    states = mrg_arith.substreams([12345] * 6, streams)
    expected, moved = np.zeros(count), states.copy()
    for i in range(min(count, 3000)):
        row = moved[i % streams]
        expected[i] = mrg_arith.mrg_next_value(row, row, mrg_arith.NORM, 0xFFFFFFFF, 0)
    last, drawn = mrg_arith.draw(np, states, count, mrg_arith.numpy_scan)
    floats = mrg_arith.as_floats(np, drawn, "float64")
    np.testing.assert_array_equal(floats[:3000], expected[:3000])
    if count <= 3000:
        np.testing.assert_array_equal(last, moved)
    with jax.enable_x64(True):
        jax_last, jax_drawn = jax.jit(lambda s: mrg_arith.draw(jnp, s, count, mrg_arith.jax_scan))(states)
        np.testing.assert_array_equal(jax_drawn, drawn)
        np.testing.assert_array_equal(jax_last, last)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_every_number_is_above_zero_and_at_most_one(dtype):
    ends = np.array([1, 2, 2 ** 15, 2 ** 24 + 1, 2 ** 31 - 2, 2 ** 31 - 1], "uint32")
    floats = mrg_arith.as_floats(np, ends, dtype)
    assert floats.dtype == dtype and (floats > 0).all() and (floats <= 1).all()


def test_streams_do_not_meet():
    a = mrg_arith.substreams([12345] * 6, 5)
    row = a[0]
    for i in range(1, 5):
        row = mrg_arith.ff_2p72(row)
        np.testing.assert_array_equal(a[i], row)


def test_numpys_own_generator_is_left_alone(python):
    done = python("""
import numpy as np
np.random.seed(3)
import theano, theano.tensor as T
x = T.dvector()
theano.function([x], x * 2)([1.])
assert np.random.rand() == np.random.RandomState(3).rand()
print("ok")
""")
    assert done.stdout == "ok\n"
