"""Two names, one package: whatever is reached by two paths is one object, in any order of imports."""

import builtins
import copy
import importlib
import itertools
import pickle
import pkgutil
import sys
import types

import numpy as np
import pytest

import theano_compat
from theano_compat.legacy import finder, paths

# The paths that are a module in the import system and a function on their parent, all that Theano 1.0.5 has.
SHADOWED = [
    ("theano.compile", "function"),
    ("theano.compile", "pfunc"),
    ("theano.d3viz", "d3viz"),
    ("theano.scan_module", "scan"),
    ("theano.scan_module", "scan_checkpoints"),
    ("theano.tensor", "inc_code"),
    ("theano.tensor", "sort"),
    ("theano.tensor", "var"),
    ("theano.tests", "main"),
]

ORDERS = list(itertools.permutations(["theano", "theano_compat", "theano.gof.graph", "theano_compat.graph"], 2))
SERVED = [path for path in paths.ROOMS if finder._can_import(path)]


def _rooms():
    names = [info.name for info in pkgutil.walk_packages(theano_compat.__path__, "theano_compat.")]
    return [name for name in names if not name.startswith(("theano_compat.legacy.top_level", "theano_compat.__main__"))]


def test_both_names_are_one_package(theano):
    assert theano is theano_compat
    assert sys.modules["theano"] is sys.modules["theano_compat"]
    assert theano.__version__ == importlib.import_module("theano.version").version == "1.0.5"


@pytest.mark.parametrize("path", SERVED)
def test_an_old_path_is_one_module_by_both_names(path):
    assert importlib.import_module(path) is importlib.import_module("theano_compat" + path[len("theano") :])


@pytest.mark.parametrize("room", _rooms())
def test_a_room_is_one_module_by_both_names_and_keeps_its_spec(room):
    module = importlib.import_module(room)
    old_name = "theano" + room[len("theano_compat") :]
    assert importlib.import_module(old_name) is module
    assert module.__name__ == module.__spec__.name == room


@pytest.mark.parametrize("path", SERVED)
def test_an_old_path_lists_and_exports_its_names(path):
    module = importlib.import_module(path)
    namespace = {}
    exec(f"from {path} import *", namespace)
    listed = set(dir(module))
    own = {name for name in namespace if name != "__builtins__"}
    assert own <= listed | set(vars(module))
    for name in own:
        assert getattr(module, name) is namespace[name]


@pytest.mark.parametrize("order", ORDERS)
def test_any_order_of_imports_gives_one_package(python, order):
    code = "\n".join(f"import {name}" for name in order) + """
import sys, theano, theano_compat, theano.gof.graph, theano.gof
assert theano is theano_compat
assert theano.gof.graph.Apply is theano_compat.graph.Apply is theano.gof.Apply
assert theano.graph is theano_compat.graph is sys.modules["theano.graph"]
"""
    python(code)


@pytest.mark.parametrize("parent, name", SHADOWED)
def test_importing_a_submodule_leaves_the_function_of_that_name_in_place(python, parent, name):
    if f"{parent}.{name}" not in SERVED or isinstance(getattr(importlib.import_module(parent), name), types.ModuleType):
        pytest.skip(f"{parent}.{name}, the function, is not here: tests/legacy/gaps.json")
    for first, then in ((parent, f"{parent}.{name}"), (f"{parent}.{name}", parent)):
        python(f"""
import types, importlib
for path in ({first!r}, {then!r}):
    importlib.import_module(path)
    importlib.import_module(path.replace("theano", "theano_compat", 1))
import {parent} as parent
assert not isinstance(parent.{name}, types.ModuleType), parent.{name}
import {parent}.{name} as value
assert value is parent.{name}
from {parent}.{name} import {name}
assert {name} is value
""")


def test_a_path_nobody_ever_had_is_an_ordinary_import_error(theano):
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        importlib.import_module("theano.no_such_module")
    with pytest.raises(AttributeError, match="no_such_name"):
        theano.no_such_name  # noqa: B018
    with pytest.raises(ImportError, match="no_such_name"):
        exec("from theano.gof import no_such_name")
    assert not hasattr(theano, "no_such_name")


def test_a_view_is_written_to_without_touching_its_room(monkeypatch):
    view = importlib.import_module("theano.gof.graph")
    monkeypatch.setattr(view, "a_new_name", 1, raising=False)
    assert view.a_new_name == 1
    assert not hasattr(importlib.import_module("theano_compat.graph.variable"), "a_new_name")


def test_a_module_can_be_pickled_copied_and_reloaded():
    for name in ("theano", "theano.gof", "theano.graph.walk"):
        module = importlib.import_module(name)
        assert pickle.loads(pickle.dumps(module)) is copy.deepcopy(module) is module
    walk = importlib.import_module("theano_compat.graph.walk")
    spec = walk.__spec__
    assert importlib.reload(importlib.import_module("theano_compat.legacy.version")).version == "1.0.5"
    assert walk.__spec__ is spec


def test_the_real_theano_is_not_mixed_with_ours(python, tmp_path):
    package = tmp_path / "site" / "theano"
    (package / "gof").mkdir(parents=True)
    (package / "__init__.py").write_text("__version__ = 'real'\n")
    (package / "gof" / "__init__.py").touch()
    where = dict(PYTHONPATH=str(tmp_path / "site"))
    python("import theano_compat", **where)  # a folder that nobody installed is passed over
    (tmp_path / "site" / "Theano-1.0.5.dist-info").mkdir()
    done = python("import theano_compat", check=False, **where)
    assert done.returncode == 1
    assert "ImportError: Theano itself is installed in" in done.stderr
    assert "pip uninstall Theano" in done.stderr


# Python's own names that `from module import *` takes away, as in Theano 1.0.5 (without `type`, a module of that name there).
_ALL = {"all", "any", "compile", "complex", "divmod", "max", "min", "pow", "round", "sum"}
TAKEN = {"theano": {"compile", "map"}, "theano.tensor": _ALL, "theano.tensor.basic": _ALL, "theano.scalar": {"bool", "complex", "pow"},
         "theano.tensor.nlinalg": set(), "theano.tensor.slinalg": set(), "theano.tensor.extra_ops": set(), "theano.tensor.var": set(),
         "theano.compile": set(), "theano.ifelse": set(), "theano.printing": set(), "theano.sandbox.rng_mrg": set(),
         "theano.tensor.shared_randomstreams": set(), "theano.tensor.nnet": set(), "theano.gof": set(), "theano.tensor.sort": set()}


@pytest.mark.parametrize("path", TAKEN)
def test_a_star_leaves_pythons_own_names_alone_where_theano_did(path):
    namespace = {}
    exec(f"from {path} import *", namespace)
    namespace.pop("__builtins__")
    assert {name for name in namespace if namespace[name] is not getattr(builtins, name, namespace[name])} == TAKEN[path]


def test_what_theanos_modules_imported_for_themselves_is_found_in_them():
    import os

    import theano.tensor as T
    from theano import theano as again
    assert again is importlib.import_module("theano")
    namespace = {}
    exec("from theano import *\nfrom theano.tensor import *", namespace)
    assert namespace["nnet"] is T.nnet and namespace["np"] is np and namespace["os"] is os and namespace["xrange"] is range
    assert namespace["gof"] is importlib.import_module("theano.gof")
    assert importlib.import_module("theano.tensor.extra_ops").basic.dot is T.dot
