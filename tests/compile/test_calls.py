"""A call is synchronous, gives fresh writable arrays, shares no memory with anyone, and changes nothing when it fails."""
import threading

import numpy as np
import pytest

import theano
import theano.tensor as T

BIG = 1 << 20


def aligned(n, dtype="float64", alignment=64):
    """An array whose buffer JAX could take over without a copy."""
    raw = np.empty(n * np.dtype(dtype).itemsize + alignment, "uint8")
    start = -raw.ctypes.data % alignment
    return raw[start:start + n * np.dtype(dtype).itemsize].view(dtype)


@pytest.mark.parametrize("make", [aligned, lambda n: np.empty(n)], ids=["aligned", "as NumPy gives it"])
@pytest.mark.parametrize("n", [3, BIG])
def test_an_argument_may_be_overwritten_when_the_call_returned(make, n):
    x = T.dvector("x")
    f = theano.function([x], [x * 2, x, x.sum(), x[1:], x.reshape((n, 1))])
    data = make(n)
    for value in (1.0, 2.0, 3.0):
        data[...] = value
        results = f(data)
        data[...] = -100.0
        assert [float(r.reshape(-1)[0]) for r in results] == [2 * value, value, n * value, value, value]
        assert [float(r.reshape(-1)[-1]) for r in results] == [2 * value, value, n * value, value, value]


@pytest.mark.parametrize("n", [3, BIG])
def test_an_update_that_is_the_argument_itself_keeps_a_copy(n):
    x, state = T.dvector("x"), theano.shared(np.zeros(n))
    keep = theano.function([x], [], updates=[(state, x)])
    data = aligned(n)
    data[...] = 7.0
    keep(data)
    data[...] = -1.0
    assert (state.get_value() == 7.0).all()


def test_a_shared_variable_keeps_no_array_of_the_users():
    mine = aligned(BIG)
    mine[...] = 1.0
    for borrow in (False, True):
        state = theano.shared(mine, borrow=borrow)
        theano.function([], state.sum())()
        mine[...] = 5.0
        assert state.get_value()[0] == 1.0
        state.set_value(mine, borrow=borrow)
        mine[...] = 1.0
        assert state.get_value()[0] == 5.0 or borrow and not theano.function([], state.sum())() == BIG


def test_results_are_writable_and_the_callers_own():
    x, state = T.dvector("x"), theano.shared(np.arange(3.0))
    f = theano.function([x], [x, x + 1, state, state, T.constant(np.ones(3)), x.reshape((3, 1))], updates=[(state, state)])
    data = np.arange(3.0)
    first = f(data)
    for i, result in enumerate(first):
        assert type(result) is np.ndarray and result.flags.writeable and result.flags.owndata
        for other in [data, *first[:i]]:
            assert not np.shares_memory(result, other)
        result[...] = 99.0
    second = f(data)
    assert [r.ravel().tolist() for r in second] == [[0, 1, 2], [1, 2, 3], [0, 1, 2], [0, 1, 2], [1, 1, 1], [0, 1, 2]]


def test_values_taken_out_of_a_shared_variable_are_copies():
    state = theano.shared(np.zeros(BIG))
    step = theano.function([], state, updates=[(state, state + 1)])
    before = state.get_value()
    step()
    between = state.get_value(borrow=True, return_internal_type=True)
    outputs = [step() for _ in range(3)]
    assert (before == 0).all() and (np.asarray(between) == 1).all()
    assert [o[-1] for o in outputs] == [1, 2, 3] and state.get_value()[-1] == 4
    before[...] = 77
    assert state.get_value()[0] == 4


def test_functions_over_one_shared_variable_see_each_others_updates_only():
    a, b = theano.shared(np.zeros(BIG), "a"), theano.shared(np.ones(BIG), "b")
    swap = theano.function([], [], updates=[(a, b), (b, a)])
    double = theano.function([], a[0], updates=[(a, a * 2)])
    look = theano.function([], [a, b])
    swap()
    assert [v[0] for v in look()] == [1, 0]
    kept = look()
    double()
    swap()
    assert [v[0] for v in look()] == [0, 2]
    assert [v[-1] for v in kept] == [1, 0]


