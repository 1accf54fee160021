"""ifelse: a value from one of two branches, of which only that one is computed. How laziness comes about is in compile/lower.

Tensors lower to `lax.cond`; branches whose arrays differ in shape, and values that are no arrays, are chosen between in Python.
"""
import numpy as np

from theano_compat.graph import Apply, Op, Variable
from theano_compat.graph.utils import legacy_name
from theano_compat.tensor import TensorType, as_tensor_variable, zeros_like


class BranchesDiffer(Exception):
    """The branches of an IfElse node give arrays of different shapes: `node` has to be chosen between on the host.

    `settled`: an op that holds the node in its graph has seen to that and runs differently now; who planned with it plans anew.
    """

    def __init__(self, node, settled=False):
        Exception.__init__(self, "the branches of %s differ in shape" % node.op)
        self.node = node
        self.settled = settled

    def plain(self):
        """The error for a place where the condition cannot be known before: what failed in a branch, or that shapes differ."""
        return self.__cause__ if self.__cause__ is not None else ValueError(str(self))


@legacy_name("theano.ifelse")
class IfElse(Op):
    """`IfElse(n)(condition, *n values if true, *n values if false)`: n values. Use `ifelse` to build it.

    Raises TypeError when the two values of a pair differ in type or the condition is no scalar.
    """

    def __init__(self, n_outs, as_view=False, gpu=False, name=None):
        if as_view:
            self.view_map = {i: [i + 1] for i in range(n_outs)}
        self.as_view = as_view
        self.gpu = gpu
        self.n_outs = n_outs
        self.name = name

    def _key(self):
        return type(self), self.as_view, self.gpu, self.n_outs

    def __eq__(self, other):
        return type(self) is type(other) and self._key() == other._key()

    def __hash__(self):
        return hash(self._key())

    def __str__(self):
        return "if{%s}" % ",".join(([self.name] if self.name is not None else []) + ["inplace"] * bool(self.as_view)
                                   + ["gpu"] * bool(self.gpu))

    def make_node(self, c, *args):
        assert len(args) == 2 * self.n_outs, ("Wrong number of arguments to make_node: expected %d, got %d"
                                              % (2 * self.n_outs, len(args)))
        c = as_tensor_variable(c)
        args = [x if isinstance(x, Variable) else as_tensor_variable(x) for x in args]
        for t, f in zip(args[:self.n_outs], args[self.n_outs:]):
            if t.type != f.type:
                raise TypeError("IfElse requires same types for true and false return values", t, f, t.type, f.type)
        if c.ndim > 0:
            raise TypeError("Condition given to the op has to be a scalar with 0 standing for False, anything else for True")
        op = self
        if type(self) is IfElse and not all(isinstance(t.type, TensorType) for t in args):
            op = HostIfElse(self.n_outs, self.as_view, self.gpu, self.name)
        return Apply(op, [c, *args], [t.type() for t in args[:self.n_outs]])

    def branches(self, inputs):
        """The inputs that are given when the condition holds, and the others."""
        return inputs[1:1 + self.n_outs], inputs[1 + self.n_outs:]

    def lower(self, node, c, *args):
        """Chosen by `lax.cond`; by Python when the condition is known."""
        if isinstance(c, (np.ndarray, np.generic)):
            chosen = args[:self.n_outs] if c else args[self.n_outs:]
            return tuple(chosen) if self.n_outs > 1 else chosen[0]
        result = self.choose(node, c, lambda: args[:self.n_outs], lambda: args[self.n_outs:])
        return tuple(result) if self.n_outs > 1 else result[0]

    def choose(self, node, c, if_true, if_false):
        """The arrays that one of two functions without arguments gives; they are staged inside of the branches."""
        import jax
        import jax.numpy as jnp
        if self.n_outs == 0:
            return []
        c = jnp.asarray(c)
        return jax.lax.cond(c if c.dtype == bool else c != 0, lambda: [jnp.asarray(v) for v in if_true()],
                            lambda: [jnp.asarray(v) for v in if_false()])

    def host(self, node, c, *args):
        """NumPy twin of `lower`."""
        chosen = self._chosen(c, args)
        return tuple(chosen) if self.n_outs > 1 else chosen[0]

    def _chosen(self, c, args):
        chosen = args[:self.n_outs] if np.any(c) else args[self.n_outs:]
        return [np.array(v) if isinstance(v, np.ndarray) else v for v in chosen]

    def perform(self, node, inputs, output_storage, params=None):
        for cell, value in zip(output_storage, self._chosen(inputs[0], inputs[1:])):
            cell[0] = value

    def R_op(self, inputs, eval_points):
        return self(inputs[0], *eval_points[1:], return_list=True)

    def grad(self, ins, grads):
        ts, fs = self.branches(ins)
        kinds = [type(self)(self.n_outs, self.as_view, self.gpu, None if self.name is None else self.name + ending)
                 for ending in ("_grad_t", "_grad_f")]
        # zeros of the gradients' dtypes, which need not be those of the branches
        of_true = kinds[0](ins[0], *grads, *[zeros_like(t, dtype=g.dtype) for t, g in zip(ts, grads)], return_list=True)
        of_false = kinds[1](ins[0], *[zeros_like(f, dtype=g.dtype) for f, g in zip(fs, grads)], *grads, return_list=True)
        from theano_compat.config import config
        # connected, and flat: a small change of the condition chooses the same branch
        return [ins[0].zeros_like().astype(config.floatX), *of_true, *of_false]


