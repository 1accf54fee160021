"""Programs at extreme inputs, read by tests/rewrite/test_stability.py here and by tests/golden/record_stability.py under real Theano.

Runs under Python 3.7 too. A program is a function of the package and its variables, named by what a user would call it.
"""
import warnings

import numpy as np

VALUES = [-1000.0, -100.0, -30.0, -1.0, -1e-8, 0.0, 1e-8, 1.0, 30.0, 100.0, 1000.0]
MATRIX = [[1000.0, -1000.0, 0.0], [0.0, 1e-8, 30.0], [-1000.0, -1000.0, -999.0], [-1e-8, 100.0, -100.0]]
LABELS = [1, 0, 2, 0]


def _sigmoid(T, x):
    return 1 / (1 + T.exp(-x))


def _by_hand(T, X):
    return T.exp(X) / T.exp(X).sum(axis=1, keepdims=True)


def _shifted(T, X):
    e = T.exp(X - X.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def _regression_cost(T, x):
    p = 1 / (1 + T.exp(-x * 0.5 - 0.25))
    y = T.cast(T.arange(x.shape[0]) % 2, x.dtype)
    return -y * T.log(p) - (1 - y) * T.log(1 - p)


def _one_hot(T, X):
    return T.constant(np.eye(3, dtype=X.dtype)[LABELS])


def _row(T, X):
    return T.constant(np.asarray([[0.9, 0.25, 1.0]], X.dtype))


def _column(T, X):
    return T.constant(np.asarray([[0.9], [0.25], [1.0], [0.0]], X.dtype))


VECTOR = {
    "sigmoid by hand": lambda T, x: _sigmoid(T, x),
    "sigmoid": lambda T, x: T.nnet.sigmoid(x),
    "sigmoid of minus x by hand": lambda T, x: 1 / (1 + T.exp(x)),
    "exp over one plus exp": lambda T, x: T.exp(x) / (1 + T.exp(x)),
    "one minus sigmoid": lambda T, x: 1 - T.nnet.sigmoid(x),
    "one minus sigmoid by hand": lambda T, x: 1 - _sigmoid(T, x),
    "sigmoid times its complement": lambda T, x: _sigmoid(T, x) * (1 - _sigmoid(T, x)),
    "sigmoid squared": lambda T, x: _sigmoid(T, x) ** 2,
    "x times sigmoid": lambda T, x: x * _sigmoid(T, x),
    "sigmoid product": lambda T, x: T.nnet.sigmoid(x) * T.nnet.sigmoid(-x),
    "exp times sigmoid": lambda T, x: T.exp(x) * T.nnet.sigmoid(-x),
    "softplus": lambda T, x: T.nnet.softplus(x),
    "softplus by hand": lambda T, x: T.log(1 + T.exp(x)),
    "softplus by hand, other order": lambda T, x: T.log(T.exp(x) + 1),
    "log1p of exp": lambda T, x: T.log1p(T.exp(x)),
    "softplus of minus x": lambda T, x: T.nnet.softplus(-x),
    "log of sigmoid": lambda T, x: T.log(T.nnet.sigmoid(x)),
    "log of sigmoid by hand": lambda T, x: T.log(_sigmoid(T, x)),
    "log of sigmoid of minus x": lambda T, x: T.log(T.nnet.sigmoid(-x)),
    "log of exp over one plus exp": lambda T, x: T.log(T.exp(x) / (1 + T.exp(x))),
    "log of one minus sigmoid": lambda T, x: T.log(1 - T.nnet.sigmoid(x)),
    "log of one minus sigmoid by hand": lambda T, x: T.log(1 - _sigmoid(T, x)),
    "log1p of minus sigmoid": lambda T, x: T.log1p(-T.nnet.sigmoid(x)),
    "minus log of sigmoid": lambda T, x: -T.log(T.nnet.sigmoid(x)),
    "log of one plus x": lambda T, x: T.log(1 + T.abs_(x)),
    "log of one minus x": lambda T, x: T.log(1 - T.abs_(x) / 2000),
    "exp minus one": lambda T, x: T.exp(x) - 1,
    "log of sum of exp": lambda T, x: T.log(T.sum(T.exp(x))),
    "log of exp plus exp": lambda T, x: T.log(T.exp(x) + T.exp(x[::-1])),
    "log of exp": lambda T, x: T.log(T.exp(x)),
    "binary crossentropy": lambda T, x: T.nnet.binary_crossentropy(T.nnet.sigmoid(x), T.clip(x, 0, 1)),
    "binary crossentropy of sigmoid by hand": lambda T, x: T.nnet.binary_crossentropy(_sigmoid(T, x), T.clip(x, 0, 1)),
    "mean of binary crossentropy": lambda T, x: T.nnet.binary_crossentropy(_sigmoid(T, x), T.clip(x, 0, 1)).mean(),
    "sigmoid binary crossentropy": lambda T, x: T.nnet.sigmoid_binary_crossentropy(x, T.clip(x, 0, 1)),
    "logistic regression": _regression_cost,
    "mean of logistic regression": lambda T, x: _regression_cost(T, x).mean() + 0.25 * (x ** 2).sum(),
    "binary crossentropy with one label": lambda T, x: T.nnet.binary_crossentropy(T.nnet.sigmoid(x), 0.9),
    "binary crossentropy with the label 1": lambda T, x: T.nnet.binary_crossentropy(T.nnet.sigmoid(x), 1),
    "binary crossentropy with the label 0": lambda T, x: T.nnet.binary_crossentropy(T.nnet.sigmoid(x), 0.0).mean(),
    "binary crossentropy with a label of its own": lambda T, x: T.nnet.binary_crossentropy(T.nnet.sigmoid(x), T.abs_(x[7]) * 0.25).mean(),
    "weighted crossentropy": lambda T, x: -(2 * T.clip(x, 0, 1) * T.log(_sigmoid(T, x))
                                            + (1 - T.clip(x, 0, 1)) * T.log(1 - _sigmoid(T, x))),
    "costs of two players": lambda T, x: -T.mean(T.log(T.nnet.sigmoid(x)) + T.log(1 - T.nnet.sigmoid(x[::-1] * 2))),
    "focal cost": lambda T, x: -(1 - T.nnet.sigmoid(x)) ** 2 * T.log(T.nnet.sigmoid(x)),
    "entropy of a coin": lambda T, x: -(T.nnet.sigmoid(x) * T.log(T.nnet.sigmoid(x))
                                        + (1 - T.nnet.sigmoid(x)) * T.log(1 - T.nnet.sigmoid(x))),
    "derivative of tanh": lambda T, x: 1 - T.tanh(x) ** 2,
    "gate": lambda T, x: T.nnet.sigmoid(x) * T.tanh(x[::-1]) + (1 - T.nnet.sigmoid(x)) * x,
    "switch around log": lambda T, x: T.switch(T.gt(x, 0), T.log(x), 0),
    "square over x": lambda T, x: x * x / x,
    "root of square": lambda T, x: T.sqrt(x ** 2),
    "tanh": lambda T, x: T.tanh(x),
    "log of tanh squared": lambda T, x: T.log(1 + T.tanh(x) ** 2),
    "tanh by exp": lambda T, x: 2 / (1 + T.exp(-2 * x)) - 1,
    "cube": lambda T, x: x ** 3,
    "hard sigmoid": lambda T, x: T.nnet.hard_sigmoid(x),
    "relu": lambda T, x: T.nnet.relu(x),
    "elu": lambda T, x: T.nnet.elu(x),
    "softsign": lambda T, x: T.nnet.nnet.softsign(x),
}
MATRICES = {
    "softmax by hand": lambda T, X: _by_hand(T, X),
    "softmax by hand, shifted": lambda T, X: _shifted(T, X),
    "softmax by hand, dimshuffled": lambda T, X: T.exp(X) / T.exp(X).sum(axis=1).dimshuffle(0, "x"),
    "softmax": lambda T, X: T.nnet.softmax(X),
    "log of softmax": lambda T, X: T.log(T.nnet.softmax(X)),
    "logsoftmax": lambda T, X: T.nnet.logsoftmax(X),
    "log of softmax by hand": lambda T, X: T.log(_by_hand(T, X)),
    "negative log likelihood": lambda T, X: -T.log(T.nnet.softmax(X))[T.arange(4), LABELS],
    "mean of negative log likelihood": lambda T, X: -T.mean(T.log(T.nnet.softmax(X))[T.arange(X.shape[0]), LABELS]),
    "nll after indexing": lambda T, X: -T.log(T.nnet.softmax(X)[T.arange(X.shape[0]), LABELS]),
    "mean of nll after indexing": lambda T, X: -T.mean(T.log(T.nnet.softmax(X)[T.arange(X.shape[0]), LABELS])),
    "nll with a bias": lambda T, X: -T.mean(T.log(T.nnet.softmax(X + T.constant(np.asarray([1, 2, 3], X.dtype))))
                                            [T.arange(X.shape[0]), LABELS]),
    "categorical crossentropy": lambda T, X: T.nnet.categorical_crossentropy(T.nnet.softmax(X), T.constant(np.array(LABELS))),
    "mean of categorical crossentropy": lambda T, X: T.nnet.categorical_crossentropy(
        T.nnet.softmax(X), T.constant(np.array(LABELS))).mean(),
    "one-hot crossentropy": lambda T, X: T.nnet.categorical_crossentropy(T.nnet.softmax(X), _one_hot(T, X)),
    "one-hot crossentropy by hand": lambda T, X: -T.sum(_one_hot(T, X) * T.log(T.nnet.softmax(X)), axis=1),
    "log of sum of exp, rows": lambda T, X: T.log(T.sum(T.exp(X), axis=1)),
    "log of sum of exp, columns": lambda T, X: T.log(T.exp(X).sum(axis=0)),
    "log of sum of exp, kept": lambda T, X: T.log(T.sum(T.exp(X), axis=1, keepdims=True)),
    "log of sum of exp, all": lambda T, X: T.log(T.sum(T.exp(X))),
    "log of mean of exp": lambda T, X: T.log(T.mean(T.exp(X), axis=1)),
    "logsumexp with shift": lambda T, X: T.log(T.sum(T.exp(X - X.max(axis=1, keepdims=True)), axis=1)) + X.max(axis=1),
    "entropy": lambda T, X: -T.sum(T.nnet.softmax(X) * T.log(T.nnet.softmax(X) + 2.0 ** -20), axis=1),
    "crossentropy of sigmoid matrix": lambda T, X: T.nnet.binary_crossentropy(T.nnet.sigmoid(X), _one_hot(T, X)).sum(axis=1),
    "crossentropy with a row of labels": lambda T, X: T.nnet.binary_crossentropy(T.nnet.sigmoid(X), _row(T, X)).mean(),
    "crossentropy with a column of labels": lambda T, X: T.nnet.binary_crossentropy(T.nnet.sigmoid(X), _column(T, X)).sum(axis=1),
    "crossentropy with smoothed labels": lambda T, X: T.nnet.categorical_crossentropy(T.nnet.softmax(X), _one_hot(T, X) * 0.8 + 0.1).mean(),
    "crossentropy of a softmax with temperature": lambda T, X: -T.mean(T.log(T.nnet.softmax(X / 2))[T.arange(4), LABELS]),
    "crossentropy of what is clipped": lambda T, X: (
        -T.sum(_one_hot(T, X) * T.log(T.clip(T.nnet.softmax(X), 2.0 ** -20, 1 - 2.0 ** -20)), axis=1)),
    "divergence of softmaxes": lambda T, X: T.sum(T.nnet.softmax(X) * (T.log(T.nnet.softmax(X)) - T.log(T.nnet.softmax(X[::-1])))),
    "softmax of columns": lambda T, X: T.log(T.nnet.softmax(X.T).T),
    "softmax with another dimension": lambda T, X: T.log(T.nnet.softmax(X).dimshuffle(0, "x", 1))[:, 0],
    "masked negative log likelihood": lambda T, X: (
        (-T.log(T.nnet.softmax(X))[T.arange(4), LABELS] * T.constant(np.asarray([1, 0, 1, 1], X.dtype))).sum() / 3),
    "advantage times logarithm": lambda T, X: (
        -T.mean(T.log(T.nnet.softmax(X)[T.arange(4), LABELS]) * T.constant(np.asarray([2, -1, 0, 1], X.dtype)))),
    "logarithm of a mean of sigmoids": lambda T, X: T.log(T.nnet.sigmoid(X).mean(axis=1)),
    "pairwise ranking": lambda T, X: -T.log(T.nnet.sigmoid(X[:, 0] - X[:, 1])).mean() + 0.01 * (X ** 2).sum(),
    "sampled negatives": lambda T, X: -T.log(T.nnet.sigmoid(X[:, :1])).sum() - T.log(T.nnet.sigmoid(-X[:, 1:])).sum(),
    "product of sigmoids": lambda T, X: T.prod(T.nnet.sigmoid(X), axis=1),
}
PROGRAMS = {**{k: ("vector", v) for k, v in VECTOR.items()}, **{k: ("matrix", v) for k, v in MATRICES.items()}}


def compute(theano, name, dtypes=("float32", "float64")):
    """{dtype: {value, gradient of the sum}} of a program compiled with FAST_RUN, as lists of rows of float64."""
    kind, program = PROGRAMS[name]
    T = theano.tensor
    inputs = [getattr(T, kind)("x", dtype=dtype) for dtype in dtypes]
    data = [np.asarray(VALUES if kind == "vector" else MATRIX, dtype=dtype) for dtype in dtypes]
    values = [program(T, x) for x in inputs]
    found = {dtype: {} for dtype in dtypes}
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        # both dtypes in one function: half the compilations
        for what, wanted in (("value", values), ("gradient", [T.grad(v.sum(), x) for v, x in zip(values, inputs)])):
            results = theano.function(inputs, wanted, mode="FAST_RUN", on_unused_input="ignore")(*data)
            for dtype, result in zip(dtypes, results):
                found[dtype][what] = np.asarray(result, dtype="float64").tolist()
    return found
