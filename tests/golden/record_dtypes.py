"""Record which dtype everything has, and what edge values become: `python tests/golden/record_dtypes.py > tests/golden/dtypes.json`.

Run under real Theano 1.0.5. A table is text: a row for each expression, in it one letter for each case, NumPy's letter of the
dtype or `!` and a letter for an error (see LETTERS). Cases are all pairs of dtypes, all dtypes, all `dtype` and `acc_dtype`, all
Python constants under each `floatX` and `cast_policy`. tests/tensor/test_dtypes.py fills the same tables and compares.

`values` are what C code (Python code for float16) makes of edge values, as the bytes of the result.
"""
import base64
import json
import sys
import warnings
import zlib

DTYPES = ("bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 complex64 complex128").split()
LETTERS = dict(zip(DTYPES, "?bhilBHILefdFD"))
ERRORS = {"TypeError": "T", "ValueError": "V", "NotImplementedError": "N", "AttributeError": "A", "AsTensorError": "S"}

# of x and y, vectors of any two dtypes; m is a matrix of x's dtype
PAIRS = """T.add(x, y)|T.sub(x, y)|T.mul(x, y)|x / y|x // y|x % y|x ** y|T.true_div(x, y)|T.int_div(x, y)|T.floor_div(x, y)|T.mod(x, y)
T.pow(x, y)|T.power(x, y)|T.eq(x, y)|T.neq(x, y)|T.lt(x, y)|T.le(x, y)|T.gt(x, y)|T.ge(x, y)|x < y|T.maximum(x, y)|T.minimum(x, y)
T.and_(x, y)|T.or_(x, y)|T.xor(x, y)|x & y|T.arctan2(x, y)|T.second(x, y)|T.fill(x, y)|T.complex(x, y)|T.complex_from_polar(x, y)
T.jv(x, y)|T.iv(x, y)|T.chi2sf(x, y)|T.gammainc(x, y)|T.gammaincc(x, y)|T.gammau(x, y)|T.gammal(x, y)|T.switch(x, y, y)
T.switch(y, x, y)|T.switch(0, x, y)|T.clip(x, y, y)|T.clip(y, x, y)|T.clip(x, 0, y)|T.add(x, y, x)|T.mul(y, x, y)|T.dot(m, y)|T.dot(x, y)
T.dot(m, y.dimshuffle('x', 0))|T.outer(x, y)|T.tensordot(x, y, 1)|T.batched_dot(m, y)|T.join(0, x, y)|T.stack([x, y])|T.stack([x[0], y[0]])
T.set_subtensor(x[1:], y[1:])|T.inc_subtensor(x[0], y[0])|T.inc_subtensor(x[[0, 1]], y[:2])|T.isclose(x, y)|T.allclose(x, y)
T.as_tensor_variable([x[0], y[0]])|T.arange(x[0], y[0])|T.ceil_intdiv(x, y)|T.smallest(x, y)|T.largest(x, y)|T.bincount(x, y)
T.extra_ops.searchsorted(x, y)|T.fill_diagonal(m, y[0])|T.extra_ops.fill_diagonal_offset(m, y[0], 1)|T.choose(x, (y, y))|T.repeat(x, y)|x[y]
T.inplace.add_inplace(x, y)|T.inplace.true_div_inplace(x, y)|T.inplace.int_div_inplace(x, y)|T.inplace.pow_inplace(x, y)
T.inplace.maximum_inplace(x, y)|T.inplace.eq_inplace(x, y)|divmod(x, y)[0]|divmod(x, y)[1]|T.xlogx.xlogy0(x, y)
T.slinalg.kron(x, y)|T.slinalg.solve(m, y)|T.cov(x, y)|T.alloc(x, y[0])|T.alloc(x[0], y[0])|T.batched_tensordot(m, m, 1)
T.nnet.categorical_crossentropy(m, y)|T.nnet.binary_crossentropy(x, y)|T.cumsum(x)|T.split(x, y, 2)[0]|T.reshape(x, y, ndim=1)|T.tile(x, y, ndim=1)
T.unravel_index(x, y, ndim=2)[0]|T.ravel_multi_index((x, y), (9, 9))|T.nlinalg.matrix_dot(m, y)|T.eye(x[0], y[0])|T.take(x, y)|T.extra_ops.compress(y, x)"""
# of one vector x of any dtype, and the square matrix m of it
SINGLE = """x.T|x.shape|x.size|T.cast(x, 'floatX')|T.cast(x, 'int8')|T.cast(x, 'bool')|T.cast(x, 'float16')|T.cast(x, 'complex64')|x.astype('uint16')
T.sum(x)|T.prod(x)|T.mean(x)|T.max(x)|T.min(x)|T.argmax(x)|T.argmin(x)|T.max_and_argmax(x)[0]|T.max_and_argmax(x)[1]|T.any(x)|T.all(x)|T.var(x)|T.std(x)|T.ptp(x)
x.norm(2)|x.norm(1)|T.cumsum(x)|T.cumprod(x)|T.extra_ops.diff(x)|T.sort(x)|T.argsort(x)|T.topk(x, 1, sorted=False)|T.argtopk(x, 1, sorted=False)|T.bincount(x)|T.repeat(x, 2)
T.extra_ops.to_one_hot(x, 3)|T.extra_ops.Unique()(x)|T.extra_ops.bartlett(x[0])|T.squeeze(m)|T.eye(x[0])|T.arange(x[0])|T.alloc(x, 2, 3)|T.zeros_like(x)|T.ones_like(x)|T.nonzero(x)[0]
T.nonzero_values(x)|T.flatnonzero(x)|T.diag(x)|T.diag(m)|T.nlinalg.trace(m)|T.tril(m)|T.tri(x[0])|T.identity_like(x.dimshuffle('x', 0))|T.isnan(x)|T.isinf(x)|T.iround(x)|x.round()
T.round(x, 'half_away_from_zero')|T.sgn(x)|T.invert(x)|~x|-x|abs(x)|T.angle(x)|x.real|x.imag|x.conj()|T.nnet.sigmoid(x)|T.nnet.softplus(x)|T.nnet.softmax(m)|T.nnet.relu(x)
T.nnet.hard_sigmoid(x)|T.nnet.ultra_fast_sigmoid(x)|T.nnet.elu(x)|T.nnet.logsoftmax(m)|T.xlogx.xlogx(x)|T.roll(x, 1)|T.inverse_permutation(x)|T.nlinalg.matrix_inverse(m)
T.nlinalg.pinv(m)|T.nlinalg.det(m)|T.nlinalg.svd(m)[1]|T.nlinalg.svd(m)[0]|T.nlinalg.eigh(m)[0]|T.nlinalg.eigh(m)[1]|T.nlinalg.eig(m)[0]|T.nlinalg.qr(m)[0]|T.nlinalg.matrix_power(m, 3)
T.nlinalg.norm(x, 2)|T.slinalg.cholesky(m)|T.slinalg.expm(m)|T.slinalg.eigvalsh(m, m)|T.fft.rfft(m)|T.nlinalg.tensorinv(m, 1)|T.nlinalg.tensorsolve(m, x)
T.nlinalg.lstsq()(m, x, -1.)[0]|T.mean(x, dtype='float32')|T.mean(x, acc_dtype='float64')|T.extra_ops.cpu_contiguous(x)|T.shape_padleft(x)|x.fill(2)|T.abs_(x)|T.sqr(x)
T.exp(x)|T.log(x)|T.sqrt(x)|T.inv(x)|T.tanh(x)|T.deg2rad(x)|T.gammaln(x)|T.erf(x)|T.ceil(x)|T.trunc(x)|T.signal.pool.pool_2d(m, (2, 2), ignore_border=True)
x.sum(keepdims=True)|x.clip(0, 1)|x ** 2|x ** 0.5|x ** -1|2 ** x|x / 2|x // 2|x % 2|x * 1.5|1 / x|x + True|x * 1000|1000 // x|x - np.float32(1)|np.float64(1) * x|np.ones(2) + x"""
# of x: `d` and `a` go through None and all dtypes
REDUCTIONS = ("T.sum(x, dtype=d, acc_dtype=a)|T.prod(x, dtype=d, acc_dtype=a)|T.mean(x, dtype=d, acc_dtype=a)|T.sum(x, dtype=d)|T.prod(x, dtype=d)|T.mean(x, dtype=d)"
              "|T.sum(x, acc_dtype=d)|T.zeros_like(x, dtype=d)|T.cast(x, d)|x.cumsum().astype(d)")
