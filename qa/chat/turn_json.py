"""A turn as a line of JSON, from which it can be shown again as it was.

The line is what `qa ask --json` prints, with two keys more: `asked`, when, and `again`, the answer
as this program holds it. Of its articles only the words that are shown are kept, with their
offsets; the rest of the text is blank until `completed` takes it from an index.

Not handled: the passages that were read, which `/why` shows; with them a conversation took three
times as long to load (0.29 s of 500 turns instead of 0.09, 2026-11).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any, TypeVar, get_type_hints

from qa import packing
from qa.chat.transcript import Turn
from qa.errors import QAError
from qa.i18n import _
from qa.packing import LONGEST_TEXT, Decoder, a, decoder, no_article, packed_fields
from qa.settings import Filters
from qa.show import as_json
from qa.types import Answer, Article, Citation, IndexInfo, Read, Span

_ID = re.compile("[0-9a-f]{16}")

_LEFT = ("id", "text", "masks", "parts")
"""Fields of an article that are not kept with the others."""

_T = TypeVar("_T")


class Excerpt(Article):
    """An article of which only the words that were shown are known; all others are blanks."""

    __slots__ = ()


def packed(turn: Turn) -> dict[str, Any]:
    """A turn as JSON."""
    articles: dict[str, dict[str, Any]] = {}

    def name(article: Article) -> str:
        if article.id not in articles:
            articles[article.id] = packed_fields(article, name, leave=_LEFT)
        return article.id

    answer = packing.packed(turn.answer, name, leave=("trace",))
    for article, span in _shown(turn.answer):
        text = articles[article.id].setdefault("text", {})
        text[str(span.start)] = article.text[span.start : span.end]
    again = {
        "answer": answer,
        "articles": articles,
        "filters": packing.packed(turn.filters, name),
        "index": packing.packed(turn.info, name),
    }
    return {"asked": turn.asked, **as_json(turn.answer, turn.filters, turn.info), "again": again}


def unpacked(line: Mapping[str, Any]) -> Turn:
    """The turn of what `packed` made.

    Raises:
        ValueError: If it is anything else.
    """
    try:
        again, asked = line["again"], line["asked"]
        articles = {id_: _excerpt(id_, article) for id_, article in again["articles"].items()}
        find = articles.__getitem__
        answer: Answer = decoder(Answer)(again["answer"], find)
        filters: Filters = decoder(Filters)(again["filters"], find)
        info: IndexInfo = decoder(IndexInfo)(again["index"], find)
    except (KeyError, TypeError, AttributeError, QAError, ArithmeticError, RecursionError) as error:
        raise ValueError(f"no turn of a conversation: {error}") from error
    return Turn(answer, filters, info, a(str, asked))


def missing(turn: Turn) -> bool:
    """Whether an article that a turn cites is only known by what was shown of it."""
    return any(isinstance(place.article, Excerpt) for place in turn.places)


def contradicted(turn: Turn, find: Callable[[str], Article | None]) -> bool:
    """Whether an article that an index has says other words than a turn cites of it."""
    cited = [place.article for place in turn.places if isinstance(place.article, Excerpt)]
    return any((whole := find(one.id)) and not _is_of(one, whole) for one in cited)


def gone(article: Article) -> str:
    """What to tell the person of an article that is only an excerpt."""
    return _(
        "“{title}” is not in this index any more, or was changed, so only what was quoted of it is "
        "left. /retry asks the last question again."
    ).format(title=article.title)


def completed(turn: Turn, find: Callable[[str], Article | None]) -> Turn:
    """A turn with the whole articles that an index has, by their id; the others stay excerpts.

    An id is made of the text, so that every offset holds in the article found. An excerpt of other
    words than that article's stays one: somebody has changed the file.
    """
    return replace(turn, answer=_with_articles(turn.answer, find))


def _with_articles(value: _T, find: Callable[[str], Article | None]) -> _T:
    changed: Any = value
    if isinstance(value, Excerpt):
        whole = find(value.id)
        holds = whole is not None and _is_of(value, whole)
        return _as_cited(whole, value) if holds else value  # type: ignore[return-value, arg-type]
    if isinstance(value, tuple):
        changed = tuple(_with_articles(each, find) for each in value)
    elif is_dataclass(value) and not isinstance(value, (Article, Span, type)):
        parts = {each.name: getattr(value, each.name) for each in fields(value)}
        changed = type(value)(**{name: _with_articles(one, find) for name, one in parts.items()})
    return changed  # type: ignore[no-any-return]


def _is_of(excerpt: Excerpt, whole: Article) -> bool:
    """Whether the words of an excerpt stand where they do in a whole article."""
    words = re.finditer(r"\S+", excerpt.text)
    return all(whole.text.startswith(one[0], one.start()) for one in words)


def _as_cited(whole: Article, cited: Article) -> Article:
    """An article as it stands in the place that was cited, if it still stands there."""
    if cited.place not in (whole.place, *(copy.place for copy in whole.also_at)):
        return whole
    return replace(
        whole,
        path=cited.path,
        record=cited.record,
        title=cited.title,
        source=cited.source,
        url=cited.url,
        published=cited.published,
        also_at=cited.also_at,
    )


def _shown(value: object) -> Iterator[tuple[Article, Span]]:
    """The places of every article that showing an answer slices."""
    if isinstance(value, Citation):
        start = min(value.span.start, value.sentence.start)
        yield value.article, Span(start, max(value.span.end, value.sentence.end))
    elif isinstance(value, tuple):
        for each in value:
            yield from _shown(each)
    elif is_dataclass(value) and not isinstance(value, (Article, Read)):
        for field in fields(value):
            yield from _shown(getattr(value, field.name))


def _excerpt(id_: str, stored: dict[str, Any]) -> Excerpt:
    """An article of which some words are known."""
    if not _ID.fullmatch(id_):
        raise ValueError("no id of an article")
    text = ""
    for start, words in sorted((int(start), words) for start, words in stored["text"].items()):
        if not 0 <= start <= LONGEST_TEXT or not isinstance(words, str):
            raise ValueError("no text of an article")
        # Words of one place may be part of those of another.
        text = text.ljust(start)
        text = text[:start] + words + text[start + len(words) :]
    named = {name: of(stored[name], no_article) for name, of in _of_article() if name in stored}
    return Excerpt(id=id_, text=text, **named)


@cache
def _of_article() -> tuple[tuple[str, Decoder], ...]:
    hints = get_type_hints(Article)
    kept = [each.name for each in fields(Article) if each.name not in _LEFT]
    return tuple((name, decoder(hints[name])) for name in kept)
