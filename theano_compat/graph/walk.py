"""Walks over graphs: what lies above a variable, in which order, and copies of it. All iterative.

Legacy path: `theano.gof.graph`. Replacing parts of a graph while it is copied is in `clone_replace`.
"""
from collections import deque

from theano_compat.graph.variable import Apply, Constant, Variable


def stack_search(start, expand, mode="bfs", build_inv=False):
    """Everything reachable from the deque `start` by `expand(x) -> list or None`, in order of visit.

    With `build_inv` also a dict from each node to those it was reached from.
    """
    if mode not in ("bfs", "dfs"):
        raise ValueError("mode should be bfs or dfs", mode)
    start = deque(start)
    pop = start.popleft if mode == "bfs" else start.pop
    seen, order, inverse = set(), [], {}
    while start:
        x = pop()
        if id(x) in seen:
            continue
        seen.add(id(x))
        order.append(x)
        found = expand(x)
        if found:
            if build_inv:
                for r in found:
                    inverse.setdefault(r, []).append(x)
            start.extend(found)
    return (order, inverse) if build_inv else order


def ancestors(variable_list, blockers=None):
    """All variables that `variable_list` depends on, itself included, not looking above `blockers`."""
    stop = set(blockers) if blockers else ()

    def expand(r):
        if r.owner is not None and r not in stop:
            return list(reversed(r.owner.inputs))

    return stack_search(deque(variable_list), expand, "dfs")


def inputs(variable_list, blockers=None):
    """The ancestors without owner: inputs, shared variables and constants, in order of visit."""
    return [v for v in ancestors(variable_list, blockers) if v.owner is None]


def variables_and_orphans(i, o):
    """Variables between `i` and `o` (both included) and those of them that neither `i` nor a node gives."""
    stop = set(i)

    def expand(r):
        if r.owner is not None and r not in stop:
            return reversed([*r.owner.inputs, *r.owner.outputs])

    found = stack_search(deque(o), lambda r: list(expand(r) or ()), "dfs")
    return found, [r for r in found if r.owner is None and r not in stop]


def variables(i, o):
    """Variables between `i` and `o`, both included."""
    return variables_and_orphans(i, o)[0]


def orphans(i, o):
    """Variables needed for `o` that are neither in `i` nor computed."""
    return variables_and_orphans(i, o)[1]


def ops(i, o):
    """The set of Apply nodes between `i` and `o`."""
    found, orphan = variables_and_orphans(i, o)
    skip = {*i, *orphan}
    return {r.owner for r in found if r not in skip and r.owner is not None}


def list_of_nodes(inputs, outputs):
    """Apply nodes between `inputs` and `outputs`, outputs first."""
    stop = set(inputs)
    return stack_search(
        deque([o.owner for o in outputs if o.owner is not None]),
        lambda n: [x.owner for x in n.inputs
                   if x.owner is not None and not any(out in stop for out in x.owner.outputs)])


def is_in_ancestors(l_node, f_node):
    """Whether Apply `f_node` is `l_node` or above it."""
    seen, todo = set(), [l_node]
    while todo:
        node = todo.pop()
        if node is f_node:
            return True
        if node not in seen:
            seen.add(node)
            todo.extend(i.owner for i in node.inputs if i.owner is not None)
    return False


def view_roots(r):
    """The leaves that `r` may be a view of, by the `view_map` of the ops above it."""
    roots, todo = [], [r]
    while todo:
        v = todo.pop()
        view_map = getattr(v.owner.op, "view_map", None) if v.owner is not None else None
        if view_map is None or v.owner.outputs.index(v) not in view_map:
            roots.append(v)
        else:
            todo.extend(v.owner.inputs[i] for i in view_map[v.owner.outputs.index(v)])
    return roots


def general_toposort(outputs, deps, debug_print=False, compute_deps_cache=None, deps_cache=None, clients=None):
    """Order everything reachable from `outputs` so that `deps(x)` come before x. Raises ValueError on a cycle."""
    cache = {} if deps_cache is None else deps_cache

    def expand(x):
        if x not in cache:
            found = deps(x)
            cache[x] = list(found) if found else []
        return cache[x]

    reachable, inverse = stack_search(deque(outputs), compute_deps_cache or expand, "dfs", True)
    if clients is not None:
        clients.update(inverse)
    left = {r: len(set(cache.get(r) or ())) for r in reachable}
    sources = deque(r for r in reachable if not left[r])
    order = []
    while sources:
        node = sources.popleft()
        order.append(node)
        for client in dict.fromkeys(inverse.get(node, ())):
            left[client] -= 1
            if not left[client]:
                sources.append(client)
    if len(order) != len(reachable):
        raise ValueError("graph contains cycles")
    return order


