"""Questions as people type them, asked of the articles that ship with qa."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from qa.articles.folder import load
from qa.builder import build
from qa.engine import Engine
from qa.settings import BuildSettings, Filters
from qa.show import as_json, as_text
from qa.types import Correction

ROOT = Path(__file__).parents[1]
LINES = (ROOT / "tests/data/everyday.jsonl").read_text(encoding="utf-8").splitlines()
ROWS: list[dict[str, Any]] = [json.loads(line) for line in LINES]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine over the shipped articles, with the reader that ships."""
    folder = tmp_path_factory.mktemp("everyday")
    build(load(ROOT / "corpus", BuildSettings()), folder, BuildSettings(), root=str(ROOT))
    with closing(Engine.open(folder)) as opened:
        yield opened


def test_the_article_that_answers_is_among_the_first_three(engine: Engine) -> None:
    """For 19 of 20 questions, however they are typed."""
    missed = []
    asked = [row for row in ROWS if row["answers"]]
    for row in asked:
        (hits,) = engine.retrieve_many([row["question"]])
        passages = engine.generation.passages([hit.row for hit in hits])
        first = list(dict.fromkeys(one.article.path for one in passages))[:3]
        if row["article"] not in first:
            missed.append(row["id"])
    assert len(asked) >= 40
    assert len(missed) <= len(asked) // 20, missed


def test_every_answer_stands_in_its_article() -> None:
    """Word for word."""
    for row in ROWS:
        for answer in row["answers"]:
            text = (ROOT / "corpus" / row["article"]).read_text(encoding="utf-8")
            assert answer in text, row["id"]


def test_both_ways_to_type_a_question_get_one_answer(engine: Engine) -> None:
    """The question itself stays as it was typed."""
    typed, written = (
        engine.ask(question)
        for question in (
            "siapa sih yg jadi menhan inggris?",
            "siapa yang jadi menteri pertahanan inggris?",
        )
    )
    assert typed.best == written.best
    assert typed.question == "siapa sih yg jadi menhan inggris?"
    assert not typed.corrected


def test_what_a_misspelt_word_was_taken_for_is_told(engine: Engine) -> None:
    """To people and in JSON; for known words nothing is."""
    answer = engine.ask("siapa sekjen nato jens stoltenburg?")
    assert answer.corrected == (Correction("stoltenburg", "Stoltenberg"),)
    shown = as_text(answer, engine.info, style=None, width=100)
    assert "“stoltenburg” is in no article, taken for “Stoltenberg”" in shown
    document = as_json(answer, Filters(), engine.info)
    assert document["corrected"] == [{"typed": "stoltenburg", "taken": "Stoltenberg"}]
    assert document["question"] == "siapa sekjen nato jens stoltenburg?"


def test_absent_names_are_not_answered_about_others(engine: Engine) -> None:
    """`Kolumbia` is neither `Kolombo` nor anything else."""
    for row in ROWS:
        if not row["answers"] and "stoltenburg" not in row["question"]:
            assert not engine.ask(row["question"]).corrected, row["id"]


def test_follow_ups_and_days_may_be_typed_short(engine: Engine) -> None:
    """What was said before is completed as if it had been written out."""
    first = engine.ask("siapa menhan inggris")
    after = engine.ask("Dan Rusia?", after=[first])
    assert after.understood == "siapa menteri pertahanan inggris Rusia?"
    dated = engine.ask("apa kata jubir kremlin tgl 20 nov 2024?").dated
    assert dated is not None
    assert dated.words == "20 nov 2024"
