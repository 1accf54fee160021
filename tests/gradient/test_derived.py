"""Derivatives made from an op's lowering: VJP and JVP nodes, alone and within a program, and their derivatives."""
import numpy as np
import pytest

import theano
import theano.tensor as T
from theano import gradient
from theano.gradient import JVP, VJP


class Swirl(theano.Op):
    """Two outputs and an integer input, with a meaning in JAX and no derivative: (sin(x) * y ** n, sum of x * y, n + 1)."""

    __props__ = ()

    def make_node(self, x, y, n):
        x, y, n = map(T.as_tensor_variable, (x, y, n))
        return theano.Apply(self, [x, y, n], [x.type(), T.TensorType(x.dtype, ())(), n.type()])

    def lower(self, node, x, y, n):
        import jax.numpy as jnp
        power = jnp.asarray(n).astype(x.dtype)
        return jnp.sin(x) * y ** power, (x * y).sum(), n + 1


X, Y = np.array([0.5, 1.5, 2.5]), np.array([2.0, 0.5, 1.25])


def _inputs():
    return T.dvector("x"), T.dvector("y"), T.lscalar("n")


def test_a_vjp_node_gives_the_gradients_and_has_a_name():
    x, y, n = _inputs()
    a, b, _ = Swirl()(x, y, n)
    g = T.grad(a.sum() + b * 3, [x, y])
    assert str(g[0].owner.op) == "VJP{Swirl}"
    assert g[0].owner is g[1].owner
    f = theano.function([x, y, n], [a, b, *g])
    a_value, b_value, gx, gy = f(X, Y, 2)
    np.testing.assert_allclose(a_value, np.sin(X) * Y ** 2)
    np.testing.assert_allclose(gx, np.cos(X) * Y ** 2 + 3 * Y)
    np.testing.assert_allclose(gy, np.sin(X) * 2 * Y + 3 * X)


def test_only_what_is_used_is_differentiated():
    x, y, n = _inputs()
    _, b, _ = Swirl()(x, y, n)
    g = T.grad(b, x)
    assert g.owner.op.given == (1,)
    np.testing.assert_allclose(theano.function([x, y, n], g)(X, Y, 2), Y)


def test_integer_inputs_are_disconnected_from_floats_and_zero_through_integers():
    x, y, n = _inputs()
    a, _, m = Swirl()(x, y, n)
    with pytest.raises(gradient.DisconnectedInputError):
        T.grad(a.sum(), n)
    assert T.grad(m, n).eval({n: 3}) == 0
    with pytest.raises(gradient.DisconnectedInputError):
        T.grad(a.sum(), n)


def test_third_derivatives():
    x, y, n = _inputs()
    g = Swirl()(x, y, n)[0].sum()
    for _ in range(3):
        g = T.grad(g.sum(), x)
    np.testing.assert_allclose(theano.function([x, y, n], g)(X, Y, 2), -np.cos(X) * Y ** 2)


def test_rop_makes_a_jvp_node():
    x, y, n = _inputs()
    v, w = T.dvector("v"), T.dvector("w")
    a, b, _ = Swirl()(x, y, n)
    ra, rb = T.Rop([a, b], [x, y], [v, w])
    assert isinstance(ra.owner.op, JVP)
    assert str(ra.owner.op) == "JVP{Swirl}"
    f = theano.function([x, y, n, v, w], [ra, rb])
    va, vb = f(X, Y, 2, X, Y)
    np.testing.assert_allclose(va, np.cos(X) * X * Y ** 2 + np.sin(X) * 2 * Y * Y)
    np.testing.assert_allclose(vb, 2 * (X * Y).sum())


def test_rop_of_a_vjp_is_the_hessian_times_a_vector():
    x, y, n = _inputs()
    v = T.dvector("v")
    g = T.grad(Swirl()(x, y, n)[0].sum(), x)
    hv = T.Rop(g, x, v)
    np.testing.assert_allclose(theano.function([x, y, n, v], hv)(X, Y, 2, Y), -np.sin(X) * Y ** 2 * Y)


def test_verify_grad_passes_for_derived_gradients():
    gradient.verify_grad(lambda x, y: Swirl()(x, y, 2)[0], [X, Y], rng=np.random.RandomState(1))


def test_derived_nodes_are_equal_when_their_bases_are_and_survive_pickling():
    import pickle
    x, y, n = _inputs()
    one, two = (T.grad(Swirl()(x, y, n)[1], x).owner.op for _ in range(2))
    assert one == two
    assert hash(one) == hash(two)
    assert isinstance(one, VJP)
    x2, y2, n2, g2 = pickle.loads(pickle.dumps([x, y, n, T.grad(Swirl()(x, y, n)[1], x)]))
    np.testing.assert_allclose(theano.function([x2, y2, n2], g2)(X, Y, 2), Y)


