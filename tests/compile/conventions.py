"""How functions are called, copied, saved and looked into: generators that yield what a program would see.

Run by tests/golden/record_functions.py under the real Theano (Python 3.7) and by test_conventions.py under this package.
"""
import copy
import os
import pickle
import tempfile
import warnings

import numpy as np

import theano
import theano.tensor as T
from theano import In, Out, function, shared


def attempt(f, *args, **kwargs):
    """The result of a call, or the class of what it raises."""
    try:
        return f(*args, **kwargs)
    except Exception as e:
        return type(e).__name__


def defaults():
    a, s = T.dscalar('a'), T.dscalar('s')
    f = function([a, In(s, value=10.0)], s + a)
    yield f(1), f(1, 2), f(1, s=3), f(a=1), f(a=1, s=2), f(s=1, a=1), f(1)
    yield attempt(f), attempt(f, s=1), attempt(f, 1, 2, 3), attempt(f, 1, b=2), attempt(f, 1, a=2), attempt(f, 1, None)
    g = function([In(a, value=1.0), s], a * 10 + s)
    yield attempt(g, 5.0), g(2.0, 3.0), g(s=4.0), attempt(g, None, 4.0)


def default_changed():
    a, s = T.dscalar('a'), T.dscalar('s')
    f = function([a, In(s, value=10.0, name='step')], s + a)
    yield f['step'], f[s], f[1], f.value['step'], f.container['step'].value
    f['step'] = 20.0
    yield f['step'], f(1)
    f.value[s] = 30.0
    yield f(1), 'step' in f, s in f, 'other' in f, 'step' in f.value, 'step' in f.container
    f[1] = 5
    yield f(1), f['step']
    yield attempt(f.__getitem__, 'q'), attempt(f.value.__getitem__, a)


def state_of_a_function():
    x, s = T.dscalar('x'), T.dscalar('s')
    f = function([x, In(s, value=10.0, update=s + x)], s * 2)
    yield f(1), float(f[s]), f(2), float(f[s])
    f[s] = 100.
    yield f(1), float(f['s']), float(f.container[s].data)
    g = function([x, In(s, value=f.container[s], update=s - x)], s)
    yield attempt(g, 1), attempt(lambda: f[s]), attempt(lambda: g[s])


def state_given_as_an_argument():
    x, s = T.dscalar('x'), T.dscalar('s')
    f = function([x, In(s, value=10.0, update=s + x)], s * 2)
    yield f(1), f(1, s=50.0), float(f[s]), f(1), f(1, 7.0), float(f[s])


def implicit():
    x, s = T.dscalar('x'), T.dscalar('s')
    f = function([x, In(s, value=1.0, update=s + x, implicit=True)], s)
    yield f(1), f(1), f['s'], attempt(f, 1, 2), attempt(f, 1, s=2)
    w = shared(3.0, 'w')
    g = function([x], x * w)
    yield attempt(g, 1, 2), attempt(g, 1, w=2), g[w], 'w' in g, g['w']
    g['w'] = 4.0
    yield g(1), w.get_value()


def names():
    a, b = T.dscalar('a'), T.dscalar('b')
    f = function([In(a, name='first'), In(b, autoname=False)], a - b)
    yield f(3, 1), f(3, b=1) if attempt(f, 3, b=1) != 'TypeError' else 'TypeError', attempt(f, first=3, b=1)
    unnamed = T.dscalar()
    g = function([unnamed, In(a, value=1.)], unnamed + a)
    yield g(1), g(1, a=2), attempt(g, a=2), attempt(g, 1, q=2)


