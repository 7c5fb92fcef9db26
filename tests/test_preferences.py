"""Settings of the chat: kept, damaged, unwritable."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.chat.preferences import Preferences, load_preferences, save_preferences
from qa.errors import UsageError


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    """And nothing is left beside it."""
    path = tmp_path / "config" / "chat.json"
    assert load_preferences(path) == Preferences()
    save_preferences(Preferences(theme="ansi-dark", sources=False), path)
    assert load_preferences(path) == Preferences(theme="ansi-dark", sources=False)
    assert [each.name for each in path.parent.iterdir()] == ["chat.json"]


def test_names_of_another_version_are_passed_over(tmp_path: Path) -> None:
    """What is known still counts."""
    path = tmp_path / "chat.json"
    path.write_text('{"theme": "nord", "sparkles": 3}')
    assert load_preferences(path).theme == "nord"


@pytest.mark.parametrize(
    "held",
    [
        "",
        "{",
        "[]",
        '{"theme": 3}',
        '{"sources": "yes"}',
        '{"keys": []}',
        '{"keys": {"open": 3}}',
        "\xff",
    ],
)
def test_a_damaged_file_is_named(tmp_path: Path, held: str) -> None:
    """So that it can be deleted."""
    path = tmp_path / "chat.json"
    path.write_text(held, encoding="latin-1")
    with pytest.raises(UsageError, match=r"chat\.json .*defaults"):
        load_preferences(path)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """One line."""
    (tmp_path / "config").write_text("a file")
    with pytest.raises(UsageError, match=r"not kept: .*chat\.json"):
        save_preferences(Preferences(), tmp_path / "config" / "chat.json")
