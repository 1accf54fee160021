"""Which nodes of an XLA step belong inside a branch of an IfElse, because only that branch needs them.

A place is a path of (IfElse node, 0 or 1) pairs from the outside in; () is the step itself. What two IfElse nodes with one
condition need in the same branch (a value and its gradient) is computed in the first one and handed out of it.
"""
from theano_compat.graph.op import provides


class Places:
    """Where the nodes of a step are computed.

    `inside`: {path: its nodes in order}; `exports`: {path: variables that later branches of the same condition read};
    `ghosts`: nodes of branches whose shapes are read elsewhere: lowered there too, for XLA to drop; with `shapes_too` there are
    none, to read a shape is to use the value.
    """

    def __init__(self, nodes, outputs, fixed, shapes_too=False):
        self.position = {node: i for i, node in enumerate(nodes)}
        self.path = {}
        self._uses = {node: [] for node in nodes}
        self._shape_uses = {node: [] for node in nodes}
        self._outside = {}
        for v in outputs:
            self._use(v, (), None)
        for node in reversed(nodes):
            self._place(node, fixed, shapes_too)
        self.inside = {}
        for node in nodes:
            self.inside.setdefault(self.path[node], []).append(node)
        self.ghosts = self._find_ghosts(nodes)
        self.exports = self._find_exports()
        if self.ghosts:
            self.inside[()] = [n for n in nodes if self.path[n] == () or n in self.ghosts]

    def _use(self, v, path, user):
        if v.owner in self._uses:
            self._uses[v.owner].append(path)
            self._outside.setdefault(v, []).append(path)

    def _place(self, node, fixed, shapes_too):
        uses = self._uses[node]
        path = () if node in fixed or not uses else uses[0]
        for other in uses[1:] if path else ():
            path = self._common(path, other)
        self.path[node] = path
        for i, x in enumerate(node.inputs):
            if x.owner not in self._uses:
                continue
            if not shapes_too and _reads_only_shape(node, i):
                self._shape_uses[x.owner].append(path)
            else:
                self._use(x, path + ((node, branch_of(node, i)),) if branch_of(node, i) is not None else path, node)

    def _common(self, a, b):
        """The place where both `a` and `b` can be reached from."""
        parted = next((d for d, (here, there) in enumerate(zip(a, b)) if here != there), min(len(a), len(b)))
        if parted == min(len(a), len(b)):
            return a[:parted]
        # below here it is in what is staged first of branches that are taken together
        first = min(a, b, key=lambda path: self.position[path[parted][0]])
        together = parted
        while together < min(len(a), len(b)) and _taken_together(a[together], b[together]):
            together += 1
        return first[:together]

    def _find_ghosts(self, nodes):
        ghosts = set()
        for node in reversed(nodes):
            path = self.path[node]
            if path and (node in ghosts or any(use[:len(path)] != path for use in self._shape_uses[node])):
                ghosts.add(node)
                ghosts.update(x.owner for x in node.inputs if x.owner in self.path and self.path[x.owner])
        return ghosts

    def _find_exports(self):
        exports = {}
        for v, uses in self._outside.items():
            path = self.path[v.owner]
            for n in range(1, len(path) + 1):  # out of each branch that it is in
                if any(use[:n] != path[:n] for use in uses):
                    exports.setdefault(path[:n], []).append(v)
        return exports


def _taken_together(here, there):
    """Whether two steps of paths are the same branch for the same condition."""
    return here[1] == there[1] and here[0].inputs[0] is there[0].inputs[0]


def places(nodes, outputs, fixed):
    """Places of `nodes`, or None when no IfElse is among them. `fixed`: nodes that stay outside of branches."""
    if not any(provides(node.op, "branches") for node in nodes):
        return None
    return Places(nodes, outputs, fixed)


def branch_of(node, i):
    """0 or 1 for an input that is a value of the first or second branch, None for any other."""
    if not provides(node.op, "branches") or i == 0:
        return None
    return 0 if i <= node.op.n_outs else 1


def _reads_only_shape(node, i):
    if i:
        return False
    if provides(node.op, "shape_only"):
        return True
    return type(getattr(node.op, "scalar_op", None)).__name__ == "Second"
