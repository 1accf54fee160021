"""Operators between NumPy's arrays, its scalars and Python's numbers with the dtypes that they had before NumPy 2.

An array decided the dtype over scalars of its own kind or a lower one, where their values fit it; a Python number beside a NumPy
scalar counted as 64 bits. `W.astype("float32") * np.sqrt(2.)` is float32 so, and `0 + np.uint8(200) + np.uint8(100)` is 300.
Sources that `run` compiles have their operators replaced by these; functions (`np.add`) keep the rules of NumPy 2.
"""

import ast
import builtins
import operator

import numpy as np

_RANKS = dict(b=0, i=1, u=1, f=2, c=2)
_NUMPYS = (np.ndarray, np.generic)
_PYTHON = {bool: np.bool_, int: np.int64, float: np.float64, complex: np.complex128}
_OPERATORS = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "truediv", ast.FloorDiv: "floordiv", ast.Mod: "mod", ast.Pow: "pow",
              ast.BitAnd: "and", ast.BitOr: "or", ast.BitXor: "xor", ast.LShift: "lshift", ast.RShift: "rshift"}


def _least(value, beside):
    """The dtype that `value` counted as beside an array of dtype `beside`: the smallest that holds it."""
    least = np.min_scalar_type(value)
    if least.kind == "u" and beside.kind == "i" and value <= np.iinfo("i%d" % least.itemsize).max:
        return np.dtype("i%d" % least.itemsize)
    return least


def _beside_array(array, scalar):
    rank = _RANKS.get(array.dtype.kind)
    kind = _RANKS.get(np.asarray(scalar).dtype.kind)
    if rank is None or kind is None or kind > rank:
        return scalar
    return np.promote_types(array.dtype, _least(scalar, array.dtype)).type(scalar)


def _typed(scalar):
    known = _PYTHON.get(type(scalar))
    return scalar if known is None or (known is np.int64 and not -2**63 <= scalar < 2**63) else known(scalar)


def as_before(left, right):
    """The operands, where one is NumPy's, such that NumPy 2 gives their result the dtype that NumPy 1 gave."""
    if not (isinstance(left, _NUMPYS) or isinstance(right, _NUMPYS)):
        return left, right
    arrays = [isinstance(x, np.ndarray) and x.ndim > 0 for x in (left, right)]
    scalars = [type(x) in _PYTHON or isinstance(x, np.generic) or (isinstance(x, np.ndarray) and not x.ndim) for x in (left, right)]
    if arrays[0] and scalars[1]:
        return left, _beside_array(left, right)
    if scalars[0] and arrays[1]:
        return _beside_array(right, left), right
    if all(scalars):
        return _typed(left), _typed(right)
    return left, right


def _by_value(name):
    plain = getattr(operator, name if hasattr(operator, name) else name + "_")
    changing = getattr(operator, "i" + name)

    def apply(left, right):
        return plain(*as_before(left, right))

    def apply_inplace(left, right):
        return changing(left, right) if isinstance(left, np.ndarray) else changing(*as_before(left, right))  # an array keeps its dtype

    return apply, apply_inplace


def _is_read_alike(target):
    """Whether reading the target of `target += x` once more does nothing else: names, attributes, items by names and constants."""
    return all(isinstance(node, (ast.Name, ast.Attribute, ast.Subscript, ast.Constant, ast.expr_context)) for node in ast.walk(target))


def call_for(node, name, *arguments, keywords=()):
    """The call of `name` that takes the place of `node`."""
    call = ast.Call(ast.Name(name, ast.Load()), list(arguments), list(keywords))
    return ast.fix_missing_locations(ast.copy_location(call, node))


def assignment_for(node, name):
    """`target = name(target, value)` in the place of `target op= value`."""
    present = ast.parse(ast.unparse(node.target), mode="eval").body  # the target once more, to be read
    return ast.copy_location(ast.Assign([node.target], call_for(node, name, present, node.value)), node)


class _Operators(ast.NodeTransformer):
    """Replaces operators: which numbers they meet is known only when they run."""

    def visit_BinOp(self, node):
        self.generic_visit(node)
        name = _OPERATORS.get(type(node.op))
        constants = [x.value for x in (node.left, node.right) if isinstance(x, ast.Constant)]
        if name is None or len(constants) == 2 or any(isinstance(value, str | bytes) for value in constants):
            return node
        return call_for(node, "__numpy_1_%s__" % name, node.left, node.right)

    def visit_AugAssign(self, node):
        self.generic_visit(node)
        name = _OPERATORS.get(type(node.op))
        if name is None or not _is_read_alike(node.target):
            return node
        return assignment_for(node, "__numpy_1_i%s__" % name)

    def visit_MatchValue(self, node):
        """The pattern -1 + 2j is no operation."""
        return node


def with_old_numbers(tree):
    """The tree with its operators replaced; `builtins` gets what it calls."""
    for name in _OPERATORS.values():
        for key, function in zip(("__numpy_1_%s__", "__numpy_1_i%s__"), _by_value(name), strict=True):
            vars(builtins).setdefault(key % name, function)
    return _Operators().visit(tree)
