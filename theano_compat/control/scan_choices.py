"""Branches within a loop's step in which Python has work: it is recorded where its branch is taken, and replayed there alone.

`Guarded` asks for values only where their branch is taken; `Decided` is a step whose conditions are known, with the branches that are
not taken left out. Recording and replaying: `scan_replay`.
"""
from theano_compat.control.held import Held, where_taken
from theano_compat.graph import FunctionGraph
from theano_compat.graph.op import provides
from theano_compat.graph.walk import clone_get_equiv

MISSING = object()


class Guarded:
    """Variables of a step, each asked for only where the branch that makes it is taken.

    `choices`: the IfElse nodes that some of them stand in, `conditions`: theirs; `asked`: what a program has to give in their place.
    `stands_for`: {variable that is not in the step: the node in whose branch it belongs, or None}.
    """

    def __init__(self, order, outputs, variables, stands_for):
        from theano_compat.compile.lazy import Places
        lazy = any(provides(node.op, "branches") for node in order)
        self._stands_for = stands_for
        self._path = Places(order, outputs, (), shapes_too=True).path if lazy else {}
        self.choices = list(dict.fromkeys(node for v in variables for node, _ in self._of(v)))
        self.conditions = list(dict.fromkeys(node.inputs[0] for node in self.choices))
        groups = {}
        for v in [*variables, *self.conditions]:
            groups.setdefault(self._of(v), []).append(v)
        self._free = groups.pop((), [])
        self._groups = list(groups.items())
        self.asked = [*self._free, *(where_taken(path, Held()(*vs)) for path, vs in self._groups)]

    def _of(self, v):
        """Where `v` is computed, or what it tells about is."""
        return self._path.get(self._stands_for.get(v, v.owner), ())

    def values(self, given):
        """{variable: its value} from what a program gave for `asked`, without what stands in branches that were not taken."""
        found = dict(zip(self._free, given))
        for (_, vs), held in zip(self._groups, given[len(self._free):]):
            if held is not None:
                found.update(zip(vs, held))
        return found

    def taken(self, values):
        """Whether each of `conditions` holds, None for those that no branch taken reaches."""
        def reached(c):
            return c in values and any(all(holds(node.inputs[0]) == (which == 0) for node, which in self._path[choice])
                                       for choice in self.choices if choice.inputs[0] is c)

        def holds(c):
            return bool(values[c].any()) if c in values else None

        return tuple(holds(c) if reached(c) else None for c in self.conditions)


def agreed(taken):
    """What all steps decided, of what each says: a condition that some found to hold and others not is None."""
    return tuple(found.pop() if len(found) == 1 else None for found in ({v for v in steps if v is not None} for steps in zip(*taken)))


class Decided:
    """The step of `plan` where each of the conditions holds or not as `decisions` say; None: that differs from step to step.

    Like a StepPlan for who replays it.
    """

    static = ()

    def __init__(self, plan, conditions, decisions):
        from theano_compat.compile.plan import Plan
        from theano_compat.control.scan_replay import Watched
        self._whole, self.op, self.n_varying, self._replays = plan, plan.op, plan.n_varying, {}
        known = {c: d for c, d in zip(conditions, decisions) if d is not None}
        memo = clone_get_equiv(plan.fgraph.inputs, plan.fgraph.outputs)
        self._origin = {copy: v for v, copy in memo.items()}
        chosen = [(memo[node.outputs[0]].owner, known[node.inputs[0]]) for node in plan.plan.order
                  if provides(node.op, "branches") and node.inputs[0] in known]
        self.fgraph = FunctionGraph([memo[v] for v in plan.fgraph.inputs], [memo[v] for v in plan.fgraph.outputs], clone=False)
        self._stands_for = {}  # variable: those of IfElse nodes that it is the value of
        for node, holds in chosen:
            values = node.op.branches(node.inputs)[0 if holds else 1]
            for out, v in zip(node.outputs, values):
                self._stands_for.setdefault(v, []).append(out)
            self.fgraph.replace_all(list(zip(node.outputs, values)), reason="decided")
        self.plan = Plan(self.fgraph)
        self.watched = Watched(self)

    def replay(self, by_facts):
        """The step without its work for the host: scan_replay.Replay."""
        if by_facts not in self._replays:
            from theano_compat.control.scan_replay import Replay
            self._replays[by_facts] = Replay(self, by_facts)
        return self._replays[by_facts]

    def settle(self, found):
        """Plan anew after BranchesDiffer `found`, in the graph that this one is a copy of."""
        if not found.settled:
            found.node = self._origin[found.node.outputs[0]].owner
        self._whole.settle(found)

    def value(self, v, values, kind="value"):
        """What `values`, {(kind, variable of the whole step): value}, say of a variable of this graph; MISSING where they say nothing."""
        todo = [v]
        while todo:
            v = todo.pop()
            found = values.get((kind, self._origin.get(v)), MISSING)
            if found is not MISSING:
                return found
            todo.extend(self._stands_for.get(v, ()))
        return MISSING


def filled(columns):
    """`columns` of values, one a step, with those of another step in the place of MISSING ones; None where no step has any.

    Nothing reads them: they stand in a branch that was not taken.
    """
    made = []
    for column in columns:
        some = next((v for v in column if v is not MISSING), MISSING)
        if column and some is MISSING:
            return None
        made.append([some if v is MISSING else v for v in column])
    return made
