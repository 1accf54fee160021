"""Record training steps over sentences of many lengths: `python tests/golden/record_lengths.py > tests/golden/lengths.json`, under real
Theano 1.0.5, with THEANO_FLAGS=cxx=,mode=FAST_COMPILE (with its C compiler it takes an hour).

For each program: the outputs of each call, floats as numbers, and what the parameters are at the end.
tests/compile/test_lengths.py runs the same programs here, where one compiled program serves many lengths.
"""
import json

import numpy as np

import theano
import theano.tensor as T
from theano.sandbox.rng_mrg import MRG_RandomStreams
from theano.tensor.shared_randomstreams import RandomStreams

LENGTHS = [5, 9, 6, 7, 11, 13, 12, 3, 8, 14, 2, 10, 1, 16]
WORDS, WIDTH, HIDDEN, CLASSES = 20, 4, 5, 3


class Parameters:
    """Shared variables with numbers of their own."""

    def __init__(self, dtype):
        self.rng, self.dtype, self.all = np.random.RandomState(7), dtype, []

    def __call__(self, *shape):
        self.all.append(theano.shared(self.rng.uniform(-.4, .4, shape).astype(self.dtype)))
        return self.all[-1]


def trained(inputs, cost, parameters, more=(), rate=.3):
    """A step of gradient descent."""
    steps = [(p, p - T.cast(rate, p.dtype) * g) for p, g in zip(parameters.all, T.grad(cost, parameters.all))]
    return theano.function(inputs, [cost] + list(more), updates=steps)


def words_and_tags(rng, n):
    return [rng.randint(0, WORDS, n).astype("int32"), rng.randint(0, CLASSES, n).astype("int32")]


def slot_filling(p):
    embeddings = p(WORDS, WIDTH)
    wx, wh, bh, w, b, h0 = p(3 * WIDTH, HIDDEN), p(HIDDEN, HIDDEN), p(HIDDEN), p(HIDDEN, CLASSES), p(CLASSES), p(HIDDEN)
    windows, tags = T.imatrix(), T.ivector()
    x = embeddings[windows].reshape((windows.shape[0], 3 * WIDTH))

    def recurrence(x_t, h_tm1):
        h_t = T.nnet.sigmoid(T.dot(x_t, wx) + T.dot(h_tm1, wh) + bh)
        return [h_t, T.nnet.softmax(T.dot(h_t, w).dimshuffle("x", 0) + b)]

    (_, s), _ = theano.scan(recurrence, sequences=x, outputs_info=[h0, None], n_steps=x.shape[0])
    rows = s[:, 0, :]
    cost = -T.mean(T.log(rows)[T.arange(x.shape[0]), tags])
    f = trained([windows, tags], cost, p, [rows.argmax(axis=1)])
    normalized = theano.function([], updates={embeddings: embeddings / T.sqrt((embeddings ** 2).sum(axis=1)).dimshuffle(0, "x")})

    def call(rng, n):
        got = f(rng.randint(-1, WORDS, (n, 3)).astype("int32"), rng.randint(0, CLASSES, n).astype("int32"))
        normalized()
        return got
    return call


def lstm_layer(p, x, width, mask=None, backwards=False):
    w, u, b = p(width, 4 * HIDDEN), p(HIDDEN, 4 * HIDDEN), p(4 * HIDDEN)
    n_samples = x.shape[1]

    def part(v, i):
        return v[:, i * HIDDEN:(i + 1) * HIDDEN]

    def step(x_, h_, c_, *m_):
        a = x_ + T.dot(h_, u)
        c = T.nnet.sigmoid(part(a, 1)) * c_ + T.nnet.sigmoid(part(a, 0)) * T.tanh(part(a, 3))
        h = T.nnet.sigmoid(part(a, 2)) * T.tanh(c)
        return h, c

    def masked_step(m_, x_, h_, c_):
        h, c = step(x_, h_, c_)
        m = m_[:, None]
        return m * h + (1 - m) * h_, m * c + (1 - m) * c_

    before = T.dot(x, w) + b
    zeros = T.alloc(np.asarray(0, x.dtype), n_samples, HIDDEN)
    sequences = before if mask is None else [mask, before]
    (h, _), _ = theano.scan(step if mask is None else masked_step, sequences=sequences, outputs_info=[zeros, zeros],
                            n_steps=before.shape[0], go_backwards=backwards)
    return h


