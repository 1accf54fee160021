"""One import finder for `theano.*` and `theano_compat.*`: a module reached by two names is one module object.

Which rooms serve which old path is data in paths.py; what cannot exist any more is data in removed.py.
`install()` is called once, by the front door, before any other room is imported.

Three kinds of module come out of here:

- *rooms*, our files: loaded as Python would load them, and entered under both names;
- *views*, old paths without a file of ours (`theano.tensor.basic`): no code, names are looked up in the rooms;
- both get `Room` as class, so that an old name missing in the file is looked for where the table says.
"""

import builtins
import functools
import importlib
import importlib.machinery
import os
import pkgutil
import sys
import types

from theano_compat.legacy import paths, removed, undisturbed

OLD, NEW = "theano", "theano_compat"
_HOME = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_ABSENT = object()
_BUILTINS = frozenset(vars(builtins))


def _legacy(name):
    """The name as Theano spelled it: `theano_compat.tensor` -> `theano.tensor`."""
    return OLD + name[len(NEW) :] if name == NEW or name.startswith(NEW + ".") else name


def _own(name):
    """The name as our files spell it: `theano.tensor` -> `theano_compat.tensor`."""
    return NEW + name[len(OLD) :] if name == OLD or name.startswith(OLD + ".") else name


def _has_file(room):
    """Whether `tensor.elemwise` is a file (or a package) of ours; asked before importing, so that no view answers."""
    base = os.path.join(_HOME, *room.split("."))
    return os.path.isfile(base + ".py") or os.path.isfile(os.path.join(base, "__init__.py"))


@functools.cache
def _expand(legacy_name):
    """The names of the modules that serve an old path, in the order of the table."""
    return tuple(_expanded(legacy_name))


def _expanded(legacy_name):
    for entry in paths.ROOMS.get(legacy_name, ()):
        package = entry.removesuffix(".*")
        if not _has_file(package):
            continue
        if entry == package:
            yield f"{NEW}.{entry}"
            continue
        for info in pkgutil.iter_modules([os.path.join(_HOME, *package.split("."))]):
            if not info.ispkg:
                yield f"{NEW}.{package}.{info.name}"


def _rooms(legacy_name):
    return map(importlib.import_module, _expand(legacy_name))


def _public_names(module):
    own = vars(module)
    if "__all__" in own:
        return list(own["__all__"])
    return [name for name, value in own.items() if not name.startswith("_") and not isinstance(value, types.ModuleType)]


def _star_names(module):
    """What `from module import *` takes: as in Theano, everything public, modules that the file imported included."""
    names = [name for name in vars(module) if not name.startswith("_")]
    legacy_name = _legacy(module.__name__)
    for room in _rooms(legacy_name):
        names += _public_names(room)
    hides = paths.HIDES_BUILTINS.get(legacy_name, ())
    names = [name for name in names if name not in _BUILTINS or name in hides]
    return list(dict.fromkeys([*names, *paths.STARRED.get(legacy_name, ())]))


class Room(types.ModuleType):
    """A module of ours that also knows the names Theano kept under the same path."""

    def __setattr__(self, name, value):
        # Importing `theano.tensor.var` makes Python bind the submodule on its parent, where T.var is a function that
        # programs call. A name that the parent gives another meaning keeps it.
        if isinstance(value, types.ModuleType) and value.__name__.rpartition(".")[2] == name:
            present = self.__dict__.get(name, _ABSENT)
            # Looking into rooms imports them: not while one of our files runs, whose half a neighbour would find.
            if present is _ABSENT and not _loading and f"{_legacy(self.__name__)}.{name}" in paths.ROOMS:
                present = _in_rooms(self, name)
            if present is not _ABSENT and not isinstance(present, types.ModuleType):
                return
        super().__setattr__(name, value)

    def __getattr__(self, name):
        if name.startswith("__") and name != "__all__":  # at once: each `from room import name` asks for __path__
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        legacy_name = _legacy(self.__name__)
        # While the file runs, a missing name is an import cycle: say so, do not hide it by looking elsewhere.
        if not _is_loading(self):
            if name == "__all__" and (legacy_name in paths.ROOMS or legacy_name in paths.STARRED):
                return _star_names(self)
            value = _find(self, legacy_name, name)
            if value is not _ABSENT:
                return value
        sentence = removed.sentence_for(f"{legacy_name}.{name}")
        raise AttributeError(sentence or f"module {legacy_name!r} has no attribute {name!r}", name=name, obj=self)

    def __reduce__(self):
        # cloudpickle knows modules by their exact class, and a function that a program ships to another process uses T.
        return importlib.import_module, (self.__name__,)

    def __dir__(self):
        names = {*super().__dir__(), *self.__dict__.get("__all__", ()), *paths.STARRED.get(_legacy(self.__name__), ())}
        for room in _rooms(_legacy(self.__name__)):
            names.update(_public_names(room))
        return sorted(names)


