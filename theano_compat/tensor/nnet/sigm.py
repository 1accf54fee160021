"""The sigmoid family as elementwise functions of tensors; their scalar rows are in `scalar`."""
from theano_compat import scalar
from theano_compat.printing.pretty import FunctionPrinter, register_printer
from theano_compat.tensor.elemwise import Elemwise

sigmoid = Elemwise(scalar.scalar_sigmoid, name="sigmoid")
ultra_fast_sigmoid = Elemwise(scalar.ultra_fast_scalar_sigmoid, name="ultra_fast_sigmoid")
softplus = Elemwise(scalar.scalar_softplus, name="softplus")
sigmoid_inplace = Elemwise(scalar.ScalarSigmoid(scalar.transfer_type(0)), {0: 0}, name="sigmoid_inplace")
ultra_fast_sigmoid_inplace = Elemwise(scalar.UltraFastScalarSigmoid(scalar.transfer_type(0)), {0: 0}, name="ultra_fast_sigmoid_inplace")
register_printer(sigmoid, FunctionPrinter("sigmoid"))
register_printer(softplus, FunctionPrinter("softplus"))
