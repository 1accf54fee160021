"""The programs that tutorials of Theano walk through, one generator each: what a reader would have printed is what it yields.

Run by tests/golden/record_tutorials.py under the real Theano (Python 3.7) and by test_tutorials.py under this package: plain old code.
"""
import pickle

import numpy
import numpy as np
import theano
import theano.tensor as T
from theano import In, function, pp, shared
from theano.tensor.shared_randomstreams import RandomStreams


def algebra_scalars():
    x, y = T.dscalar('x'), T.dscalar('y')
    z = x + y
    f = function([x, y], z)
    yield f(2, 3)
    yield f(16.3, 12.1)
    yield type(x).__name__, str(x.type), str(T.dscalar), x.type is T.dscalar
    yield pp(z)
    yield bool(numpy.allclose(z.eval({x: 16.3, y: 12.1}), 28.4))
    yield z.eval({x: 1, y: 2})


def algebra_matrices():
    x, y = T.dmatrix('x'), T.dmatrix('y')
    f = function([x, y], x + y)
    yield f([[1, 2], [3, 4]], [[10, 20], [30, 40]])
    yield f(numpy.array([[1, 2], [3, 4]]), numpy.array([[10, 20], [30, 40]]))
    v = T.vector('a')
    yield function([v], v + v)([1, 2, 3])


def algebra_exercise():
    a, b = T.vector(), T.vector()
    out = a ** 2 + b ** 2 + 2 * a * b
    f = function([a, b], out)
    yield f([0, 1], [1, 2])
    yield pp(out)


def several_outputs():
    a, b = T.dmatrices('a', 'b')
    diff = a - b
    f = function([a, b], [diff, abs(diff), diff ** 2])
    for result in f([[1, 1], [1, 1]], [[0, 1], [2, 3]]):
        yield result
    f = function([a, b], [a + b, a - b, a * b, a ** b])
    for result in f(np.array([[1, 2], [3, 5]]), np.array([[1, 2], [3, 5]])):
        yield result


def logistic():
    x = T.dmatrix('x')
    s = 1 / (1 + T.exp(-x))
    s2 = (1 + T.tanh(x / 2)) / 2
    yield function([x], s)([[0, 1], [-1, -2]])
    yield function([x], s2)([[0, 1], [-1, -2]])
    yield pp(s)
    yield pp(s2)
    f = function([x], s)
    yield pp(f.maker.fgraph.outputs[0])


def defaults_with_in():
    x, y = T.dscalars('x', 'y')
    f = function([x, In(y, value=1)], x + y)
    yield f(33)
    yield f(33, 2)
    yield f(33)
    x, y, w = T.dscalars('x', 'y', 'w')
    z = (x + y) * w
    f = function([x, In(y, value=1), In(w, value=2, name='w_by_name')], z)
    yield f(33)
    yield f(33, 2)
    yield f(33, 0, 1)
    yield f(33, w_by_name=1)
    yield f(33, w_by_name=1, y=0)


def defaults_with_param():
    from theano import Param
    x, y, w = T.dscalars('x', 'y', 'w')
    f = function([x, Param(y, default=1, name='by_name')], x + y)
    yield f(33)
    yield f(33, 2)
    yield f(33, by_name=3)
    f = function([x, Param(y, default=1), Param(w, default=2, name='w_by_name')], (x + y) * w)
    yield f(33)
    yield f(33, w_by_name=1, y=0)


def shared_state():
    state = shared(0)
    inc = T.iscalar('inc')
    accumulator = function([inc], state, updates=[(state, state + inc)])
    yield state.get_value()
    yield accumulator(1)
    yield state.get_value()
    yield accumulator(300)
    yield state.get_value()
    state.set_value(-1)
    yield accumulator(3)
    yield state.get_value()
    decrementor = function([inc], state, updates=[(state, state - inc)])
    yield decrementor(2)
    yield state.get_value()
    yield str(state.type), state.dtype


def givens():
    state = shared(0)
    inc = T.iscalar('inc')
    fn_of_state = state * 2 + inc
    foo = T.scalar(dtype=state.dtype)
    skip_shared = function([inc, foo], fn_of_state, givens=[(state, foo)])
    yield skip_shared(1, 3)
    yield state.get_value()
    yield str(fn_of_state.type)
    x, y = T.dvectors('x', 'y')
    yield function([y], (x * 3).sum(), givens={x: y ** 2})([1, 2, 3])


