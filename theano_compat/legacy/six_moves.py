"""`theano.compat.six.moves`: what Python 3 moved or renamed, by six's names."""

import builtins as builtins
import configparser as configparser
import copyreg as copyreg
import pickle as cPickle
import queue as queue
from functools import reduce as reduce
from importlib import reload as reload_module
from io import StringIO as StringIO
from itertools import filterfalse as filterfalse
from itertools import zip_longest as zip_longest

__all__ = [
    "StringIO", "builtins", "cPickle", "cStringIO", "configparser", "copyreg", "filter", "filterfalse", "input", "map",
    "queue", "range", "reduce", "reload_module", "urllib", "xrange", "zip", "zip_longest",
]  # fmt: skip

import urllib as urllib  # noqa: E402

cStringIO = StringIO
filter, input, map, range, zip = filter, input, map, range, zip
xrange = range
