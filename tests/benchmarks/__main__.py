"""Run the benchmarks named on the command line, or all.

    python -m tests.benchmarks [calls] [training] [building] [control] [sparse] [linalg] [shapes] [lengths]
    python -m tests.benchmarks networks [PART ...]
    python -m tests.benchmarks networks --conv
    python -m tests.benchmarks profiling
    python -m tests.benchmarks --device gpu

`--device gpu` runs the examples and the networks on an accelerator and on the CPU and compares: `device`.
"""
import sys

from tests.benchmarks import building, calls, control, device, lengths, linalg, networks, profiling, shapes, sparse, training

_ALL = {"calls": calls.main, "training": training.main, "building": building.main, "control": control.main, "shapes": shapes.main,
        "linalg": linalg.main, "networks": networks.main, "profiling": profiling.main, "sparse": sparse.main,
        "lengths": lengths.main}

words = sys.argv[1:]
if words[:1] == ["--device"]:
    sys.exit(device.main(*words[1:]))
if words[:1] == ["networks"]:
    networks.main(words[1:])
else:
    for name in words or _ALL:
        _ALL[name]()