def broadcastable_state():
    plain, row = shared(numpy.ones((1, 3))), shared(numpy.ones((1, 3)), broadcastable=(True, False))
    yield plain.broadcastable, row.broadcastable, str(plain.type), str(row.type)
    m = T.dmatrix()
    yield function([m], m + row)(numpy.zeros((2, 3)))
    plain.set_value(numpy.ones((2, 3)))
    yield function([m], m + plain)(numpy.zeros((2, 3)))


def copies():
    state, new_state = shared(0), shared(0)
    inc = T.iscalar('inc')
    accumulator = function([inc], state, updates=[(state, state + inc)], on_unused_input='warn')
    yield accumulator(10)
    yield state.get_value()
    new_accumulator = accumulator.copy(swap={state: new_state})
    yield new_accumulator(100)
    yield new_state.get_value()
    yield state.get_value()
    null_accumulator = accumulator.copy(delete_updates=True)
    yield null_accumulator(9000)
    yield state.get_value()


def random_streams():
    srng = RandomStreams(seed=234)
    rv_u, rv_n = srng.uniform((2, 2)), srng.normal((2, 2))
    f = function([], rv_u)
    g = function([], rv_n, no_default_updates=True)
    nearly_zeros = function([], rv_u + rv_u - 2 * rv_u)
    yield f()
    yield f()
    yield g()
    yield g()
    yield bool(abs(nearly_zeros()).max() < 1e-12)
    yield str(rv_u.type), str(rv_n.type)


def random_seeding():
    srng = RandomStreams(seed=234)
    rv_u, rv_n = srng.uniform((2, 2)), srng.normal((2, 2))
    f, g = function([], rv_u), function([], rv_n)
    rng_val = rv_u.rng.get_value(borrow=True)
    rng_val.seed(89234)
    rv_u.rng.set_value(rng_val, borrow=True)
    yield f()
    srng.seed(902340)
    yield f()
    yield g()


def random_streams_shared_between_functions():
    srng = RandomStreams(seed=234)
    rv_u = srng.uniform((2, 2))
    f = function([], rv_u)
    nearly_zeros = function([], rv_u + rv_u - 2 * rv_u)
    state_after_v0 = rv_u.rng.get_value().get_state()
    nearly_zeros()
    v1 = f()
    rng = rv_u.rng.get_value(borrow=True)
    rng.set_state(state_after_v0)
    rv_u.rng.set_value(rng, borrow=True)
    v2 = f()
    v3 = f()
    yield v1
    yield v2
    yield v3


class Graph():
    def __init__(self, seed=123):
        self.rng = RandomStreams(seed)
        self.y = self.rng.uniform(size=(1,))


def random_state_copied_between_graphs():
    g1, g2 = Graph(seed=123), Graph(seed=987)
    f1, f2 = function([], g1.y), function([], g2.y)
    yield f1()
    yield f2()
    for (su1, su2) in zip(g1.rng.state_updates, g2.rng.state_updates):
        su2[0].set_value(su1[0].get_value())
    yield f1()
    yield f2()


def gradients():
    x = T.dscalar('x')
    y = x ** 2
    gy = T.grad(y, x)
    yield pp(gy)
    f = function([x], gy)
    yield f(4)
    yield bool(numpy.allclose(f(94.2), 188.4))
    yield pp(f.maker.fgraph.outputs[0])
    x = T.dmatrix('x')
    s = T.sum(1 / (1 + T.exp(-x)))
    gs = T.grad(s, x)
    yield function([x], gs)([[0, 1], [-1, -2]])
    yield pp(gs)


def gradients_of_several():
    x1, x2 = T.scalars('x1', 'x2')
    g = T.grad(x1 * x2, [x1, x2])
    for value in function([x1, x2], g)(2, 4):
        yield value
    A, B = T.matrices('A', 'B')
    D = T.sum(A * B)
    yield function([A, B], D)([[1, 2], [3, 4]], [[2, 4], [6, 8]])
    yield function([A, B], T.grad(D, A))([[1, 2], [3, 4]], [[2, 4], [6, 8]])


def graphs():
    x = T.dmatrix('x')
    y = x * 2.
    yield y.owner.op.name, len(y.owner.inputs), str(y.owner.inputs[0]), str(y.owner.inputs[1])
    yield type(y.owner.inputs[1]).__name__, type(y.owner.inputs[1].owner).__name__, str(y.owner.inputs[1].owner.op)
    yield [str(i) for i in y.owner.inputs[1].owner.inputs]
    yield str(y), str(y.owner), str(y.type), y.owner.outputs[0] is y, y.index, x.owner is None
    yield type(y.owner.op).__name__, type(y.owner.op).__module__, str(y.owner.op.scalar_op)
    a = T.vector('a')
    b = a + a ** 10
    f = function([a], b)
    yield f([0, 1, 2])
    yield pp(b)
    yield theano.printing.debugprint(b, file='str')


