"""Copying a graph while `givens` and `updates` are worked in and shared variables are found; `theano.clone`."""
from collections import OrderedDict

from theano_compat.compile.inout import Out
from theano_compat.compile.sharedvalue import SharedVariable, shared
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Constant, Variable


def iter_over_pairs(pairs):
    """The pairs of a dict, or of an iterable of pairs."""
    return pairs.items() if isinstance(pairs, dict) else pairs


@legacy_name("theano.updates")
class OrderedUpdates(OrderedDict):
    """Updates for shared variables, in order: {shared variable: new expression}.

    Raises TypeError for a key that is no shared variable. A later `update` or `+` may not change an expression (KeyError).
    """

    def __init__(self, *key, **kwargs):
        OrderedDict.__init__(self, *key, **kwargs)
        for k in self:
            if not isinstance(k, SharedVariable):
                raise TypeError("OrderedUpdates keys must inherit from SharedVariable", k)

    def __setitem__(self, key, value):
        if not isinstance(key, SharedVariable):
            raise TypeError("OrderedUpdates keys must inherit from SharedVariable", key)
        # filter_update knows how to fit a value to the variable's type
        OrderedDict.__setitem__(self, key, key.filter_update(value))

    def update(self, other=None):
        """Add the updates of `other`. Raises KeyError for a variable that already has a different one."""
        for key, value in OrderedDict(other or {}).items():
            if key in self and self[key] is not value:
                raise KeyError("Collision", key)
            self[key] = value

    def __add__(self, other):
        result = OrderedUpdates()
        result.update(self)
        result.update(other)
        return result

    def __radd__(self, other):
        result = OrderedUpdates()
        result.update(other)
        result.update(self)
        return result


class _Rebuilder:
    """One rebuild: `copies` {variable or node: its copy}, and the shared variables and updates met on the way."""

    def __init__(self, strict, copy_inputs_over, no_default_updates, reuse):
        self.strict = strict
        self.copy_inputs_over = copy_inputs_over
        self.no_default_updates = no_default_updates
        self.reuse = reuse
        self.copies, self.update_of, self.update_expr = {}, {}, []
        self.shared_inputs = []
        self._seen_shared = set()

    def rebuild(self, root):
        """The copy of `root`, made with everything above it; inputs are visited first to last."""
        copies, todo = self.copies, [(root, False)]
        while todo:
            v, ready = todo.pop()
            if v in copies:
                continue
            node = v.owner
            if node is None:
                self._leaf(v)
            elif node in copies:
                copies[v] = v
            elif ready:
                self._node(node)
                copies.setdefault(v, v)
            else:
                todo.append((v, True))
                todo.extend((x, False) for x in reversed(node.inputs) if x not in copies)
        return copies[root]

    def _node(self, node):
        new_inputs = [self.copies[x] for x in node.inputs]
        if self.reuse and all(a is b for a, b in zip(new_inputs, node.inputs)):
            new = node
        else:
            new = node.clone_with_new_inputs(new_inputs, strict=self.strict)
        self.copies[node] = new
        for a, b in zip(node.outputs, new.outputs):
            self.copies.setdefault(a, b)

    def _leaf(self, v):
        if isinstance(v, SharedVariable):
            self.meet_shared(v)
        keep = self.copy_inputs_over and (self.reuse or not (isinstance(v, Constant) and hasattr(v, "fgraph")))
        self.copies[v] = v if keep else v.clone()

    def meet_shared(self, v):
        """Note a shared variable and, unless told otherwise, its default update."""
        if v not in self._seen_shared:
            self._seen_shared.add(v)
            self.shared_inputs.append(v)
        skip = self.no_default_updates
        if hasattr(v, "default_update") and (skip is False or (isinstance(skip, list) and v not in skip)):
            if v not in self.update_of:
                update = v.type.filter_variable(v.default_update, allow_convert=False)
                self.update_of[v] = update
                self.update_expr.append((v, update))

    def replace(self, pairs):
        """Let each key stand for its value from now on."""
        for old, new in pairs:
            if not isinstance(old, Variable):
                raise TypeError("given keys must be Variable", old)
            if not isinstance(new, Variable):
                new = shared(new)
            if old in self.copies:
                raise AssertionError(
                    "When using 'givens' or 'replace' with several (old_v, new_v) replacement pairs, you can not have a new_v "
                    "variable depend on an old_v one. For instance, givens = {a:b, b:(a+1)} is not allowed. Here, the old_v "
                    "%s is used to compute other new_v's, but it is scheduled to be replaced by %s." % (old, new))
            self.copies[old] = self.rebuild(new)

    def update(self, updates):
        """Take in explicit updates, checking their types."""
        for target, value in iter_over_pairs(updates or []):
            if not isinstance(target, SharedVariable):
                raise TypeError("update target must be a SharedVariable", target)
            if target in self.update_of:
                raise ValueError("this shared variable already has an update expression", (target, self.update_of[target]))
            try:
                value = target.type.filter_variable(value, allow_convert=False)
            except TypeError:
                raise TypeError(
                    "An update must have the same type as the original shared variable (shared_var=%s, shared_var.type=%s, "
                    "update_val=%s, update_val.type=%s)." % (target, target.type, value, getattr(value, "type", None)),
                    "If the difference is related to the broadcast pattern, you can call the tensor.unbroadcast(var, "
                    "axis_to_unbroadcast[, ...]) function to remove broadcastable dimensions.") from None
            self.update_of[target] = value
            self.update_expr.append((target, value))

    def output(self, v):
        """An output specification over the copied variable."""
        if isinstance(v, Variable):
            return self.rebuild(v)
        if isinstance(v, Out):
            return Out(self.rebuild(v.variable), borrow=v.borrow)
        return None

    def finish_updates(self):
        """Copy the update expressions; doing so may find further shared variables with updates."""
        i = 0
        while i < len(self.update_expr):
            target, value = self.update_expr[i]
            self.update_of[target] = self.rebuild(value)
            if target not in self._seen_shared:
                self._seen_shared.add(target)
                self.shared_inputs.append(target)
            i += 1


