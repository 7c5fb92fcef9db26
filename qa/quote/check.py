"""Finds a quotation in the articles of an index, or what comes nearest to it.

The words of the quotation that fewest passages hold choose the articles to look at; there its words
are compared with those of the article's whole text, so that a quotation may cross passages. Nothing
is stored for it.

Not handled: a quotation that leaves words out between dots, and words that were translated. A space
within a word makes no difference (`di mana`, `dimana`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from qa.cite import cite
from qa.errors import UsageError
from qa.find import Worded, worded
from qa.i18n import _
from qa.language.text import fold, sentences, words
from qa.lexical.index import LexicalIndex
from qa.protocols import Rows
from qa.quote.align import Alignment, align, is_negation
from qa.quote.result import Kind, Piece, Quoted, QuotePlace, Verdict
from qa.quote.speaker import speaker
from qa.settings import Filters
from qa.store import Generation
from qa.types import Article, Span

_CHOSEN = 24
"""Words of a quotation, the rarest, that choose the articles to look at."""
_HELD = 0.4
"""Share of the weight of these words that an article holds that may have the quotation verbatim."""
_READ = 2000
"""Most articles read for it: 0.4 ms each (2026-11)."""
_ALIGNED = 40
"""Articles beside which a quotation is laid that stands in none verbatim."""
_LEAST_WORDS = 4
"""A shorter quotation is found verbatim or not at all."""
_SLIP = 0.2
"""Share of the words of a quotation that may differ, one at least."""
_LONGEST_CHANGE = 3
"""Words in a row that may differ."""
_NEAR = 0.4
"""Share of the words that are the same in what is shown as nearest."""
_NEAREST = 3

_PARTED = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010]\s+(?=[^\W\d_])")


@dataclass(frozen=True, slots=True)
class _Words:
    """A word of a quotation: the passages that hold it, and what it tells, in nats."""

    rows: Rows
    weight: float


class Quotations:
    """Checks quotations against one generation of an index, from one thread at a time."""

    def __init__(self, generation: Generation, index: LexicalIndex) -> None:
        self._generation = generation
        self._index = index

    def check(self, quotation: str, filters: Filters = Filters(), *, limit: int = 20) -> Quoted:
        """As `Engine.quote`."""
        started = perf_counter()
        wanted = worded(quotation)
        if not wanted.words:
            raise UsageError(
                _('The quotation has no words. Give one: qa quote "Saluran itu belum dipakai"')
            )
        chosen = self._chosen(quotation, filters)
        articles, unread = self._holding(chosen)
        found = [
            place
            for article in self._read(articles, filters)
            for place in _verbatim(wanted, article)
        ]
        exact = [place for place in found if not place.difference]
        if exact:
            result = _placed(quotation, Verdict.VERBATIM, exact, limit)
        elif found:
            result = _placed(quotation, Verdict.ALTERED, found, limit)
        else:
            result = self._altered(quotation, wanted, chosen, filters, limit)
        return replace(
            result,
            unread=unread,
            filters=filters,
            took_ms=(perf_counter() - started) * 1000,
        )

    @cached_property
    def _first_rows(self) -> Rows:
        return self._generation.first_rows()

    def _chosen(self, quotation: str, filters: Filters) -> list[_Words]:
        """The words of a quotation that choose articles, the rarest first."""
        allowed = self._generation.allowed(filters)
        found = []
        for word in self._known(quotation):
            rows = self._index.holding(word)
            if allowed is not None:
                rows = np.intersect1d(rows, allowed, assume_unique=True)
            if len(rows):
                found.append(_Words(rows, float(np.log1p(len(self._index) / len(rows)))))
        return sorted(found, key=lambda one: len(one.rows))[:_CHOSEN]

    def _known(self, quotation: str) -> set[str]:
        """The words of a quotation that the index knows; one parted by a line's end is one."""
        folded = fold(quotation)
        joined = _PARTED.sub("", folded)
        known = {
            word
            for text in {folded, joined}
            for word in (text[at.start : at.end] for at in words(text))
            if self._index.holds(word)
        }
        for match in _PARTED.finditer(folded):
            parts = folded[: match.start()].split()[-1:] + folded[match.end() :].split()[:1]
            whole = "".join(parts).strip("\"'.,;:!?")
            if whole in known:
                known.difference_update(parts)
        return known

    def _holding(self, chosen: Sequence[_Words]) -> tuple[Rows, int]:
        """The articles that may hold a quotation verbatim, and how many more there are.

        Each is told by the row of its first passage. Those that hold the most come first.
        """
        held = np.zeros(len(self._first_rows), np.float32)
        for word in chosen:
            held[np.unique(self._article_of(word.rows))] += word.weight
        total = sum(word.weight for word in chosen)
        at = np.flatnonzero(held >= _HELD * total) if total else np.empty(0, np.int64)
        best = at[np.argsort(-held[at], kind="stable")]
        return self._first_rows[best[:_READ]], max(0, len(best) - _READ)

    def _article_of(self, rows: Rows) -> NDArray[np.int64]:
        """Which article, counted from 0, each passage is of."""
        return np.searchsorted(self._first_rows, rows, "right") - 1

    def _read(self, rows: Rows, filters: Filters) -> Iterator[Article]:
        for start in range(0, len(rows), 64):
            for passage in self._generation.passages(rows[start : start + 64], filters):
                yield passage.article

    def _altered(
        self,
        quotation: str,
        wanted: Worded,
        chosen: Sequence[_Words],
        filters: Filters,
        limit: int,
    ) -> Quoted:
        """What comes nearest to a quotation that stands nowhere verbatim."""
        aligned: list[tuple[Alignment, QuotePlace]] = []
        for article in self._read(self._nearest(chosen, len(wanted)), filters):
            text = worded(article.text, article.masks)
            if text.words:
                found = align(wanted, text)
                if found.found[0] < found.found[1]:
                    aligned.append((found, _beside(quotation, wanted, article, text, found)))
        aligned.sort(key=lambda one: one[0].cost)
        close = [
            (found, place)
            for found, place in aligned
            if len(wanted) >= _LEAST_WORDS
            and found.cost <= max(1, _SLIP * len(wanted))
            and found.longest <= _LONGEST_CHANGE
        ]
        if close:
            least = [place for found, place in close if found.cost == close[0][0].cost]
            return _placed(quotation, Verdict.ALTERED, least, limit)
        near = [
            place for found, place in aligned if len(wanted) - found.cost >= _NEAR * len(wanted)
        ]
        return Quoted(quotation, Verdict.NOT_FOUND, nearest=_numbered(_grouped(near)[:_NEAREST]))

    def _nearest(self, chosen: Sequence[_Words], length: int) -> Rows:
        """The articles of the passages that hold the most of some words, by their first rows."""
        scores = np.zeros(len(self._index), np.float32)
        for word in chosen:
            scores[word.rows] += word.weight
        rows = np.flatnonzero(scores)
        article = self._article_of(rows)
        held = scores[rows]
        # A quotation may begin in one passage and end in the next.
        follows = np.flatnonzero((np.diff(rows) == 1) & (np.diff(article) == 0))
        both = held.copy()
        np.maximum.at(both, follows, held[follows] + 0.5 * held[follows + 1])
        order = np.argsort(-both, kind="stable")[: 4 * _ALIGNED]
        kept = list(dict.fromkeys(article[order].tolist()))[:_ALIGNED]
        return self._first_rows[np.array(kept, np.int64)]


