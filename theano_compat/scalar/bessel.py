"""Bessel functions. Of the first kind and orders 0 and 1 in JAX; of real order through SciPy, on the host.

`jv` and `iv` have no form that XLA computes well for all orders and arguments, so an expression with them takes a step in
Python; so do the gradients of `j1` and `i1`, in which Theano writes `jv(2, x)` and `iv(2, x)`.
"""
import math

import numpy as np

from theano_compat.graph.null_type import grad_not_implemented
from theano_compat.graph.utils import legacy_name
from theano_compat.scalar.op import BinaryScalarOp, row
from theano_compat.scalar.rules import upgrade_to_float
from theano_compat.scalar.special import by_jax, in_double

# Chebyshev coefficients, fitted: J0(x) and J1(x) / x on [0, 8] in x**2 / 32 - 1; beyond that the slowly varying P and x*Q
# of J = sqrt(2 / (pi x)) (P cos(chi) - Q sin(chi)), chi = x - pi/4 or x - 3pi/4, in 2 (8 / x)**2 - 1.
_J0_SMALL = (
    0.15772797147489012, -0.0087234423528522505, 0.2651786132033368, -0.37009499387264988, 0.15806710233209734,
    -0.034893769411408961, 0.0048191800694677338, -0.00046062616620640493, 3.2460328821154371e-05,
    -1.7619469078537091e-06, 7.6081636072143632e-08, -2.679253601275018e-09, 7.8487092847476853e-11,
    -1.9438858747016263e-12, 4.1313653357126781e-14, -8.0297621066805817e-16,
)
_J1_SMALL = (
    0.081044846325658143, -0.14897514506765208, 0.16099926235720974, -0.082680491766817951, 0.022213639654966054,
    -0.0036469406007693067, 0.00040503377283553787, -3.2555548668623328e-05, 1.9858774050582911e-06,
    -9.5219847632730742e-08, 3.6871338323794605e-09, -1.1780272587349943e-10, 3.1602105675723695e-12,
    -7.225485635006858e-14, 1.446734116083476e-15,
)
_J0_P = (
    0.99946034934751871, -0.00053652204681301353, 3.0751847876944596e-06, -5.1705945440190766e-08,
    1.6306465719723962e-09, -7.8640941211421141e-11, 5.1683892963322189e-12, -4.3049903775389117e-13,
    4.3540963259301489e-14, -5.0585840026826315e-15, 1.02638790008146e-15,
)
_J0_Q = (
    -0.124446836842698, 0.00054708159541177418, -5.9315987284052525e-06, 1.4377965517852408e-07,
    -5.8175295902543559e-09, 3.3760700515415445e-10, -2.5654034306951328e-11, 2.4085918698289497e-12,
    -2.7007017144024134e-13, 3.4321978476650121e-14, -4.3014454962533877e-15,
)
_J1_P = (
    1.0009030408600139, 0.00089898983308591373, -3.9872843003756982e-06, 6.1776339614766252e-08,
    -1.8718906307346108e-09, 8.8168979005063809e-11, -5.704743555801219e-12, 4.6992589192419726e-13,
    -4.6571964157692781e-14, 5.4308503754623997e-15, -3.7359992647981812e-16,
)
_J1_Q = (
    0.37422229655628558, -0.00077021788393524175, 7.3108922056084409e-06, -1.6767824778845789e-07,
    6.5833508513831331e-09, -3.7490655804140886e-10, 2.8122330534360081e-11, -2.6147312731809519e-12,
    2.9126963936978207e-13, -3.7562674448827572e-14, 4.0515385438789559e-15,
)


def _chebyshev(xp, coefficients, u):
    """The series at `u` by Clenshaw's recurrence."""
    a = b = xp.zeros_like(u)
    for c in coefficients[:0:-1]:
        a, b = 2 * u * a - b + c, a
    return u * a - b + coefficients[0]