def io_toposort(inputs, outputs, orderings=None, clients=None):
    """Apply nodes between `inputs` and `outputs`, prerequisites first; `orderings` {node: earlier nodes} add constraints."""
    if not orderings and clients is None:
        # a set is read as it is: a FunctionGraph asks with all its variables, for every node that comes in
        return _plain_toposort(inputs if isinstance(inputs, set) else set(inputs), outputs)
    stop, orderings = set(inputs), orderings or {}

    def deps(x):
        if isinstance(x, Variable):
            found = [] if x in stop or x.owner is None else [x.owner]
        else:
            found = list(x.inputs)
        return found + list(orderings.get(x, ()))

    return [x for x in general_toposort(outputs, deps, clients=clients) if isinstance(x, Apply)]


def _plain_toposort(done, outputs):
    order = []
    todo = [o.owner for o in reversed(outputs) if o.owner is not None and o not in done]
    finished, opened = set(), set()
    while todo:
        node = todo[-1]
        if node in finished:
            todo.pop()
        elif node in opened:
            todo.pop()
            finished.add(node)
            order.append(node)
        else:
            opened.add(node)
            # the last input comes first: the order in which Theano prints and numbers nodes
            todo.extend(x.owner for x in node.inputs
                        if x.owner is not None and x not in done and x.owner not in finished)
    return order


def clone(i, o, copy_inputs=True, copy_orphans=None):
    """Copies of `i` and `o` as two lists; inputs and orphans are shared unless asked to be copied."""
    if copy_orphans is None:
        copy_orphans = copy_inputs
    equiv = clone_get_equiv(i, o, copy_inputs, copy_orphans)
    return [equiv[v] for v in i], [equiv[v] for v in o]


def clone_get_equiv(inputs, outputs, copy_inputs=True, copy_orphans=True, memo=None):
    """A dict from each variable and node between `inputs` and `outputs` to its copy."""
    if memo is None:
        memo = {}
    for x in inputs:
        if x in memo:
            continue
        copy = x.clone() if copy_inputs else x
        memo[x] = copy
    for node in io_toposort(inputs, outputs):
        for x in node.inputs:
            if x not in memo:
                memo[x] = x.clone() if copy_orphans else x
        if node not in memo:
            copy = node.clone_with_new_inputs([memo[x] for x in node.inputs])
            memo[node] = copy
            for old, new in zip(node.outputs, copy.outputs):
                memo.setdefault(old, new)
    for x in outputs:
        if x not in memo:
            memo[x] = x.clone() if copy_orphans else x
    return memo


def clone_replace(outputs, replace, strict=True):
    """`outputs` rebuilt with each key of `replace` standing for its value; what does not change is shared.

    With `strict` a replacement must convert to the type it replaces (TypeError otherwise), else nodes are made anew.
    The replacements' own graphs are rebuilt too, so that they may use each other's keys. Keys inside a value's graph
    of themselves are not replaced again.
    """
    memo = {}
    for old, new in replace.items():
        memo[old] = old.type.filter_variable(new) if strict else new
    for node in io_toposort(list(memo), outputs):
        new_inputs = [memo.get(x, x) for x in node.inputs]
        if all(a is b for a, b in zip(new_inputs, node.inputs)):
            continue
        new = node.clone_with_new_inputs(new_inputs, strict=strict)
        for a, b in zip(node.outputs, new.outputs):
            memo.setdefault(a, b)
    return [memo.get(x, x) for x in outputs]


