"""Python 2 source to a Python 3 code object, in memory, with the line numbers of the original file.

The translation is fissix's (the living fork of lib2to3, extra `py2`). Here is what it leaves open: which lines came
from where, division of integers, sorting by a comparison, text that the program itself executes, and tabs. Running the result is run.py.
"""

import ast
import builtins
import difflib
import functools
import importlib.util
import operator
import os
import re
import sys
import warnings
import weakref

from theano_compat.legacy import py2modules
from theano_compat.legacy.old_classes import with_old_classes
from theano_compat.legacy.old_numbers import as_before, assignment_for, call_for, with_old_numbers
from theano_compat.legacy.py2builtins import BUILTINS, ClassicShowing
from theano_compat.legacy.py2signs import asks_for_the_version, why_python_2

DIVIDE, DIVIDE_INPLACE, SORT = "__classic_divide__", "__classic_divide_inplace__", "__classic_sort__"
CODE, COMPILE = "__classic_code__", "__classic_compile__"


class ReaderMissing(ImportError):
    """What a file needs to be read is not installed; the message names the extra that brings it."""

    def __init__(self, path, why, extra):
        super().__init__(f"{path} is {why} is not installed: pip install 'theano-compat[{extra}]'")


def _is_integral(value):
    dtype = getattr(value, "dtype", None)  # NumPy's and Theano's arrays alike
    if dtype is not None:
        return str(dtype).startswith(("int", "uint", "bool"))
    return isinstance(value, int)


def classic_divide(left, right):
    """`left / right` as Python 2 meant it: integers divide to integers."""
    left, right = as_before(left, right)
    if _is_integral(left) and _is_integral(right):
        return left // right
    try:
        return left / right
    except TypeError:
        for one, other, name in ((left, right, "__div__"), (right, left, "__rdiv__")):
            if hasattr(type(one), name):
                return getattr(one, name)(other)
        raise


def classic_divide_inplace(left, right):
    """`left /= right` as Python 2 meant it."""
    if not getattr(left, "ndim", 0):  # an array keeps its dtype
        left, right = as_before(left, right)
    if _is_integral(left) and _is_integral(right):
        return operator.ifloordiv(left, right)
    return operator.itruediv(left, right)


def classic_sort(sort, *args, **kwargs):
    """`sort(*args, **kwargs)` as Python 2 meant it, where `sort` is `sorted` or a list's: by `cmp`, `key` and `reverse`."""
    given, given_by = (args[:1], args[1:]) if sort is sorted else ((), args)
    if sort is not sorted and not isinstance(getattr(sort, "__self__", None), list):  # of an array, NumPy or Theano: by an axis
        return sort(*args, **kwargs)
    kwargs.update(zip(("cmp", "key", "reverse"), given_by))
    compare, key = kwargs.pop("cmp", None), kwargs.pop("key", None)
    if compare is not None:
        compared = functools.cmp_to_key(compare)
        key = compared if key is None else lambda x, key=key: compared(key(x))
    return sort(*given, key=key, **kwargs)


class _ClassicSort(ast.NodeTransformer):
    """Has `sort` and `sorted` look at what they are given; what is sorted is known only when it runs."""

    def visit_Call(self, node):
        self.generic_visit(node)
        compares = any(k.arg == "cmp" for k in node.keywords)
        of_list = isinstance(node.func, ast.Attribute) and node.func.attr == "sort" and (node.args or compares)
        if of_list or isinstance(node.func, ast.Name) and node.func.id == "sorted" and (len(node.args) > 1 or compares):
            return call_for(node, SORT, node.func, *node.args, keywords=node.keywords)
        return node


class _ClassicDivision(ast.NodeTransformer):
    """Replaces every `/`: what it divides is known only when it runs."""

    def visit_BinOp(self, node):
        self.generic_visit(node)
        if not isinstance(node.op, ast.Div):
            return node
        return call_for(node, DIVIDE, node.left, node.right)

    def visit_AugAssign(self, node):
        self.generic_visit(node)
        if not isinstance(node.op, ast.Div):
            return node
        return assignment_for(node, DIVIDE_INPLACE)


@functools.lru_cache(maxsize=256)  # the same expression may be evaluated at every step
def _compiled(text, path, mode, divides):
    try:
        return translate(text, path, mode=mode, divides=divides)
    except Exception:  # no Python 2 either: what Python 3 says of it
        return compile(text, path, mode, dont_inherit=True)