@legacy_name("theano.ifelse")
class HostIfElse(IfElse):
    """An IfElse between values that are no arrays (generics, sparse matrices), decided in Python."""

    sized_by_data = True
    host_only = True
    host = None  # a value may be a list: `perform` does not mistake it for several outputs


class KnownIfElse(IfElse):
    """An IfElse whose condition the host knows before the program is traced: branches may differ in shape."""

    __module__ = "theano.ifelse"

    def fact_inputs(self, node):
        """The condition."""
        return (0,), ()

    def facts(self, node, values, shapes):
        """Whether it holds."""
        return bool(np.any(values[0]))

    def lower(self, node, c, *args, facts):
        """The branch that the condition chose."""
        chosen = args[:self.n_outs] if facts else args[self.n_outs:]
        return tuple(chosen) if self.n_outs > 1 else chosen[0]


def choose_before(fgraph, node):
    """Let the host choose between the branches of IfElse `node` of `fgraph`."""
    op = KnownIfElse(node.op.n_outs, name=node.op.name)
    fgraph.replace_all(list(zip(node.outputs, op(*node.inputs, return_list=True))), reason="shapes differ")


def ifelse(condition, then_branch, else_branch, name=None):
    """`then_branch` where the scalar `condition` is not 0, otherwise `else_branch`; only that one is computed.

    Branches are a variable each, or lists or tuples of equal length; the result has the form of `then_branch`.
    Raises TypeError when the types of a pair differ, ValueError when the lengths do.
    """
    form = type(then_branch) if type(then_branch) in (list, tuple) else None
    thens = list(then_branch) if form else [then_branch]
    elses = list(else_branch) if type(else_branch) in (list, tuple) else [else_branch]
    pairs = [_same_type(t, f) for t, f in zip(thens, elses)]
    if len(thens) != len(elses):
        raise ValueError("The number of values on the `then` branch should have the same number of variables as the `else` "
                         "branch : (variables on `then` %d, variables on `else` %d)" % (len(thens), len(elses)))
    op = IfElse(n_outs=len(thens), name=name)
    result = op(condition, *[t for t, _ in pairs], *[f for _, f in pairs], return_list=True)
    return result[0] if form is None else form(result)


def _same_type(t, f):
    t, f = (x if isinstance(x, Variable) else as_tensor_variable(x) for x in (t, f))
    if t.type == f.type:
        return t, f
    if isinstance(t.type, TensorType) and not isinstance(f.type, TensorType):
        f = t.type.filter_variable(f)
    elif isinstance(f.type, TensorType) and not isinstance(t.type, TensorType):
        t = f.type.filter_variable(t)
    if t.type != f.type:
        raise TypeError("The two branches should have identical types, but they are %s and %s respectively. This error could "
                        "be raised if for example you provided a one element list on the `then` branch but a tensor on the "
                        "`else` branch." % (t.type, f.type))
    return t, f
