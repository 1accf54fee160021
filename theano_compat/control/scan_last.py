"""The last rows of a loop whose number of steps is known only when it runs: one program for all numbers of steps.

A rewrite (rewrite/loops.py) puts it in the place of a Scan of which nothing but last rows is read. It keeps no rows, so it has no
derivative in reverse: it stands in finished programs only.
"""
import functools
import operator

from theano_compat.graph import Apply, Constant, Op
from theano_compat.graph.op import provides
from theano_compat.tensor import AllocEmpty


class LastStates(Op):
    """`LastStates(scan)(number of steps, first values of each state, what does not change)`: the last row of each output.

    IndexError for no steps, as there is no last one, and for a negative number.
    """

    __props__ = ("scan",)
    can_fail = True

    def __init__(self, scan):
        self.scan = scan

    def __str__(self):
        return "last_of{%s}" % self.scan

    @staticmethod
    def suits(scan):
        """Whether `scan` runs in XLA and takes no sequence, whose length would decide a shape."""
        return not (scan.n_seqs or scan.n_shared_outs or scan.as_while or not scan.n_states
                    or scan.plan.by_host or scan.plan.static)

    def make_node(self, *inputs):
        return Apply(self, list(inputs), [v.type() for v in self.scan.outputs[:self.scan.n_states + self.scan.n_nit_sot]])

    def _scans_values(self, n, *values):
        """What a node of the Scan would get."""
        op = self.scan
        return [n, *values[:op.n_states], *[n] * op.n_nit_sot, *values[op.n_states:]]

    def retrace(self, node, values):
        """Run step by step and node by node, to find the node that fails: NodeError."""
        from theano_compat.control.scan_host import retrace
        retrace(self.scan, node, self._scans_values(*values))

    def lower(self, node, n, *values):
        """A loop with a trip count of its own."""
        import jax
        import jax.numpy as jnp
        import numpy as np

        from theano_compat.control.scan_run import Body, no_rows, raise_short
        from theano_compat.graph.checks import check, collecting, holding, state_again
        op = self.scan
        if isinstance(n, (np.ndarray, np.generic)) and n < 0:
            raise IndexError("Scan was asked to run for negative number of step %d" % n)
        for i, taps in enumerate(op.tap_array):
            if np.shape(values[i])[0] < -min(taps):
                raise_short(op, i, np.shape(values[i])[0])
        values = self._scans_values(n, *values)
        body, checks, before = Body(op, values, ()), [], holding()

        def step(_, state):
            held = functools.reduce(operator.and_, state[2], jnp.asarray(True) if before is None else before) if op.plan.stops else None
            with collecting(held) as made:
                carry, rows, _ = body(state[0], [])
            checks[:] = made
            return carry, rows[op.n_states:], [ok & jnp.all(jnp.asarray(c.ok)) for ok, c in zip(state[2], made)]

        carry = body.start(values)
        rows = no_rows(body, carry, [], range(op.n_states, op.n_states + op.n_nit_sot))
        with collecting() as made:
            jax.eval_shape(lambda c: body(c, [])[0], carry)
        n = jnp.asarray(n).astype("int64")
        state = carry, rows, [jnp.ones((), bool)] * len(made)
        carry, rows, flags = jax.lax.fori_loop(jnp.zeros((), "int64"), n, step, state)
        check(n > 0, node, IndexError, "index out of bounds")
        state_again(checks, flags)
        last = [*(state[-1] for state in carry[0]), *rows]
        return tuple(last) if len(last) > 1 else last[0]


# -- how a graph reads last values

def fills_room(node):
    """Whether `node` writes initial values into the front of empty room for the rows of a loop."""
    if not getattr(node.op, "set_instead_of_inc", False) or len(getattr(node.op, "idx_list", ())) != 1:
        return False
    index, room = node.op.idx_list[0], node.inputs[0].owner
    return (isinstance(index, slice) and index.start is None and index.step is None and index.stop is not None
            and room is not None and isinstance(room.op, AllocEmpty))


def constant_index(node):
    """i of a node x[i] with one constant index, or None."""
    op = node.op
    if type(op).__name__ != "Subtensor" or len(op.idx_list) != 1 or isinstance(op.idx_list[0], slice):
        return None
    return int(node.inputs[1].data) if len(node.inputs) == 2 and isinstance(node.inputs[1], Constant) else None


def constant_start(node):
    """a of a node x[a:] with a constant start, or None."""
    op = node.op
    if type(op).__name__ != "Subtensor" or len(op.idx_list) != 1 or not isinstance(op.idx_list[0], slice):
        return None
    index = op.idx_list[0]
    if index.stop is not None or index.step is not None or len(node.inputs) != 2 or not isinstance(node.inputs[1], Constant):
        return None
    return int(node.inputs[1].data)


def last_read(node):
    """(loop node, output) when `node` is x[-1] of an output of a loop, or x[m:][-1] of one whose first m rows are initial; or None."""
    if constant_index(node) != -1 or node.inputs[0].owner is None:
        return None
    source = node.inputs[0]
    after = constant_start(source.owner)
    if after is not None:
        source = source.owner.inputs[0]
    loop, k = source.owner, getattr(source, "index", None)
    if loop is None or not provides(loop.op, "lower_ending") or k >= loop.op.n_states + loop.op.n_nit_sot:
        return None
    initial = -min(loop.op.tap_array[k]) if k < loop.op.n_states else None
    return (loop, k) if after in (None, initial) else None
