"""Ops that only concern derivatives: views leave a program before it runs, Jacobians are rewritten inside."""

from theano_compat.gradient.barriers import ConsiderConstant, DisconnectedGrad, GradClip, GradScale, UndefinedGrad, ZeroGrad
from theano_compat.gradient.matrices import Rows, behind_seed
from theano_compat.graph import Constant, FunctionGraph
from theano_compat.graph.walk import clone_replace
from theano_compat.graph.walk import inputs as inputs_of
from theano_compat.rewrite.engine import apply_rules, merge, rule
from theano_compat.rewrite.query import Query


@rule([ConsiderConstant, DisconnectedGrad, GradClip, GradScale, UndefinedGrad, ZeroGrad],
      ("fast_run", "fast_compile", "canonicalize"), "they are views, and the derivatives were taken when the graph was built")
def local_remove_gradient_views(fgraph, node):
    """zero_grad(x) -> x, and so on."""
    return [node.inputs[0]]


@rule([Rows], ("fast_run", "stabilize"), "inf / inf cancels only where both are seen in one graph")
def local_rewrite_jacobian_rows(fgraph, node):
    """The program inside a Jacobian is rewritten together with what it reads, then cut at the rows again."""
    if node.op.settled:
        return None
    seed = node.op.seed.clone()
    outside = clone_replace(node.op.outputs, {**dict(zip(node.op.leaves, node.inputs[1:])), node.op.seed: seed})
    sources = [v for v in inputs_of(outside) if v is not seed and not isinstance(v, Constant)]
    inner = FunctionGraph([seed, *sources], outside)
    merge(inner)
    apply_rules(inner, _INSIDE)
    merge(inner)
    (seed, *copies), outputs = inner.inputs, inner.outputs
    inner.disown()
    leaves = behind_seed(seed, outputs)[1]
    rows = Rows(seed, leaves, outputs, settled=True)
    return rows(node.inputs[0], *clone_replace(leaves, dict(zip(copies, sources))), return_list=True)


_INSIDE = Query(include=["fast_run"], exclude=["fusion", "inplace"])
