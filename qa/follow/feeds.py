"""A feed as it was fetched becomes its items: RSS and Atom however they are written, JSON Feed.

Not handled: items without an address, and what a feed holds of an article itself: its page is
fetched.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final
from urllib.parse import urldefrag, urljoin

from lxml import etree

from qa.articles.decode import NotText
from qa.articles.formats import feed
from qa.articles.opening import open_file
from qa.days import dates
from qa.errors import UsageError
from qa.i18n import _, number
from qa.language.text import one_line

MOST_BYTES: Final = 2 * 1024 * 1024
"""Of a feed: 4 MiB of nested tags took 34 s and 0.7 GiB to read (2026-11)."""
_MOST_FEEDS: Final = 1_000
_FEEDS: Final = ("rss", "feed", "RDF")
"""The roots of RSS, Atom and RSS 1.0."""
_LONGEST_FIELD: Final = 300


@dataclass(frozen=True, slots=True)
class Item:
    """What a feed says of an article; empty or None where it does not."""

    address: str
    title: str = ""
    author: str = ""
    published: date | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """The name of a feed, and its items as it lists them, each address once."""

    title: str
    items: tuple[Item, ...]


def read_feed(body: bytes, address: str) -> Feed:
    """The items of a feed.

    Args:
        body: As it came.
        address: Where it came from, for addresses relative to it.

    Raises:
        NotText: If it is none; the message is the reason, for the person.
    """
    found = _json(body) if body.lstrip()[:1] == b"{" else _xml(body)
    items: dict[str, Item] = {}
    for item in found.items:
        try:
            full, _fragment = urldefrag(urljoin(address, item.address.strip()))
        except ValueError:
            continue
        if item.address and full not in items:
            items[full] = Item(full, item.title, item.author, item.published)
    return Feed(found.title, tuple(items.values()))


def named(feeds: tuple[str, ...]) -> list[str]:
    """The addresses of feeds that a person names, those of OPML files in their places.

    Raises:
        UsageError: If one is neither an address nor such a file.
    """
    found: list[str] = []
    for each in feeds:
        if re.match(r"https?://", each, re.IGNORECASE):
            found.append(each)
        elif "://" in each:
            raise UsageError(
                _("{feed} is neither an address (https://...) nor an OPML file.").format(feed=each)
            )
        else:
            found += _opml(Path(each))
    return list(dict.fromkeys(found))


def _opml(path: Path) -> list[str]:
    """The addresses that an OPML file lists."""
    try:
        with open_file(path, follow=True) as file:
            # What is larger breaks off, and is no XML.
            data = file.read(MOST_BYTES)
        if _is_json_feed(data):
            raise _one_feed(path)
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        root = etree.fromstring(data, parser)
        outlines = root.iter("outline")
        found = [address for each in outlines if (address := each.get("xmlUrl"))]
    except (OSError, ValueError, etree.XMLSyntaxError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise UsageError(
            _(
                "{feed} is neither an address (https://...) nor an OPML file that can be read: "
                "{reason}."
            ).format(feed=path, reason=reason)
        ) from error
    if etree.QName(root).localname in _FEEDS:
        raise _one_feed(path)
    if not 0 < len(found) <= _MOST_FEEDS:
        raise UsageError(
            _("{path} lists {count} feeds; up to {most} can be followed.").format(
                path=path, count=number(len(found)), most=number(_MOST_FEEDS)
            )
        )
    return found


def _one_feed(path: Path) -> UsageError:
    return UsageError(
        _(
            "{path} is a feed, not an OPML file that lists feeds. To follow it give its "
            "address (https://...); to read the file itself: qa index {path}"
        ).format(path=path)
    )


def _is_json_feed(data: bytes) -> bool:
    """Whether a file is a JSON Feed, which is no XML."""
    try:
        return data.lstrip()[:1] == b"{" and feed.is_json_feed(json.loads(data))
    except (ValueError, RecursionError):
        return False


def _xml(body: bytes) -> Feed:
    found = feed.parsed(body, extra="feeds")
    items = tuple(
        Item(
            _text(entry.get("link")),
            _plain(entry.get("title")),
            _plain(entry.get("author")),
            _day(entry),
        )
        for entry in found.entries
    )
    return Feed(_plain(found.feed.get("title")), items)


def _day(entry: Any) -> date | None:
    """The day of an item as it is written, where the article came out, not in Greenwich."""
    for name in ("published", "updated"):
        if day := dates.parse(_text(entry.get(name))):
            return day
        if parsed := entry.get(f"{name}_parsed"):
            return date(*parsed[:3])
    return None


def _json(body: bytes) -> Feed:
    """A JSON Feed, version 1 or 1.1."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotText(_("it is no feed")) from error
    if not feed.is_json_feed(found) or not isinstance(listed := found.get("items"), list):
        raise NotText(_("it is no feed"))
    items = []
    for each in listed:
        if isinstance(each, dict):
            authors = each.get("authors") or [each.get("author")]
            author = authors[0] if isinstance(authors, list) and authors else None
            items.append(
                Item(
                    _text(each.get("url")),
                    _plain(each.get("title")),
                    _plain(author.get("name") if isinstance(author, dict) else None),
                    dates.parse(_text(each.get("date_published"))),
                )
            )
    return Feed(_plain(found.get("title")), tuple(items))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _plain(value: object) -> str:
    """A title or a name on one line, without the mark-up that feeds put there."""
    try:
        bare = feed.words_of(_text(value)[: 4 * _LONGEST_FIELD])
    except NotText:
        return ""
    return " ".join(one_line(bare).split())[:_LONGEST_FIELD]
