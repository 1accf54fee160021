"""Ops that leave a value alone and change its gradient: zero, disconnected, undefined, clipped, scaled.

They cost nothing when a program runs; the rewrites drop them.
"""
import warnings

from theano_compat.control.views import ViewOp
from theano_compat.graph.null_type import disconnected_type, grad_undefined
from theano_compat.graph.utils import legacy_name


@legacy_name("theano.gradient")
class ConsiderConstant(ViewOp):
    """The op of `consider_constant`."""

    def grad(self, inputs, output_grads):
        return [g.zeros_like() for g in output_grads]

    def R_op(self, inputs, eval_points):
        return [None if eval_points[0] is None else inputs[0].zeros_like()]


consider_constant_ = ConsiderConstant()


def consider_constant(x):
    """`x`, with a gradient of zero. Deprecated in Theano in favour of zero_grad and disconnected_grad; warns."""
    warnings.warn("consider_constant() is deprecated, use zero_grad() or disconnected_grad() instead.", stacklevel=3)
    return consider_constant_(x)


@legacy_name("theano.gradient")
class ZeroGrad(ViewOp):
    """The op of `zero_grad`."""

    def grad(self, inputs, output_grads):
        return [g.zeros_like() for g in output_grads]

    def R_op(self, inputs, eval_points):
        # Theano gives one scalar zero whatever the shape, which nothing behind it can use.
        return [None if eval_points[0] is None else inputs[0].zeros_like()]


zero_grad_ = ZeroGrad()


def zero_grad(x):
    """`x`, with a gradient of zero that is still propagated to what `x` is computed from."""
    return zero_grad_(x)


@legacy_name("theano.gradient")
class UndefinedGrad(ViewOp):
    """The op of `undefined_grad`."""

    def grad(self, inputs, output_grads):
        return [grad_undefined(self, i, x) for i, x in enumerate(inputs)]

    def R_op(self, inputs, eval_points):
        return [None]

    def connection_pattern(self, node):
        """Connected: its gradient is asked for, and is an error."""
        return [[True]]


undefined_grad_ = UndefinedGrad()


def undefined_grad(x):
    """`x`, with a gradient whose use raises NullTypeGradError."""
    return undefined_grad_(x)


@legacy_name("theano.gradient")
class DisconnectedGrad(ViewOp):
    """The op of `disconnected_grad`."""

    def grad(self, inputs, output_grads):
        return [disconnected_type() for _ in output_grads]

    def R_op(self, inputs, eval_points):
        return [None]

    def connection_pattern(self, node):
        """Not connected: no gradient passes."""
        return [[False]]


disconnected_grad_ = DisconnectedGrad()


def disconnected_grad(x):
    """`x` as if it were a constant: no gradient is computed for what it depends on through here."""
    return disconnected_grad_(x)


@legacy_name("theano.gradient")
class GradClip(ViewOp):
    """The op of `grad_clip`. Two of them are equal whatever their bounds, as they compute the same."""

    __props__ = ()

    def __init__(self, clip_lower_bound, clip_upper_bound):
        self.clip_lower_bound = clip_lower_bound
        self.clip_upper_bound = clip_upper_bound
        assert self.clip_upper_bound >= self.clip_lower_bound

    def __str__(self):
        return type(self).__name__

    def grad(self, inputs, output_grads):
        from theano_compat.tensor import clip
        return [clip(g, self.clip_lower_bound, self.clip_upper_bound) for g in output_grads]

    def R_op(self, inputs, eval_points):
        raise NotImplementedError("%s has no R_op: clipping a gradient is not linear" % self)


def grad_clip(x, lower_bound, upper_bound):
    """`x`, with every element of its gradient clipped to the bounds."""
    return GradClip(lower_bound, upper_bound)(x)


@legacy_name("theano.gradient")
class GradScale(ViewOp):
    """The op of `grad_scale`."""

    def __init__(self, multiplier):
        self.multiplier = multiplier

    def grad(self, inputs, output_grads):
        return [self.multiplier * g for g in output_grads]

    def R_op(self, inputs, eval_points):
        return [None if eval_points[0] is None else self.multiplier * eval_points[0]]


def grad_scale(x, multiplier):
    """`x`, with its gradient multiplied by `multiplier`."""
    return GradScale(multiplier)(x)
