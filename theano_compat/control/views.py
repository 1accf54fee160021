"""ViewOp and DeepCopyOp: ops that give their input back. Subclasses change what derivatives or printing make of it."""
import copy

from theano_compat.graph import Apply, Op
from theano_compat.graph.utils import legacy_name


@legacy_name("theano.compile.ops")
class ViewOp(Op):
    """Its input, unchanged and not copied."""

    view_map = {0: [0]}
    __props__ = ()

    def make_node(self, x):
        return Apply(self, [x], [x.type()])

    def __str__(self):
        return type(self).__name__

    def perform(self, node, inputs, output_storage):
        output_storage[0][0] = inputs[0]

    def host(self, node, x):
        """NumPy twin of `lower`."""
        return x

    def lower(self, node, x):
        """The value itself."""
        return x

    def infer_shape(self, node, shapes):
        """The input's shape."""
        return shapes

    def grad(self, inputs, output_grads):
        """The gradient, unchanged."""
        return output_grads


view_op = ViewOp()


@legacy_name("theano.compile.ops")
class DeepCopyOp(Op):
    """Its input as a copy. Results here alias nothing anyway; the op serves programs that build it themselves."""

    __props__ = ()

    def make_node(self, x):
        return Apply(self, [x], [x.type()])

    def perform(self, node, inputs, output_storage):
        output_storage[0][0] = copy.deepcopy(inputs[0])

    def lower(self, node, x):
        """The value itself: XLA's values cannot be written to."""
        return x

    def infer_shape(self, node, shapes):
        """The input's shape."""
        return shapes


deep_copy_op = DeepCopyOp()


@legacy_name("theano.compile.ops")
class OutputGuard(ViewOp):
    """A view that Theano put before outputs, to keep them from being overwritten. Nothing here puts it there."""


_output_guard = OutputGuard()


def may_bend_gradients(op):
    """Whether what `op` makes of a sum of gradients may not be the sum of what it makes of each: barriers, ops that users wrote."""
    if isinstance(op, ViewOp):
        return type(op) is not ViewOp
    module = type(op).__module__
    return not (module == "theano" or module.startswith(("theano.", "theano_compat.")))
