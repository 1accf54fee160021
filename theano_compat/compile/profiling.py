"""ProfileStats: how often and how long functions and their nodes ran, and how long they took to make.

The numbers come from `profilerun` and from Function's calls; the text is made in `profilereport`.
"""
import atexit
import sys
import time

from theano_compat.config import config
from theano_compat.graph.utils import legacy_name

theano_imported_time = time.time()
total_fct_exec_time = 0.0
total_graph_opt_time = 0.0
total_time_linker = 0.0
_printed_at_exit = []
_printers = []


def register_profiler_printer(fct):
    """Decorator: call `fct(message=, compile_time=, fct_call_time=, apply_time=, apply_cimpl=, output_size=, file=)` after a summary."""
    _printers.append(fct)
    return fct


@legacy_name("theano.compile.profiling")
class ProfileStats:
    """Counters of one or more functions; `summary(file)` prints them. Times in seconds.

    `apply_time`, `apply_callcount`: by Apply node; `apply_cimpl`: whether a node ran compiled. `atexit_print`: printed when the process
    ends, if `config.profile` is on then. `flag_time_thunks` (None: `config.profiling.time_thunks`): whether nodes are timed, one by one;
    without it the function runs as one program and only calls are timed. `gpu_checks` has no effect.
    """

    # what all have; here too, so that the class can be asked
    compile_time = optimizer_time = linker_time = validate_time = import_time = linker_node_make_thunks = 0.0
    fct_call_time = vm_call_time = 0.0
    fct_callcount, nb_nodes, line_width = 0, -1, 512
    apply_time = apply_callcount = apply_cimpl = message = optimizer_profile = None
    linker_make_thunk_time, variable_shape, variable_strides, variable_offset = {}, {}, {}, {}

    def __init__(self, atexit_print=True, flag_time_thunks=None, gpu_checks=True, message=None, **kwargs):
        self.flag_time_thunks = config.profiling.time_thunks if flag_time_thunks is None else flag_time_thunks
        self.message = message
        self.compile_time = self.optimizer_time = self.linker_time = self.validate_time = self.import_time = 0.0
        self.linker_node_make_thunks = 0.0
        self.linker_make_thunk_time = {}
        self.variable_shape, self.variable_strides, self.variable_offset, self.output_size = {}, {}, {}, {}
        self.apply_cimpl = {}
        self.graphs = {}
        self.nb_nodes = 0
        self._not_running = 0.0
        self.rewrites = []
        self.ignore_first_call = config.profiling.ignore_first_call
        self.reset()
        for name, value in kwargs.items():
            if not hasattr(self, name):
                raise TypeError("ProfileStats has no counter %r" % name)
            setattr(self, name, value)
        if atexit_print:
            _printed_at_exit.append(self)

    def reset(self):
        """Forget the calls so far; times of making functions stay."""
        self.fct_callcount, self.fct_call_time, self.vm_call_time = 0, 0.0, 0.0
        self.apply_time, self.apply_callcount = {}, {}
        self.fct_call = {}

    def note_compilation(self, seconds, of_call):
        """Count compilation in the middle of a call; `of_call`: the part of the call's time that is no running time."""
        self.linker_time += seconds
        self.compile_time += seconds
        self._not_running += of_call
        note_making(linker_seconds=seconds)

    def note_call(self, seconds, run_seconds):
        """Count a call of a function; the first is forgotten under `profiling.ignore_first_call`."""
        global total_fct_exec_time
        seconds, run_seconds = seconds - self._not_running, run_seconds - self._not_running
        self._not_running = 0.0
        self.fct_callcount += 1
        self.fct_call_time += seconds
        self.vm_call_time += run_seconds
        total_fct_exec_time += seconds
        if self.ignore_first_call and self.fct_callcount == 1:
            self.ignore_first_call = False
            self.reset()

    def add(self, other, sign=1):
        """Add the counters of `other`, or with sign -1 take them away."""
        for name in ("fct_callcount", "fct_call_time", "vm_call_time", "compile_time", "optimizer_time", "linker_time", "nb_nodes",
                     "validate_time", "import_time", "linker_node_make_thunks"):
            setattr(self, name, getattr(self, name) + sign * getattr(other, name))
        for name in ("apply_time", "apply_callcount", "linker_make_thunk_time"):
            mine = getattr(self, name)
            for node, value in getattr(other, name).items():
                mine[node] = mine.get(node, 0) + sign * value
        for name in ("apply_cimpl", "variable_shape", "variable_strides", "output_size", "graphs"):
            getattr(self, name).update(getattr(other, name))

    # -- sums

    def total_apply_time(self):
        """Seconds in all nodes."""
        return sum(self.apply_time.values())

    def _by(self, kind, table):
        found = {}
        for node, value in table.items():
            found[kind(node)] = found.get(kind(node), 0) + value
        return found

    def class_time(self):
        """{class of op: seconds}."""
        return self._by(lambda node: type(node.op), self.apply_time)

    def class_callcount(self):
        """{class of op: runs}."""
        return self._by(lambda node: type(node.op), self.apply_callcount)

    def class_nodes(self):
        """{class of op: nodes}."""
        return self._by(lambda node: type(node.op), dict.fromkeys(self.apply_callcount, 1))

    def class_impl(self):
        """{class of op: 'C' when all its nodes ran compiled, 'Py' when none, 'C/Py'}."""
        return _impl(self.apply_cimpl, lambda node: type(node.op))

    def op_time(self):
        """{op: seconds}."""
        return self._by(lambda node: node.op, self.apply_time)

    def op_callcount(self):
        """{op: runs}."""
        return self._by(lambda node: node.op, self.apply_callcount)

    def op_nodes(self):
        """{op: nodes}."""
        return self._by(lambda node: node.op, dict.fromkeys(self.apply_callcount, 1))

    def op_impl(self):
        """{op: 'C', 'Py' or 'C/Py'}."""
        return _impl(self.apply_cimpl, lambda node: node.op)

    def compute_total_times(self):
        """{node: seconds of it and all that it needs}."""
        total = {}
        for order in self.graphs.values():
            needs = {}
            for node in order:
                needs[node] = {node}.union(*(needs.get(x.owner, ()) for x in node.inputs))
                total[node] = sum(self.apply_time.get(n, 0.0) for n in needs[node])
        return total

    # -- text

    def summary(self, file=None, n_ops_to_print=None, n_apply_to_print=None):
        """Print all sections to `file` (standard error); lengths of the tables default to the flags `profiling.n_ops`, `n_apply`."""
        from theano_compat.compile import profilereport
        file = sys.stderr if file is None else file
        n_ops = config.profiling.n_ops if n_ops_to_print is None else n_ops_to_print
        n_apply = config.profiling.n_apply if n_apply_to_print is None else n_apply_to_print
        profilereport.write(self, file, n_ops, n_apply)
        for printer in _printers:
            printer(message=self.message, compile_time=self.compile_time, fct_call_time=self.fct_call_time, apply_time=self.apply_time,
                    apply_cimpl=self.apply_cimpl, output_size=self.output_size, file=file)

    def _section(name):
        def section(self, file=None, N=None):
            from theano_compat.compile import profilereport
            file = sys.stderr if file is None else file
            profilereport.SECTIONS[name](self, file, config.profiling.n_ops if N is None else N)
        section.__name__ = "summary_" + name
        section.__doc__ = "Print the section %r." % name
        return section

    summary_function, summary_class, summary_ops = _section("function"), _section("class"), _section("ops")
    summary_nodes, summary_memory, summary_globals = _section("nodes"), _section("memory"), _section("globals")
    del _section


