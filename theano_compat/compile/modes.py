"""Modes: how far a graph is rewritten before it is lowered, and whether it runs as one program or node by node.

Linkers (in `linkers`) and optimizers keep their old names and map to what is true here: every linker is XLA, `py` included;
`None` and `fast_compile` skip rewrites. Modes that watch every node: `debugmode`, `nanguard`, `monitor`, `profilemode`.
"""
from theano_compat.compile.linkers import CLinker, Linker, OpWiseCLinker, PerformLinker, VM_Linker
from theano_compat.compile.program import Program
from theano_compat.config import config
from theano_compat.graph.utils import legacy_name
from theano_compat.rewrite.databases import local_useless as local_useless
from theano_compat.rewrite.databases import optdb as optdb
from theano_compat.rewrite.passes import Optimizer
from theano_compat.rewrite.query import Query

predefined_linkers = {
    "py": PerformLinker(), "c": CLinker(), "c|py": OpWiseCLinker(), "c|py_nogc": OpWiseCLinker(allow_gc=False),
    "vm": VM_Linker(), "cvm": VM_Linker(use_cloop=True), "vm_nogc": VM_Linker(allow_gc=False),
    "cvm_nogc": VM_Linker(allow_gc=False, use_cloop=True), "jax": Linker("jax")}
predefined_linkers[None] = predefined_linkers["cvm"]

exclude = []  # tags that every optimizer leaves out: in Theano 'cxx_only' without a C++ compiler
OPT_NONE = Query(name="OPT_NONE")
OPT_MERGE = Query(include=["merge"], name="OPT_MERGE")
OPT_FAST_RUN = Query(include=["fast_run"], name="OPT_FAST_RUN")
OPT_FAST_RUN_STABLE = OPT_FAST_RUN.requiring("stable").named("OPT_FAST_RUN_STABLE")
OPT_FAST_COMPILE = Query(include=["fast_compile", "fast_compile_gpu"], name="OPT_FAST_COMPILE")
OPT_STABILIZE = Query(include=["fast_compile", "stabilize"], name="OPT_STABILIZE")
OPT_O2 = OPT_FAST_COMPILE.including("fusion").named("OPT_O2")
OPT_O3 = OPT_FAST_RUN.excluding("inplace").named("OPT_O3")
OPT_UNSAFE = OPT_O3.including("unsafe").named("OPT_UNSAFE")
predefined_optimizers = {
    None: OPT_NONE, "None": OPT_NONE, "merge": OPT_MERGE, "o4": OPT_FAST_RUN, "o3": OPT_O3, "o2": OPT_O2,
    "o1": OPT_FAST_COMPILE, "unsafe": OPT_UNSAFE, "fast_run": OPT_FAST_RUN, "fast_run_stable": OPT_FAST_RUN_STABLE,
    "fast_compile": OPT_FAST_COMPILE, "stabilize": OPT_STABILIZE}


def register_linker(name, linker):
    """Make `linker` known by `name`. Raises ValueError when the name is taken."""
    if name in predefined_linkers:
        raise ValueError("Linker name already taken: %s" % name)
    predefined_linkers[name] = linker


def register_optimizer(name, opt):
    """Make `opt` known by `name`. Raises ValueError when the name is taken."""
    if name in predefined_optimizers:
        raise ValueError("Optimizer name already taken: %s" % name)
    predefined_optimizers[name] = opt


