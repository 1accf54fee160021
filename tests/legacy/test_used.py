"""Names that real programs use and no other test calls: each gives what it gives in the real Theano (golden/used.json)."""
import json
import unittest
from pathlib import Path

import numpy as np
import pytest
import used_programs

import theano
import theano.tensor as T

RECORDED = json.loads((Path(__file__).resolve().parent.parent / "golden" / "used.json").read_text())
# Where ours is another on purpose.
DIFFERENT = {}


@pytest.fixture(scope="module")
def found():
    return used_programs.outcomes()


@pytest.mark.parametrize("program", used_programs.PROGRAMS)
def test_a_used_name_gives_what_it_gives_in_theano(found, program):
    assert (found[program] == RECORDED[program]) == (program not in DIFFERENT), (found[program], RECORDED[program])


def test_what_programs_test_their_ops_with():
    from theano.tests import unittest_tools as utt

    class Shapes(utt.InferShapeTester):
        def test_shape(self):
            x = T.dmatrix()
            self._compile_and_check([x], [T.cumsum(x, 0)], [np.ones((2, 3))], T.extra_ops.CumOp)
            with self.assertRaises(AssertionError):
                self._compile_and_check([x], [x * 2], [np.ones((2, 3))], T.extra_ops.CumOp)

    result = Shapes("test_shape").run()
    assert not result.failures + result.errors, result.failures + result.errors
    assert utt.fetch_seed() == 666
    assert utt.fetch_seed("random") is None
    utt.seed_rng(5)
    assert np.random.rand() == np.random.RandomState(5).rand()
    utt.verify_grad(T.tanh, [np.ones(3)])
    utt.assert_allclose(np.ones(2), np.ones(2) + 1e-9)
    with pytest.raises(utt.WrongValue, match="Max Abs Diff:  1.0"):
        utt.assert_allclose(np.ones(2), np.zeros(2))


def test_render_string_fills_in_and_says_what_is_missing():
    from theano.misc.strutil import render_string
    assert render_string("a %(b)s", {"b": 1}) == "a 1"
    with pytest.raises(Exception, match=r"a %\(c\)<<<< caused exception 'c'"):
        render_string("a %(c)s xx", {"b": 1})


def test_pytest_collects_what_uses_the_mixin_of_assertions():
    from theano.tests import unittest_tools as utt
    assert getattr(type("Case", (unittest.TestCase, utt.TestOptimizationMixin), {}), "__test__", True)


def test_a_breakpoint_without_a_terminal_says_so_and_goes_on(capfd):
    from theano.tests.breakpoint import PdbBreakpoint
    x, y = T.dvectors("x", "y")
    a, b = PdbBreakpoint("here")(x.sum() > 2, x, y)
    f = theano.function([x, y], [a, *theano.grad((a * b).sum(), [x, y])])
    assert [r.tolist() for r in f([1.0, 0.0], [3.0, 4.0])] == [[1, 0], [3, 4], [1, 0]]
    assert capfd.readouterr().err == ""
    f([1.0, 2.0], [3.0, 4.0])
    assert "Conditional breakpoint 'here' activated, but there is no terminal" in capfd.readouterr().err


def test_a_recorded_run_is_compared_with_the_next(tmp_path):
    from theano.tests.record import MismatchError, RecordMode

    def run(factor, **options):
        mode = RecordMode(file_path=str(tmp_path / "record"), **options)
        x = T.dvector("x")
        theano.function([x], T.exp(x) * factor, mode=mode, name="f")([1.0, 2.0])
        mode.record.f.close()

    run(2)
    run(2, replay=True)
    with pytest.raises(MismatchError, match="I wanted to write"):
        run(3, replay=True)
