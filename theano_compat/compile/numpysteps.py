"""Steps between XLA's that NumPy does: those that only move numbers, and those whose shapes the data decide, while they are new.

A program of XLA's is made for one shape, in a tenth of a second or more. How many elements a mask has is another number in each call:
compiled each time, a function would do nothing else. So such a step runs node by node in NumPy at first; a shape that comes again is
compiled, up to a number of programs.
"""
import numpy as np

from theano_compat.compile.evaluate import NodeError, evaluate_node
from theano_compat.graph.op import provides

_TIMES = 2  # how often a shape runs in NumPy before it is compiled
_PROGRAMS = 16  # how many shapes of a step are compiled


def run_in_numpy(step, state):
    """Compute the outputs of all nodes of `step` into `state.env`."""
    for node in step.nodes:
        values = [state.value(v) for v in node.inputs]
        try:
            state.env.update(zip(node.outputs, evaluate_node(node, values)))
        except Exception as e:
            raise NodeError(node, None, e) from e


class MovingStep:
    """A step between steps on the host whose nodes only move numbers."""

    def __init__(self, step):
        self.step = step

    @staticmethod
    def suits(step):
        """Whether `step` is such a step."""
        return all(n in step.trace_nodes or n.op.moves_only for n in step.nodes)

    def run(self, state):
        """Compute the step's outputs into `state.env`."""
        run_in_numpy(self.step, state)


class NewShapes:
    """Says of each call of a step whether its shapes are so new that NumPy should run it."""

    def __init__(self):
        self._met, self._compiled = {}, set()

    @staticmethod
    def suits(step, plan, stage):
        """Whether data decide shapes in `step`, and NumPy knows all of its ops."""
        sized = any(v.owner in plan.host_nodes and v.owner.op.sized_by_data for v in step.inputs)
        return (sized or bool(stage and step.keyed)) and step.places is None and all(
            n in step.trace_nodes or provides(n.op, "host") for n in step.nodes)

    def are_in(self, args, facts):
        """Whether NumPy should run the call with these arguments and facts."""
        key = tuple(map(np.shape, args)), facts
        if key in self._compiled:
            return False
        if len(self._met) > 10000:
            self._met.clear()
        self._met[key] = times = self._met.get(key, 0) + 1
        if times > _TIMES and len(self._compiled) < _PROGRAMS:
            self._compiled.add(key)
            return False
        return True
