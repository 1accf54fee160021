"""Assert: a value that is only given on while conditions hold."""
import numpy as np

from theano_compat.graph import Apply, Op, Variable
from theano_compat.graph.checks import check
from theano_compat.graph.null_type import DisconnectedType
from theano_compat.graph.utils import legacy_name
from theano_compat.tensor.constant import as_tensor_variable


@legacy_name("theano.tensor.opt")
class Assert(Op):
    """`Assert(msg)(value, *conditions)` is `value`; a condition that is false fails the call with AssertionError(msg)."""

    __props__ = ("msg",)
    view_map = {0: [0]}
    can_fail = True

    def __init__(self, msg="Theano Assert failed!"):
        self.msg = msg

    def __setstate__(self, state):
        self.__dict__.update(state)
        self.__dict__.setdefault("msg", "Theano Assert failed!")

    def make_node(self, value, *conds):
        if not isinstance(value, Variable):
            value = as_tensor_variable(value)
        conds = [as_tensor_variable(c) for c in conds]
        assert all(c.type.ndim == 0 for c in conds)
        return Apply(self, [value, *conds], [value.type()])

    def lower(self, node, value, *conds):
        for cond in conds:
            check(cond.astype(bool), node, AssertionError, self.msg)
        return value

    def host(self, node, value, *conds):
        if not all(np.all(c) for c in conds):
            raise AssertionError(self.msg)
        return value

    def connection_pattern(self, node):
        return [[1]] + [[0]] * (len(node.inputs) - 1)

    def grad(self, inputs, output_grads):
        return list(output_grads) + [DisconnectedType()()] * (len(inputs) - 1)


assert_ = Assert()
assert_op = assert_  # its name in theano.tensor.opt
