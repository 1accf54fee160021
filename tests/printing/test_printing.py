"""Printing on the graph alone, with ops made up here: printers, trees, descriptors, pictures. No tensors, no JAX."""
import io
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from theano_compat.graph import Apply, Constant, FunctionGraph, Op, Type
from theano_compat.printing import (
    DefaultPrinter,
    FunctionPrinter,
    IgnorePrinter,
    MemberPrinter,
    OperatorPrinter,
    PatternPrinter,
    PPrinter,
    PrinterState,
    char_from_number,
    debugprint,
    hex_digest,
    leaf_printer,
    min_informative_str,
    pp,
    pprint,
    pydot_imported,
    pydotprint,
    pydotprint_variables,
    register_printer,
    var_descriptor,
)
from theano_compat.printing.tree import debugprint as print_tree


class Thing(Type):
    """A type of anything."""

    def filter(self, data, strict=False, allow_downcast=None):
        return data

    def __eq__(self, other):
        return type(self) is type(other)

    def __hash__(self):
        return hash(type(self))

    def __str__(self):
        return "Thing"


class Named(Op):
    """An op of any number of inputs and `nout` outputs, known by its name."""

    __props__ = ("name", "nout")

    def __init__(self, name, nout=1):
        self.name, self.nout = name, nout

    def make_node(self, *inputs):
        return Apply(self, list(inputs), [Thing()() for _ in range(self.nout)])

    def __str__(self):
        return self.name


class Swapping(Named):
    view_map = {0: [0]}
    destroy_map = {1: [1]}


thing = Thing()
add, mul, two = Named("add"), Named("mul"), Named("two", 2)
register_printer(add, OperatorPrinter("+", -2, "either"))


def variables(*names):
    return [thing(name) for name in names]


def tree(obj, **options):
    return debugprint(obj, file="str", **options)


# ---- formulas -------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("printer, text", [
    (OperatorPrinter("*", -1, "left"), "(x * y)"),
    (PatternPrinter("|%(0)s, %(1)s|"), "|x, y|"),
    (PatternPrinter(("<%(1)s>", -1000)), "<y>"),
    (FunctionPrinter("f"), "f(x, y)"),
    (MemberPrinter("field"), "x.field"),
    (IgnorePrinter(), "x"),
    (DefaultPrinter(), "mul(x, y)"),
])
def test_each_printer_spells_an_op(printer, text):
    assert pprint.clone_assign(mul, printer)(mul(*variables("x", "y"))) == text


def test_each_output_has_its_own_name_and_pattern():
    first, second = two(*variables("x"))
    printer = pprint.clone_assign(two, FunctionPrinter("first", "second"))
    assert (printer(first), printer(second)) == ("first(x)", "second(x)")
    printer = pprint.clone_assign(Named, PatternPrinter("<%(0)s>", "[%(0)s]"))
    assert (printer(first), printer(second)) == ("<x>", "[x]")


def test_one_input_has_its_operator_in_front():
    assert pprint.clone_assign(mul, OperatorPrinter("-", 0, "either"))(mul(*variables("x"))) == "(-x)"


def test_an_op_goes_before_its_class_and_a_class_before_conditions():
    x, y = variables("x", "y")
    printer = pprint.clone_assign(lambda pstate, r: r.owner is not None, FunctionPrinter("any"))
    assert printer(mul(x, y)) == "any(x, y)"
    printer.assign(Named, FunctionPrinter("named"))
    assert printer(mul(x, y)) == "named(x, y)"
    printer.assign(mul, FunctionPrinter("times"))
    assert printer(mul(x, y)) == "times(x, y)"
    assert pp(mul(x, y)) == "mul(x, y)", "the original printer was changed"


def test_the_last_condition_goes_first():
    x, = variables("x")
    printer = pprint.clone_assign(lambda pstate, r: True, FunctionPrinter("f"))
    assert printer.clone_assign(lambda pstate, r: True, leaf_printer)(x) == "x"


def test_greek_names_are_spelled_as_in_tex():
    assert pp(add(*variables("alpha", "beta"))) == "(\\alpha + \\beta)"


def test_a_printer_written_for_theano_gets_what_it_expects():
    class OldStyle:
        def process(self, output, pstate):
            inner = pstate.clone(precedence=1000)
            assert inner.precedence == 1000 and inner.pprinter is pstate.pprinter
            return "old " + pstate.pprinter.process(output.owner.inputs[0], inner)
    x, y = variables("x", "y")
    assert pprint.clone_assign(mul, OldStyle())(add(mul(x, y), y)) == "(old x + y)"


@pytest.mark.parametrize("printer", [OperatorPrinter("+", 1), FunctionPrinter("f"), PatternPrinter("%(0)s")])
def test_an_input_has_no_operation_to_spell(printer):
    with pytest.raises(TypeError, match="cannot represent a variable that is not the result of an operation"):
        printer.process(thing("x"), PrinterState(pprinter=pp))


