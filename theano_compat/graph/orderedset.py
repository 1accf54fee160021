"""OrderedSet: a set that remembers the order of insertion. Legacy path: `theano.misc.ordered_set`."""
import types
from collections.abc import MutableSet

from theano_compat.graph.utils import legacy_name


def check_deterministic(iterable):
    """Raise AssertionError for what has no order of its own: sets and dicts of more than one element."""
    ordered = (list, tuple, OrderedSet, types.GeneratorType, str)
    if iterable is not None and not isinstance(iterable, ordered) and len(iterable) > 1:
        raise AssertionError("Get an not ordered iterable when one was expected")


@legacy_name("theano.misc.ordered_set")
class Link:
    """An element of Theano's linked list. Only pickles made by Theano hold some: ours is a dict."""

    def __setstate__(self, state):
        self.prev, self.next, *key = state
        if key:
            self.key = key[0]


@legacy_name("theano.misc.ordered_set")
class OrderedSet(MutableSet):
    """A set that iterates in the order in which its elements came. Takes ordered iterables only (check_deterministic)."""

    def __init__(self, iterable=None):
        check_deterministic(iterable)
        self._elements = dict.fromkeys(iterable or ())

    def __setstate__(self, state):
        links = state.pop("_OrderedSet__map", None)
        root = state.pop("_OrderedSet__root", None)
        self.__dict__.update(state)
        if links is not None:  # made by Theano
            self._elements = dict.fromkeys(_in_order(root, links))

    def __len__(self):
        return len(self._elements)

    def __contains__(self, key):
        return key in self._elements

    def __iter__(self):
        return iter(self._elements)

    def __reversed__(self):
        return reversed(self._elements)

    def add(self, key):
        """Append `key` unless it is there."""
        self._elements[key] = None

    def discard(self, key):
        """Take `key` out if it is there."""
        self._elements.pop(key, None)

    def pop(self, last=True):
        """Take out and give the last element, or the first. Raises KeyError when empty."""
        if not self._elements:
            raise KeyError("set is empty")
        key = next(reversed(self) if last else iter(self))
        del self._elements[key]
        return key

    def update(self, iterable):
        """Append what is not there yet."""
        check_deterministic(iterable)
        self._elements.update(dict.fromkeys(iterable))

    def union(self, s):
        """A new set: these elements, then those of `s`."""
        new = self.copy()
        new.update(s)
        return new

    def intersection_update(self, s):
        """Keep only what is in `s` too; gives itself."""
        self._elements = {key: None for key in self._elements if key in s}
        return self

    def difference_update(self, s):
        """Take out what is in `s`; gives itself."""
        check_deterministic(s)
        for key in s:
            self.discard(key)
        return self

    def copy(self):
        """Another set of the same elements in the same order."""
        return OrderedSet(list(self))

    def __repr__(self):
        return f"{type(self).__name__}({list(self)!r})" if self._elements else f"{type(self).__name__}()"

    def __eq__(self, other):
        if isinstance(other, OrderedSet):
            return list(self) == list(other)
        if isinstance(other, set):
            raise TypeError("Cannot compare an `OrderedSet` to a `set` because this comparison cannot be made symmetric: please "
                            "manually cast your `OrderedSet` into `set` before performing this comparison.")
        return NotImplemented

    __hash__ = None


def _in_order(root, links):
    """The keys of Theano's linked list; those of its dict where the list was not whole when it was read."""
    keys, link = [], getattr(root, "next", None)
    while link is not None and link is not root and hasattr(link, "key"):
        keys.append(link.key)
        link = getattr(link, "next", None)
    return keys if len(keys) == len(links) else list(links)
