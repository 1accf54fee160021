"""Branches of ifelse with an op in Python: it runs where its branch is taken, and as often as recorded from the real Theano 1.0.5."""
import json

import numpy as np
import pytest
import scipy.sparse as sp
from recorders import GOLDEN, recorder

import theano
import theano.sparse as S
import theano.tensor as T
from theano.ifelse import ifelse
from theano.scan_module import until

RECORDED = json.loads((GOLDEN / "branches.json").read_text())

with recorder("record_branches") as record:
    from record_branches import CALLS, A, C, I, P, X

class Twin(record.Square):
    def perform(self, node, inputs, outputs):
        outputs[0][0] = inputs[0] * 1

    def grad(self, inputs, output_grads):
        return [output_grads[0]]


class Deep(record.Square):
    """A square whose gradient needs Python, too."""

    def grad(self, inputs, output_grads):
        return [2 * output_grads[0] * Twin()(inputs[0])]


Q, R = record.PLAIN, Deep()


@pytest.mark.parametrize("mode", ["FAST_RUN", "FAST_COMPILE"])
@pytest.mark.parametrize("name", list(record.PROGRAMS))
def test_only_the_branch_that_is_taken_runs(name, mode):
    f = record.compiled(name, mode)
    for c in (0, 1, 0, 1):
        (calls, values), (recorded_calls, recorded_values) = record.outcome(f, c), RECORDED[name][c]
        if mode == "FAST_RUN":
            assert calls == recorded_calls
        assert len(values) == len(recorded_values)
        for got, value in zip(values, recorded_values):
            np.testing.assert_allclose(got, value)


def test_loops_choose_in_each_step():
    rows, _ = theano.scan(lambda e: ifelse(T.gt(e, .5), P(e * X), X), sequences=T.arange(3.0))
    f = theano.function([X], [rows, T.grad(rows.sum(), X)])
    del CALLS[:]
    got, g = f(A)
    np.testing.assert_allclose(got, [[1, 2], [1, 4], [4, 16]])
    np.testing.assert_allclose(g, [11, 21])
    states, _ = theano.scan(lambda e, s: ifelse(e > 0, s + P(X).sum(), s * 2), sequences=X - 1, outputs_info=T.constant(np.float64(1)))
    f = theano.function([X], states)
    del CALLS[:]
    np.testing.assert_allclose(f(A), [2, 7])
    assert CALLS == [1]
    untaken, _ = theano.scan(lambda e: ifelse(C, P(e * X), X), sequences=T.arange(2.0))
    f = theano.function([C, X], untaken)
    del CALLS[:]
    np.testing.assert_allclose(f(0, A), [A, A])
    assert CALLS == []


STEPS = {
    "an expression of it": lambda e: ifelse(T.gt(e, .5), P(T.exp(e * X)) + T.exp(e * X), X),
    "outside of the branch": lambda e: P(e * X) + ifelse(T.gt(e, .5), T.exp(e * X), X),
    "nested": lambda e: ifelse(T.gt(e, .5), ifelse(T.gt(e, 1.5), P(T.sin(e * X)), T.sin(e * X) * P(X)), X * P(X + 1)),
    "the condition": lambda e: ifelse(T.gt(P(e * X).sum(), 4), X * 2, X * e),
    "with a state": lambda e, s: ifelse(T.gt(e, .5), P(s * X), s + X),
}


@pytest.mark.parametrize("kind", list(STEPS))
def test_gradients_of_loops_whose_steps_choose(kind):
    """They were those of the branches without the op in Python, whichever was taken."""
    rows, _ = theano.scan(STEPS[kind], sequences=T.arange(3.0), outputs_info=X if kind == "with a state" else None)
    f, g = theano.function([X], rows.sum()), theano.function([X], T.grad(rows.sum(), X))
    a, small = np.array([.3, 1.2]), 1e-6
    numeric = [(f(a + small * d) - f(a - small * d)) / (2 * small) for d in np.eye(2)]
    np.testing.assert_allclose(g(a), numeric, rtol=1e-6)


SMOOTH = {
    "with a state": lambda e, s: ifelse(T.gt(e, .5), R(s * X), s + X),
    "nested": lambda e: ifelse(T.gt(e, .5), ifelse(T.gt(e, 1.5), R(T.sin(e * X)), T.sin(e * X) * Q(X)), X * R(X + 1)),
    "no branch": lambda e, s: Q(s * X),
    "an input decides": lambda e: ifelse(T.gt(X[0], .1), Q(e * X), X ** 3),
}


@pytest.mark.parametrize("kind", list(SMOOTH))
def test_second_derivatives_of_loops_with_ops_in_python(kind):
    """What the op's value adds was missing where its gradient is differentiated."""
    step = SMOOTH[kind]
    rows, _ = theano.scan(step, sequences=T.arange(3.0), outputs_info=X if step.__code__.co_argcount == 2 else None)
    first = T.grad(rows.sum(), X)
    g, h = theano.function([X], first), theano.function([X], T.grad((first * [1, 2]).sum(), X))
    a, small = np.array([.3, 1.2]), 1e-5
    numeric = [((g(a + small * d) - g(a - small * d)) * [1, 2]).sum() / (2 * small) for d in np.eye(2)]
    np.testing.assert_allclose(h(a), numeric, rtol=1e-6)


