"""Programs of one line for names that real programs use and no other test calls: recorded by golden/record_used.py, run by test_used.py."""

PROLOGUE = """
import numpy as np
import theano
import theano.tensor as T
import theano.tensor.nnet
import theano.tensor.slinalg
import theano.scan_module.scan_utils as scan_utils
from theano import scalar
from theano.tensor.nnet import abstract_conv as A
x, m, t4, k4 = T.dvector('x'), T.dmatrix('m'), T.dtensor4('t4'), T.dtensor4('k4')
i, s = T.ivector('i'), T.dscalar('s')
values = {x: np.array([0.5, -1, 2]), m: np.array([[2., 1], [1, 3]]), i: np.array([2, 0], 'int32'), s: np.array(1.5),
          t4: np.arange(16.).reshape(1, 1, 4, 4), k4: np.arange(4.).reshape(1, 1, 2, 2)}
def run(v):
    inputs = [u for u in theano.gof.graph.inputs([v]) if u in values]
    return (np.round(theano.function(inputs, v)(*[values[u] for u in inputs]), 8) + 0).tolist()
linker = theano.gof.WrapLinkerMany([theano.gof.OpWiseCLinker()], [lambda i, n, f: f()])
def pairs(*makers):
    return [str(v.type) for maker in makers for v in maker('a', 'b')]
def of(op, *args):
    out = op(*args)
    return [type(op).__name__, str(op), str(out.type), run(out)]
class Plus(theano.Op):
    __props__ = ()
    def make_node(self, x):
        return theano.gof.Apply(self, [x], [x.type()])
    def perform(self, node, inputs, outputs):
        outputs[0][0] = inputs[0] + 1
"""

