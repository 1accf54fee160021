"""Rules for draws of sizes that vary. See `rules`."""
from theano_compat.padding.rules import rule
from theano_compat.padding.shapes import entries, needed_size, rearranged
from theano_compat.padding.sizes import labelled, plain, product, room
from theano_compat.tensor.random.mrg_arith import as_floats, draw_at_most
from theano_compat.tensor.random.mrg_op import mrg_uniform


@rule(mrg_uniform)
def uniform(node, values, lower):
    """The states move as far as the size says."""
    import jax.numpy as jnp
    rstate, sizes = jnp.asarray(values[0]), [needed_size(n) for n in entries(values[1])]
    count = product(sizes)
    moved, drawn = draw_at_most(rstate, jnp.asarray(plain(count)).astype("int64"), room(count))
    return moved, labelled(rearranged(as_floats(jnp, drawn, node.op.output_type.dtype), [count], sizes), sizes)
