"""Every differentiable program of the case tables: its gradient, the two products with its jacobian, and its third derivative.

`python tests/gradient/derivative_sweep.py [first [last]]` checks all, or those of these numbers (minutes); the tests check a sample.
"""
import importlib.util
import json
import sys
import warnings
from pathlib import Path

import numpy as np

import theano
import theano.tensor as T

GOLDEN = Path(__file__).resolve().parent.parent / "golden"

# Programs whose numbers are no smooth function of their arguments, so that finite differences mean nothing.
ROUGH = {
    "T.arange(s": "Theano has no Rop for it, and says so", "T.std": "a square root at zero",
    "T.nonzero_values": "Theano has no Rop for it, and says so",
    "AllocDiag(1, 1, 0)": "Theano's gradient of a turned diagonal is wrong, and is reproduced",
    "inverse=True": "Theano's gradient of the inverse permutation is wrong, and is reproduced",
    "consider_constant": "a gradient that is zero on purpose",
    "disconnected_grad": "a gradient that is zero on purpose", "zero_grad": "a gradient that is zero on purpose",
    "grad_clip": "a gradient that is cut on purpose",
}


NOT_DEFINED = (theano.gradient.DisconnectedInputError, theano.gradient.NullTypeGradError, NotImplementedError,
               theano.gof.utils.MethodNotDefined)


def _recorder(name):
    spec = importlib.util.spec_from_file_location("record_" + name, GOLDEN / ("record_%s.py" % name))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def cases():
    """(program, variable, [float64 inputs], {input: value}) of each program of the tables that has something to differentiate."""
    yield from _families()
    yield from _networks()
    yield from _scalar_ops()


def _families():
    record = _recorder("families")
    names, rng = record.namespace(), np.random.RandomState(5)
    recorded = json.loads((GOLDEN / "families.json").read_text())
    for family in sorted(record.FAMILIES):
        for program in record.programs(family):
            if family == "extremes" or any(word in program for word in ROUGH):
                continue
            if any("error" in found for found in recorded[family].get(program, {}).get("gradients", {}).values()):
                continue  # Theano fails
            expression, values = record.values_of(program)
            try:
                built = eval(expression, names)
            except Exception:
                continue  # a row about an error
            if not isinstance(built, theano.Variable) or getattr(built, "dtype", None) != "float64":
                continue
            inputs = [i for i in theano.gof.graph.inputs([built]) if i.name and names.get(i.name) is i]
            smooth = sorted({i for i in inputs if i.dtype == "float64"}, key=lambda i: i.name)
            if smooth and all(values[i.name].size for i in smooth):
                at = {i: values[i.name] for i in inputs}
                # off the grid, where there are no ties
                at.update((i, np.asarray(at[i] + rng.uniform(-.05, .05, at[i].shape))) for i in smooth)
                yield program, built, smooth, at


def _networks():
    record = _recorder("nnet")
    scope, rng = record.names(), np.random.RandomState(6)
    for program in record.CONV + record.POOL + record.NORM + record.NEIGHBOURS + record.SOFTMAX:
        if "ties" in program:
            continue
        built = eval(program, scope)
        inputs = dict.fromkeys(i for i in theano.gof.graph.inputs([built]) if scope.get(i.name) is i)
        smooth = sorted((i for i in inputs if i.dtype == "float64"), key=lambda i: i.name)
        at = {i: i.get_value() for i in inputs}
        at.update((i, np.asarray(at[i] + rng.uniform(-.05, .05, at[i].shape))) for i in smooth)
        if built.dtype == "float64":
            yield program, built, smooth, at


def _scalar_ops():
    """Each scalar op on the points of a grid where it and its neighbourhood are finite and within reach of finite differences."""
    recorded = json.loads((GOLDEN / "scalar.json").read_text())["gradients"]
    ops, grid = _recorder("scalar").OPS, np.array([-2.7, -1.3, -.71, -.34, .23, .41, .82, 1.37, 2.63])
    for name, op in sorted(ops.items()):
        n = op.nin if op.nin > 0 else 2
        inputs = [T.dvector(letter) for letter in "xyz"[:n]]
        points = [p.ravel() for p in np.meshgrid(*[grid + .01 * k for k in range(n)])]
        try:
            built = theano.tensor.elemwise.Elemwise(op)(*inputs)
        except TypeError:
            continue
        if built.dtype == "float64" and isinstance(recorded[name + "/float64"], list):  # else Theano fails
            fine = _smooth_points(theano.function(inputs, built), points)
            yield "scalar %s" % name, built, inputs, dict(zip(inputs, [p[fine][:60] for p in points]))


