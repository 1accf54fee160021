"""Elemwise, a scalar op applied to every element, and DimShuffle, which reorders, drops and inserts dimensions.

What each scalar op means and how it is derived is in `scalar`; the functions made from them are in `names_elemwise`;
reductions by a scalar op are in `reduce`.
"""
import functools

import numpy as np

from theano_compat.config import config
from theano_compat.graph.checks import check
from theano_compat.graph.op import Op
from theano_compat.graph.utils import frozendict, legacy_name
from theano_compat.graph.variable import Apply
from theano_compat.printing.pretty import register_printer
from theano_compat.scalar import identity
from theano_compat.scalar.casting import as_dtype
from theano_compat.scalar.types import get_scalar_type, upcast
from theano_compat.tensor import scalar_gradient
from theano_compat.tensor.casting import continuous_dtypes, discrete_dtypes
from theano_compat.tensor.constant import as_tensor_variable
from theano_compat.tensor.type import tensor_type

# ---- DimShuffle -----------------------------------------------------------------------------------------------------

@legacy_name("theano.tensor.elemwise")
class DimShuffle(Op):
    """Output dimension i is input dimension `new_order[i]`, or a new one of length 1 where that is 'x'.

    Dimensions left out must be broadcastable. Raises ValueError for an order that does not fit `input_broadcastable`.
    """

    moves_only = True
    __props__ = ("input_broadcastable", "new_order", "inplace")
    view_map = {0: [0]}

    def __init__(self, input_broadcastable, new_order, inplace=True):
        self.input_broadcastable = tuple(input_broadcastable)
        self.new_order = tuple(new_order)
        if inplace is not True:
            raise ValueError("DimShuffle is inplace by default and hence the inplace for DimShuffle must be true")
        self.inplace = inplace
        self._check_order(input_broadcastable, new_order)
        # input dimensions dropped, those kept in the order of the output, output dimensions that are new
        self.drop = [i for i in range(len(self.input_broadcastable)) if i not in self.new_order]
        self.shuffle = [x for x in self.new_order if x != "x"]
        self.augment = [i for i, x in enumerate(self.new_order) if x == "x"]

    @staticmethod
    def _check_order(pattern, order):
        for i, j in enumerate(order):
            if j == "x":
                continue
            if not isinstance(j, (int, np.integer)):
                raise TypeError("DimShuffle indices must be python ints. Got: '%s' of type '%s'.", str(j), str(type(j)))
            if j >= len(pattern):
                raise ValueError("new_order[%d] is %d, but the input only has %d axes." % (i, j, len(pattern)))
            if j in order[i + 1:]:
                raise ValueError("The same input dimension may not appear twice in the list of output dimensions", order)
        for i, b in enumerate(pattern):
            if i not in order and not b:
                raise ValueError("You cannot drop a non-broadcastable dimension.", (pattern, order))

    @property
    def transposition(self):
        """Input dimensions, kept ones first."""
        return self.shuffle + self.drop

    def make_node(self, _input):
        x = as_tensor_variable(_input)
        pattern = x.type.broadcastable
        if pattern != self.input_broadcastable:
            if len(pattern) != len(self.input_broadcastable):
                raise TypeError("The number of dimensions of the input is incorrect for this op. Expected %s, got %s."
                                % (self.input_broadcastable, pattern))
            if any(expected is True and b is False for expected, b in zip(self.input_broadcastable, pattern)):
                raise TypeError("The broadcastable pattern of the input is incorrect for this op. Expected %s, got %s."
                                % (self.input_broadcastable, pattern))
        out = tuple([True if i == "x" else pattern[i] for i in self.new_order])
        return Apply(self, [x], [tensor_type(x.type.dtype, out)()])

    def __str__(self):
        return "InplaceDimShuffle{%s}" % ",".join(map(str, self.new_order))

    def _shuffled(self, node, x):
        kept = [x.shape[i] for i in self.shuffle]
        if self.drop or self.shuffle != sorted(self.shuffle):
            x = x.transpose(self.transposition)
        for i in self.augment:
            kept.insert(i, 1)
        return x.reshape(kept)

    lower = host = _shuffled

    def perform(self, node, inputs, output_storage, params=None):
        output_storage[0][0] = np.asarray(self._shuffled(node, inputs[0]))

    def infer_shape(self, node, shapes):
        out = [shapes[0][i] for i in self.shuffle]
        for i in self.augment:
            out.insert(i, 1)
        return [out]

    def R_op(self, inputs, eval_points):
        return [None] if None in eval_points else self(*eval_points, return_list=True)

    def grad(self, inputs, output_grads):
        x, gz = inputs[0], as_tensor_variable(output_grads[0])
        if x.type.dtype in discrete_dtypes:
            return [x.zeros_like(dtype=config.floatX)]
        order = ["x"] * x.type.ndim
        for i, v in enumerate(self.new_order):
            if v != "x":
                order[v] = i
        # the copy is in Theano's graph as well: a gradient must not be a view of the gradient above it
        return [dimshuffle(plain_elemwise(identity)(gz), tuple(order))]


