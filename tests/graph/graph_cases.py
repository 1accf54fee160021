"""Walks, copies, FunctionGraphs and test values: generators that yield what a program would see.

Run by tests/golden/record_graph.py under the real Theano (Python 3.7) and by test_graph.py under this package.
"""
import copy
import pickle
import warnings

import numpy as np

import theano
import theano.tensor as T
from theano import gof
from theano.gof import graph


def attempt(f, *args, **kwargs):
    """The result of a call, or class and first line of what it raises."""
    try:
        return f(*args, **kwargs)
    except Exception as e:
        return [type(e).__name__, (str(e).splitlines() or [''])[0].rstrip()]


def walks():
    x, y, z = T.dvector('x'), T.dvector('y'), T.dvector('z')
    e = x + y * 2
    out = T.exp(e) * e + z
    yield [str(v) for v in graph.inputs([out])]
    yield [str(v) for v in graph.ancestors([out])]
    yield [str(v) for v in graph.ancestors([out], blockers=[e])]
    yield [str(n.op) for n in graph.io_toposort([x, y, z], [out])]
    yield [str(n.op) for n in graph.io_toposort([e, z], [out])]
    yield sorted(str(v) for v in graph.variables([x, y, z], [out]))
    yield sorted(str(v) for v in graph.orphans([x, y], [out]))
    yield sorted(str(n.op) for n in graph.ops([x, y, z], [out]))
    yield graph.is_in_ancestors(out.owner, e.owner), graph.is_in_ancestors(e.owner, out.owner)
    yield graph.as_string([x, y, z], [out]), graph.as_string([e], [out])
    yield str(gof.FunctionGraph([x, y, z], [out]))


def toposort_orders():
    x, y = T.dscalar('x'), T.dscalar('y')
    a, b, c, d = T.exp(x), T.log(y), T.sin(x), T.cos(y)
    outs = [a + b, c * d + a, T.tanh(b), a + c]
    yield [str(n.op) for n in graph.io_toposort([x, y], outs)]
    fg = gof.FunctionGraph([x, y], outs)
    yield [str(n.op) for n in fg.toposort()]
    yield [str(n.op) for n in fg.clone().toposort()], [str(n.op) for n in pickle.loads(pickle.dumps(fg)).toposort()]


def same_graphs():
    x, y, z = T.dvector('x'), T.dvector('y'), T.dvector('z')
    is_same = gof.graph.is_same_graph
    yield is_same(x + y, x + y), is_same(x + y, y + x), is_same(x, y), is_same(x * 2, x * 2), is_same(x * 2, x * 3)
    yield is_same(x, y, givens={x: y}), is_same(x + z, y + z, givens={x: y}), is_same(x + z, y + z), is_same(x + y, x - y)
    e = T.exp(x)
    yield is_same(e + e, T.exp(x) + T.exp(x)), is_same(e + e, e * 2), is_same(x.sum(), x.sum(axis=0)), is_same(x, x)
    yield is_same(x * y, z, givens={z: x * y}), is_same((x * y).sum(), z.sum(), givens=[(z, x * y)])


def clones():
    x, y, w = T.dvector('x'), T.dvector('y'), theano.shared(np.ones(2), 'w')
    out = (x * w + y).sum()
    yield theano.clone(out, {x: y}).eval({y: [1, 2]}), theano.clone(out, replace=[(y, x * 2)]).eval({x: [1, 2]})
    yield theano.clone([out, x], {x: y * y})[0].eval({y: [1, 2]}), theano.clone(out).eval({x: [1, 2], y: [1, 2]})
    yield theano.clone(out, {x: x + 1}).eval({x: [1, 2], y: [1, 2]}), theano.clone(out, {w: y}).eval({x: [1, 2], y: [1, 2]})
    swapped = theano.clone(x - y, {x: y, y: x})
    yield swapped.eval({x: [1, 2], y: [10, 20]})
    other = theano.clone(out, share_inputs=False)
    yield x in graph.inputs([other]), w in graph.inputs([other]), sorted(str(v) for v in graph.inputs([other]))
    row = T.TensorType('float64', (True,))('row')
    yield attempt(theano.clone, out, {x: row}, strict=True) is None, attempt(theano.clone, out, {x: T.fvector('f')})
    loose = theano.clone(x * 2, {x: T.fvector('f')}, strict=False)
    yield str(loose.type), graph.is_same_graph(theano.clone(out), out), theano.clone(out).name
    i, o = graph.clone([x, y], [x * y])
    yield [v.name for v in i], i[0] is x, str(o[0].owner)
    i, o = graph.clone([x, y], [x * y], copy_inputs=False)
    yield i[0] is x, o[0].owner.inputs[0] is x