def strictness():
    v = T.fvector('v')
    strict = function([In(v, strict=True)], v * 2)
    yield strict(np.ones(2, 'float32')), attempt(strict, [1., 1.]), attempt(strict, np.ones(2)), attempt(strict, np.ones(2, 'int8'))
    for allow in (True, False, None):
        f = function([In(v, allow_downcast=allow)], v * 2)
        yield attempt(f, np.ones(2)), attempt(f, [1.5, 2.5]), attempt(f, np.ones(2, 'int8')), attempt(f, np.ones(2, 'int64'))
        g = function([v], v * 2, allow_input_downcast=allow)
        yield attempt(g, np.ones(2)), attempt(g, [1, 2]), attempt(g, np.ones(2, 'int32'))
        s = T.fscalar('s')
        h = function([In(s, allow_downcast=allow)], s * 2)
        yield attempt(h, 0.1), attempt(h, 1), attempt(h, np.float64(0.1)), attempt(h, np.float32(0.1)), attempt(h, [0.1])
        i = T.bscalar('i')
        k = function([In(i, allow_downcast=allow)], i + i)
        yield attempt(k, 3), attempt(k, 300), attempt(k, 1.0), attempt(k, np.int64(3)), attempt(k, True)


def forms_of_outputs():
    x = T.dvector('x')
    for outputs in (x * 2, [x * 2], (x * 2,), [x, x * 2], None, [], [Out(x * 2, borrow=True)], Out(x * 2), {'b': x, 'a': x * 2}, {'a': x}):
        f = function([x], outputs, on_unused_input='ignore')
        result = f([1.0])
        yield type(result).__name__, sorted(result.items()) if isinstance(result, dict) else result


def chosen_outputs():
    x = T.dscalar('x')
    f = function([x], [x, x * 2, x * 3])
    yield f(1, output_subset=[0, 2]), f(1, output_subset=[1]), f(1, output_subset=[2, 0]), f(1, output_subset=[])
    g = function([x], {'a': x, 'b': x * 2, 'c': x * 3})
    yield sorted(g(1, output_subset=['a', 'c']).items()), sorted(g(1, output_subset=['b']).items())


def copies():
    x, w, v = T.dscalar('x'), shared(1.0, 'w'), shared(100.0, 'v')
    f = function([x], [w * x], updates=[(w, w + x)], name='grow')
    g, h, k = f.copy(), f.copy(swap={w: v}), f.copy(delete_updates=True, name='look')
    yield f.name, g.name, h.name, k.name, copy.copy(f).name
    yield f(1), w.get_value(), g(1), w.get_value(), h(1), w.get_value(), v.get_value(), k(5), w.get_value()
    s = T.dscalar('s')
    own = function([x, In(s, value=10.0, update=s + x)], [s])
    other = own.copy()
    yield own(1), own(1), other(1), other(1), own[s], other[s]
    yield [str(i.variable) for i in own.maker.inputs], own.copy(share_memory=True)(1)


def saved_functions():
    x, w = T.dscalar('x'), shared(1.0, 'w')
    f = function([x, In(T.dscalar('b'), value=2.0)], w * x, updates=[(w, w + x)], on_unused_input='ignore', name='grow')
    f(1)
    loaded, deep = pickle.loads(pickle.dumps(f, -1)), copy.deepcopy(f)
    yield loaded(1), loaded(1), deep(1), f(1), w.get_value(), loaded['b'], loaded.name
    both = pickle.loads(pickle.dumps([f, w], 2))
    yield both[0](10), both[1].get_value(), w.get_value()
    pair = copy.deepcopy({'f': f, 'g': function([x], w * x)})
    yield pair['f'](10), pair['g'](1), w.get_value()


def saved_models():
    class_ = Model
    m = class_()
    yield m.train([1., 2.]), m.train([1., 2.]), m.predict([1., 1.])
    again = pickle.loads(pickle.dumps(m, 2))
    yield again.predict([1., 1.]), again.train([1., 2.]), again.predict([1., 1.]), m.predict([1., 1.]), again.w.get_value()


class Model:
    def __init__(self):
        x = T.dvector('x')
        self.w = shared(np.zeros(2), name='w')
        cost = (T.dot(x, self.w) - 1) ** 2
        self.train = function([x], cost, updates=[(self.w, self.w - 0.1 * T.grad(cost, self.w))])
        self.predict = function([x], T.dot(x, self.w))


