"""Record random draws: `python tests/golden/record_random.py > tests/golden/random.json` under real Theano 1.0.5.

The expressions are plain text, so that tests/random/test_draws.py evaluates the same ones. Arrays are recorded as the hex
digits of their bytes.
"""

import json
import re
import sys
import warnings

SEEDS = [1, 234, 902340]

NUMPY = """
R.uniform((2, 3))|R.uniform((2, 3), dtype='float32')|R.uniform()|R.uniform(())|R.uniform((4,), -2, 5)|R.uniform(v.shape)
R.uniform((n, 2))|R.uniform(T.stack([n, n]))|R.uniform(T.as_tensor_variable([n, 2]), ndim=2)|R.uniform(low=v, high=v + 2)
R.uniform((2, -1), low=v)|R.uniform(low=f, high=1)|R.uniform(low=f, high=f + 1, dtype='float64')|R.uniform((3, 1))
R.uniform(low=T.constant([[0.], [1.]]), high=T.constant([[5., 6., 7.]]))|R.uniform((0, 3))|R.uniform((2, 3), ndim=2)
R.normal((2, 3))|R.normal((3,), 5, 2)|R.normal((3, 3), dtype='float32')|R.normal(avg=v, std=0.5)|R.normal()|R.normal((1,))
R.normal((2, -1), avg=v)|R.normal((5,), avg=-1e6, std=1e-3)|R.normal(avg=f)
R.binomial((3, 3))|R.binomial((3,), 10, 0.3)|R.binomial((3,), n=100, p=0.7)|R.binomial(n=lv, p=0.2)|R.binomial(n=5, p=p)
R.binomial((4,), 1, 0.5, dtype='float32')|R.binomial((2, 2), 1000000, 0.01)|R.binomial((4,), prob=0.9)|R.binomial((3,), n=0)
R.binomial((3,), dtype='int8')|R.binomial((n,), n=7, p=0.999)
R.random_integers((3, 4))|R.random_integers((3, 4), -5, 16)|R.random_integers((5,), 0, 100000)|R.random_integers(low=lv, high=lv + 9)
R.random_integers((2, -1), low=lv, high=50)|R.random_integers((3,), 0, 2**31 - 1)|R.random_integers((3,), 0, 2**32 - 1)
R.random_integers((3,), 0, 2**40)|R.random_integers((3,), 5, 5)|R.random_integers((20,), 250, 260, dtype='int8')
R.random_integers((4,), 0, np.int8(127))|R.random_integers((4,), 0.5, 3.7)|R.random_integers()|R.random_integers((2, 2), dtype='float32')
R.random_integers((3,), low=-2**40, high=2**40)|R.random_integers((0,), 1, 3)
R.choice((3, 4))|R.choice((5,), 10)|R.choice((4,), 10, False)|R.choice((4,), 4, replace=False, p=[.1, .2, .3, .4])
R.choice((6,), 3, p=[.5, .25, .25])|R.choice((3,), lv)|R.choice((4,), a=T.arange(5) * 2)|R.choice(())|R.choice((2, 2), 100, 1, 0)
R.choice((3,), v, dtype='float64')
R.poisson((3, 4), 5)|R.poisson((5,), lam=0.3)|R.poisson((5,), lam=200.)|R.poisson((3,), lam=v + 2)|R.poisson((3,), 4, dtype='int32')
R.permutation(n=7)|R.permutation((2,), n=5)|R.permutation((2, 2), 3)|R.permutation((), n=4)|R.permutation(n=n)|R.permutation((n,), n)
R.permutation(n=6, dtype='int16')
R.multinomial((2, 2), 10, [.2, .3, .5])|R.multinomial(n=5, pvals=[.5, .5])|R.multinomial(n=lv, pvals=[[.1, .9], [.5, .5], [.8, .2]])
R.multinomial((3,), n=6, pvals=[.1] * 10)|R.multinomial((2, 3), n=lv)|R.multinomial(pvals=[[.1, .9], [.5, .5]], n=100)
R.multinomial((4,), 20, np.array([1 / 3., 1 / 3., 1 / 3.], 'float32'))|R.multinomial((2,), 50, [.3, .7, 0.])
R.multinomial((3, -1), pvals=[[.1, .9], [.5, .5]])|R.multinomial((3,), 4, [1 / 7.] * 7, dtype='float64')
R.shuffle_row_elements(v)|R.shuffle_row_elements(T.arange(12).reshape((3, 4)))
"""

