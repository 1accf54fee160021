"""ScalarOp and its kinds: what is done to numbers, stated so that Elemwise can do it to arrays.

A row of the families (`arith`, `explog`, ...) is made by `row` from a name, a rule of output types, a meaning and a
derivative; what rows share is here. Programs may subclass UnaryScalarOp and BinaryScalarOp and write only `impl`: such
an op runs on the host, element by element. One with `c_code` alone is read (in_c.py).

Inputs are cast to the output dtype before anything is computed, as NumPy does. (Theano's C code computed in what C makes
of mixed types: for int32 + float32 -> float64 that is only float32's precision.)
"""
import numpy as np

from theano_compat.config import config
from theano_compat.graph.op import Op
from theano_compat.graph.type import Type
from theano_compat.graph.utils import MethodNotDefined, from_return_values, legacy_name
from theano_compat.graph.variable import Apply
from theano_compat.printing.pretty import FunctionPrinter, OperatorPrinter, register_printer
from theano_compat.scalar.casting import as_dtype
from theano_compat.scalar.in_c import compute_in_c
from theano_compat.scalar.rules import upcast_out
from theano_compat.scalar.types import COMPLEX, DISCRETE, as_scalar, bool, get_scalar_type, int8, integer_types, upcast


def zero_gradients(inputs):
    """Zeros for inputs of an op whose output is flat everywhere: floats even for integers."""
    return [x.zeros_like(dtype=config.floatX) if x.type.dtype in DISCRETE else x.zeros_like() for x in inputs]


def float_zeros(inputs):
    """Zeros of floatX, by way of a cast."""
    return [x.zeros_like().astype(config.floatX) for x in inputs]


