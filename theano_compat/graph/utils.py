"""Small things that every part of the graph leans on: tags, creation traces, property-based identity.

What users see under the legacy path `theano.gof.utils` and what is not about graphs (flatten, memoize)
is here too, because the graph is the lowest room.
"""
import contextlib
import functools
import linecache
import os
import sys
import traceback
import warnings
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from io import StringIO

from theano_compat.config import config

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
# what runs a program: below it there is nothing of the user's
_RUNNERS = frozenset(os.path.join(_PACKAGE, "legacy", name) for name in ("run.py", "notebook.py"))

undef = object()


class MethodNotDefined(Exception):
    """A method that an Op may leave out, and did leave out, was called."""


MethodNotDefined.__module__ = "theano.gof.utils"


@contextlib.contextmanager
def setting(state, name, value):
    """Inside of this block attribute `name` of `state`, a threading.local, is `value`; afterwards what it was before, or None."""
    before = getattr(state, name, None)
    setattr(state, name, value)
    try:
        yield
    finally:
        setattr(state, name, before)


def legacy_name(module):
    """Class decorator: carry `module`, the path under which old reprs and pickles know the class."""

    def mark(cls):
        cls.__module__ = module
        return cls

    return mark


@legacy_name("theano.gof.utils")
class scratchpad:
    """The `tag` of a variable or node: free attributes, no duties."""

    def clear(self):
        """Drop every attribute."""
        self.__dict__.clear()

    def __update__(self, other):
        self.__dict__.update(other.__dict__)
        return self

    def __str__(self):
        return "scratchpad" + str(self.__dict__)

    def __repr__(self):
        return "scratchpad" + str(self.__dict__)

    def info(self):
        """Print the attributes, one a line."""
        print("<theano.gof.utils.scratchpad instance at %i>" % id(self))
        for key, value in self.__dict__.items():
            print("  %s: %s" % (key, value))


class CreationTrace(Sequence):
    """Where a variable was made: `trace[0]` lists `(file, line, function, source)`, outermost first.

    Only code objects and positions in them are kept: finding a line number takes longer than making the variable, and
    nearly no trace is ever read. Lines and their source text are found when somebody looks, or pickles.
    """

    __slots__ = ("_frames",)

    def __init__(self, frames):
        self._frames = frames

    def __len__(self):
        return 1

    def __getitem__(self, i):
        return [self.entries()][i]

    def entries(self):
        """The frames with their source lines."""
        return [(file, line, name, linecache.getline(file, line).strip() or None)
                for file, line, name in map(_placed, self._frames)]

    def __eq__(self, other):
        return list(self) == list(other)

    __hash__ = None

    def __repr__(self):
        return repr(list(self))

    def __reduce__(self):
        return CreationTrace, (tuple(map(_placed, self._frames)),)

    def __deepcopy__(self, memo):
        return self


def _placed(frame):
    """(file, line, function) of a frame kept as (code, position), or read from a pickle as that triple."""
    if len(frame) == 3:
        return frame
    code, position = frame
    line = next((line for start, end, line in code.co_lines() if start <= position < end and line is not None),
                code.co_firstlineno)
    return code.co_filename, line, code.co_name


def add_tag_trace(thing, user_line=None):
    """Record on `thing.tag.trace` the user's frames (at most `config.traceback.limit`) and return `thing`."""
    limit = config.traceback.limit if user_line is None else user_line
    if limit == -1:
        limit = 1 << 30
    frame = sys._getframe(1)
    keep_all = config.traceback.compile_limit > 0
    while frame is not None and not keep_all and frame.f_code.co_filename.startswith(_PACKAGE):
        frame = frame.f_back
    frames = []
    while frame is not None and len(frames) < limit and frame.f_code.co_filename not in _RUNNERS:
        frames.append((frame.f_code, frame.f_lasti))
        frame = frame.f_back
    if frames:
        frames.reverse()
        thing.tag.trace = CreationTrace(tuple(frames))
    else:
        thing.tag.trace = []
    return thing


def get_variable_trace_string(v):
    """The backtrace of `v`'s creation as text, empty when none was kept."""
    out = StringIO()
    trace = getattr(v.tag, "trace", [])
    if len(trace) > 0:
        print(" \nBacktrace when that variable is created:\n", file=out)
        for index, part in enumerate(trace):
            if len(trace) > 1:
                print("trace %d" % index, file=out)
            traceback.print_list([traceback.FrameSummary(*e[:3], line=e[3]) for e in part], out)
    return out.getvalue()


def _props_hash(self):
    return hash((type(self),) + tuple(getattr(self, name) for name in self.__props__))


def _props_eq(self, other):
    if self is other:
        return True
    return type(self) is type(other) and all(
        getattr(self, name) == getattr(other, name) for name in self.__props__)


def _props_str(self):
    if not self.__props__:
        return type(self).__name__
    return "%s{%s}" % (type(self).__name__,
                       ", ".join("%s=%r" % (name, getattr(self, name)) for name in self.__props__))


