"""A planned graph that can be called: host steps in Python, XLA steps jitted, values passed between them.

`Program(fgraph)(values)` gives the outputs for the inputs' values. It knows nothing about names, defaults or shared
state; that is `function`'s business.
"""
import copy
import sys
import threading

import numpy as np

from theano_compat.compile.branches import choose_on_host
from theano_compat.compile.declared import made_in_python, require_declared
from theano_compat.compile.device import session
from theano_compat.compile.evaluate import NodeError, evaluate_node
from theano_compat.compile.guards import CheckFailed, failed_guard, guards_of
from theano_compat.compile.keeping import expect_unused, keepable
from theano_compat.compile.lengths import Met, SizesVary, enough_sizes
from theano_compat.compile.lower import NoFacts, XlaStep, lower_node, run_step
from theano_compat.compile.numpysteps import MovingStep, NewShapes, run_in_numpy
from theano_compat.compile.plan import Plan, is_cheap
from theano_compat.control.ifelse import BranchesDiffer, choose_before
from theano_compat.graph.lent import Lent, taken
from theano_compat.graph.op import runs_on_host_only
from theano_compat.graph.variable import Constant

_MOST_ADAPTED = 100  # nodes of one program whose branches differ


class Learned:
    """What a host step gives the XLA step after it: facts, their key, and the values that are among its arguments.

    `program` is the step's program for these facts, once it has been looked up.
    """

    __slots__ = ("facts", "key", "env", "program")

    def __init__(self, facts, key, env):
        self.facts = facts
        self.key = key
        self.env = env
        self.program = None


