"""Large arguments that lie where XLA would copy them: the same numbers, nobody's memory shared, no more memory kept than is said."""
import threading

import numpy as np
import pytest

import theano
import theano.tensor as T
from theano_compat.graph import staging


def placed(values, offset):
    """A copy of `values` that begins `offset` bytes after a multiple of 64."""
    memory = np.empty(values.nbytes + 128, "uint8")
    start = -memory.ctypes.data % 64 + offset
    found = memory[start:start + values.nbytes].view(values.dtype).reshape(values.shape)
    found[...] = values
    return found


LARGE = np.random.RandomState(0).rand(300, 200)
assert LARGE.nbytes > staging.SMALL

PROGRAMS = {
    "as it is": lambda x: x, "reshaped": lambda x: x.reshape((200, 300)), "times one": lambda x: x * 1, "all rows": lambda x: x[:],
    "checked": lambda x: T.specify_shape(x, (300, 200)), "joined": lambda x: T.concatenate([x], axis=0),
    "through a loop": lambda x: theano.scan(lambda row: row, sequences=x)[0], "turned twice": lambda x: x.T.T,
}


@pytest.mark.parametrize("offset", [0, 8, 32])
@pytest.mark.parametrize("kind", list(PROGRAMS))
def test_results_and_state_are_nobody_elses_memory(kind, offset):
    x, kept = T.dmatrix("x"), theano.shared(np.zeros((1, 1)))
    out = PROGRAMS[kind](x)
    f = theano.function([x], out, updates=[(kept, out + 0)])
    results, states = [], []
    for k in range(5):
        given = placed(LARGE + k, offset)
        results.append(f(given))
        given[...] = -1
        states.append(kept.get_value())
    for k, (result, state) in enumerate(zip(results, states)):
        np.testing.assert_array_equal(result.ravel(), (LARGE + k).ravel())
        np.testing.assert_array_equal(state, result)


def test_what_an_argument_looks_like_does_not_matter():
    x, y = T.dmatrix("x"), T.fmatrix("y")
    f = theano.function([x, y], [x.sum(axis=0), y.sum(axis=1), T.dot(x, T.cast(y.T, "float64"))])
    small = LARGE.astype("float32")
    forms = [LARGE, placed(LARGE, 8), np.asfortranarray(LARGE), LARGE[::-1][::-1], LARGE.T.copy().T, np.repeat(LARGE, 2, axis=1)[:, ::2]]
    for _ in range(3):
        for a in forms:
            for b in (small, placed(small, 4), placed(small, 0)):
                sums = f(a, b)
                np.testing.assert_allclose(sums[0], LARGE.sum(axis=0))
                np.testing.assert_allclose(sums[1], small.sum(axis=1), rtol=1e-5)
                np.testing.assert_allclose(sums[2], LARGE.dot(small.T))


def test_threads_do_not_meet_in_one_place():
    x = T.dmatrix("x")
    f = theano.function([x], (x * 2).sum(axis=1))
    errors = []

    def work(k):
        mine = placed(LARGE + k, 16)
        for _ in range(60):
            got = f(mine)
            if not np.allclose(got, (mine * 2).sum(axis=1)):
                errors.append(k)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not errors


def test_a_failing_call_leaves_the_next_one_its_own_numbers():
    x, i = T.dmatrix("x"), T.lvector("i")
    f = theano.function([x, i], x[i].sum(axis=1))
    given = placed(LARGE, 8)
    for _ in range(4):
        np.testing.assert_allclose(f(given, [3]), [LARGE[3].sum()])
        with pytest.raises(IndexError):
            f(given, [300])


@pytest.mark.cpu("only the CPU reads arrays where they are")
def test_memory_that_is_kept_is_bounded_and_used_again():
    staging._free.clear()
    x = T.dmatrix("x")
    f = theano.function([x], x[0, 0] + x[-1, -1])
    a = placed(np.ones((300, 200)), 8)
    for _ in range(20):
        f(a)
    assert [len(free) for free in staging._free.values()] == [1]
    for rows in range(300, 800):
        borrowed = []
        staging.staged(placed(np.ones((rows, 200)), 8), borrowed)
        staging.give_back(borrowed)
    assert sum(place.nbytes for free in staging._free.values() for place in free) <= staging._MOST_KEPT
    huge = placed(np.zeros(((staging._LARGE >> 3) + 1, 1)), 8)
    f(huge)
    assert (huge.shape, huge.dtype) not in staging._free


@pytest.mark.cpu("only the CPU reads arrays where they are")
def test_without_allow_gc_memory_of_any_size_is_kept_until_it_is_freed():
    x = T.dmatrix("x")
    f = theano.function([x], x[0, 0] + x[-1, -1])
    huge = placed(np.ones(((staging._LARGE >> 3) + 1, 1)), 8)
    places = []
    with theano.config.change_flags(allow_gc=False):
        for value in (1., 2., 3., 4.):
            huge[...] = value
            assert f(huge) == 2 * value
            places += [place.ctypes.data for place in staging._free.get((huge.shape, huge.dtype), [])]
    assert len(set(places)) == 1 and len(places) >= 2  # the first call compiles, and takes the long way
    f.free()
    assert not staging._free


@pytest.mark.parametrize("shape", [(), (3,), (300, 200)])
@pytest.mark.parametrize("borrow", [False, True])
def test_a_value_set_before_each_call_is_read_where_it_is(shape, borrow):
    s, total = theano.shared(np.zeros(shape)), theano.shared(0.0)
    f = theano.function([], s.sum() + total, updates=[(total, total + 1)])
    twin = theano.function([], s * 2)
    count = 0
    for k in range(6):
        given = np.full(shape, float(k))
        s.set_value(given, borrow=borrow)
        given[...] = -1
        for again in range(k % 3 + 1):
            assert f() == k * given.size + count
            count += 1
        if k >= 3:  # the short way is written by now
            assert isinstance(s.container.storage[0], np.ndarray) == (k % 3 == 0)
        np.testing.assert_array_equal(twin(), np.full(shape, 2.0 * k))
        np.testing.assert_array_equal(s.get_value(), np.full(shape, float(k)))
    assert f.maker.program.compilations == 1


def test_a_large_value_that_is_set_and_then_replaced_in_place():
    s = theano.shared(LARGE)
    f = theano.function([], s[0, 0], updates=[(s, s + 1)])
    for k in range(4):
        s.set_value(LARGE * k)
        before = s.get_value(borrow=True)
        f(), f()
        np.testing.assert_array_equal(before, LARGE * k)
        np.testing.assert_allclose(s.get_value(), LARGE * k + 2)


@pytest.mark.parametrize("size", [3, 30000])
def test_an_array_that_a_program_got_from_a_container_is_read_in_each_call(size):
    s, x = theano.shared(np.zeros(size)), T.dscalar("x")
    step = theano.function([x], s[0] + 0, updates=[(s, s + x)])
    read = theano.function([], s.sum())
    for _ in range(3):
        step(1.0), read()
    mine = s.container.value
    for value in (4.0, 5.0, 6.0, 7.0):
        mine[...] = value
        assert read() == value * size and s.get_value()[0] == value
    kept = mine.copy()
    for _ in range(3):  # replaced from here on: what was shown is the program's alone
        step(1.0)
    np.testing.assert_array_equal(mine, kept)
    assert read() == 10.0 * size
    mine[...] = -1
    assert read() == 10.0 * size
