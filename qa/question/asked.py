"""What a question says of time: the days it names, and whether it wants the newest.

`sejak 2021`, `sebelum Maret 2022`, `antara Januari dan Maret 2022`, `pekan lalu` restrict which
articles may answer, by their day of publication:

- What is relative to today (`kemarin`, `pekan lalu`, `Selasa`) asks for the news of those days:
  published on them, or on the day after.
- What a calendar names (`30 Januari 2022`, `Januari`, `tahun 2021`) is the day of an event:
  published then, or within a week after. Of the days that articles with a date of their own
  report, as far back as a month, .79 are that date or the day before, .95 lie within a week (346
  days, 2026-11). Where no article was published then, the words are about the content (`tahun
  1963`) and leave nothing out; the answer says so.
- Days still to come leave nothing out either.
- A side that the words leave open (`sejak`, `sebelum`) stays open; nothing is added to the other.
- Where what is left does not answer, but the sentence of another article that does names days of
  a calendar within those (`Pada 2016 ...`, written in 2019), that is the answer.
- Else the answer is "not found", and it names what the articles would answer without the filter.

Words that filter are taken out of the question before it is retrieved and read for: 41 questions
on the shipped articles with `pekan lalu`, with the day, and with the year of the article added give
F1 .42, .27 and .20 with the words left in, .63, .60 and .63 without (2026-11). Where nothing is
filtered, words of the calendar are content and stay; what is relative to today no article can know,
so it goes. So do `terbaru`, `saat ini`, `latest`, which only put newer articles first among those
that answer about equally (F1 .34, .63 with `terbaru`, `saat ini` added and left in, .60 without). A
year in a name (`Piala Dunia 2022`, `hotline 1963`) is no day at all: see `qa/days`.

Not handled: days that a question rules out (`selain 2021`); of several spans that a question names,
the gap between them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from qa.days import Named, Reference, named
from qa.types import Span

_DAY = timedelta(days=1)
_LATE = {True: timedelta(days=1), False: timedelta(days=7)}
"""How long after the days that are meant an article about them comes out; by `Asked.deictic`."""

# Strings, which `re` compiles when a question first names days: most name none.
_LEAD = (
    r"(?i)\b(?:(?P<after>setelah|sesudah|selepas|after)|(?P<before>sebelum|before|prior to)"
    r"|(?P<since>sejak|semenjak|mulai|since)|(?P<until>sampai|hingga|sehingga|until|till|up to|by)"
    r"|antara|dari|between|from)"
    r"(?:\s(?:dengan|tahun|bulan|tanggal|hari|the))?\s$"
)
_THROUGH = (
    r"(?i)\s?(?:-|–|—|dan|and|sampai|hingga|sehingga|s\.?d\.?|to|until|till)"
    r"(?:\s(?:dengan|tahun|bulan|tanggal|the))?\s?"
)
_UP_TO = r"(?i)\b(?:sampai|hingga|sehingga|to|until|till)\b"
_LEADING_IN = (
    r"(?i)(?:\b(?:pada|di|dalam|selama|sepanjang|hari|tanggal|tgl|bulan|tahun"
    r"|in|on|during|over|the)\s)+$"
)
_LOOKED_BACK = 24
_GAP = r"\s+(?=[\s?!.,])"
_NEWEST = re.compile(
    r"\b(?:terbaru|terbaharu|terkini|saat ini|sekarang|kini|latest|newest|most recent(?:ly)?"
    r"|current(?:ly)?|right now|at the moment|now)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Days that words of a question name, inclusive; None leaves a side open.

    `spans` are those words, in order and disjoint. `deictic`: relative to the question's day, as
    `pekan lalu`, not a date of the calendar.
    """

    spans: tuple[Span, ...]
    since: date | None
    until: date | None
    deictic: bool

    @property
    def span(self) -> Span:
        """From the first of the words to the last."""
        return Span(self.spans[0].start, self.spans[-1].end)

    def named_in(self, sentence: str, today: date) -> bool:
        """Whether a sentence itself names days of a calendar within these.

        Where these are open on one side, those of the sentence must end on the other.
        """
        if self.deictic:
            return False
        for each in named(sentence, today):
            within = (self.since or each.since) <= each.since and each.until <= (
                self.until or each.until
            )
            ends = self.since in (None, each.since) and self.until in (None, each.until)
            is_open = self.since is None or self.until is None
            if each.reference is Reference.FULL and within and (ends or not is_open):
                return True
        return False

    def published(self) -> tuple[date | None, date | None]:
        """First and last day of publication of articles about those days."""
        if self.since is None or self.until is None:
            return self.since, self.until
        return self.since, self.until + _LATE[self.deictic]


