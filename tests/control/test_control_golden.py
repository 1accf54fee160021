"""Loops, branches and ops that hold graphs give what real Theano 1.0.5 gave (tests/golden/control.json)."""
import json
import runpy
from pathlib import Path

import numpy as np
import pytest

GOLDEN = Path(__file__).parents[1] / "golden"
RECORDED = json.loads((GOLDEN / "control.json").read_text())
PROGRAMS = runpy.run_path(str(GOLDEN / "record_control.py"))


def test_every_program_is_recorded():
    assert set(PROGRAMS["PROGRAMS"]) == set(RECORDED["programs"])
    assert set(PROGRAMS["ERRORS"]) == set(RECORDED["errors"])


@pytest.mark.parametrize("name", sorted(PROGRAMS["PROGRAMS"]))
def test_program_gives_theanos_numbers(name):
    for ours, theirs in zip(PROGRAMS["run"](PROGRAMS["PROGRAMS"][name]), RECORDED["programs"][name]):
        for (shape, dtype, values), (their_shape, their_dtype, their_values) in zip(ours, theirs, strict=True):
            assert (shape, dtype) == (their_shape, their_dtype)
            np.testing.assert_allclose(values, their_values, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", sorted(PROGRAMS["ERRORS"]))
def test_error_is_theanos(name):
    assert PROGRAMS["error"](PROGRAMS["ERRORS"][name]) == RECORDED["errors"][name]
