"""The scripts that recorded golden values, for tests that run the same programs here, and how their numbers are compared."""
import contextlib
import importlib
import os
import random
import sys
from pathlib import Path

import numpy as np

GOLDEN = Path(__file__).resolve().parent / "golden"


@contextlib.contextmanager
def recorder(name):
    """The module `tests/golden/NAME.py`; it and the recording scripts that it imports are forgotten at the end."""
    before = set(sys.modules)
    sys.path.insert(0, str(GOLDEN))
    try:
        module = importlib.import_module(name)
    finally:
        sys.path.remove(str(GOLDEN))
    yield module
    for found in set(sys.modules) - before:
        if found.startswith("record_"):
            del sys.modules[found]


def assert_same_numbers(found, expected, double, single=1e-5):
    """Dtype and shape exactly; floats as close as two ways of rounding are: `double` for those of 64 bits, `single` for float32."""
    assert found[:2] == expected[:2]
    tolerance = {"float16": 1e-2, "float32": single, "complex64": 1e-5}.get(expected[0], double)
    np.testing.assert_allclose(found[2], expected[2], rtol=tolerance, atol=tolerance)


def sampled(programs, share):
    """A part of `programs`, the same each time; all of them with ALL_PROGRAMS in the environment."""
    programs = list(programs)
    if os.environ.get("ALL_PROGRAMS"):
        return programs
    kept = set(random.Random(1).sample(range(len(programs)), round(share * len(programs))))
    return [p for i, p in enumerate(programs) if i in kept]