def days_asked(question: str, now: date) -> Asked | None:
    """The days that a question names, relative to `now`; None where it names none.

    `setelah X` begins on the day after X, `sebelum X` ends on the day before. Several spans make
    one, from the first day to the last.
    """
    spans: list[Asked] = []
    found = named(question, now)
    while found:
        days = found.pop(0)
        first = days
        while found and _between(question, days, found[0]):
            days = _through(days, found.pop(0))
        spans.append(_led(question, days, through=days is not first))
    if not spans:
        return None
    since = [each.since for each in spans if each.since]
    until = [each.until for each in spans if each.until]
    asked = Asked(
        tuple(each.span for each in spans),
        min(since) if len(since) == len(spans) else None,
        max(until) if len(until) == len(spans) else None,
        deictic=any(each.deictic for each in spans),
    )
    return asked if asked.since or asked.until else None


def without_days(question: str, asked: Asked) -> str:
    """The question without the words that name its days; as it is where nothing would be left."""
    rest, end = "", 0
    for span in asked.spans:
        lead = max(end, span.start - _LOOKED_BACK)
        rest += question[end:lead] + re.sub(_LEADING_IN, "", question[lead : span.start])
        end = span.end
    return _tidied(rest + question[end:]) or question


def without_newest(question: str) -> str:
    """The question without the words that ask for the newest; as it is where nothing is left."""
    return _tidied(_NEWEST.sub("", question)) or question


def _tidied(rest: str) -> str:
    """What is left of a question without its gaps; nothing where no word is left."""
    rest = re.sub(_GAP, "", rest).strip()
    return rest if any(character.isalnum() for character in rest) else ""


def wants_newest(question: str) -> bool:
    """Whether a question asks how things stand now: `terbaru`, `saat ini`, `latest`."""
    return _NEWEST.search(question) is not None


def _between(question: str, first: Named, last: Named) -> bool:
    """Whether what stands between makes one span of the two."""
    return re.fullmatch(_THROUGH, question[first.span.end : last.span.start]) is not None


def _through(first: Named, last: Named) -> Named:
    """From the one to the other, in the year of the last where the first names none."""
    span = Span(first.span.start, last.span.end)
    if first.reference is not Reference.PARTIAL or last.reference is not Reference.FULL:
        since, until = min(first.since, last.since), max(first.until, last.until)
        return Named(span, since, until, first.reference)
    month, day = first.since.month, first.since.day
    month_day = (month, min(day, 28) if month == 2 else day)
    year = last.since.year - (month_day > (last.since.month, last.since.day))
    return Named(span, date(year, *month_day), last.until, last.reference)


def _led(question: str, days: Named, *, through: bool) -> Asked:
    """The days in the direction that the word before them gives; `sejak X hingga Y` has both."""
    start, since, until = days.span.start, days.since, days.until
    looked_at = max(0, start - _LOOKED_BACK)
    lead = re.search(_LEAD, question[looked_at:start])
    span = Span(looked_at + lead.start() if lead else start, days.span.end)
    deictic = days.reference is Reference.DEICTIC
    closed = through or re.search(_UP_TO, question[start : days.span.end])
    if lead is None or closed or lead.lastgroup is None:
        return Asked((span,), since, until, deictic)
    if lead["after"]:
        return Asked((span,), until + _DAY, None, deictic)
    if lead["before"]:
        return Asked((span,), None, since - _DAY, deictic)
    return (
        Asked((span,), since, None, deictic)
        if lead["since"]
        else Asked((span,), None, until, deictic)
    )
