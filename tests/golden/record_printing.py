"""Record printed graphs: `python tests/golden/record_printing.py > tests/golden/printing.json` under real Theano 1.0.5.

The programs are plain text, so that tests/printing/test_golden.py runs the same ones.
"""
from __future__ import print_function

import json
import re
import warnings

PROLOGUE = """
import numpy as np
import theano
import theano.tensor as T
x, y, A = T.dmatrix('x'), T.dmatrix('y'), T.fmatrix('A')
v, w, iv, lv = T.dvector('v'), T.dvector('w'), T.ivector('iv'), T.lvector('lv')
s, t, i, j, k = T.dscalar('s'), T.dscalar('t'), T.iscalar('i'), T.iscalar('j'), T.lscalar('k')
a, b, p, q = T.scalars('a', 'b', 'p', 'q')
t3, t4, r, c, z = T.dtensor3('t3'), T.dtensor4('t4'), T.drow('r'), T.dcol('c'), T.zmatrix('z')
m, n = T.dmatrix(), T.dvector()
bm, bv = T.bmatrix('bm'), T.TensorType('bool', (False,))('bv')
alpha, beta = T.dscalar('alpha'), T.dscalar('beta')
W = theano.shared(np.zeros((3, 4)), 'W')
U = theano.shared(np.zeros((4,), 'float32'))
"""

MODULES = ["theano.printing", "theano.ifelse", "theano.tensor.inplace", "theano.tensor.signal.pool", "theano.tensor.slinalg",
           "theano.tensor.nlinalg", "theano.tensor.opt", "theano.compile.builders", "theano.compile.debugmode"]

