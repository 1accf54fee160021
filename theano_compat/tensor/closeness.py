"""When two arrays pass as equal: tolerances by dtype, and what may stand where a NaN or Inf stands."""
import sys

import numpy as np

from theano_compat.config import config

_CONTINUOUS = frozenset(["float16", "float32", "float64", "complex64", "complex128"])


def _tolerances(sloppy):
    """Tolerances by the flag `tensor.cmp_sloppy`: 0, 1 or more."""
    if sloppy > 1:
        return dict(float16_atol=1e-2, float16_rtol=5e-2, float32_atol=5e-4, float32_rtol=1e-3, float64_rtol=1e-4, float64_atol=1e-3)
    if sloppy:
        return dict(float16_atol=5e-3, float16_rtol=1e-2, float32_atol=1e-4, float32_rtol=1e-3, float64_rtol=1e-4, float64_atol=1e-3)
    return dict(float16_atol=1e-3, float16_rtol=1e-3, float32_atol=1e-5, float32_rtol=1e-5,
                float64_rtol=1.0000000000000001e-05, float64_atol=1e-8)


globals().update(_tolerances(int(config.tensor.cmp_sloppy)))


def _tolerance(name):
    """A tolerance as it stands now: programs assign `theano.tensor.basic.float32_atol`, which is another module here."""
    for module in ("theano.tensor.basic", "theano_compat.tensor"):
        there = getattr(sys.modules.get(module), "__dict__", {})
        if name in there:
            return there[name]
    return globals()[name]


def _get_atol_rtol(a, b):
    dtypes = {str(a.dtype), str(b.dtype)}
    if "float16" in dtypes:
        width = "float16"
    elif dtypes & {"float32", "complex64"}:
        width = "float32"
    else:
        width = "float64"
    return _tolerance(width + "_atol"), _tolerance(width + "_rtol")


def _allclose(a, b, rtol=None, atol=None):
    a, b = np.asarray(a), np.asarray(b)
    usual_atol, usual_rtol = _get_atol_rtol(a, b)
    return np.allclose(a, b, atol=usual_atol if atol is None else atol, rtol=usual_rtol if rtol is None else rtol)


def values_eq_approx(a, b, allow_remove_inf=False, allow_remove_nan=False, rtol=None, atol=None):
    """Whether two arrays have one shape and dtype and close elements; NaN equals NaN, Inf an Inf of its sign.

    `allow_remove_inf`, `allow_remove_nan`: anything in `b` passes where `a` is Inf, NaN.
    """
    if not (isinstance(a, np.ndarray) and isinstance(b, np.ndarray)) or a.shape != b.shape or a.dtype != b.dtype:
        return False
    if str(a.dtype) not in _CONTINUOUS:
        return np.all(a == b)
    if _allclose(a, b, rtol=rtol, atol=atol):
        return True
    a_missing, a_inf = np.isnan(a), np.isinf(a)
    if not (a_missing.any() or (allow_remove_inf and a_inf.any())):
        return False
    with np.errstate(invalid="ignore"):
        close = np.absolute(a - b) <= 1e-8 + 1.0000000000000001e-05 * np.absolute(b)
    both_missing = a_missing & np.isnan(b)
    both_inf = a_inf & np.isinf(b)
    # inf - inf says nothing: infinities are compared by sign
    close = np.where(both_inf & close, a == b, close)
    both_inf = np.where(both_inf, a == b, both_inf)
    if allow_remove_inf:
        both_inf = both_inf | a_inf
    if allow_remove_nan:
        both_missing = both_missing | a_missing
    return (close | both_missing | both_inf).all()


def values_eq_approx_remove_inf(a, b):
    """values_eq_approx; anything passes for Inf."""
    return values_eq_approx(a, b, True)


def values_eq_approx_remove_nan(a, b):
    """values_eq_approx; anything passes for NaN."""
    return values_eq_approx(a, b, False, True)


def values_eq_approx_remove_inf_nan(a, b):
    """values_eq_approx; anything passes for Inf and NaN."""
    return values_eq_approx(a, b, True, True)


def values_eq_approx_always_true(a, b):
    """True."""
    return True


def check_equal_numpy(x, y):
    """Whether two values are equal: arrays of one dtype and shape to 1e-10, generators by their state."""
    if isinstance(x, np.ndarray) and isinstance(y, np.ndarray):
        return x.dtype == y.dtype and x.shape == y.shape and bool(np.all(abs(x - y) < 1e-10))
    if isinstance(x, np.random.RandomState) and isinstance(y, np.random.RandomState):
        return all(np.all(a == b) for a, b in zip(x.__getstate__().items(), y.__getstate__().items(), strict=True))
    return x == y
