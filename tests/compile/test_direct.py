"""The short way through a call, which is taken from the third call on: it gives and changes what the general way does."""
import gc
import re
import threading
import weakref

import jax
import numpy as np
import pytest

import theano
import theano.tensor as T
from theano.ifelse import ifelse


def settled(f, *args):
    """`f` after so many calls with `args` that it takes the short way."""
    for _ in range(3):
        f(*args)
    assert f._short is not None
    return f


def test_state_goes_on_from_what_was_set_between_calls():
    n, state = T.lscalar("n"), theano.shared(np.zeros(3))
    f = settled(theano.function([n], state.sum(), updates=[(state, state + n)]), 1)
    np.testing.assert_array_equal(state.get_value(), [3.0, 3.0, 3.0])
    state.set_value(np.arange(2.0))  # NumPy again, of another shape
    assert [float(f(1)), float(f(1)), float(f(np.int64(5)))] == [1.0, 3.0, 5.0]
    np.testing.assert_array_equal(state.get_value(), [7.0, 8.0])


def test_bounds_are_worked_out_anew_when_a_shape_changes():
    i, data = T.lscalar("i"), theano.shared(np.arange(10.0))
    f = settled(theano.function([i], data[i * 3:(i + 1) * 3]), 3)
    assert list(f(3)) == [9.0]
    data.set_value(np.arange(11.0))
    assert list(f(3)) == [9.0, 10.0] and list(f(0)) == [0.0, 1.0, 2.0]
    data.set_value(np.arange(4.0))
    assert list(f(1)) == [3.0] and list(f(3)) == []


@pytest.mark.parametrize("spoil, error", [(lambda f: f(7), IndexError), (lambda f: f([1.5]), TypeError), (lambda f: f(), TypeError),
                                          (lambda f: f(1, 2), TypeError), (lambda f: f(2.5), TypeError)])
def test_a_failing_call_changes_nothing(spoil, error):
    i, data, count = T.lscalar("i"), theano.shared(np.arange(5.0)), theano.shared(0)
    f = settled(theano.function([i], data[i], updates=[(data, T.inc_subtensor(data[i], 1.0)), (count, count + 1)]), 1)
    before = data.get_value()
    with pytest.raises(error):
        spoil(f)
    np.testing.assert_array_equal(data.get_value(), before)
    assert count.get_value() == 3 and float(f(1)) == 4.0 and count.get_value() == 4


def test_an_error_of_shapes_is_theanos():
    x, y, total = T.dvector("x"), T.dvector("y"), theano.shared(0.0)
    f = settled(theano.function([x, y], x * y, updates=[(total, total + x.sum())]), np.ones(3), np.ones(3))
    with pytest.raises(ValueError, match=r"Input dimension mis-match\. \(input\[0\]\.shape\[0\] = 3, input\[1\]\.shape\[0\] = 2\)"):
        f(np.ones(3), np.ones(2))
    assert total.get_value() == 9.0 and list(f(np.ones(1), np.ones(1))) == [1.0]


def test_other_arguments_than_plain_arrays_are_converted_or_refused():
    x, n = T.dvector("x"), T.bscalar("n")
    f = settled(theano.function([x, n], x * n), np.ones(2), 3)
    assert list(f([1, 2], 2)) == [2.0, 4.0] and list(f(np.array([1, 2], "int8"), np.int8(2))) == [2.0, 4.0]
    assert list(f(np.arange(4.0)[::2], 127)) == [0.0, 254.0] and list(f(x=np.ones(1), n=1)) == [1.0]
    for bad in (128, 2.5, np.int64(300)):
        with pytest.raises(TypeError):
            f(np.ones(2), bad)
    with pytest.raises(TypeError, match="Wrong number of dimensions"):
        f(np.ones((2, 2)), 1)


def test_a_python_float_is_taken_for_float32_only_where_that_is_floatx():
    x = T.fscalar("x")
    f = settled(theano.function([x], x * 2), np.float32(1))
    strictly = settled(theano.function([theano.In(x, allow_downcast=False)], x * 2), np.float32(1))
    with theano.config.change_flags(floatX="float32"):
        got = f(0.1)
        assert got.dtype == "float32" and got == np.float32(0.1) * 2
        with pytest.raises(TypeError):
            strictly(0.1)
    with theano.config.change_flags(floatX="float64"):
        assert float(f(0.5)) == 1.0 and float(f(np.float32(0.25))) == 0.5
        for bad in (0.1, np.float64(0.1)):
            with pytest.raises(TypeError):
                f(bad)


