"""The gradient of a loop as Theano wrote it into its pickles: a loop over buffers that a step reads and writes in several places.

No graph that is built here has one: gradients of loops are derived from how the loop runs (scan_gradient). This one runs step by step,
each step a compiled program.
"""
import numpy as np

from theano_compat.graph import FunctionGraph, Op


class PickledLoop(Op):
    """What `Scan` turns into when a pickle says that it has such buffers (`n_mit_mot`); all names are those of the pickle."""

    only_reads = True

    def __str__(self):
        return "%s{%s,%s}" % ("do_while" if self.as_while else "for", "cpu", self.name)

    def __getstate__(self):
        return {k: v for k, v in self.__dict__.items() if k != "_step"}

    @property
    def step(self):
        """The step as a program of its own."""
        if "_step" not in self.__dict__:
            from theano_compat.control.inner import as_program
            self._step = as_program(FunctionGraph(self.inputs, self.outputs, clone=True))
        return self._step

    def perform(self, node, inputs, output_storage):
        """Legacy name: all steps, one after the other."""
        info = self.info
        values = iter(inputs)
        n_steps = int(next(values))

        def take(n):
            return [next(values) for _ in range(n)]
        seqs = take(info["n_seqs"])
        buffers = [np.array(v) for v in take(len(info["tap_array"]))]
        shared = take(info["n_shared_outs"])
        buffers += [_Rows(int(n)) for n in take(info["n_nit_sot"])]
        shared, done = self._run(n_steps, seqs, buffers, shared, list(values))
        starts = [-min(taps) for taps in info["tap_array"]] + [0] * info["n_nit_sot"]
        for k in range(info["n_mit_mot"], len(buffers)):
            buffers[k] = _in_order(buffers[k], starts[k], done)
        for cell, value in zip(output_storage, [*buffers, *shared]):
            cell[0] = value

    def _run(self, n_steps, seqs, buffers, shared, others):
        """Fill the buffers; the last values of what is no tensor, and how many steps were done."""
        info = self.info
        n_mot, taps = info["n_mit_mot"], info["tap_array"]
        starts = [-min(t) for t in taps] + [0] * info["n_nit_sot"]
        for seq in seqs:
            if len(seq) < n_steps:
                raise ValueError("Sequence is shorter then the required number of steps : (n_steps, seq, seq.shape):",
                                 n_steps, seq, seq.shape)
        for i in range(n_steps):
            read = [b[(starts[k] + i + tap) % len(b)] for k, b in enumerate(buffers[:len(taps)]) for tap in taps[k]]
            made = self.step([np.asarray(v) for v in (*(seq[i] for seq in seqs), *read)] + [*shared, *others])
            made = iter(made)
            for k in range(n_mot):
                for tap in info["mit_mot_out_slices"][k]:
                    buffers[k][(starts[k] + i + tap) % len(buffers[k])] = next(made)
            for k in range(n_mot, len(buffers)):
                buffers[k][(starts[k] + i) % len(buffers[k])] = next(made)
            shared = [next(made) for _ in shared]
            if self.as_while and next(made):
                return shared, i + 1
        return shared, n_steps

    def L_op(self, inputs, outputs, output_grads):
        raise NotImplementedError(
            "The loop %r comes from a pickle of Theano's and is the gradient of a loop, which has no gradient of its own here. Load the "
            "cost and take the gradients anew: theano.grad(cost, parameters)." % self.name)


class _Rows:
    """A buffer of a length whose rows' shape is told by the first row."""

    def __init__(self, length):
        self.length, self.rows = length, None

    def __len__(self):
        return self.length

    def __setitem__(self, i, row):
        if self.rows is None:
            self.rows = np.zeros((self.length, *np.shape(row)), np.asarray(row).dtype)
        self.rows[i] = row


def _in_order(buffer, start, done):
    """The rows from the oldest to the youngest: a short buffer was written round and round; what was not reached is zero."""
    rows = buffer.rows if isinstance(buffer, _Rows) else buffer
    if rows is None:
        raise ValueError("a loop of no steps does not tell the shape of its output")
    if start + done > len(rows):
        return np.roll(rows, -((start + done) % len(rows)), axis=0)
    rows[start + done:] = 0
    return rows
