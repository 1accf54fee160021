"""SciPy's matrices in and out: functions, shared variables, what fails, and what happens where SciPy is not installed."""
import numpy as np
import pytest
import scipy.sparse as sp

import theano
import theano.sparse as S
import theano.tensor as T

A = sp.random(6, 5, 0.4, "csr", random_state=3)
D = np.random.RandomState(4).rand(5, 3)


@pytest.mark.parametrize("mode", ["FAST_RUN", "FAST_COMPILE"])
def test_a_training_step_over_a_sparse_input_is_numpys(mode):
    x, w = S.csr_matrix("x", "float64"), theano.shared(D)
    cost = T.sum(T.tanh(S.structured_dot(x, w)) ** 2)
    step = theano.function([x], cost, updates=[(w, w - 0.1 * theano.grad(cost, w))], mode=mode)
    h = np.tanh(A @ D)
    assert step(A) == pytest.approx((h**2).sum())
    np.testing.assert_allclose(w.get_value(), D - 0.1 * (A.T @ (2 * h * (1 - h**2))))


def test_a_function_leaves_its_argument_alone_and_gives_what_nobody_else_holds():
    x = S.csr_matrix("x", "float64")
    f = theano.function([x], [x, S.remove0(x * 0.0), S.csm_data(x), x.T])
    given = A.copy()
    same, none, data, turned = f(given)
    assert none.nnz == 0
    same.data[:], data[:], turned.data[:] = 7, 7, 7
    assert (given != A).nnz == 0


def test_a_shared_matrix_is_copied_in_and_out_and_updated():
    given = A.copy()
    s = theano.shared(given, name="s")
    assert s.type == S.SparseType("csr", "float64")
    given.data[:] = 0
    s.get_value().data[:] = 0
    assert (s.get_value() != A).nnz == 0
    theano.function([], updates=[(s, s * 2.0)])()
    assert abs(s.get_value() - 2 * A).max() == 0
    s.set_value(sp.csr_matrix((2, 2)))
    assert s.get_value().shape == (2, 2)


def test_a_failing_call_changes_no_shared_matrix():
    s, d = theano.shared(A.copy()), T.dmatrix()
    f = theano.function([d], S.structured_dot(s, d), updates=[(s, s * 2.0)])
    with pytest.raises(ValueError, match="shape mismatch in StructuredDot.perform"):
        f(np.ones((2, 2)))
    assert (s.get_value() != A).nnz == 0


@pytest.mark.parametrize("form, dense, product, structured", [
    ("csr", [2, 2, 2], [10, 10, 1], [20.21467585, 20.21467585, 20.08553692]),
    ("csc", [4, 4, 1], [2, 2, 5], [20.21467585, 20.21467585, 20.08553692]),
])
def test_entries_that_share_a_place_have_theanos_gradients(form, dense, product, structured):
    # Recorded from the real Theano 1.0.5, which gives each of them the sum of what all of them should get.
    v, weights = T.dvector(), T.constant(np.arange(4.0).reshape(2, 2))
    m = S.CSM(form)(v, np.array([1, 1, 0], "int32"), np.array([0, 2, 3], "int32"), np.array([2, 2]))
    costs = (S.dense_from_sparse(m) * weights).sum(), S.structured_dot(m, weights).sum(), S.sp_sum(S.structured_exp(m), sparse_grad=True)
    found = theano.function([v], [theano.grad(c, v) for c in costs])([1.0, 2.0, 3.0])
    np.testing.assert_allclose(found, [dense, product, structured], rtol=1e-8)


@pytest.mark.parametrize("build", [
    lambda x, d: S.structured_dot(x, d) ** 2, lambda x, d: S.dense_from_sparse(x) ** 2, lambda x, d: S.sp_sum(x * x, axis=1) ** 2,
    lambda x, d: S.dense_from_sparse(S.structured_sigmoid(x)), lambda x, d: S.dense_from_sparse(S.col_scale(x, d[:, 0]) * x),
], ids=["product", "dense", "sum", "sigmoid", "scaled"])
def test_gradients_through_sparse_values_are_finite_differences(build):
    d, scale = T.dmatrix(), T.dvector()
    cost = build(S.mul_s_v(S.as_sparse_variable(A), scale), d).sum()
    point, direction = np.linspace(0.5, 1.5, 5), np.array([0.3, -0.2, 0.5, 0.1, -0.4])
    f = theano.function([scale, d], [cost, theano.grad(cost, scale)], on_unused_input="ignore")
    h = 1e-6
    finite = (f(point + h * direction, D)[0] - f(point - h * direction, D)[0]) / (2 * h)
    assert f(point, D)[1] @ direction == pytest.approx(finite, rel=1e-6, abs=1e-8)


