"""Record the tutorials: `python tests/golden/record_tutorials.py > tests/golden/tutorials.json` under real Theano 1.0.5.

Two names that tutorials use are older than 1.0.5: Param is given as the In that replaced it, ProfileMode as a Mode.
"""
import json
import os
import sys
import warnings

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tutorials"))
import theano  # noqa: E402

if not hasattr(theano, "Param"):
    theano.Param = lambda variable, default=None, name=None, **kwargs: theano.In(variable, value=default, name=name, **kwargs)
if not hasattr(theano, "ProfileMode"):
    theano.ProfileMode = lambda optimizer, linker: theano.Mode(optimizer=optimizer, linker="cvm")
import programs  # noqa: E402

warnings.simplefilter("ignore")
found = {"recorded_by": "python tests/golden/record_tutorials.py, under real Theano 1.0.5"}
for program in programs.PROGRAMS:
    try:
        found[program.__name__] = [programs.described(value) for value in program()]
    except Exception as e:
        print(program.__name__, repr(e)[:300], file=sys.stderr)
json.dump(found, sys.stdout, indent=0, sort_keys=True)
print()
