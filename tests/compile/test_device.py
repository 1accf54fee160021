"""config.device: an accelerator that is not there is said once, or is an error under force_device."""
import os
import subprocess
import sys

import jax
import pytest

PROGRAM = """
import warnings
import theano, theano.tensor as T
x = T.dscalar("x")
with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    print(theano.function([x], x * 2)(3.0), theano.function([x], x + 1)(3.0))
print([str(w.message) for w in told if "accelerator" in str(w.message)])
"""


def _run(flags):
    return subprocess.run([sys.executable, "-c", PROGRAM], env={**os.environ, "THEANO_FLAGS": flags},
                          capture_output=True, text=True, timeout=120)


@pytest.mark.skipif(jax.default_backend() != "cpu", reason="needs a machine without accelerator")
class TestWithoutAccelerator:
    def test_an_old_gpu_flag_computes_on_the_cpu_and_says_so_once(self):
        done = _run("device=gpu0,floatX=float32")
        assert done.returncode == 0, done.stderr
        numbers, told = done.stdout.splitlines()
        assert numbers == "6.0 4.0"
        assert told.count("device=gpu0 was asked for") == 1

    def test_force_device_makes_it_an_error(self):
        done = _run("device=cuda,force_device=True")
        assert done.returncode != 0
        assert "RuntimeError: device=cuda was asked for" in done.stderr

    def test_the_cpu_needs_no_word(self):
        assert _run("device=cpu").stdout.splitlines() == ["6.0 4.0", "[]"]


ON_THE_CPU = """
import jax, numpy as np
import theano, theano.tensor as T
x = theano.shared(np.random.RandomState(0).rand(50).astype("float32"))
total = theano.shared(np.zeros(50, "float32"))
theano.function([], [], updates=[(total, T.cumsum(x))])()
print(jax.devices()[0].platform, total.container.storage[0].devices())
print(total.get_value().tobytes() == np.cumsum(x.get_value()).tobytes())
"""


@pytest.mark.skipif(jax.default_backend() == "cpu", reason="needs an accelerator")
def test_the_cpu_is_used_where_it_is_asked_for_and_in_its_own_way():
    done = subprocess.run([sys.executable, "-c", ON_THE_CPU], env={**os.environ, "THEANO_FLAGS": "device=cpu"},
                          capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    devices, in_order = done.stdout.splitlines()
    assert not devices.startswith("cpu") and "Cpu" in devices.partition(" ")[2]
    assert in_order == "True"


STARTS = {
    "a function": "theano.function([x], x[x > 0].sum())([1.0])",
    "a shared variable": "theano.function([], theano.shared(1.0) + 1)()",
    "a question for a GPU": "theano.sandbox.cuda.cuda_available",
    "a list of GPUs": "theano.gpuarray.list_contexts()",
}


@pytest.mark.parametrize("how", list(STARTS))
def test_the_backend_starts_with_calls_that_hand_nothing_over(python, how):
    """Whoever starts it: JAX reads the flag then."""
    done = python("""
import jax
started = []
def watched(f):
    def asked(*args, **kwargs):
        started.append(jax.config.read("jax_cpu_enable_async_dispatch"))
        return f(*args, **kwargs)
    return asked
for name in ("devices", "local_devices", "default_backend", "device_put", "jit"):
    setattr(jax, name, watched(getattr(jax, name)))
import theano, theano.sandbox.cuda, theano.gpuarray, theano.tensor as T
assert not started, "importing asks for no device"
x = T.dvector("x")
%s
print(started[:1])
""" % STARTS[how])
    assert done.stdout.split() == ["[False]"]
