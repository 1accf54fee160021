"""Composite: a graph of scalar ops as one scalar op."""
import numpy as np

from theano_compat.graph.fgraph import FunctionGraph
from theano_compat.graph.op import provides
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Constant
from theano_compat.graph.walk import io_toposort
from theano_compat.printing.pretty import pprint
from theano_compat.scalar.casting import as_dtype
from theano_compat.scalar.casts import Cast, cast
from theano_compat.scalar.op import ScalarOp
from theano_compat.scalar.types import ScalarConstant, float16, float32, get_scalar_type


def _rebuild(inputs, outputs, replacements, remake=None):
    """`outputs` with `inputs` replaced, equal nodes merged, inner Composites kept.

    `remake(node, new inputs)` makes the outputs of a node anew; by default its op is applied again.
    """
    remake = remake or (lambda node, new: node.op(*new, return_list=True))
    done = dict(zip(inputs, replacements))
    merged = {}

    def new_of(v):
        if v not in done:
            if v.owner is not None or not isinstance(v, Constant):
                raise ValueError("All orphans in the fgraph to Composite must be Constant instances.")
            key = (v.type, np.asarray(v.data).tobytes())
            done[v] = merged.setdefault(key, v.clone())
        return done[v]

    for node in io_toposort(inputs, outputs):
        if not isinstance(node.op, ScalarOp):
            raise ValueError("The fgraph to Composite must be exclusively composed of ScalarOp instances.")
        new = [new_of(v) for v in node.inputs]
        key = (node.op, tuple(new))
        if key not in merged:
            merged[key] = remake(node, new)
        done.update(zip(node.outputs, merged[key]))
    return [new_of(v) for v in outputs]


def _flattened(inputs, outputs):
    """`outputs` without the Composite that computes the only one of them."""
    inner = outputs[0].owner.op
    arguments = outputs[0].owner.inputs
    return _rebuild(inner.inputs, inner.outputs, arguments)


