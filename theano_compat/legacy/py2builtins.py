"""What Python 2's builtins did otherwise: `print`, `str` and `%` of floats, `round`, `map`, `filter`, `ord`, comparisons, errors.

A translated source (py2.py) has these for its builtins; sources of Python 3 beside it keep theirs. Files are py2files.py's, the modules
of the library that changed under the same name (`random`, `string`, `csv`) py2modules.py's.
"""
import ast
import builtins
import codecs
import contextlib
import functools
import itertools
import numbers
import operator
import sys

import numpy as np

from theano_compat.legacy.old_numbers import as_before, call_for
from theano_compat.legacy.py2files import Octets, classic_open, classic_read, file, raw_of, text_of


class _Float(float):
    """A float that shows twelve digits, as Python 2's `str` did; its `repr` has all."""

    def __str__(self):
        text = "%.12g" % self
        return text if "." in text or "e" in text or not text.lstrip("-").isdigit() else text + ".0"

    def __format__(self, how):
        return format(str(self), how) if not how or how[-1] == "s" else float.__format__(self, how)


def shown(value):
    """What to show instead of `value`: floats by twelve digits, bytes as text, types that no class statement made as `<type 'int'>`."""
    if type(value) is float:
        return _Float(value)
    return _shown_type(value) if type(value) is type else text_of(value)


def _shown_type(cls):
    if cls.__flags__ & _WRITTEN_IN_PYTHON:
        return cls
    module = "exceptions" if issubclass(cls, BaseException) else cls.__module__
    return "<type '%s'>" % (cls.__qualname__ if module == "builtins" else "%s.%s" % (module, cls.__qualname__))


_WRITTEN_IN_PYTHON = 1 << 9  # CPython's flag of types made by a class statement


def classic_print(*values, **options):
    """The function `print`, of floats by twelve digits."""
    print(*map(shown, values), **options)


def print_statement(*values, end="\n", file=None):
    """The statement `print`. A comma at its end (`end` is a blank) leaves the blank to what is printed next, should that be on the line."""
    stream = sys.stdout if file is None else file
    soft = getattr(stream, "softspace", 0)
    for value in values:
        text = str(shown(value))
        stream.write(" " + text if soft else text)
        soft = not (isinstance(value, str) and text[-1:] in ("\n", "\t"))
    if end == "\n":
        stream.write(end)
    with contextlib.suppress(AttributeError):  # not all that can be written to takes an attribute
        stream.softspace = int(soft and end != "\n")


def classic_str(called, *args, **kwargs):
    """`called(value)`, where that is `str`, with floats by twelve digits."""
    if len(args) == 1 and type(args[0]) is Octets:
        return args[0]
    return called(*map(shown, args), **kwargs) if called is str and len(args) == 1 and not kwargs else called(*args, **kwargs)


def classic_mod(left, right):
    """`left % right`: of numbers, or what `%s` shows of floats."""
    if not isinstance(left, str):
        return operator.mod(*as_before(left, right))
    if type(right) is tuple:
        return left % tuple(map(shown, right))
    return left % ({key: shown(value) for key, value in right.items()} if type(right) is dict else shown(right))


def classic_round(number, ndigits=0):
    """Halves away from zero, as a float."""
    try:
        value = float(number)
    except TypeError:  # a symbolic variable, and whatever else has its own
        return round(number, ndigits)
    rounded = round(value, ndigits)
    if ndigits <= 0 and abs(value) < 2**52:
        unit = 10.0**-ndigits
        rounded = (abs(value) / unit + 0.5) // 1 * unit * (1 if value >= 0 else -1)
    return type(number)(rounded) if isinstance(number, float) else rounded


def classic_ord(character):
    """The number of a character; one of bytes is that already."""
    return character if isinstance(character, int) else ord(character)


def classic_map(function, *iterables):
    """A list; shorter arguments are filled with None, and without a function there are tuples."""
    if function is str:
        return [classic_str(str, value) for value in iterables[0]]
    if len(iterables) == 1:
        return list(iterables[0]) if function is None else [function(value) for value in iterables[0]]
    rows = itertools.zip_longest(*iterables)
    return list(rows) if function is None else [function(*row) for row in rows]


def classic_filter(function, iterable):
    """Of a string a string, of a tuple a tuple, of all else a list."""
    kept = [value for value in iterable if (value if function is None else function(value))]
    if isinstance(iterable, str):
        return "".join(kept)
    return tuple(kept) if type(iterable) is tuple else kept


def _rank(value):
    # None was less than all, numbers less than what is none, and of two types the one whose name comes first
    return (0, "") if value is None else (1, "") if isinstance(value, numbers.Number) else (2, type(value).__name__)


def _compares(name):
    plain = getattr(operator, name)

    def compare(left, right):
        try:
            return plain(left, right)
        except TypeError:
            by_rank = all(x is None or isinstance(x, numbers.Number | str | bytes | list | tuple | dict | set) for x in (left, right))
            if not by_rank or _rank(left) == _rank(right):
                raise
            return plain(_rank(left), _rank(right))

    return compare


def classic_decode(value, *args, **kwargs):
    """`value.decode(...)`; text is decoded already, but not from the codecs of bytes ("hex")."""
    if isinstance(value, str) and args and args[0] in _OF_BYTES:
        return Octets(codecs.decode(raw_of(value), args[0]))
    return value if type(value) is str else value.decode(*args, **kwargs)


