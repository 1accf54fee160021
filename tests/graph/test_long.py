"""Long chains, up to 100,000 nodes, are built, walked, saved, differentiated and planned under Python's default recursion limit."""
import copy
import io
import pickle
import sys

import numpy as np
import pytest

import theano
import theano.tensor as T
from theano_compat.graph.walk import ancestors, clone, clone_replace, io_toposort, is_same_graph

LENGTH = 100_000
SHORTER = 10_000  # what takes more memory or time a node


@pytest.fixture(scope="module", autouse=True)
def _default_limit():
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(1000)
    with theano.config.change_flags(**{"traceback.limit": 0}):
        yield
    sys.setrecursionlimit(before)


def _chain(n):
    x = T.dscalar("x")
    y = x
    for _ in range(n):
        y = T.neg(y)
    return x, y


@pytest.fixture(scope="module")
def chain():
    return _chain(LENGTH)


@pytest.fixture(scope="module")
def shorter():
    return _chain(SHORTER)


def length(y, x):
    return len(io_toposort([x], [y]))


def test_it_is_walked(chain):
    x, y = chain
    assert length(y, x) == LENGTH
    assert len(ancestors([y])) == LENGTH + 1


def test_it_is_pickled(chain):
    x, y = chain
    new_x, new_y = pickle.loads(pickle.dumps([x, y], -1))
    assert length(new_y, new_x) == LENGTH and new_x.name == "x"


def test_a_shorter_one_is_differentiated_and_planned(shorter):
    x, y = shorter
    f = theano.function([x], T.grad(y, x), mode=theano.Mode(optimizer=None))
    assert len(f.maker.fgraph.toposort()) >= SHORTER
    assert len(f.maker.program.steps) == 1


def test_a_shorter_one_is_copied_and_replaced_in(shorter):
    x, y = shorter
    new_x, new_y = copy.deepcopy([x, y])
    assert length(new_y, new_x) == SHORTER and new_x is not x
    (new_x,), (new_y,) = clone([x], [y])
    assert length(new_y, new_x) == SHORTER
    other = T.dscalar()
    assert length(clone_replace([y], {x: other})[0], other) == SHORTER
    assert is_same_graph(y, new_y, givens={x: new_x})
    assert length(theano.clone(y, {x: other}), other) == SHORTER


def test_a_shorter_one_is_printed(shorter):
    _, y = shorter
    out = io.StringIO()
    theano.printing.debugprint(y, depth=5, file=out)
    assert len(out.getvalue().splitlines()) == 5
    assert len(theano.pp(y)) > SHORTER


def test_a_function_of_a_shorter_one_is_rewritten_saved_and_copied(shorter):
    x, y = shorter
    f = theano.function([x], y + T.exp(y))
    assert pickle.loads(pickle.dumps(f, -1)).maker.fgraph.toposort()
    assert copy.deepcopy(f).maker.fgraph.toposort() and f.copy().maker.fgraph.toposort()


def test_four_hundred_nodes_are_computed():
    x, w = T.dvector("x"), theano.shared(1.5)
    y = x
    for k in range(400):
        y = T.tanh(y * w + k % 3)
    f = theano.function([x], y.sum())
    expected = np.ones(3)
    for k in range(400):
        expected = np.tanh(expected * 1.5 + k % 3)
    np.testing.assert_allclose(f(np.ones(3)), expected.sum())
