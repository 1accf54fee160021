"""What loops cost and how they treat the world: memory, compilations, Python in a step, printing, state after a failure."""
import pickle

import numpy as np
import pytest

import theano
import theano.tensor as T
from theano.scan_module import until
from theano.tensor.opt import Assert
from theano.tensor.shared_randomstreams import RandomStreams

x, s, n = T.dvector("x"), T.dscalar("s"), T.lscalar("n")


def test_only_last_rows_are_kept_where_only_they_are_read(python):
    done = python("""
import resource
import numpy as np, theano, theano.tensor as T
x, n = T.dvector("x"), T.lscalar("n")
def last(**options):
    (a, b), _ = theano.scan(lambda *args: [T.tanh(args[-1] * 1.1 + .1), T.exp(args[-1])], outputs_info=[x, None], **options)
    return theano.function([x, n], [a[-1], b[-1]])
for f in (last(n_steps=n), last(sequences=T.arange(n))):
    v = np.zeros(1000)
    f(v, 10)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    f(v, 100000)  # 1.6 GB if every row were kept
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
""")
    assert all(int(kilobytes) < 60000 for kilobytes in done.stdout.split())


def test_no_steps_give_no_rows():
    r, _ = theano.scan(lambda a: a + 1, outputs_info=x, n_steps=n)
    f = theano.function([x, n], r)
    assert f([1.0, 2.0], 0).shape == (0, 2)
    np.testing.assert_array_equal(f([1.0, 2.0], 2), [[2, 3], [3, 4]])
    with pytest.raises(IndexError):
        theano.function([x, n], r[-1])([1.0, 2.0], 0)


def test_a_loop_compiles_once_for_the_values_that_do_not_change_a_shape():
    r, _ = theano.scan(lambda i, a: a + x[i] * s, sequences=T.arange(3), outputs_info=s)
    f = theano.function([x, s], r[-1])
    for v in (1.0, 2.0, 3.0):
        f([1.0, 2.0, 3.0], v)
    assert f.maker.program.compilations == 1


def test_a_number_of_steps_that_comes_with_the_call_compiles_once_where_only_the_end_is_read():
    k = T.iscalar("k")
    r, _ = theano.scan(lambda p, a: p * a, outputs_info=T.ones_like(x), non_sequences=x, n_steps=k)
    f = theano.function([x, k], r[-1])
    for steps in (1, 2, 7, 30):
        np.testing.assert_allclose(f([1.0, 2.0], steps), [1, 2.0 ** steps])
    assert f.maker.program.compilations == 1
    with pytest.raises(IndexError, match="index out of bounds"):
        f([1.0, 2.0], 0)
    with pytest.raises(IndexError, match="Scan was asked to run for negative number of step -2"):
        f([1.0, 2.0], -2)
    # what reads more of the loop, or its derivative, keeps the rows
    both = theano.function([x, k], [r[-1], r.sum(0), T.grad(r[-1].sum(), x)])
    last, total, g = both([1.0, 2.0], 3)
    np.testing.assert_allclose([last[1], total[1], g[1]], [8, 14, 12])


def test_an_index_out_of_bounds_before_the_end_is_found_in_its_step():
    k = T.iscalar("k")
    r, _ = theano.scan(lambda a: x[T.cast(a, "int64")] + a, outputs_info=s, n_steps=k)
    f = theano.function([x, s, k], r[-1])
    assert f([1.0, 2.0, 3.0], 0.0, 2) == 3
    with pytest.raises(IndexError, match=r"(?s)index out of bounds\nApply node that caused the error: Subtensor.*last_of"):
        f([1.0, 2.0, 3.0], 0.0, 5)


def test_windows_of_one_length_and_their_gradient_are_one_loop():
    w = T.dvector("w")
    r, _ = theano.scan(lambda i: (w[i * 2:i * 2 + 3] ** 2).sum(), sequences=T.arange(40))
    f = theano.function([w], [r, T.grad((r ** 2).sum(), w)])
    v = np.sin(np.arange(81.0))
    sums = np.array([(v[i * 2:i * 2 + 3] ** 2).sum() for i in range(40)])
    expected = np.zeros(81)
    for i, total in enumerate(sums):
        expected[i * 2:i * 2 + 3] += 4 * total * v[i * 2:i * 2 + 3]
    values, g = f(v)
    np.testing.assert_allclose(values, sums)
    np.testing.assert_allclose(g, expected)
    op = next(n.op for n in f.maker.fgraph.toposort() if type(n.op).__name__ == "Scan")
    assert len(op.plan.programs) == 1 and op.plan.ahead.memory


