"""Importing JAX leaves NumPy's global generator where it was.

JAX 0.10 draws five numbers from it while it is imported (a default argument in its Kubernetes module). We import JAX late, so
a program that seeds NumPy first would get other numbers after its first call than it got with Theano.
"""
import sys


class _Loader:
    """JAX's own loader, with the state of NumPy's generator kept around it."""

    def __init__(self, inner):
        self._inner = inner

    def __getattr__(self, name):
        return getattr(self._inner, name)

    def create_module(self, spec):
        return self._inner.create_module(spec)

    def exec_module(self, module):
        import numpy as np

        module.__loader__ = module.__spec__.loader = self._inner
        state = np.random.get_state()
        try:
            self._inner.exec_module(module)
        finally:
            np.random.set_state(state)


class Finder:
    """A meta-path entry for the one name `jax`; who finds it is not changed."""

    def find_spec(self, fullname, path=None, target=None):
        if fullname != "jax":
            return None
        for entry in sys.meta_path:
            spec = None if entry is self or not hasattr(entry, "find_spec") else entry.find_spec(fullname, path, target)
            if spec is not None:
                if hasattr(spec.loader, "exec_module"):
                    spec.loader = _Loader(spec.loader)
                return spec
        return None


def install():
    """Stand before the finders that know where JAX is, unless it is imported already."""
    if "jax" not in sys.modules and not any(isinstance(entry, Finder) for entry in sys.meta_path):
        sys.meta_path.insert(0, Finder())
