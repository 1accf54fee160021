"""Op: what is done to variables. The protocol for old user classes and for our own rows is one and the same.

An op says how it builds nodes (`make_node`) and what it means: in JAX (`lower`), in NumPy (`host` or Theano's
`perform`), or both. How a program of ops runs is the business of `compile`; derivatives that an op does not state are made
from `lower` in `gradient`.
"""
import warnings

from theano_compat.config import config
from theano_compat.graph import testvalue, utils
from theano_compat.graph.utils import MethodNotDefined, legacy_name, object2
from theano_compat.graph.variable import Apply


@legacy_name("theano.gof.op")
class PureOp:
    """The part of an op that does not say how to run it."""

    default_output = None
    # Names of what decides `perform`'s result: a class that states one of them anew runs in Python, whatever its base means in JAX.
    said_in_python = ("perform",)

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        own = cls.__dict__
        # The most derived statement counts: a program's `perform` is newer than the meaning in JAX or NumPy that it inherits. That meaning
        # remains what derivatives are made from where none is stated.
        inherits = getattr(cls, "lower", None) is not None or getattr(cls, "host", None) is not None
        if inherits and any(name in own for name in cls.said_in_python) and "lower" not in own and "host" not in own:
            cls.host_only, cls.host = True, None

    def make_node(self, *inputs):
        """An Apply of this op; checks inputs and states output types."""
        raise MethodNotDefined("make_node", type(self), self.__class__.__name__)

    _get_test_value = staticmethod(testvalue.variable_test_value)

    def __call__(self, *inputs, **kwargs):
        return_list = kwargs.pop("return_list", False)
        node = self.make_node(*inputs, **kwargs)
        if config.compute_test_value != "off":
            testvalue.compute_test_values(node)
        outputs = node.outputs
        if self.default_output is not None:
            out = outputs[self.default_output]
            return [out] if return_list else out
        if return_list:
            return list(outputs)
        return outputs[0] if len(outputs) == 1 else outputs

    def __ne__(self, other):
        return not self == other

    def L_op(self, inputs, outputs, output_grads):
        """Gradients with respect to `inputs`; by default what `grad` says."""
        return self.grad(inputs, output_grads)

    def perform(self, node, inputs, output_storage, params=None):
        """Compute the outputs with NumPy into `output_storage` (a list of one-element lists)."""
        raise MethodNotDefined("perform", type(self), self.__class__.__name__,
                               "Did you used Theano flags mode=FAST_COMPILE? You can use optimizer=fast_compile instead.")

    def do_constant_folding(self, node):
        """Whether a node with constant inputs may be computed when the function is made."""
        return True


@legacy_name("theano.gof.op")
class Op(object2, PureOp):
    """Base class of all ops.

    A subclass gives `make_node` (or `itypes` and `otypes`) and `perform` or `lower(node, *values)`; it may give
    `grad`/`L_op`, `R_op`, `infer_shape`, `connection_pattern`, `view_map`, `destroy_map`, `__props__`.
    Source: Theano documentation, "Creating a new Op".
    """

    # An op whose result must be computed outside XLA (Python code, data-dependent shapes).
    host_only = False
    # An op whose `perform` leaves alone the arrays it gets, and keeps none: it is given them as they are, not copies.
    only_reads = False
    # An op whose outputs, where it runs on the host, may have other shapes in each call: data decide them, or it hands on what it got.
    sized_by_data = False
    # An op that only puts numbers elsewhere: NumPy does that as fast as XLA, without a program for each shape.
    moves_only = False
    # An op that adds numbers into parts of its first input; those that may also set them say so by node or instance.
    adds_into_first = False

    def make_node(self, *inputs):
        """An Apply by `itypes` and `otypes`. Raises NotImplementedError without them, ValueError or TypeError on misfit."""
        if not hasattr(self, "itypes"):
            raise NotImplementedError("You can either define itypes and otypes,             or implement make_node")
        if not hasattr(self, "otypes"):
            raise NotImplementedError("You can either define itypes and otypes,             or implement make_node")
        if len(inputs) != len(self.itypes):
            raise ValueError("We expected %d inputs but got %d." % (len(self.itypes), len(inputs)))
        if not all(inp.type == it for inp, it in zip(inputs, self.itypes)):
            raise TypeError("We expected inputs of types '%s' but got types '%s' "
                            % (str(self.itypes), str([inp.type for inp in inputs])))
        return Apply(self, inputs, [o() for o in self.otypes])

    def get_params(self, node):
        """Run-time parameters that `perform` takes as a fourth argument, when `params_type` is set."""
        if getattr(self, "params_type", None) is not None and hasattr(self, "__props__"):
            wrapper = self.params_type
            return wrapper.get_params(self) if hasattr(wrapper, "get_params") else None
        raise MethodNotDefined("get_params")

    def make_thunk(self, node, storage_map, compute_map, no_recycling, impl=None):
        """A function without arguments that computes `node` within the cells of `storage_map` and marks `compute_map`."""
        ins, outs = [storage_map[v] for v in node.inputs], [storage_map[v] for v in node.outputs]

        def thunk():
            values = [cell[0] for cell in ins]
            if has_perform(self):
                self.perform(node, values, outs)
            else:
                for cell, value in zip(outs, testvalue.evaluate_node(node, values)):
                    cell[0] = value
            for v in node.outputs:
                compute_map[v][0] = True

        thunk.inputs, thunk.outputs, thunk.lazy = ins, outs, False
        return thunk

    def prepare_node(self, node, storage_map, compute_map, impl):
        """Called before a node's first run; nothing to do by default."""

    add_tag_trace = staticmethod(utils.add_tag_trace)


def provides(op, word):
    """Whether the class of `op` states `word` of the protocol between ops and what runs them: a method, or a flag that is set.

    Its instance does not count: what a program's op keeps in `self.lower`, `self.host` or `self.facts` is its own affair.
    """
    found = getattr(type(op), word, None)
    if isinstance(found, property):
        found = getattr(op, word, None)
    return found is not None and found is not False


def runs_on_host_only(op):
    """Whether `op` has to run in Python: it says so, or it states no meaning in JAX."""
    return op.host_only or not provides(op, "lower")


def has_perform(op):
    """Whether `op` states a NumPy meaning by Theano's `perform`, which may be given to the instance alone (`mul.perform = multiply`)."""
    return type(op).perform is not PureOp.perform or "perform" in getattr(op, "__dict__", ())


def has_own_thunk(op):
    """Whether `op` says by Theano's `make_thunk` how it runs."""
    return isinstance(op, Op) and type(op).make_thunk is not Op.make_thunk


def debug_error_message(msg):
    """Say that test values showed an error: ValueError or a warning, by `config.compute_test_value`, which is not off."""
    action = config.compute_test_value
    assert action != "off"
    if action in ("raise", "ignore"):
        raise ValueError(msg)
    warnings.warn(msg, stacklevel=2)


def debug_assert(condition, msg=None):
    """Warn or raise (by `config.compute_test_value`) when `condition` on test values is false."""
    if msg is None:
        msg = "debug_assert failed"
    if not condition:
        action = config.compute_test_value
        if action in ("raise", "ignore"):
            raise AssertionError(msg)
        if action == "warn":
            warnings.warn(msg, stacklevel=2)
