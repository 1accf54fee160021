"""What a program's host steps do: values that Python computes, shapes without values, and facts, before an XLA step."""
from collections import Counter

import numpy as np

from theano_compat.compile.evaluate import NodeError, evaluate_node
from theano_compat.compile.lower import NoFacts, lower_node
from theano_compat.control.ifelse import BranchesDiffer
from theano_compat.graph.op import provides, runs_on_host_only
from theano_compat.graph.variable import Constant

_FEW_BYTES = 1024  # of a value that is remembered beside draws


def shared_runs(nodes):
    """{node: the loop} of those of the host's nodes that tell of one run of a loop: the loop itself and its derivatives."""
    loops, found = {}, {}
    for node in nodes:
        loop = node.op.run_of(node) if hasattr(node.op, "run_of") else None
        if loop is not None:
            found[node] = loops.setdefault((loop.op, tuple(loop.inputs)), loop)
    count = Counter(found.values())
    return {node: loop for node, loop in found.items() if count[loop] > 1}


class HostState:
    """What a call has computed so far: `env` {variable: value}, shapes, facts, and `runs` {loop: its run}; `inputs`: the program's."""

    __slots__ = ("env", "inputs", "shapes", "facts", "runs")

    def __init__(self, env, inputs=None):
        self.env = env
        self.inputs = inputs
        self.runs = {}
        self.shapes = {}
        self.facts = {}

    def value(self, v):
        """The value of `v` for Python: NumPy, not a device array."""
        value = v.data if isinstance(v, Constant) else self.env[v]
        if hasattr(value, "block_until_ready"):
            value = np.asarray(value)
            self.env[v] = value
        return value

    def shape(self, v):
        """The shape of `v`, computed or only inferred."""
        if v in self.shapes:
            return self.shapes[v]
        value = v.data if isinstance(v, Constant) else self.env[v]
        return tuple(np.shape(value))


