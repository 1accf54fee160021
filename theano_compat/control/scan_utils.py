"""What building a scan leans on: copies of variables, what an inner function returned, room for results, equal graphs."""
import copy
from collections import OrderedDict

import numpy as np

from theano_compat.config import config
from theano_compat.graph import Constant, Variable
from theano_compat.graph.testvalue import get_test_value
from theano_compat.graph.utils import legacy_name
from theano_compat.tensor import AllocEmpty, as_tensor_variable, get_scalar_constant_value, set_subtensor


def safe_new(x, tag="", dtype=None):
    """A fresh variable of the type of `x`, named as it is plus `tag`; constants are copied. Test values travel along."""
    name = None if getattr(x, "name", None) is None else x.name + tag
    if isinstance(x, Constant):
        if dtype and x.dtype != dtype:
            cast = x.astype(dtype)
            made = type(x)(cast.type, x.data, x.name)
            made.tag = copy.copy(x.tag)
            return made
        return x.clone()
    if not _is_scalar(x):
        try:
            x = as_tensor_variable(x)
        except TypeError:
            pass  # a random state and the like
    if dtype and x.dtype != dtype:
        if _is_scalar(x):
            from theano_compat.scalar import get_scalar_type
            made = get_scalar_type(dtype=dtype)()
        else:
            x = x.astype(dtype)
            made = x.type()
    else:
        made = x.type()
    made.name = name
    if config.compute_test_value != "off":
        try:
            made.tag.test_value = copy.deepcopy(made.type.filter(get_test_value(x)))
        except AttributeError:
            pass
    return made


def _is_scalar(x):
    from theano_compat.scalar import Scalar
    return isinstance(x.type, Scalar) if isinstance(x, Variable) else False


@legacy_name("theano.scan_module.scan_utils")
class until:
    """What an inner function returns last to say when its loop ends: after the step in which `condition` is true."""

    def __init__(self, condition):
        self.condition = as_tensor_variable(condition)
        assert self.condition.ndim == 0


def _is_outputs(x):
    return isinstance(x, Variable) or (isinstance(x, (list, tuple)) and all(isinstance(v, Variable) for v in x))


def _is_updates(x):
    if isinstance(x, dict):
        return True
    return isinstance(x, (list, tuple)) and all(isinstance(v, (list, tuple)) and len(v) == 2 for v in x)


def _only_variables(x):
    if isinstance(x, dict):
        x = list(x.items())
    if isinstance(x, (list, tuple)):
        return all(_only_variables(v) for v in x)
    return isinstance(x, (Variable, until))


def get_updates_and_outputs(ls):
    """(condition or None, list of outputs, OrderedDict of updates) from what an inner function returned.

    Raises ValueError for anything but outputs, then updates, then `until`, each of which may be missing.
    """
    if not _only_variables(ls):
        raise ValueError("The return value of your scan lambda expression may only be made of lists, tuples, or dictionaries "
                         "containing Theano variables (or `theano.scan_module.until` objects for conditions). In particular "
                         "if you need to use constant values, you can use `tensor.constant` to turn them into Theano "
                         "variables.")
    if _is_outputs(ls):
        return None, _listed(ls), OrderedDict()
    if _is_updates(ls):
        return None, [], OrderedDict(ls)
    wrong = ValueError("Scan cannot parse the return value of your lambda expression, which is: %s" % (ls,))
    if not isinstance(ls, (list, tuple)) or len(ls) not in (2, 3):
        raise wrong
    parts = list(ls)
    if len(parts) == 2 and _is_updates(parts[0]) and not _is_outputs(parts[0]) and _is_outputs(parts[1]):
        raise ValueError("The return value of the lambda function has been restricted. you have to always return first the "
                         "outputs (if any), afterwards the updates (if any) and at the end the conclusion")
    outputs, updates, condition = [], OrderedDict(), None
    if _is_outputs(parts[0]):
        outputs = _listed(parts.pop(0))
    elif len(parts) == 3:
        raise wrong
    if parts and not isinstance(parts[0], until) and _is_updates(parts[0]):
        updates = OrderedDict(parts.pop(0))
    if parts and isinstance(parts[0], until):
        condition = parts.pop(0).condition
    if parts:
        raise wrong
    return condition, outputs, updates


def _listed(x):
    return list(x) if isinstance(x, (list, tuple)) else [x]


def isNaN_or_Inf_or_None(x):
    """Whether `x` says nothing about a number of steps: None, NaN, infinite, or a text constant."""
    if x is None:
        return True
    if isinstance(x, Constant) and isinstance(x.data, str):
        return True
    try:
        value = get_scalar_constant_value(x) if isinstance(x, Variable) else x
        return bool(np.isnan(value) or np.isinf(value))
    except Exception:
        return False


class Room(AllocEmpty):
    """An AllocEmpty for initial values, `rows` of them or fewer, and a row for each step."""

    __props__ = ("dtype", "rows")

    def __init__(self, dtype, rows):
        AllocEmpty.__init__(self, dtype)
        self.rows = rows

    def __str__(self):
        return str(AllocEmpty(self.dtype))

    def facts(self, node, values, shapes):
        """The sizes. Raises IndexError for a number of steps below zero."""
        if values[0] < (self.rows if self.rows == 1 else 0):
            raise IndexError("Scan was asked to run for negative number of step %d" % (values[0] - self.rows))
        return AllocEmpty.facts(self, node, values, shapes)

    def lower_padded(self, node, values, lower):
        """In a program for many lengths (padding.rules): lengths are not negative."""
        from theano_compat.padding.shapes import alloc_empty
        return alloc_empty(node, values, lower)

    def host(self, node, *shape):
        """NumPy twin of `lower`."""
        return np.zeros(self.facts(node, shape, ()), self.dtype)


def expand_empty(tensor_var, size, rows=None):
    """`tensor_var` with room for `size` more rows after its own, which are `rows` or fewer: initial values of a loop's state."""
    if isinstance(size, int) and size == 0:
        return tensor_var
    shapes = [tensor_var.shape[i] for i in range(tensor_var.ndim)]
    room = (AllocEmpty(tensor_var.dtype) if rows is None else Room(tensor_var.dtype, rows))(size + shapes[0], *shapes[1:])
    result = set_subtensor(room[:shapes[0]], tensor_var)
    result.tag.nan_guard_mode_check = False
    return result


def equal_computations(xs, ys, in_xs=None, in_ys=None):
    """Whether the graphs of `xs` and `ys` are the same program, with `in_ys` in the place of `in_xs`. Iterative."""
    in_xs, in_ys = list(in_xs or []), list(in_ys or [])
    if len(xs) != len(ys):
        raise ValueError("The number of graphs in each argument must match.")
    same = dict(zip(in_xs, in_ys))
    if any(x.type != y.type for x, y in zip(xs, ys)) or any(x.type != y.type for x, y in zip(in_xs, in_ys)):
        return False
    todo = list(zip(xs, ys))
    while todo:
        x, y = todo.pop()
        if not (isinstance(x, Variable) and isinstance(y, Variable)):
            if not np.array_equal(x, y):
                return False
            continue
        if x in same:
            if same[x] is not y:
                return False
            continue
        if x.owner is None or y.owner is None:
            if x is y:
                continue
            if not (isinstance(x, Constant) and isinstance(y, Constant) and x.equals(y)):
                return False
            continue
        a, b = x.owner, y.owner
        if x.index != y.index or a.op != b.op or len(a.inputs) != len(b.inputs):
            return False
        same.update(zip(a.outputs, b.outputs))
        todo.extend(zip(a.inputs, b.inputs))
    return True
