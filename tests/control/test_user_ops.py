"""Ops that users write do what they did in real Theano 1.0.5: results, printed text, errors (tests/golden/user_ops.json)."""
import json
import runpy
from pathlib import Path

import numpy as np
import pytest

import theano
import theano.tensor as T
from theano_compat import explain

GOLDEN = Path(__file__).parents[1] / "golden"
RECORDED = json.loads((GOLDEN / "user_ops.json").read_text())["programs"]
TABLE = runpy.run_path(str(GOLDEN / "record_user_ops.py"), run_name="record_user_ops")


def test_every_program_is_recorded():
    assert set(TABLE["PROGRAMS"]) == set(RECORDED)


@pytest.mark.parametrize("name", TABLE["PROGRAMS"])
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_user_op(name):
    assert json.loads(json.dumps(TABLE["run"](name))) == RECORDED[name]


class OnlyC(theano.Op):
    """An op without meaning in Python."""

    __props__ = ()

    def make_node(self, x):
        return theano.Apply(self, [x], [x.type()])

    def c_code(self, node, name, inputs, outputs, sub):
        """Something in C."""
        return ""


def test_an_op_of_c_code_alone_is_refused_when_the_function_is_made():
    x = T.dvector("x")
    with pytest.raises(theano.gof.utils.MethodNotDefined, match="OnlyC.*no C compiler.*def perform.*def lower"):
        theano.function([x], OnlyC()(x))


def test_an_op_of_c_code_alone_is_refused_within_a_loop():
    X = T.dmatrix("X")
    rows, _ = theano.scan(lambda v: OnlyC()(v), sequences=X)
    with pytest.raises(theano.gof.utils.MethodNotDefined, match="def perform"):
        theano.function([X], rows)(np.ones((2, 2)))


class Swish(theano.Op):
    """x * sigmoid(x), in JAX alone."""

    __props__ = ("beta",)

    def __init__(self, beta=1.0):
        self.beta = beta

    def make_node(self, x):
        x = T.as_tensor_variable(x)
        return theano.Apply(self, [x], [x.type()])

    def lower(self, node, x):
        import jax
        return x * jax.nn.sigmoid(self.beta * x)


def test_an_op_in_jax_joins_the_program_and_has_every_derivative():
    x, v = T.dvector("x"), T.dvector("v")
    y = Swish(2.0)(x)
    g = T.grad(y.sum(), x)
    f = theano.function([x, v], [y, g, T.Rop(y, x, v), T.grad(g.sum(), x)])
    at = np.array([0.5, -1.0])
    sig = 1 / (1 + np.exp(-2 * at))
    slope = sig + at * 2 * sig * (1 - sig)
    value, gradient, forward, _ = f(at, at)
    np.testing.assert_allclose(value, at * sig)
    np.testing.assert_allclose(gradient, slope)
    np.testing.assert_allclose(forward, slope * at)
    assert len(explain(f).steps) == 1
    theano.gradient.verify_grad(lambda z: T.grad(Swish()(z).sum(), z), [at], rng=np.random.RandomState(1))


class Vandal(theano.Op):
    """x + 1, by an op that overwrites its input without saying so, and keeps it."""

    __props__ = ()
    kept = []

    def make_node(self, x):
        return theano.Apply(self, [x], [x.type()])

    def perform(self, node, inputs, output_storage):
        output_storage[0][0] = inputs[0] + 1
        inputs[0][...] = 99
        self.kept.append(inputs[0])


def test_an_op_may_overwrite_and_keep_what_it_is_given():
    x, given = T.dvector("x"), np.array([1.0, 2.0])
    state = theano.shared(given)
    vandal = Vandal()
    outputs = [vandal(x), x + 0, vandal(x * 2), x * 2, vandal(state), vandal(vandal(x)), vandal(T.constant(given) * 1)]
    f = theano.function([x], outputs, updates=[(state, state + 1)])
    for shift in (0, 1):
        expected = [given + 1, given, given * 2 + 1, given * 2, given + shift + 1, given + 2, given + 1]
        for value, wanted in zip(f(given), expected, strict=True):
            np.testing.assert_array_equal(value, wanted)
    assert given.tolist() == [1.0, 2.0]
    assert all((kept == 99).all() for kept in Vandal.kept)


class Doubled(theano.Op):
    """Twice as many rows as `x` has numbers, of three ones; notes when it runs."""

    __props__ = ("fails",)
    runs = []

    def __init__(self, fails=None):
        self.fails = fails

    def make_node(self, x):
        return theano.Apply(self, [x], [T.dmatrix()])

    def perform(self, node, inputs, output_storage):
        self.runs.append(1)
        output_storage[0][0] = np.ones((2 * inputs[0].shape[0], 3))

    def infer_shape(self, node, shapes):
        """The shape, unless it fails."""
        if self.fails is not None:
            raise self.fails("no shape")
        return [(shapes[0][0] * 2, 3)]


