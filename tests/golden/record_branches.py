"""Record what branches with an op in Python give and run: `python tests/golden/record_branches.py > tests/golden/branches.json`, under real
Theano 1.0.5 with THEANO_FLAGS=cxx= (with its C compiler the loops take hours).

For each program and condition: the calls of Square (1) and Same (2), sorted, for ops that do not need each other have no order; the values.
Of steps of loops: calls of the op for the values, and the values, their gradient and second derivative.
tests/control/test_python_branches.py runs the same programs here.
"""
import json

import numpy as np

import theano
import theano.tensor as T
from theano.ifelse import ifelse

CALLS = []


class Square(theano.Op):
    __props__ = ()

    def make_node(self, x):
        return theano.Apply(self, [x], [x.type()])

    def perform(self, node, inputs, outputs):
        CALLS.append(1)
        if inputs[0].sum() > 1000:
            raise KeyError("too large")
        outputs[0][0] = inputs[0] ** 2

    def grad(self, inputs, output_grads):
        return [output_grads[0] * 2 * Same()(inputs[0])]

    def infer_shape(self, node, shapes):
        return shapes


class Same(Square):
    def perform(self, node, inputs, outputs):
        CALLS.append(2)
        outputs[0][0] = inputs[0] * 1


class Plain(Square):
    """A square whose gradient needs no Python."""

    def grad(self, inputs, output_grads):
        return [output_grads[0] * 2 * inputs[0]]


X, C, I = T.dvector("x"), T.lscalar("c"), T.lscalar("i")
A = np.array([1.0, 2.0])
P, Q = Square(), Same()
Y = ifelse(C, P(X).sum() ** 2, X.sum())
Z = ifelse(C, P(P(X) + 1).sum() * X.sum(), (X ** 3).sum())
U, V = ifelse(C, [P(X), X + 1], [X, P(X + 2)])
SHARED = P(X)
BOUND = theano.shared(9.)

PROGRAMS = {
    "value and gradient": [Y, T.grad(Y, X)],
    "within each other": [Z, T.grad(Z, X)],
    "several values": [U, V],
    "one of several values": [V],
    "shapes differ": [ifelse(C, T.concatenate([P(X), X]), X)],
    "both branches": [ifelse(C, SHARED + 1, SHARED * 2)],
    "two with one condition": [ifelse(C, SHARED + 1, X), ifelse(C, SHARED * 2, X + 5)],
    "nested": [ifelse(C, ifelse(T.gt(X.sum(), 2), ifelse(T.lt(X.sum(), 1), P(X * 3), P(X * 4)), P(X * 5)), X)],
    "condition by Python": [ifelse(T.gt(P(X).sum() * C, 3), Q(X), X + 1)],
    "one within the other": [ifelse(C, ifelse(T.gt(X.sum(), 9), P(X).sum() ** 2, X.sum()), (X ** 3).sum())],
    "two within two": [ifelse(C, ifelse(T.gt(X.sum(), BOUND), SHARED + 1, X), X), ifelse(C, ifelse(T.gt(X.sum(), BOUND), SHARED * 2, X), X + 5)],
    "used outside too": [ifelse(C, SHARED, X), SHARED],
    "inside an expression": [T.exp(ifelse(C, P(X * 3) / 9, X)).sum()],
}

PLAIN = Plain()
STEPS = {
    "some steps": lambda e: ifelse(T.gt(e, 1.5), PLAIN(e * X), X),
    "the other branch": lambda e: ifelse(T.gt(e, 1.5), e * X, PLAIN(X * e)),
    "no step": lambda e: ifelse(T.gt(e, 9), PLAIN(e * X), X),
    "all or none": lambda e: ifelse(C, PLAIN(e * X), X),
    "both branches": lambda e: ifelse(T.gt(e, .5), PLAIN(e * X), PLAIN(X + 1)),
    "nested": lambda e: ifelse(T.gt(e, .5), ifelse(T.gt(e, 1.5), PLAIN(e * X), X * e), X),
    "not reached": lambda e: ifelse(T.gt(e, .5), ifelse(T.gt(e, 9), PLAIN(e * X), X * e), X),
    "a state": lambda e, s: ifelse(T.gt(e, 1.5), PLAIN(s * X), s + X),
}


def looped(name, mode):
    """Functions of a loop over [0, 1, 2, 3]: the sum of its values, its gradient, the derivative of the sum of that."""
    step = STEPS[name]
    rows, _ = theano.scan(step, sequences=T.arange(4.0), outputs_info=X if step.__code__.co_argcount == 2 else None)
    first = T.grad(rows.sum(), X)
    return [theano.function([C, X], v, mode=mode, on_unused_input="ignore") for v in (rows.sum(), first, T.grad(first.sum(), X))]


def looped_outcome(functions, c):
    """[calls for the value, those for the gradient, value, gradient, second derivative]."""
    calls, values = [], []
    for f in functions:
        del CALLS[:]
        values.append(np.asarray(f(c, A)).tolist())
        calls.append(CALLS.count(1))
    return calls[:2] + values


def outcome(f, c):
    """[calls, values] of a call."""
    del CALLS[:]
    values = [np.asarray(v).tolist() for v in f(c, A)]
    return [sorted(CALLS), values]


def compiled(name, mode):
    """The function of a program."""
    return theano.function([C, X], PROGRAMS[name], mode=mode)


if __name__ == "__main__":
    found = {}
    for name in PROGRAMS:
        f = compiled(name, "FAST_RUN")
        found[name] = [outcome(f, c) for c in (0, 1)]
    for name in STEPS:
        functions = looped(name, "FAST_RUN")
        found["loop: " + name] = [looped_outcome(functions, c) for c in (0, 1)]
    print("{\n" + ",\n".join("%s: %s" % (json.dumps(name), json.dumps(found[name])) for name in found) + "\n}")
