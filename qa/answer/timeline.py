"""What the articles say about a topic, sentence by sentence, in the order of its days.

A sentence's day is the first date written in it, else the day its article came out; which of the
two is said. A sentence without either is counted and left out. The same sentence in another article
counts once.

Not handled: a sentence whose words all differ from the topic's, so articles in another language are
met by names alone; dates in words ("pekan lalu"), months without a day; several events in one
sentence, which stands under its first date.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from qa.cite import cite
from qa.days.dates import find_dates
from qa.language.text import fold, sentences, words
from qa.question.query import Query
from qa.types import Citation, Passage, Span

_SAME = 0.8
"""Share of two sentences' words in common from which on they are one."""

_ON_TOPIC = (0.3, 0.5)
"""Least share of the topic's words in a sentence, and in it and its headline together."""

_STOPS = '.!?…”"'
_SHORTEST = 20
"""Code points; what is shorter is a heading."""


@dataclass(frozen=True, slots=True)
class Event:
    """A sentence and its day. `written` is the date in it, None where the day is its article's.

    `also` are the places in other articles where nearly the same sentence stands.
    """

    day: date
    written: Span | None
    citation: Citation
    also: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Timeline:
    """Events by day, those of one day in the order of their relevance.

    `undated` counts sentences on the topic that have no day, `more` those left out by the limit.
    """

    events: tuple[Event, ...]
    undated: int = 0
    more: int = 0

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every place of every event, by its number."""
        return tuple(place for event in self.events for place in (event.citation, *event.also))


def timeline(
    topic: Query,
    passages: Sequence[Passage],
    *,
    since: date | None = None,
    until: date | None = None,
    limit: int = 20,
) -> Timeline:
    """The dated sentences on a topic among some passages.

    Args:
        topic: A few words, or a question, understood.
        passages: What was retrieved for it, best first.
        since: First day of events to give.
        until: Last day of events to give.
        limit: Most events to give: those that hold the most of the topic's words, ties to the
            better passage.
    """
    found: list[_Sentence] = []
    undated = 0
    for sentence in sorted(_on_topic(topic, passages), key=lambda one: -one.share):
        if sentence.day is None:
            undated += 1
        elif (since is None or sentence.day >= since) and (until is None or sentence.day <= until):
            _fold_in(sentence, found)
    kept = sorted(found[:limit], key=lambda one: (one.day or date.max, -one.share))
    events: list[Event] = []
    n = 0
    for sentence in kept:
        cited = []
        for passage, span in sentence.places:
            n += 1
            cited.append(cite(span, passage.article, n))
        if sentence.day is not None:
            events.append(Event(sentence.day, sentence.written, cited[0], tuple(cited[1:])))
    return Timeline(tuple(events), undated, more=len(found) - len(kept))


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence on the topic, where it stands, and the share of the topic's words in it."""

    words: frozenset[str]
    places: tuple[tuple[Passage, Span], ...]
    share: float
    day: date | None
    written: Span | None


def _on_topic(topic: Query, passages: Sequence[Passage]) -> Iterator[_Sentence]:
    """Each sentence that holds some of the topic and, with its headline, half of it or more.

    The rarer a word is among the passages, the more it counts.
    """
    weights = _weights(topic, passages)
    seen: set[tuple[str, Span]] = set()
    for passage in passages:
        article = passage.article
        title = topic.met_by(article.title, article.language).keys()
        for span in sentences(article.text, passage.span.start, passage.span.end):
            text = article.text[span.start : span.end]
            if (article.id, span) in seen or len(text) < _SHORTEST:
                continue
            seen.add((article.id, span))
            if text.strip("# ") == article.title and text[-1] not in _STOPS:
                # The headline; of an article without one the title is its first sentence.
                continue
            met = topic.met_by(text, article.language).keys()
            share, both = (sum(weights[key] for key in there) for there in (met, met | title))
            if share < _ON_TOPIC[0] or both < _ON_TOPIC[1]:
                continue
            found = _Sentence(_words(text), ((passage, span),), share, article.published, None)
            year = article.published.year if article.published else None
            date_in = next(find_dates(text, year=year), None)
            if date_in is not None:
                at = Span(span.start + date_in.span.start, span.start + date_in.span.end)
                found = replace(found, day=date_in.day, written=at)
            yield found


def _weights(topic: Query, passages: Sequence[Passage]) -> dict[int, float]:
    """How much each key of a topic tells: the rarer, the more; sum 1."""
    met = [topic.met_by(passage.text, passage.article.language) for passage in passages]
    weights = {
        key: math.log1p(len(met) / max(1, sum(key in there for there in met)))
        for key in range(len(topic.keys))
    }
    total = sum(weights.values())
    return {key: weight / total for key, weight in weights.items()} if total else {}


def _fold_in(sentence: _Sentence, found: list[_Sentence]) -> None:
    """Add a sentence to those found, or its place to the one that says the same.

    Sentences with different numbers say different things; of two days the first counts.
    """
    for at, other in enumerate(found):
        if _is_same(sentence, other):
            first, second = sorted((other, sentence), key=lambda one: one.day or date.max)
            articles = {passage.article.id for passage, _ in first.places}
            new = [place for place in second.places if place[0].article.id not in articles]
            share = max(first.share, second.share)
            found[at] = replace(first, places=(*first.places, *new), share=share)
            return
    found.append(sentence)


def _is_same(one: _Sentence, other: _Sentence) -> bool:
    if one.written and other.written and one.day != other.day:
        return False
    apart = one.words ^ other.words
    if any(word[0].isdecimal() for word in apart):
        return False
    together = len(one.words | other.words)
    return together > 0 and 1 - len(apart) / together >= _SAME


def _words(text: str) -> frozenset[str]:
    folded = fold(text)
    return frozenset(folded[word.start : word.end] for word in words(folded))
