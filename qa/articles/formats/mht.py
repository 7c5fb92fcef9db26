"""A page that a browser saved as one file (.mht, .mhtml): as a page, with its address.

Not handled: frames, of which only the first page is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from email.message import Message
from typing import BinaryIO

from qa.articles.decode import NotText, read_bytes, too_large
from qa.articles.formats import html, mail
from qa.i18n import _
from qa.settings import BuildSettings
from qa.types import Record, Skipped

SUFFIXES = (".mht", ".mhtml")


def load(file: BinaryIO, path: str, settings: BuildSettings) -> Iterator[Record | Skipped]:
    """The one record of a page; it knows when it was saved."""
    try:
        yield _read(read_bytes(file, mail.MOST_BYTES), settings)
    except NotText as error:
        yield Skipped(path, str(error))


def _read(data: bytes, settings: BuildSettings) -> Record:
    with mail.reading():
        message = mail.parsed(data)
        page = next((each for each in mail.parts(message) if _is_page(each)), None)
        if page is None:
            raise NotText(_("holds no page"))
        text, day = mail.text_of(page), mail.sent(message)
        named = (
            mail.header(message, "Snapshot-Content-Location"),
            mail.header(page, "Content-Location"),
        )
    if len(text) > settings.max_bytes:
        raise too_large(settings.max_bytes)
    found = html.story(text)
    address = next(filter(None, named), found.url)
    return replace(found, url=address, captured=day.isoformat() if day else None)


def _is_page(part: Message) -> bool:
    return part.get_content_type() == "text/html"
