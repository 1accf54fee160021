"""Complex numbers: parts, angle, conjugate, and making them."""
import numpy as np

from theano_compat.config import config
from theano_compat.graph.utils import legacy_name
from theano_compat.scalar.casting import as_dtype
from theano_compat.scalar.casts import cast, second
from theano_compat.scalar.op import BinaryScalarOp, UnaryScalarOp, row
from theano_compat.scalar.rules import real_out, same_out_min8, specific_out
from theano_compat.scalar.types import COMPLEX, FLOAT, complex64, complex128, float64, upcast


class _OfParts(UnaryScalarOp):
    """A real number made of a complex one, which is not cast before."""

    def lower_elementwise(self, out_dtype, x):
        import jax.numpy as jnp
        return as_dtype(jnp, self.meaning(jnp, jnp.asarray(x)), out_dtype)

    def host_elementwise(self, out_dtype, x):
        return np.array(as_dtype(np, self.meaning(np, np.asarray(x)), out_dtype))


def _imag_gradient(self, inputs, output_gradients):
    x, gz = inputs[0], output_gradients[0]
    if x.type.dtype in COMPLEX:
        return [complex(0, gz)]
    return [second(x, 0)] if x.type.dtype in FLOAT else [x.zeros_like(dtype=config.floatX)]


Real, real = row("Real", "real", real_out, "The real part.", lambda xp, x: xp.real(x), base=_OfParts,
                 grad=lambda self, inputs, output_gradients: [complex(output_gradients[0], 0)])
Imag, imag = row("Imag", "imag", real_out, "The imaginary part.", lambda xp, x: xp.imag(x), base=_OfParts,
                 nfunc_spec=("imag", 1, 1), grad=_imag_gradient)
# Theano meant more, but asked for the type in a way that always answers no: the gradient is zero.
Angle, angle = row("Angle", "angle", specific_out(float64), "The angle, between -pi and pi.",
                   lambda xp, x: xp.angle(x if x.dtype.kind in "fc" else x.astype("float64")), base=_OfParts,
                   nfunc_spec=("angle", 1, 1), own_gradient=True,
                   grad=lambda self, inputs, output_gradients: [inputs[0].zeros_like(dtype=config.floatX)])
Conj, conj = row("Conj", "conj", same_out_min8, "The conjugate.", lambda xp, x: x if x.dtype.kind != "c" else xp.conj(x),
                 nfunc_spec=("conj", 1, 1))


def _complex_of(x, y):
    for t in (x, y):
        if t.dtype in COMPLEX:
            raise TypeError(t)
    return [complex128 if upcast(x.dtype, y.dtype) in ("float64", "int64", "uint64", "int32", "uint32") else complex64]


class _FromParts(BinaryScalarOp):
    """A complex number made of two real ones."""

    output_types_preference = staticmethod(_complex_of)

    def lower_elementwise(self, out_dtype, x, y):
        import jax.numpy as jnp
        part = "float32" if out_dtype == "complex64" else "float64"
        x, y = jnp.broadcast_arrays(as_dtype(jnp, x, part), as_dtype(jnp, y, part))
        return self.meaning(jnp, x, y)

    def host_elementwise(self, out_dtype, x, y):
        self._raise_for((x, y))
        part = "float32" if out_dtype == "complex64" else "float64"
        x, y = np.broadcast_arrays(as_dtype(np, x, part), as_dtype(np, y, part))
        return np.asarray(self.meaning(np, x, y), dtype=out_dtype)


def _join(xp, x, y):
    if xp is not np:
        from jax import lax
        return lax.complex(x, y)
    joined = np.empty(x.shape, np.result_type(x.dtype, np.complex64))
    joined.real, joined.imag = x, y
    return joined


@legacy_name("theano.scalar.basic")
class Complex(_FromParts):
    """x + yi."""

    meaning = staticmethod(_join)

    def grad(self, inputs, gout):
        (x, y), (gz,) = inputs, gout
        return [cast(real(gz), x.type.dtype), cast(imag(gz), y.type.dtype)]


complex = Complex(name="complex")


@legacy_name("theano.scalar.basic")
class ComplexFromPolar(_FromParts):
    """The complex number of length r and angle theta. Raises ValueError for a negative r."""

    can_fail = True

    @staticmethod
    def meaning(xp, r, theta):
        return _join(xp, r * xp.cos(theta), r * xp.sin(theta))

    def checks(self, r, theta):
        return [((r >= 0).all(), ValueError, "polar radius must be non-negative")]

    def grad(self, inputs, gout):
        (r, theta), (gz,) = inputs, gout
        return [gz * complex_from_polar(1, theta), gz * complex_from_polar(r, -theta)]


complex_from_polar = ComplexFromPolar(name="complex_from_polar")
