"""One import finder for `theano.*` and `theano_compat.*`: a module reached by two names is one module object.

Which rooms serve which old path is data in paths.py; what cannot exist any more is data in removed.py.
`install()` is called once, by the front door, before any other room is imported.

Three kinds of module come out of here:

- *rooms*, our files: loaded as Python would load them, and entered under both names;
- *views*, old paths without a file of ours (`theano.tensor.basic`): no code, names are looked up in the rooms;
- both get `Room` as class, so that an old name missing in the file is looked for where the table says.
"""

import importlib
import importlib.machinery
import pkgutil
import sys
import types

from theano_compat.legacy import paths, removed

OLD, NEW = "theano", "theano_compat"


def _legacy(name):
    """The name as Theano spelled it: `theano_compat.tensor` -> `theano.tensor`."""
    return OLD + name[len(NEW) :] if name == NEW or name.startswith(NEW + ".") else name


def _own(name):
    """The name as our files spell it: `theano.tensor` -> `theano_compat.tensor`."""
    return NEW + name[len(OLD) :] if name == OLD or name.startswith(OLD + ".") else name


def _is_missing(error, name):
    """Whether this ModuleNotFoundError says that `name` itself does not exist (not something it imports)."""
    return error.name is not None and (name + ".").startswith(error.name + ".")


def _import_room(name):
    """The module `name`, or None if there is no such file."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if _is_missing(error, name):
            return None
        raise


def _rooms(legacy_name):
    """The modules that serve an old path, in the order of the table."""
    for entry in paths.ROOMS.get(legacy_name, ()):
        if not entry.endswith(".*"):
            room = _import_room(f"{NEW}.{entry}")
            if room is not None:
                yield room
            continue
        package = _import_room(f"{NEW}.{entry[:-2]}")
        if package is None:
            continue
        for info in pkgutil.iter_modules(package.__path__):
            if not info.ispkg:
                yield importlib.import_module(f"{package.__name__}.{info.name}")


def _public_names(module):
    own = vars(module)
    if "__all__" in own:
        return list(own["__all__"])
    return [name for name, value in own.items() if not name.startswith("_") and not isinstance(value, types.ModuleType)]


class Room(types.ModuleType):
    """A module of ours that also knows the names Theano kept under the same path."""

    def __setattr__(self, name, value):
        # Importing `theano.tensor.var` makes Python bind the submodule on its parent, where T.var is a function that
        # programs call. A name that the parent gives another meaning stays.
        if isinstance(value, types.ModuleType) and value.__name__.rpartition(".")[2] == name:
            missing = object()
            present = self.__dict__.get(name, missing)
            if present is missing:
                present = self._in_rooms(name, missing)
            if present is not missing and not isinstance(present, types.ModuleType):
                return
        super().__setattr__(name, value)

    def _in_rooms(self, name, default):
        for room in _rooms(_legacy(self.__name__)):
            if room is not self and name in vars(room):
                value = vars(room)[name]
                if not isinstance(value, types.ModuleType):
                    return value
        return default

    def __getattr__(self, name):
        legacy_name = _legacy(self.__name__)
        if name == "__all__" and legacy_name in paths.ROOMS and not hasattr(self, "__path__"):
            return self.__dir__()
        if name.startswith("__"):
            raise AttributeError(f"module {legacy_name!r} has no attribute {name!r}")
        missing = object()
        value = self._in_rooms(name, missing)
        if value is not missing:
            return value
        submodule = f"{legacy_name}.{name}"
        if submodule in paths.ROOMS:
            module = _import_room(submodule)
            if module is not None:
                return module
        if name in paths.FURNITURE and legacy_name in paths.ROOMS:
            target, _, attribute = paths.FURNITURE[name].partition(":")
            module = _import_room(target)
            if module is not None:
                return getattr(module, attribute) if attribute else module
        raise AttributeError(removed.sentence_for(submodule) or f"module {legacy_name!r} has no attribute {name!r}")

    def __dir__(self):
        names = set(super().__dir__())
        for room in _rooms(_legacy(self.__name__)):
            names.update(_public_names(room))
        return sorted(names)


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
        try:
            self._inner.exec_module(module)
        except BaseException:
            sys.modules.pop(_legacy(module.__name__), None)
            raise


def adopt(module):
    """Enter a module of ours under its old name and let it answer for the names its old namesake had."""
    module.__class__ = Room
    sys.modules[_legacy(module.__name__)] = module


class Finder:
    """The meta-path entry; first in line, so that a `theano` folder on sys.path is never mixed with ours."""

    def find_spec(self, fullname, path=None, target=None):
        root = fullname.partition(".")[0]
        if root not in (OLD, NEW):
            return None
        own, legacy_name = _own(fullname), _legacy(fullname)
        if own in sys.modules or fullname == OLD:
            return importlib.machinery.ModuleSpec(fullname, _AliasLoader(own))
        spec = importlib.machinery.PathFinder.find_spec(own, path)
        if spec is not None and (spec.loader is not None or legacy_name not in paths.ROOMS):
            if fullname != own:
                return importlib.machinery.ModuleSpec(fullname, _AliasLoader(own), origin=spec.origin)
            if spec.loader is not None:
                spec.loader = _RoomLoader(spec.loader)
            return spec
        if legacy_name in paths.ROOMS and self._is_served(legacy_name):
            return importlib.machinery.ModuleSpec(fullname, _ViewLoader(), is_package=True)
        sentence = removed.sentence_for(legacy_name)
        if sentence:
            raise ImportError(sentence, name=fullname)
        return None

    def _is_served(self, legacy_name):
        """A row without rooms is a namespace; a row whose rooms are all missing is not there at all."""
        return not paths.ROOMS[legacy_name] or next(_rooms(legacy_name), None) is not None


def install():
    """Put the finder first in line and adopt what was imported before it."""
    if not any(isinstance(entry, Finder) for entry in sys.meta_path):
        sys.meta_path.insert(0, Finder())
    for name, module in list(sys.modules.items()):
        if name == NEW or name.startswith(NEW + "."):
            adopt(module)
