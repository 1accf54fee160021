"""Every public name of every module of Theano 1.0.5 is served, removed with a sentence, or a known gap with a reason.

The names are recorded from the real Theano (tests/golden/names.json); the gaps are tests/legacy/gaps.json, strictly: a gap that closes
fails until it is taken off. `python tests/legacy/test_paths.py` rewrites the file, keeping its reasons.
"""

import importlib
import json
import sys
import warnings
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
NAMES = json.loads((HERE.parent / "golden" / "names.json").read_text())["names"]
GAPS_FILE = HERE / "gaps.json"
GAPS = json.loads(GAPS_FILE.read_text()) if GAPS_FILE.exists() else {}


def _removed(name):
    from theano_compat.legacy import removed

    return removed.sentence_for(name) is not None


def missing(path):
    """The names of a module that are not there; "*" alone if the module is not."""
    if _removed(path):
        return []
    try:
        module = importlib.import_module(path)
    except ModuleNotFoundError:
        return ["*"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [name for name in NAMES[path] if not _removed(f"{path}.{name}") and not hasattr(module, name)]


@pytest.mark.parametrize("path", NAMES)
def test_a_module_has_theanos_names(path):
    assert missing(path) == GAPS.get(path, {}).get("names", [])


def test_each_gap_has_a_reason():
    assert not [path for path, gap in GAPS.items() if len(gap["reason"]) < 10]


def _rewrite():
    gaps = {path: {"reason": GAPS.get(path, {}).get("reason", ""), "names": names} for path in NAMES if (names := missing(path))}
    lines = [f" {json.dumps(path)}: {json.dumps(gap)}" for path, gap in gaps.items()]
    GAPS_FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print(f"{len(gaps)} modules, {sum(len(gap['names']) for gap in gaps.values())} names; without a reason:",
          *(path for path, gap in gaps.items() if not gap["reason"]), file=sys.stderr)


if __name__ == "__main__":
    _rewrite()
