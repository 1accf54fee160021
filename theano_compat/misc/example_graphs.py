"""The four small models that the tutorial on interactive pictures draws. Legacy path: `theano.d3viz.tests.models`."""
import numpy as np

import theano_compat.tensor as T
from theano_compat import OpFromGraph, shared


class Mlp:
    """A perceptron of one hidden layer: `inputs` [x], `outputs` [class probabilities]. `rng`: a RandomState or its seed."""

    def __init__(self, nfeatures=100, noutputs=10, nhiddens=50, rng=None):
        self.rng = rng if hasattr(rng, "normal") else np.random.RandomState(rng or 0)
        self.nfeatures, self.noutputs, self.nhiddens = nfeatures, noutputs, nhiddens
        x = T.dmatrix("x")
        hidden = T.nnet.sigmoid(self._affine(x, nfeatures, nhiddens))
        self.inputs, self.outputs = [x], [T.nnet.softmax(self._affine(hidden, nhiddens, noutputs))]

    def _affine(self, x, n_in, n_out):
        weights = shared(self.rng.normal(0, 1, (n_in, n_out)), borrow=True)
        return T.dot(x, weights) + shared(np.zeros(n_out), borrow=True)


class _OfThreeScalars:
    def __init__(self):
        self.inputs = T.scalars("xyz")
        self.outputs = [self._output(*self.inputs)]


def _squashed(x, y, z):
    return OpFromGraph([x, y, z], [T.nnet.sigmoid((x + y + z) ** 2)])


class OfgSimple(_OfThreeScalars):
    """One node that holds a graph."""

    def _output(self, x, y, z):
        return _squashed(x, y, z)(x, y, z)


class Ofg(_OfThreeScalars):
    """Two nodes of one op that holds a graph."""

    def _output(self, x, y, z):
        op = _squashed(x, y, z)
        return op(x, y, z) + op(z, y, x)


class OfgNested(_OfThreeScalars):
    """A node that holds a graph that holds a graph."""

    def _output(self, x, y, z):
        inner = OpFromGraph([x, y], [x * y])
        return OpFromGraph([x, y, z], [inner(x, y) + z])(x, y, z) + z
