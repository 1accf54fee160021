"""ProfileMode: the profiler of Theano before 0.7. Its numbers are a ProfileStats, as those of `profile=True`."""
import sys

from theano_compat.compile.modes import Mode, by_class, predefined_modes
from theano_compat.compile.profilerun import TimedRun
from theano_compat.compile.profiling import ProfileStats
from theano_compat.config import config
from theano_compat.graph.utils import legacy_name


@legacy_name("theano.compile.profilemode")
class ProfileMode(Mode):
    """Time every node of every function made with this mode; `print_summary` shows the times of all of them together."""

    def __init__(self, linker=None, optimizer="default"):
        Mode.__init__(self, linker=linker, optimizer=optimizer)
        self.profile_stats = ProfileStats(atexit_print=False, message="ProfileMode")

    def make_program(self, fgraph, returned, donated):
        """A run that times each node."""
        run, stats = TimedRun(fgraph, self.profile_stats), self.profile_stats

        def counted(values):
            stats.fct_callcount += 1
            before = stats.total_apply_time()
            try:
                return run(values)
            finally:
                spent = stats.total_apply_time() - before
                stats.fct_call_time += spent
                stats.vm_call_time += spent

        counted.compilations = 0
        return counted

    def clone(self, link_kwargs=None, optimizer="", **kwargs):
        """A ProfileMode that counts into the same times."""
        made = Mode.clone(self, link_kwargs, optimizer, **kwargs)
        made.profile_stats = self.profile_stats
        return made

    def __setstate__(self, state):
        Mode.__setstate__(self, state)
        self.profile_stats = ProfileStats(atexit_print=False, message="ProfileMode")

    def print_summary(self, n_apply_to_print=None, n_ops_to_print=None, **kwargs):
        """Print the times by class, op and apply node."""
        print("ProfileMode.print_summary()\n---------------------------\n")
        self.profile_stats.summary(sys.stdout, n_ops_to_print, n_apply_to_print)

    def print_diff_summary(self, other, **kwargs):
        """Print this mode's times less those of `other`."""
        print("ProfileMode.print_diff_summary()\n--------------------------------\n")
        difference = ProfileStats(atexit_print=False, message="difference")
        for sign, stats in ((1, self.profile_stats), (-1, other.profile_stats)):
            difference.add(stats, sign)
        difference.summary(sys.stdout)


by_class["ProfileMode"] = lambda: ProfileMode(config.linker, config.optimizer)
predefined_modes["PROFILE_MODE"] = ProfileMode("cvm", "fast_run")
