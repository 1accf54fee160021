"""TensorVariable: a symbolic array. Its operators and methods are in `methods`, constants in `constant`."""
import os
import sys
import warnings

from theano_compat.config import config
from theano_compat.graph.utils import _PACKAGE, legacy_name
from theano_compat.graph.variable import Variable
from theano_compat.tensor.methods import AsTensorError as AsTensorError
from theano_compat.tensor.methods import _tensor_py_operators as _tensor_py_operators
from theano_compat.tensor.type import TensorType

_FLOAT64_MADE = ("You are creating a TensorVariable with float64 dtype. You requested an action via the Theano flag "
                 "warn_float64={ignore,warn,raise,pdb}.")


@legacy_name("theano.tensor.var")
class TensorVariable(_tensor_py_operators, Variable):
    """A variable of TensorType."""

    def __init__(self, type, owner=None, index=None, name=None):
        Variable.__init__(self, type, owner, index, name)
        if config.warn_float64 != "ignore" and type.dtype == "float64":
            _complain_about_float64(config.warn_float64)


def _complain_about_float64(action):
    """What the flag `warn_float64` asks for, told at the user's line."""
    if action == "raise":
        raise Exception(_FLOAT64_MADE)
    if action == "pdb":
        import pdb
        pdb.set_trace()
    if action == "warn":
        level, frame = 1, sys._getframe()
        while frame is not None and os.path.abspath(frame.f_code.co_filename).startswith(_PACKAGE):
            level, frame = level + 1, frame.f_back
        warnings.warn(_FLOAT64_MADE, stacklevel=level)


TensorType.Variable = TensorVariable
