"""What an op written in Python gives, against what it declared: looked at where the value enters a compiled program.

Nothing else asks: a value of another dtype that is returned, or read by another op in Python, passes as it is, as in Theano.
DebugMode asks everywhere (`debugmode`).
"""
import numpy as np

from theano_compat.compile.evaluate import NodeError, uses_perform


def made_in_python(step, host_nodes):
    """[(variable, its dtype, node that reads it)] of those inputs of an XLA step that the `perform` of a node on the host gives."""
    found = []
    for v in step.inputs:
        if v.owner in host_nodes and uses_perform(v.owner.op) and hasattr(v.type, "broadcastable"):
            found += [(v, np.dtype(v.type.dtype), node) for node in step.nodes if v in node.inputs][:1]
    return found


def require_declared(made, env):
    """NodeError of the node that reads it for an array of another dtype or rank than declared.

    TypeError and ValueError, as from Theano's C code; but a Python number will do for a scalar.
    """
    for v, expected, reader in made:
        value, wrong = env[v], None
        if not hasattr(value, "dtype"):
            if not (v.type.ndim == 0 and isinstance(value, (int, float, complex))):
                wrong = ValueError("expected an ndarray, not %s" % ("None" if value is None else type(value).__name__))
        elif value.dtype != expected:
            got = np.dtype(value.dtype)
            wrong = TypeError("expected type_num %d (NPY_%s) got %d: %s declares %s and its perform gave %s" % (
                expected.num, expected.name.upper(), got.num, v.owner.op, expected, got))
        elif value.ndim != v.type.ndim:
            wrong = ValueError("expected an ndarray of %d dimensions: the perform of %s gave %d, of the shape %s" % (
                v.type.ndim, v.owner.op, value.ndim, value.shape))
        if wrong is not None:
            raise NodeError(reader, [env[x] if x in env else getattr(x, "data", None) for x in reader.inputs], wrong)
