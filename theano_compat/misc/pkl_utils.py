"""Models as files: pickles whose arrays are `.npy` members of a zip that NumPy alone can read. `theano.misc.pkl_utils`.

Files that Theano wrote (Python 2 or 3) load too. Whose origin is not trusted: `theano_compat.load_legacy_pickle` (legacy/pickles.py).
"""
import io
import pickle
import zipfile
from collections import defaultdict
from pickle import DEFAULT_PROTOCOL as DEFAULT_PROTOCOL
from pickle import HIGHEST_PROTOCOL as HIGHEST_PROTOCOL

import numpy as np

from theano_compat.compile.sharedvalue import SharedVariable, as_host
from theano_compat.graph.utils import legacy_name, scratchpad

# A name of Theano's, which raised Python's limit on import; graphs pickle flat here, so nothing needs it.
min_recursion = 3000


@legacy_name("theano.misc.pkl_utils")
class StripPickler(pickle.Pickler):
    """A Pickler that leaves out what is large and only helps debugging: creation traces, test values, and more tags if named.

    Unlike Theano's it leaves the variables themselves as they are.
    """

    def __init__(self, file, protocol=0, extra_tag_to_remove=None):
        super().__init__(file, protocol)
        self.tag_to_remove = ["trace", "test_value", *(extra_tag_to_remove or ())]

    def reducer_override(self, obj):
        """What pickle asks for each object."""
        if type(obj) is not scratchpad:
            return NotImplemented
        return scratchpad, (), {name: value for name, value in obj.__dict__.items() if name not in self.tag_to_remove}


def load_reduce(self):
    """Call what a pickle wants called; if that fails, once more with its texts encoded: Python 2 had no bytes."""
    args, function = self.stack.pop(), self.stack[-1]
    try:
        self.stack[-1] = function(*args)
    except Exception:
        encoding = getattr(self, "encoding", None)
        if encoding in (None, "bytes"):
            raise
        encoded = tuple(arg.encode(encoding) if isinstance(arg, str) else arg for arg in args)
        if all(a is b for a, b in zip(args, encoded)):
            raise
        self.stack[-1] = function(*encoded)


@legacy_name("theano.misc.pkl_utils")
class CompatUnpickler(pickle._Unpickler):
    """Loads in Python 3 what Python 2 pickled: `CompatUnpickler(file, encoding="latin1").load()`."""

    dispatch = {**pickle._Unpickler.dispatch, pickle.REDUCE[0]: load_reduce}


@legacy_name("theano.misc.pkl_utils")
class PersistentNdarrayID:
    """Puts each array into `zip_file` (a zipfile.ZipFile) as `array_0`, `array_1`, ... and gives pickle its name there."""

    def __init__(self, zip_file):
        self.zip_file = zip_file
        self.count = 0
        self.seen = {}
        self._alive = []  # an id may only be looked up while its object lives

    def _resolve_name(self, obj):
        self.count += 1
        return f"array_{self.count - 1}"

    def __call__(self, obj):
        # arrays of objects are pickles themselves: they stay in the pickle
        if type(obj) is not np.ndarray or obj.dtype.hasobject:
            return None
        if id(obj) not in self.seen:
            name = self._resolve_name(obj)
            zipadd(lambda f: np.lib.format.write_array(f, obj, allow_pickle=False), self.zip_file, name)
            self.seen[id(obj)] = f"ndarray.{name}"
            self._alive.append(obj)
        return self.seen[id(obj)]


@legacy_name("theano.misc.pkl_utils")
class PersistentGpuArrayID(PersistentNdarrayID):
    """The same: values on the device are written as arrays, and find their device again where they are loaded."""


@legacy_name("theano.misc.pkl_utils")
class PersistentSharedVariableID(PersistentGpuArrayID):
    """The same, with values of named shared variables under their names (`W`, then `W_2`, `W_3`, ...).

    Raises ValueError for a variable without a name unless `allow_unnamed`, for a name met twice unless `allow_duplicates`, and
    for the name `pkl`, which is that of the pickle.
    """

    def __init__(self, zip_file, allow_unnamed=True, allow_duplicates=True):
        super().__init__(zip_file)
        self.name_counter = defaultdict(int)
        self.ndarray_names = {}
        self.allow_unnamed = allow_unnamed
        self.allow_duplicates = allow_duplicates

    def _resolve_name(self, obj):
        if id(obj) not in self.ndarray_names:
            return super()._resolve_name(obj)
        name = self.ndarray_names[id(obj)]
        self.name_counter[name] += 1
        if self.name_counter[name] == 1:
            return name
        if not self.allow_duplicates:
            raise ValueError(f"multiple shared variables with the name `{name}` found")
        return f"{name}_{self.name_counter[name]}"

    def __call__(self, obj):
        if isinstance(obj, SharedVariable):
            if obj.name == "pkl":
                raise ValueError("can't pickle shared variable with name `pkl`")
            if not obj.name and not self.allow_unnamed:
                raise ValueError(f"unnamed shared variable, {obj}")
            if obj.name:
                storage = obj.container.storage
                storage[0] = as_host(storage[0])  # pickling does so anyway; here the array's identity is needed before
                self.ndarray_names[id(storage[0])] = obj.name
        return super().__call__(obj)


@legacy_name("theano.misc.pkl_utils")
class PersistentNdarrayLoad:
    """Finds the arrays of a pickle in `zip_file`; GPU arrays that Theano wrote come as arrays of NumPy."""

    def __init__(self, zip_file):
        self.zip_file = zip_file
        self.cache = {}

    def __call__(self, persid):
        array_type, name = persid.split(".", 1)
        if name not in self.cache:
            data = self.zip_file.read(name)
            if array_type == "gpuarray":  # the name of a context, pickled, stands before the array
                data = data[data.index(np.lib.format.MAGIC_PREFIX):]
            self.cache[name] = np.lib.format.read_array(io.BytesIO(data), allow_pickle=False)
        return self.cache[name]


def dump(obj, file_handler, protocol=DEFAULT_PROTOCOL, persistent_id=PersistentSharedVariableID):
    """Write `obj` to a file open for writing bytes: a zip of the pickle, `pkl`, and one `.npy` member for each array.

    `numpy.load` reads the arrays. `persistent_id(zip_file)` decides what becomes a member and under which name.
    """
    with zipfile.ZipFile(file_handler, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as zip_file:
        named = persistent_id(zip_file)

        class Pickler(pickle.Pickler):  # from Python 3.13 on a pickler takes no function of its own
            def persistent_id(self, obj):
                return named(obj)

        zipadd(lambda f: Pickler(f, protocol=protocol).dump(obj), zip_file, "pkl")


def load(f, persistent_load=PersistentNdarrayLoad):
    """What `dump` wrote, from a file open for reading bytes; files that Theano wrote under Python 2 or 3 load too."""
    with zipfile.ZipFile(f, "r") as zip_file:
        found = persistent_load(zip_file)

        class Unpickler(CompatUnpickler):
            def persistent_load(self, persid):
                return found(persid)

        return Unpickler(io.BytesIO(zip_file.read("pkl")), encoding="latin1").load()


def zipadd(func, zip_file, name):
    """Add a member `name` to `zip_file`: what `func(file)` writes."""
    buffer = io.BytesIO()
    func(buffer)
    zip_file.writestr(zipfile.ZipInfo(name), buffer.getbuffer(), compress_type=zip_file.compression)

