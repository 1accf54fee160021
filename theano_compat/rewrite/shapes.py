"""Shapes of what Python computes: an op that says by `infer_shape` what it gives need not run where only the shape is asked for."""
import logging
import traceback

from theano_compat.config import config
from theano_compat.graph.op import runs_on_host_only
from theano_compat.graph.variable import Constant
from theano_compat.graph.walk import ancestors
from theano_compat.rewrite.engine import rule
from theano_compat.tensor import (
    DimShuffle,
    Elemwise,
    Join,
    MakeVector,
    Shape,
    Shape_i,
    ShapeError,
    SpecifyShape,
    Subtensor,
    add,
    alloc,
    as_tensor_variable,
    cast,
    constant,
    second,
    stack,
)

_POSITION = 48  # last: other rules look for shapes as they were written
_logger = logging.getLogger("theano.tensor.opt")


@rule([Shape, Shape_i], ("fast_run", "fast_compile", "ShapeOpt", "local_shape_to_shape_i"),
      "Python would have to run, for a shape that is known")
def local_shape_of_python_op(fgraph, node):
    """shape(op(x)) -> what op.infer_shape says, for an op that runs in Python."""
    v = node.inputs[0]
    source = v.owner
    if source is None or not runs_on_host_only(source.op) or not hasattr(source.op, "infer_shape"):
        return None
    lengths = _inferred(source, source.outputs.index(v))
    if lengths is None or len(lengths) != v.ndim:
        return None
    lengths = [cast(as_tensor_variable(n), "int64") for n in lengths]
    if any(n.ndim for n in lengths):
        return None
    if isinstance(node.op, Shape_i):
        lengths = [lengths[node.op.i]]
    # an op may say that a length is that of what it gives: then it has to run
    if not lengths or any(v in ancestors([n]) for n in lengths for v in source.outputs):
        return None
    return lengths if isinstance(node.op, Shape_i) else [stack(lengths)]


@rule([second], ("fast_run", "fast_compile", "ShapeOpt"), "Python would have to run, for a shape that is known")
def local_fill_of_python_op(fgraph, node):
    """fill(op(x), value) -> alloc(value, *what op.infer_shape says), for an op that runs in Python."""
    model, value = node.inputs
    source = model.owner
    if source is None or value.ndim and not all(value.broadcastable) or not runs_on_host_only(source.op):
        return None
    lengths = [local_shape_of_python_op.apply(fgraph, Shape_i(i)(model).owner) for i in range(model.ndim)]
    if None in lengths:
        return None
    new = alloc(value.dimshuffle(), *(constant(1) if b else n for (n,), b in zip(lengths, model.broadcastable)))
    return [new] if new.type == node.outputs[0].type else None


@rule([Shape], ("fast_run", "ShapeOpt", "local_shape_to_shape_i"), "each length can be had by itself", position=_POSITION)
def local_shape_to_shape_i(fgraph, node):
    """shape(x) -> [Shape_i{0}(x), Shape_i{1}(x), ...]."""
    x = node.inputs[0]
    return [stack([Shape_i(i)(x) for i in range(x.ndim)])] if x.ndim else None


@rule([Subtensor], ("fast_run", "ShapeOpt", "local_shape_to_shape_i"), "one length needs no others", position=_POSITION)
def local_subtensor_of_shape(fgraph, node):
    """shape(x)[k] -> Shape_i{k}(x); stack([a, b])[1] -> b; either cast."""
    source, index = node.inputs[0].owner, node.op.idx_list
    if source is not None and type(source.op) is Elemwise and len(source.inputs) == 1 and source.inputs[0].owner is not None:
        inner = local_subtensor_of_shape.apply(fgraph, node.op.make_node(source.inputs[0], *node.inputs[1:]))
        return inner and [source.op(*inner)]
    if source is None or not isinstance(source.op, (Shape, MakeVector)) or len(index) != 1 or isinstance(index[0], slice):
        return None
    made = source.inputs if isinstance(source.op, MakeVector) else [Shape_i(i)(source.inputs[0]) for i in range(source.inputs[0].ndim)]
    k = getattr(node.inputs[1], "data", None)
    return [made[k]] if k is not None and -len(made) <= k < len(made) and made[k].type == node.outputs[0].type else None


@rule([Shape_i], ("fast_run", "ShapeOpt", "local_shape_to_shape_i"), "the inputs have the length already", position=_POSITION)
def local_shape_i_lift(fgraph, node):
    """Shape_i{k}(elemwise(a, b)) -> Shape_i{k} of the first of `a` and `b` that is not broadcast there; so through other ops."""
    source, k = node.inputs[0].owner, node.op.i
    op = source and source.op
    if type(op) is Elemwise:
        found = next((x for x in source.inputs if not x.broadcastable[k]), None)
        return None if found is None else [Shape_i(k)(found)]
    if isinstance(op, DimShuffle):
        return [constant(1, dtype="int64") if op.new_order[k] == "x" else Shape_i(op.new_order[k])(source.inputs[0])]
    if isinstance(op, Join) and isinstance(source.inputs[0], Constant):
        parts = [Shape_i(k)(x) for x in source.inputs[1:]]
        return [add(*parts) if int(source.inputs[0].data) % node.inputs[0].ndim == k and len(parts) > 1 else parts[0]]
    if isinstance(op, SpecifyShape) and isinstance(source.inputs[1], Constant):
        return [constant(source.inputs[1].data[k], dtype="int64")]
    return None


def _inferred(node, position):
    """The lengths of an output as the op infers them, or None where it cannot."""
    shapes = [tuple(Shape_i(i)(x) for i in range(x.ndim)) if hasattr(x.type, "ndim") else None for x in node.inputs]
    try:
        found = node.op.infer_shape(node, shapes)
    except (ShapeError, NotImplementedError):
        return None
    except Exception as e:
        if config.on_shape_error == "raise":
            raise
        _logger.warning("Failed to infer_shape from Op %s.\nInput shapes: %s\nException encountered during infer_shape: %s\n"
                        "Exception message: %s\nTraceback: %s", node.op, shapes, type(e), e, traceback.format_exc())
        return None
    return None if len(found) != len(node.outputs) or found[position] is None else list(found[position])
