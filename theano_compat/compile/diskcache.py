"""Compiled programs on disk, under `config.base_compiledir`: JAX's persistent cache in a folder for this jaxlib and this processor.

JAX writes, reads and refuses entries; there is no lock, and an entry that cannot be used is never an error. A cache folder that the
program or JAX_COMPILATION_CACHE_DIR chose is left as it is; JAX_ENABLE_COMPILATION_CACHE=false switches all of it off.
"""
import hashlib
import os
import platform
import shutil

from theano_compat.config import config

_MIN_SECONDS = 0.2  # what compiles faster is not worth a file


def root():
    """The folder of all builds and processors."""
    return os.path.join(config.base_compiledir, "xla")


def directory():
    """The folder for this jaxlib and this processor: code for another one must not be loaded."""
    import jaxlib
    return os.path.join(root(), "jaxlib-%s-%s" % (jaxlib.__version__, _processor()))


def _processor():
    try:
        with open("/proc/cpuinfo") as f:
            lines = sorted({line for line in f if line.startswith(("model name", "flags", "Features", "CPU part"))})
    except OSError:
        lines = [platform.machine(), platform.processor()]
    return hashlib.sha256("".join(lines).encode()).hexdigest()[:12]


def start():
    """Tell JAX where to keep programs, unless somebody has; called before the first compilation."""
    import jax
    if jax.config.jax_compilation_cache_dir is not None or not jax.config.jax_enable_compilation_cache:
        return
    path = directory()
    try:
        os.makedirs(path, exist_ok=True)
    except OSError:
        return
    if os.access(path, os.W_OK | os.X_OK):
        jax.config.update("jax_compilation_cache_dir", path)
        jax.config.update("jax_persistent_cache_min_compile_time_secs", _MIN_SECONDS)


def entries():
    """{folder: (number of files, bytes)}."""
    found = {}
    for folder in sorted(os.listdir(root())) if os.path.isdir(root()) else ():
        path = os.path.join(root(), folder)
        sizes = [entry.stat().st_size for entry in os.scandir(path) if entry.is_file()] if os.path.isdir(path) else []
        found[path] = len(sizes), sum(sizes)
    return found


def remove(others_only=False):
    """Delete the folders, or those of other builds and processors; their paths."""
    mine = directory()
    gone = [path for path in entries() if not (others_only and path == mine)]
    for path in gone:
        shutil.rmtree(path, ignore_errors=True)
    return gone
