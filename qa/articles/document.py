"""What the formats of word processors share."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from qa.articles.decode import NotText, too_large
from qa.i18n import _
from qa.settings import BuildSettings
from qa.types import Record

MOST_BYTES: Final = 256 * 1024 * 1024
"""Of a file, whose pictures count."""
MARKUP: Final = 4
"""How many times as long as the most text a file's mark-up may be."""
_TEMPLATE: Final = date(2013, 12, 23)
"""The day that python-docx writes into every document that it makes."""


def record(
    text: str, title: str | None, made: datetime | date | None, settings: BuildSettings
) -> Record:
    """The record of a document's text and properties.

    Args:
        text: Of the document.
        title: As the document tells it.
        made: When it was made; it counts where nothing tells the day of publication.
        settings: Bound the text.

    Raises:
        NotText: If there is no text, or too much.
    """
    if not text.strip():
        raise NotText(_("empty"))
    if len(text.encode("utf-8", "surrogatepass")) > settings.max_bytes:
        raise too_large(settings.max_bytes)
    day = made.date() if isinstance(made, datetime) else made
    return Record(text, title=title, made=None if day == _TEMPLATE else day)
