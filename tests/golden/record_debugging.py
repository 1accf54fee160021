"""Record what debugging prints: `python tests/golden/record_debugging.py > tests/golden/debugging.json` under real Theano 1.0.5.

The programs are plain text, so that tests/compile/test_debugging_golden.py runs the same ones.
"""
from __future__ import print_function

import json
import re
import sys
import warnings

PROLOGUE = """
import io, sys
import numpy as np
import theano
import theano.tensor as T
from theano.compile.debugmode import DebugMode
from theano.compile.nanguardmode import NanGuardMode
from theano.configparser import change_flags

class Odd(theano.Op):
    __props__ = ("kind",)
    def __init__(self, kind):
        self.kind = kind
    def make_node(self, x):
        return theano.Apply(self, [x], [x.type()])
    def perform(self, node, inputs, outputs):
        x, = inputs
        if self.kind == "destroys":
            x += 1
        outputs[0][0] = {"destroys": lambda: x.copy(), "views": lambda: x, "dtype": lambda: x.astype("float32"), "ndim": lambda: x[None] * 2,
                         "nothing": lambda: None, "nan": lambda: x * np.nan}[self.kind]()

x, y, m = T.dvector('x'), T.dvector('y'), T.dmatrix('m')
s = theano.shared(np.arange(3.), 's')
fast = theano.Mode('cvm', 'fast_compile')
three, four = np.arange(3.), np.ones(4)
def guard():
    return NanGuardMode(True, True, True, optimizer='fast_compile')
def odd(kind):
    return theano.function([x], Odd(kind)(x), mode=DebugMode(check_c_code=False))(three)
@theano.gof.local_optimizer([T.add])
def turn_add_into_mul(node):
    return [T.mul(*node.inputs)]
def with_flags(thunk, **flags):
    with change_flags({k.replace('__', '.'): v for k, v in flags.items()}):
        return thunk()
def tested(value, var):
    var.tag.test_value = value
    return var
def profiled():
    f = theano.function([x], [T.tanh(x).sum(), T.exp(x)], mode=fast, profile=True, name='mine')
    f(three), f(three)
    out = io.StringIO() if sys.version_info[0] > 2 else io.BytesIO()
    f.profile.message = 'mine'
    f.profile.summary(out)
    return out.getvalue()
"""

PROGRAMS = {
    "destroys": "odd('destroys')",
    "views": "odd('views')",
    "dtype": "odd('dtype')",
    "ndim": "odd('ndim')",
    "nothing": "odd('nothing')",
    "nan": "odd('nan')",
    "bad optimization": "theano.function([x, y], x + y, mode=DebugMode(optimizer=theano.gof.EquilibriumOptimizer("
                        "[turn_add_into_mul], max_use_ratio=10), check_c_code=False))([1., 2.], [3., 4.])",
    "no checks": "DebugMode(check_c_code=False, check_py_code=False)",
    "guard a node": "theano.function([x], T.log(x) * 2, mode=guard())([-1.])",
    "guard an input": "theano.function([x], x * 2, mode=guard())([np.nan, 1.])",
    "guard an infinity": "theano.function([x], x * 2, mode=guard())([np.inf, 1.])",
    "guard a big number": "theano.function([x], x * 2, mode=guard())([1e20])",
    "guard a shared variable": "theano.function([], theano.shared(np.array([1., np.inf]), 'bad') * 2, mode=guard())()",
    "guard a loop": "theano.function([x], theano.scan(lambda a, r: r / a, sequences=x, outputs_info=T.constant(1.))[0], mode=guard())"
                    "([1., 0., 4.])",
    "high verbosity": "with_flags(lambda: theano.function([x], (x + s) * 2, updates=[(s, s * s)], mode=fast)(four), "
                      "exception_verbosity='high')",
    "low verbosity": "theano.function([x, y], x + y, mode=fast)(three, four)",
    "no test value": "with_flags(lambda: x + 1, compute_test_value='raise')",
    "test values that do not fit": "with_flags(lambda: tested(three, T.dvector('a')) + tested(four, T.dvector('b')), compute_test_value='raise')",
    "test value of another type": "with_flags(lambda: tested(np.ones((3, 3)), T.dvector('a')) + 1, compute_test_value='raise')",
    "test values in a product": "with_flags(lambda: T.dot(tested(np.ones((2, 3)), T.dmatrix('a')), tested(four, T.dvector('b'))), "
                                "compute_test_value='raise')",
    "test value in a loop": "with_flags(lambda: theano.scan(lambda r, a: r + a, sequences=tested(np.arange(6.).reshape(3, 2), T.dmatrix('a')), "
                            "outputs_info=T.zeros((2,)))[0].tag.test_value.tolist(), compute_test_value='raise')",
    "profile": "profiled()",
}


def plain(text):
    """`text` without what differs from run to run: addresses, places, times, and blanks at the ends of lines."""
    text = re.sub(r"0x[0-9a-f]+|\b\d{12,}\b", "ADDRESS", text)
    text = re.sub(r'File "[^"]*", line \d+, in .*(\n(?! *File ").*)?', "PLACE", text)
    text = re.sub(r"(PLACE\s+)+", "PLACE\n", text)
    return [line.rstrip() for line in text.split("\n") if line.strip()]


def headings(text):
    """Of a profile the lines without numbers, and of the others the words before the number; not the nodes, whose order is that of time."""
    lines = [re.sub(r"[ :]*\(?-?\d[\d.e+-]*.*", "", line).rstrip() for line in plain(text)]
    return [line for line in lines if line.strip() and not line.startswith("           Node ")]


def outcome(scope, program):
    """What a program gives: its value, or the class and text of what it raises, as lines."""
    try:
        value = eval(program, scope)
    except Exception as e:
        return [type(e).__name__] + plain(str(e))
    return headings(value) if program == "profiled()" else plain(str(value))


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    scope = {"__name__": "programs"}
    exec(PROLOGUE, scope)
    json.dump({name: outcome(scope, PROGRAMS[name]) for name in sorted(PROGRAMS)}, sys.stdout, indent=1, sort_keys=True)
    print()
