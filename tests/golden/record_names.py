"""Records the public names of every module of Theano, for tests/legacy/test_paths.py.

    python tests/golden/record_names.py > tests/golden/names.json

under real Theano 1.0.5 and Python 3.7. Left out: test modules, scripts, what a module only imported from elsewhere (`os`, `numpy`),
and submodules.
"""
from __future__ import print_function

import importlib
import json
import pkgutil
import sys
import types
import warnings

warnings.simplefilter("ignore")
import theano  # noqa: E402

SKIP = ("theano.tests", "theano.misc.", "theano.gpuarray.", "theano.d3viz.", "theano.generated_version", "theano._version")


def modules():
    yield "theano"
    for info in pkgutil.walk_packages(theano.__path__, "theano.", onerror=lambda name: None):
        if ".tests" not in info.name and not info.name.startswith(SKIP):
            yield info.name


def is_theanos(value):
    """Whether Theano made the object (plain constants count)."""
    if isinstance(value, types.ModuleType):
        return False
    module = getattr(value, "__module__", None) or type(value).__module__
    return module.split(".")[0] in ("theano", "builtins") and not isinstance(value, types.BuiltinFunctionType)


def main():
    names = {}
    for name in modules():
        try:
            module = importlib.import_module(name)
        except BaseException as error:
            print(name, repr(error), file=sys.stderr)
            continue
        own = {key: value for key, value in vars(module).items() if not key.startswith("_") and is_theanos(value)}
        for builtin in ("xrange", "imap", "izip", "ifilter", "string_types", "integer_types", "text_type", "PY3", "maxsize", "input"):
            own.pop(builtin, None)
        names[name] = sorted(own)
    record = {"command": "python tests/golden/record_names.py", "under": "real Theano 1.0.5, Python 3.7", "names": names}
    print(json.dumps(record, indent=0, sort_keys=True))


main()
