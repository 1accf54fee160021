"""The gradient of a Scan, and the forward-mode switch for graphs that hold graphs."""
import threading
from collections import OrderedDict

from theano_compat.control.scan_op import Scan, check_patterns
from theano_compat.graph.errors import NullTypeGradError
from theano_compat.graph.null_type import DisconnectedType, NullType, grad_undefined
from theano_compat.graph.op import provides, runs_on_host_only
from theano_compat.graph.utils import setting
from theano_compat.graph.walk import io_toposort

_state = threading.local()


def gradients(op, inputs, outputs, output_grads):
    """Gradient terms for the inputs of a Scan node: one VJP node over all of it."""
    from theano_compat.gradient.derived import vjp_terms
    check_patterns(op)
    _ask_for_gradients(op)
    node = outputs[0].owner
    terms = vjp_terms(node, inputs, output_grads)
    pattern = op.connection_pattern(node)
    on = [j for j, g in enumerate(output_grads) if not isinstance(g.type, DisconnectedType)]
    undefined = _undefined_inside(op)
    to_inner, to_output = op.var_mappings["inner_inp_from_outer_inp"], op.var_mappings["inner_out_from_outer_out"]
    for x in range(len(terms)) if undefined else ():
        # as in Theano: within one step; on the way from state to state such a term counts as zero
        found = next((undefined[i, o] for i in to_inner[x] for j in on for o in to_output[j] if (i, o) in undefined), None)
        if found is not None and not op.first_shared <= x < op.first_length:
            terms[x] = found.type()
    for i in range(op.first_shared, op.first_length):
        on = any(pattern[i][j] and not isinstance(g.type, DisconnectedType) for j, g in enumerate(output_grads))
        terms[i] = grad_undefined(op, i, inputs[i], "Shared Variable with update") if on else DisconnectedType()()
    return _as_wide_as_a_steps(op, terms, [j for j, g in enumerate(output_grads) if not isinstance(g.type, DisconnectedType)], pattern)


def _as_wide_as_a_steps(op, terms, on, pattern):
    """`terms` where that of what does not change has the dtype that its gradient in one step has, as in Theano: float64 for a float32
    variable that meets float64."""
    from theano_compat.gradient import grad
    from theano_compat.gradient.connect import is_float
    met = {v.type.dtype for node in io_toposort(op.inputs, op.outputs) for v in (*node.inputs, *node.outputs) if hasattr(v.type, "dtype")}
    still = [(op.first_other + k, v) for k, v in enumerate(op.inner_non_seqs(op.inputs))
             if is_float(getattr(v.type, "dtype", None)) and is_float(getattr(terms[op.first_other + k].type, "dtype", None))]
    if not still or all(v.type.dtype == "float64" for _, v in still) or "float64" not in met:
        return terms
    given = [v for j, v in enumerate(op.outputs[:op.n_states + op.n_nit_sot]) if is_float(v.type.dtype)
             and (j in on or j < op.n_states and any(pattern[op.first_state + j][k] for k in on))]
    try:
        steps = grad(None, [v for _, v in still], known_grads=OrderedDict((v, v.type()) for v in given), disconnected_inputs="ignore")
    except (NotImplementedError, NullTypeGradError):
        return terms
    for (i, v), step in zip(still, steps):
        if step.type.dtype != v.type.dtype:
            terms[i] = terms[i].astype(step.type.dtype)
    return terms


def points_for(op, node, eval_points):
    """The directions of a Scan's inputs: what has none does not move, as in Theano.

    Raises NotImplementedError for a step with an op in Python that has no R_op.
    """
    from theano_compat.gradient.connect import differentiable
    from theano_compat.gradient.forward import refuse_direction
    for inner in io_toposort(op.inputs, op.outputs):
        smooth = any(differentiable(v.type) for v in inner.inputs) and any(differentiable(v.type) for v in inner.outputs)
        if smooth and not provides(inner.op, "lower") and not hasattr(inner.op, "R_op"):
            refuse_direction(inner.op)
    return [x.zeros_like() if point is None and differentiable(x.type) else point for x, point in zip(node.inputs, eval_points)]


