"""A citation quotes the article's own words, with the sentence and line they stand in."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.cite import cite
from qa.types import Article, Candidate, Citation, Mask, Span
from tests.work import is_linear


def article(text: str, *masks: tuple[int, int]) -> Article:
    """An article of nothing but text and masks."""
    spans = tuple(Mask(start, end, "see also") for start, end in masks)
    return Article(id="a", path="a.txt", title="", text=text, sha256="", masks=spans)


def cite_words(words: str, text: str, *masks: tuple[int, int]) -> Citation:
    """A citation of the first place where words stand."""
    start = text.index(words)
    return cite(Span(start, start + len(words)), article(text, *masks), 1)


def test_a_citation_holds_quote_sentence_and_line() -> None:
    """The words, the sentence around them, and the line as an editor counts it."""
    text = "Judul\n\nIa lahir di Solo. Ia pindah ke Bogor pada 1990. Lalu pulang."
    citation = cite_words("Bogor", text)
    assert citation.n == 1
    assert citation.quote == "Bogor"
    assert citation.sentence_text == "Ia pindah ke Bogor pada 1990."
    assert citation.line == 3


def test_a_quote_over_two_sentences_gets_both() -> None:
    """The sentences are joined from the first to the last that the quote touches."""
    text = "Satu. Dua tiga. Empat lima. Enam."
    assert cite_words("tiga. Empat", text).sentence_text == "Dua tiga. Empat lima."


def test_the_sentence_stops_at_a_mask() -> None:
    """Masked words are never shown as part of a sentence."""
    text = "Ia pindah IKLAN ke Bogor IKLAN dan pulang."
    assert cite_words("Bogor", text, (10, 15), (25, 30)).sentence_text == "ke Bogor"


def test_an_enormous_sentence_is_shortened_at_white_space() -> None:
    """At most 200 code points of whole words remain on either side."""
    text = "kata " * 1000 + "Bogor" + " kata" * 1000
    citation = cite_words("Bogor", text)
    assert citation.sentence_text == "kata " * 40 + "Bogor" + " kata" * 40
    unbroken = cite_words("b", "a" * 1000 + "b" + "a" * 1000)
    assert unbroken.sentence_text == "a" * 200 + "b" + "a" * 200


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("x", 1),
        ("\nx", 2),
        ("\r\nx", 2),
        ("\rx", 2),
        ("\r\r\nx", 3),
        ("\n\r\n\rx", 4),
        ("\u2028x", 1),
    ],
)
def test_lines_are_counted_as_editors_do(text: str, line: int) -> None:
    """Each of the three line ends counts once; other separators do not."""
    assert cite_words("x", text).line == line


@given(
    st.text(alphabet='ab .!?\n\r"東。\u0301', min_size=1, max_size=100),
    st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100)), max_size=4),
    st.data(),
)
def test_the_quote_is_always_the_article_s_own_words(
    text: str, marks: list[tuple[int, int]], data: st.DataObject
) -> None:
    """The slice equals the quote; the sentence holds it and no mask; the line is right."""
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    spans = [(min(m), min(max(m), len(text))) for m in marks if min(m) <= len(text)]
    masks = [m for m in spans if m[1] <= start or m[0] >= end]
    citation = cite(Span(start, end), article(text, *masks), 7)
    assert text[citation.span.start : citation.span.end] == citation.quote == text[start:end]
    assert citation.sentence.start <= start
    assert end <= citation.sentence.end
    assert not any(citation.sentence.overlaps(Span(*mask)) for mask in masks if mask[0] < mask[1])
    assert citation.line == 1 + sum(m.end() <= start for m in re.finditer(r"\r\n|\n|\r", text))


def test_a_citation_from_a_long_line_costs_little() -> None:
    """Only the neighbourhood of a quote is looked at."""

    def cite_its_middle(text: str) -> None:
        for n in range(50):
            cite(Span(len(text) // 2, len(text) // 2 + 2), article(text), n)

    assert is_linear(cite_its_middle, "a. ", 900_000)


def test_words_that_need_the_article_s_date_get_their_days() -> None:
    """Within the sentence, in the article's coordinates; seen from Wednesday, 19 January 2022."""
    text = (
        "Kemarin sepi. Ia tiba di Bogor pekan lalu, dan pada 9 Januari 2022 di Solo. Besok pulang."
    )
    start = text.index("Bogor")
    of = replace(article(text), published=date(2022, 1, 19))
    citation = cite(Span(start, start + 5), of, 1)
    (when,) = citation.when
    assert text[when.span.start : when.span.end] == "pekan lalu"
    assert (when.since, when.until) == (date(2022, 1, 10), date(2022, 1, 16))
    assert cite_words("Bogor", text).when == ()


def test_a_citation_and_its_answer_print_as_one_line_that_no_terminal_obeys() -> None:
    """Where it stands, and the words before it; whoever wrote the title."""
    of = replace(
        article("Kata \x1b[31mAni\r\ntadi."),
        title="A\x9b2J\u202e\nB",
        source="Kabar",
        published=date(2024, 11, 21),
    )
    place = cite(Span(5, 14), of, 1)
    assert str(place) == "A 2J B · Kabar · 2024-11-21 · a.txt:1"
    assert str(Candidate(place.quote, 0.9, place)) == f"[31mAni — {place}"
