"""Record the tensor core: `python tests/golden/record_tensor.py > tests/golden/tensor.json` under real Theano 1.0.5.

The programs are plain text, so that tests/tensor runs the same ones: what an expression builds (`built`), what it is worth
(`values`), and how the gradient of each elementwise function prints (`gradients`).
"""
from __future__ import print_function

import json
import re

PROLOGUE = """
import warnings
import numpy as np
import theano
import theano.tensor as T
import theano.tensor.inplace
from theano import config, scalar
from theano.tensor.elemwise import DimShuffle, Elemwise
from theano.tensor.type import values_eq_approx, values_eq_approx_remove_inf, values_eq_approx_remove_nan
x, y, A, v, w, s = T.dmatrix('x'), T.dmatrix('y'), T.fmatrix('A'), T.dvector('v'), T.dvector('w'), T.dscalar('s')
r, c, t3, z, i, j, iv, b = T.drow('r'), T.dcol('c'), T.dtensor3('t3'), T.zmatrix('z'), T.imatrix('i'), T.bmatrix('j'), T.ivector('iv'), T.TensorType('bool', (False,))('b')
f32, f64, i8 = T.TensorType('float32', (False,)), T.TensorType('float64', (False,)), T.TensorType('int8', (False,))
nan, inf = float('nan'), float('inf')
def flagged(function, **flags):
    with theano.configparser.change_flags(**flags):
        return function()
def kept(data, same):
    return (same is data, str(same.dtype), same.tolist())
def arr(*data):
    return np.array(data)
"""