def test_two_shared_variables_may_get_one_value():
    a, b, x = theano.shared(np.zeros(3)), theano.shared(np.zeros(3)), T.dvector("x")
    set_both = theano.function([x], [], updates=[(a, x + 1), (b, x + 1)])
    grow = theano.function([], [], updates=[(a, a * 10)])
    set_both([1, 2, 3])
    grow()
    assert a.get_value().tolist() == [20, 30, 40] and b.get_value().tolist() == [2, 3, 4]


def test_a_clone_of_a_shared_variable_is_read_beside_its_update():
    v, x = theano.shared(np.ones(3)), T.dscalar("x")
    f = theano.function([x], v.clone().sum(), updates=[(v, v + x)])
    assert [float(f(1.0)) for _ in range(4)] == [3.0, 6.0, 9.0, 12.0]


class Failing(theano.Op):
    """Copies its input, or fails when it is negative."""

    __props__ = ()
    itypes, otypes = [T.dvector], [T.dvector]

    def perform(self, node, inputs, output_storage):
        if inputs[0][0] < 0:
            raise ArithmeticError("negative")
        output_storage[0][0] = inputs[0].copy()


def _updates(kind, x, i):
    a, b = theano.shared(np.arange(4.0), "a"), theano.shared(np.ones(4), "b")
    expression = {"index": lambda: T.inc_subtensor(a[i], 1.0), "slice of an index": lambda: a + b[i], "shape": lambda: a + x,
                  "perform": lambda: a + Failing()(x)}[kind]()
    return a, b, [(b, b * 3), (a, expression)]


@pytest.mark.parametrize("kind, good, bad, error", [
    ("index", ([0.0], 2), ([0.0], 4), IndexError), ("index", ([0.0], -1), ([0.0], -5), IndexError),
    ("slice of an index", ([0.0], 2), ([0.0], 17), IndexError),
    ("shape", ([1, 2, 3, 4], 0), ([1, 2, 3], 0), ValueError), ("perform", ([1, 2, 3, 4], 0), ([-1, 2, 3, 4], 0), ArithmeticError)])
@pytest.mark.parametrize("bad_first", [False, True])
def test_a_failing_call_changes_nothing(kind, good, bad, error, bad_first):
    x, i = T.dvector("x"), T.lscalar("i")
    a, b, updates = _updates(kind, x, i)
    f = theano.function([x, i], [], updates=updates, on_unused_input="ignore")
    if not bad_first:
        f(*good)
    before = a.get_value(), b.get_value()
    for _ in range(2):
        with pytest.raises(error):
            f(*bad)
        np.testing.assert_array_equal(a.get_value(), before[0])
        np.testing.assert_array_equal(b.get_value(), before[1])
    f(*good)
    np.testing.assert_array_equal(b.get_value(), before[1] * 3)


def test_a_failing_call_draws_no_random_number():
    rng, i = T.shared_randomstreams.RandomStreams(1), T.lscalar("i")
    draw = rng.uniform((3,))
    f = theano.function([i], draw[i])
    expected = theano.function([], T.shared_randomstreams.RandomStreams(1).uniform((3,)))()
    with pytest.raises(IndexError):
        f(5)
    assert f(1) == expected[1]