def _is_loading(module):
    return module.__name__ in _loading


_loading = set()


def _in_rooms(module, name):
    for room in _rooms(_legacy(module.__name__)):
        if room is module:
            continue
        if name in vars(room).get("__all__", ()):
            return getattr(room, name)
        # A module that a room imported for its own use is no name of it.
        value = vars(room).get(name, _ABSENT)
        if value is not _ABSENT and not isinstance(value, types.ModuleType):
            return value
    return _ABSENT


def _find(module, legacy_name, name):
    """What `module.name` means if the file itself does not say: a room's name, an old submodule, or an old by-product."""
    path = f"{legacy_name}.{name}".partition(".")[2]
    if _has_file(path):
        # `from theano_compat.tensor import slices` asks here before Python looks for the file
        return importlib.import_module(f"theano_compat.{path}")
    if legacy_name in paths.ROOMS:
        value = _in_rooms(module, name)
        if value is not _ABSENT:
            return value
    if f"{legacy_name}.{name}" in paths.ROOMS and _can_import(f"{legacy_name}.{name}"):
        return importlib.import_module(f"{legacy_name}.{name}")
    furniture = paths.FURNITURE.get(f"{legacy_name}.{name}") or paths.FURNITURE.get(name)
    if furniture and (legacy_name in paths.ROOMS or legacy_name == OLD):
        target, _, attribute = furniture.partition(":")
        found = importlib.import_module(target)
        return getattr(found, attribute) if attribute else found
    return _ABSENT


def _can_import(legacy_name):
    """Whether an old path is served: a row without rooms is a namespace, one whose rooms are all missing is nothing."""
    if legacy_name == OLD or _has_file(legacy_name.partition(".")[2]):
        return True
    rooms = paths.ROOMS.get(legacy_name)
    served = rooms is not None and (not rooms or _expand(legacy_name))
    return served and _can_import(legacy_name.rpartition(".")[0])


class _Loader:
    """Common to the three loaders: `module_from_spec` overwrites `__spec__` of an existing module, put it back."""

    def __init__(self):
        self._kept = {}

    def _reuse(self, module):
        self._kept[id(module)] = module.__spec__
        return module

    def exec_module(self, module):
        if id(module) in self._kept:
            module.__spec__ = self._kept.pop(id(module))


class _AliasLoader(_Loader):
    """Loads `theano.x` as the module `theano_compat.x`."""

    def __init__(self, target):
        super().__init__()
        self.target = target

    def create_module(self, spec):
        return self._reuse(importlib.import_module(self.target))

    def get_code(self, fullname):
        """The code of the file, for `python -m theano.misc.check_blas`."""
        return importlib.machinery.PathFinder.find_spec(self.target, sys.modules[self.target.rpartition(".")[0]].__path__).loader.get_code(
            self.target)


