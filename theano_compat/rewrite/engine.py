"""How rewrites run: merging, folding, and tables of local rules over a worklist. The rules are in the other modules.

Each node is looked at once and again only when something beside it changed, so the work is linear in the graph's size.
A rule that cannot keep its promise (type changed) raises; none may change a value beyond rounding.
"""
import warnings
from collections import deque

import numpy as np

from theano_compat.graph.fgraph import FunctionGraph
from theano_compat.graph.op import has_perform, provides
from theano_compat.graph.variable import Constant
from theano_compat.rewrite.local import LocalOptimizer

_FOLD_LIMIT = 1 << 16


class Rule(LocalOptimizer):
    """One local rule: `apply(fgraph, node)` gives None, or the variables that replace the node's outputs.

    `heads`: ops, or Op classes, of the nodes it looks at (None: every node); `tags`: the queries that select it.
    It is also what Theano calls a LocalOptimizer: `transform(node)`.
    """

    def __init__(self, name, apply, heads, tags, why):
        self.name = self.__name__ = name
        self.apply = apply
        self.heads = heads
        self.tags = frozenset({name, *tags})
        self.why = why
        self.__doc__ = apply.__doc__

    def tracks(self):
        """The ops and Op classes it looks at, or None."""
        return self.heads() if callable(self.heads) and not isinstance(self.heads, type) else self.heads

    def transform(self, node):
        """What replaces the outputs of `node`, or False."""
        return self.apply(getattr(node, "fgraph", None), node) or False

    def __repr__(self):
        return self.name


RULES = []  # ours, and what programs registered to run with them
APART_RULES = {}  # position: rules that run before or after those (at 1), each list an equilibrium of its own
PASSES = []  # (position, name, tags, optimizer or database) of what programs registered for whole graphs
_by_query = {}


def adopt(new_rule, position=1):
    """Let modes apply a program's rule: with ours and before them, or as late as `position` says."""
    if position < 2:
        RULES.insert(0, new_rule)
    else:
        APART_RULES.setdefault(position, []).append(new_rule)
    _by_query.clear()


def rule(heads=None, tags=("fast_run",), why="", first=False, position=1):
    """Decorator: add a function to the table of rules. `heads` may be a function giving them, called at first use.

    `first`: it also looks at the graph as it was written, before the other rules do. At a `position` above 1 it runs after them.
    """

    def register(apply):
        made = Rule(apply.__name__, apply, heads, tags, why)
        (RULES if position == 1 else APART_RULES.setdefault(position, [])).append(made)
        if first:
            APART_RULES.setdefault(0.5, []).append(made)
        _by_query.clear()
        return made

    return register


def selects(query, tags):
    """Whether a query selects something with `tags`."""
    return query.selects(frozenset(tags))


class _Table:
    """The rules a query selects, by head."""

    def __init__(self, query, rules):
        self.by_op, self.by_class, self.anywhere, self._found = {}, {}, [], {}
        self.rules = [r for r in rules if query.selects(r.tags)]
        for r in self.rules:
            heads = r.tracks()
            if heads is None:
                self.anywhere.append(r)
                continue
            for head in heads:
                table = self.by_class if isinstance(head, type) else self.by_op
                table.setdefault(head, []).append(r)
        self.order = {r: i for i, r in enumerate(self.rules)}

    def rules_for(self, op):
        """The rules to offer a node of `op`, in the order of the table."""
        known = self._found.get(id(op))
        if known is not None:
            return known[1]
        found = [*self.by_op.get(op, ()), *self.anywhere]
        for cls in type(op).__mro__:
            found.extend(self.by_class.get(cls, ()))
        found = sorted(dict.fromkeys(found), key=self.order.__getitem__)
        if len(self._found) > 4096:
            self._found.clear()
        self._found[id(op)] = (op, found)  # the op is kept, so that its id stays its own
        return found


def _table(query, position=1):
    key = (query.include, query.require, query.exclude, position)
    if key not in _by_query:
        _by_query[key] = _Table(query, RULES if position == 1 else APART_RULES[position])
    return _by_query[key]


def merge(fgraph):
    """Make nodes with equal op and inputs one, and constants with equal value one.

    Gives how many variables are gone by that, and how many of them are constants.
    """
    constants, nodes, merged = {}, {}, []
    for node in fgraph.toposort():
        for i, x in enumerate(node.inputs):
            if isinstance(x, Constant):
                first = constants.setdefault(_constant_key(x), x)
                if first is not x:
                    fgraph.change_input(node, i, first, reason="merge")
                    merged.append(x)
        key = (node.op, *node.inputs)
        first = nodes.setdefault(key, node)
        if first is not node and all(a.type == b.type for a, b in zip(first.outputs, node.outputs)):
            for old, new in zip(node.outputs, first.outputs):
                if new.name is None:
                    new.name = old.name
                fgraph.replace(old, new, reason="merge")
                merged.append(old)
    return len(merged), sum(isinstance(v, Constant) for v in merged)


def _constant_key(x):
    data = x.data
    if isinstance(data, (np.ndarray, np.generic)) and data.size <= 64:
        return (x.type, data.shape, data.tobytes())
    if isinstance(data, (int, float, bool, str, type(None))):
        return (x.type, type(data), data)
    return id(x)


