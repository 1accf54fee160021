"""How ops work on padded arrays (padding.sizes): the table of rules, and those of elementwise ops, reductions and products.

A rule `rule(node, values, lower)` gives the outputs of a node some of whose `values` are padded arrays or sizes; `lower(arrays)` is the
node's ordinary lowering of plain arrays, as a tuple. Most rules put something harmless behind the sizes where it would be
counted, lower the buffers as ever, and say which sizes the results have. Rules on shapes, indices and draws are
in the files beside, of loops in `control.scan_padded`.
"""
import numpy as np

from theano_compat import scalar
from theano_compat.graph.checks import check, collecting
from theano_compat.graph.op import provides
from theano_compat.padding.sizes import DependsOnLengths, Padded, Size, Unpaddable, filled, is_sized, labelled, plain, sizes_of
from theano_compat.tensor.argmax import Argmax, MaxAndArgmax
from theano_compat.tensor.assertion import Assert
from theano_compat.tensor.blas import BatchedDot
from theano_compat.tensor.careduce import All, Any, CAReduce, CAReduceDtype, MulWithoutZeros, Prod, ProdWithoutZeros, Sum
from theano_compat.tensor.dot import Dot
from theano_compat.tensor.elemwise import Elemwise
from theano_compat.tensor.extra_ops import CumOp
from theano_compat.tensor.nnet.crossentropy import (
    CrossentropyCategorical1Hot,
    CrossentropyCategorical1HotGrad,
    CrossentropySoftmax1HotWithBiasDx,
    CrossentropySoftmaxArgmax1HotWithBias,
)
from theano_compat.tensor.nnet.softmax import LogSoftmax, Softmax, SoftmaxGrad, SoftmaxWithBias
from theano_compat.tensor.signal.windows import lowest

rules = {}


def rule(*classes):
    """Register a function as the rule of ops of `classes`."""
    def register(function):
        rules.update((c, function) for c in classes)
        return function
    return register


def lower_padded(node, values, lower):
    """The outputs of `node` from `values` of which some are padded or sizes. Raises Unpaddable."""
    found = rules.get(type(node.op))
    if found is not None:
        return found(node, values, lower)
    if provides(node.op, "lower_padded"):
        return node.op.lower_padded(node, values, lower)
    if any(isinstance(v, Padded) for v in values):
        raise Unpaddable("no rule for %s" % node.op)
    # numbers made of lengths are numbers like others, as long as they decide no size
    return lower([plain(v) for v in values])


# -- elementwise

def common_sizes(node, values):
    """The sizes of an elementwise result. Raises Unpaddable where two lengths are not the same, or only happen to be."""
    found = [1] * node.outputs[0].type.ndim
    known = [False] * len(found)
    for v, x in zip(values, node.inputs):
        for d, (n, b) in enumerate(zip(sizes_of(v), x.type.broadcastable)):
            if b:
                continue
            if known[d] and found[d] != n:
                raise Unpaddable("%s of lengths %s and %s" % (node.op, found[d], n))
            found[d], known[d] = n, True
    return found


@rule(Elemwise)
def elementwise(node, values, lower):
    """Padding meets padding."""
    from theano_compat.padding.shapes import arithmetic
    if all(is_sized(v) or np.ndim(v) == 0 for v in values) and not any(isinstance(v, Padded) for v in values):
        found = arithmetic(node, values)
        if found is not None:
            return found
    sizes = common_sizes(node, values)
    with collecting() as checks:
        outs = lower([plain(v) for v in values])
    if checks:  # conditions on what is padding are not stated
        outs = lower([filled(v, 1) for v in values])
    return tuple(labelled(v, sizes) for v in outs)


# -- reductions

def neutral(scalar_op, dtype):
    """What a reduction by `scalar_op` of numbers of `dtype` does not notice."""
    dtype = np.dtype(dtype)
    if scalar_op == scalar.add or scalar_op == scalar.or_ or isinstance(scalar_op, MulWithoutZeros):
        return np.zeros((), dtype)
    if scalar_op == scalar.mul:
        return np.ones((), dtype)
    if scalar_op == scalar.and_:
        return np.array(True if dtype.kind == "b" else -1).astype(dtype)
    if scalar_op == scalar.xor:
        return np.zeros((), dtype)
    if scalar_op in (scalar.maximum, scalar.minimum):
        return least(dtype) if scalar_op == scalar.maximum else greatest(dtype)
    raise Unpaddable("a reduction by %s" % scalar_op)


def least(dtype):
    """The least number of a dtype."""
    if np.dtype(dtype).kind == "c":
        raise Unpaddable("the least of complex numbers")
    return lowest(dtype)


def greatest(dtype):
    """The greatest number of a dtype."""
    dtype = np.dtype(dtype)
    if dtype.kind == "c":
        raise Unpaddable("the greatest of complex numbers")
    return np.array(np.inf if dtype.kind == "f" else True if dtype.kind == "b" else np.iinfo(dtype).max).astype(dtype)


def require_some(x, axes):
    """Raise Unpaddable where a size among `axes` could be 0: then there is an error to be raised, or not."""
    if any(isinstance(x.sizes[d], Size) and x.sizes[d].interval()[0] < 1 for d in axes):
        raise DependsOnLengths("a reduction over what may be empty")


@rule(CAReduce, CAReduceDtype, Sum, Prod, ProdWithoutZeros, All, Any)
def reduction(node, values, lower):
    """The padding is what changes nothing."""
    x, op = values[0], node.op
    if not isinstance(x, Padded):
        from theano_compat.padding.shapes import total
        return total(node, x) or lower([plain(x)])
    axes = op._axes(x.ndim)
    if not hasattr(op.scalar_op, "identity"):
        require_some(x, axes)
    outs = lower([filled(x, neutral(op.scalar_op, x.dtype), axes)])
    return (labelled(outs[0], [n for d, n in enumerate(x.sizes) if d not in axes]),)


