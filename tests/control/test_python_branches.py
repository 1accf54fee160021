"""Branches of ifelse with an op in Python: it runs where its branch is taken, and as often as in the real Theano 1.0.5.

The counts were printed by Theano 1.0.5 for these programs (C backend, FAST_RUN), but for the order of ops that do not need each other.
"""
import numpy as np
import pytest
import scipy.sparse as sp

import theano
import theano.sparse as S
import theano.tensor as T
from theano.ifelse import ifelse

CALLS = []


class Square(theano.Op):
    __props__ = ()

    def make_node(self, x):
        return theano.Apply(self, [x], [x.type()])

    def perform(self, node, inputs, outputs):
        CALLS.append(1)
        if inputs[0].sum() > 1000:
            raise KeyError("too large")
        outputs[0][0] = inputs[0] ** 2

    def grad(self, inputs, output_grads):
        return [output_grads[0] * 2 * Same()(inputs[0])]

    def infer_shape(self, node, shapes):
        return shapes


class Same(Square):
    def perform(self, node, inputs, outputs):
        CALLS.append(2)
        outputs[0][0] = inputs[0] * 1


X, C, I = T.dvector("x"), T.lscalar("c"), T.lscalar("i")
A = np.array([1.0, 2.0])
P, Q = Square(), Same()
Y = ifelse(C, P(X).sum() ** 2, X.sum())
Z = ifelse(C, P(P(X) + 1).sum() * X.sum(), (X ** 3).sum())
U, V = ifelse(C, [P(X), X + 1], [X, P(X + 2)])
SHARED = P(X)

# name: (outputs, calls and values where c is 0, where it is 1)
PROGRAMS = {
    "value and gradient": ([Y, T.grad(Y, X)], [1, 2], [3, [1, 1]], [1, 2], [25, [20, 40]]),
    "within each other": ([Z, T.grad(Z, X)], [1, 1, 2, 2], [9, [3, 12]], [1, 1, 2, 2], [87, [53, 149]]),
    "several values": ([U, V], [1], [[1, 2], [9, 16]], [1], [[1, 4], [2, 3]]),
    "one of several values": ([V], [1], [[9, 16]], [1], [[2, 3]]),
    "shapes differ": ([ifelse(C, T.concatenate([P(X), X]), X)], [], [[1, 2]], [1], [[1, 4, 1, 2]]),
    "both branches": ([ifelse(C, SHARED + 1, SHARED * 2)], [1], [[2, 8]], [1], [[2, 5]]),
    "two with one condition": ([ifelse(C, SHARED + 1, X), ifelse(C, SHARED * 2, X + 5)], [], [[1, 2], [6, 7]], [1], [[2, 5], [2, 8]]),
    "nested": ([ifelse(C, ifelse(T.gt(X.sum(), 2), ifelse(T.lt(X.sum(), 1), P(X * 3), P(X * 4)), P(X * 5)), X)], [], [[1, 2]],
               [1], [[16, 64]]),
    "condition by Python": ([ifelse(T.gt(P(X).sum() * C, 3), Q(X), X + 1)], [1], [[2, 3]], [1, 2], [[1, 2]]),
    "used outside too": ([ifelse(C, SHARED, X), SHARED], [1], [[1, 2], [1, 4]], [1], [[1, 4], [1, 4]]),
    "inside an expression": ([T.exp(ifelse(C, P(X * 3) / 9, X)).sum()], [], [np.exp(A).sum()], [1], [np.exp(A ** 2).sum()]),
}


@pytest.mark.parametrize("mode", ["FAST_RUN", "FAST_COMPILE"])
@pytest.mark.parametrize("name", list(PROGRAMS))
def test_only_the_branch_that_is_taken_runs(name, mode):
    outputs, *expected = PROGRAMS[name]
    f = theano.function([C, X], outputs, mode=mode)
    for c in (0, 1, 0, 1):
        calls, values = expected[2 * c:2 * c + 2]
        del CALLS[:]
        found = f(c, A)
        if mode == "FAST_RUN":
            assert sorted(CALLS) == calls
        for got, value in zip(found, values):
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
