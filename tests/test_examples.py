"""Each program in examples/ runs as it is and prints what it printed under the real Theano 1.0.5.

`examples/expected/NAME.txt` is its standard output there (tests/golden/record_examples.py records it; times go to standard
error), after a line with the flags. Words must be the same, numbers close: what two libraries sum in different orders
differs in the last digits.
"""

import importlib
import math
import re
import sys
from itertools import zip_longest
from pathlib import Path

import numpy as np
import pytest

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
HELPERS = {"digits"}
PROGRAMS = sorted(path for path in EXAMPLES.glob("*.py") if path.stem not in HELPERS)
NUMBER = re.compile(r"(?<![\w.])([-+]?(?:\d+\.?\d*(?:e[-+]?\d+)?|nan|inf))(?![\w])")
TOLERANCE = {"float32": 1e-5, "float64": 1e-9}


def differences(expected, printed, tolerance):
    """Pairs of lines that differ by a word, or by more than `tolerance` in a number (relatively; near zero, absolutely)."""
    found = []
    for line, other in zip_longest(expected.splitlines(), printed.splitlines()):
        tokens, others = (NUMBER.split(text or "") for text in (line, other))
        same = len(tokens) == len(others) and tokens[::2] == others[::2] and all(
            a == b or math.isclose(float(a), float(b), rel_tol=tolerance, abs_tol=tolerance)
            for a, b in zip(tokens[1::2], others[1::2], strict=True))
        if not same:
            found.append((line, other))
    return found


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_a_legacy_program_prints_what_it_printed_under_theano(python, program):
    pytest.importorskip("sklearn", reason="the digits come with scikit-learn")
    header, expected = (EXAMPLES / "expected" / f"{program.stem}.txt").read_text().split("\n", 1)
    flags = header.removeprefix("# THEANO_FLAGS=")
    done = python(None, "-m", "theano_compat", "run", program, THEANO_FLAGS=flags)
    assert differences(expected, done.stdout, TOLERANCE[flags.removeprefix("floatX=")]) == []


def test_each_expected_output_has_its_program():
    assert [path.stem for path in sorted((EXAMPLES / "expected").glob("*.txt"))] == [path.stem for path in PROGRAMS]


def test_each_program_has_its_row_in_the_table():
    rows = re.findall(r"^\| \[`(\w+)\.py`\]\(\1\.py\) \|", (EXAMPLES / "README.md").read_text(), re.M)
    assert sorted(rows) == [path.stem for path in PROGRAMS]


@pytest.mark.parametrize("line, other, same", [
    ("cost 1.0000000001", "cost 1.0000000002", True), ("cost 1.00001", "cost 1.00002", False), ("cost 12", "cost 13", False),
    ("cost 1e-17", "cost -3e-18", True), ("[id A] 'a'", "[id B] 'a'", False), ("a 1", "a 1 2", False), ("float64 x", "float32 x", False),
    ("nan", "0.5", False), ("theta[640:650]", "theta[640:651]", False)])
def test_outputs_are_compared_word_by_word_and_number_by_number(line, other, same):
    assert (differences(line, other, 1e-9) == []) == same


def test_the_forward_algorithm_of_the_example_is_that_of_nnet_ctc(monkeypatch):
    monkeypatch.setattr(sys, "path", [str(EXAMPLES), *sys.path])
    import theano
    from theano.tensor.nnet.ctc import ctc

    toy = importlib.import_module("ctc_toy")
    monkeypatch.setattr(theano.config, "floatX", "float32")
    inputs, activations, costs, model = toy.build()
    # Padding is a negative label there; the blank is 0 in both.
    x, mask, labels, label_lengths = inputs
    padded = theano.tensor.switch(theano.tensor.eq(labels, 0), np.int32(-1), labels)
    named = ctc(activations, padded, theano.tensor.cast(mask.sum(axis=0), "int32"))
    gradients = [theano.grad(each.sum(), model.W_out) for each in (costs, named)]
    f = theano.function(inputs, [costs, named, *gradients])
    by_scan, by_op, gradient, gradient_by_op = f(*toy.make_batch(np.random.RandomState(1), 3, 6))
    np.testing.assert_allclose(by_scan, by_op, rtol=2e-5)
    np.testing.assert_allclose(gradient, gradient_by_op, rtol=2e-4, atol=2e-5)