class Program:
    """Callable on the values of `fgraph.inputs`; gives NumPy values for the first `returned` outputs, and arrays that
    alias nothing for the rest (the new state).

    `donated`: {input whose old value nobody needs once the call succeeded: position of its new value}; buffers are reused.
    """

    def __init__(self, fgraph, returned=None, donated=None):
        self.fgraph = fgraph
        self.returned = len(fgraph.outputs) if returned is None else returned
        self._donatable = donated or {}
        self._build()

    def _build(self):
        fgraph, donated = self.fgraph, self._donatable
        choose_on_host(fgraph)
        self.plan = Plan(fgraph)
        self.steps = _build_steps(self.plan)
        lazy = {n for s in self.steps if isinstance(s, CompiledStep) and s.step.places is not None
                for n in s.step.nodes if s.step.places.path.get(n)}
        for step in self.steps:
            if isinstance(step, HostStep):
                step.lazy = lazy
            elif isinstance(step, CompiledStep):
                step.met = Met(enough_sizes(step.step) if step.new_shapes is None else 0)
        nodes = [n for s in self.steps if isinstance(s, CompiledStep) for n in s.step.nodes]
        last = self.steps[-1] if self.steps else None
        self.donated, self.guards = frozenset(), None
        if donated and isinstance(last, CompiledStep) and not any(isinstance(s, CompiledStep) for s in self.steps[:-1]):
            self.guards = guards_of(nodes, fgraph.inputs, self.plan.is_trace, lazy)
            kept = keepable(fgraph, donated) if self.guards is None else {}
            replaced = kept if self.guards is None else {v: fgraph.outputs[i] for v, i in donated.items()}
            self.donated = frozenset(last.set_donated(replaced, kept))
        self._recipe = self.host = self.order = None
        if last is not None and isinstance(last, CompiledStep) and len(self.steps) <= 2:
            self._plan_recipe(last, self.steps[0] if len(self.steps) == 2 else None)

    def _plan_recipe(self, last, host):
        """For a program of one XLA step, after one repeatable host step or none: where arguments and outputs come from.

        `_recipe` of outputs: a number of an output of the step, -1 - the position of an input to copy, or a Constant.
        `_args`: positions of the step's arguments, or variables that the host step gives. `order`: the same where there
        are only positions and the step's outputs are the program's, as they come: what `direct` writes a function for.
        """
        position = {v: i for i, v in enumerate(self.fgraph.inputs)}
        made = {v: i for i, v in enumerate(last.step.outputs)}
        where = [position.get(v, v) for v in last.step.inputs]
        if host is None:
            if last.step.keyed or any(type(w) is not int for w in where):
                return
        elif not isinstance(host, HostStep) or not host.repeatable or not host.reads_only(position):
            return
        recipe = [made[v] if v in made else -1 - position[v] if v in position else v for v in self.fgraph.outputs]
        if any(not isinstance(r, (int, Constant)) for r in recipe):
            return
        self._args = where
        self._recipe = recipe
        # the new state as it is, a result in the memory it has, but of what is asked for twice all but one state is a copy
        self._leave = [_as_it_is if i >= self.returned and recipe.index(r) == i else taken if recipe.count(r) == 1 else np.array
                       for i, r in enumerate(recipe)]
        self.last, self.host = last, host
        self._learned = {}
        # an output asked for twice is two arrays
        if recipe == list(range(len(last.step.outputs))) and all(type(w) is int for w in where):
            self.order = where

    def __call__(self, values):
        for _ in range(_MOST_ADAPTED):
            try:
                return self._call(values)
            except (BranchesDiffer, SizesVary) as e:
                self.adapt(found := e)
        raise found.plain()

    def adapt(self, found):
        """Plan anew after BranchesDiffer or SizesVary `found`, which a step gave while it was traced, before anything of it ran."""
        if isinstance(found, SizesVary):
            self.order = None  # no short way: each call is looked at
            return found.step.serve_many_lengths()
        if not found.settled:  # where it is, it is inside of a loop, which runs by steps now
            choose_before(self.fgraph, found.node)
        self._build()

    def _call(self, values):
        if self.guards:  # state is about to be overwritten: what could fail is found before
            failed = failed_guard(self.guards, values)
            if failed is not None:
                raise CheckFailed(failed)
        recipe = self._recipe
        if recipe is None:
            return self._run(values)
        learned = self.learn(values) if self.host is None else self.host.recall(values) or self.learn(values)
        args = [values[i] if type(i) is int else learned.env[i] for i in self._args]
        # inputs are copied first: the step may reuse their buffers
        copied = [fresh(values[-1 - r]) if type(r) is int and r < 0 else None for r in recipe]
        made = self.last.call(learned, args)
        outputs = []
        for r, copy_of_input, leave in zip(recipe, copied, self._leave):
            if copy_of_input is not None:
                outputs.append(copy_of_input)
            elif type(r) is not int:
                outputs.append(fresh(r.data))
            else:
                outputs.append(leave(made[r]))
        return outputs

    def learn(self, values):
        """What the XLA step has to know about `values`; what the host step finds is remembered for calls that read the same."""
        facts, env = {}, {}
        if self.host is not None:
            state = HostState(dict(zip(self.fgraph.inputs, values)))
            self.host.run(state)
            facts = {node: state.facts[node] for node in self.last.step.keyed}
            env = {v: state.env[v] for v in self._args if type(v) is not int}
        learned = Learned(facts, tuple(facts.values()), env)
        if not env:
            # most calls differ in nothing but where a slice starts: they share one object, which stays in the cache
            learned = self._learned.setdefault(learned.key, learned)
        if self.host is not None:
            self.host.remember(values, learned)
        return learned

    def _run(self, values):
        env = dict(zip(self.fgraph.inputs, values))
        first = {v: fresh(env[v]) for v in self.fgraph.outputs if v in self.donated}
        state = HostState(env)
        try:
            for step in self.steps:
                step.run(state)
        except Exception as e:
            e.known = {v: env[v] for node in self.plan.host_nodes for v in node.outputs if v in env}
            raise
        outputs = []
        for i, v in enumerate(self.fgraph.outputs):
            value = first[v] if v in first else v.data if isinstance(v, Constant) else env[v]
            made_here = v.owner is not None and (_held_once(value) if isinstance(value, np.ndarray)
                                                 else i >= self.returned and hasattr(value, "block_until_ready"))
            if not made_here:
                value = fresh(value)
            outputs.append(value)
        return outputs

    @property
    def compilations(self):
        """How many XLA programs were traced so far."""
        return sum(s.traces for s in self.steps if isinstance(s, CompiledStep))


def fresh(value):
    """`value` as something that nobody else holds: arrays as writable NumPy copies, objects deep-copied."""
    if isinstance(value, np.ndarray) or hasattr(value, "block_until_ready") or isinstance(value, np.generic):
        return np.array(value)
    return copy.deepcopy(value)


def _as_it_is(array):
    return array


