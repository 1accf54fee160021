"""theano.tensor.raw_random: draws as functions of an explicit generator variable, `(moved generator, numbers)`.

The op behind them is in `function`, generators that look after themselves are in `streams`.
"""
import functools
import operator
import sys

import numpy as np

from theano_compat.config import config
from theano_compat.graph.variable import Variable
from theano_compat.scalar.types import upcast
from theano_compat.tensor.random.function import RandomFunction as RandomFunction
from theano_compat.tensor.random.function import choice_helper as choice_helper
from theano_compat.tensor.random.function import multinomial_helper as multinomial_helper
from theano_compat.tensor.random.function import permutation_helper as permutation_helper
from theano_compat.tensor.random.function import random_integers_helper as random_integers_helper
from theano_compat.tensor.random.type import RandomStateType as RandomStateType
from theano_compat.tensor.random.type import random_state_type as random_state_type
from theano_compat.tensor.type import TensorType

_PROB_RENAMED = ("DEPRECATION WARNING: the parameter prob to the binomal fct have been renamed to p to have the same name "
                 "as numpy.")


def _infer_ndim_bcast(ndim, shape, *args):
    """What a draw will look like: `(ndim, int64 shape vector, broadcast pattern)`.

    `shape`: a sequence of numbers and variables, where -1 means the length that the arguments have there; a vector
    variable; or None for the shape of all arguments broadcast together. Raises ValueError or TypeError where it cannot tell.
    """
    from theano_compat import tensor
    args_ndim = max((a.ndim for a in args), default=0)
    if isinstance(shape, (tuple, list)):
        if ndim is None:
            ndim = len(shape)
        elif len(shape) != ndim:
            raise ValueError("ndim should be equal to len(shape), but\n", "ndim = %s, len(shape) = %s, shape = %s"
                             % (ndim, len(shape), shape))
        lengths, bcast = _static_lengths(ndim, shape, args)
        v_shape = tensor.stack(lengths) if lengths else tensor.constant([], dtype="int64")
    elif shape is None:
        if not args:
            raise TypeError("_infer_ndim_bcast cannot infer shape without either shape or args")
        template = functools.reduce(operator.add, args)
        ndim, v_shape, bcast = template.ndim, template.shape, template.broadcastable
    else:
        v_shape = tensor.as_tensor_variable(shape)
        if v_shape.ndim != 1:
            raise TypeError("shape must be a vector or list of scalar, got '%s'" % v_shape)
        if ndim is None:
            ndim = tensor.get_vector_length(v_shape)
        bcast = [False] * ndim
    if v_shape.ndim != 1:
        raise TypeError("shape must be a vector or list of scalar, got '%s'" % v_shape)
    if v_shape.dtype not in tensor.integer_dtypes:
        raise TypeError("shape must be an integer vector or list", v_shape.dtype)
    if args_ndim > ndim:
        raise ValueError("ndim should be at least as big as required by args value", (ndim, args_ndim), args)
    assert ndim == len(bcast)
    return ndim, tensor.cast(v_shape, "int64"), tuple(bcast)


def _static_lengths(ndim, shape, args):
    """The lengths of a mixed shape as variables, and which of them are known to be 1."""
    from theano_compat import tensor
    lengths, bcast = [], []
    for i, s in enumerate(shape):
        if hasattr(s, "type"):
            lengths.append(s)
            bcast.append(False)
        elif s >= 0:
            lengths.append(tensor.as_tensor_variable(s))
            bcast.append(s == 1)
        elif s == -1:
            length = _borrowed_length(ndim, i, args)
            lengths.append(tensor.as_tensor_variable(1) if length is None else length)
            bcast.append(length is None)
        # Another negative length is left out, and the caller's count of dimensions then fails, as in Theano.
    return lengths, bcast


def _borrowed_length(ndim, i, args):
    """The length that the arguments have in dimension `i` of `ndim`; None when all that reach there broadcast."""
    reaching = [a for a in args if i >= ndim - a.ndim]
    for a in reaching:
        at = i + a.ndim - ndim
        if not a.broadcastable[at]:
            return a.shape[at]
    if not reaching:
        raise ValueError("Auto-shape of -1 must overlapwith the shape of one of the broadcastableinputs")
    return None


def _float_draw(fn, random_state, size, first, second, ndim, dtype):
    from theano_compat import tensor
    first, second = tensor.as_tensor_variable(first), tensor.as_tensor_variable(second)
    if dtype is None:
        dtype = upcast(config.floatX, first.dtype, second.dtype)
    ndim, size, bcast = _infer_ndim_bcast(ndim, size, first, second)
    return RandomFunction(fn, TensorType(dtype=dtype, broadcastable=bcast))(random_state, size, first, second)


def uniform(random_state, size=None, low=0.0, high=1.0, ndim=None, dtype=None):
    """Numbers from [low, high). `dtype` None: that of the bounds, at least floatX."""
    return _float_draw("uniform", random_state, size, low, high, ndim, dtype)


def normal(random_state, size=None, avg=0.0, std=1.0, ndim=None, dtype=None):
    """Gaussian numbers. `dtype` None: that of the parameters, at least floatX."""
    return _float_draw("normal", random_state, size, avg, std, ndim, dtype)


def binomial(random_state, size=None, n=1, p=0.5, ndim=None, dtype="int64", prob=None):
    """How often `n` trials of probability `p` succeed. `prob` is an old name of `p`; it says so on stderr."""
    from theano_compat import tensor
    if prob is not None:
        p = prob
        print(_PROB_RENAMED, file=sys.stderr)
    n, p = tensor.as_tensor_variable(n), tensor.as_tensor_variable(p)
    ndim, size, bcast = _infer_ndim_bcast(ndim, size, n, p)
    return RandomFunction("binomial", TensorType(dtype=dtype, broadcastable=(False,) * ndim))(random_state, size, n, p)