def fold(node):
    """The outputs of a node of constants as constants, or None when it must run each time or is too big."""
    from theano_compat.graph.testvalue import evaluate_node
    if not node.inputs or not all(isinstance(x, Constant) for x in node.inputs):
        return None
    if node.op.host_only or not node.op.do_constant_folding(node):
        return None
    if not all(hasattr(v.type, "broadcastable") for v in node.outputs):
        return None
    if not (provides(node.op, "host") or has_perform(node.op)):
        return None
    if sum(getattr(x.data, "size", 1) for x in node.inputs) > _FOLD_LIMIT:
        return None
    try:
        values = evaluate_node(node, [x.data for x in node.inputs])
    except Exception:
        # what fails while folding fails again when called, with the call's own furniture
        return None
    if sum(np.size(v) for v in values) > _FOLD_LIMIT:
        return None
    folded = []
    for out, value in zip(node.outputs, values):
        new = out.type.make_constant(np.asarray(value, dtype=out.type.dtype))
        new.tag.__dict__.update({k: v for k, v in out.tag.__dict__.items() if k == "trace"})
        folded.append(new)
    return folded


# what Theano calls the same as a LocalOptimizer; the engine itself asks `fold` first at every node
constant_folding = Rule("constant_folding", lambda fgraph, node: fold(node), None, ("fast_run", "fast_compile"), "")


def apply_rules(fgraph, query, position=1):
    """Run the selected local rules, and folding, until nothing changes."""
    table = _table(query, position)
    folding = position == 1 and selects(query, {"constant_folding", "fast_run", "fast_compile"})
    if not table.rules and not folding:
        return
    for r in table.rules:
        r.add_requirements(fgraph)
    nodes = fgraph.toposort()
    if position != 1:
        nodes = [n for n in nodes if table.rules_for(n.op)]
    todo = deque(nodes if position >= 1 else reversed(nodes))  # as written: from the results on, as Theano does
    waiting = set(todo)
    budget = steps = 50 * len(todo) + 1000
    while todo and budget:
        node = todo.popleft()
        waiting.discard(node)
        if node not in fgraph.apply_nodes:
            continue
        budget -= 1
        replaced = _rewrite_node(fgraph, node, table, folding)
        if replaced is None:
            continue
        latest = replaced
        for beside in _neighbours(fgraph, replaced, node):
            if beside not in waiting:
                waiting.add(beside)
                todo.append(beside)
    if todo:
        warnings.warn("The rewriting of a graph stopped after %d steps, as if its rules undid each other; one of the last made %s. "
                      "The results are right all the same. HINT: theano.compile.get_default_mode().excluding('NAME') leaves a "
                      "rule out." % (steps, latest), RuntimeWarning, stacklevel=2)


def _rewrite_node(fgraph, node, table, folding):
    if folding:
        new = fold(node)
        if new is not None:
            return _replace(fgraph, node, new, "constant_folding")
    for r in table.rules_for(node.op):
        new = r.apply(fgraph, node)
        if new:
            done = _replace(fgraph, node, new, r.name)
            if done:
                return done
    return None


def _replace(fgraph, node, new, reason):
    pairs = new.items() if isinstance(new, dict) else zip(node.outputs, new)
    done = []
    for old, v in pairs:
        if v is None or v is old:
            continue
        if v.type != old.type:
            raise TypeError("rewrite %s changed a type: %s into %s" % (reason, old.type, v.type))
        trace = getattr(old.tag, "trace", None)
        if v.owner is not None and trace is not None:
            # errors in what was put in must point to the user's line
            _copy_trace(v, trace, fgraph)
        if v.name is None and v.owner is not None:
            v.name = old.name
        fgraph.replace(old, v, reason=reason)
        done.append(v)
    return done


def _copy_trace(v, trace, fgraph):
    todo, seen = [v], set()  # a rule may put in a whole graph, whose nodes share theirs
    while todo:
        x = todo.pop()
        if x.owner is None or x in seen or x.owner in fgraph.apply_nodes:
            continue
        seen.add(x)
        x.tag.trace = trace
        todo.extend(x.owner.inputs)


def _neighbours(fgraph, variables, node):
    """Nodes that a change at `variables` may concern: `node`, their users, they themselves and what is newly above them."""
    found = [node]
    for v in variables:
        found.extend(c for c, _ in getattr(v, "clients", ()) if c != "output")
        todo, depth = [v.owner] if v.owner is not None else [], 0
        while todo and depth < 20:
            node = todo.pop()
            depth += 1
            found.append(node)
            todo.extend(x.owner for x in node.inputs if x.owner is not None and len(getattr(x, "clients", ())) == 1)
    for node in list(found):
        for out in node.outputs:
            found.extend(c for c, _ in getattr(out, "clients", ()) if c != "output")
    return [n for n in dict.fromkeys(found) if n in fgraph.apply_nodes]


def rewrite_graph(fgraph: FunctionGraph, query):
    """Apply the rewrites that `query` selects to `fgraph`, in the order of their positions."""
    merging = selects(query, {"merge", "fast_run", "fast_compile"})
    steps = [(1, "", lambda: apply_rules(fgraph, query))]
    steps += [(position, "", lambda p=position: apply_rules(fgraph, query, p)) for position in APART_RULES]
    for position, name, tags, one in PASSES:
        if query.selects(tags):
            steps.append((position, name, lambda one=one: _run_pass(fgraph, one, query)))
    for extra in query.extra_optimizations:
        one, position = extra if isinstance(extra, tuple) else (extra, 100)
        steps.append((position, "", lambda one=one: _run_pass(fgraph, one, query)))
    if merging:
        merge(fgraph)
    for position, _, run in sorted(steps, key=lambda step: step[:2]):
        if position < query.position_cutoff:
            run()
    if merging:
        merge(fgraph)


def _run_pass(fgraph, one, query):
    """Run a program's rewrite of the whole graph; a database is asked what it has for the query."""
    if hasattr(one, "query"):
        one = one.query(query.subquery.get(one.name, query._with(extra_optimizations=())))
    (one.optimize if hasattr(one, "optimize") else one)(fgraph)
