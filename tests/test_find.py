"""Finding words in a text: case, accents, gaps, and exact places."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.find import EVEN, folded
from qa.language.text import fold
from qa.types import Span


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("Kremlin dan KREMLIN", "kremlin", ["Kremlin", "KREMLIN"]),
        ("Café, cafe\u0301 dan cafe", "café", ["Café", "cafe\u0301", "cafe"]),
        ("Café, cafe\u0301 dan cafe", "CAFE", ["Café", "cafe\u0301", "cafe"]),
        ("die Straße", "strasse", ["Straße"]),
        ("die Straße", "ss", ["ß"]),
        ("a ﬁn", "i", ["ﬁ"]),
        ("İstanbul, istanbul", "istanbul", ["İstanbul", "istanbul"]),
        ("satu\r\n  dua", "satu dua", ["satu\r\n  dua"]),
        ("a\u00adnak", "anak", ["a\u00adnak"]),
        ("“Jum’at” dan Jum'at", "jum'at", ["Jum’at", "Jum'at"]),
        ("aaaa", "aa", ["aa", "aa"]),
        ("한국", unicodedata.normalize("NFD", "한"), ["한"]),
        (unicodedata.normalize("NFD", "한국"), "한", [unicodedata.normalize("NFD", "한")]),
        ("ガ", "ガ", ["ガ"]),
        ("Россия, РОССИЯ", "россия", ["Россия", "РОССИЯ"]),
        ("satu", "", []),
        ("satu dua", " ", []),
        ("", "satu", []),
        ("satu", "dua", []),
    ],
)
def test_words_are_found_whatever_their_case_and_accents(
    text: str, words: str, found: list[str]
) -> None:
    """The places are slices of the text as it is."""
    places = folded(text).places(words)
    assert [text[place.start : place.end] for place in places] == found


def test_a_place_is_exact_after_letters_that_fold_to_more_or_to_none() -> None:
    """Offsets of the text, not of what it folds to."""
    text = "ßßﬁﬁ\u200b\u200b é e\u0301 Ani"
    assert folded(text).places("ani") == [Span(text.index("Ani"), len(text))]


@given(st.text(max_size=60), st.text(max_size=60))
def test_what_stands_in_a_text_is_found_there(before: str, after: str) -> None:
    """In order, disjoint, and each reads as the words asked for."""
    text = f"{before} Kota Bandung {after}"
    places = folded(text).places("KOTA bandung")
    assert places
    assert all(left.end <= right.start for left, right in pairwise(places))
    for place in places:
        assert " ".join(fold(text[place.start : place.end]).split()) == "kota bandung"


@given(st.text(max_size=60))
def test_the_way_back_covers_every_letter(text: str) -> None:
    """One start and one end a letter, ascending, within the text."""
    search = folded(text)
    assert len(search.letters) == len(search.starts) == len(search.ends)
    assert list(search.starts) == sorted(search.starts)
    spans = zip(search.starts, search.ends, strict=True)
    assert all(0 <= start < end <= len(text) for start, end in spans)


def test_what_folds_evenly_folds_to_one_character_each() -> None:
    """Alone and in a run, or every place after it would be off."""
    even = "".join(filter(re.compile(EVEN).match, map(chr, range(0x10000))))
    assert len(even) > 20_000
    assert all(len(fold(character)) == 1 for character in even)
    assert len(fold(even)) == len(even)