def rebuild_collect_shared(outputs, inputs=None, replace=None, updates=None, rebuild_strict=True, copy_inputs_over=True,
                           no_default_updates=False, reuse=False):
    """Copies of `inputs` and `outputs` with `replace` applied, and [copies, update of each shared, update pairs, shared inputs].

    With `reuse`, nodes that do not change are shared with the original graph.
    Raises TypeError, ValueError or AssertionError on misfits of types, doubled updates, dependent replacements.
    """
    work = _Rebuilder(rebuild_strict, copy_inputs_over, no_default_updates, reuse)
    work.replace(list(replace.items()) if hasattr(replace, "items") else (replace or []))
    input_variables = []
    for i in inputs or []:
        input_variables.append(work.copies.setdefault(i, i if copy_inputs_over else i.clone()))
    for v in input_variables:
        if isinstance(v, SharedVariable):
            raise TypeError("Cannot use a shared variable (%s) as explicit input. Consider substituting a non-shared variable "
                            "via the `givens` parameter" % v)
    work.update(updates)
    if isinstance(outputs, (list, tuple)):
        new_outputs = [work.output(v) for v in outputs]
        for v, new in zip(outputs, new_outputs):
            if new is None:
                raise TypeError("Outputs must be theano Variable or Out instances. Received " + str(v) + " of type "
                                + str(type(v)))
    elif outputs is None:
        new_outputs = []
    else:
        new_outputs = work.output(outputs)
        if new_outputs is None:
            raise TypeError("output must be a theano Variable or Out instance (or list of them)", outputs)
    work.finish_updates()
    return input_variables, new_outputs, [work.copies, work.update_of, work.update_expr, work.shared_inputs]


def clone(output, replace=None, strict=True, share_inputs=True, copy_inputs=None):
    """A copy of `output` (a variable or list) with the keys of `replace` standing for their values.

    `strict`: replacements must have the type of what they replace. `share_inputs`: the copy uses the same inputs
    (`copy_inputs` is its deprecated name).
    """
    if copy_inputs is not None:
        import warnings
        warnings.warn("In `clone()` function, the argument `copy_inputs` has been deprecated and renamed into `share_inputs`",
                      stacklevel=2)
        share_inputs = copy_inputs
    pairs = [] if replace is None else list(replace.items()) if isinstance(replace, dict) else replace
    if not isinstance(pairs, (list, tuple)):
        raise ValueError("replace is neither a dictionary, list, tuple or None ! The value provided is %s,of type %s"
                         % (str(replace), str(type(replace))))
    # through fresh stand-ins, so that a replacement may contain what it replaces
    stand_ins = [(old, old.type()) for old, _ in pairs]
    outs = rebuild_collect_shared(output, [], stand_ins, [], strict, share_inputs, no_default_updates=True)[1]
    back = [(mid, new) for (_, mid), (_, new) in zip(stand_ins, pairs)]
    return rebuild_collect_shared(outs, [], back, [], strict, share_inputs, no_default_updates=True)[1]
