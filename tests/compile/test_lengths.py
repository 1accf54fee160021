"""Programs for many lengths: the numbers of the real Theano 1.0.5 from one compiled program, what ops do with padding, and errors."""
import functools
import itertools
import json
import os
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from recorders import GOLDEN, recorder, sampled

import theano
import theano.tensor as T
import theano_compat
from theano.ifelse import ifelse
from theano_compat.compile import lengths, padded, program
from theano_compat.compile.evaluate import evaluate
from theano_compat.control import trips
from theano_compat.padding import sizes

RECORDED = json.loads((GOLDEN / "lengths.json").read_text())

with recorder("record_lengths") as record:
    pass


def _rubbish(v, shape):
    """A buffer whose padding is the worst that could be there."""
    worst = {"f": np.nan, "c": np.nan, "b": True}.get(v.dtype.kind, 77)
    buffer = np.full(shape, worst, v.dtype)
    buffer[tuple(slice(n) for n in v.shape)] = v
    return buffer


@pytest.fixture
def soon(monkeypatch):
    """Programs are for many lengths from the second length on, with rubbish behind the arguments; gives the steps that were."""
    made = []

    def serve(step):
        original(step)
        if step not in made:
            made.append(step)

    original = program.CompiledStep.serve_many_lengths
    monkeypatch.setattr(program.CompiledStep, "serve_many_lengths", serve)
    monkeypatch.setattr(lengths, "SIZES_MET", 2)
    monkeypatch.setattr(padded, "_buffer", _rubbish)
    return made


@pytest.fixture
def at_once(soon, monkeypatch):
    """The same from the first length on, of the first axis of each argument and without loops too; that axis can be set."""
    axis = [0]
    monkeypatch.setattr(lengths, "SIZES_MET", 1)
    monkeypatch.setattr(lengths, "SIZES_MET_WITHOUT_LOOPS", 1)
    monkeypatch.setattr(lengths.Met, "varying", lambda self: [key for key in self.sizes if key[1] in axis])
    return soon, axis


# -- whole programs

# each of these compiles for some seconds; `ALL_PROGRAMS=1 python -m pytest tests/compile/test_lengths.py` runs all
SAMPLE = ["convolved", "dropped by MRG", "pooled", "random field", "slot filling", "translation"]
PROGRAMS = list(record.PROGRAMS) if os.environ.get("ALL_PROGRAMS") else SAMPLE


@pytest.mark.parametrize("name", PROGRAMS)
def test_training_over_sentences_gives_theanos_numbers(name, request):
    later = name in ("sentiment", "translation", "dropped by MRG", "noisy", "restricted")  # which have arguments that are no sentences
    steps = request.getfixturevalue("soon")
    if not later:
        request.getfixturevalue("at_once")[1][0] = 1 if name == "pooled" else 0
    dtype = "float32" if name == "sentiment" else "float64"
    calls, parameters = record.outcome(name, dtype)
    recorded_calls, recorded_parameters = RECORDED[name][dtype]
    close = dict(rtol=1e-8, atol=1e-8) if dtype == "float64" else dict(rtol=1e-5, atol=1e-6)
    for got, want in itertools.chain(zip(calls, recorded_calls), [(parameters, recorded_parameters)]):
        assert len(got) == len(want)
        for a, b in zip(got, want):
            np.testing.assert_allclose(a, b, **close)
    for step in steps:
        if len(step.step.nodes) > 10:
            assert step.padded.why_not() == []
            # one for each power of two from 16 on, or pair of them
            assert step.traces == {"windows": 2}.get(name, 1) + later


def test_a_program_that_meets_a_third_length_is_made_for_many():
    x = T.matrix("x")
    total, _ = theano.scan(lambda row, s: T.tanh(s + row), sequences=x, outputs_info=T.zeros((3,)))
    f = theano.function([x], [total, T.grad(total[-1].sum(), x)])
    rng = np.random.RandomState(0)

    def check(n):
        value = rng.uniform(-1, 1, (n, 3))
        states = [np.zeros(3)]
        for row in value:
            states.append(np.tanh(states[-1] + row))
        g, want = np.ones(3), []
        for s in states[:0:-1]:
            g = g * (1 - s ** 2)
            want.insert(0, g)
        got = f(value)
        np.testing.assert_allclose(got[0], states[1:], rtol=1e-12)
        np.testing.assert_allclose(got[1], want, rtol=1e-12)
        assert all(v.flags.writeable and v.base is None or v.flags.owndata for v in got)

    for n in (4, 6):
        check(n)
    assert theano_compat.explain(f).compilations == 2
    for n in (9, 1, 2, 13, 16, 5, 4, 3, 10):
        check(n)
    assert theano_compat.explain(f).compilations == 3
    assert "one program serves many lengths" in str(theano_compat.explain(f))
    check(17)
    check(32)
    assert theano_compat.explain(f).compilations == 4