class HostStep:
    """Instructions that run in Python before an XLA step: values, shapes without values, and facts."""

    lazy = frozenset()  # nodes that only a branch needs
    shared = {}  # what shared_runs gives for the program
    _settled = None  # a HostStep of those instructions whose results may be remembered, where others have to run each time

    def __init__(self, instructions):
        self.instructions = instructions
        self._shape_cache, self._evaluators = {}, {}
        self._reads_values, self._reads_shapes, self.repeatable = self._find_reads()
        self._memories = {}
        self.latest = [(None, None)]  # the shapes of the latest call, and what is remembered for those

    def reads_only(self, position):
        """Whether the step reads nothing but a program's inputs, at `position`s {variable: number}; remembers them."""
        if any(v not in position for v in (*self._reads_values, *self._reads_shapes)):
            return False
        whole = {v: getattr(v.type, "ndim", None) == 0 and np.dtype(v.type.dtype).kind in "iub" for v in self._reads_values}
        self.number_positions = [position[v] for v in self._reads_values if whole[v]]
        self.value_positions = [position[v] for v in self._reads_values if not whole[v]]
        self.shape_positions = [position[v] for v in self._reads_shapes]
        only = len(self.number_positions) == 1 and not self.value_positions
        self._only_number = self.number_positions[0] if only else None
        return True

    def set_apart(self, position):
        """Remember what the lengths and numbers of a call decide also where there is more to do: draws, ops written in Python.

        `position`: {input of the program: its number}; this is the program's first step.
        """
        settled, rest, given = [], [], set()
        for kind, node in self.instructions:
            if runs_on_host_only(node.op) or node in self.shared or any(v in given for v in node.inputs):
                rest.append((kind, node))
                given.update(node.outputs)
            else:
                settled.append((kind, node))
        step = HostStep(settled)
        if settled and rest and step.repeatable and step.reads_only(position):
            step.lazy = self.lazy
            self._settled, self._rest = step, rest

    def _settle(self, state):
        """Have `state` know what `_settled` gives."""
        found = self._settled.recall(state.inputs)
        if found is None:
            self._settled.run(state)
            made = {v: state.env[v] for kind, node in self._settled.instructions if kind == "value" for v in node.outputs}
            if all(isinstance(value, (np.ndarray, np.generic)) and value.nbytes <= _FEW_BYTES for value in made.values()):
                self._settled.remember(state.inputs, (made, dict(state.shapes), dict(state.facts)))
        else:
            for known, added in zip((state.env, state.shapes, state.facts), found):
                known.update(added)

    def _key(self, values):
        """The few numbers that decide the step's results, given the shapes; None when they are not few."""
        if self._only_number is not None:
            return values[self._only_number].item()
        key = [values[i].item() for i in self.number_positions]
        for i in self.value_positions:
            x = values[i]
            if not hasattr(x, "dtype"):
                return None
            x = np.asarray(x)
            if x.size > 16:
                return None
            # by bits: numbers can be equal and yet differ (-0.0, nan)
            key.append((x.shape, x.tobytes()))
        return tuple(key)

    def _memory(self, values):
        """What is remembered, by key, of calls whose inputs had the shapes that these `values` have."""
        shapes = tuple([values[i].shape for i in self.shape_positions])
        seen, memory = self.latest[0]
        if shapes != seen:
            if len(self._memories) >= 1000:
                self._memories.clear()
            memory = self._memories.setdefault(shapes, {})
            self.latest[0] = shapes, memory
        return memory

    def recall(self, values):
        """What was remembered for equal reads among a program's input `values`, or None."""
        key = self._key(values)
        return None if key is None else self._memory(values).get(key)

    def remember(self, values, found):
        """Keep `found` for the next call with equal reads."""
        key = self._key(values)
        if key is not None:
            memory = self._memory(values)
            if len(memory) >= 10000:
                memory.clear()
            memory[key] = found

    def _find_reads(self):
        """Variables that the step reads from outside, by value and by shape, and whether equal reads give equal results."""
        made, sized = set(), set()
        values, shapes, repeatable = {}, {}, True
        for kind, node in self.instructions:
            by_value, by_shape = list(node.inputs), []
            if kind == "value":
                repeatable = repeatable and not runs_on_host_only(node.op)
                if provides(node.op, "shape_only"):
                    by_value, by_shape = [], node.inputs[:1]
            elif kind == "facts" or provides(node.op, "facts"):
                value_idx, shape_idx = node.op.fact_inputs(node)
                by_value, by_shape = [node.inputs[i] for i in value_idx], [node.inputs[i] for i in shape_idx]
            else:
                by_value = []
            if kind == "shape":
                by_shape = [*by_shape, *(v for v in node.inputs if hasattr(v.type, "ndim"))]
            for v in by_value:
                if v not in made and not isinstance(v, Constant):
                    values[v] = True
            for v in by_shape:
                if v not in made and v not in sized and not isinstance(v, Constant):
                    shapes[v] = True
            if kind == "value":
                made.update(node.outputs)
            elif kind == "shape":
                sized.update(node.outputs)
        return list(values), list(shapes), repeatable

    def run(self, state):
        """Run every instruction on `state`."""
        if self._settled is not None:
            self._settle(state)
        for kind, node in self.instructions if self._settled is None else self._rest:
            try:
                if kind == "value":
                    self._value(node, state)
                elif kind == "shape":
                    self._shape(node, state)
                else:
                    state.facts[node] = self._facts(node, state)
            except (NodeError, BranchesDiffer):
                raise
            except Exception as e:
                if kind != "facts" or node not in self.lazy:
                    raise NodeError(node, None, e) from e
                state.facts[node] = NoFacts(e)  # a failure only if its branch is taken

    def _value(self, node, state):
        if provides(node.op, "shape_only"):
            values = [_OnlyShape(state.shape(node.inputs[0]))]
        else:
            values = [state.value(v) for v in node.inputs]
        try:
            if node in self.shared:
                made = list(_from_shared_run(node, values, state.runs, self.shared[node]))
            else:
                made = evaluate_node(node, values, self._evaluators)
        except Exception as e:
            if isinstance(e, BranchesDiffer) or not runs_on_host_only(node.op):
                raise
            # what runs in Python may have effects, and is not run again to find out that it fails
            raise NodeError(node, values, e.cause if isinstance(e, NodeError) and e.values is None else e) from e
        state.env.update(zip(node.outputs, made))

    def _facts(self, node, state):
        value_idx, shape_idx = node.op.fact_inputs(node)
        known, shapes = [None] * len(node.inputs), [None] * len(node.inputs)
        for i in value_idx:
            known[i] = state.value(node.inputs[i])
        for i in shape_idx:
            shapes[i] = state.shape(node.inputs[i])
        return node.op.facts(node, known, shapes)

    def _shape(self, node, state):
        facts = None
        if provides(node.op, "facts"):
            facts = state.facts.get(node)
            if facts is None:
                facts = state.facts[node] = self._facts(node, state)
        in_shapes = tuple(state.shape(v) if hasattr(v.type, "ndim") else None for v in node.inputs)
        key = (node, in_shapes, facts)
        found = self._shape_cache.get(key)
        if found is None:
            found = self._shape_cache[key] = infer_shapes(node, in_shapes, facts)
        state.shapes.update(zip(node.outputs, found))


def _from_shared_run(node, values, runs, loop):
    """The outputs of `loop`, or of a derivative of it, from the run that it shares with others. `runs`: {loop: its run}."""
    if loop not in runs:
        given = [np.array(v) if isinstance(v, np.ndarray) else v for v in values[:len(loop.inputs)]]
        try:
            runs[loop] = loop.op.run_and_record(loop, given)
        except BranchesDiffer as e:
            if not e.settled:
                raise
            runs[loop] = loop.op.run_and_record(loop, given)  # it runs another way now
    outputs, record = runs[loop]
    if hasattr(node.op, "from_record"):
        return node.op.from_record(node, values, record)
    runs[loop] = None, record  # nobody else holds the outputs
    return evaluate_node(node, values) if outputs is None else outputs


class _OnlyShape:
    """Stands for an array of which only the shape is known."""

    __slots__ = ("shape",)

    def __init__(self, shape):
        self.shape = shape

    @property
    def ndim(self):
        return len(self.shape)


def infer_shapes(node, in_shapes, facts):
    """Output shapes of `node` for input shapes, by abstract evaluation of its lowering."""
    import jax
    structs = {i: jax.ShapeDtypeStruct(shape, v.type.dtype)
               for i, (shape, v) in enumerate(zip(in_shapes, node.inputs)) if shape is not None and not isinstance(v, Constant)}

    def lowered(arrays):
        values = [arrays[i] if i in arrays else getattr(v, "data", None) for i, v in enumerate(node.inputs)]
        return list(lower_node(node, values, facts))

    with jax.enable_x64(True):
        return [tuple(out.shape) for out in jax.eval_shape(lowered, structs)]
