"""Assertions leave a program when they are known to hold, or when the user asks for it."""
import pytest

import theano
import theano.tensor as T


def test_conditions_that_hold_leave():
    x, y = T.dscalar("x"), T.dscalar("y")
    check = T.opt.Assert("no")
    assert not [n for n in theano.function([x], check(x, 1) * 2).maker.fgraph.toposort() if n.op == check]
    [left] = [n for n in theano.function([x, y], check(x, 1, y) * 2).maker.fgraph.toposort() if n.op == check]
    assert len(left.inputs) == 2


def test_the_others_stay_unless_all_are_to_go():
    x, y = T.dscalar("x"), T.dscalar("y")
    checked = T.opt.Assert("no")(x, y)
    with pytest.raises(AssertionError, match="no"):
        theano.function([x, y], checked)(1.0, 0.0)
    mode = theano.compile.get_mode("FAST_RUN").including("local_remove_all_assert")
    assert theano.function([x, y], checked, mode=mode, on_unused_input="ignore")(1.0, 0.0) == 1.0
