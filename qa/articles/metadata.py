"""A record becomes an article: metadata missing in its file is inferred from its text and path.

The title is the headline, else the first sentence, else the file's name. The date stands in the
address, or, where a file is one article, in the path, or in the text (`qa/days/dates.py` has the
rule).
The language is detected.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import urlsplit

from qa.clean import Page, disjoint
from qa.clean.rules import Head
from qa.days import dates
from qa.i18n import _
from qa.language.detect import detect
from qa.language.text import one_line, sentences
from qa.types import Article, Mask, Record, Skipped

_READ_CHARS: Final = 2_000
# 1,000 instead of 500 take 70 µs more an article and change 19 of 1,500 Malay ones (2026-11).
_DETECT_CHARS: Final = 600
_TITLE_CHARS: Final = 80
_LONGEST_FIELD: Final = 300
_NO_TITLE: Final = frozenset(("no title", "untitled", "null", "none", "nan", "-"))
_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_LANGUAGES: Final = {
    "ind": "id", "in": "id", "indonesian": "id", "indonesia": "id", "bahasa": "id",
    "msa": "ms", "may": "ms", "zsm": "ms", "malay": "ms", "melayu": "ms",
    "eng": "en", "english": "en", "inggris": "en",
}  # fmt: skip


def article(record: Record, path: str, source: str = "") -> Article | Skipped:
    """The article of a record, or why it is none.

    Args:
        record: As its format gives it.
        path: Of its file, relative to the corpus.
        source: Of an article whose file names none; empty for none.
    """
    text = record.text
    try:
        sha256 = hashlib.sha256(text.encode()).hexdigest()
    except UnicodeEncodeError:
        place = path if record.id is None else f"{path}#{_field(record.id)}"
        return Skipped(place, _("holds half a character (a lone surrogate)"))
    start = _behind(record.masks, 0, text)
    if not text[start:].strip():
        return Skipped(path, _("empty below its front matter"))
    url = _address(record.url)
    page = Page(text[: start + _READ_CHARS], start)
    head = page.head()
    published = record.published or (dates.in_path(url) if url else None)
    if published is None and record.id is None:
        published = dates.in_path(path)
    if published is None:
        read = text[: start + _READ_CHARS]
        published = _published(read, head, path, record.year) or record.made
    title = _given_title(record) or _field(head.headline) or _first_sentence(record, start, page)
    return Article(
        id=sha256[:16],
        path=path,
        title=title or PurePosixPath(path).stem.replace("_", " "),
        text=text,
        sha256=sha256,
        source=_field(record.source) or _field(source),
        url=url,
        published=published,
        language=_language(record.language) or detect(text[start : start + _DETECT_CHARS]),
        record=_field(record.id),
        masks=record.masks,
        mended=record.mended,
        parts=tuple(replace(part, name=_field(part.name) or "") for part in record.parts),
        captured=_field(record.captured),
    )


def _given_title(record: Record) -> str | None:
    title = _field(record.title)
    return title if title and title.casefold() not in _NO_TITLE else None


def _first_sentence(record: Record, start: int, page: Page) -> str | None:
    """The beginning of the first sentence that is not all masked."""
    read = record.text[: start + _READ_CHARS]
    masks = disjoint(read, [*record.masks, *page.masks()])
    for sentence in sentences(read, start):
        prose = read[_behind(masks, sentence.start, read) : sentence.end]
        if any(c.isalnum() for c in prose):
            return _shortened(_field(prose) or "")
    return None


def _behind(masks: tuple[Mask, ...], at: int, text: str) -> int:
    """Where the prose goes on behind the masks that begin at a place."""
    for mask in masks:
        if text[at : mask.start].strip():
            break
        at = max(at, mask.end)
    return at


def _shortened(title: str) -> str:
    if len(title) <= _TITLE_CHARS:
        return title
    return f"{title[:_TITLE_CHARS].rsplit(' ', 1)[0].rstrip(' ,;:-–')}…"


def _published(read: str, head: Head, path: str, year: int | None) -> date | None:
    """The day that the text tells, in the year that the record or the path names.

    What it tells of another year than the record's is the day of something else.
    """
    named = _YEAR.search(path)
    of = year or (int(named.group()) if named else None)
    day = dates.published(head.lines, read[head.prose :], year=of)
    if day and year and day.year != year:
        return None
    # A mistyped year, such as `(10/9/2109)`; in the east it may be tomorrow.
    return None if day and day > date.today() + timedelta(days=1) else day


def _language(given: str | None) -> str | None:
    """The ISO 639-1 code of what metadata calls the language; None if it calls it nothing known."""
    head = re.split(r"[-_ (]", given.strip().lower(), maxsplit=1)[0] if given else ""
    code = _LANGUAGES.get(head, head)
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None


def _address(url: str | None) -> str | None:
    """The address, if a browser may safely be sent there."""
    if not url or len(url) > 2_000 or any(c.isspace() or not c.isprintable() for c in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


def _field(value: str | None) -> str | None:
    """Metadata as one printable line of bounded length; None where nothing is left of it."""
    if not value:
        return None
    return " ".join(one_line(value[: 2 * _LONGEST_FIELD]).split())[:_LONGEST_FIELD] or None
