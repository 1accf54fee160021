"""Rules for sorting along axes that vary. See `rules`."""
from theano_compat.padding.rules import greatest, rule
from theano_compat.padding.shapes import needed_size
from theano_compat.padding.sizes import DependsOnLengths, Padded, Size, Unpaddable, compared, filled, labelled, minus, plain, sizes_of
from theano_compat.tensor.ordering import positions
from theano_compat.tensor.ranking import TopKOp
from theano_compat.tensor.sorting import ArgSortOp, SortOp


def _with_padding_last(x, axis):
    """The buffer with what comes after everything behind its end: of equals the first comes first, which is none of the padding."""
    import numpy as np
    kind = np.dtype(x.dtype).kind
    if kind == "c":
        raise Unpaddable("complex numbers in order")
    return filled(x, np.nan if kind == "f" else greatest(x.dtype), (axis,))


@rule(SortOp, ArgSortOp)
def sort(node, values, lower):
    """Padding comes last."""
    x, axis = values
    axis = needed_size(axis)
    if isinstance(axis, Size) or not isinstance(x, Padded):
        raise Unpaddable("an axis that is known only when the program runs")
    return (labelled(lower([_with_padding_last(x, axis % x.ndim), values[1]])[0], x.sizes),)


@rule(TopKOp)
def top(node, values, lower):
    """The last that are no padding, or the first."""
    import jax.numpy as jnp
    x, k, op = values[0], needed_size(values[1]), node.op
    axis = op.axis % len(sizes_of(x))
    n = sizes_of(x)[axis]
    if isinstance(k, Size):
        raise Unpaddable("a number of elements that is a length")
    sizes = [abs(k) if d == axis else m for d, m in enumerate(sizes_of(x))]
    if not isinstance(n, Size):
        return tuple(labelled(v, sizes) for v in lower([plain(x), values[1]]))
    if compared(abs(k), n) != -1:  # all elements come in the order that they have
        raise DependsOnLengths("whether %d is less than %s depends on the lengths" % (abs(k), n))
    if k == 0:
        raise Unpaddable("no elements")
    array = _with_padding_last(x, axis)
    where = jnp.arange(abs(k), dtype="int64") + (jnp.asarray(plain(minus(n, k))).astype("int64") if k > 0 else 0)
    places = jnp.take(positions(array, axis), where, axis=axis, mode="clip")
    found = [jnp.take_along_axis(jnp.asarray(plain(x)), places, axis=axis)] if op.return_values else []
    found += [places.astype(op.idx_dtype)] if op.return_indices else []
    return tuple(labelled(v, sizes) for v in found)
