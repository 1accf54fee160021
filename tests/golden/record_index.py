"""Record indexing and assignment: `python tests/golden/record_index.py > tests/golden/index.json` under real Theano 1.0.5.

Each row is a program in text, so that tests/tensor/test_index_golden.py runs the same ones: `BUILT` are printed with
their gradients, `RUN` are called (`expression ; arguments`), and errors are recorded as class and first line.
"""
from __future__ import print_function

import json
import sys
import warnings

PROLOGUE = """
import numpy as np
import theano
import theano.tensor as T
from theano.tensor import subtensor as S
x, fx, lm = T.dmatrix('x'), T.fmatrix('fx'), T.lmatrix('lm')
v, iv, jv, lv, uv = T.dvector('v'), T.ivector('iv'), T.ivector('jv'), T.lvector('lv'), T.vector('uv', dtype='uint8')
i, k, b8, u8, s = T.iscalar('i'), T.lscalar('k'), T.bscalar('b8'), T.scalar('u8', dtype='uint8'), T.dscalar('s')
t3, row, col = T.dtensor3('t3'), T.drow('row'), T.dcol('col')
b, bv, b0 = [T.TensorType('bool', (False,) * n)('b%d' % n) for n in (2, 1, 0)]
a, a32, a3 = np.arange(12.).reshape(3, 4), np.ones((3, 4), 'float32'), np.arange(24.).reshape(2, 3, 4)
"""

BUILT = """
x[0]|x[i]|x[i:k]|x[::-1]|x[..., 1]|x[None, 0, :]|x[:, iv]|x[iv]|x[iv, 1]|x[lm]|x[b]|x[x > 0]|x[iv, iv]|x[0, None, i:]
x[np.array([1, 2])]|x[[0, 1], [1, 0]]|x[np.int8(3)]|x[1:None:2, i]|v[b8]|v[T.constant(3)]|x[iv, :]|x[iv, None, :]|x[:, 1:3]
x[iv, 1:3]|x.take(lm, axis=1)|v[np.array([True, False])]|x.shape[0]|x.shape[1:]|v[u8]|v[[]]|v[()]|v[...]|x[:]|x[:, None]
x[..., None]|x[0, ..., None]|x[...]|t3[0, :, iv]|t3[:, iv, iv]|t3[iv, :, iv]|t3[1, ..., -1]|x[(0, 1),]|v[[0, i]]|x[bv]|x[:, bv]
x[bv, None]|row[0:1]|row[:, 0]|row[1:]|row[i:]|row[::2]|row[::-1]|row[iv]|row[:, iv]|row[iv, iv]|col[[0]]|row[0:i]|row[0:0]
x.take(i)|x.take(2, axis=-1)|x.take(iv, mode='clip', axis=0)|x.take([[0, 1]], axis=-1, mode='clip')|v[np.uint8(1)]|v[-1]
T.set_subtensor(x[0], 1)|T.inc_subtensor(x[0], v)|T.set_subtensor(x[i:k], s)|T.inc_subtensor(x[:, 0], v)|T.inc_subtensor(v[i], s)
T.set_subtensor(x[iv], s)|T.inc_subtensor(x[iv], v)|T.inc_subtensor(x[:, iv], s)|T.inc_subtensor(x[iv, iv], v)
T.set_subtensor(x[iv, iv], v)|T.set_subtensor(x[x > 0], 0)|T.inc_subtensor(x[b], v)|T.inc_subtensor(x[:2].T, v)
T.set_subtensor(x[0].reshape((2, 2)), 0)|T.inc_subtensor(x[0].reshape((2, 2)), v)|T.set_subtensor(x[1:].dimshuffle(1, 'x', 0)[0], s)
T.set_subtensor(x[0], np.float32(1))|T.set_subtensor(iv[0], 1.5)|T.set_subtensor(x[iv, 1:3], s)|T.inc_subtensor(x[None, 0, :], row)
T.set_subtensor(x[0:1], row)|T.set_subtensor(v[:2], v[2:4], inplace=True)|T.set_subtensor(v[:2], v[2:4], tolerate_inplace_aliasing=True)
S.AdvancedIncSubtensor()(x, v, iv, jv)|S.AdvancedIncSubtensor1(inplace=True)(x, v, iv)|S.AdvancedSubtensor1(sparse_grad=True)(x, iv)
"""

