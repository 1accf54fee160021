"""Gradients tested against finite differences: numeric_grad, verify_grad, GradientError."""
import math

import numpy as np

from theano_compat.gradient.frontdoor import grad
from theano_compat.graph.utils import legacy_name

# The step that loses least precision in each dtype, and the relative error that it leaves.
_STEPS = {"float64": 1e-7, "float32": 3e-4, "float16": 1e-1}
_TOLERANCES = {"float64": 1e-4, "float32": 1e-2, "float16": 5e-2}


@legacy_name("theano.gradient")
class numeric_grad:
    """One-sided finite differences of the scalar function `f` at `pt` (an array or a list of them): `.gf`, in that form.

    eps: the step, by default by dtype. out_type: a complex dtype for a complex result.
    """

    type_eps = {**_STEPS, **{np.dtype(name): step for name, step in _STEPS.items()}}

    def __init__(self, f, pt, eps=None, out_type=None):
        alone = not isinstance(pt, (list, tuple))
        points = [np.array(p) for p in ([pt] if alone else pt)]
        dtypes = [str(p.dtype) for p in points]
        sizes = [math.prod(p.shape) for p in points]
        working = min((self.type_eps[d], d) for d in dtypes)[1]
        if eps is None:
            eps = max(self.type_eps[d] for d in dtypes)
        # All arguments are views of one flat array, so that one loop steps through every number.
        x = np.concatenate([np.zeros(0, working), *(p.ravel().astype(working) for p in points)])
        gx = np.empty(x.size, out_type if out_type is not None and out_type.startswith("complex") else working)
        ends = np.cumsum([0, *sizes])

        def views(flat):
            return [flat[a:b].reshape(p.shape) for a, b, p in zip(ends, ends[1:], points)]

        start = f(*views(x.copy()))
        for i in range(x.size):
            moved = x.copy()
            moved[i] += eps
            gx[i] = (f(*views(moved)) - start) / eps
        self.gf = views(gx)[0] if alone else views(gx)

    @staticmethod
    def abs_rel_err(a, b):
        """`(|a - b|, |a - b| / max(|a| + |b|, 1e-8))` as arrays."""
        absolute = abs(a - b)
        # the list keeps 1e-8 from becoming a float16 zero
        relative = absolute / np.maximum(abs(a) + abs(b), [1e-8])
        return np.asarray(absolute), np.asarray(relative)

    def abs_rel_errors(self, g_pt):
        """abs_rel_err of each array of the list `g_pt` against this gradient. Raises ValueError on other lengths or shapes."""
        if len(g_pt) != len(self.gf):
            raise ValueError("argument has wrong number of elements", len(g_pt))
        errors = []
        for i, (a, b) in enumerate(zip(g_pt, self.gf)):
            if a.shape != b.shape:
                raise ValueError("argument element %i has wrong shape %s" % (i, (a.shape, b.shape)))
            errors.append(numeric_grad.abs_rel_err(a, b))
        return errors

    def max_err(self, g_pt, abs_tol, rel_tol):
        """The worst place: (argument, flat position, absolute error, relative error).

        Worst is where the smaller of the errors, each in units of its tolerance, is largest. Raises ValueError for
        errors that are not finite.
        """
        worst = []
        for absolute, relative in self.abs_rel_errors(g_pt):
            if not np.all(np.isfinite(absolute)):
                raise ValueError("abs_err not finite", repr(absolute))
            if not np.all(np.isfinite(relative)):
                raise ValueError("rel_err not finite", repr(relative))
            scaled = np.minimum(absolute / abs_tol, relative / rel_tol)
            at = scaled.argmax()
            worst.append((scaled.flat[at], at, absolute.flat[at], relative.flat[at]))
        arg = int(np.argmax([w[0] for w in worst]))
        return (arg, *worst[arg][1:])


@legacy_name("theano.gradient")
class GradientError(Exception):
    """A gradient was computed and is wrong; says where and by how much."""

    def __init__(self, arg, err_pos, shape, val1, val2, abs_err, rel_err, abs_tol, rel_tol):
        Exception.__init__(self)
        self.arg = arg
        self.err_pos = err_pos
        self.shape = shape
        self.val1 = val1
        self.val2 = val2
        self.abs_err = abs_err
        self.rel_err = rel_err
        self.abs_tol = abs_tol
        self.rel_tol = rel_tol

    def __str__(self):
        return ("GradientError: numeric gradient and analytic gradient exceed tolerance:\n"
                "        At position %i of argument %i with shape %s,\n"
                "            val1 = %f      ,  val2 = %f\n"
                "            abs. error = %f,  abs. tolerance = %f\n"
                "            rel. error = %f,  rel. tolerance = %f\n"
                "Exception args: %s" % (self.err_pos, self.arg, self.shape, self.val1, self.val2, self.abs_err, self.abs_tol,
                                        self.rel_err, self.rel_tol, ", ".join(map(str, self.args))))


