"""Draws, errors, texts and graphs equal to those recorded from the real Theano."""
import importlib.util
import json
import warnings
from pathlib import Path

import jax
import numpy as np
import pytest
from recorders import sampled

import theano
from theano.tensor.shared_randomstreams import RandomStreams
from theano_compat.tensor.random import mrg_arith

GOLDEN = Path(__file__).resolve().parent.parent / "golden"
_spec = importlib.util.spec_from_file_location("record_random", GOLDEN / "record_random.py")
record = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(record)
RECORDED = json.loads((GOLDEN / "random.json").read_text())

# log, sin and cos are XLA's, not the C library's; the recorded products may be fused differently
ROUNDED = ("M.normal", "M.truncated_normal")
# NumPy's own sentences, which changed since
NUMPYS = {"R.uniform((2,), low=v).eval()", "R.random_integers((3,), 5, 3).eval()", "R.binomial((2,), 5, 1.5).eval()",
          "R.poisson((2,), -1).eval()", "R.binomial((2,), n=lv, p=.5).eval()"}
CASES = sampled([(seed, e) for seed, draws in RECORDED["draws"].items() for e in draws], .5)


def unpacked(entry):
    dtype, shape, digits = entry
    return np.frombuffer(bytes.fromhex(digits), dtype).reshape(shape)


@pytest.mark.parametrize("seed, expression", CASES)
def test_draws_are_theanos(seed, expression):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        values = record.draws(expression, int(seed))
    expected = RECORDED["draws"][seed][expression]
    for value, entry in zip(values, expected, strict=True):
        wanted = unpacked(entry)
        got = unpacked(value)
        assert (got.dtype, got.shape) == (wanted.dtype, wanted.shape)
        if expression.startswith(ROUNDED) or "low=f" in expression:
            near = 1e-6 if got.dtype == "float32" else 1e-12
            np.testing.assert_allclose(got, wanted, rtol=2 * near, atol=near)
        else:
            assert value == entry


@pytest.mark.parametrize("expression", RECORDED["errors"])
def test_errors_are_theanos(expression):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        outcome = record.outcome(expression)
    expected = RECORDED["errors"][expression]
    assert outcome[0] == expected[0] if expression in NUMPYS else outcome == expected


@pytest.mark.parametrize("expression", RECORDED["texts"])
def test_texts_are_theanos(expression):
    assert record.outcome(expression) == RECORDED["texts"][expression]


@pytest.mark.parametrize("expression", RECORDED["graphs"])
def test_graphs_are_theanos(expression):
    assert record.graph(expression) == RECORDED["graphs"][expression]


@pytest.mark.parametrize("seed", RECORDED["states"])
def test_states_of_streams_are_theanos(seed):
    assert record.stream_states(int(seed)) == RECORDED["states"][seed]


def test_streams_in_use_draw_what_theanos_draw():
    assert json.loads(json.dumps(record.streams_in_use(record.SEEDS[1]))) == RECORDED["uses"]


def test_nobody_holds_the_generator_that_a_call_leaves_behind():
    stream = RandomStreams(3)
    draw = stream.uniform((2,))
    state, following = stream.state_updates[0]
    twice = theano.function([], [following, following, draw], updates=stream.state_updates)
    first, second, _ = twice()
    held = state.get_value(borrow=True)
    assert len({id(g) for g in (first, second, held)}) == 3
    expected = np.random.RandomState()
    expected.set_state(held.get_state())
    for generator in (first, second):
        generator.uniform(size=7)
    np.testing.assert_array_equal(twice()[2], expected.uniform(size=2))
    ahead = np.random.RandomState()
    ahead.set_state(state.get_value().get_state())
    held.uniform(size=5)  # of the call before: nobody draws from it any more
    np.testing.assert_array_equal(twice()[2], ahead.uniform(size=2))


@pytest.mark.parametrize(("streams", "count"), [(1, 7), (1, 5000), (60, 1000), (60, 100003), (15360, 100000), (3, 3 * 2049 + 1)])
def test_an_accelerators_way_to_draw_gives_the_same_numbers(streams, count, monkeypatch):
    state = mrg_arith.substreams(np.arange(1, 7) * 12345, streams)
    expected = mrg_arith.draw(np, state, count, mrg_arith.numpy_scan)
    monkeypatch.setattr(mrg_arith, "runs_on_cpu", lambda: False)
    with jax.enable_x64(True):
        found = jax.jit(lambda state: mrg_arith.draw(jax.numpy, state, count, mrg_arith.jax_scan))(state)
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)
