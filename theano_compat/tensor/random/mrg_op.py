"""The ops of theano.sandbox.rng_mrg: mrg_uniform draws, DotModulo moves a state."""
import numpy as np

from theano_compat.graph.null_type import grad_undefined
from theano_compat.graph.op import Op
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Apply
from theano_compat.tensor.random.mrg_arith import M1, as_floats, draw, jax_scan, matVecModM, numpy_scan
from theano_compat.tensor.type import TensorType


@legacy_name("theano.sandbox.rng_mrg")
class DotModulo(Op):
    """`A @ s` modulo `m` and `A2 @ s2` modulo `m2`, one behind the other."""

    __props__ = ()

    def make_node(self, A, s, m, A2, s2, m2):
        return Apply(self, [A, s, m, A2, s2, m2], [s.type()])

    def perform(self, node, inputs, output_storage, params=None):
        A, s, m, A2, s2, m2 = inputs
        output_storage[0][0] = np.concatenate((matVecModM(A, s, m), matVecModM(A2, s2, m2)))

    def lower(self, node, A, s, m, A2, s2, m2):
        import jax.numpy as jnp

        def half(A, s, m):
            m = jnp.asarray(m, "int64")
            return jnp.sum(jnp.asarray(A, "int64") * jnp.asarray(s, "int64") % m, 1) % m

        return jnp.concatenate([half(A, s, m), half(A2, s2, m2)]).astype(node.outputs[0].type.dtype)


@legacy_name("theano.sandbox.rng_mrg")
class mrg_uniform_base(Op):
    """What every op that draws uniform numbers from a matrix of MRG31k3p states shares.

    `output_type`: the TensorType of the draws. `inplace` changes how the op prints; states are never written to here.
    """

    __props__ = ("output_type", "inplace")

    def __init__(self, output_type, inplace=False):
        self.output_type = output_type
        self.inplace = inplace
        if inplace:
            self.destroy_map = {0: [0]}

    ndim = property(lambda self: self.output_type.ndim, doc="dimensions of the draws")
    otypenum = property(lambda self: np.dtype(self.output_type.dtype).num, doc="NumPy's number of their dtype")
    otype_is_float32 = property(lambda self: self.output_type.dtype == "float32", doc="whether they are float32")

    def __str__(self):
        return "%s{%s,%s}" % (type(self).__name__, self.output_type, "inplace" if self.inplace else "no_inplace")

    def grad(self, inputs, output_grads):
        return [grad_undefined(self, i, x, "No gradient defined through random sampling op") for i, x in enumerate(inputs)]

    def R_op(self, inputs, eval_points):
        return [None for _ in eval_points]


@legacy_name("theano.sandbox.rng_mrg")
class mrg_uniform(mrg_uniform_base):
    """`(moved states, draws)` from int32 states (one stream a row) and a vector of lengths. The lengths are facts."""

    def make_node(self, rstate, size):
        from theano_compat import tensor
        # a length that is known to be 1 broadcasts
        pattern = [tensor.extract_constant(size[i]) == 1 for i in range(self.output_type.ndim)]
        rstate, size = tensor.as_tensor_variable(rstate), tensor.as_tensor_variable(size)
        return Apply(self, [rstate, size], [rstate.type(), self.output_type.clone(broadcastable=pattern)()])

    @classmethod
    def new(cls, rstate, ndim, dtype, size):
        """`(moved states, draws)` of shape `size`; `ndim` is needed where its length is not known."""
        from theano_compat import tensor
        size = tensor.as_tensor_variable(size)
        if ndim is None:
            ndim = tensor.get_vector_length(size)
        return cls(TensorType(dtype, (False,) * ndim))(rstate, size)

    def fact_inputs(self, node):
        """The lengths."""
        return (1,), (0,)

    def facts(self, node, values, shapes):
        """The shape of the draws."""
        size = np.asarray(values[1])
        if size.ndim != 1:
            raise ValueError("size must be vector")
        if size.shape[0] != self.ndim:
            raise ValueError("size must have length %i (not %i)" % (self.ndim, size.shape[0]))
        states = shapes[0]
        if len(states) != 2:
            raise ValueError("rstate must be matrix")
        if states[1] != 6:
            raise ValueError("rstate must have 6 columns")
        if node.inputs[0].type.dtype != "int32":
            raise ValueError("rstate must be int32")
        size = tuple(int(n) for n in size)
        if any(n < 0 for n in size):
            raise MemoryError("failed to alloc mrg_uniform output")
        if int(np.prod(size, dtype=object)) > M1:
            raise ValueError("rng_mrg cpu-implementation does not support more than (2**31 -1) samples")
        return size

    def lower(self, node, rstate, size, facts):
        import jax.numpy as jnp
        return self._drawn(jnp, jnp.asarray(rstate), facts, jax_scan)

    def host(self, node, rstate, size):
        """The twin in NumPy."""
        rstate = np.asarray(rstate)
        return self._drawn(np, rstate, self.facts(node, (None, size), (rstate.shape, None)), numpy_scan)

    def _drawn(self, xp, rstate, size, scan):
        moved, drawn = draw(xp, rstate, int(np.prod(size, dtype=np.int64)), scan)
        return moved, as_floats(xp, drawn, self.output_type.dtype).reshape(size)

    def do_constant_folding(self, node):
        """Never: a draw is no constant."""
        return False
