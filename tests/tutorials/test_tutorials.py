"""The tutorials' programs give what they gave under real Theano 1.0.5 (golden/tutorials.json): values, dtypes, printed graphs."""
import json
import warnings
from pathlib import Path

import numpy as np
import programs
import pytest

GOLDEN = json.loads((Path(__file__).parent.parent / "golden" / "tutorials.json").read_text())


def _same(ours, real):
    if isinstance(real, dict):
        assert (ours["type"], ours["dtype"]) == (real["type"], real["dtype"])
        tolerance = 1e-6 if real["dtype"] == "float32" else 1e-9
        np.testing.assert_allclose(ours["value"], real["value"], rtol=tolerance, atol=1e-12)
    else:
        assert ours == real


def test_each_program_was_recorded():
    assert {p.__name__ for p in programs.PROGRAMS} == GOLDEN.keys() - {"recorded_by"}


@pytest.mark.parametrize("program", programs.PROGRAMS, ids=lambda p: p.__name__)
def test_tutorials_give_what_they_gave(program):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ours = [programs.described(value) for value in program()]
    real = GOLDEN[program.__name__]
    assert len(ours) == len(real)
    for mine, theirs in zip(ours, real):
        _same(mine, theirs)
