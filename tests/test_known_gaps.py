"""Known gaps: known_gaps.tsv names what differs from Theano 1.0.5 on purpose or for now, each with a reason.

Kinds: `conformance` (an id of Theano's own tests, which are not part of this repository), `golden` (a recorded value that ours is
not: area/program/number). Golden gaps are strict where they are tested: one that closes fails. Some conformance gaps have a probe
here, strict too. Names that are missing from old modules have a file of their own, tests/legacy/gaps.json.
"""
import re

import numpy as np
import pytest
from known_gaps import gaps

import theano
import theano.tensor as T


def test_every_gap_is_named_once_and_has_a_reason():
    rows = gaps()
    assert all(len(row) == 3 for row in rows), [row for row in rows if len(row) != 3]
    assert {kind for kind, *_ in rows} <= {"conformance", "golden"}
    assert len({(kind, name) for kind, name, _ in rows}) == len(rows)
    assert not [name for _, name, reason in rows if len(reason) < 25]
    assert not [name for kind, name, _ in rows if kind == "conformance" and not re.match(r"theano/[\w/]+\.py::\S+$", name)]


def a_mutable_argument_is_left_alone():
    a, x = T.dvector("a"), np.ones(3)
    theano.function([theano.In(a, mutable=True)], a * 2, mode="FAST_RUN")(x)
    return (x == 1).all()


def a_borrowed_value_is_a_copy():
    w = theano.shared(np.ones(3), borrow=True)
    w.get_value(borrow=True)[...] = 5
    return (w.get_value() == 1).all()


def a_constant_output_is_a_new_array():
    f = theano.function([], T.constant(np.ones(2)))
    return f() is not f()


def results_are_never_reused():
    x = T.dvector()
    f = theano.function([x], theano.Out(x * 2, borrow=True))
    first = f([1.0, 2.0])
    f([3.0, 4.0])
    return first.tolist() == [2.0, 4.0]


# Whether a gap named in the file is still there.
PROBES = {
    "theano/compile/tests/test_pfunc.py::Test_pfunc::test_param_mutable": a_mutable_argument_is_left_alone,
    "theano/tensor/tests/test_sharedvar.py::test_shared_options::test_shared_do_alias": a_borrowed_value_is_a_copy,
    "theano/compile/tests/test_function_module.py::T_function::test_constant_output": a_constant_output_is_a_new_array,
    "theano/compile/tests/test_function_module.py::T_function::test_borrow_output": results_are_never_reused,
}


@pytest.mark.parametrize("name", PROBES, ids=lambda name: name.rpartition("::")[2])
def test_a_gap_that_is_named_is_still_there(name):
    assert name in {row[1] for row in gaps("conformance")}
    assert PROBES[name](), "closed: take it out of known_gaps.tsv"
