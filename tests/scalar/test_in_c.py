"""Scalar ops of programs that are written in C alone: what is assignments of expressions is read, the rest is refused."""
import numpy as np
import pytest

import theano
import theano.tensor as T
from theano.gof.utils import MethodNotDefined
from theano.scalar.basic import BinaryScalarOp, UnaryScalarOp, same_out, upcast_out, upgrade_to_float
from theano.tensor.elemwise import Elemwise

X = np.array([-2.5, -1.25, -0.5, -0.1, 0, 0.3, 0.5, 1.5, 2.5, 3.7], "float32")

# what the real Theano 1.0.5 computes, in float32 at X
RECORDED = {
    "%(z)s = round(%(x)s);": [-3, -1, -1, 0, 0, 0, 1, 2, 3, 4],
    "%(z)s = %(x)s > 0 ? %(x)s : 0.1 * %(x)s;": [-0.25, -0.125, -0.05, -0.01, 0, 0.3, 0.5, 1.5, 2.5, 3.7],
    "%(z)s = %(x)s/(1.0+fabs(%(x)s));":
        [-0.7142857313156128, -0.5555555820465088, -0.3333333432674408, -0.09090909361839294, 0.0, 0.23076923191547394,
         0.3333333432674408, 0.6000000238418579, 0.7142857313156128, 0.7872340679168701],
    "double t = %(x)s * 2; // twice\n t = t - 1; %(z)s = (int)t / 2 + (t < 0 && !(t < -2)) * 0.5f;":
        [-3.0, -1.0, -0.5, 0.5, 0.5, 0.5, 0.0, 1.0, 2.0, 3.0],
    "%(z)s = ((int)(%(x)s * 10)) %% 3 - -(long)1e1;": [9.0, 10.0, 8.0, 9.0, 10.0, 10.0, 12.0, 10.0, 11.0, 11.0],
    "%(z)s = pow(%(x)s, 2) + std::exp(-fabsf(%(x)s)) ; /* nothing */":
        [6.332085132598877, 1.8490047454833984, 0.8565306663513184, 0.9148374199867249, 1.0, 0.830818235874176, 0.8565306663513184,
         2.473130226135254, 6.332085132598877, 13.714723587036133],
    "%(z)s = 1 / 3 + 1 / 3.;": [0.3333333432674408] * 10,
}


def _op(code, base=UnaryScalarOp, types=upgrade_to_float):
    class OnlyC(base):
        def c_code(self, node, name, inputs, outputs, sub):
            return code % dict(zip("xy", inputs), z=outputs[0], fail=sub["fail"])

        def grad(self, inputs, gout):
            return [gout[0] for _ in inputs]

    return Elemwise(OnlyC(types, name="only_c"))


@pytest.mark.parametrize("code", RECORDED)
def test_expressions_mean_what_they_mean_in_c(code):
    x = T.fvector()
    y = _op(code)(x)
    f = theano.function([x], [y, T.grad(y.sum(), x)])
    value, slope = f(X)
    np.testing.assert_allclose(value, RECORDED[code], rtol=3e-7)
    assert value.dtype == "float32" and (slope == 1).all()
    constant = theano.function([], _op(code)(T.constant(X)))
    np.testing.assert_allclose(constant(), RECORDED[code], rtol=3e-7)


def test_two_inputs_of_integers_divide_as_in_c():
    x, y = T.ivectors(2)
    f = theano.function([x, y], _op("%(z)s = %(x)s / %(y)s * 100 + %(x)s %% %(y)s;", BinaryScalarOp, upcast_out)(x, y))
    assert f([7, -7, 7, -7], [2, 2, -2, -2]).tolist() == [301, -301, -299, 299]


@pytest.mark.parametrize("code, what", [("if (%(x)s > 0) %(z)s = 1; else %(z)s = 0;", "not \\("), ("%(z)s = my_own(%(x)s);", "not my_own"),
                                        ("%(z)s = %(x)s; %(fail)s", "the end"), ("%(z)s = %(x)s[0];", "not \\[")])
def test_other_c_is_refused_when_the_function_is_made(code, what):
    x = T.dvector()
    with pytest.raises(MethodNotDefined, match="only_c says no more than c_code.*%s.*HINT: write `def impl" % what):
        theano.function([x], _op(code)(x))


def test_impl_counts_before_c():
    class Both(UnaryScalarOp):
        def impl(self, x):
            return x + 1

        def c_code(self, node, name, inputs, outputs, sub):
            return "%s = round(%s);" % (outputs[0], inputs[0])

    x = T.dvector()
    assert theano.function([x], Elemwise(Both(same_out))(x))([1.5]).tolist() == [2.5]
