"""A name that cannot exist any more says what to do, however it is asked for."""

import importlib

import pytest

from theano_compat.legacy import finder, removed

WITHIN = [f"{module}.{name}" for module, (_, names) in removed.GONE.items() for name in names.split()]
NAMES = [name.removesuffix(".*") for name in removed.SENTENCES if name not in WITHIN]
GONE = [name for name in NAMES if not finder._can_import(name) and finder._can_import(name.rpartition(".")[0])]


@pytest.mark.parametrize("name", GONE)
def test_importing_it_raises_its_sentence(name):
    sentence = removed.sentence_for(name)
    assert sentence.startswith(name + ": ")
    assert sentence.endswith(".")
    with pytest.raises(ImportError) as raised:
        importlib.import_module(name)
    assert str(raised.value) == sentence


@pytest.mark.parametrize("name", WITHIN)
def test_taking_it_from_a_module_that_is_served_raises_its_sentence(name):
    module, _, what = name.rpartition(".")
    assert not hasattr(importlib.import_module(module), what)
    with pytest.raises(ImportError) as raised:
        exec(f"from {module} import {what}")
    assert str(raised.value) == removed.sentence_for(name) and str(raised.value).startswith(name + ": ")


def test_what_is_left_of_a_module_is_served_and_the_rest_has_the_sentence():
    from theano.gof.cc import CLinker

    assert CLinker
    with pytest.raises(ImportError, match="no C code"):
        exec("from theano.gof.cc import get_module_cache")


def test_what_lies_below_it_has_the_same_sentence():
    assert removed.sentence_for("theano.sandbox.cuda.dnn.dnn_conv") == removed.sentence_for("theano.sandbox.cuda")
    assert removed.sentence_for("theano.sandbox") is None


def test_taking_it_from_its_parent_raises_its_sentence_too():
    sentence = removed.sentence_for("theano.gof.cmodule")
    with pytest.raises(ImportError, match="no C code"):
        exec("from theano.gof import cmodule")
    with pytest.raises(AttributeError) as raised:
        importlib.import_module("theano.gof").cmodule  # noqa: B018
    assert str(raised.value) == sentence


def test_a_program_may_still_ask_whether_it_is_there():
    assert not hasattr(importlib.import_module("theano.gof"), "cmodule")
    assert getattr(importlib.import_module("theano.misc"), "pycuda_init", None) is None
