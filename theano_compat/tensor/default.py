"""Default: a value or, where there is none, another."""
from theano_compat.graph import Apply, Op
from theano_compat.graph.utils import legacy_name
from theano_compat.tensor.constant import as_tensor_variable


@legacy_name("theano.tensor.basic")
class Default(Op):
    """`default(x, other)`: `x`, or a copy of `other` when `x` is None at run time. Both have one type."""

    sized_by_data = True
    view_map = {0: [0]}
    __props__ = ()
    host_only = True

    def make_node(self, x, default):
        x, default = as_tensor_variable(x), as_tensor_variable(default)
        if x.type != default.type:
            raise TypeError("Both default() arguments must have same type", x, default)
        return Apply(self, [x, default], [default.type()])

    def perform(self, node, inputs, output_storage, params=None):
        x, default = inputs
        output_storage[0][0] = default.copy() if x is None else x


default = Default()
setdefault = default
