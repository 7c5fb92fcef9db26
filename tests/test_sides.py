"""Yes-or-no questions: told from others, and sentences sorted by the side they take."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.answer.sides import CLOSE, judge, sides
from qa.question.yes_or_no import asks_yes_or_no
from qa.types import Article, Sides
from tests.builders import article, passage, query

DATA = Path(__file__).parent / "data"


def rows(name: str, half: str) -> list[dict[str, Any]]:
    """The rows of one half of a labelled set."""
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [row for row in map(json.loads, lines) if row["half"] == half]


def side(row: dict[str, Any]) -> str:
    """`so`, `otherwise`, or `neither` where the sentence is not close."""
    asked = query(row["question"])
    judged = judge(asked, row["sentence"], asked.language)
    if judged.share < CLOSE:
        return "neither"
    return "so" if judged.so else "otherwise"


@pytest.mark.parametrize("half", ["development", "held-out"])
def test_yes_or_no_questions_are_told_from_others(half: str) -> None:
    """`Apakah` may ask what; nine in ten at least of either kind are told."""
    told = Counter(
        (row["yes_or_no"], asks_yes_or_no(row["question"])) for row in rows("yes_or_no.jsonl", half)
    )
    assert told[True, True] >= 9 * told[True, False]
    assert told[False, False] >= 9 * told[False, True]


@pytest.mark.parametrize("half", ["development", "held-out"])
@pytest.mark.parametrize("label", ["so", "otherwise"])
def test_sentences_are_sorted_by_side(half: str, label: str) -> None:
    """Precision and recall of at least .9 over sentences of our own."""
    told = Counter((row["side"], side(row)) for row in rows("polarity.jsonl", half))
    right = told[label, label]
    assert right >= 0.9 * sum(n for (_, found), n in told.items() if found == label)
    assert right >= 0.9 * sum(n for (wanted, _), n in told.items() if wanted == label)


@pytest.mark.parametrize(
    "question", ["", "?", "Apakah", "Apakah?", "Is", "apakah yang", "Apakah nama"]
)
def test_scraps_are_no_yes_or_no_question(question: str) -> None:
    """Nothing raises where words are missing."""
    assert not asks_yes_or_no(question)


ASKED = "Apakah Federasi Utara akan mengirim relawan ke Pulau Karsa?"


def of(text: str, path: str, day: date | None, *, group: str = "") -> Article:
    """An article of some day."""
    found = article(text, title="Kabar dari Karsa", path=path, published=day)
    return replace(found, group=group)


def test_both_sides_are_given_oldest_first_one_sentence_of_an_article() -> None:
    """Numbers run with the days, an undated article comes last, a copy adds nothing."""
    no = "Federasi Utara menegaskan tidak akan mengirim relawan ke Pulau Karsa."
    yes = "Federasi Utara akan mengirim relawan ke Pulau Karsa."
    articles = [
        of(f"{yes} Mereka berangkat Senin.", "late.txt", date(2022, 3, 1)),
        of(f"Gedung itu sepi. {no} {no}", "early.txt", date(2022, 1, 1), group="g"),
        of(f"{no} Begitu bunyi suratnya.", "copy.txt", date(2022, 1, 2), group="g"),
        of(f"Kemarin {yes}", "undated.txt", None),
    ]
    found, closest, share = sides(query(ASKED), [passage(each) for each in articles], limit=4)
    assert [(place.n, place.quote) for place in found.says_otherwise] == [(1, no)]
    assert [(place.n, place.article.path) for place in found.says_so] == [
        (2, "late.txt"),
        (3, "undated.txt"),
    ]
    assert closest is found.says_so[0]
    assert share == 1.0
    for place in (*found.says_so, *found.says_otherwise):
        assert place.article.text[place.span.start : place.span.end] == place.quote


def test_names_may_stand_in_the_sentence_before() -> None:
    """The sentence itself holds what is said to be done."""
    told = of("Federasi Utara rapat soal Pulau Karsa. Relawan akan dikirim besok.", "a.txt", None)
    found, _, _ = sides(query(ASKED), [passage(told)], limit=4)
    assert [place.quote for place in found.says_so] == ["Relawan akan dikirim besok."]


def test_words_of_the_question_in_any_order_are_not_what_it_asks() -> None:
    """The verb is missing, and who and where have changed places."""
    told = of("Pulau Karsa menjamu relawan dari Federasi Utara.", "a.txt", None)
    found, closest, share = sides(query(ASKED), [passage(told)], limit=4)
    assert (found, closest) == (Sides(), None)
    assert share < CLOSE


def judged(question: str, sentence: str) -> tuple[bool, bool]:
    """Whether a sentence is close to a question, and whether it says so."""
    found = judge(query(question), sentence, "id")
    return found.share >= CLOSE, found.so


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        (
            "Apakah jalur khusus sudah digunakan?",
            "Jalur khusus yang menghubungkan Karsa dan Lontar belum digunakan.",
        ),
        ("Apakah jembatan dibuka?", "Jembatan yang dibangun untuk warga Lontar tidak dibuka."),
    ],
)
def test_a_denial_behind_a_relative_clause_denies(question: str, sentence: str) -> None:
    """The clause with the verb counts, though the one with the subject holds as much."""
    assert judged(question, sentence) == (True, False)


@pytest.mark.parametrize(
    "sentence",
    [
        "Wali kota berjanji membantu jika Karsa menyerang Lontar.",
        "Warga mengungsi karena khawatir Karsa menyerang Lontar.",
        "Gubernur memperingatkan bahwa Karsa akan menyerang Lontar.",
        "Lontar menyerang Karsa sejak pagi.",
    ],
)
def test_conditions_fears_and_turned_roles_are_no_claims(sentence: str) -> None:
    """What is said of them is neither so nor otherwise."""
    assert not judged("Apakah Karsa akan menyerang Lontar?", sentence)[0]


def test_a_passive_turns_the_roles_back() -> None:
    """Who is named last did it."""
    question = "Apakah Karsa menyerang Lontar?"
    assert judged(question, "Lontar diserang Karsa sejak pagi.") == (True, True)
    assert judged(question, "Karsa menyerang Lontar sejak pagi.") == (True, True)


def test_who_asks_for_a_thing_does_not_say_that_it_is_so() -> None:
    """Neither side is taken by a wish."""
    told = of("Menteri meminta Federasi Utara mengirim relawan ke Pulau Karsa.", "a.txt", None)
    assert sides(query(ASKED), [passage(told)], limit=4)[0] == Sides()


@settings(deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_any_sentence_can_be_judged(question: str, sentence: str) -> None:
    """Nothing raises, and a share is a share."""
    assert 0.0 <= judge(query(question), sentence, "id", context=question).share <= 1.0
