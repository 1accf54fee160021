"""Flags that are said to act do: those that no other test holds, one experiment each."""
import subprocess
import sys

import numpy as np
import pytest

import theano
import theano.tensor as T
from theano import gof
from theano.compile.debugmode import DebugMode
from theano.compile.nanguardmode import NanGuardMode
from theano.configparser import change_flags
from theano.tests import unittest_tools


def in_a_process(flags, program):
    """What a program prints under THEANO_FLAGS."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120,
                          env={**__import__("os").environ, "THEANO_FLAGS": flags})
    assert not done.returncode, done.stderr
    return done.stdout.split()


def test_cmp_sloppy_widens_comparisons():
    program = ("import numpy as np, theano.tensor as T; a = np.ones(2, 'float32'); t = T.fvector().type; "
               "print(t.values_eq_approx(a, a * np.float32(1 + 5e-4)), t.values_eq_approx(a * 0, a * np.float32(3e-4)))")
    assert in_a_process("tensor.cmp_sloppy=0", program) == ["False", "False"]
    assert in_a_process("tensor.cmp_sloppy=1", program) == ["True", "False"]
    assert in_a_process("tensor.cmp_sloppy=2", program) == ["True", "True"]


def test_numpys_reactions_are_set():
    program = "import theano, numpy as np; print(*(np.geterr()[k] for k in ('divide', 'over', 'under', 'invalid')))"
    assert in_a_process("", program) == ["ignore"] * 4
    flags = "numpy.seterr_all=warn,numpy.seterr_divide=raise,numpy.seterr_over=print,numpy.seterr_under=ignore,numpy.seterr_invalid=call"
    assert in_a_process(flags, program) == ["raise", "print", "ignore", "call"]


def test_compile_limit_keeps_traces_of_what_rewrites_make():
    seen = []

    @gof.local_optimizer([T.exp])
    def exp_as_power(node):
        made = T.pow(np.e, node.inputs[0])
        seen.append(len(made.tag.trace[0]) if made.tag.trace else 0)
        return [made]
    mode = theano.Mode("py", gof.EquilibriumOptimizer([exp_as_power], max_use_ratio=10))
    for limit in (0, 3):
        with change_flags({"traceback.compile_limit": limit}):
            x = T.dvector()
            theano.function([x], T.exp(x), mode=mode)
    assert seen[0] < seen[1] == 3


@pytest.mark.parametrize("flag, use", [
    ("warn.round", lambda: T.round(T.dvector())),
    ("warn.inc_set_subtensor1", lambda: T.inc_subtensor(T.dmatrix()[:2].T, T.dmatrix())),
    ("warn.signal_conv2d_interface", lambda: __import__("theano.tensor.signal.conv", fromlist=["conv2d"]).conv2d(
        T.dmatrix(), T.dmatrix()))])
def test_warnings_of_old_changes_come_when_asked_for(flag, use, recwarn):
    with change_flags({flag: False}):
        use()
    assert not [w for w in recwarn if flag in str(w.message)]
    with change_flags({flag: True}):
        use()
    assert [w for w in recwarn if flag in str(w.message)]


def test_test_values_are_shown_and_computed_in_rewrites():
    with change_flags(compute_test_value="raise", print_test_value=True):
        x = T.dvector("x")
        x.tag.test_value = np.ones(2)
        assert repr(x + 1) == "Elemwise{add,no_inplace}.0\narray([2., 2.])"
    seen = []

    @gof.local_optimizer([T.exp])
    def look(node):
        made = T.expm1(node.inputs[0])
        seen.append(getattr(made.tag, "test_value", None))
        return None
    for action in ("off", "ignore"):
        with change_flags(compute_test_value_opt=action):
            theano.function([x], T.exp(x), mode=theano.Mode("py", gof.EquilibriumOptimizer([look], max_use_ratio=10)))
    assert seen[0] is None and seen[-1].tolist() == [np.expm1(1.)] * 2


def test_the_seed_of_tests():
    with change_flags({"unittests.rseed": "7"}):
        assert unittest_tools.fetch_seed() == 7
        unittest_tools.seed_rng()
        assert np.random.rand() == np.random.RandomState(7).rand()
    with change_flags({"unittests.rseed": "random"}):
        assert unittest_tools.fetch_seed() is None


@pytest.mark.parametrize("what, value", [("nan", np.nan), ("inf", np.inf), ("big", 1e20)])
def test_nan_guard_objects_to_what_flags_say(what, value):
    others = [k for k in ("nan", "inf", "big") if k != what and not (what == "inf" and k == "big")]
    x = T.dvector()
    with change_flags({f"NanGuardMode.{k}_is_error": k == what for k in ("nan", "inf", "big")}):
        f = theano.function([x], x * 1, mode=NanGuardMode())
    with pytest.raises(AssertionError):
        f([value])
    with change_flags({f"NanGuardMode.{k}_is_error": k in others for k in ("nan", "inf", "big")}):
        assert np.array_equal(theano.function([x], x * 1, mode=NanGuardMode())([value]), [value], equal_nan=True)


def test_tags_are_included_and_required():
    program = ("import theano, theano.tensor as T; x = T.dvector(); f = theano.function([x], T.opt.Assert('no')(x, T.gt(x.sum(), 0)) * 1); "
               "print(*(type(n.op).__name__ for n in f.maker.fgraph.toposort()))")
    assert {"Assert", "Sum"} <= set(in_a_process("", program)) and "Elemwise" in in_a_process("", program)
    assert not in_a_process("optimizer_including=local_remove_all_assert", program)
    assert in_a_process("optimizer_requiring=no_rewrite_has_this_tag", program).count("Elemwise") == 2  # the product with 1 is still there


class Untrue(theano.Op):
    """Says one thing in Python, and another in JAX."""

    __props__ = ()

    def make_node(self, x):
        return theano.Apply(self, [x], [x.type()])

    def host(self, node, x):
        return x + 1

    def lower(self, node, x):
        return x + 2


def test_debug_mode_compares_with_the_program_when_told_to():
    x = T.dvector()
    with change_flags({"DebugMode.check_c": False}):
        assert theano.function([x], Untrue()(x), mode=DebugMode())([1.])
    with change_flags({"DebugMode.check_c": True}), pytest.raises(theano.compile.debugmode.BadThunkOutput):
        theano.function([x], Untrue()(x), mode=DebugMode())([1.])


class AddsToWhatIsThere(theano.Op):
    """Adds to the output that it is given, should it have the right shape: wrong."""

    __props__ = ()
    make_node = Untrue.make_node

    def perform(self, node, inputs, outputs):
        there = outputs[0][0]
        outputs[0][0] = inputs[0] + (0 if there is None or there.shape != inputs[0].shape else there)


def test_debug_mode_prepares_outputs_of_few_dimensions_only():
    op, x = AddsToWhatIsThere(), T.dmatrix()
    with change_flags({"DebugMode.check_preallocated_output": "initial", "DebugMode.check_preallocated_output_ndim": 1}):
        assert theano.function([x], op(x), mode=DebugMode(check_c_code=False))([[1.]])
    with change_flags({"DebugMode.check_preallocated_output": "initial", "DebugMode.check_preallocated_output_ndim": 2}), \
            pytest.raises(theano.compile.debugmode.BadThunkOutput):
        theano.function([x], op(x), mode=DebugMode(check_c_code=False))([[1.]])


def test_limits_of_a_programs_own_rewriting():
    ran = []

    @gof.optimizer
    def late(fgraph):
        ran.append("late")
    db = gof.SequenceDB()
    db.register("late", late, 60, "fast_run")
    for cutoff, expected in ((50., []), (float("inf"), ["late"])):
        with change_flags({"optdb.position_cutoff": cutoff}):
            db.query(gof.Query(include=["fast_run"])).optimize(gof.FunctionGraph([], [T.constant(1.)]))
        assert ran == expected

    uses = []

    @gof.local_optimizer([T.add])
    def forever(node):
        uses.append(1)
        return [T.add(*node.inputs[::-1])]
    for ratio in (2, 4):
        with change_flags({"optdb.max_use_ratio": ratio}):
            x, y = T.dvectors("xy")
            db = gof.EquilibriumDB()
            db.register("forever", forever, "fast_run")
            theano.function([x, y], x + y, mode=theano.Mode("py", db.query(gof.Query(include=["fast_run"]))))
        uses.append(0)
    first = uses.index(0)
    assert 0 < first < len(uses) - first - 2
