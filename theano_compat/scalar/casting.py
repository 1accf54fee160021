"""Casting arrays from dtype to dtype as Theano's C code did; the op `Cast` is in `casts`."""
import numpy as np

_WIDE = {"int8": "int32", "int16": "int32", "uint8": "int32", "uint16": "int32", "int32": "int32", "uint32": "uint32",
         "int64": "int64", "uint64": "uint64"}


def as_dtype(xp, x, dtype):
    """`x` as an array of `dtype` (xp is jax.numpy or numpy).

    Floats lose their fraction. What no integer of the dtype holds, NaN included, becomes what x86 makes of it in C:
    the lowest integer of the width it converts in, cut to the dtype (0 for small ones).
    """
    x = xp.asarray(x)
    if x.dtype == dtype:
        return x
    if dtype == "bool":
        return x != 0
    if x.dtype == "bool" and xp is not np and np.dtype(dtype).kind in "fc":
        # XLA reads a factor that it sees converted from bool as a choice: False * inf would be 0, and is NaN
        return xp.where(x, xp.ones((), dtype), xp.zeros((), dtype))
    if x.dtype.kind == "f" and dtype in _WIDE:
        return _float_to_int(xp, x, dtype)
    if x.dtype.kind == "c" and np.dtype(dtype).kind != "c":
        x = x.real
    return x.astype(dtype)


def _float_to_int(xp, x, dtype):
    wide = _WIDE[dtype]
    if x.dtype == "float16":
        x = x.astype("float32")
    if wide.startswith("uint"):
        # signed conversion below the highest bit (negative numbers wrap), and of what is over it
        signed = wide[1:]
        top = np.iinfo(signed).max + 1
        half = xp.asarray(float(top), x.dtype)
        small = _float_to_int(xp, x, signed).astype(wide)
        large = _float_to_int(xp, xp.where(x >= half, x - half, xp.zeros_like(x)), signed).astype(wide)
        return xp.where(x >= half, large ^ xp.asarray(top, wide), small)
    info = np.iinfo(wide)
    low, high = xp.asarray(float(info.min), x.dtype), xp.asarray(float(info.max) + 1, x.dtype)
    inside = (x >= low) & (x < high) if wide == "int64" else (x > low - 1) & (x < high)
    whole = xp.where(inside, x, xp.zeros_like(x)).astype(wide)
    result = xp.where(inside, whole, xp.asarray(info.min, wide))
    return result.astype(dtype) if dtype != wide else result


def rounded_once(name):
    """The function `name` of xp, for float32 computed in float64: XLA's own forms lose digits far from zero."""
    def meaning(xp, x):
        function = getattr(xp, name)
        return function(x.astype("float64")).astype("float32") if x.dtype == "float32" else function(x)

    return meaning
