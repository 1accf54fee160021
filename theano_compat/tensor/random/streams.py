"""theano.tensor.shared_randomstreams: RandomStreams, whose draws move by themselves from call to call.

The shared variable that holds a generator is `compile.sharedvalue.RandomStateSharedVariable`.
"""
import numpy as np

from theano_compat.graph.utils import legacy_name
from theano_compat.tensor.random.raw import RandomStreamsBase

# One more than the largest seed that `gen` gives a stream.
_SEEDS = 2 ** 30


@legacy_name("theano.tensor.shared_randomstreams")
class RandomStreams(RandomStreamsBase):
    """A source of random variables, each with a numpy.random.RandomState of its own in a shared variable.

    `seed` decides the generators' seeds. A variable made here has `rng` (the shared variable) and `update`.
    """

    def __init__(self, seed=None):
        # pairs (shared generator, moved generator), one for each variable that was made
        self.state_updates = []
        self.default_instance_seed = seed
        # draws the seeds of new streams
        self.gen_seedgen = np.random.RandomState(seed)

    def updates(self):
        """The updates that functions apply: a list of pairs."""
        return list(self.state_updates)

    def seed(self, seed=None):
        """Start every stream anew, as a RandomStreams(seed) would; None: from the seed given at the beginning."""
        if seed is None:
            seed = self.default_instance_seed
        seeds = np.random.RandomState(seed)
        for rng, _ in self.state_updates:
            rng.set_value(np.random.RandomState(int(seeds.randint(_SEEDS))), borrow=True)

    def __getitem__(self, item):
        """The RandomState in the shared variable `item`: `item.get_value(borrow=True)`."""
        return item.get_value(borrow=True)

    def __setitem__(self, item, val):
        """Put the RandomState `val` into the shared variable `item`."""
        item.set_value(val, borrow=True)

    def gen(self, op, *args, **kwargs):
        """A variable drawn by `op(generator, *args, **kwargs)` from a new stream."""
        from theano_compat.compile.sharedvalue import shared
        rng = shared(np.random.RandomState(int(self.gen_seedgen.randint(_SEEDS))))
        rng.tag.is_rng = True
        moved, out = op(rng, *args, **kwargs)
        out.rng = rng
        out.update = (rng, moved)
        self.state_updates.append(out.update)
        rng.default_update = moved
        return out