@pytest.mark.parametrize("name", list(record.STEPS))
def test_steps_of_loops_run_what_they_take(name):
    """As often as in Theano for the values; for a gradient not at all where no step takes the branch, whatever Theano does."""
    functions = record.looped(name, "FAST_RUN")
    for c in (0, 1):
        calls, gradient_calls, *values = record.looped_outcome(functions, c)
        recorded_calls, _, *recorded_values = RECORDED["loop: " + name][c]
        assert calls == recorded_calls and (gradient_calls > 0) == (calls > 0)
        assert gradient_calls == calls  # values and gradient tell of one run
        for got, value in zip(values, recorded_values, strict=True):
            np.testing.assert_allclose(got, value, rtol=1e-12)


def test_steps_that_differ_in_shape_decide_each_for_themselves():
    rows, _ = theano.scan(lambda e: ifelse(T.gt(e, 1.5), Q(T.concatenate([e * X, X])), X).sum(), sequences=T.arange(4.0))
    g = theano.function([X], T.grad(rows.sum(), X))
    np.testing.assert_allclose(g(A), [32, 62])  # which finds out that shapes differ
    del CALLS[:]
    np.testing.assert_allclose(g(A), [32, 62])
    assert len(CALLS) == 2  # two steps


def test_a_gradient_of_a_branch_that_is_not_taken_is_not_looked_at():
    """0 times the infinite derivative of what was not computed is no number."""
    rows, _ = theano.scan(lambda e: ifelse(T.gt(e, .5), T.sqrt(Q(e * X)), X * 2), sequences=T.arange(3.0))
    g = theano.function([X], T.grad(rows.sum(), X))
    np.testing.assert_allclose(g(A), [5, 5])


def test_what_fails_in_a_branch_matters_only_there():
    f = theano.function([C, X], ifelse(C, P(X[5:6] + X[7]), X))
    g = theano.function([C, X], ifelse(C, P(X * 1000), X))
    for _ in range(3):
        np.testing.assert_array_equal(f(0, A), A)
        np.testing.assert_array_equal(g(0, A), A)
        with pytest.raises(IndexError, match="index out of bounds\nApply node that caused the error: Subtensor"):
            f(1, A)
        del CALLS[:]
        with pytest.raises(KeyError) as found:
            g(1, A)
        assert CALLS == [1]
        assert str(found.value).count("Apply node that caused the error") == 1 and "error: Square(" in str(found.value)


def test_updates_sparse_matrices_and_integers():
    w = theano.shared(np.ones(2))
    f = theano.function([C, X], X.sum(), updates=[(w, ifelse(C, w + P(X), w))])
    del CALLS[:]
    f(0, A), f(1, A), f(0, A)
    assert CALLS == [1]
    np.testing.assert_array_equal(w.get_value(), [2, 5])
    m = S.csr_matrix(dtype="float64")
    doubled = theano.function([C, m], S.dense_from_sparse(ifelse(C, m * 2, m)))
    for c in (0, 1):
        np.testing.assert_array_equal(doubled(c, sp.csr_matrix(np.eye(2))), np.eye(2) * (1 + c))
    whole = theano.function([C, I], ifelse(C, T.cast(P(T.cast(I, "float64").dimshuffle("x")), "int64")[0], I))
    del CALLS[:]
    assert [int(whole(c, 3)) for c in (0, 1, 0)] == [3, 9, 3] and CALLS == [1]


def test_the_shape_of_what_python_would_give_is_no_reason_to_run_it():
    f = theano.function([X], T.zeros_like(P(X)) + 1)
    del CALLS[:]
    np.testing.assert_array_equal(f(A), [1, 1])
    assert CALLS == []


LOOPS = {
    "a state": (lambda: theano.scan(lambda e, s: Q(s * X * e), sequences=T.arange(4.0), outputs_info=X)[0].sum(), 4),
    "an end": (lambda: theano.scan(lambda e, s: (Q(s + e), until(s.sum() > 50)), sequences=T.arange(9.0), outputs_info=X)[0].sum(), 4),
    "a loop in a step": (lambda: theano.scan(lambda e: theano.scan(lambda u, s: Q(s * u), sequences=X, outputs_info=e + X[0])[0].sum(),
                                             sequences=T.arange(3.0))[0].sum(), 6),
    "steps of different shapes": (lambda: theano.scan(lambda i: Q(T.concatenate([X, X])[:i + 1]).sum(), sequences=T.arange(4))[0].sum(), 4),
}


@pytest.mark.parametrize("kind", list(LOOPS))
def test_values_and_derivatives_tell_of_one_run(kind):
    """Ops in Python ran once for each of them."""
    make, runs = LOOPS[kind]
    cost = make()
    g = T.grad(cost, X)
    h = T.grad(g.sum(), X)
    f = theano.function([X], [cost, g, h])
    a, small = np.array([.7, 1.2]), 1e-5
    f(a)  # which may find out that steps differ in shapes
    del CALLS[:]
    value, first, second = f(a)
    assert len(CALLS) == runs
    assert value == theano.function([X], cost)(a)
    sides = [[f(a + sign * small * d) for sign in (1, -1)] for d in np.eye(2)]
    np.testing.assert_allclose(first, [(up[0] - down[0]) / (2 * small) for up, down in sides], rtol=1e-6)
    np.testing.assert_allclose(second, [(up[1] - down[1]).sum() / (2 * small) for up, down in sides], rtol=1e-6)
