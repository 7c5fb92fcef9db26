"""Named fields, of a row of JSON or CSV or of front matter, become the metadata of a record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from qa.articles.decode import NotText, mend
from qa.days import dates
from qa.settings import BuildSettings
from qa.types import Record

_LONGEST_ID = 200
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "title": ("title", "judul", "headline"),
    "source": ("source", "sumber", "publisher", "site"),
    "url": ("url", "link"),
    "published": ("published", "date", "published_at", "pubdate", "tanggal"),
    "language": ("language", "lang", "bahasa"),
}
"""What files call each field, the first that is filled in counts."""


def describe(
    text: str,
    fields: Mapping[object, object],
    columns: Mapping[str, str] | None = None,
    *,
    order: str = "",
) -> Record:
    """A record of a text with the metadata that some fields give; None for no plain value.

    Args:
        text: Of the article.
        fields: By their names in the file.
        columns: The name of a field in the file, where a person told it; it goes first.
        order: Of day and month in `3/5/2018`, as `dates.parse` takes it.
    """

    def field(name: str) -> str | None:
        called = ((columns or {}).get(name, name), *_NAMES[name])
        return next((word for each in called if (word := _word(fields.get(each)))), None)

    published = field("published")
    return Record(
        text,
        title=field("title"),
        source=field("source"),
        url=field("url"),
        published=dates.parse(published, order=order) if published else None,
        language=field("language"),
        dated=published,
    )


def to_record(row: Mapping[object, object], number: str, settings: BuildSettings) -> Record:
    """The record of a row; `number` is its id where it has none of its own.

    Raises:
        NotText: If it holds no usable text; the message is the reason, for the person.
    """
    given = row
    row = {name: mend(each) if isinstance(each, str) else each for name, each in row.items()}
    columns = settings.columns
    column = columns.get("text", "text")
    # Files of other columns may lie beside the one that the option is for.
    text = row.get(column, row.get("text"))
    if text is None:
        raise NotText(f"no field {column!r}; name the one that holds it: --column text=NAME")
    if not isinstance(text, str):
        raise NotText(f"field {column!r} is {type(text).__name__}, not text")
    if not text.strip():
        raise NotText("empty")
    id_ = (_word(row.get(columns.get("id", "id"))) or _word(row.get("id")) or "").strip()
    described = describe(text, row, columns, order=settings.date_order)
    return replace(described, id=(id_ or number)[:_LONGEST_ID], mended=row != given)


def _word(value: object) -> str | None:
    """A plain value as text; None for any other."""
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return (value.date() if isinstance(value, datetime) else value).isoformat()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None