def test_states_from_a_step_before_are_as_long_as_the_steps_and_their_start(soon):
    x, u, rng = T.matrix("x"), theano.shared(0.7), theano.tensor.shared_randomstreams.RandomStreams(3)
    h, _ = theano.scan(lambda row, s: T.tanh(u * s + row), sequences=x, outputs_info=T.zeros((2,)))
    drawn = rng.binomial(size=h.shape, n=1, p=T.nnet.sigmoid(h), dtype="float64")  # by NumPy, between the loop and its gradient
    f = theano.function([x], [h, drawn, T.grad((h * drawn).sum(), u, consider_constant=[drawn])])
    for n in (4, 7, 1, 2, 16, 3):
        value = np.random.RandomState(n).uniform(-1, 1, (n, 2))
        states, places, total, slope, before = *f(value), np.zeros(2), np.zeros(2)
        gradient = 0
        for s, place in zip(states, places):
            slope, before = (1 - s ** 2) * (before + .7 * slope), s
            gradient += (place * slope).sum()
        np.testing.assert_allclose(total, gradient, rtol=1e-10)
    assert [(step.traces, step.padded.why_not()) for step in soon] == [(2, []), (2, [])]


def test_lengths_that_happen_to_be_equal_take_the_program_for_any_two(soon):
    x, y = T.matrix("x"), T.matrix("y")
    def last(v):
        return theano.scan(lambda row, s: T.tanh(s + row), sequences=v, outputs_info=T.zeros((2,)))[0][-1]

    f = theano.function([x, y], last(x) * last(y))
    ones = {n: np.ones((n, 2)) for n in range(1, 9)}
    alone = {n: functools.reduce(lambda s, row: np.tanh(s + row), ones[n], 0) for n in ones}
    for m, n in ((3, 5), (4, 7), (6, 6), (8, 7), (2, 1), (1, 1)):
        np.testing.assert_allclose(f(ones[m], ones[n]), alone[m] * alone[n], rtol=1e-12)
    assert soon[0].traces == 2


def test_loops_within_steps_read_whole_numbers_of_the_step(soon):
    x, places, w = T.matrix("x"), T.imatrix("places"), theano.shared(np.random.RandomState(0).uniform(-1, 1, (2, 2)))

    def step(of_step, s):
        there = of_step > -1
        found, _ = theano.map(lambda row, e, j: e * T.dot(row, x[j]), sequences=[w, there, of_step])
        return T.tanh(s + found)

    h, _ = theano.scan(step, sequences=places, outputs_info=T.ones((2,)))
    many, alone = (theano.function([x, places], [h, *T.grad((h[-1] ** 2).sum(), [w, x])]) for _ in range(2))
    arguments = {n: [np.random.RandomState(n).uniform(-1, 1, (n, 2)), np.random.RandomState(n).randint(-1, n, (n, 2)).astype("int32")]
                 for n in (3, 6)}
    for n in arguments:
        found = many(*arguments[n])
    for got, want in zip(found, alone(*arguments[6])):
        np.testing.assert_allclose(got, want, rtol=1e-10, atol=1e-12)
    assert soon[0].padded.why_not() == [] and len(soon) == 1


def test_what_has_no_rule_is_made_for_its_very_lengths(soon):
    x = T.vector("x")
    places = T.extra_ops.searchsorted(T.constant(np.arange(9) + .5), x)
    states, _ = theano.scan(lambda e, s: s + e, sequences=T.cast(places, "float64"), outputs_info=T.constant(np.float64(0)))
    f = theano.function([x], states)
    for n in (3, 5, 4):
        np.testing.assert_allclose(f(np.arange(1.0, n + 1)), np.cumsum(np.arange(1.0, n + 1)))
    assert theano_compat.explain(f).compilations == 3
    assert "because of no rule for SearchsortedOp" in str(theano_compat.explain(f))