GRADIENTS = """
x[0]|x[i]|x[i:k]|x[::-1]|x[..., 1]|x[None, 0, :]|x[:, iv]|x[iv]|x[iv, 1]|x[b]|x[x > 0]|x[iv, iv]|x[iv, 1:3]|x[0, None, i:]
T.set_subtensor(x[0], 1)|T.inc_subtensor(x[0], v)|T.inc_subtensor(v[i:], x[0, 0])|T.set_subtensor(v[i:], x[0, 0])
T.set_subtensor(x[iv], s)|T.inc_subtensor(x[iv], v)|T.inc_subtensor(t3[iv], x)|T.set_subtensor(t3[iv], x)
T.set_subtensor(t3[0], x)|T.inc_subtensor(t3[:, 0], x)|T.inc_subtensor(t3[iv, iv], x[0])|T.set_subtensor(x[iv, iv], v)
T.inc_subtensor(x[b], v)|T.inc_subtensor(v[bv], x[0, 0])|x.take(lm, axis=1)
"""

REFUSED = """
x[0, 0, 0]|x[1.5]|x[0.0:2]|x[..., ...]|x[[True, False]]|x[True]|x[s]|x[v]|x[s:]|list(x)|len(x)|x[{}]|x[slice(None, iv)]
x[b, 0, 0]|v[iv, iv]|x[i][0][1]|S.Subtensor((3,))|S.advanced_subtensor(x, np.array([True]))|T.set_subtensor(x, 1)
T.set_subtensor(x[0], x)|T.inc_subtensor(T.exp(x), 1)|T.inc_subtensor(iv[0], x)|S.AdvancedSubtensor1()(x, v)
S.AdvancedSubtensor1()(x, lm)|S.AdvancedSubtensor1()(s, iv)|S.AdvancedIncSubtensor1()(v, x, iv)|x[None]|x[:, None, None]
v[True]|v[np.bool_(True)]|s[0]|S.Subtensor((theano.scalar.int64,))(v)|S.Subtensor((theano.scalar.int64,))(v, i)
S.Subtensor((theano.scalar.int64,) * 2)(v, 0, 0)|S.AdvancedIncSubtensor(inplace=True)|S.IncSubtensor([slice(None)])(v, x)
T.grad(x[i].sum(), i)|T.grad(x[iv].sum(), iv)|v[[slice(1), slice(2)]]|x[np.zeros(2)]|T.make_slice(s, None, None)|x[T.zscalar()]
"""

