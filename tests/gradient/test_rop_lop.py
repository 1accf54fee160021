"""Rop and Lop agree with the full Jacobian, for an op of each family; nothing differentiable comes out behind a break."""
import numpy as np
import pytest

import theano
import theano.tensor as T
from theano import gradient


class Break(theano.Op):
    """Its input, with no derivative."""

    __props__ = ()

    def make_node(self, x):
        return theano.Apply(self, [x], [x.type()])

    def perform(self, node, inputs, outputs):
        outputs[0][0] = inputs[0]

    def grad(self, inputs, output_grads):
        return [gradient.grad_undefined(self, 0, inputs[0])]

    def R_op(self, inputs, eval_points):
        return [None]


T3, T6 = theano.shared(np.array([0.3, -0.2, 0.9])), theano.shared(np.arange(6.0))
W = theano.shared(np.arange(30.0).reshape(6, 5) / 7)
# vectors of a vector x of 6 numbers
OF_VECTOR = {
    "specify_shape": lambda x: T.specify_shape(x, (6,)) * 2,
    "subtensor": lambda x: x[:4] ** 2,
    "inc_subtensor": lambda x: T.inc_subtensor(x[:3], T3),
    "inc_subtensor of a shared": lambda x: T.inc_subtensor(T6[:4], x[:4]),
    "set_subtensor": lambda x: T.set_subtensor(x[:3], T3),
    "set_subtensor of a shared": lambda x: T.set_subtensor(T6[:4], x[:4] ** 2),
    "advanced subtensor": lambda x: x[[0, 2, 2, 5]] ** 2,
    "advanced inc_subtensor": lambda x: T.inc_subtensor(x[[0, 2, 2]], x[:3] ** 2),
    "dimshuffle": lambda x: x[:4].dimshuffle("x", 0).sum(axis=0),
    "unbroadcast": lambda x: T.unbroadcast(x[:4].dimshuffle("x", 0), 0).sum(axis=1),
    "join": lambda x: T.join(0, x, T3, x ** 2),
    "split": lambda x: T.split(x, [2, 4], 2)[1] ** 2,
    "dot": lambda x: T.dot(x, W),
    "elemwise": lambda x: (x + 1) ** 2 / T.exp(x),
    "an integer beside": lambda x: x + T.cast(x, "int32"),
    "reshape": lambda x: (x.reshape((2, 3)) ** 2).sum(axis=0),
    "softmax": lambda x: T.nnet.softmax(x)[0],
    "alloc": lambda x: T.alloc(x.sum(), 4),
    "alloc of a vector": lambda x: T.alloc(x, 2, 6).flatten(),
    "cumsum": lambda x: T.cumsum(x ** 2),
    "sort": lambda x: T.sort(x) ** 2,
    "repeat": lambda x: T.repeat(x, 2) ** 2,
    "diag": lambda x: T.diag(x).sum(axis=0) ** 2,
    "outer": lambda x: T.outer(x, x).sum(axis=1),
    "tile": lambda x: T.tile(x, 2) ** 2,
    "switch": lambda x: T.switch(x > 0, x ** 2, x),
    "prod": lambda x: x.reshape((2, 3)).prod(axis=0),
    "max": lambda x: x.reshape((2, 3)).max(axis=1),
    "max of three dimensions": lambda x: x.reshape((1, 2, 3)).max(axis=2).flatten(),
    "norm": lambda x: x / x.norm(2),
    "arange": lambda x: T.arange(6) * x,
    "batched_dot": lambda x: T.batched_dot(x.reshape((2, 1, 3)), x.reshape((2, 3, 1))).flatten(),
    "tensordot": lambda x: T.tensordot(x.reshape((2, 3)), x.reshape((2, 3)), axes=[[0], [0]]).flatten(),
    "a gradient": lambda x: T.grad((T.tanh(x) ** 2).sum(), x),
}
# Alone: elementwise ops of Theano let the direction of a constant beside a break through.
BEHIND_A_BREAK = {
    "specify_shape": lambda x: T.specify_shape(x, (6,)),
    "subtensor": lambda x: x[:4],
    "inc_subtensor": lambda x: T.inc_subtensor(T6[:4], x[:4]),
    "set_subtensor": lambda x: T.set_subtensor(x[:3], T3),
    "advanced subtensor": lambda x: x[[0, 2, 2, 5]],
    "dimshuffle": lambda x: x.dimshuffle("x", 0),
    "unbroadcast": lambda x: T.unbroadcast(x.dimshuffle("x", 0), 0),
    "join": lambda x: T.join(0, x, T3),
    "split": lambda x: T.split(x, [2, 4], 2)[1],
    "reshape": lambda x: x.reshape((2, 3)),
    "sum": lambda x: x.sum(),
    "alloc": lambda x: T.alloc(x, 2, 6),
    "cumsum": lambda x: T.cumsum(x),
    "sort": lambda x: T.sort(x),
    "repeat": lambda x: T.repeat(x, 2),
    "diag": lambda x: T.diag(x),
    "prod": lambda x: x.reshape((2, 3)).prod(axis=0),
    "max": lambda x: x.reshape((2, 3)).max(axis=1),
    "softmax": lambda x: T.nnet.softmax(x)[0],
}
X = np.array([0.5, -1.5, 2.0, 0.25, -0.75, 1.0])
V = np.array([1.0, 2.0, -1.0, 0.5, 0.0, -2.0])


