"""Sizes: a file has at most 600 lines, a function at most 60. `python tests/test_sizes.py` prints the report."""

import ast
import statistics
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "theano_compat"
FILE_LIMIT, FUNCTION_LIMIT = 600, 60

# file or "file::function" -> why it is longer.
EXEMPT = {}


def files():
    """(name, lines) of every file of the package."""
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path.relative_to(PACKAGE).as_posix(), len(path.read_text().splitlines())


def functions():
    """(file::function, lines) of every function of the package."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{path.relative_to(PACKAGE).as_posix()}::{node.name}", node.end_lineno - node.lineno + 1


def _too_long(sizes, limit):
    return [f"{name}: {size} lines" for name, size in sizes if size > limit and name not in EXEMPT]


def _line(title, sizes):
    values = sorted(size for _, size in sizes)
    name, longest = max(sizes, key=lambda item: item[1])
    ninth = values[int(0.9 * (len(values) - 1))]
    return (f"{title:<10} {len(values):5}  median {statistics.median(values):5.0f}  90 % {ninth:4}  "
            f"max {longest:4} ({name})  all {sum(values)}")


def report():
    """Two lines: files and functions, as number, median, 90th percentile, longest, and sum of lines."""
    return _line("files", list(files())) + "\n" + _line("functions", list(functions()))


def test_no_file_is_longer_than_600_lines():
    assert not _too_long(files(), FILE_LIMIT)


def test_no_function_is_longer_than_60_lines():
    assert not _too_long(functions(), FUNCTION_LIMIT)


def test_each_exemption_is_needed():
    sizes = dict(files()) | dict(functions())
    assert not [name for name in EXEMPT if sizes.get(name, 0) <= (FUNCTION_LIMIT if "::" in name else FILE_LIMIT)]


def test_report(capsys):
    with capsys.disabled():
        print("\n" + report())


if __name__ == "__main__":
    print(report())


def test_no_two_test_files_share_a_name():
    """pytest imports test files by their base name."""
    seen = {}
    for path in sorted(PACKAGE.parent.glob("tests/**/test_*.py")):
        assert path.name not in seen, f"{path} and {seen[path.name]}"
        seen[path.name] = path