RUN = """
x[k] ; a, 5|x[k] ; a, -4|x[:, k] ; a, 7|x[k] ; a, -1|x[5] ; a|x[-3] ; a|v[b8] ; [1, 2, 3], -2|x[u8] ; a, 2
x[iv] ; a, [3]|x[iv] ; a, [-4]|x[:, iv] ; a, [4]|x[iv, iv] ; a, [3]|x[iv, :2] ; a, [3]|x[iv] ; a, [-1, 0, 0]|x[iv] ; a, []
x[iv, 5] ; a, [0]|x[-4, iv] ; a, [0]|x[iv, 4:] ; a, [0]|x[iv, jv] ; a, [0, 1], [0, 1, 2]|x[iv, jv] ; a, [0, 1], [0]
x[::k] ; a, 0|x[::k] ; a, -2|x[k::-1] ; a, 1|x[k:0:-1] ; a, 10|x[:k:-1] ; a, -10|x[k:k + 2, -k:] ; a, 1|x[k:] ; a, -100|x[:k] ; a, -3
x[k:i] ; a, 2, 1|x[b8:] ; a, -1|x[1:100:3, ::-2] ; a|x[5:2] ; a|x[2:0:-1, 3:-100:-2] ; a|x[k, ::i] ; a, 1, 3
x[b] ; a, np.ones((2, 2), bool)|x[b] ; a, np.ones((3, 3), bool)|x[b] ; a, a > 4|x[bv] ; a, [True, False, True]|x[bv] ; a, [True, False]
x[:, bv] ; a, [True, False, True, True]|x[:, bv] ; a, [True, False]|x[0, bv] ; a, [True, False, True, True]
x[iv, bv] ; a, [0, 1], [True, False, True, False]|x[bv, 1:] ; a, [True, False, True]|x[bv, None] ; a, [True, False, True]
x[b0] ; a, np.array(True)|x[np.array([True, False])] ; a|x[np.array([True, False, True])] ; a
t3[0, :, iv] ; a3, [0, 1]|t3[:, iv, iv] ; a3, [0, 1]|t3[iv, :, iv] ; a3, [0, 1]|t3[iv, 1:, ::-1] ; a3, [1, 0]|t3[iv, None, k:] ; a3, [1], -2
x.take(iv, axis=0, mode='clip') ; a, [7, -9]|x.take(iv, axis=1, mode='wrap') ; a, [7, -9]|x.take(iv) ; a, [11, -1, 0]
x.take(iv) ; a, [12]|x.take(lm, axis=1) ; a, [[0, 1], [3, 2]]|x[lm] ; a, [[0, 1], [2, 2]]|v[[]] ; [1, 2]|x.take(iv, axis=1) ; a, [13]
T.set_subtensor(x[k], 1) ; a, 5|T.inc_subtensor(x[k], 1) ; a, 5|T.inc_subtensor(x[iv], 1) ; a, [5]|T.set_subtensor(x[iv], 1) ; a, [5]
T.inc_subtensor(x[iv, iv], 1) ; a, [5]|T.set_subtensor(x[0], v) ; a, [1, 2]|T.inc_subtensor(x[0], v) ; a, [1, 2]
T.inc_subtensor(x[iv], v) ; a, [0, 1], [1, 2]|T.set_subtensor(x[iv], v) ; a, [0, 1], [1, 2]|T.inc_subtensor(x[iv], v) ; a, [0, 1], [1]
T.set_subtensor(x[iv, iv], v) ; a, [0, 1], [1, 2, 3]|T.inc_subtensor(x[iv, iv], v) ; a, [0, 1], [1, 2, 3]
T.set_subtensor(x[0], v) ; a, [1]|T.inc_subtensor(x[0], v) ; a, [1]|T.set_subtensor(x[k:k + 2], np.ones((2, 4))) ; a, 1
T.set_subtensor(x[k:k + 2], np.ones((2, 4))) ; a, 2|T.inc_subtensor(x[iv], 1) ; a, [0, 0, 1]|T.set_subtensor(x[x > 0], v) ; a, [1, 2]
T.set_subtensor(x[x > 5], v) ; a, [1, 2, 3, 4, 5, 6]|T.inc_subtensor(x[x > 5], v) ; a, [1, 2]|T.set_subtensor(x[bv], 0) ; a, [True, False]
T.set_subtensor(x[bv], v) ; a, [True, False, True], [1, 2, 3, 4]|T.inc_subtensor(x[bv, 1:], 1) ; a, [True, False, True]
T.set_subtensor(iv[0], 1.5) ; [1, 2]|T.inc_subtensor(iv[k], 1.5) ; [1, 2], 0|T.set_subtensor(iv[jv], 1.5) ; [1, 2], [0]
T.inc_subtensor(iv[jv], 1.5) ; [1, 2], [0, 1]|T.inc_subtensor(lm[iv, iv], 1.5) ; [[0, 1], [2, 3]], [0, 1]
T.inc_subtensor(fx[0], x[0]) ; a32, a|T.inc_subtensor(fx[iv], x[0]) ; a32, [0], a|T.inc_subtensor(fx[iv, iv], x[0, 0]) ; a32, [0], a
T.inc_subtensor(x[::2, ::-1], v) ; a, [1, 2, 3, 4]|T.set_subtensor(x[::-2, 1::2], lm) ; a, [[1, 2], [3, 4]]
T.inc_subtensor(x[::2].T, v.dimshuffle(0, 'x')) ; a, [1, 2, 3, 4]|T.inc_subtensor(x[::2].reshape((8,)), v) ; a, np.arange(8)
T.set_subtensor(x[iv], lm) ; a, [0, 0], [[1, 1, 1, 1], [2, 2, 2, 2]]|T.set_subtensor(x[iv, iv], v) ; a, [0, 0, 0], [1, 2, 3]
T.set_subtensor(t3[:, iv, 1:3], 0) ; a3, [0, 2]|T.inc_subtensor(t3[k:, iv, ::2], v) ; a3, 1, [0, 0], [1, 2]
T.grad(x[x > 5].sum(), x) ; a|T.grad(T.sqr(x[iv, iv]).sum(), x) ; a, [0, 1]|T.grad(T.sqr(x[iv]).sum(), x) ; a, [0, 0, 2]
T.grad(T.sqr(x[k:, ::-2]).sum(), x) ; a, 1|T.grad(T.set_subtensor(x[k:2], 0).sum(), x) ; a, 1
"""


