"""`load_legacy_pickle`: files that Theano wrote, read without running code that they bring along.

A pickle is a program: it names functions of any module and calls them. Here only what models are made of may be named: NumPy's arrays
and generators, Python's containers, and the classes of graphs. The rest is refused, and the error lists it. Not here: plain `pickle.load`,
which loads the same files and trusts them; zips of arrays (misc/pkl_utils.py).
"""
import io
import os
import pickle
import types
import zipfile

import numpy as np

from theano_compat.compile import persist
from theano_compat.compile.graphs import Supervisor
from theano_compat.compile.inout import SymbolicInput, SymbolicOutput
from theano_compat.compile.maker import FunctionMaker
from theano_compat.compile.modes import AddFeatureOptimizer, Mode
from theano_compat.compile.rebuild import OrderedUpdates
from theano_compat.compile.runtime import Function
from theano_compat.compile.sharedvalue import Container, tensor_constructor
from theano_compat.control.python_ops import FromFunctionOp
from theano_compat.graph.features import PreserveVariableAttributes
from theano_compat.graph.fgraph import FunctionGraph, ReplaceValidate
from theano_compat.graph.op import PureOp
from theano_compat.graph.orderedset import Link, OrderedSet
from theano_compat.graph.type import Type
from theano_compat.graph.utils import CreationTrace, frozendict, object2, scratchpad
from theano_compat.graph.variable import Node, _EndOfFlatGraph
from theano_compat.legacy import pickled
from theano_compat.misc.pkl_utils import CompatUnpickler, PersistentNdarrayLoad
from theano_compat.rewrite.query import Query
from theano_compat.tensor.constant import TensorConstant, TensorConstantSignature
from theano_compat.tensor.random.mrg import MRG_RandomStreams
from theano_compat.tensor.random.streams import RandomStreams
from theano_compat.tensor.type import TensorType
from theano_compat.tensor.variable import TensorVariable


class Refused:
    """Stands where a file wanted something that may not be loaded: takes any arguments and any state, does nothing."""

    name = None

    def __init__(self, *args, **kwargs):
        pass

    def __setstate__(self, state):
        pass

    def __call__(self, *args, **kwargs):
        return self

    def append(self, item):
        """Nothing."""

    extend = add = append

    def __setitem__(self, key, value):
        pass

    def __repr__(self):
        return f"<refused: {self.name}>"


class RefusedError(pickle.UnpicklingError):
    """A file names what may not be loaded. `names`: all of it, as 'module.name'."""

    def __init__(self, path, names):
        self.names = tuple(names)
        super().__init__(
            f"{path} names what load_legacy_pickle does not load: {', '.join(self.names)}. Nothing of it was run. If you know where the "
            "file comes from and what these are, name them in `allow=[...]`; with `refuse='replace'` the rest is loaded, and an object "
            "that does nothing stands where they were.")


# ---- what may be named ----------------------------------------------------------------------------------------------

def _reconstruct(subtype, shape, dtype):
    if not (isinstance(subtype, type) and issubclass(subtype, np.ndarray)):
        raise pickle.UnpicklingError("an array of a class that is none")
    return np.ndarray.__new__(subtype, shape, dtype)


def _encode(text, encoding="utf-8", errors="strict"):
    if encoding not in ("latin1", "latin-1", "utf-8", "utf8", "ascii"):
        raise pickle.UnpicklingError(f"bytes in the encoding {encoding!r}")
    return text.encode(encoding, errors)


def _numpy_scalar(dtype, data=None):
    if np.dtype(dtype).hasobject:
        raise pickle.UnpicklingError("a scalar of Python objects")
    data = data.encode("latin1") if isinstance(data, str) else data
    return np.frombuffer(data, dtype=dtype)[0] if data is not None else np.zeros((), dtype)[()]


def _object_of(cls, base=object, state=None):
    """What copyreg does for protocols 0 and 1: containers by their own constructor, everything else empty."""
    if base in (object, Refused) or not isinstance(base, type):
        return cls() if cls is Refused or isinstance(cls, Refused) else object.__new__(cls)
    made = base.__new__(cls, state)
    if base.__init__ is not object.__init__:
        base.__init__(made, state)
    return made


def _random_state(*ignored):
    return np.random.RandomState()


