"""Programs after pages of Theano's documentation do what they did under real Theano 1.0.5 (golden/documented.json)."""
import json
import runpy
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent.parent / "golden"
RECORDED = json.loads((GOLDEN / "documented.json").read_text())["programs"]
TABLE = runpy.run_path(str(GOLDEN / "record_documented.py"), run_name="record_documented")


def test_every_program_is_recorded():
    assert set(TABLE["PROGRAMS"]) == set(RECORDED)


@pytest.mark.parametrize("name", TABLE["PROGRAMS"])
def test_documented_program(name):
    assert json.loads(json.dumps(TABLE["run"](name))) == RECORDED[name]
