"""Loops, branches and ops that hold graphs give what real Theano 1.0.5 gave (tests/golden/control.json)."""
import json
import runpy
from pathlib import Path

import numpy as np
import pytest
from recorders import sampled

GOLDEN = Path(__file__).parents[1] / "golden"
RECORDED = json.loads((GOLDEN / "control.json").read_text())
PROGRAMS = runpy.run_path(str(GOLDEN / "record_control.py"))
LOOPS_RECORDED = json.loads((GOLDEN / "loops.json").read_text())
LOOPS = runpy.run_path(str(GOLDEN / "record_loops.py"))
WRITTEN_RECORDED = json.loads((GOLDEN / "written.json").read_text())
WRITTEN = runpy.run_path(str(GOLDEN / "record_written.py"))


def test_every_program_is_recorded():
    assert set(PROGRAMS["PROGRAMS"]) == set(RECORDED["programs"])
    assert set(PROGRAMS["ERRORS"]) == set(RECORDED["errors"])
    assert set(LOOPS["PROGRAMS"]) == set(LOOPS_RECORDED["programs"])
    assert set(WRITTEN["PROGRAMS"]) == set(WRITTEN_RECORDED["programs"])
    assert set(WRITTEN["ERRORS"]) == set(WRITTEN_RECORDED["errors"])
    assert set(LOOPS["ERRORS"]) == set(LOOPS_RECORDED["errors"])


@pytest.mark.parametrize("name", sorted(PROGRAMS["PROGRAMS"]))
def test_program_gives_theanos_numbers(name):
    _same_numbers(PROGRAMS["run"](PROGRAMS["PROGRAMS"][name]), RECORDED["programs"][name])


@pytest.mark.parametrize("name", sorted(LOOPS["PROGRAMS"]))
def test_loop_gives_theanos_numbers(name):
    _same_numbers(LOOPS["run"](LOOPS["PROGRAMS"][name], LOOPS["PROLOGUE"]), LOOPS_RECORDED["programs"][name])


@pytest.mark.parametrize("name", sampled(sorted(WRITTEN["PROGRAMS"]), .5))
def test_loop_as_users_wrote_it_gives_theanos_numbers(name):
    _same_numbers(WRITTEN["run"](WRITTEN["PROGRAMS"][name], WRITTEN["PROLOGUE"]), WRITTEN_RECORDED["programs"][name])


def _same_numbers(found, recorded):
    for ours, theirs in zip(found, recorded, strict=True):
        for (shape, dtype, values), (their_shape, their_dtype, their_values) in zip(ours, theirs, strict=True):
            assert (shape, dtype) == (their_shape, their_dtype)
            np.testing.assert_allclose(values, their_values, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", sorted(PROGRAMS["ERRORS"]))
def test_error_is_theanos(name):
    assert PROGRAMS["error"](PROGRAMS["ERRORS"][name]) == RECORDED["errors"][name]


@pytest.mark.parametrize("name", sorted(LOOPS["ERRORS"]))
def test_what_is_wrong_with_a_loop_is_said_as_theano_says_it(name):
    assert LOOPS["error"](LOOPS["ERRORS"][name]) == LOOPS_RECORDED["errors"][name]


@pytest.mark.parametrize("name", sorted(WRITTEN["ERRORS"]))
@pytest.mark.filterwarnings("ignore")
def test_what_is_wrong_with_a_program_is_said_in_theanos_words(name):
    assert WRITTEN["error"](WRITTEN["ERRORS"][name]) == WRITTEN_RECORDED["errors"][name]