def mode_not_slow(mode):
    """`mode`, or a fast one with the same rewrites where it is DebugMode or FAST_COMPILE."""
    from theano_compat.compile import FAST_RUN, get_mode
    from theano_compat.compile.debugmode import DebugMode
    if isinstance(mode, str) and mode == "FAST_COMPILE":
        return FAST_RUN
    mode = get_mode(mode)
    if isinstance(mode, DebugMode):
        return FAST_RUN.clone(optimizer=mode._optimizer)
    return mode


def verify_grad(fun, pt, n_tests=2, rng=None, eps=None, out_type=None, abs_tol=None, rel_tol=None, mode=None,
                cast_to_output_type=False, no_debug_ref=True):
    """Compare the gradient of `fun` at the arrays `pt` with finite differences; raises GradientError when they differ.

    fun: makes one variable from variables. What is differentiated is the sum of its output times random numbers from
    `rng` (a numpy.random.RandomState; must be given), `n_tests` times. The other arguments: see numeric_grad; tolerances
    are by dtype unless given; cast_to_output_type draws float32 numbers for a float32 output; no_debug_ref computes the
    finite differences in a fast mode even where `mode` is a checking one.
    """
    assert isinstance(pt, (list, tuple))
    pt = [np.array(p) for p in pt]
    for i, p in enumerate(pt):
        if str(p.dtype) not in _TOLERANCES:
            raise TypeError('verify_grad can work only with floating point inputs, but input %i has dtype "%s".' % (i, p.dtype))
    tolerance = max(_TOLERANCES[str(p.dtype)] for p in pt)
    abs_tol = tolerance if abs_tol is None else abs_tol
    rel_tol = tolerance if rel_tol is None else rel_tol
    if rng is None:
        raise TypeError("rng should be a valid instance of numpy.random.RandomState. You may want to use "
                        "theano.tests.unittest_tools.verify_grad instead of theano.gradient.verify_grad.")
    draw, weights, cost_fn, grad_fn = _functions(fun, pt, rng, mode, cast_to_output_type, no_debug_ref)
    for test in range(n_tests):
        try:
            numeric = numeric_grad(cost_fn, [p.copy() for p in pt], eps, out_type)
            analytic = grad_fn(*[p.copy() for p in pt])
            assert isinstance(analytic, list)
            arg, position, abs_err, rel_err = numeric.max_err(analytic, abs_tol, rel_tol)
            if abs_err > abs_tol and rel_err > rel_tol:
                raise verify_grad.E_grad(arg, position, analytic[arg].shape, analytic[arg].flatten()[position],
                                         numeric.gf[arg].flatten()[position], abs_err, rel_err, abs_tol, rel_tol)
            if test < n_tests - 1:
                weights.set_value(draw(), borrow=True)
        except Exception as e:
            e.args += ("\nThe error happened with the following inputs:", pt, "\nThe value of eps is:", eps,
                       "\nThe out_type is:", out_type)
            raise


def _functions(fun, pt, rng, mode, cast_to_output_type, no_debug_ref):
    """(draw a random projection, the shared variable that holds it, compiled cost, compiled gradients)."""
    from theano_compat.compile import function, shared
    from theano_compat.tensor import TensorType, as_tensor_variable
    from theano_compat.tensor import sum as sum_of

    def compiled(outputs, name, mode=mode):
        return function(inputs, outputs, accept_inplace=True, allow_input_downcast=True, mode=mode, on_unused_input="ignore",
                        name=name)

    constants = [as_tensor_variable(p) for p in pt]
    inputs = [TensorType(c.dtype, c.broadcastable)(name="input %i" % i) for i, c in enumerate(constants)]
    output = fun(*inputs)
    if isinstance(output, list):
        raise NotImplementedError("cant (yet) autotest gradient of fun with multiple outputs")
    value = compiled(output, "gradient.py fwd")(*[p.copy() for p in pt])
    if isinstance(value, (tuple, list)):
        raise TypeError("It seems like you are trying to use verify_grad on an op or a function which outputs a list: there "
                        "should be a single (array-like) output instead")

    def draw():
        # nothing near zero, where finite differences would be noise
        plain = rng.rand(*value.shape) + 0.5
        return np.array(plain, output.dtype) if cast_to_output_type and output.dtype == "float32" else plain

    weights = shared(draw(), borrow=True)
    weights.name = "random_projection"
    cost = sum_of(weights * output)
    cost_fn = compiled(cost, "gradient.py cost", mode_not_slow(mode) if no_debug_ref else mode)
    grad_fn = compiled(grad(cost, inputs, disconnected_inputs="ignore"), "gradient.py symbolic grad")
    return draw, weights, cost_fn, grad_fn


verify_grad.E_grad = GradientError
