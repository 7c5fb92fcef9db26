"""Named fields, of a row of JSON or CSV or of front matter, become the metadata of a record."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from qa.articles.decode import NotText, mend
from qa.days import dates
from qa.i18n import _
from qa.settings import BuildSettings
from qa.types import Record

_LONGEST_ID = 200
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "text": (
        *("text", "content", "body", "articlebody", "articletext", "fulltext", "maintext"),
        *("article", "story", "isi", "isiberita", "isiartikel", "konten", "teks", "naskah"),
        *("berita", "artikel"),
    ),
    "title": ("title", "judul", "headline", "judulberita", "judulartikel", "articletitle"),
    "source": (
        *("source", "sumber", "publisher", "site", "sitename", "sourcename", "outlet"),
        *("newspaper", "penerbit"),
    ),
    "url": ("url", "link", "tautan", "permalink", "articleurl", "sourceurl"),
    "published": (
        *("published", "date", "publishedat", "publishedon", "publishedtime", "publisheddate"),
        *("datepublished", "publishdate", "publicationdate", "pubdate", "tanggal", "tgl"),
        *("tanggalterbit", "tanggalpublikasi", "terbit"),
    ),
    "year": ("year", "tahun", "publishedyear", "publicationyear", "tahunterbit"),
    "language": ("language", "lang", "bahasa"),
    "id": ("id",),
}
"""What files call each field, as `folded_name` writes it; the first that is filled in counts."""


def names_text(names: Iterable[object], column: str = "text") -> bool:
    """Whether one of some names is that of the text, by default or by the settings."""
    return any(name == column or folded_name(name) in _NAMES["text"] for name in names)


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
        columns: The name of a field in the file, where the settings give it; it goes first.
        order: Of day and month in `3/5/2018`, as `dates.parse` takes it.
    """

    def field(name: str) -> str | None:
        called = _called(name, fields, columns or {})
        return next((word for each in called if (word := _word(each))), None)

    published = field("published")
    year = field("year") or ""
    return Record(
        text,
        title=field("title"),
        source=field("source"),
        url=field("url"),
        published=dates.parse(published, order=order) if published else None,
        language=field("language"),
        dated=published,
        year=int(year) if _YEAR.fullmatch(year) else None,
    )


def to_record(row: Mapping[object, object], number: str, settings: BuildSettings) -> Record:
    """The record of a row; `number` is its id where it has none of its own.

    Raises:
        NotText: If it holds no usable text; the message is the reason, for the person.
    """
    given = row
    row = {name: _mended(each) for name, each in row.items()}
    columns = settings.columns
    column = columns.get("text", "text")
    # Files of other columns may lie beside the one that the option is for.
    texts = [each for each in _called("text", row, columns) if each is not None]
    prose = (each for each in texts if isinstance(each, str) and each.strip())
    text = next(prose, texts[0] if texts else None)
    if text is None:
        raise NotText(
            _("no field {column!r}; name the one that holds it: --column text=NAME").format(
                column=column
            )
        )
    if not isinstance(text, str):
        raise NotText(
            _("field {column!r} is {type}, not text").format(
                column=column, type=type(text).__name__
            )
        )
    if not text.strip():
        raise NotText(_("empty"))
    ids = (_word(each) for each in _called("id", row, columns))
    id_ = next((each.strip() for each in ids if each), "")
    described = describe(text, row, columns, order=settings.date_order)
    return replace(described, id=(id_ or number)[:_LONGEST_ID], mended=row != given)


def _mended(value: object) -> object:
    """A value whose text, or the name that it holds, had not been encoded twice."""
    if isinstance(value, dict) and isinstance(name := value.get("name"), str):
        return {**value, "name": mend(name)}
    return mend(value) if isinstance(value, str) else value


def _called(
    name: str, fields: Mapping[object, object], columns: Mapping[str, str]
) -> Iterator[object]:
    """The values that may be a field's: that of the column set for it, then by its usual names."""
    if name in columns:
        yield fields.get(columns[name])
    known: dict[str, list[object]] = {}
    for each, value in fields.items():
        known.setdefault(folded_name(each), []).append(value)
    for usual in _NAMES[name]:
        yield from known.get(usual, ())


@lru_cache(maxsize=1024)
def folded_name(name: object) -> str:
    """A name without what files write differently: `publishedAt` and `Published_at` are one."""
    return "".join(filter(str.isalnum, name)).casefold() if isinstance(name, str) else ""


def _word(value: object) -> str | None:
    """A plain value as text, of `{"id": 7, "name": "..."}` the name; None for any other."""
    if isinstance(value, list) and value:
        # Of several publishers the first, as JSON-LD may have them.
        value = value[0]
    if isinstance(value, dict):
        value = value.get("name")
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return (value.date() if isinstance(value, datetime) else value).isoformat()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None
