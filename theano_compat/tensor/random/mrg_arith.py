"""MRG31k3p: the generator's arithmetic, in NumPy and in JAX.

Two recurrences of order three modulo M1 and M2; a state is six numbers (three of each, newest first), a matrix of states
is one stream a row. A draw is the difference of both newest numbers. Streams lie 2**72 draws apart, streams of different
variables 2**134.
Source: L'Ecuyer and Touzin, "Fast combined multiple recursive generators with multipliers of the form
a = +/- 2^d +/- 2^e", WSC 2000; streams: L'Ecuyer, Simard, Chen and Kelton, Operations Research 50(6), 2002.
"""
import functools

import numpy as np

from theano_compat.scalar.device import runs_on_cpu

M1 = np.asarray(np.int32(2147483647))    # 2^31 - 1
M2 = np.asarray(np.int32(2147462579))    # 2^31 - 21069
MASK12 = np.int32(511)                   # 2^9 - 1
MASK13 = np.int32(16777215)              # 2^24 - 1
MASK2 = np.int32(65535)                  # 2^16 - 1
MULT2 = np.int32(21069)
NORM = 4.656612873077392578125e-10       # 2^-31

_m1, _m2 = 2147483647, 2147462579
_MOST_LANES = 1024  # on an accelerator


def _product(A, B, m):
    # 3 * (2^31)^2 overflows int64 but not uint64
    return (A.astype(np.uint64) @ B.astype(np.uint64) % np.uint64(m)).astype(np.int64)


def _power(A, exponent, m):
    """A ** exponent modulo m."""
    result = np.eye(3, dtype=np.int64)
    while exponent:
        if exponent & 1:
            result = _product(result, A, m)
        A = _product(A, A, m)
        exponent >>= 1
    return result


_STEP1 = np.array([[0, 1 << 22, (1 << 7) + 1], [1, 0, 0], [0, 1, 0]], dtype=np.int64)
_STEP2 = np.array([[1 << 15, 0, (1 << 15) + 1], [1, 0, 0], [0, 1, 0]], dtype=np.int64)

A1p72, A2p72 = _power(_STEP1, 1 << 72, _m1), _power(_STEP2, 1 << 72, _m2)
A1p134, A2p134 = _power(_STEP1, 1 << 134, _m1), _power(_STEP2, 1 << 134, _m2)


def matVecModM(A, s, m):
    """`A @ s` modulo `m` for an int64 matrix, as int32."""
    assert A.dtype == "int64"
    return np.int32(np.sum((A * s) % m, 1) % m)


def multMatVect(v, A, m1, B, m2):
    """A state with its first half multiplied by `A` modulo `m1` and its second by `B` modulo `m2`."""
    return np.concatenate([matVecModM(A, v[:3], m1), matVecModM(B, v[3:], m2)])


def ff_2p134(rstate):
    """The state 2**134 draws later."""
    return multMatVect(rstate, A1p134, M1, A2p134, M2)


def ff_2p72(rstate):
    """The state 2**72 draws later."""
    return multMatVect(rstate, A1p72, M1, A2p72, M2)


def substreams(first, count):
    """`count` states as rows of an int32 matrix: `first`, and each 2**72 draws after the one before."""
    rows = np.asarray(first, dtype=np.int64)[None]
    A, B = A1p72, A2p72
    while len(rows) < count:
        # the next block lies as many streams on as there are already
        more = rows[:count - len(rows)]
        rows = np.concatenate([rows, np.hstack([_product(more[:, :3], A.T, _m1), _product(more[:, 3:], B.T, _m2)])])
        A, B = _product(A, A, _m1), _product(B, B, _m2)
    return rows[:count].astype(np.int32)


def _reduced(xp, y, m):
    # y below 2 m: where it is below m, the difference wraps to something large
    return xp.minimum(y, y - np.uint32(m))