def is_same_graph(var1, var2, givens=None, debug=False):
    """Whether two variables are computed by the same ops from the same leaves, after `givens` substitutions.

    `givens`: dict or pairs; leaves are the same when they are one variable or equal constants.
    """
    givens = dict(givens) if givens else {}
    same, todo = {}, [(var1, var2)]
    while todo:
        a, b = todo.pop()
        a2, b2 = givens.get(a, a), givens.get(b, b)
        if a2 is not a or b2 is not b:
            # a substitution stands for the variable on whichever side it appears
            todo.append((a2, b2))
            continue
        if a is b or same.get(a) is b:
            continue
        if isinstance(a, Constant) and isinstance(b, Constant):
            if not a.equals(b):
                return False
            continue
        if a.owner is None or b.owner is None:
            return False
        if a.owner.op != b.owner.op or a.index != b.index or len(a.owner.inputs) != len(b.owner.inputs):
            return False
        same[a] = b
        todo.extend(zip(a.owner.inputs, b.owner.inputs))
    return True


def io_connection_pattern(inputs, outputs):
    """`pattern[i][j]`: whether output j depends differentiably on input i."""
    connected = {}
    for o_node in io_toposort(inputs, outputs):
        if hasattr(o_node.op, "connection_pattern"):
            pattern = o_node.op.connection_pattern(o_node)
            if not isinstance(pattern, list):
                raise TypeError("Op.connection_pattern should return list of list of bool, but for Op=%s"
                                "got %s with type %s." % (o_node.op, pattern, type(pattern)))
        else:
            pattern = [[True] * len(o_node.outputs) for _ in o_node.inputs]
        for j, out in enumerate(o_node.outputs):
            above = connected.setdefault(out, set())
            for i, x in enumerate(o_node.inputs):
                if pattern[i][j]:
                    above.add(x)
                    above |= connected.get(x, set())
    return [[i is o or i in connected.get(o, ()) for o in outputs] for i in inputs]


def default_leaf_formatter(leaf):
    """A leaf's text in op_as_string."""
    return str(leaf)


def default_node_formatter(op, argstrings):
    """A node's text in op_as_string: `op(arg, arg)`."""
    return "%s(%s)" % (op.op, ", ".join(argstrings))


def op_as_string(i, op, leaf_formatter=default_leaf_formatter, node_formatter=default_node_formatter):
    """The text of Apply `op` over the leaves `i`."""
    strings = as_string(i, op.inputs, leaf_formatter, node_formatter)
    return node_formatter(op, strings)


def as_string(i, o, leaf_formatter=default_leaf_formatter, node_formatter=default_node_formatter):
    """The texts of variables `o` over the leaves `i`; a node used twice is written `*n -> text`, then `*n`."""
    leaves = {*i, *orphans(i, o)}
    uses = {}
    for x in o:
        if x.owner is not None and x not in leaves:
            uses[x.owner] = uses.get(x.owner, 0) + 1
    order = io_toposort(i, o)
    for node in order:
        for x in node.inputs:
            if x.owner is not None and x not in leaves:
                uses[x.owner] = uses.get(x.owner, 0) + 1
    numbers, text, done = {}, [], set()

    def describe(root):
        # explicit stack: a frame is (variable) to open or (node, suffix, mark) to close over collected arguments
        out, stack, args = None, [("open", root)], [[]]
        while stack:
            kind, *rest = stack.pop()
            if kind == "close":
                node, prefix, nargs = rest
                mine = args.pop()
                args[-1].append(prefix + node_formatter(node, mine))
                continue
            r = rest[0]
            node = r.owner
            if node is None or r in leaves:
                args[-1].append(leaf_formatter(r))
                continue
            suffix = "" if len(node.outputs) == 1 else "::%i" % node.outputs.index(r)
            if node in done:
                args[-1].append("*%i%s" % (numbers[node], suffix))
                continue
            done.add(node)
            prefix = ""
            if uses.get(node, 0) > 1:
                numbers[node] = len(numbers) + 1
                prefix = "*%i -> " % numbers[node]
            args.append([])
            stack.append(("close", node, prefix, len(node.inputs)))
            stack.extend(("open", x) for x in reversed(node.inputs))
        out = args[0][0]
        return out

    for x in o:
        text.append(describe(x))
    return text


def nodes_constructed():
    """Context manager giving the list of variables made inside it."""
    return _NodesConstructed()


class _NodesConstructed:
    def __enter__(self):
        self.new_nodes = []
        Variable.append_construction_observer(self.new_nodes.append)
        return self.new_nodes

    def __exit__(self, *exc):
        # bound methods of one list are equal but `append` objects are made anew: remove by equality
        Variable.remove_construction_observer(self.new_nodes.append)


is_same_graph_with_merge = is_same_graph