def test_threads_lose_no_update():
    total, other, x = theano.shared(np.zeros(100)), theano.shared(0.0), T.dscalar("x")
    add = theano.function([x], total[0], updates=[(total, total + x), (other, other - x)])
    subtract = theano.function([x], [], updates=[(other, other - x), (total, total + x)])
    add(0.0), subtract(0.0)
    errors = []

    def work(f):
        try:
            for _ in range(100):
                f(1.0)
        except Exception as e:
            errors.append(e)

    threads = [threading.Thread(target=work, args=(f,)) for f in (add, subtract, add, subtract)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not errors
    assert total.get_value().tolist() == [400.0] * 100 and other.get_value() == -400.0


def test_the_shape_of_state_may_change(recwarn):
    state, x = theano.shared(np.zeros(2)), T.dvector("x")
    grow = theano.function([x], state.shape[0], updates=[(state, T.concatenate([state, x]))])
    assert [int(grow([1.0])), int(grow([1.0, 2.0])), int(grow([]))] == [2, 3, 5]
    state.set_value(np.zeros(7))
    assert int(grow([])) == 7
    assert not [w for w in recwarn if "donated" in str(w.message)]


def test_an_op_that_works_in_place_writes_into_the_callers_array_when_it_may():
    from theano.tensor import inplace
    x, w = T.dmatrix("x"), theano.shared(np.zeros(2))
    with pytest.raises(TypeError, match="inplace"):
        theano.function([x], inplace.exp_inplace(x))
    f = theano.function([x], inplace.exp_inplace(inplace.neg_inplace(x)), updates=[(w, w + 1)], accept_inplace=True)
    for call in (f, lambda a: f.copy()(a)[0]):
        data = np.ones((2, 2))
        result = call(data)
        np.testing.assert_allclose(result, np.exp(-1.0))
        np.testing.assert_array_equal(data, result)
        assert not np.shares_memory(data, result)
    assert w.get_value().tolist() == [2, 2]


class _Keeps(theano.Op):
    """Gives its input plus one, of which it keeps a hold by `kept`, and a view of it."""

    __props__ = ()
    kept = None

    def make_node(self, x):
        return theano.Apply(self, [x], [x.type(), x.type()])

    def perform(self, node, inputs, output_storage):
        self.kept = inputs[0] + 1
        output_storage[0][0], output_storage[1][0] = self.kept, self.kept[::-1]


def test_what_a_python_op_gives_and_somebody_still_holds_is_copied():
    x, op = T.vector(), _Keeps()
    first, second = op(x)
    f = theano.function([x], [first, first, second, x])
    given = np.arange(3.0)
    results = f(given)
    for i, r in enumerate(results):
        r[:] = 10 + i
    assert [r[0] for r in results] == [10, 11, 12, 13]
    np.testing.assert_array_equal(op.kept, [1, 2, 3])
    np.testing.assert_array_equal(given, [0, 1, 2])


def test_state_that_changes_places_says_nothing_about_buffers(recwarn):
    a, b = theano.shared(1.0), theano.shared(2.0)
    f = theano.function([], [a + b, a, b], updates=[(a, b), (b, a)])
    assert [list(map(float, f())) for _ in range(2)] == [[3, 1, 2], [3, 2, 1]]
    assert not recwarn.list


def test_state_survives_what_a_print_runs(capsys):
    def stop(op, value):
        raise KeyError("stopped")

    x, n = T.dvector("x"), theano.shared(0.0)
    shown = theano.printing.Print("x", global_fn=stop)(x)
    lacking = theano.printing.Print("x", attrs=("shape", "no_such_attribute"))(x)
    looped = theano.scan(lambda a: theano.printing.Print("x", global_fn=stop)(a), sequences=x)[0]
    for y, error, text in ((shown, KeyError, "stopped"), (lacking, AttributeError, "'numpy.ndarray' object has no attribute 'no_such_"),
                           (looped, KeyError, "stopped")):
        f = theano.function([x], y, updates=[(n, n + 1)])
        for _ in range(2):
            with pytest.raises(error, match=text):
                f([1.0])
        assert n.get_value() == 0


def test_an_input_above_another_input_is_unused():
    x = T.dscalar("x")
    y = x * 2
    with pytest.raises(theano.compile.UnusedInputError, match="at index 0 is not part"):
        theano.function([x, y], y + 1)
    assert theano.function([x, y], y + x)(1.0, 5.0) == 6
    assert theano.function([y], y + 1)(4.0) == 5


def test_eval_names_its_function_by_the_users_line():
    x = T.dvector("x")
    with pytest.raises(TypeError, match=r'theano function with name "[^"]*test_calls\.py:\d+" at index 0'):
        (x * 2).eval({x: [[1.0]]})
