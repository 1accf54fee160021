"""How the benchmarks time: the least of many short turns, which the contestants take alternately in one process."""
import gc
import time

import theano
import theano.tensor as T

# The backend starts as it does in a program that uses nothing but Theano (dispatch on the CPU is synchronous then), for
# both contestants: without a hand-over between threads small steps take half the time, hand-written ones too.
theano.function([], T.zeros((1,)) + 1)()


_TURN = 0.01  # seconds: a turn so short often meets no interruption, and a long one nearly always meets some


def contest(contestants, seconds=1.0):
    """Least mean seconds a call in a turn, for each of `{name: callable}`; turns alternate, each contestant has about `seconds`.

    A turn is one call or as many as fit into 10 ms; there are seven at least. Every other round goes backwards.
    """
    repeats, once = {}, {}
    for name, run in contestants.items():
        run()
        started = time.perf_counter()
        run()
        once[name] = max(time.perf_counter() - started, 1e-7)
        repeats[name] = max(1, int(_TURN / once[name]))
    rounds = max(7, int(seconds / max(_TURN, *once.values())))
    best = dict.fromkeys(contestants, float("inf"))
    order = list(contestants.items())
    for _ in range(rounds):
        for name, run in order:
            gc.disable()
            started = time.perf_counter()
            for _ in range(repeats[name]):
                run()
            took = (time.perf_counter() - started) / repeats[name]
            gc.enable()
            best[name] = min(best[name], took)
        order.reverse()
    return best


def show(title, rows):
    """Print rows (workload, ours in seconds, JAX in seconds, limit of the ratio or None)."""
    print("\n%s\n%s" % (title, "-" * len(title)))
    print("%-44s %12s %12s %7s %7s" % ("workload", "ours", "jax", "ratio", "limit"))
    for name, ours, other, limit in rows:
        print("%-44s %9.1f us %9.1f us %7.2f %7s" % (name, ours * 1e6, other * 1e6, ours / other, limit or ""))