def _bessel(xp, x, small, far_p, far_q, order):
    size = abs(x)
    near = size <= 8
    t = xp.where(near, size, xp.zeros_like(size))
    inner = _chebyshev(xp, small, t * t / 32 - 1)
    z = xp.where(near | (size == np.inf), xp.full_like(size, 8), size)
    u = 2 * (8 / z) ** 2 - 1
    p, q = _chebyshev(xp, far_p, u), _chebyshev(xp, far_q, u) / z
    c, s = xp.cos(z), xp.sin(z)
    # cos and sin of chi, times sqrt(2), without the rounding of x - pi/4
    cos_chi, sin_chi = (c + s, s - c) if order == 0 else (s - c, -(s + c))
    outer = (p * cos_chi - q * sin_chi) / xp.sqrt(z) / math.sqrt(math.pi)
    outer = xp.where(size == np.inf, xp.zeros_like(size), outer)
    if order == 0:
        return xp.where(near, inner, xp.where(xp.isnan(x), x, outer))
    return xp.where(near, x * inner, xp.where(xp.isnan(x), x, xp.sign(x) * outer))


@in_double
def _j0(xp, x):
    return _bessel(xp, x, _J0_SMALL, _J0_P, _J0_Q, 0)


@in_double
def _j1(xp, x):
    return _bessel(xp, x, _J1_SMALL, _J1_P, _J1_Q, 1)


@in_double
def _i0(jnp, x):
    from jax.scipy.special import i0
    return i0(x)


@in_double
def _i1(jnp, x):
    from jax.scipy.special import i1
    return i1(x)


def _row(class_name, name, doc, meaning, derivative, **stated):
    return row(class_name, name, upgrade_to_float, doc, meaning, module="theano.scalar.basic_scipy", complex_derivative=True,
               derivative=derivative, nfunc_spec=("scipy.special." + name, 1, 1), **stated)


J1, j1 = _row("J1", "j1", "Bessel function of the first kind of order 1.", _j1,
              lambda x, gz: gz * (j0(x) - jv(2, x)) / 2.)
J0, j0 = _row("J0", "j0", "Bessel function of the first kind of order 0.", _j0, lambda x, gz: gz * -1 * j1(x))
I1, i1 = _row("I1", "i1", "Modified Bessel function of the first kind of order 1.", _i1,
              lambda x, gz: gz * (i0(x) + iv(2, x)) / 2., host_meaning=by_jax(_i1))
I0, i0 = _row("I0", "i0", "Modified Bessel function of the first kind of order 0.", _i0, lambda x, gz: gz * i1(x),
              host_meaning=by_jax(_i0), own_gradient=True)


class _OfRealOrder(BinaryScalarOp):
    """A SciPy function of order and argument. Raises ImportError where SciPy is not installed."""

    scipy_name = None

    def host_elementwise(self, out_dtype, v, x):
        with np.errstate(all="ignore"):
            return np.asarray(self.impl(v.astype(out_dtype), x.astype(out_dtype))).astype(out_dtype)

    def impl(self, v, x):
        try:
            import scipy.special
        except ImportError:
            raise ImportError("theano.tensor.%s needs SciPy: pip install scipy" % self.scipy_name) from None
        return getattr(scipy.special, self.scipy_name)(v, x)


@legacy_name("theano.scalar.basic_scipy")
class Jv(_OfRealOrder):
    """Bessel function of the first kind of real order v."""

    scipy_name = "jv"
    nfunc_spec = ("scipy.special.jv", 2, 1)

    def grad(self, inputs, grads):
        (v, x), (gz,) = inputs, grads
        return [grad_not_implemented(self, 0, v), gz * (jv(v - 1, x) - jv(v + 1, x)) / 2.]


@legacy_name("theano.scalar.basic_scipy")
class Iv(_OfRealOrder):
    """Modified Bessel function of the first kind of real order v."""

    scipy_name = "iv"
    nfunc_spec = ("scipy.special.iv", 2, 1)

    def grad(self, inputs, grads):
        (v, x), (gz,) = inputs, grads
        return [grad_not_implemented(self, 0, v), gz * (iv(v - 1, x) + iv(v + 1, x)) / 2.]


jv = Jv(upgrade_to_float, name="jv")
iv = Iv(upgrade_to_float, name="iv")
