"""What else runs in the process keeps its own settings: 64-bit mode, backends, forks."""
import numpy as np

import theano
import theano.tensor as T


def _dtypes():
    import jax
    import jax.numpy as jnp
    return (jnp.zeros(2).dtype.name, jnp.arange(3).dtype.name, jnp.asarray(np.ones(2)).dtype.name,
            jax.jit(lambda x: x * 2)(1.0).dtype.name, bool(jax.config.jax_enable_x64))


SINGLE = ("float32", "int32", "float32", "float32", False)


class Watching(theano.Op):
    """Adds one, and notes what JAX makes of numbers while it runs."""

    __props__ = ()
    itypes, otypes = [T.dvector], [T.dvector]
    seen = []

    def perform(self, node, inputs, output_storage):
        self.seen.append(_dtypes())
        output_storage[0][0] = inputs[0] + 1


def test_64_bit_mode_does_not_leak():
    assert _dtypes() == SINGLE
    x, i = T.dvector("x"), T.lscalar("i")
    f = theano.function([x, i], [x * 2, T.arange(i), x[:i].sum(), Watching()(x * 3).sum()])
    assert _dtypes() == SINGLE
    for _ in range(2):
        results = f(np.arange(4.0), 2)
        assert [r.dtype.name for r in results] == ["float64", "int64", "float64", "float64"]
        assert _dtypes() == SINGLE
    try:
        f(np.arange(4.0), [1, 2])
    except TypeError:
        pass
    assert _dtypes() == SINGLE
    assert Watching.seen and set(Watching.seen) == {SINGLE}


def test_a_callers_own_64_bit_mode_stays():
    import jax
    import jax.numpy as jnp
    x = T.fvector("x")
    f = theano.function([x], x.sum())
    with jax.enable_x64(True):
        assert f(np.ones(3, "float32")).dtype == np.float32
        assert jnp.zeros(1).dtype == jnp.float64
    assert jnp.zeros(1).dtype == jnp.float32


def test_import_and_building_start_no_backend(python):
    # a backend that is not there is only missed when it is started
    python("""
import numpy, theano, theano.tensor as T
w = theano.shared(numpy.ones((3, 3)))
x = T.dmatrix()
f = theano.function([x], T.dot(x, w).sum(), updates=[(w, w + T.grad(T.dot(x, w).sum(), w))])
assert w.get_value().sum() == 9 and f.maker.fgraph.toposort()
try:
    f([[1., 2., 3.]])
except RuntimeError as e:
    assert 'nowhere' in str(e), e
else:
    raise AssertionError('the backend is there')
""", JAX_PLATFORMS="nowhere")


def test_a_process_may_fork_before_the_first_compilation(python):
    done = python("""
import os, numpy, theano, theano.tensor as T
x, total = T.dvector('x'), theano.shared(0.)
f = theano.function([x], (x ** 2).sum(), updates=[(total, total + x.sum())])
readers = []
for k in range(2):
    r, w = os.pipe()
    if os.fork() == 0:
        os.write(w, repr((float(f(numpy.arange(3.) + k)), float(total.get_value()))).encode())
        os._exit(0)
    readers.append(r)
for k in range(2):
    os.wait()
print([eval(os.read(r, 100)) for r in readers], float(f([1.])), float(total.get_value()))
""")
    assert done.stdout.strip() == "[(5.0, 3.0), (14.0, 6.0)] 1.0 1.0"
