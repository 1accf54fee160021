"""Derivatives that an op does not state, made from its `lower`: VJP nodes for `grad` and JVP nodes for `Rop`.

`VJP(base)` takes the inputs of the base node and then the gradients of some of its outputs, and gives the gradients of some of
its inputs. It is an op like any other: it has a `lower`, so it has derivatives again, and it shares the base op's facts.

Joint lowering. A program that holds a node and its VJP nodes should run `jax.vjp` once. For a VJP op `d`:

- `d.base_op`, `d.n_inputs`: a node with that op over `vjp_node.inputs[:d.n_inputs]` is its forward node;
- `outs, pullback = d.forward(base_node, values, facts)`: all outputs of the forward node as a tuple, and how to go back;
- `d.pull_back(vjp_node, pullback, values)`: the outputs of one VJP node as a tuple; any number of VJP nodes of one forward
  node, for different inputs or outputs, share one pullback.

`d.lower` alone is `forward` and `pull_back` in a row; XLA drops the outputs that nobody needs. Conditions that the base op states
(graph.checks) are passed out of the differentiated function and stated again outside of it.
"""
from theano_compat.config import config
from theano_compat.control.scan_gradient import forward_mode
from theano_compat.gradient.connect import connection_pattern, differentiable, is_discrete
from theano_compat.graph import Apply, Op
from theano_compat.graph.checks import collecting, state_again
from theano_compat.graph.null_type import DisconnectedType, NullType, disconnected_type, grad_not_implemented
from theano_compat.graph.op import provides
from theano_compat.scalar.device import jitted


class _Derived(Op):
    """What VJP and JVP share: a base op, the types of its inputs and outputs, and its facts."""

    __props__ = ("base_op", "in_types", "out_types", "wrt", "given")

    def __init__(self, base_op, in_types, out_types, wrt, given):
        self.base_op = base_op
        self.in_types = tuple(in_types)
        self.out_types = tuple(out_types)
        self.wrt = tuple(wrt)
        self.given = tuple(given)

    def __str__(self):
        return "%s{%s}" % (type(self).__name__, self.base_op)

    @property
    def n_inputs(self):
        """How many inputs are those of the base node."""
        return len(self.in_types)

    def make_node(self, *inputs):
        n = self.n_inputs
        types = tuple(x.type for x in inputs[:n])
        if types != self.in_types:
            # a graph was rebuilt over inputs of other types: what the base op gives for them is its own affair
            out_types = [out.type for out in self.base_op.make_node(*inputs[:n]).outputs]
            return type(self)(self.base_op, types, out_types, self.wrt, self.given).make_node(*inputs)
        return Apply(self, list(inputs), [t.make_variable() for t in self._result_types()])

    def base_node(self, node):
        """The forward node that `node` is derived from, made anew."""
        return Apply(self.base_op, node.inputs[:self.n_inputs], [t.make_variable() for t in self.out_types])

    @property
    def facts(self):
        """The base op's facts; absent when it has none."""
        facts, n = self.base_op.facts, self.n_inputs
        return lambda node, values, shapes: facts(self.base_node(node), values[:n], shapes[:n])

    def fact_inputs(self, node):
        """Those of the base op."""
        return self.base_op.fact_inputs(self.base_node(node))

    @property
    def host_only(self):
        """Whether the base op has to run outside XLA."""
        return self.base_op.host_only

    @property
    def sized_by_data(self):
        """What the op is that it derives from."""
        return self.base_op.sized_by_data

    @property
    def host(self):
        """Of a base op that runs on the host and can be replayed: the derivative of the replay, as one jitted program."""
        if not (self.host_only and provides(self.base_op, "record")):
            raise AttributeError("host")
        return self._from_replay

    @property
    def record(self):
        """What a derivative of this derivative needs to know: what this one does."""
        record, n = self.base_op.record, self.n_inputs
        return lambda node, values: record(self.base_node(node), values[:n])

    @property
    def replayed_eagerly(self):
        """Whether `replay` may not be traced (Scan.replayed_eagerly)."""
        return self.base_op.replayed_eagerly

    def replay(self, node, values, key, arrays):
        """The derivative of the base op's replay, staged."""
        base = self.base_node(node)
        stand_in = Apply(_Replayed(self.base_op, key, arrays), base.inputs, [out.type() for out in base.outputs])
        return self.lower_over(stand_in, node, values)

    def run_of(self, node):
        """The loop whose run `node` differentiates, as a node; None where the base op is no loop."""
        base = self.base_node(node)
        return base.op.run_of(base) if hasattr(base.op, "run_of") else None

    def _from_replay(self, node, *values):
        found = self.from_record(node, values, self.record(node, values))
        return found if len(found) > 1 else found[0]

    def from_record(self, node, values, record):
        """The outputs of a node, as a tuple of NumPy arrays, where `record` gave this for its values."""
        import jax
        import numpy as np
        key, arrays, extra = record
        programs = self.__dict__.setdefault("_programs", {})
        fixed = tuple(i for i, v in enumerate(values[:self.n_inputs]) if not hasattr(v, "dtype"))
        if key not in programs:
            def derivative(given, arrays):
                return self.replay(node, [None if i in fixed else v for i, v in enumerate(given)], key, arrays)

            programs[key] = derivative if self.replayed_eagerly else jitted(derivative)
        values = [0 if i in fixed else v for i, v in enumerate(values)]
        rowed_inputs, rowed_outputs = self.rowed
        for i in rowed_inputs if extra else ():
            values[i] = np.concatenate([values[i], np.zeros((extra, *values[i].shape[1:]), values[i].dtype)])
        with jax.enable_x64(True):
            result = programs[key](values, arrays)
        found = [np.array(v) for v in (result if isinstance(result, tuple) else (result,))]
        return tuple(v[:len(v) - extra] if k in rowed_outputs else v for k, v in enumerate(found))

    def __getstate__(self):
        return {k: v for k, v in self.__dict__.items() if k != "_programs"}

    @property
    def can_fail(self):
        """Whether the base op states conditions."""
        return provides(self.base_op, "can_fail")


