"""Reading for one question: each pair of words and passage once, up to a number and a time.

Sentences that are to support an answer are read again, each by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile
from time import perf_counter

from qa.cite import cite
from qa.language.short_forms import as_printed
from qa.protocols import Reader
from qa.types import Finding, Passage, Read

_SENTENCES = 8
"""Sentences of a question that are read again, each by itself."""
_BATCH = 4
"""Passages read between two looks at the clock."""


class ReadOnce:
    """A reader that does not read a pair twice, however many forms of a question share it."""

    def __init__(self, reader: Reader, *, most: int, limit_ms: float | None) -> None:
        """Begin to read for a question.

        Args:
            reader: What reads.
            most: Pairs that are read in all.
            limit_ms: Milliseconds from now after which no further batch is begun; of each form the
                first one always is. None for no limit.
        """
        self.left = most
        self.spent_ms = 0.0
        self._reader = reader
        self._deadline = None if limit_ms is None else perf_counter() + limit_ms / 1000
        self._sentences = _SENTENCES
        self._found: dict[tuple[str, int], Finding | None] = {}

    def read(self, words: str, passages: Sequence[Read]) -> list[Read]:
        """The first passages with what was found in them for some words, as many as could be read.

        What it takes is added to `spent_ms`.
        """
        started = perf_counter()
        # A reader meets `Menlu` by `menlu` better than by the words that it stands for.
        keys = [(as_printed(words, one.passage.text), one.passage.row) for one in passages]
        new = [pair for pair in zip(keys, passages, strict=True) if pair[0] not in self._found]
        new = new[: self.left]
        step = len(new) if self._deadline is None else _BATCH
        for start in range(0, len(new), step or 1):
            if start and self._deadline is not None and perf_counter() >= self._deadline:
                break
            batch = new[start : start + step]
            asked, among = [key[0] for key, _ in batch], [one.passage for _, one in batch]
            found = self._reader.read(asked, among)
            self._found.update(zip((key for key, _ in batch), found, strict=True))
            self.left -= len(batch)
        self.spent_ms += (perf_counter() - started) * 1000
        known = takewhile(self._found.__contains__, keys)
        return [
            replace(one, finding=_of(self._found[key], one.passage))
            for one, key in zip(passages, known, strict=False)
        ]

    def alone(self, words: str, findings: Sequence[Finding]) -> list[Finding | None]:
        """What is found in the sentence of each finding by itself, without the headline over it.

        Of a question 8 sentences are read so, and none after its time; None for the others.
        """
        started = perf_counter()
        late = self._deadline is not None and perf_counter() >= self._deadline
        few = [] if late else findings[: self._sentences]
        self._sentences -= len(few)
        passages = [_sentence(finding) for finding in few]
        read = self._reader.read([as_printed(words, each.text) for each in passages], passages)
        self.spent_ms += (perf_counter() - started) * 1000
        return [*read, *(None for _ in findings[len(few) :])]


def _sentence(finding: Finding) -> Passage:
    """The sentence of a finding, as a passage of an article without a title."""
    article = finding.passage.article
    span = cite(finding.span, article, 0).sentence
    return Passage(finding.passage.row, replace(article, title=""), span)


def _of(found: Finding | None, passage: Passage) -> Finding | None:
    """A cached finding with the passage at hand, whose path may be another by a filter."""
    return found and replace(found, passage=passage)
