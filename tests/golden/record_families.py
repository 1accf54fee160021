"""Record the tensor families: `python tests/golden/record_families.py > tests/golden/families.json` under real Theano 1.0.5.

Each line of a family is a program: an expression over the variables below, and after `@` values that replace the usual
ones. Recorded are its printed graph, type, value, the printed graph and value of its gradient, or its error.
"""

import json
import sys
import warnings

PROLOGUE = """
import numpy as np
import theano
import theano.tensor as T
from theano.compile.ops import Rebroadcast, Shape_i
from theano.tensor import blas
from theano.tensor.basic import Alloc, AllocDiag, AllocEmpty, Argmax, Dot, ExtractDiag, Flatten, Join, MaxAndArgmax
from theano.tensor.basic import Nonzero, Tile
from theano.tensor.elemwise import All, Any, CAReduce, CAReduceDtype, Prod, ProdWithoutZeros, Sum
from theano.tensor.opt import Assert, MakeVector
from theano import scalar
x, y, A, v, w, s = T.dmatrix('x'), T.dmatrix('y'), T.fmatrix('A'), T.dvector('v'), T.dvector('w'), T.dscalar('s')
r, c, t3, u3, t4 = T.drow('r'), T.dcol('c'), T.dtensor3('t3'), T.dtensor3('u3'), T.dtensor4('t4')
z, B, h = T.zmatrix('z'), T.cmatrix('B'), T.TensorType('float16', (False,))('h')
i, j, iv, lv, J, f = T.iscalar('i'), T.bscalar('j'), T.ivector('iv'), T.lvector('lv'), T.bmatrix('J'), T.fscalar('f')
U, b = T.TensorType('uint8', (False, False))('U'), T.TensorType('bool', (False,))('b')
"""

VALUES = """
def R(*shape):
    n = int(np.prod(shape))
    return ((np.arange(n) * 7 % 11 - 4.5) * 0.375).reshape(shape)
x, y, A, v, w, s = R(2, 3), R(2, 3) + 1, R(2, 3).astype('float32'), R(3), R(3) - 0.25, np.array(1.5)
r, c, t3, u3, t4 = R(1, 3), R(2, 1), R(2, 3, 4), R(2, 4, 2), R(2, 2, 3, 2)
z, B, h = R(2, 3) + 1j * R(2, 3)[::-1], (R(2, 3) + 2j).astype('complex64'), R(3).astype('float16')
i, j, iv, lv = np.array(2, 'int32'), np.array(1, 'int8'), np.array([2, 0, 1], 'int32'), np.array([1, 2])
U, J = np.array([[3, 200, 7], [0, 255, 9]], 'uint8'), np.array([[3, -100, 7], [0, 127, -128]], 'int8')
b = np.array([True, False, True])
f = np.array(0.5, 'float32')
"""

