"""A graph run node by node, each node in a thunk: what modes and linkers that look at every value are made of.

Laziness is kept: of an IfElse only the branch that is taken runs. The linkers themselves are in `linkers`.
"""
from theano_compat.compile.evaluate import NodeError, evaluate_node, needed_nodes, taken
from theano_compat.compile.program import Program, fresh
from theano_compat.compile.sharedvalue import as_host
from theano_compat.control.ifelse import IfElse
from theano_compat.graph.fgraph import FunctionGraph
from theano_compat.graph.op import provides
from theano_compat.graph.variable import Constant

_EAGER_CALLS = 2  # compiling a node pays from the third time on


class Compute:
    """Computes single nodes: one after the other at first, compiled once they have run `eager_calls` times."""

    def __init__(self, eager_calls=_EAGER_CALLS):
        self.eager_calls = eager_calls
        self._calls, self._compiled = {}, {}

    def __call__(self, node, values):
        compiled = self._compiled.get(node)
        if compiled is None:
            calls = self._calls[node] = self._calls.get(node, 0) + 1
            if calls <= self.eager_calls or not _can_compile(node):
                return evaluate_node(node, values)
            compiled = self._compiled[node] = _compile(node)
        try:
            return compiled(values)
        except Exception:
            return evaluate_node(node, values)  # fails again, and as the reference does

    def compiled(self, node):
        """Whether the next run of `node` is of a compiled program."""
        return node in self._compiled


def _can_compile(node):
    return provides(node.op, "lower") and not node.op.host_only and all(
        hasattr(v.type, "broadcastable") for v in (*node.inputs, *node.outputs))


def _compile(node):
    inputs = [x.clone() if isinstance(x, Constant) else x.type() for x in node.inputs]
    given = [i for i, x in enumerate(inputs) if not isinstance(x, Constant)]
    graph = FunctionGraph([inputs[i] for i in given], node.clone_with_new_inputs(inputs).outputs, clone=False)
    program = Program(graph)
    return lambda values: program([values[i] for i in given])


class Thunk:
    """One node with its storage: calling it computes `outputs` from `inputs`, lists of one-element lists."""

    lazy = False

    def __init__(self, node, cells, compute):
        self.node, self.compute = node, compute
        self.inputs = [cells[v] for v in node.inputs]
        self.outputs = [cells[v] for v in node.outputs]

    def __call__(self):
        values = [cell[0] for cell in self.inputs]
        try:
            if isinstance(self.node.op, IfElse):
                made = [values[i] for i in taken(self.node, values[0])]
            else:
                made = self.compute(self.node, values)
        except Exception as e:
            raise NodeError(self.node, values, e) from e
        for cell, value in zip(self.outputs, made):
            cell[0] = value


class NodeWise:
    """Callable on the values of `fgraph.inputs`; `step(i, node, *thunks)` is called for every node, and runs its thunks.

    `copies`: how many thunks, each with its own storage; the first one's outputs are returned. `begin(cells)` sees the storage of
    inputs and constants before any node runs.
    """

    compilations = 0

    def __init__(self, fgraph, step, copies=1, begin=None, compute=None):
        self.fgraph, self.step, self.copies, self.begin = fgraph, step, copies, begin
        self.compute = compute or Compute()
        self.order = fgraph.toposort()
        self._index = {node: i for i, node in enumerate(self.order)}

    def __call__(self, values):
        values = [as_host(v) for v in values]
        storages = [self.storage(values) for _ in range(self.copies)]
        if self.begin is not None:
            self.begin(storages[0])
        for node in self.nodes(storages[0]):
            self.step(self._index[node], node, *(Thunk(node, cells, self.compute) for cells in storages))
        cells = storages[0]
        return [fresh(cells[v][0]) for v in self.fgraph.outputs]

    def storage(self, values=None):
        """{variable: its one-element list} for a call with these input values."""
        cells = dict(zip(self.fgraph.inputs, ([v] for v in values or [None] * len(self.fgraph.inputs))))
        for node in self.order:
            for v in (*node.inputs, *node.outputs):
                if v not in cells:
                    cells[v] = [v.data if isinstance(v, Constant) else None]
        for v in self.fgraph.outputs:
            if v not in cells:
                cells[v] = [v.data]
        return cells

    def nodes(self, cells):
        """The nodes to run, in order: all, or, beside an IfElse, those that are needed."""
        return needed_nodes(self.order, self.fgraph.outputs, lambda v: cells[v][0])