def _held_once(array):
    """Whether a NumPy array can be given away: its memory is its own, and nobody holds it but the caller, in a dictionary and by a name.

    Whoever has a view of it holds it too.
    """
    own = array.base is None or type(array.base) is Lent
    return own and array.flags.writeable and sys.getrefcount(array) <= _REFERENCES


def _counted(array):
    return sys.getrefcount(array)


def _count_when_held_once():
    held = {"it": np.zeros(1)}
    value = held["it"]
    return _counted(value)


_REFERENCES = _count_when_held_once()


class HostState:
    """What a call has computed so far: `env` {variable: value}, shapes and facts."""

    __slots__ = ("env", "shapes", "facts")

    def __init__(self, env):
        self.env = env
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
                if getattr(node.op, "shape_only", False):
                    by_value, by_shape = [], node.inputs[:1]
            elif kind == "facts" or hasattr(node.op, "facts"):
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
        for kind, node in self.instructions:
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
        if getattr(node.op, "shape_only", False):
            values = [_OnlyShape(state.shape(node.inputs[0]))]
        else:
            values = [state.value(v) for v in node.inputs]
        try:
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
        if hasattr(node.op, "facts"):
            facts = state.facts.get(node)
            if facts is None:
                facts = state.facts[node] = self._facts(node, state)
        in_shapes = tuple(state.shape(v) if hasattr(v.type, "ndim") else None for v in node.inputs)
        key = (node, in_shapes, facts)
        found = self._shape_cache.get(key)
        if found is None:
            found = self._shape_cache[key] = infer_shapes(node, in_shapes, facts)
        state.shapes.update(zip(node.outputs, found))


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


class CompiledStep:
    """An XLA step and its jitted programs, one for each combination of host facts (JAX keeps one per shape in each)."""

    new_shapes = None  # NewShapes, where data decide shapes
    padded = None  # padded.PaddedStep, once the step is made for many lengths
    declared = ()  # inputs that ops written in Python give

    def __init__(self, step):
        self.step = step
        self.traces, self.met = 0, Met()
        self._programs = {}
        self._checks = {}
        self._donate, self._kept, self._unread = (), {}, False
        self.made_order = list(range(len(step.outputs)))  # positions of outputs, in the order in which a program gives them
        self._lock = threading.Lock()

    def set_donated(self, replaced, kept):
        """Reuse the buffers of inputs for outputs, `replaced` {input: its new value}; gives those for which that can be.

        `kept`: those whose output has the old value where a check failed. JAX pairs inputs and outputs of one form in their
        order, and wrong pairs cost copies: so these inputs come in the order of their outputs, and those outputs first.
        """
        step = self.step
        places = {v: i for i, v in enumerate(step.outputs)}
        reused = {}
        for v, new in replaced.items():
            if new in places and (v in step.inputs or v not in kept):
                reused.setdefault(places[new], v)
        reused = {place: reused[place] for place in sorted(reused)}
        inside = set(reused.values())
        # a value that nothing reads is an argument for its buffer's sake: the new one is written there
        self._unread = not inside <= set(step.inputs)
        step.inputs = [*(v for v in step.inputs if v not in inside), *reused.values()]
        self._donate = tuple(range(len(step.inputs) - len(reused), len(step.inputs)))
        self.made_order = [*reused, *(i for i in places.values() if i not in reused)]
        self._kept = {v: place for place, v in reused.items() if v in kept}
        return inside

    def run(self, state):
        """Compute the step's outputs into `state.env`."""
        step, env = self.step, state.env
        facts = {node: state.facts[node] for node in step.keyed}
        args = [env[v] if v in env else v.data for v in step.inputs]
        key = tuple(facts.values())
        if self.declared:
            require_declared(self.declared, env)
        if self.new_shapes is not None and not self._donate and self.new_shapes.are_in(args, key):
            run_in_numpy(step, state)
            return
        outputs = self.call(Learned(facts, key, {}), args)
        env.update(zip(step.outputs, outputs))

    def call(self, learned, args):
        """The outputs for `args` under what was learned, complete when this returns. A false check gives CheckFailed."""
        if self.padded is not None:
            if (outputs := self.padded.outputs(args)) is not None:
                return outputs
            self.met.allow(args, learned.key)
        program = learned.program or self.program_for(learned)
        return self.run_program(program, args, learned.key)

    def run_program(self, program, args, key):
        """The outputs of a jitted `program` of this step in their order, complete; `key`: what its checks are kept under."""
        with self._context():
            made, failed = program(*args)
            outputs = made
            if self._donate:
                outputs = [None] * len(made)
                for place, value in zip(self.made_order, made):
                    outputs[place] = value
            if failed is not None and np.asarray(failed).item() >= 0:
                raise self.failure(key, failed, outputs)
            if outputs:
                # the outputs of one program are ready together
                outputs[-1].block_until_ready()
        return outputs

    def serve_many_lengths(self):
        """From now on make programs for many lengths, where that can be."""
        from theano_compat.compile.padded import PaddedStep
        self.padded = self.padded or PaddedStep(self, self.met)

    def program_for(self, learned):
        """The program under what was learned, traced when it is first called."""
        learned.program = self._programs.get(learned.key) or self._make_program(learned.facts, learned.key)
        return learned.program

    def failure(self, key, number, outputs):
        """The error of the check of that number, with the state that is left among `outputs`."""
        return CheckFailed(self._checks[key][int(number)], {v: outputs[i] for v, i in self._kept.items()})

    def _make_program(self, facts, key):
        self._context = session()
        with self._lock:
            if key in self._programs:
                return self._programs[key]
            import jax

            def traced(*args):
                if self.met.vary(args, key):
                    raise SizesVary(self)
                self.traces += 1
                outputs, failed, checks = run_step(self.step, facts, args, self._kept)
                self._checks[key] = checks
                if self._donate:
                    expect_unused([args[i] for i in self._donate], outputs)
                return [outputs[i] for i in self.made_order], failed

            traced.__name__ = "theano_function"
            self._programs[key] = program = jax.jit(traced, donate_argnums=self._donate, keep_unused=self._unread)
            return program