CONSTANTS = "True|0|1|-1|127|128|255|300|-300|70000|2 ** 31|2 ** 40|2 ** 63|0.5|0.1|1e-40|1e300|1j|np.int8(3)|np.int64(3)|np.uint8(200)|np.float16(0.1)|np.float32(0.1)|np.float64(0.1)|np.float64(0.5)|[1, 2]|[0.5, 0.1]|np.array([0.1])|np.array(1)|np.array([300], 'uint16')".split("|")
WITH_CONSTANT = "x + k|k + x|x - k|x * k|x / k|k / x|x // k|x % k|x ** k|k ** x|T.maximum(x, k)|T.switch(x, k, x)|T.eq(x, k)|T.clip(x, 0, k)|T.as_tensor_variable(k)|T.alloc(k, 2)|T.set_subtensor(x[:1], k)|T.join(0, x, [k, k])|T.stack([x[0], k])|T.dot(x, [k, k])|T.fill(x, k)|T.arange(k)|T.arange(x[0], k)|theano.shared(k)".split("|")
FLAGS = [{"floatX": f, "cast_policy": p} for p in ("custom", "numpy+floatX") for f in ("float64", "float32", "float16")]

# one op of values: name and how NumPy calls it is the test's business
ARITHMETIC = "add sub mul true_div int_div mod pow maximum minimum eq lt ge and_ or_ xor arctan2".split()