def test_forward_and_derivative_share_one_pullback():
    """The lowering of a forward node together with its VJP nodes: the base op is lowered once."""
    class Counted(Swirl):
        calls = 0

        def lower(self, node, x, y, n):
            Counted.calls += 1
            return Swirl.lower(self, node, x, y, n)

    x, y, n = _inputs()
    a, b, _ = Counted()(x, y, n)
    f = theano.function([x, y, n], [a, *T.grad(a.sum() * b, [x, y])])
    Counted.calls = 0
    a_value, gx, gy = f(X, Y, 2)
    assert Counted.calls == 1
    b_value = (X * Y).sum()
    np.testing.assert_allclose(gx, np.cos(X) * Y ** 2 * b_value + (np.sin(X) * Y ** 2).sum() * Y)


class Guarded(theano.Op):
    """sqrt that refuses negative numbers, to see that conditions survive differentiation."""

    __props__ = ()
    can_fail = True

    def make_node(self, x):
        return theano.Apply(self, [x], [x.type()])

    def lower(self, node, x):
        import jax.numpy as jnp

        from theano_compat.graph.checks import check
        check(jnp.all(x >= 0), node, ValueError, "negative")
        return jnp.sqrt(x)


def test_conditions_inside_a_differentiated_op_hold():
    x = T.dvector("x")
    f = theano.function([x], T.grad(Guarded()(x).sum(), x))
    np.testing.assert_allclose(f([4.0, 1.0]), [0.25, 0.5])
    with pytest.raises(ValueError, match="negative"):
        f([4.0, -1.0])
    v = T.dvector("v")
    r = theano.function([x, v], T.Rop(Guarded()(x), x, v))
    with pytest.raises(ValueError, match="negative"):
        r([4.0, -1.0], [1.0, 1.0])


def test_conditions_inside_a_jacobian_hold():
    x = T.dvector("x")
    f = theano.function([x], gradient.jacobian(Guarded()(x), x))
    np.testing.assert_allclose(f([4.0, 1.0]), np.diag([0.25, 0.5]))
    with pytest.raises(ValueError, match="negative"):
        f([4.0, -1.0])


class FirstRows(theano.Op):
    """The first `n` elements: an op whose shape is a fact."""

    __props__ = ()

    def make_node(self, x, n):
        return theano.Apply(self, [x, T.as_tensor_variable(n)], [x.type()])

    def fact_inputs(self, node):
        return (1,), ()

    def facts(self, node, values, shapes):
        return int(values[1])

    def lower(self, node, x, n, facts):
        return x[:facts] ** 2


def test_facts_pass_through_derived_nodes():
    x, n = T.dvector("x"), T.lscalar("n")
    out = FirstRows()(x, n)
    f = theano.function([x, n], [out, T.grad(out.sum(), x)])
    value, g = f(X, 2)
    np.testing.assert_allclose(value, X[:2] ** 2)
    np.testing.assert_allclose(g, [1.0, 3.0, 0.0])
    jac = theano.function([x, n], gradient.jacobian(out, x))
    np.testing.assert_allclose(jac(X, 2), [[1, 0, 0], [0, 3, 0]])
    np.testing.assert_allclose(jac(X, 1), [[1, 0, 0]])
    np.testing.assert_allclose(jac(X, 0), np.zeros((0, 3)))


def test_the_program_inside_a_hessian_may_share_much():
    x = T.dvector("x")
    y = T.sin(x)
    for _ in range(24):  # 2 ** 24 ways and more from the end to the beginning
        y = 0.75 * y + 0.25 * y ** 2
    f = theano.function([x], gradient.hessian(y.sum(), x))

    def numbers(x):
        v, d, dd = np.sin(x), np.cos(x), -np.sin(x)
        for _ in range(24):
            v, d, dd = 0.75 * v + 0.25 * v ** 2, (0.75 + 0.5 * v) * d, (0.75 + 0.5 * v) * dd + 0.5 * d ** 2
        return np.diag(dd)

    np.testing.assert_allclose(f(X), numbers(X), rtol=1e-9)


def test_equal_jacobians_are_computed_once():
    x = T.dvector("x")

    def metric(x):
        j = gradient.jacobian(T.stack([T.sin(x[0]) * x[1], x[0] ** 2]), x)
        return T.dot(j.T, j)

    f = theano.function([x], [metric(x), T.dot(metric(x), x), gradient.jacobian(metric(x).flatten(), x)])
    rows = [node for node in f.maker.fgraph.apply_nodes if type(node.op).__name__ == "Rows"]
    assert len(rows) == 2
    other = theano.function([x], [gradient.jacobian(x ** 2, x), gradient.jacobian(x ** 3, x)])
    assert len({node.op for node in other.maker.fgraph.apply_nodes if type(node.op).__name__ == "Rows"}) == 2
    a, b = 0.5, 2.0
    j = np.array([[np.cos(a) * b, np.sin(a)], [2 * a, 0]])
    dj = [np.array([[-np.sin(a) * b, np.cos(a)], [2, 0]]), np.array([[np.cos(a), 0], [0, 0]])]
    value, product, slope = f([a, b])
    np.testing.assert_allclose(value, j.T @ j)
    np.testing.assert_allclose(product, j.T @ j @ [a, b])
    np.testing.assert_allclose(slope, np.stack([(d.T @ j + j.T @ d).ravel() for d in dj], axis=1))
