"""`python -m theano_compat run` and `info`: a script runs as Python itself would run it, whichever Python it was written for."""

import ast
import subprocess
import sys
from textwrap import dedent

import pytest

import theano_compat
from theano_compat.legacy import py2
from theano_compat.legacy.py2signs import why_python_2


@pytest.fixture
def run(python, tmp_path):
    """Write a script, run it with arguments, and give back what it printed."""

    def run(source, *arguments, check=True, encoding="utf-8", **options):
        folder = tmp_path / "scripts"
        folder.mkdir(exist_ok=True)
        (folder / "script.py").write_text(source, encoding=encoding)
        return python(None, "-m", "theano_compat", "run", "scripts/script.py", *arguments, check=check, **options)

    return run


def test_a_script_is_main_and_gets_its_arguments(run, tmp_path):
    done = run("import sys\nprint(__name__, sys.argv, sys.path[0], __file__)\n"
               "import __main__\nassert __main__.__dict__ is globals()\n", "a", "--b", "-c")
    assert done.stdout.split("\n")[0] == (
        f"__main__ ['scripts/script.py', 'a', '--b', '-c'] {tmp_path / 'scripts'} scripts/script.py"
    )


def test_theano_is_ours_even_beside_a_folder_of_that_name(run, tmp_path):
    (tmp_path / "scripts" / "theano").mkdir(parents=True)
    (tmp_path / "scripts" / "theano" / "__init__.py").write_text("raise Exception('not this one')")
    assert run("import theano, theano_compat\nprint(theano is theano_compat)").stdout == "True\n"


def test_a_script_in_the_folder_of_the_package_gets_the_package_itself(run, python, tmp_path):
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "theano_compat").symlink_to(theano_compat.__path__[0])
    done = run("import theano.gof.graph, theano_compat.graph\nprint(theano.gof.graph.Apply is theano_compat.graph.Apply)",
               PYTHONPATH=str(tmp_path / "scripts"))
    assert done.stdout == "True\n"


@pytest.mark.parametrize("last, printed", [("print 'no Python 3'\nx = 3", "no Python 3\n"), ("x = 3", "")])
def test_modules_of_a_package_find_each_other_as_in_python_2(run, tmp_path, last, printed):
    package = tmp_path / "scripts" / "package"
    package.mkdir(parents=True)
    sources = {"__init__": "from first_part import x", "first_part": "import second_part, glob as g\nx = map(str, [second_part.x]), g.glob",
               "second_part": "import third_part as t\nx = t.x", "third_part": last, "glob": "glob = 'Python 2 looks here first'"}
    for name, text in sources.items():
        (package / (name + ".py")).write_text(text)
    done = run("import package, sys\nprint(list(package.x[0]), type(package.x[0]), package.x[1], 'first_part' in sys.modules)")
    python_2 = bool(printed)
    assert done.stdout.startswith(printed + "['3'] <class '%s'> " % ("list" if python_2 else "map"))
    assert ("Python 2 looks here first False" in done.stdout) == python_2
    assert ("first_part.py:1: UserWarning: taken for Python 2, for the package has third_part.py, which is:" in done.stderr) == python_2


def test_a_script_in_the_folder_of_a_package_imports_what_lies_beside_it(run, tmp_path):
    pytest.importorskip("fissix")
    (tmp_path / "scripts").mkdir()
    for name, text in dict(__init__="", part="import other\nprint 'part of', other.n / 2", other="n = 7").items():
        (tmp_path / "scripts" / (name + ".py")).write_text(text)
    assert run("import part\nprint part.__name__").stdout == "part of 3\npart\n"


@pytest.mark.parametrize("script, part", [("print 'old', 7 / 2", "half = 7 / 2"), ("print('both', 7 / 2)", "print 'old'\nhalf = 7 / 2")])
def test_a_script_and_the_modules_beside_it_are_one_python(run, tmp_path, script, part):
    pytest.importorskip("fissix")
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "part.py").write_text(part + "\n")
    (tmp_path / "scripts" / "both.py").write_text("import sys\nhalf = 7 / 2, sys.version_info > (3,)\n")
    done = run("import part, both\n%s\nprint(part.half)\nprint(both.half)\n" % script)
    assert done.stdout.split("\n")[-4:-1] == [("old 3" if "old'," in script else "('both', 3)"), "3", "(3.5, True)"]


