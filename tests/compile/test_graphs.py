"""Helpers around function graphs, and the features and rewriters that programs attach and subclass."""
import pytest

import theano_compat as theano
import theano_compat.tensor as T
from theano.compile.function_module import (
    Supervisor,
    alias_root,
    check_equal,
    fgraph_updated_vars,
    infer_reuse_pattern,
    register_checker,
    std_fgraph,
    view_tree_set,
)
from theano.gof import toolbox
from theano.gof.opt import EquilibriumOptimizer, OpRemove, OpSub, PatternSub, SeqOptimizer, TopoOptimizer, local_optimizer
from theano.misc.ordered_set import OrderedSet
from theano_compat import gof


def op(name, **attributes):
    class Made(gof.Op):
        __props__ = ()

        def make_node(self, *inputs):
            return gof.Apply(self, list(inputs), [inputs[0].type()])

        def __str__(self):
            return name
    for key, value in attributes.items():
        setattr(Made, key, value)
    return Made()


view, overwrite, plain, other = op("view", view_map={0: [0]}), op("overwrite", destroy_map={0: [0]}), op("plain"), op("other")


def test_views_lead_to_their_root_and_to_all_that_share_memory():
    x = T.dvector("x")
    a = view(x)
    b = overwrite(a)
    c = plain(b)
    graph = gof.FunctionGraph([x], [c], clone=False)
    assert alias_root(b) is x and alias_root(c) is c
    found = set()
    view_tree_set(x, found)
    assert found == {x, a, b} == infer_reuse_pattern(graph, [b])


def test_a_supervisor_protects_inputs_and_their_views():
    x, y = T.dvectors("x", "y")
    bad = gof.FunctionGraph([x, y], [overwrite(view(x))], clone=False)
    bad.attach_feature(Supervisor([x]))
    with pytest.raises(gof.InconsistencyError, match="Trying to destroy a protected Variable"):
        bad.validate()
    assert not bad.consistent()
    graph, updates = std_fgraph([theano.In(y), theano.In(T.dvector("s"), update=y * 2)], [theano.Out(y + 1)])
    assert len(graph.outputs) == 2 and len(updates) == 1 and graph.consistent()
    specs = [theano.In(y), theano.In(T.dvector("s"), update=y * 2)]
    assert fgraph_updated_vars(graph, specs) == {graph.inputs[1]: graph.outputs[1]}
    z = T.dvector("z")
    with pytest.raises(TypeError, match="Graph must not contain inplace operations"):
        std_fgraph([theano.In(z)], [theano.Out(overwrite(z))])


def test_outputs_computed_in_place_are_refused_by_position():
    x = T.dvector("x")
    for feature, fine in ((toolbox.NoOutputFromInplace(), False), (toolbox.NoOutputFromInplace(1), True),
                          (toolbox.NoOutputFromInplace(0, 0), True)):
        graph = gof.FunctionGraph([x], [overwrite(x)])
        graph.attach_feature(feature)
        assert graph.consistent() == fine


def test_attributes_and_names_move_to_replacements():
    x = T.dvector("x")
    a = plain(x)
    a.name, a.tag.nan_guard_mode_check = "a", False
    graph = gof.FunctionGraph([x], [plain(a)], clone=False, features=[toolbox.PreserveVariableAttributes()])
    new = other(x)
    graph.replace(a, new)
    assert new.name == "a" and new.tag.nan_guard_mode_check is False


def test_history_finder_and_listener(capsys):
    x = T.dvector("x")
    graph = gof.FunctionGraph([x], [plain(plain(x))], features=[toolbox.History(), toolbox.NodeFinder()])
    graph.attach_feature(toolbox.PrintListener())
    assert len(graph.get_nodes(plain)) == 2
    before = graph.checkpoint()
    graph.replace(graph.outputs[0], other(graph.inputs[0]), reason="because")
    assert graph.get_nodes(plain) == [] and len(graph.get_nodes(other)) == 1
    graph.revert(before)
    assert len(graph.get_nodes(plain)) == 2 and str(graph) == "[plain(plain(x))]"
    out = capsys.readouterr().out
    assert "-- attaching to: " in out and "-- importing: other(x), reason: because" in out and "-- pruning: other(x)" in out
    # a feature that is there already is left out, as in Theano
    graph.attach_feature(toolbox.History())
    assert sum(isinstance(f, toolbox.History) for f in graph._features) == 1


def test_rewriters_that_programs_call():
    x = T.dvector("x")

    def rewritten(optimizer, build=lambda: plain(view(plain(x)))):
        graph = gof.FunctionGraph([x], [build()])
        optimizer.optimize(graph)
        return str(graph)
    assert rewritten(TopoOptimizer(OpSub(plain, other))) == "[other(view(other(x)))]"
    assert rewritten(TopoOptimizer(OpRemove(view))) == "[plain(plain(x))]"
    assert rewritten(TopoOptimizer(PatternSub((plain, (view, "v")), (other, "v")))) == "[other(plain(x))]"
    assert rewritten(EquilibriumOptimizer([OpRemove(view), PatternSub((plain, (plain, "v")), (other, "v"))],
                                          max_use_ratio=10)) == "[other(x)]"
    assert rewritten(SeqOptimizer([TopoOptimizer(OpRemove(view)), TopoOptimizer(OpSub(plain, other))])) == "[other(other(x))]"

    class Mine(gof.Optimizer):
        def add_requirements(self, fgraph):
            fgraph.attach_feature(toolbox.ReplaceValidate())

        def apply(self, fgraph):
            for node in fgraph.toposort():
                if node.op == view:
                    fgraph.replace_all_validate([(node.outputs[0], other(node.inputs[0]))], reason="mine")
    assert rewritten(Mine()) == "[plain(other(plain(x)))]"

    @local_optimizer([plain])
    def fails(node):
        raise ValueError("no")
    with pytest.raises(ValueError, match="no"):
        rewritten(TopoOptimizer(fails))
    with theano.config.change_flags(on_opt_error="ignore"):
        assert rewritten(TopoOptimizer(fails, failure_callback=TopoOptimizer.warn)) == "[plain(view(plain(x)))]"


def test_registered_checkers_decide_equality():
    assert check_equal([1], [1]) and not check_equal(1, 2)
    register_checker(lambda a, b: abs(a - b) < 1)
    assert check_equal(1, 1.5) and check_equal("a", "a"), "a checker that fails is passed over"


def test_an_ordered_set_keeps_its_order():
    s = OrderedSet("bca")
    s.add("b")
    s.update("da")
    s.discard("c")
    assert list(s) == ["b", "a", "d"] and len(s) == 3 and "c" not in s and list(reversed(s)) == ["d", "a", "b"]
    assert list(s.union(["z"])) == ["b", "a", "d", "z"] and list(s & ["a"]) == ["a"]
    copied = s.copy()
    copied.difference_update(["a"])
    assert copied.pop(last=False) == "b" and list(s) == ["b", "a", "d"] and s == OrderedSet("bad") != OrderedSet("dab")
    with pytest.raises(AssertionError):  # as in Theano
        OrderedSet({1, 2})
    with pytest.raises(KeyError):
        OrderedSet().pop()


def test_rewrites_are_shown_when_asked(capsys):
    x = T.dvector("x")
    with theano.config.change_flags(optimizer_verbose=True):
        theano.function([x], x * 1)
    assert "x" in capsys.readouterr().out