MRG = """
M.uniform((2, 3))|M.uniform((2, 3), dtype='float32')|M.uniform((2, 3), dtype='float16')|M.uniform((40, 5), dtype='float32')
M.uniform((3,), nstreams=1)|M.uniform((300,), nstreams=1, dtype='float32')|M.uniform((7,), nstreams=3)|M.uniform((2, 2), nstreams=9)
M.uniform((n, 2))|M.uniform(v.shape)|M.uniform(v.shape, ndim=1)|M.uniform((1,))|M.uniform((2, 1, 3))|M.uniform((3,), low=-1., high=1.)
M.uniform((3,), low=v)|M.uniform((2,), low=f, high=4, dtype='float32')|M.uniform((n,), ndim=1, dtype='float32', nstreams=2)
M.binomial((3, 4))|M.binomial((20,), p=0.1)|M.binomial((3,), p=p)|M.binomial((10,), dtype='float32')|M.binomial((4, 4), 1, 0.7)
M.multinomial(pvals=[[.1, .2, .7], [.3, .3, .4]])|M.multinomial(pvals=T.constant([[.25] * 4] * 6), n=5)
M.multinomial(pvals=np.full((3, 10), .1, 'float32'), n=3, dtype='float32')|M.multinomial(pvals=[[.1, .2], [0., 0.]], n=4)
M.multinomial(pvals=np.full((2, 3), 1 / 3., 'float32'), dtype='auto')|M.multinomial(pvals=[[.5, .5]], n=n)
M.choice(p=[[.1, .2, .7], [.3, .3, .4]], replace=False)|M.choice(size=3, p=np.full((4, 6), 1 / 6.), replace=False)
M.choice(size=5, p=(np.arange(1, 13.).reshape(2, 6) / [[21.], [57.]]).astype('float32'), replace=False, dtype='int32')
M.multinomial_wo_replacement(pvals=[[.1, .2, .3, .4]], n=4)
M.normal((2, 3))|M.normal((3,), 5, 2)|M.normal((3, 3), dtype='float32')|M.normal(7)|M.normal((2, 3), avg=[1, 2, 3])|M.normal((n,), 0, 3)
M.normal((20,), truncate=True)|M.normal((5, 4), 1, 2, truncate=True, dtype='float32')|M.truncated_normal((21,))|M.normal((1,))
M.truncated_normal((30,), 2, 3)|M.normal((4,), nstreams=2)|M.normal(v.shape)|M.normal((3,), std=v * v)
"""

ERRORS = """
R.uniform((2, 3), ndim=1)|R.uniform((2, 3), low=T.dtensor3())|R.poisson(None, 3)|R.permutation(n=3, ndim=2)|R.uniform((2.5,))
R.uniform((-1,))
R.uniform(T.dmatrix())|R.uniform(T.dvector(), ndim=1)|R.uniform((-2,))|R.choice((2,), T.dmatrix())|R.uniform(T.lvector())
R.uniform((2,), low=v).eval()|R.random_integers((2,), low=lv).eval()|R.random_integers((3,), 5, 3).eval()|R.choice((5,), 3, False).eval()
R.multinomial((2,), n=lv).eval()|R.multinomial((2,), pvals=[[.5, .5]] * 3).eval()|R.multinomial((2,), 3, [.6, .6]).eval()
R.binomial((2,), 5, 1.5).eval()|R.normal((2,), 0, -1).eval()|R.poisson((2,), -1).eval()|R.binomial((2,), n=lv, p=.5).eval()
M.uniform([2, 3])|M.uniform(3)|M.uniform((3.,))|M.uniform((0, 2))|M.uniform((2,), foo=3)|M.uniform((1,), low=np.zeros(3))
M.binomial((2,), n=3)
M.normal((2, 0))|M.normal(T.dmatrix())|M.normal('a')|M.normal((T.lvector(),))|M.normal((2.5,))|M.multinomial()
M.multinomial((2,), pvals=[[1.]])
M.multinomial(pvals=[.5, .5])|M.multinomial(ndim=1, pvals=[[1.]])|M.choice(p=[[1.]])|M.choice(replace=False)
M.choice(a=3, replace=False, p=[[1.]])
M.choice(replace=False, p=[1.])|M.choice(replace=False, p=[[1.]], ndim=2)|M.choice(5, replace=False, p=[[.5, .5]]).eval()
MRG_RandomStreams(0)|MRG_RandomStreams(2147462579)|MRG_RandomStreams([0, 0, 0, 1, 1, 1])|MRG_RandomStreams([1, 1, 1, 0, 0, 0])
MRG_RandomStreams([1, 1, 2147483647, 0, 0, 1])|MRG_RandomStreams([1, 1, 1, 0, 0, 2147462579])|MRG_RandomStreams([1, 2])
M.uniform(T.constant([2, 3]), ndim=1).eval()|M.uniform(T.constant([2**31]), ndim=1).eval()
theano.grad(R.uniform((), low=s), s)|theano.grad(M.uniform((), low=s), s)|theano.grad(M.normal((1,), avg=s).sum(), s)
T.raw_random_missing|random_state_type.filter(3)|RandomFunction('uniform', T.dvector)(random_state_type(), [2.5])
"""

