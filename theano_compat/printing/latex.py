"""Formulas in LaTeX and pictures for notebooks: what `_repr_latex_` and `_repr_svg_` of variables and functions show.

An op without a spelling of its own is a function of that name, so a formula never leaves anything out. Formulas as text: `pretty.py`.
"""
import re

import numpy as np

from theano_compat.graph.variable import Constant
from theano_compat.graph.walk import io_toposort
from theano_compat.printing.dot import pydot_imported, pydotprint

_LONGEST = 40  # nodes; beyond that nobody reads a formula, and a picture says more
_LARGEST = 120  # nodes of a picture
SUM, PRODUCT, POWER, ATOM = range(4)

_GREEK = set("alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega Gamma "
             "Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega".split())
_KNOWN = set("sin cos tan arcsin arccos arctan sinh cosh tanh log exp max min det".split())
_SPELLED = {"ScalarSigmoid": r"\sigma", "ArcCos": r"\arccos", "ArcSin": r"\arcsin", "ArcTan": r"\arctan", "Log2": r"\log_{2}",
            "Log10": r"\log_{10}", "Maximum": r"\max", "Minimum": r"\min", "Sgn": r"\operatorname{sgn}", "Gamma": r"\Gamma",
            "Softplus": r"\operatorname{softplus}", "ScalarSoftplus": r"\operatorname{softplus}"}
_RELATIONS = {"LT": "<", "GT": ">", "LE": r"\leq", "GE": r"\geq", "EQ": "=", "NEQ": r"\neq"}
_OPERATORS = {"Add": " + ", "Sub": " - "}
_AROUND = {"Sqrt": r"\sqrt{%s}", "Abs": r"\left|%s\right|", "Ceil": r"\left\lceil %s\right\rceil", "Floor": r"\left\lfloor %s\right\rfloor"}


def latex(variable):
    """The formula of a variable in LaTeX, without dollar signs."""
    return _spell(variable)[0]


def repr_latex(variable):
    """The formula between dollar signs, or None for a graph too large to be read as one."""
    if len(io_toposort([], [variable])) > _LONGEST if variable.owner is not None else False:
        return None
    text = latex(variable)
    return f"$\\displaystyle {text}$" if len(text) < 2500 else None


def repr_svg(thing, nodes):
    """A picture by Graphviz of a variable or function of so many nodes, or None without Graphviz or for a very large one."""
    if not pydot_imported or not 0 < nodes <= _LARGEST:
        return None
    return pydotprint(thing, format="svg", return_image=True, var_with_name_simple=True).decode()


def _spell(v):
    """(text, how tightly it binds)."""
    if v.owner is None:
        return _leaf(v), ATOM
    node = v.owner
    scalar = getattr(node.op, "scalar_op", None)
    kind = type(node.op).__name__
    if kind == "Elemwise" and len(node.outputs) == 1:
        return _elementwise(type(scalar).__name__, node)
    spell = _BY_CLASS.get(kind)
    found = spell(node) if spell else None
    return found or _call(_name(str(v.owner.op) if len(node.outputs) == 1 else f"{node.op}.{v.index}"), node.inputs)


def _within(v, level):
    text, binds = _spell(v)
    # a sum or product inside of something tighter, and a minus that would follow another sign
    return text if binds > level or (binds == level and not text.startswith("-")) else rf"\left({text}\right)"


def _call(name, inputs):
    return rf"{name}\left({', '.join(_spell(i)[0] for i in inputs)}\right)", ATOM


def _elementwise(kind, node):
    args = node.inputs
    if kind in ("Cast", "Identity") and len(args) == 1:
        return _spell(args[0])
    if kind in _OPERATORS:
        later = SUM if kind == "Add" else PRODUCT
        return _OPERATORS[kind].join([_within(args[0], SUM), *(_within(a, later) for a in args[1:])]), SUM
    if kind == "Mul":
        return _product(args), PRODUCT
    if kind in ("TrueDiv", "IntDiv"):
        text = rf"\frac{{{_spell(args[0])[0]}}}{{{_spell(args[1])[0]}}}"
        return (text, PRODUCT) if kind == "TrueDiv" else (rf"\left\lfloor {text}\right\rfloor", ATOM)
    if kind == "Inv":
        return rf"\frac{{1}}{{{_spell(args[0])[0]}}}", PRODUCT
    if kind == "Neg":
        return f"-{_within(args[0], PRODUCT)}", SUM
    if kind == "Exp":
        return f"e^{{{_spell(args[0])[0]}}}", POWER
    if kind in ("Pow", "Sqr"):
        return f"{_within(args[0], ATOM)}^{{{'2' if kind == 'Sqr' else _spell(args[1])[0]}}}", POWER
    if kind in _AROUND:
        return _AROUND[kind] % _spell(args[0])[0], ATOM
    if kind in _RELATIONS:
        return f"{_within(args[0], SUM)} {_RELATIONS[kind]} {_within(args[1], SUM)}", SUM - 1
    if kind == "Switch":
        cond, yes, no = (_spell(a)[0] for a in args)
        return rf"\begin{{cases}} {yes} & \text{{if }} {cond} \\ {no} & \text{{otherwise}} \end{{cases}}", SUM - 1
    lower = kind.lower()
    return _call(_SPELLED.get(kind) or (f"\\{lower}" if lower in _KNOWN else rf"\operatorname{{{_escaped(lower)}}}"), args)


