"""The names of this room that Theano also kept in `theano.tensor` (`T.grad`); served there by legacy/paths.py."""
from theano_compat.gradient.barriers import consider_constant as consider_constant
from theano_compat.gradient.forward import Rop as Rop
from theano_compat.gradient.frontdoor import Lop as Lop
from theano_compat.gradient.frontdoor import grad as grad
from theano_compat.gradient.matrices import hessian as hessian
from theano_compat.gradient.matrices import jacobian as jacobian
from theano_compat.gradient.verify import numeric_grad as numeric_grad
from theano_compat.gradient.verify import verify_grad as verify_grad
