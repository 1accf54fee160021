"""Where each node of a program runs: while tracing, on the host, or in XLA, and in how many steps.

XLA needs static shapes and Theano programs do not have them. An op that needs something static says so by `facts`; the
plan finds for every fact the earliest moment at which it can be known:

- a *trace* variable is known while tracing: a constant, a shape, or cheap arithmetic on those;
- a *host* value can be computed in Python from the call's arguments before a step begins;
- what XLA itself computes first is read back after its step, and the next step begins.

Steps alternate: host step 0, XLA step 0, host step 1, XLA step 1, ... Most programs have XLA step 0 alone, or a tiny
host step before it. The plan holds no values; `program` runs it.
"""
from theano_compat.graph.op import has_own_thunk, has_perform, provides, runs_on_host_only
from theano_compat.graph.utils import MethodNotDefined
from theano_compat.graph.variable import Constant
from theano_compat.scalar.in_c import refuse_unread

_SMALL_CONSTANT = 1024


class Plan:
    """Steps for a FunctionGraph: `host[k]` (instructions) before `xla[k]` (nodes)."""

    def __init__(self, fgraph, known=()):
        self.fgraph = fgraph
        self.order = fgraph.toposort()
        self.trace = set(known)   # variables known while tracing; inputs among them if the caller says so
        self.stage_of = {}        # XLA or host-only node -> stage
        self.host_nodes = set()   # nodes that run on the host alone
        self.host_facts = {}      # node -> stage of the host step that computes its facts
        self._host_stage = {}
        self._shape_stage = {}
        for node in self.order:
            self._place(node)
        self._collect()

    # -- where a node runs

    def is_trace(self, v):
        """Whether `v` is known while its step is traced."""
        return v in self.trace or isinstance(v, Constant)

    def _place(self, node):
        op = node.op
        alone = runs_on_host_only(op)
        if alone:
            refuse_without_meaning(op)
        if alone or any(hasattr(v.type, "format") for v in node.inputs):  # a sparse matrix is no array for XLA
            self.host_nodes.add(node)
            self.stage_of[node] = max((self.host_stage(v) for v in node.inputs), default=0)
            return
        if self._runs_while_tracing(node):
            self.trace.update(node.outputs)
            return
        stage = max((self._array_stage(v) for v in node.inputs), default=0)
        if provides(op, "facts"):
            value_idx, shape_idx = op.fact_inputs(node)
            dynamic = [node.inputs[i] for i in value_idx if not self.is_trace(node.inputs[i])]
            if dynamic:
                # facts come from the host: everything that they read must be known there
                needed = [self.host_stage(node.inputs[i]) for i in value_idx]
                needed += [self.shape_stage(node.inputs[i]) for i in shape_idx]
                stage = max([stage, *needed])
                self.host_facts[node] = stage
        self.stage_of[node] = stage

    def _runs_while_tracing(self, node):
        if provides(node.op, "shape_only"):
            return True
        return (all(v in self.trace or (isinstance(v, Constant) and _small(v)) for v in node.inputs)
                and bool(node.inputs) and is_cheap(node) and _few_numbers(node))

    def _array_stage(self, v):
        """The first XLA step that may use `v` as an array."""
        node = v.owner
        if node is None or v in self.trace:
            return 0 if node is None else self._trace_stage(v)
        return self.stage_of[node]

    def _trace_stage(self, v):
        """A trace variable is known in the step where the arrays whose shapes it reads are."""
        return max((self._array_stage(x) for x in v.owner.inputs), default=0)

    def host_stage(self, v):
        """The first host step in which the value of `v` can be had."""
        if v not in self._host_stage:
            self._fill_host_stages(v)
        return self._host_stage[v]

    def _fill_host_stages(self, root):
        todo = [root]
        while todo:
            v = todo[-1]
            node = v.owner
            if v in self._host_stage:
                todo.pop()
            elif node is None:
                self._host_stage[v] = 0
            elif node in self.host_nodes:
                self._host_stage[v] = self.stage_of[node]
            elif provides(node.op, "shape_only"):
                self._host_stage[v] = self.shape_stage(node.inputs[0])
            elif is_cheap(node):
                missing = [x for x in node.inputs if x not in self._host_stage]
                if missing:
                    todo.extend(missing)
                else:
                    self._host_stage[v] = max((self._host_stage[x] for x in node.inputs), default=0)
            else:
                self._host_stage[v] = self.stage_of[node] + 1

    def shape_stage(self, v):
        """The first host step in which the shape of `v` can be inferred."""
        todo = [v]
        while todo:
            x = todo[-1]
            node = x.owner
            if x in self._shape_stage:
                todo.pop()
            elif node is None:
                self._shape_stage[x] = 0
            elif node in self.host_nodes:
                self._shape_stage[x] = self.stage_of[node]
            elif x in self.trace:
                self._shape_stage[x] = self.host_stage(x)
            else:
                missing = [i for i in node.inputs if i not in self._shape_stage]
                if missing:
                    todo.extend(missing)
                    continue
                facts = self._facts_stage(node)
                self._shape_stage[x] = max([facts, *(self._shape_stage[i] for i in node.inputs)])
        return self._shape_stage[v]

    def _facts_stage(self, node):
        if not provides(node.op, "facts"):
            return 0
        value_idx, _ = node.op.fact_inputs(node)
        return max((self.host_stage(node.inputs[i]) for i in value_idx), default=0)

    # -- what each step does

    def _collect(self):
        """From the outputs backwards: which values, shapes and facts are needed, in which step."""
        self.need_host, self.need_shape, self.need_facts = {}, {}, {}
        self.xla_nodes = set()
        self._todo = []
        for v in self.fgraph.outputs:
            if v.owner is not None and (v in self.trace or v.owner in self.host_nodes):
                self._want_host(v)
            else:
                self._want_array(v)
        while self._todo:
            self._todo.pop()()
        self.stages = 1 + max([0, *(self.stage_of[n] for n in self.xla_nodes),
                               *self.need_host.values(), *self.need_facts.values()])

    def _later(self, method, *args):
        self._todo.append(lambda: method(*args))

    def _want_array(self, v):
        node = v.owner
        if node is None or node in self.xla_nodes:
            return
        if node in self.host_nodes:
            self._want_host(v)
            return
        if v in self.trace:
            self.xla_nodes.add(node)
            self.stage_of.setdefault(node, self._trace_stage(v))
        else:
            self.xla_nodes.add(node)
            if node in self.host_facts:
                self._want_facts(node)
        for x in node.inputs:
            self._later(self._want_array, x)

    def _want_host(self, v):
        node = v.owner
        if node is None or v in self.need_host:
            return
        stage = self.host_stage(v)
        for out in node.outputs:
            self.need_host[out] = stage
        if node in self.host_nodes:
            for x in node.inputs:
                self._later(self._want_host, x)
        elif provides(node.op, "shape_only"):
            self._later(self._want_shape, node.inputs[0])
        elif is_cheap(node):
            for x in node.inputs:
                self._later(self._want_host, x)
        else:
            self._later(self._want_array, v)

    def _want_facts(self, node):
        if node in self.need_facts:
            return
        value_idx, shape_idx = node.op.fact_inputs(node)
        self.need_facts[node] = max([self._facts_stage(node), *(self.shape_stage(node.inputs[i]) for i in shape_idx)])
        for i in value_idx:
            self._later(self._want_host, node.inputs[i])
        for i in shape_idx:
            self._later(self._want_shape, node.inputs[i])

    def _want_shape(self, v):
        node = v.owner
        if node is None or v in self.need_shape or not hasattr(v.type, "ndim"):  # a slice has no shape
            return
        if node in self.host_nodes or v in self.trace:
            self._want_host(v)
            return
        stage = self.shape_stage(v)
        for out in node.outputs:
            self.need_shape[out] = stage
        if provides(node.op, "facts"):
            self._want_facts(node)
        for x in node.inputs:
            self._later(self._want_shape, x)


