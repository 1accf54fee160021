"""Networks give what real Theano 1.0.5 gave: values, gradients, errors and printed graphs (tests/golden/nnet.json)."""
import json
import runpy
import warnings
from pathlib import Path

import jax
import numpy as np
import pytest
from known_gaps import golden_gaps
from recorders import sampled

GOLDEN = Path(__file__).parents[2] / "golden"
RECORDED = json.loads((GOLDEN / "nnet.json").read_text())
CASES = runpy.run_path(str(GOLDEN / "record_nnet.py"))


@pytest.fixture(scope="module")
def scope():
    return CASES["names"]()


@pytest.mark.parametrize("source", sampled(RECORDED["values"], .48))
@pytest.mark.filterwarnings("ignore")
def test_values_and_gradients_are_theanos(source, scope):
    found = CASES["computed"](source, scope, gradient=source not in CASES["NO_GRADIENT"] and "Rop" not in source)
    if source in golden_gaps("nnet"):
        if jax.default_backend() != "cpu":
            pytest.skip("the known gaps are those of the CPU")
        with pytest.raises(AssertionError):
            _compare(found, RECORDED["values"][source])
    else:
        _compare(found, RECORDED["values"][source])


def _compare(found, recorded):
    pattern, results, inputs = recorded
    assert found[0] == pattern
    assert found[2] == inputs
    for (dtype, shape, numbers), (our_dtype, our_shape, our_numbers) in zip(results, found[1], strict=True):
        assert (our_dtype, our_shape) == (dtype, shape)
        np.testing.assert_allclose(our_numbers, numbers, rtol=2e-6, atol=2e-6)


@pytest.mark.parametrize("source", RECORDED["errors"])
@pytest.mark.filterwarnings("ignore")
def test_errors_are_theanos(source, scope):
    assert CASES["outcome"](lambda: bool(eval(source, scope))) == RECORDED["errors"][source]


@pytest.mark.parametrize("source", RECORDED["printed"])
def test_graphs_print_as_in_theano(source, scope):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        text = CASES["outcome"](lambda: scope["theano"].printing.debugprint(eval(source, scope), file="str"))
    assert text == RECORDED["printed"][source]
