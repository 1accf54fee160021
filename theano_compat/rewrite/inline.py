"""OpFromGraph(inline=True): the graph in the place of the op."""
from theano_compat.control.builders import OpFromGraph
from theano_compat.graph.walk import clone_get_equiv
from theano_compat.rewrite.engine import rule


@rule([OpFromGraph], ("fast_run", "fast_compile"), "so that rewrites see through it")
def inline_ofg_expansion(fgraph, node):
    """op(x) -> its graph over x, for ops that ask for it."""
    if not node.op.is_inline:
        return None
    op = node.op
    memo = clone_get_equiv(op.local_inputs, op.local_outputs, memo=dict(zip(op.local_inputs, node.inputs)))
    return [memo[v] for v in op.local_outputs]
