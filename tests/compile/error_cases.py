"""Programs that fail, as text: what building or calling them raises is recorded from the real Theano and compared with ours."""
import re

PROLOGUE = """
import numpy as np
import theano
import theano.tensor as T
x, y, A = T.dvector('x'), T.dvector('y'), T.dmatrix('A')
s, t, i, f32 = T.dscalar('s'), T.dscalar('t'), T.lscalar('i'), T.fvector('f32')
iv = T.lvector('iv')
w = theano.shared(np.zeros(3), 'w')
n = theano.shared(0, 'n')
F = theano.function
one, two, three = np.ones(1), np.ones(2), np.ones(3)
"""

# name -> code. A call fails while the program runs, the others while it is built.
CASES = {
    "shapes that do not fit": "F([x, y], x + y)(two, three)",
    "a run-time 1 does not broadcast": "F([x, y], x + y)(one, three)",
    "shapes of a matrix and a vector": "F([A, x], A * x)(np.ones((2, 3)), two)",
    "dot of shapes that do not fit": "F([A, x], T.dot(A, x))(np.ones((2, 3)), two)",
    "dot of two vectors": "F([x, y], T.dot(x, y))(two, three)",
    "index out of bounds": "F([x, i], x[i])(three, 3)",
    "negative index out of bounds": "F([x, i], x[i])(three, -4)",
    "constant index out of bounds": "F([x], x[5])(three)",
    "list of indices out of bounds": "F([x, iv], x[iv])(three, [0, 3])",
    "set out of bounds": "F([x, i], T.set_subtensor(x[i], 1.0))(three, 7)",
    "reshape to another size": "F([x], x.reshape((2, 2)))(three)",
    "join of shapes that do not fit": "F([A], T.concatenate([A, T.zeros((3, 1))], axis=0))(np.ones((2, 2)))",
    "an update of a wrong shape": "F([x], [], updates=[(w, w + x)])(two)",
    "split into wrong sizes": "F([x], T.split(x, [1, 1], 2))(three)",
    "maximum of nothing": "F([x], x.max())(np.zeros(0))",
    "specify_shape": "F([x], T.specify_shape(x, (2,)) * 2)(three)",
    "a value that does not fit a row": "F([T.drow('r')], T.constant(1.0), on_unused_input='ignore')(np.ones((2, 2)))",
    # arguments
    "missing argument": "F([x, y], x + y)(two)",
    "missing argument by name": "F([s, t], s + t)(t=1.0)",
    "too many arguments": "F([x], x * 2)(two, three)",
    "unknown keyword": "F([x], x * 2)(z=two)",
    "argument given twice": "F([s], s * 2)(1.0, s=2.0)",
    "double for float": "F([f32], f32 * 2)(np.ones(3))",
    "float for an integer": "F([i], i * 2)(1.5)",
    "a float array for integers": "F([iv], iv * 2)(np.ones(2))",
    "an integer that is too big": "F([T.bscalar('b')], T.constant(1), on_unused_input='ignore')(300)",
    "text for a number": "F([s], s * 2)('one')",
    "an object for a number": "F([s], s * 2)(object())",
    "a scalar for a vector": "F([x], x * 2)(1.0)",
    "a matrix for a vector": "F([x], x * 2)(np.ones((2, 2)))",
    "None for an argument": "F([x], x * 2)(None)",
    "None for a number": "F([i], i * 2)(None)",
    "None for what is sliced": "F([x, i], x[:i].sum())(None, 2)",
    "a variable for a number": "F([x], x * 2)(y)",
    "the second argument": "F([x, y], x + y, name='adder')(two, np.ones((1, 1)))",
    "a list where strict": "F([theano.In(x, strict=True)], x * 2)([1.0, 2.0])",
    "another dtype where strict": "F([theano.In(x, strict=True)], x * 2)(np.ones(2, 'float32'))",
    "downcast forbidden": "F([theano.In(T.fscalar('q'), allow_downcast=False)], T.constant(1), on_unused_input='ignore')(1.0)",
    "a name that is not there": "F([s, theano.In(t, value=1.0)], s + t)['q']",
    "setting a name that is not there": "F([s, theano.In(t, value=1.0)], s + t).__setitem__('q', 2.0)",
    "a name that two inputs have":
        "F([theano.In(T.dscalar('s'), value=1.), theano.In(s, value=1.0)], s * 2, on_unused_input='ignore')['s']",
    "a value for state": "F([x, w], x + w)",
    # building
    "missing input": "F([x], x + y)",
    "unused input": "F([x, y], x * 2)",
    "unused input, bad option": "F([x, y], x * 2, on_unused_input='shrug')",
    "inputs not in a list": "F(x, x * 2)",
    "an input twice": "F([x, x], x * 2)",
    "a constant as input": "F([T.constant(1.0)], x * 2)",
    "a number as input": "F([1.0], x * 2)",
    "a number as output": "F([x], 1.0)",
    "a number among outputs": "F([x], [x * 2, 1.0])",
    "keys that are no text": "F([x], {1: x * 2})",
    "update of another dtype": "F([], [], updates=[(n, n + 1.5)])",
    "update of another rank": "F([], [], updates=[(w, w.sum())])",
    "update of another rank, broadcastable": "F([], [], updates=[(w, w.dimshuffle('x', 0))])",
    "update of what is not shared": "F([x], x * 2, updates=[(x, x + 1)])",
    "update of what is no variable": "F([x], x * 2, updates=[(3, x + 1)])",
    "update twice": "F([], [], updates=[(w, w + 1), (w, w + 2)])",
    "update that is no pair": "F([x], x * 2, updates=(w, w + 1))",
    "update with something odd": "F([x], x * 2, updates=[(w, 'w')])",
    "givens of an input": "F([x], x * 2, givens={x: x + 1})",
    "givens of another type": "F([A], x * 2, givens={x: A})",
    "givens of something odd": "F([x], x * 2, givens=[('x', 1.0)])",
    "givens for state, of another type": "F([f32], w * 2, givens={w: f32})",
    "an unknown mode": "F([x], x * 2, mode='FAST_FOOD')",
    "no_default_updates of another type": "F([x], x * 2, no_default_updates='w')",
    "an In with an update of another type": "theano.In(s, update=x)",
    "an In that is mutable but not borrowed": "theano.In(s, mutable=True, borrow=False)",
    "an implicit In without a value": "theano.In(s, implicit=True)",
    "an In with a name that is no text": "theano.In(s, name=3)",
    "an old-style input of nothing": "F([()], s * 2)",
    "swap of what is not there": "F([x], x + w).copy(swap={n: n})",
    "swap of another type": "F([x], x + w).copy(swap={w: n})",
    "eval without a value": "(s + t).eval({s: 1.0})",
    "eval with a list": "(s + t).eval([1.0])",
    "shared of a variable": "theano.shared(x)",
    "shared with an unknown option": "theano.shared(np.zeros(3), dtype='float32')",
    "set_value of another rank": "w.set_value(np.zeros((2, 2)))",
    "set_value of another kind": "n.set_value(np.array(1.5))",
    "the old value": "w.value",
    "set the old value": "setattr(w, 'value', three)",
    "shared, by an index": "theano.shared(object())[0]",
    "the truth of a variable": "bool(x > 0)",
    "the truth of a vector": "bool(x)",
    "the length of a variable": "len(x)",
    "iterating over a vector": "list(x)",
    "clone with something odd": "theano.clone(x * 2, replace=3)",
    "clone with another type": "theano.clone(x * 2, replace={x: A})",
}


def plain(line):
    """A first line without what differs from run to run: addresses, file names."""
    line = re.sub(r"0x[0-9a-f]+", "ADDRESS", line)
    line = re.sub(r"Backtrace when.*\\n'", "TRACE'", line)
    return re.sub(r'"[^"]*:\d+"', "FILE", line).rstrip()


def record(code):
    """[class, lines of the message] of what `code` raises, or None."""
    namespace = {}
    exec(PROLOGUE, namespace)
    try:
        exec(code, namespace)
    except Exception as e:
        return [type(e).__name__, str(e).splitlines()]
    return None
