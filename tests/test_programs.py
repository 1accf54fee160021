"""Random programs: node by node, FAST_COMPILE and FAST_RUN agree, and gradients are finite differences.

A program is drawn as a list of steps; each step takes tensors made so far and adds one. The verifier checks on the way that
every node gives what it declares.
"""
import warnings

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from verifier import verify

import theano
import theano.tensor as T
from theano_compat.graph import FunctionGraph

EXAMPLES = settings(max_examples=8, suppress_health_check=list(HealthCheck), print_blob=False)

# Smooth where the values are (they stay within a few units), so that finite differences mean something.
UNARY = {"tanh": T.tanh, "sigmoid": T.nnet.sigmoid, "softplus": T.nnet.softplus, "sin": T.sin, "exp of tanh": lambda a: T.exp(T.tanh(a)),
         "square root": lambda a: T.sqrt(a ** 2 + 1), "log": lambda a: T.log(a ** 2 + 1), "negative": lambda a: -a,
         "abs": lambda a: abs(a + 20),
         "transpose": lambda a: a.T, "turn": lambda a: a[::-1], "cumsum": lambda a: T.cumsum(a, axis=0) * 0.3,
         "softmax": lambda a: T.nnet.softmax(a), "log1p": lambda a: T.log1p(a ** 2), "clip": lambda a: T.clip(a, -50, 50),
         "float32 and back": lambda a: T.cast(T.cast(a, "float32"), "float64") * 0 + a, "scaled": lambda a: a * 0.5 - 1}
BINARY = {"add": T.add, "subtract": T.sub, "multiply": lambda a, b: T.tanh(a) * b, "divide": lambda a, b: a / (b ** 2 + 2),
          "maximum": lambda a, b: T.maximum(a, b + 1e3), "switch": lambda a, b: T.switch(T.gt(a, b), T.tanh(a), b * 0.3)}
REDUCE = {"sum": T.sum, "mean": T.mean, "max": T.max, "variance": T.var,
          "logsumexp": lambda a, axis: T.log(T.sum(T.exp(T.tanh(a)), axis=axis))}


@st.composite
def programs(draw):
    """A function (x, y, i, n) -> list of matrices and vectors, built by drawn steps."""
    steps = draw(st.lists(st.tuples(st.integers(0, 8), st.randoms(use_true_random=False)), min_size=2, max_size=7))

    def build(x, y, i, n):
        made = [x, y]
        for kind, rng in steps:
            matrices = [v for v in made if v.ndim == 2]
            made.append(STEPS[kind](rng, matrices, made, i, n))
        return made[2:]

    return build


def _pick(rng, table):
    return table[rng.choice(sorted(table))]


def _same_width(rng, matrices, *_):
    # all matrices are square parts of one size, rows and columns alike, so that any two fit
    return _pick(rng, BINARY)(rng.choice(matrices), rng.choice(matrices))


def _reduced(rng, matrices, made, i, n):
    a = rng.choice(matrices)
    column = _pick(rng, REDUCE)(a, axis=rng.choice([0, 1]))
    return rng.choice(matrices) + column if rng.random() < 0.7 else column.dimshuffle(0, "x") + rng.choice(matrices)


def _sliced(rng, matrices, made, i, n):
    a = rng.choice(matrices)
    part = rng.choice([lambda: a[i:i + 2], lambda: a[:n], lambda: a[:, i:], lambda: a[i - 1:i + 1, :n], lambda: a[-n:, ::2]])()
    return a + part.sum() * 0.1


def _indexed(rng, matrices, made, i, n):
    a, b = rng.choice(matrices), rng.choice(matrices)
    return rng.choice([lambda: a + b[i], lambda: a * T.tanh(b[i, n - 1]), lambda: b[T.arange(a.shape[0])] - a,
                       lambda: T.set_subtensor(a[i], b[n - 1]), lambda: T.inc_subtensor(a[:n], b[:n]),
                       lambda: T.inc_subtensor(a[:, i], b[n - 1])])()


def _shaped(rng, matrices, made, i, n):
    a, b = rng.choice(matrices), rng.choice(matrices)
    return rng.choice([lambda: T.join(0, a[:n], b[n:]), lambda: T.concatenate([a[:, :i], b[:, i:]], axis=1),
                       lambda: (a.flatten() + b.reshape((-1,))).reshape(a.shape), lambda: T.stack([a, b]).sum(axis=0),
                       lambda: T.alloc(a[0, 0], a.shape[0], b.shape[1]) * b, lambda: a.reshape((a.shape[0], -1))])()


