"""ProfileStats: how often and how long a function ran, and how long it took to make."""
import atexit
import sys

from theano_compat.config import config
from theano_compat.graph.utils import legacy_name

_printed_at_exit = []


@legacy_name("theano.compile.profiling")
class ProfileStats:
    """Counters of one or more functions; `summary()` prints them. Times in seconds."""

    def __init__(self, atexit_print=True, flag_time_thunks=None, message=None, **kwargs):
        self.message = message
        self.fct_callcount = 0
        self.fct_call_time = 0.0
        self.vm_call_time = 0.0
        self.compile_time = 0.0
        self.optimizer_time = 0.0
        self.linker_time = 0.0
        self.fct_call = {}
        self.ignore_first_call = config.profiling.ignore_first_call
        if atexit_print:
            _printed_at_exit.append(self)

    def reset(self):
        """Forget the calls so far."""
        self.fct_callcount, self.fct_call_time, self.vm_call_time = 0, 0.0, 0.0

    def summary(self, file=sys.stderr, n_ops_to_print=20, n_apply_to_print=20):
        """Print the counters to `file`."""
        self.summary_function(file)

    def summary_function(self, file):
        """Print the times of the whole function to `file`."""
        print("Function profiling\n==================", file=file)
        print("  Message: %s" % self.message, file=file)
        print("  Time in %i calls to Function.__call__: %es" % (self.fct_callcount, self.fct_call_time), file=file)
        print("  Time in Function.fn.__call__: %es" % self.vm_call_time, file=file)
        print("  Total compile time: %es" % self.compile_time, file=file)
        print("    Theano Optimizer time: %es" % self.optimizer_time, file=file)
        print("    Theano Linker time: %es" % self.linker_time, file=file)


@atexit.register
def _print_at_exit():
    for stats in _printed_at_exit:
        if config.profile and stats.fct_callcount:
            stats.summary(sys.stderr)


def as_stats(profile, name):
    """The ProfileStats for a `profile=` argument: None, True, a message, or a ProfileStats."""
    if profile is None:
        profile = config.profile or None
    if profile is True:
        return ProfileStats(message=name)
    if isinstance(profile, str):
        return ProfileStats(message=profile)
    return profile or None