EXPRESSIONS = """
x|m|n|W|U|alpha|alpha + beta
x + y|x - y|x * y|x / y|x // y|x % y|x ** y|-x|abs(x)|~i|i & j|i | j|i ^ j|x < y|x >= y|T.eq(x, y)|T.neq(x, y)
x + 1|1 + x|2 * x|x * 2.5|x / 2|x ** 2|1 / x|x - 1|1 - x|i + 1|i / 2|i // 2|A * 2|A * 2.5|A + 1.0|k * 3.0|x + np.float32(2)
x + y + x|x + y * x|(x + y) * x|T.add(x, y, x)|T.mul(x, y, m)|x * y + 3|2 * x + 3 * y|-(x + y)|-x + y|-(-x)|(x ** 2) ** 3
m + n|m * m|x + m|x + r|x + c|x + v|x + s|v + s|s + v|T.dot(x, y)|T.dot(x, v)|x.dot(y)|T.dot(x, y) + v|T.dot(v, w)|T.dot(x.T, y)
T.exp(x)|T.log(x)|T.log1p(x)|T.expm1(x)|T.sqrt(x)|T.sqr(x)|T.sin(x)|T.cos(x)|T.tan(x)|T.tanh(x)|T.sinh(x)|T.cosh(x)|T.arcsin(x)
T.arccos(x)|T.arctan(x)|T.arctan2(x, y)|T.arcsinh(x)|T.sgn(x)|T.ceil(x)|T.floor(x)|T.round(x)|T.trunc(x)|T.iround(x)|T.inv(x)
T.maximum(x, y)|T.minimum(x, y)|T.clip(x, 0, 1)|T.switch(x, y, 0)|T.where(i, x, y)|T.erf(x)|T.erfc(x)|T.gammaln(x)|T.psi(x)
T.isnan(x)|T.isinf(x)|T.and_(i, j)|T.or_(i, j)|T.xor(i, j)|T.invert(i)|T.conj(z)|z.real|z.imag|T.angle(z)|T.deg2rad(x)|T.mod(x, y)
T.nnet.sigmoid(x)|T.nnet.softplus(x)|T.nnet.softmax(x)|T.nnet.relu(x)|T.nnet.hard_sigmoid(x)|T.nnet.ultra_fast_sigmoid(x)
T.nnet.binary_crossentropy(x, y)|T.nnet.categorical_crossentropy(x, iv)|T.nnet.elu(x)
T.cast(x, 'float32')|T.cast(i, 'float64')|x.astype('int32')|T.cast(x, 'int8')|T.cast(iv, 'bool')
x.T|x.dimshuffle(0, 1)|x.dimshuffle(1, 0)|x.dimshuffle('x', 0, 1)|v.dimshuffle(0, 'x')|v.dimshuffle('x', 0)|s.dimshuffle('x', 'x')
t3.dimshuffle(2, 1, 0)|t3.dimshuffle(0, 2, 1)|T.shape_padleft(v)|T.shape_padright(v)|r.dimshuffle(1)|t3.swapaxes(0, 1)|x.T.T
T.addbroadcast(x, 0)|T.patternbroadcast(x, (True, False))|T.unbroadcast(r, 0)
x.sum()|x.sum(axis=0)|x.sum(axis=1)|x.sum(axis=(0, 1))|x.sum(axis=1, keepdims=True)|T.sum(iv)|T.sum(A)|T.sum(x, dtype='float32')
x.prod()|x.prod(axis=1)|x.mean()|x.mean(axis=0)|iv.mean()|x.var()|x.std()|x.max()|x.max(axis=0)|x.min()|x.argmax()|x.argmax(axis=1)
x.argmin(axis=1)|T.max_and_argmax(x, axis=1)[0]|T.max_and_argmax(x, axis=1)[1]|T.all(iv)|T.any(x)|x.norm(2)|T.mean(T.sqr(x - y))
x[0]|x[-1]|x[i]|x[0, 1]|x[i, j]|x[:, 0]|x[1:]|x[:2]|x[1:3]|x[::2]|x[::-1]|x[i:]|x[:i]|x[i:j]|x[i:j, 0]|x[0, i:j]|x[i, :2]
x[:, i]|x[1:, 2:]|x[i * 20:(i + 1) * 20]|t3[0, :, i]|t3[..., 0]|v[:, None]|v[i]|v[i + 1]|v[k]|v[0]|v[iv]|x[iv]|x[iv, lv]
x[:, iv]|x[iv, 0]|v[v > 0]|x[T.arange(3), iv]|x[(v > 0).nonzero()]|v[bv]|x[x > 0]|W[0]|W[i]|x[[0, 2]]|x[np.array([1, 2])]
T.set_subtensor(x[0], 1)|T.inc_subtensor(x[0], v)|T.set_subtensor(x[1:], y)|T.inc_subtensor(x[i], 2.0)|T.set_subtensor(v[iv], 0)
T.inc_subtensor(x[iv], y)|T.inc_subtensor(x[iv, lv], v)|T.set_subtensor(x[i:j, 0], v)|T.set_subtensor(x[:, 0], 1)
x.shape|x.shape[0]|x.shape[1]|x.size|T.shape(v)|v.shape[0] + 1|x.reshape((2, 3))|x.reshape((i, j))|x.reshape((-1,))
x.flatten()|x.flatten(2)|t3.flatten(2)|x.ravel()|v.reshape((v.shape[0], 1))|T.reshape(x, iv, ndim=1)|x.reshape((x.shape[0], -1))
T.zeros((2, 3))|T.ones((i, 3))|T.zeros_like(x)|T.ones_like(x)|T.zeros_like(v)|T.ones_like(s)|T.alloc(s, 2, 3)|T.alloc(1.0, i)
T.fill(x, 0)|T.fill(x, s)|T.eye(3)|T.eye(i, j, k)|T.identity_like(x)|T.arange(5)|T.arange(i)|T.arange(i, j)|T.arange(0, i, 2)
T.join(0, x, y)|T.join(1, x, y)|T.concatenate([x, y])|T.concatenate([v, w], axis=0)|T.stack([v, w])|T.stack([s, t])|T.stacklists([s, t])
T.split(v, iv, 2)[0]|T.split(x, [1, 2], 2, axis=1)[1]|T.tile(x, (2, 2))|T.repeat(v, 2)|T.repeat(v, iv)|T.roll(v, 1)|T.outer(v, w)
T.tensordot(x, y, 1)|T.tensordot(t3, x, [[1], [0]])|T.batched_dot(t3, t3)|T.diag(v)|T.diag(x)|T.triu(x)|T.tril(x)|T.sort(v)
T.argsort(v)|T.cumsum(v)|T.cumprod(x, axis=1)|T.extra_ops.diff(v)|T.nonzero(x)[0]|T.nlinalg.trace(x)|T.nlinalg.det(x)|T.nlinalg.matrix_inverse(x)
T.slinalg.cholesky(x)|T.slinalg.solve(x, v)|T.extra_ops.squeeze(r)|T.extra_ops.to_one_hot(iv, 5)|T.nlinalg.svd(x)[0]|T.nlinalg.eigh(x)[1]
T.constant(2)|T.constant(2.5)|T.constant([1, 2, 3])|T.constant(np.zeros((2, 2)))|T.constant(np.arange(30.))|T.constant(True)
T.constant(np.float32(1.1))|T.constant(2, 'two')|T.constant(np.arange(100).reshape(10, 10))|T.as_tensor_variable(3)|T.constant(1 + 2j)
T.as_tensor_variable([s, t])|T.as_tensor_variable([1, s])|T.constant(np.ones((1, 3)))
theano.ifelse.ifelse(i, x, y)|T.opt.Assert('no')(x, i)|theano.printing.Print('p')(x)
theano.gradient.disconnected_grad(x)|theano.gradient.grad_clip(x, -1, 1)|theano.gradient.zero_grad(x)|T.tensor_copy(x)
T.nnet.conv2d(t4, t4)|T.signal.pool.pool_2d(t4, (2, 2), ignore_border=True)|T.inplace.exp_inplace(x)|T.inplace.add_inplace(x, y)
T.TensorType('float32', (False, True))()|T.tensor3()|T.iscalar()|T.bscalar()|T.row()|T.col()|T.tensor4()|T.tensor5()|T.zscalar()
T.TensorType('int8', (True, True, False))('g')|T.TensorType('uint16', (False,) * 6)()
"""