def test_importing_brings_no_scipy_and_a_missing_one_names_the_extra(python):
    python("""
import sys
import theano, theano.sparse as S
x = S.csr_matrix("x"); y = S.structured_dot(x, S.csc_matrix()) + x.T.T
assert "scipy" not in sys.modules
sys.modules["scipy"] = None
try:
    theano.function([x], x * 2.0)([[1.0]])
except ImportError as e:
    assert "theano_compat[sparse]" in str(e), e
else:
    raise AssertionError("no error")
""")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_product_that_comes_again_is_scipys_bit_for_bit_and_the_callers_own(dtype):
    # above the size from which JAX's kernel is used, when it was met often
    a, d = sp.random(900, 900, 0.05, "csr", dtype=dtype, random_state=1), np.random.RandomState(2).rand(900, 16).astype(dtype)
    x, y = S.csr_matrix(dtype=dtype), T.matrix(dtype=dtype)
    f = theano.function([x, y], [S.dot(x, y), S.structured_dot(x, y)])
    results = [r for _ in range(4) for r in f(a, d)]
    for i, r in enumerate(results):
        np.testing.assert_array_equal(r, a @ d)
        assert r.flags.writeable and r.dtype == dtype
        r[:] = i
    assert [r[3, 3] for r in results] == list(range(8))
    other = a[:, ::-1].tocsr()  # the same sizes, other entries, not sorted
    np.testing.assert_array_equal(f(other, d)[0], other @ d)
    np.testing.assert_array_equal(f(a, np.asfortranarray(d))[0], a @ d)
    with pytest.raises(ValueError, match="dimension mismatch"):
        f(a, d[:-1])


def test_a_result_is_written_over_only_when_nobody_can_see_it():
    def place(array):
        return array.__array_interface__["data"][0]

    a, d = sp.random(700, 700, 0.05, "csr", random_state=1), np.random.RandomState(2).rand(700, 64)
    x, y = S.csr_matrix(), T.matrix()
    f = theano.function([x, y], S.dot(x, y))
    for _ in range(6):
        f(a, d)
    latest = f(a, d)
    before = place(latest)
    del latest
    result = f(a, d)
    assert place(result) == before, "this test is about memory that is used again"
    kept = {"the result": lambda r: r, "a view": lambda r: r[3:].T, "a buffer": memoryview, "a shared variable": None}
    for i, (how, keep) in enumerate(kept.items(), 1):
        state = theano.shared(result, borrow=True)
        held = keep(result) if keep else state
        del result
        result = f(a * (i + 1), d)
        seen = held.get_value() if keep is None else np.asarray(held)
        wanted = (a * i) @ d
        np.testing.assert_array_equal(seen, wanted[3:].T if how == "a view" else wanted)
        np.testing.assert_array_equal(result, (a * (i + 1)) @ d)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_shared_factor_is_read_where_it_is(dtype):
    a, d = sp.random(700, 700, 0.05, "csr", dtype=dtype, random_state=1), np.random.RandomState(2).rand(700, 64).astype(dtype)
    x, dense = S.csr_matrix(dtype=dtype), theano.shared(d)
    f = theano.function([x], [S.dot(x, dense), S.structured_dot(x, dense)])
    grow = theano.function([], [], updates=[(dense, dense * 2)])
    kept = []
    for k in range(6):
        kept += f(a)
        grow()
    for k, found in enumerate(kept):
        np.testing.assert_array_equal(found, a @ (d * np.asarray(2 ** (k // 2), dtype)))
    for value in (d[:, :3], np.asfortranarray(d), d[:, ::-1]):
        dense.set_value(value)
        for found in f(a):
            np.testing.assert_array_equal(found, a @ value)
    dense.set_value(d[:-1])
    with pytest.raises(ValueError, match="dimension mismatch"):
        f(a)