def dumped_functions():
    x, w = T.dscalar('x'), shared(2.0)
    path = os.path.join(tempfile.mkdtemp(), 'f.pkl')
    theano.function_dump(path, [x], [w * x], updates=[(w, w + 1)])
    with open(path, 'rb') as f:
        arguments = pickle.load(f)
    yield sorted(k for k in arguments if k != 'extra_tag_to_remove')
    arguments.pop('extra_tag_to_remove', None)
    loaded = function(**arguments)
    yield loaded(1), loaded(1), w.get_value()


def shared_variables_of_functions():
    x, a, b = T.dscalar('x'), shared(1.0, 'a'), shared(2.0, 'b')
    f = function([x], x * a, updates=[(b, b + x)])
    yield sorted(v.name for v in f.get_shared()), len(function([x], x).get_shared())


def looked_into():
    x = T.dvector('x')
    f = function([x], T.exp(x), name='named')
    yield f.name, [type(n.op).__name__ for n in f.maker.fgraph.toposort()], [str(i) for i in f.maker.fgraph.inputs]
    yield len(f.maker.fgraph.outputs), f.maker.inputs[0].variable is x, len(f.input_storage), len(f.output_storage)
    yield f.trust_input, type(f).__name__, type(f.maker).__name__
    f.trust_input = True
    yield f(np.ones(2)), attempt(f, [1.0])
    f.free()
    yield f(np.ones(2))


def old_style_inputs():
    x, s = T.dscalar('x'), T.dscalar('s')
    f = function([x, ((s, s + x), 10.0)], s)
    yield f(1), f(1), f[s]
    g = function([('y', x), ((s, s + x), 0.0)], s + x)
    yield attempt(lambda: g(1)), attempt(lambda: g(y=1))


def default_updates():
    w, x = shared(0), T.iscalar('x')
    w.default_update = w + 1
    f = function([], w)
    yield f(), f(), w.get_value()
    yield function([], w, no_default_updates=True)(), w.get_value()
    yield function([], w, no_default_updates=[w])(), w.get_value()
    yield function([x], w, updates=[(w, w * 10 + x)])(3), w.get_value()
    v = shared(5)
    v.default_update = v + w
    g = function([], v)
    yield g(), v.get_value(), w.get_value()
    h = function([], v, no_default_updates=[w])
    yield h(), v.get_value(), w.get_value()


def updates_of_all_forms():
    from collections import OrderedDict
    w, v, x = shared(1.0, 'w'), shared(2.0, 'v'), T.dscalar('x')
    for updates in ([(w, w + x)], {w: w + x}, OrderedDict([(w, v), (v, w)]), ((w, x), (v, w)), [[w, 1]], [(w, np.float64(3.5)), (v, 7)],
                    theano.OrderedUpdates([(w, w * 2)])):
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')
            f = function([x], [], updates=updates, on_unused_input='ignore')
        f(10.0)
        yield w.get_value(), v.get_value()


def givens_of_all_forms():
    w, x, y = shared(1.0, 'w'), T.dscalar('x'), T.dscalar('y')
    e = x * 2 + w
    for givens in ({x: y}, [(x, y)], [(x, y + 1), (w, y * 100)], ((x, 3.0),), {w: 5.0, x: y}, {x: np.float64(2)}):
        yield function([y], e, givens=givens, on_unused_input='ignore')(1.0)
    yield function([x], e, givens={w: x * x})(3.0)
    yield function([x], e, updates=[(w, w + x)], givens={w: x})(3.0), w.get_value()


def mutable_inputs():
    a = T.dvector('a')
    f = function([In(a, mutable=True)], a * 2)
    yield f(np.ones(2)), f([1, 2])
    g = function([In(a, borrow=True)], a)
    yield g(np.ones(2))


