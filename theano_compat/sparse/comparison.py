"""Comparisons, entry by entry: sparse with sparse gives sparse uint8, sparse with dense gives dense uint8."""
import operator

import numpy as np

from theano_compat import tensor
from theano_compat.graph.variable import Apply
from theano_compat.sparse.type import SparseType
from theano_compat.sparse.variable import SparseOp, as_sparse_variable, assert_same_shape, by_kind


class _Comparison(SparseOp):
    """Ones where the comparison holds."""

    def _result(self, node, x, y):
        assert_same_shape(x, y)
        found = self.comparison(x, y)
        return found.astype("uint8") if hasattr(found, "tocsr") else np.asarray(found, dtype="uint8")

    def infer_shape(self, node, ins_shapes):
        """Legacy name: the shape of the first."""
        return [ins_shapes[0]]


class _ComparisonSS(_Comparison):
    def make_node(self, x, y):
        x, y = as_sparse_variable(x), as_sparse_variable(y)
        if x.type.format != y.type.format:
            raise NotImplementedError()
        return Apply(self, [x, y], [SparseType(dtype="uint8", format=x.type.format)()])


class _ComparisonSD(_Comparison):
    def make_node(self, x, y):
        x, y = as_sparse_variable(x), tensor.as_tensor_variable(y)
        assert y.type.ndim == 2
        return Apply(self, [x, y], [tensor.TensorType(dtype="uint8", broadcastable=(False, False))()])


def _op(base, name, compare):
    cls = type(name, (base,), {"comparison": staticmethod(compare), "__doc__": "Whether %s holds." % compare.__name__})
    cls.__module__ = "theano.sparse.basic"
    return cls


EqualSS, EqualSD = _op(_ComparisonSS, "EqualSS", operator.eq), _op(_ComparisonSD, "EqualSD", operator.eq)
NotEqualSS, NotEqualSD = _op(_ComparisonSS, "NotEqualSS", operator.ne), _op(_ComparisonSD, "NotEqualSD", operator.ne)
LessThanSS, LessThanSD = _op(_ComparisonSS, "LessThanSS", operator.lt), _op(_ComparisonSD, "LessThanSD", operator.lt)
GreaterThanSS, GreaterThanSD = _op(_ComparisonSS, "GreaterThanSS", operator.gt), _op(_ComparisonSD, "GreaterThanSD", operator.gt)
LessEqualSS, LessEqualSD = _op(_ComparisonSS, "LessEqualSS", operator.le), _op(_ComparisonSD, "LessEqualSD", operator.le)
GreaterEqualSS = _op(_ComparisonSS, "GreaterEqualSS", operator.ge)
GreaterEqualSD = _op(_ComparisonSD, "GreaterEqualSD", operator.ge)

equal_s_s, equal_s_d = EqualSS(), EqualSD()
not_equal_s_s, not_equal_s_d = NotEqualSS(), NotEqualSD()
less_than_s_s, less_than_s_d = LessThanSS(), LessThanSD()
greater_than_s_s, greater_than_s_d = GreaterThanSS(), GreaterThanSD()
less_equal_s_s, less_equal_s_d = LessEqualSS(), LessEqualSD()
greater_equal_s_s, greater_equal_s_d = GreaterEqualSS(), GreaterEqualSD()


def _switch(name, both, dense, turned):
    """A function of two matrices of which at least one is sparse; `turned` is for a dense first one."""

    def compare(x, y):
        return by_kind(x, y, both, dense, turned)

    compare.__name__ = compare.__qualname__ = name
    compare.__doc__ = "Where %s holds, as uint8; at least one of `x` and `y` is sparse." % name
    return compare


eq = _switch("eq", equal_s_s, equal_s_d, equal_s_d)
neq = _switch("neq", not_equal_s_s, not_equal_s_d, not_equal_s_d)
lt = _switch("lt", less_than_s_s, less_than_s_d, greater_than_s_d)
gt = _switch("gt", greater_than_s_s, greater_than_s_d, less_than_s_d)
le = _switch("le", less_equal_s_s, less_equal_s_d, greater_equal_s_d)
ge = _switch("ge", greater_equal_s_s, greater_equal_s_d, less_equal_s_d)