def classic_encode(value, *args, **kwargs):
    """`value.encode(...)`, where that is a string, as a string again."""
    if not isinstance(value, str):
        return value.encode(*args, **kwargs)
    if args and args[0] in _OF_BYTES:
        return Octets(codecs.encode(raw_of(value), args[0]))
    return value if isinstance(value, Octets) else Octets(value.encode(*args, **kwargs))


_OF_BYTES = ("hex", "base64", "zlib", "bz2")


def classic_tostring(value, *args, **kwargs):
    """`value.tostring()`, which NumPy 2.3 took from its arrays."""
    return value.tobytes(*args, **kwargs) if isinstance(value, np.ndarray | np.generic) else value.tostring(*args, **kwargs)


def _extreme(plain):
    def extreme(*args, **options):
        values = list(args[0]) if len(args) == 1 else args
        try:
            return plain(values, **options)
        except TypeError:
            if options or not any(x is None for x in values):
                raise
            return plain(values, key=lambda x: (x is not None, 0 if x is None else x))

    return extreme


def classic_message(error):
    """`error.message`, for an error that has none of its own: what it was made with, if that is one thing."""
    if not isinstance(error, BaseException) or hasattr(error, "message"):
        return error.message
    return error.args[0] if len(error.args) == 1 else ""


def classic_item(error, key):
    """`error[key]`: of what it was made with."""
    return error.args[key] if isinstance(error, BaseException) and not hasattr(type(error), "__getitem__") else error[key]


_ORDERS = {ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge"}
_HELPERS = dict(__classic_str__=classic_str, __classic_mod__=classic_mod, __classic_shown__=shown,
                __print_statement__=print_statement, __classic_message__=classic_message, __classic_item__=classic_item,
                __classic_read__=classic_read, __classic_decode__=classic_decode,
                __classic_encode__=classic_encode, __classic_tostring__=classic_tostring,
                **{"__classic_%s__" % name: _compares(name) for name in _ORDERS.values()})
BUILTINS = {**vars(builtins), **_HELPERS, "print": classic_print, "round": classic_round, "ord": classic_ord, "map": classic_map,
            "filter": classic_filter, "zip": lambda *iterables: list(zip(*iterables)), "max": _extreme(max), "min": _extreme(min),
            "open": classic_open, "file": file, "cmp": lambda a, b: (a > b) - (a < b),
            "apply": lambda function, args=(), kwargs={}: function(*args, **kwargs), "intern": sys.intern, "reduce": functools.reduce,
            "raw_input": input, "unicode": str, "basestring": str, "long": int, "unichr": chr, "xrange": range, "buffer": memoryview}


class ClassicShowing(ast.NodeTransformer):
    """Has `%`, `str(x)`, `"...".format(x)`, comparisons and errors do as they did: what they meet is known only when they run.

    `prints`: `print` is a statement in the source.
    """

    def __init__(self, prints):
        self.prints = prints

    def visit_BinOp(self, node):
        self.generic_visit(node)
        return call_for(node, "__classic_mod__", node.left, node.right) if isinstance(node.op, ast.Mod) else node

    def visit_Call(self, node):
        self.generic_visit(node)
        match node.func:
            case ast.Name(id="print") if self.prints:
                return call_for(node, "__print_statement__", *node.args, keywords=node.keywords)
            case ast.Name(id="str"):
                return call_for(node, "__classic_str__", node.func, *node.args, keywords=node.keywords)
            case ast.Attribute(attr="read" | "readline" | "readlines"):
                return call_for(node, "__classic_read__", node.func, *node.args, keywords=node.keywords)
            case ast.Attribute(attr="tostring"):
                return call_for(node, "__classic_tostring__", node.func.value, *node.args, keywords=node.keywords)
            case ast.Attribute(attr="decode" | "encode" as way):
                return call_for(node, "__classic_%s__" % way, node.func.value, *node.args, keywords=node.keywords)
            case ast.Attribute(value=ast.Constant(value=str()), attr="format"):
                node.args = [x if isinstance(x, ast.Starred) else call_for(x, "__classic_shown__", x) for x in node.args]
                for keyword in node.keywords:
                    if keyword.arg is not None:
                        keyword.value = call_for(keyword.value, "__classic_shown__", keyword.value)
        return node

    def visit_Compare(self, node):
        self.generic_visit(node)
        name = _ORDERS.get(type(node.ops[0])) if len(node.ops) == 1 else None
        return node if name is None else call_for(node, "__classic_%s__" % name, node.left, node.comparators[0])

    def visit_ExceptHandler(self, node):
        self.generic_visit(node)
        if node.name:
            hidden = "__error_%s__" % node.name  # Python 3 deletes the handler's own name at its end
            kept = ast.Assign([ast.Name(node.name, ast.Store())], ast.Name(hidden, ast.Load()))
            body = [_ErrorsParts(node.name).visit(statement) for statement in node.body]
            node.body = [ast.fix_missing_locations(ast.copy_location(kept, body[0])), *body]
            node.name = hidden
        return node


class _ErrorsParts(ast.NodeTransformer):
    """Has the error that a handler calls `name` give its parts."""

    def __init__(self, name):
        self.name = name

    def _is_error(self, node):
        return isinstance(node.value, ast.Name) and node.value.id == self.name and isinstance(node.ctx, ast.Load)

    def visit_Attribute(self, node):
        self.generic_visit(node)
        return call_for(node, "__classic_message__", node.value) if node.attr == "message" and self._is_error(node) else node

    def visit_Subscript(self, node):
        self.generic_visit(node)
        is_item = self._is_error(node) and not isinstance(node.slice, ast.Slice)
        return call_for(node, "__classic_item__", node.value, node.slice) if is_item else node
