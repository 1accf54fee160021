"""profile=True: what is counted, what is printed, and the flags that decide it."""
import io
import re

import numpy as np
import pytest

import theano_compat as theano
import theano_compat.tensor as T
from theano.compile import profiling
from theano_compat.compile.profilememory import least_peak, peak_of


def profiled(**kwargs):
    x, w = T.dmatrix("x"), theano.shared(np.ones((3, 3)), "w")
    f = theano.function([x], T.nnet.sigmoid(T.dot(x, w)).sum(), updates=[(w, w * 2)], profile=True, name="mine", **kwargs)
    for _ in range(3):
        f(np.ones((4, 3)))
    return f


def text_of(stats, **kwargs):
    out = io.StringIO()
    stats.summary(out, **kwargs)
    return out.getvalue()


def test_times_and_counts_of_functions_nodes_ops_and_classes():
    f = profiled()
    stats, nodes = f.profile, f.maker.fgraph.apply_nodes
    assert stats.fct_callcount == 3 and set(stats.apply_time) == set(nodes) and set(stats.apply_callcount.values()) == {3}
    assert 0 < sum(stats.apply_time.values()) <= stats.vm_call_time <= stats.fct_call_time
    assert stats.optimizer_time > 0 and stats.linker_time > 0 and stats.compile_time >= stats.optimizer_time
    assert sum(stats.class_callcount().values()) == 3 * len(nodes)
    assert sum(stats.op_time().values()) == pytest.approx(stats.total_apply_time())
    out = f.maker.fgraph.outputs[0].owner
    assert stats.compute_total_times()[out] == pytest.approx(sum(t for n, t in stats.apply_time.items() if "mul" not in str(n.op)))
    assert set(stats.class_impl().values()) == {"C"}


def test_the_sections_and_columns_are_theanos():
    text = text_of(profiled().profile)
    for line in ("Function profiling\n==================\n  Message: mine\n  Time in 3 calls to Function.__call__: ",
                 "\n    Number of Apply nodes: 4\n", "\nTime in all call to theano.grad() ", "\nTime since theano import ",
                 "\nClass\n---\n<% time> <sum %> <apply time> <time per call> <type> <#call> <#apply> <Class name>\n",
                 "\nOps\n---\n<% time> <sum %> <apply time> <time per call> <type> <#call> <#apply> <Op name>\n",
                 "\nApply\n------\n<% time> <sum %> <apply time> <time per call> <#call> <id> <Apply name>\n",
                 "   ... (remaining 0 Apply instances account for 0.00%(0.00s) of the runtime)\n",
                 "\nHere are tips to potentially make your code run faster"):
        assert line in text, line
    assert re.search(r"  C        6       2   theano\.tensor\.elemwise\.Elemwise\n", text)
    assert re.search(r"\n  +[\d.]+% +[\d.]+% +[\d.]+s +\d\.\d\de[-+]\d\ds +3 +0   dot\(x, w\)\n  ", text)
    share, = re.findall(r"Time in Function.fn.__call__: .*\(([\d.]+)%\)", text)
    assert float(share) > 20 and "shape=" not in text  # starting JAX and compiling are no part of a call


def test_flags_shorten_and_direct_the_report(tmp_path, monkeypatch):
    stats = profiled().profile
    with theano.config.change_flags(profiling__n_ops=1, profiling__n_apply=2, profiling__output_line_width=60):
        text = text_of(stats)
    assert "(remaining 3 Ops account" in text and "(remaining 2 Apply instances" in text
    assert max(map(len, text.split("\n"))) == 60
    assert "(remaining 0 Ops account" in text_of(stats, n_ops_to_print=9)
    with theano.config.change_flags(profiling__debugprint=True):
        assert "\nGraph\n-----\nSum{acc_dtype=float64} [id A]" in text_of(stats)
    monkeypatch.setattr(profiling, "_printed_at_exit", [stats, stats])
    with theano.config.change_flags(profile=True, profiling__destination=str(tmp_path / "out"), print_global_stats=True):
        profiling._print_at_exit()
    written = (tmp_path / "out").read_text()
    assert written.count("Function profiling") == 3 and "Sum of all(2) printed profiles at exit" in written
    assert "Time in 6 calls" in written and "Global stats:  Time elapsed since Theano import" in written


def test_the_first_call_can_be_left_out_and_nodes_left_untimed():
    with theano.config.change_flags(profiling__ignore_first_call=True):
        assert profiled().profile.fct_callcount == 2
    with theano.config.change_flags(profiling__time_thunks=False):
        stats = profiled().profile
    assert stats.fct_callcount == 3 and not stats.apply_time and "No node was timed" in text_of(stats)


