"""jacobian, hessian and Hessian-vector products.

Theano loops over the rows by scan. Here the rows are one `Rows` node, a vmap of the reverse program; only a program that JAX
cannot run (user ops in Python) is looped over by scan.
"""
from collections import OrderedDict

import numpy as np

from theano_compat.config import config
from theano_compat.control.scan_utils import equal_computations
from theano_compat.gradient.connect import differentiable, is_float
from theano_compat.gradient.frontdoor import as_list, format_as, grad
from theano_compat.graph import Apply, Constant, Op, Variable
from theano_compat.graph.checks import check, collecting
from theano_compat.graph.op import provides
from theano_compat.graph.testvalue import get_test_value
from theano_compat.graph.walk import clone, io_toposort


def jacobian(expression, wrt, consider_constant=None, disconnected_inputs="raise"):
    """The derivatives of each element of the vector `expression`, stacked: one array of ndim + 1 for each of `wrt`.

    A scalar expression gives plain gradients. The result has the form of `wrt`: variable, list or tuple.
    """
    assert isinstance(expression, Variable), "tensor.jacobian expects a Variable as `expression`"
    assert expression.ndim < 2, ("tensor.jacobian expects a 1 dimensional variable as `expression`. If not use flatten to make "
                                 "it a vector")
    variables = as_list(wrt)
    if expression.ndim == 0:
        found = grad(expression, variables, consider_constant=consider_constant, disconnected_inputs=disconnected_inputs)
    else:
        found = _rows(expression, variables, consider_constant, disconnected_inputs)
    return format_as(isinstance(wrt, list), isinstance(wrt, tuple), found)


def hessian(cost, wrt, consider_constant=None, disconnected_inputs="raise"):
    """The second derivatives of the scalar `cost` with respect to vectors `wrt`, a matrix for each; no mixed ones."""
    assert isinstance(cost, Variable), "tensor.hessian expects a Variable as `cost`"
    assert cost.ndim == 0, "tensor.hessian expects a 0 dimensional variable as `cost`"
    found = []
    for x in as_list(wrt):
        assert isinstance(x, Variable), "tensor.hessian expects a (list of) Variable as `wrt`"
        assert x.ndim == 1, "tensor.hessian expects a (list of) 1 dimensional variable as `wrt`"
        first = grad(cost, x, consider_constant=consider_constant, disconnected_inputs=disconnected_inputs)
        # a cost that is linear in x leaves a gradient that does not depend on it: zero, and no error
        found.extend(_rows(first, [x], consider_constant, "ignore"))
    return format_as(isinstance(wrt, list), isinstance(wrt, tuple), found)


def hessian_vector_product(cost, wrt, p, **grad_kwargs):
    """The Hessian of `cost` times `p` (variables, or lists that match) without forming the matrix; a list.

    Not in Theano 1.0.5; its successors have it.
    """
    variables, points = as_list(wrt), as_list(p)
    if len(variables) != len(points):
        raise ValueError("p must have one element for each of wrt: %d and %d" % (len(points), len(variables)))
    firsts = grad(cost, variables, **grad_kwargs)
    total = None
    for first, point in zip(firsts, points):
        term = (first * point).sum()
        total = term if total is None else total + term
    grad_kwargs["consider_constant"] = list(grad_kwargs.get("consider_constant") or ()) + [v for v in points if isinstance(v, Variable)]
    return grad(total, variables, **grad_kwargs)


def _rows(expression, variables, consider_constant, disconnected_inputs):
    from theano_compat.tensor import TensorType
    dtype = expression.dtype if is_float(expression.dtype) else config.floatX
    seed = TensorType(dtype, expression.broadcastable)("seed")
    if config.compute_test_value != "off" and hasattr(expression.tag, "test_value"):
        seed.tag.test_value = np.ones(np.shape(get_test_value(expression)), dtype)
    outputs = grad(None, variables, consider_constant=consider_constant, disconnected_inputs=disconnected_inputs,
                   known_grads=OrderedDict([(expression, seed)]))
    nodes, leaves = behind_seed(seed, outputs)
    if all(provides(node.op, "lower") and not node.op.host_only for node in nodes):
        return Rows(seed, leaves, outputs)(expression, *leaves, return_list=True)
    return _rows_by_scan(expression, variables, consider_constant, disconnected_inputs)


def _rows_by_scan(expression, variables, consider_constant, disconnected_inputs):
    from theano_compat.control.scan import scan
    from theano_compat.tensor import arange

    def row(i, e, *xs):
        return grad(e[i], list(xs), consider_constant=consider_constant, disconnected_inputs=disconnected_inputs)

    found, updates = scan(row, sequences=arange(expression.shape[0]), non_sequences=[expression, *variables], return_list=True)
    assert not updates, "the rows of a Jacobian changed a shared variable"
    return found