PROGRAMS = """
of(theano.compile.ViewOp(), x)
theano.compile.view_op(x).owner.op == theano.compile.ViewOp()
theano.compile.ops.as_op([T.dvector], [T.dvector])(lambda a: a * 2)(x).type
run(theano.compile.ops.as_op([T.dvector], [T.dvector])(lambda a: a * 2)(x))
theano.Op.__call__(Plus(), x).owner.op == Plus()
isinstance(Plus(), theano.gof.op.PureOp)
isinstance(theano.function([x], x * 2), theano.compile.Function)
theano.compile.function_module.FunctionMaker.__name__ == type(theano.function([x], x).maker).__name__
theano.compile.function_module.orig_function([theano.In(x)], [theano.Out(x * 2)])(np.array([1., 2]))[0].tolist()
isinstance(theano.shared(1.5), theano.compile.SharedVariable)
theano._asarray([1, 2], dtype='float32').dtype
theano._asarray(np.array([1, 2], 'int8'), dtype='int64').dtype
theano.configdefaults.local_bitwidth()
[str(v) for v in theano.compile.rebuild_collect_shared([x * 2], [x])[1]]
[n.op.__class__.__name__ for n in theano.gof.graph.list_of_nodes([x], [T.exp(x) * 2])]
len(theano.gof.graph.stack_search(__import__('collections').deque([x * 2]), lambda v: v.owner.inputs if v.owner else None))
theano.gof.op.debug_assert(True)
issubclass(type(theano.gof.local_optimizer([T.exp])(lambda node: None)), theano.gof.opt.LocalOptimizer)
scalar.Add(scalar.upcast_out)(scalar.float64('a'), scalar.int8('b')).type
scalar.Mul(scalar.upcast_out)(scalar.float32('a'), scalar.int8('b')).type
run(T.Elemwise(scalar.Identity(scalar.same_out))(x))
scalar.basic.same_out_nocomplex(scalar.float32)
scalar.basic.same_out_nocomplex(scalar.complex64)
scalar.upgrade_to_float_no_complex(scalar.int32)
scalar.upgrade_to_float_no_complex(scalar.complex64)
run(T.Elemwise(scalar.basic_scipy.GammaLn(scalar.upgrade_to_float))(abs(x)))
run(T.Elemwise(scalar.basic_scipy.Psi(scalar.upgrade_to_float))(abs(x)))
scalar.basic.ScalarConstant(scalar.int8, 3)
type(scalar.float32('a')) is scalar.basic.ScalarVariable
scan_utils.equal_computations([T.exp(x) * 2], [T.exp(x) * 2])
scan_utils.equal_computations([T.exp(x) * 2], [T.exp(x) * 3])
run(scan_utils.expand_empty(x, 2)[:3])
scan_utils.expand_empty(x, 0) is x
[len(part) for part in scan_utils.get_updates_and_outputs(([x * 2], {}))[1:]]
scan_utils.isNaN_or_Inf_or_None(None), scan_utils.isNaN_or_Inf_or_None(np.inf), scan_utils.isNaN_or_Inf_or_None(1.)
scan_utils.safe_new(x, '_new').name
isinstance(m[i, i].owner.op, T.subtensor.BaseAdvancedSubtensor)
isinstance(x, T._tensor_py_operators)
run(T.advanced_set_subtensor1(x, T.zeros((2,)), i))
T.basic._allclose(np.array([1.]), np.array([1. + 1e-9])), T.basic._allclose(np.array([1.]), np.array([1.1]))
run(T.basic._dot(m, m))
pairs(T.dcols, T.drows, T.fcols, T.fmatrices, T.frows, T.fscalars, T.fvectors, T.icols, T.irows, T.iscalars, T.lcols, T.lmatrices)
pairs(T.lrows)
T.nlinalg.Eig()(m)[0].type
run(T.nlinalg.MatrixPinv()(m))
run(T.slinalg.Expm()(m))
of(T.nnet.Softmax(), m)
of(T.nnet.softmax_op, m)
T.nnet.sigm.ScalarSigmoid(scalar.upgrade_to_float)(scalar.float64('a')).type
run(A.AbstractConv2d_gradInputs(imshp=(1, 1, 4, 4), kshp=(1, 1, 2, 2))(k4, t4[:, :, :3, :3], (4, 4)))
run(A.AbstractConv2d_gradWeights(imshp=(1, 1, 4, 4), kshp=(1, 1, 2, 2))(t4, t4[:, :, :3, :3], (2, 2)))
A.AbstractConv3d_gradInputs(imshp=(1, 1, 4, 4, 4), kshp=(1, 1, 2, 2, 2)).kshp
A.get_conv_output_shape((1, 1, 4, 4), (3, 1, 2, 2), 'half', (2, 2))
T.nnet.conv.ConvOp(output_mode='valid')
T.raw_random.RandomStateType()
T.raw_random._infer_ndim_bcast(None, (2, 3), x)[0]
type(T.shared_randomstreams.RandomStreams(1).uniform((2,)).rng).__name__
isinstance(theano.shared(1.5), T.sharedvar.ScalarSharedVariable), isinstance(theano.shared(np.ones(2)), T.sharedvar.TensorSharedVariable)
T.sharedvar.tensor_constructor(np.ones((2, 2)), name='w').type
theano.tests.disturb_mem.disturb_mem() if __import__('theano.tests.disturb_mem') else 0
theano.scan_module.scan_op.Scan.get_oinp_iinp_iout_oout_mappings.__name__
theano.compile.profiling.ProfileStats(atexit_print=False).fct_callcount
theano.printing._TagGenerator().get_tag()
T.hashtype(x) == T.hashtype(s), T.hashtype(x) == T.hashtype(T.constant(1))
T.shared_randomstreams.RandomStateSharedVariable.__name__
theano.function([x], x * 2, mode=theano.Mode(linker))(np.ones(2)).tolist()
""".strip().splitlines()


def outcome(program, names):
    """The text of what a program gives, or its error."""
    try:
        return str(eval(program, names))
    except Exception as e:
        return "%s: %s" % (type(e).__name__, str(e).split("\n")[0])


def outcomes():
    names = {}
    exec(PROLOGUE, names)
    return {program: outcome(program, names) for program in PROGRAMS}
