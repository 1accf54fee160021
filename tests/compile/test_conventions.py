"""Functions behave as under real Theano 1.0.5: conventions.py is run, golden/functions.json is what it yielded there."""
import json
import warnings
from pathlib import Path

import conventions
import numpy as np
import pytest
from known_gaps import golden_gaps

GOLDEN = json.loads((Path(__file__).parent.parent / "golden" / "functions.json").read_text())
DIFFERENT = golden_gaps("functions")


def same(ours, real):
    """Whether two described values agree: numbers within rounding, all else exactly."""
    if isinstance(real, list):
        return isinstance(ours, list) and len(ours) == len(real) and all(map(same, ours, real))
    if isinstance(real, dict):
        if not isinstance(ours, dict) or (ours["type"], ours["dtype"]) != (real["type"], real["dtype"]):
            return False
        tolerance = 1e-6 if real["dtype"] == "float32" else 1e-10
        return np.shape(ours["value"]) == np.shape(real["value"]) and (
            ours["value"] == real["value"] or np.allclose(ours["value"], real["value"], rtol=tolerance, atol=1e-13, equal_nan=True))
    return ours == real


def _yielded(program):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [conventions.described(value) for value in program()]


def test_each_program_was_recorded():
    assert {p.__name__ for p in conventions.PROGRAMS} == GOLDEN.keys() - {"recorded_by"}


@pytest.mark.parametrize("program", conventions.PROGRAMS, ids=lambda p: p.__name__)
def test_functions_behave_as_theanos(program):
    ours, real = _yielded(program), GOLDEN[program.__name__]
    assert len(ours) == len(real)
    for number, (mine, theirs) in enumerate(zip(ours, real)):
        if f"{program.__name__}/{number}" in DIFFERENT:
            assert not same(mine, theirs), "no difference any more"
        else:
            assert same(mine, theirs), f"yield {number}: {mine} is not {theirs}"
