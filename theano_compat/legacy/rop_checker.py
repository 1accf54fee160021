"""What tests of a program's op take from `theano.tests.test_rop`: the base of a test that compares Rop and Lop with whole Jacobians.

Legacy path: `theano.tests.test_rop`. Theano's own tests of its ops are not there.
"""
import unittest

import numpy as np

import theano_compat as theano
import theano_compat.tensor as T
from theano_compat.gradient import grad_undefined
from theano_compat.graph.utils import legacy_name
from theano_compat.legacy import unittest_tools as utt


@legacy_name("theano.tests.test_rop")
class BreakRop(theano.Op):
    """The identity, which nothing can be differentiated through: neither by `grad` nor by `R_op`."""

    __props__ = ()

    def make_node(self, x):
        return theano.Apply(self, [x], [x.type()])

    def perform(self, node, inputs, output_storage):
        output_storage[0][0] = inputs[0].copy()

    def grad(self, inputs, output_grads):
        return [grad_undefined(self, 0, inputs[0])]

    def R_op(self, inputs, eval_points):
        return [None]


break_op = BreakRop()


@legacy_name("theano.tests.test_rop")
class RopLop_checker(unittest.TestCase):
    """Checks for subclasses to call: of a vector output that is made of the vector `self.x` or of the matrix `self.mx`.

    Shapes of the inputs (`in_shape`, `mat_in_shape`) and numbers come from the seed of tests. Everything has the dtype floatX.
    """

    def setUp(self):
        utt.seed_rng()
        self.x, self.v = T.vector("x"), T.vector("v")
        self.mx, self.mv = T.matrix("mx"), T.matrix("mv")
        self.rng = np.random.RandomState(utt.fetch_seed())
        self.in_shape = (5 + self.rng.randint(3),)
        self.mat_in_shape = (5 + self.rng.randint(3), 5 + self.rng.randint(3))

    def _numbers(self, shape):
        return np.asarray(self.rng.uniform(size=shape), theano.config.floatX)

    def _same(self, what, first, second, inputs, values):
        one, other = (theano.function(inputs, e, on_unused_input="ignore")(*values) for e in (first, second))
        assert np.allclose(one, other), "%s mismatch: %s %s" % (what, one, other)

    def check_nondiff_rop(self, y):
        """That the Rop of `y`, which is not differentiable, is refused with a ValueError."""
        try:
            T.Rop(y, self.x, self.v)
        except ValueError:
            return
        self.fail("Op did not raise an error even though the function is not differentiable")

    def check_mat_rop_lop(self, y, out_shape):
        """Rop and Lop of the vector `y` by the matrix `self.mx`; `out_shape`: the shape of `y`."""
        rows, _ = theano.scan(lambda i, y, x, v: (T.grad(y[i], x) * v).sum(), sequences=T.arange(y.shape[0]),
                              non_sequences=[y, self.mx, self.mv])
        points = self._numbers(self.mat_in_shape), self._numbers(self.mat_in_shape)
        self._same("ROP", T.Rop(y, self.mx, self.mv), rows, [self.mx, self.mv], points)
        self.check_nondiff_rop(theano.clone(y, replace={self.mx: break_op(self.mx)}))
        self._same("LOP", T.Lop(y, self.mx, self.v), T.grad((self.v * y).sum(), self.mx), [self.mx, self.v],
                   (points[0], self._numbers(out_shape)))

    def check_rop_lop(self, y, out_shape):
        """Rop and Lop of the vector `y` by the vector `self.x`; `out_shape`: the shape of `y`."""
        jacobian, _ = theano.scan(lambda i, y, x: T.grad(y[i], x), sequences=T.arange(y.shape[0]), non_sequences=[y, self.x])
        points = self._numbers(self.in_shape), self._numbers(self.in_shape)
        self._same("ROP", T.Rop(y, self.x, self.v), T.dot(jacobian, self.v), [self.x, self.v], points)
        broken = theano.clone(y, replace={self.x: break_op(self.x)})
        try:
            self.check_nondiff_rop(broken)
            refused = True
        except AssertionError:
            refused = False
        self._same("LOP", T.Lop(y, self.x, self.v), T.dot(self.v, jacobian), [self.x, self.v],
                   (self._numbers(self.in_shape), self._numbers(out_shape)))
        if not refused:  # as Theano has it: sums forget such inputs, which is no fault of the op
            raise unittest.SkipTest("Rop took an input that nothing can be differentiated through")
