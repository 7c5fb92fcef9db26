"""Feeds as files (.rss, .atom, .xml), and JSON feeds: one article an entry.

The whole text of an entry is taken where the feed has it, else its summary. What is called .xml and
is no feed is skipped. Not handled: what a feed only links to.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, Final, TypeGuard

from qa.articles.decode import NotText, mend, read_bytes
from qa.articles.formats import html
from qa.days import dates
from qa.errors import UsageError
from qa.extras import need
from qa.i18n import _
from qa.i18n import number as written
from qa.settings import BuildSettings
from qa.types import Part, Record, Skipped

SUFFIXES = (".rss", ".atom", ".xml")

_ROOT: Final = re.compile(rb"<(?:[\w.-]{1,40}:)?(?:rss|feed|RDF)[\s>]", re.IGNORECASE)
_TAG: Final = re.compile(rb"<[A-Za-z]")
_CDATA: Final = re.compile(rb"<!\[CDATA\[.*?\]\]>", re.DOTALL)
_MOST_TAGS: Final = 250_000
"""Of a feed: 2,500,000 within one another took 1.3 GiB (2026-11)."""
_LOOKED_AT: Final = 64 * 1024
_JSON: Final = "https://jsonfeed.org/version/"
_LONGEST_ID: Final = 200


def load(file: BinaryIO, path: str, settings: BuildSettings) -> Iterator[Record | Skipped]:
    """The records of a feed, in its order; each is called by its id, else by its number from 1."""
    try:
        feed = parsed(read_bytes(file, settings.max_bytes), extra="files")
    except (UsageError, NotText) as error:
        yield Skipped(path, str(error))
        return
    if not feed.entries:
        yield Skipped(path, _("a feed without entries"))
    for number, entry in enumerate(feed.entries, start=1):
        told = [each.get("value") for each in entry.get("content", ())]
        row = {
            "id": entry.get("id"),
            "title": entry.get("title"),
            "url": entry.get("link"),
            "content_html": max(filter(None, told), key=len, default=entry.get("summary")),
            "date_published": entry.get("published") or entry.get("updated"),
        }
        source = entry.get("source", {}).get("title") or feed.feed.get("title")
        yield _record(row, str(number), source, feed.feed.get("language"), path)


def parsed(data: bytes, *, extra: str) -> Any:
    """What feedparser makes of a feed of XML.

    Args:
        data: The bytes of it.
        extra: The one that brings feedparser.

    Raises:
        NotText: If it is none, or cannot be read.
        UsageError: If feedparser is not installed.
    """
    feedparser = need("feedparser", extra)
    if not _ROOT.search(data[:_LOOKED_AT].replace(b"\0", b"")):
        raise NotText(_("it is no feed"))
    if html.is_overloaded(data.decode("latin-1")):
        # Its time too grows with the square of their number.
        raise NotText(_("a tag of too many attributes"))
    if any(at == _MOST_TAGS for at, _tag in enumerate(_TAG.finditer(_CDATA.sub(b"", data)))):
        raise NotText(_("more than {count} tags; split it").format(count=written(_MOST_TAGS)))
    try:
        # As a file, since of bytes it would take the name of one; text alone is used of it.
        return feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    except Exception as error:
        # Of broken mark-up the parsers raise what comes up.
        reason = _("its mark-up cannot be read ({type})").format(type=type(error).__name__)
        raise NotText(reason) from error


def is_json_feed(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether a value of JSON is a feed, as jsonfeed.org has it."""
    return isinstance(value, dict) and str(value.get("version", "")).startswith(_JSON)


def of_json(feed: Mapping[str, Any], path: str) -> Iterator[Record | Skipped]:
    """The records of a JSON feed, as of another one."""
    items = feed.get("items")
    for number, row in enumerate(items if isinstance(items, list) else (), start=1):
        if isinstance(row, dict):
            language = row.get("language") or feed.get("language")
            yield _record(row, str(number), feed.get("title"), language, path)
        else:
            yield Skipped(f"{path}#{number}", _("no entry of a feed"))


def _record(
    row: Mapping[str, Any], number: str, source: object, language: object, path: str
) -> Record | Skipped:
    """The record of an entry, by the names that JSON feeds give its fields."""

    def told(*names: str) -> str:
        values = (row.get(name) for name in names)
        return next((value for value in values if isinstance(value, str) and value.strip()), "")

    id_ = told("id")[:_LONGEST_ID] or number
    text = told("content_text")
    try:
        if page := told("content_html"):
            text = words_of(page)
        text = text or told("summary")
        if not text.strip():
            raise NotText(_("empty"))  # noqa: TRY301
    except NotText as error:
        return Skipped(f"{path}#{id_}", str(error))
    mended = mend(text)
    title = words_of(told("title"))
    return Record(
        mended,
        title=title or None,
        source=source if isinstance(source, str) else None,
        url=told("url", "external_url") or None,
        published=dates.parse(told("date_published", "date_modified")),
        language=language if isinstance(language, str) else None,
        id=id_,
        parts=(Part(0, name=title or id_),),
        mended=mended != text,
    )


def words_of(page: str) -> str:
    """The words of a piece of a page."""
    if "<" not in page and "&" not in page:
        return page.strip()
    # Imported here: it takes most of a second.
    from qa.articles.formats.page import all_text

    return all_text(html.parsed(f"<html><body>{page}</body></html>"))
