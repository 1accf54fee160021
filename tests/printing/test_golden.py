"""Printed graphs equal those of real Theano 1.0.5 (tests/golden/printing.json, programs in record_printing.py)."""
import contextlib
import importlib
import json
import runpy
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parents[1] / "golden"
RECORDED = json.loads((GOLDEN / "printing.json").read_text())
PROGRAMS = runpy.run_path(str(GOLDEN / "record_printing.py"))


@pytest.fixture(scope="module")
def names():
    scope = {}
    exec(PROGRAMS["PROLOGUE"], scope)
    for module in PROGRAMS["MODULES"]:
        with contextlib.suppress(ImportError):
            importlib.import_module(module)
    return scope


def attempt(function):
    return PROGRAMS["attempt"](function)


def check_looks(theano, make, recorded):
    formula, tree, text = json.loads(recorded)
    ours = json.loads(json.dumps(PROGRAMS["looks"](theano, make())))
    assert ours[1] == tree
    assert ours[0] == formula
    assert ours[2] == text


@pytest.mark.parametrize("source", list(RECORDED["expressions"]))
def test_expression_prints_as_in_theano(source, names):
    check_looks(names["theano"], lambda: eval(source, names), RECORDED["expressions"][source])


@pytest.mark.parametrize("source", list(RECORDED["gradients"]))
def test_gradient_prints_as_in_theano(source, names):
    wrt = names["s"] if source in PROGRAMS["SCALAR_GRADIENTS"] else names["x"]
    check_looks(names["theano"], lambda: names["theano"].grad(eval(source, names), wrt), RECORDED["gradients"][source])


@pytest.mark.parametrize("source", list(RECORDED["texts"]))
def test_text_is_theanos(source, names):
    assert attempt(lambda: eval(source, names)) == RECORDED["texts"][source]


@pytest.mark.parametrize("program, outcomes", RECORDED["trees"], ids=lambda p: p if isinstance(p, str) else "")
def test_options_of_debugprint_act_as_in_theano(program, outcomes, names):
    scope = dict(names)
    exec(program, scope)
    for options, text in outcomes:
        assert attempt(lambda: names["theano"].printing.debugprint(scope["obj"], file="str", **options)) == text, options
