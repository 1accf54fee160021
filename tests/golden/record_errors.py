"""Record errors: `python tests/golden/record_errors.py > tests/golden/errors.json` under real Theano 1.0.5."""
import json
import os
import sys
import warnings

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "compile"))
import error_cases as cases  # noqa: E402

warnings.simplefilter("ignore")
found = {"recorded_by": "python tests/golden/record_errors.py, under real Theano 1.0.5"}
for name, code in cases.CASES.items():
    error = cases.record(code)
    # what follows the first line are backtraces and addresses; the furniture is compared by its headings
    heads = ("Apply node that", "Toposort index", "Inputs types", "Inputs shapes", "Inputs values", "Backtrace when", "HINT")
    found[name] = error and [error[0], cases.plain(error[1][0]) if error[1] else "", [h for h in heads if any(l.startswith(h) for l in error[1])]]
json.dump(found, sys.stdout, indent=0, sort_keys=True)
print()
