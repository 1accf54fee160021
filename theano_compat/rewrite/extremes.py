"""Maxima and minima: a maximum whose position nobody asks for, and the minimum that Theano writes as a mirrored maximum."""
from theano_compat import scalar
from theano_compat.rewrite.engine import rule
from theano_compat.rewrite.match import made_by
from theano_compat.tensor.argmax import Argmax, MaxAndArgmax
from theano_compat.tensor.careduce import CAReduce
from theano_compat.tensor.names_elemwise import neg


@rule([MaxAndArgmax], ("fast_run", "uncanonicalize"), "only what is asked for is computed")
def local_max_and_argmax(fgraph, node):
    """MaxAndArgmax with one output used as a reduction by maximum, or as Argmax."""
    largest, position = node.outputs
    if not position.clients:
        return [CAReduce(scalar.maximum, node.op.axis)(node.inputs[0]), None]
    if not largest.clients:
        return [None, Argmax(node.op.axis)(node.inputs[0])]
    return None


@rule([neg], ("fast_run", "uncanonicalize"), "right for the smallest integer of a type, whose mirror image does not exist")
def local_max_to_min(fgraph, node):
    """-max(-x) -> min(x)."""
    largest = node.inputs[0].owner
    if largest is None or type(largest.op) is not CAReduce or largest.op.scalar_op != scalar.maximum:
        return None
    mirrored = made_by(largest.inputs[0], scalar.Neg)
    return None if mirrored is None else [CAReduce(scalar.minimum, largest.op.axis)(mirrored[0])]
