"""Bases and parameters of ops in C as under the real Theano 1.0.5, and what is said where nothing but C code could run."""
import copy
import json
import pickle

import pytest
from recorders import GOLDEN, recorder

import theano
import theano.tensor as T

RECORDED = json.loads((GOLDEN / "c_ops.json").read_text())


@pytest.fixture(scope="module")
def record():
    with recorder("record_c_ops") as module:
        yield module


@pytest.fixture(scope="module")
def names(record):
    found = {}
    exec(record.PROLOGUE, found)
    return found


def test_they_are_defined_printed_and_compared_as_theanos_are(record, names):
    found = {case: record.one(case, names) for case in record.cases()}
    assert found.keys() == RECORDED.keys()
    wrong = [(case, found[case], RECORDED[case]) for case in found if found[case] != RECORDED[case]]
    assert not wrong, "\n".join(map(str, wrong))


def test_an_op_of_files_without_perform_says_what_to_write(names):
    op = names["cop"](names["CODE"])
    with pytest.raises(Exception, match="there is no C compiler here"):
        theano.function([], op(T.constant([1.0, 2.0])))


def test_a_constant_that_is_not_there_is_an_attribute_error(names):
    for of in (names["E1"], names["PE"]):
        assert not hasattr(of, "Z")


def test_parameters_and_types_are_copied_and_pickled(names):
    for value in (names["p"], names["P"], names["E1"], names["E2"], names["PE"]):
        for other in (copy.deepcopy(value), pickle.loads(pickle.dumps(value))):
            assert other == value and hash(other) == hash(value) and repr(other) == repr(value)


def test_an_error_among_test_values_is_said_by_the_flag():
    from theano.gof.op import debug_error_message
    with theano.config.change_flags(compute_test_value="raise"), pytest.raises(ValueError, match="too long"):
        debug_error_message("too long")
    with theano.config.change_flags(compute_test_value="warn"), pytest.warns(UserWarning, match="too long"):
        debug_error_message("too long")
    with pytest.raises(AssertionError):
        debug_error_message("too long")
