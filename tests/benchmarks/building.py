"""What building costs: graphs, theano.function without XLA's compilation, and import time."""
import os
import subprocess
import sys
import time

import numpy as np

import theano
import theano.tensor as T
from theano_compat.compile.lower import run_step
from theano_compat.compile.program import CompiledStep


def _lower_only(f):
    """Seconds to trace every XLA step of `f` abstractly, without compiling."""
    import jax
    seconds = 0.0
    for step in f.maker.program.steps:
        if not isinstance(step, CompiledStep):
            continue
        values = {v: c.value for v, c in zip(f.maker.fgraph.inputs, f.input_storage)}
        structs = [jax.ShapeDtypeStruct(np.shape(values[v]) if values.get(v) is not None else (20,) * v.type.ndim,
                                        v.type.dtype) for v in step.step.inputs]
        started = time.perf_counter()
        with jax.enable_x64(True):
            jax.make_jaxpr(lambda *a: run_step(step.step, {}, a)[0])(*structs)
        seconds += time.perf_counter() - started
    return seconds


def mlp_build():
    """Seconds of theano.function for the MLP step, gradient included, and of lowering it."""
    rng = np.random.RandomState(0)
    x, y = T.dmatrix("x"), T.lvector("y")
    params = [theano.shared(rng.randn(784, 500)), theano.shared(np.zeros(500)), theano.shared(rng.randn(500, 10)),
              theano.shared(np.zeros(10))]
    best = []
    for _ in range(5):
        started = time.perf_counter()
        hidden = T.tanh(T.dot(x, params[0]) + params[1])
        p = T.nnet.softmax(T.dot(hidden, params[2]) + params[3])
        cost = -T.mean(T.log(p)[T.arange(y.shape[0]), y])
        grads = T.grad(cost, params)
        graph = time.perf_counter()
        f = theano.function([x, y], cost, updates=[(q, q - 0.01 * g) for q, g in zip(params, grads)])
        f.maker.program
        best.append((graph - started, time.perf_counter() - graph))
    return min(b[0] for b in best), min(b[1] for b in best)


def chain_build(n):
    """Seconds to build, differentiate, compile (Python side) and lower a chain of `n` nodes."""
    v = T.dvector("v")
    started = time.perf_counter()
    y = v
    for i in range(n // 2):
        y = T.tanh(y) + v
    g = T.grad(y.sum(), v)
    built = time.perf_counter()
    f = theano.function([v], g)
    f.maker.program
    made = time.perf_counter()
    return built - started, made - built, _lower_only(f)


def import_time():
    """Seconds that `import theano` and tensor take beyond `import jax`, least of five processes each, from compiled files."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}

    def least(code):
        times = []
        for _ in range(5):
            started = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], check=True, env=environment)
            times.append(time.perf_counter() - started)
        return min(times)

    return least("import jax, theano, theano.tensor") - least("import jax")


def main():
    """Print what was measured, with the limits."""
    graph, made = mlp_build()
    print("\nBuilding\n--------")
    print("MLP step: graph and gradient %.1f ms, theano.function without XLA %.1f ms (limit 150)" % (graph * 1e3, made * 1e3))
    for n in (500, 1000, 2000):
        build, make, lower = chain_build(n)
        print("chain of %d nodes: graph and gradient %.0f ms, function %.0f ms, lowering %.0f ms; %.3f ms a node"
              % (n, build * 1e3, make * 1e3, lower * 1e3, (build + make + lower) * 1e3 / n))
    print("import theano over import jax: %.2f s (limit 0.15)" % import_time())
