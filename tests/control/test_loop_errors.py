"""What a loop says when a step fails, when a gradient is undefined, and how derivatives go through loops that end by themselves."""
import numpy as np
import pytest

import theano
import theano.tensor as T
from theano.gradient import NullTypeGradError
from theano.scan_module import until
from theano.scan_module.scan_op import Scan
from theano.scan_module.scan_utils import compress_outs, forced_replace, scan_args, scan_can_remove_outs
from theano.tensor.opt import Assert
from theano.tensor.shared_randomstreams import RandomStreams

x, X = T.dvector("x"), T.dmatrix("X")
s, t = T.dscalars("s", "t")


def test_a_failing_step_tells_of_its_own_node_then_of_the_loop():
    f = theano.function([x, X], theano.scan(lambda v: v + x, X)[0])
    with pytest.raises(ValueError) as e:
        f([1.0, 2.0], np.ones((4, 3)))
    inner, outer = str(e.value).split("\nApply node that caused the error: for{cpu,scan_fn}(")
    assert "Apply node that caused the error: Elemwise{add,no_inplace}(X[t], x_copy)" in inner
    assert "Inputs shapes: [(3,), (2,)]" in inner and "theano.scan(lambda v: v + x, X)" in inner
    assert "Inputs shapes: [(), (4, 3), (), (2,)]" in outer


def test_a_failing_assertion_shows_the_values_of_the_step_that_failed():
    f = theano.function([x], theano.scan(lambda v: Assert("negative")(v, T.ge(v, 0)), x)[0])
    with pytest.raises(AssertionError, match=r"(?s)^negative\nApply node that caused the error: Assert.*array\(-2\.\)"):
        f([1.0, -2.0, 3.0])


def test_gradients_through_draws_are_undefined_where_theano_says_so():
    rng = RandomStreams(5)
    w = theano.shared(np.ones(3))
    r, _ = theano.scan(lambda a: rng.normal((3,), avg=a) + a, outputs_info=x, n_steps=4)
    with pytest.raises(NullTypeGradError, match=r"input 2 \(x\[t-1\]\) of the RandomFunction\{normal\} op is mathematically undef"):
        T.grad(r.sum(), x)
    r, _ = theano.scan(lambda a: rng.normal((3,), avg=w) + a, outputs_info=x, n_steps=4)
    T.grad(r.sum(), x)
    with pytest.raises(NullTypeGradError, match="No gradient defined through raw random numbers op"):
        T.grad(r.sum(), w)


def _cut_and_ended(steps, **options):
    """The same sum of squares over `steps` of a sequence: once by a shorter sequence, once by `until`."""
    initial = dict(initial=T.stack([s, t]), taps=[-1, -2])
    cut, _ = theano.scan(lambda v, a, b: T.sin(a * v) + b, x[:steps], initial, **options)
    ended, _ = theano.scan(lambda v, a, b: (T.sin(a * v) + b, until(v > steps - 1)), x, initial, **options)
    return (cut ** 2).sum(), (ended ** 2).sum()


@pytest.mark.parametrize("kept", [-1, 2])
def test_derivatives_of_every_order_go_through_until(kept):
    values = np.arange(1.0, 7.0), .5, .2
    found = []
    for cost in _cut_and_ended(3, truncate_gradient=kept):
        gs, gx = T.grad(cost, [s, x])
        higher = [T.grad(gs, s), T.Rop(gs, s, t), T.grad(gx.sum(), x)] if kept == -1 else []
        found.append(theano.function([x, s, t], [gs, gx, *higher])(*values))
    for ours, cut in zip(*found, strict=True):
        np.testing.assert_allclose(ours, cut, rtol=1e-9)


def test_what_would_come_after_the_end_spoils_no_gradient():
    # the step after the last one would take the root of a negative number
    r, _ = theano.scan(lambda a: (T.sqrt(a - 1), until(a < 2.5)), outputs_info=s, n_steps=50)
    values, g = theano.function([s], [r, T.grad(r.sum(), s)])(100.0)
    assert len(values) == 4 and values[-1] < 1
    factors = np.cumprod(.5 / values)
    np.testing.assert_allclose(g, factors.sum())


def test_a_loop_that_ends_by_a_condition_may_have_nothing_to_do():
    r, _ = theano.scan(lambda v: (v * 2, until(v > 2)), sequences=x)
    values, g = theano.function([x], [r, T.grad(r.sum(), x)])([])
    assert values.shape == g.shape == (0,)


