"""Theano 1.0.5 on JAX: the front door. Names only; what they are is in the rooms (graph, tensor, compile, ...).

`theano` and `theano_compat` are one module, and a submodule that is not imported here is found when it is asked for
(`theano.sandbox.rng_mrg`): both is the work of legacy/finder.py.
"""

import gc as _gc

from theano_compat.legacy import finder as _finder

_finder.install()

# Nothing made here is garbage: looking for it, beside all that JAX has made, would take a third of the time of the import.
_collects = _gc.isenabled()
_gc.disable()

# ruff: noqa: E402  (nothing of ours may be imported before the finder is there)
from theano_compat.compile import FunctionMaker as FunctionMaker
from theano_compat.compile import In as In
from theano_compat.compile import Mode as Mode
from theano_compat.compile import Out as Out
from theano_compat.compile import Param as Param
from theano_compat.compile import ProfileMode as ProfileMode
from theano_compat.compile import ProfileStats as ProfileStats
from theano_compat.compile import SymbolicInput as SymbolicInput
from theano_compat.compile import SymbolicOutput as SymbolicOutput
from theano_compat.compile import function as function
from theano_compat.compile import function_dump as function_dump
from theano_compat.compile import predefined_linkers as predefined_linkers
from theano_compat.compile import predefined_modes as predefined_modes
from theano_compat.compile import predefined_optimizers as predefined_optimizers
from theano_compat.compile import shared as shared
from theano_compat.compile.explain import explain as explain
from theano_compat.compile.linkers import CLinker as CLinker
from theano_compat.compile.linkers import DualLinker as DualLinker
from theano_compat.compile.linkers import Linker as Linker
from theano_compat.compile.linkers import OpWiseCLinker as OpWiseCLinker
from theano_compat.compile.linkers import PerformLinker as PerformLinker
from theano_compat.compile.rebuild import OrderedUpdates as OrderedUpdates
from theano_compat.compile.rebuild import clone as clone
from theano_compat.compile.sharedvalue import Container as Container
from theano_compat.config import change_flags as change_flags
from theano_compat.config import config as config
from theano_compat.control.builders import OpFromGraph as OpFromGraph
from theano_compat.control.python_ops import as_op as as_op
from theano_compat.control.scan import scan as scan
from theano_compat.control.scan_views import foldl as foldl
from theano_compat.control.scan_views import foldr as foldr
from theano_compat.control.scan_views import map as map
from theano_compat.control.scan_views import reduce as reduce
from theano_compat.control.scan_views import scan_checkpoints as scan_checkpoints
from theano_compat.gradient import Lop as Lop
from theano_compat.gradient import Rop as Rop
from theano_compat.gradient import grad as grad
from theano_compat.gradient import subgraph_grad as subgraph_grad
from theano_compat.graph import Apply as Apply
from theano_compat.graph import Constant as Constant
from theano_compat.graph import FunctionGraph as FunctionGraph
from theano_compat.graph import Generic as Generic
from theano_compat.graph import InconsistencyError as InconsistencyError
from theano_compat.graph import Op as Op
from theano_compat.graph import Type as Type
from theano_compat.graph import Variable as Variable
from theano_compat.graph import generic as generic
from theano_compat.graph.c_ops import OpenMPOp as OpenMPOp
from theano_compat.graph.utils import object2 as object2
from theano_compat.legacy.package import disable_log_handler as disable_log_handler
from theano_compat.legacy.package import dot as dot
from theano_compat.legacy.package import has_handlers as has_handlers
from theano_compat.legacy.package import load_legacy_pickle as load_legacy_pickle
from theano_compat.legacy.package import logging_default_formatter as logging_default_formatter
from theano_compat.legacy.package import logging_default_handler as logging_default_handler
from theano_compat.legacy.package import sparse_grad as sparse_grad
from theano_compat.legacy.package import start as _start
from theano_compat.legacy.package import test as test
from theano_compat.legacy.package import theano_logger as theano_logger
from theano_compat.legacy.version import version as __version__
from theano_compat.printing import pp as pp
from theano_compat.printing import pprint as pprint
from theano_compat.scalar.types import _asarray as _asarray
from theano_compat.tensor import get_scalar_constant_value as get_scalar_constant_value

__api_version__ = 1
_start()
if _collects:
    _gc.enable()
