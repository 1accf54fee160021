"""Derivatives of ops on padded arrays (padding.sizes): those of their rules, by JAX.

A gradient counts as zero behind a size, whatever its buffer has there.
"""
from theano_compat.gradient.connect import differentiable
from theano_compat.graph.checks import collecting, state_again
from theano_compat.padding.sizes import differentiated, filled, harmless, labelled, plain, require_fit, sizes_of


def forward(op, base_node, values, apply):
    """All outputs of `base_node`, and what `pull_back` takes; `apply(node, values)` gives outputs by the base op's rule.

    `op`: a VJP op of the base op.
    """
    import jax
    import jax.numpy as jnp
    which = [i for i, t in enumerate(op.in_types) if differentiable(t)]
    smooth = [j for j, t in enumerate(op.out_types) if differentiable(t)]
    checks, forms = [], []

    def run(*arrays):
        full = list(values)
        for i, v in zip(which, arrays):
            full[i] = labelled(v, sizes_of(values[i]))
        with collecting() as made, differentiated():
            outs = apply(base_node, [harmless(v) for v in full])
        checks[:] = made
        forms[:] = [sizes_of(v) for v in outs]
        rest = [plain(v) for j, v in enumerate(outs) if j not in smooth]
        return [plain(outs[j]) for j in smooth], (rest, [c.ok for c in made])

    arrays = [jnp.asarray(plain(values[i]), dtype=op.in_types[i].dtype) for i in which]
    found, back, (rest, flags) = jax.vjp(run, *arrays, has_aux=True)
    state_again(checks, flags)
    values_of, others = iter(found), iter(rest)
    outs = tuple(labelled(next(values_of if j in smooth else others), sizes) for j, sizes in enumerate(forms))
    return outs, (back, found, {j: forms[j] for j in smooth}, {i: sizes_of(values[i]) for i in which})


def pull_back(op, pullback, values):
    """The outputs of a VJP node with inputs `values`."""
    import jax.numpy as jnp
    back, found, out_sizes, in_sizes = pullback
    given = dict(zip(op.given, values[op.n_inputs:]))
    cotangents = []
    for (j, sizes), out in zip(out_sizes.items(), found):
        if j not in given:
            cotangents.append(jnp.zeros_like(out))
            continue
        require_fit(given[j], sizes)
        g = jnp.broadcast_to(jnp.asarray(plain(given[j]), dtype=out.dtype), out.shape)
        cotangents.append(jnp.conj(filled(labelled(g, sizes), 0)))
    of = dict(zip(in_sizes, back(cotangents)))
    return tuple(labelled(jnp.conj(of[i]), in_sizes[i]) for i in op.wrt)


def derived(op, node, values, apply):
    """The outputs of a VJP node whose forward node is not in the program."""
    base = op.base_node(node)
    return pull_back(op, forward(op, base, values[:op.n_inputs], apply)[1], values)
