"""The gradient of a Scan, and the forward-mode switch for graphs that hold graphs."""
import contextlib
import threading

from theano_compat.control.scan_op import check_patterns
from theano_compat.graph.null_type import DisconnectedType, grad_undefined

_state = threading.local()


def gradients(op, inputs, outputs, output_grads):
    """Gradient terms for the inputs of a Scan node: one VJP node over all of it."""
    from theano_compat.gradient.derived import vjp_terms
    check_patterns(op)
    node = outputs[0].owner
    terms = vjp_terms(node, inputs, output_grads)
    pattern = op.connection_pattern(node)
    for i in range(op.first_shared, op.first_length):
        on = any(pattern[i][j] and not isinstance(g.type, DisconnectedType) for j, g in enumerate(output_grads))
        terms[i] = grad_undefined(op, i, inputs[i], "Shared Variable with update") if on else DisconnectedType()()
    return terms


@contextlib.contextmanager
def forward_mode():
    """Inside of this block graphs are lowered for jax.jvp, which takes no custom reverse rules."""
    before = getattr(_state, "forward", False)
    _state.forward = True
    try:
        yield
    finally:
        _state.forward = before


def in_forward_mode():
    """Whether a `forward_mode` block is open."""
    return getattr(_state, "forward", False)
