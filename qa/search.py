"""Finds the passages that hold some words, and marks them: nothing is read or understood.

    ranjau darat            both words, in any of their forms
    "ranjau darat"          these words in a row, whatever their case and the marks between them
    -kapal -"kapal perang"  no passage of an article that says this

All words must stand in one passage; what is left out must stand nowhere in the article's passages.

Not handled: either of two words (`or`), parts of words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import chain
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from qa.errors import UsageError
from qa.find import worded
from qa.i18n import _
from qa.language.text import folded_words, words
from qa.lexical.index import LexicalIndex, Vocabulary
from qa.protocols import Rows
from qa.settings import Filters
from qa.store import Generation
from qa.types import Passage, Span

_READ = 2000
"""Most passages in which phrases are looked for: 0.4 ms each (2026-11)."""
_BATCH = 64

_PART = re.compile(
    r"""(?P<not>(?<!\S)[-−–])?(?:["“”„«»](?P<phrase>[^"“”„«»]*)["“”„«»]?|(?P<word>[^\s"“”„«»]+))"""
)


_AMOUNT = re.compile(r"\d[.,]\d")


class Sort(StrEnum):
    """In which order passages come; undated ones last, unless it is the best first."""

    BEST = "best"
    OLDEST = "oldest"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a search asks for: words and phrases that must be there, and those that must not."""

    words: tuple[str, ...]
    phrases: tuple[str, ...]
    without: tuple[str, ...]

    @property
    def text(self) -> str:
        """The words and phrases that must be there."""
        return " ".join((*self.words, *self.phrases))


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A passage, how well it fits, and where the words stand in its article's text, in order.

    Words of a sentence that it shares with a hit before it are marked in that alone.
    """

    passage: Passage
    score: float
    marks: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search finds.

    Attributes:
        words: As they were given.
        hits: Passages, in the order asked for, at most as many as were asked for.
        passages: How many there are; those that only repeat the words that a hit marks, at the end
            of one and the beginning of the next, are left out of `hits` and of this.
        articles: In how many articles.
        without: The words and phrases that no article may have.
        nearest: Where there is none, passages that are near in meaning, best first.
        unread: Passages with the words of a phrase that were not read, as they were too many.
        filters: Which articles were looked at.
        sort: In which order.
    """

    words: str
    hits: tuple[SearchHit, ...]
    passages: int
    articles: int
    without: tuple[str, ...] = ()
    nearest: tuple[SearchHit, ...] = ()
    unread: int = 0
    filters: Filters = field(default_factory=Filters)
    sort: Sort = Sort.BEST


def sorting(sort: Sort | str) -> Sort:
    """An order by its name.

    Raises:
        UsageError: If there is none of this name.
    """
    try:
        return Sort(sort)
    except ValueError as error:
        raise UsageError(
            _("Passages are sorted {known} first, not {sort!r}.").format(
                known=", ".join(Sort), sort=sort
            )
        ) from error


def wanted(typed: str) -> Wanted:
    """What a search asks for, as it was typed.

    Raises:
        UsageError: If it asks for nothing.
    """
    found: list[str] = []
    phrases: list[str] = []
    without: list[str] = []
    for match in _PART.finditer(typed):
        said = match["phrase"] if match["word"] is None else match["word"]
        if match["not"]:
            without.append(said)
        elif match["phrase"] is not None or _AMOUNT.search(said):
            # Of `Rp35.000` no other number has a part.
            phrases.append(said)
        else:
            found += folded_words(said)
    kept = Wanted(
        tuple(dict.fromkeys(found)),
        tuple(said for said in phrases if worded(said).words),
        tuple(said for said in without if worded(said).words),
    )
    if not kept.words and not kept.phrases:
        if kept.without:
            raise UsageError(
                _("Only words to leave out: name one to look for too, such as: kapal -perang")
            )
        raise UsageError(_('There is no word to look for. Name one: qa search "ranjau darat"'))
    return kept


def marks(passage: Passage, asked: Wanted, vocabulary: Vocabulary) -> tuple[Span, ...]:
    """Where words and phrases stand in a passage, in article coordinates, in order."""
    text, begin = passage.text, passage.span.start
    stems = frozenset(chain.from_iterable(map(vocabulary.stems_of, asked.words)))
    found = [
        at for at in words(text) if stems and stems & vocabulary.stems_of(text[at.start : at.end])
    ]
    here = worded(text) if asked.phrases else None
    for phrase in asked.phrases:
        if here is not None:
            found += [here.span(*place) for place in here.find(worded(phrase).run)]
    marked: list[Span] = []
    for at in sorted(found):
        if marked and at.start < marked[-1].end:
            marked[-1] = Span(marked[-1].start, max(marked[-1].end, at.end))
        else:
            marked.append(at)
    return tuple(Span(begin + at.start, begin + at.end) for at in marked)


class Searches(Protocol):
    """Finds passages by the words in them."""

    def search(self, typed: str, filters: Filters = ..., *, limit: int, sort: Sort) -> Searched:
        """As `Engine.search`, without what is near in meaning."""
        ...


