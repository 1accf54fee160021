"""Record what real Theano 1.0.5 says of every scalar op: output dtypes, values, printed gradients, attributes.

Run under Python 3.7 with Theano 1.0.5: `python tests/golden/record_scalar.py > tests/golden/scalar.json`.
Values come from its C code where an op has one (all ops of a dtype compiled at once), else from its Python code.
"""
import json
import sys
import warnings

import numpy as np

import theano
import theano.tensor as T
import theano.tensor.nnet  # noqa: F401
from theano import scalar
from theano.tensor import xlogx
from theano.tensor.elemwise import Elemwise
from theano.tensor.nnet import sigm

warnings.simplefilter("ignore")
np.seterr(all="ignore")

DTYPES = [t.dtype for t in scalar.all_types]
EXTRA = {"scalar_sigmoid": sigm.scalar_sigmoid, "scalar_softplus": sigm.scalar_softplus,
         "ultra_fast_scalar_sigmoid": sigm.ultra_fast_scalar_sigmoid,
         "scalar_xlogx": xlogx.scalar_xlogx, "scalar_xlogy0": xlogx.scalar_xlogy0}
OPS = {k: v for k, v in vars(scalar).items() if isinstance(v, scalar.ScalarOp) and k != "floor_div"}
OPS.update(EXTRA)

# Arguments by the kind of dtype. Integers never divide by zero here; positive ones serve functions that abort otherwise.
FLOATS = [0.0, -0.0, 0.3, -0.7, 0.5, -0.5, 1.0, -1.0, 1.5, 2.5, -2.5, 5.0, -7.25, 30.0, -40.0, 100.0, 1e-3,
          float("inf"), float("-inf"), float("nan")]
POSITIVE = [0.1, 0.3, 0.5, 0.9, 1.0, 1.5, 2.0, 2.5, 5.0, 7.25, 12.0, 30.0]
ONLY_POSITIVE = ["gammainc", "gammaincc", "gammau", "gammal", "chi2sf", "complex_from_polar"]
COMPLEX = [0.5, 1 + 2j, -1.5 + 0.5j, 2j, -3.0, 0.25 - 0.75j]


def grid(dtype):
    if dtype == "bool":
        return [False, True]
    if dtype.startswith("complex"):
        return COMPLEX
    if dtype.startswith("float"):
        return FLOATS
    info = np.iinfo(dtype)
    return sorted({max(info.min, v) for v in (-100, -7, -2, -1, 0, 1, 2, 3, 10, 100)} | {int(info.min), int(info.max)})


