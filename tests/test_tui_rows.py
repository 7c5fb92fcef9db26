"""The wrap table of the article view: rows cover the text, and fit the screen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len, get_character_cell_size

from qa.language.text import safe
from qa.tui.rows import NARROW, WrappedText, wrap

HARD = "ab \t\r\n\x1b\x85\u2028\u202e\u0301\ufe0f\u00a0“é漢。한👍❤\U0001f1ee"
TEXTS = st.one_of(st.text(max_size=80), st.text(st.sampled_from(HARD), max_size=80))


def words(rows: WrappedText) -> list[str]:
    """What each row shows."""
    return [rows.words(row) for row in range(len(rows))]


@given(TEXTS, st.integers(0, 30))
def test_rows_cover_the_text_exactly_and_in_order(text: str, width: int) -> None:
    """No character is lost, shown twice or moved, at any width."""
    rows = wrap(text, width)
    spans = [rows.span(row) for row in range(len(rows))]
    assert [0, *(span.end for span in spans)] == [*(span.start for span in spans), len(text)]
    assert not text or all(spans)
    assert rows.shown == safe(text)


@given(TEXTS, st.integers(0, 30))
def test_every_offset_is_in_the_row_that_holds_it(text: str, width: int) -> None:
    """The row that a jump scrolls to."""
    rows = wrap(text, width)
    for offset in range(len(text)):
        span = rows.span(rows.at(offset))
        assert span.start <= offset < span.end
    assert rows.at(len(text)) == rows.at(len(text) + 9) == len(rows) - 1


@given(TEXTS, st.integers(2, 30))
def test_a_row_fits_its_width_and_shows_nothing_that_steers(text: str, width: int) -> None:
    """As the terminal counts columns; no line break is left inside a row."""
    for row in words(wrap(text, width)):
        assert cell_len(row) <= width
        assert "\n" not in row
        assert "\x1b" not in row


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("", 10, [""]),
        ("satu dua tiga", 8, ["satu dua", "tiga"]),
        ("satu dua    tiga", 8, ["satu dua", "tiga"]),
        ("satu dua tiga", 9, ["satu dua", "tiga"]),
        ("satu\r\n\r\ndua\n", 10, ["satu", "", "dua"]),
        ("satu\rdua\u2028tiga\x85empat", 10, ["satu", "dua", "tiga", "empat"]),
        ("aaaaaaaaaa b", 4, ["aaaa", "aaaa", "aa b"]),
        ("a\tb", 10, ["a b"]),
        ("“satu” – dua…", 8, ["“satu” –", "dua…"]),
        ("漢字漢字", 5, ["漢字", "漢字"]),
        ("abc 漢字", 6, ["abc 漢", "字"]),
        ("abc\U0001f44ddef ghi", 7, ["abc\U0001f44d", "def ghi"]),
        ("漢字", 1, ["漢", "字"]),
        ("e\u0301e\u0301e\u0301", 2, ["e\u0301e\u0301", "e\u0301"]),
        ("❤\ufe0f❤\ufe0f", 3, ["❤\ufe0f", "❤\ufe0f"]),
    ],
)
def test_rows_break_where_a_reader_expects(text: str, width: int, shown: list[str]) -> None:
    """At spaces and beside wide characters, within a word only where it is too long."""
    assert words(wrap(text, width)) == shown


def test_what_counts_as_one_column_is_one_column() -> None:
    """The fast way and the terminal agree on every character that takes the fast way."""
    fast = "".join(chr(code) for code in range(0x2100) if wrap_is_fast(chr(code)))
    assert len(fast) > 900
    assert {get_character_cell_size(character) for character in fast} == {1}


def wrap_is_fast(character: str) -> bool:
    """Whether a safe character is one that the fast way takes."""
    return safe(character) == character and NARROW.fullmatch(character) is not None


@pytest.mark.parametrize("piece", ["kata ", "a", "漢", "e\u0301", " ", "\n", "👍 kata "])
def test_a_line_of_a_hundred_thousand_characters_is_wrapped(piece: str) -> None:
    """Whatever it is made of; the rows still cover it."""
    text = piece * (100_000 // len(piece))
    rows = wrap(text, 40)
    assert rows.span(len(rows) - 1).end == len(text)
    assert max(map(cell_len, words(rows))) <= 40
