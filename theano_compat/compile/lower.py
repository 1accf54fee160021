"""An XLA step's nodes as one JAX function: a loop over nodes, no generated source.

Trace-time nodes are evaluated in NumPy while the rest is staged; checks that ops make come out as one number beside the
outputs: the index of the first that failed, or -1.
"""
import copy
from contextlib import nullcontext
from functools import partial

import numpy as np

from theano_compat.compile.evaluate import NodeError, evaluate_node
from theano_compat.compile.keeping import select_old
from theano_compat.compile.lazy import places
from theano_compat.compile.rules import own_rules
from theano_compat.compile.tails import endings
from theano_compat.control.ifelse import BranchesDiffer
from theano_compat.graph.checks import check, collecting, holding
from theano_compat.graph.op import provides
from theano_compat.padding.sizes import Padded, Unpaddable, is_sized, plain, sizes_of, traced_lengths

_LITERAL_SIZE = 4096


class XlaStep:
    """Nodes that become one XLA program, with the variables that enter and leave it.

    `inputs`, `outputs`: variables; `keyed`: nodes whose facts come from the host and select the compiled program; `rules`: the
    program may be differentiated by JAX, and nodes whose gradient Theano defines otherwise keep Theano's.
    """

    def __init__(self, nodes, trace_nodes, outputs, keyed, rules=False):
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
        self.places = places(nodes, outputs, trace_nodes)
        self.rules = own_rules(nodes) if rules else {}
        self.recorded = {}  # nodes that Python ran before: what gives their outputs
        self.endings, self.readers = endings(nodes, self.joint)

    def without_endings(self):
        """The same step, whose loops give all of their rows."""
        other = copy.copy(self)
        other.endings, other.readers = {}, {}
        return other


class NoFacts:
    """Stands for the facts of a node that there are none of: it would fail, which matters only in a branch that is taken."""

    def __init__(self, error):
        self.error = error

    def __eq__(self, other):
        return isinstance(other, NoFacts) and str(self.error) == str(other.error)

    def __hash__(self):
        return hash((NoFacts, str(self.error)))


def is_literal(v):
    """Whether `v` is a constant small enough to stand in the program's text."""
    return hasattr(v, "data") and getattr(v.data, "size", 0) <= _LITERAL_SIZE


def joint_pairs(nodes):
    """{forward node: [its VJP nodes]} within one step, so that both are lowered by one `jax.vjp`."""
    derived = [n for n in nodes if provides(n.op, "pull_back")]
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
        if provides(n.op, "lower_turned"):
            sources = [x.owner.inputs[0] if x.owner in inside and _is_transpose(x.owner) else None for x in n.inputs]
            if any(sources):
                found[n] = sources
    return found


def _is_transpose(node):
    """Whether a node turns a matrix: the same order may also leave out dimensions of length 1."""
    return getattr(node.op, "new_order", None) == (1, 0) and node.inputs[0].type.ndim == 2


def node_facts(node, values):
    """Facts of a node whose fact inputs are all known while tracing."""
    from jax.errors import TracerArrayConversionError
    op = node.op
    if not provides(op, "facts"):
        return None
    value_idx, shape_idx = op.fact_inputs(node)
    known, shapes = [None] * len(values), [None] * len(values)
    for i in value_idx:
        try:
            known[i] = np.asarray(values[i]) if hasattr(values[i], "dtype") else values[i]
        except TracerArrayConversionError as e:
            if provides(op, "plan") or provides(op, "inner"):  # an op with a graph within, planned anew since
                raise BranchesDiffer(node, settled=True) from e
            raise
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


def run_step(step, facts, args, kept=None):
    """Trace `step` over `args` (its inputs' values): `(outputs, failed)`, the function that `jax.jit` sees.

    `facts`: {node: facts} from the host. `failed` is None when no node of the step can fail. `kept`: {input: position of its
    new value among the outputs}, which is the old value where a check fails.
    """
    env = dict(zip(step.inputs, args))
    with collecting() as checks:
        run_nodes(step, step.nodes if step.places is None else step.places.inside.get((), ()), facts, env, {})
        outputs = [env[v] if v in env else v.data for v in step.outputs]
        failed = _first_failed(checks)
    for old, position in (kept or {}).items() if failed is not None else ():
        node = step.outputs[position].owner
        values = [env[v] if v in env else getattr(v, "data", None) for v in node.inputs]
        outputs[position] = select_old(outputs[position], env[old], node, values, failed < 0, partial(_lower_again, step, node, facts))
    return _unaliased(outputs, args), failed, checks


def _lower_again(step, node, facts, values):
    if any(is_sized(v) for v in values):
        return _lower_padded(step, node, values, {}, {})
    return lower_node(node, values, facts[node] if node in facts else node_facts(node, values))


