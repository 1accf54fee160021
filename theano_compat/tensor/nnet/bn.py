"""Batch normalisation: the form of a single function, and the pair for training and for use, with their gradients."""
import numpy as np

from theano_compat.config import change_flags, config
from theano_compat.graph.null_type import DisconnectedType
from theano_compat.graph.op import Op
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Apply
from theano_compat.scalar import Composite, add, as_common_dtype, get_scalar_type, mul, sub, true_div
from theano_compat.tensor.constant import as_tensor_variable, constant
from theano_compat.tensor.elemwise import Elemwise
from theano_compat.tensor.names_elemwise import sqrt
from theano_compat.tensor.shape import addbroadcast, patternbroadcast


@legacy_name("theano.tensor.nnet.bn")
class BNComposite(Composite):
    """`(x - mean) / std * gamma + beta` on numbers of one dtype."""

    init_param = ("dtype",)

    def __init__(self, dtype):
        self.dtype = dtype
        x, mean, std, gamma, beta = (get_scalar_type(dtype).make_variable() for _ in range(5))
        with change_flags(compute_test_value="off"):
            super().__init__([x, mean, std, gamma, beta], [add(mul(true_div(sub(x, mean), std), gamma), beta)])

    def grad(self, inps, grads):
        x, mean, std, gamma, _ = inps
        top, = grads
        scaled, centred = top * gamma, x - mean
        dx = scaled / std
        return [dx, -dx, -(scaled * centred) / (std * std), top * centred / std, top]


def batch_normalization(inputs, gamma, beta, mean, std, mode="low_mem"):
    """`(inputs - mean) / std * gamma + beta`, as one elementwise op ('low_mem') or several ('high_mem')."""
    if mode == "low_mem":
        return Elemwise(scalar_op=BNComposite(dtype=inputs.dtype))(inputs, mean, std, gamma, beta)
    if mode == "high_mem":
        return (inputs - mean) * (gamma / std) + beta
    raise ValueError('mode must be either "low_mem", "high_mem"')


def _prepare_batch_normalization_axes(axes, ndim):
    """The axes to normalise over, in order, and the others. Raises ValueError for axes that are not there."""
    if isinstance(axes, str) and axes == "per-activation":
        axes = (0,)
    elif isinstance(axes, str) and axes == "spatial":
        axes = (0, *range(2, ndim))
    elif isinstance(axes, tuple | list | np.ndarray):
        axes = tuple(int(a) for a in axes)
    else:
        raise ValueError("invalid axes: %s", str(axes))
    axes = tuple(sorted(axes))
    if len(axes) == 0:
        raise ValueError("there should be at least one normalization axis")
    if min(axes) < 0 or max(axes) >= ndim:
        raise ValueError("axes should be less than ndim (<%d), but %s given" % (ndim, str(axes)))
    return axes, tuple(i for i in range(ndim) if i not in axes)


class _Parameters:
    """How parameters line up with the inputs: with all their dimensions, or with those that are not normalised."""

    def __init__(self, axes, inputs, gamma):
        self.ndim = inputs.ndim
        self.axes, self.others = _prepare_batch_normalization_axes(axes, self.ndim)
        self.full = gamma.ndim == self.ndim
        self.params_ndim = self.ndim if self.full else len(self.others)

    def require(self, what, *variables):
        """Raise ValueError unless all have the right number of dimensions."""
        if any(v.ndim != self.params_ndim for v in variables):
            raise ValueError(what % (*(v.ndim for v in variables), self.params_ndim))

    def lined_up(self, x):
        """`x` with as many dimensions as the inputs."""
        x = as_tensor_variable(x)
        if self.full:
            return addbroadcast(x, *self.axes)
        pattern = ["x"] * self.ndim
        for i, axis in enumerate(self.others):
            pattern[axis] = i
        return x.dimshuffle(pattern)

    def back(self, x):
        """A result with the dimensions that parameters came with."""
        return x if self.full else x.dimshuffle(self.others)


_GAMMA_BETA = ("gamma and beta dimensionality must match the number of non-normalized axes, or have the same number of dimensions as "
               "the inputs; got %d and %d instead of %d")


def _checked_epsilon(epsilon):
    epsilon = np.asarray(epsilon, dtype=config.floatX)[()]
    if epsilon < 1e-5:
        raise ValueError("epsilon must be at least 1e-5, got %s" % str(epsilon))
    return epsilon


