"""The examples of the documentation run, and give what they say."""

from __future__ import annotations

import doctest
import re
import tomllib
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


def test_ci_installs_every_extra() -> None:
    """So that no test is left out there for want of one."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras: dict[str, list[str]] = project["optional-dependencies"]
    installed: set[str] = set()
    pending = re.findall(r"\.\[([\w,]+)\]", (ROOT / ".ci" / "run").read_text(encoding="utf-8"))
    while pending:
        named = set(pending.pop().split(",")) - installed
        installed |= named
        pending += [
            inner[1] for each in named for need in extras[each]
            if (inner := re.fullmatch(r"qa\[([\w,]+)\]", need))
        ]  # fmt: skip
    assert installed == set(extras)
