"""Arrays from files and from other processes: `load` of .npy files, `send` and `recv` over MPI.

MPI needs the package mpi4py when a program runs; it is looked for, not imported, before that.
"""
import importlib.util

import numpy as np

from theano_compat.graph.op import Op
from theano_compat.graph.type import Generic, generic
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Apply, Constant
from theano_compat.tensor.type import tensor_type

mpi_enabled = importlib.util.find_spec("mpi4py") is not None


@legacy_name("theano.tensor.io")
class LoadFromDisk(Op):
    """The array in the .npy file at the path that is its input. With `mmap_mode` 'c' only what is needed is read."""

    sized_by_data = True
    __props__ = ("dtype", "broadcastable", "mmap_mode")
    host_only = True

    def __init__(self, dtype, broadcastable, mmap_mode=None):
        self.dtype = np.dtype(dtype)
        self.broadcastable = broadcastable
        if mmap_mode not in (None, "c"):
            raise ValueError("The only supported values for mmap_mode are None and 'c', got %s" % mmap_mode)
        self.mmap_mode = mmap_mode

    def make_node(self, path):
        if isinstance(path, str):
            path = Constant(Generic(), path)
        return Apply(self, [path], [tensor_type(self.dtype.name, tuple(self.broadcastable))()])

    def perform(self, node, inputs, output_storage):
        """Legacy name: read the file into storage."""
        path = inputs[0]
        if path.split(".")[-1] == "npz":
            raise ValueError("Expected a .npy file, got %s instead" % path)
        result = np.load(path, mmap_mode=self.mmap_mode)
        if result.dtype != self.dtype:
            raise TypeError("Expected an array of type %s, got %s instead" % (self.dtype, result.dtype))
        output_storage[0][0] = result

    def do_constant_folding(self, node):
        """Never: a file may change between calls."""
        return False

    def __str__(self):
        return "Load{dtype: %s, broadcastable: %s, mmep: %s}" % (self.dtype, self.broadcastable, self.mmap_mode)


def load(path, dtype, broadcastable, mmap_mode=None):
    """The array in the .npy file at `path`, a string or a Generic variable, each time the function is called.

    `mmap_mode`: None, or 'c' to map the file into memory.
    """
    return LoadFromDisk(dtype, broadcastable, mmap_mode)(path)


def _world():
    from mpi4py import MPI
    return MPI.COMM_WORLD


class _MPI(Op):
    """What the four ops share: they act, so each call runs them, on the host."""

    host_only = True

    def do_constant_folding(self, node):
        """Never: other processes are waiting."""
        return False


@legacy_name("theano.tensor.io")
class MPIRecv(_MPI):
    """Begin to receive an array: a request, and the array that it will fill."""

    __props__ = ("source", "tag", "shape", "dtype")

    def __init__(self, source, tag, shape, dtype):
        self.source = source
        self.tag = tag
        self.shape = shape
        self.dtype = np.dtype(dtype)
        self.broadcastable = (False,) * len(shape)

    def make_node(self):
        return Apply(self, [], [generic(), tensor_type(self.dtype.name, self.broadcastable)()])

    def perform(self, node, inputs, output_storage):
        """Legacy name: ask for the array."""
        data = np.zeros(self.shape, dtype=self.dtype)
        output_storage[0][0] = _world().Irecv(data, self.source, self.tag)
        output_storage[1][0] = data

    def infer_shape(self, node, shapes):
        return [None, self.shape]

    def __str__(self):
        return "MPIRecv{source: %d, tag: %d, shape: %s, dtype: %s}" % (self.source, self.tag, self.shape, self.dtype)


@legacy_name("theano.tensor.io")
class MPIRecvWait(_MPI):
    """The array that a request fills, once it is there."""

    __props__ = ("tag",)
    view_map = {0: [1]}

    def __init__(self, tag):
        self.tag = tag

    def make_node(self, request, data):
        return Apply(self, [request, data], [tensor_type(data.dtype, data.broadcastable)()])

    def perform(self, node, inputs, output_storage):
        """Legacy name: wait."""
        inputs[0].wait()
        output_storage[0][0] = inputs[1]

    def infer_shape(self, node, shapes):
        return [shapes[1]]


@legacy_name("theano.tensor.io")
class MPISend(_MPI):
    """Begin to send an array: a request, and the array."""

    __props__ = ("dest", "tag")
    view_map = {1: [0]}

    def __init__(self, dest, tag):
        self.dest = dest
        self.tag = tag

    def make_node(self, data):
        return Apply(self, [data], [generic(), data.type()])

    def perform(self, node, inputs, output_storage):
        """Legacy name: offer the array."""
        output_storage[0][0] = _world().Isend(inputs[0], self.dest, self.tag)
        output_storage[1][0] = inputs[0]

    def __str__(self):
        return "MPISend{dest: %d, tag: %d}" % (self.dest, self.tag)


@legacy_name("theano.tensor.io")
class MPISendWait(_MPI):
    """True, once the array is sent."""

    __props__ = ("tag",)

    def __init__(self, tag):
        self.tag = tag

    def make_node(self, request, data):
        return Apply(self, [request, data], [generic()])

    def perform(self, node, inputs, output_storage):
        """Legacy name: wait."""
        inputs[0].wait()
        output_storage[0][0] = True


def isend(var, dest, tag):
    """Begin to send: a request and the array, for `MPISendWait`."""
    return MPISend(dest, tag)(var)


def send(var, dest, tag):
    """Send the array `var` to process `dest`."""
    return MPISendWait(tag)(*isend(var, dest, tag))


def irecv(shape, dtype, source, tag):
    """Begin to receive: a request and the array, for `MPIRecvWait`."""
    return MPIRecv(source, tag, shape, dtype)()


def recv(shape, dtype, source, tag):
    """An array of `shape` and `dtype` from process `source`."""
    return MPIRecvWait(tag)(*irecv(shape, dtype, source, tag))


def mpi_send_wait_key(a):
    """Sort key of nodes: sends and receives begin early, waits come late."""
    if isinstance(a.op, (MPIRecvWait, MPISendWait)):
        return 1
    return -1 if isinstance(a.op, (MPIRecv, MPISend)) else 0


def mpi_tag_key(a):
    """Sort key of nodes: lower tags first."""
    return a.op.tag if isinstance(a.op, _MPI) else 0


def key_to_cmp(key):
    """The comparison of two things by a sort key: negative, zero or positive."""
    def compare(a, b):
        first, second = key(a), key(b)
        return (first > second) - (first < second)
    return compare


mpi_send_wait_cmp = key_to_cmp(mpi_send_wait_key)
mpi_tag_cmp = key_to_cmp(mpi_tag_key)

mpi_keys = (mpi_send_wait_key, mpi_tag_key)
mpi_cmps = (mpi_send_wait_cmp, mpi_tag_cmp)
