"""At extreme inputs nothing is nan or inf where real Theano 1.0.5 has a number (extreme_programs.py, golden/stability.json)."""
import json
from pathlib import Path

import extreme_programs as programs
import numpy as np
import pytest
from recorders import sampled

import theano

GOLDEN = json.loads((Path(__file__).parent.parent / "golden" / "stability.json").read_text())
TINY = {"float32": 2e-8, "float64": 1e-10}


@pytest.mark.parametrize("name", sampled(programs.PROGRAMS, .5))
def test_finite_and_equal_where_theano_is_finite(name):
    for dtype, found in programs.compute(theano, name).items():
        for what, real in GOLDEN["%s, %s" % (name, dtype)].items():
            ours, real = np.asarray(found[what]), np.asarray(real)
            assert ours.shape == real.shape
            finite = np.isfinite(real)
            assert np.isfinite(ours[finite]).all(), (dtype, what, ours, real)
            # Theano drops what is below the rounding of 1 in some sums; we keep it, hence the absolute tolerance
            np.testing.assert_allclose(ours[finite], real[finite], rtol=2e-4 if dtype == "float32" else 1e-9, atol=TINY[dtype])


@pytest.mark.parametrize("shift", ["none", "by the program"])
def test_what_is_shifted_by_its_maximum_is_not_shifted_again(shift):
    T = theano.tensor
    x = T.dmatrix()
    whole = x if shift == "none" else x - x.max(axis=1, keepdims=True)
    f = theano.function([x], T.log(T.sum(T.exp(whole), axis=1)))
    logarithms = [node for node in f.maker.fgraph.toposort() if "log" in str(node.op)]
    assert len(logarithms) == 1 and len(f.maker.fgraph.toposort()) < 15
    np.testing.assert_allclose(f([[1000.0, 1001.0]]), [(1001 if shift == "none" else 0) + np.log1p(np.exp(-1.0))])
