"""Operators of scripts that `run` runs give NumPy's numbers the dtypes that they had before NumPy 2."""
import operator
from textwrap import dedent

import numpy as np
import pytest

from theano_compat.legacy.old_numbers import as_before

SCALARS = [np.bool_(True), np.int8(3), np.uint8(200), np.int16(300), np.int32(70000), np.int64(5), np.int64(300), np.int64(-5),
           np.int64(2**40), np.float32(.5), np.float64(.5), np.float64(1e300), np.float64(np.inf), np.complex64(1j), np.complex128(1j),
           np.asarray(2.5), np.asarray(7), np.asarray(.5, "float32")]
PYTHON = [True, 3, 300, -5, .5, 1e300, 1j]

# the dtypes of sums under NumPy 1.16.6: of an array of three ones and each of SCALARS, of a scalar and each of SCALARS + PYTHON
WITH_ARRAYS = dict(
    b1="b1 i1 u1 i2 i4 i8 i8 i8 i8 f4 f8 f8 f8 c8 c16 f8 i8 f4", i1="i1 i1 i2 i2 i4 i1 i2 i1 i8 f4 f8 f8 f8 c8 c16 f8 i1 f4",
    u1="u1 u1 u1 u2 u4 u1 u2 i2 u8 f4 f8 f8 f8 c8 c16 f8 u1 f4", i2="i2 i2 i2 i2 i4 i2 i2 i2 i8 f4 f8 f8 f8 c8 c16 f8 i2 f4",
    i4="i4 i4 i4 i4 i4 i4 i4 i4 i8 f8 f8 f8 f8 c16 c16 f8 i4 f8", i8="i8 i8 i8 i8 i8 i8 i8 i8 i8 f8 f8 f8 f8 c16 c16 f8 i8 f8",
    f4="f4 f4 f4 f4 f8 f4 f4 f4 f8 f4 f4 f8 f4 c8 c8 f4 f4 f4", f8="f8 f8 f8 f8 f8 f8 f8 f8 f8 f8 f8 f8 f8 c16 c16 f8 f8 f8",
    c8="c8 c8 c8 c8 c16 c8 c8 c8 c16 c8 c8 c16 c8 c8 c8 c8 c8 c8")
WITH_SCALARS = dict(
    b1="b1 i1 u1 i2 i4 i8 i8 i8 i8 f4 f8 f8 f8 c8 c16 f8 i8 f4 b1 i8 i8 i8 f8 f8 c16",
    u1="u1 i2 u1 i2 i4 i8 i8 i8 i8 f4 f8 f8 f8 c8 c16 f8 i8 f4 u1 i8 i8 i8 f8 f8 c16",
    i2="i2 i2 i2 i2 i4 i8 i8 i8 i8 f4 f8 f8 f8 c8 c16 f8 i8 f4 i2 i8 i8 i8 f8 f8 c16",
    i8="i8 i8 i8 i8 i8 i8 i8 i8 i8 f8 f8 f8 f8 c16 c16 f8 i8 f8 i8 i8 i8 i8 f8 f8 c16",
    f4="f4 f4 f4 f4 f8 f8 f8 f8 f8 f4 f8 f8 f8 c8 c16 f8 f8 f4 f4 f8 f8 f8 f8 f8 c16",
    c8="c8 c8 c8 c8 c16 c16 c16 c16 c16 c8 c16 c16 c16 c8 c16 c16 c16 c8 c8 c16 c16 c16 c16 c16 c16")


def _sums(x, others):
    with np.errstate(all="ignore"):
        return " ".join(np.asarray(operator.add(*as_before(*pair))).dtype.str[1:] for y in others for pair in [(x, y), (y, x)])


def _twice(dtypes):
    return " ".join("%s %s" % (d, d) for d in dtypes.split())


@pytest.mark.parametrize("dtype", WITH_ARRAYS)
def test_an_array_decides_over_scalars_that_fit_it(dtype):
    assert _sums(np.ones(3, dtype), SCALARS) == _twice(WITH_ARRAYS[dtype])


@pytest.mark.parametrize("dtype", WITH_SCALARS)
def test_pythons_numbers_count_as_64_bits_beside_a_scalar(dtype):
    assert _sums(np.dtype(dtype).type(1), SCALARS + PYTHON) == _twice(WITH_SCALARS[dtype])


def test_what_is_not_numpys_stays_itself():
    for pair in [(1, 2), ("%s", 3), (2 ** 70, 1), ([1], [2])]:
        assert as_before(*pair) is not None and all(x is y for x, y in zip(as_before(*pair), pair, strict=True))
    names = np.array(["a"]), np.array(["b"], object)
    assert as_before(*names)[0] is names[0]
    assert as_before(np.uint8(1), 2 ** 70)[1] == 2 ** 70


PROGRAM = """
    import numpy as np, theano, theano.tensor as T
    W = np.ones((2, 3)).astype(theano.config.floatX) * np.sqrt(2. / 3)
    image = np.full((2, 2), 200, "uint8")
    class Sums(object): pass
    sums = Sums()
    total, sums.total, kept = 0, 0, np.ones(2, "float32")
    for i in range(2):
        for j in range(2):
            total += image[i, j]
            sums.total = sums.total + image[i, j]
    there = kept
    kept *= np.float64(3)
    x = T.fmatrix("x")
    f = theano.function([x], T.dot(x, theano.shared(W) * np.float32(2)))
    found = [W.dtype, f(W.T / np.float64(2)).dtype, total, sums.total, np.int16(200) ** 2, there is kept, kept, "%s %d" % ("a", 3)]
    print(" ".join(map(str, found + [7 // 2, 7 / 2])))
"""
PRINTED = "float32 float32 800 800 40000 True [3. 3.] a 3 3 "


@pytest.mark.parametrize("rest, quotient", [("", "3.5"), ("    print 2", "3")])
def test_a_script_computes_in_the_dtypes_of_its_time(python, tmp_path, rest, quotient):
    if rest:
        pytest.importorskip("fissix")
    (tmp_path / "script.py").write_text(dedent(PROGRAM + rest))
    done = python(None, "-m", "theano_compat", "run", "script.py", THEANO_FLAGS="floatX=float32")
    assert done.stdout.split("\n")[0] == PRINTED + quotient
