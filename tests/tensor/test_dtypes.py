"""Dtypes of everything, and what edge values become, against the real Theano: its tables whole, its values to rounding."""
import json

import numpy as np
import pytest
from recorders import GOLDEN, recorder

import theano
import theano.tensor as T

RECORDED = json.loads((GOLDEN / "dtypes.json").read_text())


@pytest.fixture(scope="module")
def record():
    """The recording script: the same tables, filled here."""
    with recorder("record_dtypes") as module:
        yield module


@pytest.fixture(scope="module")
def tables(record):
    return record.Tables()


# Rows where ours differs on purpose: {table: {row: why}}.
_NO_INDEX = "an array of another number of dimensions is refused in a sentence; Theano stops with an IndexError"
DIFFERENT = {"constants": {"T.join(0, x, [k, k])": _NO_INDEX, "T.stack([x[0], k])": _NO_INDEX}}


def _cells(row):
    """The letters of a row, an error as one."""
    letters, cells = iter(row), []
    for letter in letters:
        cells.append(letter + next(letters) if letter == "!" else letter)
    return cells


@pytest.mark.parametrize("table", ["pairs", "single", "reductions", "constants"])
def test_a_table_is_theanos(tables, table):
    found, expected = getattr(tables, table)(), RECORDED[table]
    assert found.keys() == expected.keys()
    wrong = []
    for row in expected:
        if found[row] != expected[row] and row not in DIFFERENT.get(table, {}):
            cells = list(zip(_cells(found[row]), _cells(expected[row]), strict=True))
            wrong.append((row, [(i, *cell) for i, cell in enumerate(cells) if cell[0] != cell[1]][:6]))
    assert not wrong, "\n".join(map(str, wrong))
    assert not [row for row in DIFFERENT.get(table, {}) if found[row] == expected[row]], "closed"


# (op, pair): why its values are not compared
VALUES_APART = {
    ("int_div", "float16,float16"): "its Python code says NaN for division by zero, its C code inf",
    ("int_div", "float16,float32"): "its Python code says NaN for division by zero, its C code inf",
    ("int_div", "float16,int64"): "its Python code says NaN for division by zero, its C code inf",
    ("int_div", "int8,float16"): "its Python code says NaN for division by zero, its C code inf",
    ("int_div", "bool,float16"): "its Python code says NaN for division by zero, its C code inf",
    ("int_div", "uint64,float32"): "its C code divides in float32, though the result is float64",
    ("int_div", "int64,float32"): "its C code divides in float32, though the result is float64",
}
APART = ["int32,uint32", "int64,uint64"]  # C takes the negative number as an unsigned one


def _overflows(name, array):
    """Where its C code negates the lowest integer, or passes through a double."""
    if name not in ("int_div", "mod", "maximum", "minimum") or array.dtype != "int64":
        return np.zeros(array.shape, "bool")
    return (array == np.iinfo("int64").min) | (array == np.iinfo("int64").max)


@pytest.mark.parametrize("pair", sorted(RECORDED["values"].keys() - set(APART)))
def test_edge_values_are_theanos(record, pair):
    dtypes, table = pair.split(","), RECORDED["values"][pair]
    arrays = record.operands(*dtypes)
    x, y = (T.TensorType(d, (False,))(n) for d, n in zip(dtypes, "xy", strict=True))
    names = [name for name in table if (name, pair) not in VALUES_APART]
    f = theano.function([x, y], [getattr(T, name)(x, y) for name in names], on_unused_input="ignore")
    wrong = []
    for name, found in zip(names, f(*arrays), strict=True):
        dtype, bits = table[name]
        expected = record.unpacked(bits, dtype)
        assert str(found.dtype) == dtype, (name, found.dtype, dtype)
        eps = 2e-3 if "float16" in (dtype, *dtypes) else 1e-6 if "float32" in (dtype, *dtypes) else 1e-13
        same = found == expected if found.dtype.kind in "biu" else np.isclose(found, expected, rtol=eps, atol=eps * 1e-3, equal_nan=True)
        same |= _overflows(name, arrays[0]) | _overflows(name, arrays[1])
        wrong += [(name, arrays[0][i], arrays[1][i], found[i], expected[i]) for i in np.flatnonzero(~same)[:4]]
    assert not wrong, "\n".join(map(str, wrong))


def test_a_mask_of_zeros_does_not_hide_what_is_no_number():
    x = T.fvector("x")
    value = np.array([np.inf, -np.inf, np.nan, 1, -2], "float32")
    for mask in (x > 9, T.cast(x > 9, "float32"), T.cast(x > 9, "float64")):
        found = theano.function([x], mask * x)(value)  # recorded: what the real Theano's C code gives
        np.testing.assert_array_equal(found, np.array([np.inf, np.nan, np.nan, 0, -0.0], "float32"))
        assert np.signbit(found[-1])