def test_an_op_that_infers_its_shape_does_not_run_for_it():
    x = T.dvector("x")
    y = Doubled()(x)
    Doubled.runs[:] = []
    f = theano.function([x], [y.shape, y.shape[0], y.size, T.arange(y.shape[0]), T.zeros(y.shape)])
    found = f([1.0, 2.0])
    assert [v.tolist() for v in found[:4]] == [[4, 3], 4, 12, [0, 1, 2, 3]] and found[4].shape == (4, 3)
    assert not Doubled.runs
    assert theano.function([x], [y.sum(), y.shape[1]])([1.0]) == [6.0, 3] and len(Doubled.runs) == 1


def test_an_op_that_fails_to_infer_its_shape_runs(caplog):
    x = T.dvector("x")
    for fails in (T.ShapeError, NotImplementedError, RuntimeError):
        Doubled.runs[:] = []
        assert theano.function([x], Doubled(fails)(x).shape)([1.0]).tolist() == [2, 3] and Doubled.runs
    assert "Failed to infer_shape from Op Doubled{fails=" in caplog.text
    with theano.configparser.change_flags(on_shape_error="raise"), pytest.raises(RuntimeError, match="no shape"):
        theano.function([x], Doubled(RuntimeError)(x).shape)


class Moved(theano.Op):
    """A square; `by_python`: whether its R_op needs Python, too."""

    __props__ = ("by_python",)

    def __init__(self, by_python):
        self.by_python = by_python

    def make_node(self, v):
        return theano.Apply(self, [v], [v.type()])

    def perform(self, node, inputs, outputs):
        outputs[0][0] = inputs[0] ** 2

    def R_op(self, inputs, eval_points):
        v, d = inputs[0], eval_points[0]
        return [None if d is None else d * (self(v + 1) - self(v) - 1) if self.by_python else 2 * v * d]


@pytest.mark.parametrize("by_python", [False, True])
def test_a_loops_direction_goes_through_an_ops_own_R_op(by_python):
    """Values of the real Theano 1.0.5."""
    v, w = T.dvector("v"), T.dvector("w")
    rows, _ = theano.scan(lambda h: Moved(by_python)(h * .5) + v, outputs_info=v, n_steps=3)
    f = theano.function([v], T.Rop(rows, v, T.ones_like(v)))
    np.testing.assert_allclose(f([1., 2.]), [[1.5, 2], [1.9375, 4], [2.34716796875, 9.5]])
    # a sequence that no direction reaches stands still
    rows, _ = theano.scan(lambda e: e * Moved(by_python)(v), sequences=T.arange(3.))
    f = theano.function([v, w], T.Rop(rows, v, w))
    np.testing.assert_allclose(f([1., 2.], [1., 10.]), [[0, 0], [2, 40], [4, 80]])


def test_a_loops_direction_needs_an_R_op_of_each_op_in_python():
    v = T.dvector("v")

    class Silent(Moved):
        R_op = property()

    rows, _ = theano.scan(lambda h: Silent(False)(h), outputs_info=v, n_steps=2)
    with pytest.raises(NotImplementedError, match="Silent.* does not implement R_op"):
        T.Rop(rows, v, T.ones_like(v))


def test_a_loops_gradient_needs_that_of_each_op_in_python():
    """It counted as zero. Theano's error, wherever the op stands between what is differentiated and what it is differentiated by."""
    v, w = T.dvector("v"), T.dvector("w")
    op = Moved(False)
    with pytest.raises(AttributeError, match="'Moved' object has no attribute 'grad'"):
        T.grad(op(v).sum(), v)
    for step, states in [(lambda h: op(h), v), (lambda h: op(h * 2) * h, v), (lambda e: e * op(w), None), (lambda h, w: h * op(w), v)]:
        sequences = v if states is None else None
        rows, _ = theano.scan(step, sequences=sequences, outputs_info=states, non_sequences=w if "w" in step.__code__.co_varnames else None,
                              n_steps=2)
        with pytest.raises(AttributeError, match="'Moved' object has no attribute 'grad'"):
            T.grad(rows.sum(), v)
    # what only decides when the loop ends is not differentiated
    rows, _ = theano.scan(lambda h: (h * 2, theano.scan_module.until(op(h).sum() > 20)), outputs_info=v, n_steps=9)
    np.testing.assert_array_equal(theano.function([v], T.grad(rows.sum(), v))([1., 2.]), [2 + 4 + 8, 2 + 4 + 8])