def _smooth_points(f, points):
    with np.errstate(all="ignore"):
        near = np.array([f(*[p + d for p in points]) for d in (-.02, -.01, 0, .01, .02)])
        steps = np.abs(np.diff(near, axis=0))
        return np.isfinite(near).all(0) & (steps.max(0) < 1) & (np.abs(near).max(0) < 1e3)


def check(built, smooth, at):
    """Assert what the module says of one program; the number of things that were checked."""
    rng = np.random.RandomState(7)
    fixed = {i: T.constant(v, dtype=i.dtype) for i, v in at.items() if i not in smooth}
    points = [at[i] for i in smooth]

    def program(*arguments):
        replace = {**fixed, **dict(zip(smooth, arguments))}
        return theano.clone(built, replace, strict=False)

    constants = [T.constant(p) for p in points]
    try:
        value = theano.function([], program(*constants))()
    except Exception:
        return 0  # a row about an error
    if not np.isfinite(value).all():
        return 0
    weights = rng.uniform(.5, 1.5, value.shape)
    try:
        theano.grad((built * weights).sum(), smooth)
    except NOT_DEFINED:
        return 0
    theano.gradient.verify_grad(program, points, n_tests=1, rng=rng, abs_tol=1e-5, rel_tol=1e-5)
    _check_products(program, points, value.shape, rng)
    return 2 + _check_third(program, points, weights, rng)


def _check_products(program, points, shape, rng):
    """u (J v) = (u J) v, J by neither."""
    inputs = [_variable(p) for p in points]
    output = program(*inputs)
    v = [rng.uniform(-1, 1, p.shape) for p in points]
    u = rng.uniform(-1, 1, shape)
    forward = T.Rop(output, inputs, [T.constant(d) for d in v])
    backward = T.Lop(output, inputs, T.constant(u) if np.ndim(u) else T.constant(np.float64(u)))
    jv, *uj = theano.function(inputs, [forward, *backward], on_unused_input="ignore")(*points)
    np.testing.assert_allclose((u * jv).sum(), sum((a * b).sum() for a, b in zip(uj, v)), rtol=1e-9, atol=1e-9)


def _variable(value):
    """A variable for an array of this shape."""
    return T.TensorType("float64", [n == 1 for n in value.shape])()


def _check_third(program, points, weights, rng):
    def second(x):
        first = theano.grad((program(x, *map(T.constant, points[1:])) * weights).sum(), x)
        scale = np.cos(np.arange(points[0].size)).reshape(points[0].shape) + 2
        return theano.grad((T.tanh(first) * scale).sum(), x, disconnected_inputs="ignore")

    try:
        numbers = theano.function([], second(T.constant(points[0])))()
        theano.grad(second(inner := _variable(points[0])).sum(), inner, disconnected_inputs="ignore")
    except NOT_DEFINED:
        return 0  # Theano has no second or third derivative of it: products, psi
    if not np.isfinite(numbers).all() or not numbers.any():
        return 0
    theano.gradient.verify_grad(second, points[:1], n_tests=1, rng=rng, abs_tol=1e-4, rel_tol=1e-4)
    return 1


def main(first="0", last="1000000"):
    """Check all programs and print those that fail."""
    warnings.simplefilter("ignore")
    done = 0
    for number, (program, built, smooth, at) in enumerate(cases()):
        if int(first) <= number < int(last):
            try:
                done += check(built, smooth, at)
            except Exception as e:
                print("%d %s: %s: %s" % (number, program, type(e).__name__, " ".join(str(e).split())[:200]), flush=True)
    print("%d checks" % done)


if __name__ == "__main__":
    main(*sys.argv[1:])
