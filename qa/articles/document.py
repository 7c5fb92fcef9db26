"""What the formats of word processors share."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
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


_LONGEST_NAME = 60
"""Code points of a column's name; a cell that is longer tells a story."""
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_FIGURE = re.compile(r"[\W_]*(?:rp\.?|us\$)?[\W_]*\d", re.IGNORECASE)


def table_lines(rows: Sequence[Sequence[str]], *, is_headed: bool) -> Iterator[str]:
    """The rows of a table, each on a line, with the name of its column before each cell.

    So that a cell is understood by itself: `| Desa: Wonorejo | Penduduk: 1.240 |`, as in pages;
    the bars at the ends keep a reader within its row (13 of 17 questions right, else 10; 2026-11).
    The first row has the names where the document says so, or figures stand below one of them.

    Args:
        rows: Their cells on one line each, empty ones too.
        is_headed: Whether the document marks the first row as that of names.
    """
    names, *others = rows
    if _are_names(names, others, is_headed=is_headed):
        for row in others:
            named = zip(names, row, strict=True)
            cells = " | ".join(f"{name}: {cell}" if name else cell for name, cell in named if cell)
            yield f"| {cells} |" if cells else ""
    else:
        for row in rows:
            yield " | ".join(filter(None, row))


def _are_names(names: Sequence[str], rows: Sequence[Sequence[str]], *, is_headed: bool) -> bool:
    """Whether a row has the names of the columns of other rows."""
    if len(names) < 2 or not rows or any(len(row) != len(names) for row in rows):
        return False
    if any(len(name) > _LONGEST_NAME for name in names):
        return False
    if is_headed:
        return True
    # A year may be a column's name, another number is none.
    words = [name for name in names if not _YEAR.fullmatch(name)]
    if len(rows) < 2 or not all(words) or any(map(_FIGURE.match, words)):
        return False
    return any(all(map(_FIGURE.match, column)) for column in zip(*rows, strict=True))


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
