"""Sparse expressions give what real Theano 1.0.5 gave: types, numbers, gradients, errors (tests/golden/sparse.json)."""
import json
import runpy
from pathlib import Path

import numpy as np
import pytest

GOLDEN = Path(__file__).parents[1] / "golden"
RECORDED = json.loads((GOLDEN / "sparse.json").read_text())
PROGRAMS = runpy.run_path(str(GOLDEN / "record_sparse.py"))
NAMES = {}
exec(PROGRAMS["PROLOGUE"], NAMES)

# Where ours differs from what was recorded: what we give instead, and why.
def _with_gradient(name, value, kind):
    """`theirs` with a gradient that the real Theano failed to give, or gave wrongly."""
    value = np.asarray(value, float)
    return lambda theirs: [*theirs[:4], {**theirs[4], name: [kind, [repr(float(n)) for n in value.ravel()], list(value.shape), "float64"]}]


DIFFERENT = {
    # it made a matrix the gradient of a number
    "x * s": _with_gradient("s", NAMES["X"].sum(), "TensorType(float64, scalar)"),
    # it dropped the entries of the product that are zero, and with them their part of the gradient
    "S.mul_s_v(y, v)": _with_gradient("v", NAMES["Y"].sum(axis=0), "TensorType(float64, vector)"),
    # it could not take rows of a sparse gradient
    "S.construct_sparse_from_list(d, d[:2], T.constant([3, 0]))": _with_gradient(
        "d", np.repeat([[1.0], [1.0], [0.0], [0.0]], 5, axis=1), "TensorType(float64, matrix)"),
    # SciPy's sum was wider than the dtype that the variable declares
    "S.sp_sum(i)": lambda theirs: [*theirs[:3], "int32", theirs[4]],
}


def test_every_case_is_recorded():
    assert list(RECORDED) == list(dict.fromkeys(PROGRAMS["CASES"]))
    assert set(DIFFERENT) <= set(RECORDED)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("case", sorted(RECORDED))
def test_expression_gives_theanos_numbers(case):
    theirs, ours = RECORDED[case], json.loads(json.dumps(PROGRAMS["one"](case, NAMES)))
    if case in DIFFERENT:
        assert ours != theirs
        theirs = DIFFERENT[case](theirs)
    if isinstance(theirs, str):
        assert ours == theirs
        return
    _same(ours[:4], theirs[:4])
    assert len(ours) == len(theirs)
    for name, g in theirs[4].items():
        _same(ours[4][name], g)
    assert set(ours[4]) == set(theirs[4])


def _same(ours, theirs):
    if isinstance(theirs, str) or isinstance(ours, str):
        assert ours == theirs
        return
    assert (ours[0], *ours[2:]) == (theirs[0], *theirs[2:])
    tolerance = 1e-6 if "32" in theirs[3] else 1e-12
    np.testing.assert_allclose(np.array(ours[1], float), np.array(theirs[1], float), rtol=tolerance, atol=tolerance)
