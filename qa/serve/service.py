"""What can be asked and what comes back, for HTTP and MCP alike.

Each function takes an engine in a worker's thread. Filters are those of the command line: days by
`qa.settings.day`, sources by `Engine.require_source`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic import WithJsonSchema as Schema

from qa import inspection, show
from qa.engine import Engine
from qa.errors import UsageError
from qa.i18n import _
from qa.packing import packed_whole
from qa.question.followup import Exchange
from qa.quote import Quoted
from qa.settings import AskSettings, Filters, day
from qa.types import Answer, Span

MOST_QUESTION_CHARS = 2_000
MOST_QUOTE_CHARS = 10_000
MOST_READ = 50
MOST_TURNS = 20
_SPAN = re.compile(r"(\d{1,9})-(\d{1,9})", re.ASCII)


def _day(value: object) -> date | None:
    if value is None or isinstance(value, date):
        return value
    if not isinstance(value, str):
        raise ValueError("Write the day as text: 2022-01-31.")  # noqa: TRY004 - as pydantic asks
    try:
        return day(value)
    except UsageError as error:
        raise ValueError(str(error)) from error


def _said(words: str) -> str:
    if not words.strip():
        raise ValueError("It is empty.")
    return words


Day = Annotated[
    date | None,
    BeforeValidator(_day),
    Schema({"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]}),
]
Words = Annotated[str, Field(min_length=1, max_length=MOST_QUESTION_CHARS), AfterValidator(_said)]
Source = Annotated[str | None, Field(max_length=500, description="Only articles of this source.")]
Since = Annotated[Day, Field(description="Published on this day or later: YYYY-MM-DD.")]
Until = Annotated[Day, Field(description="Published on this day or before: YYYY-MM-DD.")]
EventsSince = Annotated[Day, Field(description="Events of this day or later: YYYY-MM-DD.")]
EventsUntil = Annotated[Day, Field(description="Events of this day or before: YYYY-MM-DD.")]
Asked = Annotated[Words, Field(description="In any language; Indonesian and English best.")]
About = Annotated[Words, Field(description="A few words, or a question.")]
Sought = Annotated[Words, Field(description='All must stand there: words, `"a phrase"`, `-not`.')]
Quote = Annotated[
    str,
    Field(min_length=1, max_length=MOST_QUOTE_CHARS, description="As somebody gives it."),
    AfterValidator(_said),
]
Order = Annotated[
    Literal["best", "oldest", "newest"], Field(description="Which passages come first.")
]
Again = Annotated[
    bool, Field(description="Add `again`: what qa's own client makes the same objects of.")
]
Limit = Annotated[int, Field(ge=1, le=100, description="Most to give.")]


_PLAINLY = {
    "missing": "It is missing.",
    "string_too_short": "It is empty.",
    "string_pattern_mismatch": "It is no id; an id has 16 of the characters 0-9 and a-f.",
}
"""What pydantic finds, by its name for it, where its own words tell a person little."""


def in_words(errors: Sequence[Mapping[str, Any]], skipped: int = 0) -> str:
    """What pydantic finds wrong with a request, in words.

    Args:
        errors: As it lists them.
        skipped: Of the way to each, the steps that say nothing of the request itself.
    """
    told = []
    for each in errors[:5]:
        if each["type"] == "json_invalid":
            return "The body is no JSON."
        where = ".".join(str(part) for part in each["loc"][skipped:])
        words = _PLAINLY.get(each["type"], str(each["msg"]).removeprefix("Value error, "))
        told.append(f"{where}: {words}" if where else words)
    return "; ".join(told)


class NoArticle(LookupError):
    """There is no article of an id."""

    def __init__(self) -> None:
        super().__init__("There is no article of this id.")


class Filtered(BaseModel):
    """What can be asked of some articles only."""

    model_config = ConfigDict(extra="forbid", strict=True)

    since: Since = None
    until: Until = None
    source: Source = None
    again: Again = False

    def checked(self, engine: Engine) -> Filters:
        """The filters.

        Raises:
            UsageError: If no article is of the source, or days are the wrong way round.
        """
        engine.require_source(self.source)
        return Filters(self.since, self.until, self.source)


class Turn(BaseModel):
    """A question before this one, and what answered it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    question: Words
    answer: Annotated[str | None, Field(max_length=MOST_QUESTION_CHARS)] = None
    title: Annotated[
        str | None,
        Field(max_length=MOST_QUESTION_CHARS, description="Of the article that it stands in."),
    ] = None
    language: Annotated[str, Field(max_length=8, description="Of the question, ISO 639-1.")] = ""


class Question(Filtered):
    """A question, as `qa ask` takes it."""

    question: Asked
    now: Annotated[Day, Field(description="Day of the question, if not today.")] = None
    date_filter: Annotated[
        bool, Field(description="Whether days named in the question leave out articles.")
    ] = True
    read: Annotated[int, Field(ge=1, le=MOST_READ, description="Passages to read.")] = 10
    why: Annotated[bool, Field(description="Say how the answer was found.")] = False
    after: Annotated[
        list[Turn],
        Field(max_length=MOST_TURNS, description="The conversation before it, newest last."),
    ] = []


