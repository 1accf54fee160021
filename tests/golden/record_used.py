"""Record what the programs of tests/legacy/used_programs.py give: `python tests/golden/record_used.py > tests/golden/used.json`.

Run under real Theano 1.0.5.
"""
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "legacy"))
stdout, sys.stdout = sys.stdout, sys.stderr  # Theano tells there which C code it does without
import used_programs  # noqa: E402

print(json.dumps({"command": "python tests/golden/record_used.py", **used_programs.outcomes()}, indent=0, sort_keys=True), file=stdout)
