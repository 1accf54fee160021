"""Record programs at extreme inputs: `python tests/golden/record_stability.py > tests/golden/stability.json` under real Theano 1.0.5."""
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "rewrite"))
import extreme_programs as programs  # noqa: E402

import theano  # noqa: E402

found = {"recorded_by": "python tests/golden/record_stability.py, under real Theano 1.0.5"}
for name in programs.PROGRAMS:
    for dtype, values in programs.compute(theano, name).items():
        found["%s, %s" % (name, dtype)] = values
json.dump(found, sys.stdout, sort_keys=True, indent=0)