# values are shown as text: a variable by its text, type and node, anything else by str
BUILT = """
T.dscalar|T.bmatrix|T.zrow|T.icol|T.dtensor3|T.ftensor5|T.TensorType('float32', (True, False, True))|T.TensorType('bool', (True,))
T.TensorType('float64', (False,), name='mine')|T.TensorType('floatX', ())|T.TensorType('float128', ())|T.TensorType('complex', ())
T.scalar()|T.vector('a')|T.matrix('a', 'int8')|T.row('a')|T.col()|T.tensor3(dtype='complex64')|T.tensor4('q')|T.tensor5()|T.dscalar('k')
T.dscalars('x')|T.dscalars('xy')|T.dscalars('x', 'y')|T.dscalars(2)|T.scalars('ab', 'c')|T.imatrices(1)|T.lvectors('p', 'q')|T.tensor3s('abc')
T.tensor('float32', (False, True), name='t')|T.tensor(dtype='int64', broadcastable=(False,))|T.int_types|T.float_vector_types|T.complex_matrix_types
flagged(lambda: T.matrix('a'), floatX='float32')|flagged(lambda: T.TensorType('floatX', (False,)), floatX='float32')
T.dmatrix == T.dmatrix|T.dmatrix == T.drow|T.dmatrix != T.fmatrix|hash(T.dmatrix) == hash(T.TensorType('float64', (False, False)))
T.dmatrix.clone('float32')|T.dmatrix.clone(broadcastable=(True,))|T.dmatrix.ndim|T.dmatrix.dtype_specs()|T.dmatrix.to_scalar_type()
T.dmatrix.value_zeros((2, 1)).tolist()|T.dmatrix.get_shape_info(np.zeros((2, 3)))|T.dmatrix.get_size((2, 3))|T.dscalar.get_size(())
T.dmatrix.value_validity_msg(1)|T.dmatrix.is_valid_value(np.zeros((2, 2)))|T.dmatrix.is_valid_value(np.zeros(2))
f64.filter([1, 2])|f64.filter(arr(1, 2)).dtype|f32.filter([1.5, 2.25])|f32.filter([0.1])|f32.filter(arr(0.1))|f32.filter(arr(0.1), allow_downcast=True)
f32.filter(arr(1, 2))|i8.filter([300])|i8.filter([3])|i8.filter(arr(1.5), allow_downcast=True)|i8.filter(arr(300), allow_downcast=True)|f64.filter(3)
f64.filter(x)|f64.filter('abc')|f64.filter(arr(1), strict=True)|f64.filter([1.], strict=True)|f64.filter(np.zeros((2, 2)))|T.drow.filter(np.zeros((2, 2)))
T.fscalar.filter(0.1)|T.fscalar.filter(0.5)|flagged(lambda: T.fscalar.filter(0.1), floatX='float32')|flagged(lambda: T.fscalar.filter(0.1, allow_downcast=False), floatX='float32')
T.bscalar.filter(300)|T.bscalar.filter(3.0)|T.bscalar.filter(3.5)|T.bscalar.filter(np.int64(5))|T.iscalar.filter(True)|T.lscalar.filter(2 ** 63)
T.dscalar.filter(nan)|T.iscalar.filter(nan)|T.dscalar.filter(np.float32(1.5))|T.cscalar.filter(1j)|T.dscalar.filter(None)
T.dmatrix.filter_variable(r)|T.drow.filter_variable(x)|T.dmatrix.filter_variable(np.ones((2, 2)))|T.dmatrix.filter_variable(A)|T.dmatrix.filter_variable(v)
T.dmatrix.filter_variable(r, allow_convert=False)|T.dmatrix.convert_variable(A)|T.TensorType('float64', (False, True, False)).filter_variable(t3)
T.dmatrix.values_eq(arr(1, 2), arr(1, 2))|T.dmatrix.values_eq(arr(1, nan), arr(1, nan))|T.dmatrix.values_eq(arr(1, nan), arr(2, nan))
T.dmatrix.values_eq(arr(1, 2), arr(1., 2))|T.dmatrix.values_eq(arr(1, 2), arr(1., 2), force_same_dtype=False)|T.dmatrix.values_eq(arr(1), arr(1, 1))
values_eq_approx(arr(1.), arr(1. + 1e-7))|values_eq_approx(arr(1.), arr(1.001))|values_eq_approx(arr(nan, 1.), arr(nan, 1.))|values_eq_approx(arr(nan, 1.), arr(0., 1.))
values_eq_approx(arr(inf, 1.), arr(inf, 1.))|values_eq_approx(arr(inf, 1.), arr(-inf, 1.))|values_eq_approx(arr(inf, nan), arr(inf, nan))|values_eq_approx(arr(1), arr(1.))
values_eq_approx_remove_inf(arr(inf, 1.), arr(3., 1.))|values_eq_approx_remove_inf(arr(inf, 1.), arr(3., 2.))|values_eq_approx_remove_nan(arr(nan, 1.), arr(3., 1.))
values_eq_approx(arr(1., 2.).astype('float32'), arr(1.000001, 2.).astype('float32'))|values_eq_approx(arr(1, 2), arr(1, 2))|values_eq_approx(arr(1, 2), arr(1, 3))
T.dmatrix.may_share_memory(np.ones(2), np.ones(2))|T.dmatrix.may_share_memory(np.ones(2), 3)
T.constant(2)|T.constant(2.0)|T.constant(2.1)|T.constant(-0.5)|T.constant(300)|T.constant(70000)|T.constant(2 ** 40)|T.constant(2 ** 63)|T.constant(2 ** 64)|T.constant(1e300)
T.constant(np.float32(2))|T.constant(np.int64(3))|T.constant(np.float64(0.1))|T.constant(np.bool_(True))|T.constant(1j)|T.constant(2, dtype='float64')|T.constant(2, ndim=2)
T.constant([1, 2, 3])|T.constant([1., 1.])|T.constant([[1., 2.], [3., 4.]])|T.constant([])|T.constant(())|T.constant([[]])|T.constant(np.arange(100))|T.constant([1, 2.5])
T.constant([5])|T.constant([[7.5]])|T.constant([nan, nan])|T.constant(nan)|T.constant(inf)|T.constant([2, 3], name='n')|T.constant(2, name='n').name|T.constant([1, 2], ndim=0)
T.constant({})|T.constant('abc')|T.constant(None)|T.constant([1, 'a'])|T.constant(True)|T.constant(x)|T.constant(7) is T.constant(7)|T.constant(11) is T.constant(11)
T.constant(7.) is T.constant(7)|T.constant([7]) is T.constant([7])|T.constant([7, 7]) is T.constant([7, 7])
flagged(lambda: T.constant(0.1), floatX='float32')|flagged(lambda: T.constant(2), cast_policy='numpy+floatX')|flagged(lambda: T.constant(0.1), cast_policy='numpy+floatX', floatX='float32')
flagged(lambda: T.constant(np.float64(0.1)), cast_policy='numpy+floatX', floatX='float32')|flagged(lambda: T.constant(0.5), floatX='float16')|flagged(lambda: T.constant([0.5]), floatX='float32')
T.constant(2).equals(2)|T.constant(2).equals(np.int8(2))|T.constant(2).equals(np.array(2, 'int8'))|T.constant(2.).equals(3)|T.constant(2).equals(x)
T.constant([1, 2]).signature() == T.constant([1, 2]).signature()|T.constant([1, 2]).signature() == T.constant([1, 3]).signature()|T.constant([nan, 2]).signature() == T.constant([nan, 2]).signature()
T.constant([1, 2]).signature() == T.constant([1., 2.]).signature()|T.constant([[1, 2]]).signature() == T.constant([1, 2]).signature()|T.constant([inf]).signature() == T.constant([-inf]).signature()
T.as_tensor_variable(x) is x|T.as_tensor_variable(2)|T.as_tensor_variable(True)|T.as_tensor_variable('abc')|T.as_tensor_variable(None)|T.as_tensor_variable([1, 2], name='n').name
T.as_tensor_variable(v, ndim=3)|T.as_tensor_variable(r, ndim=1)|T.as_tensor_variable(x, ndim=1)|T.as_tensor_variable(x, ndim=2) is x|T.as_tensor_variable(2, ndim=1)
T.as_tensor_variable((x + 1).owner)|T.as_tensor_variable(scalar.float32('q'))|T.as_tensor_variable([s, s])|T.as_tensor_variable(theano.gof.generic())
T.get_scalar_constant_value(3)|T.get_scalar_constant_value(T.constant(2) + 3)|T.get_scalar_constant_value(T.constant([1, 1]))|T.get_scalar_constant_value(T.constant([1, 2]))
T.get_scalar_constant_value(x)|T.get_scalar_constant_value(T.constant([]))|T.get_scalar_constant_value(T.zeros_like(x))|T.get_scalar_constant_value(T.cast(T.constant(3), 'float32') * 2)
T.get_scalar_constant_value(r.shape[0])|T.get_scalar_constant_value(x.shape[0])|T.get_scalar_constant_value(T.constant(2).dimshuffle('x', 'x'))|T.get_scalar_constant_value(None)
T.get_scalar_constant_value(T.constant([1, 2, 3])[1])|T.get_scalar_constant_value(T.stack([T.constant(4), s])[0])|T.get_scalar_constant_value(T.exp(T.constant(2.)))
T.get_scalar_constant_value(T.alloc(2., 3, 4))|T.get_scalar_constant_value(T.constant(2) + 3, elemwise=False)|T.extract_constant(T.constant(2))|T.extract_constant(x)
x + y|x + 1|1 + x|x - y|2 * x|x / 2|x // y|x % y|x ** 2|2 ** x|-x|abs(x)|x < y|x <= 1|x > y|x >= y|x == y|x != y|~iv|iv & iv|iv \\| 3|3 ^ iv|divmod(x, 2)|divmod(2, x)
i / i|i / 2|i // 2|i / 2.|i ** 2|i ** 2.5|i % 3|j + 1|j + 300|j * 1.5|A * 1.5|A * np.float64(1.5)|A * np.ones(3)|A + i|A / i|i * np.float32(2)|b + 1|b * b|~b|b & b|b < b|j / j|2 / i|2. // i
np.ones(3) * v|np.float64(2) * x|np.float32(2) * A|np.ones((2, 2), 'float32') + A|np.int64(3) - i|np.float64(1) / x|np.ones(2) < v|[1, 2] + v|v + [1, 2]|v * (1, 2)
x + 'abc'|x + None|None + x|x * {}|x < 'a'|x ** 'a'|x + True|bool(x)|bool(x < y)|len(x)|list(x)|sum(x)|iter(x) and 1|list(T.drow().T[0:1])|x < y < 3|x[0, 0, 0]
z % 2|2 % z|z // 2|z / 2|z + 1|abs(z)|z.real|z.imag|z.conj()|T.angle(z)|T.complex(x, y)|T.complex_from_polar(x, y)|A.imag|i.real|z < z|T.eq(z, z)|-z|T.sgn(z)
x + v|v + x|x + s|s + x|x + r|x + c|r + c|r + r|t3 + x|t3 + v|c + v|T.switch(s, x, v)|T.add(x, v, s)|T.mul(s, s)|T.add(x)|T.clip(x, v, s)|T.second(x, s)|T.fill(x, 0)|T.fill(r, x)
x.T|v.T|t3.T|x.shape|x.size|v.size|x.ndim|x.dtype|x.broadcastable|r.broadcastable|x.astype('float32')|x.astype('float64') is x|x.copy()|x.copy('n')|x.real|x.clip(0, 1)|x.clip(a_min=0, a_max=v)
x.exp()|x.log()|x.sqrt()|x.tanh()|x.round('half_to_even')|x.round('half_away_from_zero')|x.round('up')|x.ceil()|x.fill(2)|x.fill(value=2)|x.conj()|x.conjugate()|x.deg2rad()|x.log1p()|x.trunc()
x.dimshuffle(1, 0)|x.dimshuffle((1, 0))|x.dimshuffle([0, 'x', 1])|v.dimshuffle('x', 0)|v.dimshuffle(0, 'x')|r.dimshuffle(1)|x.dimshuffle(0)|x.dimshuffle(0, 0)|x.dimshuffle(2)|x.dimshuffle('y')|s.dimshuffle()|s.dimshuffle('x', 'x')
DimShuffle((True, False), (1,))(r)|DimShuffle((False, False), (1, 0))(r)|DimShuffle((True, False), (1, 0))(x)|DimShuffle((False,), (0,))(x)|DimShuffle((False,), (0,), inplace=False)|DimShuffle((False,), ['x', 0]) == DimShuffle((False,), ['x', 0])
x.transpose()|x.transpose(1, 0)|x.transpose((1, 0))|t3.transpose(2, 0, 1)|x.transpose(0)|x.transpose(0, 0)|x.norm(2)|x.norm(2, axis=0)|x.norm(0)|x.norm(inf)|x.norm(1, axis=1, keepdims=True)
x.sum()|x.sum(axis=0, keepdims=True)|x.prod(1)|x.mean(dtype='float32')|x.var(0)|x.std()|x.min()|x.max(axis=0)|x.argmax()|x.argmin(1, keepdims=True)|b.any()|b.all(axis=0)|x.zeros_like()|x.ones_like('int8')|x.cumsum()|x.cumprod(0)
x.flatten()|x.flatten(2)|x.ravel()|x.reshape((2, 3))|x.reshape((2, -1), ndim=2)|x.reshape((2,), ndim='a')|x.dot(y)|x.trace()|x.diagonal()|x.repeat(2)|x.swapaxes(0, 1)|r.squeeze()|x.sort()|v.argsort()|v.take([0, 1])|x.ptp(0)
v.nonzero()|v.nonzero_values()|x.get_scalar_constant_value()|x.transfer('cpu') is x|x.transfer('gpu')|x.__array_priority__|v.searchsorted(w)|v.compress(x, axis=0)
Elemwise(scalar.exp)(x)|Elemwise(scalar.add, {0: 0})(x, y)|Elemwise(scalar.add, {0: 1})(x, r)|Elemwise(scalar.add, {0: 0})(i, x)|Elemwise(scalar.exp, name='mine')(x)|Elemwise(scalar.add) == T.add|Elemwise(scalar.add, {0: 0}) == T.add
T.inplace.exp_inplace(x)|T.inplace.add_inplace(x, y)|T.inplace.add_inplace(i, x)|T.inplace.mul_inplace(r, x)|T.inplace.fill_inplace(x, s)|hash(Elemwise(scalar.add)) == hash(T.add)|T.exp.destroy_map|T.inplace.exp_inplace.destroy_map
T.exp(x, x)|T.add(x, y, z)|T.exp()|T.switch(x, y)|T.exp('a')|T.pow(x)|T.exp(i)|T.sqr(j)|T.exp(j)|T.abs_(j)|T.ceil(i)|T.maximum(i, A)|T.switch(b, i, A)|T.isnan(i)|T.isnan(x)|T.isinf(j)|T.invert(x)|T.and_(x, y)|T.mod(i, j)
T.cast(x, 'float32')|T.cast(x, 'floatX') is x|T.cast(2, 'int8')|T.cast(z, 'float32')|T.cast(x, 'complex64')|T.cast(x, 'nope')|T.cast(b, 'int8')|T.cast(x, 'bool')|T.basic._convert_to_int8(x)|T.cast(T.cast(x, 'int8'), 'float64')
T.isclose(x, y)|T.allclose(x, y)|T.iround(x)|T.round(x, 'half_to_even')|T.ceil_intdiv(i, j)|T.div_proxy(i, j)|T.div_proxy(x, 2)|T.mod_check(x, y)|T.where is T.switch|T.square is T.sqr|T.bitwise_and is T.and_|T.floor_div is T.int_div
T.discrete_dtypes|T.continuous_dtypes|T.float_dtypes|T.complex_dtypes|T.int_dtypes|T.uint_dtypes|T.all_dtypes|T.integer_dtypes|T.tensor_from_scalar(scalar.int8('q'))|T.scalar_from_tensor(s)|T.scalar_from_tensor(v)
flagged(lambda: i / i, int_division='floatX', floatX='float32')|flagged(lambda: T.exp(i), floatX='float32')|flagged(lambda: T.exp(j), floatX='float32')|flagged(lambda: A * 0.1, floatX='float32')|flagged(lambda: A * i, cast_policy='numpy+floatX', floatX='float32')
flagged(lambda: T.dmatrix('a'), warn_float64='raise')|flagged(lambda: T.fmatrix('a'), warn_float64='raise')|x.tag.__class__.__name__|type(x).__module__|type(T.constant(2)).__module__|T.AsTensorError.__module__|T.exp.__class__.__module__
"""

