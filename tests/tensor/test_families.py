"""Reductions, products, shapes, joins, diagonals: graphs, types, values, gradients and errors as recorded from real Theano."""
import importlib.util
import json
import warnings
from pathlib import Path

import pytest
from recorders import assert_same_numbers, sampled

GOLDEN = Path(__file__).resolve().parent.parent / "golden"
RECORDED = json.loads((GOLDEN / "families.json").read_text())
PROGRAMS = sampled([(family, program) for family in sorted(RECORDED) if family != "command" for program in RECORDED[family]], .4)


@pytest.fixture(scope="module")
def record():
    """The recording script as a module: the same programs, run here."""
    spec = importlib.util.spec_from_file_location("record_families", GOLDEN / "record_families.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def names(record):
    """The variables that the programs use."""
    return record.namespace()


# Where Theano fails or differs and we do better, or by another node. The value, where Theano has one, is still compared.
DIFFERENT = {
    "T.argmax(s)": "Theano's C code refuses a scalar",
    "CAReduce(scalar.sub)(x)": "Theano's C code refuses an op without identity, and subtraction is not associative anyway",
    "T.choose(iv, [v, w, v * 2])": "choices in a list are inputs of the node; Theano wraps them in a typed list",
    "T.choose(iv, (v, w))": "choices in a list are inputs of the node; Theano wraps them in a typed list",
    "T.roll(x, i, axis=-1)": "a shift that comes at run time is an op of its own, which compiles once for all shifts",
    "iv.choose([v, w, v])": "choices in a list are inputs of the node; Theano wraps them in a typed list",
}


def has_no_gradient_in_theano(gradient):
    """Theano's op states no gradient; ours is derived from what the op computes."""
    return isinstance(gradient, dict) and "has no attribute 'grad'" in gradient["error"][1]


@pytest.mark.parametrize(("family", "program"), PROGRAMS, ids=[p for _, p in PROGRAMS])
def test_program_is_what_it_is_in_theano(record, names, family, program):
    expected = RECORDED[family][program]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = record.outcome(program, names)
    for key in () if program in DIFFERENT else ("text", "type", "graph", "error"):
        assert found.get(key) == expected.get(key), key
    if "value" in expected:
        assert_same_numbers(found["value"], expected["value"], 1e-11)
    for name, gradient in expected.get("gradients", {}).items():
        if has_no_gradient_in_theano(gradient):
            continue
        if isinstance(gradient, dict):
            assert found["gradients"][name] == gradient
            continue
        assert program in DIFFERENT or found["gradients"][name][0] == gradient[0]
        assert_same_numbers(found["gradients"][name][1], gradient[1], 1e-11)