def classic_code(run, source, divides):
    """The code for `run`, which is `exec` or `eval`, of `source`: text or an open file is Python 2, like the program that has it run."""
    if run is builtins.exec and hasattr(source, "read"):
        source = source.read()
    if run not in (builtins.exec, builtins.eval) or not isinstance(source, str | bytes):
        return source
    mode = "exec" if run is builtins.exec else "eval"
    return _compiled(decode(source) if isinstance(source, bytes) else source, "<string>", mode, divides)


def classic_compile(compile_, divides, source, filename, mode, *args, **kwargs):
    """`compile_(source, filename, mode, ...)`, of Python 2 text where that is the builtin; `execfile` comes here too."""
    if compile_ is not builtins.compile or args or kwargs or not isinstance(source, str | bytes):
        return compile_(source, filename, mode, *args, **kwargs)
    return _compiled(decode(source) if isinstance(source, bytes) else source, filename, mode, divides)


class _Executed(ast.NodeTransformer):
    """Has the text that `exec`, `eval` and `compile` get when they run read as Python 2; the division of the module holds for it."""

    def __init__(self, divides):
        self.divides = divides

    def visit_Call(self, node):
        self.generic_visit(node)
        called = node.func.id if isinstance(node.func, ast.Name) else None
        if called in ("exec", "eval") and node.args and not isinstance(node.args[0], ast.Starred):
            node.args[0] = call_for(node.args[0], CODE, node.func, node.args[0], ast.Constant(self.divides))
        elif called == "compile":
            return call_for(node, COMPILE, node.func, ast.Constant(self.divides), *node.args, keywords=node.keywords)
        return node


def _refactor(source, path, in_package):
    """The text in Python 3, by fissix's standard fixers. Imports look beside the file first if that is part of a package."""
    try:
        from fissix import pygram, refactor
        from fissix.pgen2.parse import ParseError
    except ImportError:
        raise ReaderMissing(path, "written in Python 2, and the translator that it needs", "py2") from None
    # its fix of sorts takes the argument of any `sort` for a comparison, an array given to numpy.sort too; lists are made by py2builtins.py
    without = ("fix_sorted", "fix_map", "fix_filter", "fix_zip", "fix_types", *(() if in_package else ("fix_import",)))
    fixers = [name for name in refactor.get_fixers_from_package("fissix.fixes") if not name.endswith(without)]
    text = source if source.endswith("\n") else source + "\n"
    tool = refactor.RefactoringTool(fixers)
    try:
        return str(tool.refactor_string(text, path))
    except ParseError:  # a file that already prints by function, but is Python 2 for another reason
        tool.driver.grammar = pygram.python_grammar_no_print_statement
        return str(tool.refactor_string("from __future__ import print_function;" + text, path))


def _line_map(old, new):
    """For each line of `new`, counted from 1, the line of `old` it came from."""
    origin = [1] * (len(new) + 1)
    for _, old_start, old_end, new_start, new_end in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        for offset in range(new_end - new_start):
            origin[new_start + offset + 1] = max(1, min(old_start + offset, max(old_end - 1, old_start)) + 1)
    return [min(line, max(len(old), 1)) for line in origin]


def _restore_positions(tree, old_text, new_text):
    """Give every node the line of the original; where the texts differ, the columns of the whole line."""
    old, new = old_text.splitlines(), new_text.splitlines()
    origin = _line_map(old, new)
    for node in ast.walk(tree):
        if not hasattr(node, "lineno"):
            continue
        first, last = node.lineno, node.end_lineno or node.lineno
        changed = any(new[line - 1] != old[origin[line] - 1] for line in {first, last} if line <= len(new))
        node.lineno, node.end_lineno = origin[first], max(origin[last], origin[first])
        if changed:
            text = old[node.end_lineno - 1]
            start = old[node.lineno - 1]
            node.col_offset = len((start[: len(start) - len(start.lstrip())]).encode())
            node.end_col_offset = max(len(text.encode()), node.col_offset)


def _has_future(source, feature):
    return re.search(r"^from\s+__future__\s+import\b.*\b%s\b" % feature, source, re.MULTILINE) is not None


