"""What can be said more simply before XLA sees it: an engine and tables of rules."""
from theano_compat.rewrite import algebra as algebra
from theano_compat.rewrite import assertions as assertions
from theano_compat.rewrite import extremes as extremes
from theano_compat.rewrite import inline as inline
from theano_compat.rewrite import inverses as inverses
from theano_compat.rewrite import loops as loops
from theano_compat.rewrite import numbers as numbers
from theano_compat.rewrite import reductions as reductions
from theano_compat.rewrite import rows as rows
from theano_compat.rewrite import shapes as shapes
from theano_compat.rewrite import stability as stability
from theano_compat.rewrite import tails as tails
from theano_compat.rewrite import views as views
from theano_compat.rewrite import zeros as zeros
from theano_compat.rewrite.databases import optdb as optdb
from theano_compat.rewrite.engine import rewrite_graph as rewrite_graph
