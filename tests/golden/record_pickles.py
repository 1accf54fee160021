"""Pickles made by the real Theano 1.0.5, and what they hold, for tests/legacy/test_pickles.py.

Run under Python 2.7 and under Python 3.7, each writes its own files into tests/golden/pickles/:
    THEANO_FLAGS=traceback.limit=0,cxx= python tests/golden/record_pickles.py tests/golden/pickles
"""
import gzip
import json
import os
import pickle
import sys

import numpy as np
import theano
import theano.tensor as T
from theano.ifelse import ifelse
from theano.misc import pkl_utils
from theano.sandbox.rng_mrg import MRG_RandomStreams
from theano.tensor.shared_randomstreams import RandomStreams

FOLDER = sys.argv[1]
PYTHON = "py%d%d" % sys.version_info[:2]
XV = np.arange(8.).reshape(4, 2) / 8
YV = np.array([0, 1, 2, 0], "int32")


def listed(value):
    return [listed(v) for v in value] if isinstance(value, (list, tuple)) else np.asarray(value).tolist()


def main():
    found = {}

    def record(name, obj, values, protocols=(0, 1, 2, -1)):
        for protocol in protocols:
            path = os.path.join(FOLDER, "%s_%s_%s.pkl.gz" % (PYTHON, name, str(protocol).replace("-1", "highest")))
            with open(path, "wb") as f:
                with gzip.GzipFile("", "wb", 9, f, 0) as packed:
                    packed.write(pickle.dumps(obj, protocol))
        found[name] = listed(values)

    W = theano.shared(np.arange(6.).reshape(2, 3), name="W")
    b = theano.shared(np.zeros(3, "float32"), name="b")
    n = theano.shared(np.int64(7), name="n")
    record("shared", [W, b, n], [v.get_value() for v in (W, b, n)])
    record("params", [W.get_value(), b.get_value()], [W.get_value(), b.get_value()])
    record("state", {"params": [W, b], "epoch": 3, "name": u"caf\xe9", "history": [0.5, 0.25], "rng": np.random.RandomState(7)},
           np.random.RandomState(7).rand(3), (0, 2))

    x, y, k = T.dmatrix("x"), T.ivector("y"), T.iscalar("k")
    p = T.nnet.softmax(T.dot(x, W) + b)
    cost = -T.mean(T.log(p)[T.arange(y.shape[0]), y])
    record("graph", [[x, y], [p, cost]], theano.function([x, y], [p, cost])(XV, YV), (0, 2))
    looped, _ = theano.scan(lambda prev, row: prev * 2 + row, sequences=x, outputs_info=T.zeros_like(x[0]))
    outs = [looped[-1], ifelse(T.gt(x.sum(), 1), x * 2, x), x[1:, 1], T.set_subtensor(x[0], 1.), T.max(x, axis=0), T.argmax(x, axis=1),
            T.concatenate([x, x]), x.T, T.sort(x, 0), x.reshape((2, -1)), T.eye(3), x.mean(1), T.clip(x, 0.2, 0.5), x.norm(2),
            T.nnet.relu(x - 0.3), T.extra_ops.cumsum(x), T.repeat(x, 2, 0), T.tile(x, (2, 2)), T.dot(x.T, x), T.alloc(x[0], 2, 2),
            x.dimshuffle(1, "x", 0), T.cast(x * 5, "int32"), T.switch(x > 0.4, x, -x)]
    record("ops", [[x], outs], theano.function([x], outs)(XV), (2,))

    U = theano.shared(np.eye(2) / 2 + 0.1, name="U")
    hidden, _ = theano.scan(lambda row, h: T.tanh(row + T.dot(h, U)), sequences=x, outputs_info=T.zeros_like(x[0]))
    fibonacci, _ = theano.scan(lambda row, a, b, c: [a * c + b + row, a.sum()], sequences=x[::-1],
                               outputs_info=[dict(initial=x[:2], taps=[-2, -1]), None], non_sequences=x[0])
    losses = [T.sqr(hidden).sum(), fibonacci[0].sum() + T.sqr(fibonacci[1]).sum()]
    outs = losses + [T.grad(losses[0], U), T.grad(losses[0], x), T.grad(losses[1], x), T.grad(hidden[-1, 0], x)]
    record("backward", [[x], outs], theano.function([x], outs)(XV), (2,))

    step = theano.function([x, y], cost, updates=[(W, W - 0.1 * T.grad(cost, W))])
    state = pickle.dumps(step, 2)
    record("function", pickle.loads(state), [step(XV, YV), step(XV, YV), W.get_value()], (2,))
    W.set_value(np.arange(6.).reshape(2, 3))
    named = theano.function([theano.In(k, value=3, name="k"), x], {"a": x * k, "b": x + k}, name="named")
    record("named", named, [named(x=XV)["a"], named(5, XV)["b"]], (2,))

    streams = RandomStreams(42)
    u = streams.uniform((2, 2))
    draw = theano.function([], u)
    state = pickle.dumps([streams, draw], 2)
    record("streams", pickle.loads(state), [draw(), draw()], (2,))
    mrg = MRG_RandomStreams(42)
    v = mrg.uniform((2, 2))
    draw = theano.function([], v)
    state = pickle.dumps([mrg, draw], 2)
    record("mrg", pickle.loads(state), [draw(), draw()], (2,))

    with open(os.path.join(FOLDER, PYTHON + "_model.zip"), "wb") as f:
        pkl_utils.dump((W, b, [W, np.arange(3)]), f)
    found["model"] = listed([W.get_value(), b.get_value(), np.arange(3)])
    with open(os.path.join(FOLDER, PYTHON + ".json"), "w") as f:
        json.dump(found, f, sort_keys=True, indent=1)
        f.write("\n")


if __name__ == "__main__":
    main()