FAMILIES = {
    "sums": """
x.sum()|x.sum(0)|x.sum(axis=-1)|T.sum(x, axis=(0, 1))|T.sum(x, axis=[1])|T.sum(x, axis=np.array(1))|T.sum(x, keepdims=True)
x.sum(axis=1, keepdims=True)
T.sum(x, axis=[])|T.sum(t3, axis=(0, 2))|T.sum(t3, axis=(-1, 0), keepdims=True)|T.sum(s)|T.sum(x, axis=[0, 0])
T.sum(A)|T.sum(A, dtype='float64')|T.sum(A, acc_dtype='float32')|T.sum(x, acc_dtype='float32')|T.sum(J)|T.sum(U)|T.sum(iv)|T.sum(b)
T.sum(h)|T.sum(z)|T.sum(B)
T.sum(J, dtype='int8')|T.sum(J, dtype='float32')|T.sum(J, acc_dtype='float64')|T.sum(U, acc_dtype='int32')|T.sum(x, dtype='float32')
T.sum(x, dtype='int32')
T.sum(x, axis=2)|T.sum(x, axis=-3)|T.sum(x, axis='a')|T.sum(x, axis=i)|T.sum(x, axis=1.5)
x.sum() @ x=R(0, 3)|x.sum(0) @ x=R(0, 3)|x.sum(1) @ x=R(2, 0)
T.prod(x)|T.prod(x, axis=1)|T.prod(x, axis=(0, 1), keepdims=True)|T.prod(A)|T.prod(J, axis=0)|T.prod(U)|T.prod(iv)
T.prod(x, no_zeros_in_input=True)|T.prod(x, axis=1, no_zeros_in_input=True)
T.prod(x, axis=[])|T.prod(z, axis=0)|T.prod(b)|T.prod(x) @ x=R(0, 3)|T.prod(x, axis=1) @ x=np.array([[1., 0, 3], [2, 4, 5]])
T.prod(x, axis=1) @ x=np.array([[1., 0, 0], [2, 4, 5]])
ProdWithoutZeros()(x)|ProdWithoutZeros(axis=1)(x)|ProdWithoutZeros(axis=1)(x) @ x=np.array([[1., 0, 3], [0, 0, 0]])
T.all(x)|T.all(x, axis=1)|T.any(x, axis=0)|T.any(b)|T.all(b)|T.all(J, axis=(0, 1))|T.any(x, axis=1, keepdims=True)
T.all(iv, keepdims=True)|T.any(x) @ x=R(0, 3)|T.all(x) @ x=R(0, 3)
CAReduce(scalar.add)(x)|CAReduce(scalar.mul, axis=1)(x)|CAReduce(scalar.maximum)(x)|CAReduce(scalar.minimum, axis=0)(A)
CAReduce(scalar.minimum, axis=0)(J)|CAReduce(scalar.and_, axis=0)(J)|CAReduce(scalar.or_)(J)
CAReduce(scalar.xor, axis=(0, 1))(J)|CAReduce(scalar.maximum)(x) @ x=R(0, 3)|CAReduce(scalar.add, axis=-1)(x)
CAReduceDtype(scalar.mul, axis=[0])(J)|CAReduce(scalar.sub)(x)|CAReduce(scalar.exp)(x)
CAReduce(scalar.maximum)(x) @ x=np.array([[1., np.nan, 3]])|Sum(axis=0) == Sum(axis=(0,))|Sum(axis=[1, 0])
Sum(axis=(0, 1), dtype='float32')|Prod()|All((0, 1))|Any()|CAReduce(scalar.add, axis=(0, 1))
""",
    "extremes": """
T.max(x)|T.max(x, axis=0)|T.max(x, axis=-1, keepdims=True)|T.max(t3, axis=(0, 2))|T.max(x, axis=(1, 0))|T.max(A)|T.max(J)|T.max(U)
T.max(b)|T.max(s)|x.max()|x.max(1)
T.max(z)|T.argmax(z, axis=1)|T.max(x) @ x=np.array([[1., np.nan, 3]])|T.argmax(x, axis=1) @ x=np.array([[1., np.nan, 3]])
T.min(x)|T.min(x, axis=0)|T.min(J)|T.min(U)|T.min(b)|T.min(iv, keepdims=True)|T.min(z)|T.min(h)|x.min(0, keepdims=True)
T.argmax(x)|T.argmax(x, axis=1)|T.argmax(x, axis=0, keepdims=True)|T.argmax(t3, axis=(0, 2))|T.argmax(s)|T.argmax(b)|T.argmin(x)
T.argmin(U, axis=1)|T.argmin(b)|T.argmin(J, axis=0)|T.argmax(h)
T.max_and_argmax(x)[0]|T.max_and_argmax(x, axis=1)[1]|T.max_and_argmax(x, axis=0, keepdims=True)[0]
T.max_and_argmax(t3, axis=[1, 2])[1]
T.max(x, axis=T.constant(1))|T.argmax(x, axis=T.constant([0, 1]))|T.max(x, axis=2)|T.argmax(x, axis=2)|T.argmax(x, axis=i)
T.max(x, axis=i)|T.argmax(x, axis='a')|T.argmax(x, axis=-3)
T.max_and_argmax(v)[0] @ v=R(0)|T.argmax(v) @ v=R(0)|T.max(x, axis=1) @ x=R(0, 3)|T.ptp(x)|T.ptp(x, axis=1)|T.smallest(x, y)
T.smallest(x, y, y * 2)|T.largest(x, y)|T.largest(x, y, r)
MaxAndArgmax([0])(x)[0]|Argmax((0,))(x)|Argmax([1])(x)|MaxAndArgmax((0,))
T.max(x, axis=1) @ x=np.array([[1., 3, 3], [2, 2, 2]])
""",
    "stats": """
T.mean(x)|T.mean(x, axis=0)|T.mean(x, axis=-1)|T.mean(x, axis=(0, 1), keepdims=True)|T.mean(A)|T.mean(A, dtype='float64')
T.mean(A, acc_dtype='float32')|T.mean(J)|T.mean(U, axis=1)|T.mean(h)|T.mean(b)
T.mean(x, dtype='float32')|T.mean(iv, dtype='int32')|T.mean(x, axis=np.array(1))|T.mean(x, axis=3)|T.mean(x, op=True)
T.mean(x, axis=1, op=True)|T.mean(x, op=True, dtype='float32')|T.mean(x, op=True, acc_dtype='float32')
T.mean(x, op=True, keepdims=True)|T.mean(z)|T.mean(x, axis=[])|T.var(x)|T.var(x, axis=0)|T.var(A, axis=1)|T.var(x, axis=1, ddof=1)
T.var(x, keepdims=True)|T.var(x, corrected=True)
T.var(x, axis=0, ddof=1, corrected=True)|T.std(x)|T.std(x, axis=1, keepdims=True)|T.std(A)|T.var(J)|T.var(x, 0, True)|x.mean()|x.var(1)
x.std(0)|T.std(x, 0, True)
T.cov(x)|T.cov(x, rowvar=False)|T.cov(x, bias=True)|T.cov(x, y)|T.cov(x, ddof=0)|T.cov(x, fweights=v)|T.cov(x, aweights=v)
""",
    "products": """
T.dot(x, y.T)|T.dot(x, v)|T.dot(c.T, x)|T.dot(v, x.T)|T.dot(v, w)|T.dot(x, s)|T.dot(s, s)|T.dot(s, v)|T.dot(A, v)|T.dot(iv, lv)
T.dot(J, J.T)|T.dot(z, z.T)|T.dot(B, x.T)|T.dot(h, h)|T.dot(b, b)
T.dot(x, y)|T.dot(x, lv)|T.dot(v, lv)|T.dot(lv, x.T)|T.dot(J, J)|T.dot(lv, iv)|T.dot(c, r)|T.dot(r, c) @ c=R(3, 1)|T.dot(r, v)
T.dot(c, v) @ v=R(1)
T.dot(x, y) @ y=R(3, 2)|x.dot(y.T)|T.dot(t3, v) @ v=R(4)|T.dot(x, t3)|T.dot(x, t3.dimshuffle(0, 1, 2)) @ x=R(2, 3)|T.dot(t3, u3)
Dot()(t3, x)|Dot()(x, t3)|Dot()(x, s)|Dot()(x)
T.dot(x, y.T) @ x=R(0, 3)|T.dot(x, y) @ x=R(2, 0), y=R(0, 3)|T.dot(x, y.T) @ y=R(1, 3)|T.dot(x, y) @ y=R(1, 3)
T.tensordot(x, y, 2)|T.tensordot(t3, u3, [[2], [1]])|T.tensordot(t3, u3, [[0, 2], [0, 1]])|T.tensordot(x, y, [[0], [0]])
T.tensordot(x, y, 0)|T.tensordot(t3, x, [[0, 1], [0, 1]])
T.tensordot(x, y, [1, 1])|T.tensordot(x, y)|T.tensordot(x, x, 3)|T.tensordot(x, x, [[0], [0, 1]])|T.tensordot(x, x, [[2], [0]])
T.tensordot(x, x, [[0, 1, 2], [0, 1, 2]])|T.tensordot(x, x, [0, 1, 1])
T.batched_dot(t3, u3)|T.batched_dot(x, y)|T.batched_dot(x, t3)|T.batched_dot(t3.dimshuffle(0, 2, 1), x)|T.batched_dot(lv, x)
T.batched_dot(x, lv)|T.batched_dot(t4, t3) @ t3=R(2, 2, 4)|T.batched_dot(s, x)
T.batched_dot(x, s)|T.batched_dot(t3, u3) @ t3=R(3, 3, 4)|T.batched_dot(t3, u3) @ t3=R(2, 3, 5)|T.batched_dot(A, x)
T.batched_dot(x, y) @ x=R(3, 3)
T.batched_tensordot(t3, u3, [[2], [1]])|T.batched_tensordot(t3, t3, [[1, 2], [1, 2]])|T.batched_tensordot(t3, u3, 1)
T.batched_tensordot(x, x, 2)|T.batched_tensordot(x, x, [[0], [1]])
T.outer(v, w)|T.outer(v, lv)|T.outer(x, v)|T.outer(s, v)
blas._dot22(x, y) @ y=R(3, 2)|blas._dot22(x, y)|blas._dot22(x, A)|blas._dot22(x, v)|blas._dot22(J, J)
blas._dot22scalar(x, y, s) @ y=R(3, 2)|blas._dot22scalar(x, y, s)|blas._dot22scalar(x, y, f)
blas.gemm_no_inplace(x, s, y, T.dot(x.T, x), s)|blas.gemm(x, s, x, y, s) @ y=R(3, 3)|blas.gemm_no_inplace(x, s, x, y, s) @ y=R(3, 2)
blas.gemm_no_inplace(x, s, y, y, s)|blas.gemm_no_inplace(x, 1., x, y, s)
blas.gemm_no_inplace(x, s, y.T, y, s)|blas.gemm_no_inplace(x, v, x, y, s)|blas.gemm_no_inplace(v, s, x, y, s)
blas.gemm_no_inplace(J, j, J, J, j)|blas.gemm_no_inplace(x, s, x, y)|blas.gemm_inplace(x, s, x, x, s)
blas.gemv(lv.astype('float64'), s, x, v, s)|blas.gemv(v, s, x, v, s)|blas.gemv_no_inplace(v, s, x.T, v, s)
blas.gemv(v, s, x.T, lv.astype('float64'), s)|blas.gemv(v, s, v, v, s)|blas.gemv(A, s, x, v, s)
blas.ger(x, s, lv.astype('float64'), v)|blas.ger(x, s, v, v)|blas.ger(x, f, v, v)|blas.ger(J, j, J[0], J[0])|blas.ger(x, v, v, v)
blas.gemm_inplace|blas.gemv_inplace|blas.ger_destructive|blas.batched_dot|blas._dot22
blas.batched_dot(t3, u3)|blas.batched_dot(x, s)|blas.batched_dot(t4, x)|blas.batched_dot(x)
""",
    "shapes": """
x.shape|T.shape(x)|x.shape[0]|x.shape[1:]|T.shape(s)|T.shape([1, 2])|Shape_i(1)(x)|Shape_i(2)(x)|Shape_i(0)(3)|x.size|v.size
T.get_vector_length(x.shape)|T.get_vector_length(t3.shape[1:])|T.get_vector_length(v)
T.get_vector_length(x)|T.get_vector_length(T.stack([i, i, i]))|T.get_vector_length(T.constant([1, 2]))
T.get_vector_length(t4.shape[::2])|T.get_vector_length(t4.shape[-3:-1])|T.get_vector_length(t4.shape[3:1])
T.specify_shape(x, (2, 3))|T.specify_shape(x, x.shape)|T.specify_shape(x, (2, 2))|T.specify_shape(x, lv)|T.specify_shape(v, lv)
T.specify_shape(x, [i, 3])|T.specify_shape(x, (2,))|T.specify_shape(x, 2.5)
T.addbroadcast(x, 0) @ x=R(1, 3)|T.addbroadcast(x, 0)|T.addbroadcast(x, 2)|T.unbroadcast(r, 0)|T.unbroadcast(r, 0, 1)
T.patternbroadcast(x, (True, False)) @ x=R(1, 3)|T.patternbroadcast(r, (True, False))|T.addbroadcast(T.unbroadcast(r, 0), 0)
Rebroadcast((0, True), (1, False))(x) @ x=R(1, 3)|Rebroadcast((1.5, True))|Rebroadcast((1, 1))|Rebroadcast((1, True))|Rebroadcast()
T.addbroadcast(T.addbroadcast(x, 0), 1) @ x=R(1, 1)|T.patternbroadcast(r, (False, True)) @ r=R(1, 1)
T.reshape(x, (3, 2))|T.reshape(x, (-1,))|T.reshape(x, [6])|x.reshape((i, 3))|x.reshape((3, -1))
x.reshape(lv, ndim=2) @ lv=np.array([3, 2])|x.reshape(lv)|x.reshape((1, 6))|x.reshape((i, 1, 3))|s.reshape((1, 1))
x.reshape((), ndim=0) @ x=R(1, 1)
x.reshape((4, 2))|x.reshape((4, -1))|x.reshape((-1, -1))|x.reshape((7,))|x.reshape((i, i))|x.reshape(lv, ndim=2) @ lv=np.array([5, 2])
x.reshape((1.5, 2))|x.reshape(x)|x.reshape(x.shape[::-1])|x.reshape(y.shape)|x.reshape(6)
x.reshape((0, 3)) @ x=R(0, 3)|x.reshape((-1, 3)) @ x=R(0, 3)|x.reshape((-1, 0)) @ x=R(0, 3)
t3.reshape((t3.shape[0], t3.shape[1] * t3.shape[2]))|t3.reshape([t3.shape[0], -1])|x.reshape((2, 3), ndim=1.5)
T.reshape(x, (2, 3), ndim=2)|iv.reshape((1, 3))
x.flatten()|t3.flatten(2)|t4.flatten(3)|s.flatten()|r.flatten()|T.flatten(x, outdim=1)|T.flatten(x, 3)|T.flatten(x, 0)
T.flatten(x, 1, 1)|x.ravel()|t3.flatten(ndim=3)|c.flatten(2)|Flatten(2)(t3)|Flatten(1)(x)|Flatten(3)(x)|T.is_flat(v)
T.is_flat(x, ndim=2)
T.shape_padleft(x)|T.shape_padleft(v, 2)|T.shape_padright(x)|T.shape_padright(s, 2)|T.shape_padaxis(x, 1)|T.shape_padaxis(x, -1)
T.shape_padaxis(x, 0)|T.shape_padaxis(x, 3)|T.shape_padaxis(x, -4)
T.transpose(x)|T.transpose(t3, (1, 0, 2))|x.T|t3.transpose(2, 0, 1)|t3.T|T.swapaxes(t3, 0, 2)|x.swapaxes(0, 1)|T.swapaxes(x, 0, 2)
T.transpose(v)|T.transpose(x, (0,))
T.tile(x, 2)|T.tile(x, (2,))|T.tile(x, (2, 1))|T.tile(v, (2, 2))|T.tile(x, i)|T.tile(x, (i, 1))|T.tile(x, lv, ndim=2)|T.tile(x, lv)
T.tile(x, (1, 2, 3))|T.tile(x, (1, 2, 3), ndim=2)|T.tile(x, (1.5, 2))|T.tile(x, 2, ndim=1)|T.tile(x, (2, 1), ndim=3)|T.tile(x, x)
T.tile(x, s)|T.tile(v, lv, ndim=1)|Tile(2)(x, lv)|Tile(3)(x, lv)
T.roll(x, 1)|T.roll(x, 1, axis=0)|T.roll(x, -1, axis=1)|T.roll(v, 2)|T.roll(x, i, axis=-1)|T.roll(x, 5, axis=1)|T.roll(v, 0)
T.roll(t3, 2, axis=1)
""",
    "made": """
T.alloc(0., 2, 3)|T.alloc(s, 2, 3)|T.alloc(v, 2, 3)|T.alloc(v, i, 3)|T.alloc(r, 4, 3)|T.alloc(np.float32(1), i)|T.alloc(s)|T.alloc(v)
T.alloc(v, 1.5)|T.alloc(v, lv)|T.alloc(v, 3, i) + 1|T.alloc(0., -2)|T.alloc(c, 2, 3)|T.alloc(j, 3)
T.alloc(s, 1, 3)|T.alloc(r, 1, 3)|T.alloc(s, i, 1)|T.alloc(x, 3, 2, 3)|T.alloc(c, i, i, 3)|AllocEmpty('float32')(2, 3).shape
AllocEmpty('float64')(i).shape|AllocEmpty('float32')|T.alloc(v, i, 3) @ v=R(1)
T.zeros((2, 3))|T.zeros(3)|T.zeros([i, 2], dtype='int32')|T.ones((2,))|T.ones(x.shape)|T.ones((i, 1), 'float32')|T.zeros(())
T.zeros((2, 3), dtype='bool')|T.zeros_like(x)|T.zeros_like(iv)|T.ones_like(x)|T.ones_like(A, dtype='int8')
T.zeros_like(s, opt=True)|T.ones_like(x, opt=True)|T.zeros_like(z)|x.zeros_like()|x.ones_like(dtype='int32')|T.fill(x, 2)|T.fill(x, s)
T.fill(x, v)|x.fill(2.5)|T.alloc_validate_shape((2, i))[1]|T.zeros((-1, 2))
T.arange(5)|T.arange(i)|T.arange(1, i)|T.arange(1, 10, 3)|T.arange(10, 1, -4)|T.arange(5, 1)|T.arange(s)|T.arange(0.5, 3)
T.arange(0., 1, 0.1)|T.arange(f)|T.arange(np.float32(3))|T.arange(1, 4, dtype='float32')|T.arange(j)|T.arange(i, dtype='int8')
T.arange(s, 4.)|T.arange(s, 4., f)|T.arange(0, 1, 0.1, dtype='float32')|T.arange(0, 5, i - 2)|T.arange(lv)|T.arange(U[0, 0])
T.arange(0, 3, 0.5, dtype='int64')|T.arange(3).shape|T.arange(i)[1:]|T.arange(np.uint8(4))|T.arange(0, 2, 0.1, dtype='float16')
T.mgrid[0:2, 0:3][0]|T.mgrid[0:2, 0:3][1]|T.ogrid[0:2, 0:3][1]|T.mgrid[0:4:2, 1:3][0]|T.mgrid[0:i, 0:3:2][1]|T.mgrid[0:1, 0:3j:1j]
T.mgrid[0:2]|T.ogrid[0:2, 0:1, 3:5][2]
T.eye(3)|T.eye(2, 3)|T.eye(3, k=1)|T.eye(3, 2, -1)|T.eye(i)|T.eye(i, 4, i)|T.eye(2, dtype='int32')|T.eye(lv)|T.eye(-2)
T.identity_like(x)|T.identity_like(A)|T.eye(0, 2)
T.tri(3)|T.tri(2, 3)|T.tri(3, 3, 1)|T.tri(i, dtype='int64')|T.tri(3, 4, -1)|T.tri(-2)|T.tril(x)|T.tril(x, 1)|T.tril(x, -1)|T.triu(x)
T.triu(x, 1)|T.triu(A, -1)|T.tril(J)
T.diag(v)|T.diag(x)|T.diag(v, 1)|T.diag(v, -2)|T.diag(x, 1)|T.diag(x, -1)|T.diag(s)|T.diagonal(x)|T.diagonal(t3)
T.diagonal(t3, 1, 1, 2)|T.diagonal(t3, 0, 2, 0)|T.diagonal(x, 5)|T.diagonal(v)|AllocDiag()(x)|AllocDiag(1, 1, 0)(x)
AllocDiag(-1, 0, 2)(x)|AllocDiag()(s)
x.diagonal()|ExtractDiag()(v)|ExtractDiag(1)(x)|T.diag(x) @ x=R(0, 3)|T.diag(iv)
""",
    "joined": """
T.join(0, x, y)|T.join(1, x, y)|T.join(-1, x, y)|T.join(0, x)|T.join(0, v, w, v)|T.join(0, x, A)|T.join(0, J, U)|T.join(0, b, iv)
T.join(i, x, y) @ i=1|T.join(i, x, y) @ i=-1|T.join(i, x, y) @ i=5|T.join(i, x, y) @ i=-5|T.join(2, x, y)|T.join(-3, x, y)
T.join(0, x, y) @ y=R(2, 4)|T.join(1, x, y) @ y=R(3, 3)|T.join(0, i, i)|T.join(0, x, v)|T.join(1.0, x, y)|T.join(0, r, r)
T.join(1, r, x) @ x=R(1, 3)|T.join(1, r, x)|T.join(1, c, c)|T.join(0, r, x)|Join()(0)|Join()(s, x, y)|T.join(0, x, z)
T.join(0, v, w) @ w=R(0)|T.join(0, x, [[1., 2, 3]])|T.concatenate([x, y])|T.concatenate((x, y), axis=1)|T.concatenate(x)
T.concatenate([v, [1., 2.]])|T.horizontal_stack(x, y)|T.vertical_stack(x, y)|T.horizontal_stack(x)|T.horizontal_stack(x, v)
T.stack([x, y])|T.stack([x, y], axis=1)|T.stack([x, y], axis=-1)|T.stack((x, y), 2)|T.stack([s, s])|T.stack([i, 2.5])|T.stack([i, j])
T.stack([])|T.stack()|T.stack(x, y)|T.stack(tensors=[x, y], axis=1)|T.stack([x, y], axis=5)|T.stack([1, 2])|T.stack([v])
T.stack([x, v])|T.stack([i, 2 * i, 3])|T.stack([s * 2, f])|T.stacklists([[s, s], [s, 2 * s]])|T.stacklists([[x, y], [y, x]])
T.stacklists(x)|MakeVector('float64')(s, s)|MakeVector('int64')(i, j)|MakeVector('int32')(s)|MakeVector('int8')()|MakeVector('float32')
T.as_tensor_variable([s, s])|T.as_tensor_variable([v, w])
T.split(x, lv, 2, axis=1)[0]|T.split(x, lv, 2, axis=1)[1]|T.split(v, lv, 2)[1]|T.split(x, [1, 1], 2)[0]|T.split(x, lv, 2)[0]
T.split(x, lv, 3)[0]|T.split(v, lv, 2)[0] @ lv=np.array([4, -1])|T.split(x, lv, 2, axis=i)[0]|T.split(x, lv, 2, axis=i)[1] @ i=1
T.split(x, v, 2)|T.split(x, lv, 2, axis=1.5)|T.split(x, lv, 1, axis=1) @ lv=np.array([3])|T.split(iv, lv, 2)[1]
T.split(x, lv, 2, axis=-1)[1]|T.split(v, lv, 2)[0] @ lv=np.array([3, 0])
""",
    "selected": """
T.nonzero(x)[0]|T.nonzero(x)[1]|T.nonzero(x, return_matrix=True)|T.nonzero(i)|T.flatnonzero(x)|T.nonzero_values(x)|T.nonzero(b)[0]
T.nonzero(v)[0] @ v=np.zeros(3)|x.nonzero()[0]|T.flatnonzero(s)|T.nonzero_values(iv)|Nonzero()(x)|T.nonzero_values(v).sum()
T.permute_row_elements(x, iv)|T.permute_row_elements(x, iv, inverse=True)|T.permute_row_elements(v, iv)
T.permute_row_elements(x, [[2, 1, 0], [0, 2, 1]])|T.permute_row_elements(v, T.stack([iv, iv]))|T.permute_row_elements(x, v)
T.inverse_permutation(iv)
T.permute_row_elements(t3, [3, 1, 0, 2])|T.permute_row_elements(x, iv) @ iv=np.array([0, 1, 5], 'int32')
T.permute_row_elements(x, [[2, 1, 0], [0, 2, 1]], 1)|T.inverse_permutation(T.stack([iv, iv]))
T.choose(lv, x) @ lv=np.array([1, 0, 1])|T.choose(iv, [v, w, v * 2])|T.choose(iv, x)|T.choose(iv, x, mode='wrap')
T.choose(iv, x, mode='clip')|T.choose(x, x)|T.choose(iv, x, mode='foo')|T.choose(i, x) @ i=1
T.choose(J, t3) @ J=np.array([[0, 1, 1, 0]] * 3, 'int8')|iv.choose([v, w, v])
T.choose(iv, (v, w)) |T.choose(J, x) @ J=np.array([[0, 1, 1], [1, 0, 0]], 'int8')
T.default(x, y)|T.default(x, v)|Assert('no')(x, s > 1)|Assert('no')(x, s > 2)|Assert()(x, i > 1, i > 5)|Assert()|T.transfer(x, 'cpu')
T.transfer(x, 'mars')
T.check_and_normalize_axes(x, None)|T.check_and_normalize_axes(x, -1)|T.check_and_normalize_axes(x, (1, 0))
T.check_and_normalize_axes(x, T.constant(1))|T.check_and_normalize_axes(x, 2)|T.makeKeepDims(x, x.sum(0), 0)
T.isclose(x, y)|T.allclose(x, y)|T.power(x, 2)|T.swapaxes(x, 0, 1)
""",
}


