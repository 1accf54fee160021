"""OrderedSet: a set that remembers the order of insertion. Legacy path: `theano.misc.ordered_set`."""
from collections.abc import MutableSet

from theano_compat.graph.utils import legacy_name


@legacy_name("theano.misc.ordered_set")
class OrderedSet(MutableSet):
    """A set of the items of `iterable` in their order. Raises TypeError for a set, whose order is none."""

    def __init__(self, iterable=None):
        if isinstance(iterable, (set, frozenset)):
            raise TypeError("%s is a set: it has no order to remember" % type(iterable).__name__)
        self._items = dict.fromkeys(() if iterable is None else iterable)

    def __len__(self):
        return len(self._items)

    def __contains__(self, key):
        return key in self._items

    def __iter__(self):
        return iter(self._items)

    def __reversed__(self):
        return reversed(self._items)

    def add(self, key):
        """Put `key` at the end, unless it is there."""
        self._items.setdefault(key)

    def discard(self, key):
        """Take `key` out if it is there."""
        self._items.pop(key, None)

    def update(self, iterable):
        """Add every item."""
        for key in iterable:
            self.add(key)

    def union(self, s):
        """A new set: these items, then those of `s`."""
        return OrderedSet([*self, *s])

    def intersection_update(self, s):
        """Keep the items that are in `s`."""
        self._items = dict.fromkeys(x for x in self if x in s)

    def difference_update(self, s):
        """Take out the items of `s`."""
        for key in s:
            self.discard(key)

    def copy(self):
        """Another set of the same items."""
        return OrderedSet(list(self))

    def pop(self, last=True):
        """Take out and give the last item, or the first. Raises KeyError when there is none."""
        if not self._items:
            raise KeyError("set is empty")
        key = next(reversed(self._items) if last else iter(self._items))
        del self._items[key]
        return key

    def __eq__(self, other):
        if isinstance(other, OrderedSet):
            return list(self) == list(other)
        if isinstance(other, (set, frozenset)):
            raise TypeError("Cannot compare an OrderedSet to a set: sets have no order. Make one of them the other's kind.")
        return NotImplemented

    def __repr__(self):
        return "%s(%s)" % (type(self).__name__, repr(list(self)) if self._items else "")
