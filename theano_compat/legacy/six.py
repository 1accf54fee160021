"""`theano.compat.six`, the copy of six that Theano 0.6-0.9 carried: the names that programs took from it.

`theano.compat.six.moves` is six_moves.py. Programs that import the real `six` get the real one.
"""

import io
import operator

from theano_compat.legacy import six_moves as moves

__all__ = [
    "BytesIO", "Iterator", "PY2", "PY3", "StringIO", "add_metaclass", "advance_iterator", "b", "binary_type", "byte2int",
    "callable", "class_types", "exec_", "get_function_code", "get_function_defaults", "get_method_function", "get_method_self",
    "get_unbound_function", "indexbytes", "int2byte", "integer_types", "iterbytes", "iteritems", "iterkeys", "iterlists",
    "itervalues", "moves", "next", "print_", "reraise", "string_types", "text_type", "u", "with_metaclass",
]  # fmt: skip

PY2, PY3 = False, True
string_types, integer_types, class_types = (str,), (int,), (type,)
text_type, binary_type = str, bytes
StringIO, BytesIO = io.StringIO, io.BytesIO
Iterator = object
callable, next, print_, exec_ = callable, next, print, exec
advance_iterator = next

get_function_code = operator.attrgetter("__code__")
get_function_defaults = operator.attrgetter("__defaults__")
get_method_function = operator.attrgetter("__func__")
get_method_self = operator.attrgetter("__self__")
byte2int = operator.itemgetter(0)
indexbytes = operator.getitem
iterbytes = iter


def get_unbound_function(unbound):
    return unbound


def b(s):
    return s.encode("latin-1")


def u(s):
    return s


def int2byte(i):
    return bytes((i,))


def iterkeys(d):
    return iter(d.keys())


def itervalues(d):
    return iter(d.values())


def iteritems(d):
    return iter(d.items())


def iterlists(d):
    return iter(d.lists())


def reraise(tp, value, tb=None):
    """Raise `value` (or a new `tp`) with the given traceback."""
    raise (tp() if value is None else value).with_traceback(tb)


def with_metaclass(meta, *bases):
    """A base class that makes the class statement use `meta`."""
    return meta("NewBase", bases or (object,), {})


def add_metaclass(metaclass):
    """A decorator that rebuilds a class with `metaclass`."""

    def rebuild(cls):
        body = {name: value for name, value in vars(cls).items() if name not in ("__dict__", "__weakref__")}
        return metaclass(cls.__name__, cls.__bases__, body)

    return rebuild
