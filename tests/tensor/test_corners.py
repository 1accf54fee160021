"""Corners that random programs found: types, values and errors as recorded from real Theano."""
import json
import warnings

import pytest
from recorders import GOLDEN, assert_same_numbers, recorder

RECORDED = json.loads((GOLDEN / "corners.json").read_text())
PROGRAMS = [(family, program) for family in sorted(RECORDED) if family != "command" for program in RECORDED[family]]


@pytest.fixture(scope="module")
def record():
    """The recording script's helper with its programs: the same, run here."""
    with recorder("record_corners") as module:
        yield module.families


@pytest.fixture(scope="module")
def names(record):
    return record.namespace()


@pytest.mark.parametrize(("family", "program"), PROGRAMS, ids=[p for _, p in PROGRAMS])
def test_program_gives_what_it_gives_in_theano(record, names, family, program):
    expected = RECORDED[family][program]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = record.outcome(program, names)
    for key in ("type", "error"):
        assert found.get(key) == expected.get(key), key
    if "value" in expected:
        assert_same_numbers(found["value"], expected["value"], 1e-10)
    for name, gradient in expected.get("gradients", {}).items():
        # Theano cuts the gradient of Rop as it cuts that of the loop; ours is of all that Rop computed
        if isinstance(gradient, list) and not program.startswith("T.Rop(theano.scan"):
            assert_same_numbers(found["gradients"][name][1], gradient[1], 1e-10)
