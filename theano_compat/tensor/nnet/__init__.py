"""theano.tensor.nnet: functions of neural networks. Names only."""
from theano_compat.tensor.nnet.abstract_conv import conv2d as abstract_conv2d
from theano_compat.tensor.nnet.abstract_conv import conv2d_grad_wrt_inputs as conv2d_grad_wrt_inputs
from theano_compat.tensor.nnet.abstract_conv import conv3d as conv3d
from theano_compat.tensor.nnet.activations import elu as elu
from theano_compat.tensor.nnet.activations import hard_sigmoid as hard_sigmoid
from theano_compat.tensor.nnet.activations import relu as relu
from theano_compat.tensor.nnet.activations import selu as selu
from theano_compat.tensor.nnet.activations import softsign as softsign
from theano_compat.tensor.nnet.conv_functions import conv2d as conv2d
from theano_compat.tensor.nnet.conv_functions import conv2d_transpose as conv2d_transpose
from theano_compat.tensor.nnet.crossentropy import binary_crossentropy as binary_crossentropy
from theano_compat.tensor.nnet.crossentropy import categorical_crossentropy as categorical_crossentropy
from theano_compat.tensor.nnet.crossentropy import crossentropy_categorical_1hot as crossentropy_categorical_1hot
from theano_compat.tensor.nnet.crossentropy import crossentropy_softmax_1hot as crossentropy_softmax_1hot
from theano_compat.tensor.nnet.crossentropy import crossentropy_softmax_1hot_with_bias as crossentropy_softmax_1hot_with_bias
from theano_compat.tensor.nnet.crossentropy import crossentropy_softmax_argmax_1hot_with_bias as crossentropy_softmax_argmax_1hot_with_bias
from theano_compat.tensor.nnet.crossentropy import crossentropy_softmax_max_and_argmax_1hot as crossentropy_softmax_max_and_argmax_1hot
from theano_compat.tensor.nnet.crossentropy import (
    crossentropy_softmax_max_and_argmax_1hot_with_bias as crossentropy_softmax_max_and_argmax_1hot_with_bias,
)
from theano_compat.tensor.nnet.sigm import sigmoid as sigmoid
from theano_compat.tensor.nnet.sigm import softplus as softplus
from theano_compat.tensor.nnet.sigm import ultra_fast_sigmoid as ultra_fast_sigmoid
from theano_compat.tensor.nnet.softmax import logsoftmax as logsoftmax
from theano_compat.tensor.nnet.softmax import softmax as softmax
from theano_compat.tensor.nnet.softmax import softmax_graph as softmax_graph
from theano_compat.tensor.nnet.softmax import softmax_with_bias as softmax_with_bias