def test_a_traceback_through_an_import_shows_the_files_alone(run, tmp_path):
    pytest.importorskip("fissix")
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "part.py").write_text("print 'x'\nraise KeyError('gone')\n")
    files = [line.split('"')[1] for line in run("import part\n", check=False).stderr.splitlines() if line.startswith("  File")]
    assert files == ["scripts/script.py", str(tmp_path / "scripts" / "part.py")]


def test_the_exit_status_is_the_scripts(run):
    assert run("import sys; sys.exit(3)", check=False).returncode == 3
    assert run("raise KeyError('gone')", check=False).returncode == 1


def test_a_traceback_shows_the_script_only(run):
    done = run("def f():\n    raise KeyError('gone')\n\nf()\n", check=False)
    assert done.stderr.splitlines()[:3] == [
        "Traceback (most recent call last):",
        '  File "scripts/script.py", line 4, in <module>',
        "    f()",
    ]
    assert "theano_compat" not in done.stderr


def test_a_missing_script_is_said_in_one_line(python):
    done = python(None, "-m", "theano_compat", "run", "nowhere.py", check=False)
    assert done.returncode == 1
    assert done.stderr == "theano_compat: can't open file 'nowhere.py': no such file\n"


def test_a_script_that_is_no_python_at_all_gets_python_3s_message(run):
    done = run("x = (\n", check=False)
    assert done.stderr.splitlines()[-1] == "SyntaxError: '(' was never closed"
    assert "theano_compat" not in done.stderr


PYTHON2 = """\
# -*- coding: utf-8 -*-
import cPickle, sys
from part import half

class Pair:
    def ratio(self, (a, b)):
        print "ratio of", a, b
        return a / b

print >>sys.stderr, "to stderr"
x = 7
x /= 2
print x, 7 / 2, 7 / 2., half(9), `x`
for key, value in {'k': 1}.iteritems():
    print key, value, 0777, 10L
try:
    raise ValueError, "old"
except ValueError, error:
    print error, reduce(lambda p, q: p + q, xrange(4)), map(str, [1])
print Pair().ratio((9, 2))
Pair().ratio((1, 0))
"""
PART = "def half(n):\n    print 'half of', n\n    return n / 2\n"


class TestPython2:
    pytest.importorskip("fissix")

    @pytest.fixture
    def done(self, run, tmp_path):
        (tmp_path / "scripts").mkdir()
        (tmp_path / "scripts" / "part.py").write_text(PART)
        return run(PYTHON2, check=False)

    def test_it_means_what_python_2_meant(self, done):
        assert done.stdout.splitlines() == [
            "half of 9", "3 3 3.5 4 3", "k 1 511 10", "old 6 ['1']", "ratio of 9 2", "4", "ratio of 1 0",
        ]
        assert done.stderr.startswith("to stderr\n")

    def test_its_traceback_shows_the_lines_as_they_were_written(self, done):
        shown = [line for line in done.stderr.splitlines()[1:] if not set(line) <= set(" ^~")]
        assert shown == [
            "Traceback (most recent call last):",
            '  File "scripts/script.py", line 21, in <module>',
            "    Pair().ratio((1, 0))",
            '  File "scripts/script.py", line 8, in ratio',
            "    return a / b",
            "ZeroDivisionError: integer division or modulo by zero",
        ]

    def test_nothing_translated_is_left_on_disk(self, done, tmp_path):
        assert sorted(path.name for path in (tmp_path / "scripts").iterdir()) == ["part.py", "script.py"]

    def test_division_from_the_future_divides(self, run):
        assert run("from __future__ import division\nprint 7 / 2\n").stdout == "3.5\n"

    def test_what_sorts_by_a_comparison_and_what_by_an_axis(self, run):
        done = run("""\
import numpy as np, theano.tensor as T
a = np.array([[3, 1], [0, 2]])
print np.sort(a).tolist(), np.sort(a, 0).tolist(), T.vector().sort(0).type, T.sort(T.vector(), 0).type
a.sort(0)
names = [3, 1, 2]
names.sort(lambda x, y: cmp(y, x))
print a.tolist(), names, names.sort(cmp=cmp), names, names.sort(None, lambda x: -x), names
print sorted(names, lambda x, y: y - x, lambda x: -x), sorted(names, key=lambda x: x % 2), sorted(names, None, None, True)
""")
        assert done.stdout.splitlines() == [
            "[[1, 3], [0, 2]] [[0, 1], [3, 2]] TensorType(float64, vector) TensorType(float64, vector)",
            "[[0, 1], [3, 2]] [3, 2, 1] None [3, 2, 1] None [3, 2, 1]", "[1, 2, 3] [2, 3, 1] [3, 2, 1]",
        ]

    def test_what_it_executes_is_python_2_too(self, run, tmp_path):
        (tmp_path / "scripts").mkdir()
        (tmp_path / "scripts" / "layers.py").write_text("print 'layers of', n\nsizes = zip([7, 4], [3, 2])[1:]\nhalf = n / 2\n")
        done = run("""\
n = 5
execfile("scripts/layers.py")
space = {"n": 9}
execfile("scripts/layers.py", space)
exec "print sizes[0], half, 7 / 2"
exec "third = n / 3; keys = {1: 2}.keys()" in space
print space["half"], space["third"], space["keys"], eval("n / 2 + n", {"n": 7}), eval(compile("9 / 2", "text", "eval"))
class Net(object):
    def compile(self, source, n=1): return source * n
def evaluated(eval): return eval("7 / 2")
print Net().compile("a", n=2), evaluated(len)
try:
    exec "1 ="
except SyntaxError as e:
    print type(e).__name__
""")
        assert done.stdout.splitlines() == ["layers of 5", "layers of 9", "(4, 2) 2 3", "4 3 [1] 10 4", "aa 5", "SyntaxError"], done.stderr

    def test_division_from_the_future_holds_for_what_is_executed(self, run):
        source = "from __future__ import division\nprint eval('7 / 2')\nexec 'print 1 / 2'\n"
        assert run(source).stdout == "3.5\n0.5\n"

    def test_tabs_count_eight_columns(self, run):
        assert run("if 1:\n        print 'spaces'\n\tprint 'tab'\n").stdout == "spaces\ntab\n"

    def test_latin_1_without_a_coding_line_is_read(self, run):
        assert run("# caf\xe9\nprint 'ok'\n", encoding="latin-1").stdout == "ok\n"

    def test_without_the_translator_the_message_says_what_to_install(self, run):
        done = run("print 'old'\n", check=False, PYTHONPATH=_blocker(run))
        assert done.returncode == 1
        assert "pip install 'theano-compat[py2]'" in done.stderr.splitlines()[-1]


