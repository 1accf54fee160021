"""Settings for the whole suite: strict promotion in JAX, CPU, both names of the package, repeatable random programs."""

import os

# In the environment rather than by jax.config: the tests that start a fresh Python want them too.
os.environ["JAX_NUMPY_DTYPE_PROMOTION"] = "strict"
os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("JAX_ENABLE_COMPILATION_CACHE", "false")  # what a test compiles, it compiles itself

import importlib  # noqa: E402
import subprocess  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402

import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

import theano_compat  # noqa: E402, F401  (from the checkout, whatever is installed)

ROOT = Path(__file__).resolve().parent.parent

settings.register_profile("theano_compat", deadline=None, derandomize=True)
settings.load_profile("theano_compat")


def pytest_configure(config):
    config.addinivalue_line("markers", "cpu(reason): holds on the CPU alone; run with JAX_PLATFORMS=cuda,cpu, the suite leaves it out")


def _leave_out_what_holds_on_the_cpu_alone(items):
    if os.environ["JAX_PLATFORMS"] == "cpu":
        return
    import jax
    if jax.default_backend() != "cpu":
        for item in items:
            for marker in item.iter_markers("cpu"):
                item.add_marker(pytest.mark.skip(reason=marker.args[0]))


def pytest_collection_modifyitems(items):
    """The few seconds that prove the main job come first; what fails there explains the rest. Then what takes long, so that no worker ends
    with that while the others wait."""
    _leave_out_what_holds_on_the_cpu_alone(items)
    order = ["test_tiny.py", "test_examples.py", "test_programs.py"]
    items.sort(key=lambda item: order.index(item.path.name) if item.path.name in order else len(order))


@pytest.fixture(params=["theano", "theano_compat"])
def theano(request):
    """The package by each of its names; what holds for one holds for the other."""
    return importlib.import_module(request.param)


@pytest.fixture
def python(tmp_path):
    """Run code, or `python ARGUMENTS`, in a fresh interpreter started in an empty folder."""

    def run(code=None, *arguments, cwd=tmp_path, check=True, **environment):
        # The package itself is found where the tests found it, installed or not.
        path = os.pathsep.join(filter(None, [environment.pop("PYTHONPATH", ""), str(ROOT)]))
        command = [sys.executable, *(["-c", code] if code is not None else []), *map(str, arguments)]
        done = subprocess.run(
            command, cwd=cwd, env=os.environ | {"PYTHONPATH": path} | environment, capture_output=True, text=True, timeout=120
        )
        if check:
            assert done.returncode == 0, done.stderr
        return done

    return run
