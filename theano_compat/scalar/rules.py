"""Rules of output types: what a scalar op gives for input types. An op takes one as `output_types_preference`.

Each rule takes Scalar types and gives a tuple or list of them; a TypeError says that the op does not take such inputs.
"""
from theano_compat.graph.utils import legacy_name, object2
from theano_compat.scalar.types import (
    COMPLEX,
    FLOAT,
    bool,
    float32,
    float64,
    get_scalar_type,
    int8,
    int64,
    upcast,
)

# What an integer becomes where only floats will do: the smallest float that holds it, though 64 bits never do.
_AS_FLOAT = {"bool": "float32", "int8": "float32", "int16": "float32", "int32": "float64", "int64": "float64",
             "uint8": "float32", "uint16": "float32", "uint32": "float64", "uint64": "float64"}


def _upcast_of(types):
    return get_scalar_type(upcast(*[t.dtype for t in types]))


def _refuse_complex(types):
    if any(t.dtype in COMPLEX for t in types):
        raise TypeError("complex argument not supported")


def upcast_out(*types):
    """The type that holds all."""
    return (_upcast_of(types),)


def upcast_out_nobool(*types):
    """The type that holds all; not for booleans alone."""
    out = upcast_out(*types)
    if out[0] == bool:
        raise TypeError("bool output not supported")
    return out


def upcast_out_min8(*types):
    """The type that holds all, int8 for booleans."""
    out = upcast_out(*types)
    return (int8,) if out[0] == bool else out


def upcast_out_no_complex(*types):
    """The type that holds all; no complex."""
    if any(t.dtype in COMPLEX for t in types):
        raise TypeError("complex type are not supported")
    return (_upcast_of(types),)


def upgrade_to_float(*types):
    """The float (or complex) type that holds all: small integers count as float32, others as float64."""
    return (get_scalar_type(upcast(*[_AS_FLOAT.get(t.dtype, t.dtype) for t in types])),)


def upgrade_to_float_no_complex(*types):
    """The float type that holds all; no complex."""
    _refuse_complex(types)
    return upgrade_to_float(*types)


def upgrade_to_float64(*types):
    """Always float64, as SciPy computes."""
    return (float64,)


def same_out(type):
    """The type of the input."""
    return (type,)


def same_out_nobool(type):
    """The type of the input; no booleans."""
    if type == bool:
        raise TypeError("bool input not supported")
    return (type,)


def same_out_min8(type):
    """The type of the input, int8 for booleans."""
    return (int8,) if type == bool else (type,)


def same_out_float_only(type):
    """The type of the input, which must be a real float."""
    if type.dtype not in FLOAT:
        raise TypeError("only float type are supported")
    return (type,)


def same_out_nocomplex(type):
    """The type of the input; no complex."""
    _refuse_complex([type])
    return (type,)


def int_out(*types):
    """Always int64."""
    return (int64,)


def int_out_nocomplex(*types):
    """Always int64; no complex."""
    _refuse_complex(types)
    return (int64,)


def float_out(*types):
    """Always float64."""
    return (float64,)


def float_out_nocomplex(*types):
    """Always float64; no complex."""
    _refuse_complex(types)
    return (float64,)


def real_out(type):
    """The type of the parts of a complex input, else the type of the input."""
    if type.dtype == "complex64":
        return (float32,)
    return (float64,) if type.dtype == "complex128" else (type,)


@legacy_name("theano.scalar.basic")
class transfer_type(object2):
    """Output i has the type of input `transfer[i]`; None stands for the type that holds all, a string for a dtype."""

    __props__ = ("transfer",)

    def __init__(self, *transfer):
        assert all(type(x) in (int, str) or x is None for x in transfer)
        self.transfer = transfer

    def __str__(self):
        return "transfer_type{%s}" % self.transfer

    def __call__(self, *types):
        return [_upcast_of(types) if i is None else get_scalar_type(i) if isinstance(i, str) else types[i]
                for i in self.transfer]


@legacy_name("theano.scalar.basic")
class specific_out(object2):
    """Always the types `spec`."""

    __props__ = ("spec",)

    def __init__(self, *spec):
        self.spec = spec

    def __call__(self, *types):
        return self.spec


@legacy_name("theano.scalar.basic")
class unary_out_lookup(object2):
    """Output types by a dictionary, `{int8: int32}`; other inputs are refused."""

    def __init__(self, type_table):
        self.tbl = type_table

    def __call__(self, *types):
        if len(types) == 1:
            types = types[0]
        try:
            found = self.tbl[types]
        except Exception:
            raise TypeError(types) from None
        return found if isinstance(types, (list, tuple)) else [found]

    def __eq__(self, other):
        return type(self) is type(other) and self.tbl == other.tbl

    def __hash__(self):
        # a dictionary has no hash
        return hash(type(self))
