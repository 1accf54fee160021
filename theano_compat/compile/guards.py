"""Indices that are checked on the host before a program runs, so that nothing in it can fail and state is updated in place.

An op whose only way to fail is an index out of bounds says where its indices are: `unsafe_indices(node)` gives
(position of the indexed array, axis, position of the index) among the node's inputs. Other ops with `can_fail` keep the
old state alive until their flags are read (`graph.checks`), or have it selected by the program (`keeping`).
"""
import numpy as np

from theano_compat.graph.checks import Check
from theano_compat.graph.op import provides
from theano_compat.graph.variable import Constant


class CheckFailed(Exception):
    """A condition of a program was false: carries the graph.checks.Check.

    `kept`: {input: array} of state whose buffer the program took over, and gave back with the old values.
    """

    def __init__(self, check, kept=None):
        Exception.__init__(self, check.message)
        self.check = check
        self.kept = kept or {}


def guards_of(nodes, inputs, is_trace, lazy=()):
    """The guards of `nodes` over a program's `inputs`, or None when some node can fail in a way they do not cover.

    `is_trace`: whether a variable is known while tracing; such an index fails then, before anything runs. `lazy`: nodes that only a
    branch needs, whose indices may be anything where it is not taken.
    """
    position = {v: i for i, v in enumerate(inputs)}
    guards = {}
    for node in nodes:
        if not provides(node.op, "can_fail"):
            continue
        if not provides(node.op, "unsafe_indices") or node in lazy:
            return None
        for array, axis, index in node.op.unsafe_indices(node):
            array, index = node.inputs[array], _tensor(node.inputs[index])
            if isinstance(index, Constant) or is_trace(index):
                continue
            if array not in position or index not in position:
                return None
            guards[position[array], axis, position[index]] = node
    return guards


def _tensor(v):
    """The variable without dimensions that a scalar is read from."""
    if v.owner is not None and type(v.owner.op).__name__ == "ScalarFromTensor":
        return v.owner.inputs[0]
    return v


def failed_guard(guards, values):
    """The Check of the first guard that the inputs' `values` break, or None."""
    for (array, axis, index), node in guards.items():
        n, index = np.shape(values[array])[axis], np.asarray(values[index])
        if index.size and (index.min() < -n or index.max() >= n):
            return Check(False, node, IndexError, "index out of bounds")
    return None
