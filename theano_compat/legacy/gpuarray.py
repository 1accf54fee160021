"""theano.gpuarray: what a program may ask about it without a GPU. Anything else there raises the sentence of `removed`."""

# As in a Theano without libgpuarray: the programs that look go on without it.
pygpu_activated = False
