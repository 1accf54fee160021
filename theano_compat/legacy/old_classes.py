"""What classes of Python 2 did that those of Python 3 do not: special methods of instances, order by `__cmp__`, a hash beside `__eq__`.

Classes without bases found special methods on their instances: `Struct(__call__=f)(x)` called `f`. Python 3 looks for them in the class
alone. A class of Python 2 whose `__init__` may put such names into an instance gives the instance a class of its own that has them.
Methods that are put there after `__init__` are not found.
"""

import ast
import builtins
import functools
import operator

OLD_CLASS, COMPARED_CLASS = "__old_class__", "__compared_class__"
_PYTHONS_OWN = {"__class__", "__dict__", "__doc__", "__init__", "__module__", "__name__", "__new__", "__weakref__"}


def _is_special(name):
    return isinstance(name, str) and name.startswith("__") and name.endswith("__") and name not in _PYTHONS_OWN


def _forward(name):
    def method(self, *args, **kwargs):
        return self.__dict__[name](*args, **kwargs)

    return method


@functools.cache
def _with_methods(cls, names):
    return type(cls.__name__, (cls,), {"__module__": cls.__module__, **{name: _forward(name) for name in names}})


def old_class(cls):
    """The class, whose instances find the special methods that `__init__` put into them."""
    init = cls.__init__

    @functools.wraps(init)
    def wrapped(self, *args, **kwargs):
        init(self, *args, **kwargs)
        names = tuple(sorted(name for name, value in vars(self).items() if _is_special(name) and callable(value)))
        if names and type(self).__dict__.get(names[0]) is None:
            self.__class__ = _with_methods(type(self), names)

    cls.__init__ = wrapped
    return cls


def _by_cmp(operation):
    def method(self, other):
        return operation(self.__cmp__(other), 0)

    return method


def compared_class(cls):
    """The class, in the order of its `__cmp__` if it has one, and hashed as its base is although it defines equality."""
    if "__cmp__" in vars(cls):
        for name in ("lt", "le", "gt", "ge", "eq", "ne"):
            if "__%s__" % name not in vars(cls):
                setattr(cls, "__%s__" % name, _by_cmp(getattr(operator, name)))
    if vars(cls).get("__hash__", 0) is None:  # Python 3's own addition
        del cls.__hash__
    return cls


class _OldClasses(ast.NodeTransformer):
    """Decorates the classes with comparisons, and those without bases whose `__init__` reaches into `__dict__` or sets a special name."""

    def visit_ClassDef(self, node):
        self.generic_visit(node)
        methods = {f.name for f in node.body if isinstance(f, ast.FunctionDef)}
        if methods & {"__cmp__", "__eq__"}:
            node.decorator_list.append(ast.copy_location(ast.Name(COMPARED_CLASS, ast.Load()), node))
        inits = [f for f in node.body if isinstance(f, ast.FunctionDef) and f.name == "__init__"]
        if node.bases or node.keywords or not inits:
            return node
        attributes = [x for x in ast.walk(inits[-1]) if isinstance(x, ast.Attribute)]
        if any(x.attr == "__dict__" or _is_special(x.attr) and isinstance(x.ctx, ast.Store) for x in attributes):
            mark = ast.copy_location(ast.Name(OLD_CLASS, ast.Load()), node)
            node.decorator_list.append(mark)
        return node


def with_old_classes(tree):
    """The tree with its old classes decorated; `builtins` gets what that calls."""
    vars(builtins).setdefault(OLD_CLASS, old_class)
    vars(builtins).setdefault(COMPARED_CLASS, compared_class)
    return _OldClasses().visit(tree)
