"""Record gradients: `python tests/golden/record_gradient.py > tests/golden/gradient.json` under real Theano 1.0.5."""
import json
import os
import sys
import warnings

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "gradient"))
import gradient_cases as cases  # noqa: E402
import theano  # noqa: E402
import theano.tensor.nlinalg  # noqa: E402, F401

warnings.simplefilter("ignore")
found = {"recorded_by": "python tests/golden/record_gradient.py, under real Theano 1.0.5"}
found.update(cases.record_all(theano))
json.dump(found, sys.stdout, indent=0, sort_keys=True)