def test_a_row_has_one_row():
    x, total = T.row("x"), theano.shared(0.0)
    f = settled(theano.function([x], x * 2, updates=[(total, total + x.sum())]), np.ones((1, 3)))
    assert f(np.ones((1, 2))).tolist() == [[2.0, 2.0]] and total.get_value() == 11.0
    for bad in (np.ones((2, 2)), np.ones(2)):
        with pytest.raises(TypeError):
            f(bad)
    assert total.get_value() == 11.0


@pytest.mark.parametrize("outputs, expected", [
    (lambda x: x, 3.0), (lambda x: [x], [3.0]), (lambda x: [], []), (lambda x: None, []),
    (lambda x: {"b": x, "a": x + 1}, {"a": 4.0, "b": 3.0}), (lambda x: [x + 1, x + 1], [4.0, 4.0])])
def test_outputs_come_in_the_form_that_was_asked_for(outputs, expected):
    x, state = T.dscalar("x"), theano.shared(0.0)
    f = settled(theano.function([x], outputs(x * 3), updates=[(state, state + x)]), 1.0)
    got = f(1.0)
    assert got == expected and type(got) is (type(expected) if not isinstance(expected, float) else np.ndarray)
    assert state.get_value() == 4.0


def test_a_default_an_update_of_an_input_and_keywords():
    x, step, total = T.dscalar("x"), T.dscalar("step"), T.dscalar("total")
    f = theano.function([x, theano.In(step, value=2.0), theano.In(total, value=0.0, update=total + x * step)], total + x * step)
    assert [float(f(1.0)) for _ in range(4)] == [2.0, 4.0, 6.0, 8.0]
    assert float(f(1.0, step=3.0)) == 11.0 and float(f(1.0)) == 13.0 and f[total] == 13.0


def test_what_a_program_does_not_compute_is_copied_before_buffers_are_reused():
    x, total, last, other = T.dvector("x"), theano.shared(np.zeros(2)), theano.shared(np.zeros(2)), theano.shared(7.0)
    new = total + x
    f = settled(theano.function([x], [total, x, new, new, last, T.constant(np.array([1.0, 2.0]))],
                                updates=[(total, new), (last, total), (other, T.constant(np.float64(3)))]), np.ones(2))
    assert "held" in f._short.__code__.co_varnames, "the short way, over the old buffers"
    given, held = np.full(2, 10.0), total.get_value(borrow=True)
    old, same, one, two, before, constant = got = f(given)
    assert [v.tolist() for v in got] == [[3.0] * 2, [10.0] * 2, [13.0] * 2, [13.0] * 2, [2.0] * 2, [1.0, 2.0]]
    assert last.get_value().tolist() == [3.0, 3.0] and total.get_value().tolist() == [13.0, 13.0] and other.get_value() == 3.0
    for value in got:  # each is the caller's own
        value += 100.0
    assert given.tolist() == [10.0, 10.0] and held.tolist() == [3.0, 3.0]
    assert [v.tolist() for v in f(given)] == [[13.0] * 2, [10.0] * 2, [23.0] * 2, [23.0] * 2, [3.0] * 2, [1.0, 2.0]]


def test_more_state_than_python_may_nest():
    many = [theano.shared(float(i)) for i in range(40)]
    f = settled(theano.function([], sum(many), updates=[(v, v + 1) for v in many]))
    assert float(f()) == sum(range(40)) + 3 * 40 and many[39].get_value() == 43.0


def test_branches_that_turn_out_not_to_agree():
    c, x = T.bscalar("c"), T.dvector("x")
    f = settled(theano.function([c, x], ifelse(c, x * 2, x[:2] + 1)), 1, np.ones(2))
    assert list(f(1, np.ones(3))) == [2.0, 2.0, 2.0] and list(f(0, np.ones(3))) == [2.0, 2.0]
    assert list(f(1, np.ones(2))) == [2.0, 2.0]


