"""Record what the programs of Theano's documentation do: `THEANO_FLAGS=cxx= python tests/golden/record_documented.py > tests/golden/documented.json`.

Run under real Theano 1.0.5. Each program is a function without arguments, written after a page of the documentation, whose
results and printed text are recorded; the tests run the same functions.
"""
import json
import sys
import warnings

import numpy as np

import theano
import theano.tensor as T
import theano.typed_list
from theano import gof
from theano.gof import Apply, FunctionGraph

PROGRAMS = {}


def program(f):
    """Decorator: a row of the table."""
    PROGRAMS[f.__name__.replace("_", " ")] = f
    return f


class Number(gof.Type):
    """A Type of Python numbers."""

    def filter(self, x, strict=False, allow_downcast=None):
        if strict and not isinstance(x, float):
            raise TypeError("a float is wanted")
        return float(x)

    def values_eq_approx(self, x, y, tolerance=1e-4):
        return abs(x - y) / (abs(x) + abs(y)) < tolerance

    def __str__(self):
        return "number"


number = Number()


class Named(gof.Op):
    """An arithmetic op on numbers."""

    __props__ = ("name", "fn")

    def __init__(self, name, fn):
        self.name, self.fn = name, fn

    def make_node(self, *xs):
        return Apply(self, xs, [number()])

    def perform(self, node, inputs, outputs):
        outputs[0][0] = self.fn(*inputs)

    def __str__(self):
        return self.name


times, over, plus = Named("times", lambda a, b: a * b), Named("over", lambda a, b: a / b), Named("plus", lambda a, b: a + b)


@program
def an_op_whose_methods_are_attributes_of_the_instance():
    op = gof.Op()
    op.make_node = lambda a, b: Apply(op, [number(repr(v)).clone() if isinstance(v, float) else v for v in (a, b)], [number()])

    def perform(node, inputs, outputs):
        outputs[0][0] = inputs[0] * inputs[1]

    op.perform = perform
    a, b = number("a"), number("b")
    f = theano.function([a, b], op(a, b))
    return [f(5, 6), f(5.6, 6.7)]


class Simplify(gof.LocalOptimizer):
    """(a * b) / b -> a; as in the documentation it says that it tracks nothing."""

    def transform(self, node):
        if node.op == over:
            x, y = node.inputs
            if x.owner and x.owner.op == times:
                a, b = x.owner.inputs
                return [b] if y == a else [a] if y == b else False
        return False

    def tracks(self):
        return []


@program
def a_local_rewrite_that_tracks_nothing():
    x, y, z = number("x"), number("y"), number("z")
    g = FunctionGraph([x, y, z], [plus(z, times(over(times(y, x), y), over(z, x)))])
    before = str(g)
    one, changed, first, last = gof.TopoOptimizer(Simplify()).optimize(g)[:4]
    return [before, str(g), type(one).__name__, changed, first, last]


@program
def merging_counts():
    x, y, z = number("x"), number("y"), number("z")
    g = FunctionGraph([x, y, z], [over(times(plus(y, z), x), plus(y, z))])
    profile = gof.opt.MergeOptimizer().optimize(g)
    merged = str(g)
    gof.TopoOptimizer(Simplify()).optimize(g)
    return [profile[:1] + profile[2:], merged, str(g)]


@program
def every_node_is_offered():
    seen, x = [], T.dvector("x")

    @gof.local_optimizer([T.exp])
    def look(node):
        seen.append(str(node.op))
        return False

    gof.TopoOptimizer(look).optimize(FunctionGraph([x], [T.exp(x) + T.log(x)]))
    every = sorted(seen)
    del seen[:]
    gof.EquilibriumOptimizer([look], max_use_ratio=10).optimize(FunctionGraph([x], [T.exp(x) + T.log(x)]))
    return [every, seen]


@program
def a_thunk_that_is_told_its_implementation():
    class Sevenfold(theano.Op):
        __props__ = ()

        def make_node(self, x):
            return Apply(self, [x], [x.type()])

        def make_thunk(self, node, storage_map, _, _2, impl):
            source, target = storage_map[node.inputs[0]], storage_map[node.outputs[0]]

            def thunk():
                target[0] = source[0] * 7

            thunk.lazy = False
            return thunk

    x = T.dvector("x")
    return theano.function([x], Sevenfold()(x))(np.arange(3.0))


@program
def a_loop_over_a_list_of_vectors():
    lists = theano.typed_list.TypedListType(T.fvector)()
    n = theano.typed_list.length(lists)
    sums, _ = theano.scan(lambda i, one: one[i].sum(), non_sequences=[lists], sequences=[T.arange(n, dtype="int64")])
    f = theano.function([lists], sums)
    return [f([[1, 2, 3], [4, 5]]), f([[1], [2, 3], []]), f([[7, 8], [9, 1]])]


@program
def every_missing_test_value_is_told():
    a, b = T.dvector("a"), T.dvector("b")
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        kept, theano.config.compute_test_value = theano.config.compute_test_value, "warn"
        try:
            a * b
        finally:
            theano.config.compute_test_value = kept
    return [str(w.message) for w in told]


@program
def numbers_in_optimized_graphs():
    x, n = T.dvector("x"), T.lscalar("n")
    sums = [x + 1, 1 + x, x * 2, 2 * x, x - 1, x / 2, x ** 2, x * x, x + x, (x + 1).sum(), -x * 3, 2 * x * 3, x + 1 + 2, 1 - x]
    return [theano.pp(theano.function([v], e).maker.fgraph.outputs[0])
            for v, e in [(x, e) for e in sums] + [(n, e) for e in (n + 1, 2 * n, n - 1, n + 1 + 2, n * n)]]


def printed(inputs, output):
    """What debugprint says of a function."""
    f = theano.function(inputs, output)
    return [line.rstrip() for line in theano.printing.debugprint(f, file="str").split("\n") if line]


@program
def gradients_in_optimized_graphs():
    x = T.dscalar("x")
    return [printed([x], T.grad(x ** 2, x)), printed([x], T.grad(3 * x, x) + x)]


@program
def shapes_in_optimized_graphs():
    x, y = T.dmatrix("X"), T.dmatrix("y")
    return [printed([x], e) for e in (x.shape, (x ** 2).shape, (x + 1).shape[0], x.T.shape, T.exp(x).T.shape[1])] + [
        theano.function([x, y], T.join(0, x, y).shape)(np.ones((5, 4)), np.ones((3, 3)))] + [
        theano.function([x], e)(np.ones((2, 3))) for e in ((x + 1).shape, x.dimshuffle(1, "x", 0).shape, (x.sum(0) + x).shape[-1] * 2)
    ] + [theano.function([x, y], (x + y.sum(1, keepdims=True)).shape)(np.ones((2, 3)), np.ones((2, 5)))]


def plain(value):
    """A result as JSON."""
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if value is None or isinstance(value, (str, bool, int, float, dict)):
        return value
    value = np.asarray(value)
    return [str(value.dtype), list(value.shape), value.ravel().tolist()]


def run(name):
    """What program `name` gives, as JSON."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return plain(PROGRAMS[name]())


def main():
    command = "THEANO_FLAGS=cxx= python tests/golden/record_documented.py"
    recorded = {"command": command, "under": "real Theano " + theano.__version__, "programs": {name: run(name) for name in PROGRAMS}}
    json.dump(recorded, sys.stdout, sort_keys=True, indent=0)


if __name__ == "__main__":
    main()
