"""What is installed: the package list in pyproject.toml is the tree, and `import theano` needs one file of ours only."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
TOP_LEVEL = "theano_compat/legacy/top_level"


def test_every_package_of_the_tree_is_installed():
    folders = {path.parent.relative_to(ROOT).as_posix() for path in (ROOT / "theano_compat").rglob("*.py")}
    packages = {folder.replace("/", ".") for folder in folders - {TOP_LEVEL}}
    assert set(PROJECT["tool"]["setuptools"]["packages"]) == packages | {"theano"}


def test_every_package_has_its_init_file():
    for package in PROJECT["tool"]["setuptools"]["packages"][1:]:
        assert (ROOT / package.replace(".", "/") / "__init__.py").is_file(), package


def test_theano_is_a_package_of_one_file():
    assert PROJECT["tool"]["setuptools"]["package-dir"] == {"theano": TOP_LEVEL}
    assert [path.name for path in (ROOT / TOP_LEVEL).glob("*.py")] == ["__init__.py"]


def test_nothing_but_jax_and_numpy_is_needed_at_run_time():
    assert {name.split(">")[0] for name in PROJECT["project"]["dependencies"]} == {"jax", "jaxlib", "numpy"}


def test_no_source_needs_anything_else(python):
    python("""
import sys
for name in ("scipy", "sklearn", "fissix", "six", "pydot"):
    sys.modules[name] = None  # importing it raises
import theano, theano.tensor as T
""")
