"""Rewrites that programs write and register run, are selected by their names and tags, and see what Theano's would see."""
import logging

import numpy as np
import pytest

import theano
import theano.tensor as T
from theano.gof import FunctionGraph, Op, PatternSub, local_optimizer
from theano.gof.opt import (
    EquilibriumOptimizer,
    LocalOptGroup,
    MergeOptimizer,
    OpKeyOptimizer,
    OpRemove,
    OpSub,
    SeqOptimizer,
    TopoOptimizer,
    check_chain,
    check_stack_trace,
    copy_stack_trace,
    in2out,
    optimizer,
    out2in,
)
from theano.gof.optdb import DB, EquilibriumDB, LocalGroupDB, ProxyDB, Query, SequenceDB
from theano.tensor.opt import register_canonicalize, register_specialize


class Twice(Op):
    """2 * x, in Python."""

    __props__ = ()

    def make_node(self, x):
        x = T.as_tensor_variable(x)
        return theano.Apply(self, [x], [x.type()])

    def perform(self, node, inputs, outputs):
        outputs[0][0] = 2 * inputs[0]


twice = Twice()


def graph(*outputs):
    inputs = sorted({v for v in theano.gof.graph.inputs(outputs) if not isinstance(v, theano.Constant)}, key=str)
    return FunctionGraph(inputs, outputs)


def ops(f):
    return [node.op for node in (f.maker.fgraph if hasattr(f, "maker") else f).toposort()]


@local_optimizer([Twice])
def local_twice_is_a_sum(node):
    return [T.add(node.inputs[0], node.inputs[0])]


register_specialize(local_twice_is_a_sum, "sums_of_twice")


def test_a_registered_rewrite_acts_and_can_be_excluded_by_name_or_tag():
    x = T.dvector("x")
    assert ops(theano.function([x], twice(x))) == [T.add]
    for name in ("local_twice_is_a_sum", "sums_of_twice", "specialize"):
        f = theano.function([x], twice(x), mode=theano.compile.get_default_mode().excluding(name))
        assert ops(f) == [twice]
        np.testing.assert_array_equal(f([1, 2]), [2, 4])
    assert ops(theano.function([x], twice(x), mode=theano.Mode(optimizer=None))) == [twice]
    assert ops(theano.function([x], twice(x), mode=theano.Mode(optimizer=Query(["sums_of_twice"])))) == [T.add]


def test_requiring_keeps_only_what_has_the_tag():
    x = T.dvector("x")
    f = theano.function([x], twice(x) / x * x, mode=theano.compile.get_mode("FAST_RUN").requiring("sums_of_twice"))
    assert twice not in ops(f) and len(ops(f)) == 3


def test_our_own_rules_are_excluded_by_their_names():
    x = T.dvector("x")
    without = theano.compile.get_default_mode().excluding("local_mul_canonizer")
    assert len(ops(theano.function([x], x * 3 / x * 2, mode=without))) > len(ops(theano.function([x], x * 3 / x * 2)))


def test_a_pass_registered_in_optdb_runs_where_its_tag_is_included():
    seen = []

    @optimizer
    def look(fgraph):
        seen.append(len(fgraph.apply_nodes))

    theano.compile.optdb.register("look_at_graph", look, 60, "looking")
    x = T.dvector("x")
    theano.function([x], T.exp(x) * 2)
    assert not seen
    theano.function([x], T.exp(x) * 2, mode=theano.compile.get_default_mode().including("looking"))
    assert seen == [2]


def test_extra_optimizations_of_a_mode_run():
    x = T.dvector("x")
    mode = theano.compile.get_default_mode().register((out2in(PatternSub((T.exp, "x"), (T.sqr, "x")), name="strange"), 10))
    assert ops(theano.function([x], T.exp(x), mode=mode)) == [T.sqr]


def test_an_optimizer_that_optdb_gives_can_be_run_by_hand():
    x = T.dvector("x")
    g = graph(twice(x) * x / x)
    theano.compile.optdb.query(Query(["fast_run"])).optimize(g)
    assert ops(g) == [T.add]
    g = graph(x * 2 / x)
    theano.compile.optdb["canonicalize"].query("+canonicalize").optimize(g)
    assert T.true_div not in ops(g)


def test_a_rewrite_that_fails_is_logged_and_left_out(caplog):
    class Broken(Twice):
        pass

    @register_canonicalize
    @local_optimizer([Broken])
    def local_broken(node):
        raise RuntimeError("no")

    x = T.dvector("x")
    with caplog.at_level(logging.ERROR, logger="theano.gof.opt"):
        f = theano.function([x], Broken()(x))
    assert "Optimization failure due to: local_broken" in caplog.text
    np.testing.assert_array_equal(f([3]), [6])
    with theano.config.change_flags(on_opt_error="raise"), pytest.raises(RuntimeError):
        theano.function([x], Broken()(x))


