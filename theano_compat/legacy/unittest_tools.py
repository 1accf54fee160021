"""`theano.tests.unittest_tools`: what programs and libraries test their own ops and functions with. The tests of Theano are not here."""
import contextlib
import copy
import functools
import re
import sys
import unittest
import warnings

import numpy as np

import theano_compat.tensor as T
from theano_compat.compile.modes import get_default_mode
from theano_compat.config import config
from theano_compat.graph.op import provides

SkipTest = unittest.SkipTest

with contextlib.suppress(ImportError):  # a package of its own, for who has it
    from parameterized import parameterized as parameterized


def assert_raises(expected, *arguments, **options):
    """`unittest`'s assertRaises as a function: call it, or use it as a context."""
    return unittest.TestCase().assertRaises(expected, *arguments, **options)


def attr(tag):
    """Decorator that marks a test for the old test runner; changes nothing."""
    return lambda function: function


def custom_name_func(testcase_func, param_num, param):
    """The name of one of a parameterized test's cases, by its arguments."""
    text = "_".join(map(str, param.args))
    return "%s_%s" % (testcase_func.__name__, re.sub("[^a-zA-Z0-9_]+", "_", text))


# ---- seeds ----------------------------------------------------------------------------------------------------------


def fetch_seed(pseed=None):
    """`pseed`, or else the flag `unittests.rseed`, as a number; None for "random" and what is no number."""
    seed = pseed or config.unittests.rseed
    if not seed or seed == "random":
        return None
    try:
        return int(seed)
    except ValueError:
        print("Error: config.unittests.rseed contains invalid seed, using None instead", file=sys.stderr)
        return None


def seed_rng(pseed=None):
    """Seed NumPy's global generator with `fetch_seed(pseed)`, and return that."""
    seed = fetch_seed(pseed)
    np.random.seed(seed)
    return seed


def verify_grad(op, pt, n_tests=2, rng=None, *args, **kwargs):
    """`T.verify_grad`, by NumPy's seeded global generator unless `rng` is given."""
    if rng is None:
        seed_rng()
        rng = np.random
    T.verify_grad(op, pt, n_tests, rng, *args, **kwargs)


verify_grad.E_grad = T.verify_grad.E_grad


class MockRandomState:
    """A generator whose every draw is `val`; of integers the lowest for 0, else the highest."""

    def __init__(self, val):
        self.val = val

    def rand(self, *shape):
        return np.full(shape, self.val, "float64")

    def randint(self, minval, maxval=None, size=1):
        low, high = (0, minval) if maxval is None else (minval, maxval)
        return np.full(size, low if self.val == 0 else high - 1, "int64")


class AttemptManyTimes:
    """Decorator: a test may fail, each time with the next seed, as long as `n_req_successes` of `n_attempts` succeed."""

    def __init__(self, n_attempts, n_req_successes=1):
        assert n_attempts >= n_req_successes
        self.n_attempts = n_attempts
        self.n_req_successes = n_req_successes

    def __call__(self, fct):
        @functools.wraps(fct)
        def attempt(*args, **kwargs):
            case = args[0] if len(args) == 1 and hasattr(args[0], "_testMethodName") else None
            original = seed = config.unittests.rseed
            successes = failures = 0
            while successes < self.n_req_successes:
                config.unittests.rseed = seed
                try:
                    if case is not None:
                        case.setUp()
                    fct(*args, **kwargs)
                    successes += 1
                except Exception:
                    failures += 1
                    if failures + self.n_req_successes > self.n_attempts:
                        raise
                finally:
                    config.unittests.rseed = original
                    if case is not None:
                        case.tearDown()
                seed = seed if seed in (None, "random") else str(int(seed) + 1)
        return attempt


def assertFailure_fast(f):
    """Decorator: under the flag `cycle_detection=fast` the test has to fail."""
    if config.cycle_detection != "fast":
        return f

    @functools.wraps(f)
    def fails(*args, **kwargs):
        with assert_raises(Exception):
            f(*args, **kwargs)
    return fails


# ---- comparing ------------------------------------------------------------------------------------------------------


def str_diagnostic(expected, value, rtol, atol):
    """How two arrays differ, as lines of text."""
    lines = ["           : shape, dtype, strides, min, max, n_inf, n_nan:"]
    arrays = [np.asarray(expected), np.asarray(value)]
    for name, array in zip(("Expected", "Value   "), arrays, strict=True):
        if array.size and array.dtype.kind in "biuf":
            lines.append(f"  {name} : {array.shape} {array.dtype} {array.strides} {array.min()} {array.max()} "
                         f"{np.isinf(array).sum()} {np.isnan(array).sum()}")
    lines += [f"  expected    : {expected}", f"  value    : {value}"]
    if arrays[0].size and arrays[0].shape == arrays[1].shape and all(a.dtype.kind in "biufc" for a in arrays):
        with np.errstate(all="ignore"):
            absolute = abs(arrays[1] - arrays[0])
            relative = absolute / (abs(arrays[1]) + abs(arrays[0]))
        for name, array in (("Abs", absolute), ("Rel", relative)):
            lines += [f"  {which} {name} Diff:  {getattr(np, which.lower())(array)}"
                      for which in ("Max", "Mean", "Median", "Std")]
    from theano_compat.tensor.closeness import _get_atol_rtol
    default_atol, default_rtol = _get_atol_rtol(*arrays)
    lines.append(f"  rtol, atol: {default_rtol if rtol is None else rtol} {default_atol if atol is None else atol}")
    return "\n".join(lines) + "\n"


