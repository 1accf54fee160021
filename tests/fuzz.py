"""Random programs of data that moves: theano here against NumPy, `python -m tests.fuzz [FIRST [COUNT]]`.

A program starts from a few arrays and makes new ones from old ones: parts, parts put elsewhere, other shapes, sums, orders, products.
Each step is stated twice, for theano and for NumPy, and NumPy runs it at once; so the sizes are known, and nothing of ours is its own
judge. Values are whole numbers, small enough that every result is exact. What is computed are the last arrays, in one function, and the
gradient of a weighted sum of them by the inputs, with the default mode and node by node in NumPy.

It is for mistakes of a compiler that takes a program for more than it is: `tests/tensor/test_shifted.py` is what it found.
"""
import sys
import warnings

import numpy as np

import theano
import theano.tensor as T

_STEPS = {}
_LARGEST = 1 << 20  # values stay below it


def _step(f):
    _STEPS[f.__name__.strip("_")] = f
    return f


class Program:
    """Pairs of a theano variable and its value, with the text of the steps that made them."""

    def __init__(self, seed):
        self.rng = rng = np.random.RandomState(seed)
        self.dtype = ["float64", "float32", "int64", "int32"][rng.randint(4)]
        self.inputs, self.pairs, self.text = [], [], []
        for _ in range(rng.randint(1, 3)):
            value = rng.randint(-4, 5, tuple(rng.randint(1, 6, rng.randint(1, 4)))).astype(self.dtype)
            variable = T.TensorType(self.dtype, [False] * value.ndim)("x%d" % len(self.inputs))
            self.inputs.append((variable, value))
            self.pairs.append((variable, value))
        names = sorted(_STEPS)
        for _ in range(rng.randint(3, 9)):
            _STEPS[names[rng.randint(len(names))]](self)

    def pick(self, *, ndim=1):
        """One of the arrays, rather a late one; one of at least `ndim` axes, or None."""
        fit = [p for p in self.pairs if p[1].size and p[1].ndim >= ndim]
        return fit[-1 - min(int(self.rng.exponential(1.0)), len(fit) - 1)] if fit else None

    def add(self, name, variable, value):
        value = np.asarray(value)
        if value.size <= 2000 and value.ndim <= 5 and (not value.size or abs(value).max() < _LARGEST):
            self.pairs.append((variable, value.astype(self.dtype)))
            self.text.append(name)

    def slice_of(self, n):
        """Some slice of an axis of length n that is not empty."""
        at = sorted(self.rng.randint(0, n + 1, 2))
        start, stop = (at[0], at[1]) if at[0] < at[1] else (0, n)
        step = [1, 1, 1, 2, -1][self.rng.randint(5)]
        return slice(start, stop, step) if step > 0 else slice(stop - 1, start - 1 if start else None, step)


def _same_places(program, shape):
    """Two indices of slices that select parts of one shape, often overlapping."""
    one, other = [], []
    for n in shape:
        length = program.rng.randint(1, n + 1)
        for index in (one, other):
            start = program.rng.randint(0, n - length + 1)
            turned = program.rng.rand() < .15
            index.append(slice(start + length - 1, start - 1 if start else None, -1) if turned else slice(start, start + length))
    return tuple(one), tuple(other)


@_step
def part(p):
    x, v = p.pick()
    index = tuple(p.slice_of(n) for n in v.shape[:p.rng.randint(1, v.ndim + 1)])
    if p.rng.rand() < .3:
        index = (int(p.rng.randint(-v.shape[0], v.shape[0])), *index[1:])
    p.add("part %s" % (index,), x[index], v[index])


@_step
def moved(p):
    """Values of a part put, or added, into another part of the same array."""
    x, v = p.pick()
    to, of = _same_places(p, v.shape)
    f = [lambda a: a, lambda a: -a, lambda a: a * 2][p.rng.randint(3)]
    made = v.copy()
    if p.rng.rand() < .5:
        made[to] = f(v[of])
        p.add("set %s %s" % (to, of), T.set_subtensor(x[to], f(x[of])), made)
    else:
        made[to] = v[to] + f(v[of])
        p.add("inc %s %s" % (to, of), T.inc_subtensor(x[to], f(x[of])), made)


@_step
def rows(p):
    x, v = p.pick()
    index = p.rng.randint(-v.shape[0], v.shape[0], p.rng.randint(1, 5))
    p.add("rows %s" % index, x[index], v[index])


@_step
def rows_put(p):
    x, v = p.pick()
    index = p.rng.permutation(v.shape[0])[:p.rng.randint(1, v.shape[0] + 1)]
    of, made = p.rng.randint(0, v.shape[0], len(index)), v.copy()
    if p.rng.rand() < .5:
        made[index] = v[of]
        p.add("rows set %s %s" % (index, of), T.set_subtensor(x[index], x[of]), made)
    else:
        index = p.rng.randint(0, v.shape[0], len(index))
        np.add.at(made, index, v[of])
        p.add("rows inc %s %s" % (index, of), T.inc_subtensor(x[index], x[of]), made)


@_step
def reshaped(p):
    x, v = p.pick()
    shapes = [(-1,), (1, *v.shape), (*v.shape, 1), (v.shape[0], -1)] + [(k, -1) for k in (2, 3) if v.size % k == 0]
    shape = shapes[p.rng.randint(len(shapes))]
    p.add("reshape %s" % (shape,), x.reshape(shape, ndim=len(shape)), v.reshape(shape))


