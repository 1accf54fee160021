"""What Python and NumPy took away after the programs of 2008-2020 were written, given back to a script that `run` runs.

Only `python -m theano_compat run` does this: `import theano` changes nothing outside of itself. Python 2's own names are py2.py's.
"""
import ast
import collections
import collections.abc
import fractions
import functools
import inspect
import io
import math
import pickle
import sys
import time

import numpy as np

from theano_compat.legacy.py2files import raw_of

_ABSTRACT = ("Callable", "Container", "Hashable", "ItemsView", "Iterable", "Iterator", "KeysView", "Mapping", "MutableMapping",
             "MutableSequence", "MutableSet", "Sequence", "Set", "Sized", "ValuesView")


class _Casts:
    """`numpy.cast[dtype](x)`."""

    def __getitem__(self, dtype):
        return lambda x: np.asarray(x).astype(dtype)


class _Machine:
    """`numpy.MachAr()`: the parameters of floating point numbers, by the names it gave them."""

    def __init__(self):
        known = np.finfo(float)
        for name in ("machep", "eps", "negep", "epsneg", "iexp", "minexp", "maxexp", "precision", "resolution", "tiny"):
            setattr(self, name, getattr(known, name))
        self.epsilon, self.xmin, self.xmax, self.huge = known.eps, known.tiny, known.max, known.max
        self.ibeta, self.it = 2, known.nmant


def _scalar_type(kind):
    return kind if isinstance(kind, type) and issubclass(kind, np.generic) else np.dtype(kind).type


def _array_of_floats(a, dtype=np.float64):
    return np.asarray(a, dtype=dtype if np.issubdtype(dtype, np.inexact) else np.float64)


def _numpy_names():
    names = dict(float=float, int=int, object=object, str=str, complex=complex, unicode=str, float_=np.float64, complex_=np.complex128,
                 cfloat=np.complex128, singlecomplex=np.complex64, string_=np.bytes_, unicode_=np.str_, Inf=np.inf, Infinity=np.inf,
                 infty=np.inf, PINF=np.inf, NINF=-np.inf, NaN=np.nan, NAN=np.nan, PZERO=0.0, NZERO=-0.0, cast=_Casts(),
                 product=np.prod, cumproduct=np.cumprod, alltrue=np.all, sometrue=np.any, round_=np.round, rank=np.ndim,
                 asscalar=lambda a: np.asarray(a).item(), asfarray=_array_of_floats, row_stack=np.vstack,
                 msort=lambda a: np.sort(a, axis=0),
                 in1d=lambda a, b, **options: np.isin(np.ravel(a), b, **options),
                 find_common_type=lambda arrays, scalars: np.result_type(*arrays, *scalars), mat=np.asmatrix, alen=len,
                 bool8=np.bool_, int0=np.intp, uint0=np.uintp, longfloat=np.longdouble, longcomplex=np.clongdouble,
                 clongfloat=np.clongdouble, typeDict=np.sctypeDict, obj2sctype=_scalar_type,
                 issubsctype=lambda one, other: issubclass(_scalar_type(one), _scalar_type(other)), safe_eval=ast.literal_eval,
                 MachAr=_Machine)
    if hasattr(np, "trapezoid"):
        names["trapz"] = np.trapezoid
    return names


def _argspec(function):
    found = inspect.getfullargspec(function)
    return _ArgSpec(found.args, found.varargs, found.varkw, found.defaults)


_ArgSpec = collections.namedtuple("ArgSpec", "args varargs keywords defaults")


def _bytes_of(file):
    """The binary file below one that was opened as text: Python 2 made no difference on most systems."""
    return file.buffer if isinstance(file, io.TextIOWrapper) else file


def _old_fromstring():
    fromstring = np.fromstring

    @functools.wraps(fromstring)
    def from_old_string(string, dtype=float, count=-1, *, sep="", **options):
        if sep:
            return fromstring(string, dtype, count, sep=sep, **options)
        return np.frombuffer(raw_of(string), dtype, count).copy()  # NumPy 2.3 itself reads no bytes any more

    return from_old_string


def _old_pickles():
    load, loads, dump = pickle.load, pickle.loads, pickle.dump

    @functools.wraps(load)
    def load_old(file, *, encoding="latin1", **options):  # how NumPy's arrays in pickles of Python 2 have to be read
        return load(_bytes_of(file), encoding=encoding, **options)

    @functools.wraps(loads)
    def loads_old(data, *, encoding="latin1", **options):
        return loads(raw_of(data), encoding=encoding, **options)

    @functools.wraps(dump)
    def dump_old(obj, file, *args, **options):
        return dump(obj, _bytes_of(file), *args, **options)

    return dict(load=load_old, loads=loads_old, dump=dump_old)


def give_back():
    """Put the names in their modules, where they are missing; `pickle` reads what Python 2 wrote; NumPy's numbers print as before 2.0."""
    missing = [(np, _numpy_names()), (collections, {name: getattr(collections.abc, name) for name in _ABSTRACT}),
               (inspect, dict(getargspec=_argspec)), (fractions, dict(gcd=math.gcd)), (time, dict(clock=time.perf_counter)),
               (sys, dict(maxint=sys.maxsize))]
    for module, names in missing:
        for name, value in names.items():
            if name not in vars(module):
                setattr(module, name, value)
    vars(pickle).update(_old_pickles())
    np.fromstring = _old_fromstring()
    np.set_printoptions(legacy="1.25")
