"""What debugging prints is what real Theano 1.0.5 prints (tests/golden/debugging.json, programs in record_debugging.py)."""
import json
import runpy
import warnings
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parents[1] / "golden"
RECORDED = json.loads((GOLDEN / "debugging.json").read_text())
RECORDER = runpy.run_path(str(GOLDEN / "record_debugging.py"))

# Lines of Theano's that have no meaning here, and ours in their place: {program: (theirs, ours)}.
OTHERWISE = {
    "destroys": (
        ["  Hint: this can also be caused by a deficient values_eq_approx() or __eq__() implementation [which compared input values]"],
        ["  Hint: the op's perform must not write into this input, or say so: destroy_map = {0: [0]}"]),
    "profile": (
        ["    Theano Linker time (includes C, CUDA code generation/compiling)", "       Import time",
         "Here are tips to potentially make your code run faster",
         "                 (if you think of new ones, suggest them on the mailing list).",
         "                 Test them first, as they are not guaranteed to always provide a speedup.",
         "  - Try installing amdlibm and set the Theano flag lib.amdlibm=True. This speeds up only some Elemwise operation."],
        ["    Theano Linker time (here XLA's compilation)", "Here are tips to potentially make your code run faster.",
         "  - The nodes ran one by one to be timed; without profile=True they are one compiled program"]),
}


@pytest.fixture(scope="module")
def scope():
    found = {"__name__": "programs"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(RECORDER["PROLOGUE"], found)
    return found


@pytest.mark.parametrize("name", sorted(RECORDED))
def test_debugging_prints_what_theano_prints(scope, name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ours = RECORDER["outcome"](scope, RECORDER["PROGRAMS"][name])
    theirs, instead = OTHERWISE.get(name, ((), ()))
    assert [line for line in ours if line not in instead] == [line for line in RECORDED[name] if line not in theirs]
    assert all(line in ours for line in instead) and all(line in RECORDED[name] for line in theirs)