def modes():
    x, w = T.dvector('x'), shared(np.arange(3.), 'w')
    cost = T.sum((T.nnet.sigmoid(x * w) - 0.5) ** 2)
    for mode in ('FAST_RUN', 'FAST_COMPILE', 'DebugMode', 'NanGuardMode', 'Mode', theano.Mode(linker='py', optimizer='fast_compile'),
                 theano.Mode(linker='cvm', optimizer=None), theano.compile.get_default_mode().excluding('fusion'),
                 theano.compile.get_mode('FAST_RUN').including('fusion').requiring(), theano.compile.MonitorMode()):
        w.set_value(np.arange(3.))
        f = function([x], cost, updates=[(w, w - T.grad(cost, w))], mode=mode)
        yield f([1, 2, 3]), f([1, 2, 3]), w.get_value()


def monitored():
    seen = []

    def look(i, node, fn):
        seen.append((type(node.op).__name__, [np.asarray(v[0]).tolist() for v in fn.inputs],
                     [np.asarray(v[0]).tolist() for v in fn.outputs]))

    x = T.dscalar('x')
    f = function([x], T.exp(x) + 1, mode=theano.compile.MonitorMode(post_func=look, optimizer=None))
    yield f(0.0), len(seen), seen[0][0], seen[0][1], seen[0][2]


def guarded_against_nan():
    from theano.compile.nanguardmode import NanGuardMode
    x = T.dvector('x')
    f = function([x], T.log(x) * 2, mode=NanGuardMode(nan_is_error=True, inf_is_error=True, big_is_error=False))
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        yield f([1.0]), attempt(f, [-1.0]), attempt(f, [0.0]), attempt(f, [np.nan])
        g = function([x], T.log(x) * 2, mode=NanGuardMode(nan_is_error=True, inf_is_error=False, big_is_error=False))
        yield attempt(g, [-1.0]), g([0.0])
        h = function([x], x * 1e5, mode=NanGuardMode(nan_is_error=False, inf_is_error=False, big_is_error=True))
        yield h([1.0]), attempt(h, [1e8])


def shared_values():
    for value in (1, 1.5, True, np.float32(2), np.int8(3), 2 + 3j, np.arange(3), np.ones((2, 1), 'float32'), [1, 2], 'text', {'a': 1}):
        w = shared(value, name='w')
        yield str(w.type), type(w).__name__, w.name, str(w)
    w = shared(np.zeros(3))
    w.set_value([1, 2, 3])
    yield w.get_value(), w.get_value(borrow=True), w.get_value(return_internal_type=True)
    yield attempt(w.set_value, np.zeros((2, 2))), attempt(w.set_value, np.zeros(5)), w.get_value()
    yield attempt(w.set_value, np.zeros(3, 'complex128')), attempt(w.set_value, np.zeros(3, 'float32')), w.get_value()
    w.zero()
    yield w.get_value(), (w + 1).eval(), w.clone().get_value(), w.ndim, w.dtype, w.broadcastable
    strict = shared(np.zeros(3), strict=True)
    yield attempt(strict.set_value, [1, 2, 3]), attempt(strict.set_value, np.ones(3)), attempt(strict.set_value, np.ones(3, 'float32'))
    s = shared(np.zeros(2, 'float32'), allow_downcast=True)
    yield attempt(s.set_value, np.ones(2)), s.get_value()


PROGRAMS = [defaults, default_changed, state_of_a_function, state_given_as_an_argument, implicit, names, strictness, forms_of_outputs,
            chosen_outputs, copies, saved_functions, saved_models, dumped_functions, shared_variables_of_functions, looked_into,
            old_style_inputs, default_updates, updates_of_all_forms, givens_of_all_forms, mutable_inputs, modes, monitored,
            guarded_against_nan, shared_values]


def described(value):
    """A yielded value as what JSON can hold."""
    if isinstance(value, (tuple, list)):
        return [described(v) for v in value]
    if value is None or isinstance(value, (bool, str)):
        return value
    array = np.asarray(value)
    return {"type": type(value).__name__, "dtype": str(array.dtype), "value": array.tolist()}