@legacy_name("theano.scalar.basic")
class Composite(ScalarOp):
    """`outputs` as a function of `inputs`, all scalars. A Composite that computes a single output is taken apart.

    Equal to another when both compute the same by the same steps.
    """

    init_param = ("inputs", "outputs")
    meaning = None

    def __init__(self, inputs, outputs):
        for i in inputs:
            assert i not in outputs  # an identity op says this
        if len(outputs) == 1 and isinstance(outputs[0].owner.op, Composite):
            outputs = _flattened(inputs, outputs)
        new_inputs = [i.type.make_variable(i.name) for i in inputs]
        self._set(new_inputs, _rebuild(inputs, outputs, new_inputs))
        self.name = None

    def _set(self, inputs, outputs):
        self.inputs, self.outputs = list(inputs), list(outputs)
        self.inputs_type = tuple([v.type for v in inputs])
        self.outputs_type = tuple([v.type for v in outputs])
        self.nin, self.nout = len(inputs), len(outputs)
        self.fgraph = FunctionGraph(self.inputs, self.outputs)
        self._nodes = io_toposort(self.inputs, self.outputs)
        self._key = self._signature()

    @property
    def own_gradient(self):
        """Whether one of its steps has a derivative that jax.vjp would not find."""
        return any(node.op.own_gradient for node in self._nodes)

    def _signature(self):
        place = {v: ("i", i, v.type) for i, v in enumerate(self.inputs)}
        steps = []

        def place_of(v):
            return place[v] if v in place else (v.type, np.asarray(v.data).tobytes())

        for n, node in enumerate(self._nodes):
            steps.append((node.op, tuple([place_of(v) for v in node.inputs])))
            place.update((o, ("n", n, k)) for k, o in enumerate(node.outputs))
        return tuple(steps), tuple([place_of(v) for v in self.outputs])

    def __eq__(self, other):
        return self is other or (type(self) is type(other) and self.nin == other.nin and self._key == other._key)

    def __hash__(self):
        return hash((type(self), self._key))

    def __str__(self):
        if self.name is None:
            self.init_name()
        return self.name

    def init_name(self):
        """Set the name to what the op computes, as a formula."""
        if self.name is not None:
            return
        graph = self.fgraph
        for prefix, variables in (("i", graph.inputs), ("o", graph.outputs)):
            for i, r in enumerate(variables):
                r.name = "%s%i" % (prefix, i)
        ends = set(graph.inputs + graph.outputs)
        for i, r in enumerate(o for node in io_toposort(graph.inputs, graph.outputs) for o in node.outputs):
            if r not in ends and len(r.clients) > 1:
                r.name = "t%i" % i
        self.name = "Composite{%s}" % ", ".join([pprint(o) for o in graph.outputs])

    def make_new_inplace(self, output_types_preference=None, name=None):
        """A copy with another rule of output types."""
        copy = type(self)(self.inputs, self.outputs)
        copy.name = name or copy.name
        ScalarOp.__init__(copy, output_types_preference, copy.name)
        return copy

    def clone_float32(self):
        """A Composite that computes in float32 where this one does in float16."""
        return Composite(*composite_f32.apply(self.fgraph))

    # ---- building ----

    def output_types(self, input_types):
        if tuple(input_types) != self.inputs_type:
            raise TypeError("Wrong types for Composite. Expected %s, got %s." % (self.inputs_type, tuple(input_types)))
        return self.outputs_type

    def make_node(self, *inputs):
        if self.inputs_type == tuple([i.type for i in inputs]):
            return super().make_node(*inputs)
        assert len(inputs) == self.nin
        others = [i.type.make_variable() for i in inputs]
        return Composite(others, _rebuild(self.inputs, self.outputs, others)).make_node(*inputs)

    # ---- running ----

    @property
    def host_only(self):
        """Whether one of the ops is known by its Python function alone."""
        return any(node.op.host_only for node in self._nodes)

    @property
    def can_fail(self):
        """Whether one of the ops has conditions on its inputs."""
        return any(provides(node.op, "can_fail") for node in self._nodes)

    def _run(self, arrays, apply):
        value = dict(zip(self.inputs, arrays))
        for node in self._nodes:
            results = apply(node, [value[v] if v in value else np.asarray(v.data) for v in node.inputs])
            value.update(zip(node.outputs, results if node.op.nout > 1 else (results,)))
        results = tuple([value[v] if v in value else np.asarray(v.data) for v in self.outputs])
        return results if self.nout > 1 else results[0]

    def checks(self, *arrays):
        if not self.can_fail:
            return ()
        xp = np
        if any(not isinstance(x, (np.ndarray, np.generic)) for x in arrays):
            import jax.numpy as xp
        found = []

        def apply(node, values):
            found.extend(node.op.checks(*values))
            method = node.op.host_elementwise if xp is np and not found else node.op.lower_elementwise
            return method(node.op._out_dtype(node), *values)

        self._run(arrays, apply)
        return found

    def lower_elementwise(self, out_dtype, *arrays):
        import jax.numpy as jnp
        arrays = [as_dtype(jnp, x, v.type.dtype) for x, v in zip(arrays, self.inputs)]
        return self._run(arrays, lambda node, values: node.op.lower_elementwise(node.op._out_dtype(node), *values))

    def host_elementwise(self, out_dtype, *arrays):
        arrays = [as_dtype(np, x, v.type.dtype) for x, v in zip(arrays, self.inputs)]
        return self._run(arrays, lambda node, values: node.op.host_elementwise(node.op._out_dtype(node), *values))

    def impl(self, *inputs):
        return self._run(inputs, lambda node, values: node.op.impl(*[v[()] if isinstance(v, np.ndarray) else v for v in values]))

    def grad(self, inputs, output_grads):
        raise NotImplementedError("grad is not implemented for Composite")

    def __getstate__(self):
        state = dict(self.__dict__)
        for made in ("fgraph", "_nodes", "_key"):
            del state[made]
        return state

    def __setstate__(self, state):
        self.__dict__.update(state)
        self._set(self.inputs, self.outputs)


@legacy_name("theano.scalar.basic")
class Compositef32:
    """Rebuilds a graph of scalars with float32 in place of float16. `special` maps op classes to handlers."""

    special = {}

    def apply(self, fgraph):
        """(inputs, outputs) of the rebuilt graph."""
        inputs = [get_scalar_type("float32")() if v.type == float16 else v.type() for v in fgraph.inputs]
        return inputs, _rebuild(fgraph.inputs, fgraph.outputs, inputs, self._remake)

    def _remake(self, node, new):
        new = [ScalarConstant(float32, v.data) if isinstance(v, Constant) and v.type == float16 else v for v in new]
        handler = self.special.get(type(node.op))
        return handler(node, new) if handler is not None else node.op(*new, return_list=True)


def _wider_cast(node, new):
    return [cast(new[0], "float32" if node.op.o_type == float16 else node.op.o_type.dtype)]


def _wider_composite(node, new):
    return node.op.clone_float32()(*new, return_list=True)


Compositef32.special = {Cast: _wider_cast, Composite: _wider_composite}
composite_f32 = Compositef32()
