"""Modes: how far a graph is rewritten before it is lowered, and whether it runs as one program or node by node.

Linkers and optimizers keep their old names and map to what is true here: every linker is XLA, `py` included; `None` and
`fast_compile` skip rewrites. Modes that watch every node are in `watching`.
"""
from theano_compat.config import config
from theano_compat.graph.utils import legacy_name
from theano_compat.rewrite.databases import local_useless as local_useless
from theano_compat.rewrite.databases import optdb as optdb
from theano_compat.rewrite.query import Query


@legacy_name("theano.gof.link")
class Linker:
    """A name for how a program was run; here always XLA."""

    def __init__(self, name="cvm", allow_gc=None, **kwargs):
        self.name = name
        self.allow_gc = config.allow_gc if allow_gc is None else allow_gc
        self.options = kwargs

    def clone(self, allow_gc=None):
        """The same linker, with another `allow_gc` if given."""
        return type(self)(self.name, self.allow_gc if allow_gc is None else allow_gc, **self.options)

    def __str__(self):
        return self.name


def _named_linker(class_name, default):
    def __init__(self, name=default, allow_gc=None, **kwargs):
        Linker.__init__(self, name if isinstance(name, str) else default, allow_gc, **kwargs)

    return type(class_name, (Linker,), {"__init__": __init__, "__doc__": "The old linker %r; runs by XLA." % default})


CLinker = _named_linker("CLinker", "c")
OpWiseCLinker = _named_linker("OpWiseCLinker", "c|py")
PerformLinker = _named_linker("PerformLinker", "py")
VM_Linker = _named_linker("VM_Linker", "vm")
DualLinker = _named_linker("DualLinker", "c&py")

predefined_linkers = {name: Linker(name) for name in
                      ("py", "c", "c|py", "c|py_nogc", "vm", "cvm", "vm_nogc", "cvm_nogc", "jax")}
predefined_linkers[None] = predefined_linkers["cvm"]

OPT_NONE = Query(include=[], exclude=[])
OPT_FAST_RUN = Query(include=["fast_run"])
OPT_FAST_RUN_STABLE = OPT_FAST_RUN.requiring("stable")
OPT_FAST_COMPILE = Query(include=["fast_compile"])
OPT_STABILIZE = Query(include=["fast_compile", "stabilize"])
OPT_MERGE = Query(include=["merge"])
predefined_optimizers = {
    None: OPT_NONE, "None": OPT_NONE, "merge": OPT_MERGE, "o4": OPT_FAST_RUN, "o3": OPT_FAST_RUN, "o2": OPT_FAST_RUN,
    "o1": OPT_FAST_COMPILE, "unsafe": OPT_FAST_RUN.including("unsafe"), "fast_run": OPT_FAST_RUN, "fast_run_stable": OPT_FAST_RUN_STABLE,
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

    optimizer = property(lambda self: self._optimizer, doc="the query or rewriter of this mode")

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
        """The callable that computes `fgraph`; modes that watch nodes give another."""
        from theano_compat.compile.program import Program
        return Program(fgraph, returned, donated)


FAST_COMPILE = Mode("vm", "fast_compile")
FAST_RUN = Mode("cvm", "fast_run")
predefined_modes = {"FAST_COMPILE": FAST_COMPILE, "FAST_RUN": FAST_RUN}
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
    elif string in predefined_modes:
        mode = predefined_modes[string]
    else:
        from theano_compat.compile import watching
        if string not in watching.by_name:
            raise Exception("No predefined mode exist for string: %s" % string)
        mode = watching.by_name[string]()
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
