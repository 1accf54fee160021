"""Record gradients and directional derivatives through loops at kinks and ties:
`THEANO_FLAGS=cxx= python tests/golden/record_loop_gradients.py > tests/golden/loop_gradients.json`.

Run under real Theano 1.0.5. Each row is a function of a matrix; the gradient of the sum of its values over a loop's steps is recorded, and the
derivative of its values along a direction; null where Theano has none.
"""
import json

import numpy as np
import theano
import theano.tensor as T
from theano.tensor.opt import register_canonicalize
from theano.tensor.signal.pool import pool_2d

theano.config.floatX = "float64"
X = np.array([[1., 2., 2.], [0., 0., 0.], [3., -1., 3.]])
STEPS = np.array([.5, 1.])


class Clipped(theano.compile.ViewOp):
    """A barrier as many programs of the time wrote it, and took it out of the graph once the gradient was made."""

    def __init__(self, low, high):
        self.low, self.high = low, high

    def grad(self, inputs, output_grads):
        return [T.clip(g, self.low, self.high) for g in output_grads]


class Stopped(theano.compile.ViewOp):
    def grad(self, inputs, output_grads):
        return [T.zeros_like(g) for g in output_grads]


clipped, stopped = Clipped(-.6, .6), Stopped()
register_canonicalize(theano.gof.OpRemove(clipped), name="remove_clipped")
register_canonicalize(theano.gof.OpRemove(stopped), name="remove_stopped")

ROWS = {
    "abs": abs,
    "softplus": T.nnet.softplus,
    "softplus of a bias": lambda v: T.nnet.softplus(v[1, 0]) * v[0],
    "relu": T.nnet.relu,
    "leaky relu": lambda v: T.nnet.relu(v, .1),
    "elu": T.nnet.elu,
    "maximum with 0": lambda v: T.maximum(v, 0),
    "minimum of rows": lambda v: T.minimum(v[0], v[2]),
    "clip": lambda v: T.clip(v, 0, 3),
    "x ** 1.5": lambda v: abs(v) ** 1.5,
    "x ** 2.75": lambda v: T.sqr(v) ** 2.75,
    "xlogy0": lambda v: T.xlogx.xlogy0(abs(v), 2 + v),
    "i0": lambda v: T.i0(v),
    "max": lambda v: T.max(v, axis=1),
    "min": T.min,
    "max and argmax": lambda v: T.max_and_argmax(v, axis=1)[0],
    "ptp": lambda v: T.ptp(v, axis=1),
    "norm of order 1": lambda v: v.norm(1),
    "pool": lambda v: pool_2d(v.reshape((1, 1, 3, 3)), (2, 2), ignore_border=True, stride=(1, 1)),
    "puts at one row": lambda v: T.set_subtensor(v[[0, 0]], 2 * v[[1, 2]]),
    "puts at one number": lambda v: T.set_subtensor(v[[0, 0], [1, 1]], v[[1, 2], [0, 0]]),
    "clipped gradient": lambda v: clipped(v) ** 2,
    "clipped within": lambda v: T.tanh(clipped(T.dot(v, v)) * .1),
    "stopped": lambda v: stopped(v) * v,
}


def gradient(row):
    v = T.matrix("v")
    rows, _ = theano.scan(lambda s, v: row(v) * s, sequences=STEPS, non_sequences=v)
    return theano.function([v], T.grad(rows.sum(), v))(X)


def direction(row):
    """The derivative along cos(0), cos(1), ...; None where Theano has none."""
    v, e = T.matrices("ve")
    rows, _ = theano.scan(lambda s, v: row(v) * s, sequences=STEPS, non_sequences=v)
    try:
        pushed = T.Rop(rows, v, e)
    except (NotImplementedError, ValueError, TypeError):
        return None
    return theano.function([v, e], pushed, on_unused_input="ignore")(X, np.cos(np.arange(9.)).reshape(3, 3))


def buffers():
    """How much a cost depends on the states in each step: gradients of the loop's own inputs, as some programs ask for."""
    W, x = theano.shared(np.cos(np.arange(9.)).reshape(3, 3) / 2), T.tensor3("x")
    values = np.sin(np.arange(24.)).reshape(4, 2, 3)
    h, _ = theano.scan(lambda u, h: T.tanh(T.dot(h, W) + u), sequences=x, outputs_info=[T.zeros((2, 3))])
    node = h.owner.inputs[0].owner
    cost = (h[-1] ** 2).sum() + (h[1] ** 3).sum()
    found = theano.function([x], T.grad(cost, [W, node.inputs[node.op.n_seqs + 1], h]))(values)
    (a, b), _ = theano.scan(lambda u, a, a2, b: [T.tanh(T.dot(a, W) + u + b), a2 * .5 + b * .1], sequences=x,
                            outputs_info=[dict(initial=T.ones((2, 2, 3)) * .1, taps=[-1, -2]), T.ones((2, 3)) * .2])
    node = a.owner.inputs[0].owner
    return found + theano.function([x], T.grad((a ** 2).sum() + b[-1].sum(), node.inputs[2:4]))(values)


if __name__ == "__main__":
    recorded = {name: gradient(row).tolist() for name, row in ROWS.items()}
    directions = {name: direction(row) for name, row in ROWS.items()}
    recorded["directions"] = {name: None if v is None else v.tolist() for name, v in directions.items()}
    recorded["buffers"] = [v.tolist() for v in buffers()]
    print(json.dumps(recorded, indent=1, sort_keys=True))