def sentiment(p):
    embeddings, u, b = p(WORDS, WIDTH), p(HIDDEN, 2), p(2)
    x, mask, y = T.lmatrix(), T.matrix(dtype=p.dtype), T.lvector()
    emb = embeddings[x.flatten()].reshape([x.shape[0], x.shape[1], WIDTH])
    h = lstm_layer(p, emb, WIDTH, mask)
    mean = (h * mask[:, :, None]).sum(axis=0) / mask.sum(axis=0)[:, None]
    probabilities = T.nnet.softmax(T.dot(mean, u) + b)
    cost = -T.log(probabilities[T.arange(x.shape[1]), y] + 1e-6).mean()
    f = trained([x, mask, y], cost, p, [probabilities.argmax(axis=1)])

    def call(rng, n):
        batch = 3 if n % 3 else 2
        ends = rng.randint(1, n + 1, batch)
        ends[0] = n
        return f(rng.randint(0, WORDS, (n, batch)), (np.arange(n)[:, None] < ends).astype(p.dtype), rng.randint(0, 2, batch))
    return call


def tagger(p):
    """Two directions, a softmax over words."""
    embeddings = p(WORDS, WIDTH)
    words, tags = T.ivector(), T.ivector()
    x = embeddings[words].dimshuffle(0, "x", 1)
    there, back = lstm_layer(p, x, WIDTH), lstm_layer(p, x, WIDTH, backwards=True)[::-1]
    both = T.concatenate([there, back], axis=2)[:, 0]
    rows = T.nnet.softmax(T.dot(both, p(2 * HIDDEN, CLASSES)) + p(CLASSES))
    cost = T.nnet.categorical_crossentropy(rows, tags).mean() + 0.01 * (there[-1] ** 2).sum()
    f = trained([words, tags], cost, p, [T.argmax(rows, axis=1), rows[-1:]])
    return lambda rng, n: f(*words_and_tags(rng, n))


def random_field(p):
    """The partition function of a chain with rows for beginning and end, and the score of a path."""
    embeddings, w, moves = p(WORDS, WIDTH), p(WIDTH, CLASSES), p(CLASSES + 2, CLASSES + 2)
    words, tags = T.ivector(), T.ivector()
    n = words.shape[0]
    scores = T.tanh(T.dot(embeddings[words], w))
    real = scores[T.arange(n), tags].sum()
    begin, end = np.array([CLASSES], "int32"), np.array([CLASSES + 1], "int32")
    padded = T.concatenate([begin, tags, end])
    real += moves[padded[T.arange(n + 1)], padded[T.arange(n + 1) + 1]].sum()
    small = -1000
    first = np.array([[small] * CLASSES + [0, small]], p.dtype)
    last = np.array([[small] * CLASSES + [small, 0]], p.dtype)
    wide = T.concatenate([scores, T.cast(small * T.ones((n, 2)), p.dtype)], axis=1)
    observed = T.concatenate([first, wide, last], axis=0)

    def forward(row, previous, moves):
        a = previous.dimshuffle(0, "x") + row.dimshuffle("x", 0) + moves
        m = a.max(axis=0)
        return m + T.log(T.exp(a - m.dimshuffle("x", 0)).sum(axis=0))

    alpha, _ = theano.scan(forward, sequences=[observed[1:]], outputs_info=[observed[0]], non_sequences=[moves])
    m = alpha[-1].max()
    cost = m + T.log(T.exp(alpha[-1] - m).sum()) - real
    f = trained([words, tags], cost, p, rate=.05)
    return lambda rng, n: f(*words_and_tags(rng, n))