def programs(family):
    """The programs of a family, in order, each once."""
    found = []
    for line in FAMILIES[family].strip().splitlines():
        for program in line.split("|"):
            if program.strip() and program.strip() not in found:
                found.append(program.strip())
    return found


def namespace():
    names = {}
    exec(PROLOGUE, names)
    return names


def values_of(program):
    """(the expression, {name: value}) of a program."""
    import numpy as np
    expression, _, replaced = program.partition(" @ ")
    values = {"np": np}
    exec(VALUES, values)
    for name, value in eval("dict(%s)" % replaced, values).items():
        values[name] = np.asarray(value, dtype=values[name].dtype)
    return expression, values


def error(e):
    return {"error": [type(e).__name__, str(e).split("\n")[0]]}


def printed(variable, names):
    return names["theano"].printing.debugprint(variable, file="str")


def numbers(value):
    """(dtype, shape, elements) of a result."""
    import numpy as np
    value = np.asarray(value)
    elements = value.ravel()
    if value.dtype.kind == "c":
        elements = [[float(e.real), float(e.imag)] for e in elements]
    elif value.dtype.kind == "f":
        elements = [float(e) for e in elements]
    else:
        elements = [int(e) for e in elements]
    return [str(value.dtype), list(value.shape), elements]


def compute(variable, names, values, mode=None):
    theano = names["theano"]
    inputs = [i for i in theano.gof.graph.inputs([variable]) if i.name in values and i is names.get(i.name)]
    inputs = sorted(set(inputs), key=lambda i: i.name)
    return numbers(theano.function(inputs, variable, mode=mode)(*[values[i.name] for i in inputs]))