def test_draws_before_the_loop_leave_the_generator_where_draws_in_the_loop_would():
    rng = RandomStreams(4)
    r, updates = theano.scan(lambda v: [rng.uniform((2,)), rng.normal((2,)), v * 2], sequences=x)
    f = theano.function([x], r, updates=updates)
    mine = [np.random.RandomState(seed) for seed in np.random.RandomState(4).randint(2 ** 30, size=2)]
    for _ in range(2):
        expected = [mine[0].uniform(size=(3, 2)), mine[1].normal(size=(3, 2)), [2, 4, 6]]
        for ours, numpys in zip(f([1.0, 2.0, 3.0]), expected, strict=True):
            np.testing.assert_array_equal(ours, numpys)


def test_print_prints_in_every_step_and_in_order(capsys):
    r, _ = theano.scan(lambda v: theano.printing.Print("v")(v) * 2, sequences=x)
    f = theano.function([x], [r, T.grad(r.sum(), x)])
    f([1.0, 2.0, 3.0])
    assert capsys.readouterr().out.splitlines() == ["v __str__ = 1.0", "v __str__ = 2.0", "v __str__ = 3.0"]


def test_print_of_a_number_that_decides_a_shape_prints_at_every_call(capsys):
    f = theano.function([x], T.zeros((theano.printing.Print("n")(x.shape[0]),)))
    f([1.0, 2.0])
    f([1.0, 2.0])
    assert capsys.readouterr().out.splitlines() == ["n __str__ = 2", "n __str__ = 2"]


class Double(theano.Op):
    """A user's op in Python."""

    __props__ = ()
    runs = 0

    def make_node(self, a):
        a = T.as_tensor_variable(a)
        return theano.Apply(self, [a], [a.type()])

    def perform(self, node, inputs, outputs):
        Double.runs += 1
        outputs[0][0] = np.asarray(inputs[0] * 2)

    def grad(self, inputs, grads):
        return [grads[0] * 2]


def test_a_python_op_in_a_step_has_its_own_gradient():
    r, _ = theano.scan(lambda v, a: Double()(v) * a, sequences=x, outputs_info=s)
    f = theano.function([x, s], [r, *T.grad(r[-1], [x, s])])
    Double.runs = 0
    values, gx, gs = f([1.0, 2.0, 3.0], 0.5)
    np.testing.assert_allclose(values, [1, 4, 24])
    np.testing.assert_allclose(gx, [24, 12, 8])
    np.testing.assert_allclose(gs, 48)


def test_draws_in_a_step_have_no_part_in_the_gradient():
    rng = RandomStreams(1)
    r, updates = theano.scan(lambda v, a: a * v + rng.uniform(), sequences=x, outputs_info=s)
    f = theano.function([x, s], [r, T.grad(r[-1], s)], updates=updates)
    first, g = f([1.0, 2.0, 3.0], 0.5)
    np.testing.assert_allclose(g, 6)
    assert not np.allclose(first, f([1.0, 2.0, 3.0], 0.5)[0])


def test_a_condition_that_fails_in_a_step_changes_no_state():
    w = theano.shared(np.zeros(()), name="w")
    r, _ = theano.scan(lambda v: Assert("negative")(v, T.ge(v, 0)), sequences=x)
    f = theano.function([x], r, updates=[(w, w + 1)])
    f([1.0, 2.0])
    with pytest.raises(AssertionError, match="negative"):
        f([1.0, -2.0])
    assert w.get_value() == 1


def test_an_index_out_of_bounds_in_a_step_is_an_error():
    i = T.lvector("i")
    f = theano.function([i, x], theano.scan(lambda k: x[k], sequences=i)[0])
    np.testing.assert_array_equal(f([1, 0], [3.0, 4.0]), [4, 3])
    with pytest.raises(IndexError, match="index out of bounds"):
        f([0, 5], [3.0, 4.0])


def test_until_may_run_longer_than_one_chunk():
    r, _ = theano.scan(lambda a: (a + 1, until(a + 1 >= s)), outputs_info=np.float64(0), n_steps=5000)
    f = theano.function([s], r)
    for last in (1, 1023, 1024, 1025, 3000):
        assert len(f(last)) == last
    assert len(f(1e9)) == 5000


