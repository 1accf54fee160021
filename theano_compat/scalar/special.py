"""Error functions, gamma functions and x log x. Bessel functions are in `bessel`, sigmoid and softplus in `sigmoid`.

Real numbers only: a complex gamma or error function raises NotImplementedError when it is compiled. Where Theano's C code
and SciPy differ (psi and tri_gamma of x <= 0, for which C answered 0; gammau of large k) the result is SciPy's.
"""
import functools
import math

import numpy as np

from theano_compat.scalar.explog import exp, log
from theano_compat.scalar.op import BinaryScalarOp, row
from theano_compat.scalar.rules import upgrade_to_float, upgrade_to_float64, upgrade_to_float_no_complex
from theano_compat.scalar.types import constant, upcast


def at_least_float32(meaning):
    """A meaning computed in float32 for float16. Raises NotImplementedError for complex numbers."""

    @functools.wraps(meaning)
    def wide(xp, *arrays):
        if arrays[0].dtype.kind == "c":
            raise NotImplementedError("%s of complex numbers" % meaning.__name__.strip("_"))
        if arrays[0].dtype == "float16":
            return meaning(xp, *[x.astype("float32") for x in arrays])
        return meaning(xp, *arrays)

    return wide


def in_double(meaning):
    """A meaning computed in float64 for smaller floats, as C's functions of doubles did for Theano: their float32 results
    are rounded once, where a float32 computation loses digits. Raises NotImplementedError for complex numbers.
    """
    wide = at_least_float32(meaning)

    @functools.wraps(meaning)
    def double(xp, *arrays):
        return wide(xp, *[x.astype("float64") if x.dtype.kind == "f" else x for x in arrays])

    return double


def by_jax(meaning):
    """The host twin of a meaning that NumPy cannot say: JAX, run at once."""

    def host(np_, *arrays):
        import jax
        import jax.numpy as jnp
        with jax.enable_x64(True), jax.ensure_compile_time_eval():
            return np.array(meaning(jnp, *[jnp.asarray(x) for x in arrays]))

    return host


def _special(class_name, name, doc, meaning, rule=upgrade_to_float, precision=at_least_float32, **stated):
    meaning = precision(meaning)
    stated.setdefault("nfunc_spec", ("scipy.special." + name, 2 if "base" in stated else 1, 1))
    return row(class_name, name, rule, doc, meaning, module="theano.scalar.basic_scipy", host_meaning=by_jax(meaning), **stated)


# ---- error functions ------------------------------------------------------------------------------------------------

def _factor(value, x, gz):
    return constant(value, dtype=upcast(x.type.dtype, gz.type.dtype))


_2_SQRT_PI = 2. / np.sqrt(np.pi)
_SQRT_PI_2 = np.sqrt(np.pi) / 2.


def _erf(jnp, x):
    from jax.scipy.special import erf
    return erf(x)


def _erfc(jnp, x):
    from jax.scipy.special import erfc
    return erfc(x)


def _erfcx(jnp, x):
    from jax.scipy.special import erfc
    # From here on the asymptotic series, before that the definition: neither factor leaves its range.
    far, terms = (5, 7) if x.dtype == "float32" else (10, 14)
    z = jnp.where(x > far, x, jnp.full_like(x, far))
    series = jnp.ones_like(x)
    for k in range(terms, 0, -1):
        series = 1 - series * (2 * k - 1) / (2 * z * z)
    near = jnp.where(x > far, jnp.zeros_like(x), x)
    return jnp.where(x > far, series / (z * math.sqrt(math.pi)), jnp.exp(near * near) * erfc(near))


def _erfinv(jnp, x):
    from jax.scipy.special import erfc, erfinv
    found = erfinv(x)
    if x.dtype != "float64":
        return found
    # XLA takes the logarithm of 1 - x * x, which has half of its digits near one: a step of Newton's by the exact 1 - |x| gives the rest
    y = abs(found)
    step = (erfc(y) - (1 - abs(x))) * _SQRT_PI_2 * jnp.exp(y * y)
    return jnp.where(abs(x) < 0.5, found, jnp.where(abs(x) < 1, jnp.copysign(y + step, x), found))


def _erfcinv(jnp, x):
    from jax.scipy.special import ndtri
    # not erfinv(1 - x), which knows nothing of a small x
    inside = (x >= 0) & (x <= 2)
    return jnp.where(inside, -ndtri(jnp.where(inside, x, jnp.ones_like(x)) / 2) / math.sqrt(2), jnp.full_like(x, jnp.nan))


Erf, erf = _special("Erf", "erf", "Error function.", _erf,
                    derivative=lambda x, gz: gz * _factor(_2_SQRT_PI, x, gz) * exp(-x * x))
Erfc, erfc = _special("Erfc", "erfc", "1 - erf(x), exact where that is small.", _erfc, upgrade_to_float_no_complex,
                      derivative=lambda x, gz: -gz * _factor(_2_SQRT_PI, x, gz) * exp(-x * x))
Erfcx, erfcx = _special("Erfcx", "erfcx", "exp(x ** 2) * erfc(x), for large x.", _erfcx, upgrade_to_float_no_complex,
                        derivative=lambda x, gz: gz * (_factor(-_2_SQRT_PI, x, gz) + (2. * x) * erfcx(x)))
Erfinv, erfinv = _special("Erfinv", "erfinv", "Inverse of erf.", _erfinv, upgrade_to_float_no_complex, own_gradient=True,
                          derivative=lambda x, gz: gz * _factor(_SQRT_PI_2, x, gz) * exp(erfinv(x) ** 2))
