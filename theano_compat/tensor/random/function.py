"""RandomFunction: the op that draws from a numpy.random.RandomState, and the host functions it calls beyond NumPy's own.

What users call to make such draws is in `raw`.
"""
import sys

import numpy as np

from theano_compat.graph.null_type import grad_undefined
from theano_compat.graph.op import Op
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Apply
from theano_compat.tensor.random.type import RandomStateType, copied_state


@legacy_name("theano.tensor.raw_random")
class RandomFunction(Op):
    """Draw by `fn` from a generator: gives the moved generator and the numbers, of type `outtype`.

    `fn`: a method of RandomState, its name, or `f(generator, *args, size)`. `ndim_added`: dimensions that a draw has beyond
    `size`. `inplace`: the caller's generator moves; otherwise a copy does. Drawing runs on the host.
    """

    __props__ = ("fn", "outtype", "inplace", "ndim_added")
    host_only = True

    def __init__(self, fn, outtype, inplace=False, ndim_added=0):
        self.fn = fn
        self.exec_fn = getattr(np.random.RandomState, fn) if isinstance(fn, str) else fn
        self.outtype = outtype
        self.inplace = inplace
        if inplace:
            self.destroy_map = {0: [0]}
        self.ndim_added = ndim_added

    def __getstate__(self):
        # NumPy's methods do not pickle under every version; the name does
        return {"fn": self.fn, "outtype": self.outtype, "inplace": self.inplace, "ndim_added": self.ndim_added}

    def __setstate__(self, state):
        if isinstance(state, dict):
            state = [state[key] for key in self.__props__]
        self.__init__(*state)

    def __str__(self):
        return "RandomFunction{%s}" % self.exec_fn.__name__

    def make_node(self, r, shape, *args):
        """`r`: a RandomStateType variable; `shape`: a vector of lengths, empty for what the arguments ask for."""
        from theano_compat import tensor
        empty = isinstance(shape, (tuple, list)) and len(shape) == 0
        shape = tensor.as_tensor_variable(shape, ndim=1)
        if empty:
            shape = shape.astype("int64")
        assert shape.type.ndim == 1
        assert shape.type.dtype in ("int64", "int32")
        if not isinstance(r.type, RandomStateType):
            print("WARNING: RandomState instances should be in RandomStateType", file=sys.stderr)
        args = [tensor.as_tensor_variable(a) for a in args]
        return Apply(self, [r, shape, *args], [r.type(), self.outtype()])

    def moving(self):
        """The op that moves the generator it is given, instead of a copy, for one whom nobody else has."""
        made = type(self)(self.fn, self.outtype, inplace=True, ndim_added=self.ndim_added)
        del made.destroy_map  # no copy has to be kept
        return made

    def infer_shape(self, node, i_shapes):
        """The shape input, where it says everything. Raises ShapeError where the arguments have a say."""
        shape = node.inputs[1]
        automatic = len(getattr(shape, "data", (0,))) == 0
        if self.ndim_added != 0 or automatic:
            from theano_compat import tensor
            raise tensor.ShapeError()
        return [None, [shape[i] for i in range(node.outputs[1].ndim)]]

    def perform(self, node, inputs, output_storage, params=None):
        r, shape, args = inputs[0], inputs[1], [np.asarray(a) for a in inputs[2:]]
        assert type(r) is np.random.RandomState, (type(r), r)
        size = None if len(shape) == 0 else tuple(int(n) for n in shape)
        if size is not None and self.outtype.ndim != len(size) + self.ndim_added:
            raise ValueError("Shape mismatch: self.outtype.ndim (%i) != len(shape) (%i) + self.ndim_added (%i)"
                             % (self.outtype.ndim, len(size), self.ndim_added))
        if not self.inplace:
            r = copied_state(r)
        drawn = _as_dtype(self.exec_fn(r, *args, size), node.outputs[1].type.dtype)
        if size is None and drawn.ndim == 0:
            drawn = drawn.reshape((1,) * self.outtype.ndim)
        self._check_shape(drawn, size)
        output_storage[0][0] = r
        output_storage[1][0] = drawn

    def _check_shape(self, drawn, size):
        if drawn.ndim != self.outtype.ndim:
            raise ValueError('Shape mismatch: "out" should have dimension %i, but the value produced by "perform" has '
                             'dimension %i' % (self.outtype.ndim, drawn.ndim))
        if size is None:
            return
        if self.ndim_added == 0 and size != drawn.shape:
            raise ValueError('Shape mismatch: "out" should have shape %s, but the value produced by "perform" has shape %s'
                             % (size, drawn.shape))
        if self.ndim_added > 0 and size != drawn.shape[:-self.ndim_added]:
            raise ValueError('Shape mismatch: "out" should have shape starting with %s (plus %i extra dimensions), but the '
                             'value produced by "perform" has shape %s' % (size, self.ndim_added, drawn.shape))

    def do_constant_folding(self, node):
        """Never: a draw is no constant."""
        return False

    def grad(self, inputs, output_grads):
        return [grad_undefined(self, i, x, "No gradient defined through raw random numbers op")
                for i, x in enumerate(inputs)]

    def R_op(self, inputs, eval_points):
        return [None for _ in eval_points]


