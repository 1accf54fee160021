"""Linear algebra, extra_ops, top k, transforms, typed lists: as recorded from real Theano, and what it has no record of."""
import json
import os
import warnings

import jax
import pytest
from recorders import GOLDEN, assert_same_numbers, recorder, sampled

RECORDED = json.loads((GOLDEN / "library.json").read_text())
SLOW = () if os.environ.get("ALL_PROGRAMS") else ("S.ExpmGrad()(Z, P)", "S.expm(Q)")  # XLA compiles them for seconds, others are like them
PROGRAMS = sampled([(family, program) for family in sorted(RECORDED) if family != "command" for program in RECORDED[family]
                    if program not in SLOW], .25)


@pytest.fixture(scope="module")
def record():
    """The recording script's helper with its programs: the same, run here."""
    with recorder("record_library") as module:
        yield module.families


@pytest.fixture(scope="module")
def names(record):
    return record.namespace()


# Where we do better, or by another way: what differs, and why.
_OTHER_GRAPH = (("derived",), "the gradient is derived, and gives the same numbers")
DIFFERENT = {
    "T.sort(T.topk(h, 2, sorted=False))": _OTHER_GRAPH,
    "T.sort(T.topk(x, 2, sorted=False))": _OTHER_GRAPH,
    "T.sort(T.topk(x, -2, sorted=False))": _OTHER_GRAPH,
    "T.topk(x, v, sorted=False)": (("error",), "Theano fails to format its message"),
    "S.expm(Z) @ Z=-500 * np.eye(2)": (("gradients",), "Theano's gradient is NaN where eigenvalues coincide"),
    "fft.rfft_op(x, [2])": (("gradients",), "Theano's gradient has not the shape of x"),
    "fft.rfft_op(x, [4])": (("gradients",), "Theano's gradient has not the shape of x"),
    "theano.typed_list.length(theano.typed_list.make_list([v, w]).insert(1, v))": (("error",), "Theano's C code asserts"),
    "theano.typed_list.make_list([x, y]).append(x)[-1]": (("error",), "Theano's C code takes no negative index"),
    "fft.irfft_op(t3, [3]) @ t3=R(2, 3, 2)": (("gradients",), "Theano's gradient has not the shape of t3"),
}
# P against itself: every vector is an eigenvector, and which ones come out is LAPACK's choice on a CPU, cuSOLVER's on a GPU
ANY_BASIS = {"S.EigvalshGrad(lower=False)(P, P, v)[1]"}
DIFFERENT = {**{p: _OTHER_GRAPH for p in RECORDED["transforms"]}, **DIFFERENT}


@pytest.mark.parametrize(("family", "program"), PROGRAMS, ids=[p for _, p in PROGRAMS])
def test_program_is_what_it_is_in_theano(record, names, family, program):
    expected = RECORDED[family][program]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = record.outcome(program, names)
    different = DIFFERENT.get(program, ((), ""))[0]
    if program in ANY_BASIS and jax.default_backend() != "cpu":
        different += ("value",)
    for key in ("text", "type", "graph", "error"):
        if key not in different:
            assert found.get(key) == expected.get(key), key
    if "value" in expected and "value" not in different:
        assert_same_numbers(found["value"], expected["value"], 1e-9, single=2e-5)
    for name, gradient in expected.get("gradients", {}).items():
        # an op that states no gradient in Theano has one here, derived from what it computes
        if isinstance(gradient, list) and "gradients" not in different:
            assert found["gradients"][name][0] == gradient[0] or "derived" in different
            assert_same_numbers(found["gradients"][name][1], gradient[1], 1e-9, single=2e-5)
