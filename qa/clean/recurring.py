"""Lines that recur over many articles of a source, such as a greeting below each of them."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from hashlib import blake2b
from typing import Self

from qa.clean.lines import STOP, lines

# What begins with a quotation mark or a comma is a piece of a sentence that a scraper cut up.
_WORDS_FIRST = re.compile(r"[^\w\s\"“”'‘’,.]{0,3}\w")


class Recurring:
    """Counts lines by source, in a first pass over the corpus.

    Memory is bounded: beyond `capacity` distinct lines the rarest are forgotten (lossy counting
    after Manku and Motwani, VLDB 2002), which can only leave a line unmasked.
    """

    _LONGEST = 120
    _LEAST = 3
    # A line with a sentence's stop may be prose that a wire story brought into several articles.
    _SHARE, _SENTENCE_LEAST, _SENTENCE_SHARE = 0.002, 10, 0.05

    def __init__(self, *, capacity: int = 200_000) -> None:
        self._capacity = capacity
        self._lines: Counter[int] = Counter()
        self._articles: Counter[str] = Counter()

    def add(self, text: str, source: str | None) -> None:
        """Count the short lines of one article, each once."""
        self.add_keys(self.keys(text, source), source)

    @classmethod
    def keys(cls, text: str, source: str | None) -> set[int]:
        """What the short lines of an article are counted by, 64 bits each."""
        short = {line for _, line in lines(text) if len(line) <= cls._LONGEST}
        return {_key(source or "", line) for line in short}

    def add_keys(self, keys: Iterable[int], source: str | None) -> None:
        """Count the short lines of one article by their `keys`."""
        self._articles[source or ""] += 1
        self._lines.update(keys)
        floor = 1
        while len(self._lines) > self._capacity:
            self._lines = Counter({key: n for key, n in self._lines.items() if n > floor})
            floor += 1

    def settled(self) -> Self:
        """What `recurs` depends on alone, to be asked and not to be added to."""
        counted = type(self)()
        counted._articles.update(self._articles)
        counted._lines.update({key: n for key, n in self._lines.items() if n >= self._LEAST})
        return counted

    def as_json(self) -> str:
        """What `recurs` depends on; the same counts give the same text."""
        often = self.settled()._lines
        return json.dumps([sorted(self._articles.items()), sorted(often.items())])

    @classmethod
    def from_json(cls, document: str) -> Self:
        """Counts that `as_json` wrote, to be asked and not to be added to."""
        counted = cls()
        articles, often = json.loads(document)
        counted._articles.update(dict(articles))
        counted._lines.update(dict(often))
        return counted

    def recurs(self, line: str, source: str | None) -> bool:
        """Whether a line, stripped, stands in so many articles of the source that it is debris."""
        source = source or ""
        if len(line) > self._LONGEST or not _WORDS_FIRST.match(line) or line.count('"') % 2:
            return False
        count = self._lines[_key(source, line)]
        least, share = self._LEAST, self._SHARE
        if STOP.search(line):
            least, share = self._SENTENCE_LEAST, self._SENTENCE_SHARE
        return count >= least and count >= share * self._articles[source]


def _key(source: str, line: str) -> int:
    key = f"{source}\0{line.casefold()}".encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(key, digest_size=8).digest())
