"""grad, Lop and subgraph_grad: what they accept, what they refuse, and the form of what they give back."""
import time
from collections import OrderedDict

from theano_compat.config import config
from theano_compat.gradient.connect import Patterns, connections, is_continuous, is_float
from theano_compat.gradient.reverse import ReverseWalk, handle_disconnected
from theano_compat.graph import Variable
from theano_compat.graph.errors import NullTypeGradError
from theano_compat.graph.garbage import uncollected
from theano_compat.graph.null_type import DisconnectedType, NullType, disconnected_type


def format_as(use_list, use_tuple, outputs):
    """`outputs` as a list, as a tuple, or (neither flag) as the one variable that it is or holds."""
    assert not (use_list and use_tuple), "Both flags cannot be simultaneously True"
    many = isinstance(outputs, (list, tuple))
    if use_list or use_tuple:
        form = list if use_list else tuple
        return form(outputs) if many else form([outputs])
    if not many:
        return outputs
    assert len(outputs) == 1, "Wrong arguments. Expected a one element list"
    return outputs[0]


def as_list(x):
    """A list or tuple as a list, anything else as a list of one."""
    return list(x) if isinstance(x, (list, tuple)) else [x]


grad_time = 0.0  # seconds in all calls; profiles show it


def grad(cost, wrt, consider_constant=None, disconnected_inputs="raise", add_names=True, known_grads=None,
         return_disconnected="zero", null_gradients="raise"):
    """Gradients of the scalar `cost` with respect to a variable, or a list or tuple of them (returned in that form).

    consider_constant: variables not to differentiate through. known_grads: {variable: its gradient}, with which `cost`
    may be None. disconnected_inputs ('raise', 'warn', 'ignore'): what to do about a `wrt` that the cost does not depend
    on; return_disconnected ('zero', 'None', 'Disconnected'): what to give for it. null_gradients ('raise', 'return'):
    what to do about undefined ones. add_names: name results `(dcost/dx)`.
    """
    global grad_time
    started = time.perf_counter()
    _check_cost(cost, known_grads)
    if isinstance(wrt, set):
        raise TypeError("wrt must not be a set. sets have no defined iteration order, so we can't return gradients in a"
                        "  matching order.")
    targets = as_list(wrt)
    for x in targets:
        if not isinstance(x, Variable):
            raise TypeError("Expected Variable, got %s of type %s" % (x, type(x)))
    outputs = ([] if cost is None else [cost]) + list(known_grads or ())
    patterns = Patterns()
    users = connections(outputs, targets, consider_constant, patterns)
    grads = _first_gradients(cost, known_grads)
    for x in targets:
        if x not in users and x is not cost and x not in grads:
            handle_disconnected(x, disconnected_inputs, "grad", "the cost")
            grads[x] = disconnected_type()
    for g in grads.values():
        if hasattr(g.type, "dtype"):
            assert is_float(g.type.dtype)
    with uncollected():
        walk = ReverseWalk(users, grads, patterns, cost.name if add_names and cost is not None else None, targets)
        found = [walk.of(x) for x in targets]
    found = [_as_asked(g, x, disconnected_inputs, return_disconnected, null_gradients) for g, x in zip(found, targets)]
    grad_time += time.perf_counter() - started
    return format_as(isinstance(wrt, list), isinstance(wrt, tuple), found)


def _check_cost(cost, known_grads):
    if cost is None:
        if known_grads is None:
            raise AssertionError("cost and known_grads can't both be None.")
        return
    if isinstance(cost.type, NullType):
        raise ValueError("Can't differentiate a NaN cost.cost is NaN because " + cost.type.why_null)
    if cost.ndim != 0:
        raise TypeError("cost must be a scalar.")


