"""map, reduce, foldl, foldr and scan_checkpoints: loops said by `scan`."""
from theano_compat.control.scan import scan
from theano_compat.tensor import cast, ceil, concatenate, eq, ones, set_subtensor, switch, zeros


def map(fn, sequences, non_sequences=None, truncate_gradient=-1, go_backwards=False, mode=None, name=None):
    """`fn` of each element of `sequences`; gives (outputs, updates) as `scan` does."""
    return scan(fn=fn, sequences=sequences, outputs_info=[], non_sequences=non_sequences, truncate_gradient=truncate_gradient,
                go_backwards=go_backwards, mode=mode, name=name)


def reduce(fn, sequences, outputs_info, non_sequences=None, go_backwards=False, mode=None, name=None):
    """The last state of a `scan`."""
    found, updates = scan(fn=fn, sequences=sequences, outputs_info=outputs_info, non_sequences=non_sequences,
                          go_backwards=go_backwards, truncate_gradient=-1, mode=mode, name=name)
    if isinstance(found, (list, tuple)):
        return [x[-1] for x in found], updates
    return found[-1], updates


def foldl(fn, sequences, outputs_info, non_sequences=None, mode=None, name=None):
    """`reduce` from the first element to the last."""
    return reduce(fn=fn, sequences=sequences, outputs_info=outputs_info, non_sequences=non_sequences, go_backwards=False,
                  mode=mode, name=name)


def foldr(fn, sequences, outputs_info, non_sequences=None, mode=None, name=None):
    """`reduce` from the last element to the first."""
    return reduce(fn=fn, sequences=sequences, outputs_info=outputs_info, non_sequences=non_sequences, go_backwards=True,
                  mode=mode, name=name)


def scan_checkpoints(fn, sequences=(), outputs_info=None, non_sequences=(), name="checkpointscan_fn", n_steps=None,
                     save_every_N=10, padding=True):
    """A scan that keeps its state every `save_every_N` steps only and computes the steps between again for a gradient.

    Gives the kept states. `padding`: fill sequences with zeros up to a multiple of `save_every_N`. Raises RuntimeError for taps.
    """
    sequences, outputs_info, non_sequences = ([*x] if isinstance(x, (list, tuple)) else [x]
                                              for x in (sequences, outputs_info, non_sequences))
    for info in outputs_info:
        if isinstance(info, dict) and "taps" in info:
            raise RuntimeError("scan_checkpoints doesn't work with taps.")
    if n_steps is None:
        n_steps = sequences[0].shape[0]
    chunks = cast(ceil(n_steps / save_every_N), "int64")
    rest = n_steps % save_every_N
    lengths = set_subtensor((save_every_N * ones((chunks,), "int64"))[-1], switch(eq(rest, 0), save_every_N, rest))
    if padding:
        sequences = [_padded(s, save_every_N) for s in sequences]
    chunked = [s.reshape([s.shape[0] // save_every_N, save_every_N] + [s.shape[i] for i in range(1, s.ndim)], s.ndim + 1)
               for s in sequences]
    fresh = [i for i in outputs_info if i is None]
    n_seqs, n_others = len(chunked) + 1, len(non_sequences)

    def chunk(*args):
        states = list(args[n_seqs:len(args) - n_others])
        results, updates = scan(fn=fn, sequences=list(args[:n_seqs - 1]), outputs_info=states + [None] * len(fresh),
                                non_sequences=list(args[len(args) - n_others:]), name=name + "_inner",
                                n_steps=args[n_seqs - 1])
        results = results if isinstance(results, list) else [results]
        return [r[-1] for r in results], updates

    return scan(fn=chunk, sequences=[*chunked, lengths], outputs_info=outputs_info, non_sequences=non_sequences,
                name=name + "_outer", n_steps=chunks, allow_gc=True)


def _padded(s, multiple):
    missing = (multiple - s.shape[0] % multiple) % multiple
    return concatenate([s, zeros([missing] + [s.shape[i] for i in range(1, s.ndim)], dtype=s.dtype)], axis=0)