def variables():
    x = T.dvector('x')
    x.tag.mark = 'here'
    c = x.clone()
    yield c is x, c.name, c.tag.mark, str(c.type), c.owner is None, c == x, hash(c) == hash(x)
    k = T.constant([1.0, 2.0])
    yield k.clone() is k, bool(k.equals(T.constant([1.0, 2.0]))), bool(k.equals(T.constant([1.0, 3.0])))
    yield bool(k.signature() == T.constant([1.0, 2.0]).signature())
    node = (x + 1).owner
    copied = node.clone()
    yield copied is node, copied.op == node.op, copied.inputs == node.inputs, copied.outputs[0] is node.outputs[0]
    new = node.clone_with_new_inputs([T.dvector('y'), node.inputs[1]])
    yield str(new), attempt(node.clone_with_new_inputs, [T.fvector('f'), node.inputs[1]], strict=True)[0]
    yield str(node.clone_with_new_inputs([T.fvector('f'), node.inputs[1]], strict=False).outputs[0].type)
    yield str(T.dscalar('a').type()), str(x), repr(x), str(T.dscalar()), str(x.type), x.type == T.dvector, x.type != T.fvector
    u, v = T.dscalar(), T.dscalar()
    yield u.auto_name.startswith('auto_'), int(v.auto_name[5:]) - int(u.auto_name[5:])
    loaded = pickle.loads(pickle.dumps(x + 1))
    yield str(loaded.owner), loaded.owner.op == (x + 1).owner.op, str(copy.deepcopy(x + 1).owner)
    yield node.nin, node.nout, node.default_output() is node.outputs[0], node.out is node.outputs[0], str(node)


class Watcher:
    def __init__(self):
        self.seen = []

    def on_attach(self, fgraph):
        self.seen.append('attach')

    def on_detach(self, fgraph):
        self.seen.append('detach')

    def on_import(self, fgraph, node, reason):
        self.seen.append(['import', str(node.op), str(reason)])

    def on_prune(self, fgraph, node, reason):
        self.seen.append(['prune', str(node.op)])

    def on_change_input(self, fgraph, node, i, r, new_r, reason=None):
        self.seen.append(['change', str(node if isinstance(node, str) else node.op), i, str(reason)])


def function_graphs():
    x, y = T.dscalar('x'), T.dscalar('y')
    e = T.exp(x)
    fg = gof.FunctionGraph([x, y], [e * y, e], clone=False)
    yield len(fg.apply_nodes), len(fg.variables), [str(i) for i in fg.inputs], [str(o) for o in fg.outputs]
    yield [(str(c), i) for c, i in e.clients], [(str(c), i) for c, i in x.clients], fg.check_integrity() is None
    watcher = Watcher()
    fg.attach_feature(watcher)
    fg.attach_feature(watcher)
    fg.replace(e, T.log(x), reason='because')
    yield watcher.seen, str(fg)
    fg.replace(fg.outputs[1], T.sin(fg.inputs[0]))
    yield watcher.seen[3:], str(fg), e in fg.variables
    fg.remove_feature(watcher)
    yield watcher.seen[-1], attempt(fg.replace, fg.inputs[0], T.fscalar('f'))[0]
    yield attempt(gof.FunctionGraph, [x], [x + y], clone=False), attempt(gof.FunctionGraph, [x + 1], [x], clone=False)[0]
    again = pickle.loads(pickle.dumps(fg))
    yield str(again), again.check_integrity() is None, [str(i) for i in again.inputs]
    new, equiv = fg.clone_get_equiv()
    yield str(new), equiv[fg.inputs[0]] is new.inputs[0], new.inputs[0] is fg.inputs[0]
    yield len(copy.deepcopy(fg).apply_nodes)


