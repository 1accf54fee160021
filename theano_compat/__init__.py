"""Theano 1.0.5 on JAX: the front door. Names only; what they are is in the rooms (graph, tensor, compile, ...).

`theano` and `theano_compat` are one module: see legacy/finder.py.
"""

from theano_compat.legacy import finder as _finder

_finder.install()

from theano_compat.config import change_flags as change_flags  # noqa: E402
from theano_compat.config import config as config  # noqa: E402
from theano_compat.legacy.version import version as __version__  # noqa: E402

# Room -> the names that the front door takes from it.
_DOORS = {
    "theano.gof": (
        "Apply", "CLinker", "Constant", "Container", "DualLinker", "FunctionGraph", "Generic", "InconsistencyError", "Linker",
        "LocalLinker", "Op", "OpWiseCLinker", "OpenMPOp", "PerformLinker", "Type", "Variable", "generic", "object2", "opt", "toolbox", "utils",
    ),
    "theano_compat.compile": (
        "FunctionMaker", "In", "Mode", "OpFromGraph", "Out", "Param", "ProfileStats", "SymbolicInput", "SymbolicOutput", "as_op",
        "function", "function_dump", "predefined_linkers", "predefined_modes", "predefined_optimizers", "shared",
    ),
    "theano.scan_module": ("clone", "foldl", "foldr", "map", "reduce", "scan", "scan_checkpoints"),
    "theano.gradient": ("Lop", "Rop", "grad", "subgraph_grad"),
    "theano.updates": ("OrderedUpdates",),
    "theano.printing": ("pp", "pprint"),
    "theano.tensor": ("get_scalar_constant_value",),
}
_ROOM_OF = {name: room for room, names in _DOORS.items() for name in names}
_SUBMODULES = ("compat", "compile", "gof", "gradient", "ifelse", "printing", "sandbox", "scalar", "scan_module", "sparse", "tensor", "updates", "version")


def __getattr__(name):
    import importlib

    room = _ROOM_OF.get(name)
    if room is not None:
        try:
            return getattr(importlib.import_module(room), name)
        except ModuleNotFoundError as error:
            raise AttributeError(f"theano.{name}: {error}") from error
    if name in _SUBMODULES:
        try:
            return importlib.import_module(f"theano.{name}")
        except ModuleNotFoundError as error:
            raise AttributeError(f"theano.{name}: {error}") from error
    raise AttributeError(f"module 'theano' has no attribute {name!r}")
