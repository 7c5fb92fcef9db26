"""The answers of one machine, exactly: one index against one shard and against four."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import qa
from qa.cluster.archive import ClusterArchive
from qa.cluster.index import index
from qa.cluster.layout import ClusterGeneration
from qa.cluster.local import open_local
from qa.engine import Engine
from qa.search import Sort
from qa.settings import AskSettings, BuildSettings, Filters
from qa.store import Generation
from qa.types import Answer
from tests.bench.words import recall
from tests.test_cluster_index import corpus

DATA = Path(__file__).parent / "data"
SETTINGS = (
    AskSettings(),
    AskSettings(filters=Filters(since=date(2022, 1, 1))),
    AskSettings(filters=Filters(until=date(2021, 6, 30), source="Kabar")),
    AskSettings(filters=Filters(since=date(2030, 1, 1))),
)
TALKS = (
    ("Siapa juru bicara Kremlin?", "Apa katanya pekan lalu?", "Negara mana saja yang membantu?"),
    ("Berapa harga cabai di Riga?", "Dan di Depok?", "Apakah harga cabai di Depok naik?"),
    ("Siapa jru bicara Kremlen?", "Apakah ia dipecat?", "apa saja yang dikatakannya?"),
    (
        "Who is the British defence secretary?",
        "What did he say in January 2022?",
        "Is he a lawyer?",
    ),
)


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory, reader: str) -> Iterator[list[Engine]]:
    """One over an index, over one shard, and over four."""
    folder = tmp_path_factory.mktemp("equal")
    sources = [str(Path(__file__).parents[1] / "corpus"), str(corpus(folder / "made"))]
    qa.build(sources[0], folder / "one")
    qa.build(sources[1], folder / "one", add=True)
    with ExitStack() as opened:
        one = opened.enter_context(Engine.open(folder / "one", reader=reader))
        several = []
        for shards in (1, 4):
            uri = str(folder / f"of-{shards}")
            index(sources, uri, BuildSettings(), shards=shards, unit=9)
            several.append(opened.enter_context(open_local(uri, reader=reader)))
        yield [one, *several]


def told(answer: Answer) -> Answer:
    """An answer without what no two runs share."""
    return replace(answer, timings_ms={})


@pytest.mark.parametrize("settings", SETTINGS)
def test_every_answer_is_the_same(engines: list[Engine], settings: AskSettings) -> None:
    """Hits, scores, spans, confidence and citations to the last bit, and follow-ups of each."""
    rows = (DATA / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    talks = [*TALKS, *((json.loads(row)["question"],) for row in rows[::4])]
    for talk in talks:
        before: list[list[Answer]] = [[] for _ in engines]
        for question in talk:
            answers = [
                each.ask(question, settings, after=turns)
                for each, turns in zip(engines, before, strict=True)
            ]
            for turns, answer in zip(before, answers, strict=True):
                turns.append(answer)
            assert told(answers[1]) == told(answers[2]) == told(answers[0])


def test_passages_come_with_the_candidates(
    engines: list[Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One shard is called once for a question; four also for passages that lie unevenly."""
    for engine in engines[1:]:
        assert isinstance(engine.generation, ClusterArchive)
        shards, called = engine.generation._shards, []
        call = shards.call

        def counted(method: str, *args: object) -> list[Any]:
            called.append(method)  # noqa: B023
            return call(method, *args)  # noqa: B023

        monkeypatch.setattr(shards, "call", counted)
        engine.ask("Siapa juru bicara Kremlin?")
        assert called[0] == "candidates"
        assert set(called[1:]) <= ({"passages"} if engine is engines[2] else set())


def test_words_count_as_in_the_whole_corpus(engines: list[Engine]) -> None:
    """Every passage that one index finds by words; fewer where each shard counts for itself."""
    one, *_several = engines
    assert isinstance(one.generation, Generation)
    index = one.generation.path.parent
    rows = (DATA / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [json.loads(row)["question"] for row in rows]
    found = recall(index, ClusterGeneration.open(str(index.parent / "of-4")), asked)
    for shares in found.values():
        assert shares["of the whole corpus"] == 1
        assert shares["of each shard"] < 1


@pytest.mark.parametrize("sort", Sort)
def test_every_search_is_the_same(engines: list[Engine], sort: Sort) -> None:
    """Passages, their order and their number; more than are given, each shard counts its own."""
    for words in ("harga cabai", '"harga cabai"', "menteri -Riga", "tentara", "tidakadasamasekali"):
        one, *several = [each.search(words, SETTINGS[1].filters, sort=sort) for each in engines]
        for each in several:
            assert each.hits == one.hits
            assert (each.articles, each.nearest, each.unread) == (
                one.articles,
                one.nearest,
                one.unread,
            )
            assert each.passages == one.passages or len(one.hits) < one.passages


def test_every_quotation_is_the_same(engines: list[Engine]) -> None:
    """Its verdict and its places."""
    for quotation in (
        "Harga cabai di kota Riga naik menjadi 900 rupiah per kilogram.",
        "Harga cabai di kota Riga naik menjadi 901 rupiah per kilogram.",
        "Pedagang rambutan di kota Tua berharap banyak pada musim hujan yang datang terlambat.",
    ):
        one, *several = [each.quote(quotation) for each in engines]
        assert [each.verdict for each in several] == [one.verdict] * 2
        places = [[str(at) for at in each.citations] for each in (one, *several)]
        assert places[1:] == [places[0]] * 2


def test_what_there_is_is_the_same(engines: list[Engine]) -> None:
    """Articles, sources, days; headlines but for their order within a day."""
    one, *several = engines
    for each in several:
        assert {a.id: a for a in each.articles()} == {a.id: a for a in one.articles()}
        assert each.generation.sources() == one.generation.sources()
        assert each.generation.sizes(Filters()) == one.generation.sizes(Filters())
        assert replace(each.about(), index=one.info, questions=()) == replace(
            one.about(), index=one.info, questions=()
        )
        headlines = each.generation.headlines()
        assert [h.published for h in headlines] == [h.published for h in one.generation.headlines()]
        id_ = headlines[0].id
        assert each.generation.passages_of(id_) == one.generation.passages_of(id_)
        assert each.article("0" * 16) is None
