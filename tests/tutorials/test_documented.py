"""Programs after pages of Theano's documentation do what they did under real Theano 1.0.5 (golden/documented.json)."""
import json
import runpy
from pathlib import Path

import numpy as np
import pytest

import theano
import theano.tensor as T

GOLDEN = Path(__file__).parent.parent / "golden"
RECORDED = json.loads((GOLDEN / "documented.json").read_text())["programs"]
TABLE = runpy.run_path(str(GOLDEN / "record_documented.py"), run_name="record_documented")


def test_every_program_is_recorded():
    assert set(TABLE["PROGRAMS"]) == set(RECORDED)


def test_a_wrong_r_op_is_found_by_the_documented_checker():
    from theano.tests.test_rop import RopLop_checker

    class Tripled(theano.Op):
        __props__ = ("slope",)

        def __init__(self, slope=3.0):
            self.slope = slope

        def make_node(self, x):
            return theano.Apply(self, [x], [x.type()])

        def perform(self, node, inputs, output_storage):
            output_storage[0][0] = inputs[0] * 3

        def grad(self, inputs, output_grads):
            return [output_grads[0] * 3]

        def R_op(self, inputs, eval_points):
            return [None if eval_points[0] is None else eval_points[0] * self.slope]

    class Check(RopLop_checker):
        def runTest(self):
            """Nothing: the checks are called one by one."""

    check = Check()
    check.setUp()
    check.check_rop_lop(Tripled()(check.x), check.in_shape)
    check.check_mat_rop_lop(Tripled()(check.mx).sum(axis=0), (check.mat_in_shape[1],))
    with pytest.raises(AssertionError, match="ROP mismatch"):
        check.check_rop_lop(Tripled(2.0)(check.x), check.in_shape)


def test_c_code_that_is_registered_is_said_to_do_nothing_and_the_type_still_works():
    class Pair(theano.gof.Type):
        def filter(self, x, strict=False, allow_downcast=None):
            return tuple(x)

    with pytest.warns(UserWarning, match="register_view_op_c_code: the C code for Pair has no effect"):
        theano.compile.register_view_op_c_code(Pair, "/* C */", version=1)
    theano.compile.ops.register_view_op_c_code(Pair, "/* C */", version=1)  # told once

    class First(theano.Op):
        __props__ = ()

        def make_node(self, pair):
            return theano.Apply(self, [pair], [T.dscalar()])

        def perform(self, node, inputs, output_storage):
            output_storage[0][0] = np.asarray(inputs[0][0])

    p = Pair()("p")
    assert theano.function([p], First()(p) * 2)([1.5, 2]) == 3.0


def test_trusted_arrays_of_one_number_are_taken_for_scalars():
    x = T.dscalar("x")
    f = theano.function([x], x + 1.0)
    f.trust_input = True
    assert [f(np.array([10.0])), f(np.array(2.0)), f(np.array([[1.0]]))] == [11.0, 3.0, 2.0]  # as Theano's C code


def test_graphs_have_the_name_that_tutorials_knew_until_2012():
    from theano.gof.env import Env

    x = T.dscalar("x")
    f = theano.function([x], T.grad(x ** 2, x))
    with pytest.warns(DeprecationWarning, match="renamed"):
        assert theano.pp(f.maker.env.outputs[0]) == "(TensorConstant{2.0} * x)"
    assert Env is theano.gof.Env is theano.gof.FunctionGraph


@pytest.mark.parametrize("name", TABLE["PROGRAMS"])
def test_documented_program(name):
    assert json.loads(json.dumps(TABLE["run"](name))) == RECORDED[name]
