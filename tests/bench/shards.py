"""Whether shards answer as one index does, bit for bit: `python -m tests.bench shards INDEX URI`.

Both hold the same articles. Asked are the questions of the tests and those that the articles
themselves give, some of them misspelt, some among a source or some days alone, conversations as
such. What is read is read once for both: a reader gives a passage the same score each time.

Not measured: the network, and Ray.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from qa.cluster.layout import ClusterGeneration
from qa.cluster.local import open_local
from qa.engine import Engine
from qa.protocols import Calibration, Reader
from qa.readers import open_reader
from qa.settings import AskSettings, Filters
from qa.store import Generation, open_generation
from qa.suggest import made
from qa.types import Answer, Finding, Passage

_DATA = Path(__file__).parents[1] / "data"
_ALONE = ("questions", "everyday", "lists", "yes_or_no", "sides.dev")
_TALKS = ("conversations", "conversations-tune")
_NOW = date(2022, 6, 1)
_NAME = re.compile(r"\b[A-Z][a-z]{6,}\b")
_SHOWN = 10
_BLOCK = 10_000


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, what it follows, and how it is asked."""

    talk: str
    question: str
    settings: AskSettings


@dataclass(slots=True)
class ShardsReport:
    """How many answers were the same, and how long understanding and retrieving took."""

    shards: int
    passages: int
    vectors: str
    asked: int = 0
    equal: int = 0
    follow_ups: int = 0
    corrected: int = 0
    filtered: int = 0
    sided: int = 0
    listed: int = 0
    answered: int = 0
    other_vectors: int = 0
    one_ms: list[float] = field(default_factory=list)
    shards_ms: list[float] = field(default_factory=list)
    different: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """With p50 and p95 in place of all times."""
        return {
            **asdict(self),
            **{
                name: [round(float(np.percentile(times, at)), 1) for at in (50, 95)]
                for name, times in (("one_ms", self.one_ms), ("shards_ms", self.shards_ms))
                if times
            },
        }


class Cached:
    """A reader that reads no pair twice."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._found: dict[tuple[object, ...], Finding | None] = {}

    @property
    def id(self) -> str:
        """As `Reader.id`."""
        return self._reader.id

    @property
    def calibration(self) -> Calibration:
        """As `Reader.calibration`."""
        return self._reader.calibration

    def read(self, questions: Sequence[str], passages: Sequence[Passage]) -> list[Finding | None]:
        """As `Reader.read`."""
        keys = [
            (question, each.row, each.span, each.article.title)
            for question, each in zip(questions, passages, strict=True)
        ]
        new = [at for at, key in enumerate(keys) if key not in self._found]
        read = self._reader.read([questions[at] for at in new], [passages[at] for at in new])
        self._found.update(zip((keys[at] for at in new), read, strict=True))
        found = [self._found[key] for key in keys]
        return [
            each and replace(each, passage=of) for each, of in zip(found, passages, strict=True)
        ]


def compared(index: Path, uri: str, *, count: int, read: int, seed: int) -> ShardsReport:
    """Ask both, and compare.

    Args:
        index: Of one machine.
        uri: Of a cluster, over the same articles.
        count: How many questions.
        read: Passages that are read for each.
        seed: Of the choice of questions.
    """
    reader = Cached(open_reader("bundled"))
    with Engine.open(index, reader=reader) as one, open_local(uri, reader=reader) as several:
        whole = ClusterGeneration.open(uri)
        report = ShardsReport(
            shards=len(whole.manifest.shards),
            passages=one.info.passages,
            vectors=whole.manifest.vectors,
            other_vectors=_other_vectors(index, whole),
        )
        before: dict[str, list[Answer]] = {}
        for asked in islice(_questions(one, count, read, seed), count):
            after = before.setdefault(asked.talk, []) if asked.talk else []
            started = perf_counter()
            hits = one.retrieve_many([asked.question], asked.settings)
            report.one_ms.append((perf_counter() - started) * 1000)
            started = perf_counter()
            same = several.retrieve_many([asked.question], asked.settings) == hits
            report.shards_ms.append((perf_counter() - started) * 1000)
            answer = one.ask(asked.question, asked.settings, after=after)
            other = several.ask(asked.question, asked.settings, after=after)
            same = same and replace(other, coverage=None) == answer
            report.asked += 1
            report.equal += same
            report.follow_ups += answer.understood is not None
            report.corrected += bool(answer.corrected)
            report.filtered += bool(answer.filters) or answer.dated is not None
            report.sided += answer.sides is not None
            report.listed += bool(answer.items)
            report.answered += answer.best is not None
            if not same and len(report.different) < _SHOWN:
                report.different.append(asked.question)
            after.append(answer)
    return report


def _other_vectors(index: Path, whole: ClusterGeneration) -> int:
    """How many passages one index and the shards keep another vector of."""
    differing = 0
    with open_generation(index) as generation:
        vectors = generation.vectors()
        for number in range(len(whole.manifest.shards)):
            with whole.shard(number) as shard:
                rows, mine = whole.rows(number), shard.vectors()
                for start in range(0, len(rows), _BLOCK):
                    here = np.arange(start, min(start + _BLOCK, len(rows)))
                    same = mine.vectors(here) == vectors.vectors(rows[here])
                    differing += int(np.count_nonzero(~same.all(axis=1)))
    return differing


def _questions(one: Engine, count: int, read: int, seed: int) -> Iterator[Asked]:
    """Questions in an order that is drawn, but for those of a conversation."""
    rng = random.Random(seed)  # noqa: S311 - no secret
    plain = AskSettings(read=read, now=_NOW)
    sources: list[str | None] = [*one.generation.sources()] or [None]
    talks: list[list[Asked]] = []
    for name in _ALONE:
        talks += [[Asked("", row["question"], plain)] for row in _rows(name)]
    for name in _TALKS:
        every: dict[str, list[Asked]] = {}
        for row in _rows(name):
            asked = Asked(f"{name} {row['conversation']}", row["question"], plain)
            every.setdefault(asked.talk, []).append(asked)
        talks += every.values()
    taken = {talk[0].question for talk in talks}
    for question in _made(one, rng):
        if len(talks) >= 2 * count:
            break
        if question in taken:
            continue
        taken.add(question)
        kind = len(talks) % 6
        settings = plain
        if kind == 0:
            settings = replace(plain, filters=Filters(source=rng.choice(sources)))
        elif kind == 1:
            since = date(2021, 6, 1) + timedelta(days=rng.randrange(700))
            until = since + timedelta(days=rng.choice((7, 30, 200)))
            settings = replace(plain, filters=Filters(since, until))
        elif kind == 2:
            question = _NAME.sub(lambda name: _misspelt(name[0], rng), question)  # noqa: PLW2901
        talks.append([Asked("", question, settings)])
    rng.shuffle(talks)
    for talk in talks:
        yield from talk


def _rows(name: str) -> Iterator[dict[str, Any]]:
    """The rows of a file of the tests."""
    for line in (_DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def _made(one: Engine, rng: random.Random) -> Iterator[str]:
    """Questions that passages give, drawn from all of them."""
    assert isinstance(one.generation, Generation)
    passages = one.info.passages
    while True:
        rows = sorted(rng.sample(range(passages), min(passages, 2000)))
        for passage in one.generation.passages(rows):
            yield from (each.question for each in made(passage))


def _misspelt(name: str, rng: random.Random) -> str:
    """A name with a letter doubled, or two swapped."""
    at = rng.randrange(2, len(name) - 1)
    if rng.random() < 0.5:
        return name[:at] + name[at] + name[at:]
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