def run_nodes(step, nodes, facts, env, pullbacks, path=()):
    """Stage `nodes` of `step` into `env` {variable: value}. `pullbacks`: {VJP node: what its forward node left}.

    `path`: the branch that is staged, as in compile.lazy. Raises NodeError, or BranchesDiffer.
    """
    lazy, padded = step.places, traced_lengths() is not None
    for node in nodes:
        if step.readers.get(node) in env:  # the loop gave its last value
            continue
        values = [env[v] if v in env else getattr(v, "data", None) for v in node.inputs]
        try:
            choice = lazy is not None and hasattr(node.op, "branches")
            if padded and not choice and (any(is_sized(v) for v in values) or node in step.trace_nodes and not all(map(_is_known, values))):
                # what is staged for its shape alone states no conditions
                with collecting() if lazy is not None and lazy.path[node] != path else nullcontext():
                    outs = _lower_padded(step, node, values, env, pullbacks)
            elif node in step.trace_nodes:
                outs = evaluate_node(node, values)
            elif node in step.recorded:
                outs = step.recorded[node](node, values, env)
            elif lazy is not None and provides(node.op, "branches"):
                outs = _lower_branches(step, node, values[0], facts, env, pullbacks, lazy.path[node])
            else:
                known = facts[node] if node in facts else node_facts(node, values)
                if isinstance(known, NoFacts):
                    raise known.error
                if node in step.rules:
                    outs = step.rules[node](values, known)
                elif node in step.endings:
                    outs = step.endings[node].stage(values, known, env)
                elif node in step.turned:
                    outs = (_lower_turned(step.turned[node], node, values, env),)
                elif lazy is not None and lazy.path[node] != path:
                    with collecting():  # staged for its shape alone: what may fail is checked in its branch
                        outs = ((node.op.quiet(node, *values),) if provides(node.op, "quiet")
                                else _lower_jointly(step, node, values, known, pullbacks))
                else:
                    outs = _lower_jointly(step, node, values, known, pullbacks)
        except (NodeError, BranchesDiffer, Unpaddable):
            raise
        except Exception as e:
            raise NodeError(node, None, e) from e
        env.update(zip(node.outputs, outs))


def _is_known(v):
    import jax
    return not isinstance(v, jax.Array)


def _lower_padded(step, node, values, env, pullbacks):
    """The outputs of `node` where some of `values` are padded arrays or sizes (padding.sizes). Raises Unpaddable."""
    from theano_compat.compile.padded import apply
    from theano_compat.gradient import padded

    def rule(node, values):
        return apply(node, values, step.rules.get(node) or turned)

    turned, sources = None, [x if not is_sized(v) else None for v, x in zip(values, step.turned.get(node, ()))]
    if any(x in env for x in sources):
        def turned(arrays, facts):
            return (_lower_turned(sources, node, arrays, env),)

    if node in step.joint:
        outs, pullback = padded.forward(step.joint[node][0].op, node, values, rule)
        pullbacks.update((vjp_node, pullback) for vjp_node in step.joint[node])
        return outs
    if node in pullbacks:
        return padded.pull_back(node.op, pullbacks[node], values)
    return rule(node, values)


def _lower_branches(step, node, c, facts, env, pullbacks, path):
    """The outputs of an IfElse `node`, each branch staged with the nodes that only it needs."""
    if node in facts or isinstance(c, (np.ndarray, np.generic)):
        which = 0 if (facts[node] if node in facts else np.any(c)) else 1
        return _stage_branch(step, node, which, facts, env, pullbacks, path)
    import jax
    import jax.numpy as jnp
    made, exports, held = [[], []], [[], []], holding()

    def branch(which):
        def run():
            mine = dict(env)
            with collecting(held) as checks:
                outs = [_array(v) for v in _stage_branch(step, node, which, facts, mine, dict(pullbacks), path)]
            made[which] = checks
            # without those of a branch within that is known not to be taken
            exports[which] = [v for v in step.places.exports.get(path + ((node, which),), []) if v in mine]
            return outs, [_array(mine[v]) for v in exports[which]], [jnp.all(jnp.asarray(k.ok)) for k in checks]
        return run

    try:
        forms = [jax.eval_shape(branch(which)) for which in (0, 1)]
    except NodeError as e:
        # a branch that does not even fit together must not disturb the call that takes the other
        raise BranchesDiffer(node) from e
    if [v.shape for v in forms[0][0]] != [v.shape for v in forms[1][0]]:
        raise BranchesDiffer(node)
    if [sizes_of(v) for v in forms[0][0]] != [sizes_of(v) for v in forms[1][0]]:
        raise Unpaddable("branches of different lengths")

    def complete(which):
        def run():
            outs, handed, flags = branch(which)()
            other_handed, other_flags = forms[1 - which][1:]
            zeros = jax.tree.map(jnp.zeros_like, other_handed)
            held = [jnp.ones((), bool) for _ in other_flags]
            return [outs, *([handed, flags, zeros, held] if which == 0 else [zeros, held, handed, flags])]
        return run

    c = jnp.asarray(plain(c))
    outs, *rest = jax.lax.cond(c if c.dtype == bool else c != 0, complete(0), complete(1))
    for which in (0, 1):
        handed, flags = rest[2 * which:2 * which + 2]
        env.update(zip(exports[which], handed))
        for k, ok in zip(made[which], flags):
            check(ok, k.node, k.exc_class, k.message)
    return outs


def _array(v):
    import jax.numpy as jnp
    return v if isinstance(v, Padded) else jnp.asarray(plain(v))


def _stage_branch(step, node, which, facts, env, pullbacks, path):
    inner = path + ((node, which),)
    run_nodes(step, step.places.inside.get(inner, ()), facts, env, pullbacks, inner)
    return [env[v] if v in env else v.data for v in node.op.branches(node.inputs)[which]]


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
    seen = {id(plain(a)) for a in args}
    fresh = []
    for out in outputs:
        array = plain(out)
        if id(array) in seen:
            array = jnp.array(array, copy=True)
        seen.add(id(array))
        fresh.append(Padded(array, out.sizes) if isinstance(out, Padded) else array)
    return fresh


def _first_failed(checks):
    if not checks:
        return None
    import jax.numpy as jnp
    oks = jnp.stack([jnp.all(jnp.asarray(c.ok)) for c in checks])
    return jnp.where(jnp.all(oks), -1, jnp.argmin(oks)).astype("int32")
