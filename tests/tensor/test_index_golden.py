"""Indexing and assignment as in real Theano 1.0.5: printed graphs, gradients, values, errors (tests/golden/index.json)."""
import json
import runpy
import warnings
from pathlib import Path

import pytest
from recorders import sampled

GOLDEN = Path(__file__).parents[1] / "golden"
RECORDED = json.loads((GOLDEN / "index.json").read_text())
PROGRAMS = runpy.run_path(str(GOLDEN / "record_index.py"))



@pytest.fixture(scope="module")
def names():
    scope = {}
    exec(PROGRAMS["PROLOGUE"], scope)
    return scope


def outcome(make):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return json.loads(json.dumps(PROGRAMS["attempt"](make)))


@pytest.mark.parametrize("source", list(RECORDED["built"]))
def test_index_builds_the_graph_of_theano(source, names):
    assert outcome(lambda: PROGRAMS["tree"](names, eval(source, names))) == RECORDED["built"][source]


@pytest.mark.parametrize("source", list(RECORDED["gradients"]))
def test_gradient_of_index_prints_as_in_theano(source, names):
    assert outcome(lambda: PROGRAMS["gradient_tree"](names, source)) == RECORDED["gradients"][source]


@pytest.mark.parametrize("source", list(RECORDED["refused"]))
def test_bad_index_is_refused_as_in_theano(source, names):
    assert outcome(lambda: PROGRAMS["tree"](names, eval(source, names))) == RECORDED["refused"][source]


@pytest.mark.parametrize("source", sampled(RECORDED["run"], .6))
def test_index_gives_the_value_or_error_of_theano(source, names):
    assert outcome(lambda: PROGRAMS["run"](names, source)) == RECORDED["run"][source]