DATA = """
f1 = np.array([-2.5, -1.0, -0.5, 0.0, 0.25, 0.5, 0.9, 1.0, 1.5, 3.0])
f2 = np.array([2.0, -1.0, 0.5, 0.0, 0.25, -0.5, 0.3, 2.0, -1.5, 3.0])
i1 = np.array([-7, -3, -1, 0, 1, 2, 5, 7, 9, 11], 'int32')
i2 = np.array([2, -2, 3, 5, 1, -2, 3, 7, -4, 2], 'int32')
p1 = abs(f1) + 0.1
"""
VALUES = """
f1[:, None] + f2[None]|(T.constant(f1).dimshuffle(0, 'x') * T.constant(f2)).sum(0)|T.switch(T.constant(f1) > 0, f2, 7)|T.constant(i1) / 2|T.constant(i1) // T.constant(i2)
T.constant(i1) % T.constant(i2)|T.constant(f1) // T.constant(p1)|T.constant(f1) % T.constant(p1)|T.constant(i1) ** 2|T.constant(f1) ** 3|T.constant(i1) & 3|T.constant(i1) ^ 5|~T.constant(i1)
T.constant(f1).clip(-1, 1)|T.constant(f1).round('half_to_even')|T.constant(f1).round('half_away_from_zero')|T.iround(T.constant(f1) * 3, 'half_to_even')|T.cast(T.constant(f1), 'int8')|T.cast(T.constant(i1), 'uint8')|T.cast(T.constant(f1), 'bool')
T.cast(T.constant(f1), 'float32')|T.cast(T.constant(f1), 'complex64')|T.isclose(T.constant(f1), T.constant(f1) + 1e-9)|T.allclose(T.constant(f1), T.constant(f2))|T.constant(f1) < T.constant(f2)|T.eq(T.constant(f1), T.constant(f2))
T.maximum(T.constant(f1), T.constant(f2))|T.minimum(T.constant(f1), 0)|T.abs_(T.constant(i1))|T.sgn(T.constant(f1))|T.constant(f1).fill(3)|T.second(T.constant(f1).dimshuffle('x', 0), 2)|T.constant(f1).dimshuffle('x', 0, 'x')
T.constant(np.arange(6).reshape(1, 6)).dimshuffle(1)|T.constant(np.arange(6).reshape(2, 3)).T|T.complex(f1, f2)|abs(T.complex(f1, f2))|T.angle(T.complex(f1, f2))|T.complex(f1, f2).conj() * T.complex(f2, f1)|T.complex(f1, f2).imag
T.isnan(T.constant(f1) / 0)|T.isinf(T.constant(f1) / 0)|T.isnan(T.constant(i1))|T.ceil_intdiv(T.constant(i1), T.constant(i2))|T.constant(f1).norm(2)|T.arctan2(f1, f2)|T.deg2rad(T.constant(f1))|T.logaddexp(f1, f2) if hasattr(T, 'logaddexp') else T.constant(0)
"""

