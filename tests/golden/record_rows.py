"""Record rows that are read and put where some are named twice: `python tests/golden/record_rows.py > tests/golden/rows.json`, under real
Theano 1.0.5.

The default mode rewrites what is put so that its numbers are other than FAST_COMPILE's; programs that train on sampled items count on it.
For each expression the numbers in both modes. tests/rewrite/test_rows.py looks whether they are ours.
"""
import json

import numpy as np

import theano
import theano.tensor as T

x, v, i, y, z, w = T.matrix("x"), T.vector("v"), T.ivector("i"), T.matrix("y"), T.matrix("z"), T.vector("w")
_stepped, _decayed = T.set_subtensor(x[i], x[i] + y), T.set_subtensor(x[i], x[i] * .5 + y)
EXPRESSIONS = {
    "a step": _stepped,
    "a step first": T.set_subtensor(x[i], y + x[i]),
    "of a vector": T.set_subtensor(v[i], v[i] + w),
    "of a number": T.set_subtensor(x[i], x[i] + 1),
    "of one row": T.set_subtensor(x[i], x[i] + y[0]),
    "of another dtype": T.set_subtensor(x[i], x[i] + T.cast(y, "float32")),
    "of whole numbers": T.set_subtensor(T.cast(x, "int8")[i], T.cast(x, "int8")[i] + T.cast(y, "int8")),
    "of itself": T.set_subtensor(x[i], x[i] + x[i]),
    "down": T.set_subtensor(x[i], x[i] + (-y)),
    "minus": T.set_subtensor(x[i], x[i] - y),
    "decayed": _decayed,
    "of another table": T.set_subtensor((x * 2)[i], x[i] + y),
    "(x + y) + z": T.set_subtensor(x[i], (x[i] + y) + z),
    "x + (y + z)": T.set_subtensor(x[i], x[i] + (y + z)),
    "(y + z) + x": T.set_subtensor(x[i], (y + z) + x[i]),
    "y + (z + x)": T.set_subtensor(x[i], y + (z + x[i])),
    "at entries": T.set_subtensor(x[i, i % 2], x[i, i % 2] + w),
    "constant rows": T.set_subtensor(x[[1, 2, 1, 3]], x[[1, 2, 1, 3]] + y),
    "gradient": T.grad((_stepped ** 2).sum(), y),
    "gradient of the table": T.grad((_stepped ** 2).sum(), x),
    "put and read": T.set_subtensor(x[i], y)[i],
    "a step and read": _stepped[i],
    "decayed and read": T.sqrt(_decayed[i] + 1),
    "read for a gradient": T.grad((_decayed[i] ** 2).sum(), y),
    "put elsewhere": T.set_subtensor(x[i], y)[i[::-1]],
    "put and read, another dtype": T.set_subtensor(x[i], T.cast(y, "float32"))[i],
    "a number put and read": T.set_subtensor(x[i], 3.)[i],
    "added and read": T.inc_subtensor(x[i], y)[i],
    "added to zeros and read": T.inc_subtensor(T.zeros_like(x)[i], y)[i],
    "decayed, added and read": T.inc_subtensor(T.set_subtensor(x[i], x[i] * .5)[i], y)[i],
}
_Y = np.arange(8.).reshape(4, 2) + 1
ARGUMENTS = [np.full((5, 2), 10.), np.arange(5.) * 10, np.array([1, 2, 1, 3], "int32"), _Y, _Y * 100, np.arange(4.) + 1]


def outcome(name, mode):
    """Dtype, shape and numbers of an expression."""
    got = theano.function([x, v, i, y, z, w], EXPRESSIONS[name], on_unused_input="ignore", mode=mode)(*ARGUMENTS)
    return [str(got.dtype), list(got.shape), [float("%.12g" % e) for e in got.ravel().tolist()]]


if __name__ == "__main__":
    print(json.dumps({name: {mode: outcome(name, mode) for mode in ("FAST_RUN", "FAST_COMPILE")} for name in EXPRESSIONS}))
