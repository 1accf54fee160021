"""Printers of ops that rearrange: dimensions, indices, vectors of scalars. The ops register them where they are.

They read an op's public attributes (`new_order`, `idx_list`), so that nothing here imports the ops. Not here: printers
that know only a name, an operator or a pattern (`pretty.py`).
"""
import sys

from theano_compat.graph.utils import legacy_name
from theano_compat.printing.pretty import Printer, process_at


@legacy_name("theano.tensor.elemwise")
class DimShufflePrinter(Printer):
    """Nothing where only dimensions of length 1 come in front, `a.T` for a transpose, else `DimShuffle{...}(a)`."""

    def refusal(self):
        return "Can only print DimShuffle."

    def text(self, output, node, pstate):
        variable, order = node.inputs[0], list(node.op.new_order)
        while order and order[0] == "x":
            del order[0]
        inner = pstate.pprinter.process(variable, pstate)
        dimensions = list(range(variable.type.ndim))
        if order == dimensions:
            return inner
        if order == dimensions[::-1]:
            return f"{inner}.T"
        return f"DimShuffle{{{', '.join(map(str, order))}}}({inner})"


@legacy_name("theano.tensor.subtensor")
class SubtensorPrinter(Printer):
    """`a[1, i, 2:]`. As in Theano a symbolic bound of a slice shows its type, and indices are taken from the last on."""

    def refusal(self):
        return "Can only print Subtensor."

    def text(self, output, node, pstate):
        variable, *scalars = node.inputs
        parts = []
        for entry in node.op.idx_list:
            if isinstance(entry, slice):
                parts.append(_slice_text(entry))
            elif isinstance(entry, int):
                parts.append(str(entry))
            else:  # the type of a scalar input
                parts.append(process_at(-1000, scalars.pop(), pstate))
        return f"{process_at(1000, variable, pstate)}[{', '.join(parts)}]"


def _slice_text(entry):
    start = "" if entry.start is None or (isinstance(entry.start, int) and entry.start == 0) else entry.start
    stop = "" if entry.stop is None or (isinstance(entry.stop, int) and entry.stop == sys.maxsize) else entry.stop
    step = "" if entry.step is None else f":{entry.step}"
    return f"{start}:{stop}{step}"


@legacy_name("theano.tensor.opt")
class MakeVectorPrinter(Printer):
    """`[a, b]`."""

    def refusal(self):
        return "Can only print make_vector."

    def text(self, output, node, pstate):
        return f"[{', '.join([process_at(1000, variable, pstate) for variable in node.inputs])}]"
