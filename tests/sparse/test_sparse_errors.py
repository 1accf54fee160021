"""Sparse programs fail as under real Theano 1.0.5, by class and first sentence, and what does not fail gives the same type."""
import json

import pytest
from recorders import GOLDEN, recorder

RECORDED = json.loads((GOLDEN / "sparse_errors.json").read_text())

_MEMORY = "Theano's C code does not look at the shapes and reads beside the arrays; here it is an error"
_ZEROS = "Theano's helper for gradients of integers does not take the argument it is given; nothing was meant by it"
DIFFERENT = {
    "run(x + d, x=X, d=np.ones((3, 3)))": _MEMORY,
    "run(x * d, x=X, d=np.ones((3, 3)))": _MEMORY,
    "run(S.mul_s_v(x, v), x=X, v=np.ones(2))": _MEMORY,
    "run(S.structured_add_s_v(x, v), x=X, v=np.ones(2))": _MEMORY,
    "T.grad(S.sp_sum(i), i)": _ZEROS,
    "T.grad(S.sp_sum(S.eq(x, x)), x)": _ZEROS,
    "theano.dot(x, t)": "Theano stumbles over its own message",
    # sentences of SciPy's, which words them anew
    "run(S.vstack([x, x.T]), x=X)": "SciPy says now that columns do not fit",
    'S.SparseType("csr", "float32").filter(X, strict=True)': "the sentence begins with the matrix as SciPy prints it",
    'theano.shared(X, borrow=True, strict=True).set_value(X.astype("float32"))': "the sentence begins with the matrix as SciPy prints it",
}


@pytest.fixture(scope="module")
def found():
    with recorder("record_sparse_errors") as record:
        names = {}
        exec(record.PROLOGUE, names)
        yield {case: record.one(case, names) for case in record.cases()}


def _same(ours, theirs):
    """One class, and the original sentence first; where Theano says nothing, anything may be said."""
    return ours[0] == theirs[0] and ours[1].startswith(theirs[1]) and (ours[0] is not None or ours[1] == theirs[1])


def test_sparse_programs_fail_as_theanos_do(found):
    assert found.keys() == RECORDED.keys()
    wrong = [(case, found[case], RECORDED[case]) for case in found if case not in DIFFERENT and not _same(found[case], RECORDED[case])]
    assert not wrong, "\n".join(map(str, wrong))
    assert not [case for case in DIFFERENT if _same(found[case], RECORDED[case])], "closed"


def test_what_theano_reads_beside_its_arrays_is_an_error_that_says_why(found):
    for case, why in DIFFERENT.items():
        if why is _MEMORY:
            assert found[case][0] in ("AssertionError", "ValueError") and "shape" in found[case][1] or "columns" in found[case][1]
