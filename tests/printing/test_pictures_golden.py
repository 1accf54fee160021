"""What pydotprint draws is what real Theano 1.0.5 draws (tests/golden/pictures.json, programs in record_pictures.py)."""
import json
import runpy
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parents[1] / "golden"
RECORDED = json.loads((GOLDEN / "pictures.json").read_text())
RECORDER = runpy.run_path(str(GOLDEN / "record_pictures.py"))


@pytest.fixture(scope="module")
def scope():
    found = {}
    exec(RECORDER["PROLOGUE"], found)
    return found


@pytest.mark.parametrize("name", sorted(RECORDED))
def test_nodes_edges_colours_and_labels_are_theanos(scope, name):
    assert RECORDER["drawn"](scope, name) == RECORDED[name]
