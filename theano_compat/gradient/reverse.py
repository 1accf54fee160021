"""The reverse walk: gradients of variables from the gradients of what they are used in. Iterative.

What `grad` accepts and how it answers is in `frontdoor`; derivatives that ops do not state come from `derived`.
"""
import warnings

from theano_compat.config import config
from theano_compat.gradient.connect import is_discrete, is_float, states_gradient
from theano_compat.gradient.derived import vjp_terms
from theano_compat.graph import Variable
from theano_compat.graph.null_type import DisconnectedType, NullType, disconnected_type, null_type
from theano_compat.graph.op import provides
from theano_compat.graph.testvalue import get_debug_values
from theano_compat.graph.utils import get_variable_trace_string, legacy_name


@legacy_name("theano.gradient")
class DisconnectedInputError(ValueError):
    """A gradient was asked for a variable that the cost does not depend on differentiably."""


def handle_disconnected(v, action, method, of):
    """Ignore, warn or raise (by `action`) about `v`, which the graph of `of` does not connect to what `method` derives."""
    if action == "ignore":
        return
    if action == "warn":
        warnings.warn("%s method was asked to compute the gradient with respect to a variable that is not part of the "
                      "computational graph of %s, or is used only by a non-differentiable operator: %s" % (method, of, v),
                      stacklevel=3)
    elif action == "raise":
        # Theano's whole message is where the variable was made
        raise DisconnectedInputError(get_variable_trace_string(v))
    else:
        raise ValueError("Invalid value for keyword 'disconnected_inputs', valid values are 'ignore', 'warn' and 'raise'.")


class ReverseWalk:
    """The gradients `grads` of `outputs` carried back to `wrt`; `of(variable)` gives one more.

    `grads` starts with what is known: of the cost, known_grads, the disconnected. `cost_name` names what is found. `wanted`: the
    variables that the caller asked for.
    """

    def __init__(self, users, grads, patterns, cost_name=None, wanted=()):
        self.wanted = frozenset(wanted)
        self.users = users
        self.grads = grads
        self.patterns = patterns
        self.cost_name = cost_name
        self.terms = {}  # node -> one gradient term for each input

    def of(self, variable):
        """The gradient of `variable`, of DisconnectedType when nothing leads to it."""
        # A frame is a variable and the nodes that use it, as yet unvisited. The order is that of Theano's recursion.
        stack = [(variable, self._nodes(variable))]
        while stack:
            v, nodes = stack[-1]
            if v in self.grads:
                stack.pop()
                continue
            node = nodes[-1] if nodes else None
            if node is None:
                self.grads[v] = self._sum(v)
                stack.pop()
                continue
            if node not in self.terms:
                missing = next((out for out in node.outputs if out not in self.grads), None)
                if missing is not None:
                    stack.append((missing, self._nodes(missing)))
                    continue
                self.terms[node] = self._terms_of(node)
            nodes.pop()
        return self.grads[variable]

    def _terms_of(self, node):
        output_grads = [self.grads[out] for out in node.outputs]
        terms = node_terms(node, output_grads, self.patterns[node])
        if provides(node.op, "terms_for_buffers"):
            return node.op.terms_for_buffers(node, terms, output_grads, self.wanted)
        return terms

    def _nodes(self, v):
        return list(reversed(self.users.get(v, ())))

    def _sum(self, v):
        if v not in self.users:
            return disconnected_type()
        null, total = None, None
        for node, positions in self.users[v].items():
            for i in positions:
                term = self.terms[node][i]
                if not isinstance(term, Variable):
                    raise TypeError("%s.grad returned %s, expected Variable instance." % (node.op, type(term)))
                if isinstance(term.type, NullType):
                    null = null or term
                elif not isinstance(term.type, DisconnectedType):
                    if hasattr(v, "ndim") and term.ndim != v.ndim:
                        raise ValueError("%s.grad returned a term with %d dimensions, but %d are required."
                                         % (node.op, term.ndim, v.ndim))
                    total = term if total is None else total + term
        found = null if null is not None else total if total is not None else disconnected_type()
        if self.cost_name is not None and v.name is not None:
            found.name = "(d%s/d%s)" % (self.cost_name, v.name)
        return found


class _Connected:
    """What a node's gradient terms are checked against: which inputs lead to the cost, to integers, to nothing defined."""

    def __init__(self, node, output_grads, pattern):
        self.pattern = pattern
        self.null = [isinstance(g.type, NullType) for g in output_grads]
        discrete = [is_discrete(getattr(out.type, "dtype", None)) for out in node.outputs]
        on = [not isinstance(g.type, DisconnectedType) for g in output_grads]
        self.inputs = self._reach(on)
        self.only_null = [not there for there in self._reach([a and not b for a, b in zip(on, self.null)])]
        self.only_discrete = [not there for there in self._reach([a and not b for a, b in zip(on, discrete)])]

    def _reach(self, outputs):
        if len(outputs) == 1:
            return [bool(row[0] and outputs[0]) for row in self.pattern]
        return [any(p and there for p, there in zip(row, outputs)) for row in self.pattern]


