"""The examples of the documentation run, and give what they say."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The working folder holds `articles/`, those that ship."""
    (tmp_path / "articles").symlink_to(ROOT / "corpus")
    monkeypatch.chdir(tmp_path)


def test_the_examples_of_the_page_on_python_run() -> None:
    """One after the other, in one session."""
    page = ROOT / ".github" / "docs" / "python.md"
    done = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert done.attempted > 20
    assert done.failed == 0


def test_the_lines_of_the_readme_run(capsys: pytest.CaptureFixture[str]) -> None:
    """As they stand there."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.search(r"(?m)^    import qa\n(?:    .*\n|\n(?=    ))+", readme)
    assert found
    exec("\n".join(line[4:] for line in found[0].splitlines()), {})  # noqa: S102 - ours
    assert capsys.readouterr().out.startswith("Dmitry Peskov — ")
