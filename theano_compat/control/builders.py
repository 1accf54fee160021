"""OpFromGraph: a graph as an op, with derivatives that may be replaced. Inlining is a rewrite (rewrite/inline.py)."""
from collections import OrderedDict

from theano_compat.config import change_flags
from theano_compat.control.ifelse import BranchesDiffer
from theano_compat.control.inner import InnerGraph, frozen, thawed
from theano_compat.graph import Apply, Op, Variable
from theano_compat.graph.null_type import DisconnectedType, NullType
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.walk import inputs as graph_inputs
from theano_compat.graph.walk import io_connection_pattern
from theano_compat.padding.sizes import Unpaddable, is_differentiated
from theano_compat.tensor import constant

_OVERRIDE = ("L_op/gradient override should be (single or list of)'default' | OpFromGraph | callable | Variable with NullType or "
             "DisconnectedType, got %s")
_ROP_OVERRIDE = "R_op overrides should be (single or list of)OpFromGraph | 'default' | None | 0 | callable, got %s"
_SPECIAL = "Overriding Variable instance can only have type of DisconnectedType or NullType, got %s"


@legacy_name("theano.compile.builders")
class OpFromGraph(Op):
    """An op that computes `outputs` from `inputs` (lists of variables); shared variables in the graph come along.

    `inline`: compile the graph as if written out. `lop_overrides`, `grad_overrides`, `rop_overrides`: 'default', an OpFromGraph, a
    callable, a variable of NullType or DisconnectedType, or a list of these, one an input (for rop: an output).
    `connection_pattern`: what to say instead of what the graph says. Other keywords are those of `function` and change no result.
    Raises TypeError or ValueError for what fits none of this. Source: Theano documentation, "OpFromGraph".
    """

    sized_by_data = True

    def __init__(self, inputs, outputs, inline=False, lop_overrides="default", grad_overrides="default",
                 rop_overrides="default", connection_pattern=None, name=None, **kwargs):
        if not isinstance(outputs, list):
            raise TypeError("outputs must be list, got %s" % type(outputs))
        for v in inputs + outputs:
            if not isinstance(v, Variable):
                raise TypeError("inputs and outputs must be Variable instances", v)
        if "updates" in kwargs or "givens" in kwargs:
            raise TypeError("updates and givens are not allowed here")
        if lop_overrides != "default" and grad_overrides != "default":
            raise ValueError("lop_overrides and grad_overrides are mutually exclusive")
        assert name is None or isinstance(name, str), "name must be None or string object"
        self.is_inline = inline
        self._take_graph(inputs, outputs)
        self.inputs, self.outputs, self.kwargs, self.name = inputs, outputs, kwargs, name
        self.input_types, self.output_types = [v.type for v in inputs], [v.type for v in outputs]
        if grad_overrides != "default":
            self.set_grad_overrides(grad_overrides)
        else:
            self.set_lop_overrides(lop_overrides)
        self.set_rop_overrides(rop_overrides)
        # a derivative that the user replaced must not be derived from the lowering
        self.overridden = not (self._lop_is_default and self._rop_is_default)
        self._connection_pattern = connection_pattern
        self._inner = None

    def _take_graph(self, inputs, outputs):
        from theano_compat.compile.rebuild import rebuild_collect_shared
        from theano_compat.compile.sharedvalue import SharedVariable
        self.shared_inputs = [v for v in graph_inputs(outputs) if isinstance(v, SharedVariable)]
        stand_ins = [v.type() for v in self.shared_inputs]
        self.local_inputs, self.local_outputs, (_, updates, _, shared) = rebuild_collect_shared(
            outputs, inputs=inputs + stand_ins, replace=dict(zip(self.shared_inputs, stand_ins)), copy_inputs_over=False)
        assert not updates and not shared

    def __getstate__(self):
        return {**self.__dict__, "_inner": None}

    def __eq__(self, other):
        return self is other

    def __hash__(self):
        return hash(type(self)) ^ hash(id(self))

    def __str__(self):
        return "%s{inline=%s}" % (type(self).__name__ if self.name is None else self.name, self.is_inline)

    def make_node(self, *inputs):
        expected = len(self.local_inputs) - len(self.shared_inputs)
        if len(inputs) != expected:
            raise ValueError("Expected %d inputs, got %d" % (expected, len(inputs)))
        inputs = [t.filter_variable(v) for v, t in zip(inputs, self.input_types)]
        node = Apply(self, inputs + self.shared_inputs, [t() for t in self.output_types])
        node.local_inputs, node.local_outputs = self.local_inputs, self.local_outputs
        return node

    # -- derivatives

    def set_grad_overrides(self, grad_overrides):
        """Replace the gradient: callables take (inputs, output_grads)."""
        self._lop_op, self._lop_type = grad_overrides, "grad"
        self._lop_op_is_cached, self._lop_is_default = False, _is_default(grad_overrides)

    def set_lop_overrides(self, lop_overrides):
        """Replace the gradient: callables take (inputs, outputs, output_grads)."""
        self._lop_op, self._lop_type = lop_overrides, "lop"
        self._lop_op_is_cached, self._lop_is_default = False, _is_default(lop_overrides)

    def set_rop_overrides(self, rop_overrides):
        """Replace R_op: callables take (inputs, eval_points)."""
        self._rop_op = rop_overrides
        self._rop_op_is_cached, self._rop_is_default = False, _is_default(rop_overrides)

    def get_lop_op(self):
        """The gradient as an OpFromGraph over inputs, outputs and gradients of outputs."""
        if not self._lop_op_is_cached:
            with change_flags(compute_test_value="off"):
                self._make_lop()
            self._lop_op_is_cached = True
        return self._lop_op

    def get_rop_op(self):
        """R_op as an OpFromGraph over inputs and directions."""
        if not self._rop_op_is_cached:
            with change_flags(compute_test_value="off"):
                self._make_rop()
            self._rop_op_is_cached = True
        return self._rop_op

    def _make_lop(self):
        override, inputs, outputs = self._lop_op, self.local_inputs, self.local_outputs
        if isinstance(override, OpFromGraph):
            needed = len(inputs) + len(outputs) * (2 if self._lop_type == "lop" else 1)
            if len(override.local_inputs) != needed:
                raise ValueError("expect overrider with %d inputs, got %d" % (needed, len(override.local_inputs)))
            if self._lop_type == "lop":
                self._lop_special = [None] * len(inputs)
                return
            override = _calling(override)
        grads = [t() for t in self.output_types]
        arguments = (inputs, outputs, grads) if self._lop_type == "lop" else (inputs, grads)

        def default(wrt):
            from theano_compat.gradient import grad
            return grad(cost=None, wrt=wrt, disconnected_inputs="ignore", return_disconnected="Disconnected",
                        null_gradients="return", known_grads=OrderedDict(zip(outputs, grads))) if wrt else []

        terms = _terms(override, inputs, arguments, default, _OVERRIDE, "Gradient/L_op", "gradients")
        made, self._lop_special = zip(*[_without_special(t, v) for t, v in zip(terms, inputs)]) if terms else ([], [])
        self._lop_op = type(self)(inputs=inputs + outputs + grads, outputs=list(made), inline=self.is_inline,
                                  name=None if self.name is None else self.name + "_" + self._lop_type)
        self._lop_type = "lop"

    def _make_rop(self):
        override, inputs, outputs = self._rop_op, self.local_inputs, self.local_outputs
        if isinstance(override, OpFromGraph):
            self._rop_special = [None] * len(outputs)
            return
        points = [v.type() for v in inputs]

        def default(f):
            from theano_compat.gradient import Rop
            return Rop(f=f, wrt=inputs, eval_points=points) if f else []

        terms = _terms(override, outputs, (inputs, points), default, _ROP_OVERRIDE, "Rop", "Rop")
        pairs = [_without_special(t, v) for t, v in zip(terms, outputs)]
        # there is no disconnected R_op: it is zero
        self._rop_special = [None if s is None or isinstance(s.type, DisconnectedType) else s for _, s in pairs]
        self._rop_op = type(self)(inputs=inputs + points, outputs=[t for t, _ in pairs], inline=self.is_inline,
                                  name=None if self.name is None else self.name + "_rop")

    def L_op(self, inputs, outputs, output_grads):
        op = self.get_lop_op()
        found = op(*inputs, *outputs, *output_grads, return_list=True)
        return [v if special is None else special for v, special in zip(found, self._lop_special)]

    def R_op(self, inputs, eval_points):
        op = self.get_rop_op()
        found = op(*inputs, *eval_points, return_list=True)
        return [v if special is None else special for v, special in zip(found, self._rop_special)]

    def connection_pattern(self, node):
        """That of the graph, or of the gradient where it says more."""
        if self._connection_pattern is not None:
            return self._connection_pattern
        n = len(self.local_inputs)
        pattern = [list(row) for row in io_connection_pattern(self.local_inputs, self.local_outputs)]
        lop = self.get_lop_op()
        back = io_connection_pattern(lop.local_inputs[n:], lop.local_outputs)
        for i, special in enumerate(self._lop_special):
            for o in range(len(self.local_outputs)):
                if special is not None and isinstance(special.type, DisconnectedType):
                    pattern[i][o] = False
                pattern[i][o] = bool(pattern[i][o] or back[o][i])
        return pattern

    # -- running

    @property
    def inner(self):
        """How the graph runs: control.inner.InnerGraph."""
        if self._inner is None:
            self._inner = InnerGraph(self.local_inputs, self.local_outputs, tuple(range(len(self.local_inputs))),
                                     self.kwargs.get("mode"))
        return self._inner

    @property
    def own_gradient(self):
        """Whether jax.vjp of the lowering would miss what the user replaced; present only then."""
        if self._lop_is_default:
            raise AttributeError("own_gradient")
        return True

    @property
    def host_only(self):
        """Whether the graph has work for Python."""
        return self.inner.by_host

    @property
    def can_fail(self):
        """Whether the graph states conditions."""
        return self.inner.can_fail

    def fact_inputs(self, node):
        """What decides shapes inside."""
        return self.inner.static, ()

    def facts(self, node, values, shapes):
        """The values of those inputs."""
        return tuple(frozen(values[i]) for i in self.inner.static)

    def lower(self, node, *values, facts):
        """The graph, written out."""
        inner = self.inner
        if inner.by_host or len(facts) != len(inner.static):  # planned anew since the facts were found
            raise BranchesDiffer(node, settled=True)
        env = dict(zip(inner.fgraph.inputs, values))
        env.update((inner.fgraph.inputs[i], thawed(fact)) for i, fact in zip(inner.static, facts))
        inner.stage(inner.nodes, env, {})
        outs = inner.results(env)
        return tuple(outs) if len(outs) > 1 else outs[0]

    def lower_padded(self, node, values, lower):
        """In a program for many lengths (padding.rules): its nodes by their rules."""
        if self.inner.by_host or not self._lop_is_default and is_differentiated():
            raise Unpaddable("%s, which is more than its graph in XLA" % self)
        env = dict(zip(self.inner.fgraph.inputs, values))
        try:
            self.inner.stage(self.inner.nodes, env, {})
        except BranchesDiffer as e:
            raise Unpaddable("branches of different shapes in %s" % self) from e
        return tuple(self.inner.results(env))

    def retrace(self, node, values):
        """Run the graph node by node, to find the node that fails: NodeError."""
        from theano_compat.compile.evaluate import evaluate
        evaluate(self.inner.fgraph, values)

    def perform(self, node, inputs, output_storage, params=None):
        for cell, value in zip(output_storage, self.inner.program(inputs)):
            cell[0] = value