@functools.lru_cache(maxsize=4096)
def _dimshuffle_op(pattern, order):
    return DimShuffle(pattern, order)


def dimshuffle(x, order):
    """`x` with its dimensions by `order`; the op is shared between calls."""
    try:
        op = _dimshuffle_op(x.type.broadcastable, tuple(order))
    except (TypeError, ValueError):
        op = DimShuffle(list(x.type.broadcastable), order)  # errors show the arguments so
    return op(x)


@legacy_name("theano.tensor.elemwise")
class DimShufflePrinter:
    """`pp` of a DimShuffle: new leading dimensions are not shown, a reversal is `.T`."""

    def process(self, r, pstate):
        if r.owner is None or not isinstance(r.owner.op, DimShuffle):
            raise TypeError("Can only print DimShuffle.")
        order, x = r.owner.op.new_order, r.owner.inputs[0]
        while order and order[0] == "x":
            order = order[1:]
        inner = pstate.pprinter.process(x, pstate)
        if order == tuple(range(x.type.ndim)):
            return inner
        if order == tuple(reversed(range(x.type.ndim))):
            return "%s.T" % inner
        return "DimShuffle{%s}(%s)" % (", ".join(map(str, order)), inner)


register_printer(DimShuffle, DimShufflePrinter())


# ---- Elemwise -------------------------------------------------------------------------------------------------------