def test_a_printer_without_rules_has_nothing_to_say():
    assert PPrinter().process(thing("x")) is None


def test_a_graph_is_spelled_line_by_line():
    x, y, state = variables("x", "y", "state")
    u = add(x, y)
    u.name = "u"
    out = mul(u, x)
    assert pp([x, y], [out, u], {state: add(state, u)}, True) == (
        "inputs: x, y, state\nstate <- (state + (x + y))\nout[0] = mul((x + y), x)\nu = (x + y)")
    assert pp([x, y], out, {}) == "u = (x + y)\nreturn mul((x + y), x)"
    assert pp(x, [out, add(out, x)], None).splitlines()[1:] == [
        "out[0] = mul((x + y), x)", "out[1] = (mul((x + y), x) + x)"]
    with pytest.raises(TypeError, match="Not enough arguments to call."):
        pp()


# ---- trees ----------------------------------------------------------------------------------------------------------

def test_a_result_used_twice_is_expanded_once():
    x, y = variables("x", "y")
    u = mul(x, y)
    assert tree(add(u, u)) == ("add [id A] ''   \n |mul [id B] ''   \n | |x [id C]\n | |y [id D]\n"
                               " |mul [id B] ''   \n")


def test_done_is_shared_by_several_calls():
    u = mul(*variables("x", "y"))
    done = {}
    tree(u, done=done)
    assert tree(u, done=done) == "mul [id A] ''   \n"
    assert u.owner in done


def test_files_and_results():
    x, = variables("x")
    out = io.StringIO()
    assert debugprint(x, file=out) is out
    assert out.getvalue() == "x [id A]\n"


def test_standard_output_is_the_default(capsys):
    assert debugprint(thing("x"), ids="") is None
    assert capsys.readouterr().out == "x \n"


def test_python_ids_are_the_variables():
    x, = variables("x")
    assert tree(x, ids="id") == f"x [id {id(x)}]\n"
    with pytest.raises(ValueError, match="ids must be"):
        tree(x, ids="letters")


def test_a_compiled_function_shows_order_storage_and_times():
    x, y = variables("x", "y")
    fgraph = FunctionGraph([x, y], [add(mul(x, y), x)], clone=False)
    times = dict.fromkeys(fgraph.apply_nodes, 0.25)
    profile = SimpleNamespace(fct_callcount=1, apply_time=times, fct_call_time=0.5, compute_total_times=lambda: times)
    function = SimpleNamespace(maker=SimpleNamespace(fgraph=fgraph), profile=None,
                               fn=SimpleNamespace(storage_map={x: [1]}))
    assert tree(function, ids="") == "add  ''   1\n |mul  ''   0\n | |x \n | |y \n |x \n"
    assert tree(function, ids="", print_storage=True).splitlines()[2] == " | |x  [1]"
    function.profile = profile
    text = tree(function, ids="")
    assert text.startswith("\nTiming Info\n-----------\n--> <time> <% time> - <total time> <% total time>'\n")
    assert "\nadd  ''   1 --> 2.50e-01s 50.0% 2.50e-01s 50.0%\n" in text


def test_inner_graphs_of_scans_follow_the_tree():
    x, y, inner_x = variables("x", "y", "inner_x")
    inner = Named("inner scan")
    inner.var_mappings = {"outer_inp_from_inner_inp": {0: 0}}
    inner.inputs, inner.outputs = variables("deep"), [thing("deep_out")]
    outer = Named("outer scan")
    outer.var_mappings = {"outer_inp_from_inner_inp": {0: 1}}
    outer.inputs, outer.outputs = [inner_x], [inner(inner_x)]
    assert tree(add(outer(x, y), x)) == (
        "add [id A] ''   \n |outer scan [id B] ''   \n | |x [id C]\n | |y [id D]\n |x [id C]\n\n"
        "Inner graphs of the scan ops:\n\nouter scan [id B] ''   \n >inner scan [id E] ''   \n > |inner_x [id F] -> [id D]\n\n"
        "inner scan [id E] ''   \n >deep_out [id G]\n")


def test_maps_of_inplace_ops_are_shown_on_demand():
    out = io.StringIO()
    result = Swapping("swap", 2)(*variables("x", "y"))[1]
    print_tree(result, "> ", file=out, print_destroy_map=True, print_view_map=True, depth=1)
    assert out.getvalue() == "> swap.1 [id A] '' d={1: [1]} v={0: [0]} \n"


def test_deep_graphs_are_printed_without_recursion():
    x, y = variables("x", "y")
    deep = x
    for _ in range(2000):
        deep = add(deep, y)
    assert pp(deep) == "(" * 2000 + "x" + " + y)" * 2000
    assert tree(deep, depth=1500).count("\n") == 2999
    assert min_informative_str(deep).count("\n") == 4000
    assert var_descriptor(deep).count("=add(") == 2000


# ---- descriptors ----------------------------------------------------------------------------------------------------

