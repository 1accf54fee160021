"""Casting arrays from dtype to dtype as Theano's C code did; the op `Cast` is in `casts`."""
import numpy as np

_WIDE = {"int8": "int32", "int16": "int32", "uint8": "int32", "uint16": "int32", "int32": "int32", "uint32": "int64",
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
    if x.dtype.kind == "f" and dtype in _WIDE:
        return _float_to_int(xp, x, dtype)
    if x.dtype.kind == "c" and np.dtype(dtype).kind != "c":
        x = x.real
    return x.astype(dtype)


def _float_to_int(xp, x, dtype):
    wide = _WIDE[dtype]
    if dtype == "uint64":
        # negative numbers wrap, as the signed conversion that C uses below 2**63 has it
        half = xp.asarray(2.0 ** 63, x.dtype) if x.dtype != "float16" else xp.asarray(np.inf, "float16")
        small = _float_to_int(xp, x, "int64").astype("uint64")
        large = _float_to_int(xp, xp.where(x >= half, x - half, xp.zeros_like(x)), "int64").astype("uint64")
        return xp.where(x >= half, large ^ xp.asarray(2 ** 63, "uint64"), small)
    info = np.iinfo(wide)
    if x.dtype == "float16":
        x = x.astype("float32")
    low, high = xp.asarray(float(info.min), x.dtype), xp.asarray(float(info.max) + 1, x.dtype)
    inside = (x >= low) & (x < high) if wide == "int64" else (x > low - 1) & (x < high)
    whole = xp.where(inside, x, xp.zeros_like(x)).astype(wide)
    result = xp.where(inside, whole, xp.asarray(info.min, wide))
    return result.astype(dtype) if dtype != wide else result