GRADIENTS = """
x.sum()|(x ** 2).sum()|(2 * x).sum()|(x * y).sum()|(x / y).sum()|(y / x).sum()|(x - y).sum()|(y - x).sum()|(-x).sum()|x.mean()
T.exp(x).sum()|T.log(x).sum()|T.tanh(x).sum()|T.sqrt(x).sum()|T.sqr(x).sum()|T.sin(x).sum()|T.cos(x).sum()|abs(x).sum()|T.inv(x).sum()
T.dot(x, y).sum()|T.dot(x, v).sum()|(T.dot(v, x) ** 2).sum()|T.nnet.sigmoid(x).sum()|T.nnet.softplus(x).sum()|T.log1p(x).sum()
x.sum(axis=0)[0]|(x.sum(axis=0) ** 2).sum()|(x.sum(axis=1, keepdims=True) * x).sum()|x.max()|x.max(axis=0).sum()|x.prod()
x.T.sum()|(x.T * y).sum()|x.dimshuffle('x', 0, 1).sum()|(x + v).sum()|(x * r).sum()|(x * s).sum()|(x ** s).sum()|(s ** x).sum()
x[0].sum()|x[i].sum()|x[1:].sum()|x[iv].sum()|x[i:j, 0].sum()|T.set_subtensor(x[0], v).sum()|T.inc_subtensor(x[0], v).sum()
x.reshape((-1,)).sum()|x.flatten().sum()|T.join(0, x, y).sum()|T.concatenate([x, y], axis=1).sum()|T.stack([x, y]).sum()
T.switch(x > 0, x, 0).sum()|T.maximum(x, y).sum()|T.clip(x, 0, 1).sum()|T.minimum(x, 0).sum()|T.alloc(x[0, 0], 3).sum()|T.fill(x, x[0, 0]).sum()
x.var()|x.norm(2)|T.cast(x, 'float32').sum()|(x + x).sum()|(x * x * x).sum()|T.exp(-x ** 2).sum()|((x - y) ** 2).mean()
-T.mean(T.log(T.nnet.softmax(x))[T.arange(iv.shape[0]), iv])|T.nnet.binary_crossentropy(T.nnet.sigmoid(T.dot(x, v)), w).mean()
"""

SCALAR_GRADIENTS = ["s ** 2", "s ** 3", "s * t", "T.exp(s)", "1 / (1 + T.exp(-s))", "s + s", "s ** t", "2 * s", "(s + t) ** 2",
                    "T.log(s)", "s", "s / t", "T.sqrt(s)", "T.sin(s) * T.cos(s)"]

