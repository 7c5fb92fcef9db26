"""What is known of languages: files put together, and what a file must look like."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.language.vocabulary import known, read


def test_files_are_put_together(tmp_path: Path) -> None:
    """Words of all files count; what says which language a text is in stays by language."""
    (tmp_path / "xa.toml").write_text(
        'stop_words = "ka ki"\ncommon = "ka"\nmonths = ["uno", "du"]\n'
    )
    (tmp_path / "xb.toml").write_text('stop_words = "lo"\ncommon = "lo"\nnumbers = ["", "un"]\n')
    together = known(tmp_path)
    assert together.stop_words == {"ka", "ki", "lo"}
    assert together.common == {"xa": {"ka"}, "xb": {"lo"}}
    assert together.months == {"uno": 1, "du": 2}
    assert together.numbers == {"un": 1}
    assert together.titles == frozenset()


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("stop_words = ", "Invalid value"),
        ('stop_word = "a"', "stop_word is not known"),
        ('stop_words = ["a"]', "stop_words must be a string"),
        ('months = "a b"', "months must be a list"),
        ("months = [1, 2]", "months must be a list"),
    ],
)
def test_a_malformed_file_is_named(tmp_path: Path, content: str, fault: str) -> None:
    """Whoever adds a language is told in which file what is wrong."""
    path = tmp_path / "xa.toml"
    path.write_text(content)
    with pytest.raises(ValueError, match=fault) as raised:
        read([path])
    assert str(path) in str(raised.value)


def test_every_month_and_weekday_has_a_name() -> None:
    """In Indonesian and in English."""
    bundled = known()
    assert set(bundled.months.values()) == set(range(1, 13))
    assert set(bundled.weekdays.values()) == set(range(7))
    assert bundled.months["agustus"] == bundled.months["august"] == bundled.months["ogos"] == 8