def test_gradients_through_until_compile_for_powers_of_two():
    r, _ = theano.scan(lambda a: (a + s, until(a >= t)), outputs_info=np.float64(0), n_steps=100)
    f = theano.function([s, t], T.grad(r[-1], s))
    for steps in range(1, 20):
        np.testing.assert_allclose(f(1.0, steps), steps + 1)
    made = [n.op for n in f.maker.fgraph.toposort() if type(n.op).__name__ == "VJP"]
    assert len(made[0]._programs) == 5  # up to 2, 4, 8, 16 and 32 steps


def test_an_initial_value_with_too_few_rows_is_an_error():
    y = T.dvector("y")
    f = theano.function([x, y], theano.scan(lambda v, a: v + a, x, dict(initial=y, taps=[-3]))[0])
    np.testing.assert_array_equal(f([1.0, 2.0], [1.0, 2.0, 3.0]), [2, 4])
    with pytest.raises(ValueError, match="has 2 rows"):
        f([1.0, 2.0], [1.0, 2.0])


def test_a_node_comes_apart_and_together():
    r, _ = theano.scan(lambda v, a, b: [a + v, a + b, v * s], sequences=x, outputs_info=[s, s, None])
    node = next(v for v in r if v.owner.inputs).owner.inputs[0].owner
    args = scan_args(node.inputs, node.outputs, node.op.inputs, node.op.outputs, node.op.info)
    again = Scan(args.inner_inputs, args.inner_outputs, args.info)
    assert again == node.op and args.outer_inputs == node.inputs and args.outer_outputs == node.outputs
    assert scan_can_remove_outs(node.op, [0, 1, 2]) == ([], [0, 1, 2])
    assert scan_can_remove_outs(node.op, [0, 2]) == ([0], [2])
    inputs, outputs, info, outer, places = compress_outs(node.op, [1, 2], node.inputs)
    small = Scan(inputs, outputs, info)(*outer)
    np.testing.assert_array_equal(small.eval({x: [1.0, 2.0], s: 3.0}), [3, 4, 6])
    assert dict(places) == {0: 0}
    both = args.merge(scan_args(node.inputs, node.outputs, node.op.inputs, node.op.outputs, node.op.info))
    assert both.info["n_sit_sot"] == 4 and args.info["n_sit_sot"] == 2


def test_equal_parts_of_a_graph_are_replaced_by_force():
    v = forced_replace(T.nnet.sigmoid(x) * (1 - T.nnet.sigmoid(x)), T.nnet.sigmoid(x), x)
    np.testing.assert_array_equal(v.eval({x: [2.0]}), [-2])
    assert forced_replace(None, x, x) is None


def test_a_step_index_is_checked_where_it_may_leave_the_array_and_only_there():
    f = theano.function([x], theano.scan(lambda k: x[k], sequences=T.arange(3))[0])
    np.testing.assert_array_equal(f([1.0, 2.0, 3.0]), [1, 2, 3])
    with pytest.raises(IndexError, match="index out of bounds"):
        f([1.0, 2.0])
    beside = theano.function([x], theano.scan(lambda k: x[k - 1] * x[k], sequences=T.arange(x.shape[0] + 1))[0])
    with pytest.raises(IndexError, match="index out of bounds"):
        beside([1.0, 2.0])


class Failing(theano.Op):
    """Notes that it runs, and fails."""

    __props__ = ()
    runs = []

    def make_node(self, v):
        return theano.Apply(self, [v], [v.type()])

    def perform(self, node, inputs, output_storage):
        self.runs.append(inputs[0])
        raise RuntimeError("no good")


def test_what_has_effects_does_not_run_again_to_find_the_node_that_failed():
    seen = []
    noted = theano.printing.Print(global_fn=lambda op, value: seen.append("print"))
    r, _ = theano.scan(lambda v, a: Failing()(noted(a)) * v, sequences=x, outputs_info=x)
    for outputs in (Failing()(noted(x) * 2), r):
        seen[:] = Failing.runs[:] = []
        with pytest.raises(RuntimeError, match=r"(?s)no good\nApply node that caused the error: Failing\(.*Inputs values: "):
            theano.function([x], outputs)([1.0])
        assert seen == ["print"] and len(Failing.runs) == 1
    seen[:], i = [], T.lscalar()
    with pytest.raises(IndexError, match=r"(?s)index out of bounds\nApply node.*Inputs values: \[array\(\[2\.\]\), 3\]"):
        theano.function([x, i], (noted(x) * 2)[i])([1.0], 3)
    assert seen == ["print"]