def _call_lower(node, values, facts):
    result = node.op.lower(node, *values) if facts is None else node.op.lower(node, *values, facts=facts)
    return result if len(node.outputs) > 1 or isinstance(result, (tuple, list)) else (result,)


def _smooth(node, values, facts, which):
    """`run(*values of inputs `which`) -> continuous outputs, (other outputs, check flags)`, and the list of its checks."""
    checks = []

    def run(*varied):
        full = list(values)
        for i, v in zip(which, varied):
            full[i] = v
        with collecting() as made:
            outs = _call_lower(node, full, facts)
        checks[:] = made
        smooth = [v for v, out in zip(outs, node.outputs) if differentiable(out.type)]
        rest = [v for v, out in zip(outs, node.outputs) if not differentiable(out.type)]
        return smooth, (rest, [c.ok for c in made])

    return run, checks


def _merged(node, smooth, rest):
    smooth, rest = iter(smooth), iter(rest)
    return tuple(next(smooth if differentiable(out.type) else rest) for out in node.outputs)


def _arrays(node, values, which):
    import jax.numpy as jnp
    return [jnp.asarray(values[i], dtype=node.inputs[i].type.dtype) for i in which]


def _continuous(types):
    return tuple(i for i, t in enumerate(types) if differentiable(t))


class _Replayed(Op):
    """A base op that ran on the host, as what its run was."""

    def __init__(self, base_op, key, arrays):
        self.base_op = base_op
        self.key = key
        self.arrays = arrays

    def lower(self, node, *values):
        """The replay."""
        return self.base_op.replay(node, values, self.key, self.arrays)


class VJP(_Derived):
    """Gradients of inputs `wrt` of the base op, given those of its outputs `given`; the other outputs count as unused."""

    def _result_types(self):
        return [self.in_types[i] for i in self.wrt]

    @property
    def rowed(self):
        """Inputs and outputs with as many rows as the base op's run had steps (Scan.rowed)."""
        inputs, outputs = self.base_op.rowed
        return ((*inputs, *(self.n_inputs + k for k, j in enumerate(self.given) if j in outputs)),
                tuple(k for k, i in enumerate(self.wrt) if i in inputs))

    def forward(self, base_node, values, facts=None):
        """All outputs of `base_node` as a tuple, and the pullback that `pull_back` takes."""
        import jax
        which = _continuous(self.in_types)
        run, checks = _smooth(base_node, values, facts, which)
        smooth, pullback, (rest, flags) = jax.vjp(run, *_arrays(base_node, values, which), has_aux=True)
        state_again(checks, flags)
        return _merged(base_node, smooth, rest), (pullback, smooth)

    def pull_back(self, node, pullback, values):
        """The outputs of VJP node `node` as a tuple; `values` are those of all its inputs."""
        import jax.numpy as jnp
        back, smooth = pullback
        given = dict(zip(self.given, values[self.n_inputs:]))
        cotangents = []
        for j, out in zip(_continuous(self.out_types), smooth):
            if j in given:
                g = jnp.broadcast_to(jnp.asarray(given[j], dtype=out.dtype), out.shape)
                # Theano's gradient of a complex number is the conjugate of JAX's
                cotangents.append(jnp.conj(g))
            else:
                cotangents.append(jnp.zeros_like(out))
        of = dict(zip(_continuous(self.in_types), back(cotangents)))
        return tuple(jnp.conj(of[i]) for i in self.wrt)

    def lower(self, node, *values, facts=None):
        """Forward and back."""
        return self.lower_over(self.base_node(node), node, values, facts)

    def lower_over(self, base, node, values, facts=None):
        """`lower` with `base` as the forward node."""
        _, pullback = self.forward(base, values[:self.n_inputs], facts)
        result = self.pull_back(node, pullback, values)
        return result if len(result) > 1 else result[0]


