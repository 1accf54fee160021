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
from theano_compat.compile.evaluate import repeats
from theano_compat.compile.guards import CheckFailed, failed_guard, guards_of
from theano_compat.compile.hoststeps import HostState, HostStep, shared_runs
from theano_compat.compile.interrupts import Begun, leave, rescue
from theano_compat.compile.keeping import expect_unused, keepable
from theano_compat.compile.lengths import Met, SizesVary, enough_sizes
from theano_compat.compile.lower import XlaStep, run_step
from theano_compat.compile.numpysteps import MovingStep, NewShapes, run_in_numpy
from theano_compat.compile.plan import Plan, is_cheap
from theano_compat.control.ifelse import BranchesDiffer, choose_before
from theano_compat.graph.lent import Lent, taken
from theano_compat.graph.op import provides
from theano_compat.graph.variable import Constant
from theano_compat.scalar.device import jitted

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
        shared = shared_runs(self.plan.host_nodes)
        for step in self.steps:
            if isinstance(step, HostStep):
                step.lazy, step.shared = lazy, shared
            elif isinstance(step, CompiledStep):
                step.met = Met(enough_sizes(step.step) if step.new_shapes is None else 0)
        if self.steps and isinstance(self.steps[0], HostStep):
            self.steps[0].set_apart({v: i for i, v in enumerate(fgraph.inputs)})
        nodes = [n for s in self.steps if isinstance(s, CompiledStep) for n in s.step.nodes]
        last = self.steps[-1] if self.steps else None
        self.donated, self.guards = frozenset(), None
        if donated and isinstance(last, CompiledStep) and not any(isinstance(s, CompiledStep) for s in self.steps[:-1]):
            self.guards = guards_of(nodes, fgraph.inputs, self.plan.is_trace, lazy)
            kept = keepable(fgraph, donated) if self.guards is None else {}
            replaced = kept if self.guards is None else {v: fgraph.outputs[i] for v, i in donated.items()}
            self.donated = frozenset(last.set_donated(replaced, kept))
        self.recipe = self.host = self.order = None
        self.alone = self._on_the_host_alone()
        if last is not None and isinstance(last, CompiledStep) and len(self.steps) <= 2:
            self._plan_recipe(last, self.steps[0] if len(self.steps) == 2 else None)

    def _on_the_host_alone(self):
        """The nodes in their order, of a program in which Python computes all, of what can be computed again; else None."""
        if len(self.steps) != 1 or not isinstance(self.steps[0], HostStep) or self.returned < len(self.fgraph.outputs):
            return None
        step = self.steps[0]
        alone = not step.shared and not step.lazy and all(kind == "value" and repeats(node.op) for kind, node in step.instructions)
        return [node for _, node in step.instructions] if alone else None

    def _plan_recipe(self, last, host):
        """For a program of one XLA step, after one repeatable host step or none: where arguments and outputs come from.

        `recipe` of outputs: a number of an output of the step, -1 - the position of an input to copy, or a Constant; `leave`: what
        is done to each. `_args`: positions of the step's arguments, or variables that the host step gives. `order`: the same where
        there are only positions: what `direct` writes a function for.
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
        self.recipe = recipe
        # the new state as it is, a result in the memory it has, but of what is asked for twice all but one state is a copy
        self.leave = [as_it_is if i >= self.returned and recipe.index(r) == i else taken if recipe.count(r) == 1 else np.array
                       for i, r in enumerate(recipe)]
        self.last, self.host = last, host
        self._learned = {}
        if all(type(w) is int for w in where):
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
        recipe = self.recipe
        if recipe is None:
            return self._run(values)
        learned = self.learn(values) if self.host is None else self.host.recall(values) or self.learn(values)
        args = [values[i] if type(i) is int else learned.env[i] for i in self._args]
        # inputs are copied first: the step may reuse their buffers
        copied = [fresh(values[-1 - r]) if type(r) is int and r < 0 else None for r in recipe]
        try:
            outputs = self.outputs_of(copied, self.last.call(learned, args))
            self.last.begun = None
            return outputs
        except BaseException as e:
            rescue(e, self.last, lambda made: self.outputs_of(copied, made))
            raise

    def outputs_of(self, copied, made):
        """The program's outputs, of what its one XLA step `made` and what was `copied` before."""
        outputs = []
        for r, copy_of_input, as_given in zip(self.recipe, copied, self.leave):
            if copy_of_input is not None:
                outputs.append(copy_of_input)
            elif type(r) is not int:
                outputs.append(fresh(r.data))
            else:
                outputs.append(as_given(made[r]))
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
        state = HostState(env, values)
        try:
            for step in self.steps:
                step.run(state)
            outputs = self._found(env, first)
            if self.donated:
                step.begun = None
            return outputs
        except BaseException as e:
            e.known = {v: env[v] for node in self.plan.host_nodes for v in node.outputs if v in env}
            if self.donated:
                rescue(e, step, lambda made: self._found({**env, **dict(zip(step.step.outputs, made))}, first))
            raise

    def _found(self, env, first):
        """The program's outputs, which are in `env` and, of inputs whose buffers were given away, in `first`."""
        outputs = []
        for i, v in enumerate(self.fgraph.outputs):
            value = first[v] if v in first else v.data if isinstance(v, Constant) else env[v]
            made_here = v.owner is not None and (_held_once(value) if isinstance(value, _COPIED)
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


def as_it_is(array):
    """`array`: new state is what the program made, nothing refers to it."""
    return array


def given(value):
    """An output that the caller holds by one name: itself if nobody else has it, else a copy."""
    return value if isinstance(value, np.ndarray) and _held_once(value, _BY_NAME) else fresh(value)


def _held_once(value, references=None):
    """Whether an array or a generator can be given away: nobody holds it but the caller, in a dictionary and by a name.

    An array's memory has to be its own; whoever has a view of it holds it too.
    """
    references = references or _REFERENCES
    if type(value) is np.random.RandomState:
        return sys.getrefcount(value) <= references
    own = value.base is None or type(value.base) is Lent
    return own and value.flags.writeable and sys.getrefcount(value) <= references


def _counted(array):
    return sys.getrefcount(array)


def _count_when_held_once():
    held = {"it": np.zeros(1)}
    value = held["it"]
    return _counted(value)


def _count_when_given():
    value = np.zeros(1)
    return (lambda value: _counted(value))(value)


_REFERENCES = _count_when_held_once()
_BY_NAME = _count_when_given()
# What would be copied if somebody else held it; copying a generator takes longer than most draws.
_COPIED = (np.ndarray, np.random.RandomState)


class CompiledStep:
    """An XLA step and its jitted programs, one for each combination of host facts (JAX keeps one per shape in each)."""

    new_shapes = None  # NewShapes, where data decide shapes
    padded = None  # padded.PaddedStep, once the step is made for many lengths
    begun = None  # interrupts.Begun of the latest run that reused buffers
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

    def run_program(self, program, args, key, finish=None):
        """The outputs of a jitted `program` of this step in their order, complete; `key`: what its checks are kept under.

        `finish` is what the caller does to them, should it not come to that.
        """
        within = self._context()
        try:
            with within:
                if self._donate:
                    self.begun = Begun(key, finish)
                    made, failed = self.begun.run(program, args)
                    outputs = self.in_order(made)
                else:
                    outputs, failed = program(*args)
                if failed is not None and np.asarray(failed).item() >= 0:
                    raise self.failure(key, failed, outputs)
                if outputs:
                    # the outputs of one program are ready together
                    outputs[-1].block_until_ready()
        except BaseException:
            leave(within)
            raise
        return outputs

    def in_order(self, made):
        """What a program that reuses buffers `made`, in the order of the step's outputs."""
        outputs = [None] * len(made)
        for place, value in zip(self.made_order, made):
            outputs[place] = value
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
            self._programs[key] = program = jitted(traced, donate_argnums=self._donate, keep_unused=self._unread)
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
            if not provides(v.owner.op, "shape_only"):
                todo.extend(v.owner.inputs)
    inside = {*core, *trace_nodes}
    nodes = [n for n in plan.order if n in inside]
    made = {out for n in core for out in n.outputs}
    outputs = [v for v in wanted if v in made]
    keyed = [n for n in core if n in plan.host_facts]
    return XlaStep(nodes, trace_nodes, outputs, keyed)
