"""The gradient of an Elemwise: the gradient graph of its scalar op, replayed with Elemwise nodes.

A scalar op states its gradient on scalar variables. For each op and dtypes that graph is made once and kept as a tree of
steps, because a program differentiates the same few ops hundreds of times.
"""
import numpy as np

from theano_compat.config import change_flags, config
from theano_compat.graph.errors import NullTypeGradError
from theano_compat.graph.null_type import NullType
from theano_compat.scalar.types import get_scalar_type
from theano_compat.tensor.constant import constant

# steps: (kind, payload[, arguments])
_INPUT, _OUTPUT, _OGRAD, _CONSTANT, _OP, _AS_IS = range(6)


def has_no_value(variable):
    """Whether a gradient is null or disconnected: a variable without dtype."""
    return not hasattr(variable.type, "dtype")


def refuse_direction(gradient, point):
    """Raise NullTypeGradError for a direction, not plainly zero, in which no derivative is known."""
    from theano_compat.tensor.scalar_constant import NotScalarConstantError, get_scalar_constant_value
    if isinstance(gradient.type, NullType):
        try:
            still = not np.any(get_scalar_constant_value(point))
        except NotScalarConstantError:
            still = False
        if not still:
            raise NullTypeGradError("tensor.Rop encountered a NaN. " + gradient.type.why_null)


def apply(op, inputs, outputs, ograds):
    """The gradients that `op.scalar_op` states, on tensors: of `inputs` (one number of dimensions), as broadcast."""
    ndim = inputs[0].type.ndim
    leaves = {_INPUT: inputs, _OUTPUT: outputs, _OGRAD: ograds}
    return [None if tree is None else _replay(tree, leaves, ndim) for tree in _recipe(op, inputs, ograds)]


def _recipe(op, inputs, ograds):
    if any(has_no_value(g) for g in ograds):
        return _trees(op.scalar_op, inputs, ograds)
    key = (tuple([x.type.dtype for x in inputs]), tuple([g.type.dtype for g in ograds]),
           config.floatX, config.cast_policy, config.int_division)
    found = op._recipes.get(key)
    if found is None:
        found = _trees(op.scalar_op, inputs, ograds)
        if not any(tree is not None and tree[0] == _AS_IS for tree in found):
            op._recipes[key] = found
    return found


def _as_scalar(variable):
    return variable if has_no_value(variable) else get_scalar_type(dtype=variable.type.dtype).make_variable()


def _trees(scalar_op, inputs, ograds):
    if config.compute_test_value != "off":
        with change_flags(compute_test_value="off"):
            return _trees(scalar_op, inputs, ograds)
    s_inputs = [_as_scalar(x) for x in inputs]
    s_ograds = [_as_scalar(g) for g in ograds]
    s_outputs = scalar_op.make_node(*[_as_scalar(x) for x in inputs]).outputs
    s_grads = scalar_op.L_op(s_inputs, s_outputs, s_ograds)
    if not isinstance(s_grads, (list, tuple)):
        raise TypeError("%s.grad returned %s instead of list or tuple" % (scalar_op, type(s_grads)))
    assert not any(g is None for g in s_grads), scalar_op
    leaves = {}
    for kind, variables in ((_OGRAD, s_ograds), (_OUTPUT, s_outputs), (_INPUT, s_inputs)):
        for i, v in enumerate(variables):
            leaves[v] = (kind, i)
    return [_tree(g, leaves) for g in s_grads]


def _tree(root, leaves):
    """`root` as nested steps; its graph is walked without recursion."""
    from theano_compat.tensor.elemwise import plain_elemwise
    done = dict(leaves)
    todo = [root]
    while todo:
        v = todo[-1]
        if v in done:
            todo.pop()
        elif has_no_value(v):
            done[v] = (_AS_IS, v)
        elif v.owner is None:
            done[v] = (_CONSTANT, np.asarray(v.data), v.type.dtype)
        else:
            waiting = [x for x in v.owner.inputs if x not in done]
            if waiting:
                todo.extend(waiting)
            else:
                done[v] = (_OP, (plain_elemwise(v.owner.op), v.index), tuple([done[x] for x in v.owner.inputs]))
    return done[root]


def _replay(tree, leaves, ndim):
    # No sharing between branches: Theano builds a subexpression anew wherever it stands, and prints it so.
    kind = tree[0]
    if kind == _OP:
        op, index = tree[1]
        return op(*[_replay(argument, leaves, ndim) for argument in tree[2]], return_list=True)[index]
    if kind == _CONSTANT:
        from theano_compat.tensor.elemwise import _dimshuffle_op
        return _dimshuffle_op((), ("x",) * ndim)(constant(tree[1], dtype=tree[2]))
    if kind == _AS_IS:
        return tree[1]
    return leaves[kind][tree[1]]
