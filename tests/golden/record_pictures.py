"""Record what pydotprint draws: `python tests/golden/record_pictures.py > tests/golden/pictures.json` under real Theano 1.0.5 with pydot 1.4.

The programs are plain text, so that tests/printing/test_pictures_golden.py runs the same ones.
"""
from __future__ import print_function

import json
import os
import re
import sys
import tempfile

PROLOGUE = """
import numpy as np
import theano
import theano.tensor as T
from theano.ifelse import ifelse
x, y = T.dmatrix('x'), T.dvector('y')
s = theano.shared(np.ones(3), 's')
f = theano.function([x, y], [T.nnet.sigmoid(x * y + 2), x.sum()], updates=[(s, s + y.sum())], mode='FAST_COMPILE')
branches = theano.function([x], ifelse(x.sum() > 0, x * 2, T.exp(x) - 1), mode='FAST_COMPILE')
"""

# what is drawn, options
PROGRAMS = {
    "plain": ("f", {}), "ids": ("f", {"with_ids": True}), "names": ("f", {"var_with_name_simple": True}),
    "low contrast": ("f", {"high_contrast": False}), "not compact": ("f", {"compact": False}), "short labels": ("f", {"max_label_size": 20}),
    "own colours": ("f", {"colorCodes": {"Sum": "red", "Output": "yellow"}}), "branches": ("branches", {"cond_highlight": True}),
    "a variable": ("x + y", {}), "variables": ("[x + y, x * 2]", {}), "a gradient": ("T.grad((x ** 2).sum(), x)", {}),
}


def drawn(scope, name):
    """The lines of the file for Graphviz, sorted, nodes by their labels: numbers and quotation marks differ."""
    from theano.printing import pydotprint
    what, options = PROGRAMS[name]
    path = os.path.join(tempfile.mkdtemp(), "graph.raw")
    pydotprint(eval(what, scope), outfile=path, format="raw", print_output_file=False, **options)
    with open(path) as file:
        text = re.sub(r'"(\d{9,})"', r"\1", file.read())
    labels = {}
    for number, attributes in re.findall(r"^(\d{9,}) \[(.*)\];", text, re.MULTILINE):
        label = re.search(r'label=("[^"]*"|[^,\]]*)', attributes)
        labels[number] = label.group(1).strip('"') if label else "?"
    lines = set()
    for line in text.split("\n"):
        line = re.sub(r"\b(\d{9,})\b", lambda m: "<%s>" % labels.get(m.group(1), "??"), line.strip())
        line = re.sub(r"\s+\[", " [", line)
        found = re.match(r"(<.*?) \[(.*)\];$", line)
        if found:
            parts = sorted(p.replace('"', "") for p in re.findall(r'(\w+=(?:"[^"]*"|[^,]*))', found.group(2)))
            line = "%s [%s]" % (found.group(1), ", ".join(parts))
        lines.add(line)
    return sorted(line for line in lines if line)


if __name__ == "__main__":
    scope = {}
    exec(PROLOGUE, scope)
    json.dump({name: drawn(scope, name) for name in sorted(PROGRAMS)}, sys.stdout, indent=1, sort_keys=True)
    print()
