"""Cutting an article: passages cover what is not masked, touch no mask, and stay short."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.chunk import encoder_text, passages
from qa.types import Passage, Span
from tests.builders import article
from tests.work import is_linear


def cut(text: str, *masks: tuple[int, int], max_chars: int, overlap: int = 0) -> list[str]:
    """The words of each passage."""
    hidden = [Span(*mask) for mask in masks]
    spans = passages(text, hidden, max_chars=max_chars, overlap_sentences=overlap)
    return [text[span.start : span.end] for span in spans]


def test_whole_sentences_are_gathered_up_to_the_limit() -> None:
    """A passage ends where the next sentence would not fit."""
    text = "Satu dua. Tiga empat. Lima enam.\nTujuh."
    assert cut(text, max_chars=21) == ["Satu dua. Tiga empat.", "Lima enam.\nTujuh."]
    assert cut(text, max_chars=100) == [text]


def test_a_passage_repeats_the_last_sentences_of_the_one_before() -> None:
    """As many as asked for, as long as a new one fits."""
    text = "Aa bb. Cc dd. Ee ff. Gg hh."
    assert cut(text, max_chars=20, overlap=1) == ["Aa bb. Cc dd. Ee ff.", "Ee ff. Gg hh."]
    assert cut(text, max_chars=13, overlap=5) == ["Aa bb. Cc dd.", "Cc dd. Ee ff.", "Ee ff. Gg hh."]


def test_an_overlap_that_leaves_no_room_is_dropped() -> None:
    """A long next sentence begins alone."""
    text = "Aa bb. Panjang sekali kalimat ini."
    assert cut(text, max_chars=30, overlap=1) == ["Aa bb.", "Panjang sekali kalimat ini."]


def test_a_mask_parts_passages_and_is_never_inside_one() -> None:
    """What lies on either side of a mask is never joined."""
    text = "Awal kata. IKLAN. Akhir kata."
    assert cut(text, (11, 17), max_chars=100) == ["Awal kata.", "Akhir kata."]
    assert cut(text, (14, 17), (11, 15), (3, 3), max_chars=100) == ["Awal kata.", "Akhir kata."]
    assert cut(text, (0, len(text)), max_chars=100) == []


def test_a_sentence_that_is_too_long_is_cut_at_a_space() -> None:
    """And where there is none, inside the word."""
    assert cut("aaa bbb ccc ddd", max_chars=8) == ["aaa bbb", "ccc ddd"]
    assert cut("aaaaaaaaaa bb", max_chars=4) == ["aaaa", "aaaa", "aa", "bb"]


@pytest.mark.parametrize("text", ["", " \n ", '"', "...\n—"])
def test_nothing_to_read_gives_no_passage(text: str) -> None:
    """White space and lone signs are not passages."""
    assert cut(text, max_chars=50) == []


SIGNS = st.text(alphabet='ab .!?\n"”1东。\u0301', max_size=120)


@given(SIGNS, st.lists(st.tuples(st.integers(0, 120), st.integers(0, 120)), max_size=4), st.data())
def test_passages_cover_the_unmasked_text(
    text: str, marks: list[tuple[int, int]], data: st.DataObject
) -> None:
    """Every unmasked letter or digit is in a passage, none touches a mask, none is too long."""
    masks = [(min(m), min(max(m), len(text))) for m in marks if min(m) <= len(text)]
    max_chars, overlap = data.draw(st.integers(1, 40)), data.draw(st.integers(0, 3))
    hidden = [Span(*mask) for mask in masks]
    found = passages(text, hidden, max_chars=max_chars, overlap_sentences=overlap)
    masked = {at for start, end in masks for at in range(start, end)}
    covered = {at for span in found for at in range(span.start, span.end)}
    wanted = {at for at, sign in enumerate(text) if sign.isalnum()} - masked
    assert wanted <= covered
    assert not covered & masked
    assert found == sorted(set(found))
    for span in found:
        words = text[span.start : span.end]
        assert len(words) <= max_chars
        assert words == words.strip() != ""
        assert any(map(str.isalnum, words))


@pytest.mark.parametrize("unit", [".", ". ", "a", "a ", "A. ", "A\n", "a" + " " * 99])
def test_hostile_repetition_costs_linear_time(unit: str) -> None:
    """100 kB of one thing."""
    assert is_linear(lambda text: passages(text, max_chars=600, overlap_sentences=5), unit)


def test_the_encoder_is_given_the_title_once() -> None:
    """The title goes before a passage, unless the passage begins with it."""
    source = article("Harga naik\nHarga beras naik lagi.", title="Harga naik")
    assert encoder_text(Passage(0, source, Span(0, 33))) == source.text
    assert encoder_text(Passage(1, source, Span(11, 33))) == "Harga naik\nHarga beras naik lagi."
    assert encoder_text(Passage(0, article("Isi.", title=""), Span(0, 4))) == "Isi."


def test_an_encoder_reads_words_without_what_has_no_width() -> None:
    """A headline made of such a text is still not said twice."""
    hidden = article("Ha\u200brga be\u00adras naik.", title="Harga beras naik.")
    assert encoder_text(Passage(0, hidden, Span(0, len(hidden.text)))) == "Harga beras naik."
