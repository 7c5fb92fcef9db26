"""A page that a browser saved as one file (.mht, .mhtml): as a page, with its address.

Not handled: frames, of which only the first page is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
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
    message = mail.parsed(data)
    page = next(
        (part for part in mail.parts(message) if part.get_content_type() == "text/html"), None
    )
    if page is None:
        raise NotText(_("holds no page"))
    text = mail.text_of(page)
    if len(text) > settings.max_bytes:
        raise too_large(settings.max_bytes)
    found = html.story(text)
    address = (
        mail.header(message, "Snapshot-Content-Location")
        or mail.header(page, "Content-Location")
        or None
    )
    day = mail.sent(message)
    return replace(found, url=address or found.url, captured=day.isoformat() if day else None)
