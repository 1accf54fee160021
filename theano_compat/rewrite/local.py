"""Local rewrites as programs write them: LocalOptimizer, the `local_optimizer` decorator, groups, patterns.

Legacy path: `theano.gof.opt`. What carries them over a whole graph is in `passes`, where they are registered in `databases`.
"""
import copy
import sys

import numpy as np

from theano_compat.graph.op import Op
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Constant


@legacy_name("theano.gof.opt")
class LocalOptimizer:
    """A rewrite of one node: `transform(node)` gives False or None, replacements of its outputs, or a dict {old: new}."""

    def tracks(self):
        """Ops and Op classes whose nodes it looks at; None for all."""
        return None

    def transform(self, node):
        """What to put for the outputs of `node`."""
        raise NotImplementedError("transform", type(self), self)

    def add_requirements(self, fgraph):
        """Attach the features that `transform` needs; none by default."""

    def print_summary(self, stream=sys.stdout, level=0, depth=-1):
        """Write one line about this rewrite."""
        print("%s%s id=%i" % (" " * level, self, id(self)), file=stream)


@legacy_name("theano.gof.opt")
class FromFunctionLocalOptimizer(LocalOptimizer):
    """A function of a node as a LocalOptimizer."""

    def __init__(self, fn, tracks=None, requirements=()):
        self.transform = fn
        self._tracks = tracks
        self.requirements = requirements

    def tracks(self):
        """The ops given to the decorator."""
        return self._tracks

    def add_requirements(self, fgraph):
        """Call what was given as requirements."""
        for requirement in self.requirements:
            requirement(fgraph)

    def __str__(self):
        return getattr(self, "__name__", "<FromFunctionLocalOptimizer instance>")


@legacy_name("theano.gof.opt")
def local_optimizer(tracks, inplace=False, requirements=()):
    """Decorator: a function of a node as a LocalOptimizer for nodes of the ops or Op classes in `tracks` (None: all).

    `inplace` only says that the nodes it makes overwrite their inputs. Raises ValueError for an empty list or what is no op.
    """
    def decorate(fn):
        if tracks is not None:
            if not tracks:
                raise ValueError("Use None instead of an empty list to apply to all nodes.", fn.__module__, fn.__name__)
            if not all(isinstance(t, Op) or (isinstance(t, type) and issubclass(t, Op)) for t in tracks):
                raise ValueError("Tracks are op classes or instances", fn.__module__, fn.__name__)
        made = FromFunctionLocalOptimizer(fn, tracks, requirements)
        made.__name__ = fn.__name__
        made.__doc__ = fn.__doc__
        made.inplace = inplace
        return made

    return decorate


@legacy_name("theano.gof.opt")
class LocalOptGroup(LocalOptimizer):
    """Several LocalOptimizers as one: the first that applies, or with `apply_all_opts` one after the other."""

    def __init__(self, *optimizers, apply_all_opts=False, profile=False):
        if len(optimizers) == 1 and isinstance(optimizers[0], (list, tuple)):
            optimizers = tuple(optimizers[0])
        self.opts = optimizers
        self.apply_all_opts = apply_all_opts
        self.profile = profile
        self.reentrant = any(getattr(o, "reentrant", True) for o in optimizers)
        self.retains_inputs = all(getattr(o, "retains_inputs", False) for o in optimizers)

    def __str__(self):
        return getattr(self, "__name__", "LocalOptGroup(%s)" % ",".join(map(str, self.opts)))

    def tracks(self):
        """The ops of all members; None when one of them looks at every node."""
        all_tracks = [o.tracks() for o in self.opts]
        return None if None in all_tracks else [t for tracks in all_tracks for t in tracks]

    def transform(self, node):
        """By the first member that has something to say, again on what it made with `apply_all_opts`."""
        result = None
        while True:
            new = None
            for o in self.opts:
                if applies_to(o, node.op):
                    new = o.transform(node)
                    if new:
                        break
            if not new:
                return result
            result = new
            made = list(new.values() if isinstance(new, dict) else new)
            if not self.apply_all_opts or made[0] is None or made[0].owner is None:
                return result
            node = made[0].owner

    def add_requirements(self, fgraph):
        """Those of all members."""
        for o in self.opts:
            o.add_requirements(fgraph)


def applies_to(local_opt, op):
    """Whether a LocalOptimizer looks at nodes of `op`."""
    tracks = local_opt.tracks()
    return tracks is None or any(type(op) is t if isinstance(t, type) else t == op for t in tracks)


@legacy_name("theano.gof.opt")
class OpSub(LocalOptimizer):
    """`op2` for every application of `op1`."""

    reentrant = False
    retains_inputs = True

    def __init__(self, op1, op2, transfer_tags=True):
        self.op1 = op1
        self.op2 = op2
        self.transfer_tags = transfer_tags

    def op_key(self):
        """The op that is replaced."""
        return self.op1

    def tracks(self):
        """The op that is replaced."""
        return [self.op1]

    def transform(self, node):
        """The outputs of op2 on the same inputs."""
        if node.op != self.op1:
            return False
        new = self.op2.make_node(*node.inputs)
        if self.transfer_tags:
            new.tag = copy.copy(node.tag)
            for old_out, new_out in zip(node.outputs, new.outputs):
                new_out.tag = copy.copy(old_out.tag)
        return new.outputs

    def __str__(self):
        return "%s -> %s" % (self.op1, self.op2)


