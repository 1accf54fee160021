"""An XLA step's nodes as one JAX function: a loop over nodes, no generated source.

Trace-time nodes are evaluated in NumPy while the rest is staged; checks that ops make come out as one number beside the
outputs: the index of the first that failed, or -1.
"""
import numpy as np

from theano_compat.compile.evaluate import NodeError, evaluate_node
from theano_compat.graph.checks import collecting

_LITERAL_SIZE = 4096


class XlaStep:
    """Nodes that become one XLA program, with the variables that enter and leave it.

    `inputs`, `outputs`: variables; `keyed`: nodes whose facts come from the host and select the compiled program.
    """

    def __init__(self, nodes, trace_nodes, outputs, keyed):
        self.nodes = nodes
        self.trace_nodes = trace_nodes
        self.outputs = outputs
        self.keyed = keyed
        inside = {out for node in nodes for out in node.outputs}
        needed = {}
        for v in [*(x for node in nodes for x in node.inputs), *outputs]:
            if v not in inside and not is_literal(v):
                needed[v] = True
        self.inputs = list(needed)
        self.joint = joint_pairs(nodes)
        self.turned = turned_products(nodes)


def is_literal(v):
    """Whether `v` is a constant small enough to stand in the program's text."""
    return hasattr(v, "data") and getattr(v.data, "size", 0) <= _LITERAL_SIZE


def joint_pairs(nodes):
    """{forward node: [its VJP nodes]} within one step, so that both are lowered by one `jax.vjp`."""
    derived = [n for n in nodes if hasattr(n.op, "base_op") and hasattr(n.op, "pull_back")]
    if not derived:
        return {}
    by_key = {(n.op, tuple(n.inputs)): n for n in nodes}
    pairs = {}
    for n in derived:
        base = by_key.get((n.op.base_op, tuple(n.inputs[:n.op.n_inputs])))
        if base is not None:
            pairs.setdefault(base, []).append(n)
    return pairs


def turned_products(nodes):
    """{product: for each factor the matrix whose transpose it is, or None}, where there is one within the step."""
    inside = set(nodes)
    found = {}
    for n in nodes:
        if hasattr(n.op, "lower_turned"):
            sources = [x.owner.inputs[0] if x.owner in inside and getattr(x.owner.op, "new_order", None) == (1, 0) else None
                       for x in n.inputs]
            if any(sources):
                found[n] = sources
    return found


def node_facts(node, values):
    """Facts of a node whose fact inputs are all known while tracing."""
    op = node.op
    if not hasattr(op, "facts"):
        return None
    value_idx, shape_idx = op.fact_inputs(node)
    known, shapes = [None] * len(values), [None] * len(values)
    for i in value_idx:
        known[i] = np.asarray(values[i]) if hasattr(values[i], "dtype") else values[i]
    for i in shape_idx:
        shapes[i] = tuple(np.shape(values[i]))
    return op.facts(node, known, shapes)


def lower_node(node, values, facts):
    """The outputs of `node` as a list, from JAX or NumPy values."""
    if facts is not None:
        result = node.op.lower(node, *values, facts=facts)
    else:
        result = node.op.lower(node, *values)
    return result if len(node.outputs) > 1 or isinstance(result, (tuple, list)) else (result,)


def run_step(step, facts, args):
    """Trace `step` over `args` (its inputs' values): `(outputs, failed)`, the function that `jax.jit` sees.

    `facts`: {node: facts} from the host. `failed` is None when no node of the step can fail.
    """
    env = dict(zip(step.inputs, args))
    pullbacks = {}
    with collecting() as checks:
        for node in step.nodes:
            values = [env[v] if v in env else v.data for v in node.inputs]
            try:
                if node in step.trace_nodes:
                    outs = evaluate_node(node, values)
                else:
                    known = facts[node] if node in facts else node_facts(node, values)
                    if node in step.turned:
                        outs = (_lower_turned(step.turned[node], node, values, env),)
                    else:
                        outs = _lower_jointly(step, node, values, known, pullbacks)
            except Exception as e:
                raise NodeError(node, None, e) from e
            env.update(zip(node.outputs, outs))
        outputs = [env[v] if v in env else v.data for v in step.outputs]
        return _unaliased(outputs, args), _first_failed(checks), checks


def _lower_turned(sources, node, values, env):
    factors = [v if s is None else env[s] if s in env else s.data for s, v in zip(sources, values)]
    return node.op.lower_turned(node, *factors, *(s is not None for s in sources))


def _lower_jointly(step, node, values, facts, pullbacks):
    if node in step.joint:
        outs, pullback = step.joint[node][0].op.forward(node, values, facts)
        for vjp_node in step.joint[node]:
            pullbacks[vjp_node] = pullback
        return outs
    if node in pullbacks:
        outs = node.op.pull_back(node, pullbacks[node], values)
        return outs if isinstance(outs, (tuple, list)) else (outs,)
    return lower_node(node, values, facts)


def _unaliased(outputs, args):
    """No output is an argument's buffer or comes twice: a later donation or write must not reach another value."""
    import jax.numpy as jnp
    seen = {id(a) for a in args}
    fresh = []
    for out in outputs:
        if id(out) in seen:
            out = jnp.array(out, copy=True)
        seen.add(id(out))
        fresh.append(out)
    return fresh


def _first_failed(checks):
    if not checks:
        return None
    import jax.numpy as jnp
    oks = jnp.stack([jnp.all(jnp.asarray(c.ok)) for c in checks])
    return jnp.where(jnp.all(oks), -1, jnp.argmin(oks)).astype("int32")