def test_a_loop_travels_by_pickle():
    r, _ = theano.scan(lambda v, a: a * v, sequences=x, outputs_info=s)
    f = theano.function([x, s], r)
    f([1.0, 2.0], 3.0)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(f))([1.0, 2.0], 3.0), [3, 6])


def test_equal_loops_are_one():
    def loop():
        return theano.scan(lambda v, a: a * v, sequences=x, outputs_info=s)[0]
    f = theano.function([x, s], [loop(), loop()])
    assert sum(type(node.op).__name__ == "Scan" for node in f.maker.fgraph.toposort()) == 1


def test_the_scan_of_checkpoints_has_the_gradient_of_the_scan():
    A = T.dvector("A")
    r, _ = theano.scan(lambda p, a: p * a, outputs_info=T.ones_like(A), non_sequences=A, n_steps=n)
    kept, _ = theano.scan_checkpoints(lambda v, p, a: p * a, sequences=[T.ones((10,))], outputs_info=T.ones_like(A), non_sequences=A,
                                      save_every_N=5, n_steps=10, padding=False)
    f = theano.function([A, n], [r[-1], T.grad(r[-1].sum(), A)])
    g = theano.function([A], [kept[-1], T.grad(kept[-1].sum(), A)])
    for ours, theirs in zip(g([1.0, 1.1]), f([1.0, 1.1], 10)):
        np.testing.assert_allclose(ours, theirs)


@pytest.mark.parametrize("given, rows, derivative", [
    (lambda c, v: [T.constant(c), T.constant(c)], [[2, 4], [10, 16]], [[6, 6], [2, 2]]),
    (lambda c, v: [theano.shared(3.0)] * 2, [[3, 6], [18, 30]], [[12, 12], [3, 3]]),
    (lambda c, v: [1.0, 1.0], [[1, 2], [4, 6]], [[2, 2], [1, 1]]),
    (lambda c, v: [v.sum()] * 2, [[3, 6], [18, 30]], [[12, 12], [3, 3]])], ids=["constant", "shared", "number", "expression"])
def test_what_does_not_change_may_be_given_twice(given, rows, derivative):
    # recorded from Theano 1.0.5; Keras 1 passes a constant for each mask of its dropout
    m, v = T.dmatrix(), T.dvector()
    r, _ = theano.scan(lambda a, h, p, q: a * p + h * q, sequences=m, outputs_info=T.zeros_like(m[0]),
                       non_sequences=given(np.float64(2), v))
    f = theano.function([m, v], [r, T.grad(r.sum(), m)], on_unused_input="ignore")
    found = f([[1, 2], [3, 4]], [1, 2])
    np.testing.assert_allclose(found[0], rows)
    np.testing.assert_allclose(found[1], derivative)


L, S, M = T.dvector("L"), T.dscalar("S"), T.dmatrix("M")
SECOND = {  # a loop, and the central difference by S, in the real Theano 1.0.5, of the sum of squares of the gradient of a cost of it
    "a state that is not read": (lambda: theano.scan(lambda e, h: S * e * .5 + 0 * h, L, S)[0], 1.69802930),
    "a sum": (lambda: theano.scan(lambda e, h: h * .5 + S * e, L, S)[0], 21.33606250),
    "a product": (lambda: theano.scan(lambda e, h: h * e * S, L, S)[0], 1.11396493),
    "taps": (lambda: theano.scan(lambda e, f, h: T.sin(e * S) * f + h, dict(input=L, taps=[-1, 0]), S)[0], 11.37892528),
    "backwards": (lambda: theano.scan(lambda e, h: h * e * S, L, S, go_backwards=True)[0], 1.59046718),
    "rows": (lambda: theano.scan(lambda e, h: T.dot(e, e) * .5 + 0 * h, T.concatenate([M, M.T * S]), S)[0], 56.23292746),
}


@pytest.mark.parametrize("kind", list(SECOND))
def test_second_derivatives_through_a_state_are_those_of_finite_differences(kind):
    """Theano's are not where a loop has a state, in FAST_RUN and FAST_COMPILE: 27.55 for the sum, whose difference there is 21.34."""
    make, wanted = SECOND[kind]
    h = make()
    first = T.grad((h * h * .5 + h).sum(), [L, S, M], disconnected_inputs="ignore")
    f = theano.function([L, S, M], T.grad(sum((g ** 2).sum() for g in first), S), on_unused_input="ignore")
    np.testing.assert_allclose(f([.5, -1.0, .75], .7, [[.3, 1.2], [-.4, .8]]), wanted, rtol=1e-6)
