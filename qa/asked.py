"""What a question says of time: the days it names, and whether it wants the newest.

`sejak 2021`, `sebelum Maret 2022`, `antara Januari dan Maret 2022`, `pekan lalu` become days of
publication, by the rule in `DateFilter`; `terbaru`, `saat ini`, `latest` ask for newer articles
first. Several days that a question names become one span from the first to the last.

Not handled: days that a question rules out (`selain 2021`), and two spans with a gap.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from qa.types import Span
from qa.when import Kind, Named, named

_AFTER = "setelah|sesudah|selepas|after"
_BEFORE = "sebelum|before|prior to"
_FROM = "sejak|semenjak|mulai|since"
_UP_TO = "sampai|hingga|sehingga|until|till|up to|by"
_LEAD = re.compile(
    rf"\b(?:(?P<after>{_AFTER})|(?P<before>{_BEFORE})|(?P<from>{_FROM})|(?P<up_to>{_UP_TO})"
    r"|antara|dari|between|from)"
    r"(?:\s(?:dengan|tahun|bulan|tanggal|hari|the|early|awal))?\s$",
    re.IGNORECASE,
)
_TO = re.compile(
    r"\s?(?:-|–|—|dan|and|sampai|hingga|sehingga|s\.?d\.?|to|until|till)"
    r"(?:\s(?:dengan|tahun|bulan|tanggal|the))?\s?",
    re.IGNORECASE,
)
_NEWEST = re.compile(
    r"\b(?:terbaru|terbaharu|terkini|saat ini|sekarang|kini|latest|newest|most recent(?:ly)?"
    r"|current(?:ly)?|right now|at the moment|now)\b",
    re.IGNORECASE,
)
_LEAD_CHARS = 24


@dataclass(frozen=True, slots=True)
class Asked:
    """Days that a question names, inclusive; None leaves a side open.

    `deictic`: seen from the day of the question, as `pekan lalu`, not from a calendar.
    """

    span: Span
    since: date | None
    until: date | None
    deictic: bool


def days_asked(question: str, now: date) -> Asked | None:
    """The days that a question names, seen from `now`; None where it names none.

    `setelah X` begins on the day after X, `sebelum X` ends on the day before.
    """
    found = named(question, now)
    if not found:
        return None
    parts = []
    while found:
        first, *found = found
        while found and _TO.fullmatch(question[first.span.end : found[0].span.start]):
            first = _through(first, found.pop(0))
        parts.append(_led(question, first))
    since = [part.since for part in parts if part.since]
    until = [part.until for part in parts if part.until]
    return Asked(
        Span(parts[0].span.start, parts[-1].span.end),
        min(since) if len(since) == len(parts) else None,
        max(until) if len(until) == len(parts) else None,
        any(part.deictic for part in parts),
    )


def wants_newest(question: str) -> bool:
    """Whether a question asks for the state of things now: `terbaru`, `saat ini`, `latest`."""
    return _NEWEST.search(question) is not None


def _through(first: Named, last: Named) -> Named:
    """From the one to the other; the first takes the year of the last where it names none."""
    since = first.since
    if first.kind is Kind.PARTIAL and last.kind is Kind.FULL:
        year = last.since.year - ((since.month, since.day) > (last.since.month, last.since.day))
        since = _in_year(since, year)
    span = Span(first.span.start, last.span.end)
    kind = first.kind if first.kind is Kind.DEICTIC else last.kind
    return Named(span, min(since, last.since), max(first.until, last.until) if first.kind is not Kind.PARTIAL else last.until, kind)


def _in_year(day: date, year: int) -> date:
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def _led(question: str, days: Named) -> Asked:
    """With the direction that the word before gives."""
    start = days.span.start
    lead = _LEAD.search(question, max(0, start - _LEAD_CHARS), start)
    since: date | None = days.since
    until: date | None = days.until
    if lead is None:
        return Asked(days.span, since, until, days.kind is Kind.DEICTIC)
    one_day = timedelta(days=1)
    if lead["after"]:
        since, until = days.until + one_day, None
    elif lead["before"]:
        since, until = None, days.since - one_day
    elif lead["from"]:
        until = None
    elif lead["up_to"]:
        since = None
    return Asked(
        Span(lead.start(), days.span.end), since, until, days.kind is Kind.DEICTIC
    )
