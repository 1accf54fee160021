"""`python -m theano_compat run NOTEBOOK.ipynb`: cells in order, of either Python, each showing its last expression as a notebook does."""
import pytest

from theano_compat.legacy.notebook import run_cells

nbformat = pytest.importorskip("nbformat")


@pytest.fixture
def write(tmp_path):
    """Write a notebook of such cells."""

    def write(*cells, version=None, old_format=False):
        made = [nbformat.v4.new_code_cell(cell) for cell in cells]
        made.insert(1, nbformat.v4.new_markdown_cell("# not code"))
        book = nbformat.v4.new_notebook(cells=made, metadata={"language_info": {"name": "python", "version": version}} if version else {})
        nbformat.write(nbformat.convert(book, 3 if old_format else 4), tmp_path / "lesson.ipynb")
        return tmp_path / "lesson.ipynb"

    return write


@pytest.fixture
def run(write, capsys, monkeypatch):
    """Run a notebook of such cells; the lines of stdout, and those of stderr."""
    monkeypatch.setenv("MPLBACKEND", "Agg")

    def run(*cells, **options):
        run_cells(write(*cells, **options).read_bytes(), "lesson.ipynb", {})
        return [text.splitlines() for text in capsys.readouterr()]

    return run


def test_cells_show_what_they_end_with(run):
    done = run("import theano.tensor as T\nx = T.dscalar('x')\nx ** 2", "y = 3", "print('a')\nNone", "[1,\n 2]", "4;",
               "def f():\n    return 5\n\nf()")
    assert done[0] == ["Elemwise{pow,no_inplace}.0", "a", "[1, 2]", "5"]


@pytest.mark.parametrize("cells, shown, options", [
    (["print 7 / 2, x if False else 'y'", "5 / 2", "print (1)\n"], ["3 y", "2", "1"], {}),
    (["print 7 / 2", "5 / 2"], ["3", "2"], {"old_format": True}), (["5 / 2"], ["2"], {"version": "2.7.11"})])
def test_a_notebook_of_python_2(write, python, cells, shown, options):
    pytest.importorskip("fissix")
    write(*cells, **options)
    assert python(None, "-m", "theano_compat", "run", "lesson.ipynb").stdout.splitlines() == shown


def test_commands_of_ipython_are_left_out_and_told(run):
    shown, told = run("%matplotlib inline\nimport theano\n!ls\ntheano.shared?\nx = (7\n% 4)\nx", "%%bash\nls", "%%time\n2")
    assert shown == ["3", "2"]
    assert [line for line in told if "left out" in line] == [
        "lesson.ipynb, cell 1: left out: %matplotlib inline; !ls; theano.shared?", "lesson.ipynb, cell 2: left out: %%bash",
        "lesson.ipynb, cell 3: left out: %%time"]


def test_errors_name_the_cell_and_its_line_alone(write, python):
    write("import numpy as np, theano, theano.tensor as T", "x = T.dmatrix('x')\nf = theano.function([x], T.dot(x, x))",
          "f(np.ones((2, 3)))")
    done = python(None, "-m", "theano_compat", "run", "lesson.ipynb", check=False)
    assert done.returncode == 1
    assert 'File "lesson.ipynb, cell 3", line 1, in <module>\n    f(np.ones((2, 3)))' in done.stderr
    created = done.stderr[done.stderr.index("Backtrace when the node is created"):].splitlines()
    assert created[1:4] == ['  File "lesson.ipynb, cell 2", line 2, in <module>', "    f = theano.function([x], T.dot(x, x))", ""]


def test_the_end_of_a_cell_is_shown_where_it_is_an_expression(run):
    cells = {"2\\\n+1": "3", "x = 1 + \\\n2": "", "if x:\n    x": "", "max(1,\n  x)": "3", "'''a\nb'''": r"'a\nb'", "4  # why\n# end": "4",
             "5": "5", "6;": "", "x = 7": "", "8;  9": "9"}
    assert run(*cells)[0] == [shown for shown in cells.values() if shown]


def test_what_is_no_notebook_is_refused():
    with pytest.raises(ValueError, match="lesson.ipynb is no notebook"):
        run_cells(b"x = 1", "lesson.ipynb", {})


def test_the_extra_is_named_where_it_is_missing(write, python):
    write("1")
    hidden = "import sys; sys.modules['nbformat'] = None; from theano_compat.__main__ import main; main(['run', 'lesson.ipynb'])"
    done = python(hidden, check=False)
    assert "lesson.ipynb is a notebook" in done.stderr and "theano-compat[notebook]" in done.stderr
