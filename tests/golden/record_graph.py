"""Record graphs: `python tests/golden/record_graph.py > tests/golden/graph.json` under real Theano 1.0.5."""
import json
import os
import sys
import warnings

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "graph"))
import graph_cases as programs  # noqa: E402

warnings.simplefilter("ignore")
found = {"recorded_by": "python tests/golden/record_graph.py, under real Theano 1.0.5"}
for program in programs.PROGRAMS:
    try:
        found[program.__name__] = [programs.described(value) for value in program()]
    except Exception as e:
        print(program.__name__, repr(e)[:300], file=sys.stderr)
json.dump(found, sys.stdout, indent=0, sort_keys=True)
print()
