"""The state of JAX during a call: 64-bit numbers, and the device that `scalar.device` found.

Nothing here happens at import; JAX's backend starts at the first compilation.
"""
from functools import cache, partial

import numpy as np

from theano_compat.compile import diskcache, forked
from theano_compat.scalar.device import chosen_device

_session = None


class _OnDevice:
    """64-bit numbers and a default device for the duration of a call."""

    __slots__ = ("_x64", "_device")

    def __init__(self, jax, device):
        self._x64 = jax.enable_x64(True)
        self._device = jax.default_device(device)

    def __enter__(self):
        self._x64.__enter__()
        self._device.__enter__()

    def __exit__(self, *exc):
        self._device.__exit__(*exc)
        self._x64.__exit__(*exc)


def session():
    """A function giving the context in which calls are traced and run: 64-bit numbers on, for this thread only."""
    global _session
    forked.refuse()
    if _session is None:
        import jax
        forked.watch()
        diskcache.start()
        device = chosen_device()
        _session = partial(jax.enable_x64, True) if device is None else partial(_OnDevice, jax, device)
    return _session


@cache
def start():
    """Start JAX's backend, which takes a second that no call should be blamed for."""
    to_device(np.zeros(()))


def to_device(array):
    """`array` where programs run."""
    import jax
    with session()():
        return jax.device_put(array)
