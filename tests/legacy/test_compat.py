"""`theano.compat` and the copy of six that old Theanos carried: what programs took from them still works."""

import copy
import pickle
from collections import OrderedDict

import pytest


def test_the_names_programs_import_are_there():
    from theano.compat import PY3, get_unbound_function, ifilter, imap, izip
    from theano.compat.python2x import OrderedDict as OldOrderedDict
    from theano.compat.python2x import any, product
    from theano.compat.six import PY2, add_metaclass, iteritems, reraise, string_types
    from theano.compat.six.moves import cPickle, cStringIO, input, reduce, xrange, zip

    assert OldOrderedDict is OrderedDict
    assert (PY2, PY3) == (False, True)
    assert (imap, ifilter, izip) == (map, filter, zip)
    assert cPickle is pickle
    assert reduce(lambda a, b: a + b, xrange(4)) == 6
    assert list(iteritems({1: 2})) == [(1, 2)]
    assert isinstance("", string_types)
    assert all([any, product, input, cStringIO, reraise, add_metaclass, get_unbound_function])


def test_small_functions_answer_as_theanos():
    from theano import compat

    assert compat.operator_div(7, 2) == 3.5
    assert [compat.cmp(1, 2), compat.cmp(2, 2), compat.cmp(3, 2)] == [-1, 0, 1]
    assert [compat.exc_message(ValueError("a")), compat.exc_message(ValueError("a", "b"))] == ["a", "a"]
    assert compat.b("x\xe9") == b"x\xe9"
    assert [compat.decode(b"a"), compat.decode("a"), list(compat.decode_iter([b"a"]))] == ["a", "a", ["a"]]


def test_the_path_list_of_a_set_variable_is_extended_at_its_head(monkeypatch):
    from theano.compat import maybe_add_to_os_environ_pathlist as add

    monkeypatch.setenv("SOME_PATHS", "/a")
    monkeypatch.delenv("OTHER_PATHS", raising=False)
    for path in ("/b", "relative", "/a"):
        add("SOME_PATHS", path)
    add("OTHER_PATHS", "/b")
    import os

    assert os.environ["SOME_PATHS"] == "/b:/a"
    assert "OTHER_PATHS" not in os.environ


def test_a_default_ordered_dict_keeps_order_and_makes_values():
    from theano.compat import DefaultOrderedDict

    made = DefaultOrderedDict(list)
    made["b"].append(1)
    made["a"].append(2)
    for again in (made, copy.copy(made), made.copy(), pickle.loads(pickle.dumps(made))):
        assert list(again.items()) == [("b", [1]), ("a", [2])]
        assert type(again) is DefaultOrderedDict
    with pytest.raises(KeyError):
        DefaultOrderedDict()["a"]
    with pytest.raises(TypeError, match="must be callable"):
        DefaultOrderedDict(1)


def test_metaclasses_by_six():
    from theano.compat import six

    class Meta(type):
        pass

    class Mixed(six.with_metaclass(Meta, dict)):
        pass

    @six.add_metaclass(Meta)
    class Decorated:
        pass

    assert type(Mixed) is type(Decorated) is Meta
    assert issubclass(Mixed, dict)