def test_patterns():
    x, y = T.dvectors("x", "y")
    for pattern, result, expression, expected in [
            ((T.add, "a", "b"), (T.mul, "b", "a"), x + y, T.mul(y, x)),
            ((T.sub, (T.add, "a", "b"), "b"), "a", (x + y) - y, x),
            ((T.sub, (T.add, "a", "b"), "b"), "a", (x + y) - x, (x + y) - x),
            ((T.mul, "a", {"pattern": "b", "constraint": lambda v: v.name == "y"}), (T.add, "a", "b"), x * y, x + y)]:
        g = graph(expression)
        OpKeyOptimizer(PatternSub(pattern, result)).optimize(g)
        assert str(g) == str(graph(expected))


def test_a_pattern_leaves_alone_what_others_use():
    x = T.dvector("x")
    inner = T.exp(x)
    g = graph(T.log(inner), T.sin(inner))
    TopoOptimizer(PatternSub((T.log, (T.exp, "x")), "x")).optimize(g)
    assert T.log in ops(g)
    TopoOptimizer(PatternSub((T.log, (T.exp, "x")), "x", allow_multiple_clients=True)).optimize(g)
    assert T.log not in ops(g)


def test_other_local_rewrites_and_what_carries_them():
    x = T.dvector("x")
    g = graph(T.exp(T.exp(x)))
    in2out(OpSub(T.exp, T.sin), name="sines").optimize(g)
    assert ops(g) == [T.sin, T.sin]
    EquilibriumOptimizer([OpRemove(T.sin)], max_use_ratio=10).optimize(g)
    assert ops(g) == []
    group = LocalOptGroup(OpSub(T.exp, T.sin), OpSub(T.sin, T.cos), apply_all_opts=True)
    g = graph(T.exp(x))
    SeqOptimizer([TopoOptimizer(group)]).optimize(g)
    assert ops(g) == [T.cos]
    g = graph(T.exp(x) + T.exp(x))
    MergeOptimizer().optimize(g)
    assert len(ops(g)) == 2


def test_databases():
    db = SequenceDB()
    db.register("second", OptimizerNamed("b"), 2, "tag")
    db.register("first", OptimizerNamed("a"), 1, "tag")
    assert [o.what for o in db.query("+tag")] == ["a", "b"]
    assert [o.what for o in db.query("+tag", "-second")] == ["a"]
    assert [o.what for o in db.query(Query(["tag"], position_cutoff=2))] == ["a"]
    for wrong in (lambda: db.register("first", OptimizerNamed("c"), 3), lambda: db.query("tag")):
        with pytest.raises(ValueError):
            wrong()
    with pytest.raises(TypeError):
        DB().register("nothing", object())
    with pytest.raises(KeyError):
        db["unknown"]
    phase = EquilibriumDB()
    phase.register("sines", OpSub(T.exp, T.sin), "tag")
    db.register("phase", phase, 3, "tag")
    x = T.dvector("x")
    g = graph(T.exp(x))
    ProxyDB(phase).query("+tag").optimize(g)
    assert ops(g) == [T.sin]
    local = LocalGroupDB()
    local.register("sines", OpSub(T.exp, T.sin), "tag")
    assert len(local.query("+tag").opts) == 1


class OptimizerNamed(theano.gof.Optimizer):
    def __init__(self, what):
        self.what = what


def test_traces():
    x = T.dvector("x")
    y = T.exp(x)
    z = copy_stack_trace(y, T.sin(x))
    assert len(z.tag.trace) == 2
    assert check_stack_trace(theano.function([x], T.sqrt(y)), "all")
    assert check_chain(T.sqrt(y), T.sqrt, T.exp)
    assert not check_chain(T.sqrt(y), T.sqrt, T.sin)


def test_rules_that_never_rest_are_told_of():
    from theano_compat.rewrite import engine
    again = engine.Rule("again", lambda fgraph, node: [T.exp(node.inputs[0])], lambda: [T.exp], ("fast_run",), "")
    x = T.dvector()
    engine.adopt(again, position=77)
    try:
        with pytest.warns(RuntimeWarning, match=r"The rewriting of a graph stopped after 1050 steps.*one of the last made \[Elemwise\{exp"):
            f = theano.function([x], T.exp(x))
    finally:
        engine.APART_RULES.pop(77)
        engine._by_query.clear()
    np.testing.assert_allclose(f([1.0]), np.exp([1.0]))
