"""Programs that Python computes alone, called again and again: the short way through a call gives what the first call gave."""
import gc
import weakref

import numpy as np
import pytest
import scipy.sparse as sp

import theano
import theano.sparse as S
import theano.tensor as T

PROGRAMS = {
    "product": lambda x, d: S.dot(x, d),
    "of a transpose": lambda x, d: S.structured_dot(x.T, d),
    "its parts": lambda x, d: [*S.csm_properties(x)[:3], x, S.csm_data(x), d],
    "the same twice": lambda x, d: [x, x, d, d, S.csm_indices(x), S.csm_indices(x)],
    "dense": lambda x, d: [S.dense_from_sparse(x), S.sp_sum(x, axis=0), T.constant(np.arange(3.0))],
    "sparse": lambda x, d: [S.mul(x, d), x.T, x + x],
    "two steps": lambda x, d: S.dot(S.structured_dot(x, x), d),
    "by name": lambda x, d: {"a": S.dot(x, d), "b": x},
}


def plain(value):
    if isinstance(value, dict):
        return [plain(value[k]) for k in sorted(value)]
    if isinstance(value, list):
        return [plain(v) for v in value]
    return value.toarray() if sp.issparse(value) else np.array(value)


def arrays(value):
    for v in value.values() if isinstance(value, dict) else value if isinstance(value, list) else [value]:
        yield from (v.data, v.indices, v.indptr) if sp.issparse(v) else [v]


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("name", list(PROGRAMS))
def test_a_call_gives_what_the_first_gave_and_nothing_of_the_callers(name, shared):
    a, dense = sp.random(4, 4, 0.5, "csr", random_state=1), np.random.RandomState(2).rand(4, 4)
    x, d = S.csr_matrix("x"), theano.shared(dense) if shared else T.matrix("d")
    f = theano.function([x] if shared else [x, d], PROGRAMS[name](x, d), on_unused_input="ignore")
    given = (a,) if shared else (a, dense)
    first = plain(f(*given))
    for _ in range(4):
        found = f(*given)
        assert str(plain(found)) == str(first)
        for one in arrays(found):
            assert one.flags.writeable
            one[...] = 7
    assert str(plain(f(*given))) == str(first)
    assert f._short is not None
    if shared:
        d.set_value(2 * dense)
        again = theano.function([x], PROGRAMS[name](x, d), on_unused_input="ignore")
        assert str(plain(f(a))) == str(plain(again(a)))


def test_errors_are_the_same_at_each_call():
    x, d, v = S.csr_matrix("x"), T.matrix("d"), theano.shared(np.ones((4, 2)))
    f = theano.function([x, d], S.dot(x, S.structured_dot(x, d)) + S.dot(x, v))
    a, told = sp.random(4, 4, 0.5, "csr", random_state=1), set()
    for _ in range(5):
        f(a, np.ones((4, 2)))
        with pytest.raises(ValueError) as caught:
            f(a, np.ones((3, 2)))
        told.add(str(caught.value).split("\n")[0])
        with pytest.raises((TypeError, AttributeError)) as caught:
            f(a, None)
        told.add(str(caught.value).split("\n")[0])
    assert len(told) == 2
    v.set_value(np.ones((5, 2)))
    with pytest.raises(ValueError, match="dimension mismatch"):
        f(a, np.ones((4, 2)))


def test_what_is_written_into_a_shown_value_counts():
    x, d = S.csr_matrix("x"), theano.shared(np.ones((2, 2)))
    f = theano.function([x], S.dot(x, d))
    a = sp.csr_matrix(np.eye(2))
    for _ in range(4):
        f(a)
    d.container.value[0, 1] = 5.0
    assert f(a).tolist() == [[1.0, 5.0], [1.0, 1.0]]


def test_a_function_is_freed_with_its_last_reference():
    x = S.csr_matrix("x")
    f = theano.function([x], S.dot(x, theano.shared(np.ones((2, 2)))))
    for _ in range(4):
        f(sp.csr_matrix(np.eye(2)))
    gone = weakref.ref(f)
    gc.disable()
    try:
        del f
        assert gone() is None
    finally:
        gc.enable()
