"""C code that a program registers for values of a Type of its own: there is no C here, so it is taken, and said once to do nothing.

Ops of the program's own that have a `perform` handle such values in Python.
"""
import warnings

from theano_compat.graph.utils import legacy_name

_told = set()


def _taken(function, typ):
    if (function, typ) not in _told:
        _told.add((function, typ))
        warnings.warn("%s: the C code for %s has no effect: no C compiler runs here, and the Type does without."
                      % (function, getattr(typ, "__name__", typ)), stacklevel=3)


@legacy_name("theano.compile.ops")
def register_view_op_c_code(type, code, version=()):
    """C code that makes a view of a value of `type`."""
    _taken("register_view_op_c_code", type)


@legacy_name("theano.compile.ops")
def register_shape_c_code(type, code, version=()):
    """C code that gives the shape of a value of `type`."""
    _taken("register_shape_c_code", type)


@legacy_name("theano.compile.ops")
def register_shape_i_c_code(typ, code, check_input, version=()):
    """C code that gives one length of a value of `typ`."""
    _taken("register_shape_i_c_code", typ)


@legacy_name("theano.compile.ops")
def register_deep_copy_op_c_code(typ, code, version=()):
    """C code that copies a value of `typ`."""
    _taken("register_deep_copy_op_c_code", typ)


@legacy_name("theano.compile.ops")
def register_rebroadcast_c_code(typ, code, version=()):
    """C code that checks the lengths of one in a value of `typ`."""
    _taken("register_rebroadcast_c_code", typ)


@legacy_name("theano.compile.ops")
def register_specify_shape_c_code(typ, code, version=(), c_support_code_apply=None):
    """C code that checks the shape of a value of `typ`."""
    _taken("register_specify_shape_c_code", typ)
