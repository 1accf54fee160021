"""Where programs run: what `config.device` asks for among the devices that JAX has, and the state of JAX during a call.

Nothing here happens at import; JAX's backend starts at the first compilation.
"""
import warnings
from functools import cache, partial

import numpy as np

from theano_compat.compile import diskcache, forked
from theano_compat.config import config

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
        # Calls are synchronous anyway; without this each one pays for a hand-over to another thread.
        jax.config.update("jax_cpu_enable_async_dispatch", False)
        device = chosen_device()
        _session = partial(jax.enable_x64, True) if device is None else partial(_OnDevice, jax, device)
    return _session


def chosen_device():
    """The JAX device that `config.device` names, or None where JAX's own choice is right.

    `gpuN` and `cudaN` are accelerator N; without one the CPU is used and that is said once, or, under
    `force_device`, a RuntimeError. `cpu` counts when it was asked for; by default JAX chooses.
    """
    import jax
    name = config.device
    accelerators = [d for d in jax.local_devices() if d.platform != "cpu"]
    if not name.startswith(("gpu", "cuda", "opencl")):
        asked = not type(config).device.is_default
        return jax.devices("cpu")[0] if asked and accelerators else None
    if not accelerators:
        message = "device=%s was asked for, but JAX finds no accelerator on this machine" % name
        if config.force_device:
            raise RuntimeError(message + " (force_device=True)")
        warnings.warn(message + "; computing on the CPU", stacklevel=2)
        return None
    number = name.lstrip("abcdefghijklmnopqrstuvwxyz:")
    index = int(number.split(":")[0]) if number.split(":")[0].isdigit() else 0
    if index >= len(accelerators):
        raise RuntimeError("device=%s was asked for, but JAX has only %s" % (name, accelerators))
    return accelerators[index]


def runs_on_cpu():
    """Whether programs run on the CPU, which reads NumPy's memory."""
    import jax
    return (chosen_device() or jax.local_devices()[0]).platform == "cpu"


@cache
def start():
    """Start JAX's backend, which takes a second that no call should be blamed for."""
    to_device(np.zeros(()))


def to_device(array):
    """`array` where programs run."""
    import jax
    with session()():
        return jax.device_put(array)
