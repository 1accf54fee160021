"""One-line, formula-like text of an expression: `pp(x)`, and the printers that say how each op looks.

Which printer an op has is said where the op is: it calls `register_printer`. Not here: trees (`debug.py`), pictures
(`dot.py`), tags and digests (`describe.py`).
"""
from copy import copy

from theano_compat.graph.op import PureOp
from theano_compat.graph.utils import legacy_name, scratchpad
from theano_compat.graph.walk import io_toposort

VALID_ASSOC = {"left", "right", "either"}
use_ascii = True
special = {"middle_dot": "\\dot", "big_sigma": "\\Sigma"}
greek = {name: "\\" + name for name in ("alpha", "beta", "gamma", "delta", "epsilon")}

# From this nesting on, an expression is printed from its leaves up: Python's recursion limit is near.
_DEEP = 100


@legacy_name("theano.printing")
class PrinterState(scratchpad):
    """What printers tell each other on the way down: `pprinter`, `precedence`, `memo` (variable -> its text)."""

    def __init__(self, props=None, **more_props):
        if isinstance(props, scratchpad):
            self.__update__(props)
        else:
            self.__dict__.update(props or {})
        self.__dict__.update(more_props)
        self.memo = {}

    def clone(self, props=None, **more_props):
        """A copy with some properties changed, as printers written for Theano before 0.9 ask for."""
        new = PrinterState(self, **dict(props or {}, **more_props))
        new.memo = self.memo
        return new


class Printer:
    """Common part of the printers: each variable is spelled once, and only results of an op can be."""

    def process(self, output, pstate):
        """The text of `output`, kept in `pstate.memo`."""
        if output not in pstate.memo:
            if output.owner is None:
                raise TypeError(self.refusal())
            pstate.memo[output] = self.text(output, output.owner, pstate)
        return pstate.memo[output]

    def refusal(self):
        """What to say about a variable that is not the result of an op."""
        return f"{type(self).__name__} cannot represent a variable that is not the result of an operation"

    def text(self, output, node, pstate):
        """The text of `output`, a result of `node`; inputs are spelled by `process_at`."""
        raise NotImplementedError()


def process_at(precedence, variable, pstate):
    """The text of `variable` inside something of that precedence."""
    outer = getattr(pstate, "precedence", None)
    pstate.precedence = precedence
    try:
        return pstate.pprinter.process(variable, pstate)
    finally:
        pstate.precedence = outer


def _index(node, output):
    return next(i for i, candidate in enumerate(node.outputs) if candidate is output)


@legacy_name("theano.printing")
class OperatorPrinter(Printer):
    """`(a + b)`; always in parentheses, as Theano's precedences were never trusted."""

    def __init__(self, operator, precedence, assoc="left"):
        self.operator = operator
        self.precedence = precedence
        self.assoc = assoc
        assert self.assoc in VALID_ASSOC

    def refusal(self):
        return f"operator {self.operator} cannot represent a variable that is not the result of an operation"

    def text(self, output, node, pstate):
        last = len(node.inputs) - 1
        strings = []
        for i, variable in enumerate(node.inputs):
            away = (self.assoc == "left" and i != 0) or (self.assoc == "right" and i != last)
            strings.append(process_at(self.precedence + 1e-6 if away else self.precedence, variable, pstate))
        if len(strings) == 1:
            return f"({self.operator}{strings[0]})"
        return "(" + f" {self.operator} ".join(strings) + ")"


@legacy_name("theano.printing")
class PatternPrinter(Printer):
    """A format with the inputs as `%(0)s`, `%(1)s`, ...; one pattern, or (pattern, precedences of inputs), an output."""

    def __init__(self, *patterns):
        self.patterns = [(p, ()) if isinstance(p, str) else (p[0], tuple(p[1:])) for p in patterns]

    def refusal(self):
        return f"Patterns {self.patterns} cannot represent a variable that is not the result of an operation"

    def text(self, output, node, pstate):
        pattern, precedences = self.patterns[_index(node, output)]
        precedences += (1000,) * (len(node.inputs) - len(precedences))
        return pattern % {str(i): process_at(precedence, variable, pstate)
                          for i, (variable, precedence) in enumerate(zip(node.inputs, precedences, strict=False))}


@legacy_name("theano.printing")
class FunctionPrinter(Printer):
    """`name(a, b)`; one name for each output of the op."""

    def __init__(self, *names):
        self.names = names

    def refusal(self):
        names = ", ".join(self.names)
        return f"function {names} cannot represent a variable that is not the result of an operation"

    def text(self, output, node, pstate):
        return _call(self.names[_index(node, output)], node, pstate)


def _call(name, node, pstate):
    return f"{name}({', '.join([process_at(-1000, variable, pstate) for variable in node.inputs])})"