def _product(args):
    parts = [_within(a, PRODUCT) for a in args]
    spread = [not all(getattr(a.type, "broadcastable", ())) for a in args]
    text = parts[0]
    for i, part in enumerate(parts[1:], 1):
        sign = r" \odot " if spread[i - 1] and spread[i] else r" \cdot " if part[0].isdigit() else r" \, "
        text += sign + part
    return text


def _dot(node):
    return r" \, ".join(_within(i, PRODUCT) for i in node.inputs), PRODUCT


def _dimshuffle(node):
    order = [axis for axis in node.op.new_order if axis != "x"]
    if order == sorted(order):  # broadcasting goes without saying
        return _spell(node.inputs[0])
    if tuple(node.op.new_order) == (1, 0):
        return rf"{_within(node.inputs[0], ATOM)}^{{\top}}", POWER
    return _call(rf"\operatorname{{dimshuffle}}_{{{', '.join(map(str, node.op.new_order))}}}", node.inputs)


def _reduced(sign, axis, v):
    places = () if axis is None else axis if isinstance(axis, (tuple, list)) else (axis,)
    below = "" if axis is None or len(places) == v.type.ndim else rf"_{{\text{{axis }} {', '.join(map(str, places))}}}"
    return f"{sign}{below} {_within(v, PRODUCT)}", PRODUCT


def _reduction(node):
    signs = {"Add": r"\sum", "Mul": r"\prod", "Maximum": r"\max", "Minimum": r"\min"}
    sign = signs.get(type(node.op.scalar_op).__name__)
    return sign and _reduced(sign, node.op.axis, node.inputs[0])


def _subtensor(node):
    rest = list(node.inputs[1:])

    def bound(entry):
        return "" if entry is None else str(entry) if isinstance(entry, int) else _spell(rest.pop(0))[0]

    parts = []
    for entry in node.op.idx_list:
        if isinstance(entry, slice):
            start, stop = bound(entry.start), bound(entry.stop)
            step = bound(entry.step)
            parts.append(f"{start}:{stop}" + (f":{step}" if step else ""))
        else:
            parts.append(bound(entry))
    return f"{_within(node.inputs[0], ATOM)}_{{{', '.join(parts)}}}" if parts else None, POWER


_BY_CLASS = {"Dot": _dot, "Dot22": _dot, "DimShuffle": _dimshuffle, "InplaceDimShuffle": _dimshuffle, "Sum": _reduction, "Prod": _reduction,
             "CAReduce": _reduction, "Max": _reduction, "Min": _reduction, "Subtensor": _subtensor,
             "TensorFromScalar": lambda node: _spell(node.inputs[0]), "ScalarFromTensor": lambda node: _spell(node.inputs[0])}


# ---- names and numbers ----------------------------------------------------------------------------------------------

def _escaped(text):
    return re.sub(r"([#$%&_{}])", r"\\\1", text.replace("\\", "/")).replace("^", r"\^{}").replace("~", r"\~{}")


def _name(text):
    """A word upright, a letter slanted, Greek as Greek; what follows an underscore or is a number at the end goes below."""
    match = re.fullmatch(r"([A-Za-z]+?)_?(\d+)|([A-Za-z]+)_(\w+)", text)
    if match:
        base, below = match.group(1) or match.group(3), match.group(2) or match.group(4)
        below = below if below.isdigit() or len(below) == 1 else rf"\mathrm{{{_escaped(below)}}}"
        return f"{_name(base)}_{{{below}}}"
    if text in _GREEK:
        return f"\\{text}"
    return text if len(text) == 1 and text.isalpha() else rf"\mathrm{{{_escaped(text)}}}"


def _leaf(v):
    if v.name is not None:
        return _name(v.name)
    if isinstance(v, Constant):
        value = np.asarray(v.data)
        if value.ndim == 0 and value.dtype.kind in "biuf":
            return _number(value.item())
        if value.ndim in (1, 2) and 0 < value.size <= 9 and value.dtype.kind in "biuf":
            rows = np.atleast_2d(value)
            body = r" \\ ".join(" & ".join(_number(x.item()) for x in row) for row in rows)
            return rf"\begin{{bmatrix}} {body} \end{{bmatrix}}"
    return rf"\mathrm{{{_escaped(str(v) if isinstance(v, Constant) else str(v.type))}}}"


def _number(x):
    if isinstance(x, bool):
        return rf"\mathrm{{{x}}}"
    if x != x or x in (float("inf"), float("-inf")):
        return {"nan": r"\mathrm{nan}", "inf": r"\infty", "-inf": r"\left(-\infty\right)"}[str(x)]
    text = f"{x:.6g}" if isinstance(x, float) else str(x)
    if "e" in text:
        head, power = text.split("e")
        text = (rf"{head} \cdot " if head != "1" else "") + f"10^{{{int(power)}}}"
    return rf"\left({text}\right)" if text.startswith("-") else text