def _bit_generator(name="MT19937"):
    if getattr(name, "__name__", name) != "MT19937":
        raise pickle.UnpicklingError(f"a generator {name!r}")
    return np.random.MT19937()


def _plain_array(values, *context):
    """What lived on a GPU, as the array that the file holds of it."""
    return np.asarray(values)


_CONTAINERS = {name: getattr(__import__("builtins"), name) for name in (
    "dict", "list", "tuple", "set", "frozenset", "str", "bytes", "bytearray", "int", "float", "complex", "bool", "slice", "range",
    "object")}
_CONTAINERS.update(unicode=str, long=int, xrange=range, NoneType=type(None))

_ARRAYS = {"ndarray": np.ndarray, "dtype": np.dtype, "_reconstruct": _reconstruct, "scalar": _numpy_scalar, "generic": np.generic,
           "matrix": np.matrix}
_ARRAYS.update({t.__name__: t for t in {np.dtype(code).type for code in "?bBhHiIlLqQefdgFDGSU"}})
_ARRAYS.update(bool_=np.bool_, bool8=np.bool_, string_=np.bytes_, unicode_=np.str_)

_RANDOM = {"RandomState": np.random.RandomState, "__RandomState_ctor": _random_state, "__randomstate_ctor": _random_state,
           "__bit_generator_ctor": _bit_generator, "MT19937": np.random.MT19937}

_LISTED = {
    **{(module, name): value for module in ("builtins", "__builtin__") for name, value in _CONTAINERS.items()},
    **{(module, name): value for module in ("numpy", "numpy.core.multiarray", "numpy._core.multiarray", "numpy.core.numeric")
       for name, value in _ARRAYS.items()},
    **{(module, name): value for module in ("numpy.random", "numpy.random.mtrand", "numpy.random._pickle", "mtrand",
                                            "numpy.random._mt19937")
       for name, value in _RANDOM.items()},
    ("_codecs", "encode"): _encode,
    ("copy_reg", "_reconstructor"): _object_of,
    ("copyreg", "_reconstructor"): _object_of,
    ("collections", "OrderedDict"): __import__("collections").OrderedDict,
    ("collections", "defaultdict"): __import__("collections").defaultdict,
    ("theano.compile.function_module", "_constructor_Function"): persist.restore_theanos,
    ("theano.compile.function_module", "_constructor_FunctionMaker"): persist.restore_theanos_maker,
    # of theano_compat's own pickles
    ("theano_compat.compile.persist", "restore_function"): persist.restore_function,
    ("theano_compat.graph.variable", "_new_node"): object.__new__,
    # values, types and variables of GPUs are those of the host
    ("theano.sandbox.cuda.type", "CudaNdarray_unpickler"): _plain_array,
    ("theano.sandbox.cuda", "CudaNdarray"): _plain_array,
    ("cuda_ndarray.cuda_ndarray", "CudaNdarray"): _plain_array,
    ("theano.gpuarray.type", "GpuArray_unpickler"): _plain_array,
    ("theano.sandbox.gpuarray.type", "GpuArray_unpickler"): _plain_array,
}

_SHARED = type(tensor_constructor(np.zeros(1)))
for _module, _prefix in (("theano.sandbox.cuda", "CudaNdarray"), ("theano.gpuarray.type", "GpuArray"), ("theano.sandbox.gpuarray.type",
                                                                                                     "GpuArray")):
    for _suffix, _class in (("Type", TensorType), ("Variable", TensorVariable), ("Constant", TensorConstant),
                            ("SharedVariable", _SHARED)):
        for _place in (_module, f"{_module}.type", f"{_module}.var"):
            _LISTED[_place, _prefix + _suffix] = _class

# Classes of graphs, and theirs that a file may name: making one computes nothing and calls nothing that it is given.
_GRAPH = (Node, PureOp, Type, object2, scratchpad, Container, SymbolicInput, SymbolicOutput, FunctionGraph, FunctionMaker, Function, Mode,
          Query, OrderedUpdates, RandomStreams, MRG_RandomStreams, frozendict, OrderedSet, Link, pickled._Kept, AddFeatureOptimizer,
          ReplaceValidate, PreserveVariableAttributes, TensorConstantSignature, Supervisor, CreationTrace, _EndOfFlatGraph)
