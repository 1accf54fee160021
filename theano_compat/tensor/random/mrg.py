"""theano.sandbox.rng_mrg: MRG_RandomStreams, whose draws are computed inside the compiled program.

The generator's arithmetic is in `mrg_arith`, the op that draws in `mrg_op`, choices among outcomes in `multinomial`.
"""
import warnings

import numpy as np

from theano_compat.config import config
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Variable
from theano_compat.scalar.types import upcast
from theano_compat.tensor.random import multinomial
from theano_compat.tensor.random.mrg_arith import M1 as M1
from theano_compat.tensor.random.mrg_arith import M2 as M2
from theano_compat.tensor.random.mrg_arith import MASK2 as MASK2
from theano_compat.tensor.random.mrg_arith import MASK12 as MASK12
from theano_compat.tensor.random.mrg_arith import MASK13 as MASK13
from theano_compat.tensor.random.mrg_arith import MULT2 as MULT2
from theano_compat.tensor.random.mrg_arith import NORM as NORM
from theano_compat.tensor.random.mrg_arith import A1p72 as A1p72
from theano_compat.tensor.random.mrg_arith import A1p134 as A1p134
from theano_compat.tensor.random.mrg_arith import A2p72 as A2p72
from theano_compat.tensor.random.mrg_arith import A2p134 as A2p134
from theano_compat.tensor.random.mrg_arith import ff_2p72 as ff_2p72
from theano_compat.tensor.random.mrg_arith import ff_2p134 as ff_2p134
from theano_compat.tensor.random.mrg_arith import matVecModM as matVecModM
from theano_compat.tensor.random.mrg_arith import mrg_next_value as mrg_next_value
from theano_compat.tensor.random.mrg_arith import multMatVect as multMatVect
from theano_compat.tensor.random.mrg_arith import substreams
from theano_compat.tensor.random.mrg_op import DotModulo as DotModulo
from theano_compat.tensor.random.mrg_op import mrg_uniform as mrg_uniform
from theano_compat.tensor.random.mrg_op import mrg_uniform_base as mrg_uniform_base

np_int32_vals = [np.int32(i) for i in (0, 7, 9, 15, 16, 22, 24)]

# What Theano guesses where it cannot know the size: 60 processors of an old GPU.
_MAX_STREAMS = 60 * 256


def _is_int(x):
    return isinstance(x, (int, np.integer))


