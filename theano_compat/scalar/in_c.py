"""What a scalar op says in C, where that is assignments of expressions: `%(z)s = %(x)s > 0 ? round(%(x)s) : 0.5 * %(x)s;`.

An op of a program that has `c_code` and no `impl` is read here, with C's types: a literal with a point is double, integers divide to
integers, comparisons are int. Loops, conditions as statements and own functions are not read: such an op needs `impl`.
"""
import functools
import re

import numpy as np

from theano_compat.config import config
from theano_compat.graph.utils import MethodNotDefined
from theano_compat.scalar.casting import as_dtype
from theano_compat.scalar.types import get_scalar_type

_TOKEN = re.compile(r"\s*(?:((?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?[fFlLuU]*)|([A-Za-z_]\w*(?:::\w+)?)"
                    r"|(&&|\|\||[<>=!]=|[-+*/%<>=!?:(),;])|(\S))")
_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
_TYPES = {"double": "float64", "float": "float32", "int": "int32", "long": "int64", "bool": "bool",
          **{"npy_" + name: name for name in "int8 int16 int32 int64 uint8 uint16 uint32 uint64 float32 float64".split()}}
_BINARY = [["||"], ["&&"], ["==", "!="], ["<", ">", "<=", ">="], ["+", "-"], ["*", "/", "%"]]
_ALIKE = dict(fabs="abs", asin="arcsin", acos="arccos", atan="arctan", asinh="arcsinh", acosh="arccosh", atanh="arctanh", pow="power",
              atan2="arctan2", nearbyint="rint",
              **{name: name for name in "abs floor ceil trunc rint exp log log2 log10 log1p expm1 exp2 sqrt cbrt sin cos tan sinh cosh "
                 "tanh fmax fmin hypot copysign".split()})


class _Unread(Exception):
    """A piece of C that is not read here."""


class _Reader:
    """The statements of a text, as (name, its declared dtype, expression); an expression is a tuple of its kind and parts."""

    def __init__(self, text):
        text = _COMMENT.sub(" ", text)
        found = [m.groups() for m in _TOKEN.finditer(text) if m.group().strip()]
        odd = [last for *_, last in found if last]
        if odd:
            raise _Unread(odd[0])
        self.tokens = [next(x for x in groups if x) for groups in found]
        self.at = 0

    def peek(self):
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, wanted=None):
        token = self.peek()
        if not token or wanted is not None and token != wanted:
            raise _Unread(token or "the end")
        self.at += 1
        return token

    def statements(self):
        done = []
        while self.peek():
            if self.peek() == ";":
                self.take()
                continue
            dtype = None
            while self.peek() in _TYPES or self.peek() == "const":
                dtype = _TYPES.get(self.take(), dtype)
            name = self.take()
            self.take("=")
            done.append((name, dtype, self.ternary()))
            self.take(";")
        return done

    def ternary(self):
        condition = self.binary(0)
        if self.peek() != "?":
            return condition
        self.take()
        yes = self.ternary()
        self.take(":")
        return "?", condition, yes, self.ternary()

    def binary(self, level):
        if level == len(_BINARY):
            return self.unary()
        left = self.binary(level + 1)
        while self.peek() in _BINARY[level]:
            left = (self.take(), left, self.binary(level + 1))
        return left

    def unary(self):
        token = self.take()
        if token in ("-", "+", "!"):
            return "unary" + token, self.unary()
        if token == "(":
            if _TYPES.get(self.peek()) and self.tokens[self.at + 1:self.at + 2] == [")"]:
                dtype = _TYPES[self.take()]
                self.take(")")
                return "cast", dtype, self.unary()
            inside = self.ternary()
            self.take(")")
            return inside
        if token[0].isdigit() or token[0] == ".":
            return "number", token
        if not re.match(r"[A-Za-z_]", token):
            raise _Unread(token)
        if self.peek() != "(":
            return "name", token
        self.take("(")
        arguments = [self.ternary()]
        while self.peek() == ",":
            self.take()
            arguments.append(self.ternary())
        self.take(")")
        name = token.removeprefix("std::")
        for known in (name, name.removesuffix("f")):
            if known in _ALIKE or known == "round":
                return "call", known, arguments
        raise _Unread(token + "()")


@functools.lru_cache(maxsize=256)
def _read(text):
    return _Reader(text).statements()


def _common(*dtypes):
    """C's type of an operation: the widest float there is, else an integer of 32 bits at least."""
    floats = [d for d in dtypes if d.kind == "f"]
    return max(floats, key=lambda d: d.itemsize) if floats else np.result_type(np.int32, *dtypes)


def _number(token):
    digits = token.rstrip("fFlLuU")
    if re.fullmatch(r"\d+", digits):
        return np.int64(digits) if int(digits) > 2**31 - 1 else np.int32(digits)
    return (np.float32 if token[-1] in "fF" else np.float64)(digits)


