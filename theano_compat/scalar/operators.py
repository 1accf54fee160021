"""What the operators and methods of scalar variables do: one table."""
from theano_compat.scalar import arith, compare, rounding
from theano_compat.scalar.casts import cast, second
from theano_compat.scalar.types import ScalarConstant, _scalar_py_operators, get_scalar_type

_UNARY = {"__abs__": rounding.abs_, "__neg__": arith.neg, "__invert__": compare.invert}
_BINARY = {"__lt__": compare.lt, "__le__": compare.le, "__gt__": compare.gt, "__ge__": compare.ge,
           "__and__": compare.and_, "__or__": compare.or_, "__xor__": compare.xor,
           "__add__": arith.add, "__sub__": arith.sub, "__mul__": arith.mul, "__truediv__": arith.div_proxy,
           "__div__": arith.div_proxy, "__floordiv__": arith.int_div, "__mod__": arith.mod_check, "__pow__": arith.pow}
_REFLECTED = {"__rand__": compare.and_, "__ror__": compare.or_, "__rxor__": compare.xor, "__radd__": arith.add,
              "__rsub__": arith.sub, "__rmul__": arith.mul, "__rtruediv__": arith.div_proxy, "__rdiv__": arith.div_proxy,
              "__rfloordiv__": arith.int_div, "__rmod__": arith.mod, "__rpow__": arith.pow}


def _constant_like(value):
    def method(self, dtype=None):
        return second(self, ScalarConstant(get_scalar_type(str(self.type.dtype) if dtype is None else dtype), value))

    return method


def _methods():
    for name, op in _UNARY.items():
        yield name, lambda self, op=op: op(self)
    for name, op in _BINARY.items():
        yield name, lambda self, other, op=op: op(self, other)
    for name, op in _REFLECTED.items():
        yield name, lambda self, other, op=op: op(other, self)
    # Elemwise turns these graphs into tensors, so the shape must come from `self`
    yield "zeros_like", _constant_like(0)
    yield "ones_like", _constant_like(1)
    yield "astype", lambda self, dtype: cast(self, dtype)


for _name, _method in _methods():
    _method.__name__ = _name
    setattr(_scalar_py_operators, _name, _method)
