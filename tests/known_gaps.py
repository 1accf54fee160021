"""Reading known_gaps.tsv, for the tests of recorded values and test_known_gaps.py."""
from pathlib import Path

FILE = Path(__file__).parent / "known_gaps.tsv"


def gaps(kind=None):
    """(kind, id, reason) of every row."""
    rows = [line.split("\t") for line in FILE.read_text().splitlines() if line and not line.startswith("#")]
    return [row for row in rows if kind in (None, row[0])]


def golden_gaps(area):
    """What is named as `area/...` among the golden gaps, without the area."""
    return {name.partition("/")[2] for _, name, _ in gaps("golden") if name.partition("/")[0] == area}