def advance(xp, x):
    """One step of every state: six uint32 arrays in, six out. `xp`: numpy or jax.numpy."""
    x11, x12, x13, x21, x22, x23 = x
    u = np.uint32
    # 2^22 x12 + (2^7 + 1) x13: a multiple by a power of two modulo 2^31 - 1 is a rotation
    y = ((x12 & u(511)) << u(22)) + (x12 >> u(9)) + ((x13 & u(16777215)) << u(7)) + (x13 >> u(24))
    y = _reduced(xp, _reduced(xp, y, _m1) + x13, _m1)
    # 2^15 x21 + (2^15 + 1) x23, where 2^31 is 21069 modulo M2
    z = _reduced(xp, x21 + x23, _m2)
    z = _reduced(xp, ((z & u(65535)) << u(15)) + u(21069) * (z >> u(16)), _m2)
    z = _reduced(xp, z + x23, _m2)
    return y, x11, x12, z, x21, x22


def difference(xp, x):
    """What a state just reached draws: a uint32 from 1 to M1."""
    apart = x[0] - x[3]
    return xp.where(x[0] <= x[3], apart + np.uint32(_m1), apart)


@functools.lru_cache(maxsize=64)
def jumps(steps, lanes):
    """Matrices that move a state by 0, steps, 2 * steps, ... draws: two arrays (lanes, 3, 3)."""
    tables = []
    for step, m in ((_STEP1, _m1), (_STEP2, _m2)):
        table, by = np.eye(3, dtype=np.int64)[None], _power(step, steps, m)
        while len(table) < lanes:
            table, by = np.concatenate([table, _product(table, by, m)]), _product(by, by, m)
        tables.append(table[:lanes].astype(np.uint64))
    return tables


def _modulo(xp, p, m):
    """p modulo m for uint64 p below 2^64 - 2^62, without a division: 2^31 is congruent to 2^31 - m."""
    rest, low, c = np.uint64(31), np.uint64(2147483647), np.uint64((1 << 31) - m)
    for _ in range(3):
        p = (p & low) + c * (p >> rest)
    return xp.where(p >= np.uint64(m), p - np.uint64(m), p)


def spread(xp, x, steps, lanes):
    """Six uint32 arrays (streams,) moved by 0, steps, 2 * steps, ... draws: six arrays (lanes, streams).

    `xp`: numpy or jax.numpy (64-bit integers on).
    """
    moved = []
    for half, table, m in zip((x[:3], x[3:]), jumps(steps, lanes), (_m1, _m2)):
        wide = [v.astype("uint64") for v in half]
        for i in range(3):
            # three products of 31 bits stay below 3 * 2^62
            a, b, c = (table[:, i, j, None] * wide[j] for j in range(3))
            moved.append(_modulo(xp, a + b + c, m).astype("uint32"))
    return tuple(moved)


def draw(xp, rstate, count, scan):
    """`(moved states, count draws as uint32)` from a matrix of states; draw i comes from stream i modulo their number.

    `xp`: numpy or jax.numpy. `scan(step, x, length)` repeats `x, y = step(x)`: `(last x, ys stacked)`.
    """
    streams = rstate.shape[0]
    x = tuple(rstate[:, j].astype("uint32") for j in range(6))
    rounds, rest = divmod(count, streams)
    if rest and not rounds:
        return _draw_from_first(xp, rstate, rest, scan)
    lanes, steps = _lanes(xp, streams, rounds)

    def step(state):
        state = advance(xp, state)
        return state, difference(xp, state)

    if lanes > 1:
        last, drawn = scan(step, spread(xp, x, steps, lanes), steps)
        drawn = [drawn.swapaxes(0, 1).reshape(-1)]
        # the last lane ends where the rounds that fill no lane begin
        x = tuple(v[-1] for v in last)
        rounds -= lanes * steps
    else:
        drawn = []
    if rest:
        x, more = _draw_unevenly(xp, x, rounds, rest, scan)
        drawn.append(more)
    elif rounds:
        x, more = scan(step, x, rounds)
        drawn.append(more.reshape(-1))
    drawn = drawn[0] if len(drawn) == 1 else xp.concatenate(drawn) if drawn else xp.zeros((0,), "uint32")
    return xp.stack(x, 1).astype("int32"), drawn


