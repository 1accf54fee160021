"""Helpers of one function each: `theano.misc.may_share_memory`, `safe_asarray`, `strutil`, `windows`, `cpucount`, `doubleop`."""
import os
import subprocess
import sys

import numpy as np

from theano_compat.graph.op import Op
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Apply
from theano_compat.scalar.types import _asarray as _asarray
from theano_compat.tensor.constant import as_tensor_variable


def may_share_memory(a, b, raise_other_type=True):
    """Whether two arrays or SciPy matrices may lie in the same memory; of anything else TypeError, or False if told so."""
    parts = [_parts(x) for x in (a, b)]
    if None in parts:
        if raise_other_type:
            raise TypeError("may_share_memory support only ndarray and scipy.sparse or GpuArray type")
        return False
    return any(np.may_share_memory(x, y) for x in parts[0] for y in parts[1])


def _parts(x):
    if isinstance(x, np.ndarray):
        return [x]
    sparse = sys.modules.get("scipy.sparse")  # a matrix can only be there if somebody imported SciPy
    if sparse is not None and sparse.issparse(x):
        return [part for name in ("data", "indices", "indptr", "row", "col") if isinstance(part := getattr(x, name, None), np.ndarray)]
    return None


# ---- strutil --------------------------------------------------------------------------------------------------------

def render_string(string, sub):
    """`string % sub`; the message of a failure shows the shortest beginning of `string` that fails the same way."""
    try:
        return string % sub
    except Exception as error:
        for end in range(len(string) + 1):
            try:
                string[:end] % sub
            except Exception as again:
                if str(again) == str(error):
                    raise Exception(f"{string[:end]}<<<< caused exception {again}") from error
        raise


def pretty_format(string):
    """The lines of a text, each indented by four spaces for every brace that is open where it begins."""
    depth, lines = 0, []
    for line in map(strip_leading_white_space, string.split("\n")):
        depth = max(depth - line.count("}"), 0)
        lines.append("    " * depth + line)
        depth += line.count("{")
    return "\n".join(lines)


def strip_leading_white_space(line):
    """`line` without the spaces and tabs it begins with."""
    return line.lstrip(" \t")


# ---- windows --------------------------------------------------------------------------------------------------------

def subprocess_Popen(command, **params):
    """`subprocess.Popen` that opens no window, finds .bat files on Windows, and reads nothing unless `stdin` is given."""
    if os.name == "nt":
        params["startupinfo"] = subprocess.STARTUPINFO()
        params["startupinfo"].dwFlags |= subprocess.STARTF_USESHOWWINDOW
        params["shell"] = True
        command = " ".join(command) if isinstance(command, list) else command
    params.setdefault("stdin", subprocess.DEVNULL)
    return subprocess.Popen(command, **params)


def call_subprocess_Popen(command, **params):
    """Run a command without its output; gives the exit code. Raises TypeError for `stdout` and `stderr`."""
    if "stdout" in params or "stderr" in params:
        raise TypeError("don't use stderr or stdout with call_subprocess_Popen")
    return subprocess_Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **params).wait()


def output_subprocess_Popen(command, **params):
    """Run a command; gives (output, errors, exit code). Raises TypeError for `stdout` and `stderr`."""
    if "stdout" in params or "stderr" in params:
        raise TypeError("don't use stderr or stdout with output_subprocess_Popen")
    process = subprocess_Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **params)
    return (*process.communicate(), process.returncode)


# ---- the rest -------------------------------------------------------------------------------------------------------

def cpuCount():
    """How many processors the system has; -1 if it does not say."""
    return os.cpu_count() or -1


@legacy_name("theano.misc.doubleop")
class DoubleOp(Op):
    """The op of the tutorial about extending Theano: twice `x`, computed in Python."""

    __props__ = ()

    def make_node(self, x):
        x = as_tensor_variable(x)
        return Apply(self, [x], [x.type()])

    def perform(self, node, inputs, output_storage):
        output_storage[0][0] = inputs[0] * 2

    def infer_shape(self, node, i0_shapes):
        return i0_shapes

    def grad(self, inputs, output_grads):
        return [output_grads[0] * 2]

    def R_op(self, inputs, eval_points):
        return eval_points if eval_points[0] is None else self.grad(inputs, eval_points)

    def __str__(self):
        return type(self).__name__
