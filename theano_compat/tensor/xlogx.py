"""x log x and x log y, 0 where x is 0. Their scalar ops are in `scalar.special`."""
from theano_compat.scalar.special import XlogX as XlogX
from theano_compat.scalar.special import XlogY0 as XlogY0
from theano_compat.scalar.special import scalar_xlogx as scalar_xlogx
from theano_compat.scalar.special import scalar_xlogy0 as scalar_xlogy0
from theano_compat.tensor.elemwise import Elemwise

xlogx = Elemwise(scalar_xlogx, name="xlogx")
xlogy0 = Elemwise(scalar_xlogy0, name="xlogy0")