def test_a_failing_call_raises_theanos_error_and_changes_nothing(soon):
    table = theano.shared(np.arange(10.0).reshape(5, 2))
    i, w = T.ivector("i"), T.vector("w")
    states, _ = theano.scan(lambda row, e, s: s + row * e, sequences=[table[i], w], outputs_info=T.zeros((2,)), n_steps=i.shape[0])
    cost = (states[-1] ** 2).sum()
    f = theano.function([i, w], cost, updates=[(table, table - 0.1 * T.grad(cost, table))])
    f(np.array([1, -5], "int32"), np.ones(2))
    f(np.array([1, -5, 4], "int32"), np.ones(3))
    before = table.get_value()
    with pytest.raises(IndexError, match="(?s)index 5 is out of bounds.*Apply node that caused the error: AdvancedSubtensor1"):
        f(np.array([1, 5, 4, 0], "int32"), np.ones(4))
    np.testing.assert_array_equal(table.get_value(), before)
    with pytest.raises(ValueError, match="Sequence is shorter then the required number of steps"):
        f(np.array([1, 2, 4, 0], "int32"), np.ones(3))
    np.testing.assert_array_equal(table.get_value(), before)
    assert np.isfinite(f(np.array([1, 2], "int32"), np.ones(2)))
    assert not np.array_equal(table.get_value(), before)
    # an index that only padding could have is no error, and none is taken from there
    assert f(np.array([3], "int32"), np.ones(1)) >= 0


def test_a_condition_within_a_step_counts_in_the_steps_that_there_are(soon):
    from theano.tensor.opt import Assert
    x = T.vector("x")
    states, _ = theano.scan(lambda e, s: Assert("too large")(s + e, T.lt(s + e, 10)), sequences=x, outputs_info=T.constant(np.float64(0)))
    f = theano.function([x], states[-1])
    assert f(np.ones(2)) == 2 and f(np.ones(9)) == 9
    with pytest.raises(AssertionError, match="too large"):
        f(np.ones(11))
    assert soon[0].traces == 2


def test_what_would_differ_among_lengths_is_made_for_its_very_lengths(at_once):
    """Branches of lengths that are not the same, filters that fit some sentences, every element of some among the largest."""
    table = np.arange(12.0).reshape(4, 1, 3, 1)
    unlike = theano.function([X, V], ifelse(V[0] > 0, X[1:], X).sum(axis=0))
    over = theano.function([X], T.nnet.conv2d(X.dimshuffle("x", "x", 0, 1), table).max(axis=(0, 2, 3)))
    top = theano.function([V], T.topk(V, 3, sorted=False))
    for n in (2, 3, 4, 9):
        x, v, *_ = _arguments(n)
        np.testing.assert_allclose(unlike(x, v), x[int(v[0] > 0):].sum(axis=0))
        np.testing.assert_allclose(unlike(x, -v), x[int(v[0] < 0):].sum(axis=0))
        if n < 3:
            for f, value in ((over, x), (top, v)):
                with pytest.raises(ValueError, match="invalid shape|kth cannot be larger"):
                    f(value)
            continue
        rows = np.stack([x[i:n - 2 + i] for i in (2, 1, 0)])
        np.testing.assert_allclose(over(x), [(table[k].reshape(3, 1, 1) * rows).sum(axis=0).max() for k in range(4)])
        np.testing.assert_allclose(np.sort(top(v)), np.sort(v)[-3:])
    reasons = [reason for step in at_once[0] for reason in step.padded.why_not()]
    assert "branches of different lengths" in reasons


def test_second_derivatives_are_made_for_their_very_lengths(soon):
    x = T.vector("x")
    s = theano.scan(lambda e, s: s * e, sequences=x, outputs_info=T.constant(np.float64(1)))[0][-1]
    f = theano.function([x], T.grad(T.grad(s ** 2, x).sum(), x))
    for n in (2, 3):
        value = np.arange(1.0, n + 1)
        p = value.prod() ** 2
        np.testing.assert_allclose(f(value), [4 * p / v * (1 / value).sum() - 2 * p / v ** 2 for v in value])
    assert soon[0].padded.why_not()


# -- one op after the other