STEPS = {0: lambda rng, matrices, *_: _pick(rng, UNARY)(rng.choice(matrices)), 1: _same_width,
         2: lambda rng, matrices, *_: T.dot(T.tanh(rng.choice(matrices)), rng.choice(matrices)) * 0.3, 3: _reduced, 4: _sliced,
         5: _indexed, 6: _shaped, 7: _same_width, 8: lambda rng, matrices, *_: _pick(rng, UNARY)(rng.choice(matrices))}


def _arguments(seed, size):
    rng = np.random.RandomState(seed)
    return [rng.uniform(-1, 1, (size, size)), rng.uniform(-1, 1, (size, size)), np.asarray(seed % size), np.asarray(1 + seed % size)]


def _function(inputs, outputs, mode):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return theano.function(inputs, outputs, mode=mode, on_unused_input="ignore")


def _agree(inputs, outputs, arguments):
    """Node by node, FAST_COMPILE and FAST_RUN give the same; the verifier looks at every node."""
    reference = verify(FunctionGraph(inputs, outputs), arguments)
    for mode in ("FAST_COMPILE", "FAST_RUN"):
        f = _function(inputs, outputs, mode)
        verify(f.maker.fgraph, arguments)
        for expected, found in zip(reference, f(*arguments)):
            assert found.dtype == expected.dtype and found.shape == expected.shape
            np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


@EXAMPLES
@given(programs(), st.integers(0, 99), st.sampled_from([1, 3]))
def test_all_ways_of_running_a_program_agree(build, seed, size):
    inputs = [T.dmatrix("x"), T.dmatrix("y"), T.lscalar("i"), T.lscalar("n")]
    _agree(inputs, build(*inputs), _arguments(seed, size))


@EXAMPLES
@given(programs(), st.integers(0, 99))
def test_all_ways_of_running_a_gradient_agree(build, seed):
    inputs = [T.dmatrix("x"), T.dmatrix("y"), T.lscalar("i"), T.lscalar("n")]
    cost = sum(v.sum() for v in build(*inputs)[-2:])
    gradients = T.grad(cost, inputs[:2], disconnected_inputs="ignore")
    _agree(inputs, gradients, _arguments(seed, 3))


@EXAMPLES
@given(programs(), st.integers(0, 99))
def test_gradients_are_finite_differences(build, seed):
    x, y, i, n = _arguments(seed, 3)
    theano.gradient.verify_grad(
        lambda a, b: T.tanh(sum(v.sum() for v in build(a, b, T.constant(i), T.constant(n))[-2:]) * 0.01) + (a + b).sum(),
        [x, y], rng=np.random.RandomState(seed), mode="FAST_RUN")


INTEGERS = {"add": T.add, "subtract": T.sub, "multiply": T.mul, "floor": lambda a, b: a // (b * b + 1),
            "remainder": lambda a, b: a % (abs(b) + 1),
            "and": T.and_, "or": T.or_, "compare": lambda a, b: T.switch(a < b, a, b), "true division": lambda a, b: a / (b * b + 1),
            "power": lambda a, b: abs(a) ** 2, "cast": lambda a, b: T.cast(a, "int8") + T.cast(b, "float32"),
            "sum": lambda a, b: a.sum() + b,
            "mean": lambda a, b: a.mean() + b, "argmax": lambda a, b: T.argmax(a) + b, "equal": lambda a, b: T.eq(a, b) + a}


@EXAMPLES
@given(st.lists(st.tuples(st.sampled_from(sorted(INTEGERS)), st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=6),
       st.lists(st.sampled_from(["int8", "int16", "int32", "int64", "uint8", "float32", "float64"]), min_size=2, max_size=2),
       st.integers(0, 99))
def test_programs_of_all_dtypes_agree(steps, dtypes, seed):
    inputs = [T.vector(dtype=d) for d in dtypes]
    made = list(inputs)
    for name, first, second in steps:
        a, b = made[first % len(made)], made[second % len(made)]
        if name in ("and", "or"):
            a, b = T.cast(a, "int32"), T.cast(b, "int32")
        made.append(INTEGERS[name](a, b))
    rng = np.random.RandomState(seed)
    outputs = [v for v in made[2:] if v.dtype.startswith(("int", "uint", "bool"))] or [T.cast(made[-1], "float64")]
    _agree(inputs, outputs, [rng.randint(0, 9, 4).astype(d) for d in dtypes])


@pytest.mark.parametrize("lie", ["dtype", "rank"])
def test_the_verifier_finds_a_node_that_lies(lie):
    class Lying(theano.Op):
        __props__ = ()

        def make_node(self, x):
            return theano.Apply(self, [x], [T.fvector() if lie == "dtype" else T.dmatrix()])

        def lower(self, node, x):
            return x

    x = T.dvector()
    with pytest.raises(AssertionError, match="Lying"):
        verify(FunctionGraph([x], [Lying()(x)]), [np.ones(3)])