TREES = [  # (program that sets `obj`, the options of debugprint)
    ("u = x + y; u.name = 'u'; obj = u + (m + y)", [
        {}, {"ids": "int"}, {"ids": ""}, {"ids": "CHAR", "stop_on_name": True}, {"depth": 1}, {"depth": 2},
        {"print_type": True}, {"depth": 2, "print_type": True, "ids": "int"}, {"depth": 0}, {"print_clients": True},
        {"print_storage": True}]),
    ("obj = [x + y, x * 2]", [{}, {"ids": "int"}]),
    ("obj = (x + y).owner", [{}]),
    ("obj = T.max_and_argmax(x, axis=1)", [{}, {"print_type": True}]),
    ("obj = T.max_and_argmax(x, axis=1)[0].owner", [{}]),
    ("obj = theano.gof.FunctionGraph([x, y], [x + y, (x + y) * x])", [
        {}, {"print_clients": True}, {"print_clients": True, "ids": "int"}, {"depth": 1}]),
    ("obj = [theano.In(x), theano.Out(x + 1)]", [{}]),
    ("obj = [3, x, 2.5]", [{}]),
    ("obj = T.set_subtensor(x[i:j, 0], v)", [{}, {"print_type": True}]),
    ("obj = theano.grad((T.dot(x, v) ** 2).sum(), [x, v])", [{}, {"print_type": True}]),
    ("u = x\nfor _ in range(30): u = T.tanh(u + y)\nobj = u", [{}, {"ids": "int"}]),
    ("obj = theano.function([x, y], [x + y, (x + y) * x], mode=theano.Mode(optimizer=None))", [
        {}, {"print_type": True}, {"ids": "int"}, {"depth": 1}, {"print_clients": True}]),
    ("obj = theano.function([v], 2 * v + W[0][0], updates=[(W, W + 1)], mode=theano.Mode(optimizer=None))", [
        {}, {"print_storage": True}, {"print_storage": True, "ids": ""}]),
    ("obj = theano.compile.builders.OpFromGraph([x, y], [x + y])(x, y)", [{}]),
    ("obj = theano.scan(lambda u: u * 2, sequences=v)[0]", [{}]),
    ("obj = theano.scan(lambda u, acc: acc + u, sequences=v, outputs_info=s)[0][-1]", [{}, {"print_type": True}]),
    ("obj = theano.scan(lambda u, acc, k: acc + u * k, sequences=v, outputs_info=T.constant(0., dtype='float64'), "
     "non_sequences=t)[0]", [{}]),
]

