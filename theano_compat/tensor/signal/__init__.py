"""theano.tensor.signal: pooling (`pool`) and plain two-dimensional convolution (`conv`)."""