@legacy_name("theano.compile.mode")
class Mode:
    """A choice of `optimizer` (which rewrites) and `linker` (a name; XLA runs the program)."""

    def __init__(self, linker=None, optimizer="default"):
        if linker is None:
            linker = config.linker
        if isinstance(optimizer, str) and optimizer == "default":
            optimizer = config.optimizer
        Mode.__setstate__(self, (linker, optimizer))

    def __getstate__(self):
        return (self.provided_linker, self.provided_optimizer)

    def __setstate__(self, state):
        self.provided_linker, self.provided_optimizer = state
        self.linker, self._optimizer = self.get_linker_optimizer(*state)
        self.call_time = 0
        self.fn_time = 0

    def __str__(self):
        return "%s(linker = %s, optimizer = %s)" % (type(self).__name__, self.provided_linker, self.provided_optimizer)

    @property
    def optimizer(self):
        """What rewrites a graph in this mode: `mode.optimizer.optimize(fgraph)` applies it by hand."""
        return optdb.query(self._optimizer) if isinstance(self._optimizer, Query) else self._optimizer

    def get_linker_optimizer(self, linker, optimizer):
        """The objects that names stand for."""
        if isinstance(linker, str) or linker is None:
            linker = predefined_linkers[linker]
        if isinstance(optimizer, str) or optimizer is None:
            optimizer = predefined_optimizers[optimizer]
        return linker, optimizer

    def including(self, *tags):
        """This mode with the rewrites of `tags` added."""
        return self.clone(optimizer=self._optimizer.including(*tags))

    def excluding(self, *tags):
        """This mode without the rewrites of `tags`."""
        return self.clone(optimizer=self._optimizer.excluding(*tags))

    def requiring(self, *tags):
        """This mode with only those rewrites that have `tags`."""
        return self.clone(optimizer=self._optimizer.requiring(*tags))

    def register(self, *optimizations):
        """This mode with (rewrite, position) pairs added."""
        return self.clone(optimizer=self._optimizer.register(*optimizations))

    def clone(self, link_kwargs=None, optimizer="", **kwargs):
        """A mode like this one with another optimizer or linker arguments."""
        linker = self.linker.clone(**(link_kwargs or {})) if hasattr(self.linker, "clone") else self.linker
        return self._rebuilt(linker, self.provided_optimizer if isinstance(optimizer, str) and optimizer == "" else optimizer)

    def _rebuilt(self, linker, optimizer):
        return type(self)(linker=linker, optimizer=optimizer)

    def make_program(self, fgraph, returned, donated):
        """The callable that computes `fgraph`, as the linker makes it."""
        return getattr(self.linker, "make_program", Program)(fgraph, returned, donated)


FAST_COMPILE = Mode("vm", "fast_compile")
FAST_RUN = Mode("cvm", "fast_run")
predefined_modes = {"FAST_COMPILE": FAST_COMPILE, "FAST_RUN": FAST_RUN}
by_class = {}  # name of a class: what makes its mode under the flags in force
instantiated_default_mode = None


def get_mode(orig_string):
    """The Mode for a name, for None (by `config.mode` and the optimizer flags), or the object itself.

    Raises Exception when no mode has the name.
    """
    string = config.mode if orig_string is None else orig_string
    if not isinstance(string, str):
        return string
    if string == "Mode":
        mode = Mode(linker=config.linker, optimizer=config.optimizer)
    elif string in by_class:
        mode = by_class[string]()
    elif string in predefined_modes:
        mode = predefined_modes[string]
    else:
        raise Exception("No predefined mode exist for string: %s" % string)
    if orig_string is None:
        for flag, change in ((config.optimizer_excluding, "excluding"), (config.optimizer_including, "including"),
                             (config.optimizer_requiring, "requiring")):
            if flag:
                mode = getattr(mode, change)(*flag.split(":"))
    return mode


def get_default_mode():
    """The mode that functions get when none is given."""
    return get_mode(None)


def register_mode(name, mode):
    """Make `mode` known by `name`. Raises ValueError when the name is taken."""
    if name in predefined_modes:
        raise ValueError("Mode name already taken: %s" % name)
    predefined_modes[name] = mode


@legacy_name("theano.compile.mode")
class AddFeatureOptimizer(Optimizer):
    """Attaches `feature` to every graph it is applied to; `mode.register((AddFeatureOptimizer(feature), position))`."""

    def __init__(self, feature):
        self.feature = feature

    def add_requirements(self, fgraph):
        """Attach the feature."""
        fgraph.attach_feature(self.feature)


@legacy_name("theano.compile.mode")
class PrintCurrentFunctionGraph(Optimizer):
    """Prints the graph as it is at this position among the rewrites, under `header`."""

    def __init__(self, header):
        self.header = header

    def apply(self, fgraph):
        """Print."""
        from theano_compat.printing import debugprint
        print("PrintCurrentFunctionGraph:", self.header)
        debugprint(fgraph.outputs)


@legacy_name("theano.compile.mode")
class AddDestroyHandler(Optimizer):
    """Where Theano began to watch memory that is overwritten. Values are never overwritten here: it does nothing."""
