"""Gradients that ops state themselves, for nodes of a program that JAX differentiates: the step of a scan, an inner graph.

`jax.vjp` of a node's lowering is Theano's gradient for nearly every op. For the others (barriers such as `grad_clip`, what says
`own_gradient`: kinks, ties of a maximum; ops that users wrote) the node's lowering gets the op's own `L_op` as a custom reverse rule.
"""
from collections import OrderedDict

from theano_compat.compile.plan import Plan
from theano_compat.control.scan_gradient import in_forward_mode
from theano_compat.gradient.connect import connection_pattern, differentiable, differs_from_jax, states_gradient
from theano_compat.gradient.reverse import DisconnectedInputError, node_terms
from theano_compat.graph import FunctionGraph
from theano_compat.graph.errors import NullTypeGradError
from theano_compat.graph.null_type import DisconnectedType, NullType, disconnected_type
from theano_compat.graph.op import provides
from theano_compat.graph.utils import MethodNotDefined
from theano_compat.graph.variable import Constant
from theano_compat.graph.walk import clone_replace


def own_rules(nodes):
    """{node: a callable in the place of its lowering} for nodes whose gradient is not what JAX would make of it."""
    found = {}
    for node in nodes:
        if differs_from_jax(node) and any(differentiable(x.type) for x in node.inputs):
            found[node] = _Rule(node)
    return found


def replayed_rules(nodes):
    """{node: a callable (input values, recorded outputs) -> outputs with the op's gradient} for nodes that ran on the host.

    Draws of random numbers pass no gradient. Also whether some gradient has to run on the host, so that nothing may be traced.
    """
    found, eager = {}, False
    for node in nodes:
        op = node.op
        smooth = any(differentiable(x.type) for x in node.inputs) and any(differentiable(v.type) for v in node.outputs)
        if smooth and not any(not hasattr(x.type, "dtype") for x in node.inputs) and (
                states_gradient(op) or provides(op, "lower") or hasattr(op, "R_op")):
            rule = _Rule(node)
            eager = eager or rule.needs_host()
            found[node] = rule.replayed
    return found, eager


class _Rule:
    """A node's lowering with its op's gradient. The graph of the gradient is made when first needed."""

    def __init__(self, node):
        self.node = node
        self._graph = self._forward = None
        self._programs = {}  # of graphs that need Python

    def __call__(self, values, facts):
        from theano_compat.compile.lower import lower_node
        graph = self._direction() if in_forward_mode() else self._gradient()
        if graph is None or _needs_host(graph):  # what Theano gives no R_op for has that of its lowering
            return lower_node(self.node, values, facts)
        import jax
        import jax.numpy as jnp
        values = [jnp.asarray(v, dtype=x.type.dtype) for v, x in zip(values, self.node.inputs)]
        made = lower_node(self.node, jax.lax.stop_gradient(values), facts)
        return self._directed(graph, values, made) if in_forward_mode() else self.replayed(values, made)

    def replayed(self, values, recorded):
        """The recorded outputs, with the gradient of the op."""
        import jax
        import jax.numpy as jnp
        if in_forward_mode():
            graph = self._direction()
            if graph is None:
                raise NotImplementedError("%s does not implement R_op" % self.node.op)
            return self._directed(graph, [jnp.asarray(v, dtype=x.type.dtype) for v, x in zip(values, self.node.inputs)], recorded)
        if not self._has_gradient():
            return recorded
        self._gradient()  # what is wrong with it is raised here
        arrays = [jnp.asarray(v, dtype=x.type.dtype) for v, x in zip(values, self.node.inputs)]
        recorded = [jnp.asarray(v) for v in recorded]

        @jax.custom_vjp
        def run(arrays, outs):
            return outs

        def forward(arrays, outs):
            outs = run(arrays, outs)  # by this rule again where the derivative is differentiated
            return outs, (arrays, outs)

        run.defvjp(forward, lambda kept, grads: (list(self._back(*kept, grads)), [_no_cotangent(v) for v in kept[1]]))
        return run(arrays, recorded)

    def _directed(self, graph, arrays, made):
        """The outputs `made`, with the op's R_op."""
        import jax
        import jax.numpy as jnp
        smooth = [i for i, x in enumerate(self.node.inputs) if differentiable(x.type)]

        @jax.custom_jvp
        def run(arrays, outs):
            return outs

        @run.defjvp
        def _(given, directions):
            found = self._staged(graph, [*self._variable(given[0]), *(directions[0][i] for i in smooth)])
            tangents = [jnp.asarray(found[k], dtype=v.dtype) if k in found else _no_cotangent(v) for k, v in enumerate(given[1])]
            return run(*given), tangents

        return run(arrays, [jnp.asarray(v) for v in made])

    def _direction(self):
        """The program of R_op over (inputs, directions of continuous inputs), or None where the op has none."""
        if self._forward is None:
            from theano_compat.gradient import Rop
            inputs = [x if isinstance(x, Constant) and not differentiable(x.type) else x.type() for x in self.node.inputs]
            new = self.node.clone_with_new_inputs(inputs, strict=False)
            smooth = [x for x in inputs if differentiable(x.type)]
            directions, kept = [x.type() for x in smooth], [k for k, out in enumerate(new.outputs) if differentiable(out.type)]
            try:
                terms = Rop([new.outputs[k] for k in kept], smooth, directions)
            except (NotImplementedError, MethodNotDefined, DisconnectedInputError, NullTypeGradError):
                self._forward = False
                return None
            fgraph = FunctionGraph([*(x for x in inputs if not isinstance(x, Constant)), *directions], terms, clone=True)
            self._forward = fgraph, Plan(fgraph), kept
        return self._forward or None

    def needs_host(self):
        """Whether Python computes some derivative."""
        direction = self._direction() if hasattr(self.node.op, "R_op") else None
        return self._has_gradient() and self._gradient() is None or direction is not None and _needs_host(direction)

    def _has_gradient(self):
        return states_gradient(self.node.op) or provides(self.node.op, "lower")

    def _gradient(self):
        """The gradient's program over (inputs, outputs, gradients of continuous outputs), or None when it needs the host."""
        if self._graph is None:
            node = self.node
            # constants stay: sizes of windows are facts then, and a known exponent is a simpler power
            inputs = [x if isinstance(x, Constant) and not differentiable(x.type) else x.type() for x in node.inputs]
            new = node.clone_with_new_inputs(inputs, strict=False)
            grads = [out.type() if differentiable(out.type) else disconnected_type() for out in new.outputs]
            terms = node_terms(new, grads, connection_pattern(new))
            held = [out.type() for out in new.outputs]
            terms = clone_replace(terms, dict(zip(new.outputs, held)))
            kept = [i for i, (x, t) in enumerate(zip(inputs, terms))
                    if differentiable(x.type) and not isinstance(t.type, (DisconnectedType, NullType))]
            undefined = [i for i, t in enumerate(terms) if isinstance(t.type, NullType)]
            given = [*(x for x in inputs if not isinstance(x, Constant)), *held, *(g for g in grads if differentiable(g.type))]
            fgraph = FunctionGraph(given, [terms[i] for i in kept], clone=True)
            plan = Plan(fgraph)
            self._graph = fgraph, plan, kept, undefined
        return None if _needs_host(self._graph) else self._graph

    def _back(self, arrays, outs, grads):
        """The gradient terms; where Python has to compute some of them, from values that are no tracers."""
        given = [g for g, out in zip(grads, self.node.outputs) if differentiable(out.type)]
        return self._terms(arrays, self._staged(self._graph, [*self._variable(arrays), *outs, *given]))

    def _staged(self, graph, values):
        """{position: value} of what `graph` gives."""
        from theano_compat.compile.lower import XlaStep, run_nodes
        fgraph, plan, kept = graph[:3]
        if _needs_host(graph):
            if fgraph not in self._programs:
                self._programs[fgraph] = _OnHost(fgraph)
            return dict(zip(kept, self._programs[fgraph](values)))
        step = XlaStep(plan.order, {n for n in plan.order if n.outputs[0] in plan.trace}, fgraph.outputs, [])
        env = dict(zip(fgraph.inputs, values))
        run_nodes(step, step.nodes if step.places is None else step.places.inside.get((), ()), {}, env, {})
        return {i: env[v] if v in env else v.data for i, v in zip(kept, fgraph.outputs)}

    def _variable(self, arrays):
        """The values of inputs that are not constants of the gradient's graph."""
        return [v for v, x in zip(arrays, self.node.inputs) if not isinstance(x, Constant) or differentiable(x.type)]

    def _terms(self, arrays, found):
        import jax
        import jax.numpy as jnp
        import numpy as np
        undefined, terms = self._graph[3], []
        for i, x in enumerate(arrays):
            if not differentiable(self.node.inputs[i].type):
                terms.append(np.zeros(x.shape, jax.dtypes.float0))
            elif i in found:
                terms.append(jnp.conj(jnp.asarray(found[i], dtype=x.dtype)))
            else:
                terms.append(jnp.full_like(x, np.nan if i in undefined else 0))
        return tuple(terms)


