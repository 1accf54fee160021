"""Asserts: conditions that are known to hold leave a program; all of them do when `local_remove_all_assert` is asked for."""
import numpy as np

from theano_compat.graph import Constant
from theano_compat.rewrite.engine import rule
from theano_compat.tensor.assertion import Assert


@rule([Assert], ("fast_run", "fast_compile", "canonicalize"), "what is known when the function is made need not be checked in each call")
def local_remove_useless_assert(fgraph, node):
    """assert(x, True, c) -> assert(x, c); assert(x) -> x."""
    conditions = [c for c in node.inputs[1:] if not (isinstance(c, Constant) and np.all(c.data))]
    if not conditions:
        return [node.inputs[0]]
    if len(conditions) < len(node.inputs) - 1:
        return [node.op(node.inputs[0], *conditions)]
    return None


@rule([Assert], ("unsafe",), "a program known to be right runs without its assertions: `optimizer_including=local_remove_all_assert`")
def local_remove_all_assert(fgraph, node):
    """assert(x, c) -> x."""
    return [node.inputs[0]]