def random_integers(random_state, size=None, low=0, high=1, ndim=None, dtype="int64"):
    """Integers between `low` and `high`, both included."""
    from theano_compat import tensor
    low, high = tensor.as_tensor_variable(low), tensor.as_tensor_variable(high)
    ndim, size, bcast = _infer_ndim_bcast(ndim, size, low, high)
    return RandomFunction(random_integers_helper, TensorType(dtype=dtype, broadcastable=bcast))(random_state, size, low, high)


def choice(random_state, size=None, a=2, replace=True, p=None, ndim=None, dtype="int64"):
    """Elements of the vector `a` (a number: of 0..a-1), with probabilities `p`. `size` None: one."""
    from theano_compat import tensor
    a = tensor.as_tensor_variable(a)
    replace = tensor.constant(replace, dtype="int8") if isinstance(replace, bool) else tensor.as_tensor_variable(replace)
    # no probabilities (None, and whatever else a program passes that is false) travel as an empty vector
    p = tensor.as_tensor_variable(p if isinstance(p, (Variable, np.ndarray)) else p or [])
    ndim, size, bcast = _infer_ndim_bcast(ndim, size)
    return RandomFunction(choice_helper, TensorType(dtype=dtype, broadcastable=bcast))(random_state, size, a, replace, p)


def poisson(random_state, size=None, lam=1.0, ndim=None, dtype="int64"):
    """Counts of mean `lam`. `size` or `ndim` must be given."""
    from theano_compat import tensor
    lam = tensor.as_tensor_variable(lam)
    ndim, size, bcast = _infer_ndim_bcast(ndim, size)
    return RandomFunction("poisson", TensorType(dtype=dtype, broadcastable=bcast))(random_state, size, lam)


def permutation(random_state, size=None, n=1, ndim=None, dtype="int64"):
    """Permutations of 0..n-1 along a last dimension, as many as `size` says (None: one)."""
    if size is None or (isinstance(size, tuple) and size == ()):
        if not (ndim is None or ndim == 1):
            raise TypeError("You asked for just one permutation but asked for more then 1 dimensions.")
        ndim, size, bcast = 1, (), ()
    else:
        ndim, size, bcast = _infer_ndim_bcast(ndim, size)
    op = RandomFunction(permutation_helper, TensorType(dtype=dtype, broadcastable=bcast + (False,)), ndim_added=1)
    return op(random_state, size, n)


def multinomial(random_state, size=None, n=1, pvals=[0.5, 0.5], ndim=None, dtype="int64"):  # noqa: B006  (never changed)
    """How `n` trials fall on outcomes of probabilities `pvals` (along its last dimension, which is the result's last).

    `size` covers the dimensions before that; None: those of `n` and `pvals` broadcast together.
    """
    from theano_compat import tensor
    n, pvals = tensor.as_tensor_variable(n), tensor.as_tensor_variable(pvals)
    ndim, size, bcast = _infer_ndim_bcast(ndim, size, n, pvals.T[0].T)
    bcast = bcast + (pvals.type.broadcastable[-1],)
    op = RandomFunction(multinomial_helper, TensorType(dtype=dtype, broadcastable=bcast), ndim_added=1)
    return op(random_state, size, n, pvals)


class RandomStreamsBase:
    """The distributions as methods over `gen(op, *args, **kwargs)`, which a subclass gives."""

    def binomial(self, size=None, n=1, p=0.5, ndim=None, dtype="int64", prob=None):
        """See raw_random.binomial."""
        if prob is not None:
            p = prob
            print(_PROB_RENAMED, file=sys.stderr)
        return self.gen(binomial, size, n, p, ndim=ndim, dtype=dtype)

    def uniform(self, size=None, low=0.0, high=1.0, ndim=None, dtype=None):
        """See raw_random.uniform."""
        return self.gen(uniform, size, low, high, ndim=ndim, dtype=dtype)

    def normal(self, size=None, avg=0.0, std=1.0, ndim=None, dtype=None):
        """See raw_random.normal."""
        return self.gen(normal, size, avg, std, ndim=ndim, dtype=dtype)

    def random_integers(self, size=None, low=0, high=1, ndim=None, dtype="int64"):
        """See raw_random.random_integers."""
        return self.gen(random_integers, size, low, high, ndim=ndim, dtype=dtype)

    def choice(self, size=None, a=2, replace=True, p=None, ndim=None, dtype="int64"):
        """See raw_random.choice."""
        return self.gen(choice, size, a, replace, p, ndim=ndim, dtype=dtype)

    def poisson(self, size=None, lam=None, ndim=None, dtype="int64"):
        """See raw_random.poisson."""
        return self.gen(poisson, size, lam, ndim=ndim, dtype=dtype)

    def permutation(self, size=None, n=1, ndim=None, dtype="int64"):
        """See raw_random.permutation."""
        return self.gen(permutation, size, n, ndim=ndim, dtype=dtype)

    def multinomial(self, size=None, n=1, pvals=[0.5, 0.5], ndim=None, dtype="int64"):  # noqa: B006  (never changed)
        """See raw_random.multinomial."""
        return self.gen(multinomial, size, n, pvals, ndim=ndim, dtype=dtype)

    def shuffle_row_elements(self, input):
        """`input` with every row (last dimension) shuffled; the permutation is the result's attribute `permutation`."""
        from theano_compat import tensor
        perm = self.permutation(size=input.shape[:-1], n=input.shape[-1], ndim=input.ndim - 1)
        shuffled = tensor.permute_row_elements(input, perm)
        shuffled.permutation = perm
        return shuffled