def feature_classes():
    x, y = T.dscalar('x'), T.dscalar('y')
    fg = gof.FunctionGraph([x, y], [T.exp(x) + T.exp(y)], clone=False)
    fg.attach_feature(gof.toolbox.NodeFinder())
    yield [str(n) for n in sorted(fg.get_nodes(T.exp), key=str)], len(fg.get_nodes(T.log))
    fg.attach_feature(gof.toolbox.History())
    before = fg.checkpoint()
    fg.replace(fg.outputs[0].owner.inputs[0], T.log(x))
    yield str(fg), len(fg.get_nodes(T.exp)), len(fg.get_nodes(T.log))
    fg.revert(before)
    yield str(fg), len(fg.get_nodes(T.exp)), len(fg.get_nodes(T.log))
    a, x, y = gof.toolbox.ReplaceValidate(), T.dscalar('x'), T.dscalar('y')
    fg = gof.FunctionGraph([x, y], [x + y], clone=False)
    fg.attach_feature(a)
    fg.replace_validate(fg.outputs[0], x * y, reason='r')
    yield str(fg)
    fg.replace_all_validate([(fg.outputs[0], x - y)], reason='r')
    yield str(fg), attempt(fg.attach_feature, gof.toolbox.ReplaceValidate())


def test_values():
    change = theano.change_flags if hasattr(theano, 'change_flags') else theano.configparser.change_flags

    def build(give=True, value=(1., 2.)):
        x = T.dvector('x')
        if give:
            x.tag.test_value = np.asarray(value)
        y = x * theano.shared(np.array([2., 3.])) + 1
        return getattr(y.tag, 'test_value', 'none')

    for action in ('off', 'ignore', 'warn', 'raise'):
        with change(compute_test_value=action):
            with warnings.catch_warnings(record=True) as seen:
                warnings.simplefilter('always')
                yield action, build(), attempt(build, False), attempt(build, True, (1., 2., 3.))
            messages = [str(w.message).splitlines()[0] for w in seen if 'test' in str(w.message)]
            yield messages
    with change(compute_test_value='raise'):
        x = T.dvector('x')
        x.tag.test_value = np.zeros((2, 2))
        yield attempt(lambda: x + 1)
        x.tag.test_value = 'text'
        yield attempt(lambda: x + 1)[0]
        z = T.dscalar('z')
        z.tag.test_value = 3
        w = T.exp(z) + z
        yield w.tag.test_value, gof.op.get_test_value(w), gof.op.get_test_value(5), attempt(gof.op.get_test_value, T.dscalar('q'))[0]
        yield list(gof.op.get_debug_values(z, w)), attempt(gof.op.get_debug_values, T.dscalar('q'), z)
        yield theano.function([z], w)(0.0)
    with change(compute_test_value='off'):
        yield list(gof.op.get_debug_values(z, w))


PROGRAMS = [walks, toposort_orders, same_graphs, clones, variables, function_graphs, feature_classes, test_values]


def described(value):
    """A yielded value as what JSON can hold."""
    if isinstance(value, (tuple, list)):
        return [described(v) for v in value]
    if value is None or isinstance(value, (bool, str, int)):
        return value
    array = np.asarray(value)
    return {"type": type(value).__name__, "dtype": str(array.dtype), "value": array.tolist()}
