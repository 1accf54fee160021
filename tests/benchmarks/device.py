"""The examples and the programs of `programs` on an accelerator, compared with the CPU and with hand-written JAX: numbers and times.

Each device has processes of its own, for JAX chooses its backend once. Run as a module with the word `measure`, this file is such
a process: it prints what it measured as JSON.
"""
import json
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

_HERE = Path(__file__).resolve()
_ROOT = _HERE.parents[2]
_EXAMPLES = sorted((_ROOT / "examples" / "expected").glob("*.txt"))  # what each printed under the real Theano, below a line with its flags
_AT_ONCE = max(1, (os.cpu_count() or 1) // 2)  # examples, whose seconds are mostly those of compiling
_AGAINST_JAX = ("networks", "control")  # benchmarks that are run there as they are
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")


def _environment(device, flags):
    flags = ",".join(filter(None, [os.environ.get("THEANO_FLAGS", ""), flags, "device=" + device]))
    env = dict(os.environ, THEANO_FLAGS=flags, PYTHONPATH=str(_ROOT))
    if device == "cpu":
        env["JAX_PLATFORMS"] = "cpu"
    else:
        env.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")  # several processes share it
    return env


def _run(device, *words, flags=""):
    """(standard output, seconds) of Python with `words` on `device`. Raises RuntimeError with the end of what it said if it fails."""
    started = time.perf_counter()
    done = subprocess.run([sys.executable, *words], env=_environment(device, flags), cwd=_ROOT, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError("%s on %s failed:\n%s" % (" ".join(words), device, done.stderr[-3000:]))
    return done.stdout, time.perf_counter() - started


def measure():
    """Print {name: [least seconds a call, checksums after three calls]} as JSON."""
    from tests.benchmarks import programs
    table = {}
    for name, build in programs.PROGRAMS.items():
        run, arguments = build()
        results = [run(*arguments) for _ in range(3)]
        sums = [float(r) for r in results if np.size(r)]
        sums += [float(np.abs(s.get_value()).sum(dtype="float64")) for s in run.get_shared() if hasattr(s.get_value(), "sum")]
        table[name] = [programs.least(run, arguments, 1.0), sums]
    print(json.dumps(table))


def _accelerator():
    """The name of JAX's accelerator, or None."""
    import jax
    device = jax.devices()[0]
    return None if device.platform == "cpu" else "%s (%s)" % (device.device_kind, device.platform)


def _same(here, there, tolerance):
    return len(here) == len(there) and np.allclose(here, there, rtol=tolerance, atol=tolerance)


def _examples(device):
    """Rows (name, seconds there, seconds on the CPU, whether the printed numbers agree to 1e-4); several run at once."""
    def started(path, where):
        flags = path.read_text().split("\n", 1)[0].removeprefix("# THEANO_FLAGS=")
        return pool.submit(_run, where, "-m", "theano_compat", "run", "examples/%s.py" % path.stem, flags=flags)

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        runs = [[started(path, where) for where in (device, "cpu")] for path in _EXAMPLES]
        for path, both in zip(_EXAMPLES, runs):
            (printed, took), (expected, on_cpu) = (run.result() for run in both)
            numbers = [[float(n) for n in _NUMBER.findall(text)] for text in (printed, expected)]
            yield "example " + path.stem, took, on_cpu, _same(*numbers, 1e-4)


def _programs(device):
    tables = [json.loads(_run(where, "-m", "tests.benchmarks.device", "measure")[0].splitlines()[-1]) for where in (device, "cpu")]
    for name, (took, sums) in tables[0].items():
        on_cpu, expected = tables[1][name]
        yield name, took, on_cpu, _same(sums, expected, 1e-9 if name.endswith("f64") else 1e-3)


def main(device="gpu"):
    """Print the tables; 0 if all numbers agree, 1 if some do not, 2 where there is no accelerator."""
    found = _accelerator()
    if found is None:
        print("JAX sees no accelerator on this machine: nothing was run. Install jax[cuda] on a machine that has one.", file=sys.stderr)
        return 2
    print("on %s, against the CPU of the same machine" % found)
    print("%-36s %12s %12s %8s  %s" % ("workload", "there ms", "CPU ms", "ratio", "numbers"))
    where, wrong = "cuda" if device == "gpu" else device, 0
    for rows in (_programs, _examples):
        for name, took, on_cpu, agree in rows(where):
            wrong += not agree
            verdict = "agree" if agree else "DIFFER"
            print("%-36s %12.3f %12.3f %8.3f  %s" % (name, took * 1e3, on_cpu * 1e3, took / on_cpu, verdict), flush=True)
    for table in _AGAINST_JAX:
        print(_run(where, "-m", "tests.benchmarks", table)[0], flush=True)
    return 1 if wrong else 0


if __name__ == "__main__" and sys.argv[1:] == ["measure"]:
    measure()