def _is_default(override):
    return isinstance(override, str) and override == "default"


def _calling(op):
    return lambda *groups: op(*[v for group in groups for v in group], return_list=True)


def _terms(override, of, arguments, default, message, kind, kinds):
    """One derivative for each variable in `of`, as the override says."""
    if _is_default(override):
        return list(default(of))
    if isinstance(override, Variable):
        _check_special(override)
        return [override.type() for _ in of]
    if isinstance(override, list):
        if len(override) != len(of):
            raise ValueError("Need to override %d %s, got %d" % (len(of), kinds, len(override)), override)
        found = iter(default([v for v, o in zip(of, override) if _is_default(o)]))
        return [next(found) if _is_default(o) else _one(o, arguments, message) for o in override]
    if not callable(override):
        raise TypeError(message % override)
    terms = override(*arguments)
    if not isinstance(terms, list):
        raise TypeError('%s overriding function should return a list, got "%s"' % (kind, type(terms)))
    if len(terms) != len(of):
        raise ValueError("%s overriding function should return list of %d outputs, got %d" % (kind, len(of), len(terms)))
    return terms


def _one(override, arguments, message):
    if isinstance(override, Variable):
        _check_special(override)
        return override.type()
    if isinstance(override, OpFromGraph):
        return override(*[v for group in arguments for v in group])
    if not callable(override):
        raise TypeError(message % override)
    return override(*arguments)


def _check_special(v):
    if not isinstance(v.type, (DisconnectedType, NullType)):
        raise ValueError(_SPECIAL % v.type)


def _without_special(term, v):
    """(a term that a graph can compute, and the null or disconnected variable that stands for it, if any)."""
    if isinstance(term.type, (DisconnectedType, NullType)):
        return (v.zeros_like() if hasattr(v, "zeros_like") else constant(0.0)), term
    return term, None
