"""Every scalar op against real Theano 1.0.5: output dtypes, values of both twins, gradients as printed, attributes."""

import json
from pathlib import Path

import numpy as np
import pytest
from recorders import sampled

import theano
import theano.tensor as T
import theano.tensor.nnet  # noqa: F401  (the printed names of sigmoid and softplus)
from theano import scalar
from theano.tensor.elemwise import Elemwise

GOLDEN = json.loads((Path(__file__).parent.parent / "golden" / "scalar.json").read_text())
OPS = {name: getattr(scalar, name) for name in GOLDEN["attributes"]}
FLOATING = ("float", "complex")

# Where real Theano's number is not the one to have: (op, dtypes or None for all, why).
_WIDE_INTEGERS = ["int32", "int64", "uint32", "uint64"]
_SIGNED = ["int32,int32", "int64,int64", "int32,float32", "int8,int64"]
DEVIATIONS = [
    ("psi", None, "its C code answers 0 for x <= 0; here SciPy's value"),
    ("tri_gamma", None, "its C code answers 0 for x <= 0; here SciPy's value"),
    ("gammau", None, "its C code answers NaN for larger k"),
    ("gamma", ["int8", "int16", "int32", "int64", "float16"], "a pole is NaN, as of float64; its C code says inf for integers"),
    ("gammaln", ["float16"], "gammaln(-inf) is inf, as of float64"),
    ("j0", _WIDE_INTEGERS + ["float16"], "its approximation has few digits for x > 1e9; SciPy says NaN for inf"),
    ("j1", _WIDE_INTEGERS + ["float16"], "its approximation has few digits for x > 1e9; SciPy says NaN for inf"),
    ("erfinv", ["uint8", "uint16", "uint32", "uint64"], "an old SciPy's -inf where there is no inverse; here NaN"),
    ("erfinv", ["float32"], "an old SciPy's precision"),
    ("trunc", ["int32", "int64"], "the lowest integer loses its sign in its C code"),
    ("convert_to_uint32", ["float32", "float64"], "undefined in C for what does not fit, and differs from loop to loop"),
    ("convert_to_uint64", ["float32", "float64"], "undefined in C for what does not fit, and differs from loop to loop"),
    ("scalar_softplus", ["bool"], "computed in float16 for booleans by its Python code"),
    ("angle", ["int8", "int16", "uint8", "uint16", "bool", "complex64"], "computed in less than float64 by its Python code"),
    ("int_div", ["float16,float16"], "its Python code says NaN for division by zero, its C code inf"),
    ("maximum", ["int64,int64", "int8,int64", "float64,complex128"], "its C code passes through a double; XLA orders complex NaN"),
    ("minimum", ["int64,int64", "int8,int64", "float64,complex128"], "its C code passes through a double; XLA orders complex NaN"),
    ("pow", ["uint32,uint32", "uint64,uint64"], "what does not fit is undefined in C, as in casts"),
    ("pow", ["float64,complex128"], "infinity to a complex power: where the NaN stand differs"),
    ("int_div", _SIGNED, "its C code negates the lowest integer, which overflows"),
    ("mod", _SIGNED, "its C code negates the lowest integer, which overflows"),
    ("jv", ["int32,int32", "int64,int64", "int8,int64", "uint32,uint32", "uint64,uint64"], "few digits for x > 1e9"),
    ("log2/int32", None, "its gradient divides by log(2) cast to the integer 0"),
    ("ceil/int32", None, "its gradient is an integer, which `grad` refuses; here a float"),
    ("floor/int32", None, "its gradient is an integer, which `grad` refuses; here a float"),
]
# Relative errors beyond the ordinary, with their reason.
TOLERANCE = {"j0": 1e-11, "j1": 1e-11, "jv": 1e-11, "iv": 1e-11, "gamma": 1e-11, "gammal": 1e-11, "gammainc": 1e-11,
             "gammaincc": 1e-11, "chi2sf": 1e-11, "erfinv": 1e-11, "erfcinv": 1e-11, "psi": 1e-10, "gammaln": 1e-10}


def _array(values, dtype):
    if dtype.startswith("complex"):
        return np.array([complex(*v) if isinstance(v, list) else v for v in values], dtype)
    return np.array(values, dtype)


def _types(key):
    return [scalar.get_scalar_type(d) for d in key.split(",") if d != "positive"]


def test_every_op_of_theano_is_here_and_every_row_has_a_case():
    rows = {name for name in dir(scalar) if isinstance(getattr(scalar, name), scalar.ScalarOp)} - {"floor_div"}
    assert rows == set(OPS)


@pytest.mark.parametrize("table", ["unary_dtypes", "binary_dtypes", "ternary_dtypes"])
def test_output_dtypes(table):
    wrong = []
    for name, by_dtypes in GOLDEN[table].items():
        for key, expected in by_dtypes.items():
            try:
                found = [o.type.dtype for o in OPS[name].make_node(*[t() for t in _types(key)]).outputs]
            except Exception as e:
                found = type(e).__name__
            if found != expected:
                wrong.append((name, key, found, expected))
    assert not wrong


