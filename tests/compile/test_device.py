"""config.device: an accelerator that is not there is said once, or is an error under force_device."""
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
    return subprocess.run([sys.executable, "-c", PROGRAM], env={**__import__("os").environ, "THEANO_FLAGS": flags},
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