def translate(source, path, finish=None, mode="exec", divides=True, in_package=False):
    """Compile Python 2 `source`, for a namespace `with_builtins`. `finish` changes the translated tree."""
    divides = divides and not _has_future(source, "division")
    text = _refactor(source, path, in_package)
    try:
        tree = ast.parse(text, path)
    except TabError:  # Python 2 took a tab for eight columns
        source = re.sub(r"^[ \t]+", lambda blank: blank.group().expandtabs(8), source, flags=re.MULTILINE)
        text = _refactor(source, path, in_package)
        tree = ast.parse(text, path)
    _restore_positions(tree, source, text)
    tree = tree if finish is None else finish(tree)
    for transformer in (_ClassicSort(), _Executed(divides), ClassicShowing(prints=not _has_future(source, "print_function"))):
        tree = transformer.visit(tree)
    helpers = {SORT: classic_sort, CODE: classic_code, COMPILE: classic_compile}
    if divides:
        tree = _ClassicDivision().visit(tree)
        helpers.update({DIVIDE: classic_divide, DIVIDE_INPLACE: classic_divide_inplace})
    tree = with_old_numbers(with_old_classes(tree))
    py2modules.give_back()
    BUILTINS.update({**vars(builtins), **BUILTINS, **helpers})  # with what the trees before and this one call
    if mode == "eval":
        (statement,) = tree.body
        tree = ast.Expression(statement.value)
    elif mode == "single":
        tree = ast.Interactive(tree.body)
    code = compile(tree, path, mode, dont_inherit=True)
    _translated.add(code)
    return code


_translated = weakref.WeakSet()


def with_builtins(code, namespace):
    """The namespace, for executing what `translate` or `compile_source` gave, with the builtins of its Python."""
    namespace["__builtins__"] = BUILTINS if is_translated(code) else builtins
    return namespace


class _LocalImports(ast.NodeTransformer):
    """Makes an import relative that finds its module in the package's own `folder` alone, where Python 2 looked first."""

    def __init__(self, folder):
        self.folder = folder

    def _is_local(self, name):
        beside = os.path.join(self.folder, name or "")
        if not name or "." in name or not (os.path.isfile(beside + ".py") or os.path.isfile(os.path.join(beside, "__init__.py"))):
            return False
        return name not in sys.modules and importlib.util.find_spec(name) is None

    def visit_ImportFrom(self, node):
        if not node.level and self._is_local(node.module):
            node.level = 1
        return node

    def visit_Import(self, node):
        local = [alias for alias in node.names if self._is_local(alias.name)]
        if not local:
            return node
        rest = [alias for alias in node.names if alias not in local]
        made = [ast.ImportFrom(None, local, 1), *([ast.Import(rest)] if rest else [])]
        return [ast.copy_location(one, node) for one in made]


def is_translated(code):
    """Whether `translate` made the code."""
    return code in _translated


def compile_source(data, path, package=None, finish=None, folder=None, python_2=False):
    """Compile the bytes of a file as Python 3 or, where that cannot be parsed, as Python 2.

    `package`: the folder of the package that the file is part of; `folder`: where its program lies; `finish` changes the tree. What parses
    as Python 3 and yet uses what only Python 2 had is translated too, with a warning; so is, in silence, a part of a `python_2` program.
    """
    try:
        tree = compile(data, path, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
        if python_2 and not asks_for_the_version(tree):
            return translate(decode(data), path, finish)
        why = why_python_2(tree, package, folder)
        if why is not None:
            warnings.warn_explicit("taken for Python 2, for %s: integers divide to integers" % why, UserWarning, path, 1)
            return translate(decode(data), path, finish, in_package=package is not None)
        if finish is not None:
            tree = finish(tree)
        if package is not None:
            tree = _LocalImports(package).visit(tree)
        return compile(with_old_numbers(tree), path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as python3_error:
        source = decode(data)
        try:
            return translate(source, path, finish, in_package=package is not None)
        except ReaderMissing as missing:
            raise missing from python3_error
        except Exception:  # neither Python: what Python 3 said is what the reader knows
            raise python3_error from None


def decode(data):
    """The text of a source file; Python 2 files without a coding line are often Latin-1."""
    import io
    import tokenize

    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
    except (SyntaxError, UnicodeDecodeError):
        text = data.decode("latin-1")
    return text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
