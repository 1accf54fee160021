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
