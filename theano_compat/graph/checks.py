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
def collecting(held=None):
    """Collect the checks made inside the block in the list it gives. `held`: whether all held that came before, for `holding`."""
    before = getattr(_state, "sink", None), getattr(_state, "held", None)
    sink = []
    _state.sink, _state.held = sink, held
    try:
        yield sink
    finally:
        _state.sink, _state.held = before


def holding():
    """Whether all conditions hold that were collected so far, as one value; None where there are none."""
    found = getattr(_state, "held", None)
    for c in getattr(_state, "sink", None) or ():
        ok = c.ok.all()
        found = ok if found is None else found & ok
    return found


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


def state_again(checks, flags):
    """State the conditions `checks`, collected inside of what was transformed, outside of it: `flags` are their values there."""
    for c, ok in zip(checks, flags):
        check(ok, c.node, c.exc_class, c.message)