TEXTS = [  # programs whose value's text is compared
    "str(x + y)", "repr(x + y)", "repr(x)", "repr(m)", "str(T.add)", "repr(T.add)", "str((x + y).owner)", "repr((x * 2).owner)",
    "str((T.exp(x) + y).owner)", "str(T.dmatrix)", "repr(T.dmatrix)", "repr(T.fvector)", "str(T.drow)", "str(T.dscalar)",
    "str(T.tensor3().type)", "str(T.TensorType('int8', (True, False, True)))", "str(x.sum(axis=1).owner.op)",
    "str(x.dimshuffle('x', 1, 0).owner.op)", "repr(x[1:, i].owner.op)", "str(T.constant(2.0))", "repr(T.constant([1, 2]))",
    "str(W)", "repr(W)", "str(U)", "repr(U)", "str(W.type)", "[str(o) for o in T.max_and_argmax(x, axis=0)]",
    "str(theano.gof.FunctionGraph([x, y], [x + y]))", "str([x, m, x + y])", "str(theano.gof.generic)",
    "theano.pp(x + y)", "theano.pprint(x * y)", "T.pprint(x - y)", "theano.printing.pp(x.sum() + 1)",
    "theano.printing.pprint(x + y, {'precedence': 3})",
    "theano.printing.min_informative_str(x * y + m)", "theano.printing.min_informative_str(W + T.exp(m + m))",
    "theano.printing.min_informative_str([1, 2])", "theano.printing.min_informative_str(np.zeros(3))",
    "theano.printing.min_informative_str(x + y, indent_level=2)", "theano.printing.var_descriptor(x * y + m)",
    "theano.printing.var_descriptor(m + m)", "theano.printing.var_descriptor(np.arange(6.).reshape(2, 3))",
    "theano.printing.var_descriptor(T.constant(np.arange(3.)) + W)", "theano.printing.hex_digest(np.arange(6.).reshape(2, 3))",
    "theano.printing.hex_digest(np.arange(6).reshape(2, 3).T)",
    "[theano.compile.debugmode.char_from_number(n) for n in [0, 1, 25, 26, 27, 700, 18277]]",
    "theano.printing.pprint.clone_assign(lambda s, r: r.name == 'x', theano.printing.leaf_printer)(x + y)",
    "theano.printing.pprint.clone_assign(T.add, theano.printing.FunctionPrinter('plus'))(x + y * x)",
    "theano.printing.pprint.clone_assign(T.add, theano.printing.PatternPrinter('<%(0)s and %(1)s>'))(x + y * x)",
    "theano.printing.pprint.clone_assign(T.add, theano.printing.PatternPrinter(('[%(1)s]', 3)))(x + y * x)",
    "theano.printing.pprint.clone_assign(type(T.add), theano.printing.IgnorePrinter())(T.exp(x) + y)",
    "theano.printing.pprint.clone_assign(lambda s, r: r.owner and len(r.owner.inputs) == 2, "
    "theano.printing.OperatorPrinter('@', 1, 'right'))(T.arctan2(x, y))",
    "theano.printing.OperatorPrinter('+', 1, 'left').process(x, theano.printing.PrinterState(pprinter=theano.pp))",
    "theano.printing.FunctionPrinter('f').process(x, theano.printing.PrinterState(pprinter=theano.pp))",
    "theano.printing.debugprint(x, depth=1.5)", "theano.printing.debugprint('x')", "theano.pp()", "theano.pp(x, 1)",
]


def attempt(function):
    try:
        return clean(function())
    except Exception as error:
        return "%s: %s" % (type(error).__name__, clean(str(error)))


def clean(value):
    """Text without addresses and without the counters that depend on what ran before."""
    text = value if isinstance(value, str) else repr(value)
    return re.sub("0x[0-9a-f]+", "0x", text)


def looks(theano, variable):
    from theano.printing import debugprint
    return [clean(theano.pp(variable)), clean(debugprint(variable, file="str", print_type=True)), clean(repr(variable))]


def expressions(text):
    """The expressions of a table: bars without spaces stand between them."""
    return [e for line in text.strip().splitlines() for e in re.split(r"(?<! )\|(?! )", line)]


def record(names):
    theano, debugprint = names["theano"], names["theano"].printing.debugprint
    found = {"expressions": {}, "gradients": {}, "trees": [], "texts": {}}
    for source in expressions(EXPRESSIONS):
        found["expressions"][source] = attempt(lambda: json.dumps(looks(theano, eval(source, names))))
    for source in expressions(GRADIENTS):
        found["gradients"][source] = attempt(lambda: json.dumps(looks(theano, theano.grad(eval(source, names), names["x"]))))
    for source in SCALAR_GRADIENTS:
        found["gradients"][source] = attempt(lambda: json.dumps(looks(theano, theano.grad(eval(source, names), names["s"]))))
    for program, options in TREES:
        scope = dict(names)
        exec(program, scope)
        found["trees"].append([program, [[o, attempt(lambda: debugprint(scope["obj"], file="str", **o))] for o in options]])
    for source in TEXTS:
        found["texts"][source] = attempt(lambda: eval(source, names))
    return found


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    scope = {}
    exec(PROLOGUE, scope)
    for module in MODULES:
        __import__(module)
    found = record(scope)
    print('{"command": "python tests/golden/record_printing.py (under real Theano 1.0.5)",')
    for part in ("expressions", "gradients", "texts"):
        rows = ",\n".join("%s: %s" % (json.dumps(k), json.dumps(found[part][k])) for k in sorted(found[part]))
        print('"%s": {\n%s\n},' % (part, rows))
    print('"trees": [\n%s\n]}' % ",\n".join(json.dumps(tree) for tree in found["trees"]))
