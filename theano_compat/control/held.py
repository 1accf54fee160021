"""Values that there may not be: those of a branch that was not taken."""
from theano_compat.control.ifelse import ifelse
from theano_compat.graph import Apply, Constant, Op, generic


class Held(Op):
    """Its inputs as one Python tuple: values of any shape, for a branch that may have none to give."""

    __props__ = ()
    host_only = True
    only_reads = True

    def make_node(self, *values):
        return Apply(self, list(values), [generic()])

    def perform(self, node, inputs, output_storage, params=None):
        output_storage[0][0] = tuple(inputs)


class Handed(Op):
    """`Handed(types)(held)`: the values in what a Held gave, each of its type."""

    __props__ = ("types",)
    host_only = True
    only_reads = True
    sized_by_data = True

    def __init__(self, types):
        self.types = tuple(types)

    def make_node(self, held):
        return Apply(self, [held], [t() for t in self.types])

    def perform(self, node, inputs, output_storage, params=None):
        for cell, value in zip(output_storage, inputs[0]):
            cell[0] = value


def where_taken(path, held):
    """`held` where the branches of `path`, pairs of an IfElse node and 0 or 1, are taken, None elsewhere."""
    for node, which in reversed(path):
        nothing = Constant(generic, None)
        held = ifelse(node.inputs[0], *((held, nothing) if which == 0 else (nothing, held)))
    return held
