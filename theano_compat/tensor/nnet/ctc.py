"""Connectionist temporal classification: the cost of label sequences without alignment, and its gradient, in XLA.

Theano called Baidu's warp-ctc, which had to be installed; the cost is the same. Label 0 is the blank. Source: Graves et al. 2006.
"""
from theano_compat.graph.null_type import grad_undefined
from theano_compat.graph.op import Op
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Apply
from theano_compat.tensor.constant import as_tensor_variable
from theano_compat.tensor.type import TensorType

# instead of minus infinity, whose differences are not numbers
_NEVER = -1e30


def ctc_present():
    """Always: no library is needed. (The attributes are those that the check for one had.)"""
    return True


ctc_present.avail, ctc_present.msg, ctc_present.path = True, None, None


def ctc_available():
    """Always; see ctc_present."""
    return True


ctc_available.msg, ctc_available.path = None, None


def _label_costs(activations, labels, lengths):
    """The costs of a batch: (time, batch, labels), (batch, padded with negatives), (batch)."""
    import jax
    import jax.numpy as jnp
    dtype = activations.dtype
    log_probs = jax.nn.log_softmax(activations, axis=-1)
    batch, width = labels.shape
    n_labels = (labels >= 0).sum(axis=1, dtype="int32")
    # blank, first, blank, second, ..., blank
    states = jnp.zeros((batch, 2 * width + 1), "int32").at[:, 1::2].set(jnp.maximum(labels, 0).astype("int32"))
    before_last = jnp.pad(states, ((0, 0), (2, 0)))[:, :-2]
    may_skip = (states != 0) & (states != before_last)
    never = jnp.asarray(_NEVER, dtype)

    def moved(alpha, n):
        return jnp.pad(alpha, ((0, 0), (n, 0)), constant_values=never)[:, :alpha.shape[1]]

    def step(alpha, now):
        t, emitted = now
        arrived = jnp.logaddexp(alpha, moved(alpha, 1))
        arrived = jnp.logaddexp(arrived, jnp.where(may_skip, moved(alpha, 2), never))
        new = arrived + jnp.take_along_axis(emitted, states, axis=1)
        return jnp.where((t < lengths)[:, None], new, alpha), None

    first = jnp.take_along_axis(log_probs[0], states, axis=1)
    alpha = jnp.where(jnp.arange(states.shape[1])[None, :] < 2, first, never)
    times = jnp.arange(1, activations.shape[0], dtype="int32")
    alpha, _ = jax.lax.scan(step, alpha, (times, log_probs[1:]))
    ends = jnp.stack([2 * n_labels, jnp.maximum(2 * n_labels - 1, 0)], axis=1)
    last = jnp.take_along_axis(alpha, ends, axis=1)
    # without labels there is one end only
    last = jnp.where(jnp.stack([n_labels >= 0, n_labels > 0], axis=1), last, never)
    return -jnp.logaddexp(last[:, 0], last[:, 1])


@legacy_name("theano.tensor.nnet.ctc")
class ConnectionistTemporalClassification(Op):
    """The costs of a batch of label sequences. `compute_grad` decided what C computed at once; a gradient is there in any case."""

    __props__ = ("compute_grad",)

    def __init__(self, compute_grad=True, openmp=None):
        self.compute_grad = compute_grad
        self.openmp = bool(openmp)

    def make_node(self, activations, labels, input_lengths):
        activations, labels, lengths = (as_tensor_variable(v) for v in (activations, labels, input_lengths))
        if activations.dtype != "float32":
            raise TypeError("activations must use the float32 type!")
        if activations.ndim != 3:
            raise ValueError("activations must have 3 dimensions.")
        if labels.dtype != "int32":
            raise TypeError("labels must use the int32 type!")
        if labels.ndim != 2:
            raise ValueError("labels must have 2 dimensions.")
        if lengths.dtype != "int32":
            raise TypeError("input_lengths must use the int32 type!")
        if lengths.ndim != 1:
            raise ValueError("input_lengths must have 1 dimension.")
        return Apply(self, [activations, labels, lengths], [TensorType("float32", (False,))()])

    def lower(self, node, activations, labels, lengths):
        import jax.numpy as jnp
        return _label_costs(jnp.asarray(activations), jnp.asarray(labels), jnp.asarray(lengths))

    def infer_shape(self, node, shapes):
        return [(shapes[2][0],)]

    def L_op(self, inputs, outputs, output_grads):
        return [_CostGradient()(*inputs, output_grads[0]), grad_undefined(self, 1, inputs[1]), grad_undefined(self, 2, inputs[2])]


class _CostGradient(Op):
    """The gradient of weighted costs by the activations."""

    __props__ = ()

    def make_node(self, activations, labels, lengths, g):
        return Apply(self, [activations, labels, lengths, g], [activations.type()])

    def lower(self, node, activations, labels, lengths, g):
        import jax
        import jax.numpy as jnp
        labels, lengths = jnp.asarray(labels), jnp.asarray(lengths)
        _, back = jax.vjp(lambda a: _label_costs(a, labels, lengths), jnp.asarray(activations))
        return back(jnp.asarray(g).astype(activations.dtype))[0]

    def infer_shape(self, node, shapes):
        return [shapes[0]]


def ctc(activations, labels, input_lengths):
    """The costs of label sequences (batch, padded with -1) given activations before the softmax (time, batch, labels)."""
    return ConnectionistTemporalClassification()(activations, labels, input_lengths)
