"""What the perform of a user's op gives, where it is not what the op declared: as under the real Theano 1.0.5 with its C linker.

Returned or read in Python, a value passes as it is; read by a compiled part, another dtype is an error there; DebugMode refuses at once.
"""
import numpy as np
import pytest

import theano
import theano.tensor as T
from theano.compile.debugmode import InvalidValueError


class Gives(theano.Op):
    """Declares `out`, and gives what `compute` makes of its input."""

    def __init__(self, compute, out):
        self.compute, self.out = compute, out

    def make_node(self, x):
        return theano.Apply(self, [T.as_tensor_variable(x)], [self.out()])

    def perform(self, node, inputs, outputs):
        outputs[0][0] = self.compute(inputs[0])


OTHER_DTYPES = [(lambda x: x.astype("float32"), T.dvector, r"expected type_num 12 \(NPY_FLOAT64\) got 11"),
                (lambda x: x.astype("int64"), T.dvector, r"expected type_num 12 \(NPY_FLOAT64\) got 7"),
                (lambda x: x * 1j, T.dvector, r"expected type_num 12 \(NPY_FLOAT64\) got 15"),
                (lambda x: x, T.ivector, r"expected type_num 5 \(NPY_INT32\) got 12")]
X = np.array([1.5, 2.5])


@pytest.mark.parametrize("compute, out, sentence", OTHER_DTYPES, ids=["float32", "int64", "complex", "for int32"])
def test_another_dtype_passes_until_compiled_code_reads_it(compute, out, sentence):
    x = T.dvector("x")
    op = Gives(compute, out)
    for mode in (None, "FAST_COMPILE", theano.Mode("py", "fast_run")):
        found = theano.function([x], op(x), mode=mode)(X)
        assert found.dtype == compute(X).dtype
        np.testing.assert_array_equal(found, compute(X))
    state = theano.shared(np.zeros(()))
    f = theano.function([x], op(x) * 2, updates=[(state, state + 1)])
    with pytest.raises(TypeError, match=sentence) as e:
        f(X)
    assert "Apply node that caused the error: Elemwise{" in str(e.value)
    assert state.get_value() == 0
    with pytest.raises(InvalidValueError):
        theano.function([x], op(x), mode="DebugMode")(X)


@pytest.mark.parametrize("compute, out, sentence", [
    (lambda x: x[0], T.dvector, "expected an ndarray"), (lambda x: x.tolist(), T.dvector, "expected an ndarray"),
    (lambda x: None, T.dvector, "expected an ndarray, not None"), (lambda x: "text", T.dvector, "expected an ndarray"),
    (lambda x: x, T.dmatrix, "expected an ndarray of 2 dimensions"),
    # Theano's loop went on with the dimensions that it found; ours says so
    (lambda x: x[None], T.dvector, "expected an ndarray of 1 dimensions"),
])
def test_what_is_no_array_of_the_declared_rank_is_an_error_where_it_is_read(compute, out, sentence):
    x = T.dvector("x")
    f = theano.function([x], Gives(compute, out)(x) * 2)
    with pytest.raises(ValueError, match=sentence):
        f(X)


def test_a_number_will_do_for_a_scalar():
    x = T.dvector("x")
    for compute in (lambda x: 3.0, lambda x: x.sum(), lambda x: np.array(4.0)):
        found = theano.function([x], Gives(compute, T.dscalar)(x) * 2)(X)
        assert found == compute(X) * 2
