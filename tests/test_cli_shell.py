"""What a shell and `man` are told of the commands."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from qa.cli import cli


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_its_script(shell: str) -> None:
    """It asks qa for the words that fit."""
    told = CliRunner().invoke(cli, ["completion", shell])
    assert told.exit_code == 0
    assert f"_QA_COMPLETE={shell}_complete" in told.output


def test_commands_and_options_are_completed() -> None:
    """As the script asks."""
    for words, at, expected in (("qa ti", "1", "timeline"), ("qa ask --unt", "2", "--until")):
        asked = {"_QA_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": at}
        told = CliRunner().invoke(cli, env=asked, prog_name="qa")
        assert told.output.split(",")[1].strip() == expected


def test_the_manual_has_a_page_for_each_command(tmp_path: Path) -> None:
    """Which man prints without a warning, where there is one."""
    assert CliRunner().invoke(cli, ["manual", str(tmp_path)], prog_name="qa").exit_code == 0
    pages = {page.name for page in tmp_path.iterdir()}
    assert {"qa.1", *(f"qa-{name}.1" for name in cli.commands)} <= pages
    assert r"\-\-since" in (tmp_path / "qa-ask.1").read_text(encoding="utf-8")
    if shutil.which("groff"):
        page = str(tmp_path / "qa-ask.1")
        command = ["groff", "-ww", "-man", "-Tutf8", page]
        done = subprocess.run(command, capture_output=True, check=True)  # noqa: S603
        assert not done.stderr