def _verbatim(wanted: Worded, article: Article) -> list[QuotePlace]:
    """The places where an article has a quotation word for word."""
    ways = [worded(article.text, article.masks)]
    if article.masks:
        ways.append(worded(article.text))
    for text in ways:
        found = [_exact(text, first, last, article) for first, last in text.find(wanted.run)]
        if found:
            return found
    return []


def _exact(text: Worded, first: int, last: int, article: Article) -> QuotePlace:
    """A place where a quotation stands word for word.

    Where it is a sentence but for the negation that this begins with, that is a change.
    """
    span = text.span(first, last)
    before = first - 1
    if before < 0 or not is_negation(text.words[before]):
        return QuotePlace(cite(span, article, 1))
    denied = text.span(before, before)
    sentence = cite(span, article, 1).sentence
    if denied.start < sentence.start:
        return QuotePlace(cite(span, article, 1))
    ends = last + 1 == len(text) or text.starts[last + 1] >= sentence.end
    begins = before == 0 or text.ends[before - 1] <= sentence.start
    if not (begins and ends):
        return QuotePlace(cite(span, article, 1), negation=denied)
    whole = Span(denied.start, span.end)
    said = article.text[span.start : span.end]
    pieces = (
        Piece("", article.text[denied.start : denied.end], denied, Kind.NEGATION),
        Piece(said, said, span),
    )
    return QuotePlace(cite(whole, article, 1), pieces)


def _beside(
    quotation: str, wanted: Worded, article: Article, text: Worded, found: Alignment
) -> QuotePlace:
    """The place of an article that comes nearest to a quotation."""
    pieces = []
    for part in found.parts:
        given, there = part.given, part.found
        at = text.ends[there[0] - 1] if there[0] else 0
        span = text.span(there[0], there[1] - 1) if there[0] < there[1] else Span(at, at)
        said = wanted.span(given[0], given[1] - 1) if given[0] < given[1] else Span(0, 0)
        pieces.append(
            Piece(
                quotation[said.start : said.end],
                article.text[span.start : span.end],
                span,
                part.kind,
            )
        )
    span = text.span(found.found[0], found.found[1] - 1)
    return QuotePlace(cite(span, article, 1), tuple(pieces))


def _placed(quotation: str, verdict: Verdict, places: Sequence[QuotePlace], limit: int) -> Quoted:
    """A verdict with its places, oldest first."""
    dated = sorted(
        enumerate(places), key=lambda one: (one[1].citation.article.published or date.max, one[0])
    )
    grouped = _grouped([place for _, place in dated])
    return Quoted(
        quotation,
        verdict,
        places=_numbered(grouped[:limit]),
        more=max(0, len(grouped) - limit),
    )


def _grouped(places: Iterable[QuotePlace]) -> list[QuotePlace]:
    """Places, those in near-duplicates of an article under the first of them."""
    led: dict[str, int] = {}
    found: list[QuotePlace] = []
    for place in places:
        article = place.citation.article
        at = led.setdefault(article.source_group, len(found))
        if at == len(found) or found[at].citation.article.id == article.id:
            found.append(place)
        else:
            found[at] = replace(found[at], also=(*found[at].also, place.citation))
    return found


def _numbered(places: Sequence[QuotePlace]) -> tuple[QuotePlace, ...]:
    """Places with their citations numbered from 1 on, and with who says it."""
    n = 0
    numbered = []
    for place in places:
        n += 1
        citation = replace(place.citation, n=n)
        also = []
        for other in place.also:
            n += 1
            also.append(replace(other, n=n))
        said_by = speaker(citation.article, citation.span)
        numbered.append(replace(place, citation=citation, also=tuple(also), speaker=said_by))
    return tuple(numbered)
