"""Conditions that only a running program can decide: an index within bounds, an assertion.

An op's `lower` calls `check`; the engine that runs the program opens a `collecting()` block, gets every condition as a
value beside the outputs, and raises when one is false. Nothing here knows how programs run.
"""
import contextlib
import threading

import numpy as np

_state = threading.local()


class Check:
    """One condition: `ok` (a bool scalar, traced or not), the node it guards, and the error when it is false."""

    __slots__ = ("ok", "node", "exc_class", "message")

    def __init__(self, ok, node, exc_class, message):
        self.ok = ok
        self.node = node
        self.exc_class = exc_class
        self.message = message


@contextlib.contextmanager
def collecting():
    """Collect the checks made inside the block in the list it gives."""
    before = getattr(_state, "sink", None)
    _state.sink = sink = []
    try:
        yield sink
    finally:
        _state.sink = before


def check(ok, node, exc_class, message):
    """State that `ok` must hold, else the call fails with `exc_class(message)` and changes nothing.

    A condition that is known already (a Python or NumPy bool) raises at once. Outside a `collecting` block traced
    conditions are dropped: only abstract evaluation runs there.
    """
    if isinstance(ok, (bool, np.bool_, np.ndarray)):
        if not np.all(ok):
            raise exc_class(message)
        return
    sink = getattr(_state, "sink", None)
    if sink is not None:
        sink.append(Check(ok, node, exc_class, message))