def _blocker(run):
    """A folder whose `fissix` cannot be imported, as if it were not installed."""
    import tempfile
    from pathlib import Path

    folder = Path(tempfile.mkdtemp())
    (folder / "fissix.py").write_text("raise ImportError('not installed')")
    return str(folder)


@pytest.mark.parametrize("source, sign", [
    ("for i in xrange(3): print(i)", "xrange"), ("import cPickle as pickle", "cPickle"), ("from StringIO import StringIO", "StringIO"),
    ("from itertools import izip", "izip"), ("import itertools\nitertools.imap(f, x)", "itertools.imap"), ("print >>f, x", "print >>"),
    ("from theano.compat import OrderedDict\nunicode(1)", "unicode"),
    ("try: xrange\nexcept NameError: xrange = range\nxrange(3)", None), ("try:\n import cPickle\nexcept ImportError: pass", None),
    ("from six.moves import xrange\nxrange(3)", None), ("import sys\nif sys.version_info[0] == 2: x = unicode(1)", None),
    ("from functools import reduce\nreduce(f, x)", None), ("def cmp(a, b): pass\ncmp(1, 2)", None), ("def f(long): return long", None),
    ("from lib.utils import *\nxrange(3)", None), ("frame.iteritems()", None), ("def f(unicode=None): return unicode", None)])
def test_what_parses_as_python_3_is_python_2_by_what_only_that_had(source, sign):
    assert why_python_2(ast.parse(source)) == (sign and "it uses " + sign)


def test_a_source_taken_for_python_2_divides_integers_and_says_so(run):
    done = run("n = 7 / 2\nfor k in xrange(1): print(n, {1: 2}.iteritems().next(), isinstance(u'', unicode))")
    assert done.stdout == "(3, (1, 2), True)\n"
    assert "script.py:1: UserWarning: taken for Python 2, for it uses xrange: integers divide to integers" in done.stderr


@pytest.mark.parametrize("left, right, quotient", [(7, 2, 3), (-7, 2, -4), (7.0, 2, 3.5), (True, 2, 0)])
def test_classic_division_of_numbers(left, right, quotient):
    assert py2.classic_divide(left, right) == quotient
    assert py2.classic_divide_inplace(left, right) == quotient


def test_classic_division_of_arrays_goes_by_dtype():
    import numpy as np

    integers = np.array([7, -7])
    assert py2.classic_divide(integers, 2).tolist() == [3, -4]
    assert py2.classic_divide(integers, 2.0).tolist() == [3.5, -3.5]
    same = integers
    same = py2.classic_divide_inplace(same, 2)
    assert same is integers


