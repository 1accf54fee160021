"""Reading inventory.tsv, the public names of Theano: does each resolve, does each take the original's parameters?

    python -m tests.inventory            the coverage: of all names, of names weighted by their use
    python -m tests.inventory PREFIX     and every name below PREFIX that is not here, every signature that differs

What is missing on purpose or for now is legacy/inventory_gaps.tsv, with reasons; legacy/test_inventory.py holds both against the code.
"""
import ast
import importlib
import inspect
import sys
import warnings
from collections import Counter, namedtuple
from pathlib import Path

HERE = Path(__file__).resolve().parent
Row = namedtuple("Row", "name kind signature repositories occurrences")
Parameter = namedtuple("Parameter", "name kind default")
_ABSENT = object()


def inventory():
    """The rows of inventory.tsv."""
    rows = [line.split("\t") for line in (HERE / "inventory.tsv").read_text().splitlines() if not line.startswith("#")]
    return [Row(name, kind, signature, int(repositories), int(occurrences)) for name, kind, signature, repositories, occurrences in rows]


def gaps():
    """(kind, name, reason) of the gaps; a name that ends in `.*` stands for all below it."""
    rows = [line.split("\t") for line in (HERE / "legacy" / "inventory_gaps.tsv").read_text().splitlines()]
    return [row for row in rows if row != [""] and not row[0].startswith("#")]


def resolve(name):
    """The object under an old dotted name; _ABSENT if there is none. `theano.tensor.sort.SortOp` lies in the module, not the function."""
    parts = name.split(".")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for end in range(len(parts), 0, -1):
            module = ".".join(parts[:end])
            if module not in _MODULES:
                _MODULES[module] = _imported(module)
            if _MODULES[module] is None:
                continue
            value = _MODULES[module]
            for part in parts[end:]:
                value = _attribute(value, part)
                if value is _ABSENT:
                    break
            else:
                return value
    return _ABSENT


_MODULES = {}


def _imported(name):
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def _attribute(value, name):
    try:
        return getattr(value, name)
    except AttributeError:
        return _ABSENT
    except Exception:  # an attribute that is computed, and not for a class
        return None


def is_here(row):
    value = resolve(row.name)
    if value is not _ABSENT:
        return True
    # what a constructor or the first call sets cannot be seen on the class
    return row.kind == ".instance-attribute" and resolve(row.name.rpartition(".")[0]) is not _ABSENT


def sentence(name):
    """What is said instead of a name that cannot exist any more."""
    from theano_compat.legacy import removed

    return removed.sentence_for(name)


def parameters(text):
    """The parameters of a signature as the inventory writes it: `(x, axis=None, *args)`."""
    text = text[text.index("("):].replace("...", "Ellipsis").replace(", /", "").replace("/, ", "")
    arguments = ast.parse(f"def f{text}: pass").body[0].args
    defaults = [_ABSENT] * (len(arguments.args) - len(arguments.defaults)) + list(arguments.defaults)
    found = [Parameter(a.arg, "plain", d) for a, d in zip(arguments.args, defaults, strict=True)]
    if arguments.vararg:
        found.append(Parameter(arguments.vararg.arg, "*", _ABSENT))
    found += [Parameter(a.arg, "keyword", d) for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)]
    if arguments.kwarg:
        found.append(Parameter(arguments.kwarg.arg, "**", _ABSENT))
    return found


def _ours(row, value):
    """inspect.Signature of what the row's signature describes, or None."""
    if row.signature.startswith("make_node("):
        value = value.make_node
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            signature = inspect.signature(value)
    except (ValueError, TypeError):
        return None
    found = list(signature.parameters.values())
    wanted = parameters(row.signature)
    # a method looked up on its class has `self`; a class method and an instance's do not
    if wanted and wanted[0].name in ("self", "cls") and not (found and found[0].name in ("self", "cls", "_", "op", "type")):
        wanted = wanted[1:]
    elif wanted and wanted[0].name == "self":
        found, wanted = found[1:], wanted[1:]
    return found, wanted


