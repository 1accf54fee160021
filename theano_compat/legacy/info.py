"""What `python -m theano_compat info` prints. Asking for the devices starts JAX's backend, so nothing else calls this."""

import importlib.metadata
import platform

from theano_compat.legacy import version


def _installed(distribution):
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def _rows():
    import jax

    from theano_compat.config import THEANO_FLAGS, config_files
    from theano_compat.config import config as flags
    from theano_compat.config.params import _config_var_list

    yield "theano_compat", _installed("theano-compat")
    yield "Theano reproduced", version.version
    yield "Python", platform.python_version()
    for name in ("jax", "jaxlib", "numpy", "scipy", "fissix"):
        yield name, _installed(name)
    yield "devices", ", ".join(f"{device.platform}:{device.id} ({device.device_kind})" for device in jax.devices())
    yield "THEANO_FLAGS", THEANO_FLAGS or "(not set)"
    yield "configuration files", ", ".join(config_files)
    for name in ("floatX", "device", "mode"):
        yield f"config.{name}", getattr(flags, name)
    for param in _config_var_list:
        if not param.is_default and param.fullname not in ("floatX", "device", "mode"):
            yield f"config.{param.fullname}", param.__get__(True, None)


def report():
    """Versions, devices and the flags in force (the three that matter most, and every one that was set), a line each."""
    rows = list(_rows())
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:<{width}}  {value}" for name, value in rows)
