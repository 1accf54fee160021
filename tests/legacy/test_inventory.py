"""The public names of Theano: each resolves and takes what the original takes, is removed with a sentence, or is a gap with a reason.

The names, signatures and counts of use are tests/inventory.tsv; the gaps are inventory_gaps.tsv, strictly. `python -m tests.inventory`
prints the coverage.
"""
import importlib
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
from tests import inventory  # noqa: E402

sys.path.remove(str(ROOT))

ROWS = inventory.inventory()
GAPS = inventory.gaps()
NAMED = {kind: {name for k, name, _ in GAPS if k == kind} for kind in ("name", "signature", "case")}



def test_each_gap_is_named_once_and_has_a_reason():
    assert all(len(row) == 3 and row[0] in NAMED and len(row[2]) >= 25 for row in GAPS), GAPS
    assert len({row[:2] and (row[0], row[1]) for row in GAPS}) == len(GAPS)


def test_every_name_resolves_or_says_why_not():
    states = {row.name: inventory.state(row, NAMED["name"]) for row in ROWS}
    assert not [name for name, state in states.items() if state == "missing"]
    absent = [name for name, state in states.items() if state == "gap"]
    assert not [gap for gap in NAMED["name"] if not any(inventory.covered(name, {gap}) for name in absent)], "closed: take them off"


def test_every_signature_takes_what_the_original_takes():
    differ = {row.name: reason for row in ROWS if row.signature and (reason := inventory.difference(row))}
    assert not {name: reason for name, reason in differ.items() if not inventory.covered(name, NAMED["signature"])}
    assert not [gap for gap in NAMED["signature"] if not any(inventory.covered(name, {gap}) for name in differ)], "closed: take them off"


def test_what_programs_use_has_a_case():
    """A function that real programs call stands, by its name, in a test or a recording."""
    here = Path(__file__).resolve()
    text = "\n".join(path.read_text() for path in sorted((ROOT / "tests").rglob("*.py")) if path != here)
    words = set(re.findall(r"\w+", text))
    for path in sorted((ROOT / "examples").rglob("*.py")) + sorted((ROOT / "migration_guide").rglob("*.md")):
        words |= set(re.findall(r"\w+", path.read_text()))
    untried = [row.name for row in ROWS if row.repositories and _is_a_function(row) and row.name.rpartition(".")[2] not in words
               and inventory.is_here(row)]
    assert not [name for name in untried if not inventory.covered(name, NAMED["case"])]
    assert not NAMED["case"] or untried, "closed: take them off"


def _is_a_function(row):
    return row.kind in ("function", "partial", "op-instance", "op-class", "class", "method", ".method", "type-class")


@pytest.mark.parametrize("name", [row.name for row in ROWS if row.kind == "module" and inventory.is_here(row)])
def test_a_module_path_imports(name):
    assert importlib.import_module(name) is importlib.import_module("theano_compat" + name.removeprefix("theano"))
