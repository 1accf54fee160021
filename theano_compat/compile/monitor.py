"""MonitorMode: a program's own functions before and after every node."""
import numpy as np

from theano_compat.compile.linkers import OpWiseCLinker, WrapLinkerMany
from theano_compat.compile.modes import Mode
from theano_compat.config import config
from theano_compat.graph.utils import legacy_name


@legacy_name("theano.compile.monitormode")
class MonitorMode(Mode):
    """Call `pre_func(i, node, fn)` before and `post_func(i, node, fn)` after every node.

    `i`: the node's place in the order; `fn.inputs`, `fn.outputs`: lists of one-element lists with the values. Raises Exception for
    a `linker`: the mode has its own.
    """

    def __init__(self, pre_func=None, post_func=None, optimizer="default", linker=None):
        if linker is not None and not isinstance(getattr(linker, "mode", None), MonitorMode):
            raise Exception("MonitorMode can only use its own linker! You should not provide one.", linker)
        self.pre_func, self.post_func = pre_func, post_func
        Mode.__init__(self, self._own_linker(), config.optimizer if optimizer == "default" else optimizer)

    def _own_linker(self):
        return WrapLinkerMany([OpWiseCLinker()], [self.eval])

    def eval(self, i, node, fn):
        """Run one node between the two functions."""
        if self.pre_func is not None:
            self.pre_func(i, node, fn)
        fn()
        if self.post_func is not None:
            self.post_func(i, node, fn)

    def clone(self, link_kwargs=None, optimizer="", **kwargs):
        """A MonitorMode with the same functions and another optimizer; arguments for the linker have no effect."""
        chosen = self.provided_optimizer if isinstance(optimizer, str) and optimizer == "" else optimizer
        return type(self)(self.pre_func, self.post_func, chosen)

    def __getstate__(self):
        return (self.provided_optimizer, self.pre_func, self.post_func)

    def __setstate__(self, state):
        optimizer, self.pre_func, self.post_func = state
        Mode.__setstate__(self, (self._own_linker(), optimizer))


def detect_nan(i, node, fn):
    """A `post_func` that prints a node and its values when it gives a nan."""
    from theano_compat.printing import debugprint
    for output in fn.outputs:
        if isinstance(output[0], (np.ndarray, np.generic)) and output[0].dtype.kind in "fc" and np.isnan(output[0]).any():
            print("*** NaN detected ***")
            debugprint(node)
            print("Inputs : %s" % [x[0] for x in fn.inputs])
            print("Outputs: %s" % [x[0] for x in fn.outputs])
            break