class _Machine:
    """Expressions computed with `xp`, numpy or jax.numpy."""

    def __init__(self, xp, names):
        self.xp, self.names = xp, names

    def __call__(self, e):
        kind = e[0]
        if kind == "number":
            return self.xp.asarray(_number(e[1]))
        if kind == "name":
            if e[1] not in self.names:
                raise _Unread(e[1])
            return self.names[e[1]]
        if kind == "cast":
            return as_dtype(self.xp, self(e[2]), e[1])
        if kind == "call":
            return self._call(e[1], [self(a) for a in e[2]])
        if kind == "?":
            condition, *ways = map(self, e[1:])
            return self.xp.where(condition != self._zero(condition), *self._alike(*ways))
        return self._operate(kind, [self(x) for x in e[1:]])

    def _zero(self, x):
        return self.xp.zeros((), x.dtype)

    def _alike(self, *values, dtype=None):
        dtype = dtype or _common(*(v.dtype for v in values))
        return [as_dtype(self.xp, v, dtype) for v in values]

    def _call(self, name, values):
        xp = self.xp
        values = self._alike(*values, dtype=None if any(v.dtype.kind == "f" for v in values) else np.dtype("float64"))
        if name == "round":  # halves away from zero
            (x,) = values
            below = xp.floor(xp.abs(x))
            half = xp.asarray(0.5, x.dtype)
            return xp.copysign(xp.where(xp.abs(x) - below >= half, below + xp.ones((), x.dtype), below), x)
        return getattr(xp, _ALIKE[name])(*values)

    def _operate(self, sign, values):
        xp = self.xp
        if sign in ("&&", "||", "unary!"):
            true = [v != self._zero(v) for v in values]
            return as_dtype(xp, ~true[0] if sign == "unary!" else true[0] & true[1] if sign == "&&" else true[0] | true[1], "int32")
        values = self._alike(*values)
        if sign.startswith("unary"):
            return -values[0] if sign == "unary-" else values[0]
        a, b = values
        compare = {"==": xp.equal, "!=": xp.not_equal, "<": xp.less, ">": xp.greater, "<=": xp.less_equal, ">=": xp.greater_equal}
        if sign in compare:
            return as_dtype(xp, compare[sign](a, b), "int32")
        if sign in "+-*":
            return {"+": xp.add, "-": xp.subtract, "*": xp.multiply}[sign](a, b)
        if a.dtype.kind == "f":
            if sign == "%":
                raise _Unread("% of floats")
            return xp.true_divide(a, b)
        whole = xp.abs(a) // xp.abs(b) * xp.sign(a) * xp.sign(b)  # towards zero
        return whole if sign == "/" else a - whole * b


def _names(letter, n):
    return [letter + str(i) for i in range(n)]


def _statements(op, types):
    """What `op` says in C for inputs of the scalar types."""
    try:
        if hasattr(op, "c_support_code") and op.c_support_code():
            raise _Unread("c_support_code")
        node = op.make_node(*[t() for t in types])
        return _read(op.c_code(node, "node", _names("x", len(types)), _names("z", op.nout), dict(fail="fail")))
    except _Unread as stop:
        raise _refusal(op, stop) from None


def _refusal(op, stop):
    return MethodNotDefined(
        "impl: the op %s says no more than c_code, and of C only assignments of expressions are read here, not %s. HINT: write "
        "`def impl(self, *inputs)` in its class, which returns the result for Python numbers." % (op, stop))


def refuse_unread(op):
    """Raises MethodNotDefined for an op of C alone that is not read here."""
    if not getattr(op, "reads_c", False) or op.nin < 0:
        return
    try:
        _statements(op, [get_scalar_type(config.floatX)] * op.nin)
    except NotImplementedError:  # not for these types; a call says it for those it has
        pass


def compute_in_c(xp, op, out_dtype, arrays):
    """The output of `op` on arrays by its `c_code`. Raises MethodNotDefined where that is not read."""
    dtypes = dict(zip(_names("z", op.nout), [out_dtype] if op.nout == 1 else out_dtype, strict=True))
    names = dict(zip(_names("x", len(arrays)), arrays, strict=True))
    declared = dict(dtypes)
    machine = _Machine(xp, names)
    try:
        for name, dtype, expression in _statements(op, [get_scalar_type(str(x.dtype)) for x in arrays]):
            declared.setdefault(name, dtype)
            names[name] = as_dtype(xp, machine(expression), declared[name] or names[name].dtype)
        results = [names[name] for name in dtypes]
    except (_Unread, KeyError) as stop:
        raise _refusal(op, stop) from None
    return results[0] if op.nout == 1 else tuple(results)
