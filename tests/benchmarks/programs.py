"""Theano programs that are timed, as they run here and under the real Theano 1.0.5 (Python 3.7): no JAX in this file.

`PROGRAMS` maps a name to a function that returns (the compiled function, its arguments). Run as a script, the file prints the least
seconds a call of the programs named on the command line, as JSON: so `networks` asks the real Theano, whose interpreter the
environment variable THEANO_PYTHON names.
"""
import json
import sys
import time

import numpy as np

import theano
import theano.tensor as T
from theano.sandbox.rng_mrg import MRG_RandomStreams
from theano.tensor.signal import pool


def lenet_values(dtype, batch=100):
    """Images, targets and the eight parameters of LeNet: 20 and 50 filters of 5x5, 500 hidden units."""
    rng = np.random.RandomState(0)
    images, targets = rng.rand(batch, 1, 28, 28).astype(dtype), rng.randint(0, 10, batch).astype("int64")
    shapes = [(20, 1, 5, 5), (50, 20, 5, 5), (800, 500), (500, 10)]
    values = []
    for shape in shapes:
        fan = np.prod(shape[1:]) if len(shape) == 4 else shape[0]
        values.append((rng.randn(*shape) / np.sqrt(fan)).astype(dtype))
        values.append(np.zeros(shape[0] if len(shape) == 4 else shape[1], dtype))
    return images, targets, values


def lenet(dtype):
    """One step of gradient descent on LeNet, batch 100 of 28x28."""
    images, targets, values = lenet_values(dtype)
    x, y = T.tensor4("x", dtype=dtype), T.lvector("y")
    params = [theano.shared(v) for v in values]
    layer = x
    for w, b in (params[:2], params[2:4]):
        pooled = pool.pool_2d(T.nnet.conv2d(layer, w), (2, 2), ignore_border=True)
        layer = T.tanh(pooled + b.dimshuffle("x", 0, "x", "x"))
    hidden = T.tanh(T.dot(layer.flatten(2), params[4]) + params[5])
    p = T.nnet.softmax(T.dot(hidden, params[6]) + params[7])
    cost = -T.mean(T.log(p)[T.arange(y.shape[0]), y])
    rate = np.asarray(0.1, dtype)
    step = theano.function([x, y], cost, updates=[(q, q - rate * g) for q, g in zip(params, T.grad(cost, params))])
    return step, (images, targets)


