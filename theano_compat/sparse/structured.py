"""Functions of the stored entries alone: what is not stored stays zero, also where the function of zero is not."""
from theano_compat import scalar, tensor
from theano_compat.sparse.parts import CSM, csm_properties
from theano_compat.sparse.variable import stored_by_rows_or_columns
from theano_compat.tensor.nnet import sigmoid


def structured_monoid(tensor_op):
    """A decorator that makes of any function the one that applies `tensor_op` to the stored entries of a matrix."""

    def decorator(f):
        def wrapper(*args):
            x = stored_by_rows_or_columns(args[0])
            others = [scalar.as_scalar(arg) for arg in args[1:]]
            data, indices, indptr, shape = csm_properties(x)
            return CSM(x.format)(tensor_op(data, *others), indices, indptr, shape)

        wrapper.__name__ = str(tensor_op.scalar_op)
        wrapper.__doc__ = "`%s` of the stored entries of a csr or csc matrix; the rest stays zero." % wrapper.__name__
        return wrapper

    return decorator


def _structured(tensor_op, name=None):
    function = structured_monoid(tensor_op)(None)
    function.__name__ = name or function.__name__
    return function


structured_sigmoid = _structured(sigmoid)
structured_exp = _structured(tensor.exp)
structured_log = _structured(tensor.log)
structured_pow = _structured(tensor.pow)
structured_minimum = _structured(tensor.minimum)
structured_maximum = _structured(tensor.maximum)
structured_add = _structured(tensor.add)
sin = _structured(tensor.sin)
tan = _structured(tensor.tan)
arcsin = _structured(tensor.arcsin)
arctan = _structured(tensor.arctan)
sinh = _structured(tensor.sinh)
arcsinh = _structured(tensor.arcsinh)
tanh = _structured(tensor.tanh)
arctanh = _structured(tensor.arctanh)
rint = _structured(tensor.round_half_to_even, "rint")
sgn = _structured(tensor.sgn)
ceil = _structured(tensor.ceil)
floor = _structured(tensor.floor)
log1p = _structured(tensor.log1p)
expm1 = _structured(tensor.expm1)
deg2rad = _structured(tensor.deg2rad)
rad2deg = _structured(tensor.rad2deg)
trunc = _structured(tensor.trunc)
sqr = _structured(tensor.sqr)
sqrt = _structured(tensor.sqrt)
conj = _structured(tensor.conj)