class Searcher:
    """Searches one generation of an index."""

    def __init__(self, generation: Generation, index: LexicalIndex) -> None:
        self._generation = generation
        self._index = index

    def search(
        self, typed: str, filters: Filters = Filters(), *, limit: int, sort: Sort
    ) -> Searched:
        """As `Searches.search`."""
        asked = wanted(typed)
        rows = self._rows(asked, filters)
        scores = self._index.scores(asked.text)
        rows = rows[self._order(rows, scores, sort)]
        unread = 0
        if asked.phrases or any(len(worded(each)) > 1 for each in asked.without):
            rows, unread = rows[:_READ], max(0, len(rows) - _READ)
            read = self._passages(rows, filters)
            rows = rows[np.fromiter((_has(passage, asked) for passage in read), np.bool_)]
        hits, repeated = self._hits(rows, asked, scores, filters, limit)
        return Searched(
            typed,
            tuple(hits),
            passages=len(rows) - repeated,
            articles=len(np.unique(self._article_of(rows))),
            without=asked.without,
            unread=unread,
            filters=filters,
            sort=sort,
        )

    def _hits(
        self,
        rows: Rows,
        asked: Wanted,
        scores: NDArray[np.float32],
        filters: Filters,
        limit: int,
    ) -> tuple[list[SearchHit], int]:
        """The first passages, at most `limit`, and how many only repeat what is marked in these.

        Passages that follow each other share a sentence. What is marked in one is not marked again
        in the next, and what is left there has to hold all words by itself.
        """
        hits: list[SearchHit] = []
        # By article, the marks of the hits so far.
        marked: dict[str, set[Span]] = {}
        start = 0
        while start < len(rows) and len(hits) < limit:
            batch = rows[start : start + limit - len(hits)]
            start += len(batch)
            for passage in self._passages(batch, filters):
                here = marks(passage, asked, self._index)
                before = marked.setdefault(passage.article.id, set())
                left = tuple(mark for mark in here if mark not in before)
                if len(left) == len(here) or self._hold(left, passage, asked):
                    hits.append(SearchHit(passage, float(scores[passage.row]), left))
                    before.update(left)
        return hits, start - len(hits)

    def _hold(self, marked: Sequence[Span], passage: Passage, asked: Wanted) -> bool:
        """Whether some marked words of a passage are all that is asked for."""
        texts = [passage.article.text[mark.start : mark.end] for mark in marked]
        stems = set(
            chain.from_iterable(map(self._index.stems_of, chain(*map(folded_words, texts))))
        )
        return all(stems & self._index.stems_of(word) for word in asked.words) and all(
            any(worded(text).find(worded(phrase).run) for text in texts) for phrase in asked.phrases
        )

    def _rows(self, asked: Wanted, filters: Filters) -> Rows:
        """The passages that hold every word, but of articles that hold what is left out."""
        every = dict.fromkeys(chain(asked.words, *map(folded_words, asked.phrases)))
        rows = self._generation.allowed(filters)
        for holding in sorted(map(self._index.holding, every), key=len):
            rows = holding if rows is None else np.intersect1d(rows, holding, assume_unique=True)
        if rows is None:
            return np.empty(0, np.int64)
        for said in asked.without:
            parts = folded_words(said)
            if len(parts) == 1:
                without = np.unique(self._article_of(self._index.holding(parts[0])))
                rows = rows[~np.isin(self._article_of(rows), without)]
        return rows

    def _order(self, rows: Rows, scores: NDArray[np.float32], sort: Sort) -> NDArray[np.int64]:
        if sort is Sort.BEST:
            return np.argsort(-scores[rows], kind="stable")
        days = self._days[self._article_of(rows)]
        undated = days == 0
        return np.lexsort((days if sort is Sort.OLDEST else -days, undated))

    def _passages(self, rows: Rows, filters: Filters) -> Iterator[Passage]:
        for start in range(0, len(rows), _BATCH):
            yield from self._generation.passages(rows[start : start + _BATCH], filters)

    def _article_of(self, rows: Rows) -> NDArray[np.int64]:
        """Which article each passage is of, counted from 0."""
        return np.searchsorted(self._first_rows, rows, "right") - 1

    @cached_property
    def _first_rows(self) -> Rows:
        return self._generation.first_rows()

    @cached_property
    def _days(self) -> NDArray[np.int64]:
        """The day on which each article came out, counted from the year 1; 0 where not known."""
        days = self._generation.published()
        return np.array([day.toordinal() if day else 0 for day in days], np.int64)


def _has(passage: Passage, asked: Wanted) -> bool:
    """Whether a passage has every phrase, and its article none that is left out."""
    here = worded(passage.text)
    if not all(here.find(worded(phrase).run) for phrase in asked.phrases):
        return False
    parts = [worded(each) for each in asked.without]
    runs = [each.run for each in parts if len(each) > 1]
    whole = worded(passage.article.text, passage.article.masks) if runs else here
    return not any(whole.find(run) for run in runs)