def _as_dtype(drawn, dtype):
    drawn = np.asarray(drawn)
    if drawn.dtype.kind == "f" and np.dtype(dtype).kind in "iu":
        # out of range, Theano's numbers wrap as the machine's integers do; by way of int64 that holds everywhere
        drawn = drawn.astype("int64")
    return np.asarray(drawn, dtype=dtype)


def _fits(shape, out_shape, shapes):
    """Raise ValueError unless `shape`, padded on the left with ones, broadcasts to `out_shape`."""
    for dim, (n, out_n) in enumerate(zip(shape, out_shape)):
        if n not in (1, out_n):
            raise ValueError("shape[%i] (%i) should be equal to out_shape[%i] (%i) or to 1" % (dim, n, dim, out_n),
                             shape, out_shape, shapes)


def random_integers_helper(random_state, low, high, size):
    """Integers between `low` and `high`, both included; the bounds may be arrays. Gives float64, as Theano's does."""
    low, high = np.asarray(low), np.asarray(high)
    ndim = len(size) if size is not None else max(low.ndim, high.ndim)
    for name, bound in (("low", low), ("high", high)):
        if bound.ndim > ndim:
            raise ValueError("%s.ndim (%i) should not be larger than len(size) (%i)" % (name, bound.ndim, ndim), bound, size)
    low = low.reshape((1,) * (ndim - low.ndim) + low.shape)
    high = high.reshape((1,) * (ndim - high.ndim) + high.shape)
    if size is None:
        size = tuple(max(a, b) for a, b in zip(low.shape, high.shape))
    size = tuple(size)
    shapes = (low.shape, high.shape)
    for shape in shapes:
        _fits(shape, size, shapes)
    # the bound past `high` may not fit a small integer type
    past = (high + 1).astype("int64") if high.dtype.kind == "f" else high.astype("int64") + 1
    low = low.astype("int64")
    if low.size == 1 and past.size == 1:
        low, past = low.item(), past.item()
    if 0 in size:
        return np.empty(size)
    return np.asarray(random_state.randint(low, past, size=size), dtype="float64")


def choice_helper(random_state, a, replace, p, size):
    """RandomState.choice, with an empty vector `p` for None."""
    a, p = np.asarray(a), np.asarray(p)
    if a.ndim > 1:
        raise ValueError("a.ndim (%i) must be 0 or 1" % a.ndim)
    if p.ndim != 1:
        raise ValueError("p.ndim (%i) must be 1" % p.ndim)
    return random_state.choice(a.item() if a.ndim == 0 else a, size, bool(replace), None if p.size == 0 else p)


def permutation_helper(random_state, n, shape):
    """As many permutations of 0..n-1 as `shape` says, along a new last dimension."""
    n = np.asarray(n)
    assert n.shape == ()
    n = int(n.item())
    shape = () if shape is None else tuple(shape)
    out = np.empty((*shape, n), int)
    for i in np.ndindex(*shape):
        out[i] = random_state.permutation(n)
    return out


def multinomial_helper(random_state, n, pvals, size):
    """RandomState.multinomial for arrays `n` and `pvals` (probabilities along the last dimension)."""
    n, pvals = np.asarray(n), np.asarray(pvals)
    ndim = len(size) if size is not None else max(n.ndim, pvals.ndim - 1)
    if n.ndim > ndim:
        raise ValueError("n.ndim (%i) should not be larger than len(size) (%i)" % (n.ndim, ndim), n, size)
    if pvals.ndim - 1 > ndim:
        raise ValueError("pvals.ndim-1 (%i) should not be larger than len(size) (%i)" % (pvals.ndim - 1, ndim), pvals, size)
    n = n.reshape((1,) * (ndim - n.ndim) + n.shape)
    pvals = pvals.reshape((1,) * (ndim - pvals.ndim + 1) + pvals.shape)
    if size is None:
        size = tuple(max(a, b) for a, b in zip(n.shape, pvals.shape))
    size = tuple(size)
    shapes = (n.shape, pvals.shape[:-1])
    for shape in shapes:
        _fits(shape, size, shapes)
    n = np.broadcast_to(n, size)
    pvals = np.broadcast_to(pvals, size + pvals.shape[-1:])
    out = np.empty(size + pvals.shape[-1:])
    assert pvals.min() >= 0
    for i in np.ndindex(*size):
        out[i] = random_state.multinomial(n=int(n[i]), pvals=_at_most_one(pvals[i]).astype("float64"))
    return out


def _at_most_one(pvals):
    """`pvals` scaled down a little where rounding may have brought their sum past 1, which NumPy refuses."""
    total = float(np.sum(pvals))
    if 1.0 < total < 1.0 + 1e-5 or pvals[-1] < 5e-5:
        pvals = pvals * (1.0 - 5e-5)
        total = float(np.sum(pvals))
    assert total <= 1.0, total
    return pvals
