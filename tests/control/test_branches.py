"""ifelse computes one branch: counted by an op in Python that notes when it runs, and by callbacks from inside XLA programs."""
import re

import numpy as np
import pytest

import theano
import theano.tensor as T
from theano.ifelse import ifelse

c, x, y = T.lscalar("c"), T.dvector("x"), T.dvector("y")


def noting(seen, label, v):
    """`v`, and `label` in `seen` whenever it is computed."""
    return theano.printing.Print(global_fn=lambda op, value: seen.append(label))(v)


def test_only_one_branch_is_computed():
    seen = []
    f = theano.function([c, x, y], ifelse(c, noting(seen, "then", T.exp(x)), noting(seen, "else", -y)))
    np.testing.assert_allclose(f(1, [1.0], [2.0]), np.exp([1.0]))
    assert seen == ["then"]
    np.testing.assert_allclose(f(0, [1.0], [2.0]), [-2])
    assert seen == ["then", "else"]


def test_gradients_go_through_the_branch_that_was_chosen():
    seen = []
    r = ifelse(c, noting(seen, "then", x * 2).sum(), noting(seen, "else", y * 3).sum())
    f = theano.function([c, x, y], [r, *T.grad(r, [x, y])])
    assert [float(v.sum()) for v in f(1, [1.0], [2.0])] == [2, 2, 0]
    assert [float(v.sum()) for v in f(0, [1.0], [2.0])] == [6, 0, 3]
    assert seen == ["then", "else"]


def test_what_both_branches_need_is_computed_once():
    seen = []
    both = noting(seen, "both", x * 2)
    f = theano.function([c, x], ifelse(c, both + 1, both - 1))
    np.testing.assert_array_equal(f(1, [1.0]), [3])
    np.testing.assert_array_equal(f(0, [1.0]), [1])
    assert seen == ["both", "both"]


def test_nested_branches():
    seen = []
    inner = ifelse(T.gt(c, 1), noting(seen, "large", x * 3), noting(seen, "one", x * 2))
    f = theano.function([c, x], ifelse(T.gt(c, 0), inner, noting(seen, "small", -x)))
    assert [float(f(k, [1.0])[0]) for k in (0, 1, 2)] == [-1, 2, 3]
    assert seen == ["small", "one", "large"]


def test_branches_inside_a_loop():
    seen = []
    r, _ = theano.scan(lambda v: ifelse(T.gt(v, 1), noting(seen, "then", v * 3), noting(seen, "else", -v)), sequences=x)
    f = theano.function([x], [r, T.grad(r.sum(), x)])
    r, g = f([0.0, 1.0, 2.0, 3.0])
    np.testing.assert_array_equal(r, [0, -1, 6, 9])
    np.testing.assert_array_equal(g, [-1, -1, 3, 3])
    assert seen == ["else", "else", "then", "then"]


def test_branches_of_different_sizes():
    f = theano.function([x], ifelse(T.gt(x.sum(), 3), x[:1], x))
    assert [f(np.ones(k)).shape for k in (2, 5, 3, 6)] == [(2,), (1,), (3,), (1,)]


def test_a_failing_branch_fails_only_when_chosen():
    import pytest

    from theano.tensor.opt import Assert
    f = theano.function([c, x], ifelse(c, Assert("bad")(x, T.gt(x[0], 0)), x))
    np.testing.assert_array_equal(f(0, [-1.0]), [-1])
    np.testing.assert_array_equal(f(1, [1.0]), [1])
    with pytest.raises(AssertionError, match="bad"):
        f(1, [-1.0])


def test_generics_are_chosen_between_as_they_are():
    a, b = theano.generic(), theano.generic()
    f = theano.function([c, a, b], ifelse(c, a, b))
    assert f(1, ["a"], ["b"]) == ["a"]
    assert f(0, ["a"], ["b"]) == ["b"]


# (name, the branch that is given when c is not 1, its inputs beside x and c, arguments under which it fails, the error it fails with).
# What the real Theano 1.0.5 does (linker=vm): the other branch's result, undisturbed, and the failing node's own error.
FAILING = [
    ("a reshape to another size", lambda x, n, A: x.reshape((n, 2)).sum(), (3, np.ones((2, 3))), ValueError, "Reshape{2}"),
    ("factors that do not fit", lambda x, n, A: T.dot(A, x).sum(), (3, np.ones((2, 3))), ValueError, "dot(A, x)"),
    ("an index out of bounds", lambda x, n, A: x[n] * 2, (9, np.ones((2, 3))), IndexError, "Subtensor{int64}"),
    ("lengths that do not fit", lambda x, n, A: (T.arange(n) * x).sum(), (3, np.ones((2, 3))), ValueError, "Elemwise{mul,no_inplace}"),
    ("an assertion", lambda x, n, A: T.opt.Assert("negative")(x, T.all(x < 0)).sum(), (3, np.ones((2, 3))), AssertionError, "Assert"),
]


@pytest.mark.parametrize("name, branch, late, error, node", FAILING, ids=[row[0] for row in FAILING])
def test_a_branch_that_is_not_taken_cannot_fail(name, branch, late, error, node):
    x, n, A, c = T.dvector("x"), T.lscalar("n"), T.dmatrix("A"), T.lscalar("c")
    calls = theano.shared(0)
    f = theano.function([x, n, A, c], ifelse(T.eq(c, 1), x.sum(), branch(x, n, A)), updates=[(calls, calls + 1)],
                        on_unused_input="ignore")
    assert f(np.ones(4), *late, 1) == 4
    with pytest.raises(error, match=re.escape("Apply node that caused the error: " + node)):
        f(np.ones(4), *late, 0)
    assert f(np.ones(4), *late, 1) == 4
    assert calls.get_value() == 2


def test_the_error_of_the_branch_that_is_taken_is_told_though_the_other_would_fail_first():
    x, n, A, c = T.dvector("x"), T.lscalar("n"), T.dmatrix("A"), T.lscalar("c")
    f = theano.function([x, n, A, c], ifelse(T.eq(c, 1), x[n] * 2, T.dot(A, x).sum()))
    with pytest.raises(ValueError, match="Shape mismatch"):
        f(np.ones(4), 9, np.ones((2, 3)), 0)
    with pytest.raises(IndexError):
        f(np.ones(4), 9, np.ones((2, 3)), 1)
