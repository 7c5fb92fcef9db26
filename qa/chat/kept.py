"""A turn as a line of JSON, from which it can be shown again as it was.

The line is what `qa ask --json` prints, with two keys more: `asked`, when, and `again`, the answer
as this program holds it. Of its articles only the words that are shown are kept, with their
offsets; the rest of the text is blank until `completed` takes it from an index.

Not handled: the passages that were read, which `/why` shows; with them a conversation took three
times as long to load (0.29 s of 500 turns instead of 0.09, 2026-11).
"""

from __future__ import annotations

import math
import re
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from qa.chat.transcript import Turn
from qa.errors import QAError
from qa.i18n import _
from qa.settings import Filters
from qa.show import as_json
from qa.types import Answer, Article, Citation, IndexInfo, Read, Span

_LONGEST_TEXT = 1 << 24
"""Code points of the longest article; an offset beyond is no offset."""

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
    answer = _packed(turn.answer, articles)
    for article, span in _shown(turn.answer):
        text = articles[article.id].setdefault("text", {})
        text[str(span.start)] = article.text[span.start : span.end]
    again = {
        "answer": answer,
        "articles": articles,
        "filters": _packed(turn.filters, articles),
        "index": _packed(turn.info, articles),
    }
    return {"asked": turn.asked, **as_json(turn.answer, turn.filters, turn.info), "again": again}


def unpacked(line: Mapping[str, Any]) -> Turn:
    """The turn of what `packed` made.

    Raises:
        ValueError: If it is anything else.
    """
    try:
        again, asked = line["again"], line["asked"]
        articles = {id_: _excerpt(id_, held) for id_, held in again["articles"].items()}
        answer: Answer = _decoder(Answer)(again["answer"], articles)
        filters: Filters = _decoder(Filters)(again["filters"], articles)
        info: IndexInfo = _decoder(IndexInfo)(again["index"], articles)
    except (KeyError, TypeError, AttributeError, QAError, ArithmeticError, RecursionError) as error:
        raise ValueError(f"no turn of a conversation: {error}") from error
    return Turn(answer, filters, info, _a(str, asked))


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
        held = {each.name: getattr(value, each.name) for each in fields(value)}
        changed = type(value)(**{name: _with_articles(one, find) for name, one in held.items()})
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


def _packed(value: Any, articles: dict[str, dict[str, Any]]) -> Any:
    """A value as JSON: of a dataclass what differs from its defaults, of an article its id."""
    if isinstance(value, Article):
        if value.id not in articles:
            articles[value.id] = {}
            articles[value.id] = _fields(value, articles, leave=_LEFT)
        return value.id
    if type(value) is Span:
        return [value.start, value.end]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_packed(each, articles) for each in value]
    if isinstance(value, Mapping):
        return dict(value)
    return _fields(value, articles) if is_dataclass(value) else value


def _fields(
    value: Any,
    articles: dict[str, dict[str, Any]],
    leave: tuple[str, ...] = ("trace",),
) -> dict[str, Any]:
    return {
        each.name: _packed(held, articles)
        for each in fields(value)
        if each.name not in leave and (held := getattr(value, each.name)) != each.default
    }


_Decoder = Callable[[Any, Mapping[str, Article]], Any]


def _excerpt(id_: str, held: dict[str, Any]) -> Excerpt:
    """An article of which some words are known."""
    if not _ID.fullmatch(id_):
        raise ValueError("no id of an article")
    text = ""
    for start, words in sorted((int(start), words) for start, words in held["text"].items()):
        if not 0 <= start <= _LONGEST_TEXT or not isinstance(words, str):
            raise ValueError("no text of an article")
        # Words of one place may be part of those of another.
        text = text.ljust(start)
        text = text[:start] + words + text[start + len(words) :]
    named = {name: of(held[name], {}) for name, of in _of_article() if name in held}
    return Excerpt(id=id_, text=text, **named)


@cache
def _of_article() -> tuple[tuple[str, _Decoder], ...]:
    hints = get_type_hints(Article)
    kept = [each.name for each in fields(Article) if each.name not in _LEFT]
    return tuple((name, _decoder(hints[name])) for name in kept)


@cache
def _decoder(kind: Any) -> _Decoder:
    """What makes a value of a type out of what `_packed` made of one; ValueError if it is none."""
    origin, within = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        (some,) = (_decoder(one) for one in within if one is not type(None))
        return lambda value, articles: None if value is None else some(value, articles)
    if origin is tuple:
        each = _decoder(within[0])
        return lambda value, articles: tuple([each(one, articles) for one in _a(list, value)])
    if origin is not None:
        return lambda value, _articles: {
            _a(str, name): _a(within[1], number) for name, number in _a(dict, value).items()
        }
    if kind is Article:
        return lambda value, articles: articles[_a(str, value)]
    if kind is Span:
        return _span
    if kind is float:
        return _number
    if kind is date:
        return lambda value, _articles: date.fromisoformat(_a(str, value))
    if is_dataclass(kind):
        return _dataclass(kind)
    if issubclass(kind, Enum):
        return lambda value, _articles: kind(value)
    return lambda value, _articles: _a(kind, value)


def _dataclass(kind: Any) -> _Decoder:
    hints = get_type_hints(kind)
    parts = [(each.name, _decoder(hints[each.name])) for each in fields(kind)]

    def decode(value: Any, articles: Mapping[str, Article]) -> Any:
        held = _a(dict, value)
        made = kind(**{name: of(held[name], articles) for name, of in parts if name in held})
        if isinstance(made, Citation) and made.quote != _words(made):
            raise ValueError("a quote that does not stand in its article")
        return made

    return decode


def _span(value: Any, _articles: Mapping[str, Article]) -> Span:
    start, end = _a(list, value)
    if _a(int, end) > _LONGEST_TEXT:
        raise ValueError("no place in an article")
    return Span(_a(int, start), end)


def _words(place: Citation) -> str:
    return place.article.text[place.span.start : place.span.end]


def _number(value: Any, _articles: Mapping[str, Article]) -> float:
    number = float(_a(float, value))
    if math.isnan(number):
        raise ValueError("not a number")
    return number


def _a(kind: type[_T], value: Any) -> _T:
    """A value that is of a kind; an int is a float too, but a bool is no number."""
    fits = type(value) is kind or (kind is float and type(value) is int)
    if not fits:
        raise ValueError(f"not a {kind.__name__}: {value!r:.40}")
    held: _T = value
    return held
