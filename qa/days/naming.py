"""The days that a text names, and how days are written out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from qa.days import dates
from qa.days.grammar import Reference, Words, grammar
from qa.days.words import WEEKDAYS, tokens
from qa.i18n import N_, _
from qa.types import Span

_MONTHS = (
    *(N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"), N_("May"), N_("Jun")),
    *(N_("Jul"), N_("Aug"), N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec")),
)
_TO_DATE = re.compile(
    r",?\s?(?:(?:pagi|siang|sore|petang|malam|morning|afternoon|evening)[ ,]{1,2})?\(?"
)


@dataclass(frozen=True, slots=True)
class Named:
    """Words of a text and the days they name, first and last, both inclusive."""

    span: Span
    since: date
    until: date
    reference: Reference


def named(text: str, today: date, *, ahead: bool = False) -> list[Named]:
    """The days that a text names, in order, none overlapping; linear in the text's length.

    Args:
        text: Any text.
        today: The day that `kemarin` and `9 Januari` are relative to.
        ahead: Whether a day without week or year may lie after `today`, as in an article that
            says what will happen; else it is the last one there was, as in a question.
    """
    met = list(tokens(text))
    letters = "".join(token.letter for token in met)
    found = [
        Named(written.span, written.day, written.day, Reference.FULL)
        for written in dates.find_dates(text)
    ]
    for pattern, reference, meaning in grammar():
        for match in pattern.finditer(letters):
            at = match.start("days") if pattern.groups else -1
            first = at if at >= 0 else match.start()
            words = Words(text, met, first, match.end(), today, ahead)
            try:
                days = meaning(words)
            except (ValueError, OverflowError):
                # There is no such day, as 31 Februari, or none that a calendar holds.
                continue
            if days is not None:
                found.append(Named(words.span, *days, reference))
    return list(_joined(text, _longest(found)))


def _longest(found: Sequence[Named]) -> Iterator[Named]:
    """Of those that overlap the first, and of these the longest."""
    end = 0
    for each in sorted(found, key=lambda each: (each.span.start, -each.span.end)):
        if each.span.start >= end:
            yield each
            end = each.span.end


def _joined(text: str, found: Iterator[Named]) -> Iterator[Named]:
    """A weekday and the date beside it as one: `Selasa (30/11)`, `Rabu, 19 Januari 2022`."""
    weekday: Named | None = None
    for each in found:
        if weekday is not None:
            gap = text[weekday.span.end : each.span.start]
            if each.reference is not Reference.DEICTIC and _TO_DATE.fullmatch(gap):
                closing = gap.endswith("(") and text[each.span.end : each.span.end + 1] == ")"
                yield replace(each, span=Span(weekday.span.start, each.span.end + closing))
                weekday = None
                continue
            yield weekday
        words = text[each.span.start : each.span.end].lower().split()
        is_weekday = each.reference is Reference.DEICTIC and not WEEKDAYS.keys().isdisjoint(words)
        weekday = each if is_weekday else None
        if weekday is None:
            yield each
    if weekday is not None:
        yield weekday


def period(since: date | None, until: date | None) -> str:
    """Days as a person writes them: `10–16 Jan 2022`, `Jan–Mar 2022`, `2021`, `since 2 May 2022`.

    In the language in use: `10–16 Jan 2022`, `sejak 2 Mei 2022`. A day beside a source, or one that
    an option takes, is `2022-01-31` in every language instead. Both are inclusive; None leaves a
    side open.
    """
    if since is None:
        return _("until {day}").format(day=" ".join(_parts(until))) if until else _("any time")
    if until is None:
        return _("since {day}").format(day=" ".join(_parts(since)))
    left, right = _parts(since), _parts(until)
    if since.day == 1 and (until + timedelta(days=1)).day == 1:
        whole = 2 if since.month == 1 and until.month == 12 else 1
        left, right = left[whole:], right[whole:]
    if left == right:
        return " ".join(right)
    shared = next(n for n in range(len(left)) if left[-1 - n] != right[-1 - n])
    left = left[: len(left) - shared]
    return f"{' '.join(left)}–{' '.join(right)}"


def _parts(day: date) -> list[str]:
    return [str(day.day), _(_MONTHS[day.month - 1]), str(day.year)]
