"""Dates as news writes them, in Indonesian, Malay and English, and which of them is the article's.

Not handled: years of two digits, dates in words, other languages' months, other calendars. Of
`30/11` without a year only the weekday could tell the year, and it fits one year in six: such a
date counts only where the year is known from elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from qa.language.vocabulary import known
from qa.types import Span

_KNOWN = known()
MONTHS = {**_KNOWN.months, **_KNOWN.short_months}
"""The number of a month by its names, short ones too."""
_WEEKDAY = "|".join(map(re.escape, [*_KNOWN.weekdays, *_KNOWN.short_weekdays]))
_MONTH = "|".join(map(re.escape, sorted(MONTHS, key=len, reverse=True)))
_DATE = re.compile(
    rf"""(?<![\w/.-])(?:
        (?P<d1>\d{{1,2}})(?:st|nd|rd|th)?[ \xa0.-]{{1,3}}
            (?P<m1>{_MONTH})[ \xa0.,-]{{1,3}}(?P<y1>\d{{4}})
      | (?P<m2>{_MONTH})\.?[ \xa0](?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?[ \xa0](?P<y2>\d{{4}})
      | (?P<y3>\d{{4}})(?P<s3>[-/])(?P<m3>\d{{1,2}})(?P=s3)(?P<d3>\d{{1,2}})
      | (?P<d4>\d{{1,2}})(?P<s4>[-/.])(?P<m4>\d{{1,2}})(?P=s4)(?P<y4>\d{{4}})
      | (?<=\()(?P<d5>\d{{1,2}})/(?P<m5>\d{{1,2}})(?=\))
    )(?!/|(?!T\d)\w)""",
    re.IGNORECASE | re.VERBOSE,
)
_REPORTED = re.compile(rf"(?:\(|\b(?:{_WEEKDAY})\b[ ,(]{{1,3}})$", re.IGNORECASE)
_CLOCK = (
    r"(?:pukul |jam |at )?\d{1,2}[:.]\d{2}(?::\d{2})?"
    r"(?: ?(?:wib|wita|wit|gmt|utc|am|pm|a\.m\.|p\.m\.))?"
)
_LABEL = (
    "published|posted|updated|last updated|diterbitkan|dipublikasikan|diperbarui|diposting"
    "|ditayangkan|terbit|tayang|date"
)
_AROUND = re.compile(
    rf"\b(?:{_WEEKDAY}|{_LABEL})\b|(?P<clock>\b{_CLOCK}(?!\w))|\b(?:wib|wita|wit|gmt|utc)\b|[\W_]+",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(
    r"\W*(?:published|posted|diterbitkan|dipublikasikan|diposting|terbit|tayang)", re.IGNORECASE
)
_ISO = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?!\d)")
_IN_PATH = re.compile(r"(?<!\d)((?:19|20)\d{2})[/_.-]?(\d{2})[/_.-]?(\d{2})(?!\d)")
_LONGEST_LINE = 120
_FRESH = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Written:
    """A date in a text. `reported`: a weekday or a bracket says that it is a day of the news."""

    span: Span
    day: date
    reported: bool


def find_dates(text: str, *, year: int | None = None) -> Iterator[Written]:
    """The dates a text writes out, in order; days come before months in `3/5/2018`.

    Args:
        text: Any text.
        year: The year of dates without one, such as `(30/11)`; None leaves them out.
    """
    for match in _DATE.finditer(text):
        found = _day(match, year)
        if found is not None:
            before = text[max(0, match.start() - 14) : match.start()]
            yield Written(Span(*match.span()), found, bool(_REPORTED.search(before)))


def parse(value: str) -> date | None:
    """The day a metadata field names, whatever time follows it; None where it names none."""
    value = value.strip()[:200]
    if iso := _ISO.match(value):
        return _valid(*map(int, iso.groups()))
    return next((written.day for written in find_dates(value)), None)


def in_path(path: str) -> date | None:
    """The day in a path or address such as `/2022/01/30/` or `2022-01-30_title.txt`."""
    match = _IN_PATH.search(path[:500])
    return _valid(*map(int, match.groups())) if match else None


def is_date_line(line: str) -> bool:
    """Whether a line holds a date, perhaps with weekday, time and label, and nothing else."""
    return _line_date(line) is not None


def published(header: Sequence[str], body: str, *, year: int | None = None) -> date | None:
    """The day an article came out, told from its text.

    A line of the header that holds only a date speaks for the article if it also holds a time of
    day or says "published". Without either it may as well be the day on which a copy was saved, so
    it gives way to the first day that the body reports (`Minggu, 30 Januari 2022`, `(30/1/2022)`)
    when that lies more than a week earlier. A body alone gives its first reported day.

    Args:
        header: The lines above the prose.
        body: The prose, or its beginning.
        year: The year of `(30/11)`, where it is known.
    """
    bare: date | None = None
    for line in header:
        found = _line_date(line)
        if found is not None:
            day, certain = found
            if certain:
                return day
            bare = bare or day
    reported = next(
        (written.day for written in find_dates(body, year=year) if written.reported), None
    )
    if bare is None or (reported is not None and reported < bare - _FRESH):
        return reported
    return bare


def _line_date(line: str) -> tuple[date, bool] | None:
    """The date that a line holds and nothing else, and whether it is surely the article's."""
    if len(line) > _LONGEST_LINE:
        return None
    written = next(find_dates(line), None)
    if written is None:
        return None
    clock = False
    for part in (line[: written.span.start], line[written.span.end :].lstrip("Tt")):
        at = 0
        while at < len(part):
            match = _AROUND.match(part, at)
            if match is None:
                return None
            clock = clock or match["clock"] is not None
            at = match.end()
    return written.day, clock or _PUBLISHED.match(line) is not None


def _day(match: re.Match[str], year: int | None) -> date | None:
    if match["d1"]:
        return _valid(int(match["y1"]), MONTHS[match["m1"].lower()], int(match["d1"]))
    if match["d2"]:
        return _valid(int(match["y2"]), MONTHS[match["m2"].lower()], int(match["d2"]))
    if match["d3"]:
        return _valid(int(match["y3"]), int(match["m3"]), int(match["d3"]))
    if match["d4"]:
        first, second, in_year = int(match["d4"]), int(match["m4"]), int(match["y4"])
        return _valid(in_year, second, first) or _valid(in_year, first, second)
    return _valid(year, int(match["m5"]), int(match["d5"])) if year else None


def _valid(year: int, month: int, day: int) -> date | None:
    """The date, unless there is no such day or no newspaper would have been printed on it."""
    try:
        return date(year, month, day) if 1600 <= year <= 2200 else None
    except ValueError:
        return None