def test_info_names_versions_devices_and_flags():
    done = subprocess.run([sys.executable, "-m", "theano_compat", "info"], capture_output=True, text=True, timeout=120,
                          env={**__import__("os").environ, "THEANO_FLAGS": "floatX=float32,allow_gc=False"})
    rows = dict(line.split(None, 1) for line in done.stdout.splitlines() if len(line.split(None, 1)) == 2)
    assert {"theano_compat", "jax", "jaxlib", "numpy", "devices"} <= set(rows)
    assert rows["config.floatX"] == "float32"
    assert rows["config.allow_gc"] == "False"


def test_names_that_python_and_numpy_dropped_are_there_for_the_script(run):
    done = run(dedent("""
        import collections, inspect, sys, time
        from fractions import gcd
        import numpy
        import theano
        def f(a, b=1): pass
        print(numpy.cast[theano.config.floatX](3).dtype, numpy.asarray([1], numpy.int).dtype, numpy.float(2), numpy.infty)
        print(isinstance({}, collections.Mapping), inspect.getargspec(f).args, gcd(6, 4), sys.maxint > 2 ** 32, time.clock() >= 0)
        print(numpy.product([2, 3]), numpy.asscalar(numpy.ones(1)), numpy.asfarray([1]).dtype, numpy.in1d([1, 5], [5]))
        m = numpy.MachAr()
        print(m.eps, m.xmin, m.machep, m.it, m.resolution, (numpy.mat('1 2; 3 4') * [[1], [2]]).A1, numpy.issubsctype('f4', numpy.floating))
    """))
    assert done.stdout.split("\n")[:4] == [
        "float64 int64 2.0 inf", "True ['a', 'b'] 2 True True", "6 1.0 float64 [False  True]",
        "2.220446049250313e-16 2.2250738585072014e-308 -52 52 1e-15 [ 5 11] True"]


def test_import_alone_gives_no_dropped_names_back(python):
    assert "False False" in python("import numpy, collections, theano\n"
                                   "print(hasattr(numpy, 'cast'), hasattr(collections, 'Mapping'))").stdout


def test_pickles_of_python_2_load_as_its_programs_load_them(run, tmp_path):
    # an array and a str of bytes above 127, as Python 2 with NumPy 1.16 writes them under protocol 2
    written = (b"\x80\x02}q\x01(U\x01xq\x02cnumpy.core.multiarray\n_reconstruct\nq\x03cnumpy\nndarray\nq\x04K\x00\x85U\x01b\x87Rq\x05"
               b"(K\x01K\x02\x85cnumpy\ndtype\nq\x06U\x02f8K\x00K\x01\x87Rq\x07(K\x03U\x01<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89"
               b"U\x10\x00\x00\x00\x00\x00\x00\xf0?\x00\x00\x00\x00\x00\x00\x00\xc0tbU\x01nU\x02\xe9!u.")
    (tmp_path / "old.pkl").write_bytes(written)
    done = run(dedent(f"""
        import cPickle, sys
        data = cPickle.load(open({str(tmp_path / "old.pkl")!r}, 'r'))
        print >>sys.stdout, data['x'].tolist(), len(data['n'])
        with open({str(tmp_path / "new.pkl")!r}, 'w') as f: cPickle.dump(data, f, protocol=2)
        print(cPickle.loads(open({str(tmp_path / "new.pkl")!r}, 'rb').read())['x'].sum(), 7 / 2)
    """))
    assert done.stdout.split("\n")[:2] == ["[1.0, -2.0] 2", "(-1.0, 3)"]


def test_classes_of_python_2_without_bases_call_what_their_instances_hold(run):
    done = run(dedent("""
        class Struct:
            def __init__(self, **entries):
                self.__dict__.update(entries)
        class Pair(Struct):
            pass
        class Counted:
            def __init__(self, f):
                self.__call__, self.n = f, 3
            def __len__(self):
                return self.n
        class New(object):
            def __init__(self):
                self.__call__ = abs
        f = Struct(__call__=lambda x: x + 1, w=2)
        print f(3), f.w, isinstance(f, Struct), Pair(__getitem__=lambda i: i * 2)[4], Counted(abs)(-5), len(Counted(abs))
        print callable(Struct(w=1)), callable(New()), f.__class__.__name__
    """))
    assert done.stdout == "4 2 True 8 5 3\nFalse False Struct\n"
