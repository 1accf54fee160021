"""Operations on numbers: the table that elementwise tensor operations are made from. Names only.

Types and constants are in `types`, rules of output types in `rules`, the base classes in `op`; the rows stand in families.
"""
from theano_compat.scalar import operators as _operators
from theano_compat.scalar.arith import *
from theano_compat.scalar.casts import *
from theano_compat.scalar.casts import _cast_mapping as _cast_mapping
from theano_compat.scalar.compare import *
from theano_compat.scalar.complexes import *
from theano_compat.scalar.explog import *
from theano_compat.scalar.op import *
from theano_compat.scalar.rounding import *
from theano_compat.scalar.rules import *
from theano_compat.scalar.special import *
from theano_compat.scalar.bessel import *
from theano_compat.scalar.sigmoid import *
from theano_compat.scalar.trig import *
from theano_compat.scalar.types import *
