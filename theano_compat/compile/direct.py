"""The short way through a program of one XLA step whose outputs are the step's: as few Python steps as can be.

A small training step spends as long in Python as in XLA, and what XLA has just done has pushed the interpreter's own data
out of the cache: each attribute read and each call that is not made counts. Other programs go through `Program._call`.
"""
from operator import itemgetter

import numpy as np

from theano_compat.compile.device import session
from theano_compat.compile.guards import CheckFailed, failed_guard


def direct_call(step, order, n_inputs, returned, guards, recall, learn):
    """A function of a program's input values giving its outputs, the first `returned` as NumPy arrays.

    `order`: positions of the step's arguments among the inputs. `recall` and `learn` find what the host must know about
    the values, remembered or computed; `recall` is None where nothing need be known.
    """
    arrange = _arrangement(order, n_inputs)
    nothing = learn(None) if recall is None else None
    context = None

    def run(values):
        nonlocal context
        if guards:  # state is about to be overwritten: what could fail is found before
            failed = failed_guard(guards, values)
            if failed is not None:
                raise CheckFailed(failed)
        learned = nothing or recall(values) or learn(values)
        jitted = learned.program
        if jitted is None:
            context = session()  # before the program can be seen: another thread that sees it needs the context
            jitted = step.program_for(learned)
        with context():
            outputs, failed = jitted(*arrange(values))
            if failed is not None and failed >= 0:
                raise step.failure(learned, failed)
            if not returned and outputs:
                outputs[-1].block_until_ready()
        # reading one output waits for all of them
        for i in range(returned):
            outputs[i] = np.array(outputs[i])
        return outputs

    return run


def _arrangement(order, n_inputs):
    """A function that puts values into the order of a step's arguments."""
    if order == list(range(n_inputs)):
        return tuple
    if len(order) < 2:
        return lambda values: [values[i] for i in order]
    return itemgetter(*order)
