"""Factorizations and solutions of 500 x 500 matrices against the same written in JAX, results as NumPy arrays."""
import jax
import jax.numpy as jnp
import numpy as np

import theano
import theano.tensor as T
from tests.benchmarks.timing import contest, show
from theano.tensor import nlinalg, slinalg

_LIMIT = 1.1


def _workloads(A, b):
    """name -> (Theano's outputs, JAX's function)."""
    return {
        "cholesky": (slinalg.cholesky(A), jnp.linalg.cholesky),
        "solve, one right side": (slinalg.solve(A, b[:, 0]), lambda a, b: jnp.linalg.solve(a, b[:, 0])),
        "solve, 500 right sides": (slinalg.solve(A, b), jnp.linalg.solve),
        "solve, lower triangular": (slinalg.solve_lower_triangular(A, b),
                                    lambda a, b: jax.scipy.linalg.solve_triangular(a, b, lower=True)),
        "svd": (nlinalg.svd(A), jnp.linalg.svd),
        "eigh": (nlinalg.eigh(A), jnp.linalg.eigh),
        "inverse": (nlinalg.matrix_inverse(A), jnp.linalg.inv),
    }


def main(n=500):
    """Print the table."""
    rng = np.random.RandomState(0)
    rows = []
    for dtype in ("float32", "float64"):
        m = rng.randn(n, n)
        a, b = (m.dot(m.T) / n + np.eye(n)).astype(dtype), rng.randn(n, n).astype(dtype)
        A, B = T.matrix("A", dtype), T.matrix("b", dtype)
        for name, (outputs, in_jax) in _workloads(A, B).items():
            takes_b = "solve" in name
            arguments = [a, b] if takes_b else [a]
            f = theano.function([A, B] if takes_b else [A], outputs)
            jitted = jax.jit(in_jax)

            def other(jitted=jitted, arguments=arguments):
                with jax.enable_x64(True):
                    return [np.array(v) for v in jax.tree.leaves(jitted(*arguments))]

            t = contest({"ours": lambda f=f, arguments=arguments: f(*arguments), "jax": other}, seconds=0.5)
            rows.append((f"{name}, {dtype}", t["ours"], t["jax"], _LIMIT))
    show(f"Linear algebra, {n} x {n}", rows)