class _ViewLoader(_Loader):
    """Makes the view of an old path, once, whichever of its two names asks first."""

    def create_module(self, spec):
        for name in (_legacy(spec.name), _own(spec.name)):
            if name in sys.modules:
                return self._reuse(sys.modules[name])
        legacy_name = _legacy(spec.name)
        view = Room(legacy_name, f"Theano's old path `{legacy_name}`; its names live in other modules of theano_compat.")
        # A path makes `from view import x` ask the finder for `view.x`, which is how a removed name gets its sentence.
        view.__path__ = []
        return view

    def exec_module(self, module):
        super().exec_module(module)
        sys.modules[_legacy(module.__name__)] = sys.modules[_own(module.__name__)] = module


class _RoomLoader:
    """Python's own loader for a file of ours, which enters the module under its old name too."""

    def __init__(self, inner):
        self._inner = inner

    def __getattr__(self, name):
        return getattr(self._inner, name)

    def create_module(self, spec):
        return self._inner.create_module(spec)

    def exec_module(self, module):
        module.__loader__ = module.__spec__.loader = self._inner
        adopt(module)
        _loading.add(module.__name__)
        try:
            self._inner.exec_module(module)
        except BaseException:
            sys.modules.pop(_legacy(module.__name__), None)
            raise
        finally:
            _loading.discard(module.__name__)


def adopt(module):
    """Enter a module of ours under its old name and let it answer for the names its old namesake had."""
    module.__class__ = Room
    sys.modules[_legacy(module.__name__)] = module
    if _legacy(module.__name__) in removed.GONE and not hasattr(module, "__path__"):
        module.__path__ = []  # as of a view: what is gone from it is asked for here, and gets its sentence


class Finder:
    """The meta-path entry; first in line, so that a `theano` folder on sys.path is never mixed with ours."""

    def find_spec(self, fullname, path=None, target=None):
        root = fullname.partition(".")[0]
        if root not in (OLD, NEW) or fullname == NEW:
            return None
        own, legacy_name = _own(fullname), _legacy(fullname)
        if fullname != own and (own in sys.modules or fullname == OLD):
            return importlib.machinery.ModuleSpec(fullname, _AliasLoader(own))
        spec = importlib.machinery.PathFinder.find_spec(own, path)
        # a program may put a package of its own below ours (theano.tests): what lies in it is no room
        if spec is not None and spec.loader is not None and (spec.origin or "").startswith(_HOME + os.sep):
            if fullname != own:
                return importlib.machinery.ModuleSpec(fullname, _AliasLoader(own), origin=spec.origin)
            spec.loader = _RoomLoader(spec.loader)
            return spec
        if _can_import(legacy_name):
            return importlib.machinery.ModuleSpec(fullname, _ViewLoader(), is_package=True)
        sentence = removed.sentence_for(legacy_name)
        if sentence:
            raise ImportError(sentence, name=fullname)
        return None


def _installed_theano():
    """Folder of the real Theano, if `import theano` would find it installed here or already has."""
    loaded = sys.modules.get(OLD)
    if loaded is not None and hasattr(loaded, "gof") and not isinstance(loaded, Room):
        return os.path.dirname(loaded.__file__ or "")
    spec = importlib.machinery.PathFinder.find_spec(OLD)
    folder = os.path.dirname(spec.origin) if spec is not None and spec.origin else ""
    if not os.path.isdir(os.path.join(folder, "gof")):
        return None
    # A source tree that merely lies in the current folder is no danger: this finder comes before the path.
    beside = os.listdir(os.path.dirname(folder))
    installed = any(name.lower().startswith("theano") and name.endswith((".dist-info", ".egg-info")) and
                    not name.startswith("theano_compat") for name in beside)
    return folder if installed else None


def install():
    """Put the finder first in line and adopt what was imported before it."""
    folder = _installed_theano()
    if folder is not None:
        raise ImportError(
            f"Theano itself is installed in {folder}; theano_compat takes its place and is not used beside it. "
            "Remove it with `pip uninstall Theano Theano-PyMC`, then `pip install --force-reinstall --no-deps theano-compat`."
        )
    if not any(isinstance(entry, Finder) for entry in sys.meta_path):
        sys.meta_path.insert(0, Finder())
    undisturbed.install()
    for name, module in list(sys.modules.items()):
        if name == NEW or name.startswith(NEW + "."):
            adopt(module)