def _needs_host(graph):
    return bool(graph[1].host_nodes or graph[1].host_facts)


class _OnHost:
    """A graph that needs Python, as a function of arrays that JAX may differentiate but not trace."""

    def __init__(self, fgraph):
        self._fgraph = fgraph
        self._program = self._back = None

    def __call__(self, arrays):
        import jax

        @jax.custom_vjp
        def run(arrays):
            return self._values(arrays)

        run.defvjp(lambda arrays: (run(arrays), arrays), self._gradients)
        return run(list(arrays))

    def _values(self, arrays):
        import jax.numpy as jnp
        import numpy as np

        from theano_compat.compile.program import Program
        if self._program is None:
            self._program = Program(FunctionGraph(self._fgraph.inputs, self._fgraph.outputs, clone=True))
        return [jnp.asarray(v) for v in self._program([np.asarray(v) for v in arrays])]

    def _gradients(self, arrays, grads):
        import jax
        import jax.numpy as jnp
        import numpy as np
        if self._back is None:
            self._back = self._differentiated()
        back, smooth = self._back
        given = [jnp.conj(g) for g, out in zip(grads, self._fgraph.outputs) if differentiable(out.type)]
        terms = iter(back([*arrays, *given]))
        return [jnp.conj(next(terms)) if x in smooth else np.zeros(np.shape(v), jax.dtypes.float0)
                for x, v in zip(self._fgraph.inputs, arrays)],

    def _differentiated(self):
        from theano_compat.gradient import grad
        inputs, outputs = self._fgraph.inputs, [v for v in self._fgraph.outputs if differentiable(v.type)]
        smooth, given = [x for x in inputs if differentiable(x.type)], [v.type() for v in outputs]
        terms = grad(None, smooth, known_grads=OrderedDict(zip(outputs, given)), disconnected_inputs="ignore")
        return _OnHost(FunctionGraph([*inputs, *given], [t.astype(x.dtype) for t, x in zip(terms, smooth)], clone=True)), set(smooth)


def _no_cotangent(v):
    import jax
    import jax.numpy as jnp
    import numpy as np
    return jnp.zeros_like(v) if jnp.issubdtype(v.dtype, jnp.inexact) else np.zeros(v.shape, jax.dtypes.float0)
