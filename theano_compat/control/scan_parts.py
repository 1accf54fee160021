"""Scan nodes taken apart and put together: what programs that rewrite loops lean on. Building loops from functions is in `scan`."""
import copy
from collections import OrderedDict

from theano_compat.control.scan_utils import equal_computations, safe_new
from theano_compat.graph import Constant
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.walk import clone_replace
from theano_compat.graph.walk import inputs as graph_inputs

_KEPT = ("truncate_gradient", "name", "mode", "destroy_map", "gpua", "as_while", "profile", "allow_gc")
_SLICES = ("mit_mot_in_slices", "mit_sot_in_slices", "mit_mot_out_slices")


def reconstruct_graph(inputs, outputs, tag=None):
    """(`inputs` as fresh variables, named with `tag` behind their names; `outputs` over them, with constants of their own)."""
    fresh = [safe_new(x, tag or "") for x in inputs]
    replace = {x: x.clone() for x in graph_inputs(outputs) if isinstance(x, Constant)}
    replace.update(zip(inputs, fresh))
    return fresh, clone_replace(outputs, replace)


class _Taken:
    """A list that is taken from the front in pieces."""

    def __init__(self, items):
        self.items, self.at = list(items), 0

    def take(self, n):
        self.at += n
        return self.items[self.at - n:self.at]

    def nested(self, lists):
        return [self.take(len(part)) for part in lists]

    def rest(self):
        return self.items[self.at:]


@legacy_name("theano.scan_module.scan_utils")
class scan_args:
    """What a Scan node and its step consist of, by kind: lists that can be changed before a node is made of them again.

    `n_steps`, `cond`; `outer_in_*`, `inner_in_*`, `outer_out_*`, `inner_out_*` for seqs, mit_mot, mit_sot, sit_sot, nit_sot,
    shared, non_seqs. `Scan(a.inner_inputs, a.inner_outputs, a.info)(*a.outer_inputs)` is the node. The step is copied.
    """

    def __init__(self, outer_inputs, outer_outputs, _inner_inputs, _inner_outputs, info):
        inner_in, inner_out = reconstruct_graph(_inner_inputs, _inner_outputs, "")
        self.n_steps = outer_inputs[0]
        self.cond = [inner_out.pop()] if info["as_while"] else []
        n_mot, n_mit, n_sit = info["n_mit_mot"], info["n_mit_sot"], info["n_sit_sot"]
        self.mit_mot_in_slices = info["tap_array"][:n_mot]
        self.mit_sot_in_slices = info["tap_array"][n_mot:n_mot + n_mit]
        self.mit_mot_out_slices = info["mit_mot_out_slices"]
        outer, inner = _Taken(outer_inputs[1:]), _Taken(inner_in)
        self.outer_in_seqs, self.inner_in_seqs = outer.take(info["n_seqs"]), inner.take(info["n_seqs"])
        self.outer_in_mit_mot, self.inner_in_mit_mot = outer.take(n_mot), inner.nested(self.mit_mot_in_slices)
        self.outer_in_mit_sot, self.inner_in_mit_sot = outer.take(n_mit), inner.nested(self.mit_sot_in_slices)
        self.outer_in_sit_sot, self.inner_in_sit_sot = outer.take(n_sit), inner.take(n_sit)
        self.outer_in_shared, self.inner_in_shared = outer.take(info["n_shared_outs"]), inner.take(info["n_shared_outs"])
        self.outer_in_nit_sot = outer.take(info["n_nit_sot"])
        self.outer_in_non_seqs, self.inner_in_non_seqs = outer.rest(), inner.rest()
        outer, inner = _Taken(outer_outputs), _Taken(inner_out)
        self.outer_out_mit_mot, self.inner_out_mit_mot = outer.take(n_mot), inner.nested(self.mit_mot_out_slices)
        self.outer_out_mit_sot, self.inner_out_mit_sot = outer.take(n_mit), inner.take(n_mit)
        self.outer_out_sit_sot, self.inner_out_sit_sot = outer.take(n_sit), inner.take(n_sit)
        self.outer_out_nit_sot, self.inner_out_nit_sot = (g.take(info["n_nit_sot"]) for g in (outer, inner))
        self.outer_out_shared, self.inner_out_shared = (g.take(info["n_shared_outs"]) for g in (outer, inner))
        assert not outer.rest() and not inner.rest(), "the node's outputs are not those that info counts"
        self.other_info = OrderedDict((k, info[k]) for k in _KEPT if k in info)

    @property
    def inner_inputs(self):
        """The step's inputs in order."""
        return [*self.inner_in_seqs, *sum(self.inner_in_mit_mot, []), *sum(self.inner_in_mit_sot, []),
                *self.inner_in_sit_sot, *self.inner_in_shared, *self.inner_in_non_seqs]

    @property
    def outer_inputs(self):
        """The node's inputs in order."""
        return [self.n_steps, *self.outer_in_seqs, *self.outer_in_mit_mot, *self.outer_in_mit_sot, *self.outer_in_sit_sot,
                *self.outer_in_shared, *self.outer_in_nit_sot, *self.outer_in_non_seqs]

    @property
    def inner_outputs(self):
        """The step's outputs in order."""
        return [*sum(self.inner_out_mit_mot, []), *self.inner_out_mit_sot, *self.inner_out_sit_sot, *self.inner_out_nit_sot,
                *self.inner_out_shared, *self.cond]

    @property
    def outer_outputs(self):
        """The node's outputs in order."""
        return [*self.outer_out_mit_mot, *self.outer_out_mit_sot, *self.outer_out_sit_sot, *self.outer_out_nit_sot,
                *self.outer_out_shared]

    @property
    def info(self):
        """The dictionary of counts, as the lists are now."""
        return OrderedDict(
            n_seqs=len(self.outer_in_seqs), n_mit_mot=len(self.outer_in_mit_mot), n_mit_sot=len(self.outer_in_mit_sot),
            tap_array=[*self.mit_mot_in_slices, *self.mit_sot_in_slices, *[[-1]] * len(self.inner_in_sit_sot)],
            n_sit_sot=len(self.outer_in_sit_sot), n_nit_sot=len(self.outer_in_nit_sot),
            n_shared_outs=len(self.outer_in_shared), n_mit_mot_outs=sum(map(len, self.mit_mot_out_slices)),
            mit_mot_out_slices=self.mit_mot_out_slices, **self.other_info)

    def __copy__(self):
        made = object.__new__(type(self))
        made.__dict__.update((k, copy.copy(v) if k in self._lists() or k == "other_info" else v)
                             for k, v in self.__dict__.items())
        return made

    def merge(self, other):
        """A copy of this with the sequences, states and outputs of `other` behind its own."""
        made = copy.copy(self)
        for k in self._lists():
            getattr(made, k).extend(getattr(other, k))
        return made

    def _lists(self):
        return [k for k in self.__dict__ if k.startswith(("inner_in", "inner_out", "outer_in", "outer_out")) or k in _SLICES]


