"""Loops of which only the last state is read: they store no row, so that memory does not grow with the number of steps.

`scan(...)[0][-1]` reads a state's buffer through `[1:]` and `[-1]`; that is the loop's last carry. And a state's initial values
come in a buffer with room for all rows, of which a loop reads the initial ones alone: it gets those, and the room is not made.
Both only outside of joint derivatives, which need the rows.
"""
from theano_compat.control.scan_last import fills_room, last_read
from theano_compat.control.scan_run import raise_short
from theano_compat.graph.op import provides


class Ending:
    """How a loop `node` is staged: `last`, {variable: output whose last row it is}, and `starts`, {input position: variable}."""

    def __init__(self, node, last, starts):
        self.node, self.last, self.starts = node, last, starts

    def stage(self, values, facts, env):
        """The node's outputs; the last values go to `env`."""
        op, node = self.node.op, self.node
        values = list(values)
        for i, v in self.starts.items():
            start = env[v] if v in env else v.data
            k = i - op.first_state
            if start.shape[0] < -min(op.tap_array[k]):
                raise_short(op, k, start.shape[0])
            values[i] = start
        outs, ends = op.lower_ending(node, values, facts, sorted(set(self.last.values())))
        if facts[0] > 0:
            env.update((v, ends[k]) for v, k in self.last.items())
        return outs


def endings(nodes, joint):
    """{loop node: its Ending} and {node that reads a last value: the variable}, which need not be staged once that is there."""
    found, readers = {}, {}
    loops = {n: {} for n in nodes if provides(n.op, "lower_ending") and n not in joint}
    if not loops:
        return found, readers
    inside = set(nodes)
    for n in nodes:
        read = last_read(n)
        if read is not None and read[0] in loops:
            loops[read[0]][n.outputs[0]] = read[1]
            readers[n] = n.outputs[0]
    for n, last in loops.items():
        starts = {i: x.owner.inputs[1] for i, x in enumerate(n.inputs)
                  if n.op.first_state <= i < n.op.first_shared and x.owner in inside and fills_room(x.owner)}
        found[n] = Ending(n, last, starts)
    return found, readers