def a_function_of_two_parts():
    x, y = T.dmatrices('x', 'y')
    z = x + y
    yield z.owner.op.name, [str(v) for v in z.owner.inputs], str(z.owner)
    yield theano.printing.debugprint(T.dot(x, z).sum(), file='str')


def derivatives():
    x = T.dvector('x')
    y = x ** 2
    J = theano.gradient.jacobian(y, x)
    yield function([x], J)([4, 4])
    H = theano.gradient.hessian(y.sum(), x)
    yield function([x], H)([4, 4])
    yield str(J.type), str(H.type)


def vector_products():
    W, V = T.dmatrix('W'), T.dmatrix('V')
    x = T.dvector('x')
    y = T.dot(x, W)
    JV = theano.gradient.Rop(y, W, V)
    yield function([W, V, x], JV)([[1, 1], [1, 1]], [[2, 2], [2, 2]], [0, 1])
    v = T.dvector('v')
    VJ = theano.gradient.Lop(y, W, v)
    yield function([v, x], VJ)([2, 2], [0, 1])
    x = T.dvector('x')
    y = T.sum(x ** 2)
    vH = T.grad(T.sum(T.grad(y, x) * v), x)
    yield function([x, v], vH)([4, 4], [2, 2])
    Hv = theano.gradient.Rop(T.grad(y, x), x, v)
    yield function([x, v], Hv)([4, 4], [2, 2])


def evaluation():
    x, y = T.dscalars('x', 'y')
    z = (x + y) * 2
    yield z.eval({x: 1, y: 2})
    yield z.eval({x: 1.5, y: 2})
    yield (T.ones((2, 2)) * 3).eval()
    yield shared(numpy.arange(3.)).sum().eval()


def logistic_regression():
    rng = numpy.random.RandomState(1)
    N, feats = 40, 8
    D = (rng.randn(N, feats), rng.randint(size=N, low=0, high=2))
    x, y = T.dmatrix("x"), T.dvector("y")
    w = theano.shared(rng.randn(feats), name="w")
    b = theano.shared(0., name="b")
    p_1 = 1 / (1 + T.exp(-T.dot(x, w) - b))
    prediction = p_1 > 0.5
    xent = -y * T.log(p_1) - (1 - y) * T.log(1 - p_1)
    cost = xent.mean() + 0.01 * (w ** 2).sum()
    gw, gb = T.grad(cost, [w, b])
    train = theano.function(inputs=[x, y], outputs=[prediction, xent], updates=((w, w - 0.1 * gw), (b, b - 0.1 * gb)))
    predict = theano.function(inputs=[x], outputs=prediction)
    yield train(D[0], D[1])[1]
    for i in range(200):
        pred, err = train(D[0], D[1])
    yield pred
    yield err
    yield w.get_value()
    yield b.get_value()
    yield predict(D[0])


def neuron_with_arguments():
    x, w, b = T.fvector(), T.fvector(), T.fscalar()
    z = T.dot(w, x) + b
    neuron = theano.function(inputs=[x, w, b], outputs=[1 / (1 + T.exp(-z))])
    prng = np.random.RandomState(123456789)
    for i in range(5):
        yield neuron(prng.rand(2,).astype(np.float32), [-1, 1], 0)[0]


def neuron_with_parameters():
    x = T.vector()
    w, b = theano.shared(np.array([1., 1.])), theano.shared(0.)
    neuron = theano.function(inputs=[x], outputs=1 / (1 + T.exp(-(T.dot(w, x) + b))))
    yield neuron(np.asarray([0.25, 0.75], dtype=np.float32))
    w.set_value([0.1, 0.1])
    yield w.get_value()
    yield neuron(np.asarray([0.25, 0.75], dtype=np.float32))


def neuron_trained():
    x, y_hat = T.vector(), T.scalar()
    w, b = theano.shared(np.array([1., 1.])), theano.shared(0.)
    y = 1 / (1 + T.exp(-(T.dot(w, x) + b)))
    cost = (y - y_hat) ** 2
    dw, db = T.grad(cost, [w, b])
    gradient = theano.function(inputs=[x, y_hat], updates=[(w, w - 0.1 * dw), (b, b - 0.1 * db)])
    yield gradient([1, -1], 1)
    for i in range(20):
        gradient([1, -1], 1)
    yield w.get_value()
    yield b.get_value()


