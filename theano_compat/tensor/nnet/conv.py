"""The convolution of old programs: `theano.tensor.nnet.conv.conv2d` and its ConvOp. What it computes is in `conv_lowering`."""
import warnings

from theano_compat.graph.op import Op
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Apply
from theano_compat.tensor.casting import discrete_dtypes
from theano_compat.tensor.constant import as_tensor_variable
from theano_compat.tensor.nnet import conv_lowering
from theano_compat.tensor.nnet.conv_shape import get_conv_output_shape, get_conv_shape_1axis
from theano_compat.tensor.scalar_constant import NotScalarConstantError, get_scalar_constant_value
from theano_compat.tensor.type import TensorType

# Programs ask before they compute without C; here nothing is missing.
imported_scipy_signal = True


def _known(shape, name):
    """`shape` with numbers for its constants. Raises NotScalarConstantError for a size that is a variable."""
    known = list(shape)
    for i, n in enumerate(known):
        if n is None:
            continue
        try:
            n = get_scalar_constant_value(as_tensor_variable(n))
        except NotScalarConstantError:
            raise NotScalarConstantError("The convolution need that the shape information are constant values. We got %s for the %s "
                                         "parameter" % (n, name)) from None
        assert n.dtype in discrete_dtypes
        known[i] = int(n)
    return known


def conv2d(input, filters, image_shape=None, filter_shape=None, border_mode="valid", subsample=(1, 1), **kargs):
    """Convolution of images (batch, channels, rows, columns) with filters, by a ConvOp. `T.nnet.conv2d` has replaced it."""
    warnings.warn("theano.tensor.nnet.conv.conv2d is deprecated. Use theano.tensor.nnet.conv2d instead.", stacklevel=2)
    bsize = imshp = nkern = kshp = None
    if image_shape is not None:
        image_shape = _known(image_shape, "image_shape")
        bsize, imshp = image_shape[0], image_shape[1:]
    if filter_shape is not None:
        filter_shape = _known(filter_shape, "filter_shape")
        nkern, kshp = filter_shape[0], filter_shape[2:]
    if image_shape and filter_shape:
        assert None in (image_shape[1], filter_shape[1]) or image_shape[1] == filter_shape[1]
    op = ConvOp(output_mode=border_mode, dx=subsample[0], dy=subsample[1], imshp=imshp, kshp=kshp, nkern=nkern, bsize=bsize, **kargs)
    return op(input, filters)


def _whole(n, name):
    n = 1 if n is None else n
    if int(n) != n:
        raise TypeError("ConvOp.__init__ param %s must be an int" % name, n)
    return int(n)


def _logical(shape, given, n, name):
    if given is None:
        return shape
    if len(given) != n:
        raise ValueError("len(%s) must be %d, got %d" % (name, n, len(given)))
    return tuple(given)