def test_config_profile_and_messages_and_shared_stats():
    x = T.dscalar("x")
    with theano.config.change_flags(profile=True):
        f = theano.function([x], x * 2, name="by flag")
    assert f.profile.message == "by flag"
    assert theano.function([x], x * 2, profile="told").profile.message == "told"
    assert theano.function([x], x * 2).profile is None
    stats = theano.ProfileStats(atexit_print=False, gpu_checks=False)
    for power in (2, 3):
        theano.function([x], x ** power, profile=stats)(2.0)
    assert stats.fct_callcount == 2 and len(stats.graphs) == 2
    with pytest.raises(TypeError, match="no counter 'speed'"):
        theano.ProfileStats(atexit_print=False, speed=1)


def test_rewrites_are_counted_when_asked():
    x = T.dvector("x")
    with theano.config.change_flags(profile_optimizer=True):
        f = theano.function([x], (x * 1) * 1 + T.constant(2.0) * 3, profile=True)
        f([1.0])
        text = text_of(f.profile)
    assert "Optimizer Profile\n-----------------\n" in text and f.profile.rewrites
    assert re.search(r"\n +\d+  \w+", text.split("Optimizer Profile")[1])


def test_memory_is_that_of_theano():
    # the numbers of the real Theano 1.0.5's compile/tests/test_profiling.py: 1024 floats against 1024
    x = [T.fvector("val%i" % i) for i in range(3)]
    z = [T.outer(x[i], x[i + 1]).sum(axis=1) for i in range(2)] + [x[i] + x[i + 1] for i in range(2)]
    stats = theano.ProfileStats(False, gpu_checks=False)
    with theano.config.change_flags(profile_memory=True, profiling__min_peak_memory=True, profiling__min_memory_size=5000):
        f = theano.function(x, z, profile=stats, mode="FAST_RUN")
        f(*[np.arange(1024, dtype="float32") + 1 for _ in range(3)])
        text = text_of(stats)
    assert "Minimum peak from all valid apply node order is 4104KB" in text
    assert "Max peak memory if allow_gc=False (linker don't make a difference)\n        CPU: 8208KB" in text
    assert text.count("    4194304B  [(1024, 1024)] c ") == 2
    assert "shape=(1024,), strides=(4,)" in text


def test_the_least_peak_is_found_among_all_orders():
    x = T.dscalar("x")
    a, b = x + 1, x + 2
    graph = theano.gof.FunctionGraph([x], [a * 2, b * 3])
    order = graph.toposort()
    size = {v: 10 if "+" not in str(v) and "mul" not in str(n.op) else 1 for n in order for v in n.outputs}
    assert least_peak(graph, order, size) == (12, True)
    adds_first = sorted(order, key=lambda n: "mul" in str(n.op))
    assert peak_of(graph, adds_first, size) == 21


def test_profile_mode_prints_its_summary(capsys):
    mode = theano.ProfileMode(optimizer="fast_run", linker="cvm")
    x = T.dvector("x")
    f = theano.function([x], T.exp(x).sum(), mode=mode)
    f([0.0, 1.0])
    before = mode.including("fusion")
    assert before.profile_stats is mode.profile_stats
    mode.print_summary()
    out = capsys.readouterr().out
    assert out.startswith("ProfileMode.print_summary()\n---------------------------\n") and "Sum{acc_dtype=float64}" in out
    assert "Time in 1 calls to Function.__call__" in out
    mode.print_diff_summary(theano.ProfileMode())
    assert "print_diff_summary" in capsys.readouterr().out


def test_printers_of_programs_are_called():
    got = []
    profiling.register_profiler_printer(lambda **kwargs: got.append(sorted(kwargs)))
    try:
        text_of(profiled().profile)
    finally:
        profiling._printers.pop()
    assert got == [["apply_cimpl", "apply_time", "compile_time", "fct_call_time", "file", "message", "output_size"]]


def test_a_failing_call_of_a_profiled_function_tells_its_node():
    x, y = T.dvectors("x", "y")
    f = theano.function([x, y], x + y, profile=True)
    with pytest.raises(ValueError, match="Apply node that caused the error: Elemwise{add,no_inplace}"):
        f([1.0], [1.0, 2.0, 3.0])
    assert f([1.0], [2.0]) == 3


def test_a_print_prints_once_a_call(capfd):
    x = T.dvector("x")
    f = theano.function([x], theano.printing.Print("seen")(x) * 2, profile=True)
    for _ in range(2):
        f([1.0])
    assert capfd.readouterr().out.count("seen") == 2


@pytest.mark.parametrize("within", ["a loop", "a graph", "nothing"])
def test_what_prints_prints_once_when_it_is_timed(within, capfd):
    x = T.dvector("x")

    def printed(v):
        return theano.printing.Print("seen")(v) * 2
    out = {"a loop": lambda: theano.scan(printed, sequences=x)[0],
           "a graph": lambda: theano.OpFromGraph([x], [printed(x)])(x), "nothing": lambda: printed(x)}[within]()
    f = theano.function([x], out, profile=True)
    assert f([3.0]).tolist() == [6.0]
    assert capfd.readouterr().out.count("seen") == 1
