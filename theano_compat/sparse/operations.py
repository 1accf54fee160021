"""Every function that methods and operators of sparse variables need, in one place: names only."""
from theano_compat.sparse.arithmetic import add as add
from theano_compat.sparse.arithmetic import mul as mul
from theano_compat.sparse.arithmetic import neg as neg
from theano_compat.sparse.arithmetic import sub as sub
from theano_compat.sparse.comparison import ge as ge
from theano_compat.sparse.comparison import gt as gt
from theano_compat.sparse.comparison import le as le
from theano_compat.sparse.comparison import lt as lt
from theano_compat.sparse.parts import cast as cast
from theano_compat.sparse.parts import csm_data as csm_data
from theano_compat.sparse.parts import dense_from_sparse as dense_from_sparse
from theano_compat.sparse.parts import sp_zeros_like as sp_zeros_like
from theano_compat.sparse.parts import transpose as transpose
from theano_compat.sparse.products import structured_dot as structured_dot
from theano_compat.sparse.selecting import get_item as get_item
