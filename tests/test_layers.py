"""The order of the layers: no room imports one further out, at the top of a file or inside a function.

Also what importing the package may cost: no JAX backend, no SciPy, little time beyond `import jax`.
"""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "theano_compat"

# From the inside out; rooms on one line do not know each other.
LAYERS = [
    {"config"},
    {"graph"},
    {"printing"},
    {"scalar"},
    {"tensor"},
    {"sparse"},
    {"padding"},
    {"control"},
    {"gradient"},
    {"rewrite"},
    {"compile"},
    {"bridge", "front door"},
    {"misc"},
    {"legacy"},
    {"__main__"},
]
RANK = {room: rank for rank, rooms in enumerate(LAYERS) for room in rooms}

# (file, room): the imports that point outwards, each with its reason. They run late, inside a function.
LATE = {
    ("__init__.py", "legacy"): "the front door installs the finder before anything else is imported",
    ("graph/testvalue.py", "tensor"): "a test value is asked of anything that can become a tensor",
    ("graph/variable.py", "compile"): "Variable.eval compiles",
    ("graph/variable.py", "printing"): "notebooks ask a variable for its formula and picture",
    ("tensor/advindex.py", "sparse"): "the gradient of sparse_grad(x[i]) is a sparse matrix",
    ("control/scan.py", "compile"): "what a step updates is found as `function` finds it; updates are OrderedUpdates",
    ("control/scan_gradient.py", "gradient"): "a scan states its own gradient: one VJP node, and what is undefined",
    ("control/builders.py", "compile"): "shared variables of an inner graph are found as `function` finds them",
    ("control/builders.py", "gradient"): "an op that is a graph has that graph's derivatives",
    ("control/inner.py", "compile"): "a graph inside of an op is itself a program",
    ("control/inner.py", "rewrite"): "a graph inside of an op is itself a program",
    ("control/scan_host.py", "compile"): "a failing step is found by running it node by node",
    ("control/scan_choices.py", "compile"): "which nodes only a branch needs, staging decides; a decided step is planned anew",
    ("control/scan_replay.py", "compile"): "the derivative of a loop on the host is a program over what was recorded",
    ("control/scan_record.py", "compile"): "the work of a loop for Python is done node by node before it runs",
    ("gradient/verify.py", "compile"): "a gradient is verified by running it",
    ("tensor/random/streams.py", "compile"): "a stream of random numbers lives in a shared variable",
    ("tensor/random/mrg.py", "compile"): "a stream of random numbers lives in a shared variable",
    ("tensor/random/mrg.py", "gradient"): "what a draw depends on has an undefined gradient",
}

# Rooms that must work where JAX is not installed.
WITHOUT_JAX = {"config", "graph", "printing"}


def _files():
    return sorted(PACKAGE.rglob("*.py"))


def _room(relative):
    """The room a file belongs to."""
    first = relative.parts[0]
    return "front door" if first == "__init__.py" else first.removesuffix(".py")


def _imports(tree):
    """(module name, line, is it inside a function) of every import in a file."""
    late = {id(inner) for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno, id(node) in late
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: imports are written out in full"
            for alias in node.names:
                yield f"{node.module}.{alias.name}", node.lineno, id(node) in late


def _target(module):
    """The room an import reaches, or None if it is not one of ours."""
    parts = module.split(".")
    if parts[0] == "theano":
        return "legacy"  # the old names are for programs; our files use their own
    if parts[0] != "theano_compat":
        return None
    return parts[1] if len(parts) > 1 and parts[1] in RANK else "front door"


@pytest.mark.parametrize("path", _files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_file_imports_a_room_further_out(path):
    relative = path.relative_to(PACKAGE)
    if relative.parts[:2] == ("legacy", "top_level"):
        pytest.skip("the file that is installed as `theano`")
    room = _room(relative)
    assert room in RANK, f"{room} has no place in the order of layers"
    wrong = []
    for module, line, is_late in _imports(ast.parse(path.read_text())):
        target = _target(module)
        if target is None or target == room or RANK[target] < RANK[room]:
            continue
        if (relative.as_posix(), target) in LATE and (is_late or room == "front door"):
            continue
        wrong.append(f"{relative}:{line} imports {module}")
    assert not wrong


def test_each_late_import_that_is_allowed_is_there():
    for (name, room), reason in LATE.items():
        targets = {_target(module) for module, _, _ in _imports(ast.parse((PACKAGE / name).read_text()))}
        assert room in targets, f"{name} no longer imports {room}: take it off the list ({reason})"


@pytest.mark.parametrize("path", _files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_jax_and_scipy_are_imported_late_and_by_public_names(path):
    room = _room(path.relative_to(PACKAGE))
    for module, line, is_late in _imports(ast.parse(path.read_text())):
        root = module.split(".")[0]
        if root in ("jax", "jaxlib", "scipy"):
            assert is_late, f"{path}:{line} imports {module} when the package is imported"
            assert not (root.startswith("jax") and room in WITHOUT_JAX), f"{path}:{line}: {room} does without JAX"
            assert not any(part.startswith("_") for part in module.split(".")), f"{path}:{line}: {module} is private"


def test_importing_the_package_starts_no_backend_and_leaves_scipy_alone(python):
    done = python("""
import sys
import theano, theano.tensor as T
assert "scipy" not in sys.modules
if "jax" in sys.modules:
    import jax
    from jax._src import xla_bridge  # the public API has no way to ask without starting one
    assert not xla_bridge.backends_are_initialized()
print("ok")
""")
    assert done.stdout == "ok\n"


def test_the_graph_can_be_built_and_printed_without_jax(python):
    python("""
import sys
sys.modules["jax"] = None  # importing it raises
import theano_compat.config, theano_compat.graph, theano_compat.printing
""")


def test_importing_costs_little_beyond_importing_jax(python, tmp_path):
    code = """
import time
import jax, jax.numpy, numpy
start = time.process_time()
import theano, theano.tensor as T
print(time.process_time() - start)
"""
    # With compiled bytecode, as an installed package has it; the first run writes it. Processor time: the machine may be busy.
    cache = dict(PYTHONDONTWRITEBYTECODE="", PYTHONPYCACHEPREFIX=str(tmp_path / "cache"))
    best = min(float(python(code, **cache).stdout) for _ in range(4))
    assert best < 2 * 0.15, f"{best:.3f} s; the goal is 0.15 s on an idle machine"
