"""What the lowerings of several families share: contractions in Theano's precision."""


def precision():
    """Full precision for float32 products, as Theano's BLAS: XLA's default on accelerators rounds the factors.

    A user who set JAX's own `jax_default_matmul_precision` keeps his choice.
    """
    import jax
    return None if jax.config.jax_default_matmul_precision else jax.lax.Precision.HIGHEST


def contract(x, y, axes, dtype, batch=((), ())):
    """The product of `x` and `y` summed over `axes` (one tuple each), computed and returned in `dtype`, in full precision."""
    import jax
    import jax.numpy as jnp
    work = {"float16": "float32", "bool": "int32"}.get(dtype, dtype)
    x, y = jnp.asarray(x).astype(work), jnp.asarray(y).astype(work)
    out = jax.lax.dot_general(x, y, (axes, batch), precision=precision())
    return out != 0 if dtype == "bool" else out.astype(dtype)
