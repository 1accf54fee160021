"""Print: a value, shown whenever a function computes it. Inside of XLA programs too, in loops and branches, in order."""
import numpy as np

from theano_compat.graph import Apply, Op
from theano_compat.graph.utils import legacy_name


def _print_fn(op, xin):
    for attr in op.attrs:
        found = getattr(xin, attr)
        print(op.message, attr, "=", found() if callable(found) else found)


_print_fn.__module__ = "theano.printing"


@legacy_name("theano.printing")
class Print(Op):
    """`Print(message)(x)` is `x`, and prints `message` and the text of the value when it is computed.

    `attrs`: names of attributes or methods of the array to print; `global_fn(op, array)` is called instead of printing.
    """

    view_map = {0: [0]}
    __props__ = ("message", "attrs", "global_fn")
    # must run where the program says, each time: never ahead of it or only while tracing
    has_effect = True

    def __init__(self, message="", attrs=("__str__",), global_fn=_print_fn):
        self.message = message
        self.attrs = tuple(attrs)
        self.global_fn = global_fn

    @property
    def can_raise(self):
        """Whether it runs code that may raise: a function of the program's, or an attribute that arrays may lack."""
        return self.global_fn is not _print_fn or not all(hasattr(np.ndarray, attr) for attr in self.attrs)

    can_fail = can_raise

    def __setstate__(self, state):
        state.setdefault("global_fn", _print_fn)
        self.__dict__.update(state)

    def make_node(self, xin):
        op = self if hasattr(xin.type, "broadcastable") and not hasattr(xin.type, "format") else _HostPrint(
            self.message, self.attrs, self.global_fn)
        return Apply(op, [xin], [xin.type()])

    def lower(self, node, x):
        """The value itself; XLA calls back into Python when it has it."""
        import jax
        jax.debug.callback(lambda value: self.global_fn(self, np.array(value)), x, ordered=True)
        return x

    def quiet(self, node, x):
        """`lower` without the effect: for a program that only looks at the shape."""
        return x

    def perform(self, node, inputs, output_storage, params=None):
        output_storage[0][0] = inputs[0]
        self.global_fn(self, inputs[0])

    def do_constant_folding(self, node):
        return False

    def infer_shape(self, node, shapes):
        """The input's shape."""
        return shapes

    def grad(self, inputs, output_grads):
        """The gradient, unchanged."""
        return list(output_grads)

    def R_op(self, inputs, eval_points):
        return list(eval_points)


class _HostPrint(Print):
    """Print of something that is no array."""

    __module__ = "theano.printing"
    host_only = True
