"""Modes, linkers and optimizers by name and by hand; the numbers are the same in all of them."""
import copy
import pickle

import numpy as np
import pytest

import theano_compat as theano
import theano_compat.tensor as T
from theano.compile import debugmode, monitormode, nanguardmode
from theano.compile.mode import (
    AddFeatureOptimizer,
    get_default_mode,
    get_mode,
    predefined_linkers,
    predefined_optimizers,
    register_linker,
    register_mode,
    register_optimizer,
)
from theano.gof.toolbox import NoOutputFromInplace
from theano_compat import gof
from theano_compat.ifelse import ifelse


def softmax_step():
    x, y = T.matrix("x"), T.ivector("y")
    w = theano.shared(np.linspace(-1, 1, 12).reshape(4, 3), "w")
    cost = -T.mean(T.log(T.nnet.softmax(T.dot(x, w)))[T.arange(y.shape[0]), y])
    return [x, y], cost, [(w, w - 0.1 * T.grad(cost, w))], (np.arange(8.0).reshape(2, 4) / 8, np.array([0, 2], "int32")), w


def loop():
    x, w = T.matrix("x"), theano.shared(np.eye(3) * 0.5, "w")
    states, _ = theano.scan(lambda v, h: T.tanh(T.dot(h, w) + v), sequences=x, outputs_info=T.zeros((3,)))
    return [x], states[-1].sum(), [(w, w + T.grad(states.sum(), w))], (np.arange(12.0).reshape(4, 3) / 12,), w


def branches():
    a, x = T.scalar("a"), T.vector("x")
    w = theano.shared(1.0, "w")
    return [a, x], ifelse(a > 0, T.sqrt(x).sum(), (x ** 2).sum()), [(w, w + a)], (-1.0, np.array([4.0, 2.0])), w


def draws():
    stream = T.shared_randomstreams.RandomStreams(3)
    x, w = T.vector("x"), theano.shared(0.0, "w")
    return [x], (stream.normal((2,)) * x).sum(), [(w, w + 1)], (np.ones(2),), w


MODES = ["FAST_RUN", "FAST_COMPILE", "DebugMode", "NanGuardMode", "ProfileMode", theano.Mode("py", None),
         theano.Mode(gof.WrapLinkerMany([gof.OpWiseCLinker()], [lambda i, node, thunk: thunk()]), "o2")]


@pytest.mark.parametrize("build", [softmax_step, loop, branches, draws])
def test_all_modes_give_the_same_numbers(build):
    expected = None
    for mode in MODES:
        if build is loop and mode not in ("FAST_RUN", "DebugMode", "NanGuardMode"):
            continue  # the others differ from these in nothing that a loop knows of
        inputs, output, updates, values, w = build()
        f = theano.function(inputs, output, updates=updates, mode=mode)
        got = [f(*values), f(*values), w.get_value()]
        expected = expected or got
        for a, b in zip(expected, got):
            np.testing.assert_allclose(a, b, rtol=1e-10, err_msg=str(mode))
    assert np.isfinite(expected[0])


def test_named_linkers_and_modes_give_the_same_numbers():
    for mode in ("Mode", "DEBUG_MODE", "PROFILE_MODE", None, *(theano.Mode(name, "fast_run") for name in predefined_linkers),
                 *(theano.Mode("cvm", name) for name in predefined_optimizers)):
        x = T.dvector("x")
        assert theano.function([x], (x * 2 + 1).sum(), mode=mode)([1.0, 2.0]) == 8, str(mode)


def test_profiled_functions_give_the_same_numbers():
    for build in (softmax_step, draws):
        results = []
        for profile in (None, True):
            inputs, output, updates, values, w = build()
            f = theano.function(inputs, output, updates=updates, profile=profile)
            results.append([f(*values), f(*values), w.get_value()])
        for a, b in zip(*results):
            np.testing.assert_allclose(a, b, rtol=1e-10)


