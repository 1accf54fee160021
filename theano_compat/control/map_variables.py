"""map_variables: graphs rebuilt with some variables replaced, inside of loops and of OpFromGraph too."""
from theano_compat.control.builders import OpFromGraph
from theano_compat.control.scan_op import Scan
from theano_compat.control.scan_utils import safe_new
from theano_compat.graph import Constant
from theano_compat.graph.walk import clone_replace, io_toposort
from theano_compat.graph.walk import inputs as graph_inputs


def map_variables(replacer, graphs, additional_inputs=()):
    """`graphs` with each variable `v` standing as `replacer(v)`; what is put in is not replaced again.

    A replacement inside of a loop may use variables from outside: they become further inputs of it. Raises NotImplementedError
    for one that is a shared variable with an update. `additional_inputs`: accepted as in Theano; nothing needs them here.
    """
    graphs = list(graphs)
    memo = {v: replacer(v) for v in graph_inputs([*graphs, *additional_inputs])}
    for node in io_toposort([], graphs):
        inputs = [memo.get(v, v) for v in node.inputs]
        op = node.op
        if isinstance(op, (Scan, OpFromGraph)):
            op, inputs = _mapped_op(replacer, op, inputs)
        unchanged = op is node.op and all(a is b for a, b in zip(inputs, node.inputs))
        made = node.outputs if unchanged else op.make_node(*inputs).outputs if op is not node.op else \
            node.clone_with_new_inputs(inputs).outputs
        for old, new in zip(node.outputs, made):
            found = replacer(old)
            memo[old] = new if found is old else found
    return [memo.get(v, v) for v in graphs]


def _mapped_op(replacer, op, outer):
    """The op with its graph mapped, and its node's inputs with what the graph now needs from outside."""
    is_scan = isinstance(op, Scan)
    inner = list(op.inputs if is_scan else op.local_inputs)
    outputs = op.outputs if is_scan else op.local_outputs
    # what the graph has already: for a loop only what does not change from step to step is the variable outside
    shared_outer = zip(op.outer_non_seqs(outer), op.inner_non_seqs(inner)) if is_scan else zip(outer, inner)
    known, extra, own = dict(shared_outer), [], set(inner)

    def inside(v):
        found = replacer(v)
        if found is v:
            return v
        for x in graph_inputs([found], blockers=list(known)):
            if isinstance(x, Constant) or x in own or x in known:
                continue
            if getattr(x, "update", False):
                raise NotImplementedError("Replacement introduces shared variable %s which has an update associated with it "
                                          "into the inner graph of %s. This is not currently supported." % (x, op))
            known[x] = safe_new(x, tag="_copy")
            own.add(known[x])
            extra.append(x)
        return clone_replace([found], {x: i for x, i in known.items() if x is not i})[0]

    mapped = map_variables(inside, outputs)
    if all(a is b for a, b in zip(mapped, outputs)):
        return op, outer
    inner += [known[x] for x in extra]
    if is_scan:
        return Scan(inner, mapped, dict(op.info)), [*outer, *extra]
    n = len(outer) - len(op.shared_inputs)
    kwargs = dict(op.kwargs, inline=op.is_inline, name=op.name)
    made = OpFromGraph(inner[:n] + inner[len(outer):] + inner[n:len(outer)], mapped, **kwargs)
    return made, [*outer[:n], *extra, *outer[n:]]
