"""What a program is: types, variables, nodes, ops, and the walks over them. Runs nothing and never imports JAX."""
from theano_compat.graph.errors import CachedConstantError as CachedConstantError
from theano_compat.graph.errors import InconsistencyError as InconsistencyError
from theano_compat.graph.errors import MissingInputError as MissingInputError
from theano_compat.graph.fgraph import FunctionGraph as FunctionGraph
from theano_compat.graph.null_type import NullType as NullType
from theano_compat.graph.op import Op as Op
from theano_compat.graph.op import PureOp as PureOp
from theano_compat.graph.type import Generic as Generic
from theano_compat.graph.type import PureType as PureType
from theano_compat.graph.type import SingletonType as SingletonType
from theano_compat.graph.type import Type as Type
from theano_compat.graph.type import generic as generic
from theano_compat.graph.variable import Apply as Apply
from theano_compat.graph.variable import Constant as Constant
from theano_compat.graph.variable import Variable as Variable

__all__ = ["Apply", "CachedConstantError", "Constant", "FunctionGraph", "Generic", "InconsistencyError", "MissingInputError",
           "NullType", "Op", "PureOp", "PureType", "SingletonType", "Type", "Variable", "generic"]
