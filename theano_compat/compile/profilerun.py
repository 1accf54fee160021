"""A run that times each node: what `profile=True` makes of a function.

Nodes run one by one, each compiled by itself, so that there is a time to tell; the one program of an unprofiled function is faster.
"""
import time

import numpy as np

from theano_compat.compile.nodewise import Compute, NodeWise
from theano_compat.config import config
from theano_compat.graph.op import provides
from theano_compat.graph.walk import io_toposort


class TimedRun(NodeWise):
    """Callable on input values; adds times, counts, shapes and sizes to `stats`, a ProfileStats."""

    def __init__(self, fgraph, stats):
        NodeWise.__init__(self, fgraph, self._step, compute=Compute(eager_calls=0))
        self.stats = stats
        self._seen = set()
        stats.graphs[fgraph] = self.order

    def _step(self, i, node, thunk):
        stats = self.stats
        started = time.perf_counter()
        thunk()
        spent = time.perf_counter() - started
        key = (node, *(np.shape(cell[0]) for cell in thunk.inputs if isinstance(cell[0], np.ndarray)))
        if key not in self._seen:
            self._seen.add(key)
            if self.compute.compiled(node) and not _prints(node.op):
                # the first run of a shape compiled it: the second tells the time, the difference is compilation
                first = spent
                started = time.perf_counter()
                thunk()
                spent = time.perf_counter() - started
                extra = max(0.0, first - spent)
                stats.note_compilation(extra, first)
                stats.linker_make_thunk_time[node] = stats.linker_make_thunk_time.get(node, 0.0) + extra
        stats.apply_time[node] = stats.apply_time.get(node, 0.0) + spent
        stats.apply_callcount[node] = stats.apply_callcount.get(node, 0) + 1
        stats.apply_cimpl[node] = self.compute.compiled(node)
        if config.profile_memory:
            self._note_sizes(node, thunk)

    def _note_sizes(self, node, thunk):
        for v, (value,) in zip((*node.inputs, *node.outputs), (*thunk.inputs, *thunk.outputs)):
            self.stats.variable_shape[v] = getattr(value, "shape", "no shape")
            self.stats.variable_strides[v] = getattr(value, "strides", "no strides")
            self.stats.output_size[v] = getattr(value, "nbytes", 0)


def _prints(op):
    """Whether `op` prints, or stops to be looked at, or what it holds does: it may not be run a second time for the clock."""
    if provides(op, "has_effect"):
        return True
    for inputs, outputs in ((getattr(op, "inputs", None), getattr(op, "outputs", None)),
                            (getattr(op, "local_inputs", None), getattr(op, "local_outputs", None))):
        if isinstance(inputs, (list, tuple)) and isinstance(outputs, (list, tuple)) and any(
                _prints(node.op) for node in io_toposort(list(inputs), list(outputs))):
            return True
    return False
