"""RandomStateType: variables whose value is a numpy.random.RandomState."""
import copy
import sys

import numpy as np

from theano_compat.graph.type import Type
from theano_compat.graph.utils import legacy_name


@legacy_name("theano.tensor.raw_random")
class RandomStateType(Type):
    """The type of a numpy.random.RandomState. All instances are equal, as they have no parameters."""

    def __str__(self):
        return "RandomStateType"

    def __eq__(self, other):
        return type(self) is type(other)

    def __hash__(self):
        return hash(type(self))

    def filter(self, data, strict=False, allow_downcast=None):
        if not self.is_valid_value(data):
            raise TypeError()
        return data

    def is_valid_value(self, a):
        return type(a) is np.random.RandomState

    def values_eq(self, a, b):
        """Whether two generators will draw the same numbers."""
        mine, its = a.get_state(legacy=False), b.get_state(legacy=False)
        if mine["bit_generator"] != its["bit_generator"] or mine["has_gauss"] != its["has_gauss"]:
            return False
        if mine["has_gauss"] and mine["gauss"] != its["gauss"]:
            return False
        return all(np.array_equal(mine["state"][key], its["state"][key]) for key in mine["state"])

    def get_shape_info(self, obj):
        """Nothing: every generator is of one size."""
        return None

    def get_size(self, shape_info):
        """Bytes of a generator's state."""
        state = np.random.RandomState(0).get_state()
        return len(state[0]) + state[1].nbytes + 3 * np.dtype(int).itemsize

    @staticmethod
    def may_share_memory(a, b):
        """Whether drawing from one moves the other."""
        return a is b


random_state_type = RandomStateType()


# Generators to write states into: making one seeds it, which takes longer than all the rest of a small draw.
_MOST_SPARE = 16
_spare = []


def copied_state(rng):
    """A generator in the state of `rng` that moves independently.

    Not `copy.copy`: since NumPy 1.24 that gives a second handle on the same stream.
    """
    state = rng.get_state(legacy=False)
    if state["bit_generator"] != "MT19937":
        return copy.deepcopy(rng)
    new = _unused() or np.random.RandomState(0)
    new.set_state(state)
    return new


def leave_to_reuse(rng):
    """`rng`, which was somebody's value until now, may become another's: `copied_state` takes it once nobody else has it."""
    if len(_spare) < _MOST_SPARE:
        _spare.append(rng)


def _unused():
    while _spare:
        try:
            found = _spare.pop()
        except IndexError:  # another thread took it
            break
        if _references(found) <= _WHEN_UNUSED:
            return found
    return None


def _references(rng):
    # of its stream too: another generator may draw from that
    return sys.getrefcount(rng) + sys.getrefcount(getattr(rng, "_bit_generator", rng))


def _when_unused():
    held = [np.random.RandomState(0)]
    found = held.pop()
    return _references(found)


_WHEN_UNUSED = _when_unused()