def pool_values(dtype, shape=(100, 20, 24, 24)):
    """An image and a gradient for its 2x2 pooling."""
    rng = np.random.RandomState(0)
    return rng.rand(*shape).astype(dtype), rng.rand(*shape[:2], shape[2] // 2, shape[3] // 2).astype(dtype)


def pool_forward(dtype):
    """Max pooling, 2x2 on 100x20x24x24, of a shared image; the sum, so that no copy is timed."""
    image, _ = pool_values(dtype)
    return theano.function([], pool.pool_2d(theano.shared(image), (2, 2), ignore_border=True).sum()), ()


def pool_backward(dtype):
    """The gradient of max pooling by its image, weighted, for the kept output."""
    image, g = pool_values(dtype)
    x, top = theano.shared(image), theano.shared(g)
    out = theano.shared(image.reshape(100, 20, 12, 2, 12, 2).max(axis=(3, 5)))
    grad = pool.MaxPoolGrad(ignore_border=True)(x, out, top, (2, 2))
    place = theano.shared(np.zeros_like(image))
    return theano.function([], [], updates=[(place, grad)]), ()


def uniform():
    """A million float32 numbers from MRG31k3p, kept in a shared variable."""
    draw = MRG_RandomStreams(1234).uniform((1000000,), dtype="float32")
    place = theano.shared(np.zeros(1000000, "float32"))
    return theano.function([], [], updates=[(place, draw)]), ()


def _at(array, offset):
    """A copy of `array` that lies `offset` bytes after a multiple of 64: XLA on a CPU reads it where it is only if that is 0."""
    memory = np.empty(array.nbytes + 128, "uint8")
    start = -memory.ctypes.data % 64 + offset
    placed = memory[start:start + array.nbytes].view(array.dtype).reshape(array.shape)
    placed[...] = array
    return placed


def softmax_values(dtype, offset=0):
    """Inputs, targets and weights of a softmax regression, 600 x 784 to 10."""
    rng = np.random.RandomState(0)
    x, y = rng.rand(600, 784).astype(dtype), rng.randint(0, 10, 600).astype("int64")
    return _at(x, offset), _at(y, offset), (rng.randn(784, 10) * 0.01).astype(dtype)


def softmax_crossentropy(dtype, offset=0):
    """One step of softmax regression."""
    data, targets, weights = softmax_values(dtype, offset)
    x, y, w = T.matrix("x", dtype=dtype), T.lvector("y"), theano.shared(weights)
    cost = T.nnet.categorical_crossentropy(T.nnet.softmax(T.dot(x, w)), y).mean()
    return theano.function([x, y], cost, updates=[(w, w - np.asarray(0.1, dtype) * T.grad(cost, w))]), (data, targets)


def batch_norm_values(dtype):
    """Images, scale and offset."""
    rng = np.random.RandomState(0)
    return rng.randn(64, 32, 24, 24).astype(dtype), rng.rand(32).astype(dtype) + 1, rng.rand(32).astype(dtype)


def batch_norm(dtype):
    """One step on scale and offset of a spatial batch normalisation with running averages, 64x32x24x24, by a quartic cost."""
    images, scale, offset = batch_norm_values(dtype)
    x = theano.shared(images)
    gamma, beta = theano.shared(scale), theano.shared(offset)
    mean, var = theano.shared(np.zeros(32, dtype)), theano.shared(np.ones(32, dtype))
    out, _, _, new_mean, new_var = T.nnet.bn.batch_normalization_train(
        x, gamma.dimshuffle("x", 0, "x", "x"), beta.dimshuffle("x", 0, "x", "x"), "spatial",
        running_mean=mean.dimshuffle("x", 0, "x", "x"), running_var=var.dimshuffle("x", 0, "x", "x"))
    cost = T.sqr(T.sqr(out)).mean()
    rate = np.asarray(0.01, dtype)
    g = T.grad(cost, [gamma, beta, x])
    updates = [(gamma, gamma - rate * g[0]), (beta, beta - rate * g[1]), (x, x - rate * g[2]),
               (mean, new_mean.flatten()), (var, new_var.flatten())]
    return theano.function([], cost, updates=updates), ()


def _elementwise(expression):
    numbers = theano.shared(np.random.RandomState(0).randn(1000000))
    place = theano.shared(np.zeros(1000000))
    return lambda: (theano.function([], [], updates=[(place, expression(numbers))]), ())


PROGRAMS = {
    "LeNet step f32": lambda: lenet("float32"),
    "LeNet step f64": lambda: lenet("float64"),
    "max pool f32": lambda: pool_forward("float32"),
    "max pool f64": lambda: pool_forward("float64"),
    "max pool backward f32": lambda: pool_backward("float32"),
    "max pool backward f64": lambda: pool_backward("float64"),
    "MRG uniform 1e6 f32": uniform,
    "softmax regression step f32": lambda: softmax_crossentropy("float32"),
    "softmax regression step f64": lambda: softmax_crossentropy("float64"),
    "softmax step f32, x is copied": lambda: softmax_crossentropy("float32", 32),
    "softmax step f64, x is copied": lambda: softmax_crossentropy("float64", 32),
    "batch norm step f32": lambda: batch_norm("float32"),
    "batch norm step f64": lambda: batch_norm("float64"),
    "sin 1e6 f64": _elementwise(T.sin),
    "x ** 3 1e6 f64": _elementwise(lambda x: x ** 3),
    "x ** -1.5 of abs 1e6 f64": _elementwise(lambda x: abs(x) ** -1.5),
    "x ** 0.75 of abs 1e6 f64": _elementwise(lambda x: abs(x) ** 0.75),
    "softplus 1e6 f64": _elementwise(T.nnet.softplus),
}


def least(run, arguments, seconds=1.5):
    """The least seconds a call takes within `seconds`, after two calls that do not count."""
    run(*arguments), run(*arguments)
    best, end = float("inf"), time.time() + seconds
    while time.time() < end:
        started = time.time()
        run(*arguments)
        best = min(best, time.time() - started)
    return best


if __name__ == "__main__":
    print(json.dumps({name: least(*PROGRAMS[name]()) for name in sys.argv[1:] or PROGRAMS}))
