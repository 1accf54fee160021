"""Python's search for cyclic garbage waits while a function or a gradient is made: it would go through the graph again and again.

Of the time of a function of 1,800 nodes it took a third.
"""
import gc
from contextlib import contextmanager


@contextmanager
def uncollected():
    """A context in which no cyclic garbage is looked for; where the program has turned that off, it stays off.

    Not as a decorator: its frame would stand between the user's line and the node that is made.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
