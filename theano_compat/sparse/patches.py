"""Convolution and pooling by a sparse matrix that gathers the patches of an image. Legacy path: `theano.sparse.sandbox.sp`.

`theano.tensor.nnet.conv2d` and `theano.tensor.signal.pool` are the ones to use; these are here for programs of 2009.
"""
import numpy as np

from theano_compat import tensor
from theano_compat.graph.op import Op
from theano_compat.graph.utils import legacy_name
from theano_compat.sparse.parts import CSM
from theano_compat.sparse.products import structured_dot
from theano_compat.sparse.type import scipy_sparse


@legacy_name("theano.sparse.sandbox.sp")
class ConvolutionIndices(Op):
    """The matrix M of zeros and ones for which `dot(M, image)` is the stack of the patches that a kernel sees."""

    __props__ = ()

    @staticmethod
    def conv_eval(inshp, kshp, strides=(1, 1), mode="valid"):
        """`evaluate` for one kernel."""
        return convolution_indices.evaluate(inshp, kshp, strides, mode=mode)

    @staticmethod
    def evaluate(inshp, kshp, strides=(1, 1), nkern=1, mode="valid", ws=True):
        """(indices, indptr, shape, "csc", shape of the output image) of M, for images of `inshp`, (maps,) rows, columns.

        `strides` are those of columns and rows, in this order. Rows of M: output pixel, then map, then kernel pixel. `nkern` changes
        nothing: all kernels see the same patches. Raises ValueError for a kernel that is larger than the image.
        """
        if not ws:
            raise Exception("ws is obsolete and it must be always True")
        maps, *image = inshp if np.size(inshp) == 3 else (1, *inshp)
        image, kshp, steps = np.array(image), np.array(kshp), np.array(strides[::-1])
        margin = kshp - 1 if mode == "full" else 0 * kshp
        out = np.int64(np.ceil((image + 2 * margin - kshp + 1) / steps))
        if any(out <= 0):
            raise ValueError("Invalid kernel", kshp, "and/or step size", tuple(strides), "for given input shape", np.array(inshp))
        y, x, f, i, j = np.ogrid[:out[0], :out[1], :maps, :kshp[0], :kshp[1]]
        iy, ix = y * steps[0] + i - margin[0], x * steps[1] + j - margin[1]
        inside = (iy >= 0) & (iy < image[0]) & (ix >= 0) & (ix < image[1]) & (f >= 0)
        columns = (f * image[0] + iy) * image[1] + ix
        shape = (int(inside.size), int(maps * image.prod()))
        found = scipy_sparse().csc_matrix((np.ones(inside.sum()), (np.flatnonzero(inside), columns[inside])), shape=shape)
        found.sort_indices()
        return found.indices, found.indptr, shape, "csc", out


convolution_indices = ConvolutionIndices()


def _patches(images, imgshp, kshp, strides, mode):
    """(batch, pixels of a patch stack) and the shape of the output image."""
    indices, indptr, shape, format, out = convolution_indices.conv_eval(imgshp, kshp, strides, mode)
    gather = CSM(format)(np.ones(indices.size), indices, indptr, shape)
    return structured_dot(gather, images.T).T, out


def _maps_first(stack, batch, pixels, maps):
    return stack.reshape((batch, pixels, maps), ndim=3).dimshuffle(0, 2, 1)


def convolve(kerns, kshp, nkern, images, imgshp, step=(1, 1), bias=None, mode="valid", flatten=True):
    """(filtered images, their shape (nkern, rows, columns)); kernels are not flipped.

    `kerns`: (nkern, maps * kernel pixels); `images`: (batch, maps * pixels). The result is (batch, nkern * pixels), or without `flatten`
    (batch, nkern, pixels). `step`: between columns and rows; `mode`: "valid" or "full".
    """
    maps = imgshp[0] if np.size(imgshp) == 3 else 1
    patches, out = _patches(images, imgshp, kshp, step, mode)
    pixels = int(out.prod())
    stack = patches.reshape((images.shape[0] * pixels, int(maps * np.prod(kshp))), ndim=2)
    filtered = tensor.dot(stack, kerns.T)
    if bias is not None:
        filtered += bias
    filtered = _maps_first(filtered, images.shape[0], pixels, nkern)
    return tensor.flatten(filtered, 2) if flatten else filtered, np.hstack((nkern, out))


def max_pool(images, imgshp, maxpoolshp):
    """(maxima over areas of `maxpoolshp`, shape of the pooled image) of `images`, (batch, maps * pixels).

    As in Theano the areas lie `maxpoolshp` apart with rows and columns swapped, which only shows where it is not square.
    """
    maps = imgshp[0] if np.size(imgshp) == 3 else 1
    patches, out = _patches(images, imgshp, maxpoolshp, maxpoolshp, "valid")
    pixels = int(out.prod())
    stack = patches.reshape((images.shape[0] * pixels, maps, int(np.prod(maxpoolshp))), ndim=3)
    return tensor.flatten(_maps_first(tensor.max(stack, axis=2), images.shape[0], pixels, maps), 2), out