@_step
def turned(p):
    x, v = p.pick(ndim=2) or p.pick()
    order = [int(k) for k in p.rng.permutation(v.ndim)]
    p.add("turn %s" % order, x.dimshuffle(*order), v.transpose(order))


@_step
def joined(p):
    x, v = p.pick()
    axis = p.rng.randint(v.ndim)
    a, b = (p.slice_of(v.shape[axis]) for _ in range(2))
    lead = (slice(None),) * axis
    p.add("join %d %s %s" % (axis, a, b), T.concatenate([x[(*lead, a)], x, x[(*lead, b)]], axis=axis),
          np.concatenate([v[(*lead, a)], v, v[(*lead, b)]], axis))


@_step
def rolled(p):
    x, v = p.pick()
    axis, by = p.rng.randint(v.ndim), int(p.rng.randint(-3, 4))
    p.add("roll %d %d" % (by, axis), T.roll(x, by, axis=axis), np.roll(v, by, axis))


@_step
def repeated(p):
    x, v = p.pick()
    axis, times = p.rng.randint(v.ndim), int(p.rng.randint(1, 3))
    p.add("repeat %d %d" % (times, axis), T.repeat(x, times, axis=axis), np.repeat(v, times, axis))


@_step
def summed(p):
    x, v = p.pick()
    axis, keep = p.rng.randint(v.ndim), bool(p.rng.randint(2))
    name = ["sum", "max", "min", "cumsum"][p.rng.randint(4)]
    if name == "cumsum":
        p.add("cumsum %d" % axis, T.cumsum(x, axis=axis), np.cumsum(v, axis))
    elif v.ndim > 1 or keep:
        p.add("%s %d %s" % (name, axis, keep), getattr(T, name)(x, axis=axis, keepdims=keep), getattr(v, name)(axis, keepdims=keep))


@_step
def ordered(p):
    x, v = p.pick()
    axis = p.rng.randint(v.ndim)
    p.add("sort %d" % axis, T.sort(x, axis=axis), np.sort(v, axis))


@_step
def chosen(p):
    x, v = p.pick()
    k = int(p.rng.randint(-3, 4))
    p.add("switch %d" % k, T.switch(T.ge(x, k), x, -x[::-1]), np.where(v >= k, v, -v[::-1]))


@_step
def arithmetic(p):
    x, v = p.pick()
    fit = [q for q in p.pairs if q[1].shape == v.shape]
    y, w = fit[p.rng.randint(len(fit))]
    kinds = [("+", lambda a, b: a + b), ("-", lambda a, b: a - b * 2), ("max", None), ("+ first", lambda a, b: a + b[:1])]
    name, f = kinds[p.rng.randint(4)]
    p.add(name, T.maximum(x, y) if f is None else f(x, _first_broadcasts(y) if name == "+ first" else y),
          np.maximum(v, w) if f is None else f(v, w))


def _first_broadcasts(y):
    return T.addbroadcast(y[:1], 0)


@_step
def looped(p):
    """A loop whose state is an array that is shifted, turned, and added to."""
    x, v = p.pick()
    to, of = _same_places(p, v.shape)
    turns = int(p.rng.randint(1, 4))
    states, _ = theano.scan(lambda h: T.set_subtensor(h[to], h[of] - h[to]), outputs_info=x, n_steps=turns)
    made = []
    for _ in range(turns):
        h = (made[-1] if made else v).copy()
        before = made[-1] if made else v
        h[to] = before[of] - before[to]
        made.append(h)
    p.add("loop %d %s %s" % (turns, to, of), states, np.stack(made))


def mistakes(seed):
    """What is wrong with the program of `seed`: a list of texts."""
    p = Program(seed)
    last = p.pairs[-3:]
    variables, values = [v for v, _ in p.inputs], [v for _, v in p.inputs]
    outputs = [v for v, _ in last]
    wrong = []
    found = theano.function(variables, outputs, on_unused_input="ignore")(*values)
    for (_, value), result in zip(last, found):
        if not np.array_equal(result, value):
            wrong.append("%s gives\n%s\nnot\n%s" % (p.text, result, value))
    if p.dtype.startswith("float") and not wrong:
        rng = np.random.RandomState(seed)
        cost = sum((v * rng.randint(-3, 4, value.shape).astype(p.dtype)).sum() for v, value in last)
        gradients = T.grad(cost, variables, disconnected_inputs="ignore")
        by_node, fused = (theano.function(variables, gradients, on_unused_input="ignore", mode=mode)(*values)
                          for mode in (theano.Mode("py", None), None))
        wrong += ["%s: gradient\n%s\nnot\n%s" % (p.text, a, b) for a, b in zip(fused, by_node) if not np.array_equal(a, b)]
    return wrong


def main(first=0, count=200):
    """Print what is wrong with the programs of `count` seeds from `first` on; 1 if anything is."""
    warnings.simplefilter("ignore")
    wrong = 0
    for seed in range(first, first + count):
        for text in mistakes(seed):
            wrong += 1
            print("seed %d: %s" % (seed, text), flush=True)
    print("%d programs, %d mistakes" % (count, wrong))
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))
