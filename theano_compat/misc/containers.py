"""Dicts that cannot change, `theano.misc.frozendict`; sets that remember an order are in graph/orderedset.py."""
from collections import OrderedDict

from theano_compat.graph.utils import frozendict as frozendict
from theano_compat.graph.utils import legacy_name


@legacy_name("theano.misc.frozendict")
class FrozenOrderedDict(frozendict):
    """A frozendict that is made by way of an OrderedDict, so that it takes what that takes."""

    dict_cls = OrderedDict

    def __init__(self, *args, **kwargs):
        frozendict.__init__(self)
        self._dict = OrderedDict(*args, **kwargs)