# functions that ops hold in place of classes: rules for the dtypes of outputs, comparisons of values
_RULES = {
    "theano.scalar.basic": ("same_out", "same_out_float_only", "same_out_min8", "same_out_nobool", "same_out_nocomplex", "upcast_out",
                            "upcast_out_min8", "upcast_out_no_complex", "upcast_out_nobool", "upgrade_to_float", "upgrade_to_float64",
                            "upgrade_to_float_no_complex", "int_out", "int_out_nocomplex", "float_out", "float_out_nocomplex",
                            "real_out"),
    "theano.tensor.type": ("values_eq_approx_always_true", "values_eq_approx_remove_inf", "values_eq_approx_remove_inf_nan",
                           "values_eq_approx_remove_nan"),
}


_RULES["theano_compat.scalar.rules"] = _RULES["theano.scalar.basic"]  # where ours say they are


def _graph_name(module, name):
    """A class of graphs or a rule of Theano's, or None."""
    parts = module.split(".")
    # a program may keep modules of its own below theano.tests; __main__ runs when it is imported
    if parts[0] not in ("theano", "theano_compat") or "." in name or {"tests", "__main__"} & set(parts):
        return None
    try:
        found = getattr(__import__(module, fromlist=[name]), name, None)
    except ImportError:
        return None
    if isinstance(found, type):
        ours = issubclass(found, _GRAPH) or found.__name__.endswith("Linker")
        # an op made of a Python function would call what the file gives it
        return found if ours and not issubclass(found, FromFunctionOp) else None
    return found if name in _RULES.get(module, ()) else None


# ---- reading --------------------------------------------------------------------------------------------------------

class _Reader(CompatUnpickler):
    """An unpickler with the list above; it never changes a class, a function or a module, only objects that it made."""

    dispatch = dict(CompatUnpickler.dispatch)

    def __init__(self, file, allow=()):
        super().__init__(file, encoding="latin1")
        self.allow = frozenset(allow)
        self.refused = {}

    def find_class(self, module, name):
        full = f"{module}.{name}"
        if full in self.allow:
            return super().find_class(module, name)
        found = _LISTED.get((module, name))
        if found is None:
            found = _graph_name(module, name)
        if found is None:
            found = self.refused.setdefault(full, type("Refused", (Refused,), {"name": full}))
        return found

    def get_extension(self, code):
        raise pickle.UnpicklingError("the file uses the registry of extensions of copyreg")

    def load_build(self):
        target = self.stack[-2]
        if isinstance(target, (type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType, types.MethodType)):
            raise pickle.UnpicklingError(f"the file gives a state to {target!r}, which it did not make")
        pickle._Unpickler.load_build(self)

    dispatch[pickle.BUILD[0]] = load_build


def load_legacy_pickle(path, allow=(), refuse="raise"):
    """What a file holds that Theano wrote by pickle or `theano.misc.pkl_utils.dump`, under Python 2 or 3; a path or a file of bytes.

    Loads arrays, containers, shared variables, graphs, functions (compiled anew) and random streams; values that lived on a GPU come as
    arrays. Runs no code that the file names. Raises RefusedError (a pickle.UnpicklingError) that lists what else the file names;
    `allow`: names ('module.Class') that you trust; `refuse='replace'` puts objects that do nothing in their place instead.
    """
    if refuse not in ("raise", "replace"):
        raise ValueError(f"refuse is 'raise' or 'replace', not {refuse!r}")
    if hasattr(path, "read"):
        data, label = path.read(), getattr(path, "name", "the file")
    else:
        with open(path, "rb") as file:
            data, label = file.read(), os.fspath(path)
    archive = zipfile.ZipFile(io.BytesIO(data)) if zipfile.is_zipfile(io.BytesIO(data)) else None
    reader = _Reader(io.BytesIO(data if archive is None else archive.read("pkl")), allow)
    if archive is not None:
        reader.persistent_load = PersistentNdarrayLoad(archive)
    try:
        found = reader.load()
    except Exception:
        if reader.refused:
            raise RefusedError(label, sorted(reader.refused)) from None
        raise
    if reader.refused and refuse == "raise":
        raise RefusedError(label, sorted(reader.refused))
    return found
