"""Whether shards answer as one index does, bit for bit.

Both hold the same articles. Asked are the questions of the tests and those that the articles
themselves give, some of them misspelt, some among a source or some days alone, conversations as
such.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

import numpy as np

from qa.cluster.archive import ClusterEngine
from qa.cluster.layout import ClusterGeneration
from qa.engine import Engine
from qa.settings import AskSettings, Filters
from qa.store import Generation
from qa.suggest import made
from qa.types import Answer

_DATA = Path(__file__).parents[1] / "data"
_ALONE = ("questions", "everyday", "lists", "yes_or_no", "sides.dev")
_TALKS = ("conversations", "conversations-tune")
NOW = date(2022, 6, 1)
_NAME = re.compile(r"\b[A-Z][a-z]{6,}\b")
_SHOWN = 10
_BLOCK = 10_000

_T = TypeVar("_T")


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


def compared(
    one: Engine, several: ClusterEngine, questions: Iterable[Asked], report: ShardsReport
) -> None:
    """Ask both, and compare.

    Args:
        one: Over an index of one machine.
        several: Over shards of the same articles.
        questions: A conversation's in their order.
        report: Takes what came of it.
    """
    before: dict[str, list[Answer]] = {}
    for asked in questions:
        after = before.setdefault(asked.talk, []) if asked.talk else []
        hits, took = timed(lambda: one.retrieve_many([asked.question], asked.settings))  # noqa: B023
        report.one_ms.append(took)
        others, took = timed(lambda: several.retrieve_many([asked.question], asked.settings))  # noqa: B023
        report.shards_ms.append(took)
        answer = one.ask(asked.question, asked.settings, after=after)
        other = several.ask(asked.question, asked.settings, after=after)
        same = others == hits and replace(other, coverage=None) == answer
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


def timed(do: Callable[[], _T]) -> tuple[_T, float]:
    """What something gives, and the milliseconds that it took."""
    begun = perf_counter()
    return do(), (perf_counter() - begun) * 1000


def other_vectors(one: Engine, whole: ClusterGeneration) -> int:
    """How many passages one index and the shards keep another vector of."""
    assert isinstance(one.generation, Generation)
    vectors, differing = one.generation.vectors(), 0
    for number in range(len(whole.manifest.shards)):
        with whole.shard(number) as shard:
            rows, mine = whole.rows(number), shard.vectors()
            for start in range(0, len(rows), _BLOCK):
                here = np.arange(start, min(start + _BLOCK, len(rows)))
                same = mine.vectors(here) == vectors.vectors(rows[here])
                differing += int(np.count_nonzero(~same.all(axis=1)))
    return differing


def questions(one: Engine, *, count: int, read: int, seed: int) -> list[Asked]:
    """Questions in an order that is drawn, but for those of a conversation.

    Args:
        one: Over the index that gives questions of its own.
        count: How many.
        read: Passages that are read for each.
        seed: Of the choice.
    """
    rng = random.Random(seed)  # noqa: S311 - no secret
    plain = AskSettings(read=read, now=NOW)
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
    return [asked for talk in talks for asked in talk][:count]


def _rows(name: str) -> Iterator[dict[str, Any]]:
    """The rows of a file of the tests."""
    for line in (_DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def _made(one: Engine, rng: random.Random) -> Iterator[str]:
    """Questions that passages give, all of them in an order that is drawn."""
    assert isinstance(one.generation, Generation)
    rows = list(range(one.info.passages))
    rng.shuffle(rows)
    for start in range(0, len(rows), 2000):
        for passage in one.generation.passages(rows[start : start + 2000]):
            yield from (each.question for each in made(passage))


def _misspelt(name: str, rng: random.Random) -> str:
    """A name with a letter doubled, or two swapped."""
    at = rng.randrange(2, len(name) - 1)
    if rng.random() < 0.5:
        return name[:at] + name[at] + name[at:]
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