def rows(text):
    return [source.strip() for line in text.strip().splitlines() for source in line.split("|") if source.strip()]


def attempt(make):
    """What `make()` gives, or {"error": [class, first line]}."""
    try:
        return make()
    except Exception as e:
        return {"error": [type(e).__name__, str(e).splitlines()[0] if str(e) else ""]}


def tree(names, variable):
    return [names["theano"].printing.debugprint(variable, file="str"), str(variable.type)]


def gradient_tree(names, source):
    grad = names["T"].grad(eval(source, names).sum(), names["x"])
    return tree(names, grad)


def run(names, source):
    """Value and dtype of `expression ; arguments`; arguments go to the variables in the order in which they are first read."""
    expression, _, arguments = source.partition(" ; ")
    out = eval(expression, names)
    theano = names["theano"]
    order = [n for n in dict.fromkeys(words(expression)) if isinstance(names.get(n), theano.gof.Variable)]
    inputs = [names[n] for n in order]
    value = theano.function(inputs, out, allow_input_downcast=True, on_unused_input="ignore")(*eval("(%s,)" % arguments, names))
    return [value.tolist(), str(value.dtype), list(value.shape)]


def words(text):
    word, found = "", []
    for c in text + " ":
        if c.isalnum() or c in "_.":
            word += c
        else:
            found.append(word)
            word = ""
    return [w.split(".")[0] for w in found if w]


def record(names):
    return {
        "built": {source: attempt(lambda: tree(names, eval(source, names))) for source in rows(BUILT)},
        "gradients": {source: attempt(lambda: gradient_tree(names, source)) for source in rows(GRADIENTS)},
        "refused": {source: attempt(lambda: tree(names, eval(source, names))) for source in rows(REFUSED)},
        "run": {source: attempt(lambda: run(names, source)) for source in rows(RUN)},
    }


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    scope = {}
    exec(PROLOGUE, scope)
    found = record(scope)
    print('{"command": "python tests/golden/record_index.py (under real Theano 1.0.5)"')
    for part in sorted(found):
        print(',\n"%s": {' % part)
        print(",\n".join("%s: %s" % (json.dumps(k), json.dumps(found[part][k])) for k in sorted(found[part])) + "}")
    print("}")
    sys.stdout.flush()