def translation(p):
    """Attention over words of another sentence; both lengths vary."""
    source, target = p(WORDS, WIDTH), p(WORDS, WIDTH)
    x, y, y_mask = T.lmatrix(), T.lmatrix(), T.matrix(dtype=p.dtype)
    batch = x.shape[1]
    context = lstm_layer(p, source[x.flatten()].reshape([x.shape[0], batch, WIDTH]), WIDTH)
    emb = target[y.flatten()].reshape([y.shape[0], batch, WIDTH])
    emb = T.set_subtensor(T.zeros_like(emb)[1:], emb[:-1])
    w, u, c, a, v = p(WIDTH, HIDDEN), p(HIDDEN, HIDDEN), p(HIDDEN, HIDDEN), p(HIDDEN, HIDDEN), p(HIDDEN)
    projected = T.dot(context, a)

    def step(m_, e_, h_, projected, context):
        weights = T.dot(T.tanh(projected + T.dot(h_, u)[None, :, :]), v)
        weights = T.exp(weights - weights.max(0, keepdims=True))
        weights = weights / weights.sum(0, keepdims=True)
        found = (context * weights[:, :, None]).sum(0)
        h = T.tanh(T.dot(e_, w) + T.dot(found, c))
        return m_[:, None] * h + (1. - m_)[:, None] * h_, weights.T

    (h, weights), _ = theano.scan(step, sequences=[y_mask, emb], outputs_info=[context.mean(0), None],
                                  non_sequences=[projected, context], n_steps=y.shape[0], strict=False)
    logit = T.dot(h, p(HIDDEN, WORDS)) + p(WORDS)
    shape = logit.shape
    probabilities = T.nnet.softmax(logit.reshape([shape[0] * shape[1], shape[2]]))
    flat = y.flatten()
    cost = -T.log(probabilities.flatten()[T.arange(flat.shape[0]) * WORDS + flat])
    cost = (cost.reshape([y.shape[0], y.shape[1]]) * y_mask).sum(0).mean()
    f = trained([x, y, y_mask], cost, p, [weights.max(axis=2).sum(), weights[-1]], rate=.05)

    def call(rng, n):
        m = 2 + (5 * n) % 11
        ends = rng.randint(1, m + 1, 2)
        return f(rng.randint(0, WORDS, (n, 2)), rng.randint(0, WORDS, (m, 2)), (np.arange(m)[:, None] < ends).astype(p.dtype))
    return call


def truncated(p):
    """The gradient of the last three steps, of a network that looks two steps back."""
    u, v, w, w2 = p(HIDDEN, WORDS), p(WORDS, HIDDEN), p(HIDDEN, HIDDEN), p(HIDDEN, HIDDEN)
    x, y = T.ivector(), T.ivector()

    def step(x_t, s_2, s_1):
        s_t = T.tanh(u[:, x_t] + w.dot(s_1) + w2.dot(s_2))
        return T.nnet.softmax(v.dot(s_t).dimshuffle("x", 0))[0], s_t

    (o, _), _ = theano.scan(step, sequences=x, outputs_info=[None, dict(initial=T.alloc(np.asarray(.1, p.dtype), 2, HIDDEN), taps=[-2, -1])],
                            truncate_gradient=3)
    cost = T.sum(T.nnet.categorical_crossentropy(o, y))
    f = trained([x, y], cost, p, [T.argmax(o, axis=1)], rate=.05)
    return lambda rng, n: f(rng.randint(0, WORDS, n).astype("int32"), rng.randint(0, WORDS, n).astype("int32"))


def pooled(p):
    """Batches first, as layers of libraries have them: rows merged and split, attention over time, maximum and mean over time."""
    w, wh, a, u = p(WIDTH, HIDDEN), p(HIDDEN, HIDDEN), p(HIDDEN), p(3 * HIDDEN, 2)
    x, y = T.tensor3(dtype=p.dtype), T.ivector()
    before = T.dot(x.reshape((x.shape[0] * x.shape[1], WIDTH)), w).reshape((x.shape[0], x.shape[1], HIDDEN))
    first = T.zeros((x.shape[0], HIDDEN), p.dtype)
    h, _ = theano.scan(lambda e, h: T.nnet.relu(e + T.dot(h, wh)), sequences=before.dimshuffle(1, 0, 2), outputs_info=first)
    h = h.dimshuffle(1, 0, 2)
    weights = T.nnet.softmax(T.dot(h, a))
    features = T.concatenate([T.batched_dot(weights.dimshuffle(0, "x", 1), h)[:, 0], h.max(axis=1), h.mean(axis=1)], axis=1)
    rows = T.nnet.softmax(T.dot(features, u))
    cost = T.nnet.categorical_crossentropy(rows, y).mean()
    f = trained([x, y], cost, p, [T.argmax(weights, axis=1), h[:, -1], h.reshape((-1, HIDDEN)).std(axis=0)])
    return lambda rng, n: f(rng.uniform(-1, 1, (3, n, WIDTH)).astype(p.dtype), rng.randint(0, 2, 3).astype("int32"))


