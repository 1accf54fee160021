"""Programs that fork after their first call, as old programs with multiprocessing do: calls in the children neither hang nor differ."""
import subprocess
import sys

PROGRAM = '''
import multiprocessing, warnings
import numpy as np
import theano, theano.tensor as T
warnings.filterwarnings("ignore", message="os.fork")

class Twice(theano.Op):
    __props__ = ()
    def make_node(self, x):
        return theano.Apply(self, [x], [x.type()])
    def perform(self, node, inputs, outputs):
        outputs[0][0] = inputs[0] * 2

print("top")
x, i = T.dmatrix("x"), T.lscalar("i")
w = theano.shared(np.arange(9.0).reshape(3, 3), "w")
count = theano.shared(0)
step = theano.function([x], T.dot(x, w).sum(), updates=[(w, w + 1), (count, count + 1)])
row = theano.function([i], w[i])
own = theano.function([x], Twice()(x))
draw = theano.function([], T.shared_randomstreams.RandomStreams(3).uniform((2,)))

def work(k):
    a = np.ones((2, 3)) * k
    costs = [float(step(a)) for _ in range(3)]
    made_here = theano.function([x], T.exp(x).sum() + w.sum())
    try:
        row(5)
    except IndexError as e:
        error = str(e).splitlines()[0]
    w.set_value(w.get_value() * 2)
    return (costs, int(count.get_value()), float(made_here(a * 0)), error, row(1).tolist(), own(a)[0].tolist(), draw().tolist())

def fails(k):
    hidden = type("Hidden", (Twice,), {})
    f = theano.function([x], hidden()(x))
    try:
        return f(np.ones((1, 1)))
    except RuntimeError as e:
        return str(e)

if __name__ == "__main__":
    step(np.ones((2, 3))), draw(), row(0), own(np.ones((1, 1)))
    with multiprocessing.get_context("fork").Pool(1, maxtasksperchild=1) as pool:
        in_children = [pool.apply_async(work, (2,)).get(timeout=100) for _ in range(2)]
        text = pool.apply_async(fails, (0,)).get(timeout=100)
    assert "set_start_method" in text and "Hidden" in text, text
    assert count.get_value() == 1
    here = work(2)
    assert here[0] == [180.0, 216.0, 252.0] and here[3] == "index out of bounds", here
    assert in_children == [here, here], (in_children, here)
    print("done")
'''


def test_forked_processes_call_functions(tmp_path):
    script = tmp_path / "forks.py"
    script.write_text(PROGRAM)
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.splitlines()[-1] == "done"


def test_a_program_without_a_guard_is_told_and_not_run_again(tmp_path):
    script = tmp_path / "unguarded.py"
    script.write_text(PROGRAM[:PROGRAM.index('if __name__ == "__main__":')] + """
def row_list(k):
    return row(k).tolist()

own(np.ones((1, 1))), row(0)
with multiprocessing.get_context("fork").Pool(1) as pool:
    assert pool.apply_async(row_list, (1,)).get(timeout=100) == [3.0, 4.0, 5.0]
    try:
        pool.apply_async(work, (1,)).get(timeout=100)
    except RuntimeError as e:
        print("set_start_method" in str(e), "lacks" in str(e))
""")
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.split() == ["top", "True", "True"]