def _build_steps(plan):
    """Host and XLA steps of a plan in the order in which they run; each XLA step gives only what is used after it."""
    steps, wanted = [], dict.fromkeys(plan.fgraph.outputs)
    wanted.update((v, None) for v in plan.need_host if not _computed_on_host(plan, v.owner))
    for stage in reversed(range(plan.stages)):
        step = _xla_step(plan, stage, wanted)
        if step is not None:
            # what a loop on the host gives, or gets, is on the host already
            between = plan.host_nodes and plan.stages > 1 and MovingStep.suits(step)
            steps.append(MovingStep(step) if between else CompiledStep(step))
            if not between:
                steps[-1].declared = made_in_python(step, plan.host_nodes)
            if not between and NewShapes.suits(step, plan, stage):
                steps[-1].new_shapes = NewShapes()
            wanted.update(dict.fromkeys(step.inputs))
        instructions = _host_instructions(plan, stage)
        if instructions:
            steps.append(HostStep(instructions))
    return steps[::-1]


def _host_instructions(plan, stage):
    instructions = []
    for node in plan.order:
        if plan.need_facts.get(node) == stage:
            instructions.append(("facts", node))
        if any(plan.need_shape.get(out) == stage for out in node.outputs):
            instructions.append(("shape", node))
        if any(plan.need_host.get(out) == stage and _computed_on_host(plan, node) for out in node.outputs):
            instructions.append(("value", node))
    return instructions


def _computed_on_host(plan, node):
    return node in plan.host_nodes or is_cheap(node)


def _xla_step(plan, stage, wanted):
    core = [n for n in plan.order
            if n in plan.xla_nodes and n.outputs[0] not in plan.trace and plan.stage_of[n] == stage]
    if not core:
        return None
    trace_nodes, todo = set(), [x for n in core for x in n.inputs]
    while todo:
        v = todo.pop()
        if v in plan.trace and v.owner not in trace_nodes:
            trace_nodes.add(v.owner)
            if not getattr(v.owner.op, "shape_only", False):
                todo.extend(v.owner.inputs)
    inside = {*core, *trace_nodes}
    nodes = [n for n in plan.order if n in inside]
    made = {out for n in core for out in n.outputs}
    outputs = [v for v in wanted if v in made]
    keyed = [n for n in core if n in plan.host_facts]
    return XlaStep(nodes, trace_nodes, outputs, keyed)
