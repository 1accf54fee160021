"""The search for cyclic garbage waits while a function is made, and while the package is imported; it is left as the program had it."""
import gc

import pytest

import theano
import theano.tensor as T


class Seen(theano.Op):
    """Notes, when a rule looks at it, whether garbage is looked for."""

    __props__ = ()
    found = []
    fails = False

    def make_node(self, x):
        return theano.Apply(self, [x], [x.type()])

    def perform(self, node, inputs, outputs):
        outputs[0][0] = inputs[0].copy()

    def do_constant_folding(self, node):
        self.found.append(gc.isenabled())
        if self.fails:
            raise KeyError("no folding")
        return False


@pytest.mark.parametrize("enabled", [True, False])
def test_making_a_function_leaves_the_collector_as_it_was(enabled, monkeypatch):
    monkeypatch.setattr(Seen, "found", [])
    y = Seen()(T.constant([1.0, 2.0]))
    (gc.enable if enabled else gc.disable)()
    try:
        f = theano.function([], y)
        assert gc.isenabled() is enabled
        assert f().tolist() == [1.0, 2.0] and gc.isenabled() is enabled
        monkeypatch.setattr(Seen, "fails", True)
        with pytest.raises(KeyError):
            theano.function([], y)
        assert gc.isenabled() is enabled
    finally:
        gc.enable()
    assert Seen.found and not any(Seen.found)


@pytest.mark.parametrize("before, after", [("", True), ("gc.disable()", False)])
def test_importing_leaves_the_collector_as_it_was(python, before, after):
    done = python("import gc; %s\nimport theano; print(gc.isenabled())" % before)
    assert done.stdout.split() == [str(after)]
