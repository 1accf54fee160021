"""Sigmoid, its fast approximation, and softplus, on numbers. The tensor functions are in `tensor.nnet`."""
import numpy as np

from theano_compat.scalar.op import row
from theano_compat.scalar.rules import upgrade_to_float
from theano_compat.scalar.special import at_least_float32

_MODULE = "theano.tensor.nnet.sigm"


def _sigmoid(xp, x):
    if xp is not np and x.dtype.kind == "f":
        from jax import lax
        return lax.logistic(x)
    return 1 / (1 + xp.exp(-x))


@at_least_float32
def _ultra_fast_sigmoid(xp, x):
    half = x * 0.5
    size = abs(half)
    # a tanh in three pieces: rational, linear, flat
    z = xp.where(size < 1.7, 1.5 * size / (1 + size),
                 xp.where(size < 3, 0.935409070603099 + 0.0458812946797165 * (size - 1.7),
                          xp.full_like(size, 0.99505475368673)))
    return 0.5 * (xp.where(half >= 0, z, -z) + 1)


@at_least_float32
def _softplus(xp, x):
    return _log1p_up_to_one(xp, xp.exp(-abs(x))) + xp.maximum(x, xp.zeros_like(x))


def _log1p_up_to_one(xp, u):
    """log(1 + u) for u from 0 to 1, as 2 artanh(u / (2 + u)): products and one division, where log1p takes 8 ns a double on a CPU."""
    ratio = u / (u + 2)
    square = ratio * ratio
    # (1/9)**n / (2n+1) is below half a last place
    terms = 8 if u.dtype.itemsize <= 4 else 17
    total = xp.full_like(u, 2 / (2 * terms - 1))
    for k in range(terms - 2, -1, -1):
        total = total * square + 2 / (2 * k + 1)
    return ratio * total


def _sigmoid_gradient(x, gz):
    y = scalar_sigmoid(x)
    return gz * y * (1.0 - y)


ScalarSigmoid, scalar_sigmoid = row("ScalarSigmoid", "scalar_sigmoid", upgrade_to_float, "1 / (1 + exp(-x)).", _sigmoid,
                                    module=_MODULE, derivative=_sigmoid_gradient)
UltraFastScalarSigmoid, ultra_fast_scalar_sigmoid = row(
    "UltraFastScalarSigmoid", "ultra_fast_scalar_sigmoid", upgrade_to_float, "An approximation of sigmoid; no gradient.",
    _ultra_fast_sigmoid, module=_MODULE)
ScalarSoftplus, scalar_softplus = row("ScalarSoftplus", "scalar_softplus", upgrade_to_float, "log(1 + exp(x)).", _softplus,
                                      module=_MODULE, own_gradient=True, derivative=lambda x, gz: gz * scalar_sigmoid(x))
