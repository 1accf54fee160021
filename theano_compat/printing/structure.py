"""The printer of basic indexing, which is more than a name, an operator or a pattern (`pretty.py`).

It reads the op's public `idx_list`, so that nothing here imports the op, which registers the printer where it is.
"""
import sys

from theano_compat.graph.utils import legacy_name
from theano_compat.printing.pretty import Printer, process_at


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