@legacy_name("theano.scalar.basic")
class ScalarOp(Op):
    """Base of ops on numbers. `output_types_preference` is a rule from `rules`; nin < 0 takes any number of inputs.

    A row states `meaning(xp, *arrays)` on arrays of the output dtype, xp being jax.numpy or numpy; where the two differ
    `host_meaning` is NumPy's. `derivative(*inputs, gz)` gives the gradients as scalar variables.
    """

    nin = -1
    nout = 1
    nfunc_spec = None
    # Python functions only: see __init_subclass__.
    host_only = True
    meaning = host_meaning = derivative = None
    # whether jax.vjp of the meaning is another derivative than the one stated, if only at one point: a kink, a tie
    own_gradient = False
    # no meaning, no `impl`: what `c_code` says is read (in_c.py)
    reads_c = False
    # derivatives are written for real numbers unless a row says otherwise
    complex_derivative = False

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        own = cls.__dict__
        # The most derived statement counts: a program's `impl` is newer than the meaning it inherits.
        if "meaning" in own or "lower_elementwise" in own:
            cls.host_only = cls.reads_c = False
        elif "impl" in own:
            cls.host_only, cls.reads_c = True, False
        elif "c_code" in own and cls.host_only and cls.impl is ScalarOp.impl:
            cls.host_only, cls.reads_c = False, True

    def __init__(self, output_types_preference=None, name=None):
        self.name = name
        if output_types_preference is not None:
            if not callable(output_types_preference):
                raise TypeError("Expected a callable for the 'output_types_preference' argument to %s. (got: %s)"
                                % (self.__class__, output_types_preference))
            self.output_types_preference = output_types_preference

    # ---- building ----

    def make_node(self, *inputs):
        """An Apply over `inputs`, each made a scalar."""
        if self.nin >= 0 and len(inputs) != self.nin:
            raise TypeError("Wrong number of inputs for %s.make_node (got %i(%s), expected %i)"
                            % (self, len(inputs), str(inputs), self.nin))
        inputs = [as_scalar(x) for x in inputs]
        outputs = [t() for t in self.output_types([x.type for x in inputs])]
        if len(outputs) != self.nout:
            raise TypeError("Not the right number of outputs produced for %s(%s). Expected %s, got %s."
                            % (self, ", ".join(str(x) for x in inputs), self.nout, len(outputs)))
        return Apply(self, inputs, outputs)

    def output_types(self, types):
        """The types of the outputs for inputs of `types`. Raises TypeError where there are none."""
        if not hasattr(self, "output_types_preference"):
            raise NotImplementedError("Cannot calculate the output types for %s" % self)
        found = self.output_types_preference(*types)
        if not isinstance(found, (list, tuple)) or any(not isinstance(x, Type) for x in found):
            raise TypeError("output_types_preference should return a list or a tuple of types",
                            self.output_types_preference, found)
        if len(found) != self.nout:
            raise TypeError("Not the right number of outputs types produced for %s(%s) by %s. Expected %s, got %s."
                            % (self, ", ".join(str(t) for t in found), self.output_types_preference, self.nout, len(found)))
        return found

    # ---- running ----

    def checks(self, *arrays):
        """Conditions on the values of the inputs: (ok, exception class, message) each. Seldom any."""
        return ()

    def lower_elementwise(self, out_dtype, *arrays):
        """The result on arrays that broadcast, in JAX; `out_dtype` is a tuple when there are several outputs."""
        if self.reads_c:
            import jax.numpy as jnp
            return compute_in_c(jnp, self, out_dtype, [jnp.asarray(x) for x in arrays])
        if type(self).meaning is None:
            raise MethodNotDefined("lower_elementwise", type(self), type(self).__name__)
        import jax.numpy as jnp
        arrays = [as_dtype(jnp, x, out_dtype) for x in arrays]
        return as_dtype(jnp, self.meaning(jnp, *arrays), out_dtype)

    def host_elementwise(self, out_dtype, *arrays):
        """The same in NumPy."""
        if self.host_only:
            return self._by_impl(out_dtype, arrays)
        self._raise_for(arrays)
        with np.errstate(all="ignore"):
            if self.reads_c:
                return compute_in_c(np, self, out_dtype, [np.asarray(x) for x in arrays])
            arrays = [as_dtype(np, x, out_dtype) for x in arrays]
            return as_dtype(np, (self.host_meaning or self.meaning)(np, *arrays), out_dtype)

    def _raise_for(self, arrays):
        for ok, exc_class, message in self.checks(*arrays):
            if not np.all(ok):
                raise exc_class(message)

    def _by_impl(self, out_dtype, arrays):
        """`impl` element by element, as legacy ops expect: with Python numbers."""
        prepare = getattr(self, "prepare_node", None)
        if prepare is not None:
            prepare(None, None, None, "py")
        results = np.frompyfunc(self.impl, len(arrays), self.nout)(*[np.asarray(x) for x in arrays])
        if self.nout == 1:
            return np.asarray(results).astype(out_dtype)
        return tuple([np.asarray(r).astype(d) for r, d in zip(results, out_dtype)])

    def impl(self, *inputs):
        """The result for Python or NumPy numbers."""
        if self.host_only:
            raise MethodNotDefined("impl", type(self), type(self).__name__)
        arrays = [np.asarray(x) for x in inputs]
        dtypes = tuple([t.dtype for t in self.output_types([get_scalar_type(str(x.dtype)) for x in arrays])])
        result = self.host_elementwise(dtypes[0] if self.nout == 1 else dtypes, *arrays)
        return result[()] if self.nout == 1 else tuple([r[()] for r in result])

    def _out_dtype(self, node):
        return node.outputs[0].type.dtype if self.nout == 1 else tuple([o.type.dtype for o in node.outputs])

    def lower(self, node, *values):
        return self.lower_elementwise(self._out_dtype(node), *values)

    def host(self, node, *values):
        result = self.host_elementwise(self._out_dtype(node), *[np.asarray(v) for v in values])
        return result[()] if self.nout == 1 else tuple([r[()] for r in result])

    def perform(self, node, inputs, output_storage, params=None):
        results = self.impl(*inputs)
        results = (results,) if self.nout == 1 else from_return_values(results)
        assert len(results) == len(output_storage)
        for cell, result in zip(output_storage, results):
            cell[0] = result

    # ---- derivatives ----

    def grad(self, inputs, output_gradients):
        """Gradients with respect to `inputs`. Raises MethodNotDefined where Theano has none."""
        raise MethodNotDefined("grad", type(self), type(self).__name__)

    def L_op(self, inputs, outputs, output_gradients):
        if type(self).derivative is None:
            return self.grad(inputs, output_gradients)
        gz = output_gradients[0]
        if not self.complex_derivative and any(v.type.dtype in COMPLEX for v in (gz, *inputs)):
            raise NotImplementedError()
        if outputs[0].type.dtype in DISCRETE:
            # two ways to write the same zeros; Theano prints one for ops of one input and the other for the rest
            return zero_gradients(inputs) if len(inputs) == 1 else float_zeros(inputs)
        grads = self.derivative(*inputs, gz)
        return list(grads) if isinstance(grads, (list, tuple)) else [grads]

    # ---- identity and printing ----

    def __eq__(self, other):
        return self is other or (type(self) is type(other) and getattr(self, "output_types_preference", None)
                                 == getattr(other, "output_types_preference", None))

    def __hash__(self):
        return hash((type(self), getattr(self, "output_types_preference", 0)))

    def __str__(self):
        if getattr(self, "name", None):
            return self.name
        hidden = ("name", "_op_use_c_code", "bool", "output_types_preference")
        params = ["%s=%s" % (k, v) for k, v in self.__dict__.items() if k not in hidden]
        return "%s{%s}" % (type(self).__name__, ", ".join(params)) if params else type(self).__name__


@legacy_name("theano.scalar.basic")
class UnaryScalarOp(ScalarOp):
    """A ScalarOp of one input."""

    nin = 1


@legacy_name("theano.scalar.basic")
class BinaryScalarOp(ScalarOp):
    """A ScalarOp of two inputs. May state `identity`, `commutative` and `associative`, which reductions read."""

    nin = 2


