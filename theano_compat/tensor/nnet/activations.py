"""Activation functions made of elementary ops; the sigmoid family is in `sigm`."""
from theano_compat.scalar.op import row
from theano_compat.scalar.rules import upgrade_to_float
from theano_compat.scalar.types import get_scalar_type
from theano_compat.tensor.constant import as_tensor_variable, constant
from theano_compat.tensor.elemwise import Elemwise
from theano_compat.tensor.names_elemwise import clip, expm1, switch


def relu(x, alpha=0):
    """`x` where positive, else `alpha * x`. Written as Theano writes it, so that the gradient at 0 is (1 + alpha) / 2."""
    if alpha == 0:
        return 0.5 * (x + abs(x))
    # as a variable, so that a NumPy number does not widen float32 to float64
    alpha = as_tensor_variable(alpha)
    return 0.5 * (1 + alpha) * x + 0.5 * (1 - alpha) * abs(x)


def elu(x, alpha=1):
    """`x` where positive, else `alpha * (exp(x) - 1)`. Source: Clevert et al. 2015."""
    return switch(x > 0, x, alpha * expm1(x))


def selu(x):
    """The self-normalizing elu. Source: Klambauer et al. 2017."""
    return 1.0507009873554804934193349852946 * elu(x, 1.6732632423543772848170429916717)


def hard_sigmoid(x):
    """A sigmoid of three straight pieces: 0 below -2.5, 1 above 2.5."""
    # constants of the dtype that floats have here, so that float16 stays float16
    dtype = upgrade_to_float(get_scalar_type(x.dtype))[0].dtype
    slope, shift = constant(0.2, dtype=dtype), constant(0.5, dtype=dtype)
    return clip(x * slope + shift, 0, 1)


ScalarSoftsign, scalar_softsign = row(
    "ScalarSoftsign", "scalar_softsign", upgrade_to_float, "x / (1 + |x|).", lambda xp, x: x / (1.0 + abs(x)),
    module="theano.tensor.nnet.nnet", derivative=lambda x, gz: gz / ((1.0 + abs(x)) * (1.0 + abs(x))))
softsign = Elemwise(scalar_softsign, name="softsign")