def behind_seed(seed, outputs):
    """The nodes between `seed` and `outputs`, and what else these need (no constants)."""
    behind, nodes, leaves = {seed}, [], {}
    for node in io_toposort([seed], outputs):
        if any(x in behind for x in node.inputs):
            behind.update(node.outputs)
            nodes.append(node)
    for x in [*(x for node in nodes for x in node.inputs), *outputs]:
        if x not in behind and not isinstance(x, Constant):
            leaves[x] = True
    return nodes, list(leaves)


class Rows(Op):
    """`outputs(seed)` for each unit vector `seed` of the length of the first input; the other inputs are `leaves`.

    settled: the rewrites have been inside.
    """

    sized_by_data = True
    _hash = None

    def __init__(self, seed, leaves, outputs, settled=False):
        self.settled = settled
        inner, self.outputs = clone([seed, *leaves], outputs)
        self.seed, self.leaves = inner[0], inner[1:]
        self.nodes = io_toposort(inner, self.outputs)
        # leaves that decide shapes inside: their values must be known when the program is traced
        deciding = {node.inputs[i] for node in self.nodes if provides(node.op, "facts") for i in node.op.fact_inputs(node)[0]}
        self.deciding = [k for k, leaf in enumerate(self.leaves) if leaf in deciding]
        self.can_fail = any(provides(node.op, "can_fail") for node in self.nodes)

    def __eq__(self, other):
        if self is other or type(self) is not type(other):
            return self is other
        return (self.settled == other.settled and hash(self) == hash(other)
                and equal_computations(self.outputs, other.outputs, [self.seed, *self.leaves], [other.seed, *other.leaves]))

    def __hash__(self):
        if self._hash is None:
            self._hash = hash((type(self), self.settled, self.seed.type, *(node.op for node in self.nodes)))
        return self._hash

    def __getstate__(self):
        return {k: v for k, v in self.__dict__.items() if k != "_hash"}  # another process hashes names otherwise

    def __str__(self):
        return "JacobianRows"

    def make_node(self, expression, *leaves):
        from theano_compat.tensor import TensorType
        leaves = [inner.type.filter_variable(x) for inner, x in zip(self.leaves, leaves)]
        return Apply(self, [expression, *leaves], [TensorType(out.dtype, (False, *out.broadcastable))() for out in self.outputs])

    def connection_pattern(self, node):
        """Only the length of the expression matters here: its own graph enters through the leaves."""
        one = [True] * len(self.outputs)
        return [[False] * len(self.outputs), *(one if differentiable(x.type) else [False] * len(one) for x in self.leaves)]

    @property
    def facts(self):
        """The values of the deciding leaves; absent when there are none."""
        if not self.deciding:
            raise AttributeError("facts")
        return lambda node, values, shapes: tuple(_frozen(values[k + 1]) for k in self.deciding)

    def fact_inputs(self, node):
        """The deciding leaves."""
        return tuple(k + 1 for k in self.deciding), ()

    def lower(self, node, expression, *values, facts=()):
        """vmap over the unit vectors."""
        import jax
        import jax.numpy as jnp
        values = list(values)
        for k, fact in zip(self.deciding, facts):
            values[k] = _thawed(fact)
        made = []

        def row(seed):
            with collecting() as checks:
                outs = self._run(seed, values)
            made[:] = checks
            return outs, [c.ok for c in checks]

        outs, flags = jax.vmap(row)(jnp.eye(expression.shape[0], dtype=self.seed.dtype))
        for c, ok in zip(made, flags):
            check(jnp.all(ok), c.node, c.exc_class, c.message)
        return tuple(outs) if len(outs) > 1 else outs[0]

    def _run(self, seed, values):
        import jax.numpy as jnp
        env = {self.seed: seed, **dict(zip(self.leaves, values))}
        for node in self.nodes:
            outs = _run_node(node, [env[x] if x in env else x.data for x in node.inputs])
            env.update(zip(node.outputs, outs))
        return [jnp.asarray(env[v] if v in env else v.data) for v in self.outputs]


def _run_node(node, values):
    op = node.op
    in_numpy = all(isinstance(v, (np.ndarray, np.generic)) for v in values)
    if provides(op, "host") and (in_numpy or provides(op, "shape_only")):
        outs = op.host(node, *values)
    elif provides(op, "facts"):
        value_idx, shape_idx = op.fact_inputs(node)
        known = [v if i in value_idx else None for i, v in enumerate(values)]
        shapes = [tuple(np.shape(v)) if i in shape_idx else None for i, v in enumerate(values)]
        outs = op.lower(node, *values, facts=op.facts(node, known, shapes))
    else:
        outs = op.lower(node, *values)
    return outs if len(node.outputs) > 1 or isinstance(outs, (tuple, list)) else (outs,)


def _frozen(value):
    value = np.asarray(value)
    return str(value.dtype), value.shape, tuple(value.ravel().tolist())


def _thawed(fact):
    dtype, shape, items = fact
    return np.array(items, dtype=dtype).reshape(shape)