def products():
    a, b = T.matrix(), T.matrix()
    yield function([a, b], a * b)([[1, 2], [3, 4]], [[2, 4], [6, 8]])
    yield function([a, b], T.dot(a, b))([[1, 2], [3, 4], [5, 6]], [[2, 4], [6, 8]])
    a, b = T.ftensor3(), T.ftensor3()
    F = theano.function([a, b], T.batched_dot(a, b))
    A = np.asarray([[[2, 4, 4], [6, 8, 3]]] * 4, dtype=np.float32)
    B = np.asarray([[[1, 2], [3, 4], [5, 6]]] * 4, dtype=np.float32)
    yield F(A, B)


def modes():
    x = T.dvector('x')
    for mode in ('FAST_COMPILE', 'FAST_RUN', 'DebugMode', 'Mode', None):
        f = theano.function([x], 10 * x, mode=mode)
        yield f([5])
        yield f([0])


def profile_mode():
    profmode = theano.ProfileMode(optimizer='fast_run', linker=theano.gof.OpWiseCLinker())
    v1, v2 = T.vectors(2)
    f = theano.function([v1, v2], [v1 + v2], mode=profmode)
    yield f([1, 2], [3, 4])[0]


def configuration():
    yield theano.config.floatX, theano.config.mode, theano.config.device
    yield str(T.scalar().type), str(T.fvector('a').type)
    yield function([], T.constant(1.5) * 2)()


def conditions():
    a, b = T.scalars('a', 'b')
    x, y = T.matrices('x', 'y')
    z_switch = T.switch(T.lt(a, b), T.mean(x), T.mean(y))
    f = theano.function([a, b, x, y], z_switch, mode=theano.Mode(linker='vm'))
    yield f(0., 1., np.ones((4, 4)), np.zeros((3, 3)))
    yield f(1., 0., np.ones((4, 4)), np.zeros((3, 3)))
    yield pp(z_switch)


def saving():
    w = theano.shared(np.arange(3.), name='w')
    x = T.dvector('x')
    f = theano.function([x], (w * x).sum(), updates=[(w, w + x)])
    yield f([1, 1, 1])
    loaded_w, loaded_f = pickle.loads(pickle.dumps([w, f], protocol=pickle.HIGHEST_PROTOCOL))
    yield loaded_f([1, 1, 1])
    yield loaded_w.get_value()
    yield w.get_value()


def minibatches():
    rng = np.random.RandomState(3)
    shared_x = theano.shared(rng.randn(20, 4), borrow=True)
    shared_y = T.cast(theano.shared(rng.randint(0, 3, 20).astype('float64')), 'int32')
    index = T.lscalar()
    x, y = T.matrix('x'), T.ivector('y')
    W, b = theano.shared(np.zeros((4, 3)), name='W'), theano.shared(np.zeros(3), name='b')
    p_y_given_x = T.nnet.softmax(T.dot(x, W) + b)
    cost = -T.mean(T.log(p_y_given_x)[T.arange(y.shape[0]), y])
    errors = T.mean(T.neq(T.argmax(p_y_given_x, axis=1), y))
    g_W, g_b = T.grad(cost, [W, b])
    train = theano.function([index], cost, updates=[(W, W - 0.13 * g_W), (b, b - 0.13 * g_b)], givens={
        x: shared_x[index * 6:(index + 1) * 6], y: shared_y[index * 6:(index + 1) * 6]})
    test = theano.function([], errors, givens={x: shared_x, y: shared_y})
    for epoch in range(5):
        yield np.array([train(i) for i in range(4)])
    yield test()
    yield W.get_value()


PROGRAMS = [algebra_scalars, algebra_matrices, algebra_exercise, several_outputs, logistic, defaults_with_in, defaults_with_param,
            shared_state, givens, broadcastable_state, copies, random_streams, random_seeding,
            random_streams_shared_between_functions, random_state_copied_between_graphs, gradients, gradients_of_several, graphs,
            a_function_of_two_parts, derivatives, vector_products, evaluation, logistic_regression, neuron_with_arguments,
            neuron_with_parameters, neuron_trained, products, modes, profile_mode, configuration, conditions, saving, minibatches]


def described(value):
    """A yielded value as what JSON can hold."""
    if isinstance(value, (tuple, list)):
        return [described(v) for v in value]
    if value is None or isinstance(value, (bool, str)):
        return value
    array = np.asarray(value)
    return {"type": type(value).__name__, "dtype": str(array.dtype), "value": array.tolist()}
