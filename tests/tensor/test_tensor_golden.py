"""Types, constants, operators, methods, Elemwise and casts build, print, compute and fail as recorded from real Theano."""
import importlib.util
import json
import warnings
from pathlib import Path

import numpy as np
import pytest
from recorders import sampled

GOLDEN = Path(__file__).resolve().parent.parent / "golden"
RECORDED = json.loads((GOLDEN / "tensor.json").read_text())


@pytest.fixture(scope="module")
def record():
    """The recording script as a module: the same programs, run here."""
    spec = importlib.util.spec_from_file_location("record_tensor", GOLDEN / "record_tensor.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def names(record):
    """The variables that the programs use."""
    return record.namespace()


@pytest.mark.parametrize("expression", RECORDED["built"])
def test_expression_builds_what_theano_builds(record, names, expression):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert record.outcome(lambda: eval(expression, names)) == RECORDED["built"][expression]


@pytest.mark.parametrize("expression", sampled(RECORDED["values"], .45))
def test_expression_is_worth_what_it_is_in_theano(record, names, expression):
    with np.errstate(all="ignore"):
        variable = names["T"].as_tensor_variable(eval(expression, names))
    dtype, shape, numbers = RECORDED["values"][expression]
    got = record.plain(names["theano"].function([], variable)())
    assert got[:2] == [dtype, shape]
    np.testing.assert_allclose(got[2], numbers, rtol=1e-6 if dtype in ("float32", "complex64") else 1e-12, atol=1e-12)


def test_every_gradient_prints_as_in_theano(record, names):
    texts = record.gradient_texts(names)
    wrong = {call: text for call, text in texts.items() if text != RECORDED["gradients"][call]}
    assert not wrong