@legacy_name("theano.tensor.elemwise")
class Elemwise(Op):
    """`scalar_op` applied to every element of its inputs, which are padded on the left to one number of dimensions.

    Dimensions declared broadcastable stretch, all others must agree when the program runs: a length of 1 met at run
    time does not stretch. `inplace_pattern` {output: input} is kept and printed; storage is XLA's own business here.
    """

    sized_by_data = True
    __props__ = ("scalar_op", "inplace_pattern")
    # written per instance, made anew after unpickling
    _CACHES = ("_dtypes", "_recipes", "_hash")

    def __init__(self, scalar_op, inplace_pattern=None, name=None, nfunc_spec=None, openmp=None):
        self.scalar_op = scalar_op
        self.inplace_pattern = frozendict(inplace_pattern or {})
        self.destroy_map = {o: [i] for o, i in self.inplace_pattern.items()}
        self.name = name
        self.nfunc_spec = getattr(scalar_op, "nfunc_spec", None) if nfunc_spec is None else nfunc_spec
        self.openmp = bool(config.openmp) if openmp is None else openmp
        self._fresh_caches()

    def _fresh_caches(self):
        self._dtypes = {}
        self._recipes = {}
        self._hash = None

    def __getstate__(self):
        return {k: v for k, v in self.__dict__.items() if k not in self._CACHES}

    def __setstate__(self, state):
        self.__dict__.update(state)
        self.inplace_pattern = frozendict(self.inplace_pattern)
        self._fresh_caches()

    def __hash__(self):
        if self._hash is None:
            self._hash = hash((type(self), self.scalar_op, self.inplace_pattern))
        return self._hash

    def __str__(self):
        if self.name is not None:
            return self.name
        if self.inplace_pattern:
            return "Elemwise{%s}%s" % (self.scalar_op, sorted(self.inplace_pattern.items()))
        return "Elemwise{%s}" % (self.scalar_op,)

    @property
    def host_only(self):
        """Whether the scalar op is known by its Python function alone."""
        return getattr(self.scalar_op, "host_only", False)

    # ---- building ----

    def _out_dtypes(self, dtypes):
        key = (dtypes, config.floatX, config.cast_policy, config.int_division)
        found = self._dtypes.get(key)
        if found is None:
            shadow = self.scalar_op.make_node(*[get_scalar_type(dtype=d).make_variable() for d in dtypes])
            found = self._dtypes[key] = [o.type.dtype for o in shadow.outputs]
        return found

    def get_output_info(self, dim_shuffle, *inputs):
        """(dtypes of the outputs, their patterns, the inputs padded by `dim_shuffle(pattern, order)(input)`)."""
        out_dtypes = self._out_dtypes(tuple([x.type.dtype for x in inputs]))
        patterns = [x.type.broadcastable for x in inputs]
        ndim = max(map(len, patterns))
        if min(map(len, patterns)) != ndim:
            inputs = [x if len(p) == ndim else dim_shuffle(p, ("x",) * (ndim - len(p)) + tuple(range(len(p))))(x)
                      for x, p in zip(inputs, patterns)]
            patterns = [(True,) * (ndim - len(p)) + p for p in patterns]
        first = patterns[0]
        common = first if all(p == first for p in patterns) else tuple([all(flags) for flags in zip(*patterns)])
        if self.inplace_pattern:
            self._check_inplace(out_dtypes, common, inputs)
        return out_dtypes, [common] * len(out_dtypes), list(inputs)

    def _check_inplace(self, out_dtypes, common, inputs):
        for overwritten in self.inplace_pattern.values():
            if any(b and not out for out, b in zip(common, inputs[overwritten].type.broadcastable)):
                raise ValueError("Operation cannot be done inplace on an input with broadcasted dimensions.")
        if any(inputs[i].type.dtype != out_dtypes[o] for o, i in self.inplace_pattern.items()):
            raise TypeError(("Cannot do an inplace operation on incompatible data types.",
                             ([i.type.dtype for i in inputs], out_dtypes, self.inplace_pattern)))

    def make_node(self, *inputs):
        """An Apply over `inputs`, each made a tensor and padded by a DimShuffle."""
        inputs = [as_tensor_variable(x) for x in inputs]
        out_dtypes, patterns, inputs = self.get_output_info(_dimshuffle_op, *inputs)
        return Apply(self, inputs, [tensor_type(d, p)() for d, p in zip(out_dtypes, patterns)])

    # ---- running ----

    def _out_shape(self, node, values):
        """The shape of the outputs. Raises Theano's ValueError where lengths differ."""
        if len(values) == 1:
            return values[0].shape
        out = []
        patterns = [x.type.broadcastable for x in node.inputs]
        for d in range(len(patterns[0])):
            first = None
            for i, (pattern, value) in enumerate(zip(patterns, values)):
                if pattern[d]:
                    continue
                if first is None:
                    first, length = i, value.shape[d]
                elif value.shape[d] != length:
                    raise ValueError("Input dimension mis-match. (input[%d].shape[%d] = %d, input[%d].shape[%d] = %d)"
                                     % (first, d, length, i, d, value.shape[d]))
            out.append(1 if first is None else length)
        return tuple(out)

    def lower(self, node, *values):
        import jax.numpy as jnp
        for ok, exc_class, message in self.scalar_op.checks(*values):
            check(ok, node, exc_class, message)
        return self._elementwise(node, values, self.scalar_op.lower_elementwise, jnp)

    def host(self, node, *values):
        return self._elementwise(node, values, self.scalar_op.host_elementwise, np)

    def _elementwise(self, node, values, compute, xp):
        shape = self._out_shape(node, values)
        if len(node.outputs) == 1:
            dtype = node.outputs[0].type.dtype
            result = compute(self._work_dtype(node, dtype), *values)
            if result.dtype != dtype:
                result = as_dtype(xp, result, dtype)
            # an op may ignore an input, whose shape counts nevertheless
            return result if result.shape == shape else xp.broadcast_to(result, shape)
        results = compute(tuple(o.type.dtype for o in node.outputs), *values)
        return tuple([r if r.shape == shape else xp.broadcast_to(r, shape) for r in results])

    def _work_dtype(self, node, dtype):
        """The dtype to compute in: the output's, but the inputs' common one where a wider result is put into an integer."""
        if not self.inplace_pattern or not dtype.startswith(("int", "uint")):
            return dtype
        common = upcast(*[x.type.dtype for x in node.inputs])
        return common if common.startswith("float") else dtype

    def perform(self, node, inputs, output_storage, params=None):
        results = self.host(node, *inputs)
        for i, (result, cell) in enumerate(zip(results if len(node.outputs) > 1 else (results,), output_storage)):
            if i in self.inplace_pattern:
                inputs[self.inplace_pattern[i]][...] = result
                result = inputs[self.inplace_pattern[i]]
            cell[0] = result

    def infer_shape(self, node, i_shapes):
        shapes = []
        for o in node.outputs:
            # the first input that is not broadcastable in a dimension tells its length
            shapes.append(tuple([
                1 if b else next((s[d] for s, x in zip(i_shapes, node.inputs)
                                  if hasattr(x.type, "broadcastable") and not x.type.broadcastable[d] and s[d]), None)
                for d, b in enumerate(o.type.broadcastable)]))
        return shapes

    # ---- derivatives ----

    def connection_pattern(self, node):
        if hasattr(self.scalar_op, "connection_pattern"):
            return self.scalar_op.connection_pattern(node)
        return [[True] * len(node.outputs) for _ in node.inputs]

    def _bgrad(self, inputs, outputs, ograds):
        """Gradients with respect to the inputs as broadcast, that is of the shape of the outputs."""
        return scalar_gradient.apply(self, inputs, outputs, ograds)

    def L_op(self, inputs, outs, ograds):
        grads = self._bgrad(inputs, outs, ograds)
        if any(out.type.dtype not in continuous_dtypes for out in outs):
            # plainly zero, so that `grad` sees at once that nothing flows through an integer
            return [g if scalar_gradient.has_no_value(g) else _float_zeros_like(x) for g, x in zip(grads, inputs)]
        common = outs[0].type.broadcastable
        for i, x in enumerate(inputs):
            stretched = [d for d, b in enumerate(x.type.broadcastable) if b and not common[d]]
            if stretched and not scalar_gradient.has_no_value(grads[i]):
                from theano_compat.tensor.reduce import sum as tensor_sum
                grads[i] = tensor_sum(grads[i], axis=stretched, keepdims=True)
        return grads

    def R_op(self, inputs, eval_points):
        from theano_compat.tensor.methods import tensor_function
        outs = self(*inputs, return_list=True)
        result = []
        for idx, out in enumerate(outs):
            ograds = [x.zeros_like() for x in outs]
            ograds[idx] = tensor_function("ones_like")(out)
            total = None
            for g, point in zip(self._bgrad(inputs, outs, ograds), eval_points):
                # an input without evaluation point, or one that is not differentiable, adds nothing
                if point is None or g is None:
                    continue
                if scalar_gradient.has_no_value(g):
                    scalar_gradient.refuse_direction(g, point)
                else:
                    total = g * point if total is None else total + g * point
            if total is not None and total.type.broadcastable != out.type.broadcastable:
                # only an input that was broadcast has a direction: the result has the output's shape all the same
                total = tensor_function("fill")(out, total)
            result.append(total)
        return result


def _float_zeros_like(x):
    zeros = x.zeros_like()
    return zeros if zeros.type.dtype in continuous_dtypes else zeros.astype(config.floatX)


_plain = {}


def plain_elemwise(scalar_op):
    """The nameless `Elemwise(scalar_op)`, one object for equal scalar ops."""
    found = _plain.get(scalar_op)
    if found is None:
        found = _plain[scalar_op] = Elemwise(scalar_op)
    return found
