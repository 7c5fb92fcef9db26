"""Values as JSON and back: what comes back is what went."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

import qa
from qa.answer.timeline import Timeline
from qa.engine import Engine
from qa.packing import packed_whole, unpacked_whole
from qa.quote import Quoted
from qa.search import Searched
from qa.settings import AskSettings, Filters
from qa.show import dumps
from qa.types import Answer, Article, Overview


@pytest.fixture(scope="module")
def archive(sample_index: Path) -> Engine:
    """The shipped articles."""
    return qa.open(sample_index)


def again(kind: type[object], value: object) -> object:
    """A value after its way through JSON."""
    return unpacked_whole(kind, json.loads(dumps(packed_whole(value))))


@pytest.mark.parametrize(
    "question",
    [
        "Siapa juru bicara Kremlin?",
        "Siapa presiden Brasil?",
        "Apakah hotline sudah dipakai?",
        "Siapa yang dilaporkan tewas pada November 2024?",
    ],
)
def test_an_answer_comes_back_with_all_that_was_read(archive: Engine, question: str) -> None:
    """Every score to the last bit, whole articles, and each as its filters had it stand."""
    settings = AskSettings(filters=Filters(until=date(2024, 12, 31)))
    answer = archive.ask(question, settings)
    assert answer.trace or answer.sides or answer.best is None
    assert again(Answer, answer) == answer


def test_whatever_else_an_engine_gives_comes_back(archive: Engine) -> None:
    """Searches, quotations, timelines, what there is, articles."""
    for kind, value in (
        (Searched, archive.search('"ranjau darat" -kapal')),
        (Quoted, archive.quote("Saluran itu belum pernah dipakai")),
        (Timeline, archive.timeline("ranjau darat Ukraina")),
        (Overview, archive.about()),
        (Article, next(archive.articles())),
    ):
        assert again(kind, value) == value


@pytest.mark.parametrize(
    "document", [None, {}, {"value": 1, "articles": []}, {"value": {"question": 1}, "articles": []}]
)
def test_what_is_no_answer_is_refused(document: object) -> None:
    """In one way, whatever it is."""
    with pytest.raises(ValueError, match="no"):
        unpacked_whole(Answer, document)