def test_an_op_from_a_graph_names_the_node_inside_that_failed():
    a, b = T.dvectors("ab")
    f = theano.function([a, b], theano.OpFromGraph([a, b], [T.exp(a) + b])(a, b) * 2)
    with pytest.raises(ValueError) as e:
        f([1.0], [1.0, 2.0])
    inner, outer = str(e.value).split("\nApply node that caused the error: OpFromGraph")
    assert "Apply node that caused the error: Elemwise{add,no_inplace}(Elemwise{exp,no_inplace}.0, b)" in inner
    assert "Inputs shapes: [(1,), (2,)]" in inner and "Inputs shapes: [(1,), (2,)]" in outer


def test_a_negative_number_of_steps_is_refused():
    """As in Theano in every mode, with one exception: where FAST_RUN has made the elementwise map an expression over `x[:n]`, the
    number is a bound of a slice, and -2 gives all results but two. Nobody asks for that, and no other loop or mode gives it.
    """
    n, more = T.lscalar("n"), T.dvector("more")
    w = theano.shared(1.0)
    state, _ = theano.scan(lambda s: s * 2, outputs_info=s, n_steps=n)
    both, _ = theano.scan(lambda v, s: s * v, sequences=x, outputs_info=s, n_steps=n, go_backwards=True)
    several, _ = theano.scan(lambda a, b: a + b, outputs_info=dict(initial=more, taps=[-2, -1]), n_steps=n)
    _, updates = theano.scan(lambda v: {w: w + v}, sequences=x, n_steps=n)
    mapped, _ = theano.scan(lambda v: T.dot(v, x), sequences=x, n_steps=n)
    ending, _ = theano.scan(lambda v: (v, until(v > 3)), sequences=x, n_steps=n)
    doubled, _ = theano.scan(lambda v: v * 2, sequences=x, n_steps=n)
    for out in (state, state[-1], both, T.grad(both.sum(), x), several, mapped, doubled, ending):
        f = theano.function([n, s, x, more], out, on_unused_input="ignore")
        with pytest.raises(IndexError, match="Scan was asked to run for negative number of step -7"):
            f(-7, 1.0, [1.0, 2.0], [1.0, 2.0])
        f(1, 1.0, [1.0, 2.0], [1.0, 2.0])
    f = theano.function([n, x], [], updates=updates)
    for steps in (-1, -2):
        with pytest.raises(IndexError, match="Scan was asked to run for negative number of step %d" % steps):
            f(steps, [1.0, 2.0])
    assert w.get_value() == 1
    with pytest.raises(ValueError, match="could not broadcast"):
        theano.function([n, more], several)(-1, [1.0, 2.0])


def test_a_sequence_that_no_step_reads_may_be_short():
    """As in Theano, which drops it; a number of steps that is not given is that of the shortest nevertheless."""
    n, y = T.lscalar("n"), T.dvector("y")
    given, _ = theano.scan(lambda a, b: a * a, sequences=[x, y], n_steps=n)
    taps, _ = theano.scan(lambda a, b, c: a * a, sequences=[x, dict(input=y, taps=[-1, 0])], n_steps=n)
    ending, _ = theano.scan(lambda a, b: (a * a, until(a > 2)), sequences=[x, y], n_steps=n)
    free, _ = theano.scan(lambda a, b: a * a, sequences=[x, y])
    f = theano.function([x, y, n], [given, taps, ending, free, *T.grad(given.sum(), [x, y], disconnected_inputs="ignore")])
    a, b = np.arange(5.0), np.arange(2.0)
    for got, value in zip(f(a, b, 4), ([0, 1, 4, 9], [0, 1, 4, 9], [0, 1, 4, 9], [0, 1], [0, 2, 4, 6, 0], [0, 0]), strict=True):
        np.testing.assert_array_equal(got, value)
    used, _ = theano.scan(lambda a, b: a * b, sequences=[x, y], n_steps=n)
    with pytest.raises(ValueError, match="Sequence is shorter"):
        theano.function([x, y, n], used)(a, b, 4)
