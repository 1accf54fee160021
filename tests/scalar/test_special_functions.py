"""Special functions where the formulas of XLA lose digits: against SciPy."""
import numpy as np
import pytest

import theano
import theano.tensor as T

special = pytest.importorskip("scipy.special")


def test_erfinv_has_all_digits_near_one():
    x = T.dvector()
    values = np.concatenate([np.tanh(np.random.RandomState(0).uniform(-18, 18, 500)), [0.5, 1e-10, 1, -1, 0, 1.5, np.nan]])
    np.testing.assert_allclose(theano.function([x], T.erfinv(x))(values), special.erfinv(values), rtol=2e-15)


def test_tri_gamma_of_infinity_is_zero():
    x = T.dvector()
    values = np.array([np.inf, 1e300, 5.0, 0.25])
    np.testing.assert_allclose(theano.function([x], T.grad(T.psi(x).sum(), x))(values), special.polygamma(1, values), rtol=1e-14)


@pytest.mark.parametrize("floatX", ["float32", "float64"])
def test_least_squares_gives_what_it_declares(floatX):
    with theano.configparser.change_flags(floatX=floatX):
        for dtype in ("float32", "float64"):
            m = T.matrix(dtype=dtype)
            node = theano.tensor.nlinalg.lstsq()(m, m, -1)
            found = theano.function([m], node)(np.eye(2, dtype=dtype) * 2)
            assert [v.dtype for v in node] == [floatX, "float64", "int64", "float64"]
            assert [v.dtype for v in found] == [floatX, "float64", "int32", "float64"]  # the rank is NumPy's own, as in Theano
            np.testing.assert_allclose(found[0], np.eye(2))
