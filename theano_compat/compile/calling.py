"""The hot part of a call: what an argument must be to be taken as it is, and reading, running and replacing the state.

The rest of a call, with Theano's conventions and errors, is in `runtime`.
"""
import weakref

import numpy as np

from theano_compat.compile.device import to_device
from theano_compat.config import config
from theano_compat.tensor.random.type import leave_to_reuse, random_state_type


def accepts(spec):
    """How an argument for `spec` is taken without ado: (dtype, ndim, function).

    An array of just that dtype and ndim is taken as it is; the function gives an array for another object, or None.
    """
    t = spec.variable.type
    if not hasattr(t, "broadcastable") or not hasattr(t, "ndim"):
        return None, -1, _exact(t)
    dtype, ndim = np.dtype(t.dtype), t.ndim
    if any(t.broadcastable):
        single = [i for i, b in enumerate(t.broadcastable) if b]
        return None, -1, lambda arg: (arg if type(arg) is np.ndarray and arg.dtype is dtype and arg.ndim == ndim
                                      and all(arg.shape[i] == 1 for i in single) else None)
    if ndim or spec.strict:
        return dtype, ndim, _take_none
    if dtype.kind in "iu":
        low, high, exact = int(np.iinfo(dtype).min), int(np.iinfo(dtype).max), dtype.type
        return dtype, 0, lambda arg: (np.asarray(arg, dtype) if type(arg) is exact or type(arg) is int and low <= arg <= high
                                      else None)
    if dtype == np.float64:
        return dtype, 0, lambda arg: np.asarray(arg) if type(arg) is float or type(arg) is np.float64 else None
    if dtype == np.float32 and spec.allow_downcast is not False:
        return dtype, 0, lambda arg: (np.asarray(arg, dtype) if type(arg) is np.float32 or
                                      type(arg) is float and config.floatX == "float32" else None)
    return dtype, 0, _take_none


def _exact(type):
    """A function that gives an object which is as `type` wants it already, and None for any other."""
    def take(arg):
        try:
            return None if arg is None else type.filter(arg, strict=True)
        except Exception:
            return None
    return take


def _take_none(arg):
    return None


class Calling:
    """How the calls of one function read and replace its state.

    `state`: the containers that are read; `updated`: those whose value is replaced, together, only if everything went
    well.
    """

    def __init__(self, function, state, updated):
        for container in updated:
            container.becomes_replaceable()
        # a function that only reads must not have a buffer reused meanwhile; what nobody replaces needs no lock
        locks = {id(c.lock): c.lock for c in state if c.replaceable or c.tell_when_replaceable(function)}
        self.locks = [locks[k] for k in sorted(locks)]
        self.cells = [c.storage for c in state]
        # the last first: that is how outputs are taken off
        self.replaced = [c.storage for c in updated][::-1]
        self._generators = [c.storage for c in updated if c.type == random_state_type]
        self._state = state
        self._maker = function.maker
        self._again = weakref.WeakMethod(function._run_again)

    def compute(self, values):
        """The outputs for the explicit inputs' `values`, which become all inputs' values; the state is replaced."""
        for lock in self.locks:
            lock.acquire()
        try:
            for container in self._state:
                value = container.storage[0]
                if type(value) is np.ndarray:
                    value = _moved_to_device(container)
                values.append(value)
            try:
                outputs = self._maker.program(values)
            except BaseException as e:
                outputs = self.after(e, values)
            for i in self._maker.written[::-1]:
                new = outputs.pop()
                if isinstance(values[i], np.ndarray) and values[i].flags.writeable:
                    values[i][...] = new
            return self.settle(outputs)
        finally:
            for lock in self.locks:
                lock.release()

    def after(self, error, values):
        """All outputs where only the program's form did not fit; anything else is raised, as Theano would or as it came.

        An interrupt that came when the program had run already, over the old state, finds the new state in place.
        """
        rescued = getattr(error, "rescued", None)
        if rescued is not None:
            del error.rescued
            self.settle(rescued)
            raise error
        return self._again()(error, values)

    def settle(self, outputs):
        """Take the new state off all `outputs`; what is left is for the caller."""
        for cell in self._generators:
            leave_to_reuse(cell[0])
        for cell in self.replaced:
            cell[0] = outputs.pop()
        return outputs

    def arriving(self, i):
        """A function that gives, for a NumPy value of the `i`th of the state, what a program is to read.

        A value just set is read where it is, for it may be set anew before the next call; met again it moves to the device.
        """
        container, met = self._state[i], None

        def arriving(value):
            nonlocal met
            if container.is_shown(value):
                return value
            if met is not None and met() is value:
                met = None
                return _moved_to_device(container)
            met = weakref.ref(value)
            return value

        return arriving


def _moved_to_device(container):
    """The NumPy value of `container`, moved to the device, once; another thread may be setting it. Of a value that is shown, a copy."""
    cell = container.storage
    with container.lock:
        if container.is_shown(cell[0]):
            return np.array(cell[0])
        cell[0] = value = to_device(cell[0])
        return value