def node_terms(node, output_grads, pattern):
    """The gradient terms that `node` contributes to its inputs, checked as Theano's contract for ops asks."""
    about = _Connected(node, output_grads, pattern)
    inputs = node.inputs
    if not any(about.inputs):
        terms = [disconnected_type() for _ in inputs]
    elif all(about.only_null):
        terms = [null_type() if connected else disconnected_type() for connected in about.inputs]
    else:
        inputs = _copies_of_destroyed(node)
        terms = _ask_op(node, inputs, _cast_to_outputs(node, output_grads))
    for j in [j for j, is_null in enumerate(about.null) if is_null]:
        for i, term in enumerate(terms):
            if pattern[i][j] and not isinstance(term.type, DisconnectedType):
                terms[i] = output_grads[j]
    for i, term in enumerate(terms):
        _check_term(node, inputs, i, term, about)
    for i, term in enumerate(terms):
        _check_connection(node, i, term, about.inputs[i])
    return terms


def _copies_of_destroyed(node):
    # A gradient that reads an input which the op overwrites would come too late; it reads a copy.
    destroyed = [node.inputs[idx[0]] for idx in (getattr(node.op, "destroy_map", None) or {}).values()]
    return [x.copy() if hasattr(x, "copy") and any(x is d for d in destroyed) else x for x in node.inputs]


def _cast_to_outputs(node, output_grads):
    """Gradients of float outputs in the outputs' own dtypes, so that no double precision spreads; others as they are."""
    cast = []
    for out, g in zip(node.outputs, output_grads):
        dtype, g_dtype = getattr(out.type, "dtype", None), getattr(g.type, "dtype", None)
        if g_dtype and g_dtype != dtype and not is_discrete(dtype):
            g = g.astype(dtype)
            assert g.type.dtype == dtype
        assert not is_discrete(g_dtype)
        cast.append(g)
    if config.compute_test_value != "off":
        _check_output_shapes(node, cast)
    return cast


def _check_output_shapes(node, output_grads):
    for out, g in zip(node.outputs, output_grads):
        if not hasattr(out, "shape") or isinstance(g.type, DisconnectedType):
            continue
        for value, g_value in get_debug_values(out, g):
            if value.shape != g_value.shape:
                raise ValueError("Got a gradient of shape %s on an output of shape %s" % (value.shape, g_value.shape))


def _ask_op(node, inputs, output_grads):
    op = node.op
    if not states_gradient(op) and provides(op, "lower"):
        return vjp_terms(node, inputs, output_grads)
    terms = op.L_op(inputs, node.outputs, output_grads)
    if terms is None:
        raise TypeError("%s.grad returned NoneType, expected iterable." % op)
    if len(terms) != len(inputs):
        raise ValueError("%s returned the wrong number of gradient terms." % op)
    return list(terms)


def _check_term(node, inputs, i, term, about):
    op = node.op
    if term is None:
        raise TypeError("%s.grad returned None for a gradient term, this is prohibited. Instead of None,return "
                        "zeros_like(input), disconnected_type(), or a NullType variable such as those made with the "
                        "grad_undefined or grad_unimplemented helper functions." % op)
    if config.compute_test_value != "off" and hasattr(term, "shape"):
        for value, t_value in get_debug_values(inputs[i], term):
            if value.shape != t_value.shape:
                raise ValueError("%s.grad returned object of shape %s as gradient term on input %d of shape %s"
                                 % (op, t_value.shape, i, value.shape))
    if isinstance(term.type, (NullType, DisconnectedType)):
        return
    if not is_float(term.type.dtype):
        raise TypeError("%s.grad illegally  returned an integer-valued variable. (Input index %d, dtype %s)"
                        % (op, i, term.type.dtype))
    if about.only_null[i]:
        assert isinstance(term.type, NullType)
    if about.only_discrete[i] and is_zero(term) == "no":
        from theano_compat.tensor import get_scalar_constant_value
        raise ValueError("%s.grad returned %s of type %s for input %d. Since this input is only connected to "
                         "integer-valued outputs, it should evaluate to zeros, but it evaluates to%s."
                         % (op, term, type(term), i, get_scalar_constant_value(term)))


def _check_connection(node, i, term, connected):
    op = node.op
    actually = not isinstance(term.type, DisconnectedType)
    if actually and not connected:
        raise TypeError("%s.grad returned %s of type %s for input %d. Expected DisconnectedType instance based on  the "
                        "output of the op's connection_pattern method." % (op, term, term.type, i))
    if connected and not actually:
        text = "%s.grad returned DisconnectedType for input %d." % (op, i)
        if hasattr(op, "connection_pattern"):
            raise TypeError(text + " Its connection_pattern method does not allow this.")
        warnings.warn(text + " You may want to implement a connection_pattern method for it.", stacklevel=2)


def is_zero(x):
    """'yes', 'no', or 'maybe' when `x` is too complicated to tell."""
    import numpy as np

    from theano_compat.tensor import NotScalarConstantError, get_scalar_constant_value
    if not hasattr(x, "type"):
        return bool(np.all(x == 0.0))
    if isinstance(x.type, NullType):
        return "no"
    if isinstance(x.type, DisconnectedType):
        return "yes"
    try:
        return "no" if get_scalar_constant_value(x) != 0.0 else "yes"
    except NotScalarConstantError:
        return "maybe"


# Theano's private name, which ops outside of it use.
_is_zero = is_zero
