"""Record bases and parameters of C ops: `python tests/golden/record_c_ops.py > tests/golden/c_ops.json`, under real Theano 1.0.5.

CASES, by name, are expressions of the names of PROLOGUE; recorded is the text of the value, or the class of the error and its first line.
tests/graph/test_c_ops.py compares.
"""
import json

PROLOGUE = '''
import os, tempfile, warnings
import numpy as np
import theano
import theano.tensor as T
from theano.gof import Apply, COp, CEnumType, EnumList, EnumType, Op, OpenMPOp, Params, ParamsType
from theano.scalar import Scalar
warnings.simplefilter("ignore")
int64 = Scalar("int64")
P = ParamsType(b=T.dmatrix, a=int64)
p = Params(P, a=1, b=np.eye(2))
class O(Op):
    params_type = ParamsType(a=int64, v=T.dvector)
    __props__ = ("a", "v")
    def __init__(self, a):
        self.a, self.v = a, (1., 2.)
    def make_node(self, x):
        return Apply(self, [T.as_tensor_variable(x)], [T.dvector()])
    def perform(self, node, inputs, outputs, params):
        outputs[0][0] = inputs[0] * params.a + params.v
o = O(3)
E1, E2 = EnumList("A", "B", ("C", "see"), ctype="int"), EnumType(X=1, Y=2.5)
E3, PE = CEnumType("SIZE_INT", ("INT_MAX", "imax")), ParamsType(e=E1, a=int64)
def written(text):
    path = os.path.join(tempfile.mkdtemp(), "code.c")
    with open(path, "w") as f:
        f.write(text)
    return path
def cop(text, name="f", perform=None):
    class C(COp):
        __props__ = ()
        def __init__(self):
            COp.__init__(self, [] if text is None else [written(text)], name)
        def make_node(self, x):
            return Apply(self, [x], [x.type()])
    if perform:
        C.perform = perform
    return C()
CODE = "#section support_code_apply\\nint f(){return 0;}\\n"
def double(self, node, inputs, outputs):
    outputs[0][0] = inputs[0] * 2
'''

CASES = """
repr(P)|(P.fields, P.types, P.length)|ParamsType()|ParamsType(**{"a b": int64})|ParamsType(**{"int": int64})|ParamsType(a=3)
(P == ParamsType(a=int64, b=T.dmatrix), hash(P) == hash(ParamsType(a=int64, b=T.dmatrix)), P != ParamsType(a=int64))
repr(p)|(p.a, p["a"], sorted(p))|p.c|Params(P, a=1)|Params(P, a=1, b=2, c=3)|setattr(p, "a", 3)|p.__setitem__("a", 3)|p.__delitem__("a")|Params(3, a=1)
repr(P.filter(p))|P.filter(p, strict=True)|P.filter({"a": 1})|P.filter(Params(P, a=1.5, b=np.eye(2)))|repr(P.filter(Params(P, a=1.5, b=np.eye(2)), allow_downcast=True))
(p == Params(P, a=1, b=np.eye(2)), p != Params(P, a=2, b=np.eye(2)), hash(p) == hash(Params(P, a=1, b=np.eye(2))))
(P.has_type(T.dmatrix), P.has_type(T.dvector), P.get_type("a"), P.get_field(T.dmatrix))|P.get_field(T.dvector)
repr(o.params_type.get_params(o))|theano.function([], o(T.constant([1., 2.])))()|repr(P.get_params(o, b=np.eye(1)))|repr(P.get_params(a=1, b=[[2.]]))
P.get_params(o)|repr(P.get_params(o, b=[[1.]], c=3))|repr(P.extended(c=int64))
(E1.A, E1.B, E1.C, repr(E1), E1.ctype, len(E1), E1.fromalias("see"), E1.has_alias("see"))|(E2.X, E2.Y, E2.ctype, repr(E2))|EnumType(**{"x": 1})
EnumType(X="a")|(E1.filter(1), E1.filter("see"), E1.filter("A"))|E1.filter(9)|(E1 == EnumList("A", "B", ("C", "see")), E1 == EnumList("A", "B", "C"), E2 == EnumType(X=1, Y=2.5))
(repr(E3), E3.ctype, E3.SIZE_INT)|(PE.A, PE.get_enum("B"), PE.enum_from_alias("see"))|repr(PE.get_params(e="see", a=1))|ParamsType(e=E1, f=EnumList("A"))
EnumList("A", "A")|EnumList(3)|EnumList("A", foo=3)|EnumType(ctype="string", X=1)|(E1.values_eq(1, 1), E1.values_eq_approx(1, 1.0))|EnumList(("A", "a"), ("B", "B"))|EnumList(("A", "B"), "B")|EnumList(("A", "a"), ("B", "a"))|E1.fromalias("A")|E1.fromalias("Q")|E1.filter("Q")|EnumType(C1=True, C2=-1.0) == EnumType(C1=1, C2=-1)|OpenMPOp().openmp|OpenMPOp(openmp=False).openmp
cop(None)|cop(CODE) == cop(CODE)|(cop(CODE).func_name, len(cop(CODE).func_files), sorted(cop(CODE).code_sections))|cop("int f(){return 0;}")
cop("#section nonsense\\nint f;")|theano.function([], cop(CODE, perform=double)(T.constant([1., 2.])), mode=theano.Mode("py", None))()
"""


def cases():
    return [case for line in CASES.strip().splitlines() for case in line.split("|")]


def one(case, names):
    """The text of what it gives, or [class, first line] of its error."""
    try:
        return str(eval(case, names))
    except Exception as error:
        return [type(error).__name__, (str(error).splitlines() or [""])[0].split(" (in file")[0].split(" in file /")[0]]


if __name__ == "__main__":
    found = {}
    exec(PROLOGUE, found)
    print("{\n" + ",\n".join("%s: %s" % (json.dumps(case), json.dumps(one(case, found))) for case in cases()) + "\n}")