def batch_normalization_train(inputs, gamma, beta, axes="per-activation", epsilon=1e-4, running_average_factor=0.1,
                              running_mean=None, running_var=None):
    """Normalise over `axes` by the batch's own statistics: (output, mean, 1 / std), and the new running averages if given.

    `axes`: 'per-activation' (the first), 'spatial' (all but the second), or a tuple. Parameters have the dimensions that are not
    normalised, or all. Raises ValueError for dimensions that do not fit and for an epsilon below 1e-5.
    """
    p = _Parameters(axes, inputs, gamma)
    p.require(_GAMMA_BETA, gamma, beta)
    if (running_mean is None) != (running_var is None):
        raise ValueError("running_mean and running_var must either both be given or both be None")
    for name, v in (("mean", running_mean), ("var", running_var)):
        if v is not None:
            p.require("running_" + name + " must be of the same dimensionality as gamma and beta; got %d instead of %d", v)
    epsilon = _checked_epsilon(epsilon)
    inputs, gamma, beta = as_tensor_variable(inputs), p.lined_up(gamma), p.lined_up(beta)
    op = AbstractBatchNormTrain(axes=p.axes)
    if running_mean is None:
        results = op(inputs, gamma, beta, epsilon=epsilon)
    else:
        running = p.lined_up(running_mean), p.lined_up(running_var)
        results = op(inputs, gamma, beta, epsilon=epsilon, running_average_factor=running_average_factor,
                     running_mean=running[0], running_var=running[1])
        results = list(results[:3]) + [new if new.broadcastable == old.broadcastable else patternbroadcast(new, old.broadcastable)
                                       for new, old in zip(results[3:], running)]
    return (results[0], *(p.back(r) for r in results[1:]))


def batch_normalization_test(inputs, gamma, beta, mean, var, axes="per-activation", epsilon=1e-4):
    """Normalise by the given `mean` and `var`; the rest is as in `batch_normalization_train`."""
    p = _Parameters(axes, inputs, gamma)
    p.require(_GAMMA_BETA, gamma, beta)
    p.require("mean and var must be of the same dimensionality as gamma and beta; got %d and %d instead of %d", mean, var)
    epsilon = _checked_epsilon(epsilon)
    return AbstractBatchNormInference(axes=p.axes)(inputs, *(p.lined_up(v) for v in (gamma, beta, mean, var)), epsilon=epsilon)


class _OverAxes(Op):
    __props__ = ("axes",)

    def __init__(self, axes=(0,)):
        assert isinstance(axes, tuple | list)
        assert len(axes) > 0
        self.axes = tuple(int(a) for a in axes)

    def _check(self, x):
        if min(self.axes) < 0 or max(self.axes) >= x.ndim:
            raise ValueError("axes should be less than ndim (<%d), but %s given" % (x.ndim, str(self.axes)))

    @staticmethod
    def _check_lengths(node, x, *others):
        """ValueError where one of the `others`, the node's further inputs, is not as long as `x` and does not broadcast there."""
        for i, (v, other) in enumerate(zip(node.inputs[1:], others), 1):
            for axis, (n, k, repeated) in enumerate(zip(x.shape, other.shape, v.type.broadcastable)):
                if n != k and not repeated:
                    raise ValueError("Input dimension mis-match. (input[0].shape[%d] = %d, input[%d].shape[%d] = %d)"
                                     % (axis, n, i, axis, k))