def test_descriptors_forget_names_of_inner_variables():
    x, y = variables("x", "y")
    plain, named = mul(x, y), mul(x, y)
    named.name = "u"
    assert var_descriptor(add(plain, x)) == var_descriptor(add(named, x)) == "A=add(B=mul(C=x,D=y),<C>)"
    assert min_informative_str(add(named, x)) == "A. add\n B. u\n C. x"


def test_descriptors_tell_arrays_apart():
    array = np.arange(6.0).reshape(2, 3)
    assert var_descriptor(array) != var_descriptor(array + 1)
    assert hex_digest(array) != hex_digest(array.reshape(3, 2))
    assert hex_digest(array.T).endswith("|strides=[8,24]|shape=[3,2]")


def test_letters_count_in_base_26():
    assert [char_from_number(n) for n in (0, 25, 26, 700)] == ["A", "Z", "BA", "BAY"]


# ---- pictures -------------------------------------------------------------------------------------------------------

def dot_text(fct, **options):
    return pydotprint(fct, format="dot", return_image=True, **options).decode()


def test_a_picture_colours_inputs_and_outputs():
    x, y = variables("x", "y")
    text = dot_text(add(mul(x, y), x))
    assert text.count('fillcolor="green"') == 2 and text.count('fillcolor="blue"') == 1
    assert 'label="name=x Thing"' in text and 'label="0 Thing"' in text and 'label="mul", shape="ellipse"' in text
    assert 'label="x"' in dot_text(add(x, y), var_with_name_simple=True)
    assert 'color="green"' in dot_text(add(x, y), high_contrast=False)
    assert text.count('shape="box"') == 3 and dot_text(add(mul(x, y), x), compact=False).count('shape="box"') == 4


def test_pictures_keep_long_labels_apart():
    long = [Named("n" * 20 + str(i))(*variables("x")) for i in range(2)]
    text = dot_text(long, max_label_size=12)
    assert 'label="nnnnnnnnn..."' in text and 'label="nnnn... id=2"' in text


def test_pictures_show_views_overwriting_and_results_nobody_uses():
    text = dot_text(Swapping("swap", 2)(*variables("x", "y"))[0])
    assert 'label="0", color="blue"' in text and 'label="1", color="red"' in text and 'fillcolor="grey"' in text


def test_pictures_show_constants_ids_and_classes():
    class Elemwise(Named):
        pass
    text = dot_text(Elemwise("e")(Constant(thing, np.zeros((2, 2)))), with_ids=True)
    assert 'label="val=[[0. 0.] Thing"' in text and 'label="e id=0"' in text and 'fillcolor="#FFAABB"' in text


def test_pictures_of_functions_show_updates():
    x, state = variables("x", "state")
    fgraph = FunctionGraph([x, state], [add(x, state), mul(x, state)], clone=False)
    specs = [SimpleNamespace(update=None), SimpleNamespace(update=state)]
    function = SimpleNamespace(maker=SimpleNamespace(fgraph=fgraph, expanded_inputs=specs), profile=None)
    assert 'label="UPDATE", color="blue"' in dot_text(function)
    assert 'label="stateThing"' in dot_text(function)


def test_branches_of_ifelse_stand_in_frames(caplog):
    class IfElse(Named):
        pass
    x, y, c = variables("x", "y", "c")
    both = mul(x, y)
    cond = IfElse("choice")(c, add(both, x), mul(both, y))
    text = dot_text(cond, cond_highlight="choice")
    assert [f"subgraph cluster_{side}" in text for side in ("Left", "Right", "Middle")] == [True] * 3
    dot_text(both, cond_highlight="choice")
    assert caplog.messages == ["pydotprint: cond_highlight is set but there is no IfElse node in the graph"]


def test_pictures_are_files(tmp_path, capsys):
    x, y = variables("x", "y")
    pydotprint(add(x, y), str(tmp_path / "graph"), format="dot")
    assert capsys.readouterr().out == f"The output file is available at {tmp_path / 'graph.dot'}\n"
    assert (tmp_path / "graph.dot").read_text().startswith("digraph G {")
    with pytest.warns(UserWarning, match="deprecated"):
        pydotprint_variables([add(mul(x, y), x)], str(tmp_path / "part.dot"), format="dot", depth=1)
    assert "mul" not in (tmp_path / "part.dot").read_text()


@pytest.mark.skipif(not pydot_imported, reason="Graphviz is not installed")
@pytest.mark.parametrize("format, start", [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_graphviz_draws(format, start):
    assert pydotprint(add(*variables("x", "y")), format=format, return_image=True).startswith(start)


def test_without_graphviz_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setattr("theano_compat.printing.dot.pydot_imported", False)
    with pytest.raises(RuntimeError, match="You must install graphviz"):
        pydotprint(add(*variables("x", "y")), return_image=True)


def test_printing_imports_no_jax():
    code = "import sys; sys.modules['jax'] = None; import theano_compat.printing; assert 'scipy' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
