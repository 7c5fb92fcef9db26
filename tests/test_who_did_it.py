"""Who did a deed, and to whom it was done: 140 questions over 70 articles of invented names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from qa.builder import build
from qa.engine import Engine
from qa.evaluate.questions import Row, read_questions
from qa.evaluate.run import context_articles
from qa.language.text import fold
from qa.settings import AskSettings, BuildSettings
from qa.types import Answer, Status

PAIRS = Path(__file__).parent / "data" / "who-did-it.jsonl"
FEW = AskSettings(read=3)


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    """The questions."""
    return read_questions(PAIRS)


@pytest.fixture(scope="module")
def engine(rows: list[Row], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """All the articles in one index, read by the reader that ships."""
    index = tmp_path_factory.mktemp("who")
    build(context_articles(rows), index, BuildSettings(), root="")
    with closing(Engine.open(index)) as opened:
        yield opened


@pytest.fixture(scope="module")
def answers(engine: Engine, rows: list[Row]) -> list[Answer]:
    """What is said to each question."""
    return [engine.ask(row.question, FEW) for row in rows]


def test_the_other_one_is_never_answered(answers: list[Answer]) -> None:
    """To name the one it was done to as the doer would end careers: at most as a possibility."""
    lines = PAIRS.read_text(encoding="utf-8").splitlines()
    wrong = [
        (answer.question, answer.best.text)
        for line, answer in zip(lines, answers, strict=True)
        for other in json.loads(line)["named_wrongly"]
        if answer.status is Status.ANSWERED
        and answer.best
        and fold(other) in fold(answer.best.text)
    ]
    assert wrong == []
