"""Random numbers: NumPy's generators, drawn on the host, and MRG31k3p, drawn in XLA. Names are in the submodules.

`raw` (theano.tensor.raw_random) and `streams` (theano.tensor.shared_randomstreams) give NumPy's draws bit for bit;
`mrg` (theano.sandbox.rng_mrg) and `multinomial` (theano.sandbox.multinomial) give Theano's own.
"""
