"""The grammar of days: patterns over letters, and which days the words of a match name."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from functools import cache

from qa.days.dates import MONTHS
from qa.days.words import (
    COUNTED,
    DAY,
    DAY_WORDS,
    MONTH,
    NAMES_TOO,
    NO_DAY_AFTER,
    NO_DAY_BEFORE,
    NOTHING,
    NUMBERS,
    OFFSETS,
    STREETS,
    UNITS,
    VERBS_TOO,
    WEEK,
    WEEKDAYS,
    YEAR,
    Token,
)
from qa.types import Span

Days = tuple[date, date]
"""First and last day, both inclusive."""


class Reference(Enum):
    """What words need besides themselves to name their days."""

    FULL = "nothing: they name the year"
    PARTIAL = "the year"
    DEICTIC = "the day on which they were written"


_TO_COME = re.compile(
    r"\b(?:akan|bakal|dijadwalkan|rencananya|will|scheduled|due)\b", re.IGNORECASE
)
_SAID = (
    r"(?i)\b(?:kata|ujar|tutur|ucap|ungkap|jelas|tegas|sebut|lapor|menurut|berkata"
    r"|(?:me|di)(?:ngata|nyebut|lapor|ngungkap)\w*|said|says|told|according)\b"
)
_LOOKED_BACK = 200
_LARGEST_FRACTION = 5


@dataclass(frozen=True, slots=True)
class Words:
    """The words that a pattern met, with what stands around them and the day they are read on."""

    text: str
    tokens: Sequence[Token]
    first: int
    end: int
    today: date
    ahead: bool

    @property
    def span(self) -> Span:
        """Where they stand."""
        return Span(self.tokens[self.first].span.start, self.tokens[self.end - 1].span.end)

    @property
    def before(self) -> Token:
        """The word before them."""
        return self.tokens[self.first - 1] if self.first else NOTHING

    @property
    def after(self) -> Token:
        """The word after them."""
        return self.tokens[self.end] if self.end < len(self.tokens) else NOTHING

    def all(self, letters: str) -> list[Token]:
        """Those with one of some letters, in order."""
        return [token for token in self.tokens[self.first : self.end] if token.letter in letters]

    def has(self, letters: str) -> bool:
        """Whether one of them has one of some letters."""
        return bool(self.all(letters))

    def numbers(self, letters: str) -> list[int]:
        """What those with one of some letters count, in order."""
        return [NUMBERS.get(token.word) or int(token.word[:4]) for token in self.all(letters)]

    def month(self) -> int:
        """The month they name, from 1."""
        return MONTHS[self.all("Mm")[0].word]

    def offset(self) -> int | None:
        """-1 for `lalu`, 0 for `ini`, 1 for `depan`, and so in English; None where none stands."""
        return next((OFFSETS[each.letter] for each in self.all("lkLPiTtnjX")), None)

    def to_come(self) -> bool:
        """Whether the sentence before them speaks of what is to come."""
        start = self.span.start
        before = re.split(r"[.!?\n]", self.text[max(0, start - _LOOKED_BACK) : start])[-1]
        coming = max((match.end() for match in re.finditer(_TO_COME, before)), default=None)
        return coming is not None and not re.search(_SAID, before[coming:])


Rule = tuple[re.Pattern[str], Reference, Callable[[Words], Days | None]]


@cache
def grammar() -> list[Rule]:
    """Patterns, what their words need, and the days they name; None where they name none after all.

    The group `days`, where there is one, leaves out a word that only leads in.
    """
    counted = r"(?<![DN#][.,])(?<!!)[DNw]"
    uncounted = r"(?<![DN#Yw!])(?<!u-)"
    beside = r"(?:y?[lk]|y?jx|n|i)"
    part = r"(?:[bcf]-?o?z?)"
    rules: list[tuple[str, Reference, Callable[[Words], Days | None]]] = [
        (r"[dk]|uvd|tp|pi|Tp|Lp|ui", Reference.DEICTIC, _day),
        (
            rf"{uncounted}{part}?[ug]{beside}|{part}?[LTX]u(?!o)",
            Reference.DEICTIC,
            _unit_beside_now,
        ),
        (rf"(?:f[ug]|e){beside}|[LTX]e", Reference.DEICTIC, _weekend),
        (rf"{counted}[ug](?:y?l|a)|sy?l", Reference.DEICTIC, _ago),
        (rf"{counted}[ug]q|sq|[LP][DNw]u|Pu", Reference.DEICTIC, _until_now),
        (rf"[LTX]?[Wg]p?(?:t|{beside}|[ug]{beside}|[LTX]u)?", Reference.DEICTIC, _weekday),
        (r"\((?:D-)?D/D\)|(?:G|[Wg]p?)(?P<days>D/D)(?!/)", Reference.PARTIAL, _slashed),
        (rf"Do?[Mm](?:u?{beside})?|[Mm]\.?D", Reference.PARTIAL, _day_of_month),
        (rf"D[-rR]D[Mm](?:u?{beside})?|[Mm]D[-rR]D", Reference.PARTIAL, _days_of_month),
        (r"D[-rR]D[Mm]Y|[Mm]D[-rR]D,?Y", Reference.FULL, _days_of_month),
        (r"D[Mm]Y?[-rR]D[Mm]Y", Reference.FULL, _days_of_months),
        (rf"{part}?[Mm][.,]?u?Y", Reference.FULL, _month),
        (r"[Mm][-rR][Mm]u?Y", Reference.FULL, _months),
        (rf"{part}M(?:u?{beside})?|Mu?{beside}|[LTX]M", Reference.PARTIAL, _month),
        (r"[vRu](?P<days>M)", Reference.PARTIAL, _month),
        (r"[vR](?P<days>Y)", Reference.FULL, _year),
        (rf"(?<![DN#]){part}?uY|{part}Y", Reference.FULL, _year),
        (r"[vu](?P<days>Y[-rR]u?Y)", Reference.FULL, _year),
        (r"u?Y-w|u?z?E", Reference.FULL, _decade),
    ]
    return [(re.compile(pattern), reference, meaning) for pattern, reference, meaning in rules]


def _day(words: Words) -> Days | None:
    """`kemarin`, `hari ini`, `pagi ini`, `tadi malam`, `last night`."""
    if parts := words.all("p"):
        night = parts[0].word in ("malam", "night") and words.has("tL")
        return None if words.has("L") and not night else _unit(words.today, DAY, -night)
    if words.has("v"):
        before = [token.word for token in words.all("uvd")] == ["day", "before", "yesterday"]
        return _unit(words.today, DAY, -2) if before else None
    if words.has("u"):
        return _unit(words.today, DAY, 0) if words.all("u")[0].word == "hari" else None
    if (words.has("k") and words.before.letter in "Y)") or words.after.word == "harinya":
        # `Senin (16/9/2019) kemarin` has named its day; `esok harinya` is the day after an event.
        return None
    return _unit(words.today, DAY, DAY_WORDS[words.all("dk")[0].word])


def _unit_beside_now(words: Words) -> Days | None:
    """`pekan lalu`, `akhir tahun ini`, `last month`; the last days of a week are its weekend."""
    unit, offset = _last_unit(words), words.offset()
    english = words.all("LTX")
    if unit == DAY or offset is None or (unit == WEEK and words.has("f") and not english):
        return None
    if english and words.all("u")[-1].word.endswith("s"):
        return None
    return _part(_unit(words.today, unit, offset), words)


def _weekend(words: Words) -> Days | None:
    offset = words.offset()
    if offset is None or (words.has("u") and _last_unit(words) != WEEK):
        return None
    sunday = _unit(words.today, WEEK, offset)[1]
    return sunday - timedelta(days=1), sunday


def _ago(words: Words) -> Days:
    """`tiga hari lalu`, `setahun lalu`, `two weeks ago`: the whole week, month or year."""
    return _unit(words.today, _last_unit(words), -words.numbers("DNws")[0])


def _until_now(words: Words) -> Days:
    """`lima hari terakhir`, `past month`: from as long ago until today."""
    count = next(iter(words.numbers("DNws")), 1)
    unit = _last_unit(words)
    if unit in (DAY, WEEK):
        return words.today - timedelta(days=count * (7 if unit == WEEK else 1)), words.today
    return _months_on(words.today, -count * (12 if unit == YEAR else 1)), words.today


def _weekday(words: Words) -> Days | None:
    """`Selasa`, `Selasa lalu`, `Selasa pekan lalu`, `Jumat mendatang`, `on Tuesday`."""
    named, offset = words.all("Wg")[0], words.offset()
    if words.before.word in NO_DAY_AFTER or words.after.word in NO_DAY_BEFORE:
        return None
    if named.letter == "g":
        # The week, unless it is written as a day is: `pada Minggu`, `Minggu pagi`, `Minggu (17/1)`.
        like_a_day = words.before.letter in "v," or words.has("p") or words.after.letter == "("
        certain = offset is None or words.has("p") or len(words.all("ug")) > 1
        if not (named.capital and like_a_day and certain) and words.before.word != "hari":
            return None
    number, today = WEEKDAYS[named.word], words.today
    on_or_before = today - timedelta(days=(today.weekday() - number) % 7)
    if words.all("ug") not in ([], [named]) and offset is not None:
        day = _unit(today, WEEK, offset)[0] + timedelta(days=number)
    elif offset == 0 and not words.has("t"):
        day = _unit(today, WEEK, 0)[0] + timedelta(days=number)
    elif offset == -1:
        day = on_or_before - timedelta(days=7 * (on_or_before == today))
    elif offset == 1:
        day = on_or_before + timedelta(days=7)
    elif offset is None and words.ahead and words.to_come():
        day = on_or_before + timedelta(days=7 * (on_or_before < today))
    else:
        day = on_or_before
    return day, day


def _slashed(words: Words) -> Days | None:
    """`(30/11)`, `(15-16/1)`; `(3/4)` only beside a weekday or a time of day."""
    *days, month = words.numbers("D")
    if days[-1] < month <= _LARGEST_FRACTION and words.before.letter not in "WgpkdG(i":
        return None
    return _yearless(words, lambda year: (date(year, month, days[0]), date(year, month, days[-1])))


def _day_of_month(words: Words) -> Days | None:
    """`9 Januari`, `17 Desember lalu`, `January 9`."""
    if words.before.word in STREETS or _is_verb(words) or words.after.word in COUNTED:
        return None
    day, month = words.numbers("D")[0], words.month()
    return _yearless(words, lambda year: (date(year, month, day),) * 2)


def _days_of_month(words: Words) -> Days | None:
    """`10-16 Januari`, `10 sampai 16 Januari 2022`, `July 13-14, 2024`."""
    (first, last), month = words.numbers("D"), words.month()
    if first > last:
        return None
    return _yearless(words, lambda year: (date(year, month, first), date(year, month, last)))


def _days_of_months(words: Words) -> Days:
    """`27 September-6 Oktober 2019`, `30 November 2021 hingga 2 Februari 2022`."""
    (first, last), years = words.numbers("D"), words.numbers("Y")
    months = [MONTHS[each.word] for each in words.all("Mm")]
    turn = len(years) == 1 and (months[0], first) > (months[1], last)
    return date(years[0] - turn, months[0], first), date(years[-1], months[1], last)


def _month(words: Words) -> Days | None:
    """`Januari 2022`, `akhir Februari`, `November lalu`, `in December`."""
    month = words.month()
    lead = words.before
    if lead.letter == "u" and UNITS[lead.word] != MONTH:
        return None
    if not words.has("Y") and words.all("Mm")[0].word in NAMES_TOO:
        name = words.after.capital and words.after.letter == "_"
        if name or _is_verb(words):
            return None
    return _yearless(words, lambda year: _part(_whole_month(year, month), words))


def _months(words: Words) -> Days | None:
    """`Januari-Maret 2022`, over the turn of the year too: `November-Januari 2022`."""
    first, last = (MONTHS[each.word] for each in words.all("Mm"))
    (year,) = words.numbers("Y")
    return date(year - (first > last), first, 1), _whole_month(year, last)[1]


def _year(words: Words) -> Days | None:
    """`tahun 2021`, `awal 2022`, `antara 2019 dan 2021`."""
    if words.after.word in COUNTED or words.after.letter in "/-":
        return None
    if any(UNITS[token.word] != YEAR for token in words.all("u")):
        return None
    years = words.numbers("Y")
    return _part((date(years[0], 1, 1), date(years[-1], 12, 31)), words)


def _decade(words: Words) -> Days | None:
    """`tahun 1990-an`, `the 1990s`; before 1900 a round hundred is a century: `1800-an`."""
    start = words.numbers("YE")[0]
    if start % 10 or any(token.word != "an" for token in words.all("w")):
        return None
    years = 100 if start % 100 == 0 and start < 1900 else 10
    return date(start, 1, 1), date(start + years - 1, 12, 31)


def _last_unit(words: Words) -> int:
    return UNITS[words.all("ugse")[-1].word]


def _is_verb(words: Words) -> bool:
    """Whether the month is rather `may` or `march`."""
    named = words.all("Mm")[0]
    return named.word in VERBS_TOO and not named.capital


def _unit(today: date, unit: int, offset: int) -> Days:
    """The day, week, month or year that lies `offset` of its kind after the one of `today`."""
    if unit == DAY:
        day = today + timedelta(days=offset)
        return day, day
    if unit == WEEK:
        monday = today + timedelta(days=7 * offset - today.weekday())
        return monday, monday + timedelta(days=6)
    if unit == MONTH:
        first = _months_on(today.replace(day=1), offset)
        return _whole_month(first.year, first.month)
    return date(today.year + offset, 1, 1), date(today.year + offset, 12, 31)


def _months_on(day: date, months: int) -> date:
    """The same day of a later month, or its last where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, _whole_month(year, month + 1)[1].day))


