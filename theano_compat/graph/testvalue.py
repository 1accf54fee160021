"""Test values: numbers that travel with the symbolic variables when `config.compute_test_value` asks for it.

Running a node needs the upper layers; they put their evaluator into `evaluate_node`.
"""
import warnings

from theano_compat.config import config
from theano_compat.graph import utils
from theano_compat.graph.variable import Constant, Variable

# (node, input values) -> output values; set by theano_compat.compile
evaluate_node = None


def variable_test_value(v):
    """The test value of `v`: a constant's data, a shared variable's value, `v.tag.test_value`.

    Raises AttributeError when there is none, TypeError or ValueError when it does not fit the variable's type.
    """
    if not isinstance(v, Variable):
        raise AttributeError("%s has no test value" % (v,))
    if isinstance(v, Constant):
        return v.value
    if hasattr(v, "container") and hasattr(v, "get_value"):
        return v.get_value(borrow=True, return_internal_type=True)
    if hasattr(v.tag, "test_value"):
        try:
            return v.type.filter(v.tag.test_value)
        except Exception as e:
            text = ("For compute_test_value, one input test value does not have the requested type.\n"
                    + utils.get_variable_trace_string(v)
                    + "\nThe error when converting the test value to that variable type:")
            e.args = ("\n".join((text, *map(str, e.args))),)
            raise
    raise AttributeError("%s has no test value %s" % (v, utils.get_variable_trace_string(v)))


def get_test_value(v):
    """The test value of `v`; what is no variable is first made a tensor constant. Raises AttributeError when there is none."""
    if not isinstance(v, Variable):
        from theano_compat.tensor.constant import as_tensor_variable
        v = as_tensor_variable(v)
    return variable_test_value(v)


def compute_test_values(node):
    """Compute and attach the test values of `node`'s outputs, by the rules of `config.compute_test_value`."""
    action = config.compute_test_value
    values, missing = [], False
    for i, x in enumerate(node.inputs):
        try:
            values.append(variable_test_value(x))
        except AttributeError:
            missing = True
            if action == "warn":
                warnings.warn("Warning, Cannot compute test value: input %i (%s) of Op %s missing default value"
                              % (i, x, node), stacklevel=3)
            elif action == "raise":
                raise ValueError("Cannot compute test value: input %i (%s) of Op %s missing default value. %s"
                                 % (i, x, node, utils.get_variable_trace_string(x))) from None
            elif action == "pdb":
                import pdb
                import sys
                pdb.post_mortem(sys.exc_info()[2])
    if missing:
        return
    by_itself = getattr(type(node.op), "for_test_value", None)
    for output, value in zip(node.outputs, evaluate_node(node, values) if by_itself is None else by_itself(node.op, node, *values)):
        output.tag.test_value = value


def missing_test_message(msg):
    """Complain about a missing test value as `config.compute_test_value` asks: raise, warn or stay silent."""
    action = config.compute_test_value
    if action == "raise":
        raise AttributeError(msg)
    if action == "warn":
        warnings.warn(msg, stacklevel=2)
    else:
        assert action in ("ignore", "off")


def get_debug_values(*args):
    """An iterator over one tuple of test values of `args`, or over nothing when one has none.

    Raises AttributeError under `compute_test_value=raise`.
    """
    if config.compute_test_value == "off":
        return iter([])
    values = []
    for i, arg in enumerate(args):
        try:
            values.append(get_test_value(arg))
        except AttributeError:
            if hasattr(arg, "name") and arg.name is not None:
                missing_test_message("Argument %d('%s') has no test value" % (i, arg.name))
            else:
                missing_test_message("Argument %d has no test value" % i)
            return iter([])
    return iter([values[0]] if len(values) == 1 else [tuple(values)])
