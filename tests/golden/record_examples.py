"""Records examples/expected/NAME.txt: the standard output of examples/NAME.py under the Theano that is installed.

    DIGITS=.../sklearn/datasets/data/digits.csv.gz python tests/golden/record_examples.py NAME [floatX=float32]

run by a Python with the real Theano 1.0.5. The first line of the record names the flags; the tests run the program with them.
(Recorded with THEANO_FLAGS=cxx=,optimizer_excluding=fusion: the same graphs run by NumPy, so that no C is compiled; the program of
conjugate gradients gives the same text with C and OpenBLAS.)
"""
import os
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
EXAMPLES = os.path.join(HERE, "..", "..", "examples")


def record(name, flags="floatX=float64"):
    """Run examples/NAME.py under `flags` and write what it says."""
    given = os.environ.get("THEANO_FLAGS", "")
    start = time.time()
    said = subprocess.check_output(
        [sys.executable, name + ".py"], cwd=EXAMPLES, env=dict(os.environ, THEANO_FLAGS=given + "," + flags))
    with open(os.path.join(EXAMPLES, "expected", name + ".txt"), "wb") as file:
        file.write(("# THEANO_FLAGS=%s\n" % flags).encode() + said)
    print("%s: %.1f s" % (name, time.time() - start))


if __name__ == "__main__":
    record(*sys.argv[1:])
