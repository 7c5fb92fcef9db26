"""The words that say when, each with the letter that the grammar knows it by."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qa.language.vocabulary import known
from qa.types import Span


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a mark of a text: folded, its letter, where it stands, whether capital."""

    word: str
    letter: str
    span: Span
    capital: bool


NOTHING = Token("", "|", Span(0, 0), capital=False)


_KNOWN = known()
_SMALL = {word: n for word, n in _KNOWN.numbers.items() if 1 <= n <= 10} | {"a": 1, "an": 1}


def _by_word(letters: dict[str, str]) -> dict[str, str]:
    return {word: letter for letter, words in letters.items() for word in words.split()}


def _numbered(*listed: str, start: int) -> dict[str, int]:
    return {word: number for number, words in enumerate(listed, start) for word in words.split()}


LETTERS = (
    dict.fromkeys(_KNOWN.months, "M")
    | dict.fromkeys(_KNOWN.short_months, "m")
    | dict.fromkeys(_KNOWN.weekdays, "W")
    | dict.fromkeys(_SMALL, "w")
    | _by_word(
        {
            "g": "minggu",
            "u": "hari pekan bulan tahun day days week weeks month months year years",
            "s": "sehari seminggu sepekan sebulan setahun",
            "e": "weekend",
            "b": "awal early beginning start",
            "c": "pertengahan mid middle",
            "f": "akhir hujung late end",
            "l": "lalu silam lepas",
            "k": "kemarin kelmarin",
            "y": "yang",
            "i": "ini",
            "n": "depan mendatang hadapan nanti",
            "j": "akan",
            "x": "datang",
            "q": "terakhir",
            "a": "ago",
            "L": "last previous",
            "P": "past",
            "T": "this",
            "X": "next coming",
            "t": "tadi",
            "p": "pagi siang sore petang malam morning afternoon evening night",
            "d": "yesterday today tomorrow tonight besok esok lusa semalam",
            "v": "pada di sejak semenjak selama sepanjang sebelum setelah sesudah selepas mulai"
            " dari antara on in since during before after from between by",
            "R": "sampai hingga sehingga until till",
            "r": "dan and to",
            "G": "tanggal tgl tarikh",
            "o": "of",
            "z": "the",
            "!": "beberapa puluhan ratusan ribuan belas puluh ratus ribu juta miliar"
            " several few many",
        }
    )
)
NUMBERS = _SMALL | dict.fromkeys(("sehari", "seminggu", "sepekan", "sebulan", "setahun"), 1)
WEEKDAYS = _KNOWN.weekdays
DAY, WEEK, MONTH, YEAR = range(4)
UNITS = _numbered(
    "hari day days sehari",
    "minggu pekan week weeks seminggu sepekan weekend",
    "bulan month months sebulan",
    "tahun year years setahun",
    start=DAY,
)
OFFSETS = {**dict.fromkeys("lkLP", -1), **dict.fromkeys("iTt", 0), **dict.fromkeys("njX", 1)}
DAY_WORDS = {
    **dict.fromkeys(("kemarin", "kelmarin", "yesterday", "semalam"), -1),
    **dict.fromkeys(("today", "tonight"), 0),
    **dict.fromkeys(("tomorrow", "besok", "esok"), 1),
    "lusa": 2,
}

# What also means something else: a name, a verb, a feast or a market, a street, a number of things.
NAMES_TOO = _KNOWN.not_only_months
VERBS_TOO = _KNOWN.verbs_too
NO_DAY_AFTER = _KNOWN.no_day_after
NO_DAY_BEFORE = _KNOWN.no_day_before
STREETS = _KNOWN.streets
COUNTED = _KNOWN.counted

_TOKEN = re.compile(r"[^\W_]+(?:['’](?!s\b)[^\W\d_]+)?|\n|[^\w\s]")
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th)")
_DECADE = re.compile(r"(?:1[5-9]\d|20\d)0(?:s|an)")
_MARKS = {"–": "-", "—": "-", "\n": "|", **{mark: mark for mark in "-/(),."}}


def tokens(text: str) -> Iterator[Token]:
    """The words and marks of a text, in order."""
    for match in _TOKEN.finditer(text):
        raw = match.group()
        word = raw.lower().replace("’", "'")
        if ordinal := _ORDINAL.fullmatch(word):
            word = ordinal[1]
        yield Token(word, _letter(word), Span(*match.span()), capital=raw[0].isupper())


def _letter(word: str) -> str:
    """`D` a day's number, `Y` a year's, `N` another small one, `#` any other, `E` a decade."""
    if word.isascii() and word.isdigit():
        if len(word) <= 2:
            return "D" if 1 <= int(word) <= 31 else "N"
        if len(word) == 4:
            return "Y" if 1500 <= int(word) < 2200 else "#"
        return "N" if len(word) == 3 and word[0] != "0" else "#"
    if _DECADE.fullmatch(word):
        return "E"
    return LETTERS.get(word) or _MARKS.get(word, "_")