def _whole_month(year: int, month: int) -> Days:
    first = date(year, month, 1)
    # `calendar.monthrange` would cost every question the import of `calendar` and `locale`.
    in_the_next = first + timedelta(days=31)
    return first, in_the_next - timedelta(days=in_the_next.day)


def _part(days: Days, words: Words) -> Days:
    """The beginning, middle or end of a month or a year, where the words ask for one."""
    (since, until), parts = days, words.all("bcf")
    if not parts or (until - since).days < 27:
        return days
    third = "bcf".index(parts[0].letter)
    if since.month == until.month:
        last = (10, 20, until.day)[third]
        return since.replace(day=1 + 10 * third), until.replace(day=last)
    return _months_on(since, 4 * third), _whole_month(until.year, 4 * third + 4)[1]


def _yearless(words: Words, days: Callable[[int], Days]) -> Days | None:
    """The days in the year that the words name, or in the one that is meant where they do not.

    `lalu` asks for the last that are over, `mendatang` for the next. Else they are the last that
    have begun; where the words may look ahead, rather the next if these are more than four times as
    near, or if the sentence speaks of what is to come. `sejak` never looks ahead.
    """
    offset, today = words.offset(), words.today
    if years := words.numbers("Y"):
        return days(years[-1])
    if words.has("u") and words.all("u")[-1].word == "tahun":
        return days(today.year + (offset or 0))
    if offset == 0:
        return days(today.year)
    options = [
        found for year in range(today.year - 8, today.year + 9) if (found := _try(days, year))
    ]
    over = [each for each in options if each[1] < today]
    begun = [each for each in options if each[0] <= today]
    coming = [each for each in options if each[0] > today]
    if not (over and begun and coming):
        return None
    if offset is not None:
        return over[-1] if offset < 0 else coming[0]
    if not words.ahead or begun[-1][1] >= today:
        return begun[-1]
    if words.before.word in ("sejak", "semenjak", "since"):
        return begun[-1]
    near = 4 * (coming[0][0] - today) < today - begun[-1][1]
    return coming[0] if near or words.to_come() else begun[-1]


def _try(days: Callable[[int], Days], year: int) -> Days | None:
    try:
        return days(year)
    except ValueError:
        # 29 February of another year, or a year that calendars do not hold.
        return None
