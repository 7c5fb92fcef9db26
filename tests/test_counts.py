"""How often each stage works for one question: it is understood once, and little is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from sys import setprofile
from types import FrameType
from typing import Any

import pytest

from qa.answer.decide import decide
from qa.builder import build
from qa.engine import Engine
from qa.language.detect import detect
from qa.protocols import Calibration, Reader, Rows
from qa.question.query import Query
from qa.retrieve import Retriever
from qa.settings import AskSettings, BuildSettings
from qa.store import open_generation
from qa.types import Finding, Hit, Passage, Read, Result, Span
from tests.builders import article

NOW = AskSettings(now=date(2024, 11, 26))


class CountedReader:
    """A reader that tells how many pairs it reads, and whether one of them twice."""

    def __init__(self, reader: Reader) -> None:
        self.id = reader.id
        self.pairs: Counter[tuple[str, int]] = Counter()
        self.sentences: Counter[tuple[str, int, Span]] = Counter()
        self._reader = reader

    @property
    def calibration(self) -> Calibration:
        """That of the reader."""
        return self._reader.calibration

    def read(self, questions: Sequence[str], passages: Sequence[Passage]) -> list[Finding | None]:
        """What the reader reads."""
        for question, each in zip(questions, passages, strict=True):
            if each.article.title:
                self.pairs[question, each.row] += 1
            else:
                self.sentences[question, each.row, each.span] += 1
        return self._reader.read(questions, passages)


class CountedRetriever:
    """A retriever that tells how often it was called."""

    def __init__(self, retriever: Retriever) -> None:
        self.calls = 0
        self._retriever = retriever

    def retrieve(
        self, queries: Sequence[Query], k: int, *, allowed: Sequence[Rows | None] = ()
    ) -> list[list[Hit]]:
        """What the retriever finds."""
        self.calls += 1
        return self._retriever.retrieve(queries, k, allowed=allowed)


@pytest.fixture
def parts(tmp_path: Path, reader: str) -> Iterator[tuple[Engine, CountedRetriever, CountedReader]]:
    """An engine over forty articles of as many days, and its counted parts."""
    articles = [
        article(
            f"Juru bicara Kremlin Dmitry Peskov mengatakan hal ke-{day} kepada wartawan.",
            path=f"{day}.txt",
            published=date(2024, 11, 25) - timedelta(days=day),
        )
        for day in range(40)
    ]
    build(articles, tmp_path / "index", BuildSettings(), root="")
    with closing(Engine.open(tmp_path / "index", reader=reader)) as opened:
        generation = open_generation(tmp_path / "index")
        retriever, read = CountedRetriever(opened.retriever), CountedReader(opened.reader)
        yield (
            Engine.over(generation, read, lambda _generation, _words: retriever),
            retriever,
            read,
        )


class Detections:
    """Counts calls of `detect` while it is entered."""

    def __init__(self) -> None:
        self.calls = 0

    def __enter__(self) -> Detections:
        setprofile(self._called)
        return self

    def __exit__(self, *_: object) -> None:
        setprofile(None)

    def _called(self, frame: FrameType, event: str, _: object) -> None:
        self.calls += event == "call" and frame.f_code is detect.__code__


@pytest.mark.parametrize(
    ("question", "follows", "most"),
    [
        ("Siapa juru bicara Kremlin?", False, 10),
        ("siapa jubir kremlin sih?", False, 10),
        ("Who is the Kremlin spokesman?", False, 10),
        ("Apakah Peskov mengatakan hal itu?", False, 0),
        ("Siapa juru bicara Kremlin pekan lalu?", False, 20),
        ("Siapa juru bicara Kremlin pada Januari 2024?", False, 20),
        ("Kapan dia mengatakannya?", True, 20),
        ("Kapan dia mengatakannya pekan lalu?", True, 17),
        ("Berapa yang tewas bulan lalu?", True, 20),
        ("Dan Gedung Putih pekan lalu?", True, 17),
    ],
)
def test_a_question_is_understood_once_and_read_for_little(
    parts: tuple[Engine, CountedRetriever, CountedReader], question: str, follows: bool, most: int
) -> None:
    """One detection, one call of the retriever, ten pairs; twenty for several forms.

    Seventeen where days filter a follow-up, whose pairs are longer. Eight sentences are read again.
    """
    engine, retriever, reader = parts
    talk = [engine.ask("Siapa juru bicara Kremlin?", NOW)] if follows else []
    retriever.calls = 0
    reader.pairs.clear()
    reader.sentences.clear()
    with Detections() as detections:
        engine.ask(question, NOW, after=talk)
    assert detections.calls == 1
    assert retriever.calls == 1
    assert reader.pairs.total() <= most
    assert max(reader.pairs.values(), default=1) == 1
    assert reader.sentences.total() <= 8
    assert max(reader.sentences.values(), default=1) == 1
    assert not reader.sentences or most


def test_sources_are_checked_by_the_passages_that_the_answer_was_chosen_by(
    parts: tuple[Engine, CountedRetriever, CountedReader], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read or not: they tell which words of a question in small letters are names."""
    engine, _, _ = parts
    seen: list[list[int]] = []

    def recorded(
        query: Query, reads: Sequence[Read], *, unread: Sequence[Read] = (), **rest: Any
    ) -> Result:
        seen.append([one.passage.row for one in (*reads, *unread)])
        return decide(query, reads, unread=unread, **rest)

    monkeypatch.setattr("qa.pipeline.decide", recorded)
    assert engine.ask("siapa juru bicara kremlin?", replace(NOW, read=2)).best
    first, second = seen
    assert first == second
    assert len(first) > 2
