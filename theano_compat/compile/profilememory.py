"""Memory of a profiled graph: the sizes of values as they were, and the peaks that orders of its nodes would have.

Sizes are measured; peaks are computed as a linker that frees each value after its last use would have them. XLA plans its own memory in the
one program of an unprofiled function, and needs no more than that.
"""
from theano_compat.config import config
from theano_compat.graph.variable import Constant

_LIMIT = 20000  # partial orders that the search for the least peak looks at


def write(graph, order, stats, file, n):
    """The memory section of one graph."""
    size = {v: stats.output_size.get(v, 0) for node in order for v in node.outputs}
    views = {node.outputs[o] for node in order for o in (getattr(node.op, "view_map", None) or {})}
    own = {v: 0 if v in views else s for v, s in size.items()}
    kept, peak = sum(own.values()), peak_of(graph, order, own)
    held = {v for node in order for v in node.inputs if v.owner is None}
    constant = sum(getattr(v.data, "nbytes", 0) for v in held if isinstance(v, Constant))
    given = sum(stats.output_size.get(v, 0) for v in held if not isinstance(v, Constant))
    print("---------------------------", file=file)
    print("    Max peak memory with current setting", file=file)
    print("        CPU: %dKB (%dKB)" % (round(peak / 1024), round(peak / 1024)), file=file)
    print("    Max peak memory if allow_gc=False (linker don't make a difference)", file=file)
    print("        CPU: %dKB" % round(kept / 1024), file=file)
    print("    Inputs and shared variables: %dKB, constants: %dKB" % (round(given / 1024), round(constant / 1024)), file=file)
    if config.profiling.min_peak_memory:
        least, exact = least_peak(graph, order, own)
        print("    Minimum peak from all valid apply node order is %dKB%s" % (
            round(least / 1024), "" if exact else " or less (too many orders to try all)"), file=file)
    print("---\n    <Sum apply outputs (bytes)> <Apply outputs shape> <created/inplace/view> <Apply node>", file=file)
    rows = sorted(order, key=lambda node: -sum(size[v] for v in node.outputs))
    shown = [node for node in rows if sum(size[v] for v in node.outputs) >= config.profiling.min_memory_size][:n]
    for node in shown:
        kinds = ["v" if v in views else "i" if o in (getattr(node.op, "destroy_map", None) or {}) else "c"
                 for o, v in enumerate(node.outputs)]
        print("      %9dB  %s %s %s" % (sum(size[v] for v in node.outputs), [stats.variable_shape.get(v, "no shape") for v in node.outputs],
                                        " ".join(kinds), node), file=file)
    rest = sum(size[v] for node in rows if node not in shown for v in node.outputs)
    print("   ... (remaining %i Apply account for %4dB/%dB ((%.2f%%)) of the Apply with dense outputs sizes)\n" % (
        len(rows) - len(shown), rest, sum(size.values()), 100.0 * rest / max(1, sum(size.values()))), file=file)


def _users(graph, order):
    users = {v: set() for node in order for v in node.outputs}
    for node in order:
        for v in node.inputs:
            if v in users:
                users[v].add(node)
    for v in graph.outputs:
        if v in users:
            users[v].add("output")
    return users


def peak_of(graph, order, size):
    """Bytes held at the worst moment when nodes run in `order` and values are freed after their last use."""
    users = _users(graph, order)
    left = {v: set(u) for v, u in users.items()}
    now = peak = 0
    for node in order:
        now += sum(size[v] for v in node.outputs)
        peak = max(peak, now)
        for v in {*node.inputs, *node.outputs}:
            if v in left:
                left[v].discard(node)
                if not left[v]:
                    now -= size[v]
    return peak


def least_peak(graph, order, size):
    """(least peak over the valid orders of the nodes, whether all were tried): the cheapest partial order first."""
    import heapq
    users = _users(graph, order)
    needs = {node: {x.owner for x in node.inputs if x.owner is not None} for node in order}
    number = {node: i for i, node in enumerate(order)}
    queue, seen, tried = [(0, 0, 0)], set(), 0
    while queue:
        peak, negative_count, done = heapq.heappop(queue)
        if done in seen:
            continue
        seen.add(done)
        tried += 1
        ran = {node for node in order if done >> number[node] & 1}
        if len(ran) == len(order):
            return peak, True
        if tried > _LIMIT:
            return peak_of(graph, order, size), False
        held = sum(size[v] for node in ran for v in node.outputs if users[v] - ran)
        for node in order:
            if node not in ran and needs[node] <= ran:
                top = max(peak, held + sum(size[v] for v in node.outputs))
                heapq.heappush(queue, (top, negative_count - 1, done | 1 << number[node]))
    return 0, True
