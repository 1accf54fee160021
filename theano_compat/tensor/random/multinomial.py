"""theano.sandbox.multinomial: uniform draws turned into counts of outcomes, or into choices without replacement."""
import warnings

import numpy as np

from theano_compat.config import config
from theano_compat.graph.op import Op
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Apply
from theano_compat.scalar.types import as_scalar
from theano_compat.tensor.type import TensorType


@legacy_name("theano.sandbox.multinomial")
class MultinomialFromUniform(Op):
    """Counts of the outcomes of `n` trials for each row of the matrix `pvals`, decided by the vector `unis`.

    Trial `c` of row `i` falls on the first outcome whose cumulated probability, summed in float64, exceeds
    `unis[c * rows + i]`; on none when the row sums to less. `odtype`: of the counts, 'auto' for that of `pvals`.
    """

    __props__ = ("odtype",)

    def __init__(self, odtype):
        self.odtype = odtype

    def __setstate__(self, state):
        # pickles from before there was a choice
        self.__dict__.update({"odtype": "auto", **state})

    def __str__(self):
        return "%s{%s}" % (type(self).__name__, self.odtype)

    _auto_dtype = staticmethod(lambda pvals: pvals.dtype)

    def make_node(self, pvals, unis, n=1):
        from theano_compat import tensor
        pvals, unis = tensor.as_tensor_variable(pvals), tensor.as_tensor_variable(unis)
        if pvals.ndim != 2:
            raise NotImplementedError("pvals ndim should be 2", pvals.ndim)
        if unis.ndim != 1:
            raise NotImplementedError("unis ndim should be 1", unis.ndim)
        dtype = self._auto_dtype(pvals) if self.odtype == "auto" else self.odtype
        return Apply(self, [pvals, unis, as_scalar(n)], [TensorType(dtype, pvals.type.broadcastable)()])

    def fact_inputs(self, node):
        """The number of trials, and the shapes it must fit."""
        return tuple(range(2, len(node.inputs))), (0, 1)

    def facts(self, node, values, shapes):
        """The number of trials."""
        # graphs pickled by old Theanos have no third input
        n = int(values[2]) if len(values) > 2 else 1
        if shapes[1][0] != shapes[0][0] * n:
            raise ValueError("unis.shape[0] != pvals.shape[0] * n")
        return n

    def lower(self, node, pvals, unis, n=None, facts=1):
        import jax
        import jax.numpy as jnp
        pvals = jnp.asarray(pvals)
        dtype = node.outputs[0].type.dtype
        cumulated = jnp.cumsum(pvals.astype("float64"), 1)
        outcomes = jnp.arange(pvals.shape[1])

        def trial(counts, u):
            above = cumulated > u[:, None]
            chosen = jnp.where(above.any(1), jnp.argmax(above, 1), -1)
            return counts + (outcomes == chosen[:, None]).astype(dtype), None

        trials = jnp.asarray(unis).astype("float64").reshape(facts, pvals.shape[0])
        return jax.lax.scan(trial, jnp.zeros(pvals.shape, dtype), trials)[0]

    def grad(self, inputs, output_grads):
        from theano_compat import tensor
        return [tensor.zeros_like(x, dtype=config.floatX) if x.dtype in tensor.discrete_dtypes else tensor.zeros_like(x)
                for x in inputs]


@legacy_name("theano.sandbox.multinomial")
class ChoiceFromUniform(MultinomialFromUniform):
    """Indices of `n` outcomes for each row of the matrix `pvals`, decided by the vector `unis`.

    As MultinomialFromUniform, but an outcome that was chosen is gone and the row is scaled to sum to 1 again, unless
    `replace`. 'auto' gives int64.
    """

    __props__ = ("odtype", "replace")

    def __init__(self, odtype, replace=False, *args, **kwargs):
        self.replace = replace
        MultinomialFromUniform.__init__(self, *args, odtype=odtype, **kwargs)

    def __setstate__(self, state):
        MultinomialFromUniform.__setstate__(self, {"replace": False, **state})

    _auto_dtype = staticmethod(lambda pvals: "int64")

    def facts(self, node, values, shapes):
        """The number of choices."""
        if int(values[2]) > shapes[0][1]:
            raise ValueError("Cannot sample without replacement n samples bigger than the size of the distribution.")
        return MultinomialFromUniform.facts(self, node, values, shapes)

    def lower(self, node, pvals, unis, n, facts):
        import jax
        import jax.numpy as jnp
        pvals = jnp.asarray(pvals)
        rows = jnp.arange(pvals.shape[0])

        def chosen(p, u):
            cumulated = jnp.cumsum(p.astype("float64"), 1)
            above = cumulated > u[:, None]
            found = above.any(1)
            index = jnp.argmax(above, 1)
            result = jnp.where(found, index, -1)
            if self.replace:
                return p, result
            # summed from the left in the dtype of the probabilities, what lies before the chosen one in float64
            before = (cumulated[rows, index] - p[rows, index].astype("float64")).astype(p.dtype)
            left = p.at[rows, index].set(np.zeros((), p.dtype))
            rest = jnp.where(jnp.arange(p.shape[1]) >= index[:, None], left, np.zeros((), p.dtype))
            total = jax.lax.scan(lambda s, column: (s + column, None), before, rest.T)[0]
            return jnp.where(found[:, None], left / total[:, None], p), result

        trials = jnp.asarray(unis).astype("float64").reshape(facts, pvals.shape[0])
        result = jax.lax.scan(chosen, pvals, trials)[1].T
        return result.astype(node.outputs[0].type.dtype)


@legacy_name("theano.sandbox.multinomial")
class MultinomialWOReplacementFromUniform(ChoiceFromUniform):
    """The old name of ChoiceFromUniform; warns."""

    def __init__(self, *args, **kwargs):
        warnings.warn("MultinomialWOReplacementFromUniform is deprecated, use ChoiceFromUniform instead.",
                      DeprecationWarning, stacklevel=2)
        ChoiceFromUniform.__init__(self, *args, **kwargs)
