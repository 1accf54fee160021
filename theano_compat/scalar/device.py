"""Where programs run: the device that `config.device` asks for among those that JAX has.

It is here because this is the innermost room that knows JAX: which form of an op is fastest depends on it. Nothing happens at import.
"""
import warnings
from functools import cache

from theano_compat.config import config

# What XLA's compiler for GPUs leaves out: that it copies the rows a loop writes instead of having a kernel write them. With JAX 0.11.2
# on an H200 the first row that a loop kept for its derivative was lost: gradients of an Elman network were NaN in nearly all runs, without
# the last of these passes in one of seven. The others prepare what it works on (xla issue 41348 has such NaNs too).
_LEFT_OUT = ("dynamic-slice-annotator,dynamic-slice-fusion-rewriter-v2,fusion-dynamic-memcpy-rewriter,"
             "dynamic-slice-copy-fusion-async-wrapper")


def before_the_backend():
    """What JAX has to know before its backend starts, which any question for devices makes it do; later it has no effect.

    Calls are synchronous anyway; without this each one pays for a hand-over to another thread, twice the time of a small call.
    """
    import jax
    jax.config.update("jax_cpu_enable_async_dispatch", False)


@cache
def chosen_device():
    """The JAX device that `config.device` names, or None where JAX's own choice is right.

    `gpuN` and `cudaN` are accelerator N; without one the CPU is used and that is said once, or, under
    `force_device`, a RuntimeError. `cpu` counts when it was asked for; by default JAX chooses.
    """
    import jax
    before_the_backend()
    name = config.device
    accelerators = [d for d in jax.local_devices() if d.platform != "cpu"]
    if not name.startswith(("gpu", "cuda", "opencl")):
        asked = not type(config).device.is_default
        return jax.devices("cpu")[0] if asked and accelerators else None
    if not accelerators:
        message = "device=%s was asked for, but JAX finds no accelerator on this machine" % name
        if config.force_device:
            raise RuntimeError(message + " (force_device=True)")
        warnings.warn(message + "; computing on the CPU", stacklevel=3)
        return None
    number = name.lstrip("abcdefghijklmnopqrstuvwxyz:")
    index = int(number.split(":")[0]) if number.split(":")[0].isdigit() else 0
    if index >= len(accelerators):
        raise RuntimeError("device=%s was asked for, but JAX has only %s" % (name, accelerators))
    return accelerators[index]


def runs_on_cpu():
    """Whether programs run on the CPU, on a machine that may have an accelerator too."""
    import jax
    device = chosen_device() or jax.config.jax_default_device or jax.local_devices()[0]
    return getattr(device, "platform", device) == "cpu"  # JAX takes a platform's name for its first device


def jitted(f, **options):
    """`jax.jit(f, **options)`, for outermost calls, without the passes of XLA that give wrong numbers on the device where programs run."""
    import jax
    if not runs_on_cpu():
        options["compiler_options"] = {"xla_disable_hlo_passes": _LEFT_OUT}
    return jax.jit(f, **options)