def refuse_without_meaning(op):
    """Raises MethodNotDefined for an op that nothing here can run, such as one that is written in C alone."""
    refuse_unread(getattr(op, "scalar_op", op))
    if provides(op, "lower") or has_perform(op) or has_own_thunk(op) or provides(op, "host"):
        return
    known = "c_code, and there is no C compiler here" if hasattr(op, "c_code") else "make_node"
    raise MethodNotDefined(
        "perform: the op %s says no more than %s. HINT: write `def perform(self, node, inputs, output_storage)` in its class, which "
        "puts NumPy arrays into output_storage[i][0], or `def lower(self, node, *values)`, which returns the outputs in JAX."
        % (op, known))


def _small(v):
    return getattr(v.data, "size", 1) <= _SMALL_CONSTANT


def _few_numbers(node):
    return all(getattr(v.type, "ndim", 0) <= 1 for v in (*node.inputs, *node.outputs))


def is_cheap(node):
    """Whether a node may be computed again in Python: short integer vectors and scalars, not real work."""
    op = node.op
    if provides(op, "shape_only"):
        return True
    if provides(op, "has_effect"):
        return False
    if not (provides(op, "host") or has_perform(op) or provides(op, "trace_cheap")):
        return False
    return _few_numbers(node) and all(_exact(v) for v in (*node.inputs, *node.outputs))


def _exact(v):
    """Integers and booleans of any short shape; floats only as scalars."""
    dtype = getattr(v.type, "dtype", None)
    if dtype is None:
        return not hasattr(v.type, "ndim")
    if dtype.startswith(("int", "uint", "bool")):
        return True
    return getattr(v.type, "ndim", 0) == 0
