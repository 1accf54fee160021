"""The tensor namespace, `theano.tensor`: names only. What they are is in the rooms of this package, by family.

Old paths such as `theano.tensor.basic` find their names here and in the rooms (legacy/paths.py).
"""
from theano_compat.tensor.casting import ScalarFromTensor as ScalarFromTensor
from theano_compat.tensor.casting import TensorFromScalar as TensorFromScalar
from theano_compat.tensor.casting import all_dtypes as all_dtypes
from theano_compat.tensor.casting import cast as cast
from theano_compat.tensor.casting import complex_dtypes as complex_dtypes
from theano_compat.tensor.casting import continuous_dtypes as continuous_dtypes
from theano_compat.tensor.casting import discrete_dtypes as discrete_dtypes
from theano_compat.tensor.casting import float_dtypes as float_dtypes
from theano_compat.tensor.casting import int_dtypes as int_dtypes
from theano_compat.tensor.casting import integer_dtypes as integer_dtypes
from theano_compat.tensor.casting import scalar_from_tensor as scalar_from_tensor
from theano_compat.tensor.casting import tensor_from_scalar as tensor_from_scalar
from theano_compat.tensor.casting import uint_dtypes as uint_dtypes
from theano_compat.tensor.closeness import values_eq_approx_always_true as values_eq_approx_always_true
from theano_compat.tensor.constant import TensorConstant as TensorConstant
from theano_compat.tensor.constant import TensorConstantSignature as TensorConstantSignature
from theano_compat.tensor.constant import _as_tensor_variable as _as_tensor_variable
from theano_compat.tensor.constant import as_tensor as as_tensor
from theano_compat.tensor.constant import as_tensor_variable as as_tensor_variable
from theano_compat.tensor.constant import constant as constant
from theano_compat.tensor.constant import constant_cache as constant_cache
from theano_compat.tensor.elemwise import DimShuffle as DimShuffle
from theano_compat.tensor.elemwise import Elemwise as Elemwise
from theano_compat.tensor.names_elemwise import *  # noqa: F403  (the table of elementwise functions)
from theano_compat.tensor.names_types import *  # noqa: F403  (the table of types and their makers)
from theano_compat.tensor.scalar_constant import EmptyConstantError as EmptyConstantError
from theano_compat.tensor.scalar_constant import NotScalarConstantError as NotScalarConstantError
from theano_compat.tensor.scalar_constant import extract_constant as extract_constant
from theano_compat.tensor.scalar_constant import get_scalar_constant_value as get_scalar_constant_value
from theano_compat.tensor.scalar_constant import get_scalar_constant_value_elemwises as get_scalar_constant_value_elemwises
from theano_compat.tensor.scalar_constant import numpy_scalar as numpy_scalar
from theano_compat.tensor.type import Tensor as Tensor
from theano_compat.tensor.type import TensorType as TensorType
from theano_compat.tensor.variable import AsTensorError as AsTensorError
from theano_compat.tensor.variable import TensorVariable as TensorVariable
from theano_compat.tensor.variable import _tensor_py_operators as _tensor_py_operators
