"""Corners that random programs found: types, values and errors as recorded from real Theano."""
import json
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

GOLDEN = Path(__file__).resolve().parent.parent / "golden"
RECORDED = json.loads((GOLDEN / "corners.json").read_text())
PROGRAMS = [(family, program) for family in sorted(RECORDED) if family != "command" for program in RECORDED[family]]


@pytest.fixture(scope="module")
def record():
    """The recording script's helper with its programs: the same, run here."""
    before = set(sys.modules)
    sys.path.insert(0, str(GOLDEN))
    try:
        import record_corners
    finally:
        sys.path.remove(str(GOLDEN))
    yield record_corners.families
    for name in ("record_corners", "record_families"):
        if name not in before:
            del sys.modules[name]


@pytest.fixture(scope="module")
def names(record):
    return record.namespace()


def assert_same_numbers(found, expected):
    """Dtype and shape exactly; floats as close as two orders of summation are."""
    assert found[:2] == expected[:2]
    tolerance = {"float16": 1e-2, "float32": 1e-5, "complex64": 1e-5}.get(expected[0], 1e-10)
    np.testing.assert_allclose(found[2], expected[2], rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize(("family", "program"), PROGRAMS, ids=[p for _, p in PROGRAMS])
def test_program_gives_what_it_gives_in_theano(record, names, family, program):
    expected = RECORDED[family][program]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = record.outcome(program, names)
    for key in ("type", "error"):
        assert found.get(key) == expected.get(key), key
    if "value" in expected:
        assert_same_numbers(found["value"], expected["value"])
    for name, gradient in expected.get("gradients", {}).items():
        # Theano cuts the gradient of Rop as it cuts that of the loop; ours is of all that Rop computed
        if isinstance(gradient, list) and not program.startswith("T.Rop(theano.scan"):
            assert_same_numbers(found["gradients"][name][1], gradient[1])