def test_a_profile_may_be_hung_on_and_off():
    x = T.dscalar("x")
    f = settled(theano.function([x], x + 1), 1.0)
    f.profile = stats = theano.compile.profiling.ProfileStats(atexit_print=False)
    assert float(f(2.0)) == 3.0 and stats.fct_callcount == 1
    f.profile = None
    assert float(f(3.0)) == 4.0 and stats.fct_callcount == 1


def test_a_function_is_freed_with_its_last_reference():
    x, state = T.dscalar("x"), theano.shared(0.0)
    f = settled(theano.function([x], x + state, updates=[(state, state + 1)]), 1.0)
    gone, keeper = [weakref.ref(f), weakref.ref(f._calling)], f.maker
    gc.disable()
    try:
        del f
        assert [r() for r in gone] == [None, None]
    finally:
        gc.enable()
    del keeper


def test_a_reader_that_was_there_first_locks_what_is_updated_later():
    state = theano.shared(np.zeros(1000))
    read = settled(theano.function([], [state.sum(), state.max(), state.min()]))
    assert not read._calling.locks
    add = theano.function([], [], updates=[(state, state + 1)])
    assert read._calling.locks == add._calling.locks == [state.container.lock]
    settled(read)
    found, stop = [], threading.Event()

    def reading():
        while not stop.is_set():
            found.append([float(v) for v in read()])

    readers = [threading.Thread(target=reading) for _ in range(2)]
    for t in readers:
        t.start()
    for _ in range(300):
        add()
    stop.set()
    for t in readers:
        t.join()
    assert found and all(total == 1000 * low and low == high for total, high, low in found)


def _index_into_a_product(x, i, a, b):
    return [(a, a - 0.5 * T.grad((T.dot(x, b[:4]) * a[:2][i]).sum(), a)), (b, 3 * b + 1)]


