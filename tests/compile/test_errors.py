"""What fails, fails as under real Theano 1.0.5: class, first line, and the furniture around it (error_cases.py, golden/errors.json)."""
import json
import warnings
from pathlib import Path

import error_cases as cases
import numpy as np
import pytest
from known_gaps import golden_gaps

import theano
import theano.tensor as T

GOLDEN = json.loads((Path(__file__).parent.parent / "golden" / "errors.json").read_text())
HEADS = ("Apply node that", "Toposort index", "Inputs types", "Inputs shapes", "Inputs values", "Backtrace when", "HINT")
DIFFERENT = sorted(golden_gaps("errors"))


def _ours(name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        error = cases.record(cases.CASES[name])
    if error is None:
        return None
    return [error[0], cases.plain(error[1][0]) if error[1] else "", [h for h in HEADS if any(line.startswith(h) for line in error[1])]]


def test_each_case_was_recorded():
    assert cases.CASES.keys() == GOLDEN.keys() - {"recorded_by"}


@pytest.mark.parametrize("name", [n for n in cases.CASES if n not in DIFFERENT])
def test_errors_have_theanos_class_first_line_and_furniture(name):
    expected = GOLDEN[name]
    if expected:
        expected = [expected[0], cases.plain(expected[1]), expected[2]]
        if "Apply node that" in expected[2]:  # ours always know the user's line, so the hint how to see it is not needed
            expected[2] = list(HEADS)
    assert _ours(name) == expected


@pytest.mark.parametrize("name", DIFFERENT)
def test_errors_that_differ_still_differ(name):
    expected = GOLDEN[name]
    assert _ours(name)[:2] != (expected and [expected[0], cases.plain(expected[1])])


def _failure(f, *args):
    with pytest.raises(Exception) as caught:
        f(*args)
    return str(caught.value)


def test_the_users_line_is_shown():
    x, y = T.dvectors("x", "y")
    z = x + y  # this line
    text = _failure(theano.function([x, y], z * 2), np.ones(2), np.ones(3))
    assert "z = x + y  # this line" in text and "test_errors.py" in text
    assert "Inputs types: [TensorType(float64, vector), TensorType(float64, vector)]" in text
    assert "Inputs shapes: [(2,), (3,)]" in text
    assert "Inputs strides: [(8,), (8,)]" in text
    assert "Inputs values: [array([1., 1.]), array([1., 1., 1.])]" in text


def test_the_node_is_named_once():
    x, i = T.dvector("x"), T.lscalar("i")
    text = _failure(theano.function([x, i], T.exp(x)[i]), np.ones(2), 5)
    assert text.count("Apply node that caused the error") == 1
    assert "Subtensor{int64}" in text


def test_high_verbosity_shows_the_graph_and_the_storage():
    x, y = T.dvectors("x", "y")
    with theano.config.change_flags(exception_verbosity="high"):
        text = _failure(theano.function([x, y], x + y), np.ones(2), np.ones(3))
    assert "Debugprint of the apply node:" in text and "Storage map footprint:" in text and "TotalSize" in text
    assert "exception_verbosity=high" not in text


def test_the_exception_carries_the_node():
    x, y = T.dvectors("x", "y")
    with pytest.raises(ValueError) as caught:
        theano.function([x, y], x + y)(np.ones(2), np.ones(3))
    assert type(caught.value.__op_instance__.op).__name__ == "Elemwise"
    assert caught.value.__applynode_index__ is not None


def test_every_mode_raises_alike():
    x, i = T.dvector("x"), T.lscalar("i")
    lines = set()
    for mode in ("FAST_RUN", "FAST_COMPILE", "DebugMode", "NanGuardMode"):
        text = _failure(theano.function([x, i], x[i] * 2, mode=mode), np.ones(2), 5)
        lines.add(text.splitlines()[0])
    assert len(lines) == 1


def test_an_op_that_can_do_with_none_gets_it():
    n, m = T.iscalar("n"), T.iscalar("m")
    f = theano.function([n, m], T.eye(n, m, 0))
    np.testing.assert_array_equal(f(2, None), np.eye(2))
    np.testing.assert_array_equal(f(2, 3), np.eye(2, 3))