UNARY = """abs_ exp exp2 expm1 neg inv log log2 log10 log1p sgn ceil floor trunc round_half_to_even round_half_away_from_zero sqr
sqrt deg2rad rad2deg cos arccos sin arcsin tan arctan cosh arccosh sinh arcsinh tanh arctanh erf erfc erfcx erfinv erfcinv gamma
gammaln psi tri_gamma j0 j1 i0 i1""".split()
BINARY = "add sub mul true_div int_div mod pow maximum minimum arctan2 second lt eq jv iv".split()


def expressions(text):
    return [e.replace("\\\\|", "|").replace("\\|", "|") for line in text.strip().splitlines()
            for e in re.split(r"(?<!\\)\|", line)]


def show(value):
    """An object as text: a variable with its type and node."""
    if isinstance(value, (list, tuple)):
        return "[%s]" % ", ".join(show(v) for v in value)
    if hasattr(value, "owner") and hasattr(value, "type"):
        text = "%s : %s" % (value, value.type)
        return text if value.owner is None else text + " = %s" % value.owner
    if hasattr(value, "dtype") and not type(value).__name__.startswith("bool"):
        return "%s : %s" % (value, value.dtype)
    return str(value)


def outcome(function):
    """What `function()` shows, or the class and text of its error."""
    try:
        return show(function())
    except Exception as e:
        return "%s.%s: %s" % (type(e).__module__.replace("builtins", "exceptions"), type(e).__name__, "; ".join(map(str, e.args)))


