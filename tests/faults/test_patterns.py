"""Texts made to keep regular expressions busy: the time grows with the length, not its square."""

from __future__ import annotations

import inspect
import random
import re
from collections.abc import Callable, Iterator, Mapping

import pytest

from qa import chunk
from qa.articles.formats import html
from qa.articles.front_matter import read_front_matter
from qa.clean import Page, debris, inline, lines, masks, recurring, rules
from qa.days import dates
from qa.language import detect as language
from qa.language import text
from tests.faults.conftest import FaultCase, Tries
from tests.work import seconds

pytestmark = pytest.mark.faults

LENGTH = 100_000
READ: Mapping[str, Callable[[str], object]] = {
    "clean.masks": masks,
    "clean.head": lambda words: Page(words).head(),
    "dates.find_dates": lambda words: list(dates.find_dates(words)),
    "dates.parse": dates.parse,
    "dates.published": lambda words: dates.published(words.split("\n")[:50], words),
    "dates.in_path": dates.in_path,
    "debris.line_rule": lambda words: [
        debris.line_rule(words[at : at + 299]) for at in range(0, len(words), 299)
    ],
    "text.sentences": text.sentences,
    "text.words": text.words,
    "text.fold": text.fold,
    "text.safe": text.safe,
    "language.detect": language.detect,
    "chunk.passages": lambda words: chunk.passages(words, max_chars=600, overlap_sentences=1),
    "front_matter": lambda words: read_front_matter(f"---\n{words}", "a.md"),
    "html tags": html.is_overloaded,
}
"""What reads a text of any length with patterns."""


def pieces() -> list[str]:
    """Words and marks that the patterns themselves look for."""
    words: set[str] = set()
    for module in (rules, inline, lines, recurring, dates, debris, text):
        source = inspect.getsource(module)
        words |= set(re.findall(r"[A-Za-z][A-Za-z'.@:/-]{1,20}", source))
    marks = " \n\t\xa0.,:;!?\"'()[]{}<>|/\\-–—…*#_=+@&%0123456789aAzÀé★»•\u3000中ก\u0301\u0915"
    return [*sorted(words), *marks, "\r\n", ". ", "- ", "A ", "1.", "A.", "---\n", "12/", "1:"]


def hostile_texts(number: int, length: int) -> Iterator[tuple[str, str]]:
    """The same unit repeated to a quarter of the length and to all of it, between other pieces."""
    chance = random.Random(7)  # noqa: S311 - chance that is the same in every run
    known = pieces()
    for _ in range(number):
        unit = "".join(chance.choices(known, k=chance.randint(1, 4)))
        before, behind = chance.choices(["", *known], k=2)
        yield (
            f"{before}{(unit * length)[: length // 4]}{behind}",
            f"{before}{(unit * length)[:length]}{behind}",
        )


def test_no_text_costs_more_than_linear_time(tries: Tries, fault_case: FaultCase) -> None:
    """Four times the length takes less than eight times the time, but for the unmeasurable."""
    language.detect("Memuat model bahasa hanya sekali.")
    lost: list[str] = []
    number = tries(300, 5)
    slowest = 0.0
    for short, long in hostile_texts(number, LENGTH):
        for name, read in READ.items():
            took = seconds(read, long)
            slowest = max(slowest, took)
            if took > 0.5 and took > 8 * seconds(read, short):
                lost.append(f"{name}: {short[:60]!r}")
    assert not lost
    fault_case(
        "texts against regular expressions",
        injected=f"100 kB of repeated pieces of the patterns, to {len(READ)} readers",
        outcome=f"time linear; the slowest {slowest:.2f} s",
        tries=number * len(READ),
        lost=len(lost),
    )
