"""The product of SciPy matrices, with JAX's kernel for csr times dense where the same sizes come again.

csr 10,000 x 10,000 (density 1e-3) times 10,000 x 64 on two quiet cores, float32 / float64 in ms: SciPy 1.7 / 2.8; JAX's BCSR with
everything on the device 0.70 / 1.14; this, whose matrices are SciPy's and NumPy's, 0.78 / 1.25, and where the memory of a result has to be
mapped anew at each call 2.2, against 1.5 in that of the latest one. The kernel is compiled for each number of entries (0.1 s, and once more
for that), so it is for sizes that were met several times. It adds in SciPy's order: the numbers are equal bit for bit, so when it
takes over cannot be seen.
"""
import contextlib
import functools
import threading
import weakref

import numpy as np

from theano_compat.graph.lent import Lent
from theano_compat.graph.staging import SMALL, aligned, give_back, staged
from theano_compat.scalar.device import runs_on_cpu

# Below so many multiplications SciPy takes less time than a call of JAX is worth.
_SMALL = 500_000
# Sizes met so often are compiled; programs for so many sizes are kept.
_OFTEN, _KEPT = 3, 64

# Kinds of numbers, in the machine's own order of bytes, and of indices. To hash a dtype takes longer than all the rest of the choice.
_FLOATS, _INDEX = frozenset((np.dtype("float32").str, np.dtype("float64").str)), np.dtype("int32").str

# Bytes of seats that are kept between calls (twice as many where two threads multiply at once), and of a matrix or a result in one.
_MOST_SEATED = 1 << 26
_MOST_OF_ONE = 1 << 24

# {sizes: how often they were met}; those that are compiled; {sizes: seats}; {sizes: bytes of one seat}
_seen, _often, _seats, _seated, _lock = {}, set(), {}, {}, threading.Lock()


def product(x, y):
    """`x @ y`, at least one of them sparse. A dense factor may be an array of JAX's on the CPU."""
    seats = _seats_for(x, y)
    if seats is None:
        return _as_numpy(x) @ _as_numpy(y)
    with _context(y.dtype.itemsize)():
        borrowed = []
        dense = y if type(y) is not np.ndarray or y.nbytes <= SMALL else staged(y, borrowed)
        try:
            seat = seats.pop()
        except IndexError:
            seat = _Seat(x)
        found = seat.product(x, dense)
        seats.append(seat)
        if borrowed:
            give_back(borrowed)
        return found


def _as_numpy(v):
    return np.asarray(v) if hasattr(v, "block_until_ready") else v


class _Seat:
    """Memory for the three arrays of a matrix, which JAX arrays lie over: what is copied in is what JAX sees.

    An argument that is a NumPy array costs a call 20 us more than one that is JAX's. Only one call at a time may sit here, and it waits
    for its result: JAX takes its arrays for immutable. The latest result, too, is written over once the caller has let go of it.
    """

    def __init__(self, matrix):
        import jax
        self._places = [aligned(v) for v in (matrix.data, matrix.indices, matrix.indptr)]
        self._arrays = []
        for place in self._places:
            array = jax.dlpack.from_dlpack(place)
            over = np.asarray(array).__array_interface__["data"][0] == place.__array_interface__["data"][0]
            self._arrays.append(array if over else place)
        self._latest = self._held = None

    def product(self, matrix, dense):
        """The product, as the caller's own."""
        for place, array in zip(self._places, (matrix.data, matrix.indices, matrix.indptr), strict=True):
            np.copyto(place, array)
        old, self._latest = self._latest, None
        if old is not None and self._held() is None and old.shape == (matrix.shape[0], dense.shape[1]):
            made = _program(matrix.shape, True)(*self._arrays, dense, old)
        else:
            made = _program(matrix.shape, False)(*self._arrays, dense)
        if made.nbytes < SMALL:
            return np.array(made)
        made.block_until_ready()
        lent = Lent(made)
        if made.nbytes <= _MOST_OF_ONE:  # as long as the caller has any view of it, he has this
            self._latest, self._held = made, weakref.ref(lent)
        return np.asarray(lent)


@functools.cache
def _context(itemsize):
    """A function that gives the context in which products of numbers of so many bytes run: on the CPU, with 64-bit numbers where needed."""
    import jax
    if not runs_on_cpu():
        return functools.partial(_there, jax.local_devices(backend="cpu")[0])
    return contextlib.nullcontext if itemsize == 4 else functools.partial(jax.enable_x64, True)


@contextlib.contextmanager
def _there(device):
    import jax
    with jax.enable_x64(True), jax.default_device(device):
        yield


def _seats_for(x, y):
    """The list of seats that nobody sits in, if the kernel can and should compute `x @ y`, else None."""
    is_numpy = type(y) is np.ndarray
    if not (is_numpy or hasattr(y, "block_until_ready")) or y.ndim != 2 or getattr(x, "format", None) != "csr":
        return None
    data, indices, indptr = x.data, x.indices, x.indptr
    kind, entries, columns = data.dtype.str, data.size, y.shape[1]
    if kind not in _FLOATS or entries * columns < _SMALL or y.dtype.str != kind or x.shape[1] != y.shape[0]:
        return None
    if indices.dtype.str != _INDEX or indptr.dtype.str != _INDEX or entries != indices.size or is_numpy and not y.flags.c_contiguous:
        return None
    sizes = x.shape, entries, columns, kind
    seats = _seats.get(sizes)
    return _after_one_more(sizes, data.nbytes + indices.nbytes + indptr.nbytes) if seats is None else seats


def _after_one_more(sizes, bytes_):
    """What `_seats_for` gives for matrices of those sizes that have no seats, or had none so far."""
    with _lock:
        if len(_seen) > 10_000:
            _seen.clear()
        if sizes not in _often:
            times = _seen[sizes] = _seen.get(sizes, 0) + 1
            if times <= _OFTEN or len(_often) >= _KEPT:
                return None
            _often.add(sizes)
        if bytes_ > _MOST_OF_ONE:  # too large to keep memory for
            return []
        (rows, _), _, columns, kind = sizes
        of_result = rows * columns * np.dtype(kind).itemsize
        bytes_ += of_result if of_result <= _MOST_OF_ONE else 0
        if sum(_seated.values()) + bytes_ > _MOST_SEATED:
            _seats.clear()
            _seated.clear()
        _seated[sizes] = bytes_
        return _seats.setdefault(sizes, [])


@functools.lru_cache(2 * _KEPT)
def _program(shape, over_an_old_result):
    """The jitted product; `over_an_old_result`: one more argument is an array whose memory the result gets."""
    import jax
    from jax.experimental.sparse import BCSR

    def theano_sparse_dot(data, indices, indptr, dense, *old):
        return BCSR((data, indices, indptr), shape=shape) @ dense

    return jax.jit(theano_sparse_dot, donate_argnums=(4,) if over_an_old_result else (), keep_unused=True)
