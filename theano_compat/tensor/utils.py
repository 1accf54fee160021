"""A digest of an array (`theano.tensor.utils`). Shapes of all variables of a graph are in compile/shapes.py."""
import numpy as np

from theano_compat.graph.utils import hash_from_code as hash_from_code


def hash_from_ndarray(data):
    """Hex digest of an array's elements, shape, strides and dtype."""
    if not data.flags["C_CONTIGUOUS"]:
        data = np.ascontiguousarray(data)
    parts = (data.tobytes(), str(data.shape), str(data.strides), str(data.dtype))
    return hash_from_code("".join(hash_from_code(part) for part in parts))