@legacy_name("theano.tensor.nnet.conv")
class ConvOp(Op):
    """Convolution of 4-dimensional images and filters of one dtype, of which all, some or no sizes are told.

    Sizes that were told are checked at run time. `imshp_logical` and `kshp_logical` spread an array with zeros to that size first.
    How loops were unrolled (`unroll_*`, `version`, `verbose`, `openmp`) was C's affair: kept, and part of what makes two ops equal.
    """

    _attributes = ("imshp", "kshp", "nkern", "bsize", "dx", "dy", "out_mode", "unroll_batch", "unroll_kern", "unroll_patch",
                   "imshp_logical", "kshp_logical", "kshp_logical_top_aligned")

    def __init__(self, imshp=None, kshp=None, nkern=None, bsize=None, dx=1, dy=1, output_mode="valid", unroll_batch=None,
                 unroll_kern=None, unroll_patch=None, imshp_logical=None, kshp_logical=None, kshp_logical_top_aligned=True,
                 verbose=0, version=-1, direction_hint="forward", openmp=None):
        imshp = (None, None, None) if imshp is None else tuple(imshp)
        kshp = (None, None) if kshp is None else tuple(kshp)
        if len(imshp) == 2:
            imshp = (1, *imshp)
        if len(imshp) != 3:
            raise ValueError("len(imshp) must be 2 or 3, got %d" % len(imshp))
        if len(kshp) != 2:
            raise ValueError("len(kshp) must be 2, got %d" % len(kshp))
        self.imshp, self.kshp, self.nkern, self.bsize = imshp, kshp, nkern, bsize
        self.dx, self.dy = _whole(dx, "dx"), _whole(dy, "dy")
        self.verbose, self.version, self.direction_hint, self.openmp = verbose, version, direction_hint, bool(openmp)
        self.imshp_logical = _logical(imshp, imshp_logical, 3, "imshp_logical")
        self.kshp_logical = _logical(kshp, kshp_logical, 2, "kshp_logical")
        self.kshp_logical_top_aligned = kshp_logical_top_aligned
        self._set_unrolling(unroll_batch, unroll_kern, unroll_patch)
        self._set_outputs(output_mode)

    def _set_unrolling(self, batch, kern, patch):
        everything = self.has_all_shape(self.imshp, self.kshp, self.nkern, self.bsize)
        if (batch or kern) and not everything:
            raise Exception("In ConvOp, when using unroll_batch and unroll_nkern, all shape are needed")
        self.unroll_batch = batch or (1 if kern else batch)
        self.unroll_kern = kern or (1 if batch else kern)
        self.unroll_patch = patch if everything and not self.openmp else True

    def _set_outputs(self, output_mode):
        self.out_mode = output_mode
        if output_mode not in ("valid", "full"):
            raise Exception("Mode %s not implemented" % str(output_mode))
        image, kernel = (None, *self.imshp_logical), (None, None, *self.kshp_logical)
        self.outshp = get_conv_output_shape(image, kernel, output_mode, (self.dx, self.dy))[2:]
        self.fulloutshp = get_conv_output_shape(image, kernel, output_mode, (1, 1))[2:]
        if any(n is not None and n <= 0 for n in self.outshp):
            raise Exception("Bad size for the output shape. Verify that [post-supersampling] input shape (%s) and kern shape(%s) are ok. "
                            "(Hint: kerns must fit inside image in valid mode)" % (self.imshp_logical, self.kshp_logical))

    @staticmethod
    def has_all_shape(imshp, kshp, nkern=1, bsize=1):
        """Whether every size is told."""
        return None not in (nkern, bsize, *imshp, *kshp)

    @staticmethod
    def getOutputShape(inshp, kshp, stride=(1, 1), mode="valid"):
        """The extents of the output; `get_conv_output_shape` has replaced it."""
        warnings.warn("The method `getOutputShape` is deprecated use`get_conv_output_shape` instead.", stacklevel=2)
        return tuple(get_conv_shape_1axis(i, k, mode, d) for i, k, d in zip(inshp, kshp, stride))

    def _key(self):
        return tuple(getattr(self, a) for a in self._attributes)

    def __eq__(self, other):
        return type(self) is type(other) and self._key() == other._key()

    def __hash__(self):
        return hash((type(self), self._key()))

    def __str__(self):
        return "ConvOp{" + ",".join(str((a, getattr(self, a))) for a in self._attributes) + "}"

    def flops(self, inputs, outputs):
        """Additions and multiplications of one run, for inputs and outputs of these shapes."""
        images, kerns = inputs
        out, = outputs
        assert images[1] == kerns[1]
        places = out[2] * out[3] if self.out_mode == "valid" else images[2] * images[3]
        return images[0] * kerns[0] * images[1] * kerns[2] * kerns[3] * places * 2

    def make_node(self, inputs, kerns):
        images, filters = as_tensor_variable(inputs), as_tensor_variable(kerns)
        if images.ndim != 4:
            raise TypeError('ConvOp (make_node) requires input be a 4D tensor; received "%s" (%i dims)' % (inputs, images.ndim))
        if filters.ndim != 4:
            raise TypeError("make_node requires 4D tensor of kernels")
        if images.type.dtype != filters.type.dtype:
            raise NotImplementedError("The image and the kernel must have the same type.inputs(%s), kerns(%s)"
                                      % (images.dtype, filters.dtype))
        pattern = [images.broadcastable[0], filters.broadcastable[0], self.outshp[0] == 1, self.outshp[1] == 1]
        return Apply(self, [images, filters], [TensorType(images.type.dtype, pattern)()])

    def infer_shape(self, node, input_shapes):
        def told(known, found):
            return [f if k is None else k for k, f in zip(known, found)]
        image = told((self.bsize, *self.imshp_logical), input_shapes[0])
        kernel = told((self.nkern, None, *self.kshp_logical), input_shapes[1])
        return [get_conv_output_shape(image, kernel, self.out_mode, (self.dx, self.dy))]

    def _check(self, images, filters):
        """Raise ValueError where a size is not what was told."""
        stack, *image = self.imshp
        sizes = (("rows in the filter", self.kshp[0], filters.shape[2]), ("columns in the filter", self.kshp[1], filters.shape[3]),
                 ("image stack size", stack, images.shape[1]), ("kernel stack size", stack, filters.shape[1]),
                 ("rows in the image", image[0], images.shape[2]), ("columns in the image", image[1], images.shape[3]),
                 ("batch size", self.bsize, images.shape[0]), ("kernels in the filter", self.nkern, filters.shape[0]))
        for name, told, found in sizes:
            if told is not None and told != found:
                name = name if name.endswith("size") else "number of " + name
                raise ValueError("The hardcoded shape for the %s (%d) isn't the run time shape (%d)." % (name, told, found))

    def lower(self, node, images, filters):
        import jax.numpy as jnp
        self._check(images, filters)
        images = _spread(jnp.asarray(images), self.imshp_logical[1:], True)
        filters = _spread(jnp.asarray(filters), self.kshp_logical, self.kshp_logical_top_aligned)
        border = tuple((k - 1,) * 2 if self.out_mode == "full" else (0, 0) for k in filters.shape[2:])
        plan = conv_lowering.Plan(border, (self.dx, self.dy), (1, 1))
        return conv_lowering.convolve(images, filters, plan)


def _spread(x, logical, top_aligned):
    """`x` with zeros between its rows and columns, so that its extents are `logical`."""
    import jax
    import jax.numpy as jnp
    config = [(0, 0, 0)] * 2
    for n, wanted in zip(x.shape[2:], logical):
        wanted = n if wanted is None else wanted
        step = -(-wanted // n)
        start = 0 if top_aligned else (wanted - n * step - 1 + step) % step
        config.append((start, wanted - start - ((n - 1) * step + 1), step - 1))
    if all(c == (0, 0, 0) for c in config):
        return x
    return jax.lax.pad(x, jnp.zeros((), x.dtype), config)