def test_attributes():
    wrong = []
    for name, expected in GOLDEN["attributes"].items():
        op = OPS[name]
        found = {"str": str(op), "name": getattr(op, "name", None), "class": type(op).__name__, "module": type(op).__module__,
                 "nin": op.nin, "nout": op.nout, "elemwise": str(Elemwise(op)),
                 "nfunc_spec": None if op.nfunc_spec is None else list(op.nfunc_spec)}
        found.update({k: getattr(op, k, None) for k in ("commutative", "associative", "identity")})
        wrong += [(name, k, found[k], v) for k, v in expected.items() if found[k] != v]
    assert not wrong


def test_gradients_print_as_in_theano():
    wrong = []
    for key, expected in GOLDEN["gradients"].items():
        name, dtype = key.split("/")
        op = OPS[name]
        xs = [T.TensorType(dtype, (False,))(n) for n in "xyz"[:op.nin if op.nin > 0 else 2]]
        out = Elemwise(op)(*xs)
        try:
            g = T.TensorType(out.dtype, (False,))("g") if out.dtype.startswith("float") else out.zeros_like("float64")
            grads = theano.grad(None, xs, known_grads={out: g}, disconnected_inputs="ignore", return_disconnected="zero")
            found = [theano.pp(v) + " : " + v.type.dtype for v in grads]
        except Exception as e:
            found = type(e).__name__
        if found != expected and key not in [name for name, _, _ in DEVIATIONS]:
            wrong.append((key, found, expected))
    assert not wrong


def _close(name, found, expected, case):
    """Where `found` is not `expected`: the worst index, or None."""
    if found.dtype.kind in "biu":
        bad = found != expected
    else:
        eps = {2: 2e-3, 4: 2e-6, 8: 1e-13, 16: 1e-13}[found.dtype.itemsize if found.dtype.kind == "f" else found.dtype.itemsize // 2]
        if case == "int32,float32":
            # its C code computes these in float32, though the result is float64
            eps = 2e-7
        bad = ~np.isclose(found, expected, rtol=max(eps, TOLERANCE.get(name, 0)),
                          atol=eps * 1e-2, equal_nan=True)
    return np.flatnonzero(bad)


def _evaluate(names, out_dtypes, arrays):
    """What JAX makes of ops, all in one program."""
    import jax
    with jax.enable_x64(True):
        f = jax.jit(lambda *xs: [OPS[n].lower_elementwise(d, *xs) for n, d in zip(names, out_dtypes, strict=True)])
        quick = {"xla_backend_optimization_level": 0, "xla_llvm_disable_expensive_passes": True}
        return [np.asarray(r) for r in f.lower(*arrays).compile(compiler_options=quick)(*arrays)]


def _check_values(case, table, inputs):
    dtypes = [d for d in case.split(",") if d != "positive"]
    arrays = [_array(v, d) for v, d in zip(inputs, dtypes, strict=True)]
    names, out_dtypes, skipped = [], [], {name for name, only, _ in DEVIATIONS if only is None or case in only}
    for name in sorted(table):
        out = OPS[name].make_node(*[t() for t in _types(case)]).outputs[0].type.dtype
        names.append(name)
        out_dtypes.append(out)
    traced = [(n, d) for n, d in zip(names, out_dtypes, strict=True) if not OPS[n].host_only and _tried(n, dtypes)]
    found = dict(zip([n for n, _ in traced], _evaluate([n for n, _ in traced], [d for _, d in traced], arrays), strict=True))
    wrong = []
    for name, out in zip(names, out_dtypes, strict=True):
        expected = _array(table[name], out)
        results = [("jax", found[name])] if name in found else []
        if _tried(name, dtypes) and _has_own_host_twin(name):
            results.append(("host", OPS[name].host_elementwise(out, *arrays)))
        for twin, result in results:
            assert result.dtype == out, (name, twin, result.dtype, out)
            result = np.broadcast_to(result, expected.shape)
            if name not in skipped:
                for i in _close(name, result, expected, case)[:4]:
                    wrong.append((name, twin, [a[i] for a in arrays], result[i], expected[i]))
    assert not wrong, "\n".join(map(str, wrong))


def _tried(name, dtypes):
    """Whether the op is tried on such inputs: special functions and division with rest are for real numbers."""
    special = type(OPS[name]).__module__.endswith("basic_scipy")
    if special and dtypes[0] not in ("float16", "float32", "float64", "int32"):
        # XLA takes seconds to compile them, and integers become floats before they differ
        return False
    real_only = type(OPS[name]).__module__.endswith("sigm") or name in ("int_div", "mod")
    return not ((special or real_only) and any(d.startswith("complex") for d in dtypes))


def _has_own_host_twin(name):
    """Whether NumPy computes the host twin. Where JAX does, the formula is the same."""
    return "by_jax" not in getattr(type(OPS[name]).host_meaning, "__qualname__", "")


def test_host_twins_by_jax():
    assert scalar.gammaincc.impl(2.0, 3.0) == pytest.approx(0.1991482734714558, rel=1e-14)
    found = scalar.erfcx.host_elementwise("float32", np.array([1, 20]))
    assert found.dtype == "float32" and found == pytest.approx([0.4275836, 0.02817434], rel=1e-6)


@pytest.mark.parametrize("dtype", sorted(GOLDEN["unary"]))
def test_values_of_one_argument(dtype):
    _check_values(dtype, GOLDEN["unary"][dtype], [GOLDEN["unary_inputs"][dtype]])


@pytest.mark.parametrize("case", sampled(sorted(GOLDEN["binary"]), .5))
def test_values_of_two_arguments(case):
    _check_values(case, GOLDEN["binary"][case], GOLDEN["binary_inputs"][case])
