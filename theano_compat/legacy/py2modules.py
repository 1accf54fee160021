"""Modules of Python's library that kept their name and changed what they do, as programs of Python 2 knew them.

These are `random`, `csv`, `string`, `types`, `itertools` and `sys`. The draws of `random` are the first that a seeded program makes (the
order of its examples), so they are reproduced; seeds that are strings are not, whose hash Python 2 took.
"""
import csv
import io
import itertools
import math
import random
import string
import sys
import types

from theano_compat.legacy import py2files


def _randrange(self, start, stop=None, step=1):
    if stop is None:
        start, stop = 0, start
    start, stop, step = int(start), int(stop), int(step)
    count = -((start - stop) // step)
    if count <= 0:
        raise ValueError("empty range for randrange()")
    return start + step * int(self.random() * count)


def _randint(self, a, b):
    return self.randrange(a, b + 1)


def _choice(self, seq):
    return seq[int(self.random() * len(seq))]


def _shuffle(self, x, random=None):
    draw = self.random if random is None else random
    for i in range(len(x) - 1, 0, -1):
        j = int(draw() * (i + 1))
        x[i], x[j] = x[j], x[i]


def _sample(self, population, k):
    n = len(population)
    if not 0 <= k <= n:
        raise ValueError("sample larger than population")
    from_set = 21 + (4 ** math.ceil(math.log(k * 3, 4)) if k > 5 else 0)
    if n <= from_set or hasattr(population, "keys"):
        pool, taken = list(population), []
        for left in range(n, n - k, -1):
            j = int(self.random() * left)
            taken.append(pool[j])
            pool[j] = pool[left - 1]
        return taken
    population = population if hasattr(population, "__getitem__") else tuple(population)
    chosen = {}  # in the order of the draws
    while len(chosen) < k:
        chosen.setdefault(int(self.random() * n))
    return [population[j] for j in chosen]


def _with_old_draws():
    for method in (_randrange, _randint, _choice, _shuffle, _sample):
        name = method.__name__[1:]
        setattr(random.Random, name, method)
        setattr(random, name, getattr(random._inst, name))  # the module's functions are the methods of one generator


_STRINGS = dict(letters=string.ascii_letters, lowercase=string.ascii_lowercase, uppercase=string.ascii_uppercase, atoi=int, atol=int,
                atof=float, maketrans=str.maketrans, join=lambda words, sep=" ": sep.join(words), split=str.split, strip=str.strip,
                lstrip=str.lstrip, rstrip=str.rstrip, lower=str.lower, upper=str.upper, replace=str.replace, find=str.find,
                rfind=str.rfind, count=str.count, zfill=lambda x, width: str(x).zfill(width), ljust=str.ljust, rjust=str.rjust,
                center=str.center, index=str.index)


_TYPES = dict(StringType=str, UnicodeType=str, StringTypes=(str, bytes), IntType=int, LongType=int, FloatType=float, ComplexType=complex,
              BooleanType=bool, ListType=list, TupleType=tuple, DictType=dict, DictionaryType=dict, NoneType=type(None), TypeType=type,
              ClassType=type, InstanceType=object, ObjectType=object, FileType=io.IOBase, SliceType=slice,
              UnboundMethodType=types.FunctionType)
_ITERATORS = dict(izip=zip, imap=map, ifilter=filter, izip_longest=itertools.zip_longest, ifilterfalse=itertools.filterfalse)


def _with_csv_of_bytes():
    reader = csv.reader

    def reader_of_lines(lines, *args, **kwargs):
        return reader(map(py2files.text_of, lines), *args, **kwargs)

    csv.reader = reader_of_lines


def _set_encoding(name):
    """Text is Unicode in Python 3; which encoding stood between it and bytes has nothing left to decide."""


_done = []


def give_back():
    """Change the modules, once: the program that runs is one of Python 2."""
    if _done:
        return
    _done.append(True)
    _with_old_draws()
    _with_csv_of_bytes()
    py2files.give_back()
    missing = {string: _STRINGS, types: _TYPES, itertools: _ITERATORS, sys: dict(setdefaultencoding=_set_encoding)}
    for module, names in missing.items():
        for name, value in names.items():
            vars(module).setdefault(name, value)
    if hasattr(sys.stdout, "reconfigure"):  # bytes that were no text, and were read as text, are printed as they were
        sys.stdout.reconfigure(errors="surrogateescape")
