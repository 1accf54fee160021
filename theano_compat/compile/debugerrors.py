"""What DebugMode raises. Legacy path: `theano.compile.debugmode`."""
from io import StringIO

import numpy as np

from theano_compat.graph import errors
from theano_compat.graph.utils import legacy_name


@legacy_name("theano.compile.debugmode")
class DebugModeError(Exception):
    """Base of what DebugMode finds."""


@legacy_name("theano.compile.debugmode")
class BadThunkOutput(DebugModeError):
    """Two evaluations of a node differ: `thunk1` gave `val1`, `thunk2` gave `val2` for `r`."""

    def __init__(self, r, thunk1, val1, thunk2, val2, inputs_val=()):
        DebugModeError.__init__(self)
        self.r, self.thunk1, self.val1, self.thunk2, self.val2, self.inputs_val = r, thunk1, val1, thunk2, val2, inputs_val

    def offending_op(self):
        """The class of the op."""
        return type(self.r.owner.op)

    def str_diagnostic(self):
        """All that is known, over several lines."""
        def of_inputs(name):
            return [getattr(v, name, None) for v in self.inputs_val]
        shown = [v if getattr(v, "size", 11) <= 10 else "not shown" for v in self.inputs_val]
        rows = (("Apply   :", self.r.owner), ("op      :", self.offending_op()), ("Outputs Type:", self.r.type),
                ("Outputs Shape:", getattr(self.val1, "shape", None)), ("Outputs Strides:", getattr(self.val1, "strides", None)),
                ("Inputs Type :", [i.type for i in self.r.owner.inputs]), ("Inputs Shape:", of_inputs("shape")),
                ("Inputs Strides:", of_inputs("strides")), ("Inputs values:", shown), ("Bad Variable:", self.r),
                ("thunk1  :", self.thunk1), ("thunk2  :", self.thunk2), ("val1    :", self.val1), ("val2    :", self.val2))
        return "\n".join(["BadThunkOutput"] + ["  %s %s" % row for row in rows] + _numbers(self.val1, self.val2))

    __str__ = str_diagnostic


@legacy_name("theano.compile.debugmode")
class BadOptimization(DebugModeError, errors.BadOptimization):
    """A variable and what a rewrite put in its place have different values."""

    __init__ = errors.BadOptimization.__init__
    __str__ = errors.BadOptimization.__str__


@legacy_name("theano.compile.debugmode")
class BadDestroyMap(DebugModeError):
    """`perform` changed input `idx`, which is not in the op's destroy_map."""

    def __init__(self, node, idx, old_val, new_val, perform):
        DebugModeError.__init__(self)
        self.node, self.idx, self.old_val, self.new_val, self.perform = node, idx, old_val, new_val, perform

    def __str__(self):
        rows = [("node:", self.node), ("perform:", self.perform), ("node.inputs:", [(str(i), id(i)) for i in self.node.inputs]),
                ("destroy_map:", getattr(self.node.op, "destroy_map", None) or {}), ("changed input idx:", self.idx),
                ("changed input type:", self.node.inputs[self.idx].type), ("repr (old val):", repr(self.old_val)),
                ("repr (new val):", repr(self.new_val))]
        return "\n".join(["  %s %s" % row for row in rows] + _numbers(self.new_val, self.old_val)
                         + ["  Hint: the op's perform must not write into this input, or say so: destroy_map = {0: [%i]}" % self.idx])


@legacy_name("theano.compile.debugmode")
class BadViewMap(DebugModeError):
    """An output of `perform` shares memory with an input, which is not in the op's view_map, or with another output."""

    def __init__(self, node, output_idx, out_storage, in_alias_idx=None, out_alias_idx=None):
        DebugModeError.__init__(self)
        self.node, self.output_idx, self.out_storage = node, output_idx, out_storage
        self.in_alias_idx, self.out_alias_idx = in_alias_idx, out_alias_idx

    def __str__(self):
        rows = [("node:", self.node), ("node.inputs:", [(str(i), id(i)) for i in self.node.inputs]),
                ("node.outputs:", [(str(i), id(i)) for i in self.node.outputs]),
                ("view_map:", getattr(self.node.op, "view_map", None) or {}),
                ("destroy_map:", getattr(self.node.op, "destroy_map", None) or {}), ("aliased output:", self.output_idx),
                ("aliased output storage:", self.out_storage)]
        if self.in_alias_idx:
            rows.append(("aliased to inputs:", self.in_alias_idx))
        if self.out_alias_idx is not None:
            rows.append(("aliased to outputs:", self.out_alias_idx))
        return "\n".join("  %s %s" % row for row in rows)


@legacy_name("theano.compile.debugmode")
class StochasticOrder(DebugModeError):
    """Rewriting the same graph again went another way: a rewrite depends on addresses, hashes or state of its own."""


@legacy_name("theano.compile.debugmode")
class InvalidValueError(DebugModeError):
    """A value `v` that the type of `r` does not allow. With one string alone it is an error with that message."""

    def __init__(self, r, v=None, client_node=None, hint="none", specific_hint="none"):
        DebugModeError.__init__(self)
        self.r, self.v, self.client_node, self.hint, self.specific_hint = r, v, client_node, hint, specific_hint
        self.full_err = r if isinstance(r, str) else None

    def __str__(self):
        if self.full_err is not None:
            return self.full_err
        from theano_compat.printing.tree import debugprint
        text = StringIO()
        debugprint(self.r, prefix="  ", depth=12, file=text)
        v, known = self.v, isinstance(self.v, (np.ndarray, np.generic)) and self.v.size and self.v.dtype.kind in "biufc"
        rows = (("type(variable)", self.r.type), ("variable", self.r), ("type(value)", type(v)),
                ("dtype(value)", getattr(v, "dtype", "N/A")), ("shape(value)", getattr(v, "shape", "N/A")),
                ("value", str(v)[:100]), ("min(value)", v.min() if known else "N/A"), ("max(value)", v.max() if known else "N/A"),
                ("isfinite", np.isfinite(v).all() if known else "N/A"), ("client_node", self.client_node), ("hint", self.hint),
                ("specific_hint", self.specific_hint), ("context", "..."))
        return "\n".join(["InvalidValueError"] + ["        %-14s = %s" % row for row in rows]
                         + [text.getvalue(), "        "])


def _place(flat, shape):
    return tuple(int(i) for i in np.unravel_index(flat, shape))


def _numbers(new, old):
    """The sizes of two values' differences, as lines; none where they cannot be told."""
    try:
        new, old = np.asarray(new), np.asarray(old)
        gap = new - old
        return ["  value dtype (new <space> old): %s %s" % (new.dtype, old.dtype),
                "  value shape (new <space> old): %s %s" % (new.shape, old.shape),
                "  value min (new <space> old): %s %s" % (new.min(), old.min()),
                "  value max (new <space> old): %s %s" % (new.max(), old.max()),
                "  value min (new-old): %s" % gap.min(), "  value max (new-old): %s" % gap.max(),
                "  value argmin (new-old): %s" % (_place(np.argmin(gap), gap.shape),),
                "  value argmax (new-old): %s" % (_place(np.argmax(gap), gap.shape),),
                "  location of first 10 mismatches: %s" % np.transpose(np.nonzero(gap))[:10], ""]
    except (TypeError, ValueError):
        return []
