"""Print: a value, shown whenever a function computes it. Inside of XLA programs too, in loops and branches, in order."""
import contextlib

import numpy as np

from theano_compat.graph import Apply, Op
from theano_compat.graph.checks import check, holding
from theano_compat.graph.utils import legacy_name


def _print_fn(op, xin):
    for attr in op.attrs:
        found = getattr(xin, attr)
        print(op.message, attr, "=", found() if callable(found) else found)


_print_fn.__module__ = "theano.printing"

_silent = []  # not empty while a call that failed is gone through again
_raised = {}  # {op: what its function raised within a compiled program}


@contextlib.contextmanager
def silence():
    """Nothing is printed within, as it was printed already; what raised the first time raises again."""
    _silent.append(True)
    try:
        yield
    finally:
        _silent.pop()


@legacy_name("theano.printing")
class Print(Op):
    """`Print(message)(x)` is `x`, and prints `message` and the text of the value when it is computed.

    `attrs`: names of attributes or methods of the array to print; `global_fn(op, array)` is called instead of printing.
    """

    sized_by_data = True  # it hands on what it gets
    view_map = {0: [0]}
    __props__ = ("message", "attrs", "global_fn")
    # must run where the program says, each time: never ahead of it or only while tracing
    has_effect = True

    def __init__(self, message="", attrs=("__str__",), global_fn=_print_fn):
        self.message = message
        self.attrs = tuple(attrs)
        self.global_fn = global_fn

    @property
    def can_fail(self):
        """Whether it runs code that may raise: a function of the program's, or an attribute that arrays may lack."""
        return self.global_fn is not _print_fn or not all(hasattr(np.ndarray, attr) for attr in self.attrs)

    def __setstate__(self, state):
        state.setdefault("global_fn", _print_fn)
        self.__dict__.update(state)

    def make_node(self, xin):
        op = self if hasattr(xin.type, "broadcastable") and not hasattr(xin.type, "format") else _HostPrint(
            self.message, self.attrs, self.global_fn)
        return Apply(op, [xin], [xin.type()])

    def lower(self, node, x):
        """The value itself; XLA calls back into Python when it has it, unless something failed before."""
        import jax
        held, seen = holding(), jax.lax.stop_gradient(x)
        if not self.can_fail:
            def show(value):
                jax.debug.callback(lambda v: self._show(np.array(v)), value, ordered=True)
            if held is None:
                show(seen)
            else:
                jax.lax.cond(held, show, lambda value: None, seen)
            return x
        from jax.experimental import io_callback

        def tried(value):
            return io_callback(lambda v: self._tried(np.array(v)), jax.ShapeDtypeStruct((), bool), value, ordered=True)
        ok = tried(seen) if held is None else jax.lax.cond(held, tried, lambda value: True, seen)
        check(ok, node, RuntimeError, "%s failed" % self)
        return x

    def _show(self, value):
        """Print, or in a call that is gone through again only raise what was raised the first time."""
        if not _silent:
            self.global_fn(self, value)
        elif self in _raised:
            raise _raised.pop(self)

    def _tried(self, value):
        """Whether `_show` went well: an error that left a callback would be XLA's, and printed by JAX."""
        try:
            self._show(value)
        except Exception as e:
            _raised[self] = e
            return np.False_
        return np.True_

    def quiet(self, node, x):
        """`lower` without the effect: for a program that only looks at the shape."""
        return x

    def perform(self, node, inputs, output_storage, params=None):
        output_storage[0][0] = self.host(node, inputs[0])

    def host(self, node, x):
        """The value itself, shown at once."""
        self._show(x)
        return x

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
