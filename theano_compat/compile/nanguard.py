"""NanGuardMode: stop at the first nan, infinite or very big value. Legacy path: `theano.compile.nanguardmode`."""
import logging

import numpy as np

from theano_compat import scalar
from theano_compat.compile.evaluate import NodeError
from theano_compat.compile.linkers import VM_Linker
from theano_compat.compile.modes import Mode, by_class
from theano_compat.config import config
from theano_compat.graph.utils import get_variable_trace_string, legacy_name
from theano_compat.graph.variable import Constant
from theano_compat.rewrite.query import Query
from theano_compat.tensor.elemwise import Elemwise

logger = logging.getLogger("theano.compile.nanguardmode")
BIG = 1e10


def flatten(l):
    """Nested lists and tuples as one flat list."""
    if not isinstance(l, (list, tuple)):
        return [l]
    return [x for one in l for x in flatten(one)]


def _is_numeric(arr):
    return isinstance(arr, (np.ndarray, np.generic)) and arr.size > 0 and arr.dtype.kind in "biufc"


def contains_nan(arr, node=None, var=None):
    """Whether an array holds a nan. False for what is no array of numbers. `node` and `var` have no effect."""
    return _is_numeric(arr) and arr.dtype.kind in "fc" and bool(np.isnan(np.min(arr)))


def contains_inf(arr, node=None, var=None):
    """Whether an array holds an infinity. False for what is no array of numbers. `node` and `var` have no effect."""
    return _is_numeric(arr) and arr.dtype.kind in "fc" and bool(np.isinf(arr).any())


def _is_big(arr):
    with np.errstate(invalid="ignore"):
        return _is_numeric(arr) and bool(np.abs(arr).max() > BIG)


def _consumer_in_chain(var):
    """The elementwise node that alone reads `var`, an elementwise node's result of the same pattern; or None."""
    consumers = {client for client, _ in var.clients}
    if len(consumers) != 1 or var.owner is None or not isinstance(var.owner.op, Elemwise):
        return None
    consumer, = consumers
    if not isinstance(getattr(consumer, "op", None), Elemwise):
        return None
    return consumer if consumer.outputs[0].type.broadcastable == var.type.broadcastable else None


@legacy_name("theano.compile.nanguardmode")
class NanGuardMode(Mode):
    """Look at every input and every node's outputs, and object to nan, infinities and absolute values above 1e10.

    What happens is `config.NanGuardMode.action`: `raise` an AssertionError, `warn` in the log, or start `pdb`. A variable whose
    `tag.nan_guard_mode_check` is False is passed over. `linker` has no effect: the mode has its own.

    Theano made chains of elementwise ops into one before it looked, so that `switch(x > 0, 1 / x, 0)` passes. So does it here, unless
    `fusion` is excluded; where such a chain ends badly, the error is about the first op in it that went wrong.
    """

    def __init__(self, nan_is_error=None, inf_is_error=None, big_is_error=None, optimizer="default", linker=None):
        flags = config.NanGuardMode
        self.nan_is_error = flags.nan_is_error if nan_is_error is None else nan_is_error
        self.inf_is_error = flags.inf_is_error if inf_is_error is None else inf_is_error
        self.big_is_error = flags.big_is_error if big_is_error is None else big_is_error
        assert self.nan_is_error or self.inf_is_error or self.big_is_error
        Mode.__init__(self, self._own_linker(), optimizer)

    def _own_linker(self):
        return VM_Linker(callback=self._look_at_node, callback_input=self._look_at_input)

    def clone(self, link_kwargs=None, optimizer="", **kwargs):
        """A mode that objects to the same, with another optimizer; arguments for the linker have no effect."""
        chosen = self.provided_optimizer if isinstance(optimizer, str) and optimizer == "" else optimizer
        return type(self)(self.nan_is_error, self.inf_is_error, self.big_is_error, chosen)

    def __getstate__(self):
        return (self.nan_is_error, self.inf_is_error, self.big_is_error, self.provided_optimizer)

    def __setstate__(self, state):
        self.nan_is_error, self.inf_is_error, self.big_is_error, optimizer = state
        Mode.__setstate__(self, (self._own_linker(), optimizer))

    def _look_at_input(self, var, value):
        found = self._finding(value) if getattr(var.tag, "nan_guard_mode_check", True) else ""
        if found:
            self._object(found + "NanGuardMode found an error in an input of the graph.\n" + get_variable_trace_string(var) + "\n")

    def _look_at_node(self, node, thunk, storage_map, compute_map):
        self._look_at_divisor(node)
        for var in node.outputs:
            found = self._found_in(var, storage_map)
            if not found or self._fuses() and _consumer_in_chain(var) is not None:
                continue
            if self._fuses():
                var = self._first_bad_in_chain(var, storage_map)
                node, found = var.owner, self._found_in(var, storage_map)
            from theano_compat.printing import debugprint
            text = "%sNanGuardMode found an error in the output of a node in this variable:\n%s\n%s\n" % (
                found, debugprint(node, file="str"), get_variable_trace_string(node.outputs[0]))
            try:
                self._object(text)
            except AssertionError as e:
                raise NodeError(node, [storage_map[v][0] for v in node.inputs], e) from e

    def _found_in(self, var, storage_map):
        return self._finding(storage_map[var][0]) if getattr(var.tag, "nan_guard_mode_check", True) else ""

    def _fuses(self):
        """Whether Theano would have made chains of elementwise ops into one."""
        query = self._optimizer
        return isinstance(query, Query) and "fast_run" in query.include and not query.exclude & {"fusion", "elemwise_fusion"}

    def _first_bad_in_chain(self, var, storage_map):
        while True:
            before = next((x for x in var.owner.inputs if _consumer_in_chain(x) is var.owner and self._found_in(x, storage_map)), None)
            if before is None:
                return var
            var = before

    def _look_at_divisor(self, node):
        # Theano multiplied by the inverse of a constant, which it then looked at as a constant
        divisor = node.inputs[-1]
        if type(getattr(node.op, "scalar_op", None)) is not scalar.TrueDiv or not isinstance(divisor, Constant):
            return
        with np.errstate(all="ignore"):
            inverse = np.asarray(1 / np.asarray(divisor.data, node.outputs[0].type.dtype))
        found = "" if self._finding(divisor.data) else self._finding(inverse)
        if found:
            try:
                self._object(found + "NanGuardMode found an error in an input of the graph.\n%s\n" % get_variable_trace_string(divisor))
            except AssertionError as e:
                raise NodeError(node, None, e) from e

    def _object(self, text):
        action = config.NanGuardMode.action
        if action == "raise":
            raise AssertionError(text)
        if action == "pdb":
            import pdb
            print(text)
            pdb.set_trace()
        else:
            logger.error(text)

    def _finding(self, value):
        return "".join(text + " detected\n" for on, found, text in (
            (self.nan_is_error, contains_nan, "NaN"), (self.inf_is_error, contains_inf, "Inf"), (self.big_is_error, _is_big, "Big value"))
            if on and found(value))


by_class["NanGuardMode"] = lambda: NanGuardMode(True, True, True, optimizer=config.optimizer)
