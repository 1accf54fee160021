"""The text of a profile: sections as Theano 1.0.5 prints them, with the columns that programs cut out of it."""
import time

from theano_compat.compile import profiling
from theano_compat.config import config
from theano_compat.gradient import frontdoor


def write(stats, file, n_ops, n_apply):
    """All sections that have something to say."""
    out = _Clipped(file, config.profiling.output_line_width)
    _function(stats, out)
    _globals(stats, out)
    if stats.fct_callcount and stats.apply_callcount:
        _classes(stats, out, n_ops)
        _ops(stats, out, n_ops)
        _nodes(stats, out, n_apply)
    elif stats.fct_callcount:
        print("  No node was timed (profiling.time_thunks is False, or a mode that does not time them).", file=out)
    if config.profile_optimizer:
        _rewrites(stats, out)
    if stats.output_size and (config.profile_memory or config.profiling.min_peak_memory):
        _memory(stats, out, n_apply)
    if config.profiling.debugprint:
        from theano_compat.printing import debugprint
        print("Graph\n-----", file=out)
        for graph in stats.graphs:
            debugprint(graph.outputs, file=out, print_type=True)
    _tips(stats, out)


class _Clipped:
    """A file whose lines are cut to a width."""

    def __init__(self, file, width):
        self.file, self.width = file, width

    def write(self, text):
        self.file.write("\n".join(line[:self.width] for line in text.split("\n")))

    def flush(self):
        """Nothing is kept back."""


def _share(part, whole):
    return 100.0 * part / whole if whole else 0.0


def _function(stats, file, n=None):
    print("Function profiling\n==================", file=file)
    print("  Message: %s" % stats.message, file=file)
    print("  Time in %i calls to Function.__call__: %es" % (stats.fct_callcount, stats.fct_call_time), file=file)
    if stats.fct_call_time > 0:
        share = _share(stats.vm_call_time, stats.fct_call_time)
        print("  Time in Function.fn.__call__: %es (%.3f%%)" % (stats.vm_call_time, share), file=file)
        spent = stats.total_apply_time()
        if spent > 0:
            print("  Time in thunks: %es (%.3f%%)" % (spent, _share(spent, stats.fct_call_time)), file=file)
    print("  Total compile time: %es" % stats.compile_time, file=file)
    print("    Number of Apply nodes: %d" % stats.nb_nodes, file=file)
    print("    Theano Optimizer time: %es" % stats.optimizer_time, file=file)
    print("       Theano validate time: %es" % stats.validate_time, file=file)
    print("    Theano Linker time (here XLA's compilation): %es" % stats.linker_time, file=file)
    print("       Node make_thunk time %es" % sum(stats.linker_make_thunk_time.values()), file=file)
    for node, spent in sorted(stats.linker_make_thunk_time.items(), key=lambda item: -item[1])[:5]:
        print("           Node %s time %es" % (node, spent), file=file)
    print("", file=file)


def _globals(stats, file, n=None):
    print("Time in all call to theano.grad() %es" % frontdoor.grad_time, file=file)
    print("Time since theano import %.3fs" % (time.time() - profiling.theano_imported_time), file=file)


def _table(stats, file, title, kind, times, counts, nodes, impl, n):
    if not times:
        return
    total, shown, sum_so_far = sum(times.values()), 0, 0.0
    print("%s\n---" % title, file=file)
    print("<% time> <sum %> <apply time> <time per call> <type> <#call> <#apply> <" + kind + " name>", file=file)
    for key in sorted(times, key=lambda key: -times[key])[:n]:
        sum_so_far += times[key]
        shown += 1
        name = "%s.%s" % (key.__module__, key.__name__) if isinstance(key, type) else str(key)
        print("  %4.1f%%   %5.1f%%     %7.3fs       %.2es     %-4s %5d  {}%6d   %s".format(" " * (kind == "Op")) % (
            _share(times[key], total), _share(sum_so_far, total), times[key], times[key] / max(1, counts[key]), impl.get(key, "Py"),
            counts[key], nodes[key], name), file=file)
    print("   ... (remaining %i %s account for %6.2f%%(%.2fs) of the runtime)\n" % (
        len(times) - shown, {"Class": "Classes", "Op": "Ops"}[kind], _share(total - sum_so_far, total), total - sum_so_far), file=file)


def _classes(stats, file, n):
    _table(stats, file, "Class", "Class", stats.class_time(), stats.class_callcount(), stats.class_nodes(), stats.class_impl(), n)


def _ops(stats, file, n):
    _table(stats, file, "Ops", "Op", stats.op_time(), stats.op_callcount(), stats.op_nodes(), stats.op_impl(), n)


def _nodes(stats, file, n):
    total = stats.total_apply_time()
    place = {node: i for order in stats.graphs.values() for i, node in enumerate(order)}
    print("Apply\n------", file=file)
    print("<% time> <sum %> <apply time> <time per call> <#call> <id> <Apply name>", file=file)
    ranked = sorted(stats.apply_time.items(), key=lambda item: (-item[1], place.get(item[0], 0)))
    sum_so_far = 0.0
    for node, spent in ranked[:n]:
        sum_so_far += spent
        count = stats.apply_callcount[node]
        print("  %4.1f%%   %5.1f%%     %7.3fs       %.2es  %5d   %3d   %s" % (
            _share(spent, total), _share(sum_so_far, total), spent, spent / max(1, count), count, place.get(node, 0), node), file=file)
        for side, variables in (("input", node.inputs), ("output", node.outputs)) if stats.variable_shape else ():
            for i, v in enumerate(variables):
                print("    %s %d: dtype=%s, shape=%s, strides=%s" % (
                    side, i, getattr(v.type, "dtype", "no dtype"), stats.variable_shape.get(v, "no shape"),
                    stats.variable_strides.get(v, "no strides")), file=file)
    print("   ... (remaining %i Apply instances account for %.2f%%(%.2fs) of the runtime)\n" % (
        max(0, len(ranked) - n), _share(total - sum_so_far, total), total - sum_so_far), file=file)


def _rewrites(stats, file):
    print("Optimizer Profile\n-----------------", file=file)
    print("  seconds in all rewrites: %es; replacements by rewrite:" % stats.optimizer_time, file=file)
    counts = {}
    for reason in stats.rewrites:
        counts[reason] = counts.get(reason, 0) + 1
    for reason, count in sorted(counts.items(), key=lambda item: -item[1]):
        print("   %5d  %s" % (count, reason), file=file)
    print("", file=file)


def _memory(stats, file, n):
    from theano_compat.compile import profilememory
    print("Memory Profile (Sparse variables are ignored)", file=file)
    print("(For values in brackets, it's for linker = c|py", file=file)
    for graph, order in stats.graphs.items():
        profilememory.write(graph, order, stats, file, n)


def _tips(stats, file):
    print("Here are tips to potentially make your code run faster.", file=file)
    tips = []
    if config.floatX == "float64":
        tips.append("Try the Theano flag floatX=float32")
    if stats.apply_callcount:
        tips.append("The nodes ran one by one to be timed; without profile=True they are one compiled program")
    slow = [node for node, compiled in stats.apply_cimpl.items() if not compiled and node in stats.apply_time]
    if slow:
        worst = max(slow, key=stats.apply_time.get)
        tips.append("%d nodes ran in Python and not in XLA; the slowest is %s" % (len(slow), worst))
    for tip in tips or ["Sorry, no tip for today."]:
        print("  - " + tip, file=file)


SECTIONS = {"function": _function, "globals": _globals, "class": _classes, "ops": _ops, "nodes": _nodes, "memory": _memory}
