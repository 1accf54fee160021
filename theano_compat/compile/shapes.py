"""Shapes of all variables of a graph, for shapes of its inputs (`theano.tensor.utils.shape_of_variables`)."""
import numpy as np

from theano_compat.compile.evaluate import evaluate


def shape_of_variables(fgraph, input_shapes):
    """The shapes, tuples of integers, of the variables of a FunctionGraph made with `clone=False`; a dictionary.

    The graph is run on zeros, so values that decide shapes count as zero.
    """
    if any(v not in fgraph.inputs for v in input_shapes):
        raise ValueError("input_shapes keys aren't in the fgraph.inputs. FunctionGraph() interface changed. Now by default, it clones "
                         "the graph it receives. To have the old behavior, give it this new parameter `clone=False`.")
    values = [np.zeros(input_shapes[v], dtype=v.type.dtype) for v in fgraph.inputs]
    shapes = {v: value.shape for v, value in zip(fgraph.inputs, values)}

    def note(node, _, outputs):
        shapes.update((v, np.shape(value)) for v, value in zip(node.outputs, outputs) if hasattr(v.type, "broadcastable"))

    evaluate(fgraph, values, note)
    return shapes
