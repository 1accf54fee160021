"""`python -m theano_compat run NOTEBOOK.ipynb`: cells in order, of either Python, each showing its last expression as a notebook does."""
import json

import pytest

from theano_compat.legacy import notebook


@pytest.fixture
def run(python, tmp_path):
    """Write a notebook of such cells, run it, and give back what became of it."""

    def run(*cells, version=None, old_format=False, **options):
        made = [{"cell_type": "code", ("input" if old_format else "source"): cell.splitlines(keepends=True)} for cell in cells]
        made.insert(1, {"cell_type": "markdown", "source": "# not code"})
        info = {"metadata": {"language_info": {"version": version}} if version else {}}
        info.update({"worksheets": [{"cells": made}]} if old_format else {"cells": made})
        (tmp_path / "lesson.ipynb").write_text(json.dumps(info))
        return python(None, "-m", "theano_compat", "run", "lesson.ipynb", **options)

    return run


def test_cells_show_what_they_end_with(run):
    done = run("import theano.tensor as T\nx = T.dscalar('x')\nx ** 2", "y = 3", "print('a')\nNone", "[1,\n 2]", "4;",
               "def f():\n    return 5\n\nf()")
    assert done.stdout.splitlines() == ["Elemwise{pow,no_inplace}.0", "a", "[1, 2]", "5"]


@pytest.mark.parametrize("old_format", [False, True])
def test_a_notebook_of_python_2(run, old_format):
    done = run("print 7 / 2, x if False else 'y'", "5 / 2", "print (1)\n", old_format=old_format)
    assert done.stdout.splitlines() == ["3 y", "2", "1"]
    assert run("5 / 2", version="2.7.11").stdout.splitlines() == ["2"]


def test_commands_of_ipython_are_left_out_and_told(run):
    done = run("%matplotlib inline\nimport theano\n!ls\ntheano.shared?\nx = (7\n% 4)\nx", "%%bash\nls", "%%time\n2")
    assert done.stdout.splitlines() == ["3", "2"]
    assert [line for line in done.stderr.splitlines() if "left out" in line] == [
        "lesson.ipynb, cell 1: left out: %matplotlib inline; !ls; theano.shared?", "lesson.ipynb, cell 2: left out: %%bash",
        "lesson.ipynb, cell 3: left out: %%time"]


def test_errors_name_the_cell_and_its_line_alone(run):
    done = run("import numpy as np, theano, theano.tensor as T", "x = T.dmatrix('x')\nf = theano.function([x], T.dot(x, x))",
               "f(np.ones((2, 3)))", check=False)
    assert done.returncode == 1
    assert 'File "lesson.ipynb, cell 3", line 1, in <module>\n    f(np.ones((2, 3)))' in done.stderr
    created = done.stderr[done.stderr.index("Backtrace when the node is created"):].splitlines()
    assert created[1:4] == ['  File "lesson.ipynb, cell 2", line 2, in <module>', "    f = theano.function([x], T.dot(x, x))", ""]


def test_the_end_of_a_cell_is_found_where_it_is_an_expression():
    for cell, shown in [("a\n+1", True), ("x = 1 + \\\ny", False), ("if a:\n    b", False), ("f(a,\n  b)", True), ("'''a\nb'''", True),
                        ("a  # why\n# end", True), ("a", True), ("a;", False), ("a = 2", False)]:
        assert ("__notebook_show__" in notebook._showing_its_end(cell)) is shown, cell
