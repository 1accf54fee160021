"""Run the benchmarks named on the command line, or all."""
import sys

from tests.benchmarks import building, calls, control, training

_ALL = {"calls": calls.main, "training": training.main, "building": building.main, "control": control.main}

for name in sys.argv[1:] or _ALL:
    _ALL[name]()
