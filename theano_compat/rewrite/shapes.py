"""Shapes of what Python computes: an op that says by `infer_shape` what it gives need not run where only the shape is asked for."""
import logging
import traceback

from theano_compat.config import config
from theano_compat.graph.op import runs_on_host_only
from theano_compat.graph.walk import ancestors
from theano_compat.rewrite.engine import rule
from theano_compat.tensor import Shape, Shape_i, ShapeError, alloc, as_tensor_variable, cast, constant, second, stack

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
