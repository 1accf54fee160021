"""State that is replaced in place and yet survives a failing call: the program itself selects the old values.

Indices that are inputs are checked before a program runs (`guards`). Everything else that can fail is a flag the program
computes; where it is false, the new state is the old one, number for number, in the same buffer.
"""
import warnings
from collections import Counter

from theano_compat.padding.sizes import labelled, plain, sizes_of
from theano_compat.tensor.elemwise import Elemwise
from theano_compat.tensor.incindex import nothing


def keepable(fgraph, updated):
    """{input: output} for those of `updated` {input: position of its update} whose old values can be selected in place.

    That is so for a sum or another elementwise function of the old values, and for numbers added into parts of them.
    """
    found = {}
    for v, position in updated.items():
        new = fgraph.outputs[position]
        node = new.owner
        if node is not None and new.type == v.type and (_is_elementwise(new, v) or _adds_into(node, v, fgraph)):
            found[v] = new
    return found


def _is_elementwise(new, v):
    """Whether `new` comes from `v` by elementwise ops, and so has its shape."""
    todo, seen = [new], {new}
    while todo:
        node = todo.pop().owner
        if node is not None and isinstance(node.op, Elemwise):
            for x in node.inputs:
                if x is v:
                    return True
                if x not in seen and x.type.broadcastable == v.type.broadcastable:
                    seen.add(x)
                    todo.append(x)
    return False


def _adds_into(node, v, fgraph):
    op = node.op
    return (op.adds_into_first and node.inputs[0] is v
            and not any(x is v for x in node.inputs[1:])
            and all(client == "output" for client, _ in fgraph.clients(node.outputs[0])))


def select_old(new, old, node, values, ok, lower):
    """The state to leave behind: `new` where `ok`, else `old`.

    `node` makes `new` of `values`; `lower(values)` stages it once more.
    """
    import jax.numpy as jnp
    if isinstance(node.op, Elemwise):
        return jnp.where(ok, new, old)
    added = jnp.asarray(plain(values[1]))
    added = labelled(jnp.where(ok, added, jnp.asarray(nothing(added.dtype), added.dtype)), sizes_of(values[1]))
    return lower([values[0], added, *values[2:]])[0]


def expect_unused(donated, outputs):
    """State that changes its shape, or becomes another state as it is, leaves a buffer that nothing can reuse: no news to the user."""
    new = Counter((v.shape, v.dtype) for v in outputs)
    if Counter((v.shape, v.dtype) for v in donated) - new:
        warnings.filterwarnings("ignore", message="Some donated buffers were not usable")