def difference(row):
    """Why our callable does not take what the original takes, or None."""
    value = resolve(row.name)
    if not row.signature or value is _ABSENT or not callable(value):
        return None
    both = _ours(row, value)
    if both is None:
        return None
    found, wanted = both
    if _by_position(row):
        return _other_count(found, wanted)
    kinds = {p.kind for p in found}
    positional = [p for p in found if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    named = {p.name: p for p in found if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)}
    anything, any_keyword = inspect.Parameter.VAR_POSITIONAL in kinds, inspect.Parameter.VAR_KEYWORD in kinds
    for at, parameter in enumerate(wanted):
        if parameter.kind == "*":
            if not anything:
                return f"no *{parameter.name}"
        elif parameter.kind == "**":
            if not any_keyword:
                return f"no **{parameter.name}"
        elif parameter.name in named:
            ours = named[parameter.name]
            if parameter.kind == "plain" and not (at < len(positional) and positional[at] is ours):
                return f"{parameter.name} stands elsewhere"
            if parameter.default is not _ABSENT and (wrong := _other_default(parameter.default, ours.default)):
                return f"{parameter.name}: {wrong}"
        elif not (any_keyword and (anything or at >= len(positional))):
            return f"no {parameter.name}"
    plain = [p for p in wanted if p.kind != "*"]
    for ours in positional[len(plain):]:
        if ours.default is ours.empty and not any(p.kind in ("*", "**") for p in wanted):
            return f"{ours.name} is asked for"
    return None


def _other_count(found, wanted):
    positional = [p for p in found if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    needed = sum(p.default is p.empty for p in positional)
    given, least = (len([p for p in wanted if p.kind == "plain" and (all_ or p.default is _ABSENT)]) for all_ in (True, False))
    if any(p.kind == p.VAR_POSITIONAL for p in found):
        return None
    return None if needed <= max(least, given) and given <= len(positional) else f"takes {len(positional)} instead of {given}"


def _by_position(row):
    """Whether only Python or the machinery calls it, by position: the names of its parameters do not matter."""
    name = row.name.rpartition(".")[2]
    protocol = ("perform", "grad", "L_op", "R_op", "infer_shape", "connection_pattern", "make_thunk")
    if "/" in row.signature or (row.kind == ".method" and name in protocol):
        return True
    return row.kind in (".method", ".staticmethod") and name[:2] == name[-2:] == "__" and name not in ("__init__", "__call__")


def _other_default(theirs, ours):
    if ours is inspect.Parameter.empty:
        return "has no default"
    try:
        value = ast.literal_eval(theirs)
    except ValueError:
        return None  # an object: text tells nothing
    if value is Ellipsis or repr(value) == repr(ours) or (value == ours and type(value) is type(ours)):
        return None
    return None if isinstance(value, (tuple, list, dict)) and not value and not ours else f"{ours!r} instead of {value!r}"


def state(row, named):
    """`works`, `removed` (says what to do), `gap`, or `missing`."""
    if is_here(row):
        return "works"
    if sentence(row.name):
        return "removed"
    return "gap" if covered(row.name, named) else "missing"


def covered(name, named):
    """Whether a name, or what it lies in, is among the gaps named."""
    return name in named or any(gap.endswith(".*") and (name + ".").startswith(gap[:-1]) for gap in named)


def main(prefix=None):
    rows = inventory()
    named = {name for kind, name, _ in gaps() if kind == "name"}
    different = {name for kind, name, _ in gaps() if kind == "signature"}
    states = {row.name: state(row, named) for row in rows}
    signatures = {row.name: difference(row) for row in rows if row.signature and states[row.name] == "works"}
    weight = sum(row.repositories for row in rows)
    print(f"{'':34}{'names':>8}{'':>8}{'uses':>10}")
    for what in ("works", "removed", "gap", "missing"):
        chosen = [row for row in rows if states[row.name] == what]
        used = sum(row.repositories for row in chosen)
        print(f"{what:34}{len(chosen):8}{len(chosen) / len(rows):8.1%}{used:10}{used / weight:8.1%}")
    agree = sum(reason is None for reason in signatures.values())
    print(f"{'signatures that take the same':34}{agree:8}{agree / len(signatures):8.1%}  of {len(signatures)}")
    if prefix is None:
        print("by place:", *(f"{place} {n}" for place, n in Counter(
            ".".join(row.name.split(".")[:2]) for row in rows if states[row.name] in ("gap", "missing")).most_common(12)), sep="\n    ")
        return
    for row in rows:
        if (row.name + ".").startswith(prefix):
            if states[row.name] == "missing":
                print("missing", row.name, row.kind, row.repositories, sep="\t")
            elif signatures.get(row.name) and row.name not in different:
                print("signature", row.name, signatures[row.name], row.signature, row.repositories, sep="\t")


if __name__ == "__main__":
    main(*sys.argv[1:])