def built(namespace):
    return {e: outcome(lambda: eval(e, namespace)) for e in expressions(BUILT)}


def plain(array):
    import numpy as np
    array = np.asarray(array)
    if array.dtype.kind == "c":
        return [str(array.dtype), list(array.shape), [[float(v.real), float(v.imag)] for v in array.ravel()]]
    return [str(array.dtype), list(array.shape), [float(v) for v in array.ravel()]]


def values(namespace):
    theano, result = namespace["theano"], {}
    for e in expressions(VALUES):
        f = theano.function([], theano.tensor.as_tensor_variable(eval(e, namespace)))
        result[e] = plain(f())
    return result


def gradient_texts(namespace):
    theano, T = namespace["theano"], namespace["T"]
    result = {}
    for name, call in [(n, "T.%s(x)" % n) for n in UNARY] + [(n, "T.%s(x, v)" % n) for n in BINARY] + [
            ("switch", "T.switch(v, x, s)"), ("clip", "T.clip(x, v, s)"), ("cast", "T.cast(x, 'float32')"),
            ("int", "T.exp(i) * x"), ("three", "T.mul(x, v, s)"), ("real", "T.real(T.complex(x, y))")]:
        def text():
            cost = T.sum(eval(call, namespace))
            wrt = [namespace[n] for n in "xvs"]
            grads = theano.grad(cost, wrt, disconnected_inputs="ignore")
            return theano.printing.debugprint(grads, file="str", print_type=True)
        try:
            result[call] = text()
        except Exception as e:
            result[call] = "%s: %s" % (type(e).__name__, str(e).splitlines()[:1])
    return result


def namespace():
    """The names that the expressions use."""
    names = {}
    exec(PROLOGUE + DATA, names)
    return names


if __name__ == "__main__":
    import warnings
    warnings.simplefilter("ignore")
    names = namespace()
    print(json.dumps({"command": "python tests/golden/record_tensor.py (under real Theano 1.0.5)", "built": built(names),
                      "values": values(names), "gradients": gradient_texts(names)}, indent=0, sort_keys=True))
