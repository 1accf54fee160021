"""Helpers of theano.sparse.utils."""
import hashlib

import numpy as np


def hash_from_sparse(data):
    """A hexadecimal digest of a sparse matrix: numbers, places, shape, dtype and format."""
    digest = hashlib.sha256()
    for part in (data.data, data.indices, data.indptr):
        digest.update(hashlib.sha256(np.ascontiguousarray(part).tobytes()).digest())
    for word in (data.shape, data.dtype, data.format):
        digest.update(str(word).encode() + b";")
    return digest.hexdigest()
