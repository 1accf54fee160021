"""Each program in examples/ runs as it is and prints what it printed under the real Theano 1.0.5.

`examples/expected/NAME.txt` is the standard output of `python NAME.py` there; times go to standard error.
"""

from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
PROGRAMS = sorted(EXAMPLES.glob("*.py"))


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_a_legacy_program_prints_what_it_printed_under_theano(python, program):
    pytest.importorskip("sklearn", reason="the digits come with scikit-learn")
    done = python(None, "-m", "theano_compat", "run", program)
    assert done.stdout == (EXAMPLES / "expected" / f"{program.stem}.txt").read_text()


def test_each_expected_output_has_its_program():
    assert [path.stem for path in sorted((EXAMPLES / "expected").glob("*.txt"))] == [path.stem for path in PROGRAMS]
