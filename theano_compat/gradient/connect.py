"""Which inputs an op's outputs depend on differentiably, and what kinds of variables have derivatives at all."""
from theano_compat.control.views import may_bend_gradients
from theano_compat.graph.op import PureOp, provides, runs_on_host_only

_FLOATS = frozenset(("float16", "float32", "float64"))
_COMPLEX = frozenset(("complex64", "complex128"))
_DISCRETE = frozenset(("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"))


def is_discrete(dtype):
    """Whether `dtype` (a string or None) is one of the integer types or bool."""
    return dtype in _DISCRETE


def is_float(dtype):
    """Whether `dtype` (a string or None) is a real floating type."""
    return dtype in _FLOATS


def is_continuous(dtype):
    """Whether `dtype` (a string or None) is floating or complex."""
    return dtype in _FLOATS or dtype in _COMPLEX


def differentiable(type):
    """Whether values of `type` are dense arrays or scalars of a continuous dtype: what jax.vjp can work on."""
    return is_continuous(getattr(type, "dtype", None)) and hasattr(type, "broadcastable") and not hasattr(type, "format")


def states_gradient(op):
    """Whether `op` has a derivative of its own, so that none is made from its lowering."""
    return type(op).L_op is not PureOp.L_op or hasattr(op, "grad")


def is_derived(op):
    """Whether the gradient of `op` comes from `lower` by jax.vjp."""
    return not states_gradient(op) and provides(op, "lower")


def differs_from_jax(node):
    """Whether the gradient that the op of `node` states is not what jax.vjp would make of its lowering, if only at one point."""
    op = node.op
    if not provides(op, "lower") or runs_on_host_only(op) or not states_gradient(op):
        return False
    if any(getattr(o, "own_gradient", False) for o in (op, getattr(op, "scalar_op", None))):
        return not any(getattr(x.type, "dtype", None) in _COMPLEX for x in node.inputs)
    return may_bend_gradients(op)


def connection_pattern(node):
    """`pattern[i][j]`: whether the elements of output j are a function of those of input i.

    What `op.connection_pattern` says, checked; without one all are connected, save that an op whose derivative is made
    from its lowering does not connect integers (indices, sizes) to floats. Raises TypeError or ValueError on misshape.
    """
    op = node.op
    if not hasattr(op, "connection_pattern"):
        if is_derived(op):
            return _derived_pattern(node)
        return [[True] * len(node.outputs) for _ in node.inputs]
    pattern = op.connection_pattern(node)
    if not isinstance(pattern, list):
        raise TypeError("Op.connection_pattern should return list of list of bool, but for Op=%sgot %s with type %s."
                        % (op, pattern, type(pattern)))
    if len(pattern) != len(node.inputs):
        raise ValueError("%s.connection_pattern should have %d rows but has %d." % (op, len(node.inputs), len(pattern)))
    for i, row in enumerate(pattern):
        if not isinstance(row, list):
            raise TypeError("%s.connection_pattern should return a list of lists, but element %dis %s of type %s."
                            % (op, i, row, type(row)))
        assert len(row) == len(node.outputs)
    return pattern


def _derived_pattern(node):
    def connected(x, out):
        if not hasattr(x.type, "dtype"):
            return False
        return not is_discrete(x.type.dtype) or is_discrete(getattr(out.type, "dtype", None))

    return [[connected(x, out) for out in node.outputs] for x in node.inputs]


class Patterns(dict):
    """{node: its connection pattern}, asked of each op once."""

    def __missing__(self, node):
        found = self[node] = connection_pattern(node)
        return found


def connections(outputs, wrt, consider_constant, patterns):
    """{variable: {node: [positions]}}: who uses each variable that lies between `wrt` and `outputs`.

    Dicts are in order of a depth-first visit from the outputs, as in Theano: it is the order in which the terms
    of a gradient are added. Variables of `consider_constant` are a function of nothing.
    """
    constant = _checked_constants(consider_constant)
    users, seen = {}, set()
    for output in outputs:
        _visit_above(output, users, seen, constant, patterns)
    reached, todo = set(), list(wrt)
    while todo:
        v = todo.pop()
        if v in reached or v not in users:
            continue
        reached.add(v)
        for node, positions in users[v].items():
            pattern = patterns[node]
            todo.extend(out for j, out in enumerate(node.outputs) if any(pattern[i][j] for i in positions))
    return {v: nodes for v, nodes in users.items() if v in reached}


def _checked_constants(consider_constant):
    if consider_constant is None:
        return frozenset()
    try:
        found = list(consider_constant)
    except TypeError:
        raise TypeError("consider_constant must be an iterable collection, got " + str(type(consider_constant))) from None
    from theano_compat.graph import Variable
    for v in found:
        if not isinstance(v, Variable):
            raise TypeError("Elements of consider_constant must be variables, but got " + str(type(v)))
    return frozenset(found)


def _visit_above(output, users, seen, constant, patterns):
    stack = []

    def enter(v):
        if v in seen:
            return
        seen.add(v)
        if v.owner is not None and v not in constant:
            pattern, j = patterns[v.owner], v.index
            stack.append((v.owner, iter([(i, x) for i, x in enumerate(v.owner.inputs) if pattern[i][j]])))

    enter(output)
    while stack:
        node, remaining = stack[-1]
        found = next(remaining, None)
        if found is None:
            stack.pop()
            continue
        i, x = found
        positions = users.setdefault(x, {}).setdefault(node, [])
        if i not in positions:
            positions.append(i)
        enter(x)


# Theano's private name, which builders of ops outside of it use.
_node_to_pattern = connection_pattern