X, V, I, K, B = T.dmatrix("x"), T.dvector("v"), T.lvector("i"), T.dtensor3("k"), T.fmatrix("b")
N = X.shape[0]
W = np.arange(12.0).reshape(3, 4) / 7

A, C = T.dmatrix("a"), T.dvector("c")
GRAPH = theano.OpFromGraph([A, C], [(A.T * T.exp(C)).sum(axis=0) / A.shape[0], T.dot(C, A)])
OVERRIDDEN = theano.OpFromGraph([C], [C ** 2 + C.shape[0]], grad_overrides=lambda inputs, grads: [grads[0] * T.arange(inputs[0].shape[0])])

EXPRESSIONS = {
    "sum": [X.sum(), X.sum(axis=0), X.sum(axis=1), B.sum()], "mean": [X.mean(), X.mean(axis=0), X.std(axis=0), X.var()],
    "prod": [X.prod(), X.prod(axis=0)], "max": [X.max(), X.max(axis=0), X.min(axis=0), V.max(), (I - 100).max(), (I + 100).min()],
    "any": [T.any(X > .9), T.all(X < 5, axis=0)], "argmax": [X.argmax(axis=0), X.argmax(axis=1), V.argmax(), X.argmax(), V.argmin()],
    "norm": [X.norm(2), (X ** 2).sum() / N, T.cast(N, "float64") ** .5],
    "dot": [T.dot(X, W), T.dot(X.T, X), T.dot(V, X), T.dot(X.T, V), T.dot(V, V), T.outer(V, V), T.dot(W.T, X.T)],
    "tensordot": [T.tensordot(K, X, [[0], [0]]), T.dot(K, W), T.batched_dot(K, K.dimshuffle(0, 2, 1)), T.tensordot(X, X, 2)],
    "softmax": [T.nnet.softmax(X), T.nnet.softmax(X.T), T.nnet.logsoftmax(X.T), T.grad(T.nnet.softmax(X.T)[0, -1], X)],
    "slices": [X[1:], X[:-1], X[:1], X[-1:], X[-1], X[0], X[::-1], X[N - 1], X[1:-1], X[:, ::-1], X[:-1, 1:], X[-2:], X[-1:0:-1],
               K[-1, :, 0]],
    "shapes": [N, X.shape, N * 2 + 1, N - 1, T.maximum(N, 0), X.shape[1] * N, T.stack([N, 5]), X.size, K.shape[1:] * N, T.true_div(N, 3)],
    "reshape": [X.reshape((N * 3,)), X.flatten(), X.T.flatten(), X.reshape((3, N)), X.T.reshape((N, 3)), X.reshape((-1, 1, 3)),
                K.reshape((N * 2, 3)), K.dimshuffle(1, 0, 2).reshape((N * 2, 3)), K.dimshuffle(1, 0, 2).flatten(2).T, K.reshape((2, N, 3))],
    "join": [T.concatenate([X, X + 1]), T.concatenate([X[:1], X, X[:2]]), T.concatenate([X, X], axis=1), T.concatenate([V, V[:-1], V]),
             T.concatenate([V, [1., 2.]]), T.stack([V, V * 2]), T.stack([V, V], axis=1), T.concatenate([X, T.zeros((2, 3))])],
    "split": list(T.split(T.concatenate([X, X[1:], X[:2]]), [N, N - 1, 2], 3)) + list(T.split(X, [1, N - 1], 2)),
    "arange": [T.arange(N), T.arange(1, N + 1), T.arange(N) * 2.5, T.arange(N, 0, -1), T.arange(N * 3).reshape((N, 3)), T.zeros((N, 2)),
               T.ones_like(X), T.alloc(V, 2, N), T.tile(V, 2), X.dimshuffle("x", 1, 0), T.zeros_like(V[1:]), T.alloc(X[0], N, 3)],
    "rows": [X[I], X[I[::-1]], V[I], X[T.arange(N), I % 3], X[I, 0], X[:, [0, 2]], X[I[0]], X[I.max()], X[-I - 1], K[T.arange(N), I % 2]],
    "set": [T.set_subtensor(X[1:], X[:-1]), T.set_subtensor(X[:-1], 0), T.set_subtensor(X[-1], 5), T.set_subtensor(X[0, 1], 5),
            T.set_subtensor(X[::-1], X), T.set_subtensor(X[:, 1], V), T.set_subtensor(T.zeros_like(X)[1:], X[1:]),
            T.set_subtensor(V[-2:], 9)],
    "inc": [T.inc_subtensor(X[1:], X[:-1]), T.inc_subtensor(X[:-1], 1), T.inc_subtensor(X[-1], X[0]), T.inc_subtensor(X[::-1], X * 2),
            T.inc_subtensor(T.zeros((30, 3))[I], X), T.inc_subtensor(X[I], X), T.inc_subtensor(X[T.arange(N), I % 3], V),
            T.inc_subtensor(X[I], 1),
            T.inc_subtensor(V[-1:], 3), T.inc_subtensor(T.zeros((4, N))[1], V)],
    "gradients": [T.grad((X[1:] * X[:-1]).sum(), X), T.grad(X[-1].sum() * V[0], X), T.grad((X[::-1] * X).sum(), X),
                  T.grad(X.max(axis=0).sum(), X),
                  T.grad(X.mean() + (X.T.flatten() ** 2).sum(), X), T.grad((X[I] ** 2).sum(), X),
                  T.grad(T.dot(X, W).sum() + T.log(X + 3).sum(), X),
                  T.grad(T.concatenate([X, X * 2]).prod(), X), T.grad(T.nnet.categorical_crossentropy(T.nnet.softmax(X), I % 3).mean(), X),
                  T.grad((K.dimshuffle(1, 0, 2).reshape((N * 2, 3)) ** 3).sum(), K), T.grad(X.std(), X),
                  T.grad(T.log(T.exp(X).sum(axis=0)).sum(), X)],
    "elementwise": [X + V.dimshuffle(0, "x"), T.switch(X > 0, X, -X), T.exp(X) / N, X * T.arange(N).dimshuffle(0, "x"), T.cast(X, "int32"),
                    (I * 3 + 1) // 2, I % 3, X + X[-1], T.clip(X, -.5, .5), V[:, None] * V[None, :], T.eq(V, V.max()), B * 2],
    "cumulations": [T.cumsum(X, axis=0), T.cumsum(V), T.cumprod(X, axis=1), T.cumsum(V[::-1])],
    "diagonals": [T.eye(N), T.eye(N, 3, 1), T.eye(N, N * 2, -1), T.tri(N), T.tril(T.outer(V, V)), T.triu(T.outer(V, V), 1),
                  T.identity_like(X), T.grad((T.tril(T.outer(V, V)) ** 2).sum(), V)],
    "sorting": [T.sort(X, 0), T.sort(X), X.argsort(axis=0), T.sort(T.switch(V > .5, np.nan, V)), T.argsort(T.switch(V > .5, np.nan, V)),
                T.argsort(T.switch(V > 0, np.inf, V)), T.sort(-I), T.sort(V > 0), V[T.argsort(V)][::-1],
                T.grad((T.sort(X, 0) * X).sum(), X), T.grad(T.sort(V)[:2].sum(), V)],
    "top": [T.topk(V, 2, sorted=False), T.topk(V, -2, sorted=False), T.argtopk(X, 1, axis=0, sorted=False),
            T.argtopk(T.switch(V > 0, -np.inf, V), 2, sorted=False), *T.topk_and_argtopk(X.T, 2, sorted=False),
            T.topk(X, 2, axis=1, sorted=False), T.grad((T.topk(V, 2, sorted=False) ** 2).sum(), V)],
    "branches": [ifelse(V[0] > 0, X, X * 2), ifelse(V[1] > 0, T.exp(X)[1:], X[:-1]), ifelse(T.gt(N, 5), X.sum(), V.sum()),
                 *T.grad(ifelse(V[0] > 0, (X ** 2).sum(), T.exp(X).sum() * V.sum()), [X, V]), *ifelse(V[0] > 0, [V, N], [V[::-1], N + 1]),
                 T.grad(theano.scan(lambda x, s: ifelse(x[0] > 0, s * x, s + T.exp(x)), X, T.ones((3,)))[0].sum(), X)],
    "a graph as an op": [*GRAPH(X, V), *T.grad(sum(v.sum() for v in GRAPH(X, V)), [X, V]), OVERRIDDEN(V), T.grad(OVERRIDDEN(V).sum(), V)],
    "parts": [X[::2], V[::-2], X[1::3], V[-2::-3], X[:N // 2], X[N // 2:], X[-(N // 2):], X[N // 2], T.arange(0, N, 2), T.arange(N, 0, -3),
              T.arange(N % 3), T.zeros(((N + 1) // 2, 3)) + X[::2], T.concatenate([X[::2], X[1::2]]), X[:N - N // 2 * 2],
              T.set_subtensor(X[::2], 0), T.set_subtensor(X[::2], X[::2] * 2), T.inc_subtensor(V[::-2], 1), X[::2].sum(axis=0),
              T.grad((X[::2] ** 2).sum(), X), T.grad((V[:-(N // 2)] ** 3).mean(), V), X[::2].mean(axis=0)],
    "crossentropy": [T.nnet.categorical_crossentropy(T.nnet.softmax(X), I % 3), T.nnet.binary_crossentropy(T.nnet.sigmoid(X), .3).mean(),
                     *T.nnet.crossentropy_softmax_1hot_with_bias(X, T.constant([.1, .2, .3]), I % 3)],
}


SENTENCE, BATCH = X.dimshuffle("x", "x", 0, 1), K.dimshuffle(0, "x", 1, 2)
FILTERS = np.sin(np.arange(36.0)).reshape(4, 1, 3, 3)


def _through(images, filters, **options):
    """A convolution of a sentence, or of a batch of varying size, and its gradients by the images and by the filters."""
    w = T.constant(filters)
    out = T.nnet.conv2d(images, w, **options)
    return [out, *T.grad((out ** 2).sum(), [X if images is SENTENCE else K, w])]


def _in_old_words(*args, **options):
    with warnings.catch_warnings(action="ignore"):
        return T.nnet.conv.conv2d(*args, **options)


def _pooled(images, ws, **options):
    out = T.signal.pool.pool_2d(images, ws, ignore_border=True, **options)
    return [out, T.grad((out * T.exp(out)).sum(), X if images is SENTENCE else K)]


EXPRESSIONS.update({
    "convolution": [*_through(SENTENCE, FILTERS[:, :, :2]), *_through(BATCH, FILTERS[:, :, :2], border_mode=(1, 0))],
    "convolution with a border": [*_through(SENTENCE, FILTERS, border_mode="full"),
                                  *_through(SENTENCE, FILTERS, border_mode="half", subsample=(1, 2), filter_flip=False)],
    "dilated convolution": _through(SENTENCE, FILTERS[:, :, :2, :1], border_mode=((0, 2), 0), filter_dilation=(2, 1)),
    "old convolution": [_in_old_words(SENTENCE, FILTERS), _in_old_words(SENTENCE, FILTERS, border_mode="full"),
                        T.grad((_in_old_words(SENTENCE, FILTERS, filter_shape=(4, 1, 3, 3)) ** 2).sum(), X)],
    "text": [T.max(T.nnet.relu(T.nnet.conv2d(SENTENCE, FILTERS)), axis=[2, 3]),
             T.grad((T.nnet.conv2d(SENTENCE, FILTERS).max(axis=2) ** 2).sum(), X),
             T.nnet.conv2d(X.dimshuffle("x", 1, 0, "x"), FILTERS.reshape(4, 3, 3, 1)).max(axis=(2, 3)).flatten(2)],
    "pooling": [*_pooled(SENTENCE, T.stack([N, 1])), *_pooled(SENTENCE, T.stack([N, 3]), mode="sum"),
                *_pooled(SENTENCE, (2, 2), stride=(1, 1)), *_pooled(BATCH, (2, 1), mode="average_exc_pad")],
})
TWO_LENGTHS = ["sorting", "top", "diagonals", "branches", "a graph as an op", "pooling", "text"]
TWO_LENGTHS += [name for name in EXPRESSIONS if "convolution" in name]


def _arguments(n, seed=0):
    rng = np.random.RandomState(seed)
    return [rng.uniform(-1, 1, (n, 3)), rng.uniform(-1, 1, n), rng.randint(0, n, n), rng.uniform(-1, 1, (n, 2, 3)),
            rng.uniform(-1, 1, (n, 3)).astype("float32")]


@pytest.mark.parametrize("name", sampled(EXPRESSIONS, .48))
def test_padding_does_not_count(name, at_once):
    inputs = [X, V, I, K, B]
    f = theano.function(inputs, EXPRESSIONS[name], on_unused_input="ignore")
    for n in (7, 4) if name in TWO_LENGTHS else (7, 5, 16, 4, 9):
        found, arguments = f(*_arguments(n)), _arguments(n)
        for k, (got, want) in enumerate(zip(found, evaluate(f.maker.fgraph, arguments))):
            assert got.dtype == want.dtype and got.shape == want.shape, k
            np.testing.assert_allclose(got, want, rtol=1e-6 if want.dtype == "float32" else 1e-11, atol=1e-12, err_msg=str(k))
    if name != "shapes":  # which Python computes
        assert at_once[0][0].traces == 1


M = T.lscalar("m")
TABLE = theano.shared(np.arange(60.0).reshape(20, 3))
STEPS = theano.scan(lambda h: T.tanh(T.dot(h, W[:, :3])), outputs_info=T.ones((3,)), n_steps=M)[0]

OF_NUMBERS = {
    "made": [T.arange(M), T.zeros((M, 2)), T.alloc(V[:2], M, 2), T.arange(M, 30), T.tile(V[:2], M, ndim=1), T.repeat(V[:2], M)],
    "slices": [TABLE[:M], TABLE[M:], TABLE[M], TABLE[-M:], TABLE[:-M], TABLE[M:M + 3], TABLE[::-1][:M], T.set_subtensor(TABLE[:M], 0),
               T.inc_subtensor(TABLE[M:], 1), T.grad((TABLE[:M] ** 2).sum(), TABLE), T.concatenate([TABLE[M:], TABLE[:M]])],
    "loops": [STEPS, STEPS[-1:], STEPS.sum(axis=0), T.arange(M)[:, None] * STEPS],
    "other lengths": [X.sum() * T.arange(M), T.dot(T.zeros((M, N)), X), T.concatenate([V, T.arange(M)]), V.mean() + T.alloc(1.0, M).sum()],
}


@pytest.mark.parametrize("name", list(OF_NUMBERS))
def test_numbers_that_decide_sizes_are_lengths(name, soon, monkeypatch):
    monkeypatch.setattr(lengths, "SIZES_MET_WITHOUT_LOOPS", 2)
    f = theano.function([X, V, M], OF_NUMBERS[name], on_unused_input="ignore")
    for m in (7, 5, 16, 4, 9, 1, 0, 12):
        arguments = [*_arguments(5)[:2], np.asarray(m)]
        state = [np.asarray(c.value) for c in f.input_storage[3:]]
        for k, (got, want) in enumerate(zip(f(*arguments), evaluate(f.maker.fgraph, [*arguments, *state]))):
            assert got.dtype == want.dtype and got.shape == want.shape, (m, k)
            np.testing.assert_allclose(got, want, rtol=1e-11, atol=1e-12, err_msg=str((m, k)))
    # one for the first call, one for 0, where it is no length
    assert soon[0].traces <= 4 and any(not isinstance(p, str) for p in soon[0].padded.programs.values())


def test_two_lengths_that_differ_are_an_error_as_ever(at_once):
    x, y = T.vector("x"), T.vector("y")
    f = theano.function([x, y], (x * y).sum())
    assert f(np.ones(4), np.ones(4)) == 4
    with pytest.raises(ValueError, match="Input dimension mis-match"):
        f(np.ones(4), np.ones(5))
    with pytest.raises(ValueError, match="Input dimension mis-match"):
        f(np.ones(1), np.ones(5))
    assert f(np.ones(7), np.ones(7)) == 7


def test_without_a_loop_many_sizes_have_to_be_met_and_buffers_fit_better():
    x = T.matrix("x")
    f = theano.function([x], (x ** 2).sum(axis=0))
    for n in [*range(1, 10), *range(1, 10)]:
        np.testing.assert_allclose(f(np.full((n, 2), 2.0)), [4.0 * n] * 2)
    assert theano_compat.explain(f).compilations == 9
    for n in (3, 11, 16, 17, 20, 21, 24, 25, 32, 33, 40, 100, 111):
        np.testing.assert_allclose(f(np.full((n, 2), 2.0)), [4.0 * n] * 2)
    step, = f.maker.program.steps
    bounds = [p.bounds for p in step.padded.programs.values()]
    assert bounds == [[b] for b in ((1, 16), (17, 20), (21, 24), (25, 28), (29, 32), (33, 40), (97, 112))]


# -- sizes

_POLYNOMIALS = st.dictionaries(st.sampled_from([(), (0,), (1,), (0, 1), (0, 0)]), st.integers(-4, 4)).map(sizes.settled)


@settings(max_examples=150, deadline=None)
@given(_POLYNOMIALS, _POLYNOMIALS, st.tuples(st.integers(1, 4), st.integers(3, 5)))
def test_sizes_are_numbers_whose_value_comes_later(a, b, numbers):
    def at(n):
        return n.at(numbers) if isinstance(n, sizes.Size) else n

    for by in (2, 3):
        a = sizes.plus(a, sizes.times(sizes.floored(b, by), by - 2)) if by > 2 else a
        assert at(sizes.floored(a, by)) == at(a) // by and at(sizes.rounded_up(a, by)) == -(-at(a) // by)
    assert at(sizes.plus(a, b)) == at(a) + at(b) and at(sizes.minus(a, b)) == at(a) - at(b) and at(sizes.times(a, b)) == at(a) * at(b)
    bounds = [(1, 4), (3, 5)]
    with sizes.tracing(sizes.Lengths(bounds, None)):
        found = sizes.compared(a, b)
        if found is not None:
            allowed = {-1: at(a) < at(b), 0: at(a) == at(b), 1: at(a) > at(b), "<=": at(a) <= at(b), ">=": at(a) >= at(b)}
            assert allowed[found]
        try:
            quotient = sizes.quotient(a, b)
        except sizes.Unpaddable:
            pass
        else:
            assert at(quotient) * at(b) == at(a)
        for choose, expected in ((sizes.smaller, min), (sizes.greater, max)):
            try:
                assert at(choose(a, b)) == expected(at(a), at(b))
            except sizes.Unpaddable:
                assert found is None
        try:
            room = sizes.room(a)
        except sizes.Unpaddable:
            pass
        else:
            assert room >= at(a) >= 0


# -- the loop

@pytest.mark.parametrize("kept", [-1, 2])
def test_a_loop_of_so_many_steps_has_the_derivatives_of_one_of_that_number(kept):
    import jax
    import jax.numpy as jnp
    rng = np.random.RandomState(1)
    with jax.enable_x64(True):
        w, start, xs = (jnp.asarray(rng.uniform(-1, 1, shape)) for shape in ((3, 3), (3,), (8, 3)))

        def step(w, carry, x):
            s, count = carry
            new = jnp.tanh(w @ s + x * count.astype(float))
            return (new, count + 1), (new, count), [jnp.all(new < 2)]

        def by_trips(w, start, xs, n):
            (rows, counts), oks, (_, count) = trips.repeat(functools.partial(step, w), (start, jnp.asarray(1)), xs, n, 8, kept,
                                                           lambda g: (jnp.zeros_like(g[0]), g[1]))
            return (rows * jnp.arange(8.0)[:, None] ** 2).sum(), (rows, counts, oks, count)

        def by_scan(w, start, xs, n):
            cut = n if kept == -1 else kept

            def one(carry, both):
                i, x = both
                s, x, v = (jnp.where(i < n - cut, jax.lax.stop_gradient(a), a) for a in (carry[0], x, w))
                carry, rows, _ = step(v, (s, carry[1]), x)
                return carry, rows
            _, (rows, counts) = jax.lax.scan(one, (start, jnp.asarray(1)), (jnp.arange(n), xs[:n]))
            return (rows * jnp.arange(float(n))[:, None] ** 2).sum(), (rows, counts)

        jitted = jax.jit(jax.value_and_grad(by_trips, (0, 1, 2), has_aux=True))
        for n in (1, 5, 8):
            (value, (rows, counts, oks, count)), grads = jitted(w, start, xs, n)
            (want, (want_rows, want_counts)), want_grads = jax.value_and_grad(by_scan, (0, 1, 2), has_aux=True)(w, start, xs, n)
            np.testing.assert_allclose(value, want)
            np.testing.assert_allclose(rows, np.concatenate([want_rows, np.zeros((8 - n, 3))]))
            np.testing.assert_array_equal(counts[:n], want_counts)
            assert bool(oks[0]) and count == 1 + n
            for got, expected in zip(grads, want_grads):
                np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-14)