class Topic(Filtered):
    """A topic, as `qa timeline` takes it; days are those of the events."""

    since: EventsSince = None
    until: EventsUntil = None
    topic: About
    limit: Limit = 20


class Search(Filtered):
    """Words, as `qa search` takes them."""

    words: Sought
    sort: Order = "best"
    limit: Limit = 10


class Quotation(Filtered):
    """A quotation, as `qa quote` takes it."""

    quotation: Quote
    limit: Limit = 20


def ask(engine: Engine, asked: Question, left_s: float) -> tuple[Answer, dict[str, Any]]:
    """The answer to a question, and its document: that of `qa ask --json`."""
    usual = AskSettings()
    settings = AskSettings(
        filters=asked.checked(engine),
        retrieved=max(usual.retrieved, asked.read),
        read=asked.read,
        # It bites only once nobody waits for the answer any longer.
        read_ms=max(1.0, left_s * 1000),
        now=asked.now,
        date_filter=asked.date_filter,
    )
    turns = [Exchange(**turn.model_dump()) for turn in asked.after]
    answer = engine.ask(asked.question, settings, after=turns)
    document = show.as_json(answer, settings.filters, engine.info)
    if asked.why:
        document["why"] = show.why_json(answer, engine.info)
    return answer, _and_again(document, answer, engine, again=asked.again)


def search(engine: Engine, asked: Search) -> dict[str, Any]:
    """The document of `qa search --json`."""
    found = engine.search(asked.words, asked.checked(engine), limit=asked.limit, sort=asked.sort)
    return _and_again(show.search_json(found, engine.info), found, engine, again=asked.again)


def quote(engine: Engine, asked: Quotation) -> tuple[Quoted, dict[str, Any]]:
    """Whether the articles have a quotation, and its document: that of `qa quote --json`."""
    quoted = engine.quote(asked.quotation, asked.checked(engine), limit=asked.limit)
    document = show.quote_json(quoted, engine.info)
    return quoted, _and_again(document, quoted, engine, again=asked.again)


def timeline(engine: Engine, asked: Topic) -> dict[str, Any]:
    """The document of `qa timeline --json`."""
    kept = asked.checked(engine)
    line = engine.timeline(
        asked.topic, since=kept.since, until=kept.until, source=kept.source, limit=asked.limit
    )
    document = show.timeline_json(asked.topic, line, engine.info)
    return _and_again(document, line, engine, again=asked.again)


def about(engine: Engine, *, again: bool = False) -> dict[str, Any]:
    """The document of `qa about --json`."""
    overview = engine.about()
    return _and_again(show.about_json(overview), overview, engine, again=again)


def sources(engine: Engine, asked: Filtered) -> dict[str, Any]:
    """How many articles of each source some filters let through, the most first."""
    filters = Filters(asked.since, asked.until, asked.source)
    return {
        "schema": "qa.sources/1",
        "sources": [
            {
                "source": each.source,
                "articles": each.articles,
                "first": each.first.isoformat() if each.first else None,
                "last": each.last.isoformat() if each.last else None,
            }
            for each in engine.generation.sizes(filters)
        ],
    }


def headlines(engine: Engine, limit: int) -> dict[str, Any]:
    """The articles as a list shows them, the newest first and those without a date last."""
    found = engine.generation.headlines()
    return {
        "schema": "qa.articles/1",
        "articles": [
            {
                "id": each.id,
                "title": each.title,
                "source": each.source,
                "published": each.published.isoformat() if each.published else None,
            }
            for each in found[:limit]
        ],
        "more": max(0, len(found) - limit),
    }


def article(engine: Engine, id_: str, marked: list[str], *, again: bool = False) -> dict[str, Any]:
    """The document of `qa inspect --json`, with the whole text and the spans that are asked for.

    Args:
        engine: Holds the article.
        id_: Of the article.
        marked: Spans such as `640-712`, in code points of the text.
        again: As in `Filtered`.

    Raises:
        NoArticle: If there is none of this id.
        UsageError: If one is no span of its text.
    """
    if engine.article(id_) is None:
        raise NoArticle
    inspected = inspection.inspect_id(engine.generation, id_)
    text = inspected.article.text
    spans = sorted(_span(each, len(text)) for each in marked)
    document = inspection.as_json(inspected, engine.info.root)
    document["text"] = text
    document["marked"] = [inspection.span_json(inspected.article, each) for each in spans]
    return _and_again(document, inspected.article, engine, again=again)


def _and_again(
    document: dict[str, Any], value: object, engine: Engine, *, again: bool
) -> dict[str, Any]:
    """A document, with the value that it tells of and its index where these are asked for."""
    if again:
        document["again"] = {"of": packed_whole(value), "index": packed_whole(engine.info)}
    return document


def _span(written: str, length: int) -> Span:
    found = _SPAN.fullmatch(written)
    if found is None or not int(found[1]) <= int(found[2]) <= length:
        raise UsageError(
            _(
                "{span!r} is no span of this article: write it as 640-712, within its {length} "
                "characters."
            ).format(span=written, length=length)
        )
    return Span(int(found[1]), int(found[2]))
