"""PdbBreakpoint: variables that open a debugger when a condition comes true."""
import sys

import numpy as np

from theano_compat.graph import Apply, Op
from theano_compat.graph.null_type import DisconnectedType
from theano_compat.graph.utils import legacy_name
from theano_compat.tensor.constant import as_tensor_variable


@legacy_name("theano.tests.breakpoint")
class PdbBreakpoint(Op):
    """`PdbBreakpoint(name)(condition, *variables)` are the variables; when the scalar `condition` is true, running it opens pdb.

    There the list `monitored` holds their values, and what it holds afterwards is what the program goes on with. Without a
    terminal nothing opens: a line on stderr says so. Runs in Python: functions with it are compiled in parts.
    """

    sized_by_data = True
    __props__ = ("name",)
    host_only = True
    has_effect = True

    def __init__(self, name):
        self.name = name

    def make_node(self, condition, *monitored_vars):
        condition = as_tensor_variable(condition)
        assert condition.ndim == 0
        op = type(self)(self.name)
        op.view_map = {i: [i + 1] for i in range(len(monitored_vars))}
        op.inp_types = [v.type for v in monitored_vars]
        return Apply(op, [condition, *monitored_vars], [v.type() for v in monitored_vars])

    def perform(self, node, inputs, output_storage):
        condition, *values = inputs
        if condition:
            values = self._changed([np.array(v) for v in values])
        for cell, value, output in zip(output_storage, values, node.outputs, strict=True):
            cell[0] = output.type.filter(value)

    def _changed(self, monitored):
        """The values after whoever sits at the terminal has seen them."""
        if not (sys.stdin is not None and sys.stdin.isatty()):
            print(f"Conditional breakpoint {self.name!r} activated, but there is no terminal to debug at: the program goes on.",
                  file=sys.stderr)
            return monitored
        print(f"\nConditional breakpoint {self.name!r} activated: the list `monitored` holds the {len(monitored)} values, in order. "
              "Change them there if you like, and go on with `c`.")
        import pdb
        pdb.set_trace()
        return monitored

    def do_constant_folding(self, node):
        return False

    def infer_shape(self, node, shapes):
        return shapes[1:]

    def connection_pattern(self, node):
        outputs = range(len(node.outputs))
        return [[False for _ in outputs], *[[i == o for o in outputs] for i in outputs]]

    def grad(self, inputs, output_gradients):
        return [DisconnectedType()(), *output_gradients]

    def R_op(self, inputs, eval_points):
        return list(eval_points[1:])
