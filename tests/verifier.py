"""The graph verifier: what each node declares is what its meaning in JAX gives, found by abstract evaluation.

Used by the tests of random programs; `verify(fgraph, values)` fails with the node that lies.
"""
import numpy as np

from theano_compat.compile.evaluate import evaluate, known_facts
from theano_compat.graph.checks import collecting


def _struct(value):
    import jax
    return jax.ShapeDtypeStruct(np.shape(value), np.asarray(value).dtype)


def abstract_outputs(node, values):
    """Shape and dtype of each output of `node` by `jax.eval_shape` of its lowering, the inputs being like `values`."""
    import jax
    with jax.enable_x64(True), collecting():
        kwargs = {"facts": known_facts(node, values)} if hasattr(node.op, "facts") else {}
        arrays = [i for i, v in enumerate(node.inputs) if hasattr(v.type, "broadcastable")]

        def lowered(*traced):
            given = list(values)
            for i, x in zip(arrays, traced):
                given[i] = x
            result = node.op.lower(node, *given, **kwargs)
            return list(result) if len(node.outputs) > 1 or isinstance(result, (tuple, list)) else [result]

        return jax.eval_shape(lowered, *(_struct(values[i]) for i in arrays))


def verify_node(node, values, outputs=None):
    """Fail unless the lowering of `node` gives the dtypes, ranks and broadcastable dimensions it declares.

    `outputs`: values the node gave on the host, whose shapes have to be the same.
    """
    if not hasattr(node.op, "lower") or node.op.host_only:
        return
    for k, (out, found) in enumerate(zip(node.outputs, abstract_outputs(node, values))):
        if not hasattr(out.type, "broadcastable"):
            continue
        told = f"{node} output {k}: {out.type} is {found}"
        assert str(found.dtype) == out.type.dtype, told
        assert len(found.shape) == out.type.ndim, told
        assert all(n == 1 for n, wide in zip(found.shape, out.type.broadcastable) if wide), told
        if outputs is not None:
            assert np.shape(outputs[k]) == found.shape, told
            assert np.asarray(outputs[k]).dtype == found.dtype, told


def verify(fgraph, values):
    """Run `fgraph` node by node on `values`, verifying every node; gives the outputs."""
    return evaluate(fgraph, values, on_node=verify_node)