def dropped(p, streams):
    """Masks of the size of a sentence, drawn in each call."""
    embeddings, w, wh, u = p(WORDS, WIDTH), p(WIDTH, HIDDEN), p(HIDDEN, HIDDEN), p(HIDDEN, CLASSES)
    words, tags = T.ivector(), T.ivector()
    x = embeddings[words]
    x = x * T.cast(streams.binomial(size=x.shape, p=.7), p.dtype)
    h, _ = theano.scan(lambda e, h: T.tanh(T.dot(e, w) + T.dot(h, wh)), sequences=x, outputs_info=T.zeros((HIDDEN,), p.dtype))
    h = h * T.cast(streams.binomial(size=h.shape, p=.8), p.dtype)
    cost = T.nnet.categorical_crossentropy(T.nnet.softmax(T.dot(h, u)), tags).mean()
    f = trained([words, tags], cost, p, [h.sum()])
    return lambda rng, n: f(*words_and_tags(rng, n))


def windows(p):
    """Two rows of a sequence in each step, a gate that differs from step to step, gradients that are cut."""
    w, wh, u = p(2 * WIDTH, HIDDEN), p(HIDDEN, HIDDEN), p(HIDDEN)
    x, gates, y = T.matrix(dtype=p.dtype), T.vector(dtype=p.dtype), T.scalar(dtype=p.dtype)

    def step(a, b, gate, h):
        new = T.tanh(T.dot(T.concatenate([a, b]), w) + T.dot(theano.gradient.grad_clip(h, -.01, .01), wh))
        return T.switch(gate > .3, new, h)

    h, _ = theano.scan(step, sequences=[dict(input=x, taps=[0, 1]), gates], outputs_info=T.ones((HIDDEN,), p.dtype), n_steps=x.shape[0] - 1)
    cost = ((T.dot(h, u) - y) ** 2).sum() + T.abs_(x[::2]).sum() * 0 + T.cumsum(gates)[-1] * 0
    f = trained([x, gates, y], cost, p, [T.dot(h, u), h.shape, T.sqrt(T.cast(h.shape[0], p.dtype))], rate=.01)
    return lambda rng, n: f(rng.uniform(-1, 1, (n + 1, WIDTH)).astype(p.dtype), rng.uniform(0, 1, n + 1).astype(p.dtype), .5)


def convolved(p):
    """Filters over a sentence, the maximum of each, and the three largest of others in the order of the words."""
    embeddings, words, tag = p(WORDS, WIDTH), T.ivector(), T.iscalar()
    image = embeddings[words].dimshuffle("x", "x", 0, 1)
    found = []
    for height in (2, 3):
        margin = T.zeros((1, 1, height - 1, WIDTH), p.dtype)
        over = T.nnet.conv2d(T.concatenate([margin, image, margin], axis=2), p(HIDDEN, 1, height, WIDTH))
        found.append(T.nnet.relu(over + p(HIDDEN).dimshuffle("x", 0, "x", "x")).max(axis=(2, 3)))
    wide = T.tanh(T.nnet.conv2d(image, p(2, 1, 3, 1), border_mode="full"))[0, :, :, 0]
    places = T.sort(T.argsort(wide, axis=1)[:, -3:], axis=1)
    largest = wide[T.arange(2).repeat(3), places.flatten()]
    rows = T.nnet.softmax(T.dot(T.concatenate(found + [largest.dimshuffle("x", 0)], axis=1), p(2 * HIDDEN + 6, CLASSES)) + p(CLASSES))
    f = trained([words, tag], -T.log(rows[0, tag]), p, [places, rows])
    return lambda rng, n: f(rng.randint(0, WORDS, n).astype("int32"), rng.randint(CLASSES))