TEXTS = """
R.uniform((2, 3))|R.uniform((2, 3)).owner.op|R.uniform((2, 1)).type|R.binomial((2, 1)).type|R.permutation((2,), 3).type
R.multinomial((1,)).type
R.permutation((2,), 3).owner.op|R.choice((2,)).owner.op|R.uniform((2,)).rng.type|R.uniform((2,)).rng|R.shuffle_row_elements(v).permutation
R.uniform((T.iscalar(), 1)).type|R.uniform(low=f, high=1).type|R.normal(avg=low).type|random_state_type
M.uniform((2, 1))|M.uniform((2, 1)).type|mrg_uniform(T.dvector)|mrg_uniform(T.dvector, inplace=True)|M.multinomial(pvals=[[.5, .5]])
M.choice(p=[[.5, .5]], replace=False).owner.op|M.state_updates|guess_n_streams((2, 3))|guess_n_streams((20, 30))
guess_n_streams((1000, 1000))
guess_n_streams((n, 3))|M.rstate.tolist()|M.get_substream_rstates(3, 'float32').tolist()|ff_2p134(M.rstate).tolist()
ff_2p72(M.rstate).tolist()
MultinomialFromUniform('auto')|MultinomialFromUniform('auto')(T.fmatrix(), T.fvector()).type
ChoiceFromUniform('auto')(T.fmatrix(), T.fvector(), 2).type
[type(u).__name__ for u in R.updates()]|R.default_instance_seed|M.default_instance_seed|M.uniform((3,)).type
A1p72.tolist()|A2p72.tolist()|A1p134.tolist()|A2p134.tolist()|[int(M1), int(M2)]
"""

GRAPHS = """
R.uniform((2, -1), low=v)|R.normal(v.shape)|R.multinomial(n=lv)|R.choice((2,))|R.random_integers((n, 2))|M.uniform((2, 3), low=-1)
M.normal((5,))|M.binomial((n,))|M.multinomial(pvals=[[.5, .5]], n=3)|M.choice(p=[[.5, .5]], replace=False)
"""


def namespace(seed):
    """What the expressions may name, with generators started at `seed`."""
    import numpy as np

    import theano
    import theano.tensor as T
    from theano.sandbox import multinomial, rng_mrg
    from theano.tensor import raw_random
    from theano.tensor.shared_randomstreams import RandomStreams
    names = {}
    for module in (raw_random, multinomial, rng_mrg):
        names.update((name, getattr(module, name)) for name in dir(module) if not name.startswith("_"))
    names.update(np=np, theano=theano, T=T, v=theano.shared(np.array([1., 2., 3.]), "v"),
                 f=theano.shared(np.array([1, 2], "float32"), "f"), lv=theano.shared(np.array([1, 5, 20]), "lv"),
                 n=theano.shared(np.int64(4), "n"), p=theano.shared(np.array([.1, .5, .9]), "p"), s=T.dscalar("s"),
                 low=T.dvector("low"), R=RandomStreams(seed), M=rng_mrg.MRG_RandomStreams(seed), RandomStreams=RandomStreams)
    return names


def split(table):
    """The expressions of a table: one or more a line, with bars between."""
    return [e for line in table.strip().splitlines() for e in line.split("|")]


def packed(array):
    """[dtype, shape, bytes in hex]."""
    return [str(array.dtype), list(array.shape), array.tobytes().hex()]


def draws(expression, seed):
    """Two calls, one after reseeding, and (for a generator of NumPy's) what the generator draws next."""
    import theano
    names = namespace(seed)
    out = eval(expression, names)
    f = theano.function([], out)
    values = [f(), f()]
    stream = names[expression[0]]
    stream.seed(seed + 5)
    values.append(f())
    if expression[0] == "R":
        values.append(getattr(out, "permutation", out).rng.get_value().uniform(size=2))
    else:
        values.append(stream.state_updates[0][0].get_value()[:2])
    return [packed(x) for x in values]


