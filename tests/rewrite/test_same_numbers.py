"""Random elementwise and reduction programs give the same values, shapes and dtypes without rewrites and with all of them.

Graphs are evaluated node by node: what XLA makes of them is tested elsewhere, and compiling would take most of the time.
"""
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import theano.tensor as T
from theano_compat.compile.evaluate import evaluate
from theano_compat.compile.modes import OPT_FAST_RUN
from theano_compat.graph import FunctionGraph
from theano_compat.rewrite import rewrite_graph

# (name, arity, what it makes of its arguments): the ops that rules look at, at arguments where all of them are smooth
STEPS = [
    ("add", lambda a, b: a + b), ("sub", lambda a, b: a - b), ("mul", lambda a, b: a * b),
    ("div", lambda a, b: a / (T.abs_(b) + 0.5)), ("shared div", lambda a, b: (a * b) / (T.abs_(b) + 0.5) * a),
    ("neg", lambda a, b: -a), ("abs", lambda a, b: T.abs_(a)), ("square", lambda a, b: a ** 2), ("one", lambda a, b: a ** 1),
    ("nothing", lambda a, b: a ** 0), ("zero", lambda a, b: a * 0 + b), ("half", lambda a, b: a * 0.5),
    ("inv", lambda a, b: 1 / (a * a + 1)),
    ("exp", lambda a, b: T.exp(T.tanh(a))), ("log", lambda a, b: T.log(1 + T.abs_(a))), ("sqrt", lambda a, b: T.sqrt(T.sqr(a) + 1)),
    ("sigmoid", lambda a, b: 1 / (1 + T.exp(-a))), ("log sigmoid", lambda a, b: T.log(T.nnet.sigmoid(a))),
    ("softplus", lambda a, b: T.log(1 + T.exp(a))), ("one minus sigmoid", lambda a, b: 1 - T.nnet.sigmoid(a)),
    ("expm1", lambda a, b: T.exp(T.tanh(a)) - 1), ("switch", lambda a, b: T.switch(a > b, a, 0) * b),
    ("switched quotient", lambda a, b: T.switch(T.gt(a, 0), a, 0) / (1 + T.sqr(b))), ("fill", lambda a, b: T.fill(a, 2.0) * b),
    ("zeros", lambda a, b: T.zeros_like(a) + b), ("maximum", lambda a, b: T.maximum(a, b)), ("min", lambda a, b: -T.max(-a, axis=0) + b),
    ("sum", lambda a, b: T.sum(a * 2) * b), ("row sums", lambda a, b: T.sum(a / 3, axis=-1, keepdims=True) + b),
    ("mean", lambda a, b: T.mean(-a) - b), ("softmax", lambda a, b: T.exp(T.tanh(a)) / T.exp(T.tanh(a)).sum(axis=-1, keepdims=True)),
    ("sum of shared", lambda a, b: T.sum(a / (1 + T.sum(T.sqr(b), axis=-1, keepdims=True)), axis=-1, keepdims=True) * a),
    ("logsumexp", lambda a, b: T.log(T.sum(T.exp(T.tanh(a)), axis=-1, keepdims=True)) + b),
    ("sum of fill", lambda a, b: T.sum(T.fill(a, T.sum(b, axis=-1, keepdims=True)), axis=-1, keepdims=True) - b),
    ("new dimensions", lambda a, b: (a.dimshuffle(*range(a.ndim), "x") * 2).dimshuffle(*range(a.ndim)) if a.ndim else a),
    ("cast", lambda a, b: T.cast(T.cast(a, "float64"), a.dtype)), ("cancel", lambda a, b: (a * b) / (b * b + 1) * (b * b + 1)),
    ("identity", lambda a, b: T.tensor_copy(a) + 0), ("integer", lambda a, b: a * T.cast(T.round(b), "int8")),
]
PROGRAM = st.lists(st.tuples(st.integers(0, len(STEPS) - 1), st.integers(0, 30), st.integers(0, 30)), min_size=2, max_size=7)
DATA = {"matrix": np.array([[0.5, -1.25, 2.0], [1.5, 0.25, -0.75]]), "vector": np.array([-0.5, 1.0, 0.125]), "scalar": np.array(0.75)}


def _build(program, dtype):
    inputs = [getattr(T, kind)(kind, dtype=dtype) for kind in DATA]
    made = list(inputs)
    for step, i, j in program:
        a, b = (v if v.ndim else v.dimshuffle("x") for v in (made[-1 - i % len(made)], made[-1 - j % len(made)]))
        new = STEPS[step][1](a, b)
        made.append(T.cast(T.tanh(new) if i % 5 == 0 else new, dtype))
    gradients = T.grad(T.sum(made[-1] * 0.5) + T.mean(made[-2]), inputs, disconnected_inputs="ignore")
    return inputs, [made[-1], *gradients]


def _evaluate(inputs, outputs, data, query=None):
    fgraph = FunctionGraph(inputs, outputs, clone=True)
    if query is not None:
        rewrite_graph(fgraph, query)
    return [np.asarray(v) for v in evaluate(fgraph, data)]


@settings(max_examples=150)
@given(PROGRAM, st.sampled_from(["float64", "float32"]))
def test_rewrites_change_nothing_but_rounding(program, dtype):
    inputs, outputs = _build(program, dtype)
    data = [v.astype(dtype) for v in DATA.values()]
    with np.errstate(all="ignore"):
        plain = _evaluate(inputs, outputs, data)
        fast = _evaluate(inputs, outputs, data, OPT_FAST_RUN)
    for name, a, b in zip(["value", *DATA], plain, fast):
        assert a.shape == b.shape and a.dtype == b.dtype, ([STEPS[s][0] for s, _, _ in program], name)
        scale = np.abs(a[np.isfinite(a)]).max(initial=1)
        np.testing.assert_allclose(b, a, rtol=2e-3 if dtype == "float32" else 1e-8, atol=scale * (1e-4 if dtype == "float32" else 1e-9),
                                   err_msg=str(([STEPS[s][0] for s, _, _ in program], name)))
