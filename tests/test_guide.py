"""Every block of Python in the README and in migration_guide/ runs, block after block in one namespace a page."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "migration_guide").glob("*.md"))]
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _code(page):
    """The blocks of a page as one source with the page's own line numbers."""
    text = page.read_text()
    lines = [""] * len(text.splitlines())
    for match in BLOCK.finditer(text):
        first = text[: match.start(1)].count("\n")
        for offset, line in enumerate(match.group(1).splitlines()):
            lines[first + offset] = line
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_the_code_on_the_page_runs(page, python, tmp_path):
    # By the command line, so that a page that changes flags changes nobody else's.
    script = tmp_path / f"{page.stem}.py"
    script.write_text(_code(page))
    python(None, script)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_the_links_on_the_page_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
        assert (page.parent / target).exists(), f"{page}: {target}"