@legacy_name("theano.gof.utils")
class object2:
    """Base of Op and Type: a class that states `__props__` gets equality, hash and `str` from them."""

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        own = cls.__dict__
        props = own.get("__props__")
        if props is None:
            # Python drops the inherited hash of a class that writes only __eq__; Theano kept both worlds apart.
            return
        if not isinstance(props, tuple):
            raise TypeError("__props__ is not a tuple")
        if not all(isinstance(name, str) for name in props):
            raise TypeError("elements of __props__ have to be strings")
        cls._props = lambda self: tuple(getattr(self, name) for name in self.__props__)
        cls._props_dict = lambda self: OrderedDict((name, getattr(self, name)) for name in self.__props__)
        if "__hash__" not in own or own["__hash__"] is None:
            cls.__hash__ = _props_hash
        if "__eq__" not in own:
            cls.__eq__ = _props_eq
        if "__str__" not in own:
            cls.__str__ = _props_str

    def __ne__(self, other):
        return not self == other


def hashtype(self):
    """Hash of an object by its class alone."""
    cls = type(self)
    return hash(cls.__name__) ^ hash(cls.__module__)


class D:
    """A bag of attributes given as keywords."""

    def __init__(self, **d):
        self.__dict__.update(d)


def memoize(f):
    """Cache a function of hashable arguments."""
    cache = {}

    @functools.wraps(f)
    def cached(*args, **kwargs):
        key = (args, tuple(kwargs.items()))
        if key not in cache:
            cache[key] = f(*args, **kwargs)
        return cache[key]

    return cached


def deprecated(filename, msg=""):
    """Decorator: warn once a process that the function of legacy module `filename` is deprecated."""

    def wrap(f):
        told = []

        @functools.wraps(f)
        def call(*args, **kwargs):
            if not told:
                told.append(True)
                warnings.warn("WARNING: %s.%s deprecated. %s" % (filename, f.__name__, msg),
                              DeprecationWarning, stacklevel=2)
            return f(*args, **kwargs)

        return call

    return wrap


def uniq(seq):
    """`seq` without its later duplicates."""
    return [x for i, x in enumerate(seq) if seq.index(x) == i]


def unique(x):
    """Whether no element of `x` comes twice."""
    return len(set(x)) == len(x)


def difference(seq1, seq2):
    """Elements of `seq1` that are not in `seq2`."""
    try:
        other = set(seq2)
    except TypeError:
        other = seq2
    return [x for x in seq1 if x not in other]


def to_return_values(values):
    """A list of one as its element, anything else unchanged."""
    return values[0] if len(values) == 1 else values


def from_return_values(values):
    """A list or tuple unchanged, anything else as a list of one."""
    return values if isinstance(values, (list, tuple)) else [values]


def flatten(a):
    """Nested tuples, lists and sets as one flat list."""
    if isinstance(a, (tuple, list, set)):
        return [x for item in a for x in flatten(item)]
    return [a]


def hist(coll):
    """How often each element comes."""
    counts = {}
    for elem in coll:
        counts[elem] = counts.get(elem, 0) + 1
    return counts


def remove(predicate, coll):
    """Elements of `coll` for which `predicate` is false."""
    return [x for x in coll if not predicate(x)]


def give_variables_names(variables):
    """Name nameless or ambiguous variables of a list, in place."""
    names = [v.name for v in variables]
    count = hist(names)

    def bad(v):
        return not v.name or count[v.name] > 1

    for i, v in enumerate(filter(bad, variables)):
        v.name = (v.name or "") + "_%d" % i
    if not unique([str(v) for v in variables]):
        raise ValueError("Not all variables have unique names. Maybe you've named some of the variables identically")
    return variables


def hash_from_code(msg):
    """Hex digest of source text or bytes."""
    import hashlib
    if isinstance(msg, str):
        msg = msg.encode()
    return "m" + hashlib.sha256(msg).hexdigest()


def hash_from_file(file_path):
    """Hex digest of a file's content."""
    with open(file_path, "rb") as f:
        return hash_from_code(f.read())


def toposort(prereqs):
    """Order the keys of `{item: set of its prerequisites}` so that prerequisites come first.

    Raises ValueError on a cycle or on a prerequisite that is no key.
    """
    order, done = [], set()
    pending = {k: set(v) for k, v in prereqs.items()}
    while pending:
        ready = [k for k, needs in pending.items() if needs <= done]
        if not ready:
            raise ValueError("Some orderings contain invalid feature or cycles", pending)
        order.extend(ready)
        done.update(ready)
        for k in ready:
            del pending[k]
    return order


@legacy_name("theano.misc.frozendict")
class frozendict(Mapping):
    """A dict that cannot change, and so can be hashed."""

    def __init__(self, *args, **kwargs):
        self._dict = dict(*args, **kwargs)

    def __getitem__(self, key):
        return self._dict[key]

    def __contains__(self, key):
        return key in self._dict

    def copy(self, **add_or_replace):
        """A frozendict with some items added or replaced."""
        return type(self)(self, **add_or_replace)

    def __iter__(self):
        return iter(self._dict)

    def __len__(self):
        return len(self._dict)

    def __repr__(self):
        return "<frozendict %r>" % (self._dict,)

    def __hash__(self):
        return hash(frozenset(self._dict.items()))
