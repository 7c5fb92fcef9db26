"""Misspelt words of a question: what they are taken for, and which stay."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.language.detect import detect
from qa.lexical.build import LexicalBuilder
from qa.lexical.index import LexicalIndex
from qa.question.spelling import Passages, correct
from qa.types import Correction, Passage
from tests.builders import article, passage

TEXTS = [
    "Sekretaris Jenderal NATO Jens Stoltenberg berbicara di Riga.",
    "Juru bicara Kremlin Dmitry Peskov dan Presiden Vladimir Putin menjawab.",
    "Menteri Pertahanan Ben Wallace mengundang Sergei Shoigu ke London.",
    "Presiden Slovenia tiba di Kolombo; Islandia dan Iran menunggu.",
    "Pasukan yang memakai baterai berkumpul di perbatasan.",
]
PASSAGES = [passage(article(text), row=row) for row, text in enumerate(TEXTS)]


def indexed(language: str = "id") -> LexicalIndex:
    """An index of five passages."""
    builder = LexicalBuilder()
    builder.add(TEXTS, [language] * len(TEXTS))
    return builder.build()


INDEX = indexed()


def passages(rows: Sequence[int]) -> list[Passage]:
    """Those of some rows."""
    return [PASSAGES[row] for row in rows]


def spelt(
    question: str, index: LexicalIndex, found: Passages
) -> tuple[str, tuple[Correction, ...]]:
    """A question in whatever language it is, and what was corrected."""
    return correct(question, detect(question), index, found)


@pytest.mark.parametrize(
    ("question", "typed", "taken"),
    [
        ("Siapa Stoltenburg?", "Stoltenburg", "Stoltenberg"),
        ("siapa sekjen nato jens stoltenburg?", "stoltenburg", "Stoltenberg"),
        ("Apa kata Jens Stoltenbreg?", "Stoltenbreg", "Stoltenberg"),
        ("kapan peskof berbicara?", "peskof", "Peskov"),
        ("siapa yang diundang walace?", "walace", "Wallace"),
        ("apa kata soigu?", "soigu", "Shoigu"),
        ("apa kata presiden putyn?", "putyn", "Putin"),
        ("apa kata jubir kremlen?", "kremlen", "Kremlin"),
        # In another language than the articles'.
        ("What did Stoltenburg say?", "Stoltenburg", "Stoltenberg"),
        ("¿Qué dijo Stoltenburg?", "Stoltenburg", "Stoltenberg"),
    ],
)
def test_a_misspelt_word_is_taken_for_the_one_that_articles_hold(
    question: str, typed: str, taken: str
) -> None:
    """As the article writes it; and what was done is told."""
    assert spelt(question, INDEX, passages) == (
        question.replace(typed, taken),
        (Correction(typed, taken),),
    )


@pytest.mark.parametrize(
    "question",
    [
        "Siapa Stoltenberg?",
        "Siapa presiden Kolumbia?",
        "Siapa presiden Slovakia?",
        "Siapa presiden Irak?",
        "Siapa presiden Irlandia?",
        "Siapa Prabowo Subianto?",
        # Nobody of that name is known, so neither part of it is.
        "Siapa Ahmad Wallece?",
        # Real words that look like what the articles hold.
        "Berapa bidan di London?",
        "Di mana pasokan?",
        "Siapa ketua PBSK?",
        "When was the hotline established?",
        "Who is the president of Ireland?",
        "¿Cuándo se estableció la línea directa?",
        "Кто пресс-секретарь Кремля?",
        "Kuka on puolustusministeri?",
        "首相は誰ですか",
        "Siapa S7oltenb3rg?",
        "Siapa Stol\u200btenburg\x1b[31m?",
        "abcd efgh ijkl mnop qrst uvwx yzab stoltenburg",
        "?",
        "",
    ],
)
def test_a_question_stays_where_nothing_is_clearly_misspelt(question: str) -> None:
    """Known words, absent names, other words, other languages, and what is no word."""
    assert spelt(question, INDEX, passages) == (question, ())


def _of(found: Sequence[Passage], rows: Sequence[int]) -> list[Passage]:
    return [found[row] for row in rows]


def test_of_two_neighbours_the_more_frequent_counts_and_of_equals_none() -> None:
    """`Lukmen` may be Lukman or Lukmin."""
    texts = ["Lukman tiba.", "Lukmin pergi.", "Lukman pulang."]
    for held, expected in ((texts, "Siapa Lukman?"), (texts[:2], "Siapa Lukmen?")):
        builder = LexicalBuilder()
        builder.add(held, ["id"] * len(held))
        found = [passage(article(text), row=row) for row, text in enumerate(held)]
        index = builder.build()
        corrected, _ = spelt("Siapa Lukmen?", index, partial(_of, found))
        assert corrected == expected


def test_a_word_that_stands_in_a_headline_alone_is_found() -> None:
    """It is indexed with the passage; one whose words were made otherwise is passed over."""
    of = article("Rapat itu berlangsung singkat.", title="Stoltenberg ke Riga")
    builder = LexicalBuilder()
    builder.add([f"{of.title}\n{of.text}"], ["id"])
    index = builder.build()
    _, taken = spelt("siapa stoltenburg?", index, lambda _: [passage(of)])
    assert taken == (Correction("stoltenburg", "Stoltenberg"),)
    other = passage(article("Rapat itu berlangsung singkat."))
    assert spelt("siapa stoltenburg?", index, lambda _: [other]) == ("siapa stoltenburg?", ())


def test_an_empty_index_knows_no_better() -> None:
    """Nothing is like anything."""
    assert spelt("Siapa Stoltenburg?", LexicalBuilder().build(), passages)[1] == ()


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_can_be_asked(text: str) -> None:
    """What is taken stands in the articles and is no control."""
    corrected, taken = spelt(text, INDEX, passages)
    assert (corrected == text) == (not taken)
    assert all(any(each.taken in held for held in TEXTS) for each in taken)
    assert all(each.taken.isalpha() for each in taken)