def _first_gradients(cost, known_grads):
    """{variable: gradient} that the walk starts from: 1 for the cost unless known otherwise."""
    known_grads = OrderedDict() if known_grads is None else known_grads
    assert isinstance(known_grads, OrderedDict) or len(known_grads) <= 1, "known_grads must be an OrderedDict. "
    grads = {}
    if cost is not None:
        g = known_grads[cost] if cost in known_grads else float_ones_like(cost)
        if hasattr(g.type, "dtype"):
            # an integer cost keeps a float gradient; a float cost has one of its own dtype
            if is_continuous(cost.type.dtype):
                g = g.astype(cost.type.dtype)
            assert is_continuous(g.type.dtype)
        grads[cost] = g
    for v, g in known_grads.items():
        if not hasattr(g, "type"):
            raise TypeError("output grads must be theano variables.Ambiguous whether %s should be made into tensor or "
                            "sparse theano variable" % (type(g),))
        if not isinstance(g.type, (NullType, DisconnectedType)) and "float" not in str(g.type.dtype):
            raise TypeError("Gradients must always be NullType, DisconnectedType, or continuous, but grad was given a "
                            "known_grad of type " + str(g.type))
        grads[v] = g
    return grads


def _as_asked(g, x, disconnected_inputs, return_disconnected, null_gradients):
    if isinstance(g.type, NullType):
        if null_gradients == "raise":
            raise NullTypeGradError("tensor.grad encountered a NaN. " + g.type.why_null)
        assert null_gradients == "return"
    if isinstance(g.type, DisconnectedType):
        handle_disconnected(g, disconnected_inputs, "grad", "the cost")
        if return_disconnected == "zero":
            return float_zeros_like(x)
        if return_disconnected == "None":
            return None
        assert return_disconnected == "Disconnected"
    return g


def float_zeros_like(x):
    """Zeros of the shape of `x`; of its dtype if that is a float one, else floatX."""
    zeros = x.zeros_like()
    return zeros if "float" in zeros.type.dtype else zeros.astype(config.floatX)


def float_ones_like(x):
    """Ones of the shape of `x`; of its dtype if that is a float one, else floatX."""
    return x.ones_like(dtype=x.type.dtype if is_float(x.type.dtype) else config.floatX)


def Lop(f, wrt, eval_points, consider_constant=None, disconnected_inputs="raise"):
    """`eval_points` times the Jacobian of `f` (variables, or lists that match) with respect to `wrt`; in the form of `wrt`."""
    outputs, points = as_list(f), as_list(eval_points)
    assert len(outputs) == len(points)
    found = grad(cost=None, known_grads=OrderedDict(zip(outputs, points)), consider_constant=consider_constant, wrt=as_list(wrt),
                 disconnected_inputs=disconnected_inputs)
    return format_as(isinstance(wrt, list), isinstance(wrt, tuple), found)


def subgraph_grad(wrt, end, start=None, cost=None, details=False):
    """Gradients with respect to the lists `wrt` and `end`, going no further back than `end`: a pair of lists.

    They are those of `cost`, or what follows from `start` ({variable: its gradient}), or the sum of both. With `details`
    also the lists for `start` and for `cost`; as in Theano the first of these already holds the sum.
    """
    assert cost is not None or start is not None
    assert isinstance(end, list)
    assert isinstance(wrt, list)
    assert start is None or isinstance(start, dict)
    params = list(dict.fromkeys(wrt + end))
    start_grads = cost_grads = None
    if start is not None:
        start_grads = grad(None, params, known_grads=start, consider_constant=end, disconnected_inputs="ignore")
    if cost is not None:
        cost_grads = grad(cost, params, consider_constant=end, disconnected_inputs="ignore")
    grads = cost_grads if start is None else start_grads
    if start is not None and cost_grads is not None:
        grads[:] = [a + b for a, b in zip(start_grads, cost_grads)]
    of = dict(zip(params, grads))
    result = [of[v] for v in wrt], [of[v] for v in end]
    return (*result, start_grads, cost_grads) if details else result


# Theano's private names, which ops outside of it use.
_float_zeros_like = float_zeros_like
_float_ones_like = float_ones_like
