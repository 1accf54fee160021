"""Programs whose shapes are known only at run time give what real Theano 1.0.5 gave, and compile once for calls of equal shapes.

One table: the rows of golden/record_idioms.py (name, program, calls), their values in golden/idioms.json.
"""
import json
import runpy
import warnings
from pathlib import Path

import numpy as np
import pytest

from theano_compat import explain

GOLDEN = Path(__file__).parent / "golden"
RECORDED = json.loads((GOLDEN / "idioms.json").read_text())["rows"]
TABLE = runpy.run_path(str(GOLDEN / "record_idioms.py"))
ROWS = TABLE["ROWS"]


def test_every_row_is_recorded():
    assert list(sorted(ROWS)) == sorted(RECORDED)


@pytest.mark.parametrize("name", ROWS)
def test_idiom(name):
    f, calls, steady = TABLE["build"](ROWS[name])
    recorded = iter(RECORDED[name])
    _assert_equal(f(*calls[0]), next(recorded))
    compiled = explain(f).compilations
    for call in steady:
        _assert_equal(f(*call), next(recorded))
    late = "in NumPy while" in str(explain(f))  # a shape that comes again is compiled then
    assert explain(f).compilations <= compiled + late, "compiled again for shapes that it had met"
    for call in calls[1:]:
        _assert_equal(f(*call), next(recorded))
    assert next(recorded, None) is None


def _assert_equal(ours, theirs):
    for value, (shape, dtype, numbers) in zip(ours, theirs, strict=True):
        assert (list(value.shape), str(value.dtype)) == (shape, dtype)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            np.testing.assert_allclose(value.ravel(), np.array(numbers, dtype), rtol=1e-10, atol=1e-12)
