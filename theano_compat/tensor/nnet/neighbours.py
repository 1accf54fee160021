"""Patches of images as rows of a matrix, and back."""
import numpy as np

from theano_compat.graph.null_type import grad_not_implemented, grad_undefined
from theano_compat.graph.op import Op
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Apply
from theano_compat.tensor.alloc import zeros
from theano_compat.tensor.constant import as_tensor_variable
from theano_compat.tensor.incindex import set_subtensor
from theano_compat.tensor.join import concatenate, stack
from theano_compat.tensor.type import TensorType

_MODES = ("full", "half", "ignore_borders", "valid", "wrap_centered")


def _first_offset(mode, window):
    """Where, before the image's start, the first patch begins."""
    return {"wrap_centered": window // 2, "half": window // 2, "full": window - 1}.get(mode, 0)


def _slack(mode, n, window):
    """How far the patch can move along an axis of extent `n`."""
    return {"half": n - window % 2, "full": n + window - 2}.get(mode, n - window)


@legacy_name("theano.tensor.nnet.neighbours")
class Images2Neibs(Op):
    """The patches of each image and channel, `neib_step` apart, each as one row of a matrix.

    `mode`: 'valid' (patches must cover the image exactly), 'ignore_borders', 'half', 'full' (zeros around), 'wrap_centered' (goes on
    at the other side). Raises TypeError at run time for shapes that do not go together.
    """

    __props__ = ("mode",)

    def __init__(self, mode="valid"):
        if mode not in _MODES:
            raise NotImplementedError("Only modes %s have been implemented for %s" % (", ".join(_MODES), type(self).__name__))
        self.mode = mode

    def __setstate__(self, d):
        self.__dict__.update(d)
        self.__dict__.setdefault("mode", "valid")

    def __str__(self):
        return "%s{%s}" % (type(self).__name__, self.mode)

    def make_node(self, ten4, neib_shape, neib_step=None):
        ten4, neib_shape = as_tensor_variable(ten4), as_tensor_variable(neib_shape)
        neib_step = neib_shape if neib_step is None else as_tensor_variable(neib_step)
        assert ten4.ndim == 4
        assert neib_shape.ndim == 1
        assert neib_step.ndim == 1
        return Apply(self, [ten4, neib_shape, neib_step], [TensorType(ten4.type.dtype, (False, False))()])

    def fact_inputs(self, node):
        return (1, 2), (0,)

    def facts(self, node, values, shapes):
        window, step = (tuple(int(n) for n in values[i]) for i in (1, 2))
        assert len(window) == len(step) == 2
        if min(step) <= 0:
            raise ValueError("neib_step wrong step ; values <= 0. Got " + str(np.asarray(values[2])))
        if min(window) <= 0:
            raise ValueError("neib_shape values <=0. Got " + str(np.asarray(values[1])))
        self._check(window, step, shapes[0][2:])
        return window, step

    def _check(self, window, step, image):
        if self.mode == "wrap_centered":
            if window[0] % 2 != 1 or window[1] % 2 != 1:
                raise TypeError("Images2Neibs: in mode wrap_centered need patch with odd shapes")
            if image[0] < window[0] or image[1] < window[1]:
                raise TypeError("Images2Neibs: in wrap_centered mode, don't support image shapes smaller then the patch shapes: "
                                "neib_shape=(%d,%d), ten4[2:]=[%d,%d]" % (*window, *image))
        elif self.mode != "ignore_borders":
            for i, (w, s, n) in enumerate(zip(window, step, image)):
                if n < w or _slack(self.mode, n, w) % s != 0:
                    raise TypeError("neib_shape[%d]=%d, neib_step[%d]=%d and ten4.shape[%d]=%d not consistent" % (i, w, i, s, i + 2, n))

    def _count(self, n, window, step):
        """How many patches lie along an axis."""
        if self.mode == "wrap_centered":
            return (n + step - 1) // step
        return 1 + _slack(self.mode, n, window) // step

    def _places(self, n, window, step):
        """For each patch the positions on one axis that it covers, and which of them are inside."""
        places = np.arange(self._count(n, window, step))[:, None] * step + np.arange(window) - _first_offset(self.mode, window)
        if self.mode == "wrap_centered":
            places = places % n
        inside = (places >= 0) & (places < n)
        return np.where(inside, places, 0), inside

    def lower(self, node, ten4, neib_shape, neib_step, facts):
        import jax.numpy as jnp
        window, step = facts
        (rows, row_in), (cols, col_in) = (self._places(*axis) for axis in zip(ten4.shape[2:], window, step))
        patches = ten4[:, :, rows[:, None, :, None], cols[None, :, None, :]]
        inside = row_in[:, None, :, None] & col_in[None, :, None, :]
        if not inside.all():
            patches = jnp.where(inside, patches, jnp.zeros((), ten4.dtype))
        return patches.reshape((-1, window[0] * window[1]))

    def infer_shape(self, node, input_shape):
        shape, window, step = input_shape[0], node.inputs[1], node.inputs[2]
        counts = [self._count(shape[2 + i], window[i], step[i]) for i in (0, 1)]
        return [(counts[0] * counts[1] * shape[1] * shape[0], window[0] * window[1])]

    def grad(self, inp, grads):
        x, neib_shape, neib_step = inp
        undefined = [grad_undefined(self, 1, neib_shape), grad_undefined(self, 2, neib_step)]
        same = neib_shape is neib_step or (hasattr(neib_shape, "equals") and neib_shape.equals(neib_step))
        if same and self.mode in ("valid", "ignore_borders"):
            return [neibs2images(grads[0], neib_shape, x.shape, mode=self.mode), *undefined]
        if self.mode != "valid":
            return [grad_not_implemented(self, 0, x), *undefined]
        return [_Images2NeibsGrad(self.mode)(x, neib_shape, neib_step, grads[0]), *undefined]


class _Images2NeibsGrad(Op):
    """The gradient of overlapping patches by the images: what every patch says of a place, added up."""

    __props__ = ("mode",)

    def __init__(self, mode):
        self.mode = mode

    def make_node(self, x, neib_shape, neib_step, gz):
        return Apply(self, [x, neib_shape, neib_step, gz], [x.type()])

    def fact_inputs(self, node):
        return (1, 2), (0,)

    def facts(self, node, values, shapes):
        return Images2Neibs(self.mode).facts(node, values, shapes)

    def lower(self, node, x, neib_shape, neib_step, gz, facts):
        import jax
        forward = Images2Neibs(self.mode)
        patches = jax.linear_transpose(lambda v: forward.lower(node, v, None, None, facts=facts), jax.ShapeDtypeStruct(x.shape, x.dtype))
        return patches(gz.astype(x.dtype))[0]

    def infer_shape(self, node, shapes):
        return [shapes[0]]

    def connection_pattern(self, node):
        return [[False], [False], [False], [True]]


def images2neibs(ten4, neib_shape, neib_step=None, mode="valid"):
    """The patches of images as rows of a matrix; see Images2Neibs."""
    return Images2Neibs(mode)(ten4, neib_shape, neib_step)


def neibs2images(neibs, neib_shape, original_shape, mode="valid"):
    """The images whose patches, side by side, are the rows of `neibs`. Raises NotImplementedError for modes with overlap."""
    neibs, neib_shape, original_shape = (as_tensor_variable(v) for v in (neibs, neib_shape, original_shape))
    window = stack([original_shape[-1] // neib_shape[1], neib_shape[1]])
    flat = images2neibs(neibs.dimshuffle("x", "x", 0, 1), window, mode=mode)
    if mode == "valid":
        return flat.reshape(original_shape, ndim=4)
    if mode != "ignore_borders":
        raise NotImplementedError("neibs2images do not support mode=%s" % mode)
    covered = original_shape
    for i in (0, 1):
        covered = set_subtensor(covered[2 + i], covered[2 + i] // neib_shape[i] * neib_shape[i])
    images = flat.reshape(covered, ndim=4)
    for d in (2, 3):
        rest = list(images.shape)
        rest[d] = original_shape[d] - covered[d]
        images = concatenate([images, zeros(rest)], axis=d)
    return images
