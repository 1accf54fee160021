"""`theano_compat.explain(f)`: which steps a function takes, what decides them, and how often XLA compiled."""
from theano_compat.compile.hoststeps import HostStep
from theano_compat.compile.numpysteps import MovingStep
from theano_compat.compile.program import CompiledStep


class Explanation:
    """What `explain` found: `steps` (one text a step), `compilations` (XLA programs made so far), `nodes`. Prints itself."""

    def __init__(self, name, steps, compilations, nodes):
        self.name = name
        self.steps = steps
        self.compilations = compilations
        self.nodes = nodes

    def __str__(self):
        head = "%s: %d nodes, %d step%s, %d XLA program%s compiled so far" % (
            self.name, self.nodes, len(self.steps), "s" if len(self.steps) != 1 else "",
            self.compilations, "s" if self.compilations != 1 else "")
        return "\n".join([head, *("  %d. %s" % (i + 1, text) for i, text in enumerate(self.steps))])

    __repr__ = __str__


def explain(f):
    """How the compiled function `f` runs, as an Explanation (print it).

    Host steps run in Python before an XLA step and find the sizes that XLA must know; an XLA step compiles once for each
    combination of those sizes and input shapes.
    """
    program = f.maker.program
    nodes = len(f.maker.fgraph.apply_nodes)
    if not hasattr(program, "steps"):
        return Explanation(f.name, ["node by node, because of the mode %s" % type(f.maker.mode).__name__], 0, nodes)
    return Explanation(f.name, [_describe(step) for step in program.steps], program.compilations, nodes)


def _describe(step):
    if isinstance(step, HostStep):
        ran = [str(node.op) for kind, node in step.instructions if kind == "value"]
        sized = [str(node.op) for kind, node in step.instructions if kind == "facts"]
        text = "host: %d small computation%s" % (len(ran), "s" if len(ran) != 1 else "")
        if ran:
            text += " (%s)" % ", ".join(dict.fromkeys(ran))
        if sized:
            text += "; sizes for %s" % ", ".join(dict.fromkeys(sized))
        return text
    if isinstance(step, MovingStep):
        return "host: %d nodes that only move numbers" % len(step.step.nodes)
    assert isinstance(step, CompiledStep)
    text = "XLA: %d nodes, compiled %d time%s" % (len(step.step.nodes), step.traces, "s" if step.traces != 1 else "")
    if step.step.keyed:
        text += ", once for each set of sizes of %s" % ", ".join(dict.fromkeys(str(n.op) for n in step.step.keyed))
    if step.padded is not None:
        text += "; one program serves many lengths" if any(not isinstance(p, str) for p in step.padded.programs.values()) else ""
        text += "".join("; for its very lengths because of %s" % reason for reason in step.padded.why_not())
    if step.new_shapes is not None:
        text += "; in NumPy while its shapes, which the data decide, are new"
    return text