KEPT = {
    "an index into what is computed": _index_into_a_product,
    "an assertion": lambda x, i, a, b: [(a, a * 2), (b, T.opt.Assert("no")(b + x.sum(), T.lt(i, 2)))],
    "momentum": lambda x, i, a, b: [(b, 0.9 * b - 0.1 * x[:3][i]), (a, a + 0.9 * b[:4] - 0.1)],
    "added to rows": lambda x, i, a, b: [(a, T.inc_subtensor(a[(i * 2) // 2], x[0])), (b, b + i)],
    "added to a list of rows": lambda x, i, a, b: [(a, T.inc_subtensor(a[T.stack([i * 1, i * 1, 0 * i])], 1.5)), (b, b + i)],
    "added to a slice": lambda x, i, a, b: [(a, T.inc_subtensor(a[1:], x[1:3][i])), (b, b * 2)],
    "in a branch": lambda x, i, a, b: [(a, a + theano.ifelse.ifelse(T.ge(i, 0), x[:3][i], x[0])), (b, b + 1)],
}


@pytest.mark.parametrize("kind", list(KEPT))
@pytest.mark.parametrize("calls_before", [0, 1, 3])
def test_state_that_is_replaced_in_place_survives_a_failing_call(kind, calls_before):
    x, i = T.dvector("x"), T.lscalar("i")
    start = np.array([-0.0, np.nan, np.inf, 3.0])
    a, b = theano.shared(start), theano.shared(np.arange(4.0))
    f = theano.function([x, i], i + 0, updates=KEPT[kind](x, i, a, b), on_unused_input="ignore")
    values = np.arange(4.0)
    for _ in range(calls_before):
        f(values, 1)
    for again in range(2):
        before = a.get_value(), b.get_value()
        with pytest.raises((IndexError, AssertionError)):
            f(values, 9)
        assert f.maker.program.donated, "this test is about buffers that are reused"
        for variable, value in zip((a, b), before):
            assert variable.get_value().tobytes() == value.tobytes()
        expected = theano.function([x, i], [new for _, new in KEPT[kind](x, i, a, b)], on_unused_input="ignore")(values, 0)
        assert int(f(values, 0)) == 0
        for (variable, _), value in zip(KEPT[kind](x, i, a, b), expected):
            np.testing.assert_array_equal(variable.get_value(), value)


@pytest.mark.parametrize("place", ["beside", "in a loop", "in a graph"])
def test_an_error_in_the_midst_of_a_program_loses_no_state(place):
    """What a Print runs may raise when buffers have been taken over already: they are not."""
    def show(op, value):
        if value.ndim == 0 and value > 5:
            raise KeyError("too large")

    x, total = T.dvector("x"), theano.shared(0.0)
    watched = theano.printing.Print("x", global_fn=show)
    y = {"beside": lambda: watched(x[0]) + x.sum(),
         "in a loop": lambda: theano.scan(lambda e: watched(e) * 2, x)[0].sum(),
         "in a graph": lambda: theano.OpFromGraph([x], [watched(x[0]) + x.sum()])(x)}[place]()
    f = settled(theano.function([x], y, updates=[(total, total + x[1])]), np.ones(2))
    for bad, error in ((np.array([6.0, 1.0]), KeyError), (np.array([1.0]), IndexError), (np.array([7.0, 1.0]), KeyError)):
        with pytest.raises(error):
            f(bad)
        assert total.get_value() == 3.0
    f(np.ones(2))
    assert total.get_value() == 4.0


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
@pytest.mark.parametrize("failing", [False, True])
def test_each_buffer_is_reused_for_its_own_successor(order, failing):
    """Tables of one form: XLA copies them whole where it is told to reuse one for the other."""
    i, tables = T.lscalar("i"), [theano.shared(np.full((5000, 3), float(k))) for k in range(3)]
    rows = theano.shared(np.arange(12).reshape(3, 4))
    index = rows[i] if failing else T.arange(4)
    updates = [(tables[k], T.inc_subtensor(tables[k][index], tables[k][index] + 1.0)) for k in order]
    f = settled(theano.function([i], i + 1, updates=updates), 0)
    assert [t.get_value()[:5, 0].tolist() for t in tables] == [[8.0 * k + 7.0] * 4 + [k] for k in range(3)]
    program = f.maker.program
    assert len(program.donated) == 3
    values = [np.asarray(0), *(c.storage[0] for c in f.input_storage[1:])]
    with jax.enable_x64(True):
        [jitted] = program.last._programs.values()
        text = jitted.lower(*(values[k] for k in program.order)).compile().as_text()
    assert text.count("may-alias") == 3 and not re.findall(r"f64\[5000,3\]\S* copy\(", text)


def test_state_that_is_replaced_unread_is_written_where_it_was(recwarn):
    """As the accumulated gradients of AdaDelta, which one function sets and another reads."""
    x = T.dmatrix("x")
    kept, other = theano.shared(np.zeros((3, 2))), theano.shared(np.ones((3, 2)))
    f = settled(theano.function([x], x.sum(), updates=[(kept, x * 2), (other, other + x)]), np.ones((3, 2)))
    read = theano.function([], kept + other)
    for value in (1.0, -2.0):
        before, held = read(), kept.get_value(borrow=True)
        old = held.copy()
        assert f(np.full((3, 2), value)) == 6 * value
        np.testing.assert_array_equal(held, old)
        np.testing.assert_array_equal(read(), np.full((3, 2), before[0, 0] - old[0, 0] + value + 2 * value))
    program = f.maker.program
    assert len(program.donated) == 2
    with jax.enable_x64(True):
        [jitted] = program.last._programs.values()
        values = [np.ones((3, 2)), *(c.storage[0] for c in f.input_storage[1:])]
        text = jitted.lower(*(values[k] for k in program.order)).compile().as_text()
    assert text.count("may-alias") == 2
    # the form may change: there is nothing to reuse then, and nothing to be told
    assert f(np.ones((3, 2))) == 6.0
    kept.set_value(np.zeros((1, 1)))
    assert f(np.ones((3, 2))) == 6.0
    np.testing.assert_array_equal(kept.get_value(), np.full((3, 2), 2.0))
    assert not [w for w in recwarn if "donated" in str(w.message)]


def test_unread_state_survives_a_failing_call():
    x, i = T.dvector("x"), T.lscalar("i")
    kept = theano.shared(np.arange(3.0))
    f = settled(theano.function([x, i], x[i], updates=[(kept, x * 2)]), np.ones(3), 0)
    before = kept.get_value()
    for bad in ((np.zeros(3), 3), (np.zeros(2), 2)):
        with pytest.raises(IndexError):
            f(*bad)
        assert kept.get_value().tobytes() == before.tobytes()
    assert f(np.arange(3.0), 2) == 2.0 and kept.get_value().tolist() == [0.0, 2.0, 4.0]
