"""numeric_grad and verify_grad find a wrong gradient and accept a right one."""
import numpy as np
import pytest

import theano
import theano.tensor as T
from theano import gradient


def _rng():
    return np.random.RandomState(1234)


class Cube(theano.Op):
    """x ** 3 in Python, with a gradient `factor` times too large."""

    __props__ = ("factor",)

    def __init__(self, factor):
        self.factor = factor

    def make_node(self, x):
        x = T.as_tensor_variable(x)
        return theano.Apply(self, [x], [x.type()])

    def perform(self, node, inputs, outputs):
        outputs[0][0] = inputs[0] ** 3

    def grad(self, inputs, output_grads):
        return [self.factor * 3 * inputs[0] ** 2 * output_grads[0]]


def test_numeric_grad_of_one_array_and_of_several():
    g = gradient.numeric_grad(lambda x: (x ** 2).sum(), np.array([1.0, -2.0]))
    np.testing.assert_allclose(g.gf, [2, -4], atol=1e-5)
    g = gradient.numeric_grad(lambda x, y: (x * y).sum(), [np.array([[1.0, 2.0]]), np.array([[3.0, -4.0]])])
    np.testing.assert_allclose(g.gf[0], [[3, -4]], atol=1e-5)
    np.testing.assert_allclose(g.gf[1], [[1, 2]], atol=1e-5)


def test_numeric_grad_works_in_the_most_precise_dtype_and_takes_the_widest_step():
    g = gradient.numeric_grad(lambda x, y: (x * y).sum(), [np.ones(2, "float32"), np.ones(2, "float64")])
    assert g.gf[0].dtype == g.gf[1].dtype == "float64"
    assert gradient.numeric_grad.type_eps["float32"] == gradient.numeric_grad.type_eps[np.dtype("float32")] == 3e-4


def test_max_err_finds_the_worst_place():
    g = gradient.numeric_grad(lambda x, y: (x * y).sum(), [np.ones(3), np.full(3, 2.0)])
    arg, position, absolute, relative = g.max_err([np.full(3, 2.0), np.array([1.0, 1.0, 1.5])], 1e-4, 1e-4)
    assert (arg, position) == (1, 2)
    assert absolute == pytest.approx(0.5, abs=1e-5)
    assert relative == pytest.approx(0.2, abs=1e-5)
    with pytest.raises(ValueError, match="wrong number of elements"):
        g.max_err([np.ones(3)], 1, 1)
    with pytest.raises(ValueError, match="wrong shape"):
        g.max_err([np.ones(3), np.ones(4)], 1, 1)
    with pytest.raises(ValueError, match="not finite"):
        g.max_err([np.ones(3), np.full(3, np.nan)], 1, 1)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_verify_grad_accepts_right_gradients(dtype):
    point = np.array([[0.5, 1.5], [-0.25, 2.0]], dtype)
    gradient.verify_grad(lambda x, y: T.dot(T.tanh(x), y) ** 2, [point, point + 1], rng=_rng())
    T.verify_grad(T.exp, (point,), rng=_rng(), n_tests=1, eps=1e-3 if dtype == "float32" else None)


def test_verify_grad_takes_ops_in_python():
    gradient.verify_grad(Cube(1), [np.array([0.5, 1.5])], rng=_rng())


def test_verify_grad_rejects_a_wrong_gradient_and_says_where():
    with pytest.raises(gradient.GradientError) as caught:
        gradient.verify_grad(Cube(2), [np.array([0.5, 1.5])], rng=_rng())
    error = caught.value
    assert error.arg == 0
    assert error.val1 == pytest.approx(2 * error.val2, rel=1e-3)
    text = str(error)
    assert text.startswith("GradientError: numeric gradient and analytic gradient exceed tolerance:\n        At position ")
    assert "The value of eps is:" in text
    assert gradient.verify_grad.E_grad is gradient.GradientError


def test_verify_grad_accepts_what_the_tolerances_allow():
    gradient.verify_grad(Cube(1.001), [np.array([0.5, 1.5])], rng=_rng(), abs_tol=0.1, rel_tol=0.1)


def test_verify_grad_refuses_several_outputs():
    with pytest.raises(NotImplementedError):
        gradient.verify_grad(lambda x: [x, x], [np.ones(2)], rng=_rng())
