"""Whether a source that parses as Python 3 was written for Python 2: by the names that it could not do without there, nor have here.

Or by its company: a package with one module that is no Python 3 never ran there, nor did what imports such a module. Files written for
both Pythons ask for the version, or catch the failure; those are Python 3, as are those whose names may come from `import *`. Methods
(`iteritems`) are no sign: other classes than dictionaries have them. The translation is py2.py's.
"""
import ast
import os
from functools import cache

_MODULES = frozenset("""cPickle cStringIO StringIO ConfigParser Queue urllib2 urlparse commands HTMLParser httplib Tkinter SocketServer
    copy_reg __builtin__ anydbm dbhash xmlrpclib Cookie cookielib BaseHTTPServer SimpleHTTPServer robotparser thread UserDict UserList
    UserString exceptions""".split())
_NAMES = frozenset("xrange unicode basestring raw_input unichr long execfile reduce reload cmp apply".split())
_FROM_ITERTOOLS = frozenset(("izip", "imap", "ifilter", "izip_longest"))
_BOTH = frozenset("version_info PY2 PY3 python_2_unicode_compatible hexversion".split())
_BRIDGES = frozenset(("six", "future", "past", "builtins", "compat"))  # parts of the names of modules that serve both


# what Python 3 says of statements that it no longer has
_OLD_SYNTAX = ("Missing parentheses in call to", "multiple exception types must be parenthesized", "leading zeros in decimal integer")


def why_python_2(tree, package=None, folder=None):
    """Why a parsed module is Python 2: the name it uses, or a module that is; None if it is not.

    That module is in its `package`, or one that it imports from `folder`, where its program lies.
    """
    if asks_for_the_version(tree):
        return None
    sign = _sign(tree)
    if sign is not None:
        return "it uses " + sign
    module = None if package is None else _python_2_module(package)
    if module is not None:
        return "the package has %s, which is" % module
    module = None if folder is None else _imported_python_2(tree, folder, set())
    return None if module is None else "it imports %s, which is" % module


def _imported_python_2(tree, folder, seen):
    """The name of the first file in `folder` that a module imports, itself or by others, and that is no Python 3."""
    names = [a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names]
    names += [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module and not node.level]
    for name in names:
        file = os.path.join(folder, name + ".py")
        if file in seen or not os.path.isfile(file):
            continue
        seen.add(file)
        inner = _parsed(file)
        found = name + ".py" if inner is None else _imported_python_2(inner, folder, seen)
        if found is not None:
            return found
    return None


def _parsed(file):
    """The tree of a file; None if it is no Python 3, but Python 2."""
    with open(file, "rb") as opened:
        data = opened.read()
    try:
        return ast.parse(data)
    except SyntaxError as e:
        return None if e.msg.startswith(_OLD_SYNTAX) else ast.Module([], [])
    except ValueError:
        return ast.Module([], [])


def asks_for_the_version(tree):
    """Whether a module was written for both Pythons."""
    return any(map(_asks_for_the_version, ast.walk(tree)))


@cache
def _python_2_module(folder):
    for name in sorted(os.listdir(folder)):
        if name.endswith(".py") and _parsed(os.path.join(folder, name)) is None:
            return name
    return None


def _sign(tree):
    """The first name in a parsed module that only Python 2 had, or None."""
    signs, bound = [], set()
    todo = [tree]
    while todo:
        node = todo.pop(0)
        if isinstance(node, ast.Try):  # whoever tries has another way
            bound.update(_bound_in(node))
            continue
        signs += _signs(node)
        bound.update(_bound(node))
        todo += ast.iter_child_nodes(node)
    return next((name for name in signs if name not in bound and not ("*" in bound and name in _NAMES)), None)


def _signs(node):
    match node:
        case ast.Import():
            return [a.name for a in node.names if a.name in _MODULES]
        case ast.ImportFrom(level=0):
            found = [a.name for a in node.names if a.name in _FROM_ITERTOOLS] if node.module == "itertools" else []
            return found + [node.module] * (node.module in _MODULES)
        case ast.Name(id=name, ctx=ast.Load()) if name in _NAMES:
            return [name]
        case ast.Attribute(value=ast.Name(id="itertools"), attr=name) if name in _FROM_ITERTOOLS:
            return ["itertools." + name]
        case ast.BinOp(left=ast.Name(id="print"), op=ast.RShift()):
            return ["print >>"]
    return []


def _bound(node):
    """Names that a node gives a meaning of its own."""
    match node:
        case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name) | ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.ImportFrom() if node.module not in _MODULES and node.module != "itertools":
            return _imported(node)
    return []


def _bound_in(node):
    return [name for inner in ast.walk(node) for name in (*_bound(inner), *_imported(inner))]


def _imported(node):
    return [a.asname or a.name for a in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []


def _asks_for_the_version(node):
    match node:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name in _BOTH
        case ast.Import():
            return any(_BRIDGES & set(a.name.split(".")) for a in node.names)
        case ast.ImportFrom(module=str(module)) if module.partition(".")[0] != "theano":  # its compat is taken for its own sake
            return bool(_BRIDGES & {*module.split("."), *(a.name for a in node.names)} or _BOTH & {a.name for a in node.names})
    return False
