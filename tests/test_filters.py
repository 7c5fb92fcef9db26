"""Filtered search finds what a look at every passage that passes the filter finds."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from qa.builder import build
from qa.encoders import open_encoder
from qa.engine import Engine
from qa.question.asked import days_asked
from qa.retrieve import Lexical
from qa.settings import BUNDLED, AskSettings, BuildSettings, Filters
from qa.store import Generation
from qa.types import Article, Passage
from tests.builders import article, query

QUESTIONS = [
    "Berapa tentara yang dikirim ke perbatasan?",
    "Siapa menteri yang bertemu di ibu kota?",
    "When did the minister meet the soldiers?",
    "Mengapa jembatan di kota ditutup?",
]
_WHO = ["Menteri", "Presiden", "Juru bicara", "The minister", "Wali kota", "The general"]
_DID = ["mengirim tentara ke", "menutup jembatan di", "bertemu duta besar di", "sent soldiers to"]
_WHERE = ["perbatasan", "ibu kota", "pelabuhan", "the border", "Riga", "Jenewa"]
_FIRST_DAY = date(2021, 1, 1)
_ARTICLES = 120
_FILTERS = 300
_K = 7


def articles(rng: random.Random) -> list[Article]:
    """Articles of a few sentences over two years, a sixth of them undated, from four sources."""
    made = []
    for number in range(_ARTICLES):
        lines = [
            f"{rng.choice(_WHO)} {rng.choice(_DID)} {rng.choice(_WHERE)} kali {rng.randrange(99)}."
            for _ in range(rng.randrange(2, 12))
        ]
        undated = rng.random() < 1 / 6
        made.append(
            article(
                "\n".join(lines),
                path=f"{number}.txt",
                source=rng.choice(["Kabar", "Warta", "Écho", None]),
                published=None if undated else _FIRST_DAY + timedelta(days=rng.randrange(730)),
                language=rng.choice(["id", "en", "und"]),
            )
        )
    return made


def filters(rng: random.Random) -> Filters:
    """Bounds and a source, each perhaps; or those of days that a question names."""
    now = _FIRST_DAY + timedelta(days=rng.randrange(730))
    source = rng.choice([None, None, "kabar", "écho", "Lain"])
    if rng.random() < 1 / 3:
        words = rng.choice(["pekan lalu", "bulan ini", "sejak Mei", "before March", "5 Juni 2021"])
        asked = days_asked(f"Apa kabar {words}?", now)
        assert asked is not None
        return Filters(*asked.published(), source=source)
    since = now if rng.random() < 0.7 else None
    until = now + timedelta(days=rng.randrange(200)) if rng.random() < 0.7 else None
    return Filters(since, until, source)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of those articles, with passages of about a sentence."""
    folder = tmp_path_factory.mktemp("filters")
    settings = BuildSettings(max_chars=80, overlap_sentences=0)
    build(articles(random.Random(3)), folder, settings, root="/corpus")  # noqa: S311
    return folder


@pytest.fixture(scope="module")
def parts(index: Path) -> Iterator[dict[str, Engine]]:
    """An engine for each retriever."""
    names = ("fused", "dense", "lexical")
    opened = {name: Engine.open(index, reader=None, retriever=name) for name in names}
    yield opened
    for engine in opened.values():
        engine.close()


def passing(passages: Sequence[Passage], chosen: Filters) -> list[int]:
    """The rows of passages whose article passes, by looking at each."""
    rows = []
    for passage in passages:
        day, source = passage.article.published, passage.article.source
        dated = chosen.since is None and chosen.until is None
        if day is not None:
            dated = (chosen.since or date.min) <= day <= (chosen.until or date.max)
        if dated and chosen.source in (None, (source or "").casefold()):
            rows.append(passage.row)
    return rows


def best(scores: Mapping[int, float], k: int) -> dict[int, float]:
    """The k best rows with their scores, best first, ties to the lower row."""
    return dict(sorted(scores.items(), key=lambda found: (-found[1], found[0]))[:k])


def fused(
    near: Mapping[int, float], said: Mapping[int, float], words: Mapping[int, float]
) -> dict[int, float]:
    """The formula of `Fused` over the 100 best of each, the floor spelt out."""
    nearest = best(near, 100)
    floor = min(nearest.values(), default=0.0)
    return {
        row: words[row] * said.get(row, 0.0) + (1 - words[row]) * (near[row] - floor) / (1 - floor)
        for row in nearest | best(said, 100)
    }


def test_a_filtered_search_is_a_search_of_what_passes(parts: dict[str, Engine]) -> None:
    """By meaning, by words and by both, over 1,000 random filters."""
    generation = parts["fused"].generation
    assert isinstance(generation, Generation)
    passages = generation.passages(range(generation.manifest.passages))
    assert len(passages) > 300
    vectors = generation.vectors().vectors(np.arange(len(passages)))
    encoder, lexical = open_encoder(BUNDLED), Lexical(generation.lexical())
    cosines = {asked: vectors @ encoder.encode_questions([asked])[0] for asked in QUESTIONS}
    shares = {asked: lexical.shares(query(asked)) for asked in QUESTIONS}
    rng, fusing = random.Random(5), encoder.fusing  # noqa: S311
    sizes = []
    for number in range(_FILTERS):
        chosen, question = filters(rng), QUESTIONS[number % len(QUESTIONS)]
        rows = passing(passages, chosen)
        sizes.append(len(rows))
        near = {row: float(cosines[question][row]) for row in rows}
        said = {row: float(shares[question][row]) for row in rows if shares[question][row]}
        asked_in = query(question).language
        words = {
            row: fusing.within
            if passages[row].article.language in (asked_in, "und")
            else fusing.across
            for row in rows
        }
        both = fused(near, said, words)
        settings = AskSettings(filters=chosen, retrieved=_K, read=1)
        for name, expected in (("dense", near), ("lexical", said), ("fused", both)):
            (hits,) = parts[name].retrieve_many([question], settings)
            wanted = list(best(expected, _K).values())
            assert [hit.score for hit in hits] == pytest.approx(wanted, abs=1e-5)
            found = [expected[hit.row] for hit in hits]
            assert found == pytest.approx(wanted, abs=1e-5)
    assert min(sizes) == 0
    assert max(sizes) > len(passages) / 2