class _Boolean:
    """The part of comparisons: booleans come out, and no gradient flows."""

    def __init__(self, *args, **kwargs):
        ScalarOp.__init__(self, *args, **kwargs)
        # pickles of before 0.9 lack it, and mean int8
        self.bool = True

    def __eq__(self, other):
        return ScalarOp.__eq__(self, other) and getattr(self, "bool", False) == getattr(other, "bool", False)

    def __hash__(self):
        return ScalarOp.__hash__(self)

    def output_types(self, *input_dtypes):
        return [bool] if getattr(self, "bool", False) else [int8]

    def L_op(self, inputs, outputs, output_gradients):
        assert outputs[0].type == bool
        return float_zeros(inputs)

    def _compare(self, xp, meaning, out_dtype, arrays):
        # a dtype that holds all inputs; the C code that Theano wrote compared int64 with uint64 as unsigned numbers
        if any(x.dtype != arrays[0].dtype for x in arrays):
            common = upcast(*[str(x.dtype) for x in arrays])
            # constants stay constants: what they are is looked at
            arrays = [as_dtype(np if isinstance(x, (np.ndarray, np.generic)) else xp, x, common) for x in arrays]
        return as_dtype(xp, meaning(xp, *arrays), out_dtype)

    def lower_elementwise(self, out_dtype, *arrays):
        import jax.numpy as jnp
        return self._compare(jnp, self.meaning, out_dtype, arrays)

    def host_elementwise(self, out_dtype, *arrays):
        if self.host_only:
            return self._by_impl(out_dtype, arrays)
        with np.errstate(all="ignore"):
            return self._compare(np, self.host_meaning or self.meaning, out_dtype, arrays)


@legacy_name("theano.scalar.basic")
class LogicalComparison(_Boolean, BinaryScalarOp):
    """A comparison of two numbers; gives bool."""


@legacy_name("theano.scalar.basic")
class FixedLogicalComparison(_Boolean, UnaryScalarOp):
    """A comparison of a number with something fixed; gives bool."""


@legacy_name("theano.scalar.basic")
class UnaryBitOp(UnaryScalarOp):
    """An operation on the bits of an integer or boolean."""

    def output_types(self, *input_types):
        for t in input_types[0]:
            if t.dtype not in DISCRETE:
                raise TypeError("input to a BitOp must have type (u)int8, (u)int16, (u)int32 or (u)int64 or bool not %s" % t)
        return upcast_out(*input_types[0])

    def grad(self, inputs, output_gradients):
        return float_zeros(inputs)


@legacy_name("theano.scalar.basic")
class BinaryBitOp(BinaryScalarOp):
    """An operation on the bits of two integers, or of two booleans."""

    def output_types(self, *input_types):
        t0, t1 = input_types[0]
        if t0 == bool and t1 == bool:
            return [bool]
        for t in (t0, t1):
            if t not in integer_types:
                raise TypeError("input to a BitOp must have type (u)int8, (u)int16, (u)int32 or (u)int64 or "
                                "be all bools not %s" % t)
        return upcast_out(t0, t1)

    def lower_elementwise(self, out_dtype, *arrays):
        import jax.numpy as jnp
        return self._on_bits(jnp, out_dtype, arrays)

    def host_elementwise(self, out_dtype, *arrays):
        return self._on_bits(np, out_dtype, arrays)

    def _on_bits(self, xp, out_dtype, arrays):
        # an int64 and a uint64 give a float64, whose bits nobody wants: C takes both as unsigned
        between = "uint64" if np.dtype(out_dtype).kind == "f" else out_dtype
        return as_dtype(xp, self.meaning(xp, *[as_dtype(xp, x, between) for x in arrays]), out_dtype)

    def grad(self, inputs, output_gradients):
        return float_zeros(inputs)


# ---- rows -----------------------------------------------------------------------------------------------------------

def _function(f):
    """A meaning: a callable as it is, a name as that function of xp."""
    if callable(f):
        return f

    def named(xp, *arrays):
        return getattr(xp, f)(*arrays)

    return named


def row(class_name, name, rule, doc, meaning, base=UnaryScalarOp, module="theano.scalar.basic", **stated):
    """(class, instance) of one scalar op, under Theano's names; see ScalarOp for `meaning` and `derivative`.

    `name` is the instance's name (None: it prints as its class), `rule` its rule of output types. A `meaning` given as
    the name of a NumPy function is the `nfunc_spec` as well, unless one is stated.
    """
    if isinstance(meaning, str):
        stated.setdefault("nfunc_spec", (meaning, base.nin if base.nin > 0 else 2, 1))
    for key in ("derivative", "checks", "host_meaning"):
        if key in stated:
            stated[key] = staticmethod(_function(stated[key]) if key == "host_meaning" else stated[key])
    cls = type(class_name, (base,), dict(stated, __doc__=doc, __module__=module, meaning=staticmethod(_function(meaning))))
    return cls, cls(rule, name=name)


def printed_as_operator(op, symbol, precedence, assoc):
    """Let `pp` write `op` between its inputs."""
    register_printer(op, OperatorPrinter(symbol, precedence, assoc))


def printed_as_function(op, name):
    """Let `pp` write `op` as a call of `name`."""
    register_printer(op, FunctionPrinter(name))