Erfcinv, erfcinv = _special("Erfcinv", "erfcinv", "Inverse of erfc.", _erfcinv, upgrade_to_float_no_complex, own_gradient=True,
                            derivative=lambda x, gz: -gz * _factor(_SQRT_PI_2, x, gz) * exp(erfcinv(x) ** 2))

# ---- gamma functions ------------------------------------------------------------------------------------------------

def _gamma(jnp, x):
    from jax.scipy.special import gamma
    return gamma(x)


def _gammaln(jnp, x):
    from jax.scipy.special import gammaln
    return gammaln(x)


def _psi(jnp, x):
    from jax.scipy.special import digamma
    return jnp.where(x == 0, jnp.copysign(jnp.full_like(x, jnp.inf), -x), digamma(x))


def _tri_gamma(jnp, x):
    from jax.scipy.special import zeta
    # the reflection formula below one half
    left = x < 0.5
    y = jnp.where(left, 1 - x, x)
    # 1 / y + 1 / (2 y**2) + ...; far out the squares overflow
    right = jnp.where(y > 1e17, 1 / y, zeta(jnp.full_like(y, 2), y))
    # sin(pi x) by the distance to the next whole number, without which it has no digits near one
    nearest = jnp.where(left, x - jnp.round(x), jnp.full_like(x, 0.5))
    return jnp.where(left, (math.pi / jnp.sin(math.pi * nearest)) ** 2 - right, right)


def _gammainc(jnp, k, x):
    from jax.scipy.special import gammainc
    return gammainc(k, x)


def _gammaincc(jnp, k, x):
    from jax.scipy.special import gammaincc
    return gammaincc(k, x)


def _gammau(jnp, k, x):
    return _gammaincc(jnp, k, x) * _gamma(jnp, k)


def _gammal(jnp, k, x):
    return _gammainc(jnp, k, x) * _gamma(jnp, k)


def _chi2sf(jnp, x, k):
    tail = jnp.where(x <= 0, jnp.ones_like(x), _gammaincc(jnp, k / 2, jnp.where(x <= 0, jnp.ones_like(x), x) / 2))
    return jnp.where(k > 0, tail, jnp.full_like(x, jnp.nan))


def _no_second_derivative(self, inputs, outputs_gradients):
    raise NotImplementedError()


Gamma, gamma = _special("Gamma", "gamma", "Gamma function.", _gamma, precision=in_double,
                        derivative=lambda x, gz: gz * gamma(x) * psi(x))
GammaLn, gammaln = _special("GammaLn", "gammaln", "Logarithm of the absolute value of gamma.", _gammaln,
                            precision=in_double, derivative=lambda x, gz: gz * psi(x))
Psi, psi = _special("Psi", "psi", "Derivative of gammaln.", _psi, precision=in_double,
                    derivative=lambda x, gz: gz * tri_gamma(x))
TriGamma, tri_gamma = _special("TriGamma", "tri_gamma", "Second derivative of gammaln.", _tri_gamma, nfunc_spec=None,
                               precision=in_double, grad=_no_second_derivative)


class _ByClass:
    """Equality by class alone, as Theano wrote it for these: an in-place copy is the same op."""

    def __eq__(self, other):
        return type(self) is type(other)

    def __hash__(self):
        return hash(type(self))


class _OfTwo(_ByClass, BinaryScalarOp):
    pass


Chi2SF, chi2sf = _special("Chi2SF", "chi2sf", "Survival function of the chi squared distribution: of x, with k degrees.",
                          _chi2sf, upgrade_to_float64, base=_OfTwo, nfunc_spec=("scipy.stats.chi2.sf", 2, 1))
GammaInc, gammainc = _special("GammaInc", "gammainc", "Regularized lower incomplete gamma function of k and x.", _gammainc,
                              base=_OfTwo, precision=in_double)
GammaIncC, gammaincc = _special("GammaIncC", "gammaincc", "Regularized upper incomplete gamma function of k and x.",
                                _gammaincc, base=_OfTwo, precision=in_double)
GammaU, gammau = _special("GammaU", "gammau", "Upper incomplete gamma function of k and x.", _gammau, base=_OfTwo,
                          precision=in_double, nfunc_spec=None)
GammaL, gammal = _special("GammaL", "gammal", "Lower incomplete gamma function of k and x.", _gammal, base=_OfTwo,
                          precision=in_double, nfunc_spec=None)

# ---- x log x --------------------------------------------------------------------------------------------------------

def _xlogx(xp, x):
    return _xlogy0(xp, x, x)


def _xlogy0(xp, x, y):
    zero = x == 0
    return xp.where(zero, xp.zeros_like(x), x * xp.log(xp.where(zero, xp.ones_like(y), y)))


XlogX, scalar_xlogx = row("XlogX", "scalar_xlogx", upgrade_to_float, "x * log(x), 0 at 0.", _xlogx,
                          module="theano.tensor.xlogx", complex_derivative=True, own_gradient=True,
                          derivative=lambda x, gz: gz * (1 + log(x)))
XlogY0, scalar_xlogy0 = row("XlogY0", "scalar_xlogy0", upgrade_to_float, "x * log(y), 0 where x is.", _xlogy0,
                            base=BinaryScalarOp, module="theano.tensor.xlogx", complex_derivative=True, own_gradient=True,
                            derivative=lambda x, y, gz: (gz * log(y), gz * x / y))
