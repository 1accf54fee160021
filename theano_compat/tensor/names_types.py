"""The ready-made tensor types and the functions that make variables of them: data, and one maker for each kind of name.

`dmatrix` is a type, `dmatrix('x')` a variable; `matrix('x')` a variable of `config.floatX`; `dmatrices('x', 'y')` and
`dmatrices(2)` lists. A letter stands for the dtype: b w i l f d c z.
"""
from functools import partial

from theano_compat.config import config
from theano_compat.tensor.type import TensorType

LETTERS = {"c": "complex64", "z": "complex128", "f": "float32", "d": "float64",
           "b": "int8", "w": "int16", "i": "int32", "l": "int64"}
KINDS = {"scalar": (), "vector": (False,), "matrix": (False, False), "row": (True, False), "col": (False, True),
         **{"tensor%d" % n: (False,) * n for n in range(3, 8)}}
PLURALS = {"matrix": "matrices"}


def tensor(*args, **kwargs):
    """A variable of `TensorType(*args, **kwargs)`, called `name`."""
    name = kwargs.pop("name", None)
    return TensorType(*args, **kwargs)(name=name)


def _constructor(kind, pattern):
    def make(name=None, dtype=None):
        return TensorType(config.floatX if dtype is None else dtype, pattern)(name)

    make.__name__ = make.__qualname__ = kind
    make.__doc__ = "A symbolic %s of `dtype` (None: `config.floatX`)." % kind
    return make


def _several(make, *names):
    """Variables by a count, by one name whose every letter is a variable, or by names; a single name gives one variable."""
    if names and isinstance(names[0], int):
        return [make() for _ in range(names[0])]
    if len(names) == 1:
        names = names[0]
    if len(names) == 1:
        return make(names)
    return [make(name) for name in names]


def _ready_made():
    made = {}
    for kind, pattern in KINDS.items():
        plural = PLURALS.get(kind, kind + "s")
        made[kind] = _constructor(kind, pattern)
        made[plural] = partial(_several, made[kind])
        for letter, dtype in LETTERS.items():
            made[letter + kind] = TensorType(dtype, pattern)
            if letter in "fdil":
                made[letter + plural] = partial(_several, made[letter + kind])
    for group, letters in (("int", "bwil"), ("float", "fd"), ("complex", "cz")):
        for kind in ("scalar", "vector", "matrix"):
            made["%s_%s_types" % (group, kind)] = tuple(made[letter + kind] for letter in letters)
        made[group + "_types"] = made[group + "_scalar_types"]
    return made


_made = _ready_made()
globals().update(_made)
__all__ = ["tensor", *_made]