@pytest.mark.parametrize("name", OF_VECTOR)
def test_rop_and_lop_are_products_with_the_jacobian(name):
    x, v, w = T.dvector("x"), T.dvector("v"), T.dvector("w")
    y = OF_VECTOR[name](x)
    jacobian = theano.function([x], gradient.jacobian(y, x))(X)
    np.testing.assert_allclose(theano.function([x, v], T.Rop(y, x, v), on_unused_input="ignore")(X, V), jacobian @ V, atol=1e-12)
    weights = np.linspace(-1, 1, len(jacobian))
    lop = theano.function([x, w], T.Lop(y, x, w), on_unused_input="ignore")
    np.testing.assert_allclose(lop(X, weights), weights @ jacobian, atol=1e-12)
    if name == "an integer beside":
        return  # finite differences would see the steps
    step = 1e-6
    f = theano.function([x], y)
    np.testing.assert_allclose((f(X + step * V) - f(X - step * V)) / (2 * step), jacobian @ V, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", BEHIND_A_BREAK)
def test_rop_stops_behind_a_break(name):
    x, v = T.dvector("x"), T.dvector("v")
    with pytest.raises(gradient.DisconnectedInputError):
        T.Rop(BEHIND_A_BREAK[name](Break()(x)), x, v)


@pytest.mark.parametrize("make", [lambda x: x.shape, lambda x: T.argmax(x, axis=0), lambda x: x > 0, lambda x: T.cast(x, "int32")])
def test_rop_of_what_has_no_derivative_is_refused_or_zero(make):
    x, v = T.dmatrix("x"), T.dmatrix("v")
    try:
        found = T.Rop(make(x), x, v)
    except gradient.DisconnectedInputError:
        return
    assert not np.any(theano.function([x, v], found, on_unused_input="ignore")(np.ones((2, 2)), np.ones((2, 2))))


def test_a_direction_that_only_a_broadcast_number_has_gets_the_output_shape():
    x, v = T.dmatrices("x", "v")
    f = theano.function([x, v], T.Rop(T.var(x, axis=1, ddof=1), x, v))  # 1 is subtracted from the shape on the way
    at, along = np.arange(6.0).reshape(2, 3) ** 2, np.array([[1.0, -2.0, 0.5], [0.0, 3.0, 1.0]])
    step = 1e-6 * along
    slope = (np.var(at + step, axis=1, ddof=1) - np.var(at - step, axis=1, ddof=1)) / 2e-6
    np.testing.assert_allclose(f(at, along), slope, rtol=1e-6)
