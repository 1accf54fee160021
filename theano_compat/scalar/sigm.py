"""Sigmoid, softplus and their cheap cousins. The tensor functions are in `tensor.nnet.sigm`."""
from theano_compat.scalar.explog import log
from theano_compat.scalar.op import row
from theano_compat.scalar.rules import upgrade_to_float

__all__ = ["ScalarSigmoid", "ScalarSoftplus", "UltraFastScalarSigmoid", "XlogX", "scalar_sigmoid", "scalar_softplus",
           "ultra_fast_scalar_sigmoid", "xlogx"]
_MODULE = "theano.tensor.nnet.sigm"


def _sigmoid(xp, x):
    # of a negative number the exponential cannot overflow
    e = xp.exp(-xp.abs(x))
    return xp.where(x >= 0, 1 / (1 + e), e / (1 + e))


def _ultra_fast(xp, x):
    half = 0.5 * x
    a = xp.abs(half)
    z = xp.where(a < 1.7, 1.5 * a / (1 + a), xp.where(a < 3, 0.935409070603099 + 0.0458812946797165 * (a - 1.7), 0.99505475368673))
    return 0.5 * (xp.where(half < 0, -z, z) + 1)


def _softplus(xp, x):
    # exp and log1p on the side where both are stable; several times faster than logaddexp
    return xp.maximum(x, 0) + xp.log1p(xp.exp(-xp.abs(x)))


def _sigmoid_derivative(x, gz):
    y = scalar_sigmoid(x)
    return gz * y * (1.0 - y)


ScalarSigmoid, scalar_sigmoid = row("ScalarSigmoid", "scalar_sigmoid", upgrade_to_float, "1 / (1 + exp(-x)).", _sigmoid,
                                    module=_MODULE, derivative=_sigmoid_derivative)
UltraFastScalarSigmoid, ultra_fast_scalar_sigmoid = row(
    "UltraFastScalarSigmoid", "ultra_fast_scalar_sigmoid", upgrade_to_float, "A sigmoid of pieces, within 0.0187 of it.",
    _ultra_fast, module=_MODULE, derivative=_sigmoid_derivative)
ScalarSoftplus, scalar_softplus = row("ScalarSoftplus", "scalar_softplus", upgrade_to_float, "log(1 + exp(x)).", _softplus,
                                      module=_MODULE, derivative=lambda x, gz: gz * scalar_sigmoid(x))


def _xlogx(xp, x):
    return xp.where(x == 0, xp.zeros_like(x), x * xp.log(xp.where(x == 0, xp.ones_like(x), x)))


XlogX, xlogx = row("XlogX", "xlogx", upgrade_to_float, "x * log(x), 0 at 0.", _xlogx, module="theano.tensor.xlogx",
                   derivative=lambda x, gz: gz * (1 + log(x)))
