"""One row of a JSONL or CSV file becomes a record, by the columns the settings name."""

from __future__ import annotations

from collections.abc import Mapping

from qa.articles.formats.decode import NotText
from qa.days import dates
from qa.settings import BuildSettings
from qa.types import Record

_LONGEST_ID = 200
_ALSO_CALLED = {
    "published": ("date", "published_at", "pubdate", "tanggal"),
    "title": ("headline", "judul"),
    "url": ("link",),
}
"""What a field is called where it has not its own name."""


def to_record(row: Mapping[str, object], number: int, settings: BuildSettings) -> Record:
    """The record of a row; `number` is its line, and its id where it has none of its own.

    Raises:
        NotText: If it holds no usable text; the message is the reason, for the person.
    """
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

    def field(name: str) -> str | None:
        called = (columns.get(name, name), name, *_ALSO_CALLED.get(name, ()))
        return next((word for each in called if (word := _word(row.get(each)))), None)

    published = field("published")
    return Record(
        text,
        title=field("title"),
        source=field("source"),
        url=field("url"),
        published=dates.parse(published) if published else None,
        language=field("language"),
        id=((field("id") or "").strip() or str(number))[:_LONGEST_ID],
    )


def _word(value: object) -> str | None:
    """A field of metadata as text; None where it holds none."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None