class JVP(_Derived):
    """Directional derivatives of outputs `wrt` of the base op, given directions for its inputs `given`."""

    def _result_types(self):
        return [self.out_types[j] for j in self.wrt]

    @property
    def rowed(self):
        """Inputs and outputs with as many rows as the base op's run had steps (Scan.rowed)."""
        inputs, outputs = self.base_op.rowed
        return ((*inputs, *(self.n_inputs + k for k, i in enumerate(self.given) if i in inputs)),
                tuple(k for k, j in enumerate(self.wrt) if j in outputs))

    def lower(self, node, *values, facts=None):
        """jax.jvp of the base op's lowering."""
        return self.lower_over(self.base_node(node), node, values, facts)

    def lower_over(self, base, node, values, facts=None):
        """`lower` with `base` as the forward node."""
        import jax
        n = self.n_inputs
        run, checks = _smooth(base, values[:n], facts, self.given)
        points = _arrays(base, values, self.given)
        directions = [jax.numpy.broadcast_to(jax.numpy.asarray(v, dtype=p.dtype), p.shape) for v, p in zip(values[n:], points)]
        with forward_mode(self.base_op):
            _, tangents, (_, flags) = jax.jvp(run, points, directions, has_aux=True)
        state_again(checks, flags)
        of = dict(zip(_continuous(self.out_types), tangents))
        result = tuple(of[j] for j in self.wrt)
        return result if len(result) > 1 else result[0]


def _make(cls, node, wrt, given):
    return cls(node.op, [x.type for x in node.inputs], [x.type for x in node.outputs], wrt, given)


def vjp_terms(node, inputs, output_grads):
    """Gradient terms for the inputs of a node whose op states no gradient, from that of its outputs."""
    pattern = connection_pattern(node)
    on = [j for j, g in enumerate(output_grads) if not isinstance(g.type, DisconnectedType)]
    given = [j for j in on if not isinstance(output_grads[j].type, NullType) and differentiable(node.outputs[j].type)]
    wrt = [i for i, x in enumerate(inputs) if differentiable(x.type) and any(pattern[i][j] for j in given)]
    found = {}
    if wrt:
        op = _make(VJP, node, wrt, given)
        found = dict(zip(wrt, op(*inputs, *(output_grads[j] for j in given), return_list=True)))
    return [found[i] if i in found else _other_term(node, i, x, [j for j in on if pattern[i][j]])
            for i, x in enumerate(inputs)]


def _other_term(node, i, x, connected_outputs):
    if not connected_outputs:
        return disconnected_type()
    if not hasattr(x, "zeros_like"):
        return grad_not_implemented(node.op, i, x)
    zeros = x.zeros_like()
    return zeros.astype(config.floatX) if is_discrete(zeros.type.dtype) else zeros


def jvp_outputs(node, inputs, eval_points):
    """What R_op gives for an op that has none: a list with None for outputs that no derivative reaches.

    None among `eval_points` marks an input behind which a derivative is not defined; nothing is defined after it.
    """
    given = [i for i, x in enumerate(inputs) if differentiable(x.type)]
    wrt = [j for j, out in enumerate(node.outputs) if differentiable(out.type)]
    if not given or not wrt or any(eval_points[i] is None for i in given):
        return [None] * len(node.outputs)
    op = _make(JVP, node, wrt, given)
    found = dict(zip(wrt, op(*inputs, *(eval_points[i] for i in given), return_list=True)))
    return [found.get(j) for j in range(len(node.outputs))]
