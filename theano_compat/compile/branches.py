"""Branches of ifelse that need Python: only the one that is taken is computed.

What XLA computes stands inside of `lax.cond` (compile/lazy). What Python computes cannot, and would run before XLA chooses. So an ifelse
with an op in Python among what only one of its branches needs becomes an op in Python itself: each branch is a program of its own.
"""
import numpy as np

from theano_compat.compile.evaluate import NodeError, evaluate
from theano_compat.compile.guards import CheckFailed
from theano_compat.compile.lazy import Places, branch_of
from theano_compat.control.held import Handed, Held, where_taken
from theano_compat.control.inner import as_program
from theano_compat.graph import Apply, FunctionGraph, Op
from theano_compat.graph.op import provides, runs_on_host_only
from theano_compat.graph.variable import Constant


class ChosenOnHost(Op):
    """`op(condition, *what the branches read)`: the values of the branch that is taken, then those of either branch that others read.

    `graphs`: a FunctionGraph for each branch, of `n_values` values and what it hands out. Of what the branch that is not taken hands out
    there are empty arrays, which nobody reads.
    """

    host_only = True
    only_reads = True
    sized_by_data = True
    stands_for_its_nodes = True  # where one of them fails

    def __init__(self, name, graphs, n_values):
        self._name = name
        self._graphs, self._n_values = graphs, n_values
        self._programs = [None, None]

    def __str__(self):
        return self._name

    def make_node(self, condition, *read):
        outputs = [*self._graphs[0].outputs, *self._graphs[1].outputs[self._n_values:]]
        return Apply(self, [condition, *read], [v.type() for v in outputs])

    def _program(self, which):
        if self._programs[which] is None:
            self._programs[which] = as_program(self._graphs[which])
        return self._programs[which]

    def _run(self, which, values):
        try:
            return self._program(which)(values)
        except (CheckFailed, NodeError) as e:
            if getattr(e, "values", None) is None:  # node by node, to find what failed and what it read
                evaluate(self._graphs[which], values, known=getattr(e, "known", None), quiet=True)
            raise

    def perform(self, node, inputs, output_storage, params=None):
        which = 0 if np.any(inputs[0]) else 1
        made = self._run(which, list(inputs[1:]))
        values, handed = made[:self._n_values], made[self._n_values:]
        missing = [_nothing(v.type) for v in self._graphs[1 - which].outputs[self._n_values:]]
        for cell, value in zip(output_storage, [*values, *missing, *handed] if which else [*values, *handed, *missing]):
            cell[0] = value


def _nothing(type):
    return np.zeros((0,) * type.ndim, type.dtype) if hasattr(type, "broadcastable") else None


def choose_on_host(fgraph):
    """Replace each IfElse of `fgraph` that has work for Python in a branch, and those with the same condition, by a ChosenOnHost."""
    conditions = []
    while any(provides(node.op, "branches") for node in fgraph.apply_nodes) and any(
            runs_on_host_only(node.op) and not provides(node.op, "branches") for node in fgraph.apply_nodes):
        order = fgraph.toposort()
        places = Places(order, fgraph.outputs, (), shapes_too=True)
        of_python = {places.path[node][0][0] for node in order if places.path[node] and runs_on_host_only(node.op)}
        found = next((node for node in order if provides(node.op, "branches") and not places.path[node]
                      and (node in of_python or any(node.inputs[0] is c for c in conditions))), None)
        if found is None:
            return
        conditions.append(found.inputs[0])
        _replace(fgraph, found, order, places)


def _replace(fgraph, ifelse, order, places):
    inside = [{node for node in order if places.path[node][:1] == ((ifelse, which),)} for which in (0, 1)]
    exports = [_exported(fgraph, nodes, ifelse, which) for which, nodes in enumerate(inside)]
    # what stands in a branch within the branch is handed out where that is taken too
    further = {v: places.path[v.owner][1:] for out in exports for v in out}
    handed = [[where_taken(further[v], Held()(v)) if further[v] else v for v in out] for out in exports]
    values = ifelse.op.branches(ifelse.inputs)
    read = list(dict.fromkeys(v for nodes, branch, out in zip(inside, values, exports) for v in _read(nodes, [*branch, *out])))
    graphs = [FunctionGraph(read, [*branch, *out], clone=True) for branch, out in zip(values, handed)]
    made = ChosenOnHost(str(ifelse.op), graphs, len(ifelse.outputs))(ifelse.inputs[0], *read, return_list=True)
    for v in made:
        v.tag.trace = getattr(ifelse.outputs[0].tag, "trace", ())
    replaced = [*ifelse.outputs, *exports[0], *exports[1]]
    given = [Handed([v.type])(new) if further.get(v) else new for v, new in zip(replaced, made)]
    fgraph.replace_all(list(zip(replaced, given)), reason="a branch runs in Python")


def _exported(fgraph, nodes, ifelse, which):
    """What others read of what the `nodes` inside a branch make: branches with the same condition."""
    def is_mine(client, i):
        return client in nodes or client is ifelse and branch_of(ifelse, i) == which

    return [v for node in nodes for v in node.outputs if not all(is_mine(*use) for use in fgraph.clients(v))]


def _read(nodes, outputs):
    """What a branch reads from outside."""
    every = [*(x for node in nodes for x in node.inputs), *outputs]
    return [v for v in dict.fromkeys(every) if v.owner not in nodes and not isinstance(v, Constant)]
