"""`theano.compat` and `theano.compat.python2x`: Python 2 and 3 by one name. Everything here is plain Python 3.

The bundled `theano.compat.six` of Theano 0.6-0.9 is six.py.
"""

import collections
import configparser as configparser
import os
from collections import OrderedDict as OrderedDict
from collections import defaultdict as defaultdict
from collections.abc import Callable, Iterable, Mapping, MutableMapping, ValuesView
from functools import partial as partial
from importlib import reload as reload
from io import BytesIO as BytesIO
from operator import truediv as operator_div

__all__ = [
    "BytesIO", "Callable", "Counter", "DefaultOrderedDict", "DictMixin", "Iterable", "Mapping", "OrderedDict",
    "PY3", "ValuesView", "all", "any", "b", "cmp", "configparser", "decode", "decode_iter", "decode_with", "defaultdict",
    "exc_message", "get_unbound_function", "ifilter", "imap", "izip", "maybe_add_to_os_environ_pathlist", "next",
    "operator_div", "partial", "product", "reload",
]  # fmt: skip

PY3 = True
Counter = collections.Counter
DictMixin = MutableMapping
all, any, next = all, any, next
ifilter, imap, izip = filter, map, zip
from itertools import product as product  # noqa: E402


def b(s):
    """Latin-1 bytes of a literal."""
    return s.encode("latin-1")


def cmp(x, y):
    """-1, 0 or 1 as `x` is less than, equal to or greater than `y`."""
    return (x > y) - (x < y)


def exc_message(e):
    """The first argument of an exception; the exception itself where it has none."""
    return e.args[0] if e.args else e


def decode(x):
    """The text of UTF-8 bytes; text as it is."""
    return decode_with(x, "utf-8")


def decode_with(x, encoding):
    """The text of bytes in `encoding`; text as it is."""
    return x.decode(encoding) if isinstance(x, bytes) else x


def decode_iter(itr):
    """Each item as text."""
    return map(decode, itr)


def get_unbound_function(unbound):
    """The plain function behind a method."""
    return getattr(unbound, "__func__", unbound)


def maybe_add_to_os_environ_pathlist(var, newpath):
    """Put an absolute path at the head of the path list in an environment variable that is set, once."""
    if not os.path.isabs(newpath) or var not in os.environ:
        return
    present = os.environ[var].split(os.pathsep)
    if newpath not in present:
        os.environ[var] = os.pathsep.join([newpath, *present])


class DefaultOrderedDict(OrderedDict):
    """An OrderedDict that makes missing values by calling `default_factory`."""

    def __init__(self, default_factory=None, *a, **kw):
        if default_factory is not None and not callable(default_factory):
            raise TypeError("first argument must be callable")
        super().__init__(*a, **kw)
        self.default_factory = default_factory

    def __missing__(self, key):
        if self.default_factory is None:
            raise KeyError(key)
        value = self[key] = self.default_factory()
        return value

    def __reduce__(self):
        return type(self), (self.default_factory,), None, None, iter(self.items())

    def copy(self):
        return type(self)(self.default_factory, self)

    __copy__ = copy