def scan_can_remove_outs(op, out_idxs):
    """(those of the outputs `out_idxs` of a Scan that its other outputs need, those that can go)."""
    feeds = [*op.inner_taps(op.inputs), *[[] for _ in range(op.n_nit_sot)], *[[v] for v in op.inner_shared(op.inputs)]]
    needed = set(graph_inputs([v for i, v in enumerate(op.outputs) if i not in out_idxs]))
    required, changed = [], True
    while changed:
        changed = False
        for i in out_idxs:
            if i not in required and any(v in needed for v in feeds[i]):
                required.append(i)
                needed.update(graph_inputs([op.outputs[i]]))
                changed = True
    return [i for i in out_idxs if i in required], [i for i in out_idxs if i not in required]


def compress_outs(op, not_required, inputs):
    """A Scan without its outputs `not_required`: (step's inputs, step's outputs, info, node's inputs, {old output: new})."""
    groups = (("outer_in_mit_sot", "outer_out_mit_sot", "inner_in_mit_sot", "inner_out_mit_sot", "mit_sot_in_slices"),
              ("outer_in_sit_sot", "outer_out_sit_sot", "inner_in_sit_sot", "inner_out_sit_sot"),
              ("outer_in_nit_sot", "outer_out_nit_sot", "inner_out_nit_sot"),
              ("outer_in_shared", "outer_out_shared", "inner_in_shared", "inner_out_shared"))
    args = scan_args(inputs, [None] * (len(op.outputs) - op.as_while), op.inputs, op.outputs, op.info)
    places, at = OrderedDict(), 0
    for group in groups:
        n = len(getattr(args, group[0]))
        kept = [i for i in range(n) if at + i not in not_required]
        places.update((at + i, len(places) + k) for k, i in enumerate(kept))
        at += n
        for name in group:
            setattr(args, name, [getattr(args, name)[i] for i in kept])
    if op.as_while:
        places[at] = len(args.inner_outputs) - 1
    return args.inner_inputs, args.inner_outputs, args.info, args.outer_inputs, places


def forced_replace(out, x, y):
    """`out` with `y` wherever its graph computes what `x` is; None for None."""
    if out is None:
        return None
    found, seen, todo = {}, set(), [out]
    while todo:
        v = todo.pop()
        if v in seen:
            continue
        seen.add(v)
        if equal_computations([v], [x]):
            found[v] = y
        elif v.owner:
            todo.extend(v.owner.inputs)
    return clone_replace([out], found)[0] if found else out
