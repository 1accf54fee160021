"""Loops of which only last states are read, when the number of steps comes with the call: one program for all numbers."""
from theano_compat.control.scan_last import LastStates, constant_start, fills_room, last_read
from theano_compat.graph import Constant
from theano_compat.graph.op import provides
from theano_compat.rewrite.engine import rule
from theano_compat.tensor import Subtensor


@rule([Subtensor], ("fast_run", "scan"), "a loop with rows compiles once for each number of steps")
def scan_last_states(fgraph, node):
    """scan(...)[-1] -> the last states of a loop with a trip count, where nothing else is read of the scan."""
    read = last_read(node)
    if read is None:
        return None
    loop, k = read
    made = _last_states(fgraph, loop)
    return [made[k]] if made else None


def _last_states(fgraph, loop):
    op = loop.op
    if not _comes_with_the_call(loop.inputs[0]) or not all(_only_last(out) for out in loop.outputs):
        return None
    buffers = loop.inputs[op.first_state:op.first_shared]
    if not all(b.owner is not None and fills_room(b.owner) for b in buffers) or not LastStates.suits(op):
        return None
    if any(getattr(n.op, "base_op", None) == op for n in fgraph.apply_nodes):
        return None  # a derivative needs the rows
    inputs = [loop.inputs[0], *(b.owner.inputs[1] for b in buffers), *loop.inputs[op.first_other:]]
    for node, _ in loop.inputs[0].clients:  # made for another output already
        if node != "output" and node.op == LastStates(op) and node.inputs == inputs:
            return node.outputs
    return LastStates(op)(*inputs, return_list=True)


def _only_last(out):
    readers = [n for n, _ in out.clients]
    for n in list(readers):
        if n != "output" and constant_start(n) is not None:
            readers.remove(n)
            readers.extend(reader for reader, _ in n.outputs[0].clients)
    return all(n != "output" and last_read(n) is not None for n in readers)


def _comes_with_the_call(v):
    """Whether `v` is computed from values of inputs, not of constants and shapes alone."""
    todo, seen = [v], set()
    while todo:
        v = todo.pop()
        if v in seen:
            continue
        seen.add(v)
        if v.owner is None:
            if not isinstance(v, Constant):
                return True
        elif not provides(v.owner.op, "shape_only"):
            todo.extend(v.owner.inputs)
    return False