@legacy_name("theano.printing")
class MemberPrinter(Printer):
    """`a.name`; one name for each output. (Theano before 1.0.)"""

    def __init__(self, *names):
        self.names = names

    def refusal(self):
        names = ", ".join(self.names)
        return f"function {names} cannot represent a variable that is not the result of an operation"

    def text(self, output, node, pstate):
        return f"{process_at(1000, node.inputs[0], pstate)}.{self.names[_index(node, output)]}"


@legacy_name("theano.printing")
class IgnorePrinter(Printer):
    """Spells the first input, as if the op were not there."""

    def text(self, output, node, pstate):
        return pstate.pprinter.process(node.inputs[0], pstate)


@legacy_name("theano.printing")
class LeafPrinter:
    """The variable's own name; Greek letters as TeX writes them."""

    def process(self, output, pstate):
        if output not in pstate.memo:
            pstate.memo[output] = greek[output.name] if output.name in greek else str(output)
        return pstate.memo[output]


@legacy_name("theano.printing")
class DefaultPrinter(Printer):
    """`op(a, b)`, or a leaf."""

    def process(self, output, pstate):
        return leaf_printer.process(output, pstate) if output.owner is None else super().process(output, pstate)

    def text(self, output, node, pstate):
        return _call(str(node.op), node, pstate)


leaf_printer = LeafPrinter()
default_printer = DefaultPrinter()


@legacy_name("theano.printing")
class PPrinter:
    """Chooses a printer for each variable; programs extend one with `assign`."""

    def __init__(self):
        self.printers = []
        self.printers_dict = {}

    def assign(self, condition, printer):
        """Use `printer` for an op, for an op class, or where `condition(pstate, variable)` is true (last one first)."""
        if isinstance(condition, (PureOp, type)):
            self.printers_dict[condition] = printer
        else:
            self.printers.insert(0, (condition, printer))

    def process(self, r, pstate=None):
        """The text of `r`; `pstate` is a PrinterState or a dict of properties for a new one."""
        if not isinstance(pstate, PrinterState):
            pstate = PrinterState(pprinter=self, **(pstate or {}))
            self._prepare_deep(r, pstate)
        printer = self._printer_of(r, pstate)
        return printer.process(r, pstate) if printer is not None else None

    def _printer_of(self, r, pstate):
        owner = getattr(r, "owner", None)
        if owner is not None:
            for key in (owner.op, type(owner.op)):
                if key in self.printers_dict:
                    return self.printers_dict[key]
        return next((printer for condition, printer in self.printers if condition(pstate, r)), None)

    def _prepare_deep(self, r, pstate):
        """Spell the inner variables of a deep expression first, so that nothing has to recurse."""
        depths = {}
        nodes = io_toposort([], [r]) if getattr(r, "owner", None) is not None else []
        for node in nodes:
            depths[node] = 1 + max((depths[i.owner] for i in node.inputs if i.owner is not None), default=0)
        if nodes and max(depths.values()) > _DEEP:
            for node in nodes:
                for variable in node.inputs:
                    self.process(variable, pstate)

    def clone(self):
        """An independent copy."""
        new = copy(self)
        new.printers = list(self.printers)
        new.printers_dict = dict(self.printers_dict)
        return new

    def clone_assign(self, condition, printer):
        """An independent copy with one more printer."""
        new = self.clone()
        new.assign(condition, printer)
        return new

    def process_graph(self, inputs, outputs, updates=None, display_inputs=False):
        """A line for each named variable, output and update (a dict) of a graph."""
        updates = updates or {}
        inputs = [*(inputs if isinstance(inputs, (list, tuple)) else [inputs]), *updates]
        outputs = list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]
        position = {output: i for i, output in reversed(list(enumerate(outputs)))}
        target_of = {new: old for old, new in updates.items()}
        lines = [(0, "inputs: " + ", ".join(map(str, inputs)))] if display_inputs else []
        current = None
        pprinter = self.clone_assign(lambda pstate, r: r.name is not None and r is not current, leaf_printer)
        for node in io_toposort(inputs, [*outputs, *updates.values()]):
            for output in node.outputs:
                if output in target_of:
                    lines.append((len(lines) + 1001, f"{target_of[output]} <- {pprinter.process(output)}"))
                if output.name is not None or output in position:
                    current = output
                    rank = 2000 + position[output] if output in position else len(lines) + 1
                    name = output.name if output.name is not None else f"out[{position[output]}]"
                    head = "return" if len(outputs) == 1 and output is outputs[0] else f"{name} ="
                    lines.append((rank, f"{head} {pprinter.process(output)}"))
        return "\n".join(line for _, line in sorted(lines))

    def __call__(self, *args):
        if len(args) == 1 or (len(args) == 2 and isinstance(args[1], (PrinterState, dict))):
            return self.process(*args)
        if len(args) > 2:
            return self.process_graph(*args)
        raise TypeError("Not enough arguments to call.")


pp = pprint = PPrinter()
pprint.assign(lambda pstate, r: True, default_printer)


def register_printer(condition, printer):
    """Let `pp` use `printer` for an op, an op class, or where `condition(pstate, variable)` is true."""
    pprint.assign(condition, printer)
    return printer
