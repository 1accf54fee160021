"""Notebooks (`.ipynb`) for `python -m theano_compat run`: their cells one after the other, each showing its last expression.

What only IPython can do (`%timeit`, `!ls`, `thing?`) is left out, and told. Pictures are drawn nowhere unless the program saves them.
"""
import ast
import json
import linecache
import os
import re
import sys

from theano_compat.legacy import py2

# `%` and `!=` in the middle of a statement are none
_COMMAND = re.compile(r"%{1,2}[A-Za-z]|!(?!=)|\?|[\w.]+\?{1,2}$")
# cell magics whose cell is Python all the same
_AROUND_PYTHON = ("%%time", "%%timeit", "%%capture", "%%prun")


def cells_of(data):
    """(the texts of the code cells, whether they are Python 2) of a notebook's bytes, of any format. Raises ValueError for another file."""
    found = json.loads(data)
    sheets = found.get("worksheets", [found])
    cells = [cell for sheet in sheets for cell in sheet.get("cells", ()) if cell["cell_type"] == "code"]
    texts = ["".join(cell.get("source", cell.get("input", ""))) for cell in cells]
    version = str(found.get("metadata", {}).get("language_info", {}).get("version", ""))
    plain = [_without_magic(text)[0] for text in texts]
    return texts, version.startswith("2") or not all(_parses(text, "exec") for text in plain)


def run_cells(data, path, namespace):
    """Run the cells of a notebook in `namespace`, and show what each ends with."""
    texts, old = cells_of(data)
    os.environ.setdefault("MPLBACKEND", "Agg")  # there is no page to draw on
    namespace["__notebook_show__"] = _show
    for number, text in enumerate(texts, 1):
        text, left_out = _without_magic(text)
        if left_out:
            print("%s, cell %d: left out: %s" % (path, number, "; ".join(left_out)), file=sys.stderr)
        name = "%s, cell %d" % (path, number)
        linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
        text = _showing_its_end(text)
        exec(py2.translate(text + "\n", name) if old else py2.compile_source(text.encode(), name), namespace)


def _show(value):
    if value is not None:
        print(repr(value))


def _parses(text, kind):
    try:
        ast.parse(text, mode=kind)
        return True
    except (SyntaxError, ValueError):
        return False


def _without_magic(text):
    """(The cell with comments where IPython's own commands stood, those commands)."""
    lines = text.splitlines()
    first = next((line for line in lines if line.strip()), "")
    if first.startswith("%%") and not first.startswith(_AROUND_PYTHON):
        return "", [first.strip()]
    left_out = []
    for i, line in enumerate(lines):
        command = line.strip()
        if _COMMAND.match(command) and _begins(lines, i):
            left_out.append(command)
            lines[i] = line[:len(line) - len(line.lstrip())] + "pass  # " + command
    return "\n".join(lines), left_out


def _begins(lines, i):
    """Whether line `i` may begin a statement: what came before needs nothing more."""
    before = lines[i - 1].rstrip() if i else ""
    return not before.endswith(("\\", ",", "(", "[", "{", "%"))


def _showing_its_end(text):
    """The cell with its last expression shown, unless a semicolon ends it, as in IPython."""
    lines = text.rstrip().splitlines()
    for i in range(len(lines) - 1, -1, -1):
        if lines[i][:1].isspace() or lines[i].startswith("#") or not lines[i] or not _begins(lines, i):
            continue
        end = "\n".join(lines[i:])
        if not _parses(end, "eval"):
            continue
        tree = ast.parse(end, mode="eval").body
        if isinstance(tree, ast.Call) and getattr(tree.func, "id", None) == "print":  # in Python 2 no expression
            break
        return "\n".join([*lines[:i], "__notebook_show__((" + end, "))"])
    return text
