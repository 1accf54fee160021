"""Interrupts: Ctrl-C, an alarm, anything that a signal's handler raises in the middle of a call.

A program that replaces state writes over the old one, so once it has run the new state is all there is. The interpreter
raises an interrupt as soon as a call into C returns, and such a call is where the time of a program goes. So what a
program gives is held before the interpreter can do anything else, and is found here when the call ends early.
"""
from functools import partial

import numpy as np

from theano_compat.compile.guards import CheckFailed


class Begun:
    """One run of a program that reuses the buffers of its arguments.

    `key`: what its checks are kept under; `finish`: makes the step's outputs of the program's, where they differ.
    """

    def __init__(self, key, finish=None, held=None):
        self._key, self._finish = key, finish
        self.held = [] if held is None else held

    def run(self, program, args):
        """(outputs, number of the check that failed) as the program gives them."""
        # one call: whatever interrupts it, what was computed is in the list
        self.held.extend(map(program, *[(a,) for a in args]))
        return self.held[0]

    def outputs(self, step):
        """The outputs of the `step`, complete, or None where nothing ran to its end. CheckFailed where a check failed."""
        if not self.held:
            return None
        made, failed = self.held[0]
        try:
            for value in made:
                value.block_until_ready()
        except Exception:  # the error is the program's own
            return None
        outputs = step.in_order(made)
        if failed is not None and np.asarray(failed).item() >= 0:
            raise step.failure(self._key, failed, outputs)
        return outputs if self._finish is None else self._finish(outputs)


def leave(within):
    """Leave the context of a call that ended with an error once more: an interrupt may have come in the middle of its way out.

    It sets back what it found; a second time changes nothing.
    """
    try:
        within.__exit__(None, None, None)
    except AttributeError:  # it was not entered
        pass


def rescue(error, step, outputs_of):
    """Leave with `error`, which ended a call, what the compiled `step` had computed over the old state: `outputs_of` it, as `rescued`.

    After a failed check the state is what it was, and left as `kept`.
    """
    begun = getattr(step, "begun", None)
    if begun is None or isinstance(error, CheckFailed):
        return
    try:
        made = begun.outputs(step)
    except CheckFailed as failed:
        error.kept = failed.kept
    else:
        if made is not None:
            error.rescued = outputs_of(made)


def rescue_held(program, error, key, held, copied):
    """`rescue` of what a written call (`direct`) of the `program` has `held`; `copied`: those of its outputs that were made before."""
    program.last.begun = Begun(key, held=held)
    rescue(error, program.last, partial(program.outputs_of, copied))
    program.last.begun = None