def test_a_branch_that_is_not_taken_does_not_run_where_nodes_are_watched():
    seen = []
    a, x = T.scalars("ax")
    out = ifelse(a > 0, T.log(x), T.exp(x))
    f = theano.function([a, x], out, mode=theano.compile.MonitorMode(post_func=lambda i, node, fn: seen.append(str(node.op))))
    assert f(-1, 0.0) == 1.0
    assert not any("log" in op for op in seen) and any("exp" in op for op in seen)
    theano.function([a, x], out, mode=nanguardmode.NanGuardMode(True, True, True))(-1, 0.0)


def test_monitor_sees_inputs_before_and_outputs_after_a_node():
    seen = []
    x = T.dvector("x")
    mode = theano.compile.MonitorMode(pre_func=lambda i, node, fn: seen.append((i, "pre", [c[0] for c in fn.outputs])),
                                      post_func=lambda i, node, fn: seen.append((i, "post", [c[0].tolist() for c in fn.outputs])))
    f = theano.function([x], T.exp(x) * T.exp(x).sum(), mode=mode.excluding("fusion"))
    f([0.0, 0.0])
    assert [(i, when) for i, when, _ in seen] == [(i, when) for i in range(len(seen) // 2) for when in ("pre", "post")]
    assert seen[0] == (0, "pre", [None]) and seen[1] == (0, "post", [[1.0, 1.0]])
    with pytest.raises(Exception, match="MonitorMode can only use its own linker"):
        theano.compile.MonitorMode(linker="cvm")


def test_detect_nan_prints_the_node_and_its_values(capsys):
    x = T.dscalar("x")
    f = theano.function([x], T.log(x) * x, mode=theano.compile.MonitorMode(post_func=monitormode.detect_nan))
    f(0)
    assert capsys.readouterr().out.startswith("*** NaN detected ***\nElemwise{mul,no_inplace} [id A] ''")


@pytest.mark.parametrize("value, found", [
    ([0.0, 1], "Inf detected\nBig value detected\nNanGuardMode found an error in the output of a node in this variable:\n"
               "Elemwise{log,no_inplace} [id A] ''   \n |x [id B]\n"),
    ([np.nan, 1], "NaN detected\nNanGuardMode found an error in an input of the graph.\n"),
    ([-1.0, 1], "NaN detected\nNanGuardMode found an error in the output of a node in this variable:\n"),
    ([1e11, 1], "Big value detected\nNanGuardMode found an error in an input of the graph.\n")])
def test_nanguard_says_what_real_theano_says(value, found):
    x = T.dvector("x")
    f = theano.function([x], T.log(x) + 1, mode=nanguardmode.NanGuardMode(True, True, True))
    with pytest.raises(AssertionError) as raised:
        f(value)
    text = str(raised.value)
    assert text.startswith(found)
    assert ("Apply node that caused the error: Elemwise{log,no_inplace}(x)" in text) == ("output of a node" in found)
    np.testing.assert_allclose(f([1.0, 2.0]), np.log([1.0, 2.0]) + 1)


def test_nanguard_looks_where_theano_looked_after_fusion():
    # recorded from Theano: with the optimizer fast_run the first, third and fourth pass, and the second blames a constant that is infinite
    x = T.dvector("x")
    value = [1.0, 0.0, -2.0]
    guard = nanguardmode.NanGuardMode(True, True, True)
    np.testing.assert_array_equal(theano.function([x], T.switch(x > 0, 1 / x, 0), mode=guard)(value), [1, 0, 0])
    with pytest.raises(AssertionError, match="^Inf detected\nBig value detected\nNanGuardMode found an error in an input of the graph"):
        theano.function([x], (x / 0.0) > 0, mode=guard)(value)
    only_nan = nanguardmode.NanGuardMode(True, False, False)
    np.testing.assert_array_equal(theano.function([x], (x / 0.0) > 0, mode=only_nan)(value), [True, False, False])
    np.testing.assert_array_equal(theano.function([x], T.isnan(T.log(x)) * 2, mode=only_nan)(value), [0, 0, 2])
    with pytest.raises(AssertionError, match="NaN detected\nNanGuardMode found an error in the output of a node"):
        theano.function([x], T.isnan(T.log(x)) * 2, mode=only_nan.excluding("fusion"))(value)
    with pytest.raises(AssertionError) as raised:
        theano.function([x], T.sqrt(T.log(x)) * 2 + 1, mode=only_nan)(value)
    assert "Apply node that caused the error: Elemwise{log,no_inplace}(x)" in str(raised.value)
    with pytest.raises(AssertionError, match="NaN detected"):
        theano.function([x], [T.log(x).sum(), x], mode=only_nan)(value)



def test_nanguard_options_and_actions(caplog):
    x = T.dvector("x")
    only_big = theano.function([x], T.log(x), mode=nanguardmode.NanGuardMode(False, False, True))
    assert np.isnan(only_big([-1.0])).all()
    with theano.config.change_flags(NanGuardMode__action="warn"):
        f = theano.function([x], T.log(x), mode="NanGuardMode")
        assert np.isneginf(f([0.0])).all()
    assert "Inf detected" in caplog.text and caplog.records[0].name == "theano.compile.nanguardmode"
    y = T.log(x)
    y.tag.nan_guard_mode_check = False
    assert np.isneginf(theano.function([x], y, mode=theano.Mode(nanguardmode.NanGuardMode().linker, None))([0.0])).all()
    with pytest.raises(AssertionError):
        nanguardmode.NanGuardMode(False, False, False)
    assert nanguardmode.contains_nan(np.array([np.nan, 1])) and not nanguardmode.contains_nan(np.array([1, 2]))
    assert nanguardmode.contains_inf(np.array([-np.inf])) and not nanguardmode.contains_inf(np.array([], "float64"))


def test_a_vm_callback_sees_every_node_and_input():
    nodes, inputs = [], []
    x = T.dvector("x")
    linker = gof.vm.VM_Linker(callback=lambda node, thunk, storage_map, compute_map: nodes.append(
        (str(node.op), storage_map[node.outputs[0]][0].tolist(), compute_map[node.outputs[0]][0])),
        callback_input=lambda var, value: inputs.append((var.name, np.asarray(value).tolist())))
    theano.function([x], T.exp(x) + 3.0, mode=theano.Mode(linker, "fast_run"))([0.0])
    assert nodes[0] == ("Elemwise{exp,no_inplace}", [1.0], True)
    assert ("x", [0.0]) in inputs and any(value == [3.0] for _, value in inputs)


@pytest.mark.parametrize("linker", [gof.PerformLinker, gof.OpWiseCLinker, gof.CLinker, gof.DualLinker, gof.vm.VM_Linker])
def test_linkers_serve_graphs_by_hand(linker):
    x, y = T.dvectors("x", "y")
    graph = gof.FunctionGraph([x, y], [x + y, (x * y).sum()])
    f = linker().accept(graph).make_function()
    total, product = f([1.0, 2], [3.0, 4])
    assert total.tolist() == [4, 6] and product == 11
    thunk, inputs, outputs = linker().accept(graph).make_thunk()
    inputs[0].data, inputs[1].data = [1.0], [2.0]
    thunk()
    assert outputs[0].data.tolist() == [3.0] and outputs[1].data == 2
    assert linker().accept(gof.FunctionGraph([x], [x * 2])).make_function()([4.0]).tolist() == [8.0]
    with pytest.raises(TypeError, match="Function call takes exactly 2 arguments"):
        f([1.0])
    with pytest.raises(ValueError, match="Apply node that caused the error"):
        f([1.0, 2], [1.0, 2, 3])


def test_thunks_of_single_nodes_and_several_linkers_at_once():
    x = T.dvector("x")
    graph = gof.FunctionGraph([x], [T.exp(x).sum()])
    run, inputs, outputs, thunks, order = gof.PerformLinker().accept(graph).make_all()
    inputs[0].data = [0.0, 0.0]
    run()
    assert outputs[0].data == 2 and len(thunks) == len(order) == 2
    assert thunks[0].outputs[0][0].tolist() == [1.0, 1.0]
    pairs = []

    def both(i, node, one, other):
        one()
        other()
        pairs.append((one.outputs[0][0], other.outputs[0][0]))
    f = gof.WrapLinker([gof.PerformLinker(), gof.OpWiseCLinker()], both).accept(graph).make_function()
    assert f([0.0, 0.0]) == 2
    assert len(pairs) == 2 and all(a is not b and np.array_equal(a, b) for a, b in pairs)


def test_a_dual_linker_asks_its_checker():
    x = T.dscalar("x")
    asked = []
    gof.DualLinker(lambda a, b: asked.append((a[0].item(), b[0].item()))).accept(gof.FunctionGraph([x], [x + 1])).make_function()(1.0)
    assert asked == [(2.0, 2.0)]


def test_modes_are_known_by_name():
    assert get_mode("FAST_RUN") is theano.compile.FAST_RUN
    mode = theano.Mode()
    assert get_mode(mode) is mode
    with pytest.raises(Exception, match="No predefined mode exist for string: no such"):
        get_mode("no such")
    with theano.config.change_flags(mode="DebugMode"):
        assert isinstance(get_default_mode(), debugmode.DebugMode)
    for register, table in ((register_mode, "FAST_RUN"), (register_linker, "py"), (register_optimizer, "o1")):
        with pytest.raises(ValueError, match="name already taken: " + table):
            register(table, None)
    register_optimizer("t_mine", predefined_optimizers["merge"])
    register_linker("t_mine", predefined_linkers["py"])
    register_mode("t_mine", theano.Mode("t_mine", "t_mine"))
    assert theano.function([], T.constant(2.0) * 2, mode="t_mine")() == 4


@pytest.mark.parametrize("make", [theano.Mode, debugmode.DebugMode, nanguardmode.NanGuardMode, theano.compile.MonitorMode,
                                  theano.ProfileMode])
def test_modes_are_copied_pickled_and_changed(make):
    mode = make()
    for other in (copy.deepcopy(mode), pickle.loads(pickle.dumps(mode)), mode.including("a"), mode.excluding("a"),
                  mode.requiring("fast_run"), mode.clone()):
        assert type(other) is type(mode)
        x = T.dscalar("x")
        assert theano.function([x], x * 2, mode=other)(2.0) == 4
    assert getattr(mode.linker, "fgraph", None) is None


def test_optimizers_of_the_tutorials_rewrite_as_much_as_their_names_say():
    x = T.dvector("x")
    size = {name: len(theano.function([x], (x * x * 0 + T.log(T.exp(x))) / 1, mode=theano.Mode("cvm", name)).maker.fgraph.apply_nodes)
            for name in ("None", "merge", "fast_compile", "o1", "o2", "o3", "o4", "fast_run")}
    assert size["None"] >= size["merge"] >= size["fast_compile"] == size["o1"] >= size["fast_run"] == size["o4"]
    assert size["fast_run"] < size["None"]


def test_a_feature_is_attached_by_an_optimizer():
    feature = NoOutputFromInplace()
    x = T.dvector("x")
    f = theano.function([x], x * 2, mode=theano.Mode("cvm", "fast_run").register((AddFeatureOptimizer(feature), 49.9)))
    assert feature in f.maker.fgraph._features and f([1.0]) == [2.0]


def test_a_functions_linker_nodes_and_thunks_can_be_looked_at():
    x = T.dvector("x")
    f = theano.function([x], T.exp(x).sum(), mode=theano.Mode("vm", "fast_run"))
    assert f.maker.linker.fgraph is f.maker.fgraph and f.maker.linker is f.maker.linker
    assert f.maker.mode.linker.fgraph is None
    assert f.maker.linker.allow_gc is True and theano.function([x], x * 2, mode=theano.Mode("vm_nogc")).maker.linker.allow_gc is False
    assert [type(node.op).__name__ for node in f.fn.nodes] == ["Elemwise", "Sum"]
    f.input_storage[0].value = np.arange(3.0)
    for thunk in f.fn.thunks:
        thunk()
    np.testing.assert_allclose(f.output_storage[0].storage[0], np.exp(np.arange(3.0)).sum())
    assert pickle.loads(pickle.dumps(f)).maker.linker.name == f.maker.linker.name
