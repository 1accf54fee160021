"""`theano.tests.record` and `theano.tests.disturb_mem`: whether two runs of a program compute the same, value by value."""
import datetime

from theano_compat.compile.monitor import MonitorMode
from theano_compat.graph.utils import legacy_name
from theano_compat.printing import hex_digest, min_informative_str

_objects = []


def disturb_mem():
    """Allocate objects, how many depends on the time: what depends on addresses in memory then shows."""
    now = datetime.datetime.now().microsecond
    _objects[:] = [[0] * (now // 1000) for _ in range(now % 1000)]


@legacy_name("theano.tests.record")
class MismatchError(Exception):
    """A line is another than the one that was recorded."""


def _short(line):
    return line[:100] + "..." if len(line) > 100 else line


@legacy_name("theano.tests.record")
class Record:
    """Lines written to a file, or with `replay` compared with those of the file, one by one: MismatchError where they differ."""

    def __init__(self, file_object=None, file_path=None, replay=False):
        assert file_object is not None or file_path is not None
        self.file_object, self.file_path, self.replay = file_object, file_path, replay
        self.f = open(file_path, "r" if replay else "w") if file_object is None else file_object

    def handle_line(self, line):
        """Record, or compare, one line; it ends in a newline."""
        assert line.endswith("\n")
        assert "\n" not in line[:-1]
        if not self.replay:
            self.f.write(line)
            return
        recorded = self.f.readline()
        if recorded != line:
            raise MismatchError("Replay detected mismatch.\n I wanted to write:\n%s\nwhen previous job wrote:\n%s"
                                % (_short(line), _short(recorded)))


@legacy_name("theano.tests.record")
class RecordMode(MonitorMode):
    """A mode that records each node that runs, with digests of its inputs and outputs; functions need names.

    Takes a Record, or the arguments of one.
    """

    def __init__(self, record=None, **kwargs):
        assert record is None or not kwargs
        MonitorMode.__init__(self, post_func=self._record_node, optimizer="fast_run")
        self.set_record(Record(**kwargs) if record is None else record)

    def _rebuilt(self, linker, optimizer):
        return RecordMode(self.record)

    def set_record(self, record):
        """Go on with another Record."""
        self.record = record
        self.known_fgraphs = set()

    def _record_node(self, i, node, thunk):
        fgraph = node.fgraph
        name = getattr(fgraph, "name", None)
        if name is None:
            raise ValueError("RecordMode knows a function in the second run by its name: give theano.function a `name`.")
        lines = []
        if fgraph not in self.known_fgraphs:
            assert not any(known.name == name for known in self.known_fgraphs)
            self.known_fgraphs.add(fgraph)
            lines.append("Function %s has %d apply nodes." % (name, len(fgraph.apply_nodes)))
        lines += ["Function name: " + name, "Node %d:%s" % (i, node)]
        for title, cells in (("Inputs", thunk.inputs), ("Outputs", thunk.outputs)):
            lines.append("%s: %s" % (title, " ".join(hex_digest(cell[0]) for cell in cells)))
        for line in lines:
            try:
                self.record.handle_line(line.replace("\n", " ") + "\n")
            except MismatchError as error:
                inputs = "\n".join(map(min_informative_str, node.inputs))
                raise MismatchError("%s\nin node %d of the function %s: %s\nits inputs:\n%s" % (error, i, name, node, inputs)) from None