@legacy_name("theano.compile.profiling")
class ScanProfileStats(ProfileStats):
    """Counters of a scan's steps in Theano. A scan is one node here: nothing fills them."""

    callcount = 0
    nbsteps = 0
    call_time = 0.0


class Rewrites:
    """The feature that notes in a ProfileStats which rewrite replaced something."""

    def __init__(self, stats):
        self.stats = stats

    def on_change_input(self, fgraph, node, i, r, new_r, reason=None):
        """A variable was replaced."""
        self.stats.rewrites.append(str(reason))


def _impl(cimpl, kind):
    seen = {}
    for node, compiled in cimpl.items():
        seen.setdefault(kind(node), set()).add(compiled)
    return {key: "C/Py" if len(found) == 2 else "C" if found == {True} else "Py" for key, found in seen.items()}


def destination():
    """The file that `config.profiling.destination` names, and whether it is ours to close."""
    name = config.profiling.destination
    if name in ("stderr", "stdout"):
        return getattr(sys, name), False
    return open(name, "a"), True


def print_global_stats():
    """Print how long ago Theano was imported, and the seconds in functions, rewriting and compiling."""
    file, ours = destination()
    print("=" * 50, file=file)
    print("Global stats: ", "Time elapsed since Theano import = %6.3fs, Time spent in Theano functions = %6.3fs, Time spent compiling "
          "Theano functions:  optimization = %6.3fs, linker = %6.3fs "
          % (time.time() - theano_imported_time, total_fct_exec_time, total_graph_opt_time, total_time_linker), file=file)
    print("=" * 50, file=file)
    if ours:
        file.close()


def note_making(optimizer_seconds=0.0, linker_seconds=0.0):
    """Count the making of a function in the totals of the process."""
    global total_graph_opt_time, total_time_linker
    total_graph_opt_time += optimizer_seconds
    total_time_linker += linker_seconds


@atexit.register
def _print_at_exit():
    if config.profile:
        file, ours = destination()
        used = [s for s in _printed_at_exit if s.fct_callcount >= 1 or s.compile_time > 1]
        for stats in sorted(used, key=lambda s: -(s.compile_time + s.fct_call_time)):
            stats.summary(file)
        if len(used) > 1:
            together = ProfileStats(atexit_print=False, message="Sum of all(%d) printed profiles at exit." % len(used))
            for stats in used:
                together.add(stats)
            together.summary(file)
        if ours:
            file.close()
    if config.print_global_stats:
        print_global_stats()


def as_stats(profile, name):
    """The ProfileStats for a `profile=` argument: None, True, a message, or a ProfileStats."""
    if profile is None:
        profile = config.profile or None
    if profile is True:
        return ProfileStats(message=name)
    if isinstance(profile, str):
        return ProfileStats(message=profile)
    return profile or None
