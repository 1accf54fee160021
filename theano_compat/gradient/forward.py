"""Rop: directional derivatives, carried from the inputs forwards. Iterative.

Ops say theirs by `R_op`; for those that do not, or answer NotImplemented, `derived` makes one from the lowering.
"""
from theano_compat.gradient.derived import jvp_outputs
from theano_compat.gradient.frontdoor import as_list, format_as
from theano_compat.gradient.reverse import handle_disconnected
from theano_compat.graph import Variable
from theano_compat.graph.null_type import disconnected_type
from theano_compat.graph.op import provides


def Rop(f, wrt, eval_points, disconnected_outputs="raise", return_disconnected="zero"):
    """The Jacobian of `f` with respect to `wrt` times `eval_points` (variables, or lists that match); in the form of `f`.

    disconnected_outputs ('raise', 'warn', 'ignore'): what to do about an output that does not depend on `wrt` or only
    through something that is not differentiable; return_disconnected ('zero', 'None', 'Disconnected'): what to give for it.
    """
    outputs, variables, points = as_list(f), as_list(wrt), as_list(eval_points)
    assert len(variables) == len(points)
    _check_dimensions(variables, points)
    direction = {}
    for v, point in zip(variables, points):
        direction.setdefault(v, point)
    done = {}
    for out in outputs:
        _push(out, direction, done)
    found = []
    for out in outputs:
        if out in direction:
            found.append(direction[out])
            continue
        value = done[out.owner][out.index] if out.owner in done else None
        if value is None:
            handle_disconnected(out, disconnected_outputs, "Rop", "variables in wrt")
            value = _stand_in(out, return_disconnected)
        found.append(value)
    return format_as(isinstance(f, list), isinstance(f, tuple), found)


def _check_dimensions(variables, points):
    from theano_compat.tensor import as_tensor_variable
    for i, pair in enumerate(zip(variables, points)):
        v, point = (x if isinstance(x, Variable) else as_tensor_variable(x) for x in pair)
        # random states and the like have no dimensions to compare
        if hasattr(v.type, "ndim") and hasattr(point.type, "ndim") and v.type.ndim != point.type.ndim:
            raise ValueError("Element %d of wrt/eval_point have mismatched dimensionality: %d versus %d"
                             % (i, v.type.ndim, point.type.ndim))


def _push(out, direction, done):
    """Fill `done` ({node: directions of its outputs}) for everything that `out` is computed from."""
    stack = [out.owner] if getattr(out, "owner", None) is not None else []
    while stack:
        node = stack[-1]
        if node in done:
            stack.pop()
            continue
        missing = [x.owner for x in node.inputs if x not in direction and x.owner is not None and x.owner not in done]
        if missing:
            stack.extend(reversed(missing))
            continue
        stack.pop()
        points = [_like(x, _direction_of(x, direction, done)) for x in node.inputs]
        done[node] = _r_op(node, points)


def _direction_of(x, direction, done):
    if x in direction:
        return direction[x]
    if x.owner is not None:
        return done[x.owner][x.index]
    try:
        return x.zeros_like()
    except Exception:
        # no number (a random state): marks an input through which nothing is differentiable
        return None


def _like(x, point):
    """`point` as a variable of exactly the type of `x`. An integer input gets its direction cut to integers, as in Theano."""
    if point is None:
        return None
    from theano_compat.tensor import as_tensor_variable, cast
    if not isinstance(point, Variable):
        point = as_tensor_variable(point)
    try:
        return x.type.filter_variable(point)
    except TypeError:
        return x.type.filter_variable(cast(point, x.type.dtype))


def _r_op(node, points):
    op = node.op
    if hasattr(op, "R_op"):
        found = op.R_op(node.inputs, points)
        if found is not NotImplemented:
            return found
    if not provides(op, "lower"):
        refuse_direction(op)
    if provides(op, "points_for"):
        points = op.points_for(node, points)
    return jvp_outputs(node, node.inputs, points)


def refuse_direction(op):
    """Raise NotImplementedError for an op without R_op and without a lowering to make one of."""
    raise NotImplementedError("%s of class %s does not implement R_op. If this is a theano op, write to the theano-dev mailing "
                              "list for assistance. If it is your own op, implement the R_op method." % (op, type(op).__name__))


def _stand_in(out, form):
    if form.lower() == "zero":
        from theano_compat.tensor import zeros_like
        return zeros_like(out)
    if form.lower() == "none":
        return None
    if form.lower() == "disconnected":
        return disconnected_type()
    raise ValueError("Invalid value for keyword 'return_disconnected', valid values are 'zero', 'None' and 'Disconnected'.")