@legacy_name("theano.tensor.nnet.bn")
class AbstractBatchNormTrain(_OverAxes):
    """Output, mean and inverse deviation of a batch, and running averages where the old ones are inputs."""

    def make_node(self, x, scale, bias, epsilon=1e-4, running_average_factor=0.1, running_mean=None, running_var=None):
        arrays = [as_tensor_variable(v) for v in (x, scale, bias)]
        epsilon, factor = as_tensor_variable(epsilon), as_tensor_variable(running_average_factor)
        assert (running_mean is None) == (running_var is None)
        if running_mean is not None:
            arrays += [as_tensor_variable(running_mean), as_tensor_variable(running_var)]
        assert len({v.ndim for v in arrays}) == 1
        arrays = list(as_common_dtype(*arrays))
        x, scale = arrays[:2]
        outputs = [x.type(), scale.type(), scale.type()] + [scale.type() for _ in arrays[3:]]
        return Apply(self, [*arrays[:3], epsilon, factor, *arrays[3:]], outputs)

    def lower(self, node, x, scale, bias, epsilon, factor, *running):
        import jax.numpy as jnp
        self._check(x)
        self._check_lengths(node, x, scale, bias, epsilon, factor, *running)
        dtype = x.dtype
        mean = x.mean(self.axes, keepdims=True)
        centred = x - mean
        var = (centred * centred).mean(self.axes, keepdims=True)
        invstd = 1 / jnp.sqrt(var + epsilon.astype(dtype))
        results = [centred * (scale * invstd) + bias, mean, invstd]
        if running:
            keep, m = factor.astype(dtype), x.size / scale.size
            results.append(running[0] * (1 - keep) + mean * keep)
            # the unbiased variance goes into the average
            results.append(running[1] * (1 - keep) + (m / (m - 1)) * var * keep if m != 1 else running[1] * (1 - keep) + var * np.inf)
        return tuple(r.astype(dtype) for r in results)

    def infer_shape(self, node, shape):
        return [shape[0]] + [shape[1]] * (len(node.outputs) - 1)

    def connection_pattern(self, node):
        averages = len(node.inputs) - 5
        return ([[True] * 3 + [True] * averages] + [[True] * 3 + [False] * averages] * 2 + [[False] * (3 + averages)] * 2
                + [[False] * 3 + [i == j for j in range(averages)] for i in range(averages)])

    def L_op(self, inputs, outputs, grads):
        x, scale, _, epsilon = inputs[:4]
        _, mean, invstd = outputs[:3]
        dy = x.zeros_like() if isinstance(grads[0].type, DisconnectedType) else grads[0]
        found = list(AbstractBatchNormTrainGrad(self.axes)(x, dy, scale, mean, invstd, epsilon))
        # Theano leaves out what comes through the statistics, as it does in second derivatives
        n = (x.size // mean.size).astype(x.dtype)
        if not isinstance(grads[1].type, DisconnectedType):
            found[0] += grads[1] / n
        if not isinstance(grads[2].type, DisconnectedType):
            found[0] -= grads[2] * invstd ** 3 * (x - mean) / n
        if all(isinstance(g.type, DisconnectedType) for g in grads[:3]):
            found[1:] = [DisconnectedType()(), DisconnectedType()()]
        averages = self._through_averages(inputs, grads[3:], n, x - mean, found)
        return found + [DisconnectedType()() for _ in inputs[3:5]] + averages

    @staticmethod
    def _through_averages(inputs, grads, n, centred, found):
        """Gradients for the old averages; adds to that for x. (Theano has none here: it fails.)"""
        keep = inputs[4].astype(centred.dtype)
        known = [not isinstance(g.type, DisconnectedType) for g in grads]
        if any(known[:1]):
            found[0] += grads[0] * keep / n
        if any(known[1:]):
            found[0] += grads[1] * keep * centred * 2 / (n - 1)
        return [g * (1 - keep) if there else g for g, there in zip(grads, known, strict=True)]


@legacy_name("theano.tensor.nnet.bn")
class AbstractBatchNormInference(_OverAxes):
    """Normalisation by statistics that are given."""

    def make_node(self, x, scale, bias, estimated_mean, estimated_variance, epsilon=1e-4):
        arrays = [as_tensor_variable(v) for v in (x, scale, bias, estimated_mean, estimated_variance)]
        epsilon = as_tensor_variable(epsilon)
        arrays = list(as_common_dtype(*arrays))
        assert len({v.ndim for v in arrays}) == 1
        return Apply(self, [*arrays, epsilon], [arrays[0].type()])

    def lower(self, node, x, scale, bias, mean, var, epsilon):
        import jax.numpy as jnp
        self._check_lengths(node, x, scale, bias, mean, var)
        return ((x - mean) * (scale / jnp.sqrt(var + epsilon.astype(x.dtype))) + bias).astype(x.dtype)

    def infer_shape(self, node, shape):
        return [shape[0]]

    def connection_pattern(self, node):
        return [[True]] * 5 + [[False]]

    def grad(self, inputs, grads):
        x, scale, bias, mean, var, epsilon = inputs
        dy, = grads
        self._check(x)
        scale, bias, mean, var = (addbroadcast(t, *self.axes) for t in (scale, bias, mean, var))

        def total(v):
            return v.sum(self.axes, keepdims=True)
        shifted = var + epsilon
        std = sqrt(shifted)
        return [dy * (scale / std), total(dy * (x - mean)) / std, total(dy), -total(dy) * (scale / std),
                -total(dy * (x - mean)) * (scale / (constant(2.0) * shifted * std)), DisconnectedType()()]


@legacy_name("theano.tensor.nnet.bn")
class AbstractBatchNormTrainGrad(_OverAxes):
    """The gradients of the normalised output by inputs, scale and bias."""

    def make_node(self, x, dy, scale, x_mean, x_invstd, epsilon=1e-4):
        arrays = list(as_common_dtype(*(as_tensor_variable(v) for v in (x, dy, scale, x_mean, x_invstd))))
        assert len({v.ndim for v in arrays}) == 1
        x, scale = arrays[0], arrays[2]
        return Apply(self, [*arrays, as_tensor_variable(epsilon)], [x.type(), scale.type(), scale.type()])

    def lower(self, node, x, dy, scale, mean, invstd, epsilon):
        self._check(x)
        centred = x - mean

        def total(v):
            return v.sum(self.axes, keepdims=True)
        # three sums that need nothing of each other, so that the arrays are read twice and not four times
        dbias, along, rest = total(dy), total(dy * centred), total(centred)
        count = x.size // max(scale.size, 1)
        steep = invstd * invstd * invstd * along / count
        # `rest` is rounding, unless the mean that was given is another
        dx = scale * (dy * invstd - centred * steep - (dbias * invstd - rest * steep) / count)
        return dx, along * invstd, dbias

    def infer_shape(self, node, shape):
        return [shape[0], shape[2], shape[2]]

    def connection_pattern(self, node):
        return [[True, True, False], [True, True, True], [True, False, False], [True, True, False], [True, True, False],
                [False, False, False]]
