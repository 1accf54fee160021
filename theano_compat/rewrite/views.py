"""Ops that only concern derivatives leave a program before it runs."""
from theano_compat.gradient.barriers import ConsiderConstant, DisconnectedGrad, GradClip, GradScale, UndefinedGrad, ZeroGrad
from theano_compat.rewrite.engine import rule


@rule([ConsiderConstant, DisconnectedGrad, GradClip, GradScale, UndefinedGrad, ZeroGrad],
      ("fast_run", "fast_compile", "canonicalize"), "they are views, and the derivatives were taken when the graph was built")
def local_remove_gradient_views(fgraph, node):
    """zero_grad(x) -> x, and so on."""
    return [node.inputs[0]]