@legacy_name("theano.gof.opt")
class OpRemove(LocalOptimizer):
    """The inputs of `op` for its outputs."""

    reentrant = False

    def __init__(self, op):
        self.op = op

    def op_key(self):
        """The op that is taken out."""
        return self.op

    def tracks(self):
        """The op that is taken out."""
        return [self.op]

    def transform(self, node):
        """The inputs."""
        return node.inputs if node.op == self.op else False

    def __str__(self):
        return "%s(x) -> x" % self.op


@legacy_name("theano.gof.opt")
class PatternSub(LocalOptimizer):
    """Replaces what looks like `in_pattern` by `out_pattern`.

    A pattern is (op, pattern, ...), a string (a name for anything), a number or Constant, or {"pattern": ..., "constraint":
    function of the variable, "allow_multiple_clients": bool}. What is inside a pattern may have no other users, unless allowed.
    """

    def __init__(self, in_pattern, out_pattern, allow_multiple_clients=False, skip_identities_fn=None, name=None, pdb=False,
                 tracks=(), get_nodes=None, values_eq_approx=None):
        self.in_pattern = in_pattern
        self.out_pattern = out_pattern
        if isinstance(in_pattern, (list, tuple)):
            self.op = in_pattern[0]
        elif isinstance(in_pattern, dict):
            self.op = in_pattern["pattern"][0]
        else:
            raise TypeError("The pattern to search for must start with a specific Op instance.")
        self.allow_multiple_clients = allow_multiple_clients
        self.skip_identities_fn = skip_identities_fn
        self.pdb = pdb
        self.get_nodes = get_nodes
        self.values_eq_approx = values_eq_approx
        self._tracks = tracks
        if name:
            self.__name__ = name
        if tracks != ():
            assert get_nodes

    def op_key(self):
        """The op at the head of the pattern."""
        return self.op

    def tracks(self):
        """The ops given, or the op at the head of the pattern."""
        return self._tracks if self._tracks != () else [self.op]

    def transform(self, node, get_nodes=True):
        """[out_pattern with the names filled in] when the node matches, else False."""
        if get_nodes and self.get_nodes is not None:
            for real_node in self.get_nodes(node):
                if real_node != "output":
                    found = self.transform(real_node, get_nodes=False)
                    if found:
                        return dict(zip(real_node.outputs, found))
        if node.op != self.op:
            return False
        names = self._match(self.in_pattern, node.default_output(), {}, True)
        if names is None:
            return False
        if self.pdb:
            breakpoint()
        new = _build(self.out_pattern, names)
        if self.values_eq_approx:
            new.tag.values_eq_approx = self.values_eq_approx
        return [new]

    def _match(self, pattern, v, names, many_clients):
        """`names` with what `pattern` binds in `v`, or None."""
        found = self._match_as_it_is(pattern, v, names, many_clients)
        if found is None and self.skip_identities_fn:
            other = self.skip_identities_fn(v)
            if other is not None:
                return self._match(pattern, other, names, many_clients)
        return found

    def _match_as_it_is(self, pattern, v, names, many_clients):
        if isinstance(pattern, (list, tuple)):
            node = v.owner
            if node is None or node.op != pattern[0] or len(pattern) - 1 != len(node.inputs):
                return None
            if not many_clients and len(v.clients) > 1:
                return None
            for part, x in zip(pattern[1:], node.inputs):
                names = self._match(part, x, names, self.allow_multiple_clients)
                if names is None:
                    return None
            return names
        if isinstance(pattern, dict):
            if "pattern" not in pattern:
                raise KeyError("Malformed pattern: %s (expected key 'pattern')" % pattern)
            if not pattern.get("constraint", lambda expr: True)(v):
                return None
            return self._match(pattern["pattern"], v, names, pattern.get("allow_multiple_clients", many_clients))
        if isinstance(pattern, str):
            return {**names, pattern: v} if names.get(pattern, v) is v else None
        if isinstance(pattern, (int, float)) and isinstance(v, Constant):
            return names if np.all(np.asarray(pattern) == v.data) else None
        if isinstance(pattern, Constant) and isinstance(v, Constant) and pattern.equals(v):
            return names
        return None

    def __str__(self):
        return getattr(self, "__name__", None) or "%s -> %s" % (_text(self.in_pattern), _text(self.out_pattern))

    __repr__ = __str__


def _build(pattern, names):
    if isinstance(pattern, (list, tuple)):
        return pattern[0](*[_build(p, names) for p in pattern[1:]])
    if isinstance(pattern, str):
        return names[pattern]
    return pattern if isinstance(pattern, (int, float)) else pattern.clone()


def _text(pattern):
    if isinstance(pattern, (list, tuple)):
        return "%s(%s)" % (pattern[0], ", ".join(map(_text, pattern[1:])))
    if isinstance(pattern, dict):
        return "%s subject to %s" % (_text(pattern["pattern"]), pattern.get("constraint", "no conditions"))
    return str(pattern)