class WrongValue(Exception):
    """What `assert_allclose` raises."""

    def __init__(self, expected_val, val, rtol, atol):
        super().__init__()
        self.val1, self.val2, self.rtol, self.atol = expected_val, val, rtol, atol

    def __str__(self):
        return "WrongValue\n" + str_diagnostic(self.val1, self.val2, self.rtol, self.atol)


def assert_allclose(expected, value, rtol=None, atol=None):
    """WrongValue unless the arrays are as close as their dtypes (or `rtol` and `atol`) ask."""
    from theano_compat.tensor.closeness import _allclose
    if not _allclose(expected, value, rtol, atol):
        raise WrongValue(expected, value, rtol, atol)


# ---- bases of test cases --------------------------------------------------------------------------------------------


class TestOptimizationMixin:
    """Assertions about the ops in a compiled function's graph. A mixin: what is set here holds for the test cases that use it."""

    def _assert_between(self, f, matches, min, max):
        nodes = f.maker.fgraph.toposort()
        found = [node for node in nodes if matches(node.op)]
        assert min <= len(found) <= max, (nodes, found, min, max)

    def assertFunctionContains(self, f, op, min=1, max=sys.maxsize):
        self._assert_between(f, lambda found: found == op, min, max)

    def assertFunctionContains0(self, f, op):
        self.assertFunctionContains(f, op, 0, 0)

    def assertFunctionContains1(self, f, op):
        self.assertFunctionContains(f, op, 1, 1)

    def assertFunctionContainsN(self, f, op, N):
        self.assertFunctionContains(f, op, N, N)

    def assertFunctionContainsClass(self, f, op, min=1, max=sys.maxsize):
        self._assert_between(f, lambda found: isinstance(found, op), min, max)

    def assertFunctionContainsClassN(self, f, op, N):
        self.assertFunctionContainsClass(f, op, N, N)

    def SkipTest(self, msg="Skip this test"):
        raise SkipTest(msg)


class T_OpContractMixin:
    """Tests that the ops in `ops` compare, hash and print; `clone(op)` of a subclass makes an equal op."""

    other_op = T.add

    def copy(self, x):
        return copy.copy(x)

    def deepcopy(self, x):
        return copy.deepcopy(x)

    def clone(self, op):
        raise NotImplementedError("return new instance like `op`")

    def _same(self, op):
        return op, self.copy(op), self.deepcopy(op), self.clone(op)

    def test_eq(self):
        for op in self.ops:
            assert all(op == same for same in self._same(op))
            assert not any(op == other for other in [self.other_op, *[o for o in self.ops if o is not op]])

    def test_hash(self):
        for op in self.ops:
            assert {hash(same) for same in self._same(op)} == {hash(op)}
            assert hash(op) != hash(self.other_op)

    def test_name(self):
        assert all(str(op) for op in self.ops)


class InferShapeTester(unittest.TestCase):
    """A base with a check of `infer_shape`: the shapes of outputs are those of the arrays, and computed without the op."""

    def setUp(self):
        seed_rng()
        self.mode = (getattr(self, "mode", None) or get_default_mode()).including("canonicalize")

    def _compile_and_check(self, inputs, outputs, numeric_inputs, cls, excluding=None, warn=True, check_topo=True):
        from theano_compat import function
        mode = self.mode.excluding(*excluding) if excluding else self.mode
        if warn:
            self._warn_of_equal_lengths(inputs, numeric_inputs, cls)
        outputs_function = function(inputs, outputs, mode=mode)
        shapes_function = function(inputs, [o.shape for o in outputs], mode=mode)
        nodes = [node for node in outputs_function.maker.fgraph.toposort() if isinstance(node.op, cls)]
        assert nodes
        if check_topo:
            # a graph of shapes keeps its nodes here; that they do not run takes an op that says what shape it gives
            assert all(hasattr(node.op, "infer_shape") or provides(node.op, "lower") for node in nodes)
        for out, shape in zip(outputs_function(*numeric_inputs), shapes_function(*numeric_inputs), strict=True):
            assert np.all(out.shape == shape), (out.shape, shape)

    @staticmethod
    def _warn_of_equal_lengths(inputs, numeric_inputs, cls):
        for variable, value in zip(inputs, numeric_inputs, strict=False):
            pattern = getattr(variable.type, "broadcastable", ())
            shape = [n for n, one in zip(np.shape(value), pattern, strict=False) if not one]
            if len(set(shape)) != len(shape):
                warnings.warn(f"the shape {np.shape(value)} given to test the shapes of {cls} has equal lengths: mixed up dimensions would "
                              "not be seen", stacklevel=3)
                return
