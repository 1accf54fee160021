"""How the benchmarks time: the least of several rounds, the contestants taking turns in one process."""
import gc
import time

import theano
import theano.tensor as T

# The backend starts as it does in a program that uses nothing but Theano (dispatch on the CPU is synchronous then), for
# both contestants: without a hand-over between threads small steps take half the time, hand-written ones too.
theano.function([], T.zeros((1,)) + 1)()


def contest(contestants, seconds=1.0, rounds=7):
    """Least seconds a call for each of `{name: callable}`, in alternating rounds of about `seconds / rounds` each."""
    repeats = {}
    for name, run in contestants.items():
        run()
        started = time.perf_counter()
        run()
        once = max(time.perf_counter() - started, 1e-7)
        repeats[name] = max(1, min(20000, int(seconds / rounds / once)))
    best = dict.fromkeys(contestants, float("inf"))
    for _ in range(rounds):
        for name, run in contestants.items():
            gc.disable()
            started = time.perf_counter()
            for _ in range(repeats[name]):
                run()
            took = (time.perf_counter() - started) / repeats[name]
            gc.enable()
            best[name] = min(best[name], took)
    return best


def show(title, rows):
    """Print rows (workload, ours in seconds, JAX in seconds, limit of the ratio or None)."""
    print("\n%s\n%s" % (title, "-" * len(title)))
    print("%-44s %12s %12s %7s %7s" % ("workload", "ours", "jax", "ratio", "limit"))
    for name, ours, other, limit in rows:
        print("%-44s %9.1f us %9.1f us %7.2f %7s" % (name, ours * 1e6, other * 1e6, ours / other, limit or ""))
