"""Notebooks (`.ipynb`) for `python -m theano_compat run`: their cells one after the other, each showing its last expression.

What only IPython can do (`%timeit`, `!ls`, `thing?`) is left out, and told. Pictures are drawn nowhere unless the program saves them.
"""
import ast
import linecache
import os
import re
import sys

from theano_compat.legacy import py2

# `%` and `!=` in the middle of a statement are none
_COMMAND = re.compile(r"%{1,2}[A-Za-z]|!(?!=)|\?|[\w.]+\?{1,2}$")
# cell magics whose cell is Python all the same
_AROUND_PYTHON = ("%%time", "%%timeit", "%%capture", "%%prun")


def _cells_of(data, path):
    """(the texts of the code cells, whether they are Python 2) of a notebook's bytes, of any format.

    Raises py2.ReaderMissing, ValueError for another file.
    """
    try:
        import nbformat
    except ImportError:
        raise py2.ReaderMissing(path, "a notebook, and what reads it", "notebook") from None
    try:
        found = nbformat.reads(data.decode(), as_version=4)
    except nbformat.reader.NotJSONError as e:
        raise ValueError("%s is no notebook: %s" % (path, e)) from None
    texts = [cell.source for cell in found.cells if cell.cell_type == "code"]
    version = str(found.metadata.get("language_info", {}).get("version", ""))
    return texts, version.startswith("2") or not all(_parses(_without_magic(text)[0]) for text in texts)


def run_cells(data, path, namespace):
    """Run the cells of a notebook in `namespace`, and show what each ends with. Raises py2.ReaderMissing, ValueError for another file."""
    texts, old = _cells_of(data, path)
    os.environ.setdefault("MPLBACKEND", "Agg")  # there is no page to draw on
    namespace[_SHOW] = _show
    for number, text in enumerate(texts, 1):
        text, left_out = _without_magic(text)
        if left_out:
            print("%s, cell %d: left out: %s" % (path, number, "; ".join(left_out)), file=sys.stderr)
        name = "%s, cell %d" % (path, number)
        linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
        finish = None if text.rstrip().endswith(";") else _showing_its_end
        code = py2.translate(text + "\n", name, finish) if old else py2.compile_source(text.encode(), name, finish=finish)
        exec(code, py2.with_builtins(code, namespace))


_SHOW = "__notebook_show__"


def _show(value):
    if value is not None:
        print(repr(value))


def _showing_its_end(tree):
    """The tree of a cell with its last statement shown, if that is an expression, as IPython does."""
    last = tree.body[-1] if tree.body else None
    if isinstance(last, ast.Expr):
        last.value = ast.Call(ast.copy_location(ast.Name(_SHOW, ast.Load()), last), [last.value], [])
        ast.copy_location(last.value, last)
    return tree


def _parses(text):
    try:
        ast.parse(text)
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
