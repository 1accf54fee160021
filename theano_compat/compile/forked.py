"""Calls in a process that was forked after XLA had started.

XLA's threads are not in the child, and what waits for them waits for ever. There the program of a function runs in a fresh process of
the child's own, which gets the function as a pickle, and with each call the values it reads; state stays the child's, as after any fork.
"""
import itertools
import os
import pickle
import sys
import threading
import traceback
import weakref

import numpy as np

from theano_compat.compile.sharedvalue import as_host
from theano_compat.scalar.device import runs_on_cpu

_HINT = ("This process was forked after XLA had started, and XLA's threads are not in it. HINT: make processes with "
         "multiprocessing.set_start_method('spawn') or 'forkserver', or fork before the first function is called.")
_KEEP = ("sys_path", "sys_argv", "dir", "orig_dir")
_MAIN = ("init_main_from_name", "init_main_from_path")

_GUARD = "THEANO_COMPAT_HELPER"  # what a helper's own forks find in their environment: there it ends

in_child = False
_functions = weakref.WeakSet()
_helper = None
_lock = threading.Lock()
_numbers = itertools.count()


def watch():
    """From now on, XLA having started, forked processes are told."""
    os.register_at_fork(after_in_child=_after_fork)
    if not runs_on_cpu():
        os.register_at_fork(before=_bring_home)


def _bring_home():
    """Have the state of every function in the memory that the child gets: it cannot ask an accelerator for it."""
    for function in list(_functions):
        for container in function.input_storage[function._n_plain:]:
            with container.lock:
                value = container.storage[0]
                if hasattr(value, "is_deleted") and not value.is_deleted():  # deleted: in the middle of a call that forks
                    container.storage[0] = as_host(value)


def remember(function):
    """Have `function` laid out anew in a forked process."""
    _functions.add(function)


def refuse():
    """Raise RuntimeError where XLA would have to run in a forked process: a call could wait for ever."""
    if in_child:
        raise RuntimeError(_HINT)


def _after_fork():
    global in_child, _helper, _lock
    in_child, _helper, _lock = True, None, threading.Lock()
    for function in list(_functions):
        function._lay_out()


class Elsewhere:
    """How a function's calls are made in a forked process; `compute` as that of `calling.Calling`."""

    def __init__(self, function, calling):
        self._function = weakref.ref(function)
        self._calling = calling
        self._number = next(_numbers)
        self._sent_to = None

    def compute(self, values):
        """The outputs for the explicit inputs' `values`; the state is replaced."""
        helper = _start()
        with _lock:
            function = self._function()
            if self._sent_to is not helper:
                try:
                    helper.ask("take", self._number, function)
                except Exception as e:
                    raise RuntimeError("%s This function cannot be sent to another process: %s: %s" % (_HINT, type(e).__name__, e)) from e
                self._sent_to = helper
            state = [as_host(cell[0]) for cell in self._calling.cells]
            outputs, replaced, written = helper.ask("call", self._number, values, state)
        for i, new in zip(function.maker.written, written):
            if isinstance(values[i], np.ndarray) and values[i].flags.writeable:
                values[i][...] = new
        return self._calling.settle(outputs + replaced)


def _start():
    global _helper
    with _lock:
        if _helper is None:
            _helper = _Helper()
        return _helper


class _Helper:
    """The fresh process, from the side of the forked one. It ends when the forked one does."""

    def __init__(self):
        if _GUARD in os.environ:
            raise RuntimeError(_HINT)
        import subprocess
        from multiprocessing import Pipe, spawn
        self._connection, theirs = Pipe()
        with theirs:
            code = "from theano_compat.compile.forked import serve; serve(%d)" % theirs.fileno()
            # an accelerator's memory, where there is one, has been taken by the process that started XLA
            environment = {"XLA_PYTHON_CLIENT_PREALLOCATE": "false", **os.environ, _GUARD: "1",
                           "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
            self._process = subprocess.Popen([sys.executable, "-c", code], pass_fds=[theirs.fileno()], env=environment,
                                             stdin=subprocess.DEVNULL)
        known = spawn.get_preparation_data("theano")
        self._main = {k: known[k] for k in _MAIN if k in known}
        self.ask("prepare", {k: known[k] for k in _KEEP if k in known})

    def ask(self, *request):
        """The answer to a request. Raises what was raised there."""
        text = pickle.dumps(request, -1)
        if self._main and b"__main__" in text:
            main, self._main = self._main, None
            self._run_main(main)
        return self._answer(text)

    def _run_main(self, main):
        """Let the helper have what the program's own file defines, as processes of the 'spawn' kind get it."""
        path = main.get("init_main_from_path")
        if path is not None:
            with open(path, errors="replace") as f:
                if "__main__" not in f.read():  # it would do all its work there once more
                    raise RuntimeError("%s is no file to import: it lacks `if __name__ == '__main__':`" % path)
        self._answer(pickle.dumps(("prepare", main), -1))

    def _answer(self, text):
        self._connection.send_bytes(text)
        try:
            kind, answer = pickle.loads(self._connection.recv_bytes())
        except EOFError:
            raise RuntimeError("The process that runs theano functions for this forked one has ended. " + _HINT) from None
        if kind == "error":
            raise answer
        return answer


def serve(fd):
    """Answer what comes through the socket `fd` until it is closed: what the fresh process does."""
    from multiprocessing.connection import Connection
    connection, functions = Connection(fd), {}
    while True:
        try:
            text = connection.recv_bytes()
        except EOFError:
            return
        try:
            kind, *rest = pickle.loads(text)
            answer = "answer", _ANSWERS[kind](functions, *rest)
            text = pickle.dumps(answer, -1)
        except BaseException as e:
            text = _error(e)
        connection.send_bytes(text)


def _error(e):
    try:
        text = pickle.dumps(("error", e), -1)
        pickle.loads(text)
        return text
    except Exception:
        return pickle.dumps(("error", RuntimeError("".join(traceback.format_exception(e)))), -1)


def _prepare(functions, data):
    from multiprocessing import spawn
    spawn.prepare(data)


def _take(functions, number, function):
    functions[number] = function


def _call(functions, number, values, state):
    function = functions[number]
    values = list(values)
    explicit = len(values)
    for container, value in zip(function.input_storage[function._n_plain:], state):
        container.storage[0] = value
    outputs = function._compute(values)
    replaced = [as_host(c.storage[0]) for c, spec in zip(function.input_storage, function.maker.inputs) if spec.update is not None]
    return outputs, replaced, [values[i] for i in function.maker.written if i < explicit]


_ANSWERS = {"prepare": _prepare, "take": _take, "call": _call}