def buffer_terms(node, terms, output_grads, wanted):
    """`terms` where those of states' buffers that are `wanted` have, in the row of each step, the gradient of the state in that step.

    In those rows a buffer is only room for results. In Theano its gradient has there what its loop backwards has gathered up to that
    step, and programs read it: how much a cost depends on the state at each time.
    """
    op = node.op
    asked = [i for i, buffer in enumerate(op.outer_states(node.inputs))
             if buffer in wanted and not isinstance(terms[op.first_state + i].type, (DisconnectedType, NullType))]
    if not asked or op.as_while:
        return terms
    from theano_compat.gradient.connect import connection_pattern
    from theano_compat.gradient.reverse import node_terms
    from theano_compat.tensor import join, zeros_like
    # the same loop, with something added to the states in each step: a sequence of zeros, whose gradient is what is asked for
    added = [op.outputs[i].type() for i in asked]
    outputs = [out + added[asked.index(i)] if i in asked else out for i, out in enumerate(op.outputs)]
    first = [abs(min(op.tap_array[i])) for i in asked]
    zeros = [zeros_like(node.inputs[op.first_state + i][rows:]) for i, rows in zip(asked, first)]
    pushed = type(op)([*op.inner_seqs(op.inputs), *added, *op.inputs[op.n_seqs:]], outputs,
                      dict(op.info, n_seqs=op.n_seqs + len(asked)))
    at = 1 + op.n_seqs
    new = pushed.make_node(*node.inputs[:at], *zeros, *node.inputs[at:])
    found = node_terms(new, output_grads, connection_pattern(new))
    terms = [*found[:at], *found[at + len(asked):]]
    for i, rows, total in zip(asked, first, found[at:]):
        terms[op.first_state + i] = join(0, terms[op.first_state + i][:rows], total)
    return terms


def _undefined_inside(op):
    """{(inner input, inner output): an undefined gradient term on a way between them}."""
    from theano_compat.gradient.connect import connection_pattern
    inputs = {v: i for i, v in enumerate(op.inputs)}
    order = io_toposort(op.inputs, op.outputs)
    terms = {node: _null_terms(node) for node in order}
    if not any(terms.values()):
        return {}
    reach = {v: {i: None} for v, i in inputs.items()}  # variable -> {inner input that it depends on: undefined term or None}
    for node in order:
        rows = connection_pattern(node)
        for j, out in enumerate(node.outputs):
            mine = reach.setdefault(out, {})
            for i, x in enumerate(node.inputs):
                for k, term in reach.get(x, {}).items() if rows[i][j] else ():
                    mine[k] = mine.get(k) or term or terms[node].get(i)
    return {(k, o): term for o, v in enumerate(op.outputs) for k, term in reach.get(v, {}).items() if term is not None}


def _ask_for_gradients(op):
    """Raise what asking an op in Python for its gradient raises, where a step needs it and it has none (AttributeError)."""
    from theano_compat.gradient.connect import Patterns, connections, differentiable, states_gradient
    mute = [node for node in io_toposort(op.inputs, op.outputs) if not states_gradient(node.op) and not provides(node.op, "lower")]
    if mute:
        smooth = [v for v in op.inputs if differentiable(v.type)]
        users = connections([v for v in op.outputs if differentiable(v.type)], smooth, None, Patterns())
        for node in mute:
            if any(node in found for found in users.values()) and any(differentiable(v.type) for v in node.outputs):
                node.op.L_op(node.inputs, node.outputs, [v.type() for v in node.outputs])


def _null_terms(node):
    """{input: its gradient term} for inputs of an inner node whose gradient is undefined or not written."""
    from theano_compat.gradient.connect import connection_pattern, differentiable, states_gradient
    from theano_compat.gradient.reverse import node_terms
    if not states_gradient(node.op) or not may_be_undefined(node.op):
        return {}
    grads = [out.type() if differentiable(out.type) else DisconnectedType()() for out in node.outputs]
    if all(isinstance(g.type, DisconnectedType) for g in grads):
        return {}
    try:
        terms = node_terms(node, grads, connection_pattern(node))
    except NotImplementedError:
        return {}
    return {i: t for i, t in enumerate(terms) if isinstance(t.type, NullType)}


def may_be_undefined(op):
    """Whether an op's own gradient has to be asked whether it is defined: draws, ops that users wrote, `undefined_grad`."""
    module = type(op).__module__
    return (runs_on_host_only(op) or type(op).__name__ == "UndefinedGrad"
            or not (module == "theano" or module.startswith(("theano.", "theano_compat."))))


def forward_mode(op):
    """A block inside of which graphs are lowered for jax.jvp of `op`, which takes no custom reverse rules."""
    return setting(_state, "forward", op)


def in_forward_mode():
    """Whether a `forward_mode` block is open."""
    return getattr(_state, "forward", None) is not None


def steps_kept(op):
    """How many steps of a Scan pass derivatives, -1 for all: `truncate_gradient` cuts gradients, not Rop of the loop itself."""
    return -1 if isinstance(getattr(_state, "forward", None), Scan) else op.truncate_gradient
