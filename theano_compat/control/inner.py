"""A graph inside of an op (the step of a scan, the body of an OpFromGraph) as something that can be staged.

The machinery of `compile` that stages and runs graphs is imported late: an op that holds a program needs what runs programs.
"""
import numpy as np

from theano_compat.config import config
from theano_compat.control.ifelse import BranchesDiffer, choose_before
from theano_compat.control.views import may_bend_gradients
from theano_compat.graph import Constant, FunctionGraph
from theano_compat.graph.op import provides
from theano_compat.padding.sizes import Padded, plain


class InnerGraph:
    """The graph from `inputs` to `outputs`, rewritten by the optimizer of `mode`, and where its nodes run.

    `free`: inputs (as positions) whose values can be asked for before the op is traced; `static`: those whose values must be,
    as they decide shapes; `by_host`: whether the graph cannot be staged as a whole and only `program` runs it. `stops`: whether it
    has effects that must not be had once something failed.
    """

    def __init__(self, inputs, outputs, free, mode=None):
        self.fgraph, self._free = _rewritten(inputs, outputs, mode), free
        self._plan_nodes()

    def _plan_nodes(self):
        from theano_compat.compile.lower import XlaStep
        from theano_compat.compile.plan import Plan
        mine, free = self.fgraph.inputs, self._free
        self.plan = plan = Plan(self.fgraph)
        # what prints has to stop where a step fails, and a loop in XLA goes on to its end
        self.stops = self.can_fail and any(provides(node.op, "has_effect") for node in plan.order)
        self.static, self.by_host, self._program = (), bool(plan.host_nodes), None
        if plan.host_facts and not self.by_host:
            needed = leaves_of_facts(plan)
            self.by_host = not needed <= {mine[i] for i in free}
            self.static = tuple(i for i in free if mine[i] in needed)
            if not self.by_host:
                plan = Plan(self.fgraph, known=[mine[i] for i in self.static])
                self.by_host = bool(plan.host_facts)
        self.plan = plan
        if self.by_host:
            self.static = ()
            return
        trace_nodes = {n for n in plan.order if n.outputs[0] in plan.trace}
        self.step = XlaStep(plan.order, trace_nodes, self.fgraph.outputs, [], rules=True)

    @property
    def can_fail(self):
        """Whether some node states conditions."""
        return any(provides(node.op, "can_fail") for node in self.plan.order)

    @property
    def program(self):
        """The graph as a program of its own, with host steps where it needs them."""
        if self._program is None:
            # its own graph, which it may change
            self._program = as_program(FunctionGraph(self.fgraph.inputs, self.fgraph.outputs, clone=True))
        return self._program

    @property
    def nodes(self):
        """The nodes that are staged outside of any branch."""
        return self.plan.order if self.step.places is None else self.step.places.inside.get((), ())

    def stage(self, nodes, env, pullbacks, facts=None):
        """Stage `nodes` into `env` {variable: value}."""
        from theano_compat.compile.lower import run_nodes
        try:
            run_nodes(self.step, nodes, facts or {}, env, pullbacks)
        except BranchesDiffer as e:
            self.settle(e)
            raise

    def settle(self, found):
        """Plan anew after BranchesDiffer `found`: its node, here or further inside, is chosen between before it is staged."""
        if not found.settled:
            choose_before(self.fgraph, found.node)
            found.settled = True
        self._plan_nodes()

    def results(self, env):
        """The outputs' values in `env`, with the dtypes that the graph states."""
        import jax.numpy as jnp
        found = []
        for v in self.fgraph.outputs:
            value = env[v] if v in env else v.data
            array = jnp.asarray(plain(value), dtype=getattr(v.type, "dtype", None))
            found.append(Padded(array, value.sizes) if isinstance(value, Padded) else array)
        return found


def hoisted(places, order, still):
    """Those of the nodes `order` that need nothing but the variables `still`, which do not change from step to step.

    What stands in a branch (`places`) stays there, and a barrier that clips gradients clips those of each step.
    """
    path = {} if places is None else places.path
    still, found = set(still), []
    for node in order:
        if path.get(node, ()) == () and all(v in still or isinstance(v, Constant) for v in node.inputs) and not may_bend_gradients(node.op):
            found.append(node)
            still.update(node.outputs)
    return found


def as_program(fgraph):
    """`fgraph` as a program that can be called on values."""
    from theano_compat.compile.program import Program
    return Program(fgraph)


def _rewritten(inputs, outputs, mode):
    from theano_compat.compile.modes import Query, get_mode
    from theano_compat.rewrite import rewrite_graph
    fgraph = FunctionGraph(inputs, outputs, clone=True)
    optimizer = get_mode(mode)._optimizer
    if isinstance(optimizer, Query):
        # the graph may yet be differentiated: what only derivatives see has to stay, whoever would take it out
        fgraph.keeps_gradients = True
        with config.change_flags(compute_test_value=config.compute_test_value_opt):
            rewrite_graph(fgraph, optimizer.excluding("local_remove_gradient_views", "inline_ofg_expansion",
                                                      "scan_last_states", "local_max_and_argmax"))
    return fgraph


def leaves_of_facts(plan):
    """What decides the facts that cannot be known from shapes: inputs, and outputs of nodes that do real work."""
    from theano_compat.compile.plan import is_cheap
    found, seen = set(), set()
    todo = [node.inputs[i] for node in plan.host_facts for i in node.op.fact_inputs(node)[0]]
    while todo:
        v = todo.pop()
        if v in seen or plan.is_trace(v):
            continue
        seen.add(v)
        if v.owner is None or not is_cheap(v.owner):
            found.add(v)
        elif not provides(v.owner.op, "shape_only"):
            todo.extend(v.owner.inputs)
    return found


def frozen(value):
    """An array as something to compare by value."""
    value = np.asarray(value)
    return str(value.dtype), value.shape, value.tobytes()


def thawed(fact):
    """The array of `frozen`."""
    dtype, shape, data = fact
    return np.frombuffer(data, dtype=dtype).reshape(shape).copy()