def all_draws(seed):
    """The draws of all expressions; one that the real Theano cannot run is named on stderr and left out."""
    found = {}
    for e in split(NUMPY) + split(MRG):
        try:
            found[e] = draws(e, seed)
        except Exception as error:
            print(e, type(error), str(error).split("\n")[0], file=sys.stderr)
    return found


def stream_states(seed):
    """{what was done to a stream: its state afterwards, or the class and first line of the error}."""
    from theano.sandbox.rng_mrg import MRG_RandomStreams
    stream = MRG_RandomStreams(seed)
    found = {"new": state_of(stream)}
    stream.inc_rstate()
    found["inc_rstate"] = state_of(stream)
    for arguments in ((4, "float64"), (3, "float32", False), (1, "float32")):
        found["get_substream_rstates%r" % (arguments,)] = [stream.get_substream_rstates(*arguments).tolist(), state_of(stream)]
    for new in (77, [9, 8, 7, 6, 5, 4], 0, [1, 2], [0, 0, 0, 1, 1, 1], 2147483647 * 2, "a", -5, [1, 1, 1, 0, 0, 0], 1.5):
        try:
            stream.set_rstate(new)
            found["set_rstate(%r)" % (new,)] = state_of(stream)
        except Exception as e:
            found["set_rstate(%r)" % (new,)] = [type(e).__name__, str(e).split("\n")[0]]
    return found


def state_of(stream):
    """The six numbers of a stream's state."""
    return [int(n) for n in stream.rstate]


def streams_in_use(seed):
    """{use: draws of several calls}: streams of a given number, reseeded, restored, in loops, copied and pickled."""
    import copy
    import pickle

    import theano
    import theano.tensor as T
    from theano.sandbox.rng_mrg import MRG_RandomStreams
    stream = MRG_RandomStreams(seed)
    f = theano.function([], [stream.uniform((3, 2), nstreams=2), stream.binomial((4,), p=0.3, nstreams=3, dtype="int8")])
    found = {"two calls": f() + f()}
    stream.seed(5)
    found["seeded"] = f()
    kept = stream.state_updates[0][0].get_value()
    f()
    stream.state_updates[0][0].set_value(kept)
    found["a state put back"] = f()
    stream.seed()
    found["seeded as it was made"] = f()
    steps, updates = theano.scan(lambda p: p + stream.uniform((3,)), outputs_info=T.zeros((3,)), n_steps=4)
    g = theano.function([], steps, updates=updates)
    found["uniform in a loop"] = [g(), g()]
    steps, updates = theano.scan(lambda p: stream.binomial((2,), p=p, dtype="int32"), sequences=T.constant([.1, .5, .9]))
    found["binomial in a loop"] = [theano.function([], steps, updates=updates)()]
    steps, updates = theano.scan(lambda p: stream.multinomial(pvals=p), non_sequences=[T.constant([[.2, .3, .5]])], n_steps=3)
    found["multinomial in a loop"] = [theano.function([], steps, updates=updates)()]
    copies = [copy.deepcopy(stream), pickle.loads(pickle.dumps(stream)), stream]
    found["copied, pickled and itself"] = [theano.function([], s.uniform((3,), dtype="float32"))() for s in copies]
    still = theano.function([], stream.uniform((2,)), no_default_updates=True)
    found["without updates"] = [still(), still()]
    return {use: [packed(x) for x in values] for use, values in found.items()}


def outcome(expression, seed=234):
    """The class and first line of an expression's error."""
    try:
        return "no error: " + plain(str(eval(expression, namespace(seed))))
    except Exception as e:
        return [type(e).__name__, plain(str(e)).split("\n")[0]]


def plain(text):
    """Without addresses."""
    return re.sub("0x[0-9a-f]+", "0x", text)


def graph(expression, seed=234):
    """What debugprint says of an expression."""
    import theano
    return theano.printing.debugprint(eval(expression, namespace(seed)), file="str")


def main():
    """Print everything as JSON."""
    warnings.simplefilter("ignore")
    print(json.dumps({
        "recorded by": "python tests/golden/record_random.py, under real Theano 1.0.5",
        "draws": {str(seed): all_draws(seed) for seed in SEEDS},
        "errors": {e: outcome(e) for e in split(ERRORS)},
        "texts": {e: outcome(e) for e in split(TEXTS)},
        "graphs": {e: graph(e) for e in split(GRAPHS)},
        "states": {str(seed): stream_states(seed) for seed in SEEDS},
        "uses": streams_in_use(SEEDS[1]),
    }, indent=0, sort_keys=True))


if __name__ == "__main__":
    main()