def outcome(program, names):
    """What building, running and differentiating the program gives."""
    theano = names["theano"]
    expression, values = values_of(program)
    try:
        built = eval(expression, names)
    except Exception as e:
        return error(e)
    if not isinstance(built, theano.Variable):
        return {"text": str(built)}
    result = {"text": str(built), "type": str(built.type), "graph": printed(built, names)}
    try:
        result["value"] = compute(built, names, values)
    except Exception as e:
        result.update(error(e))
        return result
    result["gradients"] = gradients(built, names, values)
    return result


def gradients(built, names, values):
    theano = names["theano"]
    found = {}
    if not str(built.dtype).startswith("float"):
        return found
    wrt = [i for i in theano.gof.graph.inputs([built]) if i is names.get(i.name) and str(i.dtype).startswith("float")]
    for variable in sorted(set(wrt), key=lambda i: i.name):
        try:
            cost = (built * names["T"].arange(built.size).reshape(built.shape)).sum() if built.ndim else built
            plain = theano.grad(built.sum() if built.ndim else built, variable)
            found[variable.name] = [printed(plain, names), compute(theano.grad(cost, variable), names, values, "FAST_COMPILE")]
        except Exception as e:
            found[variable.name] = error(e)
    return found


def main(name="families"):
    warnings.simplefilter("ignore")
    stdout, sys.stdout = sys.stdout, sys.stderr  # Theano tells there which C code it does without
    names = namespace()
    recorded = {"command": "python tests/golden/record_%s.py > tests/golden/%s.json, under real Theano 1.0.5" % (name, name)}
    for family in sorted(FAMILIES):
        recorded[family] = {program: outcome(program, names) for program in programs(family)}
    print(json.dumps(recorded, indent=0, sort_keys=True), file=stdout)


if __name__ == "__main__":
    main()