def split(text):
    """Expressions divided by `|` between them; none of ours uses the operator."""
    return [e for line in text.splitlines() for e in line.split("|")]


def letter(build):
    """The letter of what `build()` gives."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = build()
        return LETTERS[result.dtype if hasattr(result, "dtype") else result.type.dtype]
    except Exception as e:
        return "!" + ERRORS.get(type(e).__name__, "E")


class Tables:
    """The tables, filled by whichever Theano is imported."""

    def __init__(self):
        import numpy as np

        import theano
        import theano.tensor as T
        import theano.tensor.fft
        import theano.tensor.inplace
        import theano.tensor.nnet
        import theano.tensor.signal.pool
        import theano.tensor.slinalg
        import theano.tensor.xlogx
        self.names = {"T": T, "np": np, "theano": theano}
        self.flags = theano.configparser.change_flags
        self.variables = {(d, n): T.TensorType(d, (False,) * n)("xm"[n - 1]) for d in DTYPES for n in (1, 2)}

    def row(self, expression, cases):
        code = compile(expression, expression, "eval")
        return "".join(letter(lambda: eval(code, self.names, case)) for case in cases)  # noqa: B023

    def x(self, dtype):
        return {"x": self.variables[dtype, 1], "m": self.variables[dtype, 2]}

    def pairs(self):
        cases = [dict(self.x(a), y=self.variables[b, 1]) for a in DTYPES for b in DTYPES]
        return {e: self.row(e, cases) for e in split(PAIRS)}

    def single(self):
        """Under each floatX, one row after another."""
        return {e: " ".join(rows) for e, rows in self.under_flags(split(SINGLE), FLAGS[:3], lambda: map(self.x, DTYPES)).items()}

    def under_flags(self, expressions, flags, cases):
        table = {e: [] for e in expressions}
        for chosen in flags:
            with self.flags(**chosen):
                for e in expressions:
                    table[e].append(self.row(e, cases()))
        return table

    def reductions(self):
        arguments = [(d, a) for d in [None, *DTYPES] for a in [None, *DTYPES]]
        table = {}
        for e in split(REDUCTIONS):
            chosen = arguments if "a)" in e.replace("acc_dtype=a", "a") else [(d, None) for d in [None, *DTYPES]]
            for dtype in DTYPES:
                table[e + " : " + dtype] = self.row(e, [dict(self.x(dtype), d=d, a=a) for d, a in chosen])
        return table

    def constants(self):
        values = [eval(k, self.names) for k in CONSTANTS]
        cases = lambda: (dict(self.x(d), k=k) for d in DTYPES for k in values)  # noqa: E731
        return {e: " ".join(rows) for e, rows in self.under_flags(WITH_CONSTANT, FLAGS, cases).items()}

    def all(self):
        return {"pairs": self.pairs(), "single": self.single(), "reductions": self.reductions(), "constants": self.constants()}


def edges(dtype):
    """Values at which arithmetic of a dtype shows what it is."""
    import numpy as np
    if dtype == "bool":
        return [False, True]
    if dtype.startswith("float"):
        return [0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 3.0, 7.25, -7.0, 300.0, float("inf"), float("-inf"), float("nan"), 6e4, 1e-3]
    info = np.iinfo(dtype)
    return sorted({max(info.min, v) for v in (-100, -7, -2, -1, 0, 1, 2, 3, 10, 100)} | {int(info.min), int(info.max)})


def operands(left, right):
    """Two arrays: all pairs of edge values but those by which division kills the process in C."""
    import numpy as np
    pairs = [(a, b) for a in edges(left) for b in edges(right)]
    if not (left.startswith("float") or right.startswith("float")):
        pairs = [(a, b) for a, b in pairs if b != 0 and not (b == -1 and a == np.iinfo(left).min)]
    return [np.array([p[i] for p in pairs], dtype) for i, dtype in enumerate((left, right))]


def packed(array):
    return base64.b64encode(zlib.compress(array.tobytes(), 9)).decode()


def unpacked(text, dtype):
    import numpy as np
    return np.frombuffer(zlib.decompress(base64.b64decode(text)), dtype)


# what scalar.json has no values of; XLA computes each pair in the dtype of the result
VALUE_PAIRS = ("int64,float32 int64,float64 float32,int64 uint8,float32 uint8,int64 int8,uint8 int64,uint64 int32,uint32 int64,bool uint8,bool "
               "float32,bool int64,int32 int8,int16 uint64,float32 float64,float32 float64,uint8 float16,float16 float16,float32 float16,int64 "
               "int8,float16 bool,float16").split()


def values():
    """{"left,right": {op: [dtype, bytes]}}: ops of a pair compiled at once, to their C code where they have it."""
    import numpy as np

    import theano
    import theano.tensor as T
    from theano import scalar
    from theano.tensor.elemwise import Elemwise
    np.seterr(all="ignore")
    found = {}
    for pair in VALUE_PAIRS:
        dtypes = pair.split(",")
        xs = operands(*dtypes)
        inputs = [T.TensorType(d, (False,))() for d in dtypes]
        scalars = [scalar.get_scalar_type(d)() for d in dtypes]
        nodes = []
        for name in ARITHMETIC:
            try:
                nodes.append((name, getattr(scalar, name)(*scalars)))
            except TypeError:
                pass
        if "float16" in dtypes:
            results = [theano.function(inputs, Elemwise(getattr(scalar, n))(*inputs), mode=theano.Mode("py", None))(*xs) for n, _ in nodes]
        else:
            both = Elemwise(scalar.Composite(scalars, [o for _, o in nodes]))(*inputs, **{"return_list": True})
            results = theano.function(inputs, both, mode=theano.Mode("c", None))(*xs)
        found[pair] = {name: [str(result.dtype), packed(result)] for (name, _), result in zip(nodes, results)}
    return found


def main():
    stdout, sys.stdout = sys.stdout, sys.stderr
    book = {"command": "python tests/golden/record_dtypes.py > tests/golden/dtypes.json, under real Theano 1.0.5"}
    book.update(Tables().all())
    book["values"] = values()
    print(json.dumps(book, indent=0, sort_keys=True), file=stdout)


if __name__ == "__main__":
    main()