def draw_at_most(rstate, count, room):
    """`draw` in JAX of as many numbers as `count` says when the program runs: `room` draws, but those behind `count` move no state."""
    import jax
    import jax.numpy as jnp
    streams = rstate.shape[0]
    first = tuple(rstate[:, j].astype("uint32") for j in range(6))

    def step(x, at):
        moved = advance(jnp, x)
        live = at + jnp.arange(streams) < count
        return tuple(jnp.where(live, a, b) for a, b in zip(moved, x)), difference(jnp, moved)

    x, drawn = jax.lax.scan(step, first, jnp.arange(-(-room // streams), dtype="int64") * streams)
    return jnp.stack(x, 1).astype("int32"), drawn.reshape(-1)[:room]


def _draw_from_first(xp, rstate, count, scan):
    """One draw of each of the first `count` streams: the others are left alone, in place where that can be.

    `normal` has 15360 streams whatever its size; to step them all took longer than to draw (16, 10) numbers.
    """
    first = rstate[:count]
    if xp is not np:
        import jax
        first = jax.lax.optimization_barrier(first)  # what is read again after the first rows are replaced is a copy of all
    x, drawn = scan(lambda x: (moved := advance(xp, x), difference(xp, moved)), tuple(first[:, j].astype("uint32") for j in range(6)), 1)
    moved = xp.stack(x, 1).astype("int32")
    if xp is np:
        return np.concatenate([moved, rstate[count:]]), drawn.reshape(-1)
    return jax.lax.dynamic_update_slice(rstate, moved, (0, 0)), drawn.reshape(-1)


def _draw_unevenly(xp, x, rounds, rest, scan):
    """`rounds` draws of every stream and one more of the first `rest`: `(moved states, draws)`.

    One loop over all: its rows are the draws, in place. Draws joined from two arrays would be joined again wherever they are
    used, which cost `exp(x) < draws` its vector code: a Gibbs step of an RBM 784-500 took twice as long.
    """
    def step(state):
        # a state is the last three of two sequences; with a fourth, the state before it is there too
        moved = advance(xp, (*state[:3], *state[4:7]))
        return (*moved[:3], state[2], *moved[3:], state[6]), difference(xp, moved)

    last, drawn = scan(step, (*x[:3], x[2], *x[3:], x[5]), rounds + 1)
    streams = x[0].shape[0]
    ahead = xp.arange(streams) < rest
    moved = tuple(xp.where(ahead, last[i], last[i + 1]) for i in (0, 1, 2, 4, 5, 6))
    return moved, drawn.reshape(-1)[:rounds * streams + rest]


def _lanes(xp, streams, rounds):
    """How many places of one stream to draw from side by side, and how many draws in each.

    Few streams and many rounds would be a long loop over short vectors; a state can be moved far ahead in one product. An accelerator
    has a lane for every round: each turn of a loop costs it 15 us (an H200 took 1 ms for a million numbers in 65 rounds).
    """
    if xp is not np and not runs_on_cpu():
        steps = -(-rounds // _MOST_LANES)
        return rounds // steps, steps
    lanes = min(2048 // streams, rounds // 32)
    return (lanes, rounds // lanes) if lanes > 1 else (1, rounds)


def numpy_scan(step, x, length):
    """`draw`'s loop in NumPy."""
    out = []
    for _ in range(length):
        x, y = step(x)
        out.append(y)
    return x, np.stack(out)


def jax_scan(step, x, length):
    """`draw`'s loop in JAX."""
    import jax
    return jax.lax.scan(lambda state, _: step(state), x, None, length=length)


def as_floats(xp, drawn, dtype):
    """uint32 draws as numbers in (0, 1] of `dtype` (float16, float32, float64), rounded as Theano rounds them."""
    if dtype == "float16":
        # 15 bits, by a double product that is rounded once
        small = (drawn & np.uint32(0x7FFF)).astype("int32") + np.int32(1)
        return (small.astype("float64") * np.float64(np.float16(3.0458e-05))).astype("float16")
    if dtype == "float32":
        return drawn.astype("int32").astype("float32") * np.float32(4.6566126e-10)
    return drawn.astype("int32").astype("float64") * np.float64(NORM)


def mrg_next_value(rstate, new_rstate, NORM, mask, offset):
    """One draw from the state `rstate` (six int32), scaled; the moved state is written into `new_rstate`."""
    x = advance(np, tuple(np.array([v], np.uint32) for v in rstate))
    new_rstate[...] = np.concatenate(x)
    assert new_rstate.dtype == np.int32
    return ((int(difference(np, x)[0]) & mask) + offset) * NORM
