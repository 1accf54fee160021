"""Names that stand in pickles of Theano and have no other use here: what watched a graph, and ops that called BLAS from C.

A pickled function carries the graph that Theano optimised together with these observers. It is compiled anew here, so they only have to
load. What a file may load without being trusted is in pickles.py.
"""
from theano_compat.graph.utils import legacy_name
from theano_compat.tensor.blas import Gemv, Ger


class _Kept:
    """Takes the state it is given and does nothing with it."""

    def __setstate__(self, state):
        self.__dict__.update(state if isinstance(state, dict) else {"state": state})


@legacy_name("theano.gof.destroyhandler")
class DestroyHandler(_Kept):
    """It found an order in which operations could overwrite their inputs; nothing here overwrites."""


@legacy_name("theano.gof.opt")
class ChangeTracker(_Kept):
    """It knew whether a pass had changed a graph."""


@legacy_name("theano.gof.opt")
class MergeFeature(_Kept):
    """It merged equal nodes as they came; rewrite/ does."""


@legacy_name("theano.gof.opt")
class _metadict(_Kept):
    """A dict of what cannot be hashed, part of MergeFeature."""


@legacy_name("theano.tensor.opt")
class ShapeFeature(_Kept):
    """It knew the shapes of a graph; the plan of a program does (compile/plan.py)."""


@legacy_name("theano.tensor.blas_c")
class CGemv(Gemv):
    """What Gemv became where a C compiler was found."""


@legacy_name("theano.tensor.blas_c")
class CGer(Ger):
    """What Ger became where a C compiler was found."""


cgemv_inplace, cgemv_no_inplace = CGemv(inplace=True), CGemv(inplace=False)
cger_inplace, cger_no_inplace = CGer(destructive=True), CGer(destructive=False)