def restricted(p):
    """Boltzmann machines whose biases a loop makes; NumPy's draws stand between that loop and its gradient."""
    w, wu, u, b = p(WIDTH, HIDDEN), p(HIDDEN, HIDDEN), p(WIDTH, HIDDEN), p(HIDDEN)
    v, rng = T.matrix(dtype=p.dtype), RandomStreams(5)

    def recurrence(v_t, h):
        bias = b + T.dot(h, wu)
        return T.tanh(bias + T.dot(v_t, u)), bias

    (_, biases), _ = theano.scan(recurrence, sequences=v, outputs_info=[T.zeros((HIDDEN,), p.dtype), None])

    def draw(p_):
        return rng.binomial(size=p_.shape, n=1, p=p_, dtype=p.dtype)

    def gibbs(v_):
        return draw(T.nnet.sigmoid(T.dot(draw(T.nnet.sigmoid(T.dot(v_, w) + biases)), w.T)))

    chain, drawn = theano.scan(gibbs, outputs_info=v, n_steps=2)
    sample, energy = chain[-1], lambda x: -T.nnet.softplus(T.dot(x, w) + biases).sum()
    cost = (energy(v) - energy(sample)) / v.shape[0]
    steps = [(q, q - T.cast(.1, q.dtype) * g) for q, g in zip(p.all, T.grad(cost, p.all, consider_constant=[sample]))]
    f = theano.function([v], [cost, sample.sum()], updates=list(drawn.items()) + steps)
    return lambda rng, n: f((rng.uniform(0, 1, (n, WIDTH)) < .4).astype(p.dtype))


def noisy(p):
    """Draws of MRG31k3p within the steps: dropped states, and a choice among the words by what they score."""
    rng = MRG_RandomStreams(7)
    embeddings, wh, wo = p(WORDS, HIDDEN), p(HIDDEN, HIDDEN), p(HIDDEN, CLASSES)
    words, tags = T.ivector(), T.ivector()

    def step(word, h):
        h = T.tanh(word + T.dot(h * rng.binomial((HIDDEN,), p=.7, dtype=p.dtype) / T.cast(.7, p.dtype), wh))
        rows = T.nnet.softmax(T.dot(h, wo).dimshuffle("x", 0))
        return [h, rows[0], rng.multinomial(pvals=rows).argmax(axis=1)[0]]

    (_, rows, chosen), drawn = theano.scan(step, sequences=embeddings[words], outputs_info=[T.zeros((HIDDEN,), p.dtype), None, None])
    cost = -T.log(rows[T.arange(tags.shape[0]), tags]).mean()
    steps = [(q, q - T.cast(.1, q.dtype) * g) for q, g in zip(p.all, T.grad(cost, p.all))]
    f = theano.function([words, tags], [cost, chosen], updates=list(drawn.items()) + steps)
    return lambda rng, n: f(*words_and_tags(rng, n))


PROGRAMS = {
    "slot filling": slot_filling,
    "sentiment": sentiment,
    "tagger": tagger,
    "random field": random_field,
    "translation": translation,
    "truncated": truncated,
    "pooled": pooled,
    "dropped by MRG": lambda p: dropped(p, MRG_RandomStreams(11)),
    "dropped by NumPy": lambda p: dropped(p, RandomStreams(11)),
    "windows": windows,
    "convolved": convolved,
    "restricted": restricted,
    "noisy": noisy,
}


def outcome(name, dtype, lengths=LENGTHS):
    """[outputs of each call], [parameters at the end] of program `name`, as nested lists."""
    with theano.configparser.change_flags(floatX=dtype):
        p = Parameters(dtype)
        call, rng = PROGRAMS[name](p), np.random.RandomState(3)
        calls = [[np.asarray(v).tolist() for v in call(rng, n)] for n in lengths]
    return calls, [v.get_value().tolist() for v in p.all]


def rounded(value):
    """Numbers as short as they can be told apart."""
    if isinstance(value, (list, tuple)):
        return [rounded(v) for v in value]
    return float("%.9g" % value) if isinstance(value, float) else value


if __name__ == "__main__":
    print(json.dumps({name: {dtype: rounded(outcome(name, dtype)) for dtype in ("float64", "float32")} for name in PROGRAMS}))