@rule(Argmax, MaxAndArgmax)
def position_of_maximum(node, values, lower):
    """Padding is less than anything; of equals the first counts, which is none of the padding."""
    x, axes = values[0], node.op.axis
    padded = [d for d in axes if isinstance(x.sizes[d], Size)]
    if len(axes) > 1 and padded and padded != [axes[0]]:
        raise Unpaddable("the position of a maximum over several axes")
    require_some(x, axes)
    kept = [n for d, n in enumerate(x.sizes) if d not in axes]
    return tuple(labelled(v, kept) for v in lower([filled(x, least(x.dtype), axes)]))


@rule(CumOp)
def cumulation(node, values, lower):
    """What comes behind does not count."""
    x = values[0]
    if node.op.axis is None and x.ndim != 1:
        raise Unpaddable("%s of all elements" % node.op)
    return (labelled(lower([x.array])[0], x.sizes),)


# -- products

@rule(Dot)
def dot(node, values, lower):
    """Zeros on both sides where a padded axis is summed over."""
    x, y = values
    a, b = sizes_of(x), sizes_of(y)
    if a[-1] != b[0]:
        raise Unpaddable("a product over lengths %s and %s" % (a[-1], b[0]))
    if isinstance(a[-1], Size):
        x, y = filled(x, 0, (len(a) - 1,)), filled(y, 0, (0,))
    return (labelled(lower([plain(x), plain(y)])[0], (*a[:-1], *b[1:])),)


@rule(BatchedDot)
def batched_dot(node, values, lower):
    """As `dot`, for each of a batch."""
    x, y = values
    a, b = sizes_of(x), sizes_of(y)
    if a[0] != b[0] or a[-1] != b[1]:
        raise Unpaddable("batches of products of lengths %s and %s" % (a, b))
    if len(a) > 1 and isinstance(a[-1], Size):
        x, y = filled(x, 0, (len(a) - 1,)), filled(y, 0, (1,))
    return (labelled(lower([plain(x), plain(y)])[0], (*a[:-1], *b[2:])),)


# -- rows of probabilities

@rule(Softmax, LogSoftmax)
def softmax(node, values, lower):
    """In a row padding has the probability 0."""
    x = values[0]
    require_some(x, (1,))
    return (labelled(lower([filled(x, -np.inf, (1,))])[0], x.sizes),)


@rule(SoftmaxWithBias)
def softmax_with_bias(node, values, lower):
    """Rows beside each other."""
    x, b = values
    if isinstance(sizes_of(x)[1], Size) or isinstance(b, Padded):
        raise Unpaddable("a bias of varying length")
    return (labelled(lower([plain(x), b])[0], sizes_of(x)),)


@rule(SoftmaxGrad)
def softmax_grad(node, values, lower):
    """Zeros where a row is padded."""
    dy, sm = values
    if sizes_of(dy) != sizes_of(sm):
        raise Unpaddable("a gradient of lengths %s for %s" % (sizes_of(dy), sizes_of(sm)))
    return (labelled(lower([filled(dy, 0, (1,)), filled(sm, 0, (1,))])[0], sm.sizes),)


def _rows(node, values, lower, matrices, classes, outputs):
    """The outputs of ops on rows that come with a class each: class 0 for padding."""
    sizes = {sizes_of(values[i])[0] for i in (*matrices, *classes)}
    if len(sizes) > 1 or any(isinstance(n, Size) for i in matrices for n in sizes_of(values[i])[1:]):
        raise Unpaddable("rows of lengths %s" % sizes)
    n, width = sizes.pop(), sizes_of(values[matrices[0]])[1]
    outs = lower([filled(v, 0) if i in classes else plain(v) for i, v in enumerate(values)])
    return tuple(labelled(v, (n, width)[:ndim]) for v, ndim in zip(outs, outputs))


@rule(CrossentropySoftmaxArgmax1HotWithBias)
def crossentropy_of_softmax(node, values, lower):
    """Rows beside each other."""
    return _rows(node, values, lower, (0,), (2,), (1, 2, 1))


@rule(CrossentropySoftmax1HotWithBiasDx)
def crossentropy_of_softmax_dx(node, values, lower):
    """Rows beside each other; the gradient may be one number for all."""
    dy = values[0]
    if np.ndim(plain(dy)) and sizes_of(dy)[0] != sizes_of(values[1])[0] and sizes_of(dy)[0] != 1:
        raise Unpaddable("a gradient of length %s for rows of %s" % (sizes_of(dy), sizes_of(values[1])))
    return _rows(node, values, lower, (1,), (2,), (2,))


@rule(CrossentropyCategorical1Hot)
def crossentropy(node, values, lower):
    """Rows beside each other."""
    return _rows(node, values, lower, (0,), (1,), (1,))


@rule(CrossentropyCategorical1HotGrad)
def crossentropy_grad(node, values, lower):
    """Rows beside each other."""
    return _rows(node, values, lower, (1,), (2,), (2,))


@rule(Assert)
def assertion(node, values, lower):
    """The value as it is, if numbers say so."""
    value, *conds = values
    for c in conds:
        if isinstance(c, Padded):
            raise Unpaddable("an assertion on %s" % (c.sizes,))
        check(plain(c).astype(bool), node, AssertionError, node.op.msg)
    return (value,)
