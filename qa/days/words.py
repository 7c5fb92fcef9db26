"""The words that say when, each with the letter that the grammar knows it by."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qa.days.dates import MONTHS
from qa.types import Span


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a mark of a text: folded, its letter, where it stands, whether capital."""

    word: str
    letter: str
    span: Span
    capital: bool


NOTHING = Token("", "|", Span(0, 0), capital=False)


def _by_word(letters: dict[str, str]) -> dict[str, str]:
    return {word: letter for letter, words in letters.items() for word in words.split()}


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _numbered(*listed: str, start: int) -> dict[str, int]:
    return {word: number for number, words in enumerate(listed, start) for word in words.split()}


LETTERS = dict.fromkeys(MONTHS, "M") | _by_word(
    {
        "m": "jan feb mar mac apr jun jul agu agt ags aug sep sept okt oct nov nop des dec dis",
        "W": "senin isnin selasa rabu kamis khamis jumat jum'at jumaat sabtu ahad"
        " monday tuesday wednesday thursday friday saturday sunday",
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
        "v": "pada di sejak semenjak selama sepanjang sebelum setelah sesudah selepas mulai dari"
        " antara on in since during before after from between by",
        "R": "sampai hingga sehingga until till",
        "r": "dan and to",
        "G": "tanggal tgl tarikh",
        "o": "of",
        "z": "the",
        "w": "satu dua tiga empat lima enam tujuh delapan lapan sembilan sepuluh"
        " a an one two three four five six seven eight nine ten",
        "!": "beberapa puluhan ratusan ribuan belas puluh ratus ribu juta miliar several few many",
    }
)
NUMBERS = _numbered(
    "satu a an one sehari seminggu sepekan sebulan setahun",
    "dua two",
    "tiga three",
    "empat four",
    "lima five",
    "enam six",
    "tujuh seven",
    "delapan lapan eight",
    "sembilan nine",
    "sepuluh ten",
    start=1,
)
WEEKDAYS = _numbered(
    "senin isnin monday",
    "selasa tuesday",
    "rabu wednesday",
    "kamis khamis thursday",
    "jumat jum'at jumaat friday",
    "sabtu saturday",
    "minggu ahad sunday",
    start=0,
)
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
NAMES_TOO = _listed("may mei march april june august")
VERBS_TOO = _listed("may march")
NO_DAY_AFTER = _listed(
    "black good bloody holy super cyber ash palm sheffield pasar setiap tiap saban every each"
)
NO_DAY_BEFORE = _listed("agung kliwon legi pahing pon wage")
STREETS = _listed("jalan jl gerakan")
COUNTED = _listed(
    "orang tentara prajurit pasukan personel warga unit kasus kali rumah ton meter kilometer km"
    " people troops soldiers cases times homes tons metres meters miles percent persen"
)

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