def pair_grid(left, right, positive):
    if positive:
        xs = POSITIVE if left.startswith("float") else [1, 2, 3, 5, 9]
        ys = POSITIVE if right.startswith("float") else [1, 2, 3, 5, 9]
    else:
        xs, ys = grid(left), grid(right)
        if not right.startswith(("float", "complex")):
            ys = [y for y in ys if y != 0]
    # the lowest integer divided by -1 kills the process
    lowest = np.iinfo(left).min if left.startswith("int") else None
    both = [(x, y) for x in xs for y in ys if not (lowest is not None and x == lowest and y == -1)]
    step = max(1, len(both) // 60)
    both = both[::step]
    return np.array([b[0] for b in both], left), np.array([b[1] for b in both], right)


def plain(array):
    array = np.asarray(array)
    if array.dtype.kind == "c":
        return [[float(v.real), float(v.imag)] for v in array]
    return [v.item() for v in array]


def out_dtypes(op, dtypes):
    try:
        return [o.type.dtype for o in op.make_node(*[scalar.get_scalar_type(d)() for d in dtypes]).outputs]
    except Exception as e:
        return type(e).__name__


def has_c(op, inputs):
    # Theano computes float16 in Python; its C code for complex results does not always compile
    if {"float16", "complex64", "complex128"}.intersection([x.dtype for x in inputs] + out_dtypes(op, [x.dtype for x in inputs])):
        return False
    try:
        return op.supports_c_code(inputs, [None])
    except Exception:
        return False


def values(ops, arrays):
    """{name: values} of ops on arrays of one length."""
    inputs = [T.TensorType(str(a.dtype), (False,))() for a in arrays]
    result, in_c = {}, []
    for name in sorted(ops):
        if out_dtypes(ops[name], [str(a.dtype) for a in arrays]) == "TypeError":
            continue
        if has_c(ops[name], inputs):
            in_c.append(name)
            continue
        try:
            f = theano.function(inputs, Elemwise(ops[name])(*inputs), mode=theano.Mode("py", None))
            result[name] = plain(f(*arrays))
        except Exception as e:
            print(name, [a.dtype for a in arrays], type(e), str(e)[:80].replace("\n", " "), file=sys.stderr)
    # an Elemwise has 32 operands at most
    for start in range(0, len(in_c), 28):
        names = in_c[start:start + 28]
        scalars = [scalar.get_scalar_type(str(a.dtype))() for a in arrays]
        nodes = [ops[name].make_node(*scalars).outputs[0] for name in names]
        outputs = Elemwise(scalar.Composite(scalars, nodes))(*inputs, **{"return_list": True})
        f = theano.function(inputs, outputs, mode=theano.Mode("c", None))
        result.update(zip(names, map(plain, f(*arrays))))
    return result


def gradients():
    found = {}
    for name, op in sorted(OPS.items()):
        nin = op.nin if op.nin > 0 else 2
        for dtype in ("float64", "float32", "int32"):
            xs = [T.TensorType(dtype, (False,))(n) for n in "xyz"[:nin]]
            try:
                out = Elemwise(op)(*xs)
            except TypeError:
                continue
            try:
                if out.dtype.startswith("complex"):
                    continue
                g = T.TensorType(out.dtype, (False,))("g") if out.dtype.startswith("float") else out.zeros_like("float64")
                grads = theano.grad(None, xs, known_grads={out: g}, disconnected_inputs="ignore", return_disconnected="zero")
                found["%s/%s" % (name, dtype)] = [theano.pp(v) + " : " + v.type.dtype for v in grads]
            except Exception as e:
                found["%s/%s" % (name, dtype)] = type(e).__name__
    return found


def attributes():
    found = {}
    for name, op in sorted(OPS.items()):
        found[name] = {"str": str(op), "name": op.name if hasattr(op, "name") else None, "class": type(op).__name__,
                       "module": type(op).__module__, "nin": op.nin, "nout": op.nout, "elemwise": str(Elemwise(op)),
                       "nfunc_spec": getattr(op, "nfunc_spec", None), "commutative": getattr(op, "commutative", None),
                       "associative": getattr(op, "associative", None), "identity": getattr(op, "identity", None)}
    return found


PAIRS = [(d, d) for d in DTYPES] + [("int32", "float32"), ("float32", "float64"), ("int8", "int64"), ("uint8", "int16"),
                                    ("bool", "float64"), ("float64", "complex128")]


def main():
    unary = {k: v for k, v in OPS.items() if v.nin == 1}
    binary = {k: v for k, v in OPS.items() if v.nin in (2, -1)}
    book = {"command": "python tests/golden/record_scalar.py", "under": "real Theano 1.0.5", "attributes": attributes(),
            "gradients": gradients()}
    book["unary_dtypes"] = {k: {d: out_dtypes(v, [d]) for d in DTYPES} for k, v in unary.items()}
    book["binary_dtypes"] = {k: {"%s,%s" % (a, b): out_dtypes(v, [a, b]) for a in DTYPES for b in DTYPES}
                             for k, v in binary.items()}
    book["ternary_dtypes"] = {k: {"%s,%s,%s" % (a, b, b): out_dtypes(v, [a, b, b]) for a in DTYPES for b in DTYPES}
                              for k, v in OPS.items() if v.nin == 3}
    book["unary_inputs"] = {d: plain(np.array(grid(d), d)) for d in DTYPES}
    book["unary"] = {d: values(unary, [np.array(grid(d), d)]) for d in DTYPES}
    book["binary_inputs"], book["binary"] = {}, {}
    for left, right in PAIRS:
        for positive in (False, True):
            ops = {k: v for k, v in binary.items() if (k in ONLY_POSITIVE) == positive}
            if positive and not (left == right and left in ("float32", "float64", "int32")):
                continue
            key = "%s,%s%s" % (left, right, ",positive" if positive else "")
            arrays = pair_grid(left, right, positive)
            book["binary_inputs"][key] = [plain(a) for a in arrays]
            book["binary"][key] = values(ops, arrays)
    json.dump(book, sys.stdout, sort_keys=True, separators=(",", ":"))
    print()


if __name__ == "__main__":
    main()