def guess_n_streams(size, warn=False):
    """How many streams a draw of `size` gets: a sixth of its numbers, at most 15360, which is also for unknown sizes.

    `warn`: say when the size is unknown. The count is part of the numbers: draw i comes from stream i modulo it.
    """
    if isinstance(size, (tuple, list)) and all(isinstance(i, int) for i in size):
        count = 1
        for n in size:
            count *= n
        return min(count // 6 if count > 6 else count, _MAX_STREAMS)
    if warn:
        warnings.warn("MRG_RandomStreams Can't determine #streams from size (%s), guessing 60*256" % str(size), stacklevel=3)
    return _MAX_STREAMS


@legacy_name("theano.sandbox.rng_mrg")
class MRG_RandomStreams:
    """A source of random variables drawn by MRG31k3p, each from streams of its own.

    `seed`: an integer below M2, not 0, or six (the first three below M1, the others below M2, neither half all 0).
    """

    def __init__(self, seed=12345):
        # tuples (shared states, moved states, size, number of streams asked for), one for each draw that was made
        self.state_updates = []
        self.default_instance_seed = seed
        self.set_rstate(seed)

    def updates(self):
        """What was drawn so far: a list of (shared states, moved states, size, nstreams)."""
        return list(self.state_updates)

    def set_rstate(self, seed):
        """Begin the streams of variables made from now on at `seed`."""
        if _is_int(seed):
            if seed == 0:
                raise ValueError("seed should not be 0", seed)
            if seed >= M2:
                raise ValueError("seed should be less than %i" % M2, seed)
            seed = [seed] * 6
        elif len(seed) != 6:
            raise TypeError("seed should be 1 integer or 6 integers")
        for which, half in (("first", seed[:3]), ("last", seed[3:])):
            if all(v == 0 for v in half):
                raise ValueError("The %s 3 values of seed should not be all 0" % which, seed)
        for which, half, m in (("first", seed[:3], M1), ("last", seed[3:], M2)):
            if any(v >= m for v in half):
                raise ValueError("The %s 3 values of seed should be less than %i" % (which, m), seed)
        self.rstate = np.asarray(seed, dtype="int32")

    def seed(self, seed=None):
        """Start every stream anew from `seed`; None: from the one given at the beginning."""
        self.set_rstate(self.default_instance_seed if seed is None else seed)
        for shared_states, moved, size, nstreams in self.state_updates:
            if nstreams is None:
                nstreams = self.n_streams(size)
            states = self.get_substream_rstates(nstreams, moved.owner.outputs[1].dtype)
            assert shared_states.get_value(borrow=True, return_internal_type=True).shape == states.shape
            assert states.dtype == shared_states.dtype
            shared_states.set_value(states, borrow=True)

    def inc_rstate(self):
        """Move `rstate` to the streams of the next variable, 2**134 draws on."""
        self.rstate = ff_2p134(self.rstate)

    def get_substream_rstates(self, n_streams, dtype, inc_rstate=True):
        """The states of `n_streams` streams as rows of an int32 matrix, 2**72 draws apart, from `rstate` on.

        `dtype`, of the numbers to be drawn, makes no difference. `inc_rstate`: move on to the next variable's.
        """
        assert isinstance(dtype, str)
        assert n_streams < 2 ** 72
        assert n_streams > 0
        states = substreams(self.rstate, n_streams)
        if inc_rstate:
            self.inc_rstate()
        return states

    def n_streams(self, size):
        """How many streams a draw of `size` gets: guess_n_streams."""
        return guess_n_streams(size)

    def pretty_return(self, node_rstate, new_rstate, sample, size, nstreams):
        """Note a draw in `state_updates` and give `sample` its attributes `rstate` and `update`."""
        sample.rstate = node_rstate
        sample.update = (node_rstate, new_rstate)
        self.state_updates.append((node_rstate, new_rstate, size, nstreams))
        node_rstate.default_update = new_rstate
        return sample

    def uniform(self, size, low=0.0, high=1.0, ndim=None, dtype=None, nstreams=None, **kwargs):
        """Numbers between `low` and `high`, neither included.

        `size`: a tuple of integers and variables, or a vector variable. `dtype` None: that of the bounds, at least floatX.
        `nstreams`: how many streams, see guess_n_streams. `target`: accepted for shared variables on another device.
        """
        from theano_compat import tensor
        from theano_compat.compile.sharedvalue import shared
        from theano_compat.gradient.barriers import undefined_grad
        low, high = tensor.as_tensor_variable(low), tensor.as_tensor_variable(high)
        if dtype is None:
            dtype = upcast(config.floatX, low.dtype, high.dtype)
        low, high = undefined_grad(tensor.cast(low, dtype=dtype)), undefined_grad(tensor.cast(high, dtype=dtype))
        _check_uniform_size(size)
        states = self.get_substream_rstates(self.n_streams(size) if nstreams is None else nstreams, dtype)
        target = {"target": kwargs.pop("target")} if "target" in kwargs else {}
        if kwargs:
            raise TypeError("uniform() got unexpected keyword arguments %s" % (str(kwargs.keys())))
        node_rstate = shared(states, **target)
        moved, sample = mrg_uniform.new(node_rstate, ndim, dtype, size)
        u = self.pretty_return(node_rstate, moved, sample, size=size, nstreams=nstreams)
        node_rstate.tag.is_rng = True
        r = u * (high - low) + low
        if u.type.broadcastable != r.type.broadcastable:
            raise NotImplementedError(
                "Increase the size to match the broadcasting pattern of `low` and `high` arguments")
        assert r.dtype == dtype
        return r

    def binomial(self, size=None, n=1, p=0.5, ndim=None, dtype="int64", nstreams=None, **kwargs):
        """Ones with probability `p`, else zeros. Raises NotImplementedError for `n` other than 1; `ndim` has no effect."""
        from theano_compat import tensor
        from theano_compat.gradient.barriers import undefined_grad
        if n != 1:
            raise NotImplementedError("MRG_RandomStreams.binomial with n > 1")
        p = undefined_grad(tensor.as_tensor_variable(p))
        x = self.uniform(size=size, nstreams=nstreams, **kwargs)
        return tensor.cast(x < p, dtype)

    def multinomial(self, size=None, n=1, pvals=None, ndim=None, dtype="int64", nstreams=None, **kwargs):
        """How `n` trials fall on outcomes of probabilities `pvals`, a distribution each row of a matrix.

        Raises ValueError for `size` or `ndim`, which only keep the signature of other generators. Probabilities are not
        checked: what a row leaves of 1 is a chance that a trial falls on no outcome.
        """
        from theano_compat import tensor
        from theano_compat.gradient.barriers import undefined_grad
        if pvals is None:
            raise TypeError("You have to specify pvals")
        pvals = undefined_grad(tensor.as_tensor_variable(pvals))
        if size is not None:
            if any(isinstance(i, int) and i <= 0 for i in size):
                raise ValueError("The specified size contains a dimension with value <= 0", size)
            raise ValueError("Provided a size argument to MRG_RandomStreams.multinomial, which does not use the size argument.")
        if ndim is not None:
            raise ValueError("Provided an ndim argument to MRG_RandomStreams.multinomial, which does not use the ndim argument.")
        if pvals.ndim != 2:
            raise NotImplementedError("MRG_RandomStreams.multinomial only implemented for pvals.ndim = 2")
        unis = self.uniform(size=pvals[:, 0].shape * n, ndim=1, nstreams=nstreams, **kwargs)
        return multinomial.MultinomialFromUniform(dtype)(pvals, unis, tensor.as_tensor_variable(n))

    def choice(self, size=1, a=None, replace=True, p=None, ndim=None, dtype="int64", nstreams=None, **kwargs):
        """Indices of `size` different outcomes, for each row of the matrix of probabilities `p`.

        Only without replacement: raises NotImplementedError for `replace` True, TypeError where `a` is given or `p` is
        not. Probabilities are not checked.
        """
        from theano_compat import tensor
        from theano_compat.gradient.barriers import undefined_grad
        if replace:
            raise NotImplementedError("MRG_RandomStreams.choice only works without replacement for now.")
        if a is not None:
            raise TypeError("For now, a has to be None in MRG_RandomStreams.choice. Sampled values are between 0 and "
                            "p.shape[1]-1")
        if p is None:
            raise TypeError("For now, p has to be specified in MRG_RandomStreams.choice.")
        p = undefined_grad(tensor.as_tensor_variable(p))
        if ndim is not None:
            raise ValueError("ndim argument to MRG_RandomStreams.choice is not used.")
        if p.ndim != 2:
            raise NotImplementedError("MRG_RandomStreams.choice is only implemented for p.ndim = 2")
        unis = self.uniform(size=p[:, 0].shape * size, ndim=1, nstreams=nstreams, **kwargs)
        return multinomial.ChoiceFromUniform(odtype=dtype)(p, unis, tensor.as_tensor_variable(size))

    def multinomial_wo_replacement(self, size=None, n=1, pvals=None, ndim=None, dtype="int64", nstreams=None, **kwargs):
        """The old name of `choice`; warns."""
        warnings.warn("MRG_RandomStreams.multinomial_wo_replacement() is deprecated and will be removed in the next release "
                      "of Theano. Please use MRG_RandomStreams.choice() instead.", stacklevel=2)
        assert size is None
        return self.choice(size=n, a=None, replace=False, p=pvals, dtype=dtype, nstreams=nstreams, ndim=ndim, **kwargs)

    def normal(self, size, avg=0.0, std=1.0, ndim=None, dtype=None, nstreams=None, truncate=False, **kwargs):
        """Gaussian numbers, by the method of Box and Muller.

        `size`: an integer, a tuple or list of integers and variables, or a vector variable. `dtype` None: that of the
        parameters, at least floatX. `truncate`: none further than two deviations from the mean.
        """
        from theano_compat import tensor
        from theano_compat.gradient.barriers import undefined_grad
        size = _check_size(size)
        avg, std = undefined_grad(tensor.as_tensor_variable(avg)), undefined_grad(tensor.as_tensor_variable(std))
        if dtype is None:
            dtype = upcast(config.floatX, avg.dtype, std.dtype)
        avg, std = tensor.cast(avg, dtype=dtype), tensor.cast(std, dtype=dtype)
        # numbers come in pairs
        wanted = tensor.prod(size, dtype="int64")
        drawn = wanted + wanted % 2
        options = dict(ndim=1, dtype=dtype, nstreams=nstreams, **kwargs)
        samples = self._box_muller(self.uniform((drawn,), low=0., high=1., **options), drawn, dtype, truncate, options)
        samples = tensor.reshape(samples[:wanted], newshape=size, ndim=ndim)
        samples *= std
        samples += avg
        return samples

    def _box_muller(self, uniform, drawn, dtype, truncate, options):
        from theano_compat import tensor
        u1, u2 = uniform[:drawn // 2], uniform[drawn // 2:]
        r = tensor.sqrt(-2.0 * tensor.log(u1))
        theta = np.array(2.0 * np.pi, dtype=dtype) * u2
        cos, sin = tensor.cos(theta), tensor.sin(theta)
        z0, z1 = r * cos, r * sin
        if not truncate:
            return tensor.join(0, z0, z1)
        far0, far1 = (z0 < -2.) | (z0 > 2.), (z1 < -2.) | (z1 > 2.)
        near0, near1 = z0[tensor.nonzero(~far0)], z1[tensor.nonzero(~far1)]
        # what lies too far gets a new radius, from those that cannot, in the same direction
        far0, far1 = tensor.nonzero(far0)[0], tensor.nonzero(far1)[0]
        lower = tensor.constant(1. / np.e ** 2, dtype=dtype)
        again = self.uniform((far0.size + far1.size,), low=lower, high=1., **options)
        r = tensor.sqrt(-2. * tensor.log(again))
        return tensor.join(0, near0, r[:far0.size] * cos[far0], near1, r[far0.size:] * sin[far1])

    def truncated_normal(self, size, avg=0.0, std=1.0, ndim=None, dtype=None, nstreams=None, **kwargs):
        """Gaussian numbers within two deviations of the mean, with `std` the deviation after truncation. See `normal`."""
        from theano_compat import tensor
        # the deviation of a standard Gaussian truncated at -2 and 2
        std = std / tensor.constant(.87962566103423978)
        return self.normal(size=size, avg=avg, std=std, truncate=True, ndim=ndim, dtype=dtype, nstreams=nstreams, **kwargs)


def _check_uniform_size(size):
    if isinstance(size, tuple):
        assert all(_is_int(i) or isinstance(i, Variable) for i in size), "size must be a tuple of int or a Theano variable"
        if any(_is_int(i) and i <= 0 for i in size):
            raise ValueError("The specified size contains a dimension with value <= 0", size)
    elif not (isinstance(size, Variable) and size.ndim == 1):
        raise TypeError("size must be a tuple of int or a Theano Variable with 1 dimension, got " + str(size)
                        + " of type " + str(type(size)))


def _check_size(size):
    """`size` (an integer, a sequence of integers and scalar variables, a variable) as a vector variable, or ValueError."""
    from theano_compat import tensor
    if isinstance(size, Variable):
        if size.ndim == 1:
            return size
        if size.ndim == 0:
            return tensor.stack([size])
        raise ValueError("Theano variable must have 1 dimension to be a valid size.", size)
    if _is_int(size):
        return tensor.constant([size], ndim=1)
    if not isinstance(size, (tuple, list)):
        raise ValueError("Size must be a int, tuple, list or Theano variable.", size)
    for i in size:
        if isinstance(i, Variable):
            if i.ndim != 0:
                raise ValueError("Non-scalar Theano variable in size", size, i)
        elif _is_int(i):
            if i <= 0:
                raise ValueError("Non-positive dimensions not allowed in size.", size, i)
        else:
            raise ValueError("Only Theano variables and integers are allowed in a size-tuple.", size, i)
    return tensor.as_tensor_variable(size, ndim=1)
